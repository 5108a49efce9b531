"""Counts events into histograms, for reduction scripts in Python; scripts find it as `events`, beside `input`.

    output = events.histogram(input, bins=1000, low=0, high=16667)                               # by time of flight
    output = events.histogram(input, 1000, 0.4, 2.4, factor=d_per_microsecond, group=bank_of_pixel)   # by d, a row a bank
"""
import numpy as np

BLOCK = 1 << 16     # events at a time: what is calculated in between stays in the processor's cache


def histogram(data, bins, low, high, factor=None, group=None, groups=None):
    """Counts events by value = tof * factor[id] into bins of equal width from low up to, and without, high.

    data:   events: records with `tof` and `id`, as chunks have them
    factor: a number, or one by pixel id; without it, the value is the time of flight in microseconds
    group:  the row of each pixel id; -1: leave it out. Without it, there is one row
    groups: how many rows; without it, as many as group names
    Events of pixels that factor or group do not have, and values outside of the bins, are left out.
    Returns int64, [bins], or [groups, bins] where group is given.
    """
    factor = None if factor is None else np.asarray(factor, 'f8')
    group = None if group is None else np.asarray(group, np.intp)
    rows = 1 if group is None else groups if groups is not None else int(group.max(initial=-1)) + 1
    known = min([len(a) for a in (factor, group) if a is not None and a.ndim], default=None)
    scale = bins / (high - low)
    counts = np.zeros(rows * bins, np.int64)
    for first in range(0, len(data), BLOCK):
        part = data[first:first + BLOCK]
        ids, values = part['id'], np.asarray(part['tof'], 'f8')
        if known is not None and ids.size and ids.max() >= known:
            keep = ids < known
            ids, values = ids[keep], values[keep]
        if factor is not None:
            values = values * (factor[ids] if factor.ndim else factor)
        values = (values - low) * scale
        keep = (values >= 0) & (values < bins)
        if group is not None:
            row = group[ids]
            keep &= (row >= 0) & (row < rows)
        if not keep.all():
            values = values[keep]
            row = row[keep] if group is not None else None
        index = values.astype(np.intp)
        if group is not None:
            index += row * bins
        counts += np.bincount(index, minlength=rows * bins)
    return counts.reshape(rows, bins) if group is not None else counts
