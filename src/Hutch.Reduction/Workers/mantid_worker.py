"""What a script written for Mantid finds: chunks as workspaces, `input` and `output` as Mantid's live listener gives them.

Used by python_worker.py where the engine is "mantid". `input` is the chunk's workspace, `output` the name of the workspace to make; a script may
also assign a workspace to `output`, or change `input` in place. Sources: StartLiveData and LoadLiveData of Mantid's documentation.
"""
import numpy as np
from mantid import simpleapi
from mantid.api import AnalysisDataService as Store
from mantid.kernel import DateAndTime

INPUT, OUTPUT, ACCUMULATION, RESULT = 'hutch_input', 'hutch_output', 'hutch_accumulation', 'hutch_result'


class Workspaces:
    """The workspaces of one script; what is loaded once per instrument stays between chunks, and so does the accumulation."""

    def __init__(self, instrument):
        self.instrument = instrument
        self.empty = None
        self.pixels = None
        self.accumulated = None     # of which run, and how many chunks

    def of_chunk(self, array, attrs):
        """The workspace of a chunk: events as an EventWorkspace, anything else as a Workspace2D, a spectrum a row."""
        if array.dtype.names and 'tof' in array.dtype.names:
            workspace = self._events(array)
        else:
            rows = np.atleast_2d(np.asarray(array, 'f8')).reshape(array.shape[0] if array.ndim > 1 else 1, -1)
            edges = attrs.get('tof_edges')
            x = np.linspace(edges['min'], edges['max'], edges['bins'] + 1) if edges else np.arange(rows.shape[1] + 1.0)
            workspace = simpleapi.CreateWorkspace(DataX=np.tile(x, rows.shape[0]), DataY=rows.ravel(), DataE=np.sqrt(rows).ravel(), NSpec=rows.shape[0],
                                                  UnitX='TOF' if edges else 'Empty', OutputWorkspace=INPUT)
        simpleapi.AddSampleLog(Workspace=INPUT, LogName='run_number', LogText=str(attrs['run']), LogType='String')
        for name, value in {**attrs.get('logs', {}), **({'proton_charge': attrs['proton_charge']} if 'proton_charge' in attrs else {})}.items():
            if np.ndim(value) == 0 and not isinstance(value, str):
                simpleapi.AddTimeSeriesLog(Workspace=INPUT, Name=name, Time=str(DateAndTime(int(attrs.get('time_ns', 0)))), Value=float(value))
            elif isinstance(value, str):
                simpleapi.AddSampleLog(Workspace=INPUT, LogName=name, LogText=value, LogType='String')
        return workspace

    def _events(self, array):
        if self.empty is None:
            # Detector ids, spectrum by spectrum: asked once, for there may be millions.
            self.empty = simpleapi.LoadEmptyInstrument(InstrumentName=self.instrument, MakeEventWorkspace=True, OutputWorkspace='hutch_empty')
            self.pixels = {pixel: i for i in range(self.empty.getNumberHistograms()) for pixel in self.empty.getSpectrum(i).getDetectorIDs()}
        workspace = simpleapi.CloneWorkspace(InputWorkspace='hutch_empty', OutputWorkspace=INPUT)
        order = np.argsort(array['id'], kind='stable')
        ids, tofs, times = array['id'][order], array['tof'][order].astype('f8'), array['time_ns'][order]
        starts = np.flatnonzero(np.r_[True, ids[1:] != ids[:-1]]) if len(ids) else []
        for first, last in zip(starts, [*starts[1:], len(ids)]):
            spectrum = self.pixels.get(int(ids[first]))
            if spectrum is None:
                continue        # of no pixel of this instrument
            events = workspace.getSpectrum(spectrum)
            for tof, time in zip(tofs[first:last], times[first:last]):
                events.addEventQuickly(float(tof), DateAndTime(int(time)))
        return workspace

    def accumulate(self, arrays, attrs):
        """The accumulation as a workspace; it is made again only when a chunk has been added."""
        key = (attrs['run'], attrs['chunks'])
        if self.accumulated != key:
            y = np.atleast_2d(np.asarray(arrays.get('y', next(iter(arrays.values()))), 'f8'))
            x = arrays.get('y.x')
            x = np.tile(np.arange(y.shape[1] + 1.0) if x is None else np.asarray(x, 'f8').ravel(), y.shape[0]) if x is None or x.ndim < 2 else np.asarray(x, 'f8').ravel()
            e = arrays.get('variance')
            simpleapi.CreateWorkspace(DataX=x, DataY=y.ravel(), DataE=np.sqrt(y if e is None else np.atleast_2d(e)).ravel(), NSpec=y.shape[0],
                                      UnitX=self.unit, OutputWorkspace=ACCUMULATION)
            self.accumulated = key
        return Store.retrieve(ACCUMULATION)

    unit = 'TOF'
