"""Reads with redis-py what the store wrote, and writes what the store is to read: redis_store_peer.py PORT"""
import sys

import redis

r = redis.Redis("127.0.0.1", int(sys.argv[1]))

assert r.get("peer:config") == '{"a": "é"}'.encode()
assert r.hgetall("peer:status") == {b"service_name": b"x", b"raw": b"\x00\xff"}
assert 10 <= r.ttl("peer:status") <= 15, r.ttl("peer:status")
assert r.xrange("peer:pulse") == [(b"4711-0", {b"buffer_timestamp": b"12", b"shape": b"\x01\x00\x00\x00"})]

r.set("python:key", "from python é")
r.hset("python:hash", mapping={"a": "1", "raw": b"\x00\xff"})
r.xadd("python:stream", {"x": "1", "y": "2"}, id="5-0")
r.xadd("python:stream", {"json": '{"n": 1}'}, id="5-1")
r.xadd("python:stream", {"json": "{}"})
r.xadd("peer:pulse", {"note": "after ours"}, id="4712-0")
