"""A caller as the deployed ones are: a reply queue a call, ten seconds of patience.

usage: kombu_caller.py URL EXCHANGE [--durable-replies]
Reads one call a line from standard input, {"key": "simple.add", "params": ..., "notify": bool}, and prints one line for
each: {"result": ...} or {"error": ...} or {"timeout": true}.
"""
import json
import sys
import uuid

from kombu import Connection, Exchange, Producer
from kombu.simple import SimpleQueue


def request(connection, exchange, key, params, queue_opts):
    call_id = str(uuid.uuid4())
    name = f'response-{call_id}'
    body = {'jsonrpc': '2.0', 'id': call_id, 'method': key.rsplit('.', 1)[1], 'params': params}
    channel = connection.channel()
    replies = SimpleQueue(channel, name, queue_opts=queue_opts)
    producer = Producer(channel, Exchange(exchange, type='topic'))
    producer.publish(body, key, declare=[Exchange(exchange, type='topic')], reply_to=name)
    try:
        message = replies.get(block=True, timeout=10)
        message.ack()
        answer = message.payload
        return json.loads(answer) if isinstance(answer, (str, bytes)) else answer
    except replies.Empty:
        return {'timeout': True}
    finally:
        replies.close()
        channel.close()


def notify(connection, exchange, key, params):
    channel = connection.channel()
    body = {'jsonrpc': '2.0', 'method': key.rsplit('.', 1)[1], 'params': params}
    Producer(channel, Exchange(exchange, type='topic')).publish(body, key, declare=[Exchange(exchange, type='topic')])
    channel.close()
    return {'notified': True}


if __name__ == '__main__':
    url, exchange = sys.argv[1:3]
    options = {'durable': True, 'auto_delete': False} if '--durable-replies' in sys.argv else {'durable': False, 'auto_delete': True}
    with Connection(url) as connection:
        print('ready', flush=True)
        for line in sys.stdin:
            call = json.loads(line)
            if call.get('notify'):
                answer = notify(connection, exchange, call['key'], call.get('params', {}))
            else:
                answer = request(connection, exchange, call['key'], call.get('params', {}), options)
            print(json.dumps(answer), flush=True)
