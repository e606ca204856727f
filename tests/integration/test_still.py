"""Somebody wrote again after an answer was written: whoever wrote or approved
it says that it is still right, and then it goes, once, and nothing else does."""

import json
import unittest

from lib import sodium
from lib.ground import Ground, wait_for
from lib.intruder import Letter, Stranger, Town, insert, peek
from lib.mails import lines, mail, parse, words

SEEKER = "seeker-x@example.org"
TEXT = "This is still right.\n"


class Base(unittest.TestCase):
    def setUp(self):
        self.ground = Ground()
        self.addCleanup(self.ground.close)
        self.town = Town(self.ground)
        self.anna, self.maria = self.town.anna, self.town.maria
        self.letters = 0

    def begin(self):
        """A case with one answer, whose seeker can write into it."""
        town = self.town
        self.case = town.letter(sender=SEEKER)
        self.letters = 1
        town.answer(self.case, "Tell me more.\n")
        session, = town.sink.wait_messages(1)
        self.anna.wait_delivery(self.case, "accepted", seconds=60)
        self.back = parse(session.data)["Reply-To"].addresses[0].addr_spec
        self.write_again()

    def write_again(self):
        self.letters += 1
        self.town.service.inject(mail(
            SEEKER, to=self.back, text=f"This is number {self.letters}.\n",
            message_id=f"<x{self.letters}@example.org>"))
        wait_for("the letter in its case", lambda: len(peek(
            self.town.service, "SELECT 1 FROM item WHERE case_id = ? AND "
            "kind = 'letter'", self.case)) == self.letters, 60)

    def cross(self, **who):
        """An approved answer that crossed a letter, and is blocked."""
        self.town.relay_down()
        draft = self.town.answer(self.case, TEXT, **who)
        self.anna.wait_delivery(self.case, "deferred", seconds=60)
        self.cross_again()
        return draft

    def cross_again(self):
        self.write_again()
        self.town.relay_up()
        self.town.later()
        self.assertEqual(self.town.settled(self.case, 60),
                         ("blocked", "stale"))

    def refused(self, person, *words_, code=1):
        result = person.refused(*words_)
        self.assertEqual(result.code, code, result)
        return " ".join(result.err.split())

    def draft(self, person, draft):
        row, = [d for d in person("drafts") if d["id"] == draft]
        return row

    def sent(self, count):
        """So many went to the seeker, and the last is the answer."""
        self.town.sink.wait_messages(count, 60)
        self.assertEqual(self.town.settled(self.case, 60)[0], "accepted")
        dots = self.town.sink.dots
        self.assertEqual(len(dots), count)
        self.assertEqual(lines(words(parse(dots[-1].data).get_content())),
                         [TEXT.strip()])


class Still(Base):
    def setUp(self):
        super().setUp()
        self.begin()

    def test_the_author_says_so_and_it_goes_once(self):
        draft = self.cross()
        said = self.refused(self.anna, "still-right", draft)
        self.assertIn(f"'teduh show {self.case}'", said)
        self.assertEqual(self.town.delivery(self.case)[0], "blocked")
        shown = self.anna.run("review", check=True).text
        self.assertIn(f"teduh still-right {draft}", " ".join(shown.split()))
        self.anna("show", self.case)
        page = self.anna.run("still-right", draft, check=True).text
        self.assertIn("This is number 3.", page)
        self.assertNotIn("This is number 2.", page)
        self.assertIn(TEXT.strip(), page)
        self.sent(2)
        self.assertIn(("still-right", "anna", draft.split(".")[1]), [
            (one["kind"], one["actor"], one["detail"])
            for one in self.anna("show", self.case)["events"]])
        # What was written since waits for an answer of its own.
        self.assertIn(self.case, [row["id"] for row in self.anna.queue()])
        self.town.later(8 * 86400)
        self.town.letter()
        self.assertEqual(len(self.town.sink.dots), 2)
        self.assertIn("not on its way", self.refused(
            self.anna, "still-right", draft))
        self.town.service.admin("check")

    def test_a_letter_after_the_statement_stops_it_again(self):
        draft = self.cross()
        self.anna("show", self.case)
        self.town.relay_down()
        o = self.anna("still-right", draft)
        self.assertEqual((o["id"], o["state"], o["blocked"], o["stale"]),
                         (draft, "approved", None, False))
        self.anna.wait_delivery(self.case, "deferred", seconds=60)
        # The statement stands in the store and serves for no more than it
        # says.
        self.cross_again()
        self.assertEqual(len(self.town.sink.dots), 1)
        self.assertTrue(self.draft(self.anna, draft)["stale"])
        # Now it is who approved it that says so.
        self.assertIn("not read yet", self.refused(self.maria, "still-right",
                                                   draft))
        self.maria("show", self.case)
        self.maria("still-right", draft)
        self.sent(2)

    def test_said_before_it_is_due_the_letter_is_never_blocked(self):
        self.town.relay_down()
        draft = self.town.answer(self.case, TEXT)
        self.anna.wait_delivery(self.case, "deferred", seconds=60)
        self.assertIn("nobody wrote after", self.refused(
            self.anna, "still-right", draft))
        self.write_again()
        self.anna("show", self.case)
        self.assertEqual(self.anna("still-right", draft)["delivery"][
            "state"], "deferred")
        self.assertIn("nobody wrote after", self.refused(
            self.anna, "still-right", draft))
        self.town.relay_up()
        self.town.later()
        self.sent(2)
        self.assertEqual(peek(self.town.service, "SELECT count(*) FROM audit "
                              "WHERE action = 'blocked'")[0][0], 0)

    def test_before_approval_the_author_or_who_approves(self):
        town = self.town
        olga = town.hire("olga", "supervisor")
        draft = town.write(self.case, TEXT)
        self.write_again()
        self.assertTrue(self.draft(self.anna, draft)["stale"])
        said = self.refused(self.maria, "approve", draft)
        self.assertIn(f"'teduh show {self.case}'", said)
        self.assertIn(f"'teduh still-right {draft}'", said)
        page = " ".join(self.maria.run("review", draft,
                                       check=True).text.split())
        self.assertIn(f"teduh still-right {draft}", page)
        self.assertNotIn("teduh approve", page)
        # What olga says is olga's: it helps nobody else's approval.
        olga("show", self.case)
        o = olga("still-right", draft)
        self.assertEqual((o["state"], o["stale"]), ("submitted", False))
        self.refused(self.maria, "approve", draft)
        # What the author says serves for all.
        self.anna("show", self.case)
        self.anna("still-right", draft)
        self.maria("approve", draft)
        self.sent(2)

    def test_who_approves_may_say_it_before(self):
        draft = self.town.write(self.case, TEXT)
        self.write_again()
        self.maria("show", self.case)
        self.maria("still-right", draft)
        self.maria("approve", draft)
        self.sent(2)

    def test_nobody_else_may_say_it(self):
        town = self.town
        bert, olga = town.hire("bert"), town.hire("olga", "supervisor")
        draft = self.cross()
        for person in (bert, olga):
            person("show", self.case)
            self.assertIn("only its author", self.refused(
                person, "still-right", draft))
        self.assertEqual(town.delivery(self.case), ("blocked", "stale"))
        self.assertEqual(len(town.sink.dots), 1)

    def test_a_trainee_who_wrote_it_may(self):
        tia = self.town.hire("tia", "trainee")
        self.anna("release", self.case)
        draft = self.cross(author=tia)
        tia("show", self.case)
        tia("still-right", draft)
        self.sent(2)

    def test_it_can_be_called_back(self):
        town = self.town
        town.service.settings["desk youth"]["hold"] = "1h"
        town.service.configure()
        town.service.restart()
        draft = town.answer(self.case, TEXT)
        self.write_again()
        town.later(2 * 3600)
        self.assertEqual(town.settled(self.case, 60), ("blocked", "stale"))
        self.anna("show", self.case)
        o = self.anna("still-right", draft)
        self.assertEqual(o["delivery"]["state"], "held")
        self.assertIsNotNone(o["delivery"]["until"])
        self.anna("undo", draft)
        self.assertEqual(self.draft(self.anna, draft)["state"], "open")
        town.later(2 * 3600)
        town.letter()
        self.assertEqual(len(town.sink.dots), 1)
        # The statement was about that letter and helps no later one.
        self.anna("submit", draft)
        self.write_again()
        self.refused(self.maria, "approve", draft)
        town.service.admin("check")

    def test_what_cannot_be_still_right(self):
        town = self.town
        self.anna("show", self.case)
        draft = self.anna("reply", self.case, "--body",
                          self.ground.file("body", TEXT))["id"]
        self.refused(self.anna, "still-right", draft)
        self.anna("submit", draft)
        self.maria("return", draft, "-m", "warmer")
        self.assertIn("returned", self.refused(self.anna, "still-right",
                                               draft))
        self.refused(self.anna, "still-right", f"{self.case}.d9")
        self.refused(self.anna, "still-right", self.case)
        self.assertEqual(self.anna.run("still-right").code, 2)
        self.assertEqual(len(town.sink.dots), 1)


class Linked(Base):
    def test_a_proposed_case_is_read_as_well(self):
        town = self.town
        self.case = town.letter(sender=SEEKER)
        town.relay_down()
        draft = town.answer(self.case, TEXT)
        self.anna.wait_delivery(self.case, "deferred", seconds=60)
        other = town.letter(sender=SEEKER, text="Something else.\n")
        town.relay_up()
        town.later()
        self.assertEqual(town.settled(self.case, 60), ("blocked", "stale"))
        self.anna("show", self.case)
        self.assertIn(f"'teduh show {other}'", self.refused(
            self.anna, "still-right", draft))
        self.anna("show", other)
        self.assertIn("Something else.", self.anna.run(
            "still-right", draft, check=True).text)
        self.sent(1)


class Planted(Base):
    """An intruder with the store, and statements that he could have: each
    beside a letter of its own that a proposed case has made stale."""

    NAMES = ("genuine", "approver", "stranger", "colleague", "supervisor",
             "hash", "revision", "older", "unknown", "purpose", "signature")

    def statement(self, name, letter):
        """Who signs, under which purpose, what: (by, signer, purpose,
        members)."""
        anna, maria = self.anna.signer, self.maria.signer
        said = json.loads(letter.bytes)
        read = [{"case": case, "deposit": deposit.hex()} for case, deposit
                in self.newest[name]]
        said = {"v": 1, "at": 1795000000, "by": "anna",
                "case": said["case"], "draft": said["draft"],
                "revision": said["revision"], "last_read": read,
                "letter": sodium.digest("teduh/letter-hash/v1",
                                        letter.bytes).hex()}
        signer, purpose = anna, "teduh/still/v1"
        if name == "approver":
            said["by"], signer = "maria", maria
        elif name == "stranger":
            signer = Stranger().signer
        elif name == "colleague":
            said["by"], signer = "bert", self.bert.signer
        elif name == "supervisor":
            said["by"], signer = "olga", self.olga.signer
        elif name == "hash":
            said["letter"] = sodium.digest(
                "teduh/letter-hash/v1", self.held["genuine"].bytes).hex()
        elif name == "revision":
            said["revision"] += 1
        elif name == "older":
            said["last_read"] = read[:1]
        elif name == "unknown":
            read[1]["deposit"] = read[0]["deposit"]
        elif name == "purpose":
            purpose = "teduh/letter/v1"
        text = json.dumps(said, sort_keys=True,
                          separators=(",", ":")).encode()
        signature = signer.sign(purpose, text)
        if name == "signature":
            signature = bytes(64)
        return said["by"], text, signature

    def test_only_author_and_approver_are_believed(self):
        town = self.town
        self.bert = town.hire("bert")
        self.olga = town.hire("olga", "supervisor")
        cases, others = {}, {}
        for name in self.NAMES:
            town.relay_down()
            cases[name] = town.letter(sender=f"{name}@example.org")
            town.answer(cases[name], TEXT)
            others[name] = town.letter(sender=f"{name}@example.org")
        with town.intrusion() as db:
            self.held = {name: Letter(town.service, db, case)
                         for name, case in cases.items()}
            self.newest = {name: [(case, db.execute(
                "SELECT deposit_hash FROM cases WHERE id = ?",
                (case,)).fetchone()[0]) for case in (cases[name],
                                                     others[name])]
                for name in self.NAMES}
            for name in self.NAMES:
                by, text, signature = self.statement(name, self.held[name])
                # Some were blocked already; who has the store sees to that.
                db.execute("UPDATE delivery SET was = state, state = 'due', "
                           "code = NULL, next_at = 0 WHERE item = ? AND "
                           "state = 'blocked'", (self.held[name].item,))
                insert(db, "still", item=self.held[name].item, person=by,
                       at=1, statement=text, signature=signature)
        for name, case in cases.items():
            good = name in ("genuine", "approver")
            self.assertEqual(town.settled(case, 60), (
                "accepted", "250") if good else ("blocked", "stale"), name)
            self.assertEqual(len(town.sent_to(f"{name}@example.org")),
                             1 if good else 0, name)

    def test_who_has_left_says_nothing(self):
        """Neither while it waits, nor put in anew by somebody."""
        town = self.town
        olga = town.hire("olga", "supervisor")
        self.case = town.letter(sender=SEEKER)
        town.relay_down()
        draft = town.answer(self.case, TEXT, approver=olga)
        self.anna.wait_delivery(self.case, "deferred", seconds=60)
        other = town.letter(sender=SEEKER)
        olga("show", self.case)
        olga("show", other)
        olga("still-right", draft)
        self.maria("staff", "revoke", "olga")
        with town.intrusion():
            pass
        self.assertEqual(town.settled(self.case, 60)[0], "blocked")
        self.assertEqual(town.sink.dots, [])


del Base

if __name__ == "__main__":
    unittest.main()
