"""How many calls a second kombu makes to kombu: so many callers, so many service processes, so many seconds.

usage: kombu_rate.py URL CALLERS PROCESSES SECONDS
Prints the rate.
"""
import multiprocessing
import os
import subprocess
import sys
import time
import uuid

from kombu import Connection

from kombu_caller import request


def call(url, exchange, key, seconds, counts):
    count = 0
    with Connection(url) as connection:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            answer = request(connection, exchange, key, {'words': 'x'}, {'durable': True, 'auto_delete': False})
            assert answer['result'] == 'x', answer
            count += 1
    counts.put(count)


if __name__ == '__main__':
    url, callers, processes, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    name = f'rate{uuid.uuid4().hex}'
    program = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'kombu_service.py')
    services = [subprocess.Popen([sys.executable, program, url, name, name], stdout=subprocess.PIPE) for _ in range(processes)]
    try:
        for service in services:
            service.stdout.readline()
        counts = multiprocessing.Queue()
        tasks = [multiprocessing.Process(target=call, args=(url, name, f'{name}.echo', seconds, counts)) for _ in range(callers)]
        started = time.monotonic()
        for task in tasks:
            task.start()
        total = sum(counts.get() for _ in tasks)
        for task in tasks:
            task.join()
        print(total / (time.monotonic() - started))
    finally:
        for service in services:
            service.kill()
