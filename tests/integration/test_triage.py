"""Rules of triage: what they say of letters, and that they only order."""

import os
import time

from lib import triage
from lib.ground import wait_for
from lib.intruder import store
from lib.mails import mail, parse
from lib.story import SinkStory, Story
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
        self.assertEqual(self.anna("show", urgent)["weighed"],
                         {"by": "rules", "at": None})
        self.assertIsNone(self.anna("show", plain)["weighed"])
        self.anna("urgency", plain, "1", "-m", "soon")
        weighed = self.anna("show", plain)["weighed"]
        self.assertEqual(weighed["by"], "anna")
        self.assertIn("anna says so", self.anna.run("show", plain).text)
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


    def test_three_languages_and_who_is_well(self):
        for n, (language, text) in enumerate(CRISIS.items()):
            with self.subTest(language):
                row = self.row(self.letter(text, n))
                self.assertEqual(row["urgency"], 3)
                self.assertIn("self-harm", row["areas"])
        well = self.letter("I do not want to die any more. You helped me.\n",
                           9)
        self.assertEqual(self.row(well)["urgency"], 0)

    def test_the_tray_is_weighed_as_well(self):
        case = self.letter(CRISIS["en"], 1, X_Spam_Flag="YES")
        row = self.row(case)
        self.assertIn("tray", row["flags"])
        self.assertEqual(row["urgency"], 3)
        self.assertEqual(self.anna.queue()[0]["id"], case)

    def test_the_night_and_a_rule_of_ones_own(self):
        folder = f"{self.texts}/desks/youth/en/rules"
        os.makedirs(folder)
        rules = f"{folder}/night.txt"
        with open(rules, "w", encoding="utf-8") as f:
            f.write("rule night\nweight 25\nwhy Written at night\n"
                    "owner Maria\nif night\n")
        os.chmod(rules, 0o644)
        for path in (f"{self.texts}/desks", f"{self.texts}/desks/youth",
                     f"{self.texts}/desks/youth/en", folder):
            os.chmod(path, 0o755)
        # An empty file takes the shipped one's place.
        open(f"{folder}/careers.txt", "w", encoding="utf-8").close()
        os.chmod(f"{folder}/careers.txt", 0o644)
        self.service.reload()
        hour = int(time.time() // 3600 % 24)
        self.service.clock((26 - hour) * 3600)
        night = self.letter(PLAIN, 1)
        self.service.clock((36 - hour) * 3600)
        day = self.letter(PLAIN, 2)
        self.assertEqual([self.row(night)["urgency"],
                          self.row(day)["urgency"]], [2, 0])
        one, = self.newest(night)["triage"]
        self.assertEqual((one["rule"], one["owner"], one["found"]),
                         ("night", "Maria", None))
        self.assertEqual(self.row(night)["areas"], [])

    def test_a_rule_that_fails_raises_and_is_named(self):
        folder = f"{self.texts}/en/rules"
        with open(f"{folder}/own.txt", "w", encoding="utf-8") as f:
            f.write("rule own-loop\nweight 1\nwhy Goes round\n"
                    "owner Maria\npattern /(x+)+[yz]/\n")
        os.chmod(f"{folder}/own.txt", 0o644)
        self.service.reload()
        case = self.letter("x" * 50 + "\n", 1)
        row = self.row(case)
        self.assertEqual(row["urgency"], 2)
        self.assertIn("rules-failed", row["flags"])
        one, = [one for one in self.newest(case)["triage"] if one["failed"]]
        self.assertEqual(one["rule"], "own-loop")
        self.assertIn("own-loop", self.anna.run("show", case).text)
        self.assertEqual(self.row(self.letter("xy\n", 2))["urgency"], 0)

    def test_a_number_that_somebody_wrote_is_signed_by_nobody(self):
        case = self.letter(PLAIN, 1)
        self.anna("urgency", case, "1", "-m", "soon")
        self.service.stop()
        with store(self.service) as db:
            db.execute("UPDATE cases SET urgency = 3, rank = -3")
            db.execute("UPDATE urgency SET urgency = 3")
        self.service.start()
        self.assertEqual(self.row(case)["urgency"], 3)
        self.assertIsNone(self.anna("show", case)["weighed"])
        self.assertIn("Nobody has signed", self.anna.run("show", case).text)

    def test_misses_are_listed(self):
        self.assertEqual(self.anna("triage", "misses")["judged"], 0)
        missed = self.letter(PLAIN, 1)
        over = self.letter(CRISIS["en"], 2)
        right = self.letter(CRISIS["et"], 3)
        tagged = self.letter(PLAIN, 4)
        self.anna("urgency", missed, "2", "-m", "between the lines")
        self.anna("urgency", over, "1", "-m", "a quotation")
        self.anna("urgency", right, "3", "-m", "yes")
        self.anna("tag", tagged, "+abuse")
        self.anna("tag", right, "+self-harm")
        said = self.anna("triage", "misses")
        self.assertEqual((said["judged"], said["under"], said["over"],
                          said["more"]), (3, 1, 1, False))
        rows = {row["case"]: row for row in said["cases"]}
        self.assertEqual(set(rows), {missed, over, tagged})
        self.assertEqual((rows[missed]["rules"], rows[missed]["urgency"],
                          rows[missed]["by"]), (0, 2, "anna"))
        self.assertIn("en-die-wish", rows[over]["fired"])
        self.assertEqual((rows[tagged]["tags"], "urgency" in rows[tagged]),
                         (["abuse"], False))
        text = self.anna.run("triage", "misses").text
        for case in rows:
            self.assertIn(case, text)
        self.assertEqual(self.anna("triage", "misses", "--month",
                                   "1999-01")["judged"], 0)
        self.assertEqual(self.anna.refused("triage", "misses", "--month",
                                           "2026-13").code, 2)


class Again(SinkStory):
    """Letters in a case that is there."""

    def setUp(self):
        super().setUp()
        self.service.settings["alarm"] = {"texts": texts(self.ground)}
        self.service.settings["desk youth"]["languages"] = ["en", "et", "id"]
        self.service.configure()
        self.service.reload()
        self.n = 0

    def write(self, case, to, text):
        before = len(self.anna("show", case)["items"])
        self.n += 1
        self.service.inject(mail("seeker-x@example.org", to=to, text=text,
                                 message_id=f"<x{self.n}@example.org>"))
        wait_for("the letter in its case", lambda: len(self.anna(
            "show", case)["items"]) > before, 60)
        row, = [row for row in self.anna.queue() if row["id"] == case]
        return row["urgency"]

    def test_a_later_letter_raises_and_never_lowers(self):
        case = self.one_case(mail("seeker-x@example.org", text=PLAIN))["id"]
        self.answer(case, "Tell me more.\n")
        session, = self.sink.wait_messages(1)
        self.anna.wait_delivery(case, "accepted", seconds=60)
        back = parse(session.data)["Reply-To"].addresses[0].addr_spec
        self.assertEqual(self.write(case, back, CRISIS["en"]), 3)
        self.assertEqual(self.write(case, back, PLAIN), 3)
        self.assertIn(("raised", "3"), [
            (e["kind"], e["detail"])
            for e in self.anna("show", case)["events"]])
        # People lower it; what they said is not what a letter says next.
        self.anna("urgency", case, "1", "-m", "we spoke by telephone")
        self.assertEqual(self.write(case, back, PLAIN), 1)
        self.assertEqual(self.write(case, back, CRISIS["id"]), 3)


class Measured(Story):
    """The shipped rules and the labelled letters; dev/bench triage prints
    all figures. What was reached once is not given up."""

    FLOORS = {              # part: (at least urgency 3, at least 2)
        "tried": (0.99, 0.99),
        "fresh 3": (0.8, 1),
        "hints 3": (0.5, 0.83),
    }

    def test_recall_does_not_fall(self):
        every = triage.weigh()
        self.assertGreaterEqual(
            sum(one.part == "tried" for one in every), 300)
        for part, floors in self.FLOORS.items():
            some = [one for one in every if one.part == part]
            for urgency, floor in zip((3, 2), floors):
                figures = triage.figures(some, urgency)
                with self.subTest(part=part, urgency=urgency):
                    self.assertGreaterEqual(figures["at_least"], floor)

    def test_who_is_well_is_rarely_a_crisis(self):
        every = triage.weigh()
        for language in triage.LANGUAGES:
            well = [one for one in every if one.language == language and
                    one.part == "tried" and one.urgency == 0]
            self.assertLessEqual(
                sum(one.said == 3 for one in well), len(well) // 20)
            self.assertLessEqual(
                sum(one.said >= 2 for one in well), len(well) // 10)
