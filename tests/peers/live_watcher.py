"""Watches a live stream (array-1.0) and compares every pixel with the test pattern.

    live_watcher.py CONFIG.json ADDRESS IMAGES

Prints JSON: the ids that came, and `errors`.
"""

import json
import sys

import numpy as np
import zmq

import detector_formats as formats


def main(config, address, images):
    detector = formats.load(config)
    stream = zmq.Context.instance().socket(zmq.SUB)
    stream.setsockopt(zmq.SUBSCRIBE, b"")
    stream.connect(address)
    frames, errors = [], []
    while len(frames) < int(images):
        if not stream.poll(60_000):
            raise SystemExit(f"no image for 60 s; {frames} came")
        header, pixels = stream.recv_multipart()
        header = json.loads(header)
        frame = header.pop("frame")
        if header != {"htype": "array-1.0", "shape": [detector.height, detector.width], "type": detector.dtype.name}:
            errors.append(f"header is {header}")
        image = np.frombuffer(pixels, detector.dtype).reshape(detector.height, detector.width)
        for module in detector.modules:
            if not np.array_equal(detector.take(image, module), detector.pattern(module, frame)):
                errors.append(f"image {frame}, module {module}: wrong pixels")
        frames.append(frame)
    print(json.dumps({"frames": frames, "errors": errors[:20]}))


main(*sys.argv[1:])
