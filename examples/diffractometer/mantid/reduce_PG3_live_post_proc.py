# What all chunks have made: one curve of all pixels.
from mantid.simpleapi import *

SumSpectra(InputWorkspace=accumulation, OutputWorkspace=output)
