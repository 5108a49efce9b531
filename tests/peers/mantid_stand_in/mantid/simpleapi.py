"""Of mantid.simpleapi: a few algorithms. CALLS is what was called."""
import copy

import numpy as np

from .api import AnalysisDataService, Spectrum, Workspace, mtd     # noqa: F401

CALLS = []
PIXELS = 8


def _get(workspace):
    return AnalysisDataService.retrieve(workspace) if isinstance(workspace, str) else workspace


def CreateWorkspace(DataX, DataY, DataE, NSpec, UnitX, OutputWorkspace):
    CALLS.append('CreateWorkspace')
    return AnalysisDataService.add(OutputWorkspace, Workspace(*(np.array(d, 'f8').reshape(NSpec, -1) for d in (DataX, DataY, DataE)), unit=UnitX))


def LoadEmptyInstrument(MakeEventWorkspace, OutputWorkspace, InstrumentName=None, Filename=None):
    made_of = InstrumentName or open(Filename).read()
    assert made_of
    CALLS.append('LoadEmptyInstrument')
    return AnalysisDataService.add(OutputWorkspace, Workspace(None, None, None, spectra=[Spectrum(i + 1) for i in range(PIXELS)]))


def CloneWorkspace(InputWorkspace, OutputWorkspace):
    return AnalysisDataService.add(OutputWorkspace, copy.deepcopy(_get(InputWorkspace)))


def AddSampleLog(Workspace, LogName, LogText, LogType):
    _get(Workspace).logs[LogName] = LogText


def AddTimeSeriesLog(Workspace, Name, Time, Value):
    _get(Workspace).logs.setdefault(Name, []).append((Time, Value))


def Rebin(InputWorkspace, Params, OutputWorkspace, PreserveEvents=True):
    source = _get(InputWorkspace)
    first, step, last = Params
    edges = first + step * np.arange(int(round((last - first) / step)) + 1)
    y = np.array([np.histogram([tof for tof, _ in s.events], edges)[0] for s in source.spectra], 'f8')
    made = Workspace(np.tile(edges, (len(y), 1)), y, np.sqrt(y), source.unit)
    made.logs = source.logs
    return AnalysisDataService.add(OutputWorkspace, made)


def SumSpectra(InputWorkspace, OutputWorkspace):
    source = _get(InputWorkspace)
    made = Workspace(source.x[:1], source.y.sum(axis=0, keepdims=True), np.sqrt((source.e ** 2).sum(axis=0, keepdims=True)), source.unit)
    return AnalysisDataService.add(OutputWorkspace, made)
