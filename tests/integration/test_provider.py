"""'after = delete': a letter leaves the provider only when it stands in a
completed backup, by its own UID, and never a letter of somebody else."""

from lib import imapscript
from lib.archive import Archive, lose
from lib.certs import Certs
from lib.crash import check_audit, cut_at
from lib.ground import program, wait_for
from lib.imapscript import ImapScript
from lib.intruder import peek
from lib.mails import mail, parse
from lib.services import PASSWORD, Dovecot, missing
from lib.story import Story
from lib.teduh import Service, Word, finish

BOX = "youth-mail"
LONG = 60.0             # of patience: several stories share a machine
UNREADABLE = (b"From: a@example.org\r\nSubject: unreadable\r\nX: "
              + b"x" * 300_000 + b"\r\n\r\nlong header\r\n")


class Provider(Story):
    def setUp(self):
        super().setUp()
        self.certs = Certs(self.ground)
        self.service = Service(self.ground)
        self.archive = Archive(self.ground)
        self.seconds = self.come = 0

    def letter(self, subject):
        self.come += 1
        return mail(f"s{self.come}@example.org", subject=subject,
                    text=f"{subject}\n",
                    message_id=f"<{subject}@example.org>")

    def backup(self):
        """Sets are named by the second."""
        self.seconds += 10
        self.service.clock(self.seconds)
        return self.archive.take(self.service)

    def states(self):
        return [row["state"] for row in peek(
            self.service, "SELECT state FROM ledger WHERE mailbox = ? "
            "ORDER BY uidvalidity, uid", BOX)]

    def deleted(self):
        """How many, by the audit chain."""
        rows = peek(self.service, "SELECT actor, detail FROM audit WHERE "
                    "action = 'delete' ORDER BY seq")
        for row in rows:
            self.assertEqual(row["actor"], "intake")
            self.assertRegex(row["detail"], rf"^{BOX} \d+$")
        return sum(int(row["detail"].split()[1]) for row in rows)


class Real(Provider):
    """With Dovecot."""

    def setUp(self):
        super().setUp()
        why = missing()
        if why:
            self.skipTest(why)
        self.dovecot = Dovecot(self.ground, self.certs).start()
        self.box = self.dovecot.mailbox("desk")
        self.service.mailbox(BOX, port=self.dovecot.imaps, ca=self.certs.ca,
                             password=PASSWORD, after="delete")
        self.found()

    def bring(self, *subjects, raw=None):
        """Into the mailbox, and until intake is through with them."""
        before = len(self.states())
        for subject in subjects:
            self.dovecot.deliver("desk", raw or self.letter(subject))
        wait_for(f"{subjects} to be stored", lambda: len(
            [s for s in self.states() if s not in ("tried", "stored")]) == before
            + len(subjects), LONG)

    def left(self):
        return sorted(str(parse(raw)["Subject"])
                      for raw in self.box.messages())

    def wait_left(self, *subjects):
        wait_for(f"only {subjects} to be left", lambda: self.left() ==
                 sorted(subjects), LONG, every=0.1)

    def test_only_what_stands_in_a_backup_goes(self):
        self.bring("one", "two", "three")
        # Each role has breathed, and the two alarms of a young service ring.
        status = wait_for("a warning", lambda: (
            said := self.service.admin("status", check=False)).code == 1
            and said, LONG)
        self.assertIn("deletes no letter before there is a backup",
                      status.text)
        self.service.restart()
        self.bring("four")
        self.assertEqual(self.left(), ["four", "one", "three", "two"])
        self.assertEqual(self.deleted(), 0)
        self.backup()
        self.assertNotIn("deletes no letter", self.service.admin(
            "status", check=False).text)
        self.bring("five")
        self.wait_left("five")
        wait_for("the note of it", lambda: self.deleted() == 4, LONG)
        self.assertEqual(self.states(), ["deleted"] * 4 + ["done"])
        self.assertNotIn("four", self.service.logged())
        # They were letters, and still are.
        self.assertEqual(len(self.anna.wait_queue(5)), 5)
        self.backup()
        self.service.restart()
        self.wait_left()
        wait_for("the note of it", lambda: self.deleted() == 5, LONG)
        check_audit(self, self.service)

    def test_what_others_have_marked_is_left_alone(self):
        self.bring("ours")
        self.service.stop()
        self.backup()
        self.dovecot.deliver("desk", self.letter("theirs"))
        imap = self.box._open()
        imap.select("INBOX")
        imap.uid("STORE", "2", "+FLAGS", "(\\Deleted)")
        imap.logout()
        self.service.start()
        self.wait_left("theirs")

    def test_what_nobody_could_read_stays(self):
        self.bring("read")
        self.bring("unreadable", raw=UNREADABLE)
        self.backup()
        self.service.restart()
        self.wait_left("unreadable")
        wait_for("the note of it", lambda: self.deleted() == 1, LONG)
        self.assertEqual(self.states(), ["deleted", "done"])

    def test_a_death_at_each_step_ends_the_same(self):
        met = []
        for n in range(1, 9):
            self.bring(f"letter-{n}")
            self.service.stop()
            self.backup()
            after = len(self.service.logged())
            self.service.start(env={"TEDUH_CRASH": f"intake:{n}"})
            self.wait_left()
            wait_for("the note of it", lambda: self.states() ==
                     ["deleted"] * n, LONG)             # noqa: B023
            self.assertEqual(self.deleted(), n)
            here = cut_at(self.service, after)
            if not here:
                break
            met += here
        self.assertEqual([point for point in met if "delete" in point],
                         [f"delete {step}" for step in
                          ("before", "said", "done", "after")])
        self.assertEqual(len(self.anna.wait_queue(n)), n)
        check_audit(self, self.service)

    def test_nothing_goes_while_the_service_is_in_quarantine(self):
        self.service.settings[f"mailbox {BOX}"]["after"] = "keep"
        self.service.restart()
        self.bring("one", "two")
        self.backup()
        self.bring("three")
        self.backup()               # it knows of the first
        lose(self.service)
        self.service.settings[f"mailbox {BOX}"]["after"] = "delete"
        self.service.secret(BOX, PASSWORD)
        self.service.configure()
        self.archive.put_back(self.service)
        self.service.start()
        self.bring("four")
        self.service.restart()
        self.bring("five")
        self.assertEqual(len(self.left()), 5)
        self.assertEqual(self.deleted(), 0)
        self.maria("restore", "accept", "--yes")
        # Only what stood in a backup that this store knows of.
        self.bring("six")
        self.wait_left("three", "four", "five", "six")
        self.assertEqual(len(self.anna.wait_queue(6)), 6)

    def test_doctor_and_the_dry_start_say_it(self):
        def doctor():
            return [(one["level"], one["text"]) for one in
                    self.service.admin("doctor", "--json", check=False).json
                    if one["what"] == "backup"]
        (level, text), = doctor()
        self.assertEqual(level, "warn")
        self.assertIn("no backup yet", text)
        said = finish([program("teduhd"), "-t", "-c", self.service.conf],
                      None).text
        self.assertIn("none before there is one", said)
        self.assertIn(f"'{BOX}'", said)
        self.backup()
        (level, _), = doctor()
        self.assertEqual(level, "good")


class Scripted(Provider):
    """With a server that does what real ones rarely do."""

    def setUp(self):
        super().setUp()
        self.server = ImapScript(self.ground, self.certs, [
            self.letter("one"), self.letter("two")])
        self.service.mailbox(BOX, port=self.server.port,
                             user=imapscript.USER, ca=self.certs.ca,
                             password=imapscript.PASSWORD,
                             tls=Word("implicit"), after="delete")
        self.inbox = self.server.folders["INBOX"]

    def take_both(self):
        self.found()
        wait_for("both to be taken", lambda: self.states() == ["done"] * 2)
        self.service.stop()
        self.backup()

    def test_the_same_uids_in_another_life_of_the_folder(self):
        self.take_both()
        self.server.uidvalidity += 1
        for uid in (1, 2):
            self.inbox[uid] = self.letter(f"other-{uid}")
        self.server.add(self.letter("last"))
        self.service.start()
        self.assertEqual(len(self.anna.wait_queue(5)), 5)
        self.service.restart()
        self.server.add(self.letter("very-last"))
        self.anna.wait_queue(6)
        self.assertEqual(sorted(self.inbox), [1, 2, 3, 4])
        self.assertNotIn("EXPUNGE", self.server.commands)
        self.backup()
        self.service.restart()
        wait_for("the new ones to go", lambda: not self.inbox, LONG)
        self.assertEqual(self.states()[:2], ["done", "done"])

    def test_another_letter_under_the_same_uid(self):
        self.take_both()
        self.inbox[1] = self.letter("somebody-else-wrote-this-letter")
        self.service.start()
        self.service.wait_log(["not-deleted", "letters=1", "size"], LONG)
        wait_for("the other one to go", lambda: sorted(self.inbox) == [1],
                 LONG)

    def test_a_server_without_uidplus_keeps_all(self):
        def without(_server, line, tag, _rest):
            line.write_line("* CAPABILITY IMAP4rev1 IDLE MOVE")
            line.write_line(f"{tag} OK done")
            return True

        def banner(_server, line, _tag, _rest):
            line.write_line("* OK ready")
            return True
        self.server.script["CAPABILITY"] = without
        self.server.script["BANNER"] = banner
        self.found()
        self.anna.wait_queue(2)
        self.backup()
        self.service.restart()
        self.service.wait_log(["not-deleted", "no-uidplus"], LONG)
        self.assertEqual(sorted(self.inbox), [1, 2])
        for command in ("STORE", "EXPUNGE", "MOVE", "CLOSE"):
            self.assertNotIn(command, self.server.commands)
        found = self.service.admin("doctor", "--json", check=False).json
        self.assertTrue([one for one in found if one["level"] == "warn" and
                         "no UIDPLUS: no letter is deleted" in one["text"]])

    def test_a_server_that_refuses_is_asked_again_later(self):
        self.server.script["EXPUNGE"] = imapscript.say(
            "NO [SERVERBUG] not now")
        self.server.folders["Junk"] = {}
        self.service.settings[f"mailbox {BOX}"]["folders"] = ["INBOX",
                                                              "Junk"]
        self.found()
        self.anna.wait_queue(2)
        self.backup()
        self.service.restart()
        self.service.wait_log(["session", "expunge"], LONG)
        # Meanwhile it holds up no letter of another folder.
        self.server.add(self.letter("elsewhere"), "Junk")
        self.anna.wait_queue(3, LONG)
        self.assertEqual(self.states()[:2], ["deleting"] * 2)
        del self.server.script["EXPUNGE"]
        self.service.clock(self.seconds + 700)
        self.server.add(self.letter("later"))
        self.anna.wait_queue(4, LONG)
        wait_for("both to go", lambda: sorted(self.inbox) == [4], LONG)
        wait_for("the note of it", lambda: self.deleted() == 2, LONG)
        self.assertEqual(self.states()[:2], ["deleted"] * 2)

    def test_a_round_has_an_end_and_the_next_goes_on(self):
        for n in range(501):
            self.server.add(self.letter(f"letter-{n}"))
        self.found()
        wait_for("all to be stored", lambda: self.states() == ["done"] * 503,
                 2 * LONG, every=0.5)
        self.backup()
        self.service.restart()
        self.service.wait_log(["deleted", "letters=500"], LONG)
        self.assertEqual(self.states(), ["deleted"] * 500 + ["done"] * 3)
        self.server.add(self.letter("last"))
        wait_for("the rest to go", lambda: list(self.inbox) == [504], LONG)
        wait_for("the note of it", lambda: self.deleted() == 503, LONG)
