"""What a reviewer sees of an answer that came back: the letter before it, what
the case had before, and what its author changed."""

from lib.intruder import peek, quicken
from lib.mails import lines, mail, parse
from lib.story import SinkStory


def words(text):
    return " ".join(text.split())


class Versions(SinkStory):
    def setUp(self):
        super().setUp()
        for person in (self.maria, self.anna):
            quicken(person)
        self.case = self.one_case(mail())["id"]

    def again(self, text):
        """Given back, and submitted with other words."""
        draft = f"{self.case}.d1"
        self.maria("return", draft, "-m", "kinder, please")
        self.reply(self.anna, self.case, text, "--submit")
        return draft

    def versions(self):
        return peek(self.service, "SELECT count(*) FROM draft_version")[0][0]

    def test_word_by_word(self):
        draft = self.reply(self.anna, self.case,
                           "Dear Rani,\nyou must call me.\nAnna\n", "--submit")
        self.assertIsNone(self.maria("review", draft)["before"])
        said = self.maria.refused("review", draft, "--diff")
        self.assertIn("submitted once", said.err)
        self.again("Dear Rani,\nyou can always call me.\nAnna\n")
        shown = self.maria("review", draft)
        self.assertEqual(lines(shown["body"])[1], "you can always call me.")
        self.assertEqual(shown["before"]["author"], "anna")
        self.assertEqual(lines(shown["before"]["text"])[1],
                         "you must call me.")
        said = self.maria.run("review", draft, "--diff", check=True).text
        self.assertIn("you [-must -]{+can always +}call me.", words(said))
        self.assertIn("Dear Rani,", said)
        said = self.maria.run("review", draft, check=True).text
        self.assertIn(f"teduh review {draft} --diff", words(said))
        self.maria("approve", draft)
        session, = self.sink.wait_messages(1)
        self.assertNotIn(b"must", session.data)
        self.assertEqual(self.versions(), 0)

    def test_the_last_one_counts(self):
        draft = self.reply(self.anna, self.case, "One.\n", "--submit")
        for number, text in enumerate(("Two.\n", "Three.\n", "Four.\n"), 1):
            self.again(text)
            self.assertEqual(self.versions(), min(number, 2))
        self.assertEqual(self.maria("review", draft)["before"]["text"],
                         "Three.\n")

    def test_thrown_away_with_the_draft(self):
        draft = self.reply(self.anna, self.case, "One.\n", "--submit")
        self.again("Two.\n")
        self.anna("discard", draft)
        self.assertEqual(self.versions(), 0)
        self.assertEqual(peek(self.service, "SELECT count(*) FROM item WHERE "
                              "kind = 'answer'")[0][0], 0)

    def test_what_the_case_had_before(self):
        """Beside the newest letter a line for each item before it."""
        self.answer(self.case, "A first answer.\n\n" +
                    "It has many words. " * 30 + "And an end.\n")
        session, = self.sink.wait_messages(1)
        self.anna.wait_delivery(self.case, "accepted")
        ours = parse(session.data)["Message-ID"]
        self.service.inject(mail(
            text="May I write again?\n", message_id="<2@example.org>",
            to=parse(session.data)["Reply-To"] or "desk@desk.example",
            In_Reply_To=ours, References=ours))
        self.anna.wait_queue(where=lambda row: row["id"] == self.case)
        draft = self.reply(self.anna, self.case, "You may.\n", "--submit")
        said = self.maria.run("review", draft, check=True).text
        self.assertIn("May I write again?", said)
        self.assertIn("earlier", said)
        self.assertRegex(said, rf"{self.case}\.1 .*Hello, may I ask")
        self.assertRegex(said, rf"{self.case}\.2 .*A first answer")
        self.assertNotIn("And an end.", said)

    def test_the_time_in_review_is_time_that_somebody_waits(self):
        """No draft, no review and no return moves the due time."""
        due = self.anna("show", self.case)["due"]
        draft = self.reply(self.anna, self.case, "One.\n", "--submit")
        self.assertEqual(self.anna("show", self.case)["due"], due)
        self.service.clock(3600)
        self.again("Two.\n")
        row, = self.anna.queue()
        self.assertEqual((row["id"], row["due"]), (self.case, due))
        # 48 hours of the desk are over while it lies there.
        self.service.clock(60 * 86400)
        row, = self.anna.queue()
        self.assertEqual((row["due"], row["overdue"]), (due, True))
        self.assertTrue(self.maria("review")[0]["due"] == due)
        self.maria("return", draft, "-m", "not yet")
        row, = self.anna.queue()
        self.assertEqual((row["due"], row["overdue"]), (due, True))

    def test_remarks_and_a_proposal(self):
        """Written into the answer's words, read by its author alone, and
        taken over without being typed again."""
        draft = self.reply(self.anna, self.case,
                           "Dear Rani,\nyou must call me.\nAnna\n", "--submit")
        marked = ("Dear Rani,\nyou can always call me.\n"
                  ">> softer: she is afraid of orders\nAnna\n")
        path = self.ground.file("marked.txt", marked)
        self.maria("return", draft, "-m", "one word", "--body", path)
        said = self.anna.run("review", draft, check=True).text
        self.assertIn(">> softer: she is afraid of orders", said)
        self.assertIn("one word", said)
        self.anna("reply", self.case, "--take", "--submit")
        self.assertEqual(lines(self.maria("review", draft)["body"]),
                         ["Dear Rani,", "you can always call me.", "Anna"])
        said = self.maria.run("review", draft, "--diff", check=True).text
        self.assertIn("you [-must -]{+can always +}call me.", words(said))
        self.maria("approve", draft)
        session, = self.sink.wait_messages(1)
        self.assertNotIn(b"afraid", session.data)
        self.assertNotIn(b"must", session.data)

    def test_nothing_to_take(self):
        draft = self.reply(self.anna, self.case, "One.\n", "--submit")
        self.maria("return", draft, "-m", "more")
        said = self.anna.refused("reply", self.case, "--take")
        self.assertIn("nobody proposed", said.err)
        path = self.ground.file("x.txt", "Two.\n")
        self.assertEqual(self.anna.refused(
            "reply", self.case, "--take", "--body", path).code, 2)
        # Taken once, or written on: it is no proposal any more.
        self.reply(self.anna, self.case, "Two.\n", "--submit")
        self.maria("return", draft, "-m", "more", "--body",
                   self.ground.file("y.txt", "Three.\n"))
        self.reply(self.anna, self.case, "Four.\n")
        self.assertIn("nobody proposed", self.anna.refused(
            "reply", self.case, "--take").err)
