"""Other ways in: the API over TLS on a port of its own choice, one pass of a
role in the foreground, and what the reader makes of a mail by itself."""

import hashlib
import json
import os

from lib.certs import Certs
from lib.ground import program
from lib.imapscript import ImapScript
from lib import imapscript
from lib.mails import mail
from lib.story import Story
from lib.teduh import (SANITIZER_ENV, Person, Service, Word, finish)


class ApiOverTls(Story):
    """HOST:PORT with port 0: the port stands in DATA/ports.json."""

    def setUp(self):
        super().setUp()
        self.certs = Certs(self.ground)
        self.service = Service(self.ground)

    def listen(self, pair):
        cert, key = self.certs.pair(pair)
        self.service.settings["api"] = {"listen": "localhost:0",
                                        "cert": cert, "key": key}

    def start(self):
        """From DATA/ports.json: the URL that staff are given."""
        self.code = self.service.init()
        self.service.start()
        with open(f"{self.service.data}/ports.json", encoding="utf-8") as f:
            ports = json.load(f)
        self.assertIsNone(ports["web"])
        port = ports["api"].rpartition(":")[2]
        self.assertGreater(int(port), 0)
        return f"https://localhost:{port}"

    def test_with_the_right_certificate_and_authority(self):
        self.listen("right")
        url = self.start()
        maria = Person(self.ground, "maria")
        pin = maria("join", url, self.code, "--name", "maria", "--ca",
                    self.certs.ca)["pin"]
        self.assertEqual(len(pin), 64)

    def test_no_other_certificate_gets_a_word(self):
        for pair in ("wrong-name", "expired", "unknown-ca", "self-signed"):
            with self.subTest(pair):
                self.service = Service(self.ground, pair)
                self.listen(pair)
                url = self.start()
                maria = Person(self.ground, f"maria-{pair}")
                result = maria.refused("join", url, self.code, "--name",
                                       "maria", "--ca", self.certs.ca)
                self.assertIn(result.code, (1, 75))
                self.assertIn("certificate", result.err)
                self.assertEqual(len(result.err.strip().splitlines()), 1,
                                 result.err)
                self.service.stop()

    def test_without_the_authority_it_is_a_stranger(self):
        self.listen("right")
        url = self.start()
        maria = Person(self.ground, "maria")
        result = maria.refused("join", url, self.code, "--name", "maria")
        self.assertIn("certificate", result.err)


class OnePass(Story):
    def test_intake_takes_what_is_there_and_ends(self):
        certs = Certs(self.ground)
        server = ImapScript(self.ground, certs,
                            [mail(message_id="<1@example.org>"),
                             mail(message_id="<2@example.org>", text="b\n")])
        self.found()
        self.service.stop()
        self.service.mailbox("youth", port=server.port,
                             user=imapscript.USER,
                             password=imapscript.PASSWORD, ca=certs.ca,
                             tls=Word("implicit"))
        self.service.configure()
        for _ in range(2):          # a second pass finds nothing to do
            result = finish(
                [program("teduhd"), "-c", self.service.conf, "-r",
                 "intake:youth", "--once"], {**os.environ, **SANITIZER_ENV})
            self.assertEqual(result.code, 0, result)
        self.service.start()
        self.assertEqual(len(self.anna.queue()), 2)
        self.assertFalse(server.folders["INBOX"])

    def test_a_role_that_is_none_is_named(self):
        self.found()
        self.service.stop()
        result = finish([program("teduhd"), "-c", self.service.conf, "-r",
                         "postman", "--once"],
                        {**os.environ, **SANITIZER_ENV}, check=False)
        self.assertIn(result.code, (64, 78))
        self.assertIn("intake[:MAILBOX]", result.err)


class ReadByItself(Story):
    """teduh-admin read: stores nothing, prints what the reader sees."""

    def setUp(self):
        super().setUp()
        self.service = Service(self.ground)
        self.service.configure()

    def read(self, data):
        return self.service.admin("read", data=data, check=False)

    def test_the_shape_that_people_script_against(self):
        result = self.read(mail(
            "rani@example.org", name="Rani", subject="Sekolah",
            text="Halo Kak,\n\nsaya bingung.\n\n-- \nRani\n",
            attachments=[("nilai.pdf", "application/pdf", b"%PDF-1.4 x")]))
        self.assertEqual(result.code, 0, result)
        view = result.json
        self.assertLessEqual({
            "class", "answerable", "why", "from", "verified", "subject",
            "text", "text_origin", "folded", "attachments", "flags",
            "triage"}, set(view))
        self.assertEqual(view["class"], "person")
        self.assertIs(view["verified"], False)
        self.assertIs(view["answerable"], False)
        self.assertEqual(view["from"], {"name": "Rani",
                                        "address": "rani@example.org"})
        self.assertEqual((view["subject"], view["text_origin"]),
                         ("Sekolah", "plain"))
        self.assertIn("saya bingung.", view["text"])
        self.assertEqual(view["folded"], [[5, 6]])
        attachment, = view["attachments"]
        self.assertEqual((attachment["name"], attachment["type"],
                          attachment["size"]),
                         ("nilai.pdf", "application/pdf", 10))
        self.assertEqual(attachment["sha256"],
                         hashlib.sha256(b"%PDF-1.4 x").hexdigest())
        self.assertEqual(view["triage"], [])
        self.assertFalse(os.path.exists(self.service.data))

    def test_what_cannot_be_read(self):
        head = b"From: a@example.org\r\nSubject: x\r\n"
        result = self.read(head + b"X-Long: " + b"y" * 400_000 +
                           b"\r\n\r\nHello\r\n")
        self.assertEqual(result.code, 65, result)
        self.assertIn("unreadable", result.json["flags"])
        self.assertTrue(result.json["why"])
