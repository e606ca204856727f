"""What dev/screens does once everything is built: a service with letters in
three languages, and what its people see on terminals of 80 and of 120
columns."""

import argparse
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "tests"))
sys.path.insert(0, HERE)

from lib import mails, smtpsink                             # noqa: E402
from lib.certs import Certs                                 # noqa: E402
from lib.ground import Failure, Ground                      # noqa: E402
from lib.screens import Terminal                            # noqa: E402
from lib.teduh import Service, found, invite                # noqa: E402
from demo import LETTERS, Letter, read                      # noqa: E402

LANGUAGES = {"en": "en_GB.UTF-8", "id": "id_ID.UTF-8", "et": "et_EE.UTF-8"}
COLUMNS = (80, 120)
LINES = 24
HOUR_S = 3600
FIRST_ANSWER = """Hello Daniel,

thank you for writing to us. That you have carried this alone since October
sounds very tiring.

There are people who can find out why reading is like this for you, and it
does not go on any record. Shall we look for one near you?

Anna
"""
SECOND_LETTER = """Hi Anna,

yes please. I did not expect an answer so soon. I read it three times.

On Wednesday I sat in the van with my dad and I almost said it.

On Tue, 24 Nov 2026 at 18:12, Teduh wrote:
{quote}

Could you tell me what happens at such a test? I put the letter from the
college into the attachment.

-- 
Daniel
Sent from my phone
"""


class Scene:
    """maria, a supervisor, and anna, a counsellor; three letters, of which
    one was answered and came back, and one answer waits for review."""

    def __init__(self, ground):
        self.ground = ground
        self.letters = {name: Letter(name) for name in LETTERS}
        self.certs = Certs(ground)
        self.sink = smtpsink.SmtpSink(ground, self.certs)
        self.service = Service(ground)
        self.service.relay(self.sink.port, smtpsink.USER, smtpsink.PASSWORD,
                           ca=self.certs.ca)
        self.maria = found(self.service, ground)
        self.anna = invite(self.service, ground, self.maria, "anna")

    def tell(self):
        self.cases = {}
        for hour, name in enumerate(("et", "id", "en")):
            self.service.clock(hour * HOUR_S)
            self.service.inject(self.letters[name].mail())
            known = set(self.cases.values())
            row, = self.anna.wait_queue(1, where=lambda row:
                                        row["id"] not in known)
            self.cases[name] = row["id"]
        self.write_again()
        self.anna("urgency", self.cases["et"], "2", "-m",
                  "She sleeps little, and she is fifteen.")
        self.anna("tag", self.cases["en"], "+school", "+reading")
        self.answer("id", read("letters/answer-id.txt"))
        return self

    def answer(self, name, text):
        case = self.cases[name]
        self.anna("show", case)
        path = self.ground.file("answer.txt", text)
        return self.anna("reply", case, "--body", path, "--submit")["id"]

    def write_again(self):
        """The English letter is answered, and its writer answers that."""
        letter, case = self.letters["en"], self.cases["en"]
        self.maria("approve", self.answer("en", FIRST_ANSWER))
        answer = mails.parse(self.sink.wait_messages(1)[0].data)
        self.anna.wait_delivery(case, "accepted")
        self.service.clock(48 * HOUR_S + 2000)
        quote = "\n".join(f"> {line}".rstrip()
                          for line in FIRST_ANSWER.splitlines())
        self.service.inject(mails.mail(
            letter.address, str(answer["Reply-To"] or answer["From"]),
            f"Re: {answer['Subject']}", SECOND_LETTER.format(quote=quote),
            "<letter-en-2@example.org>", [("college.pdf", "application/pdf",
                                           b"%PDF-1.4\n" * 9000)],
            name=letter.sender.partition(" <")[0],
            in_reply_to=str(answer["Message-ID"])))
        self.anna.wait_queue(1, where=lambda row: row["id"] == case)

    def terminal(self, person, columns, lines=LINES, **env):
        return Terminal(self.ground, person, columns, lines, **env)

    def views(self):
        """(who, what is typed)"""
        anna, maria = self.anna, self.maria
        yield anna, "teduh queue"
        yield anna, f"teduh show {self.cases['en']} --no-pager"
        yield anna, "teduh search reading --no-pager"
        yield maria, "teduh review"
        yield maria, f"teduh review {self.cases['id']}.d1 --no-pager"
        yield maria, "teduh staff list"


def show(scene, language, columns):
    for person, line in scene.views():
        terminal = scene.terminal(person, columns,
                                  LANG=LANGUAGES[language])
        try:
            print(f"\n### {language}, {columns} columns, {person.name}: "
                  f"{line.removesuffix(' --no-pager')}\n")
            print("\n".join(f"    {row}".rstrip() for row in
                            terminal.run(f"{line} 2>/dev/null")))
        finally:
            terminal.close()


def main():
    options = argparse.ArgumentParser(prog="dev/screens", description=(
        "What people see: queue, show, search, review and staff list on a real "
        "terminal."))
    options.add_argument("--language", choices=LANGUAGES, action="append",
                         help="only this one (again for another)")
    options.add_argument("--columns", type=int, action="append",
                         help="instead of 80 and 120")
    given = options.parse_args()
    try:
        with Ground() as ground:
            scene = Scene(ground).tell()
            for language in given.language or LANGUAGES:
                for columns in given.columns or COLUMNS:
                    show(scene, language, columns)
    except (Failure, OSError, LookupError) as e:
        print(f"dev/screens: {e}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
