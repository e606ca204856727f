"""Rules of triage that are wrong are refused before they are in force, and
what is in force goes on."""

import os
import re

from lib.ground import program
from lib.mails import mail
from lib.story import Story
from lib.teduh import SANITIZER_ENV, Service, finish, texts

CRISIS = "I cant do this anymore. I want to kill myself tonight.\n"
PLAIN = "Which school do I need to become a nurse? Thank you for reading.\n"
HEAD = "rule own\nweight 1\nwhy w\nowner o\n"

# What is added to a good file, the line in it, the rule, what is said.
WRONG = [
    ("word a\npattern /(x/\n", 6, "own",
     "the pattern is wrong at its byte 2: missing closing parenthesis; a "
     "pattern is PCRE2 of 1000 bytes at most, without \\C"),
    ("pattern /a\\C/\n", 5, "own", "the pattern is wrong at its byte 3: "),
    ("pattern /[z-a]/\n", 5, "own", "range out of order"),
    ("pattern /(*UTF)a/\n", 5, "own", "verbs of PCRE2 are not allowed"),
    ("pattern /" + "(" * 60 + "a" + ")" * 60 + "/\n", 5, "own",
     "too deeply nested"),
    ("pattern /" + "x" * 1001 + "/\n", 5, "own", "1000 bytes at most"),
    ("pattern x\n", 5, "own", "a pattern stands between slashes"),
    ("word a\nnot b\nword a-b\n", 7, "own", "two in plain text"),
    ("word a? b\n", 5, "own", "begins and ends with a word that is there"),
    ("word a ..\n", 5, "own", "begins and ends with a word that is there"),
    ("word a||b\n", 5, "own", "'|' stands between two words"),
    ("word !\n", 5, "own", "neither letters nor digits"),
    ("unless a b c d e f g h i j k l m\nword x\n", 5, "own",
     "more than 12 words"),
    ("word $nobody a\n", 5, "own", "has no 'let' before it in this file"),
    ("wieght 5\n", 5, "own", "a line begins with rule, let, word, stem, near,"),
    ("word\n", 5, "own", "nothing behind it"),
    ("weight 61\n", 5, "own", "a weight is a number from -60 to 60"),
    ("if age 13-10\n", 5, "own", "'if age 10-13'"),
    ("if moon\n", 5, "own", "a condition is 'if age',"),
    ("why again\n", 5, "own", "'why' and 'owner' stand once"),
    ("area A\n", 5, "own", "an area is a word"),
    ("word " + "x" * 2000 + "\n", 5, "own", "longer than 2000 bytes"),
    ("word a\nrule en-die-wish\n", 6, "en-die-wish",
     "there is one of this name already in '"),
    ("word a\nrule Own\n", 6, None, "the name of a rule has small letters"),
    ("", 4, "own", "it ends before this line and looks for nothing"),
    ("word a\nrule other\nword b\n", 7, "other",
     "without its weight, why or owner"),
    ("word \udcff\n", 5, "own", "the line is not UTF-8"),
]


class Wrong(Story):
    def setUp(self):
        super().setUp()
        self.service = Service(self.ground)
        self.texts = texts(self.ground)
        self.service.settings["alarm"] = {"texts": self.texts}
        self.service.settings["desk youth"]["languages"] = ["en", "et", "id"]

    def write(self, text):
        """The last file that is read: names of rules are taken before it."""
        path = f"{self.texts}/en/rules/zz-own.txt"
        with open(path, "w", encoding="utf-8",
                  errors="surrogateescape") as f:
            f.write(text)
        os.chmod(path, 0o644)
        return path

    def check(self):
        return finish([program("teduhd"), "-t", "-c", self.service.conf],
                      {**os.environ, **SANITIZER_ENV}, check=False)

    def test_each_mistake_is_one_sentence(self):
        self.service.configure()
        for lines, line, rule, said in WRONG:
            with self.subTest(lines[:40]):
                path = self.write(HEAD + lines)
                result = self.check()
                self.assertEqual(result.code, 78, result)
                where = f"{path}:{line}: " + (
                    f"rule '{rule}': " if rule else "")
                self.assertEqual(result.err.count("\n"), 1, result)
                self.assertTrue(result.err.startswith(where), result)
                self.assertIn(said, result.err)
        # Slow ones are no mistake; a limit ends them (test_triage).
        self.write(HEAD + "pattern /(x+)+[yz]/\n")
        self.assertNotIn("rule", self.check().err)
        path = self.write(HEAD + "word a\n\0\nword b-c\n")
        self.assertIn(f"'{path}' has a NUL", self.check().err)

    def test_a_start_with_them_is_refused(self):
        self.found()
        self.service.stop()
        path = self.write(HEAD + "pattern /(x/\n")
        result = finish([program("teduhd"), "-c", self.service.conf, "-f"],
                        {**os.environ, **SANITIZER_ENV}, check=False)
        self.assertEqual(result.code, 78, result)
        self.assertTrue(result.err.rstrip().splitlines()[-1].startswith(
            f"teduhd: {path}:5: rule 'own': the pattern is wrong"), result)
        self.write(HEAD + "pattern /(x)/\n")
        self.service.start()

    def test_a_reload_with_them_keeps_the_old_ones(self):
        self.write(HEAD + "area careers\nword nurse\n")
        self.found()
        before = self.service.pids()
        path = self.write(HEAD + "area money\nword nurse\npattern /[/\n")
        after = self.service.hangup()
        line = self.service.wait_log("reload error=", 60, after)
        self.assertIn(f"reload error=input: {path}:7: rule 'own': the pattern "
                      "is wrong at its byte 1: ", line)
        self.assertIn("; the old configuration goes on", line)
        self.assertEqual(self.service.pids(), before)
        urgent, plain = self.weigh(CRISIS, 1), self.weigh(PLAIN, 2)
        self.assertEqual((urgent["urgency"], plain["urgency"]), (3, 0))
        self.assertEqual(plain["areas"], ["careers"])
        for row in (urgent, plain):
            self.assertNotIn("rules-failed", row["flags"])
        mark = f"{self.service.data}/state/configuration-bad"
        self.assertTrue(os.path.exists(mark))
        self.write(HEAD + "area money\nword nurse\n")
        self.service.reload()
        self.assertIn("money", self.weigh(PLAIN, 3)["areas"])
        self.assertFalse(os.path.exists(mark))

    def weigh(self, text, n):
        case = self.one_case(mail(f"seeker-{n}@example.org", text=text,
                                  message_id=f"<{n}@example.org>"))["id"]
        row, = [row for row in self.anna.queue() if row["id"] == case]
        return row

    def test_read_says_it_too(self):
        self.service.configure()
        path = self.write(HEAD + "word a-b\n")
        result = self.service.admin("read", data=mail(text=CRISIS),
                                    check=False)
        self.assertEqual(result.code, 65, result)
        self.assertIsNotNone(re.search(
            re.escape(path) + r":5: rule 'own': this is not a phrase: ",
            result.err), result)
