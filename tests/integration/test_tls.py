"""Every way in which the TLS of a mail server or of the service can be
wrong, against everybody who talks TLS.  Wherever it is wrong: no login, no
mail, an alarm, one clear sentence.  Where it is right the same parts work, so
that the matrix shows something."""

import json
import socket
import ssl
import warnings

from lib import imapscript, smtpsink
from lib.certs import Certs
from lib.ground import wait_for
from lib.imapscript import ImapScript
from lib.mails import mail
from lib.scripted import Scripted, tls_context
from lib.story import SinkStory, Story
from lib.teduh import Person, Service, Word

# How it is wrong, and what the sentence about it must say.
WRONG = {
    "expired": "has expired",
    "wrong-name": "is for another name",
    "self-signed": "is signed by nobody whom this machine trusts",
    "unknown-ca": "is signed by nobody whom this machine trusts",
    "tls-1.0": "offers no TLS that is safe (1.2 or later is wanted)",
}
STRIPPED = "does not offer STARTTLS, and nothing is sent in clear"
SNEAKED = "somebody may be in between, so nothing was said to it"


def old_client(port):
    """The version that somebody gets who still takes TLS 1.0, or None."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    try:
        with socket.create_connection(("127.0.0.1", port), 10) as sock, \
                context.wrap_socket(sock) as tls:
            return tls.version()
    except (ssl.SSLError, OSError):
        return None


def sneak(server):
    """Answer STARTTLS with something behind it, as a man in between who
    waits for it to be taken for the server's own word under TLS."""
    def act(_server, line, tag, _rest):
        line.write(f"{tag} OK go\r\n* 1 EXISTS\r\n".encode())
        line.start_tls(server.context)
        return True
    return act


class TlsStory(Story):
    def one_sentence(self, text, what):
        """Of the log: it says what is wrong, once and in one line."""
        line = self.service.wait_log(["alarm", *text])
        self.assertIn(what, line)
        self.assertNotIn(imapscript.PASSWORD, self.service.logged())
        self.assertNotIn(smtpsink.PASSWORD, self.service.logged())


class Imap(TlsStory):
    def setUp(self):
        super().setUp()
        self.certs = Certs(self.ground)
        self.service = Service(self.ground)

    def server(self, name, implicit, pair, certs=True):
        server = ImapScript(
            self.ground, self.certs if certs else None,
            [mail(subject=name, message_id=f"<{name}@example.org>")],
            pair, implicit)
        self.service.mailbox(
            name, port=server.port, user=imapscript.USER,
            password=imapscript.PASSWORD, ca=self.certs.ca,
            tls=Word("implicit" if implicit else "starttls"))
        return server

    def test_the_matrix(self):
        wrong = {}
        for pair, what in WRONG.items():
            for way in ("implicit", "starttls"):
                name = f"{pair.replace('.', '')}-{way}"
                wrong[name] = what, self.server(name, way == "implicit", pair)
        wrong["stripped"] = STRIPPED, self.server("stripped", False, "right",
                                                  certs=False)
        sneaky = self.server("sneaked", False, "right")
        sneaky.script["STARTTLS"] = sneak(sneaky)
        wrong["sneaked"] = SNEAKED, sneaky
        right = [self.server(f"right-{way}", way == "implicit", "right")
                 for way in ("implicit", "starttls")]
        self.assertEqual(old_client(wrong["tls-10-implicit"][1].port),
                         "TLSv1", "the old server is none")
        self.found()
        self.assertEqual(sorted(row["subject"] for row in
                                self.anna.wait_queue(2)),
                         ["right-implicit", "right-starttls"])
        for name, (what, server) in wrong.items():
            with self.subTest(name):
                server.wait_opened(1)
                self.one_sentence([f"mailbox={name} "], what)
                self.assertNotIn("LOGIN", server.commands)
                self.assertEqual((server.logins, server.fetched), (0, 0))
                self.assertEqual(len(server.folders["INBOX"]), 1)
        self.assertEqual([s.logins for s in right], [1, 1])
        self.assertEqual(len(self.anna.queue()), 2)


class Smtp(SinkStory, TlsStory):
    def against(self, name, implicit, pair, script=None):
        """The next letter meets this relay, and waits."""
        other = smtpsink.SmtpSink(self.ground, self.certs, script, implicit,
                                  pair)
        self.service.settings["relay"].update(
            port=other.port, tls=Word("implicit" if implicit else
                                      "starttls"))
        self.service.restart()
        case = self.one_case(mail(
            f"{name}@example.org", message_id=f"<{name}@example.org>",
            text=f"{name}\n"))["id"]
        self.answer(case, "Hello.\n")
        return other, case

    def refused(self, name, what, *how):
        with self.subTest(name):
            before = len(self.service.logged())
            relay, case = self.against(name, *how)
            self.anna.wait_delivery(case, "deferred")
            line = self.service.wait_log(["alarm", "relay-trouble code="],
                                         after=before)
            self.assertIn(what, line)
            self.assertNotIn(smtpsink.PASSWORD, self.service.logged())
            self.assertGreaterEqual(relay.opened, 1)
            for session in relay.sessions:
                self.assertEqual((session.login, session.sender,
                                  session.data), (None, None, None))
            self.cases.append(case)

    def test_the_matrix(self):
        self.cases = []
        for pair, what in WRONG.items():
            self.refused(f"{pair}-implicit", what, True, pair)
        for pair in ("expired", "tls-1.0"):
            self.refused(f"{pair}-starttls", WRONG[pair], False, pair)
        self.refused("stripped", STRIPPED, False, "right", {"strip": True})
        self.refused("sneaked", SNEAKED, False, "right", {
            "starttls": "220 2.0.0 go ahead\r\n250 2.1.0 ok"})
        # The right one gets them all, and its password.
        relay, case = self.against("right", False, "right")
        self.service.clock(3600)
        sessions = relay.wait_messages(len(self.cases) + 1)
        for one in [*self.cases, case]:
            self.anna.wait_delivery(one, "accepted")
        self.assertEqual({s.login for s in sessions},
                         {(smtpsink.USER, smtpsink.PASSWORD)})
        self.assertTrue(all(s.tls for s in sessions))


class Silent(Scripted):
    """A TLS server that notes whether a word comes through."""

    def __init__(self, ground, certs, pair):
        self.heard = []
        super().__init__(ground, certs, pair)

    def serve(self, line):
        self.heard.append(line.read_line())
        line.write(b"HTTP/1.1 500 no\r\nContent-Length: 0\r\n\r\n")


class Api(TlsStory):
    def setUp(self):
        super().setUp()
        self.certs = Certs(self.ground)

    def api(self, pair):
        """The service itself, with such a certificate; its URL and port."""
        cert, key = self.certs.pair(pair)
        self.service = Service(self.ground, pair)
        self.service.settings["api"] = {"listen": "localhost:0",
                                        "cert": cert, "key": key}
        code = self.service.init()
        self.service.start()
        with open(f"{self.service.data}/ports.json", encoding="utf-8") as f:
            port = int(json.load(f)["api"].rpartition(":")[2])
        return f"https://localhost:{port}", port, code

    def join(self, name, url, code):
        person = Person(self.ground, name)
        return person, person.refused("join", url, code, "--name", "maria",
                                      "--ca", self.certs.ca)

    def check_refused(self, result, what):
        self.assertEqual(result.code, 1, result)
        sentence = result.err.replace("\n", " ").strip()
        self.assertIn(what, sentence)
        self.assertIn("nothing was sent", sentence)
        self.assertEqual(sentence.count("teduh:"), 1, sentence)
        self.assertEqual(result.text, "")

    def test_the_matrix(self):
        for pair in ("expired", "wrong-name", "self-signed", "unknown-ca"):
            with self.subTest(pair):
                url, _, code = self.api(pair)
                _, result = self.join(pair, url, code)
                self.check_refused(result, WRONG[pair])
                self.service.stop()
        url, port, code = self.api("right")
        self.assertIsNone(old_client(port))
        maria = Person(self.ground, "maria")
        maria("join", url, code, "--name", "maria", "--ca", self.certs.ca)

    def test_a_stranger_with_old_tls_hears_nothing(self):
        stranger = Silent(self.ground, self.certs, "tls-1.0")
        self.assertEqual(old_client(stranger.port), "TLSv1")
        wait_for("the old client to be gone",
                 lambda: not stranger._live)
        _, result = self.join("maria", f"https://localhost:{stranger.port}",
                              "0" * 26)
        self.check_refused(result, WRONG["tls-1.0"])
        self.assertEqual(stranger.heard, [])

    def test_an_address_in_clear_is_none(self):
        for url in ("http://localhost:1", "ftp://localhost", "localhost:1"):
            with self.subTest(url):
                _, result = self.join("maria", url, "0" * 26)
                self.assertEqual(result.code, 1, result)
                self.assertIn("begins with https:// or unix:",
                              result.err.replace("\n", " "))


class Matrix(Story):
    def test_the_old_server_is_old_and_the_others_are_not(self):
        certs = Certs(self.ground)
        for pair, version in (("tls-1.0", "TLSv1"), ("right", None)):
            server = Silent(self.ground, certs, pair)
            self.assertEqual(old_client(server.port), version, pair)
        self.assertEqual(tls_context(certs, "right").minimum_version,
                         ssl.TLSVersion.TLSv1_2)
