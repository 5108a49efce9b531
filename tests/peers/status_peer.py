"""Checks with redis-py that a status expires as the deployed ones do: status_peer.py PORT KEY"""
import sys

import redis

r = redis.Redis("127.0.0.1", int(sys.argv[1]))
assert r.type(sys.argv[2]) == b"hash"
assert 5 <= r.ttl(sys.argv[2]) <= 15, r.ttl(sys.argv[2])
assert set(r.hgetall(sys.argv[2])) == {b"config", b"service_name", b"start_timestamp"}
