"""New keys of a desk when somebody has left: who stays reads everything, who
has left opens nothing that came since; stopped anywhere, it goes on."""

import json
import unittest

from lib import sodium, steps
from lib.ground import Ground
from lib.intruder import Stranger, Town, copy_row, insert, peek
from lib.mails import mail, parse


class Leaver:
    """Who copied all that she could open, is revoked, and has the store's
    rows before her, now and later."""

    def __init__(self, town, person):
        self.town = town
        self.name = person.name
        self.team = {}
        for row in peek(town.service, "SELECT * FROM team_secret "
                        "WHERE member = ? AND kind = 'team'", person.name):
            self.team[row["epoch"]] = sodium.box_open(
                person.box, "teduh/team-key/v1",
                f"{row['desk']}/{row['epoch']}/{person.name}", row["box"])

    def opens(self, case):
        """The kinds of the items of a case that she opens, in order."""
        keys = {}
        for row in peek(self.town.service, "SELECT * FROM case_key WHERE "
                        "case_id = ?", case):
            for team in self.team.values():
                inside = sodium.box_inside(team, row["box"])
                if inside is not None:
                    keys[row["epoch"]] = inside[-sodium.KEY:]
        kinds = []
        for row in peek(self.town.service, "SELECT item.kind, grants.box "
                        "FROM grants JOIN item ON item.id = grants.item "
                        "WHERE item.case_id = ? AND recipient = 'case' AND "
                        "which = 'content' ORDER BY item.at, item.seq",
                        case):
            if any(sodium.box_inside(key, row["box"]) is not None
                   for key in keys.values()):
                kinds.append(row["kind"])
        return kinds


class RotateStory(unittest.TestCase):
    def setUp(self):
        self.ground = Ground()
        self.addCleanup(self.ground.close)
        self.town = Town(self.ground)
        self.ben = self.town.hire("ben")

    def texts(self, person, case):
        return [item.get("text") for item in person("show", case)["items"]
                if item["kind"] == "letter"]

    def answered(self):
        """A case whose seeker has an answer to write back to."""
        case = self.town.letter(sender="kai@example.org",
                                text="A question.\n")
        self.town.answer(case)
        self.assertEqual(self.town.settled(case)[0], "accepted")
        self.told = parse(self.town.sink.dots[-1].data)["Message-ID"]
        return case

    def write_back(self, case, n):
        """The seeker's next letter, which joins the case."""
        self.town.service.inject(mail(
            sender="kai@example.org", message_id=f"<back-{n}@example.org>",
            text=f"Back {n}.\n", In_Reply_To=self.told))
        self.assertEqual(self.texts(self.town.anna, case)[-1],
                         f"Back {n}.\n")

    def leave(self, person):
        """Revoked: who she is from then on."""
        leaver = Leaver(self.town, person)
        self.town.maria("staff", "revoke", person.name)
        return leaver

    def rotate(self, person=None):
        (done,) = (person or self.town.maria)("team", "rotate")
        return done


    def sealed_to(self, case):
        """The epoch of the team key to which the case's key is sealed."""
        return peek(self.town.service, "SELECT max(team_epoch) FROM "
                    "case_key WHERE case_id = ?", case)[0][0]


class Rotate(RotateStory):
    def test_who_left_opens_nothing_new(self):
        town = self.town
        old, case = self.answered(), town.letter(text="A question.\n")
        ben = self.leave(self.ben)
        self.assertEqual(ben.opens(case), ["letter"])
        before = ben.opens(old)
        self.assertIn("answer", before)
        done = self.rotate()
        self.assertEqual(done, {"desk": "youth", "epoch": 2, "begun": True,
                                "cases": 2, "left": 0})
        town.maria("note", case, "-m", "A note since.")
        draft = town.maria("reply", case, "--body", self.ground.file(
            "body.txt", "An answer since.\n"))
        self.assertEqual(draft["state"], "open")
        town.maria("tag", case, "+school")
        later = town.letter(text="Another question.\n")
        self.write_back(old, 1)
        self.assertEqual(ben.opens(old), before)
        self.assertEqual(ben.opens(case), ["letter"])
        self.assertEqual(ben.opens(later), [])
        # Whoever stays reads the old and the new.
        for person in (town.anna, town.maria):
            self.assertEqual(self.texts(person, case), ["A question.\n"])
            self.assertEqual(self.texts(person, later),
                             ["Another question.\n"])
            self.assertEqual(
                [i["text"] for i in person("show", case)["items"]
                 if i["kind"] == "note"], ["A note since."])
        self.assertEqual(peek(town.service, "SELECT count(*) FROM "
                              "team_secret WHERE member = 'ben'")[0][0], 0)
        town.service.admin("check")

    def test_it_says_what_cannot_be_taken_back(self):
        said = self.town.maria.run("team", "rotate", check=True)
        self.assertIn("What somebody has read or copied before cannot be "
                      "taken back.", " ".join(said.text.split()))
        self.assertIn("Now: teduh team rotate", " ".join(
            self.town.maria.run("staff", "revoke", "anna",
                                check=True).text.split()))

    def test_a_counsellor_rotates_nothing(self):
        refused = self.ben.refused("team", "rotate")
        self.assertEqual(refused.code, 1, refused)
        refused = self.town.maria.refused("team", "rotate", "--desk",
                                          "careers")
        self.assertEqual(refused.code, 1, refused)

    def test_again_when_all_is_done_is_another_key(self):
        self.assertEqual(self.rotate()["epoch"], 2)
        self.assertEqual(self.rotate()["epoch"], 3)

    def test_a_colleague_of_later_reads_it_all(self):
        case = self.town.letter(text="A question.\n")
        self.rotate()
        self.rotate()
        cleo = self.town.hire("cleo", "supervisor")
        self.assertEqual(self.texts(cleo, case), ["A question.\n"])
        self.assertEqual(self.rotate(cleo)["cases"], 1)
        self.assertEqual(self.texts(self.ben, case), ["A question.\n"])


    def test_what_cannot_be_opened_is_in_nobodys_way(self):
        """More than a page of cases whose boxes somebody spoiled, newer than
        the others."""
        town = self.town
        cases = [town.letter(text="A question.\n") for _ in range(2)]
        ben = self.leave(self.ben)
        with town.intrusion() as db:
            db.execute("PRAGMA foreign_keys = off")
            (active,) = db.execute("SELECT max(active) FROM "
                                   "cases").fetchone()
            for n in range(60):
                spoiled = f"ZZZZZZ{n:02}"
                copy_row(db, "cases", "id = ?", (cases[0],), id=spoiled,
                         active=active + 1)
                copy_row(db, "case_key", "case_id = ?", (cases[0],),
                         case_id=spoiled, box=bytes(150))
        said = town.maria.run("team", "rotate")
        self.assertEqual(said.code, 1, said)
        self.assertIn("60 could not be opened", " ".join(said.err.split()))
        self.assertNotIn("Who has left", said.text)
        for case in cases:
            self.assertEqual(self.sealed_to(case), 2)
            opened = ben.opens(case)
            town.maria("note", case, "-m", "Since.")
            self.assertEqual(ben.opens(case), opened)


class Stopped(RotateStory):
    def test_killed_at_each_step_and_gone_on_with(self):
        """Before each thing that anybody could see of it; a letter comes at
        that moment, and everybody who stays reads everything."""
        town = self.town
        cases = [self.answered()]
        cases += [town.letter(text=f"Question {n}.\n") for n in range(2)]
        ben = self.leave(self.ben)
        mine = len(ben.opens(cases[0]))
        at, epochs = 1, set()
        while True:
            run = steps.Run(self.ground, town.maria, "team", "rotate",
                            at=at)
            late = town.letter(text=f"Late {at}.\n")
            self.assertEqual(self.texts(town.anna, late), [f"Late {at}.\n"])
            (epoch,) = peek(town.service, "SELECT max(epoch) FROM "
                            "team_secret WHERE member = 'anna'")[0]
            epochs.add(epoch)
            self.write_back(cases[0], at)
            if self.sealed_to(cases[0]) == 1:
                mine += 1
            self.assertEqual(len(ben.opens(cases[0])), mine)
            if epoch > 1:       # the key is made: she opens nothing new
                self.assertEqual(ben.opens(late), [])
            if not run.killed:
                break
            at += 5
        self.assertEqual(run.code, 0, run.err)
        self.assertEqual(epochs, {1, 2})
        self.assertEqual(peek(town.service, "SELECT count(*) FROM cases "
                              "WHERE (SELECT max(team_epoch) FROM case_key "
                              "WHERE case_id = cases.id) < 2")[0][0], 0)
        for case in cases:
            opened = ben.opens(case)
            town.maria("note", case, "-m", "Since.")
            self.assertEqual(ben.opens(case), opened)
            self.assertIn("uestion", self.texts(town.anna, case)[0])
        town.service.admin("check")


class Forged(RotateStory):
    def setUp(self):
        super().setUp()
        self.case = self.answered()

    def record(self, by, signer, **changes):
        """A record of a key of a stranger's, with all its rows."""
        stranger = Stranger()
        said = {"at": 1795000000, "by": by, "case": self.case,
                "case_key": stranger.box_public.hex(), "desk": "youth",
                "epoch": 2, "from": None, "team_epoch": 1, "v": 1, **changes}
        text = json.dumps(said, sort_keys=True,
                          separators=(",", ":")).encode()
        with self.town.intrusion() as db:
            team, = db.execute("SELECT box FROM team_secret WHERE member = "
                               "'anna' AND kind = 'team'").fetchone()
            team = sodium.box_open(self.town.anna.box, "teduh/team-key/v1",
                                   "youth/1/anna", team)
            insert(db, "case_key", case_id=self.case, epoch=said["epoch"],
                   public=stranger.box_public, team_epoch=1,
                   box=sodium.box_seal(
                       sodium.box_public(team), "teduh/case-key/v1",
                       f"{self.case}/{said['epoch']}/youth/1",
                       stranger.box))
            insert(db, "case_epoch", case_id=self.case,
                   epoch=said["epoch"], statement=text,
                   signer=signer.public,
                   signature=signer.sign("teduh/epoch/v1", text),
                   at=said["at"])
        return stranger

    def opened_by(self, stranger):
        return [row for row in peek(self.town.service,
                                    "SELECT box FROM grants")
                if sodium.box_inside(stranger.box, row["box"]) is not None]

    def check_refused(self, stranger):
        """No letter and no note goes under that key, and it is told."""
        town = self.town
        self.town.service.inject(mail(
            sender="kai@example.org", message_id="<back@example.org>",
            text="Back.\n", In_Reply_To=self.told))
        new, = town.anna.wait_queue(
            1, where=lambda row: row["id"] != self.case)
        self.assertEqual(self.texts(town.anna, new["id"]), ["Back.\n"])
        said = town.anna.refused("note", self.case, "-m", "Hello.")
        self.assertIn("does not hold or is missing", " ".join(
            said.err.split()))
        self.assertEqual(self.opened_by(stranger), [])
        checked = town.service.admin("check", check=False)
        self.assertEqual(checked.code, 1, checked)
        self.assertIn("of the keys of case", " ".join(
            (checked.text + checked.err).split()))

    def test_a_record_that_a_stranger_signed(self):
        stranger = Stranger()
        self.check_refused(self.record("maria", stranger.signer))

    def test_a_record_of_a_counsellors(self):
        """With the key of somebody who is no supervisor."""
        self.check_refused(self.record("anna", self.town.anna.signer))

    def test_a_record_of_who_has_left_since(self):
        """He was a supervisor, and the desk has a new key since."""
        cleo = self.town.hire("cleo", "supervisor")
        self.town.maria("staff", "revoke", "cleo")
        self.rotate()
        self.check_refused(self.record("cleo", cleo.signer, epoch=3,
                                       team_epoch=2))

    def test_a_record_that_was_taken_away(self):
        """Under the key that it named a letter has come."""
        self.rotate()
        self.write_back(self.case, 1)
        with self.town.intrusion() as db:
            db.execute("DELETE FROM case_epoch")
        self.check_refused(Stranger())

    def left_with_a_key(self):
        """A supervisor who has left; a letter came under the next key, and
        its record is taken away."""
        cleo = self.town.hire("cleo", "supervisor")
        self.town.maria("staff", "revoke", "cleo")
        self.rotate()
        self.write_back(self.case, 1)
        with self.town.intrusion() as db:
            db.execute("DELETE FROM case_epoch")
        return cleo

    def test_a_record_behind_one_that_was_taken_away(self):
        cleo = self.left_with_a_key()
        self.check_refused(self.record("cleo", cleo.signer, epoch=3))

    def test_a_record_behind_another_in_its_place(self):
        """The letter's deposit names the key that was there."""
        cleo = self.left_with_a_key()
        with self.town.intrusion() as db:
            db.execute("DELETE FROM case_key WHERE epoch = 2")
        self.record("cleo", cleo.signer)
        self.check_refused(self.record("cleo", cleo.signer, epoch=3))

    def test_of_a_supervisor_it_holds(self):
        """So that the others are refused for who signed them."""
        stranger = self.record("maria", self.town.maria.signer)
        self.town.anna("note", self.case, "-m", "Hello.")
        self.assertEqual(len(self.opened_by(stranger)), 1)


if __name__ == "__main__":
    unittest.main()
