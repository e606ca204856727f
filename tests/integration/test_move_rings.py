"""An urgent case that goes to another desk: who is called there and who is
not any more, who is told of it, and by when it is to be answered then."""

import datetime
import unittest
from zoneinfo import ZoneInfo

from lib.duty import HOUR, on_duty
from lib.ground import wait_for
from lib.intruder import HALF_HOUR, peek
from lib.mails import parse
from lib.moving import MoveStory

HALF, DAY = HOUR // 2, 24 * HOUR
WEEK = "Mon Tue Wed Thu Fri Sat Sun".split()
MOVED = "dipindahkan dari satu meja"


class Rings(MoveStory):
    """The counsellors anna of youth, and nora, niko and pia of careers are
    on duty; who supervises is told of other things, too."""

    def setUp(self):
        super().setUp()
        self.niko = self.come("niko", "counsellor")
        self.pia = self.come("pia", "counsellor")
        for name in ("anna", "nora", "niko", "pia", "ben", "olga", "maria"):
            self.town.maria("staff", "notice", name,
                            data=f"{name}@office.example\n".encode())
        on_duty(self.service, ("anna", 1, -1, 20))
        self.case = self.town.letter()
        self.now = 0

    def careers_on_duty(self):
        """nora, behind her pia; after two hours niko."""
        on_duty(self.service, ("nora", 1, -1, 2), ("niko", 1, 2, 9),
                ("pia", 2, -1, 9), desk="careers")

    def to(self, name):
        return [s for s in self.town.sink.messages
                if s.recipients == [f"<{name}@office.example>"]]

    def wait_calls(self, **wanted):
        """So many mails to each, and no call that is only on its way."""
        wait_for(f"the calls {wanted}", lambda: all(
            len(self.to(name)) >= n for name, n in wanted.items()), 60)
        wait_for("no call on its way", lambda: peek(
            self.service, "SELECT 1 FROM automatic WHERE about LIKE "
            "'staff-crisis %'") == [], 60)
        self.assertEqual({name: len(self.to(name)) for name in wanted},
                         wanted)

    def clock(self, seconds):
        self.now = seconds
        self.service.clock(seconds)

    def wait_alarms(self, there, gone):
        """When a minute is over and clock has looked."""
        def look():
            said = self.service.admin("status", check=False).text
            return there in said and gone not in said
        self.clock(self.now + 61)
        wait_for(f"the alarm {there}, without {gone}", look, 60)

    def wait_quiet(self):
        wait_for("nothing to ring", lambda: peek(
            self.service, "SELECT 1 FROM told WHERE news = 'ringing'") == [])

    def wait_told(self, youth="", careers=""):
        """These supervisors know that this desk gave it away."""
        wanted = sorted((name, f"{self.case} {desk}") for desk, names in (
            ("youth", youth), ("careers", careers))
            for name in names.split())
        wait_for(f"{wanted} to be told", lambda: len(self.told()) >=
                 len(wanted), 60)
        self.assertEqual(self.told(), wanted)

    def told(self):
        return sorted(tuple(row) for row in peek(
            self.service, "SELECT person, about FROM told WHERE news = "
            "'moved'"))

    def wait_mails(self, *names):
        """And a mail says so to each once: one in an hour, which a call
        begins."""
        def mails():
            return sorted(s.recipients[0] for s in self.town.sink.messages
                          if MOVED in parse(s.data).get_content())
        wait_for("the mails", lambda: peek(
            self.service, "SELECT 1 FROM automatic") == [], 60)
        self.assertEqual(mails(), [f"<{name}@office.example>"
                                   for name in names])

    def test_the_new_desk_is_called_by_its_own_list(self):
        self.careers_on_duty()
        self.anna("urgency", self.case, "3", "-m", "now")
        self.wait_calls(anna=1)
        self.clock(HALF + 60)
        self.wait_calls(anna=2, nora=0, niko=0, pia=0)
        self.hand(self.case, self.ben)
        self.wait_calls(anna=2, nora=1, niko=0, pia=0)
        self.wait_alarms("crisis-waits careers (1)", "crisis-waits youth")
        # It has rung for an hour, wherever that was; and who was on duty
        # where it is no more sleeps on.
        self.clock(HOUR + 120)
        self.wait_calls(anna=2, nora=2, niko=0, pia=1)
        # The list of careers says who is next.
        self.clock(2 * HOUR + 120)
        self.wait_calls(anna=2, nora=2, niko=1, pia=2)
        self.niko("claim", self.case)
        self.wait_quiet()
        self.clock(3 * HOUR)
        self.wait_alarms("", "crisis-waits")
        self.wait_calls(anna=2, nora=2, niko=1, pia=2)
        # Each supervisor was told once of the move, but for who did it.
        self.wait_told(youth="maria olga")
        self.wait_mails("maria", "olga")
        self.service.admin("check")

    def test_what_was_claimed_rings_from_then_on(self):
        """Her claim ended the ringing, and goes with the case's leaving."""
        self.careers_on_duty()
        self.anna("urgency", self.case, "3", "-m", "now")
        self.wait_calls(anna=1)
        self.anna("claim", self.case)
        self.wait_quiet()
        self.clock(HOUR)
        self.hand(self.case)
        self.wait_calls(anna=1, nora=1, niko=0, pia=0)
        # An hour is not over since.
        self.clock(HOUR + HALF + 60)
        self.wait_calls(anna=1, nora=2, niko=0, pia=0)
        self.clock(2 * HOUR + 60)
        self.wait_calls(anna=1, nora=2, niko=1, pia=1)

    def test_urgency_2_calls_nobody(self):
        self.careers_on_duty()
        self.anna("urgency", self.case, "2", "-m", "soon")
        self.hand(self.case)
        self.wait_told(youth="ben maria olga")
        self.wait_mails("ben", "maria", "olga")
        self.clock(HOUR)
        self.wait_calls(anna=0, nora=0, niko=0, pia=0)
        # It becomes one there, and calls whom it then has to call.
        self.nora("urgency", self.case, "3", "-m", "now")
        self.wait_calls(anna=0, nora=1, niko=0, pia=0)
        self.wait_told(youth="ben maria olga")

    def test_there_and_back(self):
        """Who was called before is called again, as that desk's list has
        it; of each move its supervisors hear."""
        self.careers_on_duty()
        self.anna("urgency", self.case, "3", "-m", "now")
        self.wait_calls(anna=1)
        self.hand(self.case, self.ben)
        self.wait_calls(anna=1, nora=1)
        self.clock(HALF + 60)
        self.wait_calls(anna=1, nora=2)
        self.hand(self.case, self.olga, "youth")
        self.wait_calls(anna=2, nora=2)
        self.wait_alarms("crisis-waits youth (1)", "crisis-waits careers")
        self.wait_told(youth="maria olga", careers="ben maria")
        self.clock(2 * HOUR)
        self.wait_calls(anna=3, nora=2)

    def test_a_desk_that_has_nobody_on_duty(self):
        self.anna("urgency", self.case, "3", "-m", "now")
        self.wait_alarms("crisis-waits youth (1)", "duty-empty")
        self.hand(self.case, self.ben)
        self.wait_alarms("duty-empty careers", "crisis-waits youth")
        self.wait_calls(anna=1, nora=0, niko=0, pia=0)


class Due(MoveStory):
    """careers is closed today and tomorrow; youth never is."""

    def setUp(self):
        zone = ZoneInfo("Pacific/Auckland")
        self.today = datetime.datetime.now(zone).replace(
            hour=0, minute=0, second=0, microsecond=0)
        self.careers = {
            "timezone": "Pacific/Auckland",
            "calendar": [WEEK[(self.today.weekday() + n) % 7]
                         for n in range(2, 7)]}
        super().setUp()

    def midnight(self, days):
        return (self.today + datetime.timedelta(days=days)).timestamp()

    def due(self, case):
        return self.column(case, "due")

    def test_by_the_working_days_of_the_desk_that_has_it(self):
        """Two of them: also for the answer after the first, five."""
        town = self.town
        case, later = town.letter(), town.letter(sender="kai@example.org")
        town.answer(later, "An answer.\n")
        self.assertEqual(town.settled(later)[0], "accepted")
        told = parse(town.sink.dots[-1].data)["Message-ID"]
        self.back("kai@example.org", told)
        since = {one: self.column(one, "waiting_since")
                 for one in (case, later)}
        self.assertEqual(self.due(case), since[case] + 2 * DAY)
        self.assertEqual(self.due(later), since[later] + 5 * DAY)
        for one in (case, later):
            self.hand(one)
        self.assertEqual(self.due(case), self.midnight(4))
        self.assertEqual(self.due(later), self.midnight(7))
        for one in (case, later):
            self.hand(one, self.nora, "youth")
        self.assertEqual(self.due(case), since[case] + 2 * DAY)
        self.assertEqual(self.due(later), since[later] + 5 * DAY)

    def test_what_is_urgent_looks_at_no_calendar(self):
        for urgency, hours in ((2, 12), (3, 4)):
            case = self.town.letter()
            self.town.later()
            self.anna("urgency", case, str(urgency), "-m", "soon")
            was = self.due(case)
            self.assertLess(abs(was - hours * HOUR - HALF_HOUR -
                                self.column(case, "created")), 60)
            self.hand(case)
            self.assertEqual(self.due(case), was)
            # Lowered there, it is as if it had always been so there.
            self.nora("urgency", case, "0", "-m", "no danger")
            self.assertEqual(self.due(case), self.midnight(4))

    def test_what_waits_for_nothing_is_due_never(self):
        case = self.town.letter()
        self.town.answer(case, "An answer.\n")
        self.assertEqual(self.town.settled(case)[0], "accepted")
        self.assertIsNone(self.due(case))
        self.hand(case)
        self.assertIsNone(self.due(case))


if __name__ == "__main__":
    unittest.main()
