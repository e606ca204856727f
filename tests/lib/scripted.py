"""A listener on loopback whose connections are each served by a thread: what
the scripted SMTP and IMAP ends have in common."""

import contextlib
import select
import socket
import ssl
import threading
import warnings

from .ground import wait_for


class Hangup(Exception):
    """The other end is gone, or the script says to cut the line here."""


class Line:
    """One connection, read by lines, maybe under TLS."""

    def __init__(self, sock):
        self.sock = sock
        self.tls = False
        self.bare = 0               # lines that did not end in CR LF alone
        self._held = b""

    def start_tls(self, context):
        if self._held:
            raise Hangup("bytes came before the handshake")
        self.sock = context.wrap_socket(self.sock, server_side=True)
        self.tls = True

    def _more(self):
        got = self.sock.recv(65536)
        if not got:
            raise Hangup("closed")
        self._held += got

    def read_line(self):
        while b"\n" not in self._held:
            self._more()
        line, _, self._held = self._held.partition(b"\n")
        self.bare += not line.endswith(b"\r") or b"\r" in line[:-1]
        return line.rstrip(b"\r")

    def read_exactly(self, n):
        while len(self._held) < n:
            self._more()
        got, self._held = self._held[:n], self._held[n:]
        return got

    def waiting(self, seconds):
        """Has the other end said something (or gone) within this time?"""
        if self._held or (self.tls and self.sock.pending()):
            return True
        return bool(select.select([self.sock], [], [], seconds)[0])

    def write(self, data):
        self.sock.sendall(data)

    def write_line(self, text):
        self.write(text.encode() + b"\r\n")


def tls_context(certs, pair):
    """A server's: with that certificate, or with the right one and nothing
    newer than TLS 1.0 ("tls-1.0")."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if pair == "tls-1.0":
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1
        pair = "right"
    context.load_cert_chain(*certs.pair(pair))
    return context


class Scripted:
    """Listens at once; every connection is a thread running serve(line)."""

    def __init__(self, ground, certs=None, pair="right", implicit=True):
        self.implicit = implicit and certs is not None
        self.context = None
        if certs is not None:
            self.context = tls_context(certs, pair)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.lock = threading.Lock()
        self.opened = 0             # connections that were ever accepted
        self.shook_hands = 0        # ... of them with a finished handshake
        self.trouble = []           # a mistake of the script itself
        self._live = set()
        self._stop = threading.Event()
        self._threads = []
        self._main = threading.Thread(target=self._accept, daemon=True)
        self._main.start()
        ground.on_close(self.close)

    def serve(self, line):
        raise NotImplementedError

    def _accept(self):
        while True:
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            with self.lock:
                if self._stop.is_set():
                    sock.close()
                    return
                self.opened += 1
                self._live.add(sock)
            thread = threading.Thread(target=self._connection, args=(sock,),
                                      daemon=True)
            self._threads.append(thread)
            thread.start()

    def _connection(self, sock):
        line = Line(sock)
        try:
            if self.implicit:
                line.start_tls(self.context)
                with self.lock:
                    self._live.discard(sock)
                    self._live.add(line.sock)
                    self.shook_hands += 1
            self.serve(line)
        except (Hangup, OSError):
            pass
        except Exception as e:      # said at close(), in the test's thread
            self.trouble.append(e)
        finally:
            with self.lock:
                self._live.discard(sock)
                self._live.discard(line.sock)
            with contextlib.suppress(OSError):
                line.sock.close()

    def silence(self):
        """Say nothing until the test is over."""
        self._stop.wait()
        raise Hangup("test is over")

    def wait_opened(self, count, seconds=30.0):
        wait_for(f"connection {count} to the scripted server",
                 lambda: self.opened >= count, seconds)

    def close(self):
        self._stop.set()
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self._main.join(5)
        with self.lock:
            live = list(self._live)
        for sock in live:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        if self.trouble:
            raise self.trouble[0]
