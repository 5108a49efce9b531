"""A std-daq service on pika, as the deployed ones behave: std_daq_service.py PORT primary NAME TAG
                                                        std_daq_service.py PORT post NAME TAG PRIMARY

What a request says it does: {"behaviour": "ok", "value": X} returns X, "fail" raises, "wait" waits to be killed.
Prints {"ready": true}, then {"request": {...}} and {"kill": "<id>"} as they come; ends with its input.
"""
import json
import sys
import threading
import uuid

import pika

port, kind, name, tag = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
connection = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", port))
channel = connection.channel()
channel.basic_qos(prefetch_count=1)
channel.exchange_declare("request", exchange_type="topic")
channel.exchange_declare("status", exchange_type="fanout")
channel.exchange_declare("kill", exchange_type="topic")
killed = threading.Event()


def say(message):
    print(json.dumps(message), flush=True)


def subscribe(exchange, key, callback, auto_ack):
    queue = str(uuid.uuid4())
    channel.queue_declare(queue, exclusive=True, auto_delete=True)
    channel.queue_bind(queue, exchange, key)
    channel.basic_consume(queue, callback, auto_ack=auto_ack)


def status(request_id, action, message, body):
    headers = {"action": action, "source": name, "message": message}
    channel.basic_publish("status", tag, body, pika.BasicProperties(correlation_id=request_id, headers=headers))


def work(request):
    behaviour = request["behaviour"]
    if behaviour == "fail":
        raise RuntimeError(request["value"])
    if behaviour == "wait":
        if killed.wait(30):
            raise RuntimeError("User requested interruption.")
        raise RuntimeError("nobody killed me")
    return request["value"]


def run(method, request_id, request, body):
    killed.clear()
    status(request_id, "request_start", None, body)

    def thread():
        try:
            result = work(request)

            def done():
                status(request_id, "request_success", result, body)
                channel.basic_ack(method.delivery_tag)
        except Exception as error:
            text = str(error)

            def done():
                status(request_id, "request_fail", text, body)
                channel.basic_reject(method.delivery_tag, requeue=False)
        connection.add_callback_threadsafe(done)

    threading.Thread(target=thread, daemon=True).start()


def on_request(_channel, method, properties, body):
    request = json.loads(body)
    say({"request": {"id": properties.correlation_id, "request": request, "headers": properties.headers, "body": body.decode(),
                     "other": {n: v for n, v in vars(properties).items() if v is not None and n not in ("headers", "correlation_id")}}})
    run(method, properties.correlation_id, request, body)


def on_status(_channel, method, properties, body):
    headers = properties.headers
    headers["message"]
    if headers["source"] != sys.argv[5] or headers["action"] == "request_start":
        channel.basic_ack(method.delivery_tag)
    elif headers["action"] == "request_fail":
        status(properties.correlation_id, "request_fail", f"Primary service {sys.argv[5]} failure. ", body)
        channel.basic_ack(method.delivery_tag)
    else:
        run(method, properties.correlation_id, json.loads(body), body)


def on_kill(_channel, _method, properties, body):
    assert body == b""
    say({"kill": properties.correlation_id})
    killed.set()


if kind == "primary":
    subscribe("request", tag, on_request, auto_ack=False)
else:
    subscribe("status", sys.argv[5], on_status, auto_ack=False)
subscribe("kill", tag, on_kill, auto_ack=True)


def wait_for_end():
    sys.stdin.read()
    connection.add_callback_threadsafe(channel.stop_consuming)


threading.Thread(target=wait_for_end, daemon=True).start()
say({"ready": True})
channel.start_consuming()
connection.close()
