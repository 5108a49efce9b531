"""Takes the place of an assembler and of the driver of an acquisition: makes images, and tells N writers what to do with them.

    writer_driver.py CONFIG.json SLOTS IMAGES FILE [N]

Image k goes to writer k modulo N. First it asks for a file in a folder that does not exist, which must be refused. Prints JSON: the answers.
"""

import json
import sys
import time

import numpy as np
import zmq

import detector_formats as formats

DTYPES = {np.dtype("u1"): 1, np.dtype("<u2"): 2, np.dtype("<u4"): 4}
SUCCESS, FAILURE = 1, 2


class Writer:
    def __init__(self, name, number):
        self.number = number
        self.actions = zmq.Context.instance().socket(zmq.PUSH)
        self.actions.bind(f"ipc:///tmp/{name}-driver-{number}")
        self.answers = zmq.Context.instance().socket(zmq.PULL)
        self.answers.connect(f"ipc:///tmp/{name}-writer-{number}")

    def tell(self, action, body):
        self.actions.send(formats.encode_protobuf({action: formats.encode_protobuf(body)}))

    def ask(self, action, body):
        self.tell(action, body)
        if not self.answers.poll(30_000):
            raise SystemExit(f"writer {self.number} does not answer action {action} within 30 s")
        answer = formats.decode_protobuf(self.answers.recv())
        return answer.get(1, 0), answer.get(2, b"").decode()


def main(config, slots, images, path, count="1"):
    detector = formats.load(config)
    ring = formats.Ring(f"{detector.name}-image", detector.image_bytes, int(slots), create=True)
    writers = [Writer(detector.name, i) for i in range(int(count))]
    refused = [w.ask(1, {1: b"/no such folder/a.h5", 2: w.number}) for w in writers]
    created = [w.ask(1, {1: path.encode(), 2: w.number}) for w in writers]
    image = np.zeros((detector.height, detector.width), detector.dtype)
    for k in range(int(images)):
        image_id = k + 1
        for module in detector.modules:
            detector.put(image, module, detector.pattern(module, image_id))
        ring.write(image_id, image.tobytes())
        fields = {1: image_id, 2: detector.height, 3: detector.width, 4: detector.image_bytes, 5: DTYPES[detector.dtype], 6: formats.STATUS_GOOD}
        writers[k % len(writers)].tell(2, {1: formats.encode_protobuf(fields)})
        time.sleep(0.01)   # the pace of a detector, not a wait
    confirmed = [w.ask(4, {}) for w in writers]
    closed = [w.ask(3, {}) for w in writers]
    print(json.dumps({"refused": [r[0] == FAILURE and "/no such folder" in r[1] for r in refused],
                      "done": [a[0] == SUCCESS for a in created + confirmed + closed]}))


main(*sys.argv[1:])
