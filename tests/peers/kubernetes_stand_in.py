"""Nodes and pods as the API of Kubernetes keeps them (core/v1), for want of a cluster: what the server answers, and what a kubelet does.

usage: kubernetes_stand_in.py PORT TOKEN CERTIFICATE KEY
Answers https://127.0.0.1:PORT. A node that was created is like one whose kubelet has not spoken: PUT .../nodes/NAME/status, as
kubelets do, gives it conditions. A pod on a node that is Ready runs its args as a process here; with image "missing" it waits for
its image; on another node it is Pending. Written from the reference of the API, version 1.31.
"""
import datetime
import http.server
import json
import re
import ssl
import subprocess
import sys
import threading
import urllib.parse
import uuid

PORT, TOKEN, CERTIFICATE, KEY = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
NAME = re.compile(r'^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$')
gate = threading.RLock()
nodes, pods, processes, version = {}, {}, {}, 0


class Refusal(Exception):
    def __init__(self, code, reason, message):
        self.status = {'kind': 'Status', 'apiVersion': 'v1', 'metadata': {}, 'status': 'Failure', 'message': message, 'reason': reason, 'code': code}


def complete(kind, body, namespace=None):
    global version
    version += 1
    meta = body.setdefault('metadata', {})
    name = meta.get('name', '')
    if not NAME.match(name):
        raise Refusal(422, 'Invalid', f'{kind} "{name}" is invalid: metadata.name: Invalid value: a lowercase RFC 1123 subdomain is expected')
    now = datetime.datetime.now(datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ')
    meta.update(uid=str(uuid.uuid4()), resourceVersion=str(version), creationTimestamp=now)
    if namespace:
        meta['namespace'] = namespace
    body.update(kind=kind, apiVersion='v1')
    return name


def ready(node):
    return any(c['type'] == 'Ready' and c['status'] == 'True' for c in node.get('status', {}).get('conditions', []))


def look_after(pod):
    """What the kubelet of its node does."""
    spec, key = pod['spec'], pod['metadata']['uid']
    node = nodes.get(spec.get('nodeName', ''))
    container = spec['containers'][0]
    state = lambda phase, **what: pod.update(status={'phase': phase, 'containerStatuses': [{'name': container['name'], 'image': container['image'], 'ready': phase == 'Running', 'restartCount': 0, 'state': what}]})
    if key in processes:
        code = processes[key].poll()
        if code is None:
            state('Running', running={'startedAt': pod['metadata']['creationTimestamp']})
        else:
            code = code if code >= 0 else 128 - code
            state('Succeeded' if code == 0 else 'Failed', terminated={'exitCode': code, 'reason': 'Completed' if code == 0 else 'Error'})
    elif not node or not ready(node):
        pod['status'] = {'phase': 'Pending'}
    elif container['image'] == 'missing':
        state('Pending', waiting={'reason': 'ImagePullBackOff', 'message': 'Back-off pulling image "missing"'})
    else:
        environment = {v['name']: v.get('value', '') for v in container.get('env') or []}
        processes[key] = subprocess.Popen(container.get('command', []) + container.get('args', []), env={'PATH': '/usr/bin:/bin', **environment}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        look_after(pod)


def selected(pod, query):
    labels = pod['metadata'].get('labels') or {}
    fields = {'spec.nodeName': pod['spec'].get('nodeName', ''), 'metadata.name': pod['metadata']['name']}
    wanted = lambda name, of: all(of.get(k) == v for k, v in (p.split('=', 1) for p in query.get(name, [''])[0].replace('==', '=').split(',') if p))
    return wanted('labelSelector', labels) and wanted('fieldSelector', fields)


def found(kind, where, key, name):
    if key not in where:
        raise Refusal(404, 'NotFound', f'{kind} "{name}" not found')
    return where[key]


def answer(method, path, query, body):
    parts = path.strip('/').split('/')[2:]
    if parts[0] == 'nodes':
        if method == 'POST':
            name = complete('Node', body)
            if name in nodes:
                raise Refusal(409, 'AlreadyExists', f'nodes "{name}" already exists')
            nodes[name] = body
            return 201, body
        if len(parts) == 1:
            return 200, {'kind': 'NodeList', 'apiVersion': 'v1', 'metadata': {'resourceVersion': str(version)}, 'items': list(nodes.values())}
        node = found('nodes', nodes, parts[1], parts[1])
        if method == 'PUT' and parts[2:] == ['status']:
            node['status'] = body['status']
        elif method == 'DELETE':
            del nodes[parts[1]]
            return 200, {'kind': 'Status', 'apiVersion': 'v1', 'metadata': {}, 'status': 'Success', 'details': {'name': parts[1], 'kind': 'nodes', 'uid': node['metadata']['uid']}}
        return 200, node
    if parts[0] == 'namespaces' and parts[2] == 'pods':
        namespace = parts[1]
        if method == 'POST':
            name = complete('Pod', body, namespace)
            if (namespace, name) in pods:
                raise Refusal(409, 'AlreadyExists', f'pods "{name}" already exists')
            if not body.get('spec', {}).get('containers') or any(not c.get('image') for c in body['spec']['containers']):
                raise Refusal(422, 'Invalid', f'Pod "{name}" is invalid: spec.containers: Required value')
            pods[namespace, name] = body
            body['status'] = {'phase': 'Pending'}
            return 201, body
        if len(parts) == 3:
            items = [p for (n, _), p in pods.items() if n == namespace and selected(p, query)]
            for pod in items:
                look_after(pod)
            return 200, {'kind': 'PodList', 'apiVersion': 'v1', 'metadata': {'resourceVersion': str(version)}, 'items': items}
        pod = found('pods', pods, (namespace, parts[3]), parts[3])
        if method == 'DELETE':
            process = processes.pop(pod['metadata']['uid'], None)
            if process:
                process.kill()
                process.wait()
            del pods[namespace, parts[3]]
        return 200, pod
    raise Refusal(404, 'NotFound', 'the server could not find the requested resource')


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def handle_any(self):
        length = int(self.headers.get('Content-Length') or 0)
        text = self.rfile.read(length)
        url = urllib.parse.urlsplit(self.path)
        with gate:
            try:
                if self.headers.get('Authorization') != f'Bearer {TOKEN}':
                    raise Refusal(401, 'Unauthorized', 'Unauthorized')
                code, body = answer(self.command, url.path, urllib.parse.parse_qs(url.query), json.loads(text) if text else {})
            except Refusal as refusal:
                code, body = refusal.status['code'], refusal.status
            data = json.dumps(body).encode()
        self.send_response(code)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_DELETE = handle_any

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(('127.0.0.1', PORT), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(CERTIFICATE, KEY)
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
print('ready', flush=True)
server.serve_forever()
