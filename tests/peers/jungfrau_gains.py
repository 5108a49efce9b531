"""Makes a file of gains and pedestals as deployed systems have it: f64, [3, modules * 512, 1024].

    jungfrau_gains.py FILE.h5 MODULES
"""

import sys

import h5py
import numpy as np

path, modules = sys.argv[1], int(sys.argv[2])
random = np.random.default_rng(1)
shape = (3, modules * 512, 1024)
typical = np.array([1.0, -20.0, -300.0])[:, None, None]
with h5py.File(path, "w") as file:
    file["gains"] = typical * random.uniform(0.9, 1.1, shape)
    file["pedestals"] = random.uniform(1000, 15000, shape)
