"""A thief has the disk: the data folder, the log not yet folded, and every
secret of the daemon.  He opens no letter that came, and no answer after it
was sent.  What stands in his way is measured with the formats once more, so
each story shows first that the thief can open what is meant to open."""

import base64
import json
import os
import re
import unittest

from lib import sodium
from lib.archive import Archive
from lib.ground import SOURCE, Ground, wait_for
from lib.intruder import (Letter, Loot, Town, contains, every_key, peek,
                          store)

LETTER = "Varas ei tohi seda kirja lugeda."
ANSWER = "Vastus: varas ei loe ka seda."
GONE_S = 20             # from accepted until the key is off the disk


class Formats(unittest.TestCase):
    """The thief's tools are those of doc/protocol.md."""

    key, item = bytes(range(32)), bytes(range(0xa0, 0xb0))

    @classmethod
    def setUpClass(cls):
        with open(os.path.join(SOURCE, "doc", "protocol.md"),
                  encoding="utf-8") as f:
            cls.text = f.read()

    def vector(self, before, after="\n\n"):
        return base64.b64decode(re.search(
            re.escape(before) + r"\s+(.*?)" + after, self.text,
            re.S).group(1))

    def test_keys_and_hashes(self):
        for value in (sodium.Signer(self.key).public,
                      sodium.box_secret(self.key),
                      sodium.box_public(sodium.box_secret(self.key)),
                      sodium.derive(self.key, 7, "teduhtst"),
                      sodium.digest("teduh/test/v1", b"teduh"),
                      sodium.digest("teduh/test/v1", b"teduh", self.key)):
            self.assertIn(value.hex(), self.text)
        self.assertEqual(
            sodium.box_public(sodium.Signer(self.key).as_box_secret()),
            sodium.box_public(sodium.box_secret(self.key)))

    def test_boxes(self):
        box = self.vector("`youth/1/ana` (base64):")
        secret = sodium.box_secret(self.key)
        self.assertEqual(sodium.box_open(
            secret, "teduh/team-key/v1", "youth/1/ana", box), b"hello")
        self.assertIsNone(sodium.box_open(
            secret, "teduh/team-key/v1", "youth/1/ben", box))
        self.assertIsNone(sodium.box_inside(self.key[::-1], box))
        own = sodium.box_seal(sodium.box_public(secret), "p", "c", b"hi")
        self.assertEqual(sodium.box_open(secret, "p", "c", own), b"hi")

    def test_parts(self):
        sealed = self.vector("base64, then the hash:", "\n\n    e1fc")
        self.assertEqual(sodium.part_open(self.key, self.item, 0, sealed),
                         b"hello")
        self.assertIn(sodium.part_hash(sealed).hex(), self.text)
        self.assertIsNone(sodium.part_open(self.key, self.item, 1, sealed))
        for n in (0, 1023, 1024, 16384, 65535, 65536, 200000):
            again = sodium.part_seal(self.key, self.item, 16, b"x" * n)
            self.assertEqual(sodium.part_open(self.key, self.item, 16,
                                              again), b"x" * n)

    def test_key_files(self):
        locked = self.vector("mem 8 (base64):")
        self.assertEqual(sodium.keyfile_open(locked, b"sheltered calm"),
                         self.key)
        self.assertIsNone(sodium.keyfile_open(locked, b"sheltered"))


class Thief(unittest.TestCase):
    def setUp(self):
        self.ground = Ground()
        self.addCleanup(self.ground.close)
        self.town = Town(self.ground)
        self.loots = 0

    def steal(self):
        """Everything at this moment, without asking the service."""
        self.loots += 1
        return Loot(self.ground, self.town.service, f"loot-{self.loots}")

    def check_nothing_opens(self, when):
        loot = self.steal()
        boxes, parts = loot.all_that_opens()
        self.assertEqual([one[:2] for one in boxes], [], when)
        self.assertEqual([one[:3] for one in parts], [], when)
        self.assertGreater(len(loot.boxes), 0)
        self.assertGreater(loot.tried,
                           len(loot.keys) * len(loot.parts), when)
        return loot

    def test_no_letter_opens(self):
        town = self.town
        case = town.letter(text=LETTER, attachments=[
            ("leht.txt", "text/plain", b"ka mitte seda lehte\n")])
        self.assertIn(LETTER, town.anna("show", case)["items"][0]["text"])
        loot = self.check_nothing_opens("taken in")
        # view, raw, face, party, attachment
        self.assertEqual(len(loot.parts), 5)
        town.write(case, ANSWER)
        self.check_nothing_opens("an answer submitted")
        # The same search finds everything for who may read it.
        with store(town.service, loot.folder) as db:
            box, = db.execute("SELECT box FROM team_secret WHERE kind = "
                              "'team' AND member = 'anna'").fetchall()
        team = sodium.box_open(town.anna.box, "teduh/team-key/v1",
                               "youth/1/anna", box["box"])
        loot.keys = [("team", team)]
        boxes = loot.open_boxes()
        self.assertEqual(len(boxes), 1)
        loot.keys = [("case", boxes[0][2][-sodium.KEY:])]
        _, parts = loot.all_that_opens()
        self.assertEqual(len(parts), 5)

    def test_a_backup_opens_no_letter_and_no_answer(self):
        """Content and keys of a backup, and every secret of the daemon;
        while an answer waits that the postman key opens in the store."""
        town = self.town
        town.relay_down()
        case = town.letter(text=LETTER)
        town.maria("approve", town.write(case, ANSWER))
        live = self.steal()
        self.assertGreater(len(live.all_that_opens()[1]), 0,
                           "the postman opens nothing in the live store")
        archive = Archive(self.ground)
        archive.take(town.service)
        folder = os.path.join(archive.dir, archive.sets()[0])
        loot = Loot(self.ground, town.service, "loot-of-backup", folder)
        with open(os.path.join(archive.dir, "keys"),
                  encoding="ascii") as f:
            loot.boxes += [("keys", base64.b64decode(line["box"]))
                           for line in map(json.loads, f)
                           if "box" in line]
        boxes, parts = loot.all_that_opens()
        self.assertEqual([one[:2] for one in boxes], [])
        self.assertEqual([one[:3] for one in parts], [])
        self.assertGreaterEqual(len(loot.parts), len(live.parts))
        for words in (LETTER, ANSWER):
            self.assertEqual(contains(archive.dir, words.encode()), [])

    def test_an_answer_opens_while_it_waits_and_never_again(self):
        town = self.town
        case = town.held(ANSWER)
        loot = self.steal()
        boxes, parts = loot.all_that_opens()
        self.assertEqual({key for key, _, _ in boxes}, {"postman.key"})
        self.assertEqual(len(boxes), 1)
        plain, = [one[3] for one in parts]
        self.assertIn(ANSWER.encode(), plain)
        with store(town.service, loot.folder) as db:
            letter = Letter(town.service, db, case)
        self.assertNotEqual(contains(town.service.data, letter.box), [])

        town.relay_up()
        town.later()
        self.assertEqual(town.settled(case)[0], "accepted")
        self.assertEqual(len(town.sink.wait_messages(1)), 1)
        # While the service runs and without another letter's help.
        for needle in (letter.box, letter.box[:sodium.KEY],
                       letter.box[-64:], letter.key):
            wait_for("the postman's grant to be off the disk",
                     lambda: not contains(town.service.data,
                                          needle),      # noqa: B023
                     GONE_S)
        self.assertEqual(peek(town.service, "SELECT 1 FROM grants WHERE "
                              "recipient = 'postman'"), [])
        self.check_nothing_opens("accepted")
        town.service.kill()
        self.check_nothing_opens("accepted and killed")
        town.service.start()

    def test_no_key_lies_beside_what_it_opens(self):
        """Nothing that opens anything stands in the data folder, and the
        team's and the cases' secrets stand nowhere."""
        town = self.town
        case = town.letter(text=LETTER)
        town.write(case, ANSWER)
        for what, key in every_key(town.service):
            if what.split()[0] == "pin":    # public
                continue
            for folder in (town.service.data, town.service.dir + "/run"):
                self.assertEqual(contains(folder, key), [], what)
        for person in (town.maria, town.anna):
            for folder in (town.service.data, town.service.secrets):
                self.assertEqual(contains(folder, person.box), [])


if __name__ == "__main__":
    unittest.main()
