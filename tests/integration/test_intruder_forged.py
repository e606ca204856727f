"""What post refuses.  The intruder has the disk and the daemon's keys, so he
writes into the store whatever he likes, the letter itself included; the
signing keys of people he has not, unless a story says so."""

import json
import os
import unittest

from lib.ground import Ground
from lib.intruder import Letter, Stranger, Town
from lib.mails import lines, parse, words

ELSEWHERE = "elsewhere@example.net"


class Forged(unittest.TestCase):
    """A dozen approved letters wait; each is tampered with in another way,
    and then the relay comes back.  All of it happens once, in setUpClass;
    the stories look at what became of their letter."""

    @classmethod
    def setUpClass(cls):
        cls.ground = Ground()
        cls.addClassCleanup(cls.ground.close)
        cls.town = Town(cls.ground)
        cls.bert = cls.town.hire("bert")
        cls.olga = cls.town.hire("olga", "supervisor")
        cls.stranger = Stranger()
        names = [name[len("forge_"):] for name in dir(cls)
                 if name.startswith("forge_")]
        cls.cases = {"nothing": cls.town.held("Untouched.\n", tried=False)}
        for name in names:
            author = cls.town.maria if name == "own_approval" else None
            approver = cls.olga if name == "own_approval" else None
            cls.cases[name] = cls.town.held(f"It is {name}.\n", author,
                                            approver, tried=False)
        with cls.town.intrusion() as db:
            cls.letters = {name: Letter(cls.town.service, db, case)
                           for name, case in cls.cases.items()}
            for name in names:
                getattr(cls, f"forge_{name}")(db, cls.letters[name])

    @staticmethod
    def forge_no_approval(db, letter):
        letter.set(db, approval=bytes(64))

    @staticmethod
    def forge_no_approver(db, letter):
        letter.set(db, approver=None, approval=None)

    @staticmethod
    def forge_no_signature(db, letter):
        letter.set(db, signature=bytes(64))

    @classmethod
    def forge_foreign_approval(cls, db, letter):
        """A good signature, by a colleague who may not approve."""
        letter.set(db, approver=cls.bert.signer.public,
                   approval=cls.bert.signer.sign("teduh/approve/v1",
                                                 letter.bytes))

    @classmethod
    def forge_unknown_approver(cls, db, letter):
        signer = cls.stranger.signer
        letter.set(db, approver=signer.public,
                   approval=signer.sign("teduh/approve/v1", letter.bytes))

    @classmethod
    def forge_unknown_author(cls, db, letter):
        signer = cls.stranger.signer
        letter.set(db, signer=signer.public,
                   signature=signer.sign("teduh/letter/v1", letter.bytes))

    @classmethod
    def forge_foreign_author(cls, db, letter):
        """A colleague's good signature under a letter of anna's."""
        letter.set(db, signer=cls.bert.signer.public,
                   signature=cls.bert.signer.sign("teduh/letter/v1",
                                                  letter.bytes))

    @classmethod
    def forge_lent_signature(cls, db, letter):
        """The right key beside somebody else's signature."""
        letter.set(db, signature=cls.bert.signer.sign("teduh/letter/v1",
                                                      letter.bytes))

    @classmethod
    def forge_own_approval(cls, db, letter):
        maria = cls.town.maria.signer
        letter.set(db, approver=maria.public, approval=maria.sign(
            "teduh/approve/v1", letter.bytes))

    @classmethod
    def forge_other_purpose(cls, db, letter):
        """What maria signed as an author is no approval."""
        maria = cls.town.maria.signer
        letter.set(db, approver=maria.public, approval=maria.sign(
            "teduh/letter/v1", letter.bytes))

    @staticmethod
    def forge_body(db, letter):
        letter.replace(db, letter.changed(body="Come to the harbour.\n"))

    @staticmethod
    def forge_address(db, letter):
        letter.replace(db, letter.changed(to=ELSEWHERE))

    @classmethod
    def forge_signed_address(cls, db, letter):
        """Even anna and maria together write to nobody but the seeker."""
        letter.sign(db, cls.town.anna, cls.town.maria,
                    letter.changed(to=ELSEWHERE))

    @classmethod
    def forge_signed_mode(cls, db, letter):
        letter.sign(db, cls.town.anna, cls.town.maria,
                    letter.changed(to=None, mode="pickup"))

    @classmethod
    def forge_signed_crisis(cls, db, letter):
        letter.sign(db, cls.town.anna, cls.town.maria,
                    letter.changed(crisis=True))

    @classmethod
    def forge_unread(cls, db, letter):
        """A document that does not say what its author had read."""
        letter.sign(db, cls.town.anna, cls.town.maria,
                    letter.changed(last_read=[]))

    @classmethod
    def forge_swapped(cls, db, letter):
        """A genuine letter, with both its signatures, in another's case."""
        other = cls.letters["no_approval"]
        letter.replace(db, other.bytes)
        letter.set(db, **{name: other.row[name] for name in (
            "signer", "signature", "approver", "approval")})

    @staticmethod
    def forge_grant(db, letter):
        """Another key in the postman's grant, and the letter under it."""
        letter.key = os.urandom(32)
        letter.replace(db, letter.bytes)

    @classmethod
    def forge_restored_policy(cls, db, letter):
        """No second signature, as if the draft had needed none."""
        letter.set(db, approver=None, approval=None)
        db.execute("UPDATE draft SET was = 'open', state = 'approved' "
                   "WHERE case_id = ?", (letter.case,))

    def refused(self, name, *codes):
        state, code = self.town.settled(self.cases[name])
        self.assertEqual(state, "blocked")
        self.assertIn(code, codes)
        letter = json.loads(self.letters[name].bytes)
        for session in self.town.sink.sessions:
            self.assertNotIn(f"<{letter['to']}>", session.recipients)
            self.assertNotIn(f"<{ELSEWHERE}>", session.recipients)
            self.assertNotIn(name.encode(), session.data or b"")
        self.assertIn(self.cases[name],
                      [row["id"] for row in self.town.anna.queue()])

    def test_what_nobody_touched_is_sent(self):
        self.assertEqual(self.town.settled(self.cases["nothing"])[0],
                         "accepted")
        to = json.loads(self.letters["nothing"].bytes)["to"]
        session, = self.town.sent_to(to)
        self.assertEqual(lines(words(parse(session.data).get_content())),
                         ["Untouched."])

    def test_a_missing_second_signature(self):
        self.refused("no_approval", "signature")
        self.refused("no_approver", "approver", "signature")
        self.refused("restored_policy", "approver", "signature")

    def test_a_missing_first_signature(self):
        self.refused("no_signature", "signature")

    def test_a_colleague_who_may_not_approve(self):
        self.refused("foreign_approval", "approver")

    def test_an_approver_who_is_not_on_the_roster(self):
        self.refused("unknown_approver", "approver")

    def test_an_author_who_is_not_on_the_roster(self):
        self.refused("unknown_author", "author")

    def test_another_author_than_the_letter_says(self):
        self.refused("foreign_author", "author")
        self.refused("lent_signature", "signature")

    def test_an_author_who_approves(self):
        self.refused("own_approval", "approver")

    def test_a_signature_made_for_something_else(self):
        self.refused("other_purpose", "signature")

    def test_another_text_under_the_same_signatures(self):
        self.refused("body", "signature")

    def test_another_address_under_the_same_signatures(self):
        self.refused("address", "signature")

    def test_another_address_under_good_signatures(self):
        self.refused("signed_address", "address")

    def test_what_the_crisis_path_and_the_mailbox_do_not_open(self):
        self.refused("signed_crisis", "crisis")
        self.refused("signed_mode", "mode", "address")

    def test_a_letter_that_says_not_what_was_read(self):
        self.refused("unread", "stale", "document")

    def test_a_genuine_letter_in_another_case(self):
        self.refused("swapped", "document", "stale")

    def test_a_letter_that_does_not_open(self):
        self.refused("grant", "sealed")

    def test_staff_hear_of_every_one(self):
        waiting = {d["case"]: d["blocked"]
                   for d in self.town.maria("review")}
        for name, case in self.cases.items():
            if name != "nothing":
                self.assertEqual(waiting.get(case),
                                 self.town.settled(case)[1], name)
        self.assertNotIn(self.cases["nothing"], waiting)


if __name__ == "__main__":
    unittest.main()
