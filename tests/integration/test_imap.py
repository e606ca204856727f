"""What an IMAP server may do to us: nothing is lost, nothing comes twice,
and no password goes to a stranger."""

from lib import imapscript
from lib.certs import Certs
from lib.ground import wait_for
from lib.imapscript import ImapScript
from lib.mails import mail
from lib.story import Story
from lib.teduh import Service, Word


class ImapStory(Story):
    def setUp(self):
        super().setUp()
        self.certs = Certs(self.ground)
        self.service = Service(self.ground)

    def server(self, name, mails=None, pair="right", **more):
        """A scripted server and the mailbox of that name that reads it."""
        if mails is None:
            mails = [mail(subject=name, message_id=f"<{name}@example.org>")]
        implicit = more.pop("implicit", True)
        certs = more.pop("certs", self.certs)
        server = ImapScript(self.ground, certs, mails, pair, implicit)
        self.service.mailbox(
            name, port=server.port, user=imapscript.USER,
            password=imapscript.PASSWORD, ca=self.certs.ca,
            tls=Word("implicit" if implicit else "starttls"), **more)
        return server

    def subjects(self, count):
        return sorted(row["subject"] for row in self.anna.wait_queue(count))


class Trust(ImapStory):
    def test_only_the_right_certificate_gets_the_password(self):
        wrong = {pair: self.server(pair, pair=pair) for pair in (
            "wrong-name", "expired", "unknown-ca", "self-signed")}
        right = self.server("right")
        self.found()
        self.assertEqual(self.subjects(1), ["right"])
        self.assertEqual(right.logins, 1)
        for pair, server in wrong.items():
            with self.subTest(pair):
                server.wait_opened(1)
                self.service.wait_log([pair, "certificate"])
                self.assertEqual(server.commands, [])
                self.assertEqual((server.logins, server.fetched), (0, 0))
        self.assertEqual(len(self.anna.queue()), 1)

    def test_starttls_and_nothing_before_it(self):
        good = self.server("good", implicit=False)
        bad = self.server("bad", implicit=False, pair="unknown-ca")
        bare = self.server("bare", implicit=False, certs=None)
        self.found()
        self.assertEqual(self.subjects(1), ["good"])
        self.assertLess(good.commands.index("STARTTLS"),
                        good.commands.index("LOGIN"))
        bad.wait_opened(1)
        bare.wait_opened(1)
        self.service.wait_log(["bad", "certificate"])
        self.service.wait_log(["bare", "starttls"])
        for server in (bad, bare):
            self.assertNotIn("LOGIN", server.commands)
            self.assertEqual(server.logins, 0)

    def test_bytes_sneaked_in_before_the_handshake_are_not_believed(self):
        server = self.server("sneaky", implicit=False)

        def inject(_server, line, tag, _rest):
            line.write(f"{tag} OK go\r\n* 1 EXISTS\r\n".encode())
            line.start_tls(server.context)
            return True
        server.script["STARTTLS"] = inject
        self.found()
        server.wait_opened(1)
        self.service.wait_log(["sneaky"])
        self.assertEqual(server.logins, 0)


class Trouble(ImapStory):
    def test_a_refused_login_is_said_and_tried_again_later(self):
        server = self.server("youth")
        server.script["LOGIN"] = imapscript.refuse_login
        self.found()
        self.service.wait_log(["youth", "login"])
        self.assertNotIn(imapscript.PASSWORD, self.service.logged())
        self.assertEqual(self.anna.queue(), [])
        del server.script["LOGIN"]
        self.assertEqual(self.subjects(1), ["youth"])

    def test_a_missing_folder_is_said_and_the_others_are_read(self):
        server = self.server("youth", folders=["INBOX", "Lost"])
        self.found()
        self.assertEqual(self.subjects(1), ["youth"])
        self.service.wait_log(["youth", "folder"])
        server.folders["Lost"] = {}
        server.add(mail(subject="found", message_id="<f@example.org>",
                        text="found\n"), "Lost")
        self.service.restart()
        self.assertEqual(self.subjects(2), ["found", "youth"])

    def test_a_server_that_goes_wrong_once_costs_nothing(self):
        acts = {"cut": imapscript.cut, "bye": imapscript.bye,
                "half": imapscript.cut_in_literal,
                "garbage": imapscript.garbage,
                "huge": imapscript.huge_literal,
                "unavailable": imapscript.say("NO [UNAVAILABLE] not now")}
        servers = {}
        for name, act in acts.items():
            servers[name] = self.server(name)
            servers[name].script["FETCH-BODY"] = imapscript.once(act)
        self.found()
        self.assertEqual(self.subjects(len(acts)), sorted(acts))
        for name, server in servers.items():
            self.assertGreaterEqual(server.commands.count("FETCH"), 2, name)
            wait_for(f"the letter of {name} to be moved",
                     lambda: not server.folders["INBOX"])   # noqa: B023
        self.assertEqual(len(self.anna.queue()), len(acts))

    def test_a_letter_that_is_not_to_be_had_holds_up_no_other(self):
        acts = {"refused": imapscript.say("NO [SERVERBUG] broken mail"),
                "cut": imapscript.cut_in_literal,
                "longer": imapscript.longer_than_said}
        servers = {}
        for name, act in acts.items():
            servers[name] = self.server(name, [
                mail(subject=f"{name} {n}", message_id=f"<{n}@{name}.example>",
                     text=f"{n}\n") for n in range(3)])
            servers[name].script["FETCH-BODY"] = imapscript.only_uid(2, act)
        self.found()
        rows = [f"{name} {n}" for name in acts for n in (0, 2)]
        self.assertEqual(self.subjects(len(rows)), sorted(rows))
        for name, server in servers.items():
            self.service.wait_log(["alarm", "not-fetched", name])
            self.assertIn(2, server.folders["INBOX"], name)
            del server.script["FETCH-BODY"]
        self.service.restart()
        rows += [f"{name} 1" for name in acts]
        self.assertEqual(self.subjects(len(rows)), sorted(rows))

    def test_broken_sessions_are_no_reason_to_leave_a_letter_unread(self):
        server = self.server("youth")
        self.found()
        self.assertEqual(self.subjects(1), ["youth"])
        self.service.kill()         # from now on attempts are counted
        server.script["FETCH-BODY"] = imapscript.once(imapscript.cut, 3)
        server.add(mail(subject="cut", message_id="<c@example.org>",
                        text="c\n"))
        self.service.start()
        self.service.wait_log(["alarm", "not-fetched"])
        self.service.clock(3600)
        server.add(mail(subject="next", message_id="<n@example.org>",
                        text="n\n"))
        self.assertEqual(self.subjects(3), ["cut", "next", "youth"])
        self.assertNotIn("unreadable", self.service.logged())

    def test_a_hopeless_server_does_not_disturb_the_others(self):
        for name, act in (("drip", imapscript.slow_drip),
                          ("endless", imapscript.endless_line),
                          ("noise", imapscript.garbage)):
            self.server(name).script["SELECT"] = act
        self.server("fine")
        self.found()
        self.assertEqual(self.subjects(1), ["fine"])
        self.assertEqual(self.service.process.alive(), True)
        for pid in self.service.pids():
            self.assertLess(rss_kb(pid), 300_000)

    def test_a_new_uidvalidity_brings_no_letter_twice(self):
        server = self.server("youth", [
            mail(subject=f"letter {n}", message_id=f"<{n}@example.org>",
                 text=f"{n}\n") for n in range(3)], after="keep")
        self.found()
        self.assertEqual(len(self.anna.wait_queue(3)), 3)
        server.uidvalidity += 1
        server.add(mail(subject="the last", message_id="<9@example.org>"))
        self.service.restart()
        self.assertEqual(self.subjects(4), [
            "letter 0", "letter 1", "letter 2", "the last"])

    def test_without_move_the_letters_stay_and_come_once(self):
        server = self.server("youth")
        server.script["CAPABILITY"] = imapscript.without_uidplus
        server.script["BANNER"] = imapscript.plain_banner
        server.script["MOVE"] = imapscript.say("BAD what")
        self.found()
        self.assertEqual(self.subjects(1), ["youth"])
        self.service.restart()
        server.add(mail(subject="two", message_id="<2@example.org>",
                        text="two\n"))
        self.assertEqual(self.subjects(2), ["two", "youth"])
        self.assertNotIn("EXPUNGE", server.commands)


def rss_kb(pid):
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as f:
            for line in f:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1])
    except OSError:
        pass
    return 0
