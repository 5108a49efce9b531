"""One image of a flat detector -> counts and pixels in rings of equal 2theta.

`input` is the image, `output` what is added up over the run. `cache` lives as long as this script is in use.
"""
import numpy as np

DISTANCE = 1500.0      # sample to detector, in pixels
STEP = 0.05            # width of a bin, degrees


def bins_of(height, width):
    """The bin of each pixel; the beam meets the detector in its centre."""
    y, x = np.ogrid[:height, :width]
    radius = np.hypot(y - (height - 1) / 2, x - (width - 1) / 2)
    return (np.degrees(np.arctan2(radius, DISTANCE)) / STEP).astype(np.intp)


if 'bins' not in cache:
    cache['bins'] = bins_of(*input.shape)
    cache['count'] = cache['bins'].max() + 1
    # Rows between modules belong to no module: they are empty in every image.
    covered = np.broadcast_to(input.any(axis=1)[:, None], input.shape)
    cache['pixels'] = np.bincount(cache['bins'].ravel(), covered.ravel(), cache['count']).astype(np.int64)

counts = np.bincount(cache['bins'].ravel(), input.ravel(), cache['count'])

output['counts'] = counts.astype(np.int64)
output['pixels'] = cache['pixels']
output['image'] = input
