"""Compares a file of the EPICS writer, or the group /control of a detector file, with what the IOC posted. Usage: epics_file.py FILE RECORD PULSE_PV START STOP REDIS_PORT PV...

REDIS_PORT is that of the buffer's store, for pulses that were posted while no buffer ran; 0: there were none. RECORD has a JSON line for each value that was posted: {"pv", "time" (microseconds), "status", "value": [...]}. Prints a JSON object with the problems
and, for each PV, the number of rows and of rows that are not connected."""
import bisect
import json
import sys

import h5py
import numpy as np

file, record, pulse_pv, start, stop, redis_port, *pvs = sys.argv[1:]
start, stop = int(start), int(stop)

posted = {}
with open(record) as lines:
    for line in lines:
        if line.endswith("}\n"):
            entry = json.loads(line)
            posted.setdefault(entry["pv"], []).append(entry)
pulses = [(entry["time"], int(entry["value"][0])) for entry in posted[pulse_pv]]
if redis_port != "0":
    import redis
    buffered = {int(fields[b"pulse_id"]) for _, fields in redis.Redis(port=int(redis_port)).xrange("pulse_id_reverse")}
    pulses = [(time, pulse) for time, pulse in pulses if pulse in buffered]
pulse_times = [time for time, _ in pulses]
first_time = max(time for time, pulse in pulses if pulse <= start)
last_time = min(time for time, pulse in pulses if pulse >= stop)


def slack(pulse_time):
    """Microseconds: the range is by arrival, what is compared by time stamp. In a machine that stood still, which the pulses beside show, values arrive late."""
    times = [entry["time"] for entry in posted[pulse_pv]]
    at, gaps = times.index(pulse_time), np.diff(times)
    return 30_000 + int(max(0, gaps[max(0, at - 1):at + 1].max() - np.median(gaps)))


first_slack, last_slack = slack(first_time), slack(last_time)

problems = []
report = {"problems": problems, "rows": {}, "disconnected": {}, "types": {}, "metadata": {}}


def check(condition, *words):
    if not condition and len(problems) < 20:
        problems.append(" ".join(str(word) for word in words))


def same(row, value):
    if row.dtype == object:
        return [text.decode() if isinstance(text, bytes) else text for text in row] == value
    return np.array_equal(row, np.array(value, dtype=row.dtype))


with h5py.File(file, "r") as h5:
    for name in h5:
        if isinstance(h5[name], h5py.Dataset):
            report["metadata"][name] = h5[name].asstr()[()]
    root = h5["control" if "control" in h5 else "data"]
    report["missing_pulses"] = int(root.attrs["missing_pulses"])
    for pv in pvs:
        check(root.name == "/control" or pv in h5 and len(h5[pv]) == 0, pv, "has no empty group of its own")
        if pv not in root:
            report["rows"][pv] = 0
            continue
        group = root[pv]
        data, times, connected, status, pulse_id = (group[name] for name in ("data", "timestamp", "connected", "status", "pulse_id"))
        n = len(times)
        report["rows"][pv] = n
        report["disconnected"][pv] = int((connected[()] == 0).sum())
        report["types"][pv] = "string" if h5py.check_string_dtype(data.dtype) else data.dtype.str
        check(times.dtype == "<u8" and connected.dtype == "u1" and pulse_id.dtype == "<u8", pv, "has other types", times.dtype, connected.dtype, pulse_id.dtype)
        for name, dataset in ("timestamp", times), ("connected", connected), ("status", status), ("pulse_id", pulse_id):
            check(dataset.shape == (n, 1), pv, name, "has the shape", dataset.shape)
        rows = [(name, i) for name in sorted((k for k in group if k.startswith("data")), key=lambda k: (len(k), k)) for i in range(len(group[name]))]
        check(len(rows) == n, pv, "has", len(rows), "values and", n, "time stamps")
        by_time = {entry["time"]: entry for entry in posted[pv]}
        order = sorted(by_time)
        seen = []
        loaded = {name: group[name][()] for name, _ in rows}
        for i, (name, row) in enumerate(rows):
            time, value = int(times[i, 0]), loaded[name][row]
            if not connected[i, 0]:
                check(status.asstr()[i, 0] == "unknown", pv, "row", i, "is not connected and has the status", status.asstr()[i, 0])
                check(pulse_id[i, 0] == 0, pv, "row", i, "is not connected and has a pulse id")
                check(all(e in (0, b"", "") for e in np.ravel(value)), pv, "row", i, "is not connected and has the value", value)
                continue
            entry = by_time.get(time)
            if entry is None:
                check(False, pv, "row", i, "has a time stamp that was never posted:", time)
                continue
            seen.append(time)
            check(same(np.ravel(value), entry["value"]), pv, "row", i, "is", value, "but", entry["value"], "was posted")
            check(status.asstr()[i, 0] == entry["status"], pv, "row", i, "has the status", status.asstr()[i, 0], "instead of", entry["status"])
            at = bisect.bisect_right(pulse_times, time) - 1
            expected = pulses[at][1] if at >= 0 else 0
            got = int(pulse_id[i, 0])
            if time < first_time:
                check(got == 0 or (got == expected and time > first_time - first_slack), pv, "row", i, "is before the first pulse and has", got)
            elif time <= last_time:
                check(got == expected, pv, "row", i, "belongs to pulse", expected, "but has", got)
            else:
                check(stop <= got <= expected, pv, "row", i, "is after the last pulse and has", got)
        # After a reconnect the present value comes again, which may be an old one.
        check(seen == sorted(seen), pv, "has values in another order")
        check(not any(connected[i, 0] and connected[i - 1, 0] and times[i, 0] <= times[i - 1, 0] for i in range(1, n)), pv, "has a value twice")
        wanted = [time for time in order if first_time + first_slack < time < last_time - last_slack]
        missing = sorted(set(wanted) - set(seen))
        report.setdefault("missing", {})[pv] = len(missing)
        report.setdefault("missing_times", {})[pv] = missing
        # What is missing between two values must be said: a row that is not connected stands between them.
        for i in range(1, n):
            if connected[i, 0] and connected[i - 1, 0]:
                left_out = bisect.bisect_left(order, int(times[i, 0])) - bisect.bisect_right(order, int(times[i - 1, 0]))
                check(left_out == 0, pv, "lacks", left_out, "values between rows", i - 1, "and", i, "and does not say so;", (int(times[i - 1, 0]) - first_time) / 1e6, "s after the first pulse")
        check(not seen or not connected[0, 0] or min(seen) <= first_time + first_slack or not [t for t in order if t <= first_time], pv, "lacks its last value before the range")

print(json.dumps(report))
