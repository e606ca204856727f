"""A letter by form: durable before its writer is told, stored once however
often it is sent, and never lost on the way."""

import concurrent.futures
import os
import re
import socket
import sqlite3
import time

from lib.ground import wait_for
from lib.story import Story
from lib.teduh import Service
from lib.web import (VISIT_TEXT, Visitor, code_of, multipart, open_door,
                     port_of)

LETTER = "I do not know whom else to tell.\r\n\r\n  \u00e4\u00f5\u00fc {{text}}"
HOUR = 3600


class Letters(Story):
    def setUp(self):
        super().setUp()
        self.service = Service(self.ground)
        open_door(self.ground, self.service)
        self.found()
        self.visitor = Visitor(self.service)
        self.hours = 0

    def form(self, visitor=None):
        """A form that has been open for an hour."""
        page = (visitor or self.visitor).get()
        self.later()
        return page

    def later(self):
        self.hours += 1
        self.service.clock(self.hours * HOUR)

    def send(self, form, text=LETTER, visitor=None, **more):
        """The page with the code."""
        visitor = visitor or self.visitor
        answer = visitor.post(form.fields, text=text, do="send", **more)
        self.assertEqual(answer.status, 303, answer.texts)
        self.assertEqual(answer.header("Location"), "/")
        sent = visitor.get()
        self.assertEqual(len(code_of(sent)), 2)
        return sent

    def flags(self, row):
        return set(row["flags"])

    def one(self, known=()):
        rows = [row for row in self.anna.queue()
                if row["id"] not in known]
        self.assertEqual(len(rows), 1, rows)
        return rows[0]

    # The way

    def test_a_letter_and_its_code(self):
        form = self.form()
        answer = self.visitor.post(form.fields, text=LETTER, do="send",
                                   age="18", gender="<b>me</b>")
        self.assertEqual((answer.status, answer.raw), (303, b""))
        cookie = answer.header("Set-Cookie")
        for word in ("HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=600"):
            self.assertIn(word, cookie)
        self.assertNotIn("Secure", cookie)      # the door has no https here
        sent = self.visitor.get()
        first, second = code_of(sent)
        self.assertEqual(len(first.split()), 2)
        self.assertEqual(len(second.split()), 6)
        self.assertEqual(len(sent.raw) % 4096, 0)
        case = self.one()["id"]
        shown = self.anna("show", case)
        item = shown["items"][0]
        self.assertEqual(item["text"].strip(),
                         LETTER.replace("\r\n", "\n"))
        # It is no suspect, although it has no sender.
        self.assertEqual(self.flags(self.one()), set())
        # Not a word of the code is in address, cookie or log.
        words = {*first.split(), *second.split()}
        self.service.stop()
        for place in (cookie, self.service.logged()):
            self.assertFalse(words & set(re.findall(r"\w+", place)))
        self.service.start()
        # In digits, and again in words.
        digits = self.visitor.post(sent.fields, do="digits")
        self.assertRegex(" ".join(code_of(digits)), r"^[\d ]+$")
        self.assertEqual(sum(c.isdigit() for c in
                             "".join(code_of(digits))), 32)
        words = self.visitor.post(digits.fields, do="words")
        self.assertEqual(code_of(words), (first, second))
        file = self.visitor.post(sent.fields, do="file")
        self.assertIn("notes.txt", file.header("Content-Disposition"))
        self.assertIn(second, file.raw.decode())
        # In another language: its words, the same code.
        there = self.visitor.post(sent.fields, to="et")
        self.assertEqual(there.language, "et")
        self.assertNotEqual(code_of(there), (first, second))
        again = self.visitor.post(there.fields, do="digits")
        self.assertEqual(code_of(again), code_of(digits))
        # Something else is wanted: the code is not left behind.
        self.visitor.post(sent.fields, do="now")
        self.assertFalse(code_of(self.visitor.get()))
        gone = self.visitor.post(sent.fields, do="digits")
        self.assertFalse(code_of(gone))

    def test_two_parts_are_asked_back(self):
        sent = self.send(self.form())
        for page in (sent, self.visitor.post(sent.fields, do="digits")):
            groups = " ".join(code_of(page)).split()
            labels = [int(n) for n in re.findall(
                r'<label for="back-(?:one|two)">\D+(\d+)',
                page.raw.decode())]
            self.assertEqual(len(labels), 2)
            asked = [groups[n - 1] for n in labels]
            right = self.visitor.post(
                page.fields, do="compare", one=f" {asked[0].upper()},",
                two=asked[1])
            self.assertTrue(right.all("p", role="status"))
            self.assertEqual(code_of(right), code_of(page))
            for one, two in (asked[::-1], (asked[0], ""), ("", ""),
                             (asked[0], "nonsense" * 1000)):
                wrong = self.visitor.post(page.fields, do="compare",
                                          one=one, two=two)
                self.assertTrue(wrong.all("p", role="alert"), (one, two))

    def test_the_same_form_again_stores_nothing_and_shows_the_same(self):
        form = self.form()
        code = code_of(self.send(form))
        for _ in range(3):
            self.assertEqual(code_of(self.send(form)), code)
            self.later()
        # After a new start, to another who has no cookie, changed or not.
        self.service.restart()
        stranger = Visitor(self.service)
        self.assertEqual(code_of(self.send(form, "other", stranger)), code)
        self.hours += 24
        self.later()
        self.assertEqual(code_of(self.send(form)), code)
        self.assertEqual(len(self.anna("show", self.one()["id"])["items"]),
                         1)

    def test_cut_off_while_it_is_answered(self):
        """At each byte of the reply: the letter is stored once, and the
        form shows its code."""
        form = self.form()
        kind, body = multipart([*form.fields.items(), ("text", LETTER),
                                ("do", "send")])
        body = re.sub(rb'name="text"\r\n\r\n\r\n', b'name="old"\r\n\r\n\r\n',
                      body, count=1)
        request = (f"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n"
                   f"Content-Length: {len(body)}\r\n"
                   "Connection: close\r\n\r\n").encode() + body
        whole = self.cut(request, None)
        self.assertTrue(whole.startswith(b"HTTP/1.1 303 "), whole)
        self.assertGreater(len(whole), 500)
        for take in range(len(whole)):
            self.cut(request, take)
        first = code_of(self.send(form))
        self.assertTrue(first)
        self.one()

    def cut(self, request, take):
        """So much of the answer, and then nobody listens any more; None:
        all of it."""
        got = b""
        with socket.create_connection(("127.0.0.1", port_of(self.service)),
                                      60) as line:
            line.sendall(request)
            while (take is None or len(got) < take) and (
                    data := line.recv(65536 if take is None
                                      else take - len(got))):
                got += data
        return got

    def test_many_at_once(self):
        """Letters of one turn are durable together; each has its code."""
        self.visitor.get()
        forms = [Visitor(self.service).get() for _ in range(40)]
        self.later()

        def one(form):
            visitor = Visitor(self.service)
            answer = visitor.post(form.fields, text=LETTER, do="send")
            return answer.status, code_of(visitor.get())
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(one, forms))
        self.assertEqual({status for status, _ in answers}, {303})
        self.assertEqual(len({code for _, code in answers}), 40)
        self.assertEqual(len(self.anna.queue()), 40)

    # What does not look like a person

    def quick(self, known):
        """The row of a letter that took less than three seconds from the
        form to the answer, or None."""
        before = time.monotonic()
        self.visitor.cookies.clear()
        answer = self.visitor.post(self.visitor.get().fields, text=LETTER,
                                   do="send")
        took = time.monotonic() - before
        self.assertEqual(answer.status, 303)
        row = self.one(known)
        known.add(row["id"])
        return row if took < 2 else None

    def test_suspects_are_taken_and_wait_in_the_tray(self):
        known = set()
        for headers, more in (
                ({"Sec-Fetch-Site": "cross-site"}, {}),
                ({"Origin": "https://evil.example"}, {}),
                ({}, {"website": "https://spam.example"})):
            form = self.form()
            answer = self.visitor.post(form.fields, text=LETTER, do="send",
                                       headers=headers, **more)
            self.assertEqual(answer.status, 303)
            row = self.one(known)
            self.assertLessEqual({"tray", "suspect"}, self.flags(row))
            known.add(row["id"])
            self.visitor.cookies.clear()
        # Sent within the first three seconds, as soon as that is managed.
        row = wait_for("a quick one", lambda: self.quick(known), 120)
        self.assertIn("tray", self.flags(row))
        self.visitor.cookies.clear()
        # What browsers say of our own page.
        port = port_of(self.service)
        for headers in ({"Origin": "null"},
                        {"Origin": f"http://127.0.0.1:{port}"},
                        {"Origin": "null", "Sec-Fetch-Site": "same-origin"}):
            form = self.form()
            answer = self.visitor.post(form.fields, text=LETTER, do="send",
                                       headers=headers)
            self.assertEqual(answer.status, 303)
            row = self.one(known)
            self.assertNotIn("tray", self.flags(row), headers)
            known.add(row["id"])
            self.visitor.cookies.clear()

    def test_another_site_does_not_choose_the_code(self):
        """Who knows a form's random bytes can ask for the code of what was
        sent with it, so no site can put its own form before somebody."""
        form = self.form()
        token = form.fields["token"]
        for headers, same in (({"Sec-Fetch-Site": "cross-site"}, False),
                              ({"Sec-Fetch-Site": "same-site"}, False),
                              ({"Origin": "https://evil.example"}, False),
                              ({"Origin": "null"}, False),
                              ({"Sec-Fetch-Site": "none"}, False),
                              ({"Sec-Fetch-Site": "same-origin"}, True)):
            for asked in ({"do": "send", "text": " "}, {"to": "et"},
                          {"do": "nothing"}):
                page = self.visitor.post(form.fields, headers=headers,
                                         **asked)
                self.assertEqual(token.split(".")[1] in page.raw.decode(),
                                 same, (headers, asked))
                self.assertTrue(page.fields["token"])
        # Nor does it type anything on another page of ours.
        page = self.visitor.post({}, do="open", code="lured here",
                                 headers={"Sec-Fetch-Site": "cross-site"})
        self.assertNotIn(b"lured here", page.raw)

    # Nothing typed is lost

    def assert_back(self, page, text=LETTER):
        self.assertTrue(page.all("div", role="alert"))
        self.assertEqual(page.fields["text"].replace("\r\n", "\n"),
                         text.replace("\r\n", "\n"))
        self.assertEqual(page.header("Set-Cookie"), "")
        self.assertEqual(self.anna.queue(), [])

    def test_what_cannot_be_sent_comes_back(self):
        form = self.form()
        post = self.visitor.post
        self.assert_back(post(form.fields, text=" \r\n ", do="send"),
                         " \r\n ")
        long = "\u00e4" * (VISIT_TEXT // 2) + "!"
        self.assert_back(post(form.fields, text=long, do="send"), long)
        files = [("file", f"{n}.txt", "text/plain", b"x") for n in range(11)]
        page = post(form.fields, files, text=LETTER, do="send")
        self.assert_back(page)
        self.assertIn("choose them again", page.texts)
        page = post(form.fields, [("file", "a", "a/b", b"x" * 25000001)],
                    text=LETTER, do="send")
        self.assert_back(page)
        # A token of nobody's, changed, or of another desk.
        last = "1" if form.fields["token"].endswith("0") else "0"
        for token in ("", "nonsense", form.fields["token"][:-1] + last,
                      form.fields["token"].replace(".youth.", ".other.")):
            page = post(form.fields, text=LETTER, do="send", token=token)
            self.assert_back(page)
            self.assertNotEqual(page.fields["token"], token)
        # The one that came with it is good.
        self.later()
        self.send(page)
        self.one()

    def test_a_form_that_was_open_for_a_day(self):
        form = self.form()
        self.hours += 24
        self.later()
        page = self.visitor.post(form.fields, text=LETTER, do="send")
        self.assert_back(page)
        # The same random bytes, and so the same code.
        self.assertEqual(page.fields["token"].split(".")[1],
                         form.fields["token"].split(".")[1])
        self.later()
        self.send(page)
        self.one()

    def test_the_store_takes_nothing_just_now(self):
        form = self.form()
        with sqlite3.connect(f"{self.service.data}/store.db",
                             isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            page = self.visitor.post(form.fields, text=LETTER, do="send")
            other.execute("ROLLBACK")
        other.close()
        self.assertEqual(page.status, 503)
        self.assert_back(page)
        self.send(page)
        self.one()

    def test_files_of_every_name(self):
        names = ["../../etc/passwd", "C:\\evil.exe", "a\u202egpj.exe",
                 "-rf *", ".bashrc", "\u00e4\u00f5.txt", b"\xff\xfe.bin",
                 "x" * 900, "a%22b.txt", "mail.eml"]
        types = ["text/plain", "text/html", "multipart/mixed",
                 "message/rfc822", "nonsense", "image/png", "a/b", "a/b",
                 "a/b", "message/rfc822"]
        data = [os.urandom(1000 + n) + b"\r\n--x--\r\n.\r\nFrom a\r\n\0"
                for n in range(10)]
        form = self.form()
        files = [("file", name, kind, bytes_) for name, kind, bytes_ in
                 zip(names, types, data)]
        answer = self.visitor.post(form.fields, files, text=LETTER,
                                   do="send")
        self.assertEqual(answer.status, 303)
        item = self.anna("show", self.one()["id"])["items"][0]
        self.assertEqual(item["text"].strip(), LETTER.replace("\r\n", "\n"))
        self.assertEqual([a["size"] for a in item["attachments"]],
                         [len(one) for one in data])
        for one in item["attachments"]:
            self.assertNotIn("/", one["name"])
            self.assertNotIn("\u202e", one["name"])

    def test_nearly_25_megabytes_are_read(self):
        form = self.form()
        files = [("file", f"{n}.bin", "application/octet-stream",
                  os.urandom(2490000)) for n in range(10)]
        answer = self.visitor.post(form.fields, files, text=LETTER,
                                   do="send")
        self.assertEqual(answer.status, 303)
        row = self.one()
        self.assertNotIn("unreadable", self.flags(row))
        item = self.anna("show", row["id"])["items"][0]
        self.assertEqual(len(item["attachments"]), 10)

    def test_no_trace_outside_the_sealed_items(self):
        form = self.form()
        sent = self.send(form, "canarytext " * 20, gender="canarygender")
        self.visitor.post(form.fields, text="canarytext", do="now")
        words = [w for w in " ".join(code_of(sent)).split()]
        self.service.stop()
        found = []
        for folder, _, files in os.walk(self.service.dir):
            for name in filter(lambda one: os.path.isfile(
                    f"{folder}/{one}"), files):
                with open(f"{folder}/{name}", "rb") as f:
                    data = f.read()
                found += [(name, word) for word in (
                    b"canarytext", b"canarygender",
                    " ".join(words[2:4]).encode()) if word in data]
        self.assertEqual(found, [])
        self.service.start()
        wait_for("the door", lambda: self.visitor.get().status == 200, 60)
