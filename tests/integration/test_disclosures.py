"""The second signature of a disclosure: who is told that it is wanted, and
whose is none, whatever the service's rows say."""

import json
import unittest

from lib.ground import Ground
from lib.intruder import Stranger, Town, peek

GROUND = "order of the court of Tartu, 12-34"


class Second(unittest.TestCase):
    def setUp(self):
        self.ground = Ground()
        self.addCleanup(self.ground.close)
        self.town = Town(self.ground)
        self.case = self.town.letter(text="A question.\n")

    def ask(self, person=None):
        (person or self.town.anna)("show", self.case)
        (person or self.town.anna)("disclose", "ask", self.case, "--to",
                                   "the court", "--ground", GROUND)

    def note(self):
        """The signed bytes, as a reader of the case knows them."""
        author, = peek(self.town.service, "SELECT asked_by, at FROM "
                       "disclosure")
        item = next(item for item in self.town.anna(
            "show", self.case)["items"] if item.get("about") == "disclosure")
        said = {"about": "disclosure", "at": author["at"],
                "author": author["asked_by"], "case": self.case,
                "desk": "youth", "draft": None,
                "roster": self.asked_at, "text": item["text"],
                "to": "the court", "v": 1}
        return json.dumps(said, sort_keys=True,
                          separators=(",", ":")).encode()

    def head(self):
        return peek(self.town.service, "SELECT max(seq) FROM roster")[0][0]

    def forge(self, signer, name):
        """A row that says that this person confirmed it, and the signature
        holds: who wrote it has that key."""
        note = self.note()
        with self.town.intrusion() as db:
            db.execute("UPDATE disclosure SET second = ?, second_at = at, "
                       "signer = ?, signature = ?",
                       (name, signer.public,
                        signer.sign("teduh/disclose/v1", note)))

    def shown(self):
        said = self.town.anna.run("show", self.case, "--json")
        return said, [d["second"] for d in said.json["disclosures"]]

    def check_none(self):
        said, seconds = self.shown()
        self.assertEqual((said.code, seconds), (1, []), said)
        self.assertIn("second signature of a disclosure", said.err)

    def test_of_a_supervisor_it_holds(self):
        """By the same rows, so that the others are refused for who signed."""
        self.asked_at = self.head()
        self.ask()
        self.forge(self.town.maria.signer, "maria")
        said, seconds = self.shown()
        self.assertEqual((said.code, seconds), (0, ["maria"]), said)

    def test_of_a_counsellor_it_does_not(self):
        ben = self.town.hire("ben")
        self.asked_at = self.head()
        self.ask()
        self.forge(ben.signer, "ben")
        self.check_none()

    def test_of_a_stranger_it_does_not(self):
        self.asked_at = self.head()
        self.ask()
        self.forge(Stranger().signer, "maria")
        self.check_none()

    def test_of_who_was_no_supervisor_any_more(self):
        cleo = self.town.hire("cleo", "supervisor")
        self.town.maria("staff", "role", "cleo", "--role", "counsellor")
        self.asked_at = self.head()
        self.ask()
        self.forge(cleo.signer, "cleo")
        self.check_none()

    def test_who_left_afterwards_has_signed(self):
        cleo = self.town.hire("cleo", "supervisor")
        self.ask()
        cleo("disclose", "confirm", self.case, "--yes")
        self.town.maria("staff", "revoke", "cleo")
        said, seconds = self.shown()
        self.assertEqual((said.code, seconds), (0, ["cleo"]), said)

    def test_who_came_afterwards_may_sign(self):
        self.ask(self.town.maria)
        cleo = self.town.hire("cleo", "supervisor")
        cleo("disclose", "confirm", self.case, "--yes")
        said, seconds = self.shown()
        self.assertEqual((said.code, seconds), (0, ["cleo"]), said)


if __name__ == "__main__":
    unittest.main()
