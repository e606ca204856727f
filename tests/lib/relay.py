"""A line that takes its time: a relay on loopback which hands every byte on
half a journey later, in both directions, and lets any number be under way."""

import collections
import contextlib
import socket
import threading
import time

PIECE = 65536


class Relay:
    """Listens on .port and connects to a port on loopback.  ms: how long a
    byte and its answer take, there and back."""

    def __init__(self, ground, port, ms):
        self.target = port
        self.half_s = ms / 2000
        self._open = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        ground.on_close(self.close)
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        for sock in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self.target))
                self._open += [near, far]
                for sock in (near, far):
                    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY,
                                    1)
                _Way(near, far, self.half_s)
                _Way(far, near, self.half_s)


class _Way:
    """One direction of a connection."""

    def __init__(self, source, sink, half_s):
        self.source, self.sink, self.half_s = source, sink, half_s
        self._under_way = collections.deque()   # (when it arrives, bytes)
        self._changed = threading.Condition()
        for run in (self._take, self._give):
            threading.Thread(target=run, daemon=True).start()

    def _take(self):
        data = b"-"
        while data:
            try:
                data = self.source.recv(PIECE)
            except OSError:
                data = b""
            with self._changed:
                self._under_way.append((time.monotonic() + self.half_s,
                                        data))
                self._changed.notify()

    def _next(self):
        """What has arrived, when it has."""
        with self._changed:
            self._changed.wait_for(lambda: self._under_way)
            arrives, data = self._under_way.popleft()
            self._changed.wait_for(lambda: time.monotonic() >= arrives,
                                   arrives - time.monotonic())
        return data

    def _give(self):
        data = b"-"
        with contextlib.suppress(OSError):
            while data:
                data = self._next()
                if data:
                    self.sink.sendall(data)
            self.sink.shutdown(socket.SHUT_WR)
