"""Takes the place of a detector module and of a converter around a udp-receiver program.

    detector_sender.py CONFIG.json SLOTS

Sends frames of the first active module with all that may happen to packets on the way, and checks for each the 64 bytes on the
module's channel and every byte of the frame in the module's ring. Prints JSON: frames checked, and `errors`.
"""

import json
import random
import socket
import sys
import time

import zmq

import detector_formats as formats


class Frame:
    def __init__(self, detector, module, image_id, rng):
        self.detector, self.module, self.image_id = detector, module, image_id
        self.data = rng.randbytes(detector.frame_bytes)
        self.fields = {
            "frame_number": rng.getrandbits(48), "exposure": rng.getrandbits(24), "specific1": rng.getrandbits(64), "timestamp": rng.getrandbits(40),
            "row": rng.getrandbits(16), "column": rng.getrandbits(16), "specific2": rng.getrandbits(16), "specific3": rng.getrandbits(32),
            "round_robin": rng.getrandbits(16), "swap": rng.getrandbits(1), "correction": rng.getrandbits(3), "scan_id": rng.getrandbits(32),
            "status": rng.getrandbits(16), "sync_time": rng.getrandbits(32), "scan_time": rng.getrandbits(32),
        }
        self.pad = rng.randbytes(36)

    def payload(self, packet):
        start = self.detector.offset(packet)
        return self.data[start : start + self.detector.data_bytes(packet)] + self.pad[: self.detector.pad_bytes(packet)]

    def packet(self, packet, module=None):
        header = self.detector.make_header(self.module if module is None else module, self.image_id, packet, self.fields)
        return header + self.payload(packet)

    def packets(self, leave_out=()):
        return [self.packet(p) for p in range(self.detector.packets) if p not in leave_out]

    def expected(self, missing):
        data = bytearray(self.data)
        for packet in missing:
            start, length = self.detector.offset(packet), self.detector.data_bytes(packet)
            data[start : start + length] = bytes(length)
        return bytes(data)


class Bench:
    """Sends datagrams and checks what comes out at the other side."""

    def __init__(self, detector, slots):
        self.detector, self.module = detector, detector.modules[0]
        self.rng = random.Random(5)
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.connect(("127.0.0.1", detector.port(self.module)))
        self.channel = zmq.Context.instance().socket(zmq.SUB)
        self.channel.setsockopt(zmq.SUBSCRIBE, b"")
        self.channel.connect(f"ipc:///tmp/{detector.name}-{self.module}")
        self.slots, self.ring = slots, None
        self.checked, self.errors, self.next_id = 0, [], 1000

    def frame(self, image_id=None):
        if image_id is None:
            self.next_id += 1
            image_id = self.next_id
        return Frame(self.detector, self.module, image_id, self.rng)

    def connect(self):
        """Sends frames until one is announced, which shows that the subscription has arrived; then waits for the last."""
        deadline, last = time.monotonic() + 30, None
        while True:
            last = self.frame()
            self.send(last.packets())
            if self.channel.poll(100):
                break
            if time.monotonic() > deadline:
                raise SystemExit("nothing came from the receiver within 30 s")
        while int.from_bytes(self.receive()[:8], "little") != last.image_id:
            pass
        self.ring = formats.Ring(f"{self.detector.name}-{self.module}", self.detector.slot_bytes, self.slots)

    def send(self, datagrams):
        for datagram in datagrams:
            try:
                self.udp.send(datagram)
            except ConnectionRefusedError:   # an answer to an earlier datagram: nobody had the port yet
                pass

    def receive(self):
        if not self.channel.poll(20_000):
            raise SystemExit(f"no frame within 20 s; so far: {self.errors}")
        return self.channel.recv()

    def expect(self, what, frame, missing=()):
        message = self.receive()
        wanted = self.detector.frame_metadata(self.module, frame.image_id, len(missing), frame.fields)
        if message != wanted:
            self.errors.append(f"{what}: metadata are {message.hex()}, but must be {wanted.hex()}")
        found, data = self.ring.read(frame.image_id, len(frame.data)), frame.expected(missing)
        if found != data:
            at = next(i for i in range(len(data)) if found[i] != data[i])
            self.errors.append(f"{what}: frame {frame.image_id} differs from byte {at} on")
        self.checked += 1

    def expect_silence(self):
        if self.channel.poll(1500):
            self.errors.append(f"a frame came that was not sent: {self.channel.recv().hex()}")


def scenarios(bench):
    d, rng = bench.detector, bench.rng
    first = bench.frame()
    bench.send(first.packets())
    bench.expect("in order", first)

    frame = bench.frame()
    bench.send(reversed(frame.packets()))
    bench.expect("backwards", frame)

    for _ in range(3):
        frame = bench.frame()
        bench.send(rng.sample(frame.packets(), d.packets))
        bench.expect("in any order", frame)

    a, b = bench.frame(), bench.frame()
    half = d.packets // 2
    late = [a.packet(p) for p in range(half, d.packets)]
    early = [b.packet(p) for p in range(half)]
    mixed = [x for pair in zip(late, early) for x in pair] + late[len(early):] + early[len(late):]
    bench.send([a.packet(p) for p in range(half)] + mixed + [b.packet(p) for p in range(half, d.packets)])
    bench.expect("the first of two that overlap", a)
    bench.expect("the second of two that overlap", b)

    for share in (1, d.packets // 4, d.packets - 1):
        frame, missing = bench.frame(), rng.sample(range(d.packets), max(1, share))
        bench.send(frame.packets(missing))
        bench.expect(f"{len(missing)} packets lost, nothing follows", frame, missing)

    a, b, c = bench.frame(), bench.frame(), bench.frame()
    bench.send(a.packets([0]) + b.packets() + c.packets())
    bench.expect("first packet lost, others follow", a, [0])
    bench.expect("after one with loss", b)
    bench.expect("after one with loss", c)

    frame = bench.frame()
    bench.send([x for x in frame.packets() for _ in range(2)] + frame.packets()[::2])
    bench.expect("every packet twice, and some again when all is complete", frame)

    frame = bench.frame()
    datagrams = []
    for p, packet in enumerate(frame.packets()):
        noise = rng.randbytes(len(packet) - d.header_bytes)
        wrong = packet[: d.header_bytes] + noise
        datagrams += [rng.choice([b"", wrong[:7], wrong[: d.header_bytes], wrong[:-1], wrong + b"x", wrong[: rng.randrange(len(wrong))]]), packet]
    bench.send(datagrams)
    bench.expect("a datagram of a wrong size before every packet", frame)

    frame = bench.frame()
    bad = sorted(rng.sample(range(1, d.packets), min(3, d.packets - 1)))
    bench.send([frame.packet(p)[:-1] if p in bad else frame.packet(p) for p in range(d.packets)])
    bench.expect("some packets only in a wrong size", frame, bad)

    frame, other = bench.frame(), bench.frame()
    datagrams = []
    for p, packet in enumerate(frame.packets()):
        datagrams += [other.packet(p, module=(bench.module + 1) % 8), rng.randbytes(len(packet)), packet]
    bench.send(datagrams)
    bench.expect("foreign packets and noise between", frame)

    frame = bench.frame()
    version_at = 47 if d.header_bytes == 48 else 0
    bench.send([packet[:version_at] + b"\x01" + packet[version_at + 1 :] for packet in frame.packets()])
    bench.expect("a header version that the format does not describe", frame)

    frame = bench.frame()
    if d.header_bytes == 48:
        beyond = [frame.packet(0)[:12] + number.to_bytes(4, "little") + frame.packet(0)[16:] for number in (d.packets, 2**31, 2**32 - 1)]
    else:
        beyond = [frame.packet(0)[:14] + row.to_bytes(2, "little") + frame.packet(0)[16:] for row in (d.rows_per_packet * d.packets, 1, 2**16 - 1)]
    bench.send([*beyond, *frame.packets(), *beyond])
    bench.expect("packet numbers beyond the frame", frame)

    top = 2**32 - 1 if d.header_bytes == 32 else 2**50
    for image_id in (5_000_000, 77, top, first.image_id):
        frame = bench.frame(image_id)
        if image_id == first.image_id:
            frame.fields["frame_number"] = first.fields["frame_number"]
        bench.send(frame.packets())
        bench.expect(f"a jump to {image_id}", frame)

    for i in range(bench.slots + 2):
        frame, missing = bench.frame(), [i % d.packets] if i % 8 == 7 else []
        bench.send(frame.packets(missing))
        bench.expect("round the ring", frame, missing)


def main(config, slots):
    detector = formats.load(config)
    bench = Bench(detector, int(slots))
    bench.connect()
    scenarios(bench)
    bench.expect_silence()
    bench.ring.close()
    print(json.dumps({"checked": bench.checked, "errors": bench.errors}))


main(*sys.argv[1:])
