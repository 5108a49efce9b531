#!/usr/bin/python3
"""A user's script that runs as a service: adds a line to FOLDER/ticks now and then; hangs when told to by FOLDER/hang."""
import os
import sys
import time

folder = sys.argv[1]
while True:
    with open(os.path.join(folder, "ticks"), "a") as ticks:
        ticks.write("tick\n")
    print("tick", flush=True)
    if os.path.exists(os.path.join(folder, "hang")):
        os.remove(os.path.join(folder, "hang"))
        time.sleep(1e6)
    if os.path.exists(os.path.join(folder, "fail")):
        raise RuntimeError("the sample is gone")
    time.sleep(0.1)
