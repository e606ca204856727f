"""The passphrase typed once: by the kernel's keyring, or by an agent where
the kernel keeps nothing.  Never longer than asked, never for another key."""

import contextlib
import glob
import os
import re
import resource
import signal
import socket
import subprocess

from lib.ground import IS_ROOT, program, wait_for
from lib.story import Story
from lib.teduh import SANITIZER_ENV, Person, finish


def pages_with(pid, needle):
    """Per place where it is in a process's memory: how much is locked."""
    with open(f"/proc/{pid}/smaps", encoding="utf-8") as f:
        maps = re.split(r"^(?=[0-9a-f]+-[0-9a-f]+ )", f.read(), flags=re.M)
    with open(f"/proc/{pid}/mem", "rb") as memory:
        for one in filter(None, maps):
            span, mode = one.split()[:2]
            if mode[0] != "r" or "[v" in one.splitlines()[0]:
                continue
            start, end = (int(part, 16) for part in span.split("-"))
            memory.seek(start)
            locked = re.search(r"^Locked: +(\d+)", one, re.M)
            for _ in range(memory.read(end - start).count(needle)):
                yield int(locked[1])


class Unlock(Story):
    def setUp(self):
        super().setUp()
        self.maria = Person(self.ground, "maria")
        self.maria("key", "new")
        self.run_dir = self.ground.dir("run", 0o700)
        self.addCleanup(self.bare, "lock")

    def bare(self, *args, agent=True, home=None):
        """Without a passphrase and without a terminal to ask at."""
        env = {**os.environ, **SANITIZER_ENV, "XDG_RUNTIME_DIR": self.run_dir,
               "TEDUH_HOME": home or self.maria.home}
        if agent:
            env["TEDUH_AGENT"] = "1"
        return finish([program("teduh"), *args], env, check=False)

    def unlock(self, *args, agent=True, passphrase=None):
        self.maria.env = {"XDG_RUNTIME_DIR": self.run_dir}
        if agent:
            self.maria.env["TEDUH_AGENT"] = "1"
        return self.maria.run("unlock", "--json", *args,
                              passphrase=passphrase)

    def is_unlocked(self, **more):
        """A key that is unlocked is no reason to ask; what follows fails for
        want of a service alone."""
        result = self.bare("staff", "list", **more)
        self.assertNotEqual(result.code, 0)
        return "passphrase" not in result.err and \
            "terminal" not in result.err

    def socket(self):
        found = glob.glob(f"{self.run_dir}/teduh-*")
        return found[0] if found else None

    def agents(self):
        """Those of this story: they have its folder in their environment,
        which of a process that is not dumpable is root's to see."""
        if not IS_ROOT:
            self.skipTest("an agent can be found by root only")
        found = []
        for path in glob.glob("/proc/[0-9]*/environ"):
            with contextlib.suppress(OSError), open(path, "rb") as f:
                if f"XDG_RUNTIME_DIR={self.run_dir}".encode() in \
                        f.read().split(b"\0"):
                    found.append(int(path.split("/")[2]))
        return found


class Agent(Unlock):
    def setUp(self):
        super().setUp()
        # A service that nobody runs: enough to come as far as the key.
        self.ground.file("home-maria/service", (
            '{"v":1,"url":"unix:/nowhere","ca":null,"name":"maria","pin":"'
            + "0" * 64 + '","joined":true,"seq":0,"head":"' + "0" * 64
            + '"}'), 0o600)

    def test_typed_once_and_ended(self):
        self.assertFalse(self.is_unlocked())
        said = self.unlock()
        self.assertEqual(said.code, 0, said)
        self.assertEqual(said.json["kept_by"], "agent")
        self.assertTrue(self.is_unlocked())
        self.assertTrue(self.is_unlocked())
        self.assertEqual(os.stat(self.socket()).st_mode & 0o077, 0)
        self.assertIn("locked again", self.bare("lock").text)
        self.assertFalse(self.is_unlocked())
        self.assertIsNone(self.socket())
        self.assertIn("was not unlocked", self.bare("lock").text)

    def test_a_wrong_passphrase_unlocks_nothing(self):
        said = self.unlock(passphrase="not hers at all 99")
        self.assertEqual(said.code, 1, said)
        self.assertIn("passphrase is not right", said.err)
        self.assertFalse(self.is_unlocked())

    def test_it_ends_by_itself(self):
        self.unlock("--for", "1s")
        wait_for("the agent to end", lambda: not self.is_unlocked()
                 and self.socket() is None)

    def test_an_agent_that_was_killed_is_none(self):
        self.unlock()
        pid, = self.agents()
        os.kill(pid, signal.SIGKILL)
        wait_for("the agent to be gone", lambda: not self.agents())
        self.assertIsNotNone(self.socket())
        self.assertFalse(self.is_unlocked())
        self.assertEqual(self.unlock().code, 0)
        self.assertTrue(self.is_unlocked())

    def test_another_key_is_not_unlocked(self):
        self.unlock()
        other = Person(self.ground, "other")
        other("key", "new")
        hers, others = f"{self.maria.home}/key", f"{other.home}/key"
        os.rename(hers, hers + ".kept")
        os.link(others, hers)
        self.assertFalse(self.is_unlocked())
        os.rename(hers + ".kept", hers)
        self.assertTrue(self.is_unlocked())

    def test_somebody_else_is_refused(self):
        if not IS_ROOT:
            self.skipTest("another user is wanted, so root is")
        self.unlock()
        os.chmod(self.run_dir, 0o755)
        for top in (self.ground.path,):
            os.chmod(top, 0o755)
        os.chmod(self.socket(), 0o777)      # even then
        child = subprocess.run(
            ["python3", "-c", "import socket,sys\n"
             "s = socket.socket(socket.AF_UNIX)\ns.connect(sys.argv[1])\n"
             "s.send(b'k')\nprint(len(s.recv(64)))", self.socket()],
            user="nobody", capture_output=True, text=True, check=False)
        self.assertNotEqual(child.stdout.strip(), "32", child.stderr)
        self.assertTrue(self.is_unlocked())

    def test_one_who_asks_and_says_nothing_holds_nobody_up(self):
        self.unlock()
        silent = socket.socket(socket.AF_UNIX)
        self.addCleanup(silent.close)
        silent.connect(self.socket())
        wait_for("the agent to lose patience", self.is_unlocked)

    def test_no_core(self):
        _, most = resource.getrlimit(resource.RLIMIT_CORE)
        if most == 0:
            self.skipTest("there are no cores here to switch off")
        before = resource.getrlimit(resource.RLIMIT_CORE)
        self.addCleanup(resource.setrlimit, resource.RLIMIT_CORE, before)
        resource.setrlimit(resource.RLIMIT_CORE, (most, most))
        self.unlock()
        pid, = self.agents()
        with open(f"/proc/{pid}/limits", encoding="ascii") as f:
            core, = [line for line in f if line.startswith("Max core")]
        self.assertEqual(core.split()[4], "0")

    def test_the_seed_lies_once_and_locked(self):
        if not IS_ROOT:
            self.skipTest("the agent's memory is root's to see")
        self.unlock()
        pid, = self.agents()
        with socket.socket(socket.AF_UNIX) as asked:
            asked.connect(self.socket())
            asked.send(b"k")
            seed = asked.recv(64)
        self.assertEqual(len(seed), 32)
        for what in ("cmdline", "environ"):
            with open(f"/proc/{pid}/{what}", "rb") as f:
                held = f.read()
            self.assertNotIn(seed, held)
            self.assertNotIn(seed.hex().encode(), held)
        found = list(pages_with(pid, seed))
        self.assertEqual(len(found), 1, found)
        self.assertNotEqual(found[0], 0, "not locked")

    def test_spans(self):
        for span in ("0s", "13h", "1", "h", "-1h", "1d", ""):
            said = self.unlock("--for", span)
            self.assertEqual(said.code, 2, said)
            self.assertIn("at most 12h", said.err.replace("\n", " "))
        self.assertFalse(self.is_unlocked())


class Kernel(Agent):
    """The same by the kernel, where it does."""

    def bare(self, *args, **more):
        return super().bare(*args, agent=False)

    def unlock(self, *args, **more):
        said = super().unlock(*args, agent=False, **more)
        if said.code == 0 and said.json["kept_by"] != "kernel":
            self.skipTest("this kernel keeps no keys for us")
        return said

    def socket(self):
        return None

    test_an_agent_that_was_killed_is_none = None
    test_somebody_else_is_refused = None
    test_one_who_asks_and_says_nothing_holds_nobody_up = None
    test_no_core = None
    test_the_seed_lies_once_and_locked = None

    def test_typed_once_and_ended(self):
        self.assertFalse(self.is_unlocked())
        self.unlock()
        self.assertTrue(self.is_unlocked())
        self.assertIn("locked again", self.bare("lock").text)
        self.assertFalse(self.is_unlocked())
