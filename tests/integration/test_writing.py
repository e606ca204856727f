"""An answer in the editor: no word of it is lost, whatever ends first."""

import contextlib
import os
import pty
import re
import shutil
import signal
import subprocess

from lib.ground import program, wait_for
from lib.mails import lines, mail
from lib.screens import Terminal
from lib.story import Story

# Saves words, says so, and then stays open until it may end with a code.
EDITOR = """#!/bin/sh
cp "$1" {dir}/began
printf '%s\\n' "$WORDS" >"$1"
: >{dir}/saved
read code <{dir}/end
exit "$code"
"""


class Window:
    """teduh reply (or note) in a terminal of its own, in an editor that we
    lead."""

    def __init__(self, person, ground, case, words, command="reply"):
        self.dir = ground.dir(f"window-{words.split()[0]}", 0o700)
        self.end_path = os.path.join(self.dir, "end")
        os.mkfifo(self.end_path)
        script = ground.file(f"{self.dir}/editor".removeprefix(
            ground.path + "/"), EDITOR.format(dir=self.dir), 0o755)
        self.terminal, inside = pty.openpty()
        read, write = os.pipe()
        os.write(write, person.passphrase.encode() + b"\n")
        os.close(write)
        self.child = subprocess.Popen(
            [program("teduh"), command, case, "--passphrase-fd", str(read)],
            stdin=inside, stdout=inside, stderr=subprocess.PIPE,
            pass_fds=(read,), start_new_session=True,
            env={**os.environ, "TEDUH_HOME": person.home, "WORDS": words,
                 "EDITOR": script, "VISUAL": ""})
        os.close(read)
        os.close(inside)
        ground.on_close(self.close)

    def close(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()
        self.child.stderr.close()
        with contextlib.suppress(OSError):
            os.close(self.terminal)

    def wait_saved(self):
        wait_for("the editor to save", lambda: os.path.exists(
            f"{self.dir}/saved") or self.child.poll() is not None)
        return self

    def began(self):
        """What stood in the editor at first."""
        with open(f"{self.dir}/began", encoding="utf-8") as f:
            return f.read()

    def end(self, code=0):
        """Close the editor: teduh's exit code and what it complained of."""
        with open(self.end_path, "w", encoding="ascii") as f:
            f.write(f"{code}\n")
        complaint = self.child.stderr.read().decode()
        return self.child.wait(60), complaint


class Writing(Story):
    def setUp(self):
        super().setUp()
        self.found()
        self.case = self.one_case(mail(text="Hello, it is me.\n"))["id"]
        self.anna("show", self.case)

    def window(self, words):
        return Window(self.anna, self.ground, self.case, words).wait_saved()

    def body(self):
        row, = self.anna("drafts")
        return lines(self.anna("review", row["id"])["body"])

    def test_what_stands_above_the_line_becomes_the_draft(self):
        window = self.window("Dear you, öö 💜")
        self.assertIn("Hello, it is me.", window.began())
        self.assertEqual(window.end()[0], 0)
        self.assertEqual(self.body(), ["Dear you, öö 💜"])

    def test_who_leaves_without_a_word_hears_whose_the_case_is(self):
        terminal = Terminal(self.ground, self.anna, EDITOR="true")
        shown = terminal.run(f"teduh reply {self.case}")
        self.assertIn("nothing was saved; the case stays yours until 'teduh "
                      f"release {self.case}'", " ".join(shown))
        self.assertEqual(self.anna("drafts"), [])
        refused = self.maria.refused("reply", self.case)
        self.assertIn("is claimed by anna, who can hand it to you",
                      " ".join(refused.err.split()))
        self.anna("release", self.case)
        self.assertIsNone(self.anna.queue()[0]["claimant"])

    def test_nothing_is_lost_when_teduh_is_killed(self):
        window = self.window("First words")
        os.kill(window.child.pid, signal.SIGKILL)
        window.child.wait()
        # The editor is still open: a second window would do harm.
        path = self.ground.file("other.txt", "Other words\n")
        refused = self.anna.refused("reply", self.case, "--body", path)
        self.assertIn("another window", refused.err)
        window.close()
        again = self.window("Second words")
        self.assertIn("First words", again.began().partition("\n# ---")[0])
        self.assertEqual(again.end()[0], 0)
        self.assertEqual(self.body(), ["Second words"])

    def test_nothing_is_lost_when_the_editor_fails(self):
        code, complaint = self.window("Third words").end(1)
        self.assertEqual(code, 1)
        self.assertIn("kept", complaint)
        again = self.window("Fourth words")
        self.assertTrue(again.began().startswith("Third words\n"))
        again.end()

    def test_nothing_is_lost_when_the_service_is_away(self):
        window = self.window("Fifth words")
        self.service.stop()
        code, complaint = window.end()
        self.assertEqual(code, 75)
        self.assertEqual(len(complaint.strip().splitlines()), 1)
        self.assertIn(f"teduh reply {self.case}", complaint)
        self.service.start()
        again = self.window("Sixth words")
        self.assertTrue(again.began().startswith("Fifth words\n"))
        again.end()
        self.assertEqual(self.body(), ["Sixth words"])

    def test_a_note_is_written_in_the_editor_too(self):
        window = Window(self.anna, self.ground, self.case,
                        "called her mother", "note").wait_saved()
        self.assertIn("never sent", window.began())
        self.assertEqual(window.end(), (0, ""))
        note, = [i for i in self.anna("show", self.case)["items"]
                 if i["kind"] == "note"]
        self.assertEqual(note["text"], "called her mother")
        self.assertEqual(self.anna("drafts"), [])
        window = Window(self.anna, self.ground, self.case,
                        "nobody at home", "note").wait_saved()
        self.service.stop()
        code, complaint = window.end()
        self.assertEqual(code, 75)
        path = re.search(r"stands in '(/[^']*)'",
                         " ".join(complaint.split())).group(1)
        with open(path, encoding="utf-8") as f:
            self.assertIn("nobody at home", f.read())
        shutil.rmtree(os.path.dirname(path))

    def test_an_older_text_is_not_submitted(self):
        self.window("Old words").end()
        window = self.window("New words")
        self.assertEqual(self.anna.refused(
            "submit", f"{self.case}.d1").code, 1)
        window.end(1)
        refused = self.anna.refused("submit", f"{self.case}.d1")
        self.assertIn("teduh reply", refused.err)
        self.window("Newest words").end()
        self.anna("submit", f"{self.case}.d1")
        self.assertEqual(self.maria("review", f"{self.case}.d1")["body"],
                         "Newest words\n")

    def test_an_answer_in_review_is_not_written_twice(self):
        draft = self.reply(self.anna, self.case, "Once\n", "--submit")
        path = self.ground.file("twice.txt", "Twice\n")
        refused = self.anna.refused("reply", self.case, "--body", path)
        self.assertIn(draft, refused.err)
        self.maria("return", draft, "-m", "please say more")
        window = self.window("More words")
        self.assertIn("# please say more", window.began())
        window.end()
        self.anna("submit", draft)
