"""Of mantid.api: workspaces, and the service that holds them by name."""
import numpy as np


class Unit:
    def __init__(self, name):
        self.name = name

    def caption(self):
        return {'TOF': 'Time-of-flight', 'dSpacing': 'd-Spacing'}.get(self.name, self.name)

    def symbol(self):
        return {'TOF': 'microsecond', 'dSpacing': 'Angstrom'}.get(self.name, '')


class Axis:
    def __init__(self, unit):
        self.unit = unit

    def getUnit(self):
        return self.unit


class Spectrum:
    def __init__(self, detector):
        self.detector, self.events = detector, []

    def getDetectorIDs(self):
        return {self.detector}

    def addEventQuickly(self, tof, pulse):
        self.events.append((tof, pulse.nanoseconds))


class Workspace:
    def __init__(self, x, y, e, unit='TOF', spectra=None):
        self.x, self.y, self.e, self.unit, self.spectra, self.logs, self._name = x, y, e, unit, spectra, {}, ''

    def name(self):
        return self._name

    def getNumberHistograms(self):
        return len(self.spectra or self.y)

    def getSpectrum(self, index):
        return self.spectra[index]

    def readX(self, index):
        return self.x[index]

    def readY(self, index):
        return self.y[index]

    def readE(self, index):
        return self.e[index]

    def getAxis(self, index):
        return Axis(Unit(self.unit))

    def getTitle(self):
        return ''

    def YUnitLabel(self):
        return 'Counts'

    def getRun(self):
        return self.logs


class _Service:
    def __init__(self):
        self.held = {}

    def doesExist(self, name):
        return name in self.held

    def retrieve(self, name):
        return self.held[name]

    def add(self, name, workspace):
        workspace._name = name
        self.held[name] = workspace
        return workspace


AnalysisDataService = _Service()
mtd = AnalysisDataService
