"""Two services on one mailbox: an old server that somebody starts again, a
copy of a disk.  Both notice, and no answer leaves either of them until a
human has said which one goes on."""

import imaplib
import shutil
import subprocess

from lib import imapscript, smtpsink
from lib.archive import Archive, lose
from lib.certs import Certs
from lib.crash import check_audit, cut_at
from lib.ground import wait_for
from lib.imapscript import ImapScript
from lib.intruder import peek
from lib.mails import mail, parse, words
from lib.services import PASSWORD, Dovecot, missing
from lib.smtpsink import SmtpSink
from lib.story import Story
from lib.teduh import Service, Word

BOX = "youth-mail"
LONG = 60.0             # of patience: several stories share a machine
MARKS = "Teduh-mark"


class Foreign(Story):
    def setUp(self):
        super().setUp()
        self.certs = Certs(self.ground)
        self.sink = SmtpSink(self.ground, self.certs)
        self.service = Service(self.ground)
        self.service.relay(self.sink.port, smtpsink.USER, smtpsink.PASSWORD,
                           ca=self.certs.ca)
        self.come = self.seconds = 0

    def letter(self, subject):
        self.come += 1
        return mail(f"s{self.come}@example.org", subject=subject,
                    text=f"{subject}\n",
                    message_id=f"<{subject}@example.org>")

    def case(self, subject):
        return self.anna.wait_queue(
            1, LONG, lambda row: row["subject"] == subject)[0]["id"]

    def alarms(self, service):
        return [row["subject"] for row in peek(
            service, "SELECT subject FROM alarm WHERE kind = "
            "'foreign-service' AND ended IS NULL ORDER BY subject")]

    def deliveries(self, service):
        return [row["state"] for row in peek(
            service, "SELECT state FROM delivery ORDER BY first_at, item")]


class Real(Foreign):
    """With Dovecot."""

    def setUp(self):
        super().setUp()
        why = missing()
        if why:
            self.skipTest(why)
        self.dovecot = Dovecot(self.ground, self.certs).start()
        self.box = self.dovecot.mailbox("desk")
        self.service.mailbox(BOX, port=self.dovecot.imaps, ca=self.certs.ca,
                             password=PASSWORD)
        self.found()

    def deliver(self, subject):
        self.dovecot.deliver("desk", self.letter(subject))

    def inbox(self):
        return sorted(str(parse(raw)["Subject"])
                      for raw in self.box.messages())

    def later(self, *services):
        """Long enough for another look, which the next letter brings."""
        self.seconds += 100
        for service in services:
            service.clock(self.seconds)

    def marks(self):
        return self.box.messages(MARKS)

    def copy(self, name):
        """A copy of the disk, with doors of its own."""
        other = Service(self.ground, name)
        for folder in ("data", "secrets"):
            shutil.rmtree(f"{other.dir}/{folder}", ignore_errors=True)
            subprocess.run(["cp", "-a", f"{self.service.dir}/{folder}",
                            f"{other.dir}/{folder}"], check=True)
        other.settings = {
            **self.service.settings, "data": other.data,
            "secrets": other.secrets,
            "api": {"listen": other.url, "url": other.url},
            "mailbox pipe": {"desk": "youth",
                             "listen": f"unix:{other.dir}/run/pipe"}}
        return other

    def test_an_old_server_that_is_started_again(self):
        self.deliver("before")
        case = self.case("before")
        self.sink.script["banner"] = "421 4.3.2 not now"
        self.answer(case, "From the old one?\n")
        self.anna.wait_delivery(case, "deferred", LONG)
        archive = Archive(self.ground)
        self.service.stop()
        archive.take(self.service)
        old = self.copy("old")
        lose(self.service)
        self.service.secret(BOX, PASSWORD)
        self.service.secret("relay", smtpsink.PASSWORD)
        archive.put_back(self.service)
        del self.sink.script["banner"]
        self.service.start()
        self.maria("restore", "accept", "--yes")
        self.deliver("after")
        case = self.case("after")
        self.answer(case, "From the new one.\n")
        self.anna.wait_delivery(case, "accepted", LONG)
        self.assertEqual(len(self.sink.messages), 1)
        self.assertEqual(self.alarms(self.service), [])

        # Somebody starts the old one, and what it has is due.
        old.start()
        old.clock(7200)
        old.wait_log(["alarm", "foreign-service", "begins"], LONG)
        self.assertEqual(self.alarms(old), [BOX])
        self.later(self.service)
        self.deliver("both")
        wait_for("the new one to see it", lambda: self.alarms(self.service)
                 == [BOX], LONG)
        status = self.service.admin("status", check=False)
        self.assertEqual(status.code, 2, status)
        self.assertIn("foreign-service", status.text)
        self.assertIn("none leaves before", status.text)
        self.assertLessEqual(max(map(len, status.text.splitlines())), 80)
        # Letters come in and stay where they are; answers wait.
        case = self.case("both")
        self.answer(case, "Not yet.\n")
        self.later(self.service)
        self.deliver("more")
        self.case("more")
        self.assertIn("both", self.inbox())
        self.assertIn("more", self.inbox())
        self.assertEqual(self.anna("show", case)["items"][-1]["delivery"]
                         ["state"], "held")

        old.stop()
        old.admin("retire", "--yes")
        refused = self.service.admin("retire", "--other", check=False)
        self.assertEqual(refused.code, 65, refused)
        self.assertIn("retire --other --yes", refused.err)
        self.service.admin("retire", "--other", "--yes")
        self.assertEqual(self.alarms(self.service), [])
        self.later(self.service)
        self.deliver("alone")
        self.anna.wait_delivery(case, "accepted", LONG)
        wait_for("the letters to be moved", lambda: self.inbox() == [], LONG)
        self.later(self.service)
        self.deliver("again")
        self.case("again")
        self.assertEqual(self.alarms(self.service), [])
        # The old one never sent anything.
        self.assertEqual(self.deliveries(old), ["deferred"])
        self.assertEqual([words(parse(m.data).get_content()).strip()
                          for m in self.sink.messages],
                         ["From the new one.", "Not yet."])
        for service in (old, self.service):
            check_audit(self, service)

    def test_a_copy_of_a_disk_beside_the_first(self):
        self.deliver("one")
        self.case("one")
        self.service.stop()
        other = self.copy("other")
        self.service.start()
        self.deliver("two")
        self.case("two")
        # Not the copy's fault, but it may no more than the other.
        other.start()
        wait_for("one of them to notice", lambda: self.alarms(other), LONG)
        self.later(self.service, other)
        self.deliver("three")
        wait_for("the other one to notice", lambda:
                 self.alarms(self.service), LONG)

    def test_restarts_and_deaths_alarm_nobody(self):
        points = []
        for n in range(1, 9):
            self.service.stop()
            after = len(self.service.logged())
            self.service.start(env={"TEDUH_CRASH": f"intake:{n}"})
            self.deliver(f"letter-{n}")
            self.case(f"letter-{n}")
            here = cut_at(self.service, after)
            points += here
            if not here or here[0] not in ("mark before", "mark after"):
                break
        self.assertIn("mark before", points)
        self.assertIn("mark after", points)
        self.service.kill()
        self.service.start()
        self.later(self.service)
        self.deliver("last")
        self.case("last")
        self.assertEqual(self.alarms(self.service), [])
        self.assertLessEqual(len(self.marks()), 3)

    def test_nothing_is_sent_before_the_mailbox_was_looked_at(self):
        self.service.inject(self.letter("hello"))
        case = self.case("hello")
        self.service.stop()
        self.dovecot.stop()
        self.service.start()
        self.answer(case, "Later.\n")
        self.service.wait_log([BOX, "session error"], LONG)
        self.assertEqual(self.deliveries(self.service), ["held"])
        self.assertIn("none leaves before", self.service.admin(
            "status", check=False).text)
        self.dovecot.restart()
        self.anna.wait_delivery(case, "accepted", LONG)
        # Once looked at, a mail server that goes away holds nobody up.
        self.dovecot.stop()
        self.service.inject(self.letter("more"))
        case = self.case("more")
        self.answer(case, "At once.\n")
        self.anna.wait_delivery(case, "accepted", LONG)

    def test_what_people_do_in_the_folder_of_marks(self):
        self.deliver("one")
        self.case("one")
        wait_for("a mark", self.marks, LONG)
        raw, = self.marks()
        self.assertEqual(parse(raw)["Subject"],
                         "Mark of the program that fetches mail here")
        imap = self.box._open()
        steps = (
            lambda: imap.append(MARKS, "()", imaplib.Time2Internaldate(0),
                                self.letter("moved here by mistake")),
            lambda: imap.append(MARKS, "()", imaplib.Time2Internaldate(0),
                                raw),
            lambda: imap.append(MARKS, "()", imaplib.Time2Internaldate(0),
                                b"Teduh-Mark: 12\r\n\r\n"),
            lambda: imap.delete(MARKS))
        for n, step in enumerate(steps):
            self.assertEqual(step()[0], "OK")
            self.later(self.service)
            self.deliver(f"step-{n}")
            self.case(f"step-{n}")
            self.assertEqual(self.alarms(self.service), [])
            wait_for("a mark of ours", self.marks, LONG)
            if n == 0:
                self.assertTrue([raw for raw in self.marks()
                                 if b"by mistake" in raw])
        imap.logout()

    def test_two_mailboxes_of_one_account_are_no_two_services(self):
        self.service.mailbox("youth-junk", port=self.dovecot.imaps,
                             ca=self.certs.ca, password=PASSWORD,
                             folders=["Junk"])
        imap = self.box._open()
        imap.create("Junk")
        imap.logout()
        for _ in range(2):
            self.service.restart()
            wait_for("both to look", lambda: [row["looked"] for row in peek(
                self.service, "SELECT looked FROM marked")] == [1, 1], LONG)
        self.assertEqual(self.alarms(self.service), [])

    def test_without_another_service_there_is_nothing_to_say(self):
        result = self.service.admin("retire", "--other", "--yes",
                                    check=False)
        self.assertEqual(result.code, 65, result)
        self.assertIn("no other service was seen", result.err)
        for words in (("--other", "--undo"), ("--undo", "--other"),
                      ("--other", "--other")):
            result = self.service.admin("retire", *words, check=False)
            self.assertEqual(result.code, 64, result)


class Scripted(Foreign):
    def setUp(self):
        super().setUp()
        self.server = ImapScript(self.ground, self.certs,
                                 [self.letter("one")])
        self.service.mailbox(BOX, port=self.server.port,
                             user=imapscript.USER, ca=self.certs.ca,
                             password=imapscript.PASSWORD,
                             tls=Word("implicit"))

    def works(self):
        self.found()
        case = self.case("one")
        self.answer(case, "Hello.\n")
        self.anna.wait_delivery(case, "accepted", LONG)
        self.assertEqual(self.alarms(self.service), [])

    def test_a_server_that_takes_no_mark(self):
        self.works()
        self.service.wait_log(["no-mark", BOX, "takes-none"], LONG)
        status = self.service.admin("status", check=False).text
        self.assertRegex(status, rf"{BOX} .*, takes no mark\n")
        self.assertNotIn("none leaves before", status)
        # One day it does.
        self.server.takes_mail = True
        self.service.restart()
        wait_for("a mark", lambda: self.server.folders.get(MARKS), LONG)
        wait_for("status to say so", lambda: "takes no mark" not in
                 self.service.admin("status", check=False).text, LONG)

    def test_a_server_that_breaks_at_the_mark(self):
        self.server.script["APPEND"] = imapscript.cut
        self.works()

    def test_a_server_without_uidplus(self):
        def without(_server, line, tag, _rest):
            line.write_line("* CAPABILITY IMAP4rev1 IDLE")
            line.write_line(f"{tag} OK done")
            return True

        def banner(_server, line, _tag, _rest):
            line.write_line("* OK ready")
            return True
        self.server.takes_mail = True
        self.server.script["CAPABILITY"] = without
        self.server.script["BANNER"] = banner
        self.works()
        self.service.restart()
        wait_for("a second mark", lambda: len(self.server.folders.get(
            MARKS, ())) == 2, LONG)
        self.assertNotIn("EXPUNGE", self.server.commands)
        # Of another service, which has none either.
        self.service.stop()
        newest = self.server.folders[MARKS][max(self.server.folders[MARKS])]
        at = newest.index(b"Teduh-Mark: ") + 12
        self.server.add(newest[:at] + b"0" * 32 + newest[at + 32:], MARKS)
        self.service.start()
        wait_for("the alarm", lambda: self.alarms(self.service) == [BOX],
                 LONG)
