"""By when people are answered: two clocks on working days, and real hours for
what is urgent."""

import datetime
from zoneinfo import ZoneInfo

from lib.ground import wait_for
from lib.intruder import peek
from lib.mails import mail, parse
from lib.story import SinkStory
from lib.teduh import texts

HOUR, DAY = 3600, 86400
ADA = "ada@example.org"
WEEK = "Mon Tue Wed Thu Fri Sat Sun".split()


def seconds(when):
    return datetime.datetime.fromisoformat(when).timestamp()


class Due(SinkStory):
    def left(self, case):
        """(waiting_since, due) as the store has them."""
        (since, due), = peek(self.service, "SELECT waiting_since, due "
                             "FROM cases WHERE id = ?", case)
        return since, due

    def write_again(self, case, n=2, **more):
        self.service.inject(mail(ADA, to=self.back, text=f"Again {n}.\n",
                                 message_id=f"<n{n}@example.org>", **more))
        wait_for("the letter", lambda: len(peek(
            self.service, "SELECT 1 FROM item WHERE case_id = ? AND kind = "
            "'letter'", case)) == n, 60)

    def first_answer(self, case):
        n = len(self.sink.messages)
        self.answer(case, "Hello.\n")
        self.anna.wait_delivery(case, "accepted", 60)
        self.back = parse(self.sink.messages[n].data)[
            "Reply-To"].addresses[0].addr_spec


class Clocks(Due):
    def found(self, service=None):
        self.service.settings["desk youth"]["languages"] = ["en"]
        self.service.settings["alarm"] = {"texts": texts(self.ground)}
        super().found(service)

    def test_first_and_later(self):
        case = self.one_case(mail(ADA))["id"]
        since, due = self.left(case)
        self.assertEqual(due - since, 48 * HOUR)
        self.first_answer(case)
        self.assertEqual(self.left(case), (None, None))
        self.write_again(case)
        since, due = self.left(case)
        self.assertEqual(due - since, 5 * DAY)
        # A second letter waits in the place of the first.
        self.service.clock(HOUR)
        self.write_again(case, 3)
        self.assertEqual(self.left(case), (since, due))

    def test_time_in_review_counts(self):
        """Submitted, returned, submitted again: the due time stands."""
        case = self.one_case(mail(ADA))["id"]
        before = self.left(case)
        self.service.clock(30 * HOUR)
        self.reply(self.anna, case, "Hello.\n", "--submit")
        self.assertEqual(self.left(case), before)
        self.maria("return", f"{case}.d1", "-m", "warmer")
        self.service.clock(49 * HOUR)
        self.reply(self.anna, case, "Warmer.\n", "--submit")
        self.assertEqual(self.left(case), before)
        row, = self.maria("review")
        self.assertEqual(seconds(row["due"]), before[1])
        self.assertTrue(self.anna.queue()[0]["overdue"])

    def test_what_the_rules_raise_has_real_hours(self):
        case = self.one_case(mail(ADA, text="I want to kill myself tonight."
                                  "\n"))["id"]
        self.assertEqual(self.anna.queue()[0]["urgency"], 3)
        since, due = self.left(case)
        self.assertLess(abs(due - since - 4 * HOUR), 60)

    def test_what_is_urgent_has_real_hours(self):
        case = self.one_case(mail(ADA))["id"]
        since, due = self.left(case)
        self.anna("urgency", case, "2", "-m", "soon")
        high = self.left(case)[1]
        self.assertLess(abs(high - since - 12 * HOUR), 60)
        self.anna("urgency", case, "3", "-m", "now")
        crisis = self.left(case)[1]
        self.assertLess(abs(crisis - since - 4 * HOUR), 60)
        # Lowered, it is as if it had always been so.
        self.anna("urgency", case, "0", "-m", "no danger")
        self.assertEqual(self.left(case), (since, due))
        # Raised when little time is left: never later than before.
        self.service.clock(47 * HOUR)
        self.anna("urgency", case, "2", "-m", "late")
        self.assertEqual(self.left(case), (since, due))


class WorkingDays(Due):
    """Of a desk that is closed today and tomorrow."""

    def found(self, service=None):
        self.zone = ZoneInfo("Pacific/Auckland")
        self.today = datetime.datetime.now(self.zone).replace(
            hour=0, minute=0, second=0, microsecond=0)
        open_ = [WEEK[(self.today.weekday() + n) % 7] for n in range(2, 7)]
        service = service or self.service
        service.settings["desk youth"].update(
            timezone="Pacific/Auckland", calendar=open_)
        super().found(service)

    def midnight(self, days):
        return (self.today + datetime.timedelta(days=days)).timestamp()

    def test_it_runs_from_the_next_working_day(self):
        case = self.one_case(mail(ADA))["id"]
        self.assertEqual(self.left(case)[1], self.midnight(4))
        # No alarm speaks of it before two thirds of that time are over.
        self.service.clock(40 * HOUR)
        self.write_of_another("bob@example.org")
        self.assertNotIn("case-overdue", self.service.admin(
            "status", check=False).text)
        self.service.clock(int(self.midnight(3)) + 9 * HOUR -
                           int(datetime.datetime.now().timestamp()))
        wait_for("the alarm", lambda: "case-overdue youth" in
                 self.service.admin("status", check=False).text, 60)
        # Real hours do not look at the calendar.
        self.anna("urgency", case, "3", "-m", "now")
        self.assertLess(self.left(case)[1], self.midnight(3) + 14 * HOUR)

    def write_of_another(self, sender):
        self.service.inject(mail(sender))
        self.anna.wait_queue(2)
