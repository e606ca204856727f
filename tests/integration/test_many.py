"""Many answers at once: each to its own seeker, once, and nothing of anybody
in a header.  dev/soak answers runs the same with 10,000 and 16 workers."""

import collections
import email
import email.policy
import os
import re
import subprocess
import time

from lib.ground import program, wait_for
from lib.mails import words
from lib.story import SinkStory

COUNT = int(os.environ.get("TEDUH_ANSWERS", "200"))
WORKERS = int(os.environ.get("TEDUH_WORKERS", "4"))
STRICT = email.policy.SMTP.clone(raise_on_defect=True)
HEADERS = ["From", "To", "Reply-To", "Subject", "Date", "Message-ID",
           "In-Reply-To", "References", "MIME-Version", "Content-Type",
           "Content-Transfer-Encoding"]


class Many(SinkStory):
    def make(self):
        """Approved answers in the store: {secret: (address, message id)}."""
        self.service.stop()
        began = time.monotonic()
        done = subprocess.run(
            [program("tests/lib/answers"), self.service.conf,
             f"{self.anna.home}/key", f"{self.maria.home}/key", str(COUNT)],
            input=f"{self.anna.passphrase}\n{self.maria.passphrase}\n",
            capture_output=True, text=True, check=False,
            timeout=60 + COUNT)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.figures["made in s"] = round(time.monotonic() - began, 1)
        rows = [line.split(" ") for line in done.stdout.splitlines()]
        self.assertEqual(len(rows), COUNT)
        return {secret: (address, own) for address, secret, own in rows}

    def send(self):
        self.service.settings["relay"]["workers"] = WORKERS
        began = time.monotonic()
        self.service.start()
        wait_for(f"{COUNT} answers to leave", lambda: self.service.process.
                 check() and len(self.sink.messages) >= COUNT, 60 + COUNT)
        self.figures["sent in s"] = round(time.monotonic() - began, 1)
        self.figures["connections"] = self.sink.opened
        # Stopping drains: whatever was still to be doubled would be by now.
        self.service.restart()
        self.anna("queue")
        self.service.stop()

    def check(self, session, known):
        """One mail as it came over the wire; the secret of its case."""
        self.assertTrue(session.tls)
        self.assertEqual(session.bare, 0)
        message = email.message_from_bytes(session.data, policy=STRICT)
        head, _, _ = session.data.partition(b"\r\n\r\n")
        for line in session.data.split(b"\r\n"):
            self.longest = max(self.longest, len(line))
        found = re.findall(r"\b[0-9a-f]{24}\b", message.get_content())
        self.assertEqual(len(found), 1)
        address, own = known[found[0]]
        self.assertEqual(session.recipients, [f"<{address}>"])
        self.assertEqual(str(message["To"]), address)
        self.assertEqual(str(message["Message-ID"]), own)
        self.assertLessEqual(set(message.keys()), set(HEADERS))
        self.assertEqual(len(set(message.keys())), len(message.keys()))
        self.assertTrue(str(message["Date"]).endswith("+0000"))
        # The thread is the seeker's own id; nothing else says who or what.
        head = head.replace(f"<{found[0]}@example.org>".encode(), b"")
        for fact in (found[0], "Rani", "anna", "maria", "youth"):
            # As a word: among ten thousand tokens one spells a name.
            self.assertNotRegex(head, rb"\b%s\b" % fact.encode())
        hellos = {c for c in session.commands if c.startswith("EHLO")}
        self.assertEqual(hellos, {"EHLO desk.example"})
        return found[0]

    def test_each_goes_to_its_own_seeker_once(self):
        self.figures = {"answers": COUNT, "workers": WORKERS}
        self.longest = 0
        known = self.make()
        self.send()
        seen = collections.Counter(self.check(session, known)
                                   for session in self.sink.dots)
        self.figures["wrong address"] = 0           # check() would have said
        self.figures["doubled"] = sum(n - 1 for n in seen.values())
        self.figures["missing"] = len(known) - len(seen)
        self.figures["longest line"] = self.longest
        print("# " + ", ".join(f"{name}: {value}" for name, value in
                               self.figures.items()))
        self.assertEqual(set(seen), set(known))
        self.assertEqual(set(seen.values()), {1})
        self.assertLess(self.longest, 998)
        self.assertEqual(len(self.sink.messages), COUNT)
