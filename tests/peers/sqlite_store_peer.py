"""Appends to a plain key of a SQLite store with Python's own sqlite3: sqlite_store_peer.py FILE KEY"""
import sqlite3
import sys

db = sqlite3.connect(sys.argv[1])
(value,) = db.execute("SELECT value FROM keys WHERE name = ?", (sys.argv[2],)).fetchone()
assert value == b"ours", value
db.execute("UPDATE keys SET value = ?, version = version + 1 WHERE name = ?", (value + b", then theirs", sys.argv[2]))
db.commit()
