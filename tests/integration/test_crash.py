"""Power cuts and full disks.  Builds with test hooks have a crash point
before and after every durable step and every message to the outside world;
each is hit once on a whole way from a letter to its answer, and the end is
always the same."""

import threading
import unittest

from lib.crash import (AGAIN, Way, check_audit, check_store, every_point,
                       persist)
from lib.ground import Ground, wait_for
from lib.intruder import Town, peek, store
from lib.mails import mail
from lib.rest import at_rest
from lib.smalldisk import SmallDisk
from lib.teduh import SERVICE_USER, Service


class Points(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ground = Ground()
        cls.addClassCleanup(cls.ground.close)
        cls.town = Town(cls.ground)

    def whole(self, role, *points):
        """Every point of a role; these are among them, both sides each."""
        before = peek(self.town.service,
                      "SELECT count(*) AS n FROM cases")[0]["n"]
        met = every_point(self, self.town, role)
        for point in points:
            for side in ("before", "after"):
                self.assertIn(f"{point} {side}", met)
        cases = peek(self.town.service,
                     "SELECT count(*) AS n FROM cases")[0]["n"]
        self.assertEqual(cases - before, len(met) + 1)
        check_store(self, self.town.service)

    def test_intake(self):
        self.whole("intake", "C1")

    def test_api(self):
        self.whole("api", "C2", "C3", "C4", "C5")

    def test_post(self):
        self.whole("post", "C6", "C6b", "C7")


class Killed(unittest.TestCase):
    def setUp(self):
        self.ground = Ground()
        self.addCleanup(self.ground.close)
        self.town = Town(self.ground)

    def test_everything_at_once_while_letters_come(self):
        """What was acknowledged is there; what was not is sent again, and
        is there once."""
        town, acknowledged = self.town, []
        mails = [mail(f"seeker-{n}@example.org", subject=f"letter {n}",
                      text=f"Number {n}.\n", message_id=f"<{n}@example.org>")
                 for n in range(12)]

        def bring(n):
            if town.service.inject(mails[n], check=False).code == 0:
                acknowledged.append(n)

        for death in range(3):
            threads = [threading.Thread(target=bring, args=(n,))
                       for n in range(len(mails)) if n not in acknowledged]
            for thread in threads:
                thread.start()
            wait_for("some letters", lambda: len(acknowledged) >
                     2 * death)                         # noqa: B023
            town.service.kill()
            for thread in threads:
                thread.join()
            town.service.start()
            subjects = [row["subject"] for row in town.anna.queue()]
            for n in acknowledged:
                self.assertEqual(subjects.count(f"letter {n}"), 1)
        for n, raw in enumerate(mails):
            if n not in acknowledged:
                persist("inject", lambda: town.service.inject(
                    raw, check=False))                  # noqa: B023
        self.assertEqual(sorted(row["subject"] for row in town.anna.queue()),
                         sorted(f"letter {n}" for n in range(len(mails))))
        check_store(self, town.service)

    def test_everything_at_once_after_each_step_of_an_answer(self):
        town = self.town
        way = Way(town).come()
        body = self.ground.file("body.txt", f"An answer to {way.case}.\n")
        for words in (("claim", way.case), ("show", way.case),
                      ("reply", way.case, "--body", body),
                      ("submit", f"{way.case}.d1")):
            self.assertEqual(town.anna.run(*words).code, 0)
            town.service.kill()
            town.service.start()
        town.relay_down()
        town.maria("approve", f"{way.case}.d1")
        town.service.kill()
        town.service.start()
        town.relay_up()
        town.later()
        way.arrive()
        town.service.kill()
        town.service.start()
        way.check(self)
        check_store(self, town.service)

    def test_the_check_of_the_chain_can_fail(self):
        Way(self.town).come()
        self.town.service.stop()
        count = check_audit(self, self.town.service)
        with store(self.town.service) as db:
            db.execute("UPDATE audit SET actor = 'nobody' WHERE seq = ?",
                       (count - 1,))
        with self.assertRaises(AssertionError):
            check_audit(self, self.town.service)


class Full(unittest.TestCase):
    """The data folder is a small disk, and it is full."""

    def setUp(self):
        self.ground = Ground()
        self.addCleanup(self.ground.close)
        self.disk = SmallDisk(self.ground, "service/data", SERVICE_USER)
        self.service = Service(self.ground)
        self.town = Town(self.ground, self.service)

    def counts(self):
        at_rest(self.service)
        return {table: peek(self.service, f"SELECT count(*) FROM {table}")[
            0][0] for table in ("cases", "item", "chunk", "part", "grants",
                                "ledger", "audit", "case_key")}

    def test_a_letter_waits_for_space(self):
        town, big = self.town, "wort " * 60000
        town.letter()
        before = self.counts()
        self.disk.fill()
        raw = mail("seeker-b@example.org", text=f"{big}\n",
                   message_id="<big@example.org>")
        for _ in range(3):
            self.assertEqual(self.service.inject(raw, check=False).code,
                             AGAIN)
        after = self.counts()
        after["chunk"] = before["chunk"]    # without a head they are nothing
        self.assertEqual(after, before)
        self.disk.free()
        persist("inject", lambda: self.service.inject(raw, check=False))
        self.assertEqual(len(town.anna.wait_queue(2)), 2)
        check_store(self, self.service)

    def test_people_are_told_to_try_again(self):
        town = self.town
        case = town.letter()
        big = self.ground.file("big.txt", "wort " * 12000)
        town.anna("show", case)
        self.disk.fill()
        result = town.anna.run("reply", case, "--body", big)
        self.assertEqual(result.code, AGAIN, result)
        self.disk.free()
        persist("reply", lambda: town.anna.run("reply", case, "--body", big))
        way = Way(town)
        way.case, way.address = case, "seeker-1@example.org"
        way.draft = f"{case}.d1"
        town.anna("show", case)
        town.anna("submit", way.draft)
        town.maria("approve", way.draft)
        way.arrive()
        self.assertEqual(len(way.sent()), 1)
        check_store(self, self.service)


if __name__ == "__main__":
    unittest.main()
