"""The base of the integration stories: one story per test method, told on a
ground of its own."""

import unittest

from . import smtpsink
from .certs import Certs
from .ground import Ground, tail
from .services import PASSWORD, Dovecot, Postfix, missing
from .teduh import Service, found, invite


class Story(unittest.TestCase):
    """self.ground is there from the beginning and gone at the end."""

    maxDiff = 4000

    def setUp(self):
        self.ground = Ground()
        self.service = None
        self.addCleanup(self._leave)

    def _leave(self):
        outcome = self._outcome
        wrong = not getattr(outcome, "success", True)
        if wrong and self.service:
            print("".join(f"# {line}\n" for line in
                          tail(self.service.log, 60).splitlines()), end="")
        self.ground.close()

    def found(self, service=None):
        """A service with maria, its founder and supervisor, and anna, a
        counsellor: self.service, self.maria, self.anna."""
        self.service = service or self.service or Service(self.ground)
        self.maria = found(self.service, self.ground)
        self.anna = invite(self.service, self.ground, self.maria, "anna")

    def mail_servers(self, pair="right"):
        """self.dovecot and self.postfix, running."""
        why = missing()
        if why:
            self.skipTest(why)
        self.certs = Certs(self.ground)
        self.dovecot = Dovecot(self.ground, self.certs, pair).start()
        self.postfix = Postfix(self.ground, self.certs, self.dovecot).start()

    def connect(self):
        """A service (not yet founded) that lives on these mail servers."""
        self.service = Service(self.ground)
        self.service.mailbox("youth-mail", port=self.dovecot.imaps,
                             ca=self.certs.ca, password=PASSWORD)
        self.service.relay(self.postfix.smtps, "desk", PASSWORD,
                           ca=self.certs.ca)

    def one_case(self, mail):
        """Hand a mail in; the queue's row of the case it became."""
        known = {row["id"] for row in self.anna.queue()}
        self.service.inject(mail)
        rows = self.anna.wait_queue(
            1, where=lambda row: row["id"] not in known)
        return rows[0]

    def reply(self, person, case, text, *more):
        """Somebody reads a case and writes an answer; the draft's id."""
        person("show", case)
        path = self.ground.file(f"body-{person.name}.txt", text)
        return person("reply", case, "--body", path, *more)["id"]

    def answer(self, case, text, *more):
        """Written and submitted by anna, approved by maria."""
        draft = self.reply(self.anna, case, text, "--submit", *more)
        self.maria("approve", draft)
        return draft


class SinkStory(Story):
    """A founded service whose answers end in a sink."""

    def setUp(self):
        super().setUp()
        self.certs = Certs(self.ground)
        self.sink = smtpsink.SmtpSink(self.ground, self.certs)
        self.service = Service(self.ground)
        self.service.relay(self.sink.port, smtpsink.USER,
                           smtpsink.PASSWORD, ca=self.certs.ca)
        self.found()

    def states(self, case):
        return [d["state"] for d in self.anna("show", case)["drafts"]]
