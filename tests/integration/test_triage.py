"""Rules of triage: what they say of letters, and that they only order."""

import os

from lib import triage
from lib.mails import mail
from lib.story import Story
from lib.teduh import Service, texts

CRISIS = {
    "en": "I cant do this anymore. I want to kill myself tonight.\n",
    "et": "Ma ei jaksa enam. Ma tahan ennast ära tappa.\n",
    "id": "aku udah ga kuat kak, pengen bunuh diri aja malam ini\n",
}
PLAIN = "Which school do I need to become a nurse? Thank you for reading.\n"


class Triage(Story):
    def setUp(self):
        super().setUp()
        self.service = Service(self.ground)
        self.texts = texts(self.ground)
        self.service.settings["alarm"] = {"texts": self.texts}
        self.service.settings["desk youth"]["languages"] = [
            "en", "et", "id"]
        self.found()

    def letter(self, text, n, **more):
        return self.one_case(mail(f"seeker-{n}@example.org", text=text,
                                  message_id=f"<{n}@example.org>",
                                  **more))["id"]

    def row(self, case):
        row, = [row for row in self.anna.queue() if row["id"] == case]
        return row

    def newest(self, case):
        return self.anna("show", case)["items"][-1]

    def test_it_orders_and_says_why(self):
        plain = self.letter(PLAIN, 1)
        self.service.clock(60)
        urgent = self.letter(CRISIS["en"], 2)
        self.assertEqual([row["id"] for row in self.anna.queue()],
                         [urgent, plain])
        self.assertEqual(self.row(urgent)["urgency"], 3)
        self.assertEqual(self.row(plain)["urgency"], 0)
        self.assertIn("self-harm", self.row(urgent)["areas"])
        self.assertTrue(self.row(urgent)["noticed"])
        item = self.newest(urgent)
        rules = {one["rule"]: one for one in item["triage"]}
        one = rules["en-die-wish"]
        self.assertEqual((one["weight"], one["failed"]), (60, False))
        self.assertIn("kill myself", one["found"])
        self.assertIn("clinical lead", one["owner"])
        said = self.anna.run("show", urgent).text
        self.assertIn(one["why"], said)
        self.assertIn("kill myself", said)
        self.assertIn(one["why"], self.anna.run("queue").text)
        # Nothing else than its place: both wait, both are due, nobody has
        # written, and the plain one can be taken first.
        for case in (plain, urgent):
            row = self.row(case)
            self.assertEqual((row["state"], row["claimant"]), ("new", None))
            self.assertIsNotNone(row["waiting_since"])
            self.assertIsNotNone(row["due"])
        self.assertEqual(self.anna("claim", plain)["claimant"], "anna")
        self.assertEqual(len(self.anna.queue()), 2)

    def test_no_word_of_it_is_in_clear(self):
        self.letter(CRISIS["en"], 1)
        self.service.stop()
        for name in os.listdir(self.service.data):
            path = f"{self.service.data}/{name}"
            if os.path.isfile(path):
                with open(path, "rb") as f:
                    data = f.read()
                self.assertNotIn(b"en-die-wish", data)
                self.assertNotIn(b"kill myself", data)
        self.assertNotIn("die-wish", self.service.logged())


class Measured(Story):
    """The shipped rules and the labelled letters; dev/bench triage prints
    all figures. What was reached once is not given up."""

    FLOORS = {              # part: (at least urgency 3, at least 2)
        "tried": (1.0, 0.99),
        "held out": (1.0, 1.0),
        "after": (0.13, 0.23),
    }

    def test_recall_does_not_fall(self):
        every = triage.weigh()
        self.assertGreaterEqual(
            sum(one.part != "after" for one in every), 300)
        for part, floors in self.FLOORS.items():
            some = [one for one in every if one.part == part]
            for urgency, floor in zip((3, 2), floors):
                figures = triage.figures(some, urgency)
                with self.subTest(part=part, urgency=urgency):
                    self.assertGreaterEqual(
                        round(figures["at_least"], 4), floor)

    def test_who_is_well_is_rarely_a_crisis(self):
        every = triage.weigh()
        for language in triage.LANGUAGES:
            well = [one for one in every if one.language == language and
                    one.urgency == 0]
            self.assertLessEqual(
                sum(one.said == 3 for one in well), len(well) // 20)
            self.assertLessEqual(
                sum(one.said >= 2 for one in well), len(well) // 10)
