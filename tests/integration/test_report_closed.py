"""Closed cases in numbers, by what their letters said: sealed when a case is
closed, away from it when there are eight, and still there without it."""

import csv
import io
import time

from lib import sodium
from lib.archive import Archive, lose
from lib.crash import cut_at
from lib.erasing import wait_seen
from lib.ground import wait_for
from lib.intruder import insert, peek, quicken, store
from lib.mails import mail
from lib.signed import Request
from lib.story import Story
from lib.teduh import Service, invite
from lib.web import Visitor, open_door

AREAS = ["family", "school", "something_else"]
DAYS = 72 * 3600 + 60
LEAST = 8


class Closed(Story):
    """A founded service with a door, and keys that open at once."""

    def setUp(self):
        super().setUp()
        self.service = Service(self.ground)
        open_door(self.ground, self.service)
        self.service.settings["desk youth"]["areas"] = AREAS
        self.found()
        quicken(self.maria)
        quicken(self.anna)
        self.offset = self.count = 0

    def later(self, seconds):
        self.offset += seconds
        self.service.clock(self.offset)

    def letter(self, age=None, *areas):
        """By form, or by mail when there is no age; the case."""
        self.count += 1
        if age is None:
            return self.one_case(mail(
                f"seeker-{self.count}@example.org", text="Hm.\n",
                message_id=f"<{self.count}@example.org>"))["id"]
        visitor = Visitor(self.service)
        form = visitor.get()
        self.later(36)
        known = {row["id"] for row in self.anna.queue()}
        answer = visitor.post(form.fields, text="Hm.", do="send", age=age,
                              gender="my name is Siti",
                              **{f"area-{one}": "yes" for one in areas})
        self.assertEqual(answer.status, 303, answer.texts)
        case, = {row["id"] for row in self.anna.queue()} - known
        return case

    def closed(self, *letter, reason=None):
        case = self.letter(*letter)
        self.anna("close", case, *(("--reason", reason) if reason else ()))
        return case

    def number(self, sql):
        return peek(self.service, f"SELECT count(*) FROM {sql}")[0][0]

    def moved(self, count):
        wait_for(f"{count} rows without a case",
                 lambda: self.number("statistic") == count, 60)

    def looked(self):
        """Until clock has been through all that it looks at."""
        def at():
            return peek(self.service, "SELECT max(at) FROM breath WHERE "
                        "role = 'clock'")[0][0]
        before = at()
        self.later(120)
        wait_for("a look of clock", lambda: at() > before, 60)

    def month(self):
        month = str(peek(self.service, "SELECT max(month) FROM counter"
                         )[0][0])
        return f"{month[:4]}-{month[4:]}"

    def report(self, person=None, month=None):
        return (person or self.maria)("report", "--month",
                                      month or self.month())

    def cells(self, report, group):
        return {row["value"]: row["closed"] for row in report["rows"]
                if row["group"] == group}


class ByAgeAndArea(Closed):
    def test_a_month(self):
        for _ in range(6):
            self.closed("18", "school", reason="answered")
        self.closed("12", "school", "family")
        # Seven are too few to be nobody's, however often clock looks.
        for _ in range(2):
            self.looked()
        report = self.report()
        self.assertEqual(self.cells(report, "age"), {})
        self.assertEqual(self.number("statistic"), 0)
        cases = [row["case_id"] for row in
                 peek(self.service, "SELECT case_id FROM statistic_new")]
        boxes = {row["box"] for row in
                 peek(self.service, "SELECT box FROM statistic_new")}
        self.assertEqual((len(set(cases)), len(boxes)), (7, 7))
        # Nothing in one is longer than in another.
        self.assertEqual(len({len(box) for box in boxes}), 1)
        self.closed()
        self.moved(LEAST)
        self.assertEqual(self.number("statistic_new WHERE box IS NOT NULL"),
                         0)
        rows = peek(self.service, "SELECT * FROM statistic")
        ids = {row["id"] for row in
               peek(self.service, "SELECT id FROM statistic_new")}
        self.assertEqual(set(rows[0].keys()), {"desk", "id", "epoch", "box"})
        self.assertEqual(len(boxes & {row["box"] for row in rows}), 7)
        self.assertFalse(ids & {row["id"] for row in rows})
        report = self.report()
        self.assertEqual(report["ignored"], 0)
        self.assertEqual(self.cells(report, "all"), {"": 8})
        # One of twelve and one who did not say: both hidden, no third.
        self.assertEqual(self.cells(report, "age"),
                         {"13-18": 6, "0-12": None, "unsaid": None})
        self.assertEqual(self.cells(report, "area"),
                         {"school": 7, "family": None, "unsaid": None})
        # A single hidden one takes the next with it.
        self.assertEqual(self.cells(report, "outcome"),
                         {"answered": None, "unsaid": None})
        row = next(row for row in report["rows"] if row["value"] == "13-18")
        self.assertEqual({row[name] for name in (
            "received", "overdue", "returned", "waiting", "median_h",
            "p80_h", "in_time")}, {None})
        self.assertEqual(row["answered"], 0)
        self.as_table_and_page()
        # Another month, and people who are not told.
        self.assertEqual(self.report(month="2020-01")["rows"], [])
        self.assertEqual(self.anna.run("report").code, 1)

    def as_table_and_page(self):
        done = self.maria.run("report", "--month", self.month(), "--csv",
                              check=True)
        table = {(row["group"], row["value"]): row["closed"]
                 for row in csv.DictReader(io.StringIO(done.text))}
        self.assertEqual((table["age", "13-18"], table["age", "0-12"]),
                         ("6", ""))
        page = self.maria.run("report", "--month", self.month(), check=True)
        line, = [line for line in page.text.splitlines()
                 if "13-18" in line]
        self.assertEqual(line.split(), ["age", "13-18", "-", "0", *"---", "6",
                                        *"---"])
        self.assertNotIn("sealed row", page.err)
        for name in ("Siti", "my name"):
            self.assertNotIn(name, page.text + done.text)

    def test_how_long_they_waited(self):
        """What the service says of the first answer, in begun hours."""
        for _ in range(LEAST):
            case = self.letter("18", "school")
            self.later(3 * 3600)
            path = self.ground.file("body.txt", "An answer.\n")
            self.anna("show", case)
            draft = self.anna("reply", case, "--body", path, "--submit")
            self.maria("approve", draft["id"])
            self.later(1800)
            self.anna.wait_delivery(case, "published", 60)
            self.anna("close", case)
        self.moved(LEAST)
        row, = [row for row in self.report()["rows"] if
                row["group"] == "age"]
        self.assertEqual((row["answered"], row["closed"], row["in_time"]),
                         (LEAST, LEAST, None))
        self.assertIn(row["median_h"], (4, 5))
        self.assertEqual(row["median_h"], row["p80_h"])

    def test_who_waits_beyond_the_time(self):
        """No answer was late, and yet somebody waits too long."""
        for _ in range(5):
            self.letter()
        report = self.maria("report", "--month", self.month())
        row, = [row for row in report["rows"] if row["group"] == "all"]
        self.assertEqual((row["overdue"], row["waiting"]), (0, 0))
        self.later(20 * 24 * 3600)
        now = time.strftime("%Y-%m", time.gmtime(time.time() + self.offset))
        row, = [row for row in self.report(month=now)["rows"]
                if row["group"] == "all"]
        self.assertEqual((row["overdue"], row["waiting"]), (0, 5))


class Once(Closed):
    def test_a_case_counts_once(self):
        """Closed again while it waits: what is newer stands. After it has
        gone: none is added."""
        case = self.closed("18", reason="answered")
        before, = peek(self.service, "SELECT box FROM statistic_new")
        self.anna("reopen", case, "-m", "too early")
        self.anna("close", case, "--reason", "referred")
        after, = peek(self.service, "SELECT box FROM statistic_new")
        self.assertNotEqual(before["box"], after["box"])
        for _ in range(LEAST - 1):
            self.closed("18", reason="referred")
        self.moved(LEAST)
        self.assertEqual(self.cells(self.report(), "outcome"),
                         {"referred": LEAST})
        for _ in range(2):
            self.anna("reopen", case, "-m", "once more")
            self.anna("close", case, "--reason", "answered")
        self.assertEqual(self.number("statistic_new"), LEAST)
        self.assertEqual(self.number("statistic_new WHERE box IS NOT NULL"),
                         0)
        self.assertIn("the store is whole", self.service.admin("check").text)

    def test_it_survives_the_case(self):
        """Erased before its row went on, and after."""
        early = self.closed("27", "something_else")
        late = [self.closed("27", "something_else") for _ in range(2)]
        month = self.month()
        self.erase(early)
        row, = peek(self.service, "SELECT * FROM statistic_new WHERE "
                    "case_id IS NULL")
        self.assertIsNotNone(row["box"])
        for _ in range(LEAST - 3):
            self.closed("27", "something_else")
        self.moved(LEAST)
        self.assertEqual(self.number("statistic_new"), LEAST - 1)
        self.erase(late[0])
        self.assertEqual(self.number("statistic_new"), LEAST - 2)
        self.assertEqual(self.number("statistic"), LEAST)
        counted = sum(self.cells(self.report(month=one), "all").get("", 0)
                      for one in {month, self.month()})
        self.assertEqual(counted, LEAST)
        self.assertIn("the store is whole", self.service.admin("check").text)

    def erase(self, case):
        self.maria("erase", case, "--yes")
        wait_seen(self.service, case)
        self.later(DAYS)
        wait_for("the end of the case", lambda: not peek(
            self.service, "SELECT 1 FROM item WHERE case_id = ?", case), 60)

    def test_a_death_on_the_way_loses_and_doubles_nothing(self):
        points = []
        for n in range(1, 10):
            cases = [self.letter() for _ in range(LEAST)]
            self.service.stop()
            after = len(self.service.logged())
            self.service.start(env={"TEDUH_CRASH": f"clock:{n}"})
            for case in cases:
                self.anna("close", case)
            self.moved(LEAST * n)
            self.assertEqual(self.number("statistic_new WHERE box IS NOT "
                                         "NULL"), 0)
            here = cut_at(self.service, after)
            if not here:
                break
            points += here
        for point in ("before", "after"):
            self.assertIn(f"clock: statistics {point}", points)
        self.assertEqual(self.number("(SELECT DISTINCT box FROM statistic)"),
                         self.number("statistic"))

    def test_a_backup_has_both(self):
        for _ in range(LEAST):
            self.closed("18", "school")
        self.moved(LEAST)
        self.closed("12", "family")
        before = self.report()
        archive = Archive(self.ground)
        archive.take(self.service)
        lose(self.service)
        archive.put_back(self.service)
        self.service.start()
        self.maria.run("restore", "accept", "--yes", check=True)
        self.assertEqual(self.report()["rows"], before["rows"])
        self.assertEqual(self.number("statistic_new WHERE box IS NOT NULL"),
                         1)


class Keys(Closed):
    def test_after_a_rotation_and_for_who_comes_later(self):
        for _ in range(LEAST):
            self.closed("18", "school")
        self.moved(LEAST)
        self.maria("team", "rotate")
        for _ in range(LEAST):
            self.closed("26", "family")
        self.moved(2 * LEAST)
        self.assertEqual({row["epoch"] for row in peek(
            self.service, "SELECT epoch FROM statistic")}, {1, 2})
        report = self.report()
        self.assertEqual((self.cells(report, "age"), report["ignored"]),
                         ({"13-18": LEAST, "19-26": LEAST}, 0))
        # Who supervises from now on holds the older keys as well.
        rita = quicken(invite(self.service, self.ground, self.maria, "rita",
                              "supervisor"))
        self.assertEqual(self.report(rita)["rows"], report["rows"])

    def test_what_somebody_planted(self):
        for _ in range(LEAST):
            self.closed("18", "school")
        self.moved(LEAST)
        before = self.report()
        report, = peek(self.service, "SELECT box FROM team_secret WHERE "
                       "kind = 'report' AND member = 'maria'")
        public = sodium.box_public(sodium.box_open(
            self.maria.box, "teduh/report-key/v1", "youth/1/maria",
            report["box"]))
        good, = peek(self.service, "SELECT box FROM statistic LIMIT 1")
        plain = (b'{"age":"0-12","areas":[],"gender":null,"language":null,'
                 b'"hours":null,"month":%s,"outcome":"=cmd","v":1}' %
                 self.month().replace("-", "").encode()).ljust(1024, b"\0")

        def seal(text, context="youth/1"):
            return sodium.box_seal(public, "teduh/statistic/v1", context,
                                   text)
        planted = [b"", b"short", good["box"][:-1], good["box"],
                   good["box"][:-1] + bytes([good["box"][-1] ^ 1]),
                   seal(plain), seal(plain.replace(b"=cmd", b"done"),
                                     "yonth/1"),
                   seal(b"{}".ljust(1024, b"\0"))]
        self.service.stop()
        with store(self.service) as db:
            for n, box in enumerate(planted):
                insert(db, "statistic", desk="youth", id=bytes([n] * 16),
                       epoch=1, box=box)
            insert(db, "statistic", desk="youth", id=b"e" * 16, epoch=9,
                   box=good["box"])
        self.service.start()
        report = self.report()
        self.assertEqual(report["rows"], before["rows"])
        self.assertEqual(report["ignored"], len(planted) + 1)
        for more in ((), ("--csv",)):
            done = self.maria.run("report", *more, check=True)
            self.assertIn("teduh: 9 sealed rows of closed cases",
                          done.err.replace("\n", " "))
            self.assertNotIn("cmd", done.text)

    def test_what_somebody_planted_among_those_that_wait(self):
        """Rows that are none go nowhere; and the desk of which they are
        holds up no other."""
        for _ in range(LEAST - 1):
            self.closed("18", "school")
        size = peek(self.service, "SELECT length(box) FROM statistic_new")[
            0][0]
        self.service.stop()
        with store(self.service) as db:
            for n, box in enumerate([bytes(size)] * (LEAST - 1) +
                                    [bytes(1 << 20), b"short"]):
                insert(db, "statistic_new", id=bytes([n] * 16), case_id=None,
                       desk="early", epoch=1, box=box)
        self.service.start()
        self.closed("18", "school")
        self.moved(LEAST)
        self.assertEqual(self.number(
            "statistic WHERE desk <> 'youth' OR length(box) > 4000"), 0)
        self.assertEqual(self.number(
            f"statistic_new WHERE box IS NOT NULL AND length(box) = {size}"),
            LEAST - 1)
        self.assertEqual(self.number("statistic_new WHERE desk = 'early'"),
                         LEAST - 1)
        self.assertEqual(self.report()["ignored"], 0)

    def test_the_service_takes_what_is_one(self):
        """Its size and its key's epoch are all that it can look at."""
        case = self.letter()
        box = "A" * 1600
        for statistic, status in (
                ({"epoch": 1, "box": box}, 400), ({"epoch": 2, "box": box},
                                                  409),
                ({"epoch": 0, "box": box}, 400), ({"epoch": 1}, 400),
                ({"epoch": 1, "box": "?"}, 400), ("none", 400),
                ({"epoch": 1, "box": "A" * 8000}, 400)):
            with self.subTest(statistic):
                self.assertEqual(Request(
                    self.anna.signer, "POST", f"/v1/cases/{case}/close",
                    {"retention": None, "statistic": statistic}
                ).send(self.service)[0], status)
        self.assertEqual(self.number("statistic_new"), 0)

    def test_a_desk_that_is_not_ones_own(self):
        def ask(person, target):
            return Request(person.signer, "GET",
                           f"/v1/statistics?desk={target}").send(
                               self.service)
        self.assertEqual(ask(self.maria, "youth")[0], 200)
        self.assertEqual(ask(self.maria, "youth/" + "0" * 32)[0], 200)
        self.assertEqual(ask(self.maria, "nowhere")[0], 404)
        self.assertEqual(ask(self.anna, "youth")[0], 403)
        for bad in ("", "Youth", "youth/", "youth/0", "youth/" + "G" * 32,
                    "y" * 33, "youth&desk=youth", "youth/" + "0" * 33):
            with self.subTest(bad):
                self.assertEqual(ask(self.maria, bad)[0], 400)


if __name__ == "__main__":
    import unittest
    unittest.main()
