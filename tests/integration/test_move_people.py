"""Whom a case that went to another desk writes to: the command line believes
no statement of people who did not read the case when it was deposited, even
when the service's own keys brought it."""

import unittest

from lib.ground import wait_for
from lib.intruder import peek
from lib.mails import parse
from lib.moving import MoveStory
from lib.planted import FIRST, SECOND, plant_person, plant_statement

KAI, STRANGER = "kai@example.org", "stranger@example.org"


class People(MoveStory):
    def setUp(self):
        super().setUp()
        # Who left before the case came.
        self.cleo = self.town.hire("cleo")
        self.dora = self.town.hire("dora", "supervisor")
        for name in ("cleo", "dora"):
            self.town.maria("staff", "revoke", name)
        self.town.maria("team", "rotate", "--desk", "youth")
        self.gus = self.town.hire("gus")
        self.case = self.town.letter(sender=KAI)

    def addresses(self, person):
        """The exit code, what was said, and p1's address, by `show`."""
        said = person.run("show", self.case, "--json")
        one, = said.json["participants"]
        return (said.code, " ".join(self.heard(said).split()),
                one["address"])

    def writes(self, person):
        body = self.ground.file("body.txt", "Hello.\n")
        return person.run("reply", self.case, "--body", body, "--submit")


class Waiting(People):
    """Statements that nobody confirmed, put into the store."""

    def plant(self, author, second, state, desk="youth"):
        with self.town.intrusion() as db:
            plant_statement(
                self.town, self.case, db, (author.signer, FIRST),
                (second.signer, SECOND), 1, author=author.name, desk=desk,
                role="seeker", replaces=KAI, address=STRANGER)
            db.execute("UPDATE person SET state = ?", (state,))
            if state == "submitted":
                db.execute("UPDATE item SET approver = NULL, approval = NULL "
                           "WHERE kind = 'statement'")
                db.execute("DELETE FROM grants WHERE recipient = 'postman'")

    def confirmed(self, words):
        """She who could confirm it is told why she cannot."""
        said = self.one_sentence(self.ben.refused(
            "people", "confirm", self.case, "--to", "p1"))
        self.assertIn(words, said)
        self.assertEqual(self.addresses(self.anna), (0, "", KAI))
        self.ben("people", "discard", self.case, "--to", "p1")

    def row(self):
        row, = self.ben("people", "list", self.case)
        return row["address"], row["waiting"]["address"]

    def test_of_a_colleague_it_waits(self):
        """By the same rows, so that the others are refused for who
        signed."""
        self.plant(self.anna, self.ben, "submitted")
        self.assertEqual(self.row(), (KAI, STRANGER))
        self.ben("people", "confirm", self.case, "--to", "p1")
        wait_for("the address", lambda: self.addresses(self.anna) ==
                 (0, "", STRANGER))

    def test_of_another_desk_it_is_not_genuine(self):
        for desk in ("youth", "careers"):
            self.plant(self.nora, self.olga, "submitted", desk)
            self.assertEqual(self.row(), (KAI, None))
            self.confirmed("the statement about p1 is not genuine")

    def test_of_who_left_it_is_not_confirmed(self):
        self.plant(self.cleo, self.dora, "submitted")
        self.assertEqual(self.row(), (KAI, STRANGER))
        self.confirmed("its author is not on the desk any more")

    def test_signed_by_both_the_service_refuses_it(self):
        for first, second, code in (
                (self.nora, self.olga, "author"),
                (self.cleo, self.dora, "author"),
                (self.anna, self.olga, "second"),
                (self.anna, self.dora, "second")):
            self.plant(first, second, "approved")
            wait_for("its end", lambda: [row[0] for row in peek(
                self.service, "SELECT code FROM person")] == [code], 60)
            self.assertEqual(self.addresses(self.anna), (0, "", KAI))
            self.ben("people", "discard", self.case, "--to", "p1")


class Deposited(People):
    """By somebody who has the key of role post, too."""

    def plant(self, author, second, desk="youth", epoch=None):
        with self.town.intrusion() as db:
            plant_person(self.town, self.case, db, (author.signer, FIRST),
                         (second.signer, SECOND), epoch=epoch,
                         author=author.name, desk=desk, role="seeker",
                         replaces=KAI, address=STRANGER)

    def check_none(self, author, second, words, desk="youth", reader=None,
                   epoch=None):
        """Not shown, nothing is written there, and it is said why."""
        self.plant(author, second, desk, epoch)
        sent = peek(self.service, "SELECT count(*) FROM delivery")
        reader = reader or self.anna
        code, said, address = self.addresses(reader)
        self.assertEqual(code, 1, said)
        self.assertIn(words, said)
        self.assertIn(address, (None, KAI))
        self.assertEqual(self.one_sentence(self.writes(reader)).count(
            STRANGER), 0)
        self.assertEqual(peek(self.service, "SELECT count(*) FROM delivery"),
                         sent)

    def test_of_two_of_the_desk_it_holds(self):
        self.plant(self.anna, self.ben)
        self.assertEqual(self.addresses(self.anna), (0, "", STRANGER))

    def test_of_who_left_afterwards_it_holds(self):
        self.plant(self.gus, self.ben)
        for name in ("gus", "ben"):
            self.town.maria("staff", "revoke", name)
        self.town.maria("team", "rotate", "--desk", "youth")
        self.assertEqual(self.addresses(self.anna), (0, "", STRANGER))

    def test_of_two_of_another_desk_it_does_not(self):
        self.check_none(self.nora, self.olga,
                        "its author did not read the case then")

    def test_for_another_desk_it_does_not(self):
        self.check_none(self.nora, self.olga,
                        "it was written for somewhere else", "careers")

    def test_of_who_had_left_it_does_not(self):
        self.check_none(self.cleo, self.ben,
                        "its author did not read the case then")

    def test_whose_second_had_left_it_does_not(self):
        self.check_none(self.anna, self.dora, "who signed it second was no "
                        "supervisor of its desk then")

    def test_whose_second_is_of_another_desk_it_does_not(self):
        self.check_none(self.anna, self.olga, "who signed it second was no "
                        "supervisor of its desk then")

    def test_whose_second_is_no_supervisor_it_does_not(self):
        self.check_none(self.anna, self.gus, "who signed it second was no "
                        "supervisor of its desk then")

    def test_of_the_desk_that_gave_it_away_it_does_not(self):
        """Where it was before, and is no more when this is deposited."""
        self.hand(self.case)
        self.check_none(self.anna, self.ben,
                        "its author did not read the case then",
                        reader=self.nora)

    def test_under_the_key_of_that_desk_it_does_not_either(self):
        """As if it were still there: but a letter has come since."""
        self.town.answer(self.case)
        self.anna.wait_delivery(self.case, "accepted")
        self.hand(self.case)
        self.back(KAI, parse(self.town.sink.dots[-1].data)["Message-ID"])
        self.check_none(self.anna, self.ben, "under a key that the case had "
                        "before", reader=self.nora, epoch=1)

    def test_of_the_desk_that_has_it_now_it_does_not_go_back(self):
        """Nor where it came to only afterwards."""
        self.plant(self.nora, self.olga, "careers")
        self.hand(self.case)
        code, said, address = self.addresses(self.nora)
        self.assertEqual((code, address in (None, KAI)), (1, True), said)


if __name__ == "__main__":
    unittest.main()
