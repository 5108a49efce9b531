"""Compresses images with the bitshuffle library, once for every line of standard input, and prints how long it took.

    bitshuffle_rate.py FILE PIXELS ROUNDS      FILE: images of PIXELS 16-bit pixels each
"""

import json
import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = "1"

import bitshuffle
import numpy as np

path, pixels, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
images = np.fromfile(path, dtype="<u2").reshape(-1, pixels)
for _ in sys.stdin:
    started = time.process_time()
    for _ in range(rounds):
        sizes = [bitshuffle.compress_lz4(image).size for image in images]
    print(json.dumps({"seconds": time.process_time() - started, "bytes": int(sum(sizes))}), flush=True)
