"""What dev/pictures does once everything is built: a service with a web door,
letters that stand everywhere a letter can, and a browser that goes through
all pages."""

import argparse
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "tests"))
sys.path.insert(0, HERE)

from lib import mails, smtpsink                             # noqa: E402
from lib.automatic import AUTHSERV, proven                  # noqa: E402
from lib.certs import Certs                                 # noqa: E402
from lib.ground import Failure, Ground, wait_for             # noqa: E402
from lib.teduh import Service, Word, found, invite          # noqa: E402
from lib.web import (Visitor, browser_modules, code_of,     # noqa: E402
                     open_door, port_of)
from demo import Letter, read                               # noqa: E402

LANGUAGES = ("en", "id", "et")
WIDTHS = (320, 1000)
SECONDS = 600
URL = "https://letters.desk.example/"
AREAS = ["self", "friends", "school", "love", "family", "violence",
         "abuse_online", "sexuality", "loss", "something_else"]
QUESTIONS = ["what_happened", "tried", "hope", "who_knows", "what_helps"]


class Scene:
    """maria, a supervisor, and anna, a counsellor; a desk, and one that has
    more letters than it can answer."""

    def __init__(self, ground):
        self.ground = ground
        certs = Certs(ground)
        self.sink = smtpsink.SmtpSink(ground, certs)
        self.service = Service(ground)
        self.service.relay(self.sink.port, smtpsink.USER, smtpsink.PASSWORD,
                           ca=certs.ca)
        open_door(ground, self.service, url=URL)
        self.service.settings["mailbox pipe"]["authserv_id"] = AUTHSERV
        youth = self.service.settings["desk youth"]
        youth.update(areas=AREAS, questions=QUESTIONS, acknowledge="full")
        self.service.settings["desk busy"] = {
            **youth, "from_address": "busy@desk.example", "duty": [],
            "capacity": Word("1")}
        self.hours = 0
        self.maria = found(self.service, ground)
        self.anna = invite(self.service, ground, self.maria, "anna")
        for _ in range(2):
            self.write("A letter.", "en", "/busy")

    def later(self):
        self.hours += 1
        self.service.clock(self.hours * 3600)

    def write(self, text, language, path="/youth", files=()):
        """The code of a letter by form, in digits, and its case."""
        visitor = Visitor(self.service, language=language, path=path)
        form = visitor.get()
        known = {row["id"] for row in self.anna.queue()}
        self.later()
        sent = visitor.post(form.fields, files, text=text, do="send")
        if sent.status != 303:
            raise Failure(f"not taken: {sent.texts}")
        code = " ".join(code_of(visitor.post(visitor.get().fields,
                                             do="digits")))
        if path == "/busy":
            return code, None
        row, = self.anna.wait_queue(where=lambda row: row["id"] not in known)
        return code, row["id"]

    def answer(self, case, language):
        """Written, submitted: the draft."""
        self.anna("claim", case)
        self.anna("show", case)
        body = self.ground.file("answer.txt", read(
            f"letters/answer-{language}.txt"))
        plan = self.ground.file("plan.txt", "Monday: sleep.\n")
        return self.anna("reply", case, "--body", body, "--attach", plan,
                         "--submit")["id"]

    def links(self, language, count):
        """Paths of the links in acknowledgements."""
        address = f"seeker-{language}@example.org"
        for no in range(count):
            self.service.inject(proven(address, no, text=Letter(
                language).text))
            told = wait_for("an acknowledgement", lambda: [
                s for s in self.sink.dots
                if s.recipients == [f"<{address}>"]][no:], 60)
            text = mails.parse(told[0].data).get_content()
            yield re.search(re.escape(URL) + r"(l/\w+)", text)[1]

    def tell(self, language, widths):
        """What a browser needs to come to every page."""
        text = Letter(language).text
        told = {}
        for state in ("received", "reading", "coming", "answered", "wished"):
            told[state], case = self.write(text, language, files=[
                ("file", "a page.png", "image/png", b"not a picture")])
            if state == "reading":
                self.anna("claim", case)
            elif state != "received":
                draft = self.answer(case, language)
            if state in ("answered", "wished"):
                self.maria("approve", draft)
                self.anna.wait_delivery(case, "published", 60)
        told["links"] = dict(zip(widths, self.links(language, len(widths))))
        return told


def main():
    options = argparse.ArgumentParser(prog="dev/pictures", description=(
        "A picture of every page of the web door."))
    options.add_argument("dir", metavar="DIR")
    options.add_argument("--language", choices=LANGUAGES, action="append",
                         help="only this one (again for another)")
    options.add_argument("--width", type=int, action="append",
                         help="instead of 320 and 1000")
    given = options.parse_args()
    widths = given.width or WIDTHS
    os.makedirs(given.dir, exist_ok=True)
    try:
        with Ground() as ground:
            scene = Scene(ground)
            url = f"http://127.0.0.1:{port_of(scene.service)}/"
            for language in given.language or LANGUAGES:
                told = scene.tell(language, widths)
                subprocess.run(
                    ["node", f"{HERE}/pictures.mjs", url, browser_modules(),
                     language, url, told["answered"], json.dumps(told),
                     given.dir], check=True, timeout=SECONDS)
    except (Failure, OSError, LookupError, subprocess.SubprocessError) as e:
        print(f"dev/pictures: {e}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
