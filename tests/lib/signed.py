"""Requests signed by hand, as the command line signs them: sent as they are,
altered, or once more."""

import base64
import hashlib
import http.client
import json
import os
import socket
import time

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
            connection.request(sent["method"], sent["target"],
                               sent["body"] or None, self.headers)
            answer = connection.getresponse()
            data = answer.read()
        finally:
            connection.close()
        if answer.getheader("Content-Type") == "application/octet-stream":
            return answer.status, data
        return answer.status, json.loads(data) if data else None
