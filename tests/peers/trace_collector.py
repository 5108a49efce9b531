"""A collector of traces: takes what OTLP/HTTP sends (opentelemetry-proto, ExportTraceServiceRequest) and prints a line of JSON a span.

The first line is the port. The messages are read field by field, without generated code.
"""
import gzip
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from wire import varint


def fields(data):
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        kind = tag & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 2:
            length, at = varint(data, at)
            value, at = data[at:at + length], at + length
        else:
            size = 8 if kind == 1 else 4
            value, at = data[at:at + size], at + size
        yield tag >> 3, value


def all_of(data, number):
    return [value for field, value in fields(data) if field == number]


def attributes(data, number):
    found = {}
    for pair in all_of(data, number):
        parts = dict(fields(pair))
        value = list(fields(parts.get(2, b"")))
        found[parts[1].decode()] = value[0][1].decode() if value and value[0][0] == 1 else value[0][1] if value else None
    return found


printing = threading.Lock()


class Collector(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        for resource in all_of(body, 1):
            service = attributes(all_of(resource, 1)[0], 1).get("service.name")
            for scope in all_of(resource, 2):
                for span in all_of(scope, 2):
                    one = dict(fields(span))
                    line = json.dumps({
                        "path": self.path, "service": service, "trace": one[1].hex(), "span": one[2].hex(), "parent": one.get(4, b"").hex(),
                        "name": one[5].decode(), "kind": one.get(6, 0), "status": dict(fields(one.get(15, b""))).get(3, 0),
                        "attributes": {k: v for k, v in attributes(span, 9).items() if not isinstance(v, bytes)},
                    })
                    with printing:   # each program has a thread here
                        print(line, flush=True)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
print(server.server_address[1], flush=True)
server.serve_forever()
