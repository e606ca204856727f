"""A crisis that nobody has claimed rings, and an empty duty list is said."""

from lib.duty import HOUR, on_duty
from lib.ground import wait_for
from lib.mails import mail, parse
from lib.story import SinkStory, Story
from lib.teduh import Service, invite, texts
from lib.web import Visitor, open_door

HALF = HOUR // 2
SECRET = "Kuumaa-vihma"


class Ringing(SinkStory):
    def found(self, service=None):
        self.service.settings["alarm"] = {"texts": texts(self.ground)}
        self.service.settings["desk youth"].update(
            languages=["en"], acknowledge="off", quiet="00:00-23:59")
        super().found(service)
        self.ben = invite(self.service, self.ground, self.maria, "ben")
        for name in ("anna", "ben"):
            self.maria("staff", "notice", name,
                       data=f"{name}.lind@office.example\n".encode())

    def to(self, name):
        return [s for s in self.sink.messages
                if s.recipients == [f"<{name}.lind@office.example>"]]

    def wait_counts(self, anna, ben):
        """So many mails, and no more of them."""
        wait_for(f"{anna} and {ben} calls", lambda: (
            len(self.to("anna")), len(self.to("ben"))) == (anna, ben), 60)
        self.assertEqual((len(self.to("anna")), len(self.to("ben"))),
                         (anna, ben))

    def alarms(self):
        return self.service.admin("status", check=False).text

    def test_until_somebody_claims_it(self):
        on_duty(self.service, ("anna", 1, -1, 20), ("ben", 2, -1, 20))
        case = self.one_case(mail("ada@example.org", subject=SECRET,
                                  text=SECRET + "\n"))["id"]
        self.maria("urgency", case, "3", "-m", "now")
        self.wait_counts(1, 0)              # at once, whatever the hour
        call = self.to("anna")[0]
        self.assertIn("urgent", parse(call.data).get_content())
        for word in (case, SECRET, "ada@", "maria"):
            self.assertNotIn(word.encode(), call.data)
        self.service.clock(HALF - 60)
        self.one_case(mail("bob@example.org", message_id="<b@x.example>"))
        self.wait_counts(1, 0)
        self.service.clock(HALF + 60)
        self.wait_counts(2, 0)
        wait_for("the alarm", lambda: "crisis-waits youth (1)" in
                 self.alarms(), 60)
        self.service.clock(HOUR + 120)      # and who stands behind her
        self.wait_counts(3, 1)
        self.ben("claim", case)
        self.service.clock(2 * HOUR)
        wait_for("its end", lambda: "crisis-waits" not in self.alarms(), 60)
        self.wait_counts(3, 1)
        # Given back it rings anew, and ben is behind her again.
        self.ben("release", case)
        self.wait_counts(4, 1)
        self.service.admin("check")

    def test_the_tray_rings_too_and_who_is_off_duty_sleeps(self):
        on_duty(self.service, ("anna", 1, -3, -1), ("ben", 1, -1, 2),
                ("anna", 1, 2, 5))
        self.service.inject(mail("ada@example.org", X_Spam_Flag="YES",
                                 X_Spam_Status="Yes, score=9.1"))
        case, = self.anna.wait_queue(1)
        self.assertIn("tray", case["flags"])
        self.maria("urgency", case["id"], "3", "-m", "now")
        self.wait_counts(0, 1)
        self.service.clock(2 * HOUR + 60)
        self.wait_counts(1, 1)

    def test_nobody_on_the_list(self):
        on_duty(self.service, ("anna", 1, 2, 5))
        wait_for("the alarm", lambda: "duty-empty youth" in self.alarms(),
                 60)
        self.service.clock(3 * HOUR)
        wait_for("its end", lambda: "duty-empty" not in self.alarms(), 60)


class Door(Story):
    def setUp(self):
        super().setUp()
        self.service = Service(self.ground)
        open_door(self.ground, self.service)
        self.found()

    def test_the_form_says_that_nobody_can_be_called(self):
        words = "nobody can be called"
        self.assertNotIn(words, Visitor(self.service).get().texts)
        on_duty(self.service, ("anna", 1, 2, 5))
        self.assertIn(words, Visitor(self.service).get().texts)
        self.service.clock(3 * HOUR)
        wait_for("somebody on duty", lambda: words not in
                 Visitor(self.service).get().texts, 60)
