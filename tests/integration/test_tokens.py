"""OAuth 2: teduh-oauth and a provider that rotates, refuses and fails; and
teduhd, which logs in with its tokens at a real IMAP server and at a relay."""

import glob
import json
import os
import shutil
import stat
import subprocess
import threading

from lib import smtpsink
from lib.certs import Certs
from lib.ground import IS_ROOT, as_user, program, wait_for
from lib.mails import mail, parse
from lib.services import Dovecot, missing
from lib.story import Story
from lib.teduh import SERVICE_USER, Service, descendants
from lib.tokenserver import CLIENT, CLIENT_SECRET, USER, TokenServer

LONG = 60


class Login(Story):
    """A login at a provider, made by teduh-oauth as a human makes it."""

    def setUp(self):
        super().setUp()
        self.certs = Certs(self.ground)
        self.provider = TokenServer(self.ground, self.certs)
        self.folder = self.ground.dir("oauth", 0o700, SERVICE_USER)
        self.file = f"{self.folder}/desk"

    def oauth(self, *words, env=None):
        return subprocess.run(
            as_user(SERVICE_USER, [program("teduh-oauth"), *words]),
            stdin=subprocess.DEVNULL, capture_output=True, timeout=LONG,
            check=False, env={**os.environ, **(env or {})})

    def log_in(self, *more, paste=None):
        """Open the printed address as a browser would, paste what comes."""
        secret = self.ground.file("client-secret", CLIENT_SECRET + "\n",
                                  0o644)
        if not more:
            more = ("--authorize-url", f"{self.provider.url}/authorize",
                    "--token-url", f"{self.provider.url}/token",
                    "--scope", "mail", "--client-id", CLIENT,
                    "--client-secret", secret, "--ca", self.certs.ca)
        with subprocess.Popen(
                as_user(SERVICE_USER, [program("teduh-oauth"), "login",
                                       self.file, *more]),
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, text=True) as child:
            address = next((line.strip() for line in child.stdout
                            if line.startswith("https://")), None)
            said, problem = child.communicate(
                (paste or self.provider.authorize(address)) + "\n"
                if address else "", timeout=LONG)
        return child.returncode, said, problem

    def kept(self):
        with open(self.file, encoding="utf-8") as f:
            return json.load(f)

    def token(self, code=0, **more):
        done = self.oauth("token", self.file, **more)
        self.assertEqual(done.returncode, code, done)
        return done.stdout.decode().split("\n")


class Program(Login):
    def test_a_login_and_its_tokens(self):
        code, said, problem = self.log_in()
        self.assertEqual((code, problem), (0, ""), said)
        self.assertEqual(stat.S_IMODE(os.stat(self.file).st_mode), 0o600)
        self.assertEqual(self.kept()["refresh_token"],
                         self.provider.newest_refresh)
        token, good, end = self.token()
        self.assertTrue(self.provider.is_good(token))
        self.assertEqual((good, end), ("3600", ""))
        self.provider.lasts = 10 * 86400
        self.assertEqual(self.token()[2], str(10 * 86400))
        shown = self.oauth("show", self.file).stdout.decode()
        self.assertIn("logged in 0 days ago", shown)
        self.assertRegex(shown, "it ends in (9|10) days")
        # The second login of the file knows all that the first one did.
        self.assertEqual(self.log_in("--days", "90")[0], 0)
        self.assertGreater(int(self.token()[2]), 9 * 86400)

    def test_usage(self):
        for words, code, said in (
                ((), 64, "wants token, login or show, and a file"),
                (("token",), 64, "and a file"),
                (("fetch", self.file), 64, "wants token"),
                (("token", self.file, "--days", "3"), 64, "with login"),
                (("login", self.file, "--bad"), 64, "is unknown"),
                (("login", self.file), 65, "--client-id"),
                (("login", self.file, "--provider", "x"), 65, "google"),
                (("login", self.file, "--provider", "google"), 65,
                 "--client-id"),
                (("login", self.file, "--days", "0"), 65, "from 1 to"),
                (("login", self.file, "--client-secret", "/none"), 65,
                 "cannot read a client secret")):
            with self.subTest(words=words):
                done = self.oauth(*words)
                self.assertEqual(done.returncode, code, done)
                self.assertIn(said, done.stderr.decode())
                self.assertEqual(done.stderr.count(b"\n"), 1)
        for words, said in ((("--help",), "usage: teduh-oauth token FILE"),
                            (("--version",), "teduh ")):
            done = self.oauth(*words)
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            self.assertIn(said, done.stdout.decode())
        for provider, where in (
                ("google", "https://accounts.google.com/"),
                ("microsoft", "https://login.microsoftonline.com/")):
            done = self.oauth("login", self.file, "--provider", provider,
                              "--client-id", CLIENT, "--redirect-url",
                              "http://localhost:2/")
            self.assertEqual(done.returncode, 65)
            self.assertIn(where, done.stdout.decode())
            self.assertIn("nothing was pasted", done.stderr.decode())
            self.assertFalse(os.path.exists(self.file))

    def test_an_address_of_another_login_is_not_taken(self):
        code, _, problem = self.log_in(
            paste="http://localhost:1/?code=x&state=y")
        self.assertEqual(code, 65)
        self.assertIn("not the address that belongs to this login", problem)
        self.assertFalse(os.path.exists(self.file))
        done = self.oauth("token", self.file)
        self.assertEqual(done.returncode, 77)
        self.assertIn(b"nobody is logged in", done.stderr)

    def test_what_goes_wrong_is_said_and_nothing_is_lost(self):
        self.log_in()
        before = self.kept()
        for status, word, code, said in (
                (400, "invalid_grant", 77, "log in again: 'teduh-oauth"),
                (401, "invalid_client", 77, "check --client-id"),
                (400, "access_denied", 77, "says no (access_denied)"),
                (400, "Sorry <b>", 77, "without a word"),
                (503, "x", 75, "HTTP status 503"),
                (429, "slow_down", 75, "HTTP status 429")):
            with self.subTest(status=status, word=word):
                self.provider.error = (status, word)
                done = self.oauth("token", self.file)
                self.assertEqual((done.returncode, done.stdout),
                                 (code, b""), done)
                self.assertIn(said, done.stderr.decode())
        self.provider.error = None
        self.provider.garbage = b"<html>maintenance</html>"
        self.assertIn(b"no JSON", self.oauth("token", self.file).stderr)
        self.provider.garbage = None
        os.chmod(self.file, 0o640)
        done = self.oauth("token", self.file)
        self.assertEqual(done.returncode, 77)
        self.assertIn(b"chmod 600", done.stderr)
        os.chmod(self.file, 0o600)
        self.assertEqual(self.kept(), before)
        self.token()
        self.provider.close()
        done = self.oauth("token", self.file)
        self.assertEqual(done.returncode, 75)
        self.assertIn(b"cannot ask", done.stderr)

    def test_a_rotated_token_is_stored_before_anything_else(self):
        """Killed at every step: the file is whole, and once the new token
        is written the old one is never needed again."""
        self.log_in()
        self.provider.rotate = True
        for point, name in enumerate(("answered", "written", "renamed"), 1):
            with self.subTest(point=name):
                self.provider.grace = 1 if name == "answered" else 0
                done = self.oauth("token", self.file,
                                  env={"TEDUH_CRASH": f"oauth:{point}"})
                self.assertEqual((done.returncode, done.stdout), (99, b""))
                self.assertIn(f"oauth: {name}".encode(), done.stderr)
                self.token()
                self.assertEqual(self.kept()["refresh_token"],
                                 self.provider.newest_refresh)
        # A provider without grace, and death in the one gap that there is.
        self.oauth("token", self.file, env={"TEDUH_CRASH": "oauth:1"})
        done = self.oauth("token", self.file)
        self.assertEqual(done.returncode, 77)
        self.assertIn(b"log in again", done.stderr)
        self.assertEqual(self.log_in("--days", "90")[0], 0)
        self.token()

    def test_two_at_once_do_not_hurt_each_other(self):
        self.log_in()
        self.provider.rotate = True
        self.provider.hold = threading.Event()
        children = [subprocess.Popen(
            as_user(SERVICE_USER, [program("teduh-oauth"), "token",
                                   self.file]),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for _ in range(3)]
        self.provider.hold.set()
        for child in children:
            said, problem = child.communicate(timeout=LONG)
            self.assertEqual((child.returncode, problem), (0, b""))
            self.assertTrue(self.provider.is_good(
                said.decode().split("\n")[0]))
        self.assertEqual(self.kept()["refresh_token"],
                         self.provider.newest_refresh)


class Tokens(Login):
    """A service whose mailbox and relay want access tokens."""

    def setUp(self):
        super().setUp()
        why = missing()
        if why:
            self.skipTest(why)
        self.log_in()
        self.dovecot = Dovecot(self.ground, self.certs)
        self.dovecot.oauth = self.provider
        self.dovecot.start()
        self.sink = smtpsink.SmtpSink(
            self.ground, self.certs, {"tokens": self.provider.is_good})
        self.service = Service(self.ground)
        # Where the service's user may execute it.
        place = self.ground.dir("bin")
        self.tool = shutil.copy(program("teduh-oauth"), place)
        command = f"{self.tool} token {self.file}"
        self.service.mailbox("youth-mail", port=self.dovecot.imaps,
                             ca=self.certs.ca, user=USER)
        self.service.settings["mailbox youth-mail"].pop("secret")
        self.service.settings["mailbox youth-mail"]["token_command"] = command
        self.service.relay(self.sink.port, USER, "", ca=self.certs.ca)
        self.service.settings["relay"].pop("secret")
        self.service.settings["relay"]["token_command"] = command
        self.number = 0

    def letter(self):
        """A mail comes by IMAP; the id of its case."""
        self.number += 1
        known = {row["id"] for row in self.anna.queue()}
        self.dovecot.deliver(USER, mail(
            f"seeker-{self.number}@example.org",
            message_id=f"<{self.number}@example.org>"))
        row, = self.anna.wait_queue(
            1, LONG, where=lambda row: row["id"] not in known)
        return row["id"]

    def answered(self, case):
        self.answer(case, "Yes.\n")
        self.anna.wait_delivery(case, "accepted", LONG)

    def alarms(self):
        done = self.service.admin("status", "--json", check=False)
        return {a["kind"]: a for a in done.json["alarms"]}

    def wait_alarm(self, kind, stands=True):
        wait_for(f"the alarm {kind} to {'begin' if stands else 'end'}",
                 lambda: (kind in self.alarms()) == stands, LONG)

    def log_text(self):
        with open(self.service.log, encoding="utf-8") as f:
            return f.read()

    def test_in_and_out_with_one_token(self):
        self.service.settings["relay"]["workers"] = 2
        self.found()
        case = self.letter()
        self.answered(case)
        session, = self.sink.messages
        self.assertEqual(session.login[0], USER)
        self.assertIn(session.login[1], self.provider.taken)
        self.assertEqual(self.provider.asked, 1)
        self.assertNotIn("AUTH PLAIN", " ".join(session.commands))
        # No copy is filed anywhere, in a Sent folder least of all.
        own = str(parse(session.data)["Message-ID"]).encode()
        for path in glob.glob(f"{self.dovecot.dir}/home/**", recursive=True):
            if os.path.isfile(path):
                with open(path, "rb") as f:
                    self.assertNotIn(own, f.read(), path)
        # Nowhere but where it belongs.
        secrets = [*self.provider.tokens, *self.provider.refresh]
        for pid in [self.service.process.pid,
                    *descendants(self.service.process.pid)]:
            for what in ("cmdline", "environ"):
                with open(f"/proc/{pid}/{what}", "rb") as f:
                    text = f.read()
                for one in secrets:
                    self.assertNotIn(one.encode(), text)
        for one in secrets:
            self.assertNotIn(one, self.log_text())
        for path in glob.glob(f"{self.service.data}/**", recursive=True):
            if os.path.isfile(path):
                with open(path, "rb") as f:
                    text = f.read()
                for one in secrets:
                    self.assertNotIn(one.encode(), text, path)

    def test_it_expires_in_the_middle_of_work(self):
        """Nobody hears of it: a new one is had, and the letter goes."""
        self.found()
        self.answered(self.letter())
        case = self.letter()
        self.provider.expire()
        self.answered(case)
        self.assertEqual(len(self.sink.messages), 2)
        self.assertNotIn("relay-trouble", self.log_text())
        # The mailbox, too: its session is cut and the next login is late.
        self.provider.expire()
        self.dovecot.restart()
        self.answered(self.letter())
        self.assertEqual({"token-refused", "relay-trouble"} &
                         set(self.alarms()), set())

    def test_it_is_renewed_before_it_expires(self):
        self.provider.expires_in = 5
        self.provider.expire()      # that of the login
        self.found()
        for _ in range(3):
            self.answered(self.letter())
            asked = self.provider.asked
            wait_for("the token to be old", lambda: not any(
                self.provider.is_good(t) for t in self.provider.tokens), LONG)
        self.answered(self.letter())
        self.assertGreater(self.provider.asked, asked)
        self.assertEqual(len(self.sink.messages), 4)
        # No relay ever saw one that had expired.
        for session in self.sink.sessions:
            self.assertTrue(session.taken)

    def test_refused_is_an_alarm_and_loses_nothing(self):
        self.found()
        case = self.letter()
        self.provider.error = (400, "invalid_grant")
        self.provider.expire()
        self.dovecot.restart()
        self.answer(case, "Yes.\n")
        self.wait_alarm("token-refused")
        self.wait_alarm("relay-trouble")
        self.assertEqual(self.sink.messages, [])
        self.assertIn("log in again", self.log_text())
        self.dovecot.deliver(USER, mail("late@example.org",
                                        message_id="<late@example.org>"))
        self.provider.error = None
        offset = 0

        def sent():
            nonlocal offset
            offset += 600           # past every wait
            self.service.clock(offset)
            return self.sink.messages
        wait_for("the letter to leave", sent, LONG, 3)
        self.anna.wait_delivery(case, "accepted", LONG)
        self.service.restart()
        self.anna.wait_queue(1, LONG)
        self.wait_alarm("token-refused", False)
        self.assertEqual(len(self.sink.messages), 1)

    def test_before_the_login_dies_somebody_hears_of_it(self):
        self.provider.lasts = 5 * 86400 + 60
        self.found()
        self.letter()
        self.wait_alarm("token-ends")
        self.assertEqual(self.alarms()["token-ends"]["detail"], "5 days")

    def test_doctor_looks_with_tokens_too(self):
        self.found()
        said = self.service.admin("doctor", check=False).text
        self.assertIn("connected with TLS and logged in", said)
        self.assertEqual(said.count("token"), 0, said)
        self.provider.error = (400, "invalid_grant")
        said = self.service.admin("doctor", check=False).text
        self.assertEqual(said.count("gave no token and ended with code 77"),
                         2, said)

    def test_a_clock_that_is_wrong(self):
        """Spans are spans: no time of day decides about a token."""
        self.found()
        self.answered(self.letter())
        for offset in (86400, 0, -86400):
            self.service.clock(offset)
            self.anna("queue")
        self.service.clock(0)
        self.answered(self.letter())
        self.assertEqual(self.provider.asked, 1)

    def test_commands_that_are_no_good(self):
        self.found()
        self.answered(self.letter())
        for body, said in (
                ("echo one two", "printed something else"),
                ("echo", "printed something else"),
                ("echo abc; echo 5 minutes", "printed something else"),
                ("head -c 100000 /dev/zero | tr '\\0' a", "something else"),
                ("exit 3", "ended with code 3"),
                ("exit 75", "ended with code 75"),
                ("kill -9 $$", "ended with signal 9")):
            with self.subTest(body=body):
                path = self.ground.file("bin/bad", f"#!/bin/sh\n{body}\n",
                                        0o755)
                for section in ("relay", "mailbox youth-mail"):
                    self.service.settings[section]["token_command"] = \
                        f"{path} {self.number}"
                self.number += 1
                end = os.path.getsize(self.service.log)
                self.service.restart()
                wait_for("the log to say why", lambda end=end, said=said:
                         said in self.log_text()[end:], LONG)
