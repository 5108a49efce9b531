"""Takes the place of a program that uses assembled images: reads the channel and the ring that an assembler fills.

    image_reader.py CONFIG.json SLOTS IMAGES

Prints `subscribing`, and after so many images JSON: how many had which status, and `errors`.
"""

import json
import sys

import numpy as np
import zmq

import detector_formats as formats

DTYPES = {np.dtype("u1"): 1, np.dtype("<u2"): 2, np.dtype("<u4"): 4}
SPECIFIC = {"Gigafrost": 8, "Jungfrau": 9, "Eiger": 10}


def check(detector, image, fields, errors):
    """Compares an image with the pattern, and gives the number of packets that are missing."""
    covered = np.zeros(image.shape, bool)
    missing = 0
    for module in detector.modules:
        detector.put(covered, module, True)
        found, wanted = detector.take(image, module), detector.pattern(module, fields[1])
        for packet in range(detector.packets):
            first, end = detector.packet_rows(packet)
            if np.array_equal(found[first:end], wanted[first:end]):
                continue
            missing += 1
            if found[first:end].any():
                errors.append(f"image {fields[1]}, module {module}, packet {packet}: wrong pixels")
    if image[~covered].any():
        errors.append(f"image {fields[1]}: pixels that no module covers are not 0")
    return missing


def main(config, slots, images):
    detector = formats.load(config)
    channel = zmq.Context.instance().socket(zmq.SUB)
    channel.setsockopt(zmq.SUBSCRIBE, b"")
    channel.connect(f"ipc:///tmp/{detector.name}-image")
    print("subscribing", flush=True)
    ring, errors, ids, missing_packets, flagged = None, [], [], 0, 0
    while len(ids) < int(images):
        if not channel.poll(30_000):
            raise SystemExit(f"no image within 30 s; {len(ids)} came")
        message = channel.recv()
        ring = ring or formats.Ring(f"{detector.name}-image", detector.image_bytes, int(slots))
        fields = formats.decode_protobuf(message)
        image = np.frombuffer(ring.read(fields[1], detector.image_bytes), detector.dtype).reshape(detector.height, detector.width)
        missing = check(detector, image, fields, errors)
        wanted = {1: fields[1], 2: detector.height, 3: detector.width, 4: detector.image_bytes, 5: DTYPES[detector.dtype],
                  6: formats.STATUS_MISSING if missing else formats.STATUS_GOOD}
        specific = SPECIFIC[type(detector).__name__]
        if {k: v for k, v in fields.items() if k != specific} != wanted:
            errors.append(f"metadata are {fields}, but must be {wanted}")
        if specific not in fields:
            errors.append(f"metadata {fields} say nothing of the detector (field {specific})")
        ids.append(fields[1])
        missing_packets += missing
        flagged += missing > 0
    if ids != sorted(set(ids)):
        errors.append(f"image ids do not rise: {ids}")
    ring.close()
    print(json.dumps({"images": len(ids), "missing_packets": missing_packets, "flagged": flagged, "errors": errors[:20]}))


main(*sys.argv[1:])
