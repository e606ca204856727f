"""A case stays with its desk while something is under way in it that only
this desk's people could finish: one sentence says what, and nothing of the
case is changed."""

import datetime
import unittest

from lib.erasing import wait_seen
from lib.ground import wait_for
from lib.intruder import peek
from lib.moving import WHY, MoveStory
from lib.rest import at_rest

AUNT = b"aunt@example.org\nAunt\n"
TABLES = ("audit", "case_epoch", "case_key", "cases", "claim", "crisis",
          "delivery", "disclosure", "draft", "erasure", "event", "grants",
          "hold", "item", "link", "participant", "person", "retention",
          "told", "wish")


class Stays(MoveStory):
    def setUp(self):
        super().setUp()
        self.case = self.town.letter()

    def rows(self):
        """All but that somebody has read it."""
        at_rest(self.service)
        return {table: {tuple(row) for row in peek(
            self.service, f"SELECT * FROM {table}")
            if table != "audit" or row["action"] != "read"}
            for table in TABLES}

    def stays(self, words, case=None, person=None):
        case, before = case or self.case, self.rows()
        said = self.one_sentence((person or self.anna).refused(
            "hand", case, "--desk", "careers", *WHY))
        self.assertIn(f"in case {case} {words}", said)
        self.assertEqual(self.rows(), before)
        self.gone(self.nora, case)

    def goes(self, case=None):
        """What was finished was all that held it up."""
        case = case or self.case
        self.hand(case)
        self.assertEqual(len(self.texts(self.nora, case)), 1)
        self.gone(self.anna, case)

    def stated(self):
        """The state and the code of a statement that waits."""
        return [tuple(row) for row in peek(
            self.service, "SELECT state, code FROM person")]

    def test_an_address_that_one_person_stated(self):
        self.anna("people", "change", self.case, "--to", "p1", data=AUNT)
        self.stays("a statement about a person waits: confirm or discard it "
                   f"first, 'teduh people list {self.case}' shows it")
        self.stays("a statement about a person waits", person=self.ben)
        self.ben("people", "discard", self.case, "--to", "p1")
        self.goes()

    def test_somebody_whom_one_person_let_in(self):
        self.anna("people", "add", self.case, "--role", "relative",
                  data=AUNT)
        self.stays("a statement about a person waits")
        self.ben("people", "confirm", self.case, "--to", "p2")
        wait_for("the aunt", lambda: self.stated() == [])
        self.goes()
        self.assertEqual([row["address"] for row in self.nora(
            "people", "list", self.case)][1], "aunt@example.org")

    def test_an_address_that_two_signed_and_post_has_not_deposited(self):
        """Post stands between the two of them and the case's going."""
        wait_for("nothing else to send", lambda: peek(
            self.service, "SELECT 1 FROM automatic") == [])
        self.stop_at("post", 1)
        self.anna("people", "change", self.case, "--to", "p1", data=AUNT)
        self.ben("people", "confirm", self.case, "--to", "p1")
        with self.standing("post", "person: before"):
            self.assertEqual(self.stated(), [("approved", None)])
            self.stays("a statement about a person waits")
        wait_for("the address", lambda: self.stated() == [])
        self.goes()
        self.assertEqual([row["address"] for row in self.nora(
            "people", "list", self.case)], ["aunt@example.org"])

    def test_a_statement_that_the_service_refused(self):
        ours = self.service.settings["desk youth"]["from_address"]
        self.anna("people", "add", self.case, "--role", "other",
                  data=f"{ours}\n".encode())
        self.ben("people", "confirm", self.case, "--to", "p2")
        wait_for("the refusal", lambda: self.stated() == [("blocked",
                                                           "own")])
        self.stays("a statement about a person waits")
        self.anna("people", "discard", self.case, "--to", "p2")
        self.goes()

    def test_a_disclosure_without_its_second_signature(self):
        self.anna("show", self.case)
        self.anna("disclose", "ask", self.case, "--to", "the court",
                  "--ground", "order 12-34")
        self.stays("a disclosure waits for its second signature: let a "
                   "supervisor confirm it first")
        self.ben("disclose", "confirm", self.case, "--yes")
        self.ben("lift", self.case)     # what was disclosed is kept
        self.goes()
        # What was signed by people of the desk of before still holds.
        self.assertEqual([one["second"] for one in self.nora(
            "show", self.case)["disclosures"]], ["ben"])

    def test_a_draft_wherever_it_is(self):
        draft = f"{self.case}.d1"
        body = self.ground.file("body.txt", "Hello.\n")
        self.anna("show", self.case)
        self.anna("reply", self.case, "--body", body)
        self.stays(f"the draft {draft} is open: let it be sent, or discard "
                   "it first")
        self.anna("submit", draft)
        self.stays(f"the draft {draft} is submitted")
        self.ben("return", draft, "-m", "Warmer.")
        self.stays(f"the draft {draft} is returned")
        self.anna("discard", draft)
        self.goes()

    def test_a_link_that_nobody_has_confirmed(self):
        first = self.town.letter(sender="kai@example.org")
        second = self.town.letter(sender="kai@example.org")
        self.assertEqual([row["kind"] for row in peek(
            self.service, "SELECT kind FROM link")], ["proposal"])
        for case in (first, second):
            before = self.rows()
            said = self.one_sentence(self.anna.refused(
                "hand", case, "--desk", "careers", *WHY))
            self.assertIn(f"case {case} is linked to another case, or a link "
                          "is proposed", said)
            self.assertEqual(self.rows(), before)
        self.anna("unlink", peek(self.service, "SELECT case_id FROM link")[
            0][0])
        self.goes(first)

    def test_what_is_erased_stays(self):
        """While it is asked; while a hold keeps it; and when it is done."""
        self.anna("erase", self.case, "--yes")
        wait_seen(self.service, self.case)
        before = self.rows()
        for more in ((), ("hold",)):
            if more:
                self.town.maria("hold", self.case, "-m", "a court asks")
                before = self.rows()
            said = self.one_sentence(self.anna.refused(
                "hand", self.case, "--desk", "careers", *WHY))
            self.assertIn(f"case {self.case} is to be erased: it stays with "
                          "its desk", said)
            self.assertEqual(self.rows(), before)
        self.town.maria("lift", self.case)
        self.anna("erase", self.case, "--undo")
        self.goes()

    def test_what_is_paused_goes_and_stays_so(self):
        """A pause is no work under way: who has it waits for its day."""
        day = datetime.date.today() + datetime.timedelta(days=30)
        self.anna("pause", self.case, "--until", str(day), "-m",
                  "she is on a journey")
        self.hand(self.case)
        self.assertIn("paused", self.nora("show", self.case)["flags"])
        self.gone(self.anna, self.case)
        self.nora("pause", self.case, "--lift", "-m", "she is back")
        self.assertNotIn("paused", self.nora("show", self.case)["flags"])


class Nowhere(MoveStory):
    """There is nobody to whom it could go, or nothing that could be given."""

    def stays(self, words, *args):
        case = self.case
        before = peek(self.service, "SELECT * FROM cases")
        said = self.one_sentence(self.anna.refused("hand", case, *args, *WHY))
        self.assertIn(words, said)
        self.assertEqual(peek(self.service, "SELECT * FROM cases"), before)

    def test_a_desk_that_nobody_has_begun(self):
        """It stands in the configuration, and has no key yet."""
        self.case = self.town.letter()
        self.service.settings["desk crafts"] = dict(
            self.service.settings["desk youth"],
            from_address="crafts@desk.example")
        self.service.configure()
        self.service.restart()
        self.stays("there is no desk 'crafts' that could read it: 'teduh "
                   "staff list' shows the desks", "--desk", "crafts")

    def test_a_colleague_who_does_not_read_it(self):
        self.case = self.town.letter()
        gone = self.town.hire("cleo")
        self.town.maria("staff", "revoke", gone.name)
        for name in ("nora", "cleo", "nobody"):
            self.stays(f"there is no colleague '{name}' who reads the desk "
                       "'youth'", "--to", name)

    def test_keys_that_do_not_open(self):
        """The case has a new one, and the service has lost the one of the
        team that is sealed to anna."""
        self.case = self.town.letter()
        self.town.maria("team", "rotate", "--desk", "youth")
        with self.town.intrusion() as db:
            db.execute("DELETE FROM team_secret WHERE member = 'anna' AND "
                       "epoch = 2")
        self.stays(f"the keys of the case {self.case} do not open for you, "
                   "so you cannot give it on: ask a supervisor", "--desk",
                   "careers")
        self.hand(self.case, self.ben)


class Held(MoveStory):
    """Answers wait for ten minutes, so that they can be taken back."""

    careers = {"hold": "10m"}

    def test_an_answer_that_can_still_be_taken_back(self):
        case = self.town.letter()
        self.hand(case)
        draft = self.town.answer(case, "Hello.\n", self.nora, self.olga)
        self.assertEqual(self.town.delivery(case)[0], "held")
        for person in (self.nora, self.olga):
            said = self.one_sentence(person.refused(
                "hand", case, "--desk", "youth", *WHY))
            self.assertIn(f"in case {case} the answer {draft} is still under "
                          "way (held)", said)
        self.assertEqual(self.column(case, "desk"), "careers")
        self.nora("undo", draft)
        self.refused(self.nora, 1, f"the draft {draft} is open", "hand",
                     case, "--desk", "youth", *WHY)
        self.nora("discard", draft)
        self.hand(case, self.nora, "youth")
        self.assertEqual(self.town.sink.dots, [])


if __name__ == "__main__":
    unittest.main()
