"""The 72 hours before a case is erased begin when role clock sees the wish,
whatever time stands in it: somebody who once read the case and somebody who
writes to the store cannot have it erased without them."""

import json
import unittest

from lib import sodium
from lib.crash import check_audit, cut_at
from lib.erasing import erasure, wait_done, wait_seen
from lib.ground import Ground, wait_for
from lib.intruder import Town, insert, peek, store
from lib.older import role_signer

HOUR = 3600
WAIT = 72 * HOUR
TEXT = "Nobody may know.\n"


class Sighting(unittest.TestCase):
    """Ben read the desk, and left; his key he still has."""

    def setUp(self):
        self.ground = Ground()
        self.addCleanup(self.ground.close)
        self.town = Town(self.ground)
        self.service = self.town.service
        self.ben = self.town.hire("ben")

    def cases(self, n):
        cases = [self.town.letter(text=TEXT) for _ in range(n)]
        self.town.maria("staff", "revoke", "ben")
        return cases

    def plant(self, db, case, signer, by, participant):
        """A wish of four days ago, by who has the store."""
        created, = db.execute("SELECT created FROM cases WHERE id = ?",
                              (case,)).fetchone()
        text = json.dumps({"at": created - 4 * 86400, "by": by, "case": case,
                           "participant": participant, "v": 1,
                           "wish": "erase"}, separators=(",", ":")).encode()
        insert(db, "erasure", case_id=case, state="asked",
               asked_by=f"p{participant}" if participant else by, asked_at=1,
               ends_at=2, statement=text, signer=signer.public,
               signature=signer.sign("teduh/wish/v1", text))

    def by_ben(self, db, case):
        self.plant(db, case, self.ben.signer, "ben", 0)

    def clock_passes(self):
        """Clock looks at everything, with the time as it is now: twice, as
        it may have been at work when the time was moved."""
        for _ in range(2):
            before = self.breath()
            self.town.later(61)
            wait_for("clock to look at everything",
                     lambda: self.breath() > before, 60)

    def breath(self):
        return peek(self.service, "SELECT at FROM breath WHERE role = "
                    "'clock'")[0]["at"]

    def first_seen(self, case):
        return peek(self.service, "SELECT audit.at FROM audit JOIN erasure "
                    "ON erasure.seen = audit.seq WHERE erasure.case_id = ?",
                    case)[0]["at"]

    def is_there(self, case):
        self.assertEqual(erasure(self.service, case)["state"], "asked")
        letter, = self.town.maria("show", case)["items"]
        self.assertEqual(letter["text"], TEXT)


class Backdated(Sighting):
    def test_it_waits_as_long_as_any(self):
        """By a former reader, and by role web in foreign hands."""
        cases = self.cases(2)
        web = role_signer(self.service.secrets, "web")
        with self.town.intrusion() as db:
            self.by_ben(db, cases[0])
            self.plant(db, cases[1], web, "web", 1)
        wait_seen(self.service, *cases)
        listed = {row["case"]: row["state"]
                  for row in self.town.maria("erase")}
        self.assertEqual(listed, dict.fromkeys(cases, "asked"))
        for case in cases:
            self.assertGreaterEqual(erasure(self.service, case)["ends_at"],
                                    self.first_seen(case) + WAIT)
        self.town.later(WAIT - HOUR)
        self.clock_passes()
        self.service.restart()
        self.clock_passes()
        for case in cases:
            self.is_there(case)
        self.assertEqual(len(peek(self.service, "SELECT 1 FROM audit WHERE "
                                  "action = 'erase-seen'")), 2)
        self.town.later(HOUR)
        for case in cases:
            wait_done(self.service, case)
            self.assertIsNone(erasure(self.service, case)["seen"])
        check_audit(self, self.service)
        self.assertEqual(self.service.admin("check", "--json").code, 0)

    def test_what_clock_said_cannot_be_made_or_lent(self):
        """The one that is left alone goes in its time, the others wait
        anew."""
        cases = self.cases(5)
        alone, gone, unnamed, lent, forged = cases
        with self.town.intrusion() as db:
            for case in cases:
                self.by_ben(db, case)
        wait_seen(self.service, *cases)
        seen = {case: dict(erasure(self.service, case)) for case in cases}
        self.town.later(WAIT - HOUR)
        self.clock_passes()
        with self.town.intrusion() as db:
            self.forge(db, forged, seen[forged]["seen"])
            db.execute("UPDATE erasure SET seen = ? WHERE case_id = ?",
                       (seen[alone]["seen"], lent))
            db.execute("UPDATE erasure SET seen = NULL WHERE case_id = ?",
                       (unnamed,))
            db.execute("DELETE FROM audit WHERE seq = ?",
                       (seen[gone]["seen"],))
            db.execute("UPDATE erasure SET ends_at = 1 WHERE case_id <> ?",
                       (alone,))
        self.town.later(HOUR)
        wait_done(self.service, alone)
        self.clock_passes()
        for case in cases[1:]:
            self.is_there(case)
            self.assertGreater(erasure(self.service, case)["ends_at"],
                               seen[case]["ends_at"] + WAIT - 2 * HOUR)
        self.town.later(WAIT)
        for case in cases[1:]:
            wait_done(self.service, case)

    def forge(self, db, case, genuine):
        """An entry like that of clock, of ten days ago, by another key."""
        row = dict(db.execute("SELECT * FROM audit WHERE seq = ?",
                              (genuine,)).fetchone())
        last = db.execute("SELECT seq, hash FROM audit ORDER BY seq DESC "
                          "LIMIT 1").fetchone()
        row.update(seq=last["seq"] + 1, at=row["at"] - 10 * 86400,
                   prev=last["hash"], signer=self.ben.signer.public)
        fields = [str(row[name]).encode() for name in ("seq", "at", "actor",
                  "action", "case_id", "detail")]
        row["hash"] = sodium.digest("teduh/audit/v2", b"".join(
            b"%d:%b," % (len(one), one) for one in fields) + b"-," + b"".join(
            b"%d:%b," % (len(one), one) for one in (row["signer"],
                                                    row["prev"])))
        row["signature"] = self.ben.signer.sign("teduh/audit/v2",
                                                row["hash"])
        insert(db, "audit", **row)
        db.execute("UPDATE erasure SET seen = ? WHERE case_id = ?",
                   (row["seq"], case))

    def test_taken_back_it_cannot_be_put_again(self):
        case, = self.cases(1)
        with self.town.intrusion() as db:
            self.by_ben(db, case)
        wait_seen(self.service, case)
        row = dict(erasure(self.service, case))
        self.town.maria("erase", case, "--undo")
        self.town.later(3 * WAIT)
        with self.town.intrusion() as db:
            insert(db, "erasure", **row)
        wait_for("clock to see it anew", lambda: erasure(
            self.service, case)["seen"] > row["seen"], 60)
        self.town.later(WAIT - HOUR)
        self.clock_passes()
        self.is_there(case)

    def test_killed_meanwhile_it_is_seen_once(self):
        points = []
        for n in range(1, 10):
            case = self.town.letter()
            self.service.stop()
            after = len(self.service.logged())
            with store(self.service) as db:
                self.by_ben(db, case)
            self.service.start(env={"TEDUH_CRASH": f"clock:{n}"})
            wait_seen(self.service, case)
            self.assertEqual([row["seq"] for row in peek(
                self.service, "SELECT seq FROM audit WHERE case_id = ? AND "
                "action = 'erase-seen'", case)],
                [erasure(self.service, case)["seen"]])
            points += cut_at(self.service, after)
            if {"erase: end before", "erase: end after"} <= set(points):
                break
        else:
            self.fail(f"died only at {points}")
        check_audit(self, self.service)


if __name__ == "__main__":
    unittest.main()
