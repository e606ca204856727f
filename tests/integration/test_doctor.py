"""teduh-admin doctor: does what the configuration names work, today?  With a
real Dovecot and a real Postfix, healthy and ill."""

import imaplib
import os
import shutil
import signal
import ssl

from lib import imapscript
from lib.certs import Certs
from lib.ground import Failure
from lib.imapscript import ImapScript
from lib.mails import mail
from lib.services import PASSWORD
from lib.story import Story
from lib.teduh import Service, Word, command_of, descendants
from lib.web import open_door

VERDICT = b"Authentication-Results: mx.desk.example;\r\n dmarc=pass\r\n"


class Doctor(Story):
    def look(self, *more, code=None):
        """The findings by (level, what): a list of sentences each."""
        result = self.service.admin("doctor", "--json", *more, check=False,
                                    seconds=120)
        if code is not None:
            self.assertEqual(result.code, code, result)
        found = {}
        for one in result.json:
            self.assertEqual(set(one), {"level", "what", "name", "text"})
            found.setdefault((one["level"], one["what"]), []).append(
                one["text"])
        for password in (PASSWORD, imapscript.PASSWORD):
            self.assertNotIn(password.encode(), result.out)
            self.assertNotIn(password, result.err)
        self.result = result
        return found

    def assert_found(self, found, level, what, words):
        texts = found.get((level, what), [])
        self.assertTrue(any(words in text for text in texts),
                        f"no '{words}' in {found}")


class Healthy(Doctor):
    def setUp(self):
        super().setUp()
        self.mail_servers()
        self.connect()
        self.service.init()

    def test_all_is_well(self):
        found = self.look()
        self.assert_found(found, "good", "imap", "logged in to 'localhost'")
        self.assert_found(found, "good", "imap", "MOVE UIDPLUS")
        self.assert_found(found, "good", "imap", "the certificate is good "
                          "for")
        self.assert_found(found, "good", "relay", "logged in")
        self.assert_found(found, "good", "relay", "the certificate is good "
                          "for")
        self.assert_found(found, "good", "api", "staff come by 'unix:")
        for what in ("disk", "folders"):
            self.assertTrue([w for _, w in found if w == what], what)
        self.assertNotIn("bad", [level for level, _ in found])
        # The same for people, in lines that fit.
        text = self.service.admin("doctor", check=False).text
        self.assertIn("good  imap youth-mail\n      logged in", text)
        self.assertLessEqual(max(map(len, text.splitlines())), 80)

    def test_a_test_letter_goes_round_and_is_gone(self):
        found = self.look("--letter")
        self.assert_found(found, "good", "relay", "took the desk's test "
                          "letter")
        self.assert_found(found, "good", "imap", "the test letter arrived in "
                          "'INBOX'")
        self.assert_found(found, "warn", "imap", "the test letter has no "
                          "verdict")
        self.assertEqual(self.dovecot.mailbox("desk").messages(), [])

    def test_a_running_service_keeps_its_mail_to_itself(self):
        self.service.start()
        self.look(code=None)        # a look is no trouble
        result = self.service.admin("doctor", "--letter", check=False)
        self.assertEqual(result.code, 2, result)
        self.assertIn("teduhd runs on", result.err)
        self.assertIn("stop it first", result.err)
        self.assertEqual(self.dovecot.mailbox("desk").messages(), [])

    def test_a_junk_folder_that_nobody_looks_into(self):
        self.make_folder("Junk")
        found = self.look()
        self.assert_found(found, "good", "imap", "letters in the junk folder "
                          "come to the tray")
        self.service.settings["mailbox youth-mail"]["folders"] = ["INBOX"]
        self.service.configure()
        found = self.look()
        self.assert_found(found, "warn", "imap", "nobody looks into the junk "
                          "folder 'Junk'")
        self.service.settings["mailbox youth-mail"]["folders"] = [
            "INBOX", "Junk"]
        self.service.configure()
        found = self.look()
        self.assertNotIn("junk", str(found))

    def make_folder(self, name):
        context = ssl.create_default_context(cafile=self.certs.ca)
        with imaplib.IMAP4_SSL("localhost", self.dovecot.imaps,
                               ssl_context=context) as imap:
            imap.login("desk", PASSWORD)
            imap.create(name)

    def test_what_does_not_work_is_said_and_the_rest_is_looked_at(self):
        settings = self.service.settings
        self.service.secret("youth-mail", "not the password")
        self.service.mailbox("lost", port=1, ca=self.certs.ca,
                             password="unheard")
        settings["relay"]["ca"] = self.certs.pair("self-signed")[0]
        self.service.configure()
        found = self.look(code=2)
        self.assert_found(found, "bad", "imap", "refused the login of "
                          "mailbox 'youth-mail': check user and secret")
        self.assert_found(found, "bad", "imap", "cannot connect to "
                          "'localhost' port 1")
        self.assert_found(found, "bad", "relay", "the certificate of "
                          "'localhost' is signed by nobody")
        settings["relay"]["ca"] = self.certs.ca
        settings["relay"]["user"] = "nobody"
        settings["mailbox youth-mail"]["secret"] = "gone"
        self.service.configure()
        found = self.look(code=2)
        self.assert_found(found, "bad", "relay", "refused the login")
        self.assert_found(found, "bad", "imap", "gone")


class WebDoor(Doctor):
    """How the door stands for people who write by a form."""

    def setUp(self):
        super().setUp()
        self.certs = Certs(self.ground)
        self.service = Service(self.ground)

    def web(self):
        """The finding about the door itself."""
        found = self.look()
        return [(level, text) for (level, what), texts in found.items()
                if what == "web" for text in texts]

    def process(self):
        for pid in descendants(self.service.process.pid):
            if "web" in command_of(pid):
                return pid
        raise Failure("no process of the role web")

    def test_without_one_nothing_is_said(self):
        self.found()
        self.assertEqual(self.web(), [])

    def test_open_hanging_and_away(self):
        folder = self.ground.dir("door")
        os.chmod(folder, 0o777)
        open_door(self.ground, self.service)
        self.found()
        self.look_at_all("127.0.0.1:0")
        self.service.settings["web"]["listen"] = f"unix:{folder}/web"
        self.service.restart()
        self.look_at_all(f"unix:{folder}/web")

    def look_at_all(self, listen):
        front = ("good", f"people come by '{listen}', through a front that "
                         "has the certificate")
        self.assertEqual(self.web(), [
            ("good", "the web door answers on this machine"), front])
        found = self.look()
        names = found[("good", "help-now")]
        self.assertRegex(names[0], r"^whom the web door names in '\w\w' is "
                         r"good for \d+ days \(it names [1-9]\d*\)$")
        process = self.process()
        os.kill(process, signal.SIGSTOP)
        try:
            self.assertIn("does not answer as the web door does",
                          dict(self.web())["bad"])
        finally:
            os.kill(process, signal.SIGCONT)
        self.service.stop()
        found = self.web()
        self.assertIn(front, found)
        self.assertIn("teduhd does not run, so nobody is behind",
                      dict(found)["warn"])
        self.service.start()

    def test_its_own_certificate(self):
        tls = self.ground.dir("tls")
        pair = [f"{tls}/cert.pem", f"{tls}/key.pem"]
        self.put(pair, "right")
        open_door(self.ground, self.service, "localhost:0", cert=pair[0],
                  key=pair[1])
        self.found()
        found = self.web()
        self.assertIn(("good", "the web door answers on this machine"),
                      found)
        self.assertTrue(any("the certificate is good for" in text
                            for _, text in found), found)
        self.put(pair, "expired")
        self.assertIn("the certificate has expired: renew it now",
                      dict(self.web())["bad"])
        os.chmod(pair[1], 0)
        self.assertIn(f"cannot open '{pair[1]}'", dict(self.web())["bad"])

    def put(self, to, name):
        for path, there in zip(self.certs.pair(name), to, strict=True):
            shutil.copy(path, there)
            os.chmod(there, 0o644)


class Verdicts(Doctor):
    """By which name the server signs what it verified."""

    def setUp(self):
        super().setUp()
        self.certs = Certs(self.ground)
        self.service = Service(self.ground)

    def server(self, mails, **more):
        server = ImapScript(self.ground, self.certs, mails)
        self.service.mailbox(
            "youth", port=server.port, user=imapscript.USER,
            password=imapscript.PASSWORD, ca=self.certs.ca,
            tls=Word("implicit"), **more)
        self.service.init()
        return server

    def test_the_name_on_top_is_compared(self):
        # A forged one below the server's own does not count.
        forged = VERDICT.replace(b"mx.desk", b"mx.liar")
        self.server([VERDICT + forged + mail()])
        found = self.look()
        self.assert_found(found, "warn", "imap", "set 'authserv_id = "
                          "\"mx.desk.example\"'")
        box = self.service.settings["mailbox youth"]
        for name, level, words in (
                ("mx.desk.example", "good", "as configured"),
                ("mx.other.example", "bad", "no sender counts as verified")):
            box["authserv_id"] = name
            self.service.configure()
            self.assert_found(self.look(), level, "imap", words)

    def test_a_mail_without_a_verdict_and_no_mail(self):
        server = self.server([mail(text="Authentication-Results: liar; "
                                        "dmarc=pass\n")])
        self.assert_found(self.look(), "warn", "imap", "has no "
                          "Authentication-Results")
        server.folders["INBOX"].clear()
        self.assert_found(self.look(), "good", "imap", "there is no mail yet")

    def test_a_folder_that_is_not_there(self):
        self.server([], folders=["INBOX", "Lost"])
        self.assert_found(self.look(code=2), "bad", "imap", "'localhost' has "
                          "no folder 'Lost': check 'folders'")

    def test_an_old_certificate_of_the_api(self):
        for pair, level, words in (
                ("expired", "bad", "has expired: renew it now"),
                ("right", "good", "is good for")):
            cert, key = self.certs.pair(pair)
            self.service.settings["api"] = {"listen": "localhost:0",
                                            "cert": cert, "key": key}
            self.service.configure()
            self.assert_found(self.look(), level, "api", words)


class Arguments(Doctor):
    def test_what_it_does_not_take(self):
        self.service = Service(self.ground)
        self.service.init()
        result = self.service.admin("doctor", "--fast", check=False)
        self.assertEqual(result.code, 64, result)
        self.assertIn("doctor takes --letter and --json", result.err)
