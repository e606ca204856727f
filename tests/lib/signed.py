"""Requests signed by hand, as the command line signs them: sent as they are,
altered, or once more."""

import base64
import hashlib
import http.client
import json
import os
import re
import socket
import time

from .ground import SOURCE

ROUTES = f"{SOURCE}/daemon/api/route.c"
HOST = "localhost"
COMPONENTS = '("@method" "@authority" "@path" "@query" "content-digest")'
NOBODY = "00000000"


class Unix(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__(HOST, timeout=30)
        self.where = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.where)


class Request:
    """One signed request, to be sent as it is or altered."""

    def __init__(self, signer, method, target, body=b"", skew=0):
        self.method, self.target = method, target
        self.body = json.dumps(body).encode() if body != b"" else b""
        path, mark, query = target.partition("?")
        digest = base64.b64encode(hashlib.sha512(self.body).digest()).decode()
        parameters = (f"{COMPONENTS};created={int(time.time()) + skew};"
                      f'nonce="{os.urandom(16).hex()}";'
                      f'keyid="{signer.public.hex()}";alg="ed25519"')
        self.headers = {"Teduh-Wire": "1", "Content-Type":
                        "application/json",
                        "Content-Digest": f"sha-512=:{digest}:",
                        "Signature-Input": f"teduh={parameters}"}
        base = "\n".join((
            f'"@method": {method}', f'"@authority": {HOST}',
            f'"@path": {path}', f'"@query": {mark or "?"}{query}',
            f'"content-digest": sha-512=:{digest}:',
            f'"@signature-params": {parameters}'))
        signature = base64.b64encode(signer.sign("teduh/request/v1",
                                                 base.encode())).decode()
        self.headers["Signature"] = f"teduh=:{signature}:"

    def send(self, service, **changes):
        """Status and answer; changes: of what is sent, after signing."""
        sent = {"method": self.method, "target": self.target,
                "body": self.body, **changes}
        connection = Unix(service.url.removeprefix("unix:"))
        try:
            return self.send_on(connection, **sent)
        finally:
            connection.close()

    def send_on(self, connection, method=None, target=None, body=None):
        """The same on a connection that stays open."""
        connection.request(method or self.method, target or self.target,
                           (self.body if body is None else body) or None,
                           self.headers)
        answer = connection.getresponse()
        data = answer.read()
        if answer.getheader("Content-Type") == "application/octet-stream":
            return answer.status, data
        return answer.status, json.loads(data) if data else None


def message(request):
    """The bytes of a request that was signed by hand."""
    head = [f"{request.method} {request.target} HTTP/1.1",
            "Host: localhost"]
    head += [f"{name}: {value}" for name, value in request.headers.items()]
    head.append(f"Content-Length: {len(request.body)}")
    return "\r\n".join(head).encode() + b"\r\n\r\n" + request.body


def spelled(path, pattern):
    """What the expression finds in a source; the second word of each find is
    a path, which is spelled out."""
    with open(path, encoding="utf-8") as f:
        text = f.read()
    words = dict(re.findall(r'#define (\w+)\s+((?:\w+ )?"[^"]*")', text))

    def spell(pattern):
        return "".join(
            part[1:-1] if part.startswith('"') else spell(words[part])
            for part in re.findall(r'"[^"]*"|\w+', pattern))
    return [(method, spell(where), *more)
            for method, where, *more in re.findall(pattern, text)]


def routes(methods="POST|PUT|DELETE"):
    """(method, path, query) of the API, without more of all that changes
    something."""
    return spelled(ROUTES, rf'\{{ "({methods})", ([^,]+), '
                   r'(?:NULL|"(\w+)")')
