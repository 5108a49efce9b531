"""Compresses images with the bitshuffle library, once for every line of standard input, and prints how long it took.

    bitshuffle_rate.py FILE PIXELS BYTES ROUNDS      FILE: images of PIXELS pixels of BYTES bytes each
"""

import json
import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = "1"

import bitshuffle
import numpy as np

path, (pixels, size, rounds) = sys.argv[1], map(int, sys.argv[2:5])
images = np.fromfile(path, dtype=f"<u{size}").reshape(-1, pixels)
for _ in sys.stdin:
    started = time.process_time()
    for _ in range(rounds):
        sizes = [bitshuffle.compress_lz4(image).size for image in images]
    print(json.dumps({"seconds": time.process_time() - started, "bytes": int(sum(sizes))}), flush=True)
