"""People who mean the web door ill: what they send is cut off, refused or
taken for what it is, and everybody else is served as if they were not
there."""

import concurrent.futures
import contextlib
import os
import resource
import select
import signal
import socket
import sqlite3
import statistics
import time

from lib import posting
from lib.ground import wait_for
from lib.intruder import peek
from lib.story import Story
from lib.teduh import Service, command_of, descendants
from lib.web import Visitor, open_door, port_of

LETTER = "I do not know whom else to tell."


def local_sockets(pid):
    """How many it has: one per helper, one per letter that is read."""
    with open("/proc/net/unix", encoding="utf-8") as f:
        known = {line.split()[6] for line in f.readlines()[1:]}
    links = [os.readlink(f"/proc/{pid}/fd/{fd}")
             for fd in os.listdir(f"/proc/{pid}/fd")]
    return sum(link.removeprefix("socket:[").rstrip("]") in known
               for link in links)


def peak_of(pid):
    """The most memory that it ever had, bytes."""
    with open(f"/proc/{pid}/status", encoding="utf-8") as f:
        return next(int(row.split()[1]) * 1024 for row in f
                    if row.startswith("VmHWM:"))


class Door(Story):
    def setUp(self):
        super().setUp()
        self.service = Service(self.ground)
        open_door(self.ground, self.service)
        self.found()
        self.visitor = Visitor(self.service)

    def webs(self):
        """The processes of the role."""
        return [pid for pid in descendants(self.service.process.pid)
                if "web" in command_of(pid)]

    def web(self):
        pid, = self.webs()
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
        self.assertIn("teduh-reader", command_of(helper))
        os.kill(helper, signal.SIGSTOP)     # the next one will not end
        before = local_sockets(self.web())
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            hangs = pool.submit(self.send, "This one hangs.")
            wait_for("the letter at the reader", lambda: local_sockets(
                self.web()) > before, 60)
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

class Lines(Door):
    """What never becomes a letter."""

    def line(self):
        s = socket.create_connection(("127.0.0.1", port_of(self.service)),
                                     120)
        self.ground.on_close(s.close)
        return s

    def test_slow_ones_are_cut_off(self):
        """A header and a body that never end, a byte at a time: both are
        closed after their time, and others are served meanwhile."""
        header, body = self.line(), self.line()
        header.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        body.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: "
                     b"text/plain\r\nContent-Length: 100000\r\n\r\n")
        slow, cut, times = [header, body], {}, []
        began = time.monotonic()
        while slow:
            self.assertLess(time.monotonic() - began, 300)
            readable, _, _ = select.select(slow, [], [], 0.1)
            for line in readable:
                cut[line] = self.answer(line)
                slow.remove(line)
            for line in slow:
                with contextlib.suppress(OSError):
                    line.send(b"x")
            before = time.monotonic()
            self.assertEqual(self.visitor.get().status, 200)
            times.append(time.monotonic() - before)
        self.assertLess(statistics.median(times), 1)
        # Closed without a word (doc/security.md), and nothing is kept.
        self.assertEqual(list(cut.values()), [b"", b""])
        self.assertEqual(list(cut), [header, body])
        self.assertEqual(self.anna.queue(), [])

    def answer(self, line):
        """All that comes before the end."""
        out = b""
        with contextlib.suppress(ConnectionError):
            while data := line.recv(65536):
                out += data
        return out

    def test_a_thousand_who_say_nothing(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard < 2048:
            self.skipTest("this shell may not open 2,048 files")
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2048), hard))
        idle, times = [self.line() for _ in range(1000)], []
        for line in idle[:500]:
            line.sendall(b"GET / HTTP/1.1\r\n")
        for _ in range(20):
            before = time.monotonic()
            self.assertEqual(self.visitor.get().status, 200)
            times.append(time.monotonic() - before)
        self.assertEqual(self.send().status, 303)
        self.assertLess(statistics.median(times), 1)

    def test_requests_that_can_be_read_in_two_ways(self):
        """Refused and closed before anything of their bodies is read, so
        that no front and we can disagree where the next one begins."""
        second = b"GET /second HTTP/1.1\r\nHost: x\r\n\r\n"
        form = b"text=x&do=send"
        for head in (
                b"Content-Length: 14\r\nTransfer-Encoding: chunked",
                b"Transfer-Encoding: chunked\r\nContent-Length: 14",
                b"Content-Length: 14\r\nContent-Length: 14",
                b"Content-Length: 14\r\nContent-Length: 0",
                b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                b"Transfer-Encoding: xchunked", b"Content-Length: +14",
                b"Content-Length: 14, 14", b"Content-Length: 0x0e",
                b"Content-Length : 14", b"Content-Length:\r\n 14",
                b"Host: y\r\nContent-Length: 14", b"X\0Y: 1",
                b"Content-Length: 14\r\nX Y: 1"):
            with self.subTest(head):
                line = self.line()
                line.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: "
                             b"application/x-www-form-urlencoded\r\n" + head
                             + b"\r\n\r\n" + form + second)
                said = self.answer(line)
                self.assertNotIn(b" 200 ", said)
                self.assertNotIn(b" 303 ", said)
                self.assertNotIn(b" 404 ", said)
                self.assertIn(said[:13], (b"", b"HTTP/1.1 400 ",
                                          b"HTTP/1.0 400 "), said)
        self.assertEqual(self.anna.queue(), [])
        self.assertEqual(self.visitor.get().status, 200)

    def test_headers_that_stand_twice_are_not_believed(self):
        """Neither of two cookies, origins or content types counts."""
        form = self.visitor.get().fields
        one = posting.letter(form, LETTER)
        for extra in (b"Content-Type: text/plain\r\n",
                      b"Content-Type: multipart/form-data; boundary=b\r\n"):
            line = self.line()
            line.sendall(one.replace(b"\r\n", b"\r\n" + extra +
                                     b"Connection: close\r\n", 1))
            self.assertIn(b" 200 ", self.answer(line)[:20])
        self.assertEqual(self.anna.queue(), [])

    def test_names_that_want_to_be_more(self):
        """A file's name is a name: no header of ours, no path, no end."""
        evil = (b"a\r\nX-Evil: 1\r\n\r\nbody", b"a\nX-Evil: 1", b"a\0b.exe",
                b'a"; filename="b', b"a\\\"b", b"x" * 300, b"../" * 90,
                "\u202egnp.exe".encode(), "\u2028\u0085a".encode(),
                b"CON", b"\x1b]0;x\x07", b"%2e%2e%2f", b"\xed\xa0\x80")
        known = set()
        for name in evil:
            with self.subTest(name):
                form = self.visitor.get()
                answer = self.visitor.post(form.fields, [
                    ("file", name, "a/b", b"bytes")], text=LETTER, do="send")
                # Taken, or back with all that was typed.
                self.assertIn(answer.status, (200, 303))
                self.visitor.cookies.clear()
                if answer.status == 200:
                    self.assertTrue(answer.all("div", role="alert"))
                    continue
                row, = (row for row in self.anna.queue()
                        if row["id"] not in known)
                known.add(row["id"])
                item = self.anna("show", row["id"])["items"][0]
                self.assertEqual(item["text"].strip(), LETTER)
                self.assertNotIn("unreadable", row["flags"])
                for one in item["attachments"]:
                    self.assertRegex(one["name"],
                                     r"\A[^/\\\x00-\x1f\x7f-\x9f\u2028"
                                     r"\u202e\ufffe]{1,200}\Z")
                    self.assertFalse(one["name"].startswith((".", "-")))
        self.assertGreater(len(known), 5)

    def test_what_a_stranger_may_make_us_hold(self):
        """Bodies of 23 MiB from many at once: each is taken, told to come
        again or cut off; memory has its bound, the next one is served."""
        pid, files = self.web(), [("file", "a.bin", "a/b",
                                   os.urandom(23 * 2**20))]
        forms = [self.visitor.get().fields for _ in range(16)]
        said = posting.post(port_of(self.service), 16, [
            posting.letter(form, LETTER, files) for form in forms])
        taken = [one for one in said if one.status == 303]
        self.assertLessEqual({one.status for one in said}, {303, 503, 0})
        self.assertGreater(len(taken), 0)
        self.assertEqual(len(self.anna.queue()), len(taken))
        self.assertEqual(self.visitor.get().status, 200)
        self.assertLess(peak_of(pid), 1024 * 2**20)


class Posts(Door):
    def test_many_at_once_while_the_store_is_busy(self):
        """Each that was told so is stored, no other is; nothing but 303 and
        503 is said; memory has its bound."""
        self.service.stop()
        self.service.settings["web"]["workers"] = 2
        self.service.start()
        count = int(os.environ.get("TEDUH_POSTS", "600"))
        forms = [self.visitor.get().fields for _ in range(count)]
        requests = [posting.letter(form, f"{n}: {LETTER}")
                    for n, form in enumerate(forms)]
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            posts = pool.submit(posting.post, port_of(self.service),
                                min(count, 500), requests)
            wait_for("the first letters", lambda: self.stored() > 0, 120)
            with contextlib.closing(sqlite3.connect(
                    f"{self.service.data}/store.db", 60,
                    isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                # Longer than a worker waits for its turn.
                wait_for("one who was sent back", lambda: "letters" in
                         self.service.logged(), 120)
                other.execute("ROLLBACK")
            said = posts.result()
        self.assertLessEqual({one.status for one in said}, {303, 503})
        taken = [one.number for one in said if one.status == 303]
        self.assertGreater(len(taken), 0)
        self.assertEqual(self.stored(), len(taken))
        for pid in self.webs():
            self.assertLess(peak_of(pid), 512 * 2**20)
        # The others press once more, all press once more: each is there.
        again = posting.post(port_of(self.service), 100, requests)
        self.assertEqual({one.status for one in again}, {303})
        self.assertEqual(self.stored(), count)
        self.assertEqual(peek(self.service, "SELECT count(*) FROM cases")[0][
            0], count)

    def stored(self):
        return peek(self.service, "SELECT count(*) FROM locator")[0][0]
