"""watch: a line for everything that happens in one's cases, at once; and the
list of who is called."""

import json
import os
import subprocess

from lib.ground import program, wait_for
from lib.mails import mail
from lib.story import Story
from lib.teduh import SANITIZER_ENV, invite

DAY = 86400


class Window:
    """`teduh watch --json` in a window of its own."""

    def __init__(self, ground, person, *more):
        read, write = os.pipe()
        os.write(write, person.passphrase.encode() + b"\n")
        os.close(write)
        self.path = ground.file(f"watch-{person.name}", "")
        with open(self.path, "w", encoding="utf-8") as out:
            self.child = subprocess.Popen(
                [program("teduh"), "watch", *more, "--passphrase-fd",
                 str(read)], stdout=out, stderr=subprocess.PIPE,
                pass_fds=(read,), env={**os.environ, **SANITIZER_ENV,
                                       **person.env,
                                       "TEDUH_HOME": person.home})
        os.close(read)
        ground.on_close(self.end)

    def end(self):
        if self.child.poll() is None:
            self.child.terminate()
        self.child.wait()
        self.child.stderr.close()

    def lines(self):
        with open(self.path, encoding="utf-8") as f:
            return f.read().splitlines()

    def actions(self):
        return [(e["actor"], e["action"]) for e in map(json.loads,
                                                       self.lines())]


class Team(Story):
    def setUp(self):
        super().setUp()
        self.found()
        self.ben = invite(self.service, self.ground, self.maria, "ben")
        self.case = self.one_case(mail())["id"]


class Watch(Team):
    def watching(self, person, *more):
        """A window that has begun: what happens now is in it."""
        window = Window(self.ground, person, *more)

        def begun():
            self.maria("urgency", self.case, "2", "-m", "x")
            self.maria("urgency", self.case, "1", "-m", "x")
            return window.lines() or window.child.poll() is not None
        wait_for("the window to show something", begun, 60)
        return window

    def wait_for(self, window, wanted):
        wait_for(f"{wanted} in the window",
                 lambda: wanted in window.actions(), 60)

    def test_a_line_for_each(self):
        window = self.watching(self.ben, "--json")
        self.anna("claim", self.case)
        self.anna("note", self.case, "-m", "she wrote before")
        self.service.inject(mail("b@example.org", message_id="<2@x.org>"))
        for wanted in (("anna", "claim"), ("anna", "note"),
                       ("intake", "letter")):
            self.wait_for(window, wanted)
        events = [json.loads(line) for line in window.lines()]
        self.assertEqual(sorted(e["seq"] for e in events),
                         [e["seq"] for e in events])
        self.assertEqual(len({e["seq"] for e in events}), len(events))
        self.assertEqual({e["desk"] for e in events}, {"youth"})
        self.assertNotIn("she wrote before", "".join(window.lines()))

    def test_for_people(self):
        window = self.watching(self.ben)
        self.anna("claim", self.case)
        wait_for("the line", lambda: any(
            f"{self.case}  youth  anna: took the case" in line
            for line in window.lines()), 60)

    def test_it_outlives_a_restart(self):
        window = self.watching(self.ben, "--json")
        self.service.restart()
        self.anna("claim", self.case)
        self.wait_for(window, ("anna", "claim"))
        self.assertIsNone(window.child.poll())

    def test_who_is_revoked_hears_no_more(self):
        window = self.watching(self.ben, "--json")
        self.maria("staff", "revoke", "ben")
        self.anna("claim", self.case)
        self.assertEqual(window.child.wait(60), 1)
        self.assertIn(b"not signed as it must be",
                      b" ".join(window.child.stderr.read().split()))
        self.assertNotIn(("anna", "claim"), window.actions())


class Duty(Team):
    def test_who_is_called(self):
        rows = self.maria("duty", "add", "ben", "1d", "2d")
        self.assertEqual([(r["desk"], r["no"], r["level"], r["person"])
                          for r in rows], [("youth", 1, 1, "ben")])
        rows = self.maria("duty", "add", "anna", "12h", "3d", "2")
        self.assertEqual([r["person"] for r in rows], ["anna", "ben"])
        self.assertEqual(self.ben("duty"), rows)
        self.assertEqual(self.ben("duty", "--desk", "youth"), rows)
        self.assertIn("not on a desk 'careers'", self.ben.refused(
            "duty", "--desk", "careers").err)
        self.assertIn("anna", self.ben.run("duty").text)
        for words, code in (
                (("duty", "add", "nobody", "1d", "2d"), 1),
                (("duty", "add", "ben", "2d", "1d"), 1),
                (("duty", "add", "ben", "1d", "60d"), 1),
                (("duty", "add", "ben", "1d", "2d", "3"), 2),
                (("duty", "add", "ben", "1d"), 2),
                (("duty", "remove", "7"), 1),
                (("duty", "remove", "one"), 2)):
            self.assertEqual(self.maria.refused(*words).code, code, words)
        self.assertEqual(self.ben.refused("duty", "remove", "1").code, 1)
        self.assertEqual([r["person"] for r in self.maria(
            "duty", "remove", "1")], ["anna"])
        self.service.clock(4 * DAY)
        self.assertEqual(self.ben("duty"), [])
        self.assertIn("Nobody is on duty", self.ben.run("duty").text)
