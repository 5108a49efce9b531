"""Runs a reduction script in a process of its own, for the live reduction of Hutch.

It is started with a stream socket as descriptor 3 and speaks messages of a length (u32, little-endian) and as many bytes of
JSON (docs/reduction.md). Data travel in shared memory: inputs are read where they lie, outputs are left in a memory file of this
process, which the daemon reads.
"""
import ctypes
import faulthandler
import json
import mmap
import os
import resource
import signal
import socket
import struct
import sys
import time
import traceback

CONTROL = 3


class Channel:
    def __init__(self):
        self.socket = socket.socket(fileno=CONTROL)
        os.set_inheritable(CONTROL, False)

    def receive(self):
        (length,) = struct.unpack('<I', self._exactly(4))
        return json.loads(self._exactly(length))

    def send(self, message):
        body = json.dumps(message).encode()
        self.socket.sendall(struct.pack('<I', len(body)) + body)

    def _exactly(self, count):
        parts = bytearray()
        while len(parts) < count:
            part = self.socket.recv(count - len(parts))
            if not part:
                os.kill(os.getpid(), signal.SIGKILL)    # the daemon is gone, and nothing of the script's is to run any more
            parts += part
        return bytes(parts)


channel = Channel()
faulthandler.enable()
faulthandler.register(signal.SIGUSR1, all_threads=False)

try:
    import numpy as np
except ImportError as missing:
    channel.send({'op': 'error', 'type': 'ImportError', 'fatal': True, 'traceback': '',
                  'message': f'{sys.executable} has no numpy ({missing}): install it (Debian: apt-get install python3-numpy)'})
    sys.exit(1)

import hutch_events


class Data(np.ndarray):
    """An array that says where it comes from: attrs is a dictionary."""
    attrs = {}

    def __array_finalize__(self, origin):
        self.attrs = getattr(origin, 'attrs', {})


class Output:
    """What `output` is until the script assigns it: taking output[...] or output['name'] makes it an array or a dictionary."""

    def __init__(self, like):
        self._like = like
        self.value = None

    @property
    def array(self):
        """An array as large as the input, full of zeros, for functions with an `out` parameter."""
        if self.value is None:
            self.value = np.zeros(self._like.shape, self._like.dtype)
        return self.value

    def __getitem__(self, key):
        return self.array[key] if not isinstance(key, str) else self.value[key]

    def __setitem__(self, key, value):
        if isinstance(key, str):
            if self.value is None:
                self.value = {}
            self.value[key] = value
        else:
            self.array[key] = value


class Memory:
    """Shared memory that others made, mapped once."""

    def __init__(self):
        self.path = None
        self.map = None

    def view(self, place, path):
        if path != self.path:
            with open(path, 'rb') as file:
                self.map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self.path = path
        dtype = np.dtype(eval(place['type'])) if place['type'].startswith('[') else np.dtype(place['type'])
        count = int(np.prod(place['shape'], dtype=np.int64))
        if count == 0:
            return np.empty(place['shape'], dtype).view(Data)
        return np.frombuffer(self.map, dtype, count, place['offset']).reshape(place['shape']).view(Data)

    def offset_of(self, array):
        """Where an array lies in this memory; None if it lies elsewhere, or with gaps."""
        if self.map is None or array.size == 0 or not array.flags.c_contiguous:
            return None
        start = np.frombuffer(self.map, np.uint8).__array_interface__['data'][0]
        offset = array.__array_interface__['data'][0] - start
        return offset if 0 <= offset and offset + array.nbytes <= len(self.map) else None


class Results:
    """The memory file in which outputs are left."""

    def __init__(self, inputs):
        self.descriptor = os.memfd_create('hutch-reduction-output')
        self.used = 0
        self.inputs = inputs

    def put(self, array):
        array = np.asarray(array, order='C')
        if array.dtype.hasobject or array.dtype.kind in 'USmM' or array.dtype.itemsize > 8 and array.dtype.names is None:
            raise TypeError(f'output has elements of type {array.dtype}, but must have numbers of at most 64 bits')
        if array.dtype.byteorder == '>':
            array = array.astype(array.dtype.newbyteorder('<'))
        kind = repr(array.dtype.descr).replace(' ', '') if array.dtype.names else array.dtype.str
        shared = self.inputs.offset_of(array)
        if shared is not None:      # the input, or a part of it: the daemon has it already
            return {'type': kind, 'shape': list(array.shape), 'offset': shared, 'is_input': True}
        offset = self.used
        data = memoryview(array.reshape(-1).view(np.uint8)) if array.size else b''
        written = 0
        while written < array.nbytes:
            written += os.pwrite(self.descriptor, data[written:], offset + written)
        self.used = offset + (array.nbytes + 63) // 64 * 64
        return {'type': kind, 'shape': list(array.shape), 'offset': offset}


LABELS = ('xlabel', 'ylabel', 'title', 'unit', 'xunit')


def describe(results, name, value):
    item = {'name': name}
    if isinstance(value, dict):
        if 'y' not in value and 'value' not in value:
            raise TypeError(f"output['{name}'] is a dictionary without 'y' (a curve: x, y, xlabel, ylabel) or 'value'")
        item['labels'] = {key: str(value[key]) for key in LABELS if key in value}
        if value.get('x') is not None:
            item['x'] = results.put(np.asarray(value['x']))
        value = value.get('y', value.get('value'))
    array = np.asarray(value)
    if 'x' in item and item['x']['shape'] not in (list(array.shape), list(array.shape[-1:])):
        raise ValueError(f"output['{name}']: x has the shape {tuple(item['x']['shape'])}, but y {array.shape}")
    return {**item, **results.put(array)}


class Script:
    def __init__(self, order):
        self.path = order['path']
        self.post = order['kind'] == 'post'
        self.code = compile(order['source'], self.path, 'exec')
        self.instrument = order['instrument']
        self.cache = {}
        self.workspaces = None
        if order.get('engine') == 'mantid':
            try:
                import mantid_worker
            except ImportError as missing:
                raise ImportError(f'engine is "mantid", but {sys.executable} has none ({missing}): name its environment in CONDA_ENV, or set engine to "numpy"') from None
            self.workspaces = mantid_worker.Workspaces(self.instrument)
            self.output_name = mantid_worker.OUTPUT
        sys.path[:0] = [os.path.dirname(self.path)]
        sys.argv = [self.path]

    def run(self, order, memory, results):
        arrays = [memory.view(place, order['memory']) for place in order['arrays']]
        names = [place['name'] for place in order['arrays']]
        for array in arrays:
            array.attrs = order['attrs']
        data = arrays[0] if names == [''] else dict(zip(names, arrays))
        before = Output(arrays[0])
        if self.workspaces:
            data = self.workspaces.of_accumulation(data, order['attrs']) if self.post else self.workspaces.of_chunk(data, order['attrs'])
            before = self.output_name
        space = {'__name__': '__main__', '__file__': self.path, 'accumulation' if self.post else 'input': data,
                 'output': before, 'attrs': order['attrs'], 'cache': self.cache, 'instrument': self.instrument, 'events': hutch_events}
        started = time.perf_counter()
        exec(self.code, space)
        seconds = time.perf_counter() - started
        output = space.get('output')
        if self.workspaces:
            output = self.workspaces.result(output, self.post)
        if isinstance(output, Output):
            output = output.value
        if output is None:
            raise ValueError("the script has not set output: assign it (output = ...) or write into it (output[...] = ..., output['name'] = ...)")
        results.used = 0
        named = output if isinstance(output, dict) else {'': output}
        return {'op': 'done', 'id': order['id'], 'seconds': seconds, 'descriptor': results.descriptor,
                'outputs': [describe(results, str(name), value) for name, value in named.items()]}


def report(error, path):
    """What is told about an exception: the line of the script in which it happened, and the calls below it."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [i for i, frame in enumerate(frames) if frame.filename == path]
    line = frames[own[-1]].lineno if own else None
    if isinstance(error, SyntaxError) and error.filename == path:
        line = error.lineno
    shown = frames[own[0]:] if own else ([] if isinstance(error, SyntaxError) else frames)
    text = ''.join((['Traceback (most recent call last):\n'] + traceback.format_list(shown) if shown else [])
                   + traceback.format_exception_only(type(error), error))
    message = ''.join(traceback.format_exception_only(type(error), error)).strip().splitlines()[-1]
    return {'op': 'error', 'type': type(error).__name__, 'message': message, 'line': line, 'traceback': text,
            'fatal': isinstance(error, MemoryError)}


def tell_exits(path):
    """os._exit leaves no trace: say first where it was called."""
    leave = os._exit

    def exit(code):
        stack = [frame for frame in traceback.extract_stack()[:-1] if frame.filename == path] or traceback.extract_stack()[-2:-1]
        channel.send({'op': 'error', 'type': 'os._exit', 'fatal': True, 'line': stack[-1].lineno,
                      'message': f'os._exit({code}) was called', 'traceback': ''.join(traceback.format_list(stack))})
        leave(code)

    os._exit = exit


def limit_memory(count):
    if count > 0:
        resource.setrlimit(resource.RLIMIT_DATA, (count, count))


def main():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    memory, script = Memory(), None
    results = Results(memory)
    while True:
        order = channel.receive()
        path = order.get('path', script.path if script else '')
        try:
            if order['op'] == 'load':
                limit_memory(order['memory_limit'])
                script = Script(order)
                tell_exits(path)
                reply = {'op': 'loaded'}
            else:
                reply = script.run(order, memory, results)
        except BaseException as error:      # SystemExit and KeyboardInterrupt of the script's own too
            reply = report(error, path)
        sys.stdout.flush()
        sys.stderr.flush()
        channel.send(reply)
        if reply.get('fatal'):
            os.kill(os.getpid(), signal.SIGKILL)


main()
