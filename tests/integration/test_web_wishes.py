"""What else can be done with an open mailbox: wish for another person, say
that an answer was not good, take the letters along, erase all of it."""

import contextlib
import html
import http.client
import re

from lib.crash import crashed_at
from lib.erasing import wait_done, wait_seen
from lib.ground import wait_for
from lib.intruder import peek
from lib.story import Story
from lib.teduh import Service, invite
from lib.web import Visitor, code_of, open_door

HOUR = 3600
LETTER = "Nobody may know of <this>."
ANSWER = "You are not alone with it."


class Wishes(Story):
    def setUp(self):
        super().setUp()
        self.service = Service(self.ground)
        _, self.texts = open_door(self.ground, self.service)
        self.found()
        self.hours = 0
        self.visitor = Visitor(self.service)
        self.code = self.write(LETTER)
        self.case = peek(self.service, "SELECT id FROM cases")[0]["id"]

    def later(self, hours=1):
        self.hours += hours
        self.service.clock(self.hours * HOUR)

    def write(self, text):
        visitor = Visitor(self.service)
        form = visitor.get()
        self.later()
        self.assertEqual(visitor.post(form.fields, text=text,
                                      do="send").status, 303)
        return " / ".join(code_of(visitor.post(visitor.get().fields,
                                               do="digits")))

    def do(self, what, language="en", headers=None, **more):
        page = self.visitor.post({"language": language}, do=what,
                                 code=self.code, headers=headers, **more)
        self.assertEqual(page.status, 200)
        self.assertEqual(page.header("Set-Cookie"), "")
        self.assertEqual(page.header("Cache-Control"), "no-store")
        return page

    def letters(self, page):
        found = re.findall(r'<article class="(ours|yours)".*?'
                           r'<div class="words">(.*?)</div>',
                           page.raw.decode(), re.DOTALL)
        return [(whose, html.unescape(text)) for whose, text in found]

    def word(self, key, language="en"):
        with open(f"{self.texts}/{language}/web.txt", encoding="utf-8") as f:
            text = re.search(rf"^{key}: (.*(?:\n .*)*)", f.read(), re.M)[1]
        return " ".join(text.split())

    def beginning(self, key, language="en"):
        return self.word(key, language).partition("{")[0].strip()

    def actions(self, page):
        return [a["value"] for a in page.all("button", name="do")
                if a["value"] in ("other", "unhappy", "download", "erase",
                                  "unerase")]

    def answered(self):
        self.answer(self.case, ANSWER)
        self.anna.wait_delivery(self.case, "published", 60)

    def audited(self, action):
        return peek(self.service, "SELECT actor, detail FROM audit WHERE "
                    "action = ? AND case_id = ?", action, self.case)


class Told(Wishes):
    def test_somebody_else_please(self):
        ben = invite(self.service, self.ground, self.maria, "ben")
        self.answered()
        self.assertEqual(self.anna.queue(), [])
        done = self.do("other")
        self.assertIn(self.word("do_other_done"), done.texts)
        for _ in range(2):          # a reload is no second wish
            self.do("other")
        self.assertEqual([tuple(row) for row in self.audited("wish-other")],
                         [("web", "p1")])
        row, = self.anna.queue()
        self.assertEqual(row["flags"], ["other"])
        wish, = self.anna("show", self.case)["wishes"]
        self.assertEqual((wish["participant"], wish["wish"]),
                         ("p1", "other"))
        shown = self.anna.run("show", self.case).text
        self.assertIn("p1 would like somebody else to answer", shown)
        # Whoever has answered so far is not offered it.
        self.assertIn("everybody who waits", self.anna.refused("next").err)
        self.assertEqual(ben("next")["id"], self.case)
        # No name is told to the person.
        page = self.do("read")
        for name in ("anna", "maria", "ben"):
            self.assertNotIn(name, page.raw.decode())
        self.anna("close", self.case)
        self.assertEqual(self.anna("show", self.case)["wishes"], [])

    def test_not_happy_with_an_answer(self):
        self.assertNotIn("unhappy", self.actions(self.do("read")))
        self.answered()
        self.assertIn("unhappy", self.actions(self.do("read")))
        done = self.do("unhappy")
        self.assertIn(self.word("do_unhappy_done"), done.texts)
        self.do("unhappy")
        self.assertEqual(len(self.audited("wish-unhappy")), 1)
        row, = self.maria.queue()
        self.assertEqual(row["flags"], ["unhappy"])
        self.assertIn("p1 is not happy with an answer",
                      self.maria.run("show", self.case).text)
        # After the next answer it can be said once more.
        self.later()
        self.answer(self.case, "Another answer.")
        wait_for("two answers", lambda: len(self.letters(
            self.do("read"))) == 3, 60)
        self.later()
        self.do("unhappy")
        self.assertEqual(len(self.audited("wish-unhappy")), 2)

    def test_another_site_cannot_wish(self):
        for headers in ({"Sec-Fetch-Site": "cross-site"},
                        {"Origin": "https://elsewhere.example"}):
            for what in ("other", "erase", "read", "write"):
                page = self.do(what, headers=headers, sure="yes")
                # Nor can it have somebody write where it can read.
                self.assertNotIn(LETTER, page.texts)
                self.assertEqual(page.all("input", name="code"), [])
        self.assertEqual(peek(self.service, "SELECT * FROM wish"), [])
        self.assertEqual(peek(self.service, "SELECT * FROM erasure"), [])
        wrong = self.visitor.post({"language": "en"}, do="erase", sure="yes",
                                  code="1234 5678 / 123456 123456 123456 "
                                  "123456")
        self.assertIn(self.word("open_wrong"), wrong.texts)
        self.assertEqual(peek(self.service, "SELECT * FROM erasure"), [])

    def test_the_letters_as_a_file(self):
        self.answered()
        got = self.do("download")
        self.assertEqual(got.header("Content-Type"),
                         "text/plain; charset=utf-8")
        self.assertEqual(got.header("Content-Disposition"),
                         'attachment; filename="notes.txt"')
        text = got.raw.decode()
        self.assertLess(text.index(LETTER), text.index(ANSWER))
        for secret in (self.code, self.case, "anna", "maria", "eduh"):
            self.assertNotIn(secret, text)


class Erased(Wishes):
    def assert_empty(self, page, key="erase_done", language="en"):
        self.assertIn(self.beginning(key, language), page.texts)
        self.assertEqual(self.letters(page), [])
        for word in (LETTER, ANSWER, html.escape(LETTER)):
            self.assertNotIn(word, page.raw.decode())

    def test_asked_again_then_empty_at_once(self):
        self.answered()
        asked = self.do("erase")
        self.assertIn(self.word("erase_title"), asked.texts)
        self.assertEqual(peek(self.service, "SELECT * FROM erasure"), [])
        there = self.visitor.post(asked.fields, to="et")
        self.assertIn(self.word("erase_title", "et"), there.texts)
        page = self.visitor.post(asked.fields, do="erase")
        self.assert_empty(page)
        self.assertEqual(self.actions(page), ["unerase"])
        self.assert_empty(self.visitor.post(asked.fields, do="erase"))
        self.assertEqual(len(self.audited("erase-ask")), 1)
        for language in ("en", "id", "et"):
            self.assert_empty(self.do("read", language), language=language)
        for what in ("other", "unhappy", "download", "fetch"):
            self.assert_empty(self.do(what))
        self.assertEqual(peek(self.service, "SELECT * FROM wish"), [])
        # Staff see it, and who asked.
        self.assertEqual(self.anna.queue(), [])
        listed, = self.anna("erase")
        self.assertEqual(listed["by"], "p1")
        refused = self.anna.refused("erase", self.case, "--undo")
        self.assertIn("taken back by who asked", refused.err)

    def test_taken_back_everything_is_here_again(self):
        self.answered()
        self.do("erase", sure="yes")
        self.later(71)
        page = self.do("unerase")
        self.assertIn(self.word("unerase_done"), page.texts)
        self.assertEqual([whose for whose, _ in self.letters(page)],
                         ["ours", "yours"])
        self.assertEqual(len(self.letters(self.do("unerase"))), 2)
        self.assertEqual(len(self.audited("erase-undo")), 1)
        self.later(72)
        self.assertEqual(len(self.letters(self.do("read"))), 2)

    def test_over_the_code_opens_nothing(self):
        self.answered()
        self.do("erase", sure="yes")
        wait_seen(self.service, self.case)
        self.later(73)
        wait_done(self.service, self.case)
        self.assertIn(self.word("open_wrong"), self.do("read").texts)
        self.assertIn(self.word("open_wrong"), self.do("unerase").texts)
        for table in ("locator", "publication", "grants", "chunk", "part",
                      "item", "form"):
            self.assertEqual(peek(self.service, f"SELECT * FROM {table}"),
                             [], table)
        self.assertIn("the store is whole", self.service.admin("check").text)

    def until_done(self, what, **more):
        """As somebody does whose browser says that nobody answers."""
        def one():
            with contextlib.suppress(OSError, http.client.HTTPException):
                return self.do(what, **more)
            return None
        return wait_for("an answer", one, 60)

    def test_killed_on_the_way_it_is_asked_once(self):
        points = []
        for n in range(1, 20):
            self.service.stop()
            after = len(self.service.logged())
            self.service.start(env={"TEDUH_CRASH": f"web:{n}"})
            self.assert_empty(self.until_done("erase", sure="yes"))
            self.until_done("unerase")
            self.until_done("other")
            here = crashed_at(self.service, after)
            if not here:
                break
            points += here
            self.assertEqual(len(self.audited("erase-ask")), n)
            self.assertEqual(len(self.audited("erase-undo")), n)
            self.assertEqual(len(self.audited("wish-other")), 1)
        for point in ("erase: ask before", "erase: ask after",
                      "wish: before"):
            self.assertIn(point, points)

    def test_kept_by_a_supervisor(self):
        self.do("erase", sure="yes")
        self.maria("erase", self.case, "--hold", "-m", "a life in danger")
        page = self.do("read")
        self.assert_empty(page, "erase_kept")
        self.assertNotIn("danger", page.texts)
        self.later(80)
        self.assert_empty(self.do("read"), "erase_kept")

    def test_what_staff_asked_is_said(self):
        self.anna("erase", self.case, "--yes")
        page = self.do("read")
        self.assert_empty(page, "erase_by_us")
        self.assertEqual(self.actions(page), [])
        self.assert_empty(self.do("unerase"), "erase_by_us")

    def test_a_letter_that_was_being_written_is_not_lost(self):
        page = self.do("read")
        self.later()
        self.do("erase", sure="yes")
        typed = "I was just writing this."
        late = self.visitor.post(page.fields, do="write", text=typed)
        self.assertIn(self.word("erase_unsent"), late.texts)
        self.assertEqual(late.fields["text"], typed)
        back = self.visitor.post(late.fields, do="unerase")
        self.assertEqual(back.fields["text"], typed)
        self.assertEqual(len(self.letters(back)), 1)
