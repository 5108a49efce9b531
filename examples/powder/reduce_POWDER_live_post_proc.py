"""The run so far -> I(2theta) with its statistical error, the summed image, and some numbers.

`accumulation` holds what reduce_POWDER_live_proc.py has put out, added up over the images of the run.
"""
import numpy as np

STEP = 0.05            # width of a bin, degrees; as in reduce_POWDER_live_proc.py

counts, pixels = accumulation['counts'], accumulation['pixels']
two_theta = (np.arange(len(counts)) + 0.5) * STEP
measured = pixels > 0
intensity = counts[measured] / pixels[measured]
error = np.sqrt(counts[measured]) / pixels[measured]
strongest = np.argmax(intensity)

output['I(2theta)'] = {
    'x': two_theta[measured], 'y': intensity,
    'xlabel': '2theta / degrees', 'ylabel': 'counts a pixel and image', 'title': 'I(2theta)',
}
output['image'] = accumulation['image']
output['images'] = attrs['chunks']
output['total counts'] = counts.sum()
output['strongest ring'] = {'value': two_theta[measured][strongest], 'unit': 'degrees'}
output['relative error there'] = error[strongest] / intensity[strongest]
