"""Other ways in: the API over TLS on a port of its own choice, one pass of a
role in the foreground, and what the reader makes of a mail by itself."""

import contextlib
import hashlib
import json
import os
import pty
import subprocess
import tempfile
import termios

from lib.certs import Certs
from lib.ground import SOURCE, program
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

    def test_it_says_the_language_and_what_the_filter_said(self):
        self.service.settings["alarm"] = {"texts": f"{SOURCE}/config/texts"}
        self.service.configure()
        view = self.read(mail(
            text="Tere! Ma ei tea, kelle poole pöörduda ja kodus on raske.\n",
            X_Spam_Flag="YES")).json
        self.assertEqual((view["language"], view["flags"], view["answerable"],
                          view["why"]),
                         ("et", ["spam"], False,
                          "the mail server took it for spam"))
        self.assertNotIn("language", self.read(mail(text="Tere!\n")).json)

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
        for raw in (head + b"X-Long: " + b"y" * 400_000 +
                    b"\r\n\r\nHello\r\n",
                    head + b"\r\n" + b"z" * (26 << 20),
                    head + b"\r\n" + b"z" * (257 << 20)):
            result = self.read(raw)
            self.assertEqual(result.code, 65, result.err)
            self.assertEqual(result.json["flags"], ["unreadable"])
            self.assertTrue(result.json["why"])

    def test_odd_input_is_read_and_never_an_error(self):
        for raw in (b"", b"\0", b"\n", b"\xff\xfe" * 900, b":\r\n\r\n",
                    b"From \nFrom \n", bytes(range(256)) * 40):
            result = self.read(raw)
            self.assertEqual(result.code, 0, result)
            self.assertIs(result.json["answerable"], False)
            self.assertTrue(result.json["why"])

    def test_what_a_desk_is_decides(self):
        desk = dict(self.service.settings["desk youth"])
        desk["from_address"] = "elders@desk.example"
        self.service.settings["desk elders"] = desk
        self.service.settings["mailbox pipe"]["authserv_id"] = "mx.desk.ee"
        self.service.settings["mailbox old"] = {
            "desk": "elders", "listen": f"unix:{self.service.dir}/run/old",
            "authserv_id": "mx.desk.ee"}
        self.service.configure()
        raw = (b"Return-Path: <rani@example.org>\r\nAuthentication-Results:"
               b" mx.desk.ee; dmarc=pass header.from=example.org\r\n"
               + mail("rani@example.org", to="elders@desk.example"))
        for desk, may in (("youth", False), ("elders", True)):
            view = self.service.admin("read", "--desk", desk, data=raw).json
            self.assertIs(view["verified"], True)
            self.assertIs(view["answerable"], may, view["why"])
        self.assertEqual(view["why"], "may be acknowledged")

    def test_a_person_at_a_terminal_sees_a_page(self):
        raw = mail("rani@example.org", name="Rani", subject="Sekolah",
                   text=f"Halo Kak,\n\n{'kata ' * 40}\n\n> dulu\n\n-- \n\nR\n",
                   attachments=[("nilai.pdf", "application/pdf", b"%PDF")])
        code, page = self.look(raw)
        self.assertEqual(code, 0, page)
        for line in ("class       person", "a machine   may not answer it",
                     "because     our mail server does not vouch for the "
                     "sender", "from        Rani <rani@example.org>, not "
                     "verified", "to          <desk@desk.example>",
                     "subject     Sekolah",
                     "files       nilai.pdf (application/pdf, 4 bytes)",
                     "text        plain", "", "    Halo Kak,", "  | > dulu",
                     "  |", "  | R"):
            self.assertIn(line, page)
        self.assertLessEqual(max(map(len, page)), 80)
        with self.assertRaises(ValueError):
            json.loads("\n".join(page))
        code, page = self.look(raw, "--json")
        self.assertEqual(json.loads("\n".join(page))["class"], "person")

    def test_a_page_steers_no_terminal(self):
        raw = mail("eve@example.org", subject="x",
                   text="one\x1b[2Jtwo\u202eeerht\x9b31m\n")
        raw = raw.replace(b"Subject: x",
                          b"Subject: =?utf-8?q?a=1B]0;b=07=0AFrom:_c?=")
        for data, code in ((raw, 0), (b"X: " + b"\x1b[2J" * 70000, 65)):
            got, page = self.look(data)
            self.assertEqual(got, code, page)
            self.assertNotRegex("".join(page),
                                "[\x00-\x1f\x7f-\x9f\u202a-\u202e]")
        self.assertEqual(page[0], "flags       unreadable")

    def look(self, data, *words):
        """As somebody does at a terminal: the code and the lines."""
        master, slave = pty.openpty()
        attributes = termios.tcgetattr(slave)
        attributes[1] &= ~termios.OPOST
        termios.tcsetattr(slave, termios.TCSANOW, attributes)
        with tempfile.TemporaryFile() as mails:
            mails.write(data)
            mails.seek(0)
            child = subprocess.Popen(
                [program("teduh-admin"), "-c", self.service.conf, "read",
                 *words], stdin=mails, stdout=slave,
                env={**os.environ, **SANITIZER_ENV})
        os.close(slave)
        out = b""
        with contextlib.suppress(OSError):      # the other end is closed
            while got := os.read(master, 65536):
                out += got
        os.close(master)
        return child.wait(60), out.decode().split("\n")
