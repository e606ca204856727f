"""What shells complete: every command and option of the tables, ids while
the key is unlocked, and never a question or a wait."""

import os
import shutil
import socket
import sys
import time

from lib.ground import SOURCE, Failure, build_dir, program, wait_for
from lib.mails import mail
from lib.screens import Terminal
from lib.story import Story
from lib.teduh import SANITIZER_ENV, Person, finish

sys.path.insert(0, os.path.join(SOURCE, "tests/style"))
import manual       # noqa: E402  it reads the tables of the sources

FILES = os.path.join(SOURCE, "config/completion")


class Asked(Story):
    def complete(self, *words, name="teduh", home="/nowhere", **env):
        """What the program says could come; {word: what it means}."""
        result = finish([program(name), "--complete", *words],
                        {**os.environ, **SANITIZER_ENV, "TEDUH_HOME": home,
                         "LANGUAGE": "en", **env}, check=False)
        self.assertEqual((result.code, result.err), (0, ""), result)
        return dict((line + "\t").split("\t")[:2]
                    for line in result.text.splitlines())

    def test_every_command_and_option_of_the_tables(self):
        bits, commands = manual.teduh_options(), manual.teduh_commands()
        everywhere = bits.pop("0")
        self.assertEqual(set(self.complete("")),
                         {name.split()[0] for name in commands})
        self.assertEqual(set(self.complete("-")), everywhere)
        for name, (given, _) in commands.items():
            with self.subTest(name):
                first, _, second = name.partition(" ")
                if second:
                    said = self.complete("--json", first, "")
                    self.assertIn(second, said)
                    self.assertTrue(said[second], "it says what it is for")
                self.assertEqual(
                    set(self.complete(*name.split(), "-")),
                    everywhere.union(*(bits[bit] for bit in given)))
        self.assertEqual(set(self.complete("re")), {
            name.split()[0] for name in commands if name.startswith("re")})
        self.assertFalse(os.path.exists("/nowhere"))

    def test_every_command_and_option_of_teduh_admin(self):
        table = manual.table("daemon/admin/main.c", r"\bcommands\[\]")
        names = set(manual.re.findall(r'\{ "(\w+)", admin_', table))
        said = self.complete("-c", "x", "", name="teduh-admin")
        self.assertEqual(set(said), names)
        self.assertTrue(all(said.values()))
        for name in names:
            with self.subTest(name):
                # 'audit verify' is a part of check.
                file = "check" if name == "audit" else name
                wanted = set(manual.compared_options(
                    r'strcmp\(argv\[\w+\], "(--[\w-]+|-\w)"\)',
                    f"daemon/admin/{file}.c"))
                self.assertEqual(set(self.complete(
                    "-c", "x", name, "-", name="teduh-admin")), wanted)
        self.assertIn("--version", self.complete("-", name="teduh-admin"))
        for words in (("-c", ""), ("-c", "x")):
            self.assertEqual(self.complete(*words, name="teduh-admin"),
                             {":files": ""})
        self.assertEqual(self.complete("backup", "", name="teduh-admin"),
                         {":folders": ""})
        self.assertEqual(self.complete("pin", "", name="teduh-admin"), {})

    def test_values(self):
        for words, wanted in (
                (("reply", "7K2M", "--body", ""), {":files"}),
                (("show", "7K2M", "--attachments", ""), {":folders"}),
                (("staff", "role", "ben", "--role", ""),
                 {"trainee", "counsellor", "supervisor", "admin"}),
                (("staff", "role", "ben", "--role", "su"), {"supervisor"}),
                (("urgency", "7K2M", ""), {"0", "1", "2", "3"}),
                (("help", "k"), {"key"}),
                (("help", "key", "s"), {"show"}),
                (("reply", "7K2M", "--subject", ""), set()),
                (("reply", "7K2M", "--", "--"), set()),
                (("nosuch", ""), set()),
                ((), set())):
            self.assertEqual(set(self.complete(*words)), wanted, words)

    def test_ids_without_asking(self):
        self.found()
        runtime = self.ground.dir("run", 0o700)
        env = {"XDG_RUNTIME_DIR": runtime, "TEDUH_AGENT": "1"}
        first = self.one_case(mail())["id"]
        second = self.one_case(mail("b@example.org",
                                    message_id="<b@example.org>"))["id"]
        draft = self.reply(self.anna, first, "Hello.\n", "--submit")

        def ask(*words):
            return self.complete(*words, home=self.anna.home, **env)
        # Locked: what was shown here, and no question.
        self.assertEqual(set(ask("claim", "")), {first})
        self.assertEqual(ask("review", ""), {})
        # Of the staff and its desks nothing has to be asked.
        self.assertEqual(ask("hand", first, "--to", ""),
                         {"anna": "counsellor", "maria": "supervisor"})
        for words in (("staff", "invite", "x"), ("hand", first)):
            self.assertEqual(set(ask(*words, "--desk", "")), {"youth"})
        self.anna.env = env
        self.addCleanup(self.anna.run, "lock")
        self.assertEqual(self.anna.run("unlock").code, 0)
        self.assertEqual(set(ask("show", "")), {first, second})
        self.assertEqual(set(ask("show", second[:4])), {second})
        self.assertEqual(ask("review", ""), {draft: "anna submitted"})
        # A service that never answers.
        self.service.stop()
        path = f"{self.service.dir}/run/api"
        if os.path.exists(path):
            os.unlink(path)
        with socket.socket(socket.AF_UNIX) as deaf:
            deaf.bind(path)
            deaf.listen(8)
            before = time.monotonic()
            self.assertEqual(ask("review", ""), {})
            self.assertLess(time.monotonic() - before, 10)
        os.unlink(path)
        self.assertEqual(set(ask("show", "")), {first})

    def test_a_home_of_others_is_let_be(self):
        home = self.ground.dir("open", 0o755)
        self.assertEqual(self.complete("claim", "", home=home), {})
        self.assertEqual(os.listdir(home), [])


class Shells(Story):
    """The files that are installed, in the shells that read them."""

    def terminal(self, shell, *setup):
        if not shutil.which(shell.split()[0]):
            self.skipTest(f"there is no {shell.split()[0]}")
        t = Terminal(self.ground, Person(self.ground, shell.split()[0]),
                     columns=100, lines=50, LANGUAGE="en")
        t.type(f"PATH={build_dir()}:$PATH exec {shell}")
        for line in setup:
            t.type(line)
        t.type("echo re''ady")
        t.wait("ready\n")
        return t

    def tab(self, t, line, words, presses=1):
        """Type, press Tab, wait for all of these words; then away with it."""
        t.clear()
        t.keys("-l", line)
        t.keys(*["Tab"] * presses)
        try:
            wait_for(f"{words} in the completion of '{line}'", lambda: all(
                word in t.text() for word in words), 60)
        except Failure as e:
            self.fail(f"{e}, on the screen:\n{t.text()}")
        t.keys("C-c")

    def check(self, t, presses):
        self.tab(t, "teduh ", ("queue", "staff", "version"),
                 presses)
        self.tab(t, "teduh staff ", ("invite", "confirm", "revoke"),
                 presses)
        self.tab(t, "teduh reply --", ("--attach", "--submit", "--json"),
                 presses)
        self.tab(t, "teduh-admin ", ("backup", "doctor"), presses)
        self.tab(t, "teduh-admin backup --", ("--secrets", "--keep"),
                 presses)
        # One that fits is written out; files are the shell's.
        self.ground.file("answer of mine.txt", "x")
        self.tab(t, "teduh staff inv", ("teduh staff invite",))
        self.tab(t, f"teduh reply 7K2M --body {self.ground.path}/ans",
                 ("answer",))

    def named(self, name):
        """The file for teduh, and as it is installed for teduh-admin."""
        with open(f"{FILES}/{name}", encoding="utf-8") as f:
            text = f.read()
        folder = self.ground.dir("completion")
        for one in ("teduh", "teduh-admin"):
            self.ground.file(f"completion/{name.replace('teduh', one)}",
                             text.replace("teduh", one))
        return folder

    def test_bash(self):
        folder = self.named("teduh.bash")
        t = self.terminal("bash --norc --noprofile -i", "PS1='$ '",
                          f". {folder}/teduh.bash",
                          f". {folder}/teduh-admin.bash")
        self.check(t, 2)

    def test_zsh(self):
        folder = self.named("_teduh")
        t = self.terminal("zsh -f -i", "PS1='$ '", f"fpath+=({folder})",
                          "autoload -Uz compinit", "compinit -u -D")
        self.check(t, 1)

    def test_fish(self):
        if not shutil.which("fish"):
            self.skipTest("there is no fish")
        folder = self.named("teduh.fish")
        home = self.ground.dir("fish", 0o700)
        env = {**os.environ, "HOME": home, "LANGUAGE": "en",
               "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home,
               "PATH": f"{build_dir()}:{os.environ['PATH']}"}

        def ask(line):
            said = finish(["fish", "--no-config", "-c",
                           f"source {folder}/teduh.fish; "
                           f"source {folder}/teduh-admin.fish; "
                           f"complete -C '{line}'"], env).text
            return dict((one + "\t").split("\t")[:2]
                        for one in said.splitlines())
        said = ask("teduh ")
        self.assertEqual(set(said), {
            name.split()[0] for name in manual.teduh_commands()})
        self.assertEqual(said["queue"], "who is waiting, most urgent first")
        self.assertLessEqual({"invite", "confirm", "revoke"},
                             set(ask("teduh staff ")))
        self.assertLessEqual({"--attach", "--submit", "--json"},
                             set(ask("teduh reply --")))
        self.assertLessEqual({"--secrets", "--keep"},
                             set(ask("teduh-admin backup --")))
        path = self.ground.file("answer of mine.txt", "x")
        self.assertIn(path, ask(
            f"teduh reply 7K2M --body {self.ground.path}/ans"))
