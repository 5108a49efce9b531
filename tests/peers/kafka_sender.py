"""Sends ESS's messages to Kafka with confluent_kafka: bytes put together by hand from the table of fields, with no code of Hutch.

kafka_sender.py BROKERS PREFIX: reads lines of JSON {"topic": ..., "schema": ..., fields...} and sends each; an empty line flushes, and is answered.
"""
import json
import struct
import sys

from confluent_kafka import Producer


def table(fields, start):
    """fields: (id, kind, value); kind is a struct character, 's' a text, '[x' a vector, 't' a table of fields. Returns bytes of vtable and table
    with what it points to, and where in them the table is; start is where they will stand in the message."""
    slots = max(f[0] for f in fields) + 1
    vtable_bytes = 4 + 2 * slots
    at = (start + vtable_bytes + 7) // 8 * 8          # the table
    inline, offsets, places = 4, [0] * slots, []
    for ident, kind, value in fields:
        size = struct.calcsize('<' + kind) if len(kind) == 1 and kind not in 'st' else 4
        inline = (inline + size - 1) // size * size
        offsets[ident] = inline
        places.append(inline)
        inline += size
    body = bytearray(at - start)
    body[0:vtable_bytes] = struct.pack(f'<HH{slots}H', vtable_bytes, inline, *offsets)
    body += struct.pack('<i', at - start) + bytes(inline - 4)
    for (ident, kind, value), place in zip(fields, places):
        here = at - start + place
        if kind == 't':
            nested, where = table(value, start + len(body))
            body[here:here + 4] = struct.pack('<I', len(body) + where - here)
            body += nested
        elif kind == 's' or kind[0] == '[':
            data = value.encode() if kind == 's' else struct.pack(f'<{len(value)}{kind[1]}', *value)
            size = 1 if kind == 's' else struct.calcsize('<' + kind[1])
            while (start + len(body)) % 4 or (start + len(body) + 4) % size:
                body += b'\0'
            body[here:here + 4] = struct.pack('<I', len(body) - here)
            body += struct.pack('<I', len(value) if kind[0] == '[' else len(data)) + data + (b'\0' if kind == 's' else b'')
        else:
            body[here:here + struct.calcsize('<' + kind)] = struct.pack('<' + kind, value)
    return bytes(body), at - start


def message(schema, fields):
    body, where = table(fields, 8)
    return struct.pack('<I', 8 + where) + schema.encode() + body


UNION = ['', 'b', 'B', 'h', 'H', 'i', 'I', 'q', 'Q', 'f', 'd'] + ['[' + c for c in 'bBhHiIqQfd']


def encode(m):
    if m['schema'] == 'ev44':
        return message('ev44', [(0, 's', m['source']), (1, 'q', m['id']), (2, '[q', m['times']), (3, '[i', m['index']), (4, '[i', m['tof']), (5, '[i', m['pixel'])])
    if m['schema'] == 'f144':
        return message('f144', [(0, 's', m['source']), (1, 'q', m['time']), (2, 'B', m['type']), (3, 't', [(0, UNION[m['type']], m['value'])])])
    if m['schema'] == 'pl72':
        return message('pl72', [(0, 'Q', m['start']), (2, 's', m['run']), (3, 's', 'LOKI'), (4, 's', '{}'), (5, 's', m['job']), (6, 's', 'broker:9092'), (9, 'I', 1),
                                (10, 't', [(0, '[i', [1, 2]), (1, '[i', [10, 20]), (2, 'i', 2)]), (11, 's', '{"title": "a test"}')])
    if m['schema'] == '6s4t':
        return message('6s4t', [(0, 'Q', m['stop']), (1, 's', m['run']), (2, 's', m['job'])])
    return bytes.fromhex(m['bytes'])


if __name__ == '__main__':
    producer = Producer({'bootstrap.servers': sys.argv[1], 'socket.timeout.ms': 1000, 'log_level': 0})
    for line in sys.stdin:
        if line.strip():
            m = json.loads(line)
            producer.produce(m['topic'], encode(m))
            producer.poll(0)
        else:
            print(producer.flush(30), flush=True)
