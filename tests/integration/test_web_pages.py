"""The pages of the web door in a real browser: Chromium, driven by
tests/web/*.mjs."""

import contextlib
import http.server
import subprocess
import threading

from lib.ground import SOURCE
from lib.story import Story
from lib.teduh import Service, Word
from lib.web import Visitor, browser_modules, code_of, open_door, port_of

TESTS = f"{SOURCE}/tests/web"
LANGUAGES = ("en", "id", "et")
SECONDS = 600
AREAS = ["self", "friends", "school", "love", "family", "violence",
         "abuse_online", "sexuality", "loss", "something_else"]
QUESTIONS = ["what_happened", "tried", "hope", "who_knows", "what_helps"]
LETTER = """Hi,

I have not slept well for weeks. At school nobody notices, and at home they
only ask about my marks. I do not know whom else to tell.

Sometimes I write it all down and tear it up again.
"""
ANSWER = """Dear you,

thank you for writing to us. It takes courage to say this to somebody whom
you do not know, and I am glad that you did.

You write that nobody notices. What would somebody see who looked closely?

Somebody reads what you write here. You can write again at any time.

Warm greetings
"""


class Elsewhere(http.server.BaseHTTPRequestHandler):
    """Another site: where people come from and where they leave to."""

    def do_GET(self):
        body = b"<!DOCTYPE html><title>Weather</title><p>Sunny."
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):      # it has left again
            self.wfile.write(body)

    def log_message(self, *_):
        pass


class WebPages(Story):
    def setUp(self):
        super().setUp()
        other = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
        threading.Thread(target=other.serve_forever, daemon=True).start()
        self.ground.on_close(other.server_close)
        self.ground.on_close(other.shutdown)
        self.other = f"http://127.0.0.1:{other.server_port}/"

    def open_door(self):
        self.service = Service(self.ground)
        open_door(self.ground, self.service, leave=self.other)
        youth = self.service.settings["desk youth"]
        youth.update(areas=AREAS, questions=QUESTIONS)
        self.service.settings["desk busy"] = {
            **youth, "from_address": "busy@desk.example", "duty": [],
            "capacity": Word("1")}
        self.found()
        self.code = self.answered()
        self.make_busy()
        return f"http://127.0.0.1:{port_of(self.service)}/"

    def make_busy(self):
        """More letters wait at the second desk than it can answer."""
        visitors = [Visitor(self.service, path="/busy") for _ in range(2)]
        forms = [visitor.get() for visitor in visitors]
        self.service.clock(600)
        for visitor, form in zip(visitors, forms):
            self.assertEqual(visitor.post(form.fields, text="A letter.",
                                          do="send").status, 303)
        self.service.clock(1200)

    def answered(self):
        """The code of a letter with a file, answered with another."""
        visitor = Visitor(self.service)
        visitor.post(visitor.get().fields, [
            ("file", "\u00f5un.png", "image/png", b"not a picture")],
            text=LETTER, do="send")
        code = code_of(visitor.post(visitor.get().fields, do="digits"))
        row, = self.anna.queue()
        path = self.ground.file("a long name of a plan for the week.pdf",
                                "%PDF-1.4 a plan")
        self.answer(row["id"], ANSWER, "--attach", path)
        self.anna.wait_delivery(row["id"], "published", 60)
        return " ".join(code)

    def look(self, test, language, url):
        result = subprocess.run(
            ["node", f"{TESTS}/{test}.mjs", url, browser_modules(), language,
             self.other, self.code], stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=SECONDS,
            check=False)
        self.assertEqual(result.returncode, 0, result.stdout)

    def test_everybody_can_read_the_pages(self):
        url = self.open_door()
        for language in LANGUAGES:
            with self.subTest(language):
                self.look("looks", language, url)

    def test_every_way_can_be_gone(self):
        url = self.open_door()
        for language in LANGUAGES:
            with self.subTest(language):
                self.look("ways", language, url)

    def test_no_trace_stays(self):
        self.look("traces", "en", self.open_door())
