"""Letters planted in the store, or put where they do not belong: nobody is
shown them as genuine, and nobody answers them."""

import json
import os
import unittest

from lib import sodium
from lib.intruder import put_part
from lib.planted import PLANTED, PlantedStory


class Letters(PlantedStory):
    def test_a_letter_signed_by_a_stranger(self):
        with self.down() as db:
            self.plant(db, self.stranger.signer)
        self.town.service.start()
        self.check_said(self.case, 2)

    def test_a_letter_signed_by_a_colleague(self):
        """A person's key is no role's."""
        with self.down() as db:
            self.plant(db, self.town.maria.signer)
        self.town.service.start()
        self.check_said(self.case, 2)

    def test_the_same_letter_under_the_roles_key_is_believed(self):
        """So that the stories above fail for the signature's sake."""
        with open(f"{self.town.service.secrets}/intake.key", "rb") as f:
            role = sodium.Signer(f.read())
        with self.down() as db:
            self.plant(db, role)
        self.town.service.start()
        self.check_good(self.case, 2)
        self.assertIn(PLANTED, self.town.anna("show", self.case)[
            "items"][1]["text"])

    def test_a_deposit_of_another_case(self):
        other = self.town.letter(text="Of somebody else.\n")
        with self.down() as db:
            source, = db.execute("SELECT * FROM item WHERE case_id = ?",
                                 (other,))
            self.copy_item(db, source, case_id=self.case, seq=2)
            db.execute("UPDATE cases SET last_seq = 2, deposit_hash = ? "
                       "WHERE id = ?", (source["deposit_hash"], self.case))
        self.town.service.start()
        self.check_said(self.case, 2)
        self.check_good(other)

    def test_an_item_under_another_sequence(self):
        with self.down() as db:
            source, _ = self.statement(db)
            self.copy_item(db, source, seq=2)
            db.execute("UPDATE cases SET last_seq = 2 WHERE id = ?",
                       (self.case,))
        self.town.service.start()
        self.check_said(self.case, 2)

    def test_other_bytes_in_a_genuine_letter(self):
        """Under a key of the intruder's, which the grant gives to who may
        read the case."""
        with self.down() as db:
            row, said = self.statement(db)
            key = os.urandom(32)
            for no, plain in ((0, {"text": PLANTED, "subject": "harbour"}),
                              (2, {"subject": "harbour",
                                   "excerpt": PLANTED})):
                put_part(db, row["id"], no, sodium.part_seal(
                    key, row["id"], no, json.dumps(plain).encode()))
            db.execute(
                "UPDATE grants SET box = ? WHERE item = ? AND which = "
                "'content'", (sodium.box_seal(
                    bytes.fromhex(said["case_key"]), "teduh/grant/v1",
                    f"{self.case}/{row['id'].hex()}/content/1", key),
                    row["id"]))
        self.town.service.start()
        self.check_said(self.case, 1)

    def test_a_letter_that_is_missing(self):
        """The first of two is taken out of its case."""
        self.join(2)
        with self.down() as db:
            db.execute("DELETE FROM item WHERE case_id = ? AND seq = 1",
                       (self.case,))
        self.town.service.start()
        result = self.town.anna.run("show", self.case, "--json")
        self.assertEqual(result.code, 1, result)

    def test_two_letters_that_changed_places(self):
        self.join(2)
        with self.down() as db:
            first, last = [row["id"] for row in db.execute(
                "SELECT id FROM item WHERE case_id = ? AND kind = 'letter' "
                "ORDER BY seq", (self.case,))]
            seqs = {one: db.execute("SELECT seq FROM item WHERE id = ?",
                                    (one,)).fetchone()["seq"]
                    for one in (first, last)}
            db.execute("UPDATE item SET seq = -1 WHERE id = ?", (first,))
            db.execute("UPDATE item SET seq = ? WHERE id = ?",
                       (seqs[first], last))
            db.execute("UPDATE item SET seq = ? WHERE id = ?",
                       (seqs[last], first))
        self.town.service.start()
        result = self.town.anna.run("show", self.case, "--json")
        self.assertEqual(result.code, 1, result)
        self.assertIn("unverified", self.row(self.case)["flags"])

    def test_no_answer_leaves_after_a_planted_letter(self):
        town = self.town
        town.relay_down()
        town.answer(self.case)
        with town.intrusion() as db:
            self.plant(db, self.stranger.signer)
        self.assertEqual(town.settled(self.case)[0], "blocked")
        self.assertEqual(town.sink.dots, [])


if __name__ == "__main__":
    unittest.main()
