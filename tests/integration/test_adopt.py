"""A colleague goes on with a draft that came back or was left behind; whose it
was does not approve it."""

from lib.ground import wait_for
from lib.intruder import quicken
from lib.mails import check_answer, mail
from lib.story import SinkStory
from lib.teduh import invite


class Adopt(SinkStory):
    def setUp(self):
        super().setUp()
        self.ben = invite(self.service, self.ground, self.maria, "ben")
        self.nora = invite(self.service, self.ground, self.maria, "nora",
                           role="supervisor")
        for person in (self.maria, self.anna, self.ben, self.nora):
            quicken(person)
        self.case = self.one_case(mail())["id"]

    def draft(self):
        return self.anna("show", self.case)["drafts"][0]

    def test_a_returned_draft_goes_on_with_somebody_else(self):
        """maria wrote it, ben goes on: nora approves, maria cannot."""
        draft = self.reply(self.maria, self.case, "Too short.\n", "--submit")
        self.nora("return", draft, "-m", "please say more")
        self.maria("release", self.case)
        adopted = self.ben("adopt", draft, "-m", "maria is away")
        self.assertEqual((adopted["id"], adopted["author"],
                          adopted["state"]), (draft, "ben", "open"))
        shown = self.ben("show", self.case)
        self.assertEqual(shown["claim"]["claimant"], "ben")
        self.assertIn("maria is away",
                      [i["text"] for i in shown["items"]
                       if i["kind"] == "note"])
        self.assertIn("ben goes on with the draft",
                      self.anna.run("show", self.case).text)
        self.assertEqual(self.reply(self.ben, self.case,
                                    "Longer, and kind.\n", "--submit"),
                         draft)
        said = self.maria.refused("approve", draft)
        self.assertIn("you wrote on it before", " ".join(said.err.split()))
        self.assertEqual(self.ben.refused("approve", draft).code, 1)
        self.nora("approve", draft)
        session, = self.sink.wait_messages(1)
        check_answer(self, session.data, "seeker-a@example.org",
                     "Longer, and kind.\n")

    def test_word_for_word(self):
        """What the colleague left stands as it is; the letter is the new
        author's, and says whose it was."""
        draft = self.reply(self.nora, self.case, "All is said.\n")
        self.nora("release", self.case)
        self.ben("adopt", draft, "-m", "nora is ill")
        self.ben("show", self.case)
        self.ben("submit", draft)
        self.assertIn("you wrote on it before", " ".join(
            self.nora.refused("approve", draft).err.split()))
        self.maria("approve", draft)
        session, = self.sink.wait_messages(1)
        self.assertIn(b"All is said.", session.data)
        self.assertNotIn(b"nora", session.data)

    def test_not_from_under_somebodys_hands(self):
        draft = self.reply(self.anna, self.case, "Half of it\n")
        said = self.ben.refused("adopt", draft, "-m", "faster")
        self.assertIn("anna", said.err)
        self.assertIn("yours already", self.anna.refused(
            "adopt", draft, "-m", "mine").err)
        self.anna("submit", draft)
        self.anna("release", self.case)
        said = self.ben.refused("adopt", draft, "-m", "faster")
        self.assertIn("submitted", said.err)
        self.assertEqual(self.ben.run("adopt", draft).code, 2)
        self.assertEqual(self.draft()["author"], "anna")

    def test_a_lease_that_ended(self):
        """Nobody is writing any more when the claim is over."""
        draft = self.reply(self.anna, self.case, "Half of it\n")
        self.service.clock(13 * 3600)
        wait_for("the claim to end", lambda: self.ben(
            "show", self.case)["claim"] is None, 60)
        self.ben("adopt", draft, "-m", "anna was called away")
        self.assertEqual(self.draft()["author"], "ben")
        said = self.anna.refused("submit", draft)
        self.assertIn("ben's", said.err)

    def test_back_again(self):
        """Who takes it back is its author, and the other one did write."""
        draft = self.reply(self.maria, self.case, "One.\n")
        self.maria("release", self.case)
        self.nora("adopt", draft, "-m", "I go on")
        self.nora("release", self.case)
        self.maria("adopt", draft, "-m", "I am back")
        self.maria("show", self.case)
        self.maria("submit", draft)
        self.assertEqual(self.nora.refused("approve", draft).code, 1)
        self.assertEqual(self.maria.refused("approve", draft).code, 1)
        self.assertEqual(self.sink.opened, 0)
