"""From a draft to an answer: two pairs of eyes, and the right one is sent."""

from lib.ground import SOURCE, wait_for
from lib.mails import check_answer, lines, mail, parse
from lib.story import SinkStory
from lib.teduh import invite


class Review(SinkStory):
    def test_nothing_leaves_before_a_second_person_approves(self):
        case = self.one_case(mail())["id"]
        draft = self.reply(self.anna, case, "Hi\n")
        self.assertEqual(draft, f"{case}.d1")
        self.assertEqual(self.states(case), ["open"])
        self.anna("submit", draft)
        self.assertEqual(self.states(case), ["submitted"])
        waiting, = self.maria("review")
        self.assertEqual((waiting["id"], waiting["state"],
                          waiting["author"]), (draft, "submitted", "anna"))
        letter = self.maria("review", draft)
        self.assertEqual(lines(letter["body"]), ["Hi"])
        self.assertEqual(letter["address"], "seeker-a@example.org")
        self.assertEqual(self.sink.opened, 0)
        self.assertEqual(self.anna.refused("approve", draft).code, 1)
        self.assertEqual(self.sink.opened, 0)
        self.maria("approve", draft)
        session, = self.sink.wait_messages(1)
        check_answer(self, session.data, "seeker-a@example.org", "Hi\n",
                     "<letter-1@example.org>")
        self.assertEqual(session.recipients, ["<seeker-a@example.org>"])
        self.anna.wait_delivery(case, "accepted")
        self.assertEqual(self.anna.queue(), [])

    def test_a_preview_shows_the_desks_first_line_and_no_more(self):
        """It is signed with the words, and whoever reviews sees it apart."""
        self.service.settings["alarm"] = {"texts": f"{SOURCE}/config/texts"}
        for number, language in enumerate(("id", "et", "en"), 1):
            self.service.settings["desk youth"]["languages"] = [language]
            self.service.restart()
            with open(f"{SOURCE}/config/texts/{language}/first-line.txt",
                      encoding="utf-8") as f:
                first = f.read().rstrip("\n")
            self.assertGreaterEqual(len(first), 100)
            case = self.one_case(mail(
                message_id=f"<{language}@example.org>"))["id"]
            draft = self.reply(self.anna, case, "Dear Rani,\nyes.\n",
                               "--submit")
            shown = self.maria("review", draft)
            self.assertEqual(shown["first_line"], first)
            self.assertEqual(lines(shown["body"]), ["Dear Rani,", "yes."])
            self.maria("approve", draft)
            session = self.sink.wait_messages(number)[-1]
            whole = parse(session.data).get_body(("plain",)).get_content(
            ).replace("\r\n", "\n")
            self.assertEqual(whole[:len(first) + 2], first + "\n\n")
            item = self.anna.wait_delivery(case, "accepted")
            self.assertEqual((item["first_line"], lines(item["text"])),
                             (first, ["Dear Rani,", "yes."]))

    def test_a_long_thread_is_capped(self):
        """The newest ids stay, the letter's own is the last, and no line is
        longer than mail allows."""
        old = [f"<{n:03d}-{'x' * 200}@example.org>" for n in range(40)]
        raw = mail(message_id="<newest@example.org>").replace(
            b"Subject:", b"References: " + "\r\n ".join(old).encode() +
            b"\r\nSubject:", 1)
        case = self.one_case(raw)["id"]
        self.answer(case, "Yes.\n")
        session, = self.sink.wait_messages(1)
        check_answer(self, session.data, "seeker-a@example.org", "Yes.",
                     "<newest@example.org>")
        head = session.data.split(b"\r\n\r\n")[0].replace(b"\r\n ", b" ")
        field, = [line for line in head.split(b"\r\n")
                  if line.startswith(b"References:")]
        kept = field.decode().split()[1:]
        self.assertLessEqual(len(kept), 20)
        self.assertEqual(kept, [*old, "<newest@example.org>"][-len(kept):])

    def test_an_address_that_is_not_ascii(self):
        """A domain is written in ASCII; a name before the '@' goes only where
        the relay takes it, and fails visibly else."""
        sent = []
        for sender in ("rani@põder.example", "põder@example.org"):
            case = self.one_case(mail(
                "x@example.org", message_id=f"<{len(sent)}@example.org>",
            ).replace(b"x@example.org", sender.encode()))["id"]
            self.answer(case, "Yes.\n")
            sent.append(case)
        session, = self.sink.wait_messages(1)
        self.assertEqual(session.recipients, ["<rani@xn--pder-0qa.example>"])
        check_answer(self, session.data, "rani@xn--pder-0qa.example", "Yes.")
        item = self.anna.wait_delivery(sent[1], "refused")
        self.assertEqual(item["delivery"]["code"], "smtputf8")
        self.assertIn("before the '@'",
                      " ".join(self.anna.run("show", sent[1]).text.split()))
        self.assertEqual(len(self.sink.dots), 1)

    def test_the_desks_own_first_line(self):
        own = ["Halo dan selamat datang. " * 5, "Tere tulemast. " * 8,
               "You are welcome. " * 7]
        own = [line.strip() for line in own]
        self.service.settings["desk youth"]["first_line"] = own
        self.service.restart()
        case = self.one_case(mail())["id"]
        draft = self.reply(self.anna, case, "Yes.\n", "--submit")
        self.assertIn(self.maria("review", draft)["first_line"], own)

    def test_a_supervisor_does_not_approve_her_own_letter(self):
        case = self.one_case(mail())["id"]
        draft = self.reply(self.maria, case, "Hi\n", "--submit")
        self.assertEqual(self.maria.refused("approve", draft).code, 1)
        self.assertEqual(self.sink.opened, 0)
        olga = invite(self.service, self.ground, self.maria, "olga",
                      role="supervisor")
        olga("approve", draft)
        self.sink.wait_messages(1)

    def test_a_returned_draft_is_revised_and_only_the_new_one_is_sent(self):
        case = self.one_case(mail())["id"]
        draft = self.reply(self.anna, case, "Too short.\n", "--submit")
        self.maria("return", draft, "-m", "please say more about hope")
        self.assertEqual(self.states(case), ["returned"])
        self.assertEqual(self.maria.refused("approve", draft).code, 1)
        notes = [item["text"] for item in self.anna("show", case)["items"]
                 if item["kind"] == "note"]
        self.assertIn("please say more about hope", "".join(notes))
        self.reply(self.anna, case, "Much longer, and kind.\n", "--submit")
        waiting, = self.maria("review")
        self.maria("approve", waiting["id"])
        session, = self.sink.wait_messages(1)
        check_answer(self, session.data, "seeker-a@example.org",
                     "Much longer, and kind.\n")
        self.assertNotIn(b"Too short", session.data)
        self.assertNotIn(b"hope", session.data)

    def test_a_letter_goes_out_as_it_was_written(self):
        text = ("Tere!\n\nÕhtu äär – öö, ülikool €5\n.\n..two dots\n"
                "From here on it is long: " + "ja veel " * 60 + "\n"
                "tab\there, = signs = and =20\n-- \nTeduh\n")
        path = self.ground.file("lisa äö.pdf", b"%PDF-1.4 " + bytes(
            range(256)) * 300)
        case = self.one_case(mail(
            "seeker-et@example.org", message_id="<x.y@example.org>",
            references="<a@example.org> <b@example.org>"))["id"]
        draft = self.reply(self.anna, case, text, "--attach", path,
                           "--submit")
        self.maria("approve", draft)
        session, = self.sink.wait_messages(1)
        answer = check_answer(self, session.data, "seeker-et@example.org",
                              text, "<x.y@example.org>")
        self.assertEqual(str(answer["References"]).split()[:2],
                         ["<a@example.org>", "<b@example.org>"])
        attachment, = answer.iter_attachments()
        self.assertEqual(attachment.get_filename(), "lisa äö.pdf")
        with open(path, "rb") as f:
            self.assertEqual(attachment.get_payload(decode=True), f.read())
        for line in session.data.split(b"\r\n"):
            self.assertNotIn(b"\n", line)
            self.assertLess(len(line), 998)

    def test_a_letter_that_crossed_another_one_is_held_back(self):
        case = self.one_case(mail())["id"]
        draft = self.reply(self.anna, case, "Hi\n", "--submit")
        self.maria("approve", draft)
        first, = self.sink.wait_messages(1)
        self.anna.wait_delivery(case, "accepted")
        back = reply_to(first)
        self.service.inject(mail(to=back, message_id="<2@example.org>"))
        self.anna.wait_queue(1, where=lambda row: row["id"] == case)
        draft = self.reply(self.anna, case, "Again\n", "--submit")
        self.service.inject(mail(to=back, text="Wait, all is changed.\n",
                                 message_id="<3@example.org>"))
        self.anna.wait_queue(1, where=lambda row: row["items"] >= 4)
        if self.maria.run("approve", draft, "--json").code == 0:
            wait_for("the letter to be blocked as stale", lambda: any(
                d["blocked"] == "stale" for d in self.maria("review")))
        self.assertEqual(len(self.sink.messages), 1)


def reply_to(session):
    """Where a seeker's mail program would send the reply."""
    message = parse(session.data)
    where = message["Reply-To"] or message["From"]
    return where.addresses[0].addr_spec


class Threads(SinkStory):
    """Which later mail belongs to which case."""

    def setUp(self):
        super().setUp()
        self.case = self.one_case(mail(subject="About school"))["id"]
        self.answer(self.case, "Tell me more.\n")
        self.session, = self.sink.wait_messages(1)
        self.anna.wait_delivery(self.case, "accepted")

    def after(self, raw):
        """The queue's only row after this mail."""
        self.service.inject(raw)
        row, = self.anna.wait_queue(1)
        return row

    def own_id(self):
        return str(parse(self.session.data)["Message-ID"])

    def test_a_reply_to_the_plus_address_joins(self):
        row = self.after(mail(to=reply_to(self.session),
                              message_id="<2@example.org>"))
        self.assertEqual(row["id"], self.case)
        self.assertEqual(row["state"], "open")
        letters = [i for i in self.anna("show", self.case)["items"]
                   if i["kind"] == "letter"]
        self.assertEqual(len(letters), 2)

    def test_a_reply_that_names_our_message_id_joins(self):
        row = self.after(mail(message_id="<2@example.org>",
                              in_reply_to=self.own_id(),
                              references=self.own_id()))
        self.assertEqual(row["id"], self.case)

    def test_a_token_from_another_address_does_not_join(self):
        row = self.after(mail("seeker-b@example.org",
                              to=reply_to(self.session),
                              message_id="<2@example.org>"))
        self.assertNotEqual(row["id"], self.case)
        self.assertEqual(len(self.anna("show", self.case)["participants"]),
                         1)

    def test_subject_and_address_alone_do_not_join(self):
        row = self.after(mail(subject="Re: About school",
                              message_id="<2@example.org>"))
        self.assertNotEqual(row["id"], self.case)

    def test_a_case_number_in_the_subject_means_nothing(self):
        row = self.after(mail("seeker-b@example.org",
                              subject=f"[#{self.case}] Re: About school",
                              message_id="<2@example.org>"))
        self.assertNotEqual(row["id"], self.case)
