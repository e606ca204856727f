"""Every command of the command line, called wrongly in every way that a hand
or a script may: one sentence, the right exit code, nothing changed.  A
command without a row in lib/arguments.py fails the first story."""

import os
import unittest

from lib import arguments
from lib.arguments import (AGAIN, REFUSED, ROWS, USAGE, call, content, folder,
                           is_sentence)
from lib.ground import Ground
from lib.intruder import Town, peek, quicken
from lib.teduh import Person, Service, invite


class All(unittest.TestCase):
    """A town with a case that anna holds and a draft that waits."""

    @classmethod
    def setUpClass(cls):
        cls.ground = Ground()
        cls.addClassCleanup(cls.ground.close)
        cls.commands = arguments.commands()
        cls.town = Town(cls.ground, Service(cls.ground))
        cls.ben = quicken(invite(cls.town.service, cls.ground,
                                 cls.town.maria, "ben"))
        cls.case = cls.town.letter()
        cls.draft = cls.town.write(cls.case)
        cls.values = {
            "CASE": cls.case, "DRAFT": cls.draft, "DRAFT.": cls.draft,
            "FILE": cls.ground.file("some.txt", "Some text.\n"),
            "NOWHERE": f"{cls.ground.path}/nowhere/at/all",
            "FOLDER": f"{cls.ground.path}/folder",
            "OUT": f"{cls.ground.path}/out",
            "CODE": "7K2M9-Q4X7K-2M9Q4-X7K2M-9Q4X7K",
            "CODE.": f"1.{'0' * 64}.{'0' * 32}"}
        for person in (cls.town.anna, cls.town.maria, cls.ben):
            person("queue")
            person("show", cls.case)

    def person(self, row):
        return {"anna": self.town.anna, "maria": self.town.maria}[row.by]

    def state(self, person):
        return (content(self.town.service), folder(person.home),
                sorted(os.listdir(self.ground.path)))

    def words(self, name, **more):
        row = ROWS[name]
        return [*name.split(), *(self.values.get(w, w) for w in row.use(
            self.commands[name].needed(), **more))]

    def refused(self, words, codes, person=None, **more):
        person = person or self.town.anna
        before = self.state(person)
        said = call(person, *words, **more)
        with self.subTest(" ".join(words)[:100]):
            self.assertIn(said.code, codes, said)
            self.assertEqual(said.out, b"", said)
            self.assertTrue(is_sentence(said), said)
            self.assertEqual(self.state(person), before)
        return said


class Use(All):
    """Of any command: too few, too many, what it does not know."""

    def test_every_command_has_a_row(self):
        self.assertEqual(set(ROWS), set(self.commands))
        for name, command in self.commands.items():
            with self.subTest(name):
                self.assertEqual(ROWS[name].options(), command.options)
        said = call(self.town.anna, "help", "all", front=False)
        for name in self.commands:
            self.assertIn(f"\n  {name} ".encode(), said.out)

    def test_too_few(self):
        for name, command in self.commands.items():
            for slot in ROWS[name].slots:
                is_word = slot.name is None and command.least > 0
                if is_word or slot.name in command.needed():
                    self.refused(self.words(name, without=slot), (USAGE,),
                                 self.person(ROWS[name]))

    def test_too_many(self):
        for name, command in self.commands.items():
            words = [*name.split(), *["7K2M"] * (command.most + 1)]
            self.refused(words, (USAGE,))
            self.refused(["--", *words], (USAGE,))

    def test_options_that_it_does_not_know(self):
        names, _ = arguments.option_names()
        for name, command in self.commands.items():
            words = self.words(name)
            for one in ("--nonsense", "-z", "--no-pager=1", "--json=yes",
                        f"--{arguments.LONG}", arguments.STEERING.join("--"),
                        f"--{arguments.LINES}", f"-{arguments.BROKEN}"):
                self.refused([*words, one], (USAGE,))
            for one in set(names.values()) - command.options:
                self.refused([*words, one, *(["x"] if one not in (
                    "--all", "--submit", "--yes") else [])], (USAGE,))

    def test_options_twice(self):
        for name in self.commands:
            for slot in ROWS[name].slots:
                if slot.name in (None, *arguments.NEVER_TWICE):
                    continue
                more = [self.values.get(w, w) for w in slot()]
                words = self.words(name, slot=slot)
                self.refused([*words, *more], (USAGE,))
                self.refused([*more, *words], (USAGE,))
            self.refused([*self.words(name), "--passphrase-fd", "3"],
                         (USAGE,))

    def test_options_without_their_value(self):
        for name in self.commands:
            for slot in ROWS[name].slots:
                if slot.good is None or slot.name is None:
                    continue
                words = self.words(name, without=slot)
                for more in ([], ["--json"], ["--passphrase-fd", "3"]):
                    self.refused([*words, slot.name, *more], (USAGE,))
            self.refused([*self.words(name), "--passphrase-fd"], (USAGE,),
                         front=False)

    def test_a_descriptor_that_is_none(self):
        for name in self.commands:
            for bad in ("", "x", "-1", "3x", "99999999999", "0x3"):
                self.refused([*self.words(name), "--passphrase-fd", bad],
                             (USAGE,), front=False)
        for name in ("queue", "unlock", "key show"):
            self.refused([*self.words(name), "--passphrase-fd", "987"],
                         (REFUSED,), front=False)

    def test_what_is_no_command(self):
        for words in (["nonsense"], [""], ["staff"], ["staff", "nonsense"],
                      ["key"], ["Queue"], ["que"], [arguments.LONG],
                      [arguments.STEERING], [arguments.BROKEN],
                      [arguments.LINES], ["staff", arguments.STEERING],
                      ["queue"] * 40, ["--", "--json"], ["-"]):
            self.refused(words, (USAGE,))

    def test_values_that_cannot_be_right(self):
        for name in self.commands:
            row = ROWS[name]
            for slot in row.slots:
                for bad in slot.bad():
                    self.refused(self.words(name, slot=slot, value=bad),
                                 (REFUSED, USAGE), self.person(row))


class Rights(All):
    """Of the right words, by people who may not, from folders that do not
    hold."""

    def test_what_is_a_supervisors(self):
        for name in self.commands:
            if ROWS[name].by == "maria":
                self.refused(self.words(name), (REFUSED,), self.ben)

    def test_before_there_is_a_key(self):
        nobody = Person(self.ground, "nobody")
        for name in self.commands:
            if not ROWS[name].alone or name in ("key show", "key backup",
                                                "unlock"):
                self.refused(self.words(name), (REFUSED,), nobody)


if __name__ == "__main__":
    unittest.main()
