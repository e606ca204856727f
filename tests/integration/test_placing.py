"""To which case a letter goes: a token of ours and the writer's own address
decide, nothing else does, and nobody gets into a case by anything that can be
guessed or copied."""

from lib.mails import mail, parse
from lib.story import SinkStory

SEEKER, STRANGER = "seeker-a@example.org", "stranger@example.org"


class Placing(SinkStory):
    def setUp(self):
        super().setUp()
        self.case = self.one_case(mail(SEEKER))["id"]
        self.answer(self.case, "Dear you, yes.\n")
        self.sent = parse(self.sink.wait_messages(1)[0].data)
        self.anna.wait_delivery(self.case, "accepted")
        self.n = 1

    def writes(self, sender=SEEKER, token=False, **headers):
        """The next letter; the row of the case that waits for it."""
        self.n += 1
        before = {r["id"]: r["items"] for r in self.anna.queue()}
        to = str(self.sent["Reply-To"]) if token else "desk@desk.example"
        self.service.inject(mail(sender, to=to, text=f"letter {self.n}\n",
                                 message_id=f"<l{self.n}@example.org>",
                                 **headers))
        return self.anna.wait_queue(1, where=lambda row: before.get(
            row["id"]) != row["items"])[0]

    def test_token_and_own_address_join_the_case(self):
        row = self.writes(token=True)
        self.assertEqual((row["id"], row["flags"]), (self.case, []))

    def test_others_whom_a_letter_names_are_shown_and_get_nothing(self):
        row = self.writes(token=True, reply_to="Other <other@example.net>",
                          cc="Aunt <aunt@example.net>, b@example.net")
        self.assertEqual(row["id"], self.case)
        letter = self.anna("show", self.case)["items"][-1]
        self.assertEqual(letter["reply_to"]["address"], "other@example.net")
        self.assertEqual([one["address"] for one in letter["cc"]],
                         ["aunt@example.net", "b@example.net"])
        page = self.anna.run("show", self.case).text
        for words in ("Other <other@example.net>", "Aunt <aunt@example.net>",
                      "they go to who wrote it"):
            self.assertIn(words, page)
        self.answer(self.case, "One thing more.\n")
        second = self.sink.wait_messages(2)[1]
        self.assertEqual(second.recipients, [f"<{SEEKER}>"])
        self.assertEqual(parse(second.data)["To"], SEEKER)
        self.assertIsNone(parse(second.data)["Cc"])

    def test_a_closed_case_opens_again(self):
        self.anna("close", self.case)
        row = self.writes(token=True)
        self.assertEqual((row["id"], row["state"]), (self.case, "open"))

    def test_a_stranger_with_the_token_lands_in_the_tray_and_gets_nothing(
            self):
        row = self.writes(STRANGER, token=True)
        self.assertNotEqual(row["id"], self.case)
        self.assertEqual(row["flags"], ["tray"])
        shown = self.anna("show", row["id"])
        link, = shown["links"]
        self.assertEqual((link["case"], link["kind"], link["belongs"]),
                         (self.case, "token", True))
        mine = self.anna("show", self.case)
        self.assertEqual([i["kind"] for i in mine["items"]],
                         ["letter", "answer"])
        self.assertEqual([p["address"] for p in mine["participants"]],
                         [SEEKER])
        # Whatever is answered in the case goes where it went before.
        self.anna("show", row["id"])
        self.answer(self.case, "One thing more.\n")
        second = self.sink.wait_messages(2)[1]
        self.assertEqual(second.recipients, [f"<{SEEKER}>"])
        self.assertEqual(len(self.sink.messages), 2)

    def test_nothing_that_can_be_guessed_joins(self):
        own = str(self.sent["Message-ID"])
        guesses = {
            "number": {"subject": f"Re: [{self.case}] Your letter"},
            "subject": {"subject": "Re: Your letter",
                        "Thread_Index": "AQHYyZ0x", "Thread_Topic": "Your"},
            "seeker's id": {"in_reply_to": "<letter-1@example.org>"},
            "nearly our id": {"in_reply_to": own.replace("<", "<0")},
        }
        for name, headers in guesses.items():
            with self.subTest(name):
                row = self.writes(STRANGER, **headers)
                self.assertNotEqual(row["id"], self.case)
                self.assertEqual(row["flags"], [])
        self.sent.replace_header("Reply-To", "desk+" + "0" * 16 +
                                 "@desk.example")
        row = self.writes(SEEKER, token=True)
        self.assertNotEqual(row["id"], self.case)
        kinds = [link["kind"] for link in
                 self.anna("show", row["id"])["links"]]
        self.assertNotIn("token", kinds)

    def test_an_id_of_ours_that_somebody_else_quotes_is_no_key(self):
        row = self.writes(STRANGER, in_reply_to=str(self.sent["Message-ID"]))
        self.assertNotEqual(row["id"], self.case)
        self.assertEqual(row["flags"], ["tray"])

    def test_two_senders_are_none(self):
        data = mail(SEEKER, to=str(self.sent["Reply-To"]),
                    message_id="<two@example.org>")
        before = {r["id"] for r in self.anna.queue()}
        self.service.inject(b"From: other@example.org\r\n" + data)
        row, = self.anna.wait_queue(
            1, where=lambda row: row["id"] not in before)
        self.assertNotEqual(row["id"], self.case)
        self.assertEqual(row["flags"], ["tray", "suspect"])

    def test_our_own_address_as_sender_goes_to_the_tray(self):
        row = self.writes("desk@desk.example")
        self.assertNotEqual(row["id"], self.case)
        self.assertEqual(row["flags"], ["tray"])

    def test_a_family_on_one_mailbox(self):
        first = self.writes()
        link, = self.anna("show", first["id"])["links"]
        self.assertEqual((link["case"], link["kind"]),
                         (self.case, "proposal"))
        second = self.writes()      # of two open cases none is proposed
        shown = self.anna("show", second["id"])
        self.assertEqual(shown["links"], [])
        self.assertEqual({o["id"] for o in shown["others"]},
                         {self.case, first["id"]})
        self.assertIn("This address has 2 other cases", self.anna.run(
            "show", second["id"], check=True).text)
        self.assertEqual(self.writes(token=True)["id"], self.case)


class Flood(SinkStory):
    def test_more_letters_of_an_address_than_so_many_join_one_case(self):
        self.service.stop()
        self.service.settings["limits"] = {"flood": 2}
        self.service.configure()
        self.service.restart()
        for n in range(6):
            self.service.inject(mail(text=f"letter {n}\n",
                                     message_id=f"<l{n}@example.org>"))
        self.service.inject(mail(STRANGER, message_id="<s@example.org>"))
        rows = self.anna.wait_queue(
            4, where=lambda row: "flood" not in row["flags"] or
            row["items"] == 4)
        self.assertEqual(sorted((r["items"], r["flags"]) for r in rows),
                         [(1, []), (1, []), (1, []), (4, ["flood"])])
        flood, = [r for r in rows if r["flags"]]
        texts = [i["text"] for i in self.anna("show", flood["id"])["items"]]
        self.assertEqual(texts, [f"letter {n}\n" for n in range(2, 6)])
