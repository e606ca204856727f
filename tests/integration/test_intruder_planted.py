"""Keys, letters and rosters planted in the store: whoever can write there
makes nobody seal anything to him, and shows nobody anything as genuine."""

import json
import os
import shutil
import unittest

from lib import sodium
from lib.ground import Failure, Ground, wait_for
from lib.intruder import (Stranger, Town, copy_row, insert, peek, put_part,
                          sealed_part, store)
from lib.mails import mail, parse

PLANTED = "Planted: come alone to the harbour."


class Planted(unittest.TestCase):
    def setUp(self):
        self.ground = Ground()
        self.addCleanup(self.ground.close)
        self.town = Town(self.ground)
        self.stranger = Stranger()
        self.case = self.town.letter(text="A genuine question.\n")
        self.check_good(self.case)

    # What people see

    def check_good(self, case, letters=1):
        town = self.town
        items = town.anna("show", case)["items"]
        self.assertEqual(len([i for i in items if i["kind"] == "letter"]),
                         letters)
        self.assertNotIn("unverified", self.row(case)["flags"])
        self.assertEqual(town.anna.run("show", case).code, 0)

    def row(self, case):
        return next(row for row in self.town.maria.queue()
                    if row["id"] == case)

    def check_said(self, case, planted_seq=None):
        """Show says so and ends with 1, the queue has a flag, and nothing
        that was planted is shown as if it were genuine."""
        for words in (("show", case), ("show", case, "--json")):
            result = self.town.anna.run(*words)
            self.assertEqual(result.code, 1, result)
            self.assertNotIn("harbour", result.text + result.err)
            self.assertTrue((result.err + result.text).strip())
        self.assertTrue(result.err.strip(), result)
        if result.text.strip():
            for item in result.json["items"]:
                if item and item["seq"] == planted_seq:
                    self.assertIsNone(item.get("text"), item)
        row = self.row(case)
        self.assertIn("unverified", row["flags"])
        self.assertNotIn("harbour", json.dumps(row))
        draft = self.town.anna.run("reply", case, "--body", self.body(),
                                   "--submit")
        self.assertEqual(draft.code, 1, draft)
        self.assertEqual(self.town.sink.dots, [])

    def body(self):
        return self.ground.file("body.txt", "Hello.\n")

    def down(self):
        self.town.service.stop()
        return store(self.town.service)

    # Letters

    def statement(self, db, seq=1):
        row, = db.execute("SELECT * FROM item WHERE case_id = ? AND seq = ?",
                          (self.case, seq))
        return row, json.loads(row["statement"])

    def plant(self, db, signer, **changes):
        """A letter of the intruder's, whole in every way but for who
        signed: sealed to the case, after the newest deposit."""
        row, said = self.statement(db)
        item, key = os.urandom(16), os.urandom(32)
        view = {"class": "person", "answerable": True, "why": None,
                "from": {"name": None, "address": "x@example.org"},
                "verified": False, "subject": "harbour", "text": PLANTED,
                "text_origin": "plain", "folded": [], "attachments": [],
                "flags": [], "triage": [], "message_id": None,
                "in_reply_to": None, "references": [], "date": None,
                "to": [], "cc": [], "tokens": []}
        face = {"subject": "harbour", "excerpt": PLANTED}
        parts = {0: view, 2: face, 3: view["from"]}
        for no, plain in parts.items():
            put_part(db, item, no, sodium.part_seal(
                key, item, no, json.dumps(plain).encode()))
        said.update(item=item.hex(), seq=2, prev=row["deposit_hash"].hex(),
                    parts=[{"no": one["no"], "size": one["size"],
                            "hash": one["hash"].hex()} for one in db.execute(
                                "SELECT * FROM part WHERE item = ?",
                                (item,))])
        said.update(changes)
        statement = json.dumps(said, sort_keys=True,
                               separators=(",", ":")).encode()
        known = sodium.digest("teduh/deposit/v1", statement)
        copy_row(db, "item", "id = ?", (row["id"],), id=item, seq=2,
                 statement=statement, deposit_hash=known,
                 signer=signer.public,
                 signature=signer.sign("teduh/deposit/v1", statement))
        insert(db, "grants", item=item, recipient="case", which="content",
               epoch=1, box=sodium.box_seal(
                   bytes.fromhex(said["case_key"]), "teduh/grant/v1",
                   f"{self.case}/{item.hex()}/content/1", key))
        db.execute("UPDATE cases SET last_seq = 2, deposit_hash = ? WHERE "
                   "id = ?", (known, self.case))

    def copy_item(self, db, source, **changes):
        """A genuine item with all that belongs to it, once more."""
        item = os.urandom(16)
        copy_row(db, "item", "id = ?", (source["id"],), id=item, **changes)
        for part in db.execute("SELECT no FROM part WHERE item = ?",
                               (source["id"],)).fetchall():
            put_part(db, item, part["no"],
                     sealed_part(db, source["id"], part["no"]))
        for grant in db.execute("SELECT * FROM grants WHERE item = ?",
                                (source["id"],)).fetchall():
            insert(db, "grants", **{**dict(grant), "item": item})

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

    # Keys

    def join(self, number):
        """The seeker writes again into the case."""
        town = self.town
        if not town.sink.dots:
            town.answer(self.case, "Tell me more.\n")
            town.anna.wait_delivery(self.case, "accepted")
        sent = parse(town.sink.wait_messages(1)[0].data)
        back = (sent["Reply-To"] or sent["From"]).addresses[0].addr_spec
        town.service.inject(mail(
            "seeker-1@example.org", to=back, text=f"Again, {number}.\n",
            message_id=f"<again-{number}@example.org>"))
        return peek(town.service, "SELECT case_id FROM ledger WHERE item IS "
                    "NOT NULL ORDER BY uid DESC LIMIT 1")[0]

    def grants_open(self, secret):
        """Items whose key somebody could take out of a grant."""
        return [row["item"] for row in peek(
            self.town.service, "SELECT item, box FROM grants")
            if sodium.box_inside(secret, row["box"]) is not None]

    def test_a_case_key_in_the_place_of_the_cases(self):
        town, stranger = self.town, self.stranger
        self.assertEqual(self.join(2)["case_id"], self.case)
        with self.down() as db:
            team, = db.execute("SELECT box FROM team_secret WHERE member = "
                               "'anna' AND kind = 'team'").fetchone()
            team = sodium.box_open(town.anna.box, "teduh/team-key/v1",
                                   "youth/1/anna", team)
            kept, = [tuple(row) for row in db.execute(
                "SELECT * FROM case_key WHERE case_id = ?", (self.case,))]
            db.execute(
                "UPDATE case_key SET public = ?, box = ? WHERE case_id = ?",
                (stranger.box_public, sodium.box_seal(
                    sodium.box_public(team), "teduh/case-key/v1",
                    f"{self.case}/1/youth/1", stranger.box), self.case))
        town.service.start()
        landed = self.join(3)
        self.assertEqual(self.grants_open(stranger.box), [])
        result = town.anna.run("show", self.case, "--json")
        self.assertEqual(result.code, 1, result)
        self.assertTrue(result.err.strip())
        result = town.anna.run("reply", self.case, "--body", self.body())
        self.assertEqual(result.code, 1, result)
        self.assertEqual(len(result.err.strip().splitlines()), 1, result)
        self.assertEqual(self.grants_open(stranger.box), [])
        # The letter was sealed to the key that a role signed.
        with self.down() as db:
            db.execute("DELETE FROM case_key WHERE case_id = ?",
                       (self.case,))
            db.execute(f"INSERT INTO case_key VALUES "
                       f"({', '.join('?' * len(kept))})", kept)
        town.service.start()
        texts = [item["text"] for item in town.anna(
            "show", landed["case_id"])["items"] if item["kind"] == "letter"]
        self.assertIn("Again, 3.", "".join(texts))

    def plant_team(self, db, by, signer):
        """The roster's next entry, a team key of the intruder's, and its
        secret for everybody."""
        seq, entry, signature = db.execute(
            "SELECT seq, entry, signature FROM roster ORDER BY seq DESC "
            "LIMIT 1").fetchone()
        entry = json.dumps({
            "v": 1, "seq": seq + 1, "at": json.loads(entry)["at"], "by": by,
            "prev": sodium.digest("teduh/roster/v1",
                                  entry + signature).hex(),
            "kind": "team", "desk": "youth", "epoch": 2,
            "box": self.stranger.box_public.hex()}, sort_keys=True,
            separators=(",", ":")).encode()
        insert(db, "roster", seq=seq + 1, entry=entry,
               signature=signer.sign("teduh/roster/v1", entry))
        for person in (self.town.anna, self.town.maria):
            insert(db, "team_secret", kind="team", desk="youth", epoch=2,
                   member=person.name, box=sodium.box_seal(
                       person.box_public, "teduh/team-key/v1",
                       f"youth/2/{person.name}", self.stranger.box))
        return seq + 1

    def check_team(self, by, signer, believed=False):
        town = self.town
        with self.down() as db:
            seq = self.plant_team(db, by, signer)
        try:
            town.service.start(seconds=5)
        except Failure:
            pass                    # to refuse to start is an answer, too
        again = mail("seeker-9@example.org", message_id="<9@example.org>",
                     text="To which key?\n")
        result = town.service.inject(again, check=False)
        sealed = [row for row in peek(town.service,
                                      "SELECT box FROM case_key")
                  if sodium.box_inside(self.stranger.box, row["box"])]
        if believed:
            self.assertEqual((result.code, len(sealed)), (0, 1))
            return
        self.assertEqual(result.code, 75, result)
        self.assertEqual(sealed, [])
        for words in (("queue",), ("show", self.case)):
            result = town.anna.run(*words)
            self.assertIn(result.code, (1, 75), result)
            self.assertEqual(len(result.err.strip().splitlines()), 1)
        if town.service.process.alive():
            town.service.stop()
        town.service.process = None
        with store(town.service) as db:
            db.execute("DELETE FROM roster WHERE seq = ?", (seq,))
            db.execute("DELETE FROM team_secret WHERE epoch = 2")
        town.service.start()
        town.service.inject(again)
        town.anna.wait_queue(2)

    def test_a_team_key_on_the_roster_signed_by_a_stranger(self):
        self.check_team("maria", self.stranger.signer)

    def test_a_team_key_on_the_roster_signed_by_a_counsellor(self):
        self.check_team("anna", self.town.anna.signer)

    def test_a_team_key_that_a_supervisor_signed_is_believed(self):
        """So that the two stories above fail for the signature's sake."""
        self.check_team("maria", self.town.maria.signer, believed=True)

    def test_a_team_secret_that_is_not_the_rosters(self):
        """anna is handed a key that the roster does not name; she neither
        opens nor seals anything with it."""
        town = self.town
        with self.down() as db:
            db.execute("UPDATE team_secret SET box = ? WHERE member = 'anna'"
                       " AND kind = 'team'", (sodium.box_seal(
                           town.anna.box_public, "teduh/team-key/v1",
                           "youth/1/anna", self.stranger.box),))
        town.service.start()
        result = town.anna.run("show", self.case, "--json")
        self.assertEqual(result.code, 1, result)
        self.assertTrue(result.err.strip())
        self.assertNotIn("genuine question", result.text)
        draft = town.anna.run("reply", self.case, "--body", self.body())
        self.assertEqual(draft.code, 1, draft)
        self.assertEqual(self.grants_open(self.stranger.box), [])
        wait_for("maria to read on", lambda: town.maria(
            "show", self.case)["items"][0]["text"])

    def test_another_service_at_the_same_address(self):
        """Founded by others, with anna on its roster as she is: her command
        line knows the pin and shows her nothing."""
        town = self.town
        ground = Ground(os.path.join(self.ground.path, "other"))
        self.addCleanup(ground.close)
        home = ground.dir("home-anna", 0o700)
        shutil.copy(f"{town.anna.home}/key", home)
        other = Town(ground)
        case = other.letter(text=PLANTED)
        self.assertEqual(other.anna.box, town.anna.box)
        other.service.stop()
        town.service.stop()
        other.service.settings["api"] = town.service.settings["api"]
        other.service.start()
        for words in (("queue",), ("show", case), ("claim", case)):
            result = town.anna.run(*words)
            self.assertEqual(result.code, 1, result)
            self.assertEqual(len(result.err.strip().splitlines()), 1)
            self.assertNotIn("harbour", result.text + result.err)
        other.service.stop()
        town.service.start()
        self.check_good(self.case)


if __name__ == "__main__":
    unittest.main()
