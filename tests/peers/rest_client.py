"""A client of the DAQ's REST interface: sends JSON, gets JSON, and takes every answer whose status is not "ok" for an error.

As a program it drives one full cycle and checks the shape of every answer; what it saw it prints as JSON.
"""

import json
import sys
import time
import urllib.error
import urllib.request


class DaqError(Exception):
    pass


class RestClient:
    def __init__(self, base="http://localhost:5000"):
        self.base = base

    def call(self, path, member, body=None):
        answer = self.raw(path, body)[1]
        if answer["status"] != "ok":
            raise DaqError(answer["message"])
        return answer[member]

    def raw(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"} if data else {})
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def bytes(self, path):
        with urllib.request.urlopen(self.base + path) as answer:
            return answer.headers["Content-Type"], answer.read()

    def get_config(self):
        return self.call("/daq/config", "config")

    def set_config(self, config):
        return self.call("/daq/config", "config", config)

    def status(self):
        return self.call("/writer/status", "writer")

    def start_sync(self, **what):
        return self.call("/writer/write_sync", "writer", what)

    def start_async(self, **what):
        return self.call("/writer/write_async", "writer", what)

    def stop(self):
        return self.call("/writer/stop", "writer", {})

    def logs(self, n):
        return self.call("/daq/logs/%d" % n, "logs")


def wait_for(what, condition, seconds=60):
    deadline = time.time() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.time() > deadline:
            raise AssertionError("not within %d s: %s" % (seconds, what))
        time.sleep(0.05)


def check_keys(value, *names):
    assert list(value) == list(names), "members are %s, not %s" % (list(value), list(names))


def check_writer(writer):
    check_keys(writer, "state", "acquisition")
    assert writer["state"] in ("READY", "WRITING", "UNKNOWN"), writer
    run = writer["acquisition"]
    if run is None:
        return writer
    check_keys(run, "state", "message", "info", "stats", "reports")
    check_keys(run["info"], "n_images", "output_file", "run_id")
    check_keys(run["stats"], "n_write_completed", "n_write_requested", "start_time", "stop_time")
    assert run["state"] in ("WAITING_IMAGES", "ACQUIRING_IMAGES", "FLUSHING_IMAGES", "FINISHED", "FAILED"), run
    assert run["reports"] is None
    return writer


def error_of(client, path, body):
    status, answer = client.raw(path, body)
    assert status == 200 and list(answer) == ["status", "message"] and answer["status"] == "error", (status, answer)
    return answer["message"]


def simulation(client):
    check = lambda s: check_keys(s, "status", "stats")
    before = client.call("/simulation/status", "simulator")
    check(before)
    assert before["status"] == "READY", before
    started = client.call("/simulation/start", "simulator", {})
    check(started)
    assert started["status"] == "STREAMING", started
    wait_for("simulated images", lambda: client.call("/simulation/status", "simulator")["stats"]["n_generated_images"] > 0)


def writing(client, folder):
    sync = check_writer(client.start_sync(n_images=5, output_file=folder + "/sync.h5", run_id=77))
    assert sync["state"] == "READY", sync
    run = sync["acquisition"]
    assert run["state"] == "FINISHED" and run["message"] == "Completed.", run
    assert run["info"] == {"n_images": 5, "output_file": folder + "/sync.h5", "run_id": 77}, run
    assert run["stats"]["n_write_completed"] == run["stats"]["n_write_requested"] == 5, run
    assert run["stats"]["stop_time"] > run["stats"]["start_time"] > time.time() - 600, run

    begun = check_writer(client.start_async(n_images="100000", output_file=folder + "/async.h5"))
    assert begun["state"] == "WRITING" and begun["acquisition"]["message"] == "", begun
    assert begun["acquisition"]["stats"]["stop_time"] is None, begun
    assert begun["acquisition"]["info"]["run_id"] > 1.6e18, begun
    wait_for("written images", lambda: check_writer(client.status())["acquisition"]["stats"]["n_write_completed"] > 2)
    busy = error_of(client, "/writer/write_async", {"n_images": 1, "output_file": folder + "/other.h5"})
    assert busy.startswith("Cannot start new acquisition while previous one is running:\n {'state': 'WRITING', 'acquisition': {'state': "), busy
    stopped = check_writer(client.stop())
    assert stopped["state"] == "READY" and stopped["acquisition"]["message"] == "Interrupted.", stopped
    assert stopped["acquisition"]["state"] == "FINISHED", stopped
    assert client.raw("/writer/status")[1]["message"] == "Writer is READY"


def refusals(client, folder):
    status, answer = client.raw("/writer/write_sync", {"output_file": folder + "/x.h5"})
    assert status == 422 and answer == {"detail": [{"loc": ["body", "n_images"], "msg": "field required", "type": "value_error.missing"}]}, answer
    status, answer = client.raw("/writer/write_async", {"n_images": 1, "output_file": folder + "/x.h5", "run_id": "tonight"})
    assert status == 422 and answer["detail"][0]["type"] == "type_error.integer", answer
    assert client.raw("/nowhere") == (404, {"detail": "Not Found"})
    assert client.raw("/writer/status", {}) == (405, {"detail": "Method Not Allowed"})
    for path in ("x.h5", "/noextension", folder + "/no/such/folder/x.h5", "/tmp/../etc/x.h5", "/tmp/"):
        error_of(client, "/writer/write_async", {"n_images": 1, "output_file": path})
    assert error_of(client, "/file/1-1", None) == "Cannot find log with log_id=1-1"


def configuration(client):
    status, answer = client.raw("/daq/config")
    check_keys(answer, "status", "message", "config", "config_id")
    before = answer["config"]
    assert answer["message"] == "DAQ configured for bit_depth=%d." % before["bit_depth"], answer
    answer = client.raw("/daq/config", {"start_udp_port": str(before["start_udp_port"]), "submodule_info": {"0": {"hostname": "m0"}}})[1]
    check_keys(answer, "status", "message", "config", "config_id")
    assert answer["config_id"] is None and answer["message"] == "Setting new daq config.", answer
    after = client.get_config()
    assert after == dict(before, submodule_info={"0": {"hostname": "m0"}}), after
    assert type(after["start_udp_port"]) is int
    # What deployed clients send: a full body whose module_positions are empty.
    client.set_config(dict(after, module_positions={}))
    assert client.get_config() == after
    assert "n_modules" in error_of(client, "/daq/config", {"n_modules": -3})
    assert client.get_config() == after


def results(client, folder):
    logs = wait_for("logs", lambda: (lambda l: l if len(l) >= 2 else None)(client.logs(10)))
    newest = list(logs.values())[0]
    assert newest["info"]["output_file"] == folder + "/async.h5", logs
    assert all(isinstance(log["reports"], list) for log in logs.values()), logs
    log_id = [i for i, log in logs.items() if log["info"]["run_id"] == 77][0]
    assert len(client.logs(1)) == 1 and client.logs(0) == {}

    stats = wait_for("statistics, which are made once a second", lambda: client.call("/daq/stats", "stats"))
    check_keys(stats, "detector", "writer")
    check_keys(stats["detector"], "bytes_per_second", "images_per_second")
    check_keys(stats["writer"], "bytes_per_second", "images_per_second")

    deployment = client.call("/daq/deployment", "deployment")
    check_keys(deployment, "config_id", "status", "message", "servers", "stats")
    check_keys(deployment["stats"], "start_time", "stop_time")

    metadata = client.call("/file/" + log_id, "file_metadata")
    check_keys(metadata, "filename", "file_size", "log_id", "dataset_name", "n_images", "image_pixel_height", "image_pixel_width", "dtype")
    assert metadata["n_images"] == 5 and metadata["dtype"] == "uint16" and metadata["log_id"] == log_id, metadata
    for path in ("/file/%s/0" % log_id, "/file/%s/4?module_map=1&gaps=0" % log_id, "/file/live/0"):
        kind, jpeg = client.bytes(path)
        assert kind == "image/jpeg" and jpeg[:3] == b"\xff\xd8\xff" and jpeg[-2:] == b"\xff\xd9", (path, kind)
    return deployment["status"]


def main():
    client, folder = RestClient(sys.argv[1]), sys.argv[2]
    check_writer(wait_for("writers", lambda: client.status() if client.status()["state"] == "READY" else None))
    simulation(client)
    writing(client, folder)
    refusals(client, folder)
    configuration(client)
    deployment = results(client, folder)
    stopped = client.call("/simulation/stop", "simulator", {})
    assert stopped["status"] == "READY", stopped
    print(json.dumps({"deployment": deployment, "last": client.status()["acquisition"]["info"]}))


if __name__ == "__main__":
    main()
