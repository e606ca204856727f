"""The whole way, with a real Dovecot and a real Postfix: a mail by SMTP, a
case, an answer that two people signed, the seeker's own mailbox, and the
reply that finds its case again."""

import time

from lib.ground import wait_for
from lib.mails import check_answer, mail
from lib.story import Story
from lib.teduh import Word

QUICK_S = 2.0           # from the mail server to the queue


class WholeWay(Story):
    def test_a_letter_its_answer_and_the_reply(self):
        self.mail_servers()
        self.connect()
        self.found()
        seeker, desk = "seeker-et@example.org", "desk@desk.example"
        self.postfix.send(seeker, desk, mail(
            seeker, subject="Ma ei tea", text="Tere!\n\nKas tohib küsida?\n",
            message_id="<esimene@example.org>"))
        row, = self.anna.wait_queue(1)
        self.assertEqual(row["subject"], "Ma ei tea")
        case = row["id"]

        self.anna("claim", case)
        draft = self.reply(self.anna, case, "Tere!\n\nMuidugi tohib.\n")
        self.anna("submit", draft)
        self.maria("approve", draft)
        self.anna.wait_delivery(case, "accepted")
        answer = check_answer(
            self, self.dovecot.mailbox("seeker-et").wait()[0], seeker,
            "Tere!\n\nMuidugi tohib.\n", "<esimene@example.org>")
        self.assertEqual(self.anna.queue(), [])

        back = (answer["Reply-To"] or answer["From"]).addresses[0].addr_spec
        self.assertTrue(back.startswith("desk+"), back)
        self.postfix.send(seeker, back, mail(
            seeker, to=back, subject=f"Re: {answer['Subject']}",
            text="Aitäh!\n", message_id="<teine@example.org>",
            in_reply_to=str(answer["Message-ID"]),
            references=f"<esimene@example.org> {answer['Message-ID']}"))
        row, = self.anna.wait_queue(1)
        self.assertEqual((row["id"], row["state"]), (case, "open"))
        kinds = [i["kind"] for i in self.anna("show", case)["items"]]
        self.assertEqual(kinds, ["letter", "answer", "letter"])

        # The second answer threads on the second letter.
        self.answer(case, "Palun!\n")
        second = check_answer(
            self, self.dovecot.mailbox("seeker-et").wait(2)[1], seeker,
            "Palun!\n", "<teine@example.org>")
        self.assertNotEqual(second["Message-ID"], answer["Message-ID"])

    def test_a_waiting_intake_hears_of_a_mail_at_once(self):
        self.mail_servers()
        self.connect()
        self.found()
        box = self.dovecot.mailbox("desk")
        # The first one proves that the watch has begun.
        self.dovecot.deliver("desk", mail(message_id="<1@example.org>"))
        wait_for("the first letter to be moved", lambda: "Teduh" in
                 box.folders() and len(box.messages("Teduh")) == 1)
        for n in (2, 3):
            self.dovecot.deliver("desk", mail(
                message_id=f"<{n}@example.org>", text=f"number {n}\n"))
            began = time.monotonic()
            wait_for(f"letter {n} to be moved", lambda: len(
                box.messages("Teduh")) == n)        # noqa: B023
            self.assertLess(time.monotonic() - began, QUICK_S)
        self.assertEqual(box.messages(), [])
        self.assertEqual(len(self.anna.queue()), 3)

    def test_letters_that_came_while_nobody_looked_come_once(self):
        self.mail_servers()
        self.connect()
        self.found()
        self.service.stop()
        for n in range(5):
            self.dovecot.deliver("desk", mail(
                message_id=f"<{n}@example.org>", text=f"number {n}\n",
                subject=f"letter {n}"))
        self.service.start()
        rows = self.anna.wait_queue(5)
        self.service.restart()
        self.assertEqual(self.anna.queue(), rows)
        self.assertEqual(sorted(r["subject"] for r in rows),
                         [f"letter {n}" for n in range(5)])

    def test_after_keep_leaves_the_mail_and_takes_it_once(self):
        self.mail_servers()
        self.connect()
        self.service.settings["mailbox youth-mail"]["after"] = "keep"
        self.found()
        self.dovecot.deliver("desk", mail())
        self.anna.wait_queue(1)
        self.service.restart()
        self.dovecot.deliver("desk", mail(message_id="<2@example.org>",
                                          text="another\n"))
        self.assertEqual(len(self.anna.wait_queue(2)), 2)
        self.assertEqual(len(self.dovecot.mailbox("desk").messages()), 2)

    def test_starttls_at_both_ends(self):
        self.mail_servers()
        self.connect()
        imap = self.service.settings["mailbox youth-mail"]
        imap.update(port=self.dovecot.imap, tls=Word("starttls"))
        self.service.settings["relay"].update(
            port=self.postfix.submission, tls=Word("starttls"))
        self.found()
        self.dovecot.deliver("desk", mail())
        case = self.anna.wait_queue(1)[0]["id"]
        self.answer(case, "Hello!\n")
        check_answer(self, self.dovecot.mailbox("seeker-a").wait()[0],
                     "seeker-a@example.org", "Hello!\n")
