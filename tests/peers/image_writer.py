"""Takes the place of a writer: does what the driver of an acquisition says, with h5py.

    image_writer.py CONFIG.json SLOTS [WRITER]

Prints `ready`; ends after a file was closed, with JSON: the actions in their order, runs counted.
"""

import itertools
import json
import sys

import h5py
import numpy as np
import zmq

import detector_formats as formats

NAMES = {1: "create", 2: "record", 3: "close", 4: "confirm"}


def main(config, slots, number="0"):
    detector = formats.load(config)
    actions = zmq.Context.instance().socket(zmq.PULL)
    actions.connect(f"ipc:///tmp/{detector.name}-driver-{number}")
    answers = zmq.Context.instance().socket(zmq.PUSH)
    answers.bind(f"ipc:///tmp/{detector.name}-writer-{number}")
    print("ready", flush=True)
    ring, file, rows, seen = None, None, [], []
    while not seen or seen[-1] != "close":
        if not actions.poll(60_000):
            raise SystemExit(f"nothing to do for 60 s; so far {seen}")
        # As every protobuf parser does, it skips what it does not know.
        (action, body), = ((field, value) for field, value in formats.decode_protobuf(actions.recv()).items() if field in NAMES)
        body = formats.decode_protobuf(body)
        seen.append(NAMES[action])
        if action == 1:
            file = h5py.File(body[1].decode(), "w")
            shape = (detector.height, detector.width)
            data = file.create_dataset(f"{detector.name}/data", (0, *shape), detector.dtype, maxshape=(None, *shape), chunks=(1, *shape))
        elif action == 2:
            fields = formats.decode_protobuf(body[1])
            ring = ring or formats.Ring(f"{detector.name}-image", detector.image_bytes, int(slots))
            data.resize(len(rows) + 1, axis=0)
            data[len(rows)] = np.frombuffer(ring.read(fields[1], detector.image_bytes), detector.dtype).reshape(detector.height, detector.width)
            rows.append((fields[1], fields[6]))
            continue
        elif action == 3:
            table = np.array(rows, [("image_id", "<u8"), ("status", "<u8")])
            file[f"{detector.name}/metadata"], file[f"{detector.name}/image_id"] = table, table["image_id"]
            file.close()
        answers.send(formats.encode_protobuf({1: 1}))
    print(json.dumps([[name, len(list(group))] for name, group in itertools.groupby(seen)]))
    answers.close(2000)


main(*sys.argv[1:])
