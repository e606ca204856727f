"""Every command of the command line, called wrongly in every way that a hand
or a script may: one sentence, the right exit code, nothing changed.  A
command without a row in lib/arguments.py fails the first story."""

import unittest

from lib import arguments
from lib.arguments import REFUSED, ROWS, USAGE, call
from lib.wrongly import All

FEW = 4     # of what all commands refuse alike, each is asked so many


def turn(things, at, count=FEW):
    """So many of these, others at each turn."""
    things = sorted(things)
    return [things[(at * count + n) % len(things)]
            for n in range(min(count, len(things)))]


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
            row = ROWS[name]
            words = sum(slot.name is None for slot in row.slots)
            for slot in row.slots:
                if slot.name in row.either and slot.name not in row.given:
                    continue        # the other one stands there
                is_word = slot.name is None and words <= command.least
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
        nonsense = ("--nonsense", "-z", "--no-pager=1", "--json=yes",
                    f"--{arguments.LONG}", arguments.STEERING.join("--"),
                    f"--{arguments.LINES}", f"-{arguments.BROKEN}")
        for at, (name, command) in enumerate(self.commands.items()):
            words = self.words(name)
            for one in turn(nonsense, at, 2):
                self.refused([*words, one], (USAGE,))
            for one in turn(set(names.values()) - command.options, at):
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
        bad_ones = ("", "x", "-1", "3x", "99999999999", "0x3")
        for at, name in enumerate(self.commands):
            for bad in turn(bad_ones, at, 2):
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


if __name__ == "__main__":
    unittest.main()
