"""Keys planted in the store: nobody seals anything to them, and nobody
believes a roster or a service that is not the one of the pin."""

import json
import os
import shutil
import unittest

from lib import sodium
from lib.ground import Failure, Ground, wait_for
from lib.intruder import Town, insert, peek, store
from lib.mails import mail
from lib.planted import PLANTED, PlantedStory


class Keys(PlantedStory):
    def test_a_deposit_that_names_a_key_of_a_strangers(self):
        """Signed by himself, chained and newest: the seeker's next letter
        is not sealed to it."""
        self.join(2)
        with self.down() as db:
            planted = self.plant(db, self.stranger.signer,
                                 case_key=self.stranger.box_public.hex())
        self.town.service.start()
        self.join(3)
        self.assertEqual(self.grants_open(self.stranger.box), [planted])

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
