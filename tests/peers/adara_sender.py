"""A stream management service in Python, made from the table of ADARA's packets alone, with no code of Hutch.

adara_sender.py FOLDER: listens on a free port and says it. Reads lines of JSON {"do": ...} and does what they say; answers each with "ok".
  pulses   count, run, [paused], [monitors], [cut]   sends pulses of random events and keeps what they are, for `expect`
  mapped   count, run                                the same as mapped events, a packet for each of four sources
  words    type, words                               a packet of these words
  status   run, kind, [version]                      a run status packet
  mark     marker, [scan]                            an annotation
  text     type, text, [device]                      a packet of a length and text
  value    device, variable, value                   a variable's value
  raw      bytes                                     anything, in hexadecimal
  pieces   size                                      from now on, send in pieces of so many bytes (0: whole; -1: every boundary of each packet in turn)
  cut                                                cut the connections in the middle of the next pulse, which is sent in whole to who connects again
  wait     hellos                                    until so many hellos have come
  expect   run, ids, bins, tof_max                   writes FOLDER/RUN.npy: what numpy counts of the run's events
"""
import json
import os
import socket
import struct
import sys
import threading
import time

import numpy as np

EPOCH = 631152000
folder = sys.argv[1]
random = np.random.default_rng(18)
gate = threading.Condition()
packets = []            # (bytes, seconds, kind), all that was sent
hellos = []
state = {'pieces': 0, 'cut': None, 'run': None, 'start': 0, 'time': 1_780_000_000 * 10**9, 'boundary': 0}
events = {}


def packet(kind, payload, version=0, at=None):
    payload += b'\0' * (-len(payload) % 4)
    seconds, nanoseconds = divmod(at or state['time'], 10**9)
    return struct.pack('<4I', len(payload), kind << 8 | version, seconds - EPOCH, nanoseconds) + payload


def send(data):
    with gate:
        packets.append((data, struct.unpack_from('<I', data, 8)[0], struct.unpack_from('<I', data, 4)[0] >> 8))
        gate.notify_all()


def pulse(run, paused=False, monitors=True, again=False, extra=b''):
    state['time'] += 16_666_667
    charge = int(random.integers(1000, 2000))
    words = [charge, 1, 7, 0]
    for source, corrected in ((1, True), (2, False)):
        offset = 0 if corrected else int(random.integers(0, 500))
        banks = []
        for bank in range(source * 10, source * 10 + 2):
            count = int(random.integers(0, 30))
            tof, pixel = random.integers(0, 160000, count, dtype='u4'), random.integers(0, 64, count, dtype='u4')
            banks += [bank, count, *np.stack([tof, pixel], 1).ravel().tolist()]
            if not paused:
                events.setdefault(run, []).append((((tof.astype('f8') + offset) / 10).astype('f4'), pixel, charge))
        words += [source, 0, (1 << 31 | 12345) if corrected else offset, 3, *banks, 0xffffffff, 1, 5, 5]
    send(packet(0x4000, struct.pack(f'<{len(words)}I', *words) + extra, 1 if not extra else 2))
    if again:
        send(packets[-1][0])
    if monitors:
        send(packet(0x4001, struct.pack('<9I', charge, 1, 7, 0, 3 << 22 | 2, 1, 10, 1 << 31 | 100, 200), 1))


def mapped(run):
    state['time'] += 16_666_667
    charge = int(random.integers(1000, 2000))
    for source in range(4):
        offset = int(random.integers(0, 500)) if source % 2 else 1 << 31 | 77
        count = int(random.integers(0, 30))
        tof, pixel = random.integers(0, 160000, count, dtype='u4'), random.integers(0, 64, count, dtype='u4')
        events.setdefault(run, []).append((((tof.astype('f8') + (offset if source % 2 else 0)) / 10).astype('f4'), pixel, charge))
        words = [source, source << 16 | (source == 3) << 31, 2 << 24 | charge, 0, 0, offset, *np.stack([tof, pixel], 1).ravel().tolist()]
        send(packet(0x0003, struct.pack(f'<{len(words)}I', *words)))


def status(run, kind, version=0, at=None):
    return packet(0x4003, struct.pack('<3I', run, state['start'], kind << 24) + b'\0' * (8 * version), version, at)


def do(order):
    what = order.pop('do')
    if what == 'pulses':
        for _ in range(order['count']):
            pulse(str(order['run']), order.get('paused', False), order.get('monitors', True), order.get('again', False), bytes.fromhex(order.get('extra', '')))
    elif what == 'mapped':
        for _ in range(order['count']):
            mapped(str(order['run']))
    elif what == 'words':
        send(packet(order['type'], struct.pack(f"<{len(order['words'])}I", *order['words'])))
    elif what == 'status':
        if order['kind'] in (1, 5):
            state['start'] = state['time'] // 10**9 - EPOCH
        state['run'] = order['run'] if order['kind'] != 4 else None
        send(status(order['run'], order['kind'], order.get('version', 0)))
    elif what == 'mark':
        send(packet(0x4007, struct.pack('<2I', order['marker'] << 16 | 5, order.get('scan', 0)) + b'hello'))
    elif what == 'text':
        text = order['text'].encode()
        send(packet(order['type'], (struct.pack('<I', order['device']) if 'device' in order else b'') + struct.pack('<I', len(text)) + text))
    elif what == 'value':
        value = order['value']
        kind, data = (0x8003, struct.pack('<I', len(value)) + value.encode()) if isinstance(value, str) else (0x8002, struct.pack('<d', value)) if isinstance(value, float) else (0x8001, struct.pack('<I', value))
        send(packet(kind, struct.pack('<3I', order['device'], order['variable'], 0) + data))
    elif what == 'raw':
        send(bytes.fromhex(order['bytes']))
    elif what == 'pieces':
        state['pieces'] = order['size']
    elif what == 'cut':
        with gate:
            state['cut'] = len(packets)
    elif what == 'wait':
        with gate:
            if not gate.wait_for(lambda: len(hellos) >= order['hellos'], 30):
                return f'only {len(hellos)} hellos'
    elif what == 'hellos':
        return json.dumps(hellos)
    elif what == 'expect':
        got = events[str(order['run'])]
        tof, pixel = np.concatenate([e[0] for e in got]), np.concatenate([e[1] for e in got])
        counts = np.zeros((order['ids'], order['bins']), 'u4')
        np.add.at(counts, (pixel, (tof.astype('f8') * (order['bins'] / order['tof_max'])).astype(int)), 1)
        np.save(os.path.join(folder, f"{order['run']}.npy"), counts)
        # Four banks a pulse, each with the pulse's charge of 10 pC units.
        return json.dumps({'events': len(tof), 'charge': 10 * sum(e[2] for e in got) // 4})
    return 'ok'


def put(client, data):
    size = state['pieces']
    if size < 0:
        # Each packet is cut once, at the next of all boundaries.
        state['boundary'] = (state['boundary'] + 1) % len(data)
        client.sendall(data[:state['boundary']])
        time.sleep(0.0002)
        client.sendall(data[state['boundary']:])
        return
    for at in range(0, len(data), size or len(data)):
        client.sendall(data[at:at + (size or len(data))])


def serve(client):
    try:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        head = client.recv(16, socket.MSG_WAITALL)
        length, kind, *_ = struct.unpack('<4I', head)
        assert kind >> 8 == 0x4006, hex(kind)
        version = kind & 0xff
        words = struct.unpack(f'<{length // 4}I', client.recv(length, socket.MSG_WAITALL))
        with gate:
            at = len(packets)
            if words[0]:
                at = next((i for i, p in enumerate(packets) if p[1] >= words[0] and p[2] == 0x4000), len(packets))
            # What a client must know: the run at this place of the stream.
            known = [p[0] for p in packets[:at] if p[2] in (0x8000, 0x400A, 0x400B)]
            last = [p[0] for p in packets[:at] if p[2] == 0x4003]
            if last:
                run, start, kind = struct.unpack_from('<3I', last[-1], 16)
                known.append(packet(0x4003, struct.pack('<3I', run if kind >> 24 != 4 else 0, start, (5 if kind >> 24 != 4 else 0) << 24)))
            hellos.append([version, *words])
            gate.notify_all()
        for data in known:
            put(client, data)
        while True:
            with gate:
                gate.wait_for(lambda: at < len(packets))
                data, _, kind = packets[at]
                cut = state['cut'] is not None and at >= state['cut'] and kind == 0x4000
                if cut:
                    state['cut'] = None
            if cut:
                client.sendall(data[:len(data) // 2 + 1])
                return
            put(client, data)
            at += 1
    except OSError:
        pass
    finally:
        client.close()


listener = socket.create_server(('127.0.0.1', 0))
print(listener.getsockname()[1], flush=True)


def accept():
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()


threading.Thread(target=accept, daemon=True).start()
for line in sys.stdin:
    print(do(json.loads(line)), flush=True)
