"""What a script written for Mantid finds: chunks as workspaces, `output` as the name of a workspace to make.

Used by python_worker.py where the engine is "mantid". Source of the names: StartLiveData and LoadLiveData in Mantid's documentation.
"""
import numpy as np
from mantid import simpleapi
from mantid.api import AnalysisDataService as Store
from mantid.kernel import DateAndTime

INPUT, OUTPUT, ACCUMULATION, EMPTY = 'hutch_input', 'hutch_output', 'hutch_accumulation', 'hutch_empty'


def edges_of(centres):
    """Edges of bins by their centres: exact where bins are equally wide, or grow by a factor, as Rebin makes them; else half-way."""
    if len(centres) < 2:
        return np.array([centres[0] - 0.5, centres[0] + 0.5])
    steps = np.diff(centres)
    if np.all(centres > 0) and not np.allclose(steps, steps[0], rtol=1e-9, atol=0):
        ratios = centres[1:] / centres[:-1]
        if np.allclose(ratios, ratios[0], rtol=1e-9, atol=0):
            first = 2 * centres[0] / (1 + ratios[0])
            return first * ratios[0] ** np.arange(len(centres) + 1)
    middle = (centres[1:] + centres[:-1]) / 2
    return np.r_[centres[0] - steps[0] / 2, middle, centres[-1] + steps[-1] / 2]


class Workspaces:
    """The workspaces of one script. The instrument is loaded once (again when the stream brings a description of it); the accumulation is made anew only when a chunk has come to it."""

    def __init__(self, instrument):
        self.instrument = instrument
        self.spectra = None
        self.geometry = None
        self.accumulated = None

    def of_chunk(self, array, attrs):
        """Events as an EventWorkspace of the instrument, anything else as a Workspace2D with a row a spectrum."""
        if array.dtype.names and 'tof' in array.dtype.names:
            self._events(array, attrs.get('geometry'))
        else:
            rows = np.asarray(array, 'f8')
            rows = rows.reshape(rows.shape[0] if rows.ndim > 1 else 1, -1)
            edges = attrs.get('tof_edges')
            x = np.linspace(edges['min'], edges['max'], edges['bins'] + 1) if edges else np.arange(rows.shape[1] + 1.0)
            self._make(INPUT, x, rows, rows, 'TOF' if edges else 'Empty')
        simpleapi.AddSampleLog(Workspace=INPUT, LogName='run_number', LogText=str(attrs['run']), LogType='String')
        now = {'time_ns': [attrs.get('time_ns', 0)]}
        series = {name: {**now, 'value': [value]} for name, value in attrs.get('logs', {}).items() if np.ndim(value) == 0}
        series.update(attrs.get('log_values', {}))
        if 'pulse_charges' in attrs:
            series['proton_charge'] = attrs['pulse_charges']
        for name, log in series.items():
            if isinstance(log['value'][-1], str):
                simpleapi.AddSampleLog(Workspace=INPUT, LogName=name, LogText=log['value'][-1], LogType='String')
                continue
            for time, value in zip(log['time_ns'], log['value']):
                simpleapi.AddTimeSeriesLog(Workspace=INPUT, Name=name, Time=str(DateAndTime(int(time))), Value=float(value))
        return Store.retrieve(INPUT)

    def of_accumulation(self, arrays, attrs):
        key = (attrs['run'], attrs['chunks'])
        if self.accumulated != key:
            if 'y' not in arrays:
                raise ValueError('the accumulation is no workspace: the script of the chunks must put one out')
            y = np.atleast_2d(arrays['y'])
            self._make(ACCUMULATION, edges_of(np.asarray(arrays['y.x'], 'f8')), y, np.atleast_2d(arrays['variance']), 'TOF')
            self.accumulated = key
        return Store.retrieve(ACCUMULATION)

    def result(self, output, post):
        """What a script has left: the workspace itself, or its name."""
        if isinstance(output, str):
            if not Store.doesExist(output):
                raise ValueError(f"the script has made no workspace of the name in `output` ('{output}'): give OutputWorkspace=output, or assign output")
            output = Store.retrieve(output)
        if not hasattr(output, 'getNumberHistograms'):
            return output       # an array, or a dictionary of arrays, as without Mantid
        x = np.asarray(output.readX(0), 'f8')
        y = np.array([output.readY(i) for i in range(output.getNumberHistograms())], 'f8')
        if any(not np.array_equal(output.readX(i), x) for i in range(1, len(y))):
            raise ValueError('the spectra of the output have different bins: Rebin them to the same')
        unit = output.getAxis(0).getUnit()
        labels = {'xlabel': f'{unit.caption()} ({unit.symbol()})', 'ylabel': output.YUnitLabel() or 'Counts', 'title': output.getTitle() or output.name()}
        centres = (x[1:] + x[:-1]) / 2 if len(x) > y.shape[1] else x
        if not post:
            e = np.array([output.readE(i) for i in range(len(y))], 'f8')
            return {'y': {**labels, 'x': centres, 'y': y if len(y) > 1 else y[0]}, 'variance': e ** 2 if len(y) > 1 else e[0] ** 2}
        return {output.name() if output.name() != OUTPUT else 'output': {**labels, 'x': centres, 'y': y if len(y) > 1 else y[0]}}

    @staticmethod
    def _make(name, x, y, variance, unit):
        simpleapi.CreateWorkspace(DataX=np.tile(x, len(y)), DataY=np.ravel(y), DataE=np.sqrt(np.ravel(variance)), NSpec=len(y), UnitX=unit, OutputWorkspace=name)

    def _events(self, array, geometry):
        if self.spectra is None or geometry != self.geometry:
            # As the stream describes the instrument, where it does: what Mantid has by its name may be another version.
            which = {'Filename': geometry} if geometry else {'InstrumentName': self.instrument}
            empty = simpleapi.LoadEmptyInstrument(**which, MakeEventWorkspace=True, OutputWorkspace=EMPTY)
            self.geometry = geometry
            # Asked once, for there may be millions.
            self.spectra = {pixel: i for i in range(empty.getNumberHistograms()) for pixel in empty.getSpectrum(i).getDetectorIDs()}
        workspace = simpleapi.CloneWorkspace(InputWorkspace=EMPTY, OutputWorkspace=INPUT)
        order = np.argsort(array['id'], kind='stable')
        ids, tofs, times = (array[name][order] for name in ('id', 'tof', 'time_ns'))
        starts = np.flatnonzero(np.r_[True, ids[1:] != ids[:-1]]) if len(ids) else np.array([], int)
        for first, last in zip(starts, np.r_[starts[1:], len(ids)]):
            index = self.spectra.get(int(ids[first]))
            if index is None:
                continue        # of no pixel of this instrument
            spectrum = workspace.getSpectrum(index)
            for tof, time in zip(tofs[first:last], times[first:last]):
                spectrum.addEventQuickly(float(tof), DateAndTime(int(time)))
