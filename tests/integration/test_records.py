"""What is written about and beside an answer: warnings, texts, a case's
papers."""

import pathlib

from lib.mails import mail
from lib.story import SinkStory, Story

LETTER = ("Hello,\n\nmy stepfather shouts at me every evening.\n"
          "Should I tell my teacher about it?\n")
CALM = ("Thank you for your letter. It took courage to write it. You say that "
        "there is shouting every evening. I read that twice. Could you say "
        "what happens then? A teacher can be a good person to tell. We can "
        "look at it together, one step after the other.\n")


class Check(SinkStory):
    def warned(self, draft):
        return [(w["warning"], w["line"], w["words"])
                for w in self.anna("check", draft)]

    def test_warnings_that_block_nothing(self):
        case = self.one_case(mail(text=LETTER))["id"]
        draft = self.reply(self.anna, case, CALM)
        self.assertEqual(self.warned(draft), [])
        said = self.anna.run("check", draft, check=True)
        self.assertIn("nothing to warn of", said.text)
        self.anna("urgency", case, "2", "-m", "shouting")
        self.reply(self.anna, case, CALM.replace("A teacher", "A friend") +
                   "I will always be here. Call Rita at 030 1234567.\n")
        found = self.warned(draft)
        self.assertEqual(found, [
            ("name", 2, "Rita"), ("number", 2, "030 1234567"),
            ("promise", 2, "always"),
            ("question", None, "Should I tell my teacher about it?"),
            ("safety", None, "no sentence about safety; the case's urgency "
             "is high")])
        said = self.anna.run("submit", draft, check=True)
        self.assertIn("5 warnings; they block nothing", said.err)
        self.assertIn("line 2: always", said.err)
        self.assertIn("is submitted", said.text)
        self.assertEqual(self.states(case), ["submitted"])

    def test_words_of_another_case_on_my_table(self):
        other = self.one_case(mail(
            "Mirjam Tamm <seeker-b@example.org>", text=LETTER,
            message_id="<2@example.org>"))["id"]
        case = self.one_case(mail(text="Nobody asks how I am.\n",
                                  message_id="<3@example.org>"))["id"]
        draft = self.reply(self.anna, case, "Dear Mirjam,\n" + CALM +
                           "So my stepfather shouts at me every evening.\n")
        self.assertNotIn("other-case", [w[0] for w in self.warned(draft)])
        self.anna("claim", other)
        self.assertEqual(
            [w for w in self.warned(draft) if w[0] == "other-case"],
            [("other-case", 1, "Mirjam"),
             ("other-case", 3, "my stepfather shouts at me every")])

    def test_a_service_adds_to_the_lists(self):
        case = self.one_case(mail(text=LETTER))["id"]
        draft = self.reply(self.anna, case, CALM + "A rainbow waits.\n")
        self.assertEqual(self.warned(draft), [])
        folder = pathlib.Path(self.anna.home, "check", "youth", "en")
        folder.mkdir(parents=True)
        (folder / "promises.txt").write_text("# ours\nrainbow*\n")
        self.assertEqual(self.warned(draft), [("promise", 2, "rainbow")])
        (folder / "measures.txt").write_text("shortest 400\n")
        self.assertEqual([w[0] for w in self.warned(draft)],
                         ["promise", "length"])
        (folder / "measures.txt").write_text("shortest many\n")
        refused = self.anna.refused("check", draft)
        self.assertEqual(refused.code, 1)
        self.assertIn("shortest many", refused.err)
        # A list that cannot be read holds up nothing, and is said.
        said = self.anna.run("submit", draft, check=True)
        self.assertIn("was not checked", said.err)
        self.assertEqual(self.states(case), ["submitted"])
