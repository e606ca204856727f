"""The web door when the machine is in trouble, and what of a visit stays on
it: a full disk loses nothing that was typed, and nothing that was typed,
told or guessed is anywhere but in what was sealed."""

import contextlib
import http.client
import os
import unittest

from lib.crash import check_store
from lib.ground import Ground, wait_for
from lib.intruder import peek
from lib.leaks import Needles
from lib.rest import at_rest
from lib.smalldisk import SmallDisk
from lib.story import Story
from lib.teduh import SERVICE_USER, Service, found
from lib.web import Visitor, code_of, open_door, port_of

TABLES = ("cases", "item", "part", "grants", "locator", "audit", "case_key")


class Full(unittest.TestCase):
    """The data folder is a small disk, and it is full."""

    def setUp(self):
        self.ground = Ground()
        self.addCleanup(self.ground.close)
        self.disk = SmallDisk(self.ground, "service/data", SERVICE_USER)
        self.service = Service(self.ground)
        open_door(self.ground, self.service)
        self.anna = found(self.service, self.ground)
        self.visitor = Visitor(self.service)

    def counts(self):
        at_rest(self.service)
        return {table: peek(self.service, f"SELECT count(*) FROM {table}")[
            0][0] for table in TABLES}

    def test_the_form_comes_back_and_is_taken_later(self):
        text = "\u00e4 wort, noch eins {{text}}\n" * 1500
        form, before = self.visitor.get(), self.counts()
        self.disk.fill()
        fields, files = form.fields, [("file", "a.bin", "a/b",
                                       os.urandom(300_000))]
        for _ in range(3):
            page = self.visitor.post(fields, files, text=text, do="send",
                                     gender="<b>", age="18")
            self.assertEqual(page.status, 503)
            self.assertTrue(page.all("div", role="alert"))
            self.assertEqual(page.header("Set-Cookie"), "")
            self.assertEqual(page.fields["text"], text)
            self.assertEqual((page.fields["gender"], page.fields["age"]),
                             ("<b>", "18"))
            self.assertIn("choose them again", page.texts)
            # The same random bytes, and so the same code in the end.
            self.assertEqual(page.fields["token"].split(".")[1],
                             form.fields["token"].split(".")[1])
            fields = page.fields
        self.assertEqual(self.counts(), before)
        self.disk.free()
        wait_for("a letter that is taken", lambda: self.visitor.post(
            fields, files, text=text, do="send").status == 303, 120)
        code = code_of(self.visitor.get())
        # Every page that came back leads to the same letter.
        stranger = Visitor(self.service)
        self.assertEqual(stranger.post(form.fields, text="x",
                                       do="send").status, 303)
        self.assertEqual(code_of(stranger.get()), code)
        self.assertEqual(self.counts()["cases"], before["cases"] + 1)
        self.assertEqual(self.counts()["locator"], 1)
        row, = self.anna.queue()
        shown = self.anna("show", row["id"])["items"][0]
        self.assertEqual(shown["text"].strip(), text.strip())
        self.assertEqual(len(shown["attachments"]), 1)
        check_store(self, self.service)


class Far(Visitor):
    """Somebody whose address would be known if it stood anywhere."""

    ADDRESS = "127.211.97.143"

    def _connect(self):
        return http.client.HTTPConnection(
            "127.0.0.1", port_of(self.service), timeout=60,
            source_address=(self.ADDRESS, 0))


class Traces(Story):
    TEXT = "Kuldnokk laulab vanas aias, ja mina tean miks."
    GENDER = "kuldnokaline"
    FILE = "kuldnokapilt-kolmteist.png"
    INSIDE = "Sisemine kuldnokk istub oksal."
    ANSWER = "Kuldnokkadele vastame alati lahkelt."
    AGENT = "KuldnokaLehitseja/7.1"

    def setUp(self):
        super().setUp()
        self.service = Service(self.ground)
        open_door(self.ground, self.service)
        self.found()
        self.visitor = Far(self.service, language="et")

    def post(self, fields=(), files=(), **more):
        return self.visitor.post(fields, files, headers={
            "User-Agent": self.AGENT,
            "Referer": "https://kuldnokk.example/"}, **more)

    def write(self):
        """A letter; its code as it is shown, in both ways."""
        form = self.visitor.get()
        files = [("file", self.FILE, "image/png", self.INSIDE.encode())]
        for broken in ({"token": "1.kuldnokk"}, {"text": ""},
                       {"to": "id"}, {"do": "kuldnokk"}):
            page = self.post(form.fields, files, **{
                "text": self.TEXT, "gender": self.GENDER, "do": "send",
                **broken})
            self.assertEqual(page.status, 200)
        self.assertEqual(self.post(form.fields, files, text=self.TEXT,
                                   gender=self.GENDER, do="send").status,
                         303)
        words = self.visitor.get()
        digits = self.post(words.fields, do="digits")
        self.post(digits.fields, do="file")
        return code_of(words), code_of(digits)

    def guess(self, code):
        """Right, wrong and impossible ones."""
        typed = " / ".join(code)
        self.assertIn(self.TEXT, self.post({}, do="read", code=typed).texts)
        last = code[1][-1]
        for wrong in (typed[:-1] + ("1" if last != "1" else "2"),
                      f"{code[0]} kuldnokk", code[1], "x" * 5000):
            page = self.post({}, do="read", code=wrong)
            self.assertEqual(page.status, 200)
            self.assertNotIn(self.TEXT, page.texts)

    def needles(self, *codes):
        """What was told and typed, whole and in pieces; a code's halves in
        every way to write them."""
        out = [self.TEXT, self.GENDER, self.FILE, self.INSIDE, self.ANSWER,
               self.AGENT, "kuldnokk.example", "Kuldnokk", "vanas aias",
               Far.ADDRESS, self.TEXT[:20], self.TEXT[20:]]
        for _, secret in codes:
            groups = secret.split()
            out += [secret, "".join(groups), "-".join(groups),
                    " ".join(groups[:3]), " ".join(groups[-3:])]
        return Needles(*out)

    def search(self, needles, when):
        hits = []
        for place in (self.service.dir, self.service.log):
            hits += needles.in_tree(place) + needles.in_file(place)
        if self.service.process:
            hits += needles.in_processes(self.service.pids())
        # Its bytes as well, which the kernel says of who comes.
        packed = bytes(map(int, Far.ADDRESS.split(".")))
        for folder, _, files in os.walk(self.service.dir):
            for name in files:
                with contextlib.suppress(OSError), \
                        open(f"{folder}/{name}", "rb") as f:
                    if os.path.isfile(f.name) and name != "store.db" and \
                            packed in f.read():
                        hits.append(f"address in {f.name}")
        self.assertEqual(hits, [], when)

    def test_nothing_of_a_visit_is_anywhere(self):
        words, digits = self.write()
        needles = self.needles(words, digits)
        self.search(needles, "written")
        self.guess(digits)
        self.guess(words)
        self.search(needles, "read and guessed")
        case = self.anna.queue()[0]["id"]
        self.answer(case, self.ANSWER + "\n")
        self.anna.wait_delivery(case, "published", 60)
        self.assertIn(self.ANSWER, self.post(
            {}, do="read", code=" ".join(digits)).texts)
        self.search(needles, "answered")
        for path in ("/kuldnokk", "/?kuldnokk", "/..%2fkuldnokk"):
            self.visitor.get(path)
        self.service.kill()
        self.search(needles, "after a kill, with the log not yet folded")
        self.service.start()
        self.service.stop()
        self.search(needles, "stopped")

    def test_the_search_itself_can_fail(self):
        for planted in (self.TEXT.lower(), Far.ADDRESS):
            self.ground.file("service/data/oops", planted)
            with self.assertRaises(AssertionError):
                self.search(self.needles(("a b", "c d e f g h")), "planted")
