"""The mailbox of the web door: who has the code reads there, and nobody
else; guesses have a budget, letters are always taken."""

import concurrent.futures
import contextlib
import html
import http.client
import os
import re
import sqlite3
import unittest

from lib import sodium
from lib.ground import IS_ROOT, wait_for
from lib.intruder import peek, store
from lib.leaks import Needles, memory
from lib.planted import PlantedStory
from lib.story import Story
from lib.teduh import Service
from lib.web import (VISIT_TEXT, Visitor, code_of, multipart, open_door,
                     port_of)

HOUR = 3600
LETTERS = 60            # of a network at once
WRONG = 10              # codes of one locator
WRONG_NETWORK = 200     # of one network
LETTER = "I do not know <b>whom</b> else to tell.\r\n\r\n  {{text}} \u00e4\u00f5"
ANSWER = "Dear you,\n\nyou are not alone with \u00f5 & <i>this</i>."


class Box(Story):
    settings, socket = {"trust_forwarded": "127.0.0.1"}, False

    def setUp(self):
        super().setUp()
        self.service = Service(self.ground)
        _, self.texts = open_door(
            self.ground, self.service,
            f"unix:{self.service.dir}/run/web" if self.socket else
            "127.0.0.1:0", **self.settings)
        self.words = self.service.settings["web"]["words"]
        self.found()
        self.visitor = Visitor(self.service)
        self.hours = 0

    def later(self, hours=1):
        self.hours += hours
        self.service.clock(int(self.hours * HOUR))

    def write(self, text=LETTER, files=(), language="en"):
        """A letter by somebody who was never here; the code in digits."""
        visitor = Visitor(self.service, language=language)
        form = visitor.get()
        self.later()
        sent = visitor.post(form.fields, files, text=text, do="send")
        self.assertEqual(sent.status, 303)
        return " / ".join(code_of(visitor.post(visitor.get().fields,
                                               do="digits")))

    def read(self, code, network=None, **more):
        page = self.visitor.post({"language": "en"}, do="read", code=code,
                                 headers={"X-Forwarded-For": network}
                                 if network else None, **more)
        self.assertEqual(page.status, 200)
        return page

    def letters(self, page):
        """[(whose, text)] in the order of the page."""
        self.assertTrue(page.all("textarea", name="text"), page.texts)
        found = re.findall(r'<article class="(ours|yours)".*?'
                           r'<div class="words">(.*?)</div>',
                           page.raw.decode(), re.DOTALL)
        return [(whose, html.unescape(text).rstrip("\n")) for whose, text in found]

    def case(self):
        row, = peek(self.service, "SELECT id FROM cases")
        return row["id"]

    def word(self, key, language="en"):
        with open(f"{self.texts}/{language}/web.txt", encoding="utf-8") as f:
            text = re.search(rf"^{key}: (.*(?:\n .*)*)", f.read(), re.M)[1]
        return " ".join(text.split())


class Reading(Box):
    def step(self, page):
        """The one where the letter stands."""
        self.assertEqual(len(page.all("li", **{"aria-current": "step"})), 1)
        return " ".join(re.search(
            r'aria-current="step"[^>]*><span>(.*?)</span>',
            page.raw.decode(), re.DOTALL)[1].split())

    def test_from_the_letter_to_the_answer(self):
        code = self.write()
        page = self.read(code)
        mine = ("yours", LETTER.replace("\r\n", "\n"))
        self.assertEqual(self.letters(page), [mine])
        self.assertEqual(self.step(page), self.word("status_received"))
        self.assertIn("You will have an answer by ", page.texts)
        case = self.case()
        self.anna("claim", case)
        self.assertEqual(self.step(self.read(code)),
                         self.word("status_reading"))
        draft = self.reply(self.anna, case, ANSWER, "--submit")
        page = self.read(code)
        self.assertEqual(self.step(page), self.word("status_coming"))
        self.assertEqual(self.letters(page), [mine])
        self.maria("approve", draft)
        self.anna.wait_delivery(case, "published", 60)
        page = self.read(code)
        self.assertEqual(self.step(page), self.word("status_answered"))
        # The newest first.
        self.assertEqual(self.letters(page), [("ours", ANSWER), mine])
        self.assertNotIn("You will have an answer by", page.texts)
        # In every language, from each to each, with the same code.
        for language in ("et", "id", "en"):
            page = self.visitor.post(page.fields, to=language)
            self.assertEqual(page.language, language)
            self.assertEqual(self.step(page),
                             self.word("status_answered", language))
            self.assertEqual(self.letters(page), [("ours", ANSWER), mine])
            self.assertEqual(len(page.raw) % 4096, 0)
        self.assertEqual(page.header("Set-Cookie"), "")

    def test_late_is_said(self):
        code = self.write()
        self.later(24 * 9)
        page = self.read(code)
        self.assertNotIn("You will have an answer by", page.texts)
        self.assertIn("Your letter is not forgotten", page.texts)

    def test_a_code_as_people_type_it(self):
        for language in ("en", "id", "et"):
            form = self.visitor.get()
            self.later()
            self.visitor.language = language
            self.visitor.post(form.fields, text=f"in {language}", do="send",
                              language=language)
            sent = self.visitor.get()
            first, second = code_of(sent)
            digits = code_of(self.visitor.post(sent.fields, do="digits"))
            self.visitor.cookies.clear()
            for typed in (f"{first} {second}", f"{first}\r\n\r\n{second}",
                          f"  {first.upper()}, {second.title()}. ",
                          " ".join(digits), "".join(digits).replace(" ", "")):
                # Whatever language the page has.
                for page in ("en", "id", "et"):
                    box = self.visitor.post({"language": page}, do="read",
                                            code=typed)
                    self.assertEqual(self.letters(box),
                                     [("yours", f"in {language}")])

    def test_what_is_no_code_is_named(self):
        with open(f"{self.words}/en.txt", encoding="utf-8") as f:
            words = f.read().split()[::800][:8]
        first, second = " ".join(words[:2]), " ".join(words[2:])
        for typed, said in (
                ("", "There is no code yet"), (" \r\n ", "no code yet"),
                (first, "it has 8 words, and here are 2"),
                ("12345678", "it has 32 digits, and here are 8"),
                (f"{first} {second} 12", "A code has only words or only"),
                (f"{first} zzzz", "Word 3 is not one of ours"),
                ("1234 567 / 123456 123456 123456 123456", "group 2"),
                ("9999 5678 / 123456 123456 123456 123456", "group 1"),
                ("x " * 2000, "much longer than a code")):
            page = self.read(typed)
            self.assertEqual(len(page.all("div", role="alert")), 1, typed)
            self.assertIn(said, page.texts)
            self.assertEqual(page.fields["code"], typed[:512])
        # In another language it is all still there.
        there = self.visitor.post(page.fields, to="et")
        self.assertEqual((there.language, there.fields["code"]),
                         ("et", page.fields["code"]))

    def test_files_are_fetched(self):
        mine = os.urandom(70000)
        code = self.write(files=[("file", "../my face.JPG", "image/jpeg",
                                  mine), ("file", "x", "text/html", b"<b>")])
        path = self.ground.file("plan for mia.pdf", "%PDF a plan")
        self.answer(self.case(), ANSWER, "--attach", path)
        self.anna.wait_delivery(self.case(), "published", 60)
        page = self.read(code)
        asked = re.findall(r'name="item" value="(\d+)"><input type="hidden" '
                           r'name="part" value="(\d+)"', page.raw.decode())
        self.assertEqual(len(asked), 3)
        self.assertIn("plan for mia.pdf", page.texts)
        got = []
        for item, part in asked:
            file = self.visitor.post(page.fields, do="fetch", item=item,
                                     part=part)
            self.assertEqual(file.status, 200)
            self.assertEqual(file.header("Content-Type"),
                             "application/octet-stream")
            self.assertEqual(file.header("X-Content-Type-Options"), "nosniff")
            self.assertEqual(file.header("Cache-Control"), "no-store")
            got.append((file.header("Content-Disposition").removeprefix(
                "attachment; filename="), file.raw))
        self.assertEqual(got, [('"notes-1.pdf"', b"%PDF a plan"),
                               ('"notes-1.JPG"', mine),
                               ('"notes-2"', b"<b>")])
        # What is not there is the page again.
        for item, part in (("99", "0"), (asked[0][0], "1"), ("-1", "0"),
                           ("", ""), ("9" * 30, "0"), ("1 ", "x")):
            again = self.visitor.post(page.fields, do="fetch", item=item,
                                      part=part)
            self.assertEqual(len(self.letters(again)), 2, (item, part))


class Again(Box):
    def again(self, page, text, files=(), **more):
        return self.visitor.post(page.fields, files, do="write", text=text,
                                 **more)

    def test_writing_again(self):
        code = self.write("The first.")
        case = self.case()
        self.answer(case, ANSWER)
        self.anna.wait_delivery(case, "published", 60)
        page = self.read(code)
        self.later()
        done = self.again(page, "The second.", [("file", "a.txt",
                                                 "text/plain", b"abc")])
        self.assertEqual(done.status, 200)
        self.assertIn(self.word("box_sent"), done.texts)
        said = [("yours", "The second."), ("ours", ANSWER),
                ("yours", "The first.")]
        self.assertEqual(self.letters(done), said)
        self.assertEqual(done.fields["text"], "")
        self.assertNotEqual(done.fields["token"], page.fields["token"])
        # A reload sends the same form: it is here already.
        for _ in range(3):
            done = self.again(page, "The second.")
            self.assertIn(self.word("box_sent"), done.texts)
            self.assertEqual(self.letters(done), said)
        # Staff see it in the same case, which waits again.
        row, = self.anna.queue()
        self.assertEqual((row["id"], row["flags"]), (case, []))
        shown = self.anna("show", case)
        letters = [i for i in shown["items"] if i["kind"] == "letter"]
        self.assertEqual([i["text"].strip() for i in letters],
                         ["The first.", "The second."])
        self.assertEqual([a["name"] for a in letters[1]["attachments"]],
                         ["a.txt"])
        # And answer it.
        self.answer(case, "The second answer.\n")
        wait_for("the second answer", lambda: self.letters(self.read(code))[0]
                 == ("ours", "The second answer."), 60)
        self.assertIn("the store is whole", self.service.admin("check").text)

    def test_the_page_has_a_length(self):
        page = self.read(self.write("The first."))
        self.later()
        for n in range(6):
            page = self.again(page, f"Number {n}. " + "&" * 60000)
            self.assertIn(self.word("box_sent"), page.texts)
        said = [text[:9] for _, text in self.letters(page)]
        # Whole letters, the newest; the others are not forgotten.
        self.assertEqual(said, ["Number 5.", "Number 4.", "Number 3.",
                                "Number 2."])
        self.assertIn(self.word("box_older"), page.texts)
        saved = self.visitor.post(page.fields, do="download")
        self.assertIn("notes", saved.header("Content-Disposition"))
        for text in (b"The first.", b"Number 0.", b"Number 5."):
            self.assertIn(text, saved.raw)

    def beginnings(self, page):
        """Of the letters of any page."""
        return re.findall(r'<div class="words">(.{1,9})', page.raw.decode())

    def test_earlier_letters_page_by_page(self):
        page = self.read(self.write("First one. " + "&" * 60000, [
            ("file", "a.txt", "text/plain", b"a plan")]))
        self.later()
        for n in range(9):
            page = self.again(page, f"Number {n}. " + "&" * 60000)
        newest = [f"Number {n}." for n in (8, 7, 6, 5)]
        self.assertEqual(self.beginnings(page), newest)
        code = page.fields["code"]
        for language in ("en", "id", "et"):
            turned = self.visitor.post({"code": code, "language": language},
                                       do="read")
            pages = [turned]
            while "from" in turned.fields:
                button, = [b for b in turned.all("button")
                           if b.get("value") == "earlier"]
                self.assertEqual(button["name"], "do")
                self.assertIn(self.word("box_earlier", language),
                              turned.texts)
                turned = self.visitor.post(turned.fields, do="earlier")
                pages.append(turned)
            self.assertEqual([self.beginnings(one) for one in pages], [
                newest, [f"Number {n}." for n in (4, 3, 2, 1)],
                ["Number 0.", "First one"]])
            for one in pages:
                self.assertEqual((one.status, one.language), (200, language))
                self.assertEqual(len(one.raw) % 4096, 0)
                self.assertEqual(one.header("Set-Cookie"), "")
            self.assertNotIn(self.word("box_older", language), turned.texts)
        # A file of an old letter, and the letters of this page.
        self.assertEqual(self.visitor.post(turned.fields, do="fetch").raw,
                         b"a plan")
        saved = self.visitor.post(turned.fields, do="download").raw
        self.assertIn(b"First one.", saved)
        self.assertNotIn(b"Number 1.", saved)
        # The same page in another language; the newest again; the code
        # stays in the forms, and a wrong one opens nothing from here.
        same = self.visitor.post(turned.fields, to="en")
        self.assertEqual((same.language, self.beginnings(same)),
                         ("en", ["Number 0.", "First one"]))
        self.assertEqual(self.beginnings(self.visitor.post(
            same.fields, do="read")), newest)
        wrong = self.visitor.post({**same.fields, "code": code[:-1] + (
            "1" if code[-1] == "0" else "0")}, do="earlier")
        self.assertEqual(self.beginnings(wrong), [])
        self.assertEqual(len(wrong.all("textarea", name="code")), 1)
        # What names no page is the newest one.
        for value in ("", "0", "-1", "9" * 30, "x"):
            page = self.visitor.post({**turned.fields, "from": value},
                                     do="earlier")
            self.assertEqual(self.beginnings(page), newest, value)
        self.assertEqual(self.beginnings(self.visitor.post(
            {**turned.fields, "from": "1"}, do="earlier")), [])

    def test_at_the_same_time(self):
        code = self.write("The first.")
        pages = [self.read(code) for _ in range(6)]
        self.later()
        # None is in another one's way: nobody is asked to press again.
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            done = list(pool.map(lambda n: self.again(
                pages[n], f"number {n}"), range(6)))
        self.assertEqual([page.status for page in done], [200] * 6)
        for page in done:
            self.assertIn(self.word("box_sent"), page.texts)
        self.assertEqual(
            sorted(self.letters(self.read(code))),
            sorted([("yours", "The first.")] +
                   [("yours", f"number {n}") for n in range(6)]))

    def test_what_cannot_be_sent_comes_back(self):
        page = self.read(self.write("The first."))
        self.later()

        def back(answer, text, status=200):
            self.assertEqual(answer.status, status)
            self.assertEqual(len(answer.all("div", role="alert")), 1)
            self.assertEqual(answer.fields["text"].replace("\r\n", "\n"),
                             text.replace("\r\n", "\n"))
            self.assertEqual(answer.fields["code"], page.fields["code"])
            self.assertEqual(self.letters(answer), [("yours", "The first.")])
            return answer
        back(self.again(page, " \r\n "), " \r\n ")
        back(self.again(page, "x" * (VISIT_TEXT + 1)), "x" * (VISIT_TEXT + 1))
        files = [("file", f"{n}.txt", "text/plain", b"x") for n in range(11)]
        lost = back(self.again(page, LETTER, files), LETTER)
        self.assertIn("choose them again", lost.texts)
        back(self.again(page, LETTER, token="nonsense"), LETTER)
        # In another language, too, without any complaint.
        there = self.visitor.post(page.fields, to="id", text=LETTER)
        self.assertEqual(there.language, "id")
        self.assertEqual(there.fields["text"].replace("\r\n", "\n"),
                         LETTER.replace("\r\n", "\n"))
        self.assertEqual(there.fields["token"], page.fields["token"])
        # The disk is busy.
        with sqlite3.connect(f"{self.service.data}/store.db",
                             isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            busy = back(self.again(page, LETTER), LETTER, 503)
            other.execute("ROLLBACK")
        other.close()
        # It has been open for a day.
        self.later(24)
        old = back(self.again(busy, LETTER), LETTER)
        self.later()
        done = self.again(old, LETTER)
        self.assertIn(self.word("box_sent"), done.texts)
        self.assertEqual(len(self.letters(done)), 2)

    def test_a_code_in_a_letter_is_taken_out(self):
        code = self.write("The first.")
        first, second = code.split(" / ")
        page = self.read(code)
        prose = ("dengan karena merasa sangat selalu teman sudah untuk "
                 "tidak yang bisa, 0812 3456 7890")
        # One of another letter, and the same in words.
        other = self.visitor.get()
        self.later()
        self.visitor.post(other.fields, text="Another.", do="send")
        words = " ".join(code_of(self.visitor.get()))
        self.visitor.cookies.clear()
        done = self.again(page, f"It is {code}, or {first}{second}\n{words}\n"
                          f"and {prose}. 1234 5678 123456 123456 123456 "
                          "123456")
        first, second = " ".join(words.split()[:2]), words.split()[2:]
        done = self.again(done, "From the page:\n\nYour code\n\nFirst part"
                          f"\n\n{first}\n\nSecond part\n\n"
                          f"{' '.join(second)}\n\nShow it as digits")
        self.assertEqual(self.letters(done)[0], (
            "yours", "From the page:\n\nYour code\n\nFirst part\n\n[code]"
            "\n\nShow it as digits"))
        text = ("It is [code], or [code]\n[code]\n"
                f"and {prose}. 1234 5678 123456 123456 123456 123456")
        self.assertEqual(self.letters(done)[1], ("yours", text))
        case, = [row["id"] for row in self.anna.queue() if row["items"] == 3]
        shown = self.anna("show", case)
        self.assertEqual(shown["items"][1]["text"].strip(), text)
        # In a first letter as well, and in what is told beside it.
        form = self.visitor.get()
        self.later()
        self.visitor.post({**form.fields, "language": "et"},
                          text=f"{words} on minu kood", gender=code,
                          do="send")
        item, = [i for row in self.anna.queue()
                 for i in self.anna("show", row["id"])["items"]
                 if "minu kood" in i["text"]]
        self.assertEqual(item["text"].strip(), "[kood] on minu kood")
        self.assertEqual(item["form"]["gender"], "[kood]")

    def test_codes_in_letters_cannot_be_tried_at_will(self):
        """Whoever saw a part of somebody's code could read in the own
        letter which of many guesses was taken out."""
        code, own = self.write("The first."), self.write("Of one who tries.")
        guesses = [code[:-2] + f"{n:02}" for n in range(60)
                   if not code.endswith(f"{n:02}")][:WRONG]
        # What the desk does not ask for costs nothing, and takes no time.
        page = self.read(own)
        done = self.visitor.post({"question-none": "\n".join(guesses),
                                  **page.fields}, do="write", text=code)
        self.assertEqual(self.letters(done)[0], ("yours", "[code]"))
        text = "\n".join([*guesses, code, own])
        done = self.again(self.read(own), text)
        self.assertEqual(self.letters(done)[0], ("yours", "\n".join(
            [*guesses, code, "[code]"])))
        # Time fills it again; and it keeps nobody out of the mailbox.
        self.assertEqual(len(self.letters(self.read(code))), 1)
        self.later()
        done = self.again(self.read(own), f"It is {code}")
        self.assertEqual(self.letters(done)[0], ("yours", "It is [code]"))


class Planted(Box):
    statement, plant = PlantedStory.statement, PlantedStory.plant

    def test_no_key_takes_the_place_of_a_code(self):
        """Whoever has the key of role web can sign for another code; what
        was given to the first one stays with it."""
        code = self.write()
        self.case = self.case()
        with open(f"{self.service.secrets}/web.key", "rb") as f:
            role = sodium.Signer(f.read())
        self.service.stop()
        with store(self.service) as db:
            self.plant(db, role, seeker=os.urandom(32).hex())
        self.service.start()
        self.assertEqual(len(self.anna("show", self.case)["items"]), 2)
        self.answer(self.case, ANSWER)
        self.anna.wait_delivery(self.case, "published", 60)
        self.assertIn(("ours", ANSWER), self.letters(self.read(code)))


class Wrong(Box):
    def other(self, code, part):
        """The same code, but for some digits of a part."""
        parts = code.split(" / ")
        parts[part] = re.sub(r"\d\d$", lambda m: f"{(int(m[0]) + 1) % 50:02}",
                             parts[part])
        return " / ".join(parts)

    def without(self, page, typed):
        self.assertEqual(page.status, 200)
        return page.raw.replace(typed.encode(), b"CODE"), len(page.raw)

    def test_nobody_can_tell_why_it_is_wrong(self):
        self.service.settings["desk work"] = {
            **self.service.settings["desk youth"],
            "from_address": "work@desk.example"}
        self.service.reload()
        code = self.write()
        visitor = Visitor(self.service, path="/work")
        number, locator = self.other(code, 1), self.other(code, 0)
        pages = [self.without(self.visitor.post(
            {"language": "en"}, do="read", code=typed), typed)
            for typed in (number, locator)]
        self.assertEqual(pages[0], pages[1])
        self.assertIn(self.word("open_wrong").encode(), pages[0][0])
        # Of another desk: but for its address.
        there = visitor.post({"language": "en"}, do="read", code=code)
        self.assertEqual(self.without(there, code)[1], pages[0][1])
        self.assertEqual(there.raw.replace(code.encode(), b"CODE").replace(
            b'action="/work"', b'action="/"').rstrip(b".->\n"),
            pages[0][0].rstrip(b".->\n"))
        # Every way to be wrong has one length, and so has "wait".
        for _ in range(WRONG):
            self.read(number)
        slow = self.read(number)
        self.assertIn(self.word("open_slow"), slow.texts)
        self.assertEqual(len(slow.raw), pages[0][1])
        # The log counts, once an hour and at the end, and says no more.
        self.service.stop()
        said = [line for line in self.service.logged().splitlines()
                if "codes " in line]
        self.assertIn(len(said), (1, 2))
        counts = [re.search(r" codes wrong=(\d+) slow=(\d+)$", line)
                  for line in said]
        self.assertEqual([sum(int(c[n]) for c in counts) for n in (1, 2)],
                         [11, 3])

    def test_a_locator_has_a_budget(self):
        code = self.write()
        wrong = self.other(code, 1)
        for _ in range(WRONG):
            self.assertIn(self.word("open_wrong"), self.read(wrong).texts)
        # Not even the right one is tried.
        self.assertIn(self.word("open_slow"), self.read(code).texts)
        # Another one is not slowed.
        mine = self.write("Mine.")
        self.assertEqual(self.letters(self.read(mine)), [("yours", "Mine.")])
        # write() has let an hour pass: it is tried again.
        self.assertEqual(len(self.letters(self.read(code))), 1)
        # Right codes cost nothing.
        for _ in range(WRONG + 2):
            self.assertEqual(len(self.letters(self.read(code))), 1)
        # Nobody writes without the code, or fetches.
        page = self.read(code)
        for what in ("write", "fetch", "read"):
            there = self.visitor.post(page.fields, do=what, code=wrong,
                                      text="Mine.")
            self.assertIn(self.word("open_wrong"), there.texts)
            self.assertNotIn("whom", there.texts)
        self.assertEqual(len(self.letters(self.read(code))), 1)

    def test_a_network_has_a_budget(self):
        code = self.write()
        for n in range(WRONG_NETWORK):
            page = self.read(f"{n:08} / 000000 000000 000000 000000",
                             f"192.0.2.{n}")
            self.assertIn(self.word("open_wrong"), page.texts)
        while self.word("open_wrong") in page.texts:    # a minute passed
            page = self.read("00001000 / 000000 000000 000000 000000",
                             "192.0.2.7")
        self.assertIn(self.word("open_slow"), page.texts)
        # Others are not slowed, neither from elsewhere nor when nothing is
        # known of where they come from.
        self.assertEqual(len(self.letters(self.read(code, "198.51.100.1"))),
                         1)
        self.assertEqual(len(self.letters(self.read(code))), 1)
        self.later()
        self.assertEqual(len(self.letters(self.read(code, "192.0.2.7"))), 1)


class Front(Box):
    """One on the same machine, through a socket; it is believed."""

    settings, socket = {"trust_forwarded": "unix"}, True

    def test_a_front_tells_whose_network_it_is(self):
        wrong = [f"{n:08} / 000000 000000 000000 000000"
                 for n in range(WRONG_NETWORK + 20)]
        page = None
        for code in wrong[:WRONG_NETWORK]:
            page = self.read(code, "2001:db8:1:200::1")
        self.assertIn(self.word("open_wrong"), page.texts)
        said = {self.word(key): key for key in ("open_wrong", "open_slow")}
        # Its neighbours in the same /56, whatever they say before that.
        slow = [self.read(code, f"192.0.2.9, 2001:db8:1:2ff::{n}").texts
                for n, code in enumerate(wrong[WRONG_NETWORK:])]
        self.assertIn("open_slow", [key for text in slow
                                    for word, key in said.items()
                                    if word in text])
        other = self.read(wrong[0], "2001:db8:1:300::1")
        self.assertIn(self.word("open_wrong"), other.texts)
        # A front that tells nothing: nobody is counted for all.
        self.assertIn(self.word("open_wrong"), self.read(wrong[1]).texts)


class Traces(Box):
    TEXT, FILE, REPLY, WRONG = (f"canary{word}canary" for word in (
        "letter", "file", "answer", "guess"))

    def look(self, needles, place):
        """In the memory of every process of the service, and in its files."""
        found = [(place, pid, what) for pid in self.service.pids()
                 for what in needles.find(memory(pid))]
        return found + [(place, what)
                        for what in needles.in_tree(self.service.dir)]

    @unittest.skipUnless(IS_ROOT, "only root reads a role's memory")
    def test_nothing_stays_when_the_answer_has_left(self):
        form = self.visitor.get()
        self.later()
        self.visitor.post(form.fields, [("file", "a.txt", "text/plain",
                                         self.FILE.encode() * 50)],
                          text=self.TEXT, do="send")
        sent = self.visitor.get()
        words = " ".join(code_of(sent))
        digits = " / ".join(code_of(self.visitor.post(sent.fields,
                                                      do="digits")))
        self.visitor.post(sent.fields, do="file")
        self.visitor.cookies.clear()
        number, secret = digits.split(" / ")[1], words.split()[2:]
        needles = Needles(self.TEXT, self.FILE, self.REPLY, self.WRONG,
                          number, number.replace(" ", ""),
                          " ".join(secret[:3]), " ".join(secret[3:]))
        self.assertEqual(self.look(needles, "sent"), [])
        self.answer(self.case(), self.REPLY)
        self.anna.wait_delivery(self.case(), "published", 60)
        page = self.read(words)
        self.assertEqual(len(self.letters(page)), 2)
        self.assertEqual(self.look(needles, "read"), [])
        there = self.visitor.post(page.fields, to="id", text=self.TEXT)
        self.assertEqual(len(self.letters(there)), 2)
        item, = re.findall(r'name="item" value="(\d+)"', page.raw.decode())
        file = self.visitor.post(page.fields, do="fetch", item=item, part="0")
        self.assertEqual(file.raw, self.FILE.encode() * 50)
        done = self.visitor.post(page.fields, do="write",
                                 text=f"{self.TEXT} {digits} {words}")
        self.assertEqual(len(self.letters(done)), 3)
        self.visitor.post(page.fields, do="write", text=self.TEXT,
                          token="nonsense")
        self.read(f"{words} {self.WRONG}")
        self.read(digits[:-1] + str((int(digits[-1]) + 1) % 10))
        self.assertEqual(self.look(needles, "written"), [])
        # Who keeps the line open keeps nothing of it here.
        line = http.client.HTTPConnection("127.0.0.1",
                                          port_of(self.service), timeout=60)
        with contextlib.closing(line):
            kind, body = multipart([("do", "write"), ("code", words),
                                    ("text", self.TEXT)])
            line.request("POST", "/", body, {"Content-Type": kind})
            self.assertIn(self.REPLY.encode(), line.getresponse().read())
            self.assertEqual(self.look(needles, "kept open"), [])


class Letters(Box):
    def send(self, form, network):
        visitor = Visitor(self.service)
        return visitor.post(form.fields, text="a letter", do="send",
                            headers={"X-Forwarded-For": network})

    def in_tray(self):
        return [row["id"] for row in self.anna.queue()
                if "tray" in row["flags"]]

    def send_all(self, forms, network):
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = pool.map(lambda form: self.send(form, network), forms)
            self.assertEqual({one.status for one in answers}, {303})

    def test_too_many_letters_of_a_network_wait_in_the_tray(self):
        forms = [self.visitor.get() for _ in range(LETTERS + 10)]
        self.later()
        first, forms = forms[:LETTERS], forms[LETTERS:]
        self.send_all(first, "192.0.2.1")
        self.assertEqual(self.in_tray(), [])
        # Nobody's letter is refused.  What a visitor claims is not believed.
        # While they come some minutes may pass, and a letter more be had.
        while forms and not self.in_tray():
            self.send_all([forms.pop()], "198.51.100.1, 192.0.2.200")
        tray = self.in_tray()
        self.assertEqual(len(tray), 1)
        # Another network has its own budget.
        self.send_all([forms.pop()], "198.51.100.1")
        self.assertEqual(self.in_tray(), tray)
        # Who comes when an hour has passed is not held to it.
        self.later()
        self.send_all([forms.pop()], "192.0.2.1")
        # The same letter again costs nothing.
        self.send_all(first, "192.0.2.1")
        self.send_all([forms.pop()], "192.0.2.1")
        self.assertEqual(self.in_tray(), tray)
        self.assertEqual(len(self.anna.queue()), LETTERS + 10 - len(forms))
        self.service.stop()
        for trace in ("192.0.2", "198.51.100"):
            self.assertNotIn(trace, self.service.logged())
