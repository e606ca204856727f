"""A month in numbers for the board."""

import csv
import io

from lib.erasing import wait_seen
from lib.ground import wait_for
from lib.intruder import peek
from lib.mails import mail
from lib.story import SinkStory

HOUR = 3600
DAYS = 72 * HOUR + 60


class Report(SinkStory):
    def letters(self, count):
        return [self.one_case(mail(
            f"seeker-{n}@example.org", subject=f"number {n}",
            message_id=f"<{n}@example.org>"))["id"] for n in range(count)]

    def report(self, *words):
        return self.maria("report", *words)

    def row(self, report, group="all", value=""):
        return next(row for row in report["rows"] if
                    (row["group"], row["value"]) == (group, value))

    def test_a_month(self):
        cases = self.letters(6)
        self.service.clock(60)      # each waits an hour that has begun
        for case in cases[:5]:
            self.answer(case, "An answer.\n")
            self.anna.wait_delivery(case, "accepted", 60)
        draft = self.reply(self.anna, cases[5], "Not so.\n", "--submit")
        self.maria("return", draft, "-m", "otherwise")
        month = str(peek(self.service, "SELECT max(month) FROM counter"
                         )[0][0])
        month = f"{month[:4]}-{month[4:]}"
        report = self.report("--month", month)
        self.assertEqual(report["month"], month)
        self.assertEqual(self.row(report), {
            "desk": "youth", "group": "all", "value": "", "received": 6,
            "answered": 5, "overdue": 0, "returned": None, "waiting": 0,
            "closed": 0, "median_h": 1, "p80_h": 1, "in_time": 100})
        self.assertEqual(self.row(report, "channel", "mail")["received"], 6)
        self.assertEqual(self.row(report, "urgency", "0")["answered"], 5)
        self.assertEqual(self.row(report, "answers", "first")["answered"], 5)
        # As a page, as a table, and of another month.
        page = self.maria.run("report", "--month", month,
                              check=True).text
        self.assertIn("Numbers under 5 are hidden", page)
        table = list(csv.DictReader(io.StringIO(self.maria.run(
            "report", "--month", month, "--csv", check=True).text)))
        self.assertEqual((table[0]["desk"], table[0]["received"],
                          table[0]["returned"]), ("youth", "6", ""))
        self.assertEqual(self.report("--month", "2020-01")["rows"], [])
        self.assertEqual(self.anna.run("report").code, 1)
        self.assertEqual(self.maria.run("report", "--month", "May").code, 2)
        self.erased(cases[0], report)

    def erased(self, case, before):
        """What was counted stays when the case is gone."""
        self.anna("release", case)
        self.maria("erase", case, "--yes")
        wait_seen(self.service, case)
        self.service.clock(DAYS)
        wait_for("the end of the case", lambda: not peek(
            self.service, "SELECT 1 FROM item WHERE case_id = ?", case), 60)
        self.service.clock(0)
        self.assertEqual(self.report("--month", before["month"]), before)


if __name__ == "__main__":
    import unittest
    unittest.main()
