"""Private folders, free ports, child processes, and waiting.

Everything a story starts belongs to one Ground: it lives in one private
folder, listens on loopback only, and is ended by its own pid.  Nothing here
sleeps for a guessed time: waiting means asking again until a deadline.
"""

import os
import pwd
import random
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
IS_ROOT = os.geteuid() == 0
# Below the range from which the kernel serves outgoing connections, so that
# a port chosen here is not taken between choosing and listening.
PORTS = range(10240, 32000)


class Failure(Exception):
    """What a story depends on did not come about."""


def build_dir():
    """Where the programs under test stand (TEDUH_BUILD)."""
    return os.path.abspath(os.environ.get(
        "TEDUH_BUILD", os.path.join(SOURCE, "build", "hard")))


def program(name):
    return os.path.join(build_dir(), name)


def wait_for(what, ask, seconds=30.0, every=0.02):
    """Ask until the answer is true and return it; Failure at the deadline.
    The one place that waits for something it cannot select() on."""
    end = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > end:
            raise Failure(f"waited {seconds:g} s in vain for {what}")
        select.select([], [], [], every)


def connects(port, host="127.0.0.1"):
    try:
        socket.create_connection((host, port), timeout=1).close()
        return True
    except OSError:
        return False


_given = set()


def free_port():
    """A port on loopback that nobody listens on and that this process has
    not given away before."""
    for _ in range(1000):
        port = random.choice(PORTS)
        if port in _given:
            continue
        with socket.socket() as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                s.bind(("127.0.0.1", port))
            except OSError:
                continue
        _given.add(port)
        return port
    raise Failure("no free port on loopback")


class Process:
    """A child whose output goes to a file and which ends by its pid.  It
    stands in a session of its own, out of reach of the terminal."""

    def __init__(self, name, argv, log, **popen):
        self.name = name
        self.log = log
        with open(log, "ab") as out:
            self.child = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                start_new_session=True, **popen)
        self.pid = self.child.pid

    def alive(self):
        return self.child.poll() is None

    def check(self):
        if not self.alive():
            raise Failure(f"{self.name} ended with {self.child.returncode}:"
                          f"\n{tail(self.log)}")
        return True

    def wait_port(self, port, seconds=30.0):
        wait_for(f"{self.name} on port {port}",
                 lambda: self.check() and connects(port), seconds)

    def stop(self, sig=signal.SIGTERM, seconds=30.0):
        """Exit code; a process that ignores the signal is killed and said
        so by a Failure."""
        if self.alive():
            self.child.send_signal(sig)
        try:
            return self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
            raise Failure(f"{self.name} ignored signal {sig} for "
                          f"{seconds:g} s:\n{tail(self.log)}") from None


def tail(path, lines=40):
    try:
        with open(path, encoding="utf-8", errors="replace") as f:
            return "".join(f.readlines()[-lines:])
    except OSError as e:
        return f"({e})"


class Ground:
    """One private folder and what was started on it.  Leave by close(), or
    use it as a context manager."""

    def __init__(self, path=None, keep=False):
        if path is None:
            path = tempfile.mkdtemp(prefix="teduh-")
        else:
            os.makedirs(path)
        self.path = os.path.realpath(path)
        # Service users (postfix, dovecot) must be able to walk through;
        # what is private lies in folders of its own below.
        os.chmod(self.path, 0o755)
        self.keep = keep or bool(os.environ.get("TEDUH_KEEP"))
        self._closers = []

    def dir(self, name, mode=0o755, user=None):
        path = os.path.join(self.path, name)
        os.makedirs(path, exist_ok=True)
        os.chmod(path, mode)
        if user and IS_ROOT:
            entry = pwd.getpwnam(user)
            os.chown(path, entry.pw_uid, entry.pw_gid)
        return path

    def file(self, name, text, mode=0o644):
        path = os.path.join(self.path, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        data = text.encode() if isinstance(text, str) else text
        with open(path, "wb") as f:
            f.write(data)
        os.chmod(path, mode)
        return path

    def on_close(self, call):
        self._closers.append(call)

    def close(self):
        """End everything, last started first; the first problem is raised
        after all are ended."""
        trouble = None
        while self._closers:
            try:
                self._closers.pop()()
            except Exception as e:  # end the others first
                trouble = trouble or e
        if not self.keep:
            shutil.rmtree(self.path, ignore_errors=True)
        if trouble:
            raise trouble

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def as_root(argv):
    """The same command with the rights that Postfix wants.  sudo may ask
    only where somebody is there to answer."""
    if IS_ROOT:
        return list(argv)
    return ["sudo", *([] if sys.stderr.isatty() else ["-n"]), *argv]


def as_user(user, argv, groups=()):
    """The same command as a service user, when we may choose; groups: which
    it is of beside its own."""
    if not IS_ROOT:
        return list(argv)
    entry = pwd.getpwnam(user)
    more = f"--groups={','.join(groups)}" if groups else "--clear-groups"
    return ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}",
            more, *argv]
