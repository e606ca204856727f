"""The link in an acknowledgement: a return code for people who began by
mail, made by a button, once, for two weeks, and never mailed."""

import contextlib
import http.client
import re

from lib.automatic import AUTHSERV, WORDS, proven
from lib.crash import crashed_at
from lib.ground import wait_for
from lib.intruder import store
from lib.mails import mail, parse
from lib.story import Story
from lib.web import Visitor, code_of, open_door
from test_modes import ADA, ANSWER, Door, events

DAY = 24
URL = "https://help.desk.example/here/"


class Once(Door):
    desk = {"acknowledge": "full", "languages": ["en", "et", "id"]}
    web = {"url": URL}

    def begun(self, number=1):
        """A case by mail; path of the link in its acknowledgement."""
        case = self.one_case(proven(ADA, number))["id"]
        text = parse(self.wait_to(ADA, number)[-1].data).get_content()
        link, = re.findall(r"https://\S+", text)
        self.assertRegex(link, "^" + URL + "l/[0-9a-z]{26}$")
        return case, link.removeprefix(URL.rstrip("/"))

    def row(self):
        return self.ask("SELECT used FROM once")

    def press(self, path, visitor=None):
        visitor = visitor or self.visitor
        visitor.path = path
        page = visitor.get()
        answer = visitor.post(page.fields, do="code")
        visitor.path = "/youth"
        return answer

    def code(self, page):
        return re.findall(r'<p class="secret[^"]*" translate="no">([^<]*)'
                          "</p>", page.raw.decode())


class Whole(Once):
    def test_a_scanner_changes_nothing_and_a_button_makes_a_code(self):
        case, path = self.begun()
        scanner = Visitor(self.service)
        pages = {scanner.get(path).raw for _ in range(3)}
        self.assertEqual(len(pages), 1)
        forged = path[:-1] + ("0" if path[-1] != "0" else "1")
        self.assertEqual(len(scanner.get(forged).raw), len(pages.pop()))
        self.assertEqual(self.row(), [(None,)])
        answer = self.press(path)
        self.assertEqual((answer.status, answer.header("Location")),
                         (303, "/here/youth"))
        page = self.visitor.get("/youth")
        first, second = self.code(page)
        self.assertEqual((len(first.split()), len(second.split())), (2, 6))
        # Pressed again at once: the same code, and nothing more is stored.
        self.assertEqual(self.press(path).status, 303)
        self.assertEqual(self.code(self.visitor.get("/youth")),
                         [first, second])
        self.assertEqual(self.ask("SELECT count(*) FROM locator"), [(1,)])
        person, = self.anna("show", case)["participants"]
        self.assertEqual((person["mode"], person["address"],
                          person["code"]), ("mail", ADA, True))
        self.assertEqual(events(self.anna, case)[-1], ("code", "p1"))
        self.assertIn("p1 has a return code now",
                      self.anna.run("show", case).text)
        # Who opens the case grants to the code what was there before it.
        box = self.visitor.post({}, do="read", code=f"{first} / {second}")
        self.assertIn(WORDS, box.texts)
        # What is answered is mailed, and lies behind the code as well.
        self.answer(case, ANSWER)
        self.anna.wait_delivery(case, "accepted", 60)
        box = self.visitor.post({}, do="read", code=f"{first} / {second}")
        self.assertIn("Kumulonimbus", box.texts)
        self.service.admin("check")

    def test_what_was_answered_before_is_there_as_well(self):
        case, path = self.begun()
        self.answer(case, ANSWER)
        self.anna.wait_delivery(case, "accepted", 60)
        self.press(path)
        code = " / ".join(self.code(self.visitor.get("/youth")))
        box = self.visitor.post({}, do="read", code=code)
        self.assertNotIn(WORDS, box.texts)
        self.anna("show", case)
        box = self.visitor.post({}, do="read", code=code)
        self.assertIn(WORDS, box.texts)
        self.assertIn("Kumulonimbus", box.texts)
        self.assertEqual(self.ask("SELECT count(*) FROM audit WHERE "
                                  "action = 'granted'"), [(1,)])
        self.anna("show", case)
        self.assertEqual(self.ask("SELECT count(*) FROM audit WHERE "
                                  "action = 'granted'"), [(1,)])
        self.service.admin("check")

    def test_it_is_gone_when_it_was_used_or_is_old(self):
        _, path = self.begun()
        self.assertEqual(self.press(path).status, 303)
        self.service.clock(700)
        gone = self.press(path, Visitor(self.service))
        self.assertEqual(gone.status, 200)
        self.assertIn("does not work any more", gone.texts)
        _, path = self.begun(2)
        self.service.clock(15 * DAY * 3600)
        gone = self.press(path, Visitor(self.service))
        self.assertIn("does not work any more", gone.texts)
        self.assertEqual(self.ask("SELECT count(*) FROM locator"), [(1,)])

    def test_what_nobody_gave_out_is_no_link(self):
        self.begun()
        other = Visitor(self.service)
        page = self.press("/l/" + 26 * "0", other)
        self.assertIn("does not work any more", page.texts)
        self.assertEqual(other.get("/l/x").status, 404)
        self.assertEqual(other.get("/l/" + 26 * "A").status, 404)
        self.assertEqual(self.row(), [(None,)])

    def test_a_link_that_was_made_to_lead_elsewhere(self):
        """By who can write to the store, and has a link of one's own."""
        _, path = self.begun()
        other, _ = self.begun(2)
        changes = {"case_id": other, "participant": 2,
                   "expires": 4102444800}
        for column, value in changes.items():
            self.service.stop()
            with store(self.service) as db:
                before = db.execute("SELECT * FROM once").fetchall()
                db.execute(f"UPDATE once SET {column} = ?", (value,))
            self.service.start()
            gone = self.press(path)
            self.assertIn("does not work any more", gone.texts)
            self.assertEqual(self.ask("SELECT count(*) FROM locator"),
                             [(0,)])
            self.service.stop()
            with store(self.service) as db:
                db.execute("DELETE FROM once")
                db.executemany("INSERT INTO once VALUES (?, ?, ?, ?, ?, ?)",
                               before)
            self.service.start()
        self.assertEqual(self.press(path).status, 303)

    def test_no_trace_of_link_or_code(self):
        _, path = self.begun()
        self.press(path)
        code = " ".join(self.code(self.visitor.get("/youth")))
        self.service.stop()
        with open(f"{self.service.data}/store.db", "rb") as f:
            data = f.read() + self.service.logged().encode()
        for word in (path.rpartition("/")[2], code, ADA,
                     *WORDS.split()):
            self.assertNotIn(word.encode(), data)

    def test_killed_at_each_step(self):
        for number in (1, 2):
            _, path = self.begun(number)
            self.service.stop()
            after = len(self.service.logged())
            self.service.start(env={"TEDUH_CRASH": f"web:{number}"})
            with contextlib.suppress(OSError, http.client.HTTPException):
                self.press(path)
            wait_for("a crash", lambda: crashed_at(self.service, after), 60)
            wait_for("the door", lambda: self.visitor.get(
                "/healthz").status == 200, 60)
            self.assertEqual(self.press(path).status, 303)
            self.assertEqual(len(self.code(self.visitor.get("/youth"))), 2)
        self.assertEqual(self.ask("SELECT count(*) FROM locator"), [(2,)])
        self.service.admin("check")


class Without(Door):
    desk = {"acknowledge": "neutral", "languages": ["en"]}

    def test_without_an_address_of_the_door_there_is_no_link(self):
        self.one_case(proven(ADA))
        text = parse(self.wait_to(ADA)[0].data).get_content()
        self.assertNotIn("{", text)
        self.assertNotIn("http", text)
        self.assertEqual(self.ask("SELECT count(*) FROM once"), [(0,)])


class Real(Story):
    """From a letter by mail to an answer behind the code, with a real Dovecot
    and a real Postfix."""
    seeker = "seeker-en@example.org"

    def begin(self):
        self.mail_servers()
        self.connect()
        settings = self.service.settings
        settings["mailbox youth-mail"]["authserv_id"] = AUTHSERV
        settings["desk youth"].update(acknowledge="full", languages=["en"])
        open_door(self.ground, self.service, url=URL)
        self.found()
        self.inbox = self.dovecot.mailbox("seeker-en")
        self.visitor = Visitor(self.service)

    def write(self, number, to="desk@desk.example"):
        """As the mail server leaves it that has looked where it is from."""
        self.dovecot.deliver("desk", (
            f"Authentication-Results: {AUTHSERV}; dmarc=pass "
            f"header.from=example.org\r\n").encode() + mail(
                self.seeker, to=to, text=f"{WORDS} {number}\n",
                message_id=f"<letter-{number}@example.org>"), self.seeker)

    def see(self, code):
        return self.visitor.post({}, do="read", code=code)

    def make_code(self, link):
        """A mail scanner opens the link, and then the person."""
        path = link.removeprefix(URL.rstrip("/"))
        self.assertEqual(Visitor(self.service).get(path).status, 200)
        self.visitor.path = path
        page = self.visitor.get()
        self.assertEqual(self.visitor.post(page.fields,
                                           do="code").status, 303)
        self.visitor.path = "/"
        return " / ".join(code_of(self.visitor.get()))

    def test_from_a_letter_by_mail_to_an_answer_behind_the_code(self):
        self.begin()
        self.write(1)
        case = self.anna.wait_queue(1, 60)[0]["id"]
        told = parse(self.inbox.wait(1, seconds=60)[0])
        self.assertEqual((told["Auto-Submitted"], told["In-Reply-To"]),
                         ("auto-replied", "<letter-1@example.org>"))
        link, = re.findall(r"https://\S+", told.get_content())
        code = self.make_code(link)
        self.assertEqual(self.anna("show", case)["participants"], [{
            "id": "p1", "role": "seeker", "mode": "mail",
            "address": self.seeker, "code": True}])
        self.assertIn(f"{WORDS} 1", self.see(code).texts)
        # From now on a notice, please.
        page = self.visitor.post({}, do="mode-notice", code=code)
        self.assertIn("this is how you are answered", page.texts)
        self.anna("show", case)
        self.answer(case, ANSWER)
        self.anna.wait_delivery(case, "published", 60)
        notice = parse(self.inbox.wait(2, seconds=60)[1])
        self.assertEqual(notice["Auto-Submitted"], "auto-generated")
        self.assertIn("there is something new", notice.get_content())
        for word in ("Kumulonimbus", "http", WORDS):
            self.assertNotIn(word, notice.get_content())
        self.assertIn("Kumulonimbus", self.see(code).texts)
        # What is written by mail all the same is in that mailbox as well.
        self.write(2, str(told["Reply-To"]))
        row, = self.anna.wait_queue(1, 60)
        self.assertEqual(row["id"], case)
        self.assertIn(f"{WORDS} 2", self.see(code).texts)
        self.assertEqual(self.anna("show", case)["participants"][0]["mode"],
                         "notice")
        # Nothing else went out: not the answer, and nothing twice.
        self.assertEqual(len(self.inbox.messages()), 2)
        self.service.admin("check")
