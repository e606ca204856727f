"""Quiet hours where the desk is: whoever reads along at night is not woken by
an answer, whenever it was approved and however often it was tried."""

import datetime
from zoneinfo import ZoneInfo

from lib.automatic import AutomaticStory, proven
from lib.ground import wait_for

HOUR = 3600
ADA = "ada@example.org"


class Quiet(AutomaticStory):
    zone, begins, ends = "Asia/Jakarta", 1, 9       # hours from now

    def found(self, service=None):
        now = datetime.datetime.now(ZoneInfo(self.zone))
        hours = [now + datetime.timedelta(hours=h)
                 for h in (self.begins, self.ends)]
        self.desk = {"timezone": self.zone, "languages": ["en"],
                     "acknowledge": "off",
                     "quiet": "-".join(f"{h:%H:%M}" for h in hours)}
        self.morning = hours[1].replace(second=0, microsecond=0).timestamp()
        super().found(service)

    def wait_morning(self):
        """Post has looked, and put it off to the end of the night."""
        wait_for("the morning", lambda: self.ask(
            "SELECT next_at FROM delivery") == [(self.morning,)], 60)


class Evening(Quiet):
    def test_a_deferred_answer_waits_for_the_morning(self):
        """Its next try would be in the night."""
        case = self.one_case(proven())["id"]
        self.sink.script["rcpt"] = "451 4.3.0 later"
        self.answer(case, "Sleep well.\n")
        self.anna.wait_delivery(case, "deferred", 60)
        self.sink.script.clear()
        self.service.clock(HOUR + 1800)
        self.wait_morning()
        self.assertEqual(self.sink.dots, [])
        shown = self.anna("show", case)
        delivery, = [i["delivery"] for i in shown["items"]
                     if i["kind"] == "answer"]
        self.assertEqual(delivery["state"], "deferred")
        self.assertEqual(datetime.datetime.fromisoformat(
            delivery["until"]).timestamp(), self.morning)
        self.assertIn("It leaves at", self.anna.run("show", case).text)
        # A clock that jumps within the night, there and back.
        for jump in (7 * HOUR, 2 * HOUR):
            self.service.clock(jump)
            self.one_case(proven(f"ben{jump}@example.com", jump))
        self.assertEqual(self.sink.dots, [])
        self.service.clock(10 * HOUR)
        self.wait_to(ADA)
        self.anna.wait_delivery(case, "accepted", 60)
        self.assertEqual(len(self.to(ADA)), 1)

    def test_one_that_was_held_into_the_night(self):
        """Quiet hours that are configured after it was approved, or a
        service that stood still until then."""
        case = self.one_case(proven())["id"]
        self.sink.script["rcpt"] = "451 4.3.0 later"
        self.answer(case, "Sleep well.\n")
        self.anna.wait_delivery(case, "deferred", 60)
        self.service.stop()
        self.sink.script.clear()
        self.service.clock(2 * HOUR)
        self.service.start()
        self.wait_morning()
        self.assertEqual(self.sink.dots, [])
        self.anna("urgency", case, "3", "-m", "now")
        self.wait_to(ADA)
        self.anna.wait_delivery(case, "accepted", 60)


class Night(Quiet):
    zone, begins, ends = "Europe/Tallinn", -1, 7

    def test_a_case_that_becomes_a_crisis_at_night(self):
        """Then its answer leaves at once; another one does not."""
        case = self.one_case(proven())["id"]
        self.answer(case, "We are here.\n")
        other = self.one_case(proven("ben@example.com", 2))["id"]
        self.answer(other, "Until tomorrow.\n")
        self.anna("urgency", case, "3", "-m", "now")
        self.wait_to(ADA)
        self.anna.wait_delivery(case, "accepted", 60)
        self.anna("urgency", other, "2", "-m", "soon")
        self.assertEqual(self.ask("SELECT state, next_at FROM delivery WHERE "
                                  f"case_id = '{other}'"),
                         [("held", self.morning)])
        self.assertEqual(self.to("ben@example.com"), [])
        self.service.clock(8 * HOUR)
        self.wait_to("ben@example.com")


del AutomaticStory, Quiet
