"""Notices to staff: a short mail that there is work, without a word of what,
to the address that a supervisor put on the list of staff."""

import os

from lib.ground import wait_for
from lib.mails import mail, parse
from lib.story import SinkStory
from lib.teduh import invite, texts
from lib.web import Visitor, code_of, open_door

HOUR = 3600
SECRET = "Kuumaa-vihma"


class Notices(SinkStory):
    def found(self, service=None):
        self.service.settings["alarm"] = {"texts": texts(self.ground)}
        self.service.settings["desk youth"]["languages"] = ["en"]
        super().found(service)
        for name in ("maria", "anna"):
            self.maria("staff", "notice", name,
                       data=f"{name}.lind@office.example\n".encode())
        self.service.clock(61)          # clock reads the list of staff anew

    def to(self, name):
        return [s for s in self.sink.messages
                if s.recipients == [f"<{name}.lind@office.example>"]]

    def wait_to(self, name, count, words):
        wait_for(f"{count} notice(s) to {name}",
                 lambda: len(self.to(name)) >= count, 60)
        got = self.to(name)
        self.assertEqual(len(got), count)
        body = parse(got[-1].data).get_content()
        self.assertIn(words, body)
        return got[-1]

    def submit(self, case, text="An answer.\n"):
        return self.reply(self.anna, case, text, "--submit")

    def test_review_and_return_are_told_to_whom_they_concern(self):
        case = self.one_case(mail("ada@example.org", subject=SECRET,
                                  text=SECRET + "\n"))["id"]
        draft = self.submit(case)
        session = self.wait_to("maria", 1, "waits for your second look")
        self.assertEqual(session.sender, "<>")
        got = parse(session.data)
        self.assertEqual(got["Auto-Submitted"], "auto-generated")
        self.assertEqual(got["Subject"], "Your letter")
        self.assertIsNone(got["Reply-To"])
        for word in (case, draft, SECRET, "ada@", "anna"):
            self.assertNotIn(word.encode(), session.data)
        self.maria("return", draft, "-m", "Warmer, please.")
        self.wait_to("anna", 1, "came back to you")
        self.service.admin("check")

    def test_who_is_handed_a_case_and_who_is_late_with_one(self):
        case = self.one_case(mail("ada@example.org"))["id"]
        self.maria("hand", case, "--to", "anna", "-m", "yours, please")
        session = self.wait_to("anna", 1, "something to go on with")
        for word in (case, "ada@", "maria", "please"):
            self.assertNotIn(word.encode(), session.data)
        # What she had time for is over while it is hers.
        self.service.clock(60 * 24 * HOUR)
        self.anna("claim", case)
        self.wait_to("anna", 2, "is late")
        self.anna("note", case, "-m", "I know.")
        self.assertEqual(len(self.to("anna")), 2)

    def test_supervisors_hear_that_something_is_to_be_erased(self):
        case = self.one_case(mail("ada@example.org"))["id"]
        self.anna("erase", case, "--yes")
        session = self.wait_to("maria", 1, "is to be erased soon")
        for word in (case, "ada@", "anna"):
            self.assertNotIn(word.encode(), session.data)
        self.assertEqual(self.to("anna"), [])

    def test_one_an_hour_and_a_crisis_at_once(self):
        first = self.one_case(mail("ada@example.org"))["id"]
        self.submit(first)
        self.wait_to("maria", 1, "second look")
        second = self.one_case(mail("ben@example.org"))["id"]
        self.submit(second)
        third = self.one_case(mail("eve@example.org"))["id"]
        self.anna("urgency", third, "3", "-m", "now")
        self.wait_to("maria", 2, "urgent")
        self.service.clock(HOUR + 1000)
        self.wait_to("maria", 3, "second look")
        self.service.clock(3 * HOUR)
        self.anna("note", third, "-m", "Nothing new.")
        self.one_case(mail("late@example.org"))
        self.assertEqual(len(self.to("maria")), 3)

    def test_who_answered_is_told_when_the_seeker_writes_again(self):
        case = self.one_case(mail("ada@example.org"))["id"]
        self.service.clock(70)          # not in the second of the letter
        self.answer(case, "Hello Ada.\n")
        sent = wait_for("the answer", lambda: [
            s for s in self.sink.messages
            if s.recipients == ["<ada@example.org>"]], 60)[0]
        wait_for("the case to be answered", lambda: self.anna(
            "show", case)["state"] == "answered", 60)
        self.assertEqual(self.to("anna"), [])
        self.service.inject(mail(
            "ada@example.org", message_id="<2@example.org>",
            to=str(parse(sent.data)["Reply-To"]), text="Thank you.\n"))
        self.wait_to("anna", 1, "something new")

    def test_who_wrote_is_told_that_an_answer_is_stale(self):
        case = self.one_case(mail("ada@example.org", text=SECRET + "\n"))[
            "id"]
        self.service.settings["desk youth"]["hold"] = "2h"
        self.service.configure()
        self.service.clock(70)          # not in the second of the letter
        self.service.restart()
        self.submit(case)
        # The hour of the notice about the review is over before the next.
        self.wait_to("maria", 1, "second look")
        draft = self.anna("show", case)["drafts"][0]["id"]
        self.maria("approve", draft)
        self.service.inject(mail("ada@example.org", text=SECRET + "\n",
                                 message_id="<2@example.org>"))
        self.service.clock(3 * HOUR)
        item = self.anna.wait_delivery(case, "blocked", seconds=60)
        self.assertEqual(item["delivery"]["code"], "stale")
        session = self.wait_to("anna", 1, "does not leave")
        self.assertEqual(session.sender, "<>")
        for word in (case, draft, SECRET, "ada@", "maria"):
            self.assertNotIn(word.encode(), session.data)
        self.assertEqual(len(self.to("maria")), 1)

    def test_the_other_supervisors_hear_of_a_disclosure(self):
        """Once, that a signature is wanted and nothing else; not who asked,
        and nobody who is no supervisor."""
        case = self.one_case(mail("ada@example.org", subject=SECRET,
                                  text=SECRET + "\n"))["id"]
        invite(self.service, self.ground, self.maria, "eva",
               role="supervisor")
        self.maria("staff", "notice", "eva",
                   data=b"eva.lind@office.example\n")
        self.service.clock(125)
        self.maria("show", case)
        self.maria("disclose", "ask", case, "--to", "the court", "--ground",
                   SECRET)
        session = self.wait_to("eva", 1, "waits for a second signature")
        for word in (case, SECRET, "court", "ada@", "maria", "disclos"):
            self.assertNotIn(word.encode(), session.data)
        self.service.clock(4 * HOUR)
        self.submit(case)               # so that all is told that waits
        self.wait_to("maria", 1, "waits for your second look")
        self.wait_to("eva", 2, "waits for your second look")
        self.assertEqual(self.to("anna"), [])
        self.service.admin("check")

    def test_supervisors_hear_what_somebody_wishes(self):
        """By the web door: another person, please; not happy."""
        open_door(self.ground, self.service)
        self.service.restart()
        visitor = Visitor(self.service)
        form = visitor.get()
        self.service.clock(HOUR)
        self.assertEqual(visitor.post(form.fields, text=SECRET,
                                      do="send").status, 303)
        code = " / ".join(code_of(visitor.post(visitor.get().fields,
                                               do="digits")))
        case = self.anna.wait_queue(1)[0]["id"]
        self.service.clock(HOUR + 9)    # not in the second of the letter
        self.submit(case)
        self.wait_to("maria", 1, "second look")
        self.maria("approve", self.anna("show", case)["drafts"][0]["id"])
        self.anna.wait_delivery(case, "published", 60)
        self.service.clock(4 * HOUR)    # behind the one about the review
        for n, wish in enumerate(("other", "unhappy"), 1):
            for _ in range(2):          # a reload tells nobody again
                self.assertEqual(visitor.post(
                    {"language": "en"}, do=wish, code=code).status, 200)
            self.service.clock((4 + 2 * n) * HOUR)
            session = self.wait_to("maria", 1 + n,
                                   "somebody has told us something")
            self.assertEqual(session.sender, "<>")
            for word in (case, code, SECRET, "anna", wish):
                self.assertNotIn(word.encode(), session.data)
        # Who answered hears that the case waits again, once, and not why.
        body = parse(self.wait_to("anna", 1, "something new").data)
        self.assertNotIn("told us", body.get_content())
        self.service.admin("check")

    def test_no_address_in_clear_and_none_when_it_is_taken_away(self):
        self.maria("staff", "notice", "maria", data=b"\n")
        refused = self.maria.run("staff", "notice", "anna",
                                 data=b"nobody\n")
        self.assertEqual(refused.code, 1, refused)
        refused = self.anna.run("staff", "notice", "anna",
                                data=b"a@b.example\n")
        self.assertEqual(refused.code, 1, refused)
        draft = self.submit(self.one_case(mail("ada@example.org"))["id"])
        self.maria("return", draft, "-m", "Once more.")
        self.wait_to("anna", 1, "came back to you")
        self.assertEqual(self.to("maria"), [])
        self.service.stop()
        for folder, _, files in os.walk(self.service.data):
            for name in files:
                with open(f"{folder}/{name}", "rb") as f:
                    self.assertNotIn(b"office.example", f.read(), name)


del SinkStory
