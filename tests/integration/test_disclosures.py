"""The second signature of a disclosure: who is told that it is wanted, and
whose is none, whatever the service's rows say."""

import json
import unittest

from lib import sodium
from lib.ground import Ground
from lib.intruder import (Stranger, Town, peek, put_part, quicken,
                          sealed_part)
from lib.teduh import Service, invite

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


class Written(unittest.TestCase):
    """By a note whose author signed other words than her command line
    writes."""

    def setUp(self):
        self.ground = Ground()
        self.addCleanup(self.ground.close)
        service = Service(self.ground)
        service.settings["desk careers"] = dict(
            service.settings["desk youth"], from_address="work@desk.example")
        self.town = Town(self.ground, service)

    def check_none(self, author, second, **changes):
        """The second, whose signature holds, is none."""
        town = self.town
        case = town.letter(text="A question.\n")
        author("show", case)
        author("disclose", "ask", case, "--to", "the court", "--ground",
               GROUND)
        with town.intrusion() as db:
            row, = db.execute("SELECT * FROM disclosure").fetchall()
            key, text = self.open(db, author, case, row["item"])
            text = json.dumps({**json.loads(text), **changes},
                              sort_keys=True, separators=(",", ":")).encode()
            put_part(db, row["item"], 0, sodium.part_seal(
                key, row["item"], 0, text))
            db.execute("UPDATE item SET signature = ? WHERE id = ?", (
                author.signer.sign("teduh/note/v1", text), row["item"]))
            db.execute("UPDATE disclosure SET second = ?, second_at = at, "
                       "signer = ?, signature = ?", (
                           second.name, second.signer.public,
                           second.signer.sign("teduh/disclose/v1", text)))
        said = town.maria.run("show", case, "--json")
        self.assertEqual((said.code, said.json["disclosures"]), (1, []), said)
        self.assertIn("a disclosure in the case", said.err)

    def open(self, db, person, case, item):
        """The key and the bytes of a note."""
        team, = db.execute("SELECT box FROM team_secret WHERE member = ? AND "
                           "kind = 'team'", (person.name,)).fetchone()
        team = sodium.box_open(person.box, "teduh/team-key/v1",
                               f"youth/1/{person.name}", team)
        box, = db.execute("SELECT box FROM case_key WHERE case_id = ?",
                          (case,)).fetchone()
        secret = sodium.box_open(team, "teduh/case-key/v1",
                                 f"{case}/1/youth/1", box)
        box, = db.execute("SELECT box FROM grants WHERE item = ? AND which "
                          "= 'content' AND recipient = 'case'",
                          (item,)).fetchone()
        key = sodium.box_open(secret, "teduh/grant/v1",
                              f"{case}/{item.hex()}/content/1", box)
        return key, sodium.part_open(key, item, 0, sealed_part(db, item, 0))

    def test_a_supervisor_of_the_desk_that_the_author_chose(self):
        olga = quicken(invite(self.town.service, self.ground,
                              self.town.maria, "olga", "supervisor",
                              "careers"))
        self.check_none(self.town.anna, olga, desk="careers")

    def test_a_supervisor_of_before_the_author_came(self):
        cleo = self.town.hire("cleo", "supervisor")
        self.town.maria("staff", "role", "cleo", "--role", "counsellor")
        self.check_none(self.town.hire("ben"), cleo, roster=1)


if __name__ == "__main__":
    unittest.main()
