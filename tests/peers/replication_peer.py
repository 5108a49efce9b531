"""Takes the place of programs that replicate images between machines, as another laboratory would write them.

    replication_peer.py source CONFIG.json PORT IMAGES          sends images of the test pattern (PUB bound at PORT + part)
    replication_peer.py sink CONFIG.json PORT IMAGES            receives them and compares every byte
    replication_peer.py receiver CONFIG.json PORT SLOTS IMAGES  receives them into a ring and reports them on NAME-sync
    replication_peer.py synchroniser CONFIG.json SLOTS IMAGES   makes the ring, counts reports on NAME-sync, announces on NAME-image

The source sends when it has subscribers and is given a line. It leaves out part 0 of image 7 and all of image 9, and sends messages that
are no parts. It prints `bound` and `sent`; `sink` prints JSON; all end when their work is done, `source` and `synchroniser` when their input ends.
"""

import json
import os
import sys
import time
from multiprocessing import resource_tracker, shared_memory

import numpy as np
import zmq

import detector_formats as formats

DTYPES = {np.dtype("u1"): 1, np.dtype("<u2"): 2, np.dtype("<u4"): 4}
CONTEXT = zmq.Context.instance()


def largest_image(detector):
    kind = detector.config["detector_type"]
    if kind == "gigafrost":
        return 2016 * 2016 * 2
    if kind == "eiger":
        return 3106 * 3264 * 4
    return 1024 * 512 * 32 * 2


def parts_of(detector):
    """[(start, size)] of what each pair carries."""
    count = int(detector.config.get("max_number_of_forwarders_spawned", 8))
    total = detector.image_bytes
    if detector.config.get("sender_sends_full_images", False):
        return [(0, total)] * count
    divided = total if detector.config.get("use_all_forwarders", False) else largest_image(detector)
    starts = [p * divided // count for p in range(count)]
    return [(start, min(total - start, divided // count)) for start in starts if start < total]


def carries(detector, part, image_id):
    count = int(detector.config.get("max_number_of_forwarders_spawned", 8))
    return not detector.config.get("sender_sends_full_images", False) or image_id % count == part


def image_of(detector, image_id):
    image = np.zeros((detector.height, detector.width), detector.dtype)
    for module in detector.modules:
        detector.put(image, module, detector.pattern(module, image_id))
    return image.tobytes()


def metadata_of(detector, image_id):
    return formats.encode_protobuf({1: image_id, 2: detector.height, 3: detector.width, 4: detector.image_bytes, 5: DTYPES[detector.dtype], 6: 1})


def source(config, port, images):
    detector = formats.load(config)
    parts, sockets = parts_of(detector), []
    for p in range(len(parts)):
        sockets.append(CONTEXT.socket(zmq.XPUB))
        sockets[-1].setsockopt(zmq.LINGER, 10_000)
        sockets[-1].bind(f"tcp://127.0.0.1:{int(port) + p}")
    print("bound", flush=True)
    for stream in sockets:
        if not stream.poll(30_000) or stream.recv()[:1] != b"\1":
            raise SystemExit("nobody subscribed within 30 s")
    sys.stdin.readline()
    for image_id in range(1, int(images) + 1):
        data, metadata = image_of(detector, image_id), metadata_of(detector, image_id)
        for p, (start, size) in enumerate(parts):
            if not carries(detector, p, image_id) or image_id == 9 or (image_id == 7 and p == 0):
                continue
            if image_id == 5:
                sockets[p].send_multipart([b"\xff\xff", b"nothing"])
                sockets[p].send(b"one part")
                sockets[p].send_multipart([metadata, data[start : start + size] + b"more"])
                sockets[p].send_multipart([metadata, data[start : start + size // 2]])
                sockets[p].send_multipart([metadata, b"one", b"two"])
            sockets[p].send_multipart([metadata, data[start : start + size]])
        time.sleep(0.02)   # the pace of a detector, not a wait
    print("sent", flush=True)
    sys.stdin.read()


def subscribe(detector, port):
    """One socket a part, and a poller of them."""
    sockets, poller = [], zmq.Poller()
    for p in range(len(parts_of(detector))):
        sockets.append(CONTEXT.socket(zmq.SUB))
        sockets[-1].setsockopt(zmq.SUBSCRIBE, b"")
        sockets[-1].connect(f"tcp://127.0.0.1:{int(port) + p}")
        poller.register(sockets[-1], zmq.POLLIN)
    return sockets, poller


def received(detector, port, images):
    """Yields (part, metadata as bytes, fields, data) until all parts of so many images have come."""
    sockets, poller = subscribe(detector, port)
    parts = parts_of(detector)
    wanted = sum(carries(detector, p, i) for i in range(1, int(images) + 1) for p in range(len(parts)))
    while wanted:
        ready = poller.poll(60_000)
        if not ready:
            raise SystemExit(f"nothing came for 60 s; {wanted} parts are missing")
        for stream, _ in ready:
            metadata, data = stream.recv_multipart()
            wanted -= 1
            yield sockets.index(stream), metadata, formats.decode_protobuf(metadata), data


def sink(config, port, images):
    detector = formats.load(config)
    parts, errors, seen = parts_of(detector), [], {}
    for part, _, fields, data in received(detector, port, images):
        start, size = parts[part]
        expected = image_of(detector, fields[1])[start : start + size]
        if not carries(detector, part, fields[1]):
            errors.append(f"part {part} of image {fields[1]} belongs to another pair")
        # A sender that covers every byte may send one more than n / F of them.
        if len(data) not in (size, size + 1) or data[:size] != expected:
            errors.append(f"part {part} of image {fields[1]}: {len(data)} bytes are not the {size} of the pattern")
        if (fields[2], fields[3], fields[4], fields[5], fields[6]) != (detector.height, detector.width, detector.image_bytes, DTYPES[detector.dtype], 1):
            errors.append(f"metadata are {fields}")
        if fields[1] != seen.get(part, fields[1] - 1) + 1 and not detector.config.get("sender_sends_full_images", False):
            errors.append(f"part {part}: image {fields[1]} came after {seen[part]}")
        seen[part] = fields[1]
    print(json.dumps({"parts": len(parts), "errors": errors[:20]}))


def receiver(config, port, slots, images):
    detector = formats.load(config)
    parts = parts_of(detector)
    ring = shared_memory.SharedMemory(f"{detector.name}-image")
    resource_tracker.unregister(ring._name, "shared_memory")   # it belongs to the program that made it
    sync = CONTEXT.socket(zmq.PUSH)
    sync.connect(f"ipc:///tmp/{detector.name}-sync")
    print("receiving", flush=True)
    for part, metadata, fields, data in received(detector, port, images):
        at = fields[1] % int(slots) * detector.image_bytes + parts[part][0]
        ring.buf[at : at + len(data)] = data
        sync.send(metadata)
    print("received", flush=True)
    sys.stdin.read()
    sync.close(0)
    ring.close()


def synchroniser(config, slots, images):
    detector = formats.load(config)
    parts = 1 if detector.config.get("sender_sends_full_images", False) else len(parts_of(detector))
    ring = formats.Ring(f"{detector.name}-image", detector.image_bytes, int(slots), create=True)
    sync, channel = CONTEXT.socket(zmq.PULL), CONTEXT.socket(zmq.XPUB)
    sync.bind(f"ipc:///tmp/{detector.name}-sync")
    channel.bind(f"ipc:///tmp/{detector.name}-image")
    if not channel.poll(60_000):
        raise SystemExit("nobody subscribed within 60 s")
    print("subscribed", flush=True)
    counts = {}
    announced = 0
    while announced < int(images):
        if not sync.poll(60_000):
            raise SystemExit(f"nothing was reported for 60 s: {counts}")
        message = sync.recv()
        image_id = formats.decode_protobuf(message)[1]
        counts[image_id] = counts.get(image_id, 0) + 1
        if counts[image_id] == parts:
            channel.send(message)
            announced += 1
    print("announced", flush=True)
    sys.stdin.read()
    for stream, name in ((sync, "sync"), (channel, "image")):
        stream.close(0)
        os.unlink(f"/tmp/{detector.name}-{name}")
    ring.close()
    if os.path.exists(ring.path):
        os.unlink(ring.path)


{"source": source, "sink": sink, "receiver": receiver, "synchroniser": synchroniser}[sys.argv[1]](*sys.argv[2:])
