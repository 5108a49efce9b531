"""The run so far -> I(d) for a charge of 1 mC, and some numbers.

`accumulation` holds what reduce_PG3_live_proc.py has put out, added up over the chunks of the run.
"""
import numpy as np

LOW, HIGH, BINS = 0.4, 2.4, 2000       # angstrom; as in reduce_PG3_live_proc.py

counts, charge = accumulation['counts'], float(accumulation['charge']) / 1e9       # pC -> mC
d = LOW + (np.arange(BINS) + 0.5) * (HIGH - LOW) / BINS

output['I(d)'] = {'x': d, 'y': counts / charge, 'xlabel': 'd / angstrom', 'ylabel': 'counts per mC', 'title': 'I(d)'}
output['run'] = float(attrs['run'])
output['proton charge'] = {'value': charge, 'unit': 'mC'}
output['events'] = counts.sum()
output['monitor'] = accumulation['monitor']
output['strongest reflection'] = {'value': d[np.argmax(counts)], 'unit': 'angstrom'}
