"""The web door: its pages in each language, from texts that a service may
edit, over every listener, with what strangers send it."""

import json
import os
import shutil
import socket
import subprocess

from lib.certs import Certs
from lib.ground import program, wait_for
from lib.story import Story
from lib.teduh import (SANITIZER_ENV, Service, command_of, descendants,
                       finish, found)
from lib.web import VISIT_TEXT, Visitor, open_door, port_of

HOSTILE = ("</textarea><script>alert(1)</script>{{text}}{{> head}}"
           "{{#ages}} &amp; &#39; \" ' <!-- --> ]]> \u202e \u00e4\u00f5\n"
           "\n  two spaces, and a line end at the end\n")
LANGUAGES = ("id", "et", "en")
TITLES = {"id": "Tulis kepada kami", "en": "Write to us"}


class DoorStory(Story):
    listen = "127.0.0.1:0"

    def setUp(self):
        super().setUp()
        self.service = Service(self.ground)
        self.pages, self.texts = open_door(self.ground, self.service,
                                           self.listen)

    def start(self):
        found(self.service, self.ground)
        return Visitor(self.service)


class Pages(DoorStory):
    def words(self, language, key):
        """One line of web.txt."""
        with open(f"{self.texts}/{language}/web.txt", encoding="utf-8") as f:
            for line in f:
                if line.startswith(key + ": "):
                    return line.rstrip("\n").partition(": ")[2]
        raise AssertionError(key)

    def test_every_page_in_every_language(self):
        visitor = self.start()
        for code in LANGUAGES:
            visitor.language = code
            form = visitor.get()
            self.assertEqual(form.status, 200)
            self.assertEqual(form.language, code)
            self.assertIn(self.words(code, "form_title"), form.texts)
            self.assertIn(self.words(code, "now_title"), form.texts)
            self.assertTrue(form.all("textarea", name="text"))
            now = visitor.post(form.fields, do="now")
            self.assertEqual((now.status, now.language), (200, code))
            self.assertIn(self.words(code, "now_page"), now.texts)
            lost = visitor.get("/nowhere")
            self.assertEqual((lost.status, lost.language), (404, code))
            self.assertIn(self.words(code, "lost_title"), lost.texts)
            # From each page to each other language.
            for page in (form, now, lost):
                for other in LANGUAGES:
                    there = visitor.post(page.fields, to=other)
                    self.assertEqual(there.language, other)

    def test_the_language_that_a_browser_asks_for(self):
        visitor = self.start()
        for wanted, given in (
                ("et", "et"), ("ET-ee", "et"), ("fr, de;q=0.9", "id"),
                ("fr, et;q=0.3, en;q=0.7", "en"), ("en;q=0, et;q=0.1", "et"),
                ("*", "id"), (";;;,,q=,en;q=x", "id"), (None, "id")):
            visitor.language = wanted
            self.assertEqual(visitor.get().language, given, wanted)

    def test_another_language_keeps_what_was_typed(self):
        visitor = self.start()
        form = visitor.get()
        there = visitor.post(form.fields, text=HOSTILE, age="18",
                             gender="\"><b>x", to="et")
        self.assertEqual(there.language, "et")
        self.assertEqual(there.fields["text"], HOSTILE)
        self.assertEqual(there.fields["gender"], "\"><b>x")
        self.assertEqual(there.fields["age"], "18")
        # The same letter keeps the random bytes of its code.
        self.assertEqual(there.fields["token"], form.fields["token"])
        self.assertFalse(there.all("b"))
        # And from the page with the helplines back again: nothing is lost
        # that this page was given.
        self.assertEqual(len(there.all("script")), 1)

    def test_headers_and_lengths_tell_nothing(self):
        visitor = self.start()
        form = visitor.get()
        pages = [form, visitor.get("/nowhere"),
                 visitor.post(form.fields, do="now"),
                 visitor.post(form.fields, text="x" * 5000, to="et")]
        for page in pages:
            policy = page.header("Content-Security-Policy")
            self.assertIn("default-src 'none'", policy)
            self.assertIn("form-action 'self'", policy)
            self.assertIn("frame-ancestors 'none'", policy)
            self.assertNotIn("unsafe", policy)
            self.assertEqual(page.header("Cache-Control"), "no-store")
            self.assertEqual(page.header("Referrer-Policy"), "no-referrer")
            self.assertEqual(page.header("X-Content-Type-Options"),
                             "nosniff")
            self.assertEqual(page.header("Set-Cookie"), "")
            self.assertEqual(len(page.raw) % 4096, 0)
            self.assertLess(len(page.raw), 30 * 1024)
            # Nothing is asked of anybody else.
            for _, attrs in page.tags:
                self.assertFalse(attrs.get("src", "/").startswith("http"))
                self.assertNotIn("style", attrs)
                self.assertFalse([a for a in attrs if a.startswith("on")])
            for link in page.all("link"):
                self.assertIn(link["href"], ("data:,", "/style.css"))
        head = visitor.ask("HEAD")
        self.assertEqual((head.status, head.raw), (200, b""))
        self.assertEqual(head.header("Content-Length"), str(len(form.raw)))
        self.assertEqual(visitor.ask("PUT").status, 405)
        self.assertEqual(visitor.ask("DELETE", "/").status, 405)
        for path, kind in (("/style.css", "text/css"),
                           ("/door.js", "text/javascript"),
                           ("/robots.txt", "text/plain"),
                           ("/healthz", "text/plain")):
            page = visitor.get(path)
            self.assertEqual(page.status, 200, path)
            self.assertTrue(page.header("Content-Type").startswith(kind))

    def test_a_desk_has_texts_of_its_own(self):
        self.service.settings["desk work"] = {
            **self.service.settings["desk youth"],
            "from_address": "work@desk.example", "languages": ["et"]}
        own = f"{self.texts}/desks/work/et"
        os.makedirs(own)
        with open(f"{self.texts}/et/web.txt", encoding="utf-8") as f:
            words = f.read()
        before = self.words("et", "form_title")
        with open(f"{own}/web.txt", "w", encoding="utf-8") as f:
            f.write(words.replace(f"form_title: {before}",
                                  "form_title: Kirjuta toole"))
        for folder in (own, f"{self.texts}/desks/work",
                       f"{self.texts}/desks"):
            os.chmod(folder, 0o755)
        visitor = self.start()
        work = visitor.get("/work")
        self.assertEqual((work.status, work.language), (200, "et"))
        self.assertIn("Kirjuta toole", work.texts)
        self.assertIn(before, visitor.get("/", Accept_Language="et").texts)
        # Its forms lead to itself, and a token is good at one desk.
        self.assertEqual({form["action"] for form in work.all("form")},
                         {"/work"})
        visitor.path = "/work"
        self.assertNotEqual(
            visitor.post(visitor.get("/").fields, to="et").fields["token"],
            visitor.post(work.fields, to="et").fields["token"])

    def test_edited_texts_are_taken_by_sighup(self):
        visitor = self.start()
        path = f"{self.texts}/en/web.txt"
        with open(path, encoding="utf-8") as f:
            words = f.read()
        with open(path, "w", encoding="utf-8") as f:
            f.write(words.replace("form_title: Write to us",
                                  "form_title: Tell us"))
        self.assertIn("Write to us", visitor.get().texts)
        self.service.reload()
        wait_for("the new words", lambda: "Tell us" in visitor.get().texts,
                 60)

    def test_a_page_below_a_path_of_the_front(self):
        self.service.settings["web"]["url"] = "https://site.example/help/"
        visitor = self.start()
        form = visitor.get()
        self.assertEqual({one["action"] for one in form.all("form")},
                         {"/help/"})
        self.assertEqual(form.all("link", rel="stylesheet")[0]["href"],
                         "/help/style.css")

    def test_mistakes_are_found_before_a_start(self):
        self.start()
        self.service.stop()

        def look():
            self.service.configure()
            return finish([program("teduhd"), "-t", "-c",
                           self.service.conf],
                          {**os.environ, **SANITIZER_ENV}, check=False)
        self.assertEqual(look().code, 0)
        for path, text, words in (
                (f"{self.pages}/form.html", "{{> head}}\n{{#a}}\n{{/b}}\n",
                 "form.html:3: this ends no section"),
                (f"{self.pages}/form.html", "{{> head}}\n<p>{{bogus}}</p>\n",
                 "form.html:2: 'bogus' is nothing that pages "
                 "are given; what they are stands in teduh.conf(5), at "
                 "'pages'"),
                (f"{self.pages}/now-box.html", "\n\n{{^bogus}}x{{/bogus}}",
                 "now-box.html:3: 'bogus' is nothing that pages"),
                (f"{self.pages}/foot.html", "{{words.send}}\n{{words.sent}}",
                 "foot.html:2: 'words.sent' is no key of web.txt"),
                (f"{self.texts}/et/web.txt", "# x\nno key\n",
                 "et/web.txt:2: a line is"),
                (f"{self.texts}/id/help-now.txt",
                 "checked: 2026-11-01\ngood_until: soon\n",
                 "help-now.txt:2: a day is YYYY-MM-DD"),
                (f"{self.texts}/et/web.txt", "title: x\n",
                 "et/web.txt: the key 'name' is missing")):
            with open(path, encoding="utf-8") as f:
                good = f.read()
            with open(path, "w", encoding="utf-8") as f:
                f.write(text)
            result = look()
            self.assertEqual(result.code, 78, result)
            self.assertIn("teduh.conf:", result.err)
            self.assertIn(words, result.err)
            with open(path, "w", encoding="utf-8") as f:
                f.write(good)
        self.assertEqual(look().code, 0)
        for page in ("form", "sent", "open", "mailbox", "sure", "erased",
                     "once", "now", "message"):
            path = f"{self.pages}/{page}.html"
            os.rename(path, f"{path}.away")
            result = look()
            self.assertEqual(result.code, 78, result)
            self.assertIn(f"the page {page}.html is missing", result.err)
            os.rename(f"{path}.away", path)
        self.assertEqual(look().code, 0)


class Strangers(DoorStory):
    def test_what_cannot_be_read_in_one_way(self):
        """NUL, wrong UTF-8, doubled fields, a body cut short: the form comes
        back, the process stays."""
        visitor = self.start()
        form = visitor.get()
        for fields in ([("text", b"a\0b")], [("text", b"a\xff\xfe")],
                       [("text", "one"), ("text", "two")],
                       [(f"f{i}", "x") for i in range(100)]):
            page = visitor.post(fields, do="now", language="en")
            self.assertEqual(page.status, 200)
            self.assertTrue(page.all("div", role="alert"), fields)
            self.assertTrue(page.all("textarea", name="text"))
        for kind, body in (
                ("multipart/form-data; boundary=x", b"--x\r\nno header"),
                ("multipart/form-data", b"x"),
                ("application/json", b"{}"),
                ("text/plain", b"text=x"), ("", b"")):
            page = visitor.ask("POST", "/", body, Content_Type=kind)
            self.assertEqual(page.status, 200)
            self.assertTrue(page.all("textarea", name="text"))
        # What came before the mistake is there again.
        page = visitor.post([("text", HOSTILE), ("gender", b"\xff")],
                            language="en")
        self.assertEqual(page.fields["text"], HOSTILE)
        self.assertEqual(visitor.get().fields.keys(), form.fields.keys())

    def test_a_text_that_is_too_long_comes_back_whole(self):
        visitor = self.start()
        text = "\u00e4" * (VISIT_TEXT // 2) + "!"
        page = visitor.post(visitor.get().fields, text=text, to="et")
        self.assertEqual(page.fields["text"], text)

    def test_bodies_without_end(self):
        """More than a letter can have is refused before it is read, and
        others are served meanwhile."""
        visitor = self.start()
        with socket.create_connection(("127.0.0.1",
                                       port_of(self.service)), 60) as line:
            line.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: "
                         b"text/plain\r\nContent-Length: 99999999999\r\n\r\n")
            self.assertIn(b" 413 ", line.makefile("rb").readline())
        with socket.create_connection(("127.0.0.1",
                                       port_of(self.service)), 60) as slow:
            slow.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: "
                         b"text/plain\r\nContent-Length: 100\r\n\r\nx")
            self.assertEqual(visitor.get().status, 200)
        self.assertEqual(visitor.get().status, 200)

    def test_nothing_of_a_visit_is_in_the_log(self):
        visitor = self.start()
        page = visitor.get("/canary-path", User_Agent="canary-agent",
                           Referer="https://canary-referer.example/")
        self.assertEqual(page.status, 404)
        visitor.post(visitor.get().fields, text="canary-text", to="et")
        self.service.stop()
        self.assertNotIn("canary", self.service.logged())
        self.assertNotIn("127.0.0.1:", self.service.logged().replace(
            "127.0.0.1:0", ""))


class Listeners(DoorStory):
    def test_workers_share_one_address(self):
        self.service.settings["web"]["workers"] = 2
        visitor = self.start()
        with open(f"{self.service.data}/ports.json", encoding="utf-8") as f:
            self.assertTrue(json.load(f)["web"].startswith("127.0.0.1:"))
        self.assertEqual(self.webs(), 2)
        forms = [visitor.get() for _ in range(20)]
        self.assertEqual({form.status for form in forms}, {200})
        # A token of one is good for the other.
        for form in forms:
            again = visitor.post(form.fields, to="et")
            self.assertEqual(again.fields["token"], form.fields["token"])

    def webs(self):
        """How many processes of the role there are."""
        return sum("web" in command_of(pid) for pid in descendants(
            self.service.process.pid))

    def test_one_role_in_the_foreground(self):
        self.start()
        self.service.stop()
        ready, inherited = os.pipe()
        with open(self.service.log, "wb") as log, subprocess.Popen(
                [program("teduhd"), "-c", self.service.conf, "-r", "web",
                 "--ready-fd", str(inherited)], stderr=log, stdout=log,
                pass_fds=(inherited,),
                env={**os.environ, **SANITIZER_ENV}) as child:
            os.close(inherited)
            try:
                self.assertEqual(os.read(ready, 1), b"\n")
                self.assertEqual(Visitor(self.service).get().status, 200)
            finally:
                child.terminate()
                self.assertEqual(child.wait(60), 0)
                os.close(ready)

    def test_a_unix_socket(self):
        self.service.settings["web"]["listen"] = \
            f"unix:{self.service.dir}/run/web"
        self.assertEqual(self.start().get().status, 200)

    def test_its_own_certificate(self):
        certs = Certs(self.ground)
        cert, key = certs.pair("right")
        copies = [shutil.copy(path, self.ground.dir("tls"))
                  for path in (cert, key)]
        for path in copies:
            os.chmod(path, 0o644)
        self.service.settings["web"].update(
            {"listen": "localhost:0", "cert": copies[0], "key": copies[1]})
        self.start()
        self.assertEqual(Visitor(self.service, certs.ca).get().status, 200)
