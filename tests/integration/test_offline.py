"""A day without network at the counsellor's: the line is down, mute, cut in
the middle.  Whatever needs the service says so in one sentence within its
bound, ends with 75, and the work is kept."""

import glob
import os
import socket
import time
import unittest

from lib import arguments, wire
from lib.arguments import AGAIN, ROWS, call, content, folder, is_sentence
from lib.ground import Ground
from lib.intruder import Town, contains, peek, quicken
from lib.mails import lines
from lib.teduh import Service, invite

SILENCE_S = 1               # instead of a minute, by a hook of test builds
BOUND_S = 60
WORDS = "Kallis sina, need on minu sõnad"


class Offline(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ground = Ground()
        cls.addClassCleanup(cls.ground.close)
        cls.town = Town(cls.ground, Service(cls.ground))
        cls.ben = quicken(invite(cls.town.service, cls.ground,
                                 cls.town.maria, "ben"))
        cls.wire = wire.Wire(cls.ground, cls.town.service)
        cls.body = cls.ground.file("words.txt", WORDS + "\n")
        for person in (cls.town.anna, cls.town.maria, cls.ben):
            person.env["TEDUH_SILENCE"] = str(SILENCE_S)
            person("queue")
            cls.wire.lead(person)

    def setUp(self):
        self.wire.begin()

    def fails(self, person, *words, before=None):
        """It says so at once, and nothing at the service has changed."""
        before = before or content(self.town.service)
        began = time.monotonic()
        said = call(person, *words)
        self.assertLess(time.monotonic() - began, BOUND_S)
        self.assertEqual((said.code, said.out), (AGAIN, b""), said)
        self.assertTrue(is_sentence(said), said)
        self.assertEqual(content(self.town.service), before)
        return said

    def sealed(self, person, case):
        """The words lie there, for this case, and nowhere in clear."""
        found = glob.glob(f"{person.home}/drafts/{case}-p1")
        self.assertEqual(len(found), 1)
        self.assertEqual(contains(person.home, WORDS.encode()), [])

    def drafts(self, case):
        return [row["state"] for row in peek(
            self.town.service, "SELECT state FROM draft WHERE case_id = ?",
            case)]


class Every(Offline):
    """Each command of the table, cut at its first request, its second and so
    on until none is left to cut."""

    def material(self, name):
        """The words of a right use, on something new."""
        town, needed = self.town, arguments.commands()[name].needed()
        words = ROWS[name].use(needed)
        values = {"FILE": self.body, "OUT": f"{self.ground.path}/out"}
        if {"CASE", "FRESH"} & set(words):
            values["CASE"] = values["FRESH"] = town.letter()
            person = town.anna
            person("show", values["CASE"])
            if name in ("release", "pass", "hand", "close"):
                person("claim", values["CASE"])
            if name == "reopen":
                person("close", values["CASE"])
        if "DRAFT" in words:
            case = town.letter()
            if name == "submit":
                town.anna("show", case)
                values["DRAFT"] = town.anna("reply", case, "--body",
                                            self.body)["id"]
            else:
                values["DRAFT"] = town.write(case)
        return [*name.split(), *(values.get(one, one) for one in words)]

    def test_every_command_at_every_request(self):
        for name in arguments.commands():
            row = ROWS[name]
            # watch waits until there is a line again.
            if row.alone or name in ("staff confirm", "watch"):
                continue
            person = {"anna": self.town.anna, "maria": self.town.maria}[
                row.by]
            self.wire.begin()
            words = self.material(name)
            person("queue")         # what there is to be read, is
            cuts = 0
            with self.subTest(name):
                while True:
                    here = cuts + 1
                    act = (wire.CUT, wire.HALF_UP, wire.HALF_DOWN)[
                        cuts % 3]
                    # libcurl asks once more when a line that it had
                    # used before was closed, so the rest is cut, too.
                    self.wire.begin(
                        lambda n, method, _, here=here, act=act: wire.PASS
                        if n < here else act if method == "GET"
                        or act != wire.HALF_DOWN else wire.CUT)
                    if self.over(person, words, here):
                        break
                    cuts += 1
                self.assertGreater(cuts, 0)

    def over(self, person, words, here):
        """False when it was cut and failed as it should."""
        before = content(self.town.service)
        said = call(person, *words)
        if len(self.wire.asked) < here:
            self.assertNotEqual(said.code, AGAIN, said)
            return True
        if words[0] in ("check", "review") and said.code == 0:
            return False                # without what stands beside it
        self.assertEqual(said.code, AGAIN, said)
        if words[0] != "search":        # which prints as it finds
            self.assertEqual(said.out, b"", said)
        self.assertTrue(is_sentence(said), said)
        # What a search asks for is written down as it is given.
        if words[0] != "search" and all(
                method != "POST" for method, _ in self.wire.asked[:here - 1]):
            self.assertEqual(content(self.town.service), before)
        return False

    def test_every_command_on_a_line_that_is_mute_or_not_there(self):
        for name in ("queue", "show", "reply", "submit", "claim", "approve"):
            row = ROWS[name]
            person = {"anna": self.town.anna, "maria": self.town.maria}[
                row.by]
            self.wire.begin()
            words = self.material(name)
            person("queue")
            self.wire.begin(lambda *_: wire.MUTE)
            self.fails(person, *words)
            self.wire.begin(lambda n, *_: wire.PASS if n < 2
                            else wire.HALF_MUTE)
            self.fails(person, *words)


class Away(Offline):
    """No line at all."""

    def url(self, person, url):
        self.wire.lead(person)
        path = f"{person.home}/service"
        with open(path, encoding="utf-8") as f:
            text = f.read()
        with open(path, "w", encoding="utf-8") as f:
            f.write(text.replace(self.wire.url, url))
        self.addCleanup(self.wire.lead, person)

    def test_nobody_there(self):
        deaf = socket.socket()
        self.addCleanup(deaf.close)
        deaf.bind(("127.0.0.1", 0))         # and does not listen
        case = self.town.letter()
        draft = self.town.write(case)
        home = folder(self.town.anna.home)
        for url in (f"unix:{self.ground.path}/nowhere",
                    f"https://127.0.0.1:{deaf.getsockname()[1]}",
                    "https://teduh.invalid"):
            for name in arguments.commands():
                if ROWS[name].alone or name == "watch":
                    continue
                self.url(self.town.anna, url)
                home = folder(self.town.anna.home)
                words = ROWS[name].use(arguments.commands()[name].needed())
                self.fails(self.town.anna, *name.split(), *(
                    {"CASE": case, "FRESH": case, "DRAFT": draft,
                     "FILE": self.body, "OUT": f"{self.ground.path}/out"}
                    .get(one, one) for one in words))
                self.assertEqual(folder(self.town.anna.home), home)

    def test_something_else_answers(self):
        self.wire.begin(lambda *_: wire.GARBAGE)
        said = call(self.town.anna, "queue")
        self.assertNotEqual(said.code, 0)
        self.assertTrue(is_sentence(said), said)


class Kept(Offline):
    """The words of an answer."""

    def test_reply_is_kept_and_offered_until_it_is_there(self):
        anna, case = self.town.anna, self.town.letter()
        anna("claim", case)     # who holds it need not say why she reads
        for act in (wire.CUT, wire.HALF_UP, wire.MUTE):
            self.wire.begin(lambda _n, method, _p, act=act: wire.PASS
                            if method == "GET" else act)
            said = self.fails(anna, "reply", case, "--body", self.body)
            self.assertIn(f"teduh reply {case}".encode(), said.err)
            self.sealed(anna, case)
        self.wire.begin()
        self.assertIn(case, anna.run("drafts").err)     # it is offered
        self.assertEqual(self.drafts(case), [])
        draft = anna("reply", case, "--body", self.body)["id"]
        self.assertEqual(glob.glob(f"{anna.home}/drafts/{case}-p1"), [])
        self.assertNotIn(case, anna.run("drafts").err)
        self.assertEqual(lines(anna("review", draft)["body"]), [WORDS])

    def lose(self, end):
        """The service does what a path with this end asks; nobody hears."""
        self.wire.begin(lambda _n, _m, path: wire.LOST
                        if path.endswith(end) else wire.PASS)

    def test_an_answer_that_got_lost_doubles_no_draft(self):
        anna, case = self.town.anna, self.town.letter()
        anna("show", case)
        for _ in range(2):
            self.lose("/drafts")
            said = call(anna, "reply", case, "--body", self.body)
            self.assertEqual(said.code, AGAIN, said)
            self.assertTrue(is_sentence(said), said)
            self.sealed(anna, case)
            self.assertEqual(self.drafts(case), ["open"])
        self.wire.begin()
        draft = anna("reply", case, "--body", self.body)["id"]
        self.assertEqual(draft, f"{case}.d1")
        self.lose("/submit")
        said = call(anna, "submit", draft)
        self.assertEqual(said.code, AGAIN, said)
        self.assertTrue(is_sentence(said), said)
        self.wire.begin()
        said = call(anna, "submit", draft)
        self.assertEqual((said.code, said.out), (1, b""), said)
        self.assertIn(b"submitted already", said.err)
        self.assertEqual(self.drafts(case), ["submitted"])
        count, = peek(self.town.service, "SELECT count(*) AS n FROM item "
                      "WHERE case_id = ? AND kind = 'answer'", case)
        self.assertEqual(count["n"], 1)
        self.assertEqual(lines(self.town.maria("review", draft)["body"]),
                         [WORDS])

    def test_a_lost_end_of_approve_sends_once(self):
        case = self.town.letter()
        draft = self.town.write(case)
        self.lose("/approve")
        said = call(self.town.maria, "approve", draft)
        self.assertEqual(said.code, AGAIN, said)
        self.wire.begin()
        said = call(self.town.maria, "approve", draft)
        self.assertEqual(said.code, 1, said)
        self.assertTrue(is_sentence(said), said)
        count, = peek(self.town.service, "SELECT count(*) AS n FROM delivery "
                      "WHERE case_id = ?", case)
        self.assertEqual(count["n"], 1)


if __name__ == "__main__":
    unittest.main()
