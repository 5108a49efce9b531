"""Bitshuffle-LZ4 files by the bitshuffle library's own HDF5 filter.

    bitshuffle_peer.py write FILE.h5     writes datasets of several element types, shapes and block sizes
    bitshuffle_peer.py read FILE.h5 DATASET
                                         reads a dataset and prints, as JSON, how it is stored, and for each row whether it is as it must be

Element i of row r is `(31 i + 17 r) mod 251` in both directions, and in a row whose number leaves 2 when divided by 3 a hash that LZ4
cannot make smaller.
"""

import json
import sys

import bitshuffle.h5
import h5py
import numpy as np


def row(r, shape, dtype):
    i = np.arange(np.prod(shape), dtype=np.uint64)
    if r % 3 == 2:
        # The finaliser of SplitMix64, so that every bit is as good as random.
        z = (i + np.uint64(1 + 1000003 * r)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        values = z ^ (z >> np.uint64(31))
    else:
        values = (31 * i + 17 * r) % 251
    bits = np.uint64(2 ** (8 * np.dtype(dtype).itemsize) - 1) if np.dtype(dtype).kind == "u" else np.uint64(255)
    return (values & bits).astype(dtype).reshape(shape)


def write(path):
    with h5py.File(path, "w") as file:
        for name, dtype in (("u1", "<u1"), ("u2", "<u2"), ("u4", "<u4"), ("u8", "<u8"), ("f4", "<f4")):
            for shape in ((5, 7), (64, 64), (103, 211)):
                for block in (0, 1024):
                    data = file.create_dataset(f"{name}-{shape[0]}-{block}", (3, *shape), chunks=(1, *shape), dtype=dtype, compression=bitshuffle.h5.H5FILTER,
                                               compression_opts=(block, bitshuffle.h5.H5_COMPRESS_LZ4))
                    for r in range(3):
                        data[r] = row(r, shape, dtype)


def read(path, name):
    with h5py.File(path, "r") as file:
        data = file[name]
        creation = data.id.get_create_plist()
        chunks = [data.id.get_chunk_info(i) for i in range(data.id.get_num_chunks())]
        print(json.dumps({
            "filters": [[creation.get_filter(i)[0], creation.get_filter(i)[1], list(creation.get_filter(i)[2])] for i in range(creation.get_nfilters())],
            "chunk_shape": data.chunks,
            "chunk_sizes": [c.size for c in chunks],
            "masks": [c.filter_mask for c in chunks],
            "block_headers": [data.id.read_direct_chunk(c.chunk_offset)[1][8:12].hex() for c in chunks],
            "right": [bool(np.array_equal(data[r], row(r, data.shape[1:], data.dtype))) for r in range(data.shape[0])],
        }))


write(sys.argv[2]) if sys.argv[1] == "write" else read(*sys.argv[2:])
