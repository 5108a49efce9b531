"""Follows the streams of a DAQ in Redis with redis-py until its standard input ends, and prints what each entry held as a line of JSON."""

import json
import sys
import threading

import redis

STREAMS = ("daq:config", "daq:status", "daq:stat", "daq:log")


def main():
    server = redis.Redis(port=int(sys.argv[1]))
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    last = {name: "0" for name in STREAMS}
    looks_after_end = 0
    while looks_after_end < 2:
        looks_after_end += ended.is_set()
        try:
            answers = server.xread(last, count=1000, block=200)
        except (redis.exceptions.ConnectionError, redis.exceptions.BusyLoadingError):
            continue
        for stream, entries in answers:
            for entry_id, fields in entries:
                last[stream.decode()] = entry_id
                assert list(fields) == [b"json"], fields
                print(json.dumps({"stream": stream.decode(), "id": entry_id.decode(), "json": json.loads(fields[b"json"])}), flush=True)


if __name__ == "__main__":
    main()
