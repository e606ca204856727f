"""kill -9 of the command line at every step that can be seen from outside,
and in the middle of everything that it writes: no word of an answer is lost,
none lies in clear on a disk, nothing is there twice."""

import glob
import os
import shutil
import tempfile
import unittest

from lib import steps
from lib.crash import check_store
from lib.ground import Ground, wait_for
from lib.intruder import Town, contains, peek
from lib.mails import lines
from lib.teduh import Service

WORDS = "Kallis sina, need on minu sonad {}"

# Writes its words, says so, and ends.  When there are none it leaves the file
# as it is, and shows what it began with.
EDITOR = """#!/bin/sh
cat "$1" >"$BEGAN"
if [ -n "$WORDS" ]; then
	printf '%s\\n' "$WORDS" >"$1"
	: >"$SAVED"
fi
"""


class Killed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ground = Ground()
        cls.addClassCleanup(cls.ground.close)
        cls.town = Town(cls.ground, Service(cls.ground))
        # What teduh calls memory, and what it would call the disk.
        cls.memory = tempfile.mkdtemp(prefix="teduh-story.", dir="/dev/shm")
        cls.addClassCleanup(shutil.rmtree, cls.memory)
        cls.disk = cls.ground.dir("disk", 0o700)
        cls.outside = cls.ground.dir("outside", 0o700)
        cls.town.anna.env.update(XDG_RUNTIME_DIR=cls.memory,
                                 TMPDIR=cls.disk)
        cls.editor = cls.ground.file("editor", EDITOR, 0o755)
        cls.began = f"{cls.outside}/began"
        cls.saved = f"{cls.outside}/saved"

    def words(self, text):
        return self.ground.file("outside/words.txt", text + "\n")

    def drafts(self, case):
        return peek(self.town.service, "SELECT no, state FROM draft WHERE "
                    "case_id = ? AND state != 'discarded'", case)

    def body(self, draft):
        return lines(self.town.anna("review", draft)["body"])

    def nothing_in_clear(self, text):
        for place in (self.town.anna.home, self.disk):
            self.assertEqual(contains(place, text.encode()), [])

    def nothing_left(self, case):
        """All is with the service: no copy, no folder, no half file."""
        home = self.town.anna.home
        self.assertEqual(glob.glob(f"{home}/drafts/{case}-p1"), [])
        self.assertEqual(os.listdir(self.memory), [])
        self.assertEqual(glob.glob(f"{home}/**/*.new", recursive=True), [])

    def kill_reply(self, case, at, half):
        """reply --body, killed; then again, and all is as if it never was.
        True when it was killed."""
        anna, text = self.town.anna, WORDS.format(f"{at} {half}")
        path = self.words(text)
        run = steps.Run(self.ground, anna, "reply", case, "--body", path,
                        at=at, half=half)
        with self.subTest(at=at, half=half):
            self.assertIn(run.code, (0, -9), run.err)
            self.nothing_in_clear(text)
            self.assertLessEqual(len(self.drafts(case)), 1)
            draft = anna("reply", case, "--body", path)["id"]
            self.assertEqual(self.body(draft), [text])
            self.assertEqual(len(self.drafts(case)), 1)
            self.nothing_left(case)
            if at % 8 == 0:         # then a new one, not only a new revision
                anna("discard", draft)
        return run.killed

    def test_reply_with_a_file(self):
        case = self.town.letter()
        self.town.anna("show", case)
        count = steps.every(lambda at, half: self.kill_reply(case, at, half))
        self.assertGreater(count, 30)
        check_store(self, self.town.service)

    def edit(self, case, text, at=0, half=False):
        for path in (self.began, self.saved):
            if os.path.exists(path):
                os.unlink(path)
        return steps.Run(
            self.ground, self.town.anna, "reply", case, at=at, half=half,
            env={"EDITOR": self.editor, "BEGAN": self.began,
                 "SAVED": self.saved, "WORDS": text})

    def again(self, case):
        """The next reply; the editor that was left behind may still hold the
        answer for a moment."""
        def once():
            run = self.edit(case, "")
            return None if b"another window" in run.err else run
        return wait_for("the editor to let go", once, 60)

    def kill_edit(self, case, at, half):
        anna, text = self.town.anna, WORDS.format(f"{at} {half}")
        run = self.edit(case, text, at, half)
        with self.subTest(at=at, half=half):
            self.assertIn(run.code, (0, -9), run.err)
            written = os.path.exists(self.saved)
            self.nothing_in_clear(text)
            if run.killed and at % 4 == 0:
                anna.run("drafts")          # which sweeps
                self.nothing_in_clear(text)
            after = self.again(case)
            if written:
                self.assertEqual(after.code, 0, after.err)
                with open(self.began, encoding="utf-8") as f:
                    self.assertEqual(f.readline(), text + "\n")
                row, = self.drafts(case)
                self.assertEqual(self.body(f"{case}.d{row['no']}"), [text])
            self.assertLessEqual(len(self.drafts(case)), 1)
            self.nothing_left(case)
            for row in self.drafts(case):
                anna("discard", f"{case}.d{row['no']}")
        return run.killed

    def test_reply_in_an_editor(self):
        case = self.town.letter()
        self.town.anna("show", case)
        count = steps.every(lambda at, half: self.kill_edit(case, at, half))
        self.assertGreater(count, 40)
        check_store(self, self.town.service)

    def kill_submit(self, at, half):
        anna, text = self.town.anna, WORDS.format(f"{at} {half}")
        case = self.town.letter()
        anna("show", case)
        draft = anna("reply", case, "--body", self.words(text))["id"]
        run = steps.Run(self.ground, anna, "submit", draft, at=at, half=half)
        with self.subTest(at=at, half=half):
            self.assertIn(run.code, (0, -9), run.err)
            self.nothing_in_clear(text)
            row, = self.drafts(case)
            self.assertIn(row["state"], ("open", "submitted"))
            self.assertEqual(self.body(draft), [text])
            said = anna.run("submit", draft)
            self.assertEqual(said.code, 0 if row["state"] == "open" else 1,
                             said)
            answers, = peek(self.town.service, "SELECT count(*) AS n FROM "
                            "item WHERE case_id = ? AND kind = 'answer'",
                            case)
            self.assertEqual(answers["n"], 1)
            shown = self.town.maria("review", draft)
            self.assertEqual(lines(shown["body"]), [text])
        return run.killed

    def test_submit(self):
        count = steps.every(self.kill_submit)
        self.assertGreater(count, 15)
        check_store(self, self.town.service)


if __name__ == "__main__":
    unittest.main()
