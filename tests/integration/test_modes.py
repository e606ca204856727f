"""How people want to be answered: by mail, by a notice without content, or
behind the code alone; and who may change that."""

import re
import urllib.parse

from lib.automatic import AutomaticStory, proven
from lib.ground import wait_for
from lib.intruder import store
from lib.mails import mail, parse
from lib.web import Visitor, open_door

ANSWER = "Dear you,\nyou are not alone with Kumulonimbus.\n"
ADA = "ada@example.org"


def events(person, case):
    return [(e["kind"], e["detail"]) for e in person("show", case)["events"]]


class Door(AutomaticStory):
    """A service with a relay, a mailbox and a web door."""
    desk = {"acknowledge": "off", "languages": ["en", "et", "id"]}
    web = {}

    def found(self, service=None):
        open_door(self.ground, self.service, **self.web)
        super().found(service)
        self.visitor = Visitor(self.service)
        self.hours = 0

    def later(self, hours=1):
        self.hours += hours
        self.service.clock(self.hours * 3600)

    def sent(self, text="Help me, please.\n"):
        """The page after sending, and the case."""
        known = {row["id"] for row in self.anna.queue()}
        form = self.visitor.get()
        self.later()
        answer = self.visitor.post(form.fields, text=text, do="send")
        self.assertEqual(answer.status, 303, answer.texts)
        page = self.visitor.get()
        case = self.anna.wait_queue(
            where=lambda row: row["id"] not in known)[0]["id"]
        return page, case

    def mailto(self, page):
        """Address, subject and text of the mail that the page offers."""
        links = [a["href"] for name, a in page.tags if name == "a" and
                 a.get("href", "").startswith("mailto:")]
        self.assertEqual(len(links), 1)
        url = urllib.parse.urlsplit(links[0])
        more = urllib.parse.parse_qs(url.query)
        return (urllib.parse.unquote(url.path), more["subject"][0],
                more["body"][0])

    def person(self, case, no=0):
        return self.anna("show", case)["participants"][no]


class Mailto(Door):
    def test_who_sends_that_mail_is_answered_there(self):
        page, case = self.sent()
        to, subject, body = self.mailto(page)
        self.assertRegex(to, r"^desk\+[0-9a-z]{16}@desk\.example$")
        self.assertEqual((subject, body), (
            "Your letter", "Please answer me at this address."))
        # The same page again, the same mail.
        self.assertEqual(self.mailto(self.visitor.get())[0], to)
        self.assertEqual(self.person(case)["mode"], "pickup")
        self.service.inject(proven(ADA, to=to, text=body))
        wait_for("the mail in the case", lambda: len(self.anna(
            "show", case)["items"]) == 2, 60)
        self.assertEqual(self.person(case), {
            "id": "p1", "role": "seeker", "mode": "mail", "address": ADA,
            "code": True})
        self.assertIn(("addressed", "p1"), events(self.anna, case))
        said = self.maria.run("show", case).text
        self.assertIn("p1 came by form and wrote by mail now", said)
        self.assertEqual(self.sink.dots, [])    # and nobody is told so
        draft = self.reply(self.anna, case, ANSWER, "--submit")
        self.assertEqual(self.maria("review", draft)["mode"], "mail")
        said = self.maria.run("approve", draft).text
        self.assertIn(f"It is mailed to {ADA}.", said)
        got = parse(self.wait_to(ADA)[0].data)
        self.assertIn("Kumulonimbus", got.get_content())
        # The address that stands is the only one the token is good for.
        self.service.inject(proven("eve@example.net", 2, to=to, text="x\n"))
        other = self.anna.wait_queue(
            where=lambda row: row["id"] != case)[0]
        self.assertEqual(other["flags"], ["tray"])
        self.assertEqual(self.person(case)["address"], ADA)
        self.service.admin("check")

    def test_a_mail_that_nobody_vouches_for_changes_nothing(self):
        page, case = self.sent()
        to = self.mailto(page)[0]
        self.service.inject(mail(ADA, to=to, text="Please.\n"))
        other = self.anna.wait_queue(
            where=lambda row: row["id"] != case)[0]
        self.assertEqual(other["flags"], ["tray"])
        self.assertEqual(self.person(case)["mode"], "pickup")
        self.assertIsNone(self.person(case)["address"])
        self.service.inject(proven(ADA, 2, to=to, Auto_Submitted=
                                   "auto-replied"))
        third = self.anna.wait_queue(
            where=lambda row: row["id"] not in (case, other["id"]))[0]
        self.assertIsNone(self.person(case)["address"])
        for one in (other, third):
            self.anna("show", one["id"])
        self.answer(case, ANSWER)
        self.anna.wait_delivery(case, "published", 60)
        self.assertEqual(self.sink.dots, [])

    def test_a_token_that_was_made_to_lead_elsewhere(self):
        """By who can write to the store, and has a token of one's own."""
        page, mine = self.sent()
        to = self.mailto(page)[0]
        self.visitor.cookies.clear()
        _, case = self.sent("Somebody else's.\n")
        self.service.stop()
        with store(self.service) as db:
            db.execute("UPDATE token SET case_id = ?, item = (SELECT id "
                       "FROM item WHERE case_id = ?) WHERE case_id = ?",
                       (case, case, mine))
        self.service.start()
        self.service.inject(proven("eve@example.net", to=to, text="x\n"))
        other = self.anna.wait_queue(
            where=lambda row: row["id"] not in (case, mine))[0]
        self.assertEqual(other["flags"], ["tray"])
        self.assertEqual(self.person(case)["mode"], "pickup")
        self.assertIsNone(self.person(case)["address"])

    def test_in_three_languages_and_only_with_a_mailbox(self):
        form = self.visitor.get()
        links = [a["href"] for name, a in form.tags if name == "a" and
                 a.get("href", "").startswith("mailto:")]
        self.assertEqual(links, ["mailto:desk@desk.example?subject="
                                 "Your%20letter"])
        page, _ = self.sent()
        for code, word in (("et", "Palun vastake"), ("id", "Tolong jawab"),
                           ("en", "Please answer")):
            page = self.visitor.post(page.fields, to=code)
            self.assertIn(word, self.mailto(page)[2])
        self.service.stop()
        del self.service.settings["mailbox pipe"]
        self.service.start()
        page = self.visitor.post(page.fields, do="words")
        self.assertFalse(re.search(rb"mailto:", page.raw))


class Change(Door):
    def addressed(self):
        """By form, then by mail: a case, and what opens its mailbox."""
        page, case = self.sent()
        code = " / ".join(" ".join(part.split()) for part in re.findall(
            r'<p class="secret[^"]*" translate="no">([^<]*)</p>',
            page.raw.decode()))
        self.service.inject(proven(ADA, to=self.mailto(page)[0]))
        wait_for("the mail in the case", lambda: self.person(
            case)["mode"] == "mail", 60)
        return case, code

    def wish(self, code, mode, **headers):
        page = self.visitor.post({}, do=f"mode-{mode}", code=code,
                                 headers=headers)
        self.assertEqual(page.status, 200)
        return page

    def test_a_notice_says_nothing_and_the_code_opens_the_answer(self):
        case, code = self.addressed()
        page = self.wish(code, "notice")
        self.assertIn("this is how you are answered", page.texts)
        self.assertEqual(self.person(case)["mode"], "notice")
        self.anna("show", case)
        draft = self.reply(self.anna, case, ANSWER, "--submit")
        seen = self.maria("review", draft)
        self.assertEqual((seen["mode"], seen["address"]), ("notice", ADA))
        self.assertIn("a notice without content",
                      self.maria.run("review", draft).text)
        said = self.maria.run("approve", draft).text
        self.assertIn("waits behind the person's return code, and a notice "
                      f"without content goes to {ADA}", " ".join(
                          said.split()))
        self.anna.wait_delivery(case, "published", 60)
        session, = self.wait_to(ADA)
        got = parse(session.data)
        self.assertEqual((session.sender, got["Auto-Submitted"]),
                         ("<>", "auto-generated"))
        self.assertIsNone(got["In-Reply-To"])
        self.assertEqual(got["Subject"], "Your letter")
        self.assertIn("there is something new", got.get_content())
        for word in (b"Kumulonimbus", b"http", case.encode(), b"Kuumaa"):
            self.assertNotIn(word, session.data)
        wait_for("an event", lambda: ("notice-sent", "250") in events(
            self.anna, case), 60)
        self.assertIn("a notice without content was mailed",
                      self.anna.run("show", case).text)
        page = self.visitor.post({}, do="read", code=code)
        self.assertIn("Kumulonimbus", page.texts)
        # Who answers to the notice comes to the case, and stays so.
        self.service.inject(proven(ADA, 3, to=str(got["Reply-To"])))
        wait_for("the letter in the case", lambda: self.anna(
            "show", case)["state"] == "open", 60)
        self.assertEqual(self.person(case)["mode"], "notice")
        self.service.admin("check")

    def test_no_mail_at_all(self):
        case, code = self.addressed()
        self.wish(code, "pickup")
        self.anna("show", case)
        draft = self.answer(case, ANSWER)
        self.assertIsNone(self.maria("review", draft)["address"])
        self.anna.wait_delivery(case, "published", 60)
        self.assertEqual(self.sink.dots, [])
        self.assertEqual(self.person(case)["mode"], "pickup")
        self.wish(code, "mail")
        self.assertEqual(self.person(case)["address"], ADA)

    def test_what_was_called_back_is_not_told(self):
        self.service.stop()
        self.service.settings["desk youth"]["hold"] = "1h"
        self.service.start()
        case, code = self.addressed()
        self.wish(code, "notice")
        self.anna("show", case)
        draft = self.answer(case, ANSWER)
        self.assertEqual(self.ask("SELECT count(*) FROM automatic"), [(1,)])
        self.anna("undo", draft)
        self.assertTrue(self.gone())

    def test_a_change_after_approval_keeps_the_letter_back(self):
        self.service.stop()
        self.service.settings["desk youth"]["hold"] = "1h"
        self.service.start()
        case, code = self.addressed()
        self.anna("show", case)
        self.answer(case, ANSWER)
        self.wish(code, "pickup")
        self.later(2)
        blocked = self.anna.wait_delivery(case, "blocked", 60)
        self.assertEqual(blocked["delivery"]["code"], "mode")
        self.assertEqual(self.sink.dots, [])

    def test_who_has_no_address_cannot_ask_for_mail(self):
        page, case = self.sent()
        code = " / ".join(" ".join(part.split()) for part in re.findall(
            r'<p class="secret[^"]*" translate="no">([^<]*)</p>',
            page.raw.decode()))
        box = self.visitor.post({}, do="read", code=code)
        self.assertNotIn("Send me no mail", box.texts)
        self.assertTrue(self.mailto(box))
        self.visitor.post({}, do="mode-mail", code=code)
        self.assertEqual(self.person(case)["mode"], "pickup")

    def test_another_site_changes_nothing(self):
        case, code = self.addressed()
        self.visitor.post({}, do="mode-pickup", code=code,
                          headers={"Sec-Fetch-Site": "cross-site"})
        self.assertEqual(self.person(case)["mode"], "mail")

    def test_staff_change_it_with_two_signatures(self):
        case, code = self.addressed()
        said = self.anna.refused("people", "change", case, "--to", "p1",
                                 "--mode", "mail").err
        self.assertIn("answered so already", said)
        self.anna("people", "change", case, "--to", "p1", "--mode",
                  "notice")
        self.assertEqual(self.person(case)["mode"], "mail")
        row, = self.maria("people", "list", case)
        self.assertEqual(row["waiting"]["mode"], "notice")
        self.maria("people", "confirm", case, "--to", "p1")
        wait_for("both signatures", lambda: self.person(
            case)["mode"] == "notice", 60)
        self.assertEqual(self.person(case)["address"], ADA)
        self.wish(code, "mail")
        self.assertEqual(self.person(case)["mode"], "mail")
