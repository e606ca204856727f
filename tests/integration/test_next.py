"""Who works on what, told by a team: whom `next` gives, hours and caps, a
pause, a case that is taken over, and the queue by what one looks for."""

import datetime

from lib.mails import mail
from lib.story import SinkStory
from lib.teduh import invite, texts

DAY = 86400


def day(ahead):
    return str(datetime.date.today() + datetime.timedelta(days=ahead))


class Team(SinkStory):
    def found(self, service=None):
        self.service.settings["alarm"] = {"texts": texts(self.ground)}
        self.service.settings["desk youth"]["languages"] = ["en", "et"]
        super().found(service)

    def setUp(self):
        super().setUp()
        self.ben = invite(self.service, self.ground, self.maria, "ben")
        self.letters = 0

    def letter(self, who="a@example.org", **more):
        self.letters += 1
        return self.one_case(mail(
            who, message_id=f"<{self.letters}@example.org>", **more))["id"]

    def ids(self, person, *options):
        return [row["id"] for row in person("queue", *options)]


class Next(Team):
    def answered(self, who):
        """anna has answered somebody; the case."""
        case = self.letter(who)
        self.answer(case, "Dear you,\nyes.\n")
        self.anna.wait_delivery(case, "accepted")
        return case

    def test_ones_own_counsellor_first(self):
        self.answered("a@example.org")
        again = self.letter("a@example.org", subject="Again")
        self.assertEqual(self.anna("next")["id"], again)
        nobody = self.ben.refused("next")
        self.assertEqual(nobody.code, 1)
        self.assertIn("1 for their own counsellor", nobody.err)
        self.assertEqual(self.ids(self.ben), [again])
        self.service.clock(25 * 3600)
        self.assertEqual(self.ben("next")["id"], again)

    def test_who_reads_which_language(self):
        case = self.letter(text="Tere! Ma ei tea, kelle poole pöörduda, ja "
                           "kodus on raske. Kas te saate mind aidata?\n")
        self.assertEqual([row["language"] for row in self.anna.queue()],
                         ["et"])
        self.assertEqual(self.maria("staff", "languages", "anna", "xx"),
                         {"name": "anna", "languages": ["xx"], "areas": []})
        self.assertEqual(self.maria("staff", "areas", "anna", "school",
                                    "family")["areas"], ["school", "family"])
        self.assertIn("1 in a language", self.anna.refused("next").err)
        self.assertEqual(self.ben("next")["id"], case)
        for person in (self.ben, self.maria):
            person("hours", "away", "2d")
        self.assertEqual(self.anna("next")["id"], case)
        self.maria("staff", "languages", "anna", "any")
        for words, code in ((("anna", "ID"), 2), (("anna", "a", "a"), 2),
                            (("nobody", "id"), 1), (("anna",), 2)):
            self.assertEqual(self.maria.refused("staff", "languages",
                                                *words).code, code, words)
        self.assertEqual(self.anna.refused("staff", "areas", "anna",
                                           "school").code, 1)

    def test_what_one_knows_best_comes_first(self):
        first = self.letter("a@example.org")
        self.service.clock(60)
        job = self.letter("b@example.org", text="Which school do I need to "
                          "become a nurse? Thank you for reading.\n")
        rows = {row["id"]: row for row in self.anna.queue()}
        self.assertEqual([rows[case]["urgency"] for case in (first, job)],
                         [0, 0])
        self.assertIn("careers", rows[job]["areas"])
        self.maria("staff", "areas", "anna", "careers")
        self.assertEqual(self.anna("next")["id"], job)
        self.assertEqual(self.ben("next")["id"], first)
        # What is late, or more urgent, goes first all the same.
        self.maria("urgency", first, "1", "-m", "soon")
        self.assertEqual(self.anna("next")["id"], first)

    def test_who_is_away(self):
        self.answered("a@example.org")
        again = self.letter("a@example.org", subject="Again")
        row = self.anna("hours", "away", day(7), "--to", "ben")
        self.assertEqual((row["person"], row["here"], row["fallback"]),
                         ("anna", False, "ben"))
        self.assertEqual(self.ben("next")["id"], again)
        away = self.anna.refused("next")
        self.assertIn("you are away until", away.err)
        self.assertIn("anna", self.ben.run("hours").text)
        self.assertIn("away until", self.ben.run("hours").text)
        self.assertTrue(self.anna("hours", "back")["here"])
        self.assertEqual(self.anna("next")["id"], again)

    def test_hours_are_ones_own_or_a_supervisors(self):
        row = self.anna("hours", "week", "Mon-Fri 09:00-17:00",
                        "Sat 10:00-12:00")
        self.assertEqual(row["week"], ["Mon-Fri 09:00-17:00",
                                       "Sat 10:00-12:00"])
        self.assertEqual(self.anna("hours", "week", "any")["week"], [])
        for words, code in (
                (("hours", "week", "9 to 5"), 1),
                (("hours", "away", "tomorrow"), 1),
                (("hours", "away", "2026-02-30"), 1),
                (("hours", "away", day(-2), day(-1)), 1),
                (("hours", "away", day(1), "--to", "nobody"), 1),
                (("hours", "away"), 2),
                (("hours", "back", "--name", "ben"), 1),
                (("hours", "cap", "anna", "many"), 2),
                (("hours", "cap", "anna", "5"), 1)):
            self.assertEqual(self.anna.refused(*words).code, code, words)
        row = self.maria("hours", "back", "--name", "ben")
        self.assertEqual(row["person"], "ben")
        self.assertEqual({row["person"] for row in self.ben("hours")},
                         {"maria", "anna", "ben"})

    def test_as_many_as_one_shall_have(self):
        first = self.letter("a@example.org")
        self.service.clock(2)
        second = self.letter("b@example.org")
        self.maria("hours", "cap", "anna", "1")
        self.anna("claim", first)
        self.anna("reply", first, "--body", self.ground.file(
            "body.txt", "Dear you.\n"), "--submit")
        full = self.anna.refused("next")
        self.assertIn("you have 1 cases in hand", full.err)
        self.assertEqual(self.ben("next")["id"], second)
        self.maria("hours", "cap", "anna", "any")
        self.assertEqual(self.anna("next")["id"], second)

    def test_a_pause(self):
        case = self.letter()
        row = self.anna("pause", case, "--until", day(3), "-m", "rude")
        self.assertIn("paused", row["flags"])
        self.assertIn("1 paused", self.ben.refused("next").err)
        self.assertEqual(self.ids(self.ben), [case])
        self.assertIn("rude", [item.get("text") for item in self.ben(
            "show", case)["items"]])
        # What is urgent is not left out.
        self.ben("urgency", case, "2", "-m", "she means it")
        self.assertEqual(self.ben("next")["id"], case)
        self.ben("urgency", case, "1", "-m", "no")
        for words, code in (
                (("pause", case, "-m", "x"), 2),
                (("pause", case, "--until", day(1)), 2),
                (("pause", case, "--until", day(1), "--lift"), 2),
                (("pause", case, "--until", day(100), "-m", "x"), 1),
                (("pause", case, "--until", "never", "-m", "x"), 1)):
            self.assertEqual(self.anna.refused(*words).code, code, words)
        self.assertNotIn("paused", self.anna("pause", case,
                                             "--lift")["flags"])
        self.anna("pause", case, "--until", "1d", "-m", "rude again")
        self.service.clock(DAY + 60)
        self.ben.wait_queue(1, where=lambda r: "paused" not in r["flags"])
        self.assertEqual(self.ben("next")["id"], case)
        said = self.ben.run("show", case).text
        self.assertIn("the pause is over", said)

    def test_taken_over(self):
        case = self.letter()
        self.anna("claim", case)
        refused = self.ben.refused("claim", case, "--take", "-m", "mine")
        self.assertIn("anna has case", refused.err)
        self.assertEqual(self.ben.refused("claim", case, "--take").code, 2)
        self.assertEqual(self.ben.refused("claim", case, "-m", "x").code, 2)
        row = self.maria("claim", case, "--take", "-m", "anna is ill")
        self.assertEqual(row["claimant"], "maria")
        said = self.anna.run("show", case).text
        self.assertIn("maria took it over from anna", said)
        self.assertIn("anna is ill", said)
        late = self.anna.refused("reply", case, "--body", self.ground.file(
            "body.txt", "Dear you.\n"))
        self.assertIn("claimed by maria", late.err)
        self.maria("hours", "away", "2d")
        self.assertEqual(self.ben("claim", case, "--take", "-m",
                                  "maria is away")["claimant"], "ben")


class Queue(Team):
    def test_who_writes_often(self):
        for i in range(8):
            case = self.letter("a@example.org", subject=f"Again {i}")
        other = self.letter("b@example.org")
        counts = {row["id"]: row["letters_30d"]
                  for row in self.anna.queue()}
        self.assertEqual((counts[case], counts[other]), (8, 1))
        said = self.anna.run("queue").text
        self.assertIn("[writes often: 8 in 30 days]", said)
        self.service.clock(31 * DAY)
        self.assertNotIn("writes often", self.anna.run("queue").text)

    def test_by_what_one_looks_for(self):
        one = self.letter("a@example.org")
        self.service.clock(2)
        other = self.letter("b@example.org")
        self.anna("claim", one)
        self.anna("tag", one, "+school")
        both = [one, other]
        for options, wanted in (
                ((), both), (("--mine",), [one]),
                (("--unclaimed",), [other]),
                (("--tag", "school"), [one]), (("--tag", "exam"), []),
                (("--state", "open"), [one]), (("--state", "new"), [other]),
                (("--desk", "youth"), both),
                (("--overdue",), []), (("--language", "xx"), []),
                (("--mine", "--tag", "school", "--state", "open"), [one])):
            self.assertEqual(self.ids(self.anna, *options), wanted, options)
        for desks in (["careers"], ["youth", "careers"]):
            said = self.anna.run("queue", *(word for desk in desks for word
                                            in ("--desk", desk)))
            self.assertEqual(said.code, 1, said)
            self.assertIn("you are not on a desk 'careers'", said.err)
        self.service.clock(60 * DAY)
        self.assertEqual(self.ids(self.ben, "--overdue"), both)
        for options in (("--state", "closed"), ("--mine", "--unclaimed"),
                        ("--desk", "No"), ("--tag", "")):
            self.assertEqual(self.anna.refused("queue", *options).code, 2,
                             options)
