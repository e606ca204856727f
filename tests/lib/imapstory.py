"""The base of the stories about mail servers that break, lie or begin anew.

Each letter carries a word of its own; lost and doubled are differences of
sets."""

import collections
import functools
import os

from . import imapscript
from .certs import Certs
from .ground import program
from .imapscript import ImapScript
from .mails import mail
from .scripted import Hangup
from .story import Story
from .teduh import SANITIZER_ENV, Service, finish

LONG = 60.0
RSS_MAX_KB = 150_000


@functools.cache
def letter(word):
    return mail(f"{word}@example.org", subject=word, text=f"{word}\n",
                message_id=f"<{word}@example.org>")


class Short(ImapScript):
    """Cuts the line behind so many bytes (None: never)."""

    def __init__(self, *args):
        self.limit = None
        self.said = 0               # bytes of the last connection
        self.batches = []           # what was asked for together
        super().__init__(*args)

    def serve(self, line):
        self.said = 0
        plain = line.write

        def write(data):
            if self.limit is not None and \
                    self.said + len(data) > self.limit:
                plain(data[:self.limit - self.said])
                self.said = self.limit
                raise Hangup("so far and no further")
            self.said += len(data)
            plain(data)
        line.write = write
        super().serve(line)

    def _do_fetch(self, line, tag, rest, state):
        if "BODY" in rest.upper() and not rest.split(" ")[0].isdigit():
            self.batches.append(rest)
        super()._do_fetch(line, tag, rest, state)


class Hostile(Story):
    kind = ImapScript

    def setUp(self):
        super().setUp()
        self.certs = Certs(self.ground)
        self.service = Service(self.ground)
        self.words = set()          # of all letters that ever were sent

    def server(self, name, **more):
        server = self.kind(self.ground, self.certs)
        self.service.mailbox(name, port=server.port, user=imapscript.USER,
                             password=imapscript.PASSWORD, ca=self.certs.ca,
                             **more)
        return server

    def send(self, server, word, folder="INBOX"):
        self.words.add(word)
        server.add(letter(word), folder)

    def once(self, **env):
        """One pass over every mailbox in a process of its own: a Result."""
        return finish(self.service._as([
            program("teduhd"), "-c", self.service.conf, "-r", "intake",
            "--once"]), {**os.environ, **SANITIZER_ENV, **self.service.env,
                         **env}, check=False, seconds=120)

    def assert_all_there_once(self):
        rows = self.anna.wait_queue(len(self.words), LONG)
        came = collections.Counter(row["subject"] for row in rows)
        self.assertEqual(set(came), self.words)
        self.assertEqual([w for w, n in came.items() if n > 1], [])

    def assert_small(self):
        for pid in self.service.pids():
            try:
                with open(f"/proc/{pid}/status", encoding="ascii") as f:
                    fields = dict(line.split(":", 1) for line in f)
            except OSError:
                continue
            if "VmHWM" in fields:
                self.assertLess(int(fields["VmHWM"].split()[0]), RSS_MAX_KB,
                                fields["Name"])
