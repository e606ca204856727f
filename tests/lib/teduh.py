"""A running Teduh, and the people who use it from their command line."""

import contextlib
import json
import os
import pwd
import select
import shutil
import signal
import subprocess
import time

from .ground import (IS_ROOT, SOURCE, Failure, Process, as_user, program,
                     tail, wait_for)

# Whom the roles become when the stories run as root.
SERVICE_USER = "nobody" if IS_ROOT else pwd.getpwuid(os.geteuid()).pw_name
READY_S = 90            # what systemd gives a service by itself
SANITIZER_ENV = {"ASAN_OPTIONS": "abort_on_error=0:detect_leaks=1",
                 "UBSAN_OPTIONS": "print_stacktrace=1"}


class Word(str):
    """A configuration value that stands without quotes (48h, implicit)."""


def conf_text(settings, depth=0):
    """Nested dictionaries to the syntax of teduh.conf; a key may carry the
    section's title after a space ("desk youth")."""
    pad = "\t" * depth
    out = []
    for key, value in settings.items():
        if value is None:
            continue
        if isinstance(value, dict):
            out.append(f"{pad}{key} {{\n{conf_text(value, depth + 1)}{pad}}}")
            continue
        if isinstance(value, (list, tuple)):
            value = "{" + ", ".join(json.dumps(one) for one in value) + "}"
        elif isinstance(value, str) and not isinstance(value, Word):
            value = json.dumps(value)
        out.append(f"{pad}{key} = {value}")
    return "".join(line + "\n" for line in out)


class Service:
    """teduhd with a configuration of its own.  The settings are plain data
    until start(), so a story changes what it is about:

        service.settings["relay"]["port"] = sink.port

    own: started by the service's user, not by root.
    """

    def __init__(self, ground, name="service", own=False):
        self.ground = ground
        self.starter = SERVICE_USER if own else None
        self.name = name
        self.dir = ground.dir(name)
        self.data = f"{self.dir}/data"
        self.secrets = f"{self.dir}/secrets"
        self.conf = f"{self.dir}/teduh.conf"
        self.log = f"{self.dir}/teduhd.log"
        self.url = f"unix:{self.dir}/run/api"
        ground.dir(f"{name}/run", 0o755, SERVICE_USER)
        ground.dir(f"{name}/secrets", 0o700, self.starter)
        if own:
            ground.dir(name, 0o755, self.starter)
        self.settings = {
            "data": self.data,
            "secrets": self.secrets,
            "user": SERVICE_USER,
            "api": {"listen": self.url, "url": self.url},
            "desk youth": {
                "languages": ["id", "et", "en"],
                "from_name": "Teduh",
                "from_address": "desk@desk.example",
                "subject": "Your letter",
            },
            "mailbox pipe": {
                "desk": "youth",
                "listen": f"unix:{self.dir}/run/pipe",
            },
            # Most stories have one seeker, who writes a lot.
            "limits": {"flood": 10000},
        }
        self.process = None
        self.founder_code = None
        self.env = {}
        ground.on_close(self.stop)

    # Configuration

    def mailbox(self, name, host="localhost", port=0, user="desk",
                password="", **more):
        """A mailbox on an IMAP server (tls=Word("starttls"), ca=... too)."""
        self.secret(name, password)
        self.settings[f"mailbox {name}"] = {
            "desk": "youth", "host": host, "port": port,
            "tls": Word("implicit"), "user": user, "secret": name, **more}

    def relay(self, port, user, password, **more):
        self.secret("relay", password)
        self.settings["relay"] = {
            "host": "localhost", "port": port, "tls": Word("implicit"),
            "user": user, "secret": "relay", "workers": 1, **more}

    def secret(self, name, text):
        path = self.ground.file(f"{self.name}/secrets/{name}", text + "\n",
                                0o600)
        if self.starter and IS_ROOT:
            shutil.chown(path, self.starter)

    def configure(self):
        with open(self.conf, "w", encoding="utf-8") as f:
            f.write(conf_text(self.settings))

    # Running

    def _as(self, argv):
        return as_user(self.starter, argv) if self.starter else argv

    def admin(self, *args, data=b"", check=True, seconds=60):
        """teduh-admin: a Result; Failure unless it says 0 or check=False."""
        return finish(self._as([program("teduh-admin"), "-c", self.conf,
                                *args]),
                      {**os.environ, **SANITIZER_ENV, **self.env}, data,
                      check, seconds)

    def init(self):
        self.configure()
        answer = self.admin("init", "--json").json
        self.founder_code = answer["founder_code"]
        return self.founder_code

    def start(self, env=None, seconds=READY_S):
        """Returns when every role serves."""
        if not self.process:
            self.configure()
            self.launch(env)
            self.wait_ready(seconds)
        return self

    def launch(self, env=None):
        """Start without waiting; the descriptor for wait_ready()."""
        ready, inherited = os.pipe()
        self.process = Process(
            "teduhd", self._as([program("teduhd"), "-c", self.conf, "-f",
                                "--ready-fd", str(inherited)]),
            self.log, pass_fds=(inherited,),
            env={**os.environ, **SANITIZER_ENV, **self.env, **(env or {})})
        os.close(inherited)
        self._ready = ready

    def wait_ready(self, seconds=READY_S):
        try:
            readable, _, _ = select.select([self._ready], [], [], seconds)
            if not readable or os.read(self._ready, 1) != b"\n":
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.child.wait(5)
                self.process.check()
                raise Failure(f"teduhd is not ready:\n{tail(self.log)}")
        finally:
            os.close(self._ready)

    def stop(self):
        """End it by SIGTERM; a Failure unless it drained and said 0."""
        if not self.process:
            return
        process, self.process = self.process, None
        code = process.stop(signal.SIGTERM)
        if code != 0:
            raise Failure(f"teduhd ended with {code}:\n{tail(self.log)}")

    def kill(self):
        """kill -9 of the keeper and, as power loss would, of all roles."""
        process, self.process = self.process, None
        pids = [process.pid, *descendants(process.pid)]
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.child.wait()
        wait_for("the roles to be gone", lambda: not any(
            os.path.exists(f"/proc/{pid}/exe") for pid in pids))

    def restart(self):
        self.stop()
        return self.start()

    def hangup(self, configure=True):
        """SIGHUP, with the settings as they are now; where the log ended
        before it."""
        if configure:
            self.configure()
        before = len(self.logged())
        os.kill(self.process.pid, signal.SIGHUP)
        return before

    def reload(self, seconds=60.0):
        """SIGHUP: the line that says what was taken."""
        return self.wait_log("configuration taken: ", seconds,
                             self.hangup())

    def pids(self):
        return [self.process.pid, *descendants(self.process.pid)]

    def logged(self):
        with open(self.log, encoding="utf-8", errors="replace") as f:
            return f.read()

    def wait_log(self, words, seconds=30.0, after=0):
        """A log line that has all of these words (in lower case)."""
        words = [words] if isinstance(words, str) else words

        def look():
            for line in self.logged()[after:].splitlines():
                if all(word in line.lower() for word in words):
                    return line
            return None
        try:
            return wait_for(f"a log line with {words}", look, seconds)
        except Failure as e:
            raise Failure(f"{e}\n{tail(self.log)}") from None

    def inject(self, mail, mailbox="pipe", check=True):
        return self.admin("inject", mailbox, data=mail, check=check)

    def clock(self, offset_s):
        """Move the service's time (builds with test hooks)."""
        path = os.path.join(self.data, "clock")
        with open(path + ".new", "w", encoding="ascii") as f:
            f.write(f"{offset_s}\n")
        os.chmod(path + ".new", 0o644)
        os.rename(path + ".new", path)


def texts(ground):
    """A copy of the shipped texts where the service's user can read them."""
    copy = shutil.copytree(f"{SOURCE}/config/texts", f"{ground.path}/texts")
    for folder, _, files in os.walk(copy):
        os.chmod(folder, 0o755)
        for name in files:
            os.chmod(f"{folder}/{name}", 0o644)
    return copy


def descendants(pid):
    """Children, their children and so on, as /proc knows them."""
    parents = {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            with open(f"/proc/{entry}/stat", encoding="latin-1") as f:
                parents[int(entry)] = int(f.read().rpartition(")")[2]
                                          .split()[1])
    found, look = [], [pid]
    while look:
        parent = look.pop()
        children = [p for p, its in parents.items() if its == parent]
        found += children
        look += children
    return found


def command_of(pid):
    """The words that a process was started with; none when it has ended."""
    with contextlib.suppress(OSError):
        with open(f"/proc/{pid}/cmdline", "rb") as f:
            return f.read().decode().split("\0")[:-1]
    return []


def is_stopped(pid):
    """By a signal, and not woken yet."""
    with open(f"/proc/{pid}/stat", encoding="latin-1") as f:
        return f.read().rpartition(")")[2].split()[0] == "T"


def roles(service):
    """Pids of the roles by what they are called, "api" or "intake pipe"."""
    found_roles = {}
    for pid in service.pids():
        words = command_of(pid)
        if words[1:2] == ["--child"] and len(words) > 3:
            name = words[2] if words[3] == "-" else " ".join(words[2:4])
            # A reader that has just been forked is still called so, too.
            found_roles.setdefault(name, pid)
    return found_roles


class Result:
    """How a program ended and what it said."""

    def __init__(self, argv, code, out, err):
        self.argv, self.code, self.out, self.err = argv, code, out, err

    @property
    def json(self):
        try:
            return json.loads(self.out)
        except ValueError:
            raise Failure(f"no JSON from {self}") from None

    @property
    def text(self):
        return self.out.decode("utf-8", "replace")

    def __str__(self):
        return (f"{' '.join(map(str, self.argv))}: exit {self.code}\n"
                f"stdout: {self.text}\nstderr: {self.err}")


def finish(argv, env, data=b"", check=True, seconds=60, pass_fds=()):
    with subprocess.Popen(argv, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env=env, pass_fds=pass_fds) as child:
        try:
            out, err = child.communicate(data, timeout=seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            out, err = child.communicate()
            raise Failure(f"{argv} took more than {seconds} s\n"
                          f"{err.decode(errors='replace')}") from None
    result = Result(argv, child.returncode, out,
                    err.decode("utf-8", "replace"))
    if check and result.code != 0:
        raise Failure(str(result))
    return result


class Person:
    """Somebody with the command line teduh and a key of their own."""

    def __init__(self, ground, name):
        self.name = name
        self.home = ground.dir(f"home-{name}", 0o700)
        self.passphrase = f"{name} ja vaikne meri 17"
        self.env = {}

    def run(self, *args, data=b"", check=False, passphrase=None,
            seconds=120):
        """teduh ARGS: a Result, whatever it says.  Who joins has the key
        on paper before, unless it is said which page."""
        if args[0] == "join" and "--paper" not in args:
            args = (*args, "--paper", self.page(passphrase))
        read, write = os.pipe()
        os.write(write, (passphrase or self.passphrase).encode() + b"\n")
        os.close(write)
        try:
            return finish(
                [program("teduh"), *map(str, args),
                 "--passphrase-fd", str(read)],
                {**os.environ, **SANITIZER_ENV, **self.env,
                 "TEDUH_HOME": self.home},
                data, check, seconds, (read,))
        finally:
            os.close(read)

    def page(self, passphrase=None):
        """The page of this person's key, which is made when there is none;
        a file."""
        path = f"{self.home}.page"
        if not os.path.exists(f"{self.home}/key"):
            self.run("key", "new", passphrase=passphrase)
        if not os.path.exists(path):
            self.run("key", "backup", "--file", path, passphrase=passphrase)
        return path

    def __call__(self, *args, **more):
        """teduh ARGS --json, which must work: what it printed, parsed."""
        return self.run(*args, "--json", check=True, **more).json

    def refused(self, *args, **more):
        """teduh ARGS --json, which must not work: the Result."""
        result = self.run(*args, "--json", **more)
        if result.code == 0:
            raise Failure(f"was not refused: {result}")
        return result

    def queue(self):
        return self("queue")

    def wait_queue(self, count=1, seconds=30.0, where=lambda row: True):
        """The queue's rows, when at least so many are as wanted."""
        return wait_for(
            f"{count} case(s) in the queue of {self.name}",
            lambda: (rows := [r for r in self.queue() if where(r)])
            and len(rows) >= count and rows, seconds)

    def wait_delivery(self, case, state, seconds=30.0):
        """The first answer of a case whose delivery is in (one of) these
        states."""
        states = (state,) if isinstance(state, str) else state
        seen = []

        def look():
            shown = self("show", case)
            answers = [i for i in shown["items"] if i.get("delivery")]
            seen[:] = [i["delivery"] for i in answers]
            return next((i for i in answers
                         if i["delivery"]["state"] in states), None)
        try:
            return wait_for(f"a delivery {states} in {case}", look, seconds)
        except Failure as e:
            raise Failure(f"{e}; seen: {seen}") from None


def wait_file(path, seconds=30.0):
    return wait_for(path, lambda: os.path.exists(path), seconds)


def found(service, ground, founder="maria"):
    """From nothing to a service with its founder: a Person."""
    code = service.init()
    service.start()
    person = Person(ground, founder)
    pin = person("join", service.url, code, "--name", founder)["pin"]
    service.admin("pin", pin)
    service.restart()
    return person


def invite(service, ground, supervisor, name, role="counsellor",
           desk="youth"):
    """A colleague: invited, joined and confirmed; a Person."""
    invitation = supervisor("staff", "invite", name, "--role", role,
                            "--desk", desk)
    person = Person(ground, name)
    person("join", service.url, invitation["code"])
    supervisor("staff", "confirm", name)
    return person


def stamp():
    """A short word that no other letter of this run has."""
    return f"{time.monotonic_ns():x}"
