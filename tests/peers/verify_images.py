"""Reads an HDF5 file of simulated images with h5py and compares every pixel with the test pattern.

    verify_images.py CONFIG.json FILE.h5

Prints JSON: what is in the file, and `errors`, which is empty if all is as it must be. A pixel may be 0 instead of what the
pattern says only together with all others of its packet, and only in an image that is flagged `missing_packets`.
"""

import json
import sys

import bitshuffle.h5  # the filter of compressed files
import h5py
import numpy as np

import detector_formats as formats


class Verifier:
    def __init__(self, detector):
        self.detector = detector
        self.errors = []
        self.missing_packets = 0
        self.flagged = 0
        self.covered = np.zeros((detector.height, detector.width), bool)
        for module in detector.modules:
            if detector.take(self.covered, module).any():
                self.errors.append(f"module {module} covers pixels of another")
            detector.put(self.covered, module, True)

    def expect(self, what, found, expected):
        if found != expected:
            self.errors.append(f"{what} is {found}, but must be {expected}")

    def layout(self, group):
        d, data, metadata = self.detector, group["data"], group["metadata"]
        count = data.shape[0]
        self.expect("shape of data", data.shape[1:], (d.height, d.width))
        self.expect("type of data", data.dtype, d.dtype)
        self.expect("chunks of data", data.chunks, (1, d.height, d.width))
        self.expect("largest shape of data", data.maxshape, (None, d.height, d.width))
        self.expect("type of metadata", [(n, metadata.dtype[n].str) for n in metadata.dtype.names], [("image_id", "<u8"), ("status", "<u8")])
        self.expect("shape of metadata", metadata.shape, (count,))
        self.expect("type of image_id", group["image_id"].dtype.str, "<u8")
        self.expect("image_id", group["image_id"][:].tolist(), metadata["image_id"].tolist())

    def ledger(self, text, images):
        """What the file says was lost must add up, and agree with what can be seen in it."""
        if not text:
            return
        ledger = json.loads(text)
        stages = {s["stage"]: s for s in ledger["stages"]}
        for name, stage in stages.items():
            lost = stage["lost"].values()
            if stage["expected"] != stage["passed"] + sum(lost) or any(n < 0 for n in lost) or not stage["adds_up"]:
                self.errors.append(f"the ledger does not add up at {name}: {stage}")
        if int(self.detector.config.get("number_of_writers", 0)) > 1:
            return
        self.expect("images in the ledger", stages["file"]["passed"], images)
        self.expect("incomplete images in the ledger", ledger["incomplete_images"], int(self.flagged))
        lost_images = sum(n for s in stages.values() if s["unit"] == "images" for n in s["lost"].values())
        if not lost_images and "network" in stages:
            self.expect("packets lost in the ledger", sum(stages["network"]["lost"].values()), self.missing_packets)

    def image(self, row, image, image_id, status):
        missing = sum(self.module(row, image, image_id, module) for module in self.detector.modules)
        if image[~self.covered].any():
            self.errors.append(f"row {row}: pixels that no module covers are not 0")
        self.expect(f"row {row} ({missing} packets missing): status", status, formats.STATUS_MISSING if missing else formats.STATUS_GOOD)
        self.missing_packets += missing
        self.flagged += status == formats.STATUS_MISSING

    def module(self, row, image, image_id, module):
        found, expected = self.detector.take(image, module), self.detector.pattern(module, image_id)
        if np.array_equal(found, expected):
            return 0
        expected = self.detector.incomplete_pattern(module, image_id)
        missing = 0
        for packet in range(self.detector.packets):
            first, end = self.detector.packet_rows(packet)
            part, wanted = found[first:end], expected[first:end]
            if np.array_equal(part, wanted):
                continue
            if not part.any():
                missing += 1
            else:
                y, x = np.argwhere(part != wanted)[0]
                self.errors.append(f"row {row}, image {image_id}, module {module}, packet {packet}: pixel ({first + y}, {x}) is {part[y, x]}, but must be {wanted[y, x]}")
        if missing == 0:
            self.errors.append(f"row {row}, image {image_id}, module {module}: no packet is missing, but pixels are as if there were")
        return missing


def main(config, path):
    detector = formats.load(config)
    verifier = Verifier(detector)
    with h5py.File(path, "r") as file:
        group = file[detector.name]
        verifier.layout(group)
        ids, statuses = group["metadata"]["image_id"].tolist(), group["metadata"]["status"].tolist()
        if any(b <= a for a, b in zip(ids, ids[1:])):
            verifier.errors.append("image ids do not rise")
        for row in range(min(len(ids), group["data"].shape[0])):
            verifier.image(row, group["data"][row], ids[row], statuses[row])
        images = group["data"].shape[0]
        if "ledger" in group:
            verifier.ledger(group["ledger"][()].decode(), images)
    print(json.dumps({
        "images": images,
        "first_id": ids[0] if ids else 0,
        "last_id": ids[-1] if ids else 0,
        "height": detector.height,
        "width": detector.width,
        "modules": len(detector.modules),
        "uncovered_pixels": int((~verifier.covered).sum()),
        "rows_per_packet": detector.rows_per_packet,
        "padding": detector.pad_bytes(0),
        "last_padding": detector.pad_bytes(detector.packets - 1),
        "missing_packets": verifier.missing_packets,
        "flagged": int(verifier.flagged),
        "errors": verifier.errors[:20],
    }))


main(*sys.argv[1:])
