"""How a case goes from hand to hand, told by two counsellors and a
supervisor."""

import re

from lib.mails import mail
from lib.story import Story
from lib.teduh import invite


class Casework(Story):
    def setUp(self):
        super().setUp()
        self.found()
        self.ben = invite(self.service, self.ground, self.maria, "ben")

    def events(self, case, person=None):
        """What colleagues see of it, without the times."""
        return [" ".join(filter(None, (e["actor"], e["kind"], e["detail"])))
                for e in (person or self.ben)("show", case)["events"]]

    def notes(self, case, person=None):
        return [item["text"] for item in (person or self.ben)(
            "show", case)["items"] if item["kind"] == "note"]


class Claims(Casework):
    def test_next_is_the_first_that_i_could_take(self):
        nobody = self.anna.refused("next")
        self.assertEqual(nobody.code, 1)
        self.assertIn("nobody is waiting", nobody.err)
        first = self.one_case(mail(message_id="<1@example.org>"))["id"]
        second = self.one_case(mail("seeker-b@example.org",
                                    message_id="<2@example.org>"))["id"]
        row = self.anna("next")
        self.assertEqual((row["id"], row["claimant"]), (first, None))
        self.anna("claim", first)
        # One's own is still the first; for a colleague it is the other.
        self.assertEqual(self.anna("next")["id"], first)
        self.assertEqual(self.ben("next")["id"], second)
        said = self.ben.run("next").text
        self.assertIn(f"teduh show {second}", said)
        self.assertIn(f"teduh reply {second}", said)
        # What waits for review is nobody's to answer.
        self.reply(self.anna, first, "Hi\n", "--submit")
        self.assertEqual(self.anna("next")["id"], second)
        self.ben("claim", second)
        nothing = self.anna.refused("next")
        self.assertEqual((nothing.code, nothing.out), (1, b""))
        self.assertIn("teduh queue", nothing.err)

    def test_released_passed_handed_and_seen_by_all(self):
        case = self.one_case(mail())["id"]
        self.anna("claim", case)
        row = self.anna("release", case)
        self.assertEqual((row["id"], row["claimant"], row["claim"]),
                         (case, None, None))
        self.ben("claim", case)
        self.assertEqual(self.anna.refused("claim", case).code, 1)
        row = self.ben("pass", case, "-m", "she writes about Tartu,\n"
                       "where I live")
        self.assertIsNone(row["claimant"])
        row = self.maria("hand", case, "--to", "anna", "-m", "yours, please")
        self.assertEqual(row["claimant"], "anna")
        self.assertEqual(row["claim"]["claimant"], "anna")
        self.assertEqual(self.events(case), [
            "anna claimed", "anna released", "ben claimed", "ben passed",
            "maria claimed", "maria handed anna"])
        self.assertEqual(self.notes(case), [
            "she writes about Tartu,\nwhere I live", "yours, please"])
        said = self.ben.run("show", case).text
        self.assertIn("maria handed it to anna", said)
        self.assertIn("ben passed it back to the queue", said)

    def test_what_is_not_ones_own_is_not_moved(self):
        case = self.one_case(mail())["id"]
        self.anna("claim", case)
        before = self.events(case)
        for words, why in (
                (("release", case), "claimed by anna"),
                (("pass", case, "-m", "x"), "claimed by anna"),
                (("hand", case, "--to", "maria", "-m", "x"),
                 "claimed by anna"),
                (("hand", case, "--to", "ben", "-m", "x"), "'ben' are you")):
            result = self.ben.refused(*words)
            self.assertEqual(result.code, 1, words)
            self.assertIn(why, result.err)
        for words, code in (
                (("hand", case, "--to", "nobody", "-m", "x"), 1),
                (("hand", case, "-m", "x"), 2),
                (("hand", case, "--to", "ben"), 2),
                (("pass", case), 2),
                (("pass", case, "-m", "  "), 1),
                (("release", case[:3]), 1),
                (("release", "ZZZZZZZZ"), 1),
                (("release",), 2),
                (("next", case), 2)):
            self.assertEqual(self.anna.refused(*words).code, code, words)
        self.assertEqual(self.events(case), before)
        self.assertEqual(self.notes(case), [])

    def test_one_friendly_sentence_or_none(self):
        case = self.one_case(mail())["id"]
        self.anna("claim", case)
        said = self.anna.run("release", case).text
        self.assertTrue(re.match(rf"{case} \(youth, .*teduh next", said),
                        said)
        self.anna("claim", case)
        self.assertEqual(self.anna.run("release", case, "-q").out, b"")
