"""Copies that a provider files of its own accord, among what was sent and in
the trash: ours go as the letters go, and nobody else's is touched."""

from lib import imapscript, smtpsink
from lib.archive import Archive
from lib.balance import BOX, DAY, HOUR, LONG, MOVED, Balance
from lib.crash import check_audit, cut_at
from lib.erasing import wait_seen
from lib.ground import wait_for
from lib.imapscript import ImapScript
from lib.intruder import peek
from lib.mails import mail
from lib.scripted import Hangup
from lib.story import SinkStory

SENT, TRASH = "Gesendet", "Papierkorb"      # the server flags them


def stranger(n, message_id):
    return mail(f"friend-{n}@example.org", subject=f"private {n}",
                text=f"Nothing to do with the desk, {n}.\n",
                message_id=message_id)


def swapped(raw):
    """A mail that is as long and has the same Message-ID, and other words."""
    other = raw.replace(b"one", b"eno")
    assert other != raw and len(other) == len(raw)
    return other.replace(b"<eno@", b"<one@")


class Copies(Balance):
    more = {"purge_after": "1d"}
    special = {"Sent": SENT, "Trash": TRASH}

    def prepare(self):
        self.sink = smtpsink.SmtpSink(self.ground, self.certs)
        self.service.relay(self.sink.port, smtpsink.USER,
                           smtpsink.PASSWORD, ca=self.certs.ca)

    def setUp(self):
        super().setUp()
        self.archive = Archive(self.ground)
        self.offset = 0             # of the service's clock
        self.sent_by_others = [
            stranger(1, "<1@friends.example>"),
            stranger(2, None),
            stranger(3, "<one@example.org>")]
        for raw in self.sent_by_others:
            self.box.put(raw, SENT)

    def answered(self, subject, number=1):
        """A case, its letter as it lies on the server, our answer's bytes."""
        self.come(subject)
        case = self.anna.wait_queue(1, LONG, lambda row: row["subject"] ==
                                    subject)[0]["id"]
        self.wait_done(number)
        before = len(self.sink.messages)
        self.answer(case, f"An answer to {subject}.\n")
        self.sink.wait_messages(before + 1, LONG)
        self.anna.wait_delivery(case, "accepted", LONG)
        letter, = (raw for raw in self.box.messages(MOVED)
                   if f"Subject: {subject}".encode() in raw)
        return case, letter, self.sink.messages[-1].data

    def found_copies(self, count, state="seen"):
        wait_for(f"{count} copies {state}", lambda: len(peek(
            self.service, "SELECT 1 FROM copy WHERE state = ?", state)) ==
            count, LONG)

    def wait_only(self, folder, mails):
        wait_for(f"{folder} with {len(mails)} mails", lambda: sorted(
            self.box.messages(folder)) == sorted(mails), LONG)

    def backup(self):
        """Sets are named by the second."""
        self.offset += 10
        self.service.clock(self.offset)
        self.archive.take(self.service)

    def later(self, seconds):
        self.offset = seconds
        self.service.clock(seconds)
        self.service.restart()

    def copies(self):
        return {row["kind"]: (row["there"], row["removed"]) for row in
                self.reconcile("--json").json["copies"]}


class Age(Copies):
    def test_ours_go_when_they_are_old_and_in_a_backup(self):
        _, letter, answer = self.answered("one")
        self.box.put(answer, SENT)
        left = [swapped(letter), stranger(4, "<4@friends.example>")]
        for raw in [*left, letter]:
            self.box.put(raw, TRASH)
        self.backup()
        self.service.restart()
        self.found_copies(2)
        self.found_copies(1, "other")       # the one that is as long
        self.assertEqual(self.copies(), {"sent": (1, 0), "trash": (1, 0)})
        # Young, and then one that no backup knows.
        self.assertEqual(len(self.box.messages(SENT)), 4)
        self.assertEqual(len(self.box.messages(TRASH)), 3)
        _, second, reply = self.answered("two", 2)
        self.box.put(reply, SENT)
        self.later(DAY + HOUR)
        self.wait_only(TRASH, left)
        self.wait_only(SENT, [*self.sent_by_others, reply])
        self.wait_only(MOVED, [second])
        self.found_copies(2, "deleted")
        self.assertEqual(self.copies(), {"sent": (1, 1), "trash": (0, 1)})
        self.backup()
        self.service.restart()
        self.wait_only(SENT, self.sent_by_others)
        self.wait_only(TRASH, left)
        self.wait_only(MOVED, [])
        self.found_copies(3, "deleted")
        done = self.reconcile()
        self.assertEqual(done.code, 0, done)
        self.assertIn(f"{BOX} {SENT}\n  copies of ours in the provider's "
                      "sent folder: 0 there, 2 removed", done.text)
        details = [row["detail"] for row in peek(
            self.service, "SELECT detail FROM audit WHERE "
            "action = 'delete'")]
        self.assertEqual(sorted(details), [
            f"{BOX} 1", f"{BOX} 1", *[f"{BOX} 1 copies"] * 3])

    def test_a_removed_answer_that_comes_to_lie_in_the_trash_goes_too(self):
        _, _, answer = self.answered("one")
        self.box.put(answer, SENT)
        self.service.restart()
        self.found_copies(1)
        self.backup()
        self.later(DAY + HOUR)
        self.wait_only(SENT, self.sent_by_others)
        self.box.put(swapped(answer), TRASH)
        self.box.put(answer, TRASH)
        self.later(2 * DAY + 2 * HOUR)
        self.wait_only(TRASH, [swapped(answer)])

    def test_a_death_at_each_step_ends_the_same(self):
        _, _, answer = self.answered("one")
        self.backup()
        self.later(DAY + HOUR)
        self.wait_only(MOVED, [])
        met = []
        for n in range(1, 20):
            self.service.stop()
            self.box.put(answer, SENT)
            self.backup()     # of what the last one did
            after = len(self.service.logged())
            self.service.start(env={"TEDUH_CRASH": f"intake:{n}"})
            self.wait_only(SENT, self.sent_by_others)
            self.found_copies(n, "deleted")
            here = cut_at(self.service, after)
            if not here:
                break
            met += here
        for step in ("filed looked", "delete before", "delete said",
                     "delete done", "delete after"):
            self.assertIn(step, met)
        self.assertEqual(self.copies()["sent"], (0, n))
        check_audit(self, self.service)
        self.assertEqual(self.reconcile().code, 0)


class Anew(Copies):
    def test_uids_that_mean_other_mails_remove_nothing(self):
        _, _, answer = self.answered("one")
        self.box.put(answer, SENT)
        self.backup()
        self.service.restart()
        self.found_copies(1)
        self.backup()
        self.service.stop()
        with self.box._open() as imap:
            self.assertEqual(imap.delete(SENT)[0], "OK")
        with self.box._open() as imap:
            imap.create(SENT)
        others = [*self.sent_by_others, stranger(9, "<9@friends.example>")]
        for raw in [*others, answer]:
            self.box.put(raw, SENT)
        self.service.start()
        wait_for("ours to be found anew", lambda: [
            row["uid"] for row in peek(
                self.service, "SELECT uid FROM copy WHERE state = 'seen'")]
            == [5], LONG)
        self.backup()
        self.later(DAY + HOUR)
        self.wait_only(SENT, others)


class Asked(Copies):
    """What erasing and retention will ask: one row (desk/copy.h), which a
    unit test makes by its function."""

    def ask(self, case, why):
        self.service.stop()
        self.meddle("INSERT INTO removal (no, case_id, why, at) SELECT "
                    f"1, id, '{why}', created FROM cases WHERE id = "
                    f"'{case}'")

    def test_erased_by_staff_it_leaves_every_folder(self):
        case, letter, answer = self.answered("one")
        self.box.put(answer, SENT)
        self.box.put(letter, TRASH)
        self.service.restart()
        self.found_copies(2)
        self.anna("erase", case, "--yes")
        wait_seen(self.service, case)
        self.later(71 * HOUR)
        self.assertEqual(len(self.box.messages(MOVED)), 1)
        self.later(73 * HOUR)
        self.wait_only(MOVED, [])
        self.wait_only(TRASH, [])
        self.wait_only(SENT, self.sent_by_others)
        # What turns up later is known, and goes as well.
        self.box.put(answer, SENT)
        self.box.put(letter, TRASH)
        self.service.restart()
        self.wait_only(SENT, self.sent_by_others)
        self.wait_only(TRASH, [])
        self.assertEqual(self.reconcile().code, 0)

    def test_an_erased_case_leaves_at_once_without_a_backup(self):
        case, letter, answer = self.answered("one")
        _, other, reply = self.answered("two", 2)
        for raw in (answer, reply):
            self.box.put(raw, SENT)
        for raw in (letter, other):
            self.box.put(raw, TRASH)
        self.ask(case, "erase")
        self.service.start()
        self.wait_only(SENT, [*self.sent_by_others, reply])
        self.wait_only(TRASH, [other])
        self.wait_only(MOVED, [other])
        self.box.put(letter, TRASH)         # turns up later
        self.later(DAY + HOUR)
        self.wait_only(TRASH, [other])
        self.assertEqual(self.reconcile().code, 0)

    def test_retention_waits_for_a_backup_and_for_no_age(self):
        case, letter, _ = self.answered("one")
        self.box.put(letter, TRASH)
        self.ask(case, "retention")
        self.service.start()
        self.found_copies(1)
        self.wait_only(MOVED, [letter])
        self.wait_only(TRASH, [letter])
        self.backup()
        self.service.restart()
        self.wait_only(MOVED, [])
        self.wait_only(TRASH, [])


class Kept(Copies):
    """A mailbox that keeps its letters lets go of an erased case's."""

    more = {"after": "keep"}

    def test_its_letters_go_from_where_they_came(self):
        self.come("one", "two")
        self.subjects(2)
        self.wait_done(2)
        case, = (row["id"] for row in self.anna.queue()
                 if row["subject"] == "one")
        self.service.stop()
        self.meddle("INSERT INTO removal (no, case_id, why, at) SELECT "
                    f"1, id, 'erase', created FROM cases WHERE id = "
                    f"'{case}'")
        self.service.start()
        wait_for("one of them", lambda: [b"Subject: two" in raw for raw in
                                         self.box.messages()] == [True],
                 LONG)
        self.assertEqual(self.reconcile().code, 0)


class Scripted(SinkStory):
    """Folders that are known by their names, and a server that tells what it
    was asked."""

    def setUp(self):
        super().setUp()
        self.box = ImapScript(self.ground, self.certs)
        self.box.folders.update({"Sent Items": {}, "Deleted Items": {}})
        self.service.mailbox(BOX, port=self.box.port, user=imapscript.USER,
                             password=imapscript.PASSWORD, ca=self.certs.ca,
                             purge_after="1d")
        for n in range(30):
            self.box.add(stranger(n, f"<{n}@friends.example>"),
                         "Sent Items")
        self.headers = []           # UIDs of which the Message-ID was asked

        def note(_server, _line, _tag, rest):
            if "HEADER.FIELDS" in rest.upper():
                self.headers.append(int(rest.split(" ")[0]))
            return False
        self.box.script["FETCH-BODY"] = note

    def begin(self):
        self.service.restart()
        case = self.one_case(mail(subject="one"))["id"]
        self.answer(case, "An answer.\n")
        self.sink.wait_messages(1, LONG)
        self.anna.wait_delivery(case, "accepted", LONG)
        self.box.add(self.sink.messages[0].data, "Sent Items")
        Archive(self.ground).take(self.service)

    def test_each_is_looked_at_once_and_nothing_else_is_read(self):
        self.begin()
        self.service.restart()
        wait_for("all of them", lambda: len(self.headers) >= 31, LONG)
        wait_for("a note of it", lambda: peek(
            self.service, "SELECT 1 FROM copies WHERE kind = 'sent' AND "
            "highest = ?", max(self.headers)), LONG)
        self.service.clock(DAY + HOUR)
        self.service.restart()
        wait_for("ours to go", lambda:
                 len(self.box.folders["Sent Items"]) == 30, LONG)
        self.assertEqual(sorted(self.headers),
                         sorted(self.box.folders["Sent Items"]) +
                         [max(self.headers)])
        self.assertEqual(self.box.fetched, 1)   # ours, for its hash

    def test_a_folder_that_breaks_the_session_keeps_no_letter_back(self):
        self.cuts = 0

        def cut(_server, _line, _tag, rest):
            if "HEADER.FIELDS" in rest.upper():
                self.cuts += 1
                raise Hangup("not this one")
            return False
        self.box.script["FETCH-BODY"] = cut
        self.service.restart()
        wait_for("the first cut", lambda: self.cuts, LONG)
        for n in range(3):
            self.box.add(mail(subject=f"letter {n}", text=f"{n}\n",
                              message_id=f"<letter-{n}@example.org>"))
            self.anna.wait_queue(n + 1, LONG)
        self.assertEqual(self.cuts, 1)      # again in ten minutes
        for n in range(1, 4):
            self.service.clock(n * 700)
            self.box.add(mail(subject=f"later {n}", text=f"later {n}\n",
                              message_id=f"<later-{n}@example.org>"))
            wait_for("another look", lambda: self.cuts > n,  # noqa: B023
                     LONG)
        self.service.wait_log(["copy-not-read", "uid=1"], LONG)

    def test_without_uidplus_nothing_is_looked_at_or_removed(self):
        self.box.script["CAPABILITY"] = imapscript.without_uidplus
        self.box.script["BANNER"] = imapscript.plain_banner
        self.begin()
        self.service.clock(DAY + HOUR)
        self.service.stop()
        start = len(self.service.logged())
        self.service.start()
        self.service.wait_log(["copies-stay", "no-uidplus"], LONG,
                              after=start)
        self.assertEqual(len(self.box.folders["Sent Items"]), 31)
        self.assertEqual(self.headers, [])
        self.assertNotIn("EXPUNGE", self.box.commands)
        self.assertNotIn("STORE", self.box.commands)
        # Said of each folder once a day, not in each pass.
        for n in range(3):
            before = len(self.service.logged())
            self.box.add(mail(subject=f"letter {n}", text=f"{n}\n",
                              message_id=f"<letter-{n}@example.org>"))
            self.service.wait_log("letter case=", LONG, after=before)
        said = [line.split("folder=")[1].split()[0] for line in
                self.service.logged()[start:].splitlines()
                if "copies-stay" in line]
        self.assertEqual(sorted(said), ["sent", "trash"])
        found = self.service.admin("doctor", check=False).text
        self.assertIn("no UIDPLUS: no letter and no copy is taken away "
                      "there", " ".join(found.split()))
