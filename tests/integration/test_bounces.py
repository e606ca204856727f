"""Answers that come back: a real Postfix and a real Dovecot bounce, and
scripted reports by hand; what the counsellor sees, and that nobody else's
case is touched."""

import re

from lib.crash import check_store
from lib.ground import wait_for
from lib.mails import mail, parse
from lib.story import SinkStory, Story

GONE = "seeker-b@example.org"     # the relay takes it, and it bounces


def report(to, message_id, action="failed", status="5.1.1", returned=True,
           number=1):
    """A delivery report as mail servers write it (RFC 3464)."""
    back = (f"--r\r\nContent-Type: text/rfc822-headers\r\n\r\n"
            f"Message-ID: {message_id}\r\nSubject: x\r\n\r\n"
            if returned else "")
    return (f"Return-Path: <>\r\n"
            f"From: Mail Delivery System <MAILER-DAEMON@mx.example.org>\r\n"
            f"To: {to}\r\nSubject: Undelivered\r\n"
            f"Message-ID: <report-{number}@mx.example.org>\r\n"
            f"MIME-Version: 1.0\r\nContent-Type: multipart/report; "
            f"report-type=delivery-status; boundary=r\r\n\r\n"
            f"--r\r\nContent-Type: text/plain\r\n\r\nAbout your mail, "
            f"number {number}.\r\n"
            f"--r\r\nContent-Type: message/delivery-status\r\n\r\n"
            f"Reporting-MTA: dns; mx.example.org\r\n\r\n"
            f"Final-Recipient: rfc822; {GONE}\r\nAction: {action}\r\n"
            f"Status: {status}\r\n\r\n{back}--r--\r\n").encode()


class Real(Story):
    """Through the relay, and back by its own bounce."""

    def test_an_address_that_is_not_there(self):
        self.mail_servers()
        self.connect()
        self.found()
        self.dovecot.forget("seeker-b")
        self.dovecot.deliver("desk", mail(GONE, subject="Far away"))
        case = self.anna.wait_queue(1)[0]["id"]
        self.answer(case, "Hello, you.\n")
        rows = self.anna.wait_queue(1, 60, lambda row: "delivery-problem" in
                                    row["flags"])
        self.assertEqual((rows[0]["id"], rows[0]["state"]), (case, "open"))
        self.dovecot.deliver("desk", mail(
            subject="Another", message_id="<2@example.org>",
            text="other words\n"))
        rows = self.anna.wait_queue(2)
        self.assertEqual(rows[0]["id"], case)
        # It may come before post has written down that the letter went.
        self.anna.wait_delivery(case, "bounced")
        seen = self.anna("show", case)
        answer = [i for i in seen["items"] if i["kind"] == "answer"][0]
        self.assertEqual(answer["delivery"]["code"], "5.1.1")
        last = seen["items"][-1]
        self.assertEqual((last["kind"], last["class"]), ("letter", "bounce"))
        self.assertEqual([p["address"] for p in seen["participants"]],
                         [GONE])
        text = self.anna.run("show", case).text
        self.assertIn("There is no such address.", text)
        self.assertIn("an answer did not arrive", text)
        # Nobody was told: the only mail to that address is the answer.
        with open(self.postfix.log, encoding="utf-8") as f:
            log = f.read()
        self.assertEqual(len(re.findall(rf"to=<{GONE}>.*status=bounced",
                                        log)), 1, log)
        self.assertEqual(len(re.findall(rf"to=<{GONE}>", log)), 1, log)
        self.service.admin("check")


class ByHand(SinkStory):
    def sent(self, text, number=1):
        """A case whose answer was accepted, its return path and id."""
        case = self.one_case(mail(
            f"person-{number}@example.org", text=text,
            message_id=f"<letter-{number}@example.org>"))["id"]
        before = len(self.sink.dots)
        self.answer(case, "An answer.\n")
        self.anna.wait_delivery(case, "accepted")
        session = self.sink.dots[before]
        return (case, session.sender.strip("<>"),
                str(parse(session.data)["Message-ID"]))

    def state(self, case):
        return [i["delivery"]["state"] for i in
                self.anna("show", case)["items"] if i["kind"] == "answer"]

    def test_by_token_by_id_and_never_by_neither(self):
        first, path, own = self.sent("first letter")
        second, other, other_id = self.sent("second letter", 2)
        self.assertRegex(path, r"^desk\+b[0-9a-z]{16}@desk\.example$")
        # The token of one with the id of the other: a case of its own.
        self.service.inject(report(path, other_id))
        rows = self.anna.wait_queue(1)
        self.assertNotIn(rows[0]["id"], (first, second))
        # A guess: another one.
        self.service.inject(report("desk+b0123456789abcdef@desk.example",
                                   "<guess@desk.example>", number=2))
        self.anna.wait_queue(2)
        self.assertEqual(self.state(first) + self.state(second),
                         ["accepted", "accepted"])
        self.service.inject(report(path, own, number=3))
        self.anna.wait_queue(3)
        self.assertEqual(self.state(first), ["bounced"])
        # Where the provider loses what follows the plus: by the id.
        self.service.inject(report("desk@desk.example", other_id,
                                   status="5.2.2", number=4))
        self.anna.wait_queue(4)
        self.assertEqual(self.state(second), ["bounced"])
        self.assertIn("The mailbox is full.",
                      self.anna.run("show", second).text)
        self.assertEqual(len(self.sink.dots), 2)

    def test_an_answer_ends_the_problem(self):
        case, path, own = self.sent("a letter")
        self.service.inject(report(path, own))
        row, = self.anna.wait_queue(1)
        self.assertEqual(row["flags"], ["delivery-problem"])
        self.answer(case, "Once more.\n")
        wait_for("the case to be answered",
                 lambda: self.anna("show", case)["state"] == "answered", 60)
        self.assertEqual(self.anna("show", case)["flags"], [])
        self.assertEqual(self.anna.queue(), [])
        self.assertEqual(self.state(case), ["bounced", "accepted"])
        # The address is still that of the person.
        self.assertEqual(self.sink.dots[1].recipients,
                         ["<person-1@example.org>"])

    def test_news_that_change_nothing(self):
        case, path, own = self.sent("a letter")
        for number, action in enumerate(("delayed", "delivered")):
            self.service.inject(report(path, own, action, "4.4.1",
                                       number=number))
        wait_for("both to be there", lambda: len(
            self.anna("show", case)["items"]) == 4, 60)
        self.assertEqual(self.anna.queue(), [])
        self.assertEqual(self.state(case), ["accepted"])
        text = self.anna.run("show", case).text
        self.assertIn("an answer is late on its way", text)
        self.assertIn("an answer arrived", text)

    def test_a_complaint(self):
        case, path, own = self.sent("a letter")
        self.service.inject(
            f"From: feedback@mx.example.org\r\nTo: desk@desk.example\r\n"
            f"Subject: complaint\r\nMIME-Version: 1.0\r\nContent-Type: "
            f"multipart/report; report-type=feedback-report; "
            f"boundary=r\r\n\r\n--r\r\nContent-Type: text/plain\r\n\r\nx\r\n"
            f"--r\r\nContent-Type: message/feedback-report\r\n\r\n"
            f"Feedback-Type: abuse\r\nVersion: 1\r\n"
            f"Original-Mail-From: <{path}>\r\n\r\n"
            f"--r\r\nContent-Type: text/rfc822-headers\r\n\r\n"
            f"Message-ID: {own}\r\n\r\n--r--\r\n".encode())
        row, = self.anna.wait_queue(1)
        self.assertEqual((row["id"], row["flags"]), (case, ["no-automatic"]))
        status = self.service.admin("status", check=False).text
        self.assertIn("complaint", status)
        self.anna("claim", case)
        self.assertEqual(self.anna.refused("close", case).code, 1)  # unseen
        self.anna("show", case)
        self.anna("close", case)
        self.assertNotIn("complaint", self.service.admin(
            "status", check=False).text)


class Quick(SinkStory):
    """A report that is read before post has heard what it is about."""

    def held(self):
        """An answer that the relay has whole and says nothing of yet, and
        the report about it, read: the case, the letter's age in the queue."""
        row = self.one_case(mail(GONE, text="a letter"))
        self.sink.script["dot"] = "late"
        self.answer(row["id"], "An answer.\n")
        session, = self.sink.wait_dots(1, 60)
        self.service.inject(report(session.sender.strip("<>"),
                                   str(parse(session.data)["Message-ID"])))
        seen = self.anna("show", row["id"])
        self.assertEqual([(i["kind"], i["class"]) for i in seen["items"]
                          if i["kind"] == "letter"][1:],
                         [("letter", "bounce")])
        return row

    def came_back(self, row):
        answer = self.anna.wait_delivery(row["id"], "bounced", 60)
        self.assertEqual(answer["delivery"]["code"], "5.1.1")
        self.assertFalse(answer["delivery"]["repeated"])
        now, = self.anna.queue()
        self.assertEqual((now["id"], now["state"], now["flags"]),
                         (row["id"], "open", ["delivery-problem"]))
        self.assertEqual(now["waiting_since"], row["waiting_since"])
        self.assertEqual([e["kind"] for e in self.anna(
            "show", row["id"])["events"]].count("bounced"), 1)
        self.service.admin("check")
        check_store(self, self.service)

    def test_before_the_relays_answer(self):
        row = self.held()
        self.sink.release()
        self.came_back(row)
        # It goes out as any other that came back: once, and never again.
        self.service.clock(30 * 86400)
        self.service.restart()
        self.came_back(row)
        self.assertEqual(len(self.sink.dots), 1)

    def test_and_post_dies_before_it_hears(self):
        row = self.held()
        self.service.kill()
        self.sink.script["dot"] = None
        self.service.start()
        self.came_back(row)
        # The report is the end of it: no doubt, no second copy.
        self.service.clock(3600)
        self.service.restart()
        self.came_back(row)
        self.assertEqual(len(self.sink.dots), 1)

    def test_while_it_is_sent_once_more(self):
        self.sink.script["dot"] = ["close", "late 451 4.3.0 later"]
        row = self.one_case(mail(GONE, text="a letter"))
        self.answer(row["id"], "An answer.\n")
        self.anna.wait_delivery(row["id"], "unknown", 60)
        self.service.clock(3600)
        session = self.sink.wait_dots(2, 60)[0]
        self.service.inject(report(session.sender.strip("<>"),
                                   str(parse(session.data)["Message-ID"])))
        self.sink.release()
        answer = self.anna.wait_delivery(row["id"], "bounced", 60)
        self.assertEqual(answer["delivery"]["code"], "5.1.1")
        self.service.clock(30 * 86400)
        self.service.restart()
        self.service.admin("check")
        check_store(self, self.service)
        self.assertEqual(len(self.sink.dots), 2)

    def test_one_that_must_be_tried_again_all_the_same(self):
        self.sink.script["dot"] = ["451 4.3.0 later", None]
        row = self.one_case(mail(GONE, text="a letter"))
        self.answer(row["id"], "An answer.\n")
        answer = self.anna.wait_delivery(row["id"], "deferred", 60)
        self.assertEqual(answer["delivery"]["code"], "451")
        self.service.clock(3600)
        answer = self.anna.wait_delivery(row["id"], "accepted", 60)
        self.assertEqual(answer["delivery"]["code"], "250")
        self.assertEqual(self.anna.queue(), [])


del SinkStory, Story
