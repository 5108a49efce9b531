"""Takes the place of the receivers of a detector: plain sockets that check every packet a simulator sends.

    packet_receiver.py CONFIG.json IMAGES

Prints `listening`, and at the end of its input JSON: how many datagrams of which sort came, and `errors`.
"""

import json
import os
import selectors
import socket
import sys

import detector_formats as formats

SO_RCVBUFFORCE = 33


class Checker:
    def __init__(self, detector, images):
        self.detector, self.images = detector, images
        self.frames, self.seen, self.last = {}, set(), {}
        self.counts = {"packets": 0, "duplicates": 0, "wrong_size": 0, "foreign": 0, "out_of_order": 0}
        self.errors = []

    def take(self, module, datagram):
        d = self.detector
        if len(datagram) < d.header_bytes:
            self.counts["wrong_size"] += 1
            return
        header = datagram[: d.header_bytes]
        image_id, sender, packet = d.identify(header)
        if not 0 <= packet < d.packets or not 1 <= image_id <= self.images:
            self.errors.append(f"module {module}: packet {packet} of image {image_id} does not exist")
        elif len(datagram) != d.datagram_bytes(packet):
            self.counts["wrong_size"] += 1
        elif sender != module:
            self.counts["foreign"] += 1
        elif (image_id, module, packet) in self.seen:
            self.counts["duplicates"] += 1
        else:
            self.check(module, image_id, packet, header, datagram[d.header_bytes :])

    def check(self, module, image_id, packet, header, payload):
        d = self.detector
        self.counts["packets"] += 1
        self.seen.add((image_id, module, packet))
        self.counts["out_of_order"] += (image_id, packet) < self.last.get(module, (0, 0))
        self.last[module] = (image_id, packet)
        if not d.check_header(header, module, image_id, packet):
            self.errors.append(f"module {module}, image {image_id}, packet {packet}: header is {header.hex()}")
        if (image_id, module) not in self.frames:
            self.frames[image_id, module] = d.encode(d.pattern(module, image_id))
        start, length = d.offset(packet), d.data_bytes(packet)
        if payload[:length] != self.frames[image_id, module][start : start + length]:
            self.errors.append(f"module {module}, image {image_id}, packet {packet}: the data are not the pattern's")


def main(config, images):
    detector = formats.load(config)
    checker = Checker(detector, int(images))
    selector = selectors.DefaultSelector()
    for module in detector.modules:
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE if os.geteuid() == 0 else socket.SO_RCVBUF, 64 << 20)
        udp.bind(("127.0.0.1", detector.port(module)))
        udp.setblocking(False)
        selector.register(udp, selectors.EVENT_READ, module)
    selector.register(sys.stdin, selectors.EVENT_READ, None)
    print("listening", flush=True)
    ended = False
    while True:
        ready = selector.select(0 if ended else None)
        sockets = [key for key, _ in ready if key.data is not None]
        if not sockets and ended:
            break
        if not sockets and any(key.data is None for key, _ in ready):
            ended = sys.stdin.read() is not None
            selector.unregister(sys.stdin)
        for key in sockets:
            checker.take(key.data, key.fileobj.recv(65536))
    print(json.dumps({**checker.counts, "errors": checker.errors[:20]}))


main(*sys.argv[1:])
