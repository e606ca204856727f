"""Every command that takes a case or a draft, called wrongly: one sentence,
the right exit code, and nothing has changed.  Which commands there are is
read from their table, so that a new one is tried, too."""

import re
import unittest

from lib import arguments
from lib.ground import Ground
from lib.intruder import Town, peek, quicken
from lib.teduh import Service, invite

WORDS = {"WHO": "ben", "WHY": "because", "N": "2", "+TAG...": "+tag",
         "-TAG...": "-tag", "TEXT": "text", "ROLE": "relative",
         "PARTICIPANT": "p1"}
READING = ("show", "export", "check", "people list")  # any beginning will do
STRANGE = ("", ".", "..", "../../v1/queue", "7K2M9Q4X/claim", "7K2M9Q4X?a=b",
           "%37K2M", "7K2M9Q4X.x1", "UUUUUUUU", "7K2M9Q4XX", "\u00e9\u00e9")
REFUSED, USAGE = 1, 2


def commands():
    """{name: words of its usage that are not optional}"""
    found = {}
    for name, command in arguments.commands().items():
        usage = re.sub(r"\[[^]]*\](\.\.\.)?", "", command.usage)
        # Of two options of which one is wanted, the first.
        usage = re.sub(r"\|--[a-z-]+( [A-Z]+)?", "", usage).split()
        if usage and usage[0].split("|")[0] in ("CASE", "DRAFT"):
            found[name] = [usage[0].split("|")[0], *usage[1:]]
    return found


class Arguments(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ground = Ground()
        cls.addClassCleanup(cls.ground.close)
        service = Service(cls.ground)
        service.settings["desk careers"] = dict(
            service.settings["desk youth"], from_address="work@desk.example")
        cls.town = Town(cls.ground, service)
        cls.olga = quicken(invite(service, cls.ground, cls.town.maria,
                                  "olga", "supervisor", "careers"))
        cls.ben = quicken(invite(service, cls.ground, cls.town.maria, "ben"))
        cls.case = cls.town.letter()
        cls.draft = cls.town.write(cls.case)
        cls.commands = commands()

    def words(self, name, first=None):
        """As it is used; `first` in the place of the case or the draft."""
        kind, *rest = self.commands[name]
        if first is None:
            first = self.case if kind == "CASE" else self.draft
        return [*name.split(), first, *(WORDS.get(w, w) for w in rest)]

    def optional(self, name):
        """The words that may stand there, too."""
        usage = arguments.commands()[name].usage
        return [self.case] * usage.count("[CASE]")

    def state(self):
        tables = ("audit", "event", "item", "draft", "claim", "delivery")
        return [tuple(peek(self.town.service, f"SELECT count(*) AS n FROM "
                           f"{table}")[0]) for table in tables]

    def refused(self, words, codes, person=None):
        before = self.state()
        result = (person or self.town.anna).run(*words)
        with self.subTest(" ".join(words)):
            self.assertIn(result.code, codes, result)
            self.assertEqual(result.out, b"")
            self.assertTrue(re.fullmatch(r"teduh: [^\n]+\.\n", result.err),
                            result.err)
            self.assertEqual(self.state(), before)
        return result

    def test_the_table_is_read(self):
        for name in ("show", "claim", "hand", "tag", "undo", "settle",
                     "approve"):
            self.assertIn(name, self.commands)
        self.assertEqual(self.words("hand"), [
            "hand", self.case, "--to", "ben", "-m", "because"])

    def test_missing_and_too_much(self):
        for name in self.commands:
            words = self.words(name)
            self.refused(name.split(), (USAGE,))
            self.refused([*words, *self.optional(name), "more"], (USAGE,))
            self.refused([*words, "--nonsense"], (USAGE,))
            self.refused([*words, "--role", "x"], (USAGE,))
            if "-m" in words:
                self.refused([*words, "-m", "again"], (USAGE,))
                self.refused(words[:-1], (USAGE,))
                self.refused(words[:-2], (USAGE,))

    def test_half_a_command_names_what_may_follow(self):
        second = {}
        for name in arguments.commands():
            first, _, word = name.partition(" ")
            if word:
                second.setdefault(first, []).append(word)
        self.assertIn("people", second)
        for first, words in second.items():
            if first in arguments.commands():
                continue
            for more in ((), (self.case,)):
                result = self.town.anna.run(first, *more)
                self.assertEqual(result.code, USAGE, result)
                self.assertIn(
                    f"'{first}' wants one of these words behind it: "
                    f"{', '.join(words)}; see 'teduh help {first}'",
                    " ".join(result.err.split()))

    def test_what_is_not_there(self):
        for name, (kind, *_) in self.commands.items():
            nowhere = "ZZZZZZZZ" + (".d1" if kind == "DRAFT" else "")
            unknown = self.refused(self.words(name, nowhere), (REFUSED,))
            if kind == "DRAFT":
                self.refused(self.words(name, f"{self.case}.d99"),
                             (REFUSED,))
                self.refused(self.words(name, self.case), (REFUSED,))
            # Another desk's is like one that never was.
            there = self.case if kind == "CASE" else self.draft
            foreign = self.refused(self.words(name, there), (REFUSED,),
                                   self.olga)
            self.assertEqual(foreign.err.replace(self.case, "ZZZZZZZZ"),
                             unknown.err)

    def test_a_part_is_not_the_whole(self):
        """Whoever closes a draft does not mean the case."""
        for name, (kind, *_) in self.commands.items():
            if kind == "CASE" and name not in ("show", "reply", "export"):
                for part in (self.draft, f"{self.case}.1"):
                    self.refused(self.words(name, part), (REFUSED,))

    def test_too_short_to_change_anything(self):
        for name, (kind, *_) in self.commands.items():
            if name not in READING:
                short = self.case[:3] + (".d1" if kind == "DRAFT" else "")
                self.refused(self.words(name, short), (REFUSED,))

    def test_strange_ids(self):
        for name in self.commands:
            for strange in STRANGE:
                self.refused(self.words(name, strange), (REFUSED, USAGE))


if __name__ == "__main__":
    unittest.main()
