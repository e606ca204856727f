"""The labelled letters of tests/corpora/triage, weighed by the rules.

A letter is a line: urgency, areas, '|', the words.  There are parts.
LANGUAGE.txt was there before the rules, by more-LANGUAGE.txt they were widened
(its first letters were measured before that); both have the author of the
rules, so that they are found says only that nothing was lost ("tried").
fresh2-LANGUAGE.txt (as most people write, who say what it is about) and
hints2-LANGUAGE.txt (who only hint at it) were written by somebody else, who
had not read the rules, and were weighed once, when they were done
(doc/security.md has the table); later the rules were changed by what they
showed, so they are "tried" as well.
fresh3-LANGUAGE.txt and hints3-LANGUAGE.txt are from the same other writer.
They were weighed once before that change and once after it; no rule was
changed by one of them, and nobody has looked at which of them are weighed
wrongly.
Many of LANGUAGE.txt are the same letter in three languages.

Letters are weighed by the rules of their own language and of English, as at a
desk that answers in both.
"""
import pathlib
import subprocess

from .ground import SOURCE, program

ROOT = pathlib.Path(SOURCE)
LANGUAGES = ("en", "et", "id")
PARTS = {"": "tried", "more-": "tried", "fresh2-": "tried",
         "hints2-": "tried", "fresh3-": "fresh 3", "hints3-": "hints 3"}


class Letter:
    def __init__(self, language, part, number, label, text):
        urgency, areas = label.split(" ", 1)
        self.language, self.part, self.number = language, part, number
        self.urgency, self.text = int(urgency), text
        self.areas = () if areas == "-" else tuple(areas.split(","))
        self.said = self.said_areas = self.rules = None


def letters(language):
    found = []
    for begin, part in PARTS.items():
        path = ROOT / f"tests/corpora/triage/{begin}{language}.txt"
        lines = [line for line in
                 path.read_text(encoding="utf-8").splitlines()
                 if line and not line.startswith("#")]
        for number, line in enumerate(lines, 1):
            label, text = line.split(" | ", 1)
            found.append(Letter(language, part, number, label, text))
    return found


def rule_files(language):
    wanted = [language] + (["en"] if language != "en" else [])
    return [str(path) for code in wanted for path in
            sorted((ROOT / "config/texts" / code / "rules").glob("*.txt"))]


def weigh():
    """All letters, each with what the rules say of it."""
    everything = []
    for language in LANGUAGES:
        some = letters(language)
        out = subprocess.run(
            [program("tests/lib/triage_weigh"), *rule_files(language)],
            input="".join(one.text + "\n" for one in some),
            capture_output=True, text=True, check=True, timeout=300).stdout
        rows = out.splitlines()
        assert len(rows) == len(some), (len(rows), len(some))
        for one, row in zip(some, rows):
            said, areas, rules = row.split("\t")
            one.said = int(said)
            one.said_areas = tuple(a for a in areas.split(",") if a)
            one.rules = rules
        everything += some
    return everything


def share(part, whole):
    return None if whole == 0 else part / whole


def figures(some, urgency):
    """Recall and precision of one urgency, and of at least that much."""
    true = [one for one in some if one.urgency == urgency]
    said = [one for one in some if one.said == urgency]
    both = [one for one in true if one.said == urgency]
    high = [one for one in some if one.urgency >= urgency]
    high_said = [one for one in some if one.said >= urgency]
    high_both = [one for one in high if one.said >= urgency]
    return {"letters": len(true), "recall": share(len(both), len(true)),
            "precision": share(len(both), len(said)),
            "at_least": share(len(high_both), len(high)),
            "at_least_precision": share(len(high_both), len(high_said))}
