"""teduh-admin and teduhd, called wrongly: one sentence, the right exit code
(sysexits), nothing changed.  Commands and options are read from the sources;
each wants a row here."""

import os
import re
import subprocess
import unittest

from lib.arguments import BROKEN, EMPTY, LINES, LONG, STEERING, folder
from lib.ground import SOURCE, Ground, program
from lib.teduh import SANITIZER_ENV, Service, finish

USAGE, DATA, AGAIN, CONFIG = 64, 65, 75, 78
ADMIN = os.path.join(SOURCE, "daemon", "admin", "main.c")
DAEMON = os.path.join(SOURCE, "daemon", "main.c")
STRANGE = (EMPTY, LONG, STEERING, LINES, BROKEN)
ONE_LINE = re.compile("[^\x00-\x1f\x7f-\x9f\u2028\u2029]+\n")

# Per command: its words; its options with a value, and without one; and what
# is refused when a word is wrong: the word, or an option's value.
ROWS = {
    "init": ([], {}, ["--json"]),
    "pin": (["0" * 64], {}, []),
    "inject": (["pipe"], {}, []),
    "read": ([], {"--desk": "youth"}, ["--json"]),
    "check": ([], {}, ["--json", "-q", "--quiet"]),
    "audit": (["verify"], {}, ["--json", "-q", "--quiet"]),
    "doctor": ([], {}, ["--letter", "--json"]),
    "drill": (["bounce"], {"--to": "gone@elsewhere.example"}, []),
    "migrate": ([], {}, []),
    "reconcile": (["pipe"], {}, ["--json", "-q"]),
    "backup": (["DIR"], {"--secrets": "OTHER", "--keep": "3"},
               ["--json", "--quiet"]),
    "restore": (["DIR"], {"--secrets": "OTHER", "--erased": "LIST"},
                ["--json"]),
    "resume": ([], {}, []),
    "retire": ([], {}, ["--yes", "--undo", "--other"]),
    "status": ([], {}, ["--json"]),
}
# Those that do without their words, too.
WORDLESS = {"reconcile"}
# Words for which the command itself has a sentence, and its code.
WRONG = {
    "pin": [("0" * 63, DATA), ("g" * 64, DATA), (EMPTY, DATA), (LONG, DATA),
            (STEERING, DATA), (BROKEN, DATA)],
    "inject": [("nowhere", AGAIN), (EMPTY, AGAIN), (LONG, AGAIN),
               (STEERING, AGAIN), (LINES, AGAIN)],
    "reconcile": [("nowhere", USAGE), (EMPTY, USAGE), (LONG, USAGE),
                  (STEERING, USAGE), (LINES, USAGE)],
    "read --desk": [("nowhere", CONFIG), (LONG, CONFIG), (STEERING, CONFIG)],
    "backup --keep": [("0", USAGE), ("-1", USAGE), ("many", USAGE),
                      (EMPTY, USAGE), (LONG, USAGE), (STEERING, USAGE)],
}


def table():
    with open(ADMIN, encoding="utf-8") as f:
        return re.findall(r'\{ "([a-z]+)", admin_\w+, [01] \}', f.read())


class Wrongly(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ground = Ground()
        cls.addClassCleanup(cls.ground.close)
        cls.service = Service(cls.ground)
        cls.service.init()
        cls.values = {"DIR": f"{cls.ground.path}/backup",
                      "OTHER": f"{cls.ground.path}/secrets"}

    def words(self, name):
        return [self.values.get(word, word) for word in ROWS[name][0]]

    def refused(self, argv, *codes):
        before = folder(self.ground.path)
        done = subprocess.run(argv, capture_output=True, timeout=60,
                              stdin=subprocess.DEVNULL, check=False,
                              env={**os.environ, **SANITIZER_ENV})
        with self.subTest(" ".join(argv)[-120:]):
            self.assertIn(done.returncode, codes, done)
            self.assertEqual(done.stdout, b"")
            said = done.stderr.decode()
            self.assertTrue(ONE_LINE.fullmatch(said), said[:2000])
            self.assertLess(len(said), 700)
            self.assertEqual(folder(self.ground.path), before)
        return done.stderr

    def admin(self, *words):
        return [program("teduh-admin"), "-c", self.service.conf, *words]


class Admin(Wrongly):
    def test_every_command_has_a_row(self):
        self.assertEqual(set(table()), set(ROWS))
        with open(ADMIN, encoding="utf-8") as f:
            usage = f.read().partition("usage[] =")[2].partition('";\n')[0]
        for name, (_, values, plain) in ROWS.items():
            its = re.search(rf'(?s)"  {name}\b.*?(?="  [a-z]|$)', usage)[0]
            self.assertEqual(set(re.findall(r"--?[a-z]+\b", its)),
                             {*values, *plain}, name)

    def test_no_command(self):
        for words in ([], ["nonsense"], [EMPTY], [LONG], [STEERING], [LINES],
                      [BROKEN], ["--"], ["Init"], ["init "]):
            self.refused(self.admin(*words), USAGE)
            self.refused([program("teduh-admin"), *words], USAGE)

    def test_what_could_not_be_printed_was_not_said(self):
        for words, code in ((["read"], 74), (["status"], 2)):
            with open("/dev/full", "wb") as full:
                done = subprocess.run(
                    self.admin(*words), stdin=subprocess.DEVNULL,
                    stdout=full, stderr=subprocess.PIPE, check=False,
                    env={**os.environ, **SANITIZER_ENV})
            self.assertEqual(done.returncode, code, done)
            self.assertIn(b"could not be written", done.stderr)

    def test_options_in_front(self):
        for words in (["-c"], ["-x"], ["--nonsense"], ["--version=1"],
                      ["-c", "a", "-c", "b", "status"], [f"-{STEERING}"],
                      [f"--{LINES}"], [f"--{LONG}"], [f"-{BROKEN}"],
                      ["-c", STEERING, "status"], ["-c", LINES, "status"],
                      ["-c", EMPTY, "--nonsense"]):
            self.refused([program("teduh-admin"), *words], USAGE)

    def test_a_configuration_that_is_none(self):
        bad = self.ground.file("bad.conf", "nonsense {\n")
        for path in ("/nowhere/teduh.conf", EMPTY, f"/{LONG}", bad,
                     self.ground.path):
            for name in ROWS:
                # A mail system would bounce a letter for any other code.
                self.refused([program("teduh-admin"), "-c", path, name,
                              *self.words(name)],
                             AGAIN if name == "inject" else CONFIG)

    def test_too_many_and_too_few(self):
        for name in ROWS:
            words = self.words(name)
            self.refused(self.admin(name, *words, "more"), USAGE)
            self.refused(self.admin(name, *words, EMPTY), USAGE)
            if words and name not in WORDLESS:
                self.refused(self.admin(name), USAGE)

    def test_options(self):
        for name, (_, values, plain) in ROWS.items():
            words = [name, *self.words(name)]
            for one in ("--nonsense", "-z", STEERING.join("--"),
                        f"--{LONG}", f"--{LINES}", f"-{BROKEN}", "--"):
                self.refused(self.admin(*words, one), USAGE)
            for one in plain:
                self.refused(self.admin(*words, one, one), USAGE)
                self.refused(self.admin(*words, f"{one}=1"), USAGE)
            for one, value in values.items():
                value = self.values.get(value, value)
                self.refused(self.admin(*words, one), USAGE)
                self.refused(self.admin(*words, one, value, one, value),
                             USAGE)

    def test_values_that_cannot_be_right(self):
        for what, wrong in WRONG.items():
            name, *one = what.split()
            for value, code in wrong:
                words = [*self.words(name), *one] if one else []
                self.refused(self.admin(name, *words, value), code)

    def test_options_that_exclude_each_other(self):
        self.refused(self.admin("retire", "--undo", "--other"), USAGE)
        self.refused(self.admin("retire", "--other", "--undo"), USAGE)

    def test_what_is_there_is_not_made_again(self):
        self.refused(self.admin("init"), DATA, 75)
        self.refused(self.admin("restore", self.ground.dir("empty")), DATA,
                     75)


class Daemon(Wrongly):
    def test_every_option_has_a_row(self):
        with open(DAEMON, encoding="utf-8") as f:
            text = f.read()
        self.assertEqual(set(re.findall(r'\{ "([a-z-]+)", \w+_argument',
                                        text)),
                         {"ready-fd", "once", "probe", "version", "help"})
        self.assertIn('":c:fhr:t"', text)

    def test_options(self):
        conf = ["-c", self.service.conf]
        for words in (["-c"], ["-r"], ["--ready-fd"], ["-z"], ["more"],
                      [EMPTY], ["--nonsense"], [f"--{LONG}"],
                      [f"--{STEERING}"], [f"-{BROKEN}"], [f"--{LINES}"],
                      ["-c", "a", "-c", "b"], ["-c", STEERING],
                      ["-c", LINES], ["-c", BROKEN],
                      ["-r", "nonsense"], ["-r", EMPTY], ["-r", STEERING],
                      ["-r", LONG], ["-r", "api", "-r", "post"],
                      ["-r", "web", "-r", "web"], ["-r", "Web"],
                      ["-r", "web "], ["-r", "web", "more"],
                      ["--once"], ["--once=1", "-r", "api"],
                      ["--once=1", "-r", "web"],
                      ["--ready-fd", "x"], ["--ready-fd", "-1"],
                      ["--ready-fd", "987"], ["--ready-fd", EMPTY],
                      ["--ready-fd", "2", "--ready-fd", "2"],
                      ["--probe=nonsense"], ["--probe", "--probe"],
                      ["-t", "more"], ["--version=1"], ["-f", STEERING]):
            self.refused([program("teduhd"), *words], USAGE)
            self.refused([program("teduhd"), *words[:-1], *conf, words[-1]]
                         if words[0] in ("-z", "more") else
                         [program("teduhd"), "-f", *words], USAGE)

    def test_a_configuration_that_is_none(self):
        for path in ("/nowhere/teduh.conf", EMPTY, f"/{LONG}",
                     self.ground.path):
            for more in (["-t"], ["-f"], ["-r", "api"], ["-r", "web"]):
                self.refused([program("teduhd"), "-c", path, *more], CONFIG)

    def test_a_role_that_is_not_configured(self):
        """There is neither a section web nor a relay, nor yet a pin."""
        for role in ("web", "post"):
            for more in ([], ["--once"]):
                said = finish([program("teduhd"), "-c", self.service.conf,
                               "-r", role, *more],
                              {**os.environ, **SANITIZER_ENV}, check=False)
                self.assertEqual((said.code, said.out), (CONFIG, b""))
                self.assertRegex(said.err,
                                 rf"\Ateduhd: [^\n]*role '{role}'[^\n]*\n\Z")


if __name__ == "__main__":
    unittest.main()
