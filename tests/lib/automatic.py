"""Stories of automatic mail: a service with texts of its own, mails that it
believes, and what became of what it wanted to say."""

import os
import sqlite3

from .ground import wait_for
from .mails import mail
from .story import SinkStory
from .teduh import texts

AUTHSERV = "mx.desk.example"
WORDS = "Kuumaa-vihma laul kaheksa"      # what only the seeker says


def proven(sender="ada@example.org", number=1, **more):
    """A mail that our own server vouches for, return path and all."""
    domain = sender.rpartition("@")[2]
    more.setdefault("text", WORDS + "\n")
    more.setdefault("subject", "Secret " + WORDS)
    return (f"Return-Path: <{sender}>\r\n"
            f"Authentication-Results: {AUTHSERV}; dmarc=pass "
            f"header.from={domain}\r\n").encode() + mail(
                sender, message_id=f"<letter-{number}@{domain}>", **more)


class AutomaticStory(SinkStory):
    desk = {}

    def found(self, service=None):
        alarm = self.service.settings.setdefault("alarm", {})
        self.texts = alarm.get("texts") or texts(self.ground)
        alarm["texts"] = self.texts
        self.service.settings["mailbox pipe"]["authserv_id"] = AUTHSERV
        self.service.settings["desk youth"].update(self.desk)
        super().found(service)

    def to(self, address):
        """Mails to this address that came to the end of their data."""
        return [s for s in self.sink.dots if s.recipients == [f"<{address}>"]]

    def wait_to(self, address, count=1):
        wait_for(f"{count} mail(s) to {address}",
                 lambda: len(self.to(address)) >= count, 60)
        return self.to(address)

    def ask(self, sql):
        """What stands in the store."""
        with sqlite3.connect(f"file:{self.service.data}/store.db?mode=ro",
                             uri=True) as store:
            return store.execute(sql).fetchall()

    def gone(self):
        """No automatic mail waits any more."""
        return self.ask("SELECT count(*) FROM automatic")[0][0] == 0

    def wait_dropped(self, word, count):
        wait_for(f"{count} times {word}", lambda: self.service.logged(
            ).count(f"dropped={word}") >= count, 60)

    def meddle(self, *statements):
        """Somebody who can write to the store does so while it is down."""
        self.service.stop()
        with sqlite3.connect(f"{self.service.data}/store.db") as store:
            for one in statements:
                store.execute(*([one] if isinstance(one, str) else one))
        store.close()
        self.service.start()

    def desk_text(self, language, name, text):
        """A text of the desk's own."""
        folder = f"{self.texts}/desks/youth/{language}"
        os.makedirs(folder, exist_ok=True)
        while folder != self.texts:
            os.chmod(folder, 0o755)
            folder = os.path.dirname(folder)
        path = f"{self.texts}/desks/youth/{language}/{name}"
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        os.chmod(path, 0o644)
