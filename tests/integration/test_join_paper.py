"""A key is told to nobody before its page was read back."""

import os
import re

from lib.screens import Terminal
from lib.story import Story
from lib.teduh import Person


class JoinPaper(Story):
    def setUp(self):
        super().setUp()
        self.found()
        self.code = self.maria("staff", "invite", "ben", "--role",
                               "counsellor", "--desk", "youth")["code"]
        self.ben = Person(self.ground, "ben")

    def join(self, page):
        return self.ben.refused("join", self.service.url, self.code,
                                "--paper", page)

    def joined(self):
        invitation, = (one for one in self.maria("staff", "list")[
            "invitations"] if one["name"] == "ben")
        return invitation["joined"]

    def test_from_a_file(self):
        page = self.ben.page()
        self.assertFalse(self.joined())
        self.ben("join", self.service.url, self.code, "--paper", page)
        self.assertTrue(self.joined())
        self.maria("staff", "confirm", "ben")
        self.assertEqual(self.ben.queue(), [])

    def test_without_a_page_no_key_is_made(self):
        said = self.ben.run("--no-pager", "join", self.service.url,
                            self.code)      # not as run() helps who joins
        self.assertEqual(said.code, 1, said)
        self.assertIn("join at a terminal", " ".join(said.err.split()))
        self.assertFalse(os.path.exists(f"{self.ben.home}/key"))
        self.assertFalse(self.joined())

    def test_the_page_of_another_key(self):
        self.ben("key", "new")
        said = self.join(self.anna.page())
        self.assertEqual(said.code, 1, said)
        self.assertIn("page of another key", " ".join(said.err.split()))
        self.assertFalse(self.joined())

    def test_a_page_with_a_mistake(self):
        with open(self.ben.page(), encoding="utf-8") as f:
            text = f.read()
        line = re.search(r"^  3: (\S)", text, re.M)
        other = "7" if line[1] != "7" else "8"
        said = self.join(self.ground.file("page.txt", text[:line.start(1)]
                                          + other + text[line.end(1):]))
        self.assertEqual(said.code, 1, said)
        self.assertIn("line 3", said.err)
        said = self.join(self.ground.file("half.txt", text[:line.start()]))
        self.assertIn("line 3 is missing", " ".join(said.err.split()))
        self.assertFalse(self.joined())

    def test_typed_at_a_terminal(self):
        """The page is shown; a wrong line is asked for again; the end of
        input leaves it."""
        screen = Terminal(self.ground, self.ben, lines=50)
        join = f"teduh join {self.service.url} {self.code}"
        screen.clear()
        screen.type(join)
        screen.wait("from the paper:")
        lines = re.findall(r"^  \d: (.*)$", screen.text(), re.M)
        self.assertEqual(len(lines), 4)
        self.assertIn(f"service: {self.service.url}",
                      screen.text(joined=True))
        screen.type(lines[1])       # the second in the place of the first
        screen.wait("line 1 ")
        screen.keys("C-d")
        screen.wait("nobody was told of the key")
        self.assertFalse(self.joined())
        screen.clear()
        screen.type(join)
        screen.wait("from the paper:")
        for line in lines:
            screen.type(line.lower())
        screen.wait("Welcome, ben")
        self.assertTrue(self.joined())
