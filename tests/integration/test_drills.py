"""teduh-admin drill: what the provider keeps of our envelopes, and that no
machine answers a machine; with a real Dovecot and a real Postfix, and with a
relay that takes no mail without a sender."""

import os
import shutil

from lib import smtpsink
from lib.certs import Certs
from lib.ground import SOURCE, wait_for
from lib.intruder import peek
from lib.mails import mail
from lib.smtpsink import SmtpSink
from lib.story import Story
from lib.teduh import Service

GONE = "seeker-b@example.org"       # taken by the relay; then it bounces
AUTHSERV = "mx.desk.example"


class Real(Story):
    def setUp(self):
        super().setUp()
        self.mail_servers()
        self.connect()

    def facts(self):
        return {row["fact"]: row["kept"] for row in peek(
            self.service, "SELECT fact, kept FROM provider")}

    def test_what_comes_back(self):
        self.dovecot.forget("seeker-b")
        self.service.init()
        result = self.service.admin("drill", "bounce", "--to", GONE,
                                    check=False, seconds=200)
        self.assertNotRegex(result.text, "(?m)^bad")
        for words in ("takes mail without a sender",
                      "what follows a plus sign in the desk's address is "
                      "delivered", "a bounce comes back to our return path",
                      "a bounce names our Message-ID"):
            self.assertIn(words, result.text)
        self.assertEqual(self.facts(), {
            "null-sender": 1, "plus-address": 1, "return-path": 1,
            "message-id": 1})
        self.assertEqual(self.dovecot.mailbox("desk").messages(), [])

    def test_a_marked_letter_causes_no_mail(self):
        self.found()
        running = self.service.admin("drill", "loop", check=False)
        self.assertNotEqual(running.code, 0)
        self.assertIn("teduhd runs on", running.err)
        self.assertNotIn("--letter", running.err)
        self.service.stop()
        # Somebody writes meanwhile: taken as ever, and not what is asked.
        self.dovecot.deliver("desk", mail(message_id="<now@example.org>"))
        result = self.service.admin("drill", "loop", check=False,
                                    seconds=200)
        self.assertIn("1 marked letters came in as letters, 0 automatic "
                      "mails come of it", result.text)
        self.assertNotEqual(result.code, 2, result)
        self.assertNotIn(" -\n", result.text)      # that has no name
        self.assertLess(max(map(len, result.text.splitlines())), 80)
        self.service.start()
        classes = [self.anna("show", row["id"])["items"][0]["class"]
                   for row in self.anna.wait_queue(2)]
        self.assertEqual(sorted(classes), ["own", "person"])
        # None has left since: the desk's mailbox got nothing more.
        box = self.dovecot.mailbox("desk")
        self.assertEqual(len(box.messages("Teduh")), 2)
        self.assertEqual(box.messages(), [])


class Refusing(Story):
    """The fallback: a sender that the relay takes."""

    def test_automatic_mail_bears_the_desks_address(self):
        self.certs = Certs(self.ground)
        self.sink = SmtpSink(self.ground, self.certs)
        self.service = Service(self.ground)
        self.service.relay(self.sink.port, smtpsink.USER,
                           smtpsink.PASSWORD, ca=self.certs.ca)
        texts = shutil.copytree(f"{SOURCE}/config/texts",
                                f"{self.ground.path}/texts")
        for folder, _, files in os.walk(texts):
            os.chmod(folder, 0o755)
            for one in files:
                os.chmod(f"{folder}/{one}", 0o644)
        self.service.settings["alarm"] = {"texts": texts}
        self.service.settings["mailbox pipe"]["authserv_id"] = AUTHSERV
        self.found()
        self.service.stop()
        self.sink.script["mail"] = "550 5.7.1 no empty sender here"
        result = self.service.admin("drill", "bounce", check=False,
                                    seconds=200)
        self.assertIn("takes no mail without a sender", result.text)
        self.sink.script.clear()
        self.service.start()
        self.service.inject((
            "Return-Path: <ada@example.org>\r\nAuthentication-Results: "
            f"{AUTHSERV}; dmarc=pass header.from=example.org\r\n").encode()
            + mail("ada@example.org"))
        wait_for("the acknowledgement", lambda: [
            s for s in self.sink.dots
            if s.recipients == ["<ada@example.org>"]], 60)
        self.assertEqual(self.sink.dots[-1].sender, "<desk@desk.example>")

    def test_called_wrongly(self):
        self.service = Service(self.ground)
        self.service.init()
        for words in ((), ("fire",), ("loop", "--to", GONE),
                      ("bounce", "--to")):
            result = self.service.admin("drill", *words, check=False)
            self.assertEqual(result.code, 64, result)
        result = self.service.admin("drill", "bounce", "--to", "no address",
                                    check=False)
        self.assertEqual(result.code, 65, result)


del Story
