"""The command line from its table, and how it may be used wrongly.

Which commands there are, how many words each wants and which options it
takes is read from the sources, so that what is new there is wanted here, too:
ROWS has a line for every command."""

import os
import re
import subprocess

from .ground import SOURCE, as_user, program
from .intruder import peek
from .rest import ROLES, at_rest
from .teduh import SANITIZER_ENV

REFUSED, USAGE, AGAIN = 1, 2, 75
HEADS = os.path.join(SOURCE, "tools", "commands", "commands.c")
ARGS = os.path.join(SOURCE, "tools", "args.c")

# What nobody should have to type to be told in one line that it is wrong.
EMPTY = ""
LONG = "x" * 10000
STEERING = "\x1b]0;yours\x07\x1b[2J\x1b[31m"
LINES = "one\ntwo\r\nthree"
BROKEN = os.fsdecode(b"\xff\xfe\x80broken")
HOSTILE = (EMPTY, LONG, STEERING, LINES, BROKEN)


class Slot:
    """A word or an option of a command: what fits, and of what kind it is.
    name: of the option, None for a word.  good: a value, None for an option
    without one."""

    def __init__(self, name, kind=None, good=None, wrong=()):
        self.name, self.kind, self.good = name, kind, good
        self.wrong = wrong

    def __call__(self, value=None):
        value = self.good if value is None else value
        words = [] if self.name is None else [self.name]
        return words if self.good is None else [*words, value]

    def bad(self):
        """Values that cannot be right.  A text for colleagues may be long; a
        file may have any name in UTF-8, and may be made."""
        kinds = {"text": (EMPTY, STEERING, BROKEN),
                 "or none": (STEERING, BROKEN),
                 "made": (EMPTY, LONG, BROKEN),
                 None: ()}
        return (*kinds.get(self.kind, HOSTILE), *self.wrong)


def word(kind, good, *wrong):
    return Slot(None, kind, good, wrong)


def option(name, kind=None, good=None, *wrong):
    return Slot(name, kind, good, wrong)


CASE = word("id", "CASE")
DRAFT = word("id", "DRAFT")
NEVER_TWICE = ("--desk", "--attach")        # the only ones that may
WHY = option("--message", "text", "because")
TAKEN = (option("--from", "word", "1", "0", "9", "DRAFT", "-1"),
         option("--reply-to"), option("--yes"))
NAMES = ("Ben", "-ben", "b b", "../ben", "nobody")


class Row:
    """How a command is used rightly.  by: whose work it is.  alone: it asks
    no service.  given: options that stand in every use of it here.  either:
    one of these, never both."""

    def __init__(self, *slots, by="anna", alone=False, given=(), either=()):
        self.slots, self.by, self.alone = slots, by, alone
        self.given, self.either = set(given), set(either)

    def options(self):
        return {slot.name for slot in self.slots if slot.name}

    def use(self, needed, slot=None, value=None, without=None):
        """The words of a right use, as far as needed; with this slot (and
        this value in it), without that one."""
        words, chosen = [], False
        for one in self.slots:
            rival = slot is not None and one is not slot and \
                {one.name, slot.name} == self.either
            rival |= slot is None and chosen and one.name in self.either
            wanted = one is slot or one.name is None or (
                not rival and one.name in needed | self.given)
            chosen |= wanted and one.name in self.either
            if wanted and one is not without:
                words += one(value if one is slot else None)
        return words


ROWS = {
    "queue": Row(option("--desk", "word", "youth", "Youth"),
                 option("--state", "word", "open", "closed", "Open"),
                 option("--tag", "word", "tag", LONG),
                 option("--overdue"), option("--mine"),
                 option("--unclaimed"),
                 option("--language", "word", "et", LONG),
                 either={"--mine", "--unclaimed"}),
    "next": Row(),
    "show": Row(CASE, option("--all"),
                option("--raw", "word", "1", "0", "99", "DRAFT", "-1"),
                option("--attachments", "made", "FOLDER"), WHY),
    "tray": Row(CASE),
    "link": Row(CASE),
    "unlink": Row(CASE, option("--all")),
    "claim": Row(CASE, option("--take"), WHY, given={"--take", "--message"}),
    "pause": Row(CASE, option("--until", "word", "3d", "tomorrow", "0d",
                              "2026-02-30"), option("--lift"), WHY,
                 given={"--until", "--message"},
                 either={"--until", "--lift"}),
    "duty": Row(option("--desk", "word", "youth", "Youth")),
    "duty add": Row(word("word", "ben", *NAMES),
                    word("word", "1d", "tomorrow"), word("word", "2d", "0d"),
                    word("word", "1", "3", "-1"),
                    option("--desk", "word", "youth", "careers"),
                    by="maria"),
    "duty remove": Row(word("word", "1", "0", "9", "one"),
                       option("--desk", "word", "youth", "careers"),
                       by="maria"),
    "watch": Row(),
    "hours": Row(),
    "hours week": Row(word("word", "Mon-Fri 09:00-17:00", "Mon", "9-5"),
                      option("--name", "word", "anna", *NAMES), by="maria",
                      given={"--name"}),
    "hours away": Row(word("word", "3d", "tomorrow", "2026-02-30"),
                      option("--to", "word", "anna", *NAMES),
                      option("--name", "word", "anna", *NAMES), by="maria",
                      given={"--name"}),
    "hours back": Row(option("--name", "word", "anna", *NAMES), by="maria",
                      given={"--name"}),
    "hours cap": Row(word("word", "ben", *NAMES),
                     word("word", "5", "-1", "many", "1000"), by="maria"),
    "release": Row(CASE),
    "pass": Row(CASE, WHY),
    "hand": Row(CASE, option("--to", "word", "ben", "anna", *NAMES),
                option("--desk", "word", "careers", "youth", "Careers"), WHY,
                given={"--to", "--message"}, either={"--to", "--desk"}),
    "people list": Row(CASE),
    "people add": Row(CASE, option("--role", "word", "relative", "boss",
                                   "supervisor"), *TAKEN, given={"--from"}),
    "people change": Row(CASE, option("--to", "word", "p1", "p0", "p2", "p",
                                      "1"), *TAKEN,
                         option("--mode", "word", "notice", "mail", "pickup",
                                "post"), given={"--from"},
                         either={"--from", "--mode"}),
    "people confirm": Row(CASE, option("--to", "word", "p1", "p0", "p2", "p",
                                       "1")),
    "people discard": Row(CASE, option("--to", "word", "p1", "p0", "p2", "p",
                                       "1")),
    "note": Row(CASE, WHY, option("--body", "path", "FILE", "NOWHERE"),
                given={"--message"}, either={"--message", "--body"}),
    "summary": Row(CASE, option("--message", "or none", "because"),
                   option("--body", "path", "FILE", "NOWHERE"),
                   given={"--message"}, either={"--message", "--body"}),
    "sheet": Row(CASE, WHY, option("--body", "path", "FILE", "NOWHERE"),
                 given={"--message"}, either={"--message", "--body"}),
    "tag": Row(CASE, word("word", "+tag", "tag", "+", "-", "+a,b", "-gone")),
    "urgency": Row(CASE, word("word", "2", "4", "-1", "two", "1.5", "01"),
                   WHY),
    "close": Row(CASE, WHY, option("--after-care"),
                 option("--reason", "word", "answered", "nothing", *NAMES)),
    "hold": Row(CASE, WHY, by="maria"),
    "disclose ask": Row(CASE, option("--to", "text", "the court"),
                    option("--ground", "text", "an order")),
    "disclose confirm": Row(CASE, option("--yes"), by="maria",
                            given={"--yes"}),
    "lift": Row(CASE, WHY, by="maria"),
    "reopen": Row(CASE, WHY),
    "erase": Row(CASE, WHY, option("--yes"), option("--undo"),
                 option("--hold"), option("--lift"), given={"--yes"}),
    "reply": Row(word("id", "FRESH"),
                 option("--to", "word", "p1", "p0", "p2", "p", "1"),
                 option("--attach", "path", "FILE", "NOWHERE"),
                 option("--body", "path", "FILE", "NOWHERE"),
                 option("--template", "word", "first", "none", *NAMES),
                 option("--subject", "text", "About it", LONG, LINES),
                 option("--submit"), option("--take"), given={"--body"},
                 either={"--template", "--body"}),
    "check": Row(DRAFT),
    "submit": Row(DRAFT),
    "drafts": Row(),
    "review": Row(DRAFT, option("--attachments", "made", "FOLDER"),
                  option("--diff")),
    "approve": Row(DRAFT, option("--crisis"), WHY, by="maria"),
    "return": Row(DRAFT, WHY, option("--propose"),
                  option("--body", "path", "FILE", "NOWHERE"), by="maria",
                  given={"--body"}),
    "still-right": Row(DRAFT, by="maria"),
    "undo": Row(DRAFT, by="maria"),
    "discard": Row(DRAFT),
    "adopt": Row(DRAFT, WHY),
    "settle": Row(DRAFT, WHY, by="maria"),
    "triage misses": Row(option("--month", "word", "2026-11", "2026-13",
                                "2026", "11-2026", "x")),
    "search": Row(word("word", "hello", " ", "x" * 201)),
    "export": Row(CASE, word("made", "OUT", "FILE"),
                  option("--for-person"),
                  option("--to", "word", "p1", "p0", "p9", "p"),
                  given={"--for-person"}),
    "join": Row(word("word", "https://desk.example", "desk.example", "unix:x",
                     "http://desk.example", "https://", "https://a b/",
                     "https://u:p@desk.example"),
                word("word", "CODE", "1", "1.2.3", "7K2M9-Q4X", "CODE."),
                option("--name", "word", "zoe", *NAMES[:-1]),
                option("--ca", "path", "FILE", "NOWHERE"),
                option("--paper", "path", "FILE", "NOWHERE"), alone=True,
                given={"--name", "--paper"}),
    "unlock": Row(option("--for", "word", "30m", "0s", "13h", "1", "h", "-1h",
                         "1d", "30m m", "99999999999999999999s"),
                  alone=True),
    "lock": Row(alone=True),
    "key new": Row(alone=True),
    "key show": Row(alone=True),
    "key backup": Row(option("--file", "made", "OUT", "FILE"), alone=True),
    "key restore": Row(option("--file", "path", "FILE", "NOWHERE"),
                       option("--ca", "path", "FILE", "NOWHERE"), alone=True,
                       given={"--file"}),
    "restore accept": Row(option("--yes"), by="maria"),
    "staff list": Row(word("word", "anna", *NAMES)),
    "staff invite": Row(word("word", "cleo", "anna", *NAMES[:-1]),
                        option("--role", "word", "trainee", "boss",
                               "Trainee"),
                        option("--desk", "word", "youth", "careers",
                               "Youth", "nowhere"), by="maria"),
    "staff confirm": Row(word("word", "cleo", "anna", *NAMES), by="maria"),
    "staff role": Row(word("word", "ben", *NAMES),
                      option("--role", "word", "trainee", "boss"),
                      option("--desk", "word", "youth", "careers",
                             "nowhere"), by="maria"),
    "staff flag": Row(word("word", "ben", *NAMES),
                      word("word", "+crisis", "crisis", "+", "-", "+other",
                           "-other"), by="maria"),
    "staff notice": Row(word("word", "ben", *NAMES), by="maria"),
    "staff policy": Row(word("word", "ben", *NAMES),
                        option("--desk", "word", "youth", "careers",
                               "nowhere"),
                        option("--review", "word", "always", "trainees",
                               "seldom"),
                        option("--self", "word", "yes", "maybe"),
                        option("--crisis-path", "word", "yes", "maybe"),
                        by="maria", given={"--review"}),
    "staff languages": Row(word("word", "ben", *NAMES),
                           word("word", "id", "ID", "i d"), by="maria"),
    "staff areas": Row(word("word", "ben", *NAMES),
                       word("word", "school", "School", "a b"), by="maria"),
    "staff revoke": Row(word("word", "ben", *NAMES), by="maria"),
    "audit verify": Row(by="maria"),
    "report": Row(option("--month", "word", "2026-11", "2026-13", "2026",
                         "november"), option("--csv"), by="maria"),
    "team found": Row(option("--desk", "word", "careers", "youth", "Careers",
                             "nowhere"), by="maria", given={"--desk"}),
    "team rotate": Row(option("--desk", "word", "youth", "Youth", "careers",
                              "nowhere"), by="maria"),
    "recovery new": Row(word("word", "eva", *NAMES[:-1]),
                        word("word", "fay", *NAMES[:-1]),
                        word("word", "gus", *NAMES[:-1]),
                        word("made", "OUT"), by="maria"),
    "recovery rehearse": Row(word("path", "FILE", "NOWHERE"),
                             word("path", "FILE", "NOWHERE"), by="maria"),
    "recovery open": Row(word("word", "zoe", *NAMES[:-1]),
                         word("path", "FILE", "NOWHERE"),
                         word("path", "FILE", "NOWHERE"),
                         option("--ca", "path", "FILE", "NOWHERE"),
                         option("--paper", "path", "FILE", "NOWHERE"),
                         alone=True, given={"--paper"}),
    "help": Row(word("word", "queue", "nonsense"), alone=True),
    "version": Row(alone=True),
}


class Command:
    """What the table of the sources says of one command."""

    def __init__(self, name, least, most, options, usage):
        self.name, self.least, self.most = name, int(least), most
        self.options, self.usage = options, usage

    def needed(self):
        """Options without which it cannot be used, by the usage line."""
        rest = re.sub(r"\[[^]]*\]", "", self.usage)
        return {{"-m": "--message"}.get(one, one)
                for one in re.findall(r"--?[a-z]+", rest)}


def option_names():
    """{OPT_X: its long name}, and all that begin with two hyphens."""
    with open(ARGS, encoding="utf-8") as f:
        rows = re.findall(r'\{ "(--[a-z-]+)", [^,]+, [01], (\w+), AT',
                          f.read())
    return {bit: name for name, bit in rows if bit != "0"}, [
        name for name, _ in rows]


def commands():
    """{name: Command}, in the order of the table."""
    names, _ = option_names()
    with open(HEADS, encoding="utf-8") as f:
        table = f.read().partition("commands_table[] = {")[2]
    found = {}
    for row in re.findall(r'\{ ("[a-z -]+",.*?_run \})', table, re.S):
        name, *usage = re.findall(r'"((?:\\.|[^"\\])*)"',
                                  row.partition("N_(")[0])
        least, most, options = re.search(
            r'", ([^,]+), ([^,]+), ([^,"]+),', row).groups()
        most = int(most) if most.isdigit() else 15
        found[name] = Command(name, least, most, {
            names[bit] for bit in re.findall(r"OPT_\w+", options)},
            "".join(usage))
    return found


class Said:
    """How teduh ended, as bytes."""

    def __init__(self, argv, code, out, err):
        self.argv, self.code, self.out, self.err = argv, code, out, err

    def __str__(self):
        words = " ".join(repr(one)[:80] for one in self.argv)
        return f"{words}\nexit {self.code}\n{self.out}\n{self.err}"


def call(person, *words, env=None, data=b"", seconds=60, front=True,
         user=None):
    """teduh WORDS; the passphrase's descriptor stands in front of them, where
    it can become nobody's value."""
    read, write = os.pipe()
    os.write(write, person.passphrase.encode() + b"\n")
    os.close(write)
    argv = [program("teduh"), *(["--passphrase-fd", str(read)] if front
                                else []), *words]
    if user:
        argv = as_user(user, argv)
    try:
        done = subprocess.run(
            argv, input=data, capture_output=True, pass_fds=(read,),
            check=False, timeout=seconds, start_new_session=True,
            env={**os.environ, **SANITIZER_ENV, **person.env,
                 "TEDUH_HOME": person.home, **(env or {})})
    finally:
        os.close(read)
    return Said(argv, done.returncode, done.stdout, done.stderr)


SENTENCE = re.compile("(teduh|teduh-admin|teduhd): [^\x00-\x1f\x7f-\x9f"
                      "\u2028\u2029]+[.!?]\n")
SENTENCE_MAX = 640


def is_sentence(said):
    """One line that may go to a terminal, and is short enough to be read."""
    try:
        text = said.err.decode()
    except UnicodeDecodeError:
        return False
    return bool(SENTENCE.fullmatch(text)) and len(text) <= SENTENCE_MAX and \
        "x" * 400 not in text


# What teduhd notes by itself, and sealed bytes that nothing names yet: they
# are swept when nothing ever does.
RESTLESS = {"nonce", "breath", "alarm", "ring", "automatic", "upload", "part",
            "chunk", "told"}


def content(service):
    """All that stands in the store once teduhd has done what it does by
    itself, without what it has written down about that."""
    at_rest(service)
    tables = [row["name"] for row in peek(
        service, "SELECT name FROM sqlite_master WHERE type = 'table' AND "
        "name NOT LIKE 'sqlite_%' ORDER BY name")]
    return {name: sorted(repr(tuple(row)) for row in peek(
        service, f"SELECT * FROM {name}")
        if name != "audit" or row["actor"] not in ROLES)
        for name in tables if name not in RESTLESS}


def folder(path):
    """{name: mode and bytes} of all that is in it."""
    found = {}
    for top, folders, names in os.walk(path):
        for name in folders:
            found[os.path.join(top, name)] = "folder"
        for name in names:
            with open(os.path.join(top, name), "rb") as f:
                found[os.path.join(top, name)] = (
                    os.fstat(f.fileno()).st_mode, f.read())
    return found
