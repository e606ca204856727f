"""What is folded of a letter: only what the case has seen before, never a
word that is new, and everything is one command away."""

from lib.mails import mail, parse
from lib.story import SinkStory

ANSWER = ("Dear Sam,\n\nthank you for your letter. We have read it with "
          "care, and we would like to hear more about what happened on "
          "that evening, if you want to tell us.\n\nAnna\n")
SIGNATURE = "-- \nSam Kask\nTel. 555 0199\nsent from the library\n"


def quoted(text, width=60):
    """As a mail program does: wrapped anew, with its mark."""
    out = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            if line and len(line) + len(word) >= width:
                out.append(line)
                line = word
            else:
                line = f"{line} {word}" if line else word
        out.append(line)
    return "".join(f"> {line}".rstrip() + "\n" for line in out)


class Quotes(SinkStory):
    def setUp(self):
        super().setUp()
        self.case = self.one_case(mail(text="May I ask something?\n\n" +
                                       SIGNATURE))["id"]
        self.answer(self.case, ANSWER)
        self.sent = parse(self.sink.wait_messages(1)[0].data)
        self.anna.wait_delivery(self.case, "accepted")
        self.letters = 1

    def writes(self, text):
        """The next letter of the same person: what is folded of it, what is
        shown of it, and what is shown of it alone."""
        self.letters += 1
        self.service.inject(mail(
            to=str(self.sent["Reply-To"] or self.sent["From"]), text=text,
            message_id=f"<letter-{self.letters}@example.org>",
            in_reply_to=str(self.sent["Message-ID"])))
        count = self.letters + 1
        self.anna.wait_queue(1, where=lambda row: row["items"] == count)
        item = self.anna("show", self.case)["items"][-1]
        lines = item["text"].split("\n")
        folded = [line for first, last in item["folded"]
                  for line in lines[first - 1:last]]
        return (folded, self.anna.run("show", self.case, check=True).text,
                self.anna.run("show", item["id"], check=True).text)

    def test_our_own_answer_is_folded_and_one_command_away(self):
        folded, shown, alone = self.writes(
            "It was like this.\n\nOn Tuesday, the desk wrote:\n" +
            quoted(ANSWER) + "\n" + SIGNATURE)
        self.assertIn("> Dear Sam,", folded)
        self.assertIn("Sam Kask", folded)
        self.assertIn("It was like this.", shown)
        self.assertNotIn("We have read it", shown)
        self.assertNotIn("555 0199", shown)
        self.assertIn("lines folded", shown)
        for text in (alone, self.anna.run("show", self.case, "--all",
                                          check=True).text):
            self.assertIn("We have read it", text)
            self.assertIn("555 0199", text)

    def test_a_word_put_into_a_quote_is_shown(self):
        quote = quoted(ANSWER)
        self.assertIn("We have read it", quote)
        folded, shown, _ = self.writes("See below.\n\n" + quote.replace(
            "> Anna", "> help me please, he is here\n> Anna"))
        self.assertIn("help me please, he is here", shown)
        self.assertIn("> Dear Sam,", folded)
        _, shown, _ = self.writes("See below.\n\n" + quote.replace(
            "We have read it", "He has read it"))
        self.assertIn("He has read it", shown)

    def test_a_signature_is_shown_the_first_time(self):
        new = SIGNATURE.replace("555 0199", "555 0100")
        folded, shown, _ = self.writes("Something new.\n\n" + new)
        self.assertIn("555 0100", shown)
        folded, shown, _ = self.writes("Again.\n\n" + new)
        self.assertNotIn("555 0100", shown)
        self.assertIn("Tel. 555 0100", folded)

    def test_a_quote_of_what_nobody_here_wrote_is_shown(self):
        folded, shown, _ = self.writes(
            "He sent me this:\n\nOn Monday, my father wrote:\n"
            "> If you ever talk to them again\n> you will see.\n")
        self.assertEqual(folded, [])
        self.assertIn("If you ever talk to them again", shown)
