"""People who mean the web door ill: what they send is cut off, refused or
taken for what it is, and everybody else is served as if they were not
there."""

import concurrent.futures
import os
import signal
import time

from lib.ground import wait_for
from lib.story import Story
from lib.teduh import Service, descendants
from lib.web import Visitor, open_door

LETTER = "I do not know whom else to tell."


def command_of(pid):
    with open(f"/proc/{pid}/cmdline", "rb") as f:
        return f.read()


def local_sockets(pid):
    """How many it has: one per helper, one per letter that is read."""
    with open("/proc/net/unix", encoding="utf-8") as f:
        known = {line.split()[6] for line in f.readlines()[1:]}
    links = [os.readlink(f"/proc/{pid}/fd/{fd}")
             for fd in os.listdir(f"/proc/{pid}/fd")]
    return sum(link.removeprefix("socket:[").rstrip("]") in known
               for link in links)


class Door(Story):
    def setUp(self):
        super().setUp()
        self.service = Service(self.ground)
        open_door(self.ground, self.service)
        self.found()
        self.visitor = Visitor(self.service)

    def web(self):
        """The one process of the role."""
        pid, = (pid for pid in descendants(self.service.process.pid)
                if b"\0web\0" in command_of(pid))
        return pid

    def send(self, text=LETTER, files=()):
        visitor = Visitor(self.service)
        return visitor.post(visitor.get().fields, files, text=text,
                            do="send")


class Readers(Door):
    def test_a_letter_that_hangs_its_reader_holds_up_nobody(self):
        """With one worker: pages and other letters come at once, the one
        that hangs is kept unread."""
        self.assertEqual(self.send().status, 303)
        helper, = descendants(self.web())
        self.assertIn(b"--reader", command_of(helper))
        os.kill(helper, signal.SIGSTOP)     # the next one will not end
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            hangs = pool.submit(self.send, "This one hangs.")
            served, worst = 0, 0
            while not hangs.done():
                began = time.monotonic()
                self.assertEqual(self.visitor.get().status, 200)
                self.assertEqual(self.send().status, 303)
                served += not hangs.done()
                worst = max(worst, time.monotonic() - began)
            self.assertEqual(hangs.result().status, 303)
        # It is five seconds that nobody else waited for.
        self.assertGreater(served, 1)
        self.assertLess(worst, 4)
        unread = [row for row in self.anna.queue()
                  if "unreadable" in row["flags"]]
        self.assertEqual(len(unread), 1)
        raw = self.anna.run("show", unread[0]["id"], "--raw",
                            f"{unread[0]['id']}.1", check=True).out
        self.assertIn(b"This one hangs.", raw)

    def test_a_stop_while_a_letter_is_read(self):
        """Who waits hears that nothing was saved, or is cut off; the same
        form is taken afterwards, once."""
        form = self.visitor.get()
        self.assertEqual(self.send().status, 303)
        helper, = descendants(self.web())
        os.kill(helper, signal.SIGSTOP)
        known = {row["id"] for row in self.anna.queue()}
        before = local_sockets(self.web())

        def one():
            try:
                return self.visitor.post(form.fields, text=LETTER,
                                         do="send").status
            except OSError:
                return 0
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            waits = pool.submit(one)
            wait_for("the letter at the reader", lambda: local_sockets(
                self.web()) > before, 60)
            self.service.restart()
            said = waits.result()
        self.assertIn(said, (0, 303, 503))
        self.assertEqual(self.visitor.post(form.fields, text=LETTER,
                                           do="send").status, 303)
        self.assertEqual(len([row for row in self.anna.queue()
                              if row["id"] not in known]), 1)
