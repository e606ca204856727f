"""The mails that other projects test with, where they stand beside this tree
(../shared/corpora): read in batches through the reader's walls, compared with
what their owners say of them, and counted.

No mail of theirs is in this tree.  What we read otherwise than they do stands
in tests/corpora/NAME.reasons, a line each: `MAIL FIELD: reason`.  A
disagreement that is not listed fails, and so does a line that is no longer
true."""

import json
import os
import subprocess

from lib import ground

FOLDER = os.path.join(os.path.dirname(ground.SOURCE), "shared", "corpora")
REASONS = os.path.join(ground.SOURCE, "tests", "corpora")
# It sends letters through desk/reading.c and is its own helper.
DRIVER = ground.program("tests/unit/test_reading")
BATCH = 200
ABSENT = "the other projects' mails do not stand beside this tree"


def present(name=""):
    return os.path.isdir(os.path.join(FOLDER, name))


def path_of(*names):
    return os.path.join(FOLDER, *names)


class Read:
    """What became of one mail: milliseconds, fate, and its view."""

    def __init__(self, ms, fate, view):
        self.ms, self.fate, self.view = ms, fate, view


def read(paths):
    """[Read] in the order of the paths; one helper for a whole batch."""
    found = []
    for start in range(0, len(paths), BATCH):
        batch = paths[start:start + BATCH]
        done = subprocess.run([DRIVER, "--view", *batch], check=True,
                              stdin=subprocess.DEVNULL, timeout=1000,
                              stdout=subprocess.PIPE)
        lines = iter(done.stdout.decode().split("\n"))
        for path in batch:
            line = next(lines)
            assert line.startswith(path + " "), line
            ms, fate = line[len(path) + 1:].split(" ", 1)
            view = json.loads(next(lines)) if fate == "read" else None
            found.append(Read(int(ms), fate, view))
    return found


class Tally:
    """Fields right and wrong, and whether each wrong one has its reason."""

    def __init__(self, name):
        self.name, self.right, self.wrong = name, 0, {}
        self.reasons = {}
        with open(os.path.join(REASONS, name + ".reasons"),
                  encoding="utf-8") as f:
            for line in f:
                if line.strip() and not line.startswith("#"):
                    what, _, why = line.strip().partition(": ")
                    assert why, f"{name}.reasons: no reason in '{line}'"
                    self.reasons[what] = why

    def compare(self, mail, field, ours, theirs):
        if ours == theirs:
            self.right += 1
        else:
            self.wrong[f"{mail} {field}"] = (ours, theirs)

    def share(self):
        return self.right / max(1, self.right + len(self.wrong))

    def check(self, test):
        """Every disagreement is listed, and every listed one is one."""
        for what, (ours, theirs) in sorted(self.wrong.items()):
            with test.subTest(what):
                self_said = f"we: {ours!r}\nthey: {theirs!r}"
                test.assertIn(what, self.reasons, self_said)
        for what in sorted(self.reasons):
            with test.subTest(what):
                test.assertIn(what, self.wrong, "it agrees by now")

    def line(self):
        return (f"{self.name}: {self.right} fields right, "
                f"{len(self.wrong)} otherwise, each with its reason")
