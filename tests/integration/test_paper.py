"""A key on paper, and back from paper: on another machine, with the mistakes
that people make when they type."""

import os
import re
import struct
from unittest import mock

from lib.mails import mail
from lib.story import Story
from lib.teduh import Person


class Paper(Story):
    def setUp(self):
        super().setUp()
        self.found()
        self.case = self.one_case(mail(text="an old letter\n"))["id"]
        self.page = self.anna.run("key", "backup", check=True).text

    def lines(self):
        return re.findall(r"^  (\d: .*)$", self.page, re.M)

    def restore(self, person, text, **more):
        return person.run("key", "restore", data=text.encode(), **more)

    def new(self, name="elsewhere"):
        person = Person(self.ground, name)
        person.name = "anna"
        return person

    def test_a_lost_file_costs_its_finder_much(self):
        """Outside the stories a passphrase is stretched as lib/identity.h
        says (RFC 9106): three rounds over 256 MiB."""
        heavy = self.new("heavy")
        environment = {name: value for name, value in os.environ.items()
                       if name != "TEDUH_LIGHT"}
        with mock.patch.dict(os.environ, environment, clear=True):
            heavy("key", "new")
        with open(f"{heavy.home}/key", "rb") as f:
            head = f.read(18)
        self.assertEqual(struct.unpack(">8sBBII", head),
                         (b"TEDUHKEY", 1, 1, 3, 256 * 1024))
        heavy("key", "show")

    def test_back_on_another_machine(self):
        self.assertEqual(len(self.lines()), 4)
        self.assertIn("Whoever has this page", self.page)
        typed = self.page
        for line in self.lines():       # as somebody types who is in a hurry
            typed = typed.replace(line, line.replace(" ", "  ").lower()
                                  .replace("0", "o"))
        back = self.new()
        result = self.restore(back, typed)
        self.assertEqual(result.code, 0, result)
        self.assertEqual([row["id"] for row in back.queue()], [self.case])
        self.assertIn("an old letter",
                      back("show", self.case)["items"][0]["text"])
        self.assertEqual(back("key", "show")["fingerprint"],
                         self.anna("key", "show")["fingerprint"])
        # And answers as the same person.
        draft = self.reply(back, self.case, "Hello.\n", "--submit")
        self.maria("approve", draft)

    def test_a_wrong_character_names_its_line(self):
        for n, line in enumerate(self.lines(), 1):
            for at in (3, 8, 16, len(line) - 1):
                wrong = "7" if line[at] != "7" else "8"
                page = self.page.replace(
                    line, line[:at] + wrong + line[at + 1:])
                back = self.new(f"wrong-{n}-{at}")
                result = self.restore(back, page)
                self.assertEqual(result.code, 1, result)
                self.assertIn(f"line {n} is not right", result.err)
                self.assertFalse(os.path.exists(f"{back.home}/key"))

    def test_lines_that_changed_places_or_are_missing(self):
        one, two = self.lines()[:2]
        page = self.page.replace(one, "1" + two[1:])
        self.assertIn("line 1 is not right",
                      self.restore(self.new(), page).err)
        page = self.page.replace(two + "\n", "\n")
        self.assertIn("line 2 is missing", self.restore(self.new(),
                                                        page).err)
        page = self.page.replace(one, one[:-3])
        self.assertIn("line 1 is too short", self.restore(self.new(),
                                                          page).err)

    def test_another_key_is_not_replaced_and_ones_own_gets_a_passphrase(self):
        result = self.restore(self.maria, self.page)
        self.assertEqual(result.code, 1, result)
        self.assertIn("another key", result.err)
        self.assertEqual(len(self.maria.queue()), 1)
        self.anna.passphrase = "forgotten and made anew 3"
        self.assertIn("passphrase is not right", self.anna.run("queue").err)
        result = self.restore(self.anna, self.page)
        self.assertEqual(result.code, 0, result)
        self.assertEqual(len(self.anna.queue()), 1)

    def test_a_pin_or_name_with_a_mistake_leaves_nothing_behind(self):
        """What stands in the way of the next try would be a key that nobody
        can replace."""
        pin = re.search(r"^pin: (.*)$", self.page, re.M).group(1)
        for n, (right, wrong) in enumerate((
                (f"pin: {pin}", f"pin: {pin[:-1]}"),
                (f"pin: {pin}", "pin: " + "x" * 64),
                ("name: anna", "name: Anna!"))):
            back = self.new(f"mistaken-{n}")
            result = self.restore(back, self.page.replace(right, wrong))
            self.assertEqual(result.code, 1, result)
            self.assertIn("name or pin", result.err)
            self.assertEqual([name for name in ("key", "service")
                              if os.path.exists(f"{back.home}/{name}")], [])
            result = self.restore(back, self.page)
            self.assertEqual(result.code, 0, result)
            self.assertEqual(len(back.queue()), 1)

    def test_into_a_file_that_only_she_can_read(self):
        path = self.ground.file("taken", "x")
        refused = self.anna.run("key", "backup", "--file", path)
        self.assertEqual(refused.code, 1, refused)
        path = os.path.join(self.ground.dir("paper"), "page.txt")
        self.anna.run("key", "backup", "--file", path, check=True)
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        back = self.new()
        back.run("key", "restore", "--file", path, check=True)
        self.assertEqual(len(back.queue()), 1)
        # Not for a script, and not without the passphrase.
        self.assertEqual(self.anna.run("key", "backup", "--json").code, 2)
        result = self.anna.run("key", "backup", passphrase="wrong one 123")
        self.assertEqual((result.code, result.text), (1, ""))
