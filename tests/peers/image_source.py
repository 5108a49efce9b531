"""Takes the place of an assembler: makes the image ring, and announces images of the test pattern.

    image_source.py CONFIG.json SLOTS IMAGES

Prints `bound`; sends when somebody subscribes; prints `sent`; ends when its input ends. Every fifth image misses packet 1 of each
module and says so; before each image comes an announcement that is none.
"""

import os
import sys
import time

import numpy as np
import zmq

import detector_formats as formats

DTYPES = {np.dtype("u1"): 1, np.dtype("<u2"): 2, np.dtype("<u4"): 4}


def main(config, slots, images):
    detector = formats.load(config)
    ring = formats.Ring(f"{detector.name}-image", detector.image_bytes, int(slots), create=True)
    channel = zmq.Context.instance().socket(zmq.XPUB)   # a PUB that tells when somebody subscribes
    channel.bind(f"ipc:///tmp/{detector.name}-image")
    print("bound", flush=True)
    if not channel.poll(30_000) or channel.recv()[:1] != b"\1":
        raise SystemExit("nobody subscribed within 30 s")
    image = np.zeros((detector.height, detector.width), detector.dtype)
    for image_id in range(1, int(images) + 1):
        incomplete = image_id % 5 == 0
        for module in detector.modules:
            pixels = detector.pattern(module, image_id)
            if incomplete:
                first, end = detector.packet_rows(1)
                pixels[first:end] = 0
            detector.put(image, module, pixels)
        ring.write(image_id, image.tobytes())
        fields = {1: image_id, 2: detector.height, 3: detector.width, 4: detector.image_bytes, 5: DTYPES[detector.dtype],
                  6: formats.STATUS_MISSING if incomplete else formats.STATUS_GOOD, 10: formats.encode_protobuf({1: 17})}
        channel.send(b"\xff\xff\xff" if image_id % 2 else formats.encode_protobuf({**fields, 2: 1, 3: 1, 4: detector.dtype.itemsize}))
        channel.send(formats.encode_protobuf(fields))
        time.sleep(0.01)   # the pace of a detector, not a wait
    print("sent", flush=True)
    sys.stdin.read()
    print(f"the ring is {'still there' if os.path.exists(ring.path) else 'gone'}")
    ring.close()
    os.unlink(ring.path)
    channel.close(0)
    os.unlink(f"/tmp/{detector.name}-image")


main(*sys.argv[1:])
