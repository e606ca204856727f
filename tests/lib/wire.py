"""A line between the command line and the service that fails on purpose: a
unix socket in front of the service's, and a script that says what becomes of
each request."""

import contextlib
import json
import os
import socket
import threading

PASS = "pass"
CUT = "cut"                 # closed before the service heard of it
HALF_UP = "half up"         # closed in the middle of the request
LOST = "lost"               # the service did it; its answer never arrives
HALF_DOWN = "half down"     # closed in the middle of the answer
MUTE = "mute"               # taken, and no answer as long as one waits
HALF_MUTE = "half mute"     # half an answer, and then the same
GARBAGE = "garbage"         # something else answers


class Gone(Exception):
    """The other end has closed."""


class Stream:
    def __init__(self, sock):
        self.sock, self.held = sock, b""

    def more(self):
        got = self.sock.recv(65536)
        if not got:
            raise Gone
        self.held += got

    def head(self):
        while b"\r\n\r\n" not in self.held:
            self.more()
        head, _, self.held = self.held.partition(b"\r\n\r\n")
        return head + b"\r\n\r\n"

    def take(self, n):
        while len(self.held) < n:
            self.more()
        got, self.held = self.held[:n], self.held[n:]
        return got


def length_of(head):
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


class Wire:
    """script(number, method, path): what becomes of a request; asked for each
    that comes, numbered from 1 since the last call of begin()."""

    def __init__(self, ground, service, name="wire"):
        self.path = f"{ground.path}/{name}"
        self.service = service.url.removeprefix("unix:")
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen(16)
        self.asked, self.script = [], lambda *_: PASS
        self._ended = threading.Event()
        self._socks = []
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._listen)]
        self._threads[0].start()
        ground.on_close(self.close)

    @property
    def url(self):
        return f"unix:{self.path}"

    def begin(self, script=None):
        with self._lock:
            self.asked = []
            self.script = script or (lambda *_: PASS)

    def lead(self, person):
        """Let a person's command line use this line."""
        path = f"{person.home}/service"
        with open(path, encoding="utf-8") as f:
            service = json.load(f)
        with open(path, "w", encoding="utf-8") as f:
            json.dump({**service, "url": self.url}, f)

    def close(self):
        self._ended.set()
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for sock in list(self._socks):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        os.unlink(self.path)

    def _listen(self):
        while not self._ended.is_set():
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            self._socks.append(sock)
            thread = threading.Thread(target=self._serve, args=(sock,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, sock):
        with sock, contextlib.suppress(Gone, OSError):
            stream = Stream(sock)
            while self._one(stream):
                pass

    def _act(self, head):
        method, path, _ = head.split(b"\r\n")[0].decode().split(" ")
        with self._lock:
            self.asked.append((method, path))
            return self.script(len(self.asked), method, path)

    def _one(self, stream):
        """One request; false when the connection is to be closed."""
        head = stream.head()
        act, length = self._act(head), length_of(head)
        if act == CUT:
            return False
        if act == HALF_UP:
            stream.take(length // 2)
            return False
        body = stream.take(length)
        if act == MUTE:
            return self._wait(stream)
        answer = b"what?\r\n" if act == GARBAGE else self._ask(head + body)
        if act == LOST:
            return False
        if act in (HALF_DOWN, HALF_MUTE):
            stream.sock.sendall(answer[:len(answer) - len(answer) // 4])
            return act == HALF_MUTE and self._wait(stream)
        stream.sock.sendall(answer)
        return act != GARBAGE

    @staticmethod
    def _wait(stream):
        """Until the other end has had enough."""
        while True:
            stream.more()

    def _ask(self, request):
        with socket.socket(socket.AF_UNIX) as sock:
            sock.connect(self.service)
            sock.sendall(request)
            stream = Stream(sock)
            head = stream.head()
            return head + stream.take(length_of(head))
