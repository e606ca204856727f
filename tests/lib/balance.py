"""A service whose one mailbox lies on a real Dovecot: letters come, are moved
away, and the balance tells of them."""

import sqlite3

from .certs import Certs
from .ground import wait_for
from .intruder import peek
from .mails import mail
from .services import PASSWORD, Dovecot, missing
from .story import Story
from .teduh import Service

BOX = "youth-mail"
MOVED = "Teduh"
HOUR = 3600
DAY = 24 * HOUR
LONG = 60.0


class Balance(Story):
    more = {}                   # of the mailbox's configuration
    special = {}                # folders that the server flags

    def setUp(self):
        super().setUp()
        why = missing()
        if why:
            self.skipTest(why)
        self.certs = Certs(self.ground)
        self.service = Service(self.ground)
        self.dovecot = Dovecot(self.ground, self.certs)
        self.dovecot.special = self.special
        self.dovecot.start()
        self.box = self.dovecot.mailbox("desk")
        self.service.mailbox(BOX, port=self.dovecot.imaps, ca=self.certs.ca,
                             password=PASSWORD, **self.more)
        self.prepare()
        self.found()

    def prepare(self):
        """What else is to be there before the founding."""

    def letter(self, subject):
        return mail(f"{subject}@example.org", subject=subject,
                    text=f"{subject}\n",
                    message_id=f"<{subject}@example.org>")

    def come(self, *subjects):
        for subject in subjects:
            self.dovecot.deliver("desk", self.letter(subject))

    def subjects(self, count):
        return sorted(row["subject"] for row in
                      self.anna.wait_queue(count, seconds=LONG))

    def reconcile(self, *args):
        return self.service.admin("reconcile", *args, check=False)

    def folder(self, name, *args):
        out = self.reconcile("--json", *args).json
        rows = [row for row in out["folders"]
                if (row["mailbox"], row["folder"]) == (BOX, name)]
        return rows[0] if rows else None

    def alarms(self):
        return {row["kind"]: row for row in self.service.admin(
            "status", "--json", check=False).json["alarms"]}

    def wait_alarm(self, kind, there=True):
        wait_for(f"{kind} {there}",
                 lambda: (kind in self.alarms()) == there, seconds=LONG)

    def wait_listed(self, name, present):
        def look():
            row = self.folder(name)
            return row is not None and row["present"] == present
        wait_for(f"{name} listed with {present}", look, seconds=LONG)

    def wait_done(self, count):
        wait_for(f"{count} done", lambda: [row["state"] for row in peek(
            self.service, "SELECT state FROM ledger")] ==
            ["done"] * count, seconds=LONG)

    def meddle(self, *statements):
        """SQL beside all rules, while nothing runs."""
        db = sqlite3.connect(f"{self.service.data}/store.db")
        for sql in statements:
            self.assertEqual(db.execute(sql).rowcount, 1, sql)
        db.commit()
        db.close()

    def by_hand(self, *mails):
        """Somebody puts mails where moved letters lie."""
        with self.box._open() as imap:
            for one in mails:
                imap.append(MOVED, None, None, one)

    def listed_again(self):
        before = self.folder(MOVED)
        self.service.restart()
        wait_for("another listing", lambda: (self.folder(MOVED) or {}).get(
            "listed_at", 0) > (before or {}).get("listed_at", -1),
            seconds=LONG)
