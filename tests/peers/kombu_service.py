"""A service as the deployed ones are: kombu's ConsumerMixin, JSON-RPC on a topic exchange, replies through SimpleQueue.

usage: kombu_service.py URL EXCHANGE NAME [--processes N]
Prints "ready" when it consumes.
"""
import json
import sys
import time

from kombu import Connection, Exchange, Queue
from kombu.mixins import ConsumerMixin
from kombu.common import maybe_declare


class RemoteError(Exception):
    def __init__(self, message, code, data=None):
        super().__init__(f'({code}) {message}')
        self.code, self.data = code, data


class Service(ConsumerMixin):
    def __init__(self, connection, exchange, name):
        self.connection = connection
        self.exchange = Exchange(exchange, type='topic')
        self.queue = Queue(name, exchange=self.exchange, routing_key=f'{name}.*')

    def get_consumers(self, consumer, channel):
        return [consumer(queues=[self.queue], callbacks=[self.on_message])]

    def on_consume_ready(self, connection, channel, consumers, **kwargs):
        print('ready', flush=True)

    def on_message(self, body, message):
        reply = {'jsonrpc': '2.0', 'id': -1}
        try:
            if isinstance(body, (str, bytes)):
                body = json.loads(body)
            method = body['method']
            reply['id'] = body.get('id', -1)
            if method != message.delivery_info['routing_key'].rsplit('.', 1)[1]:
                raise ValueError('method differs from the routing key')
            params = body.get('params', {})
            function = getattr(self, 'on_' + method)
            if isinstance(params, dict):
                reply['result'] = function(message=message, **params)
            else:
                reply['result'] = function(message, *params)
        except RemoteError as error:
            reply['error'] = {'code': error.code, 'message': str(error), 'data': error.data}
        except AttributeError as error:
            reply['error'] = {'code': -32601, 'message': str(error), 'data': {'exception': str(type(error))}}
        except Exception as error:
            reply['error'] = {'code': -32600, 'message': str(error), 'data': {'exception': str(type(error))}}
        if message.properties.get('reply_to'):
            queue = self.connection.SimpleQueue(message.properties['reply_to'])
            queue.put(json.dumps(reply))
            queue.close()
        message.ack()

    def on_add(self, message, x, y):
        return x + y

    def on_echo(self, message, words):
        return words

    def on_fail(self, message):
        raise NotImplementedError('I was never created')

    def on_custom(self, message):
        raise RemoteError('custom', 409, {'where': 'python'})

    def on_nan(self, message):
        return float('nan')

    def on_slow(self, message, seconds):
        time.sleep(seconds)
        return seconds


if __name__ == '__main__':
    url, exchange, name = sys.argv[1:4]
    with Connection(url) as connection:
        Service(connection, exchange, name).run()
