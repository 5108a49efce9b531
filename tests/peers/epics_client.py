"""An operator's client of channel access: pyepics on the reference library. Usage: epics_client.py PORT ACTION [ARGUMENTS]; prints JSON."""
import json
import os
import sys
import time

port, action, arguments = sys.argv[1], sys.argv[2], sys.argv[3:]
os.environ.update(EPICS_CA_ADDR_LIST="127.0.0.1:" + port, EPICS_CA_AUTO_ADDR_LIST="NO")
import epics
import numpy as np

TIMEOUT = 30


def connected(name, **options):
    pv = epics.PV(name, **options)
    assert pv.wait_for_connection(TIMEOUT), name + " is not connected"
    return pv


def plain(value):
    return value.tolist() if isinstance(value, np.ndarray) else list(value) if isinstance(value, tuple) else value


def read(*names):
    """Everything that can be known of PVs."""
    result = {}
    for name in names:
        pv = connected(name, form="ctrl")
        value = plain(pv.get(timeout=TIMEOUT))
        pv.get_timevars(timeout=TIMEOUT)
        result[name] = {
            "type": pv.type, "count": pv.count, "value": value, "status": pv.status, "severity": pv.severity, "access": pv.access,
            "timestamp": pv.timestamp, "units": pv.units, "precision": pv.precision, "states": plain(pv.enum_strs),
            "limits": [None if limit != limit else limit for limit in (  # NaN is no JSON
                pv.lower_disp_limit, pv.upper_disp_limit, pv.lower_alarm_limit, pv.lower_warning_limit,
                pv.upper_warning_limit, pv.upper_alarm_limit, pv.lower_ctrl_limit, pv.upper_ctrl_limit)],
            "text": pv.get(as_string=True, timeout=TIMEOUT) if pv.count < 1000 else None,
        }
    return result


def put(name, value):
    """Puts a JSON value, and reads it back."""
    pv = connected(name)
    value = json.loads(value)
    pv.put(value, wait=True, timeout=TIMEOUT)
    return plain(epics.PV(name, form="time").get(timeout=TIMEOUT, use_monitor=False))


def array(name):
    """Puts a million elements, reads them back, and monitors them."""
    pv = connected(name, auto_monitor=True)
    values = np.arange(1000000) * 0.25
    pv.put(values, wait=True, timeout=TIMEOUT)
    read = pv.get(timeout=TIMEOUT, use_monitor=False)
    end = time.time() + TIMEOUT
    while time.time() < end and not np.array_equal(pv.get(timeout=TIMEOUT), values):
        epics.poll()
    return {"equal": bool(np.array_equal(read, values)), "monitored": bool(np.array_equal(pv.get(timeout=TIMEOUT), values))}


def monitor(name, count):
    """The first values of a monitor, with their time stamps in microseconds."""
    got = []
    pv = connected(name, form="time", auto_monitor=epics.dbr.DBE_VALUE)
    pv.add_callback(lambda value=None, posixseconds=None, nanoseconds=None, **other: got.append([int(posixseconds) * 1000000 + nanoseconds // 1000, plain(value)]))
    end = time.time() + TIMEOUT
    while len(got) < int(count) and time.time() < end:
        epics.poll()
    return got


print(json.dumps({"read": read, "put": put, "array": array, "monitor": monitor}[action](*arguments)), flush=True)
os._exit(0)  # libca's threads are not waited for
