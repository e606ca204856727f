"""Kill the command line at its N-th step (tests/lib/steps.c)."""

import contextlib
import os
import pty
import select
import signal
import subprocess
import time

from .ground import SOURCE, Failure, program
from .teduh import SANITIZER_ENV


def build(ground):
    """The library that counts; compiled here, because only stories want it."""
    path = f"{ground.path}/steps.so"
    if not os.path.exists(path):
        subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC",
                        "-O1", "-o", path,
                        os.path.join(SOURCE, "tests", "lib", "steps.c"),
                        "-ldl"], check=True, capture_output=True)
    return path


class Run:
    """One run of teduh in a terminal of its own.  at: the step before which
    it dies, 0: none.  half: in the middle of it, where it writes."""

    def __init__(self, ground, person, *words, at=0, half=False, env=None,
                 seconds=60):
        counted = f"{ground.path}/steps"
        read, write = os.pipe()
        os.write(write, person.passphrase.encode() + b"\n")
        os.close(write)
        terminal, inside = pty.openpty()
        more = {"STEPS_HALF": "1"} if half else {}
        child = subprocess.Popen(
            [program("teduh"), "--passphrase-fd", str(read), *words],
            stdin=inside, stdout=inside, stderr=subprocess.PIPE,
            pass_fds=(read,), start_new_session=True,
            env={**os.environ, **SANITIZER_ENV, **person.env, **more,
                 "LD_PRELOAD": build(ground), "STEPS_OF": "teduh",
                 "STEPS_AT": str(at), "STEPS_COUNT": counted,
                 "TEDUH_HOME": person.home, "VISUAL": "", **(env or {})})
        os.close(read)
        os.close(inside)
        self.err = b""
        try:
            self._drain(child, terminal, time.monotonic() + seconds)
        finally:
            if child.poll() is None:
                child.kill()
            self.code = child.wait()
            child.stderr.close()
            os.close(terminal)
        self.killed = self.code == -signal.SIGKILL
        if self.killed:
            self.steps = None
        else:
            with open(counted, encoding="ascii") as f:
                self.steps = int(f.read())

    def _drain(self, child, terminal, end):
        """Until it has ended; an editor may hold the terminal longer."""
        while child.poll() is None:
            if time.monotonic() > end:
                raise Failure("teduh took too long")
            ready, _, _ = select.select([terminal, child.stderr], [], [],
                                        0.02)
            for one in ready:
                with contextlib.suppress(OSError):
                    got = os.read(one if one is terminal else one.fileno(),
                                  65536)
                    self.err += got if one is child.stderr else b""
        os.set_blocking(child.stderr.fileno(), False)
        self.err += child.stderr.read() or b""


def every(run, at_most=400):
    """run(at, half) for each step and for each half of one, until a whole
    run survives.  The number of steps."""
    for at in range(1, at_most):
        if not run(at, False):
            return at - 1
        run(at, True)
    raise Failure("it never survived")
