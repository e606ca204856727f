"""A provider's OAuth 2 side: a token endpoint that rotates, expires, refuses
and fails when it is told to, and the introspection that Dovecot asks.

    provider = TokenServer(ground, certs)
    provider.rotate = True

Everything it gave is known to .tokens (access token: until when it is good)
and .refresh (the refresh tokens that it takes)."""

import base64
import hashlib
import http.server
import json
import threading
import time
import urllib.parse

from .scripted import tls_context

CLIENT, CLIENT_SECRET = "teduh-client", "a-client-secret"
USER = "desk"


class TokenServer:
    def __init__(self, ground, certs, pair="right"):
        self.lock = threading.Lock()
        self.expires_in = 3600
        self.lasts = None           # of the login, in seconds
        self.rotate = False
        self.grace = 0              # so many times an old one is taken still
        self.error = None           # (status, error word)
        self.garbage = None         # bytes in place of JSON
        self.hold = None            # an Event to wait for before answering
        self.asked = 0              # refreshes that were asked for
        self.codes = {}             # code: (challenge, redirect)
        self.count = 0
        self.tokens = {}
        self.refresh = {self._new("refresh"): None}
        self.taken = []             # access tokens that were introspected
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                length = int(self.headers.get("Content-Length", 0))
                form = dict(urllib.parse.parse_qsl(
                    self.rfile.read(length).decode()))
                path = self.path.split("?")[0]
                status, body = outer.introspect(form) \
                    if path == "/introspect" else outer.token(form)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                                      Handler)
        self.server.socket = tls_context(certs, pair).wrap_socket(
            self.server.socket, server_side=True)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.url = f"https://localhost:{self.port}"
        self.thread = threading.Thread(target=self.server.serve_forever,
                                       kwargs={"poll_interval": 0.05},
                                       daemon=True)
        self.thread.start()
        ground.on_close(self.close)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def _new(self, kind):
        self.count += 1
        return f"{kind}-{self.count}-0123456789abcdef"

    @property
    def newest_refresh(self):
        return list(self.refresh)[-1]

    def give(self):
        """An access token that is good from now on."""
        token = self._new("access")
        self.tokens[token] = time.monotonic() + self.expires_in
        return token

    def is_good(self, token):
        return self.tokens.get(token, 0) > time.monotonic()

    def expire(self):
        """All that were given are worth nothing any more."""
        with self.lock:
            self.tokens.clear()

    def authorize(self, address):
        """What a browser does with the address of a login: the address of
        the page that it comes to."""
        query = dict(urllib.parse.parse_qsl(
            urllib.parse.urlsplit(address).query))
        assert query["client_id"] == CLIENT, query
        assert query["code_challenge_method"] == "S256", query
        code = self._new("code")
        self.codes[code] = (query["code_challenge"], query["redirect_uri"])
        return query["redirect_uri"] + "?" + urllib.parse.urlencode(
            {"state": query["state"], "code": code})

    def introspect(self, form):
        token = form.get("token", "")
        with self.lock:
            self.taken.append(token)
            good = self.is_good(token)
        return 200, json.dumps({"active": good, "username": USER,
                                "scope": "mail"}).encode()

    def _check_client(self, form):
        return form.get("client_id") == CLIENT and \
            form.get("client_secret") == CLIENT_SECRET

    def _take_refresh(self, form):
        """May this one be used? Rotation buries the others."""
        mine = form.get("refresh_token")
        if mine not in self.refresh:
            return False
        if mine != self.newest_refresh:
            if self.grace <= 0:
                return False
            self.grace -= 1
        return True

    def _take_code(self, form):
        challenge, redirect = self.codes.pop(form.get("code"), (None, None))
        proof = base64.urlsafe_b64encode(hashlib.sha256(
            form.get("code_verifier", "").encode()).digest()).rstrip(b"=")
        return challenge == proof.decode() and \
            redirect == form.get("redirect_uri")

    def token(self, form):
        if self.hold is not None:
            self.hold.wait(60)
        with self.lock:
            renewal = form.get("grant_type") == "refresh_token"
            self.asked += renewal
            if self.garbage is not None:
                return 200, self.garbage
            if self.error is not None:
                status, word = self.error
                return status, json.dumps({"error": word}).encode()
            if not self._check_client(form):
                return 401, b'{"error":"invalid_client"}'
            if not (self._take_refresh(form) if renewal else
                    self._take_code(form)):
                return 400, b'{"error":"invalid_grant"}'
            answer = {"access_token": self.give(), "token_type": "Bearer",
                      "expires_in": self.expires_in}
            if self.lasts is not None:
                answer["refresh_token_expires_in"] = self.lasts
            if self.rotate or not renewal:
                self.refresh[self._new("refresh")] = None
                answer["refresh_token"] = self.newest_refresh
            return 200, json.dumps(answer).encode()
