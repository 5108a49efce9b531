"""A std-daq client on pika: std_daq_client.py PORT TAG

Reads commands from its input, one JSON object a line: {"send": <request>, "headers": {..}} or {"kill": "<id>"}.
Prints {"ready": true}, {"sent": "<id>"} and every status as {"status": {...}}.
"""
import json
import sys
import threading
import uuid

import pika

port, tag = int(sys.argv[1]), sys.argv[2]
connection = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", port))
channel = connection.channel()
channel.basic_qos(prefetch_count=1)
channel.exchange_declare("request", exchange_type="topic")
channel.exchange_declare("status", exchange_type="fanout")
channel.exchange_declare("kill", exchange_type="topic")
queue = str(uuid.uuid4())
channel.queue_declare(queue, exclusive=True, auto_delete=True)
channel.queue_bind(queue, "status", tag)


def say(message):
    print(json.dumps(message), flush=True)


def on_status(_channel, method, properties, body):
    headers = properties.headers
    say({"status": {
        "id": properties.correlation_id, "key": method.routing_key, "action": headers["action"], "source": headers["source"],
        "message": headers["message"], "request": json.loads(body), "body": body.decode(),
        "other": {n: v for n, v in vars(properties).items() if v is not None and n not in ("headers", "correlation_id")},
    }})


def publish(exchange, request_id, headers, body):
    channel.basic_publish(exchange, tag, body, pika.BasicProperties(correlation_id=request_id, headers=headers))


def send(request, headers):
    request_id = str(uuid.uuid4())
    publish("request", request_id, headers, json.dumps(request).encode())
    say({"sent": request_id})


def read_commands():
    for line in sys.stdin:
        command = json.loads(line)
        if "send" in command:
            connection.add_callback_threadsafe(lambda c=command: send(c["send"], c.get("headers", {})))
        else:
            connection.add_callback_threadsafe(lambda c=command: publish("kill", c["kill"], {}, b""))
    connection.add_callback_threadsafe(channel.stop_consuming)


channel.basic_consume(queue, on_status, auto_ack=True)
threading.Thread(target=read_commands, daemon=True).start()
say({"ready": True})
channel.start_consuming()
connection.close()
