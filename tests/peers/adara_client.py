"""A client of a stream management service in Python, made from the table of ADARA's packets alone, with no code of Hutch.

adara_client.py PORT START PULSES [FLAGS]: says hello (START: 0, or seconds since 1990), reads PULSES banked packets and says as JSON what it has seen.
"""
import json
import socket
import struct
import sys
import xml.etree.ElementTree as ET

port, start, wanted = (int(a) for a in sys.argv[1:4])
hello = [start] + [int(a) for a in sys.argv[4:5]]
stream = socket.create_connection(('127.0.0.1', port), 20)
stream.sendall(struct.pack(f'<{4 + len(hello)}I', 4 * len(hello), 0x4006 << 8 | len(hello) - 1, 0, 0, *hello))
seen = {'pulses': 0, 'events': 0, 'errors': 0, 'charge': 0, 'monitor_events': 0, 'status': [], 'marks': [], 'types': {}, 'pulse_ids': [], 'logs': {}, 'tof': [0, 0], 'pixel': [0, 0]}
names = {}


def exactly(count):
    data = bytearray()
    while len(data) < count:
        part = stream.recv(count - len(data))
        if not part:
            raise EOFError
        data += part
    return bytes(data)


try:
    while seen['pulses'] < wanted:
        length, kind, seconds, nanoseconds = struct.unpack('<4I', exactly(16))
        assert length % 4 == 0, length
        payload = exactly(length)
        words = struct.unpack(f'<{length // 4}I', payload)
        version, kind = kind & 0xff, kind >> 8
        seen['types'][hex(kind)] = seen['types'].get(hex(kind), 0) + 1
        if kind == 0x4000:
            assert version <= 1
            at = 4
            while at < len(words):
                source, intra, offset, banks = words[at:at + 4]
                at += 4
                for _ in range(banks):
                    bank, count = words[at:at + 2]
                    pairs = words[at + 2:at + 2 + 2 * count]
                    assert len(pairs) == 2 * count, 'a bank is cut off'
                    at += 2 + 2 * count
                    if bank >= 0xfffffffe:
                        seen['errors'] += count
                        continue
                    seen['events'] += count
                    if count:
                        seen['tof'] = [min(pairs[::2]), max(pairs[::2])]
                        seen['pixel'] = [min(seen['pixel'][0], *pairs[1::2]), max(seen['pixel'][1], *pairs[1::2])]
            assert at == len(words)
            seen['pulses'] += 1
            seen['charge'] += words[0]
            seen['pulse_ids'].append(seconds << 32 | nanoseconds)
        elif kind == 0x4001:
            at = 4
            while at < len(words):
                count = words[at] & 0x3fffff
                seen['monitor_events'] += count
                at += 3 + count
            assert at == len(words)
        elif kind == 0x4003:
            seen['status'].append([words[0], words[2] >> 24])
        elif kind == 0x4007:
            seen['marks'].append(words[0] >> 16 & 0x7fff)
        elif kind == 0x400A:
            seen['pixels'] = sum('name' in e.attrib for e in ET.fromstring(payload[4:4 + words[0]]).iter('{http://www.mantidproject.org/IDF/1.0}location'))
        elif kind == 0x400B:
            long, short, ident = (words[0] >> shift & 0xff for shift in (0, 8, 16))
            text = payload[4:].decode()
            seen['beamline'] = [text[:ident], text[ident:ident + short], text[ident + short:ident + short + long]]
        elif kind == 0x8000:
            for pv in ET.fromstring(payload[8:8 + words[1]].decode().split('?>')[-1]).iter('{http://public.sns.gov/schema/device.xsd}process_variable'):
                names[words[0], int(pv[1].text)] = pv[0].text
        elif kind == 0x8002:
            seen['logs'][names[words[0], words[1]]] = struct.unpack('<d', payload[12:20])[0]
except EOFError:
    seen['ended'] = True
print(json.dumps(seen))
