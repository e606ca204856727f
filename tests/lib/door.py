"""A door in front of a service: somebody stands in it and is told of every
request before it goes on, and may shut it."""

import contextlib
import os
import socket
import subprocess
import threading

from .ground import program
from .teduh import SANITIZER_ENV, Result


class Shut(Exception):
    """Raised by who is told: the line is cut here."""


class Door:
    """Requests to door.url go on to the service."""

    def __init__(self, ground, service, told):
        self.path = f"{service.dir}/run/door"
        self.url = f"unix:{self.path}"
        self.inner = service.url.removeprefix("unix:")
        self.told = told
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen()
        ground.on_close(self.listener.close)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                outer, _ = self.listener.accept()
            except OSError:
                return
            inner = socket.socket(socket.AF_UNIX)
            inner.connect(self.inner)
            for pair in ((outer, inner, True), (inner, outer, False)):
                threading.Thread(target=self._carry, args=pair,
                                 daemon=True).start()

    def _carry(self, source, sink, requests):
        try:
            while data := source.recv(65536):
                if requests:
                    self.told(data)
                sink.sendall(data)
        except (OSError, Shut):
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


@contextlib.contextmanager
def in_front(ground, service, person, told):
    """This person's requests go through a door; told(data) hears them."""
    door = Door(ground, service, told)
    path = f"{person.home}/service"
    with open(path, encoding="utf-8") as f:
        known = f.read()
    with open(path, "w", encoding="utf-8") as f:
        f.write(known.replace(service.url, door.url))
    try:
        yield door
    finally:
        with open(path, "w", encoding="utf-8") as f:
            f.write(known)
        door.listener.close()
        os.unlink(door.path)


def through(ground, service, person, told, *args, seconds=120):
    """teduh ARGS of a person through a door; told(data, pid) hears each piece
    of what is asked.  A Result."""
    child = None
    read, write = os.pipe()
    os.write(write, person.passphrase.encode() + b"\n")
    os.close(write)
    argv = [program("teduh"), *args, "--passphrase-fd", str(read)]
    try:
        with in_front(ground, service, person,
                      lambda data: told(data, child.pid)), \
                subprocess.Popen(
                    argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                    stdin=subprocess.DEVNULL, pass_fds=(read,),
                    env={**os.environ, **SANITIZER_ENV, **person.env,
                         "TEDUH_HOME": person.home}) as child:
            try:
                out, err = child.communicate(timeout=seconds)
            finally:
                child.kill()
    finally:
        os.close(read)
    return Result(argv, child.returncode, out, err.decode())
