"""The tray: what stands there, why, and how it comes out."""

from lib.mails import mail, parse
from lib.story import SinkStory


class Tray(SinkStory):
    def test_each_says_why_and_is_taken_out(self):
        case = self.one_case(mail())["id"]
        self.answer(case, "Dear you, yes.\n")
        token = str(parse(self.sink.wait_messages(1)[0].data)["Reply-To"])
        self.anna.wait_delivery(case, "accepted", seconds=60)
        self.assertEqual(self.anna("tray"), [])
        self.service.inject(mail("stranger@example.org", to=token,
                                 message_id="<1@example.org>"))
        self.service.inject(mail("desk@desk.example",
                                 message_id="<2@example.org>"))
        self.service.inject(b"From: x@example.org\r\n" + mail(
            message_id="<3@example.org>"))
        self.anna.wait_queue(3, seconds=60)
        rows = {row["why"]: row["id"] for row in self.anna("tray")}
        self.assertEqual(sorted(rows), ["own", "suspect", "token"])
        text = " ".join(self.anna.run("tray", check=True).text.split())
        self.assertIn("does not come from the address that we wrote to",
                      text)
        self.anna("tray", rows["own"])
        self.anna.refused("tray", rows["own"])
        body = self.ground.file("own.txt", "To ourselves?\n")
        self.assertIn("under our own address", self.anna.refused(
            "reply", rows["own"], "--body", body, "--submit").err)
        self.anna("link", rows["token"])
        self.assertEqual([row["why"] for row in self.anna("tray")],
                         ["suspect"])
        self.assertIn(rows["own"], [row["id"] for row in self.anna.queue()])

    def test_what_the_filter_took_for_spam_waits_for_a_human(self):
        """It is kept, due and answered like any other, once somebody has
        looked."""
        row = self.one_case(mail(message_id="<spam@example.org>",
                                 X_Spam_Flag="YES",
                                 X_Spam_Status="Yes, score=9.1"))
        case = row["id"]
        self.assertEqual(row["flags"], ["tray", "suspect"])
        self.assertIsNotNone(row["due"])
        self.assertEqual([r["why"] for r in self.anna("tray")], ["spam"])
        self.assertIn("took it for spam",
                      self.anna.run("tray", check=True).text)
        item = self.anna("show", case)["items"][0]
        self.assertEqual((item["class"], item["flags"]),
                         ("person", ["spam", "tray", "suspect"]))
        self.assertIn("A mail server took this letter for spam.",
                      self.anna.run("show", case, check=True).text)
        self.assertEqual(self.anna("tray", case)["flags"], [])
        self.answer(case, "Dear you, yes.\n")
        self.anna.wait_delivery(case, "accepted", seconds=60)
        token = str(parse(self.sink.wait_messages(1)[0].data)["Reply-To"])
        self.service.inject(mail(message_id="<again@example.org>",
                                 to=token, X_Spam_Flag="YES"))
        again, = self.anna.wait_queue(1, seconds=60)
        self.assertEqual((again["id"], again["flags"]), (case, []))
