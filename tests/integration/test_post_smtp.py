"""How post talks SMTP: one conversation at a time, by the unit's own program,
against a sink that goes wrong where it is told to."""

import os

from lib import smtpsink
from lib.certs import Certs
from lib.ground import program
from lib.story import Story
from lib.teduh import finish

FROM, TO = "desk+b0123456789abcdef@desk.example", "seeker@example.org"
MESSAGE = b"Subject: Your letter\r\n\r\nHello.\r\n"


class Conversation(Story):
    def setUp(self):
        super().setUp()
        self.certs = Certs(self.ground)
        self.sink = None

    def listen(self, implicit=True, pair="right", **script):
        self.sink = smtpsink.SmtpSink(self.ground, self.certs, script,
                                      implicit, pair)
        return self.sink

    def talk(self, message=MESSAGE, sender=FROM, to=TO, fail=False,
             login=True, tls="implicit"):
        env = {**os.environ, "SMTP_PASSWORD": smtpsink.PASSWORD}
        if login:
            env["SMTP_USER"] = smtpsink.USER
        # Whatever stands in the environment, nothing goes past the relay.
        env["ALL_PROXY"] = env["all_proxy"] = "http://127.0.0.1:1"
        argv = [program("tests/unit/test_smtp"), tls, str(self.sink.port),
                self.certs.ca, sender, to]
        return finish(argv + (["fail"] if fail else []), env, message,
                      seconds=120).json

    def expect(self, outcome, code, dots, **more):
        said = self.talk(**more)
        self.assertEqual((said["sent"], said["outcome"], said["code"],
                          said["dots"]), (0, outcome, code, dots), said)
        return said

    def test_a_good_conversation(self):
        for implicit in (True, False):
            with self.subTest(implicit=implicit):
                sink = self.listen(implicit)
                said = self.expect("accepted", "250", 1, tls="implicit"
                                   if implicit else "starttls")
                self.assertIn("queued as SINK000001", said["reply"])
                session, = sink.messages
                self.assertTrue(session.tls)
                self.assertEqual(session.data, MESSAGE)
                self.assertEqual(session.sender, f"<{FROM}>")
                self.assertEqual(session.recipients, [f"<{TO}>"])
                self.assertEqual(session.login, (smtpsink.USER,
                                                 smtpsink.PASSWORD))
                hellos = {c for c in session.commands
                          if c.startswith("EHLO")}
                self.assertEqual(hellos, {"EHLO desk.example"})
                mail, = [c for c in session.commands
                         if c.startswith("MAIL")]
                self.assertIn(f"SIZE={len(MESSAGE)}", mail)

    def test_no_login_when_none_is_configured(self):
        sink = self.listen()
        self.expect("accepted", "250", 1, login=False)
        self.assertIsNone(sink.messages[0].login)

    def test_each_phase_has_its_meaning(self):
        for phase, act, outcome, code, dots in (
                ("banner", "421 4.3.2 no", "endpoint", "421", 0),
                ("banner", "close", "endpoint", "connection", 0),
                ("ehlo", "502 5.5.1 what", "endpoint", None, 0),
                ("auth", "535 5.7.8 wrong", "endpoint", "535", 0),
                ("auth", "454 4.7.0 later", "endpoint", "454", 0),
                ("mail", "451 4.3.0 later", "endpoint", "451", 0),
                ("mail", "552 5.2.2 full", "endpoint", "552", 0),
                ("mail", "close", "endpoint", "connection", 0),
                ("rcpt", "451 4.2.1 grey", "deferred", "451", 0),
                ("rcpt", "550 5.1.1 nobody", "refused", "550", 0),
                ("rcpt", "550 5.7.1 policy", "endpoint", "550", 0),
                ("rcpt", "close", "deferred", "connection", 0),
                ("data", "451 4.3.0 later", "deferred", "451", 0),
                ("data", "554 5.5.1 none", "refused", "554", 0),
                ("data", "close", "deferred", "connection", 0),
                ("dot", "451 4.3.0 later", "deferred", "451", 1),
                ("dot", "554 5.6.0 no", "refused", "554", 1),
                ("dot", "550 5.7.1 policy", "endpoint", "550", 1),
                ("dot", "close", "unknown", "connection", 1)):
            with self.subTest(phase=phase, act=act):
                sink = self.listen(**{phase: act})
                said = self.talk()
                self.assertEqual((said["sent"], said["outcome"],
                                  said["dots"]), (0, outcome, dots), said)
                if code:
                    self.assertEqual(said["code"], code, said)
                self.assertEqual(len(sink.dots), dots)
                self.assertEqual(sink.messages, [])
                sink.close()

    def test_a_hook_that_says_no_stops_the_dot(self):
        sink = self.listen()
        for size in (10, 70000, 300000):
            with self.subTest(size=size):
                before = len(sink.sessions)
                said = self.talk(b"Subject: x\r\n\r\n" + b"y" * 60 +
                                 b"\r\n" * (size // 2), fail=True)
                self.assertEqual((said["sent"], said["dots"]), (-1, 1))
                self.assertEqual(len(sink.sessions), before + 1)
                self.assertEqual(sink.dots, [])

    def test_every_byte_arrives_dots_or_not(self):
        """libcurl counts what it sends, dots doubled, against the size it
        was told: no number of dots may end the message early."""
        sink = self.listen()
        for body in (b".\r\n", b"..\r\n", b"a\r\n.\r\n", b"a\r\n.\r\n.\r\n",
                     b".\r\n" * 3, b".a\r\nb\r\n.c\r\n\r\n",
                     b".\r\n" * 30000, b"x" * 70 + b"\r\n",
                     (b"z" * 70 + b"\r\n.\r\n") * 2000,
                     b"w" * 65532 + b"\r\n", b"w" * 65534 + b"\r\n",
                     b"w" * 65536 + b"\r\n", b"\r\n\r\n\r\n"):
            with self.subTest(size=len(body), start=body[:8]):
                count = len(sink.messages)
                self.expect("accepted", "250", 1, message=body)
                self.assertEqual(len(sink.messages), count + 1)
                self.assertEqual(sink.messages[-1].data, body)

    def test_a_wrong_certificate_hears_nothing(self):
        for pair, code, why in (
                ("wrong-name", "tls-name", "is for another name"),
                ("expired", "tls-expired", "has expired"),
                ("unknown-ca", "tls-unknown", "signed by nobody"),
                ("self-signed", "tls-unknown", "signed by nobody"),
                ("tls-1.0", "tls", "no TLS that is safe")):
            for implicit in (True, False):
                with self.subTest(pair=pair, implicit=implicit):
                    sink = self.listen(implicit, pair)
                    said = self.expect("endpoint", code, 0, tls="implicit"
                                       if implicit else "starttls")
                    self.assertIn(why, said["trouble"])
                    for session in sink.sessions:
                        self.assertEqual((session.login, session.sender),
                                         (None, None))

    def test_never_in_clear(self):
        stripped = self.listen(False, strip=True)
        self.expect("endpoint", "tls-none", 0, tls="starttls")
        sink = self.listen(False, starttls="454 4.7.0 not now")
        self.expect("endpoint", "454", 0, tls="starttls")
        for session in stripped.sessions + sink.sessions:
            self.assertEqual((session.login, session.sender), (None, None))

    def test_an_address_that_the_relay_cannot_take(self):
        sink = self.listen()
        said = self.expect("refused", "smtputf8", 0, to="põder@example.org")
        self.assertEqual(said["phase"], 0)
        self.assertEqual(sink.sessions[0].recipients, [])
        self.assertEqual(sink.dots, [])
        sink = self.listen(ehlo="250-sink.example\r\n250-SMTPUTF8\r\n"
                           "250 AUTH PLAIN")
        self.expect("accepted", "250", 1, to="põder@example.org")
        mail, = [c for c in sink.messages[0].commands
                 if c.startswith("MAIL")]
        self.assertIn("SMTPUTF8", mail)
        self.assertEqual(sink.messages[0].recipients,
                         ["<põder@example.org>"])

    def test_nobody_is_there(self):
        self.listen().close()
        self.expect("endpoint", "connect", 0)
