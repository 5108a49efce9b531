# A chunk of a powder diffractometer, as Mantid's live listener gives it: `input` is an EventWorkspace, `output` the name of the result.
from mantid.simpleapi import *

Rebin(InputWorkspace=input, Params=(0, 100, 16700), PreserveEvents=False, OutputWorkspace=output)
