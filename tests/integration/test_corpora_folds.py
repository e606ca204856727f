"""Quotes and signatures of real mail programs: ../shared/corpora/talon and
erp-*.  What the person wrote is known from the expectations of their owners;
none of it may be folded, whatever the price.  Of the rest a good share is
found."""

import glob
import os
import tempfile
import unittest

from lib import corpora

PLAIN = b"Subject: s\nContent-Type: text/plain; charset=utf-8\n\n"
HTML = b"Subject: s\nContent-Type: text/html; charset=utf-8\n\n"
HTML_REPLY = ["Hi. I am fine.", "Thanks,", "Alex"]
# How talon's tests mark a signature's lines.
MARK = "#sig#"


class Sample:
    """A mail, and whether a line of its text is the person's own.  Each own
    line must be among the lines of the text, once for each time it is
    named."""

    def __init__(self, name, mail, own):
        self.name, self.mail, self.own = name, mail, [
            line.strip() for line in own if line.strip()]


def read(path):
    with open(path, "rb") as f:
        return f.read()


def text(path):
    return read(path).decode("utf-8").replace(MARK, "")


def own_lines():
    """{mail: [(first, last)]}"""
    found = {}
    with open(os.path.join(corpora.REASONS, "folds.own"),
              encoding="utf-8") as f:
        for line in f:
            if not line.startswith("#"):
                name, _, ranges = line.partition(": ")
                found[name] = [tuple(int(n) for n in one.split("-"))
                               for one in ranges.split()]
    return found


def reply_parsers(corpus):
    ranges = own_lines()
    for path in sorted(glob.glob(corpora.path_of(corpus, "*.txt"))):
        name = os.path.basename(path)[:-4]
        lines = text(path).split("\n")
        own = [line for first, last in ranges[name]
               for line in lines[first - 1:last]]
        yield Sample(f"{corpus}/{name}", PLAIN + read(path), own)


def talon():
    for path in sorted(glob.glob(corpora.path_of("talon",
                                                 "standard_replies",
                                                 "*.eml"))):
        yield Sample(path, read(path), ["Hello"])
    for path in sorted(glob.glob(corpora.path_of("talon", "html_replies",
                                                 "*.html"))):
        yield Sample(path, HTML + read(path), HTML_REPLY)
    path = corpora.path_of("talon", "reply-quotations-share-block.eml")
    yield Sample(path, read(path), ["Joe XXX"])
    path = corpora.path_of("talon", "reply-separated-by-hr.html")
    yield Sample(path, HTML + read(path), ["Hi", "there", "Bob"])
    path = corpora.path_of("talon", "OLK_SRC_BODY_SECTION.html")
    yield Sample(path, HTML + read(path), ["Reply"])
    for path in sorted(glob.glob(corpora.path_of("talon", "signature",
                                                 "emails", "*",
                                                 "*_body"))):
        sign = path[:-5] + "_signature"
        signature = text(sign).split("\n") if os.path.exists(sign) else [
            line.replace(MARK, "") for line in
            read(path).decode("utf-8").split("\n") if MARK in line]
        signature = [line.strip() for line in signature]
        yield Sample(path, PLAIN + text(path).encode(), [
            line for line in text(path).split("\n")
            if line.strip() not in signature])


def judge(test, sample, view):
    """(lines that are not the person's own, those of them that are
    folded); a hidden own line fails."""
    folded = {n for first, last in view["folded"]
              for n in range(first, last + 1)}
    waiting = list(sample.own)
    others = hidden = 0
    for n, line in enumerate(view["text"].split("\n"), 1):
        line = line.strip()
        # The first line that says it: a quote of it comes after it.
        if line in waiting and n not in folded:
            waiting.remove(line)
        elif line:
            others += 1
            hidden += n in folded
    test.assertEqual(waiting, [], f"{sample.name}: own words are folded")
    return others, hidden


@unittest.skipUnless(corpora.present("talon"), corpora.ABSENT)
class Folds(unittest.TestCase):

    def check(self, name, samples, share):
        samples = list(samples)
        self.assertGreater(len(samples), 20)
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for n, sample in enumerate(samples):
                paths.append(os.path.join(folder, str(n)))
                with open(paths[-1], "wb") as f:
                    f.write(sample.mail)
            found = corpora.read(paths)
        others = hidden = 0
        for sample, one in zip(samples, found):
            with self.subTest(sample.name):
                more, folded = judge(self, sample, one.view)
                others += more
                hidden += folded
        print(f"# {name}: {len(samples)} mails, 0 own lines folded, "
              f"{hidden} of {others} lines of quotes and signatures folded")
        self.assertGreaterEqual(hidden / others, share)

    def test_github(self):
        self.check("erp-github", reply_parsers("erp-github"), 0.8)

    def test_zapier(self):
        self.check("erp-zapier", reply_parsers("erp-zapier"), 0.8)

    def test_talon(self):
        self.check("talon", talon(), 0.7)


if __name__ == "__main__":
    unittest.main()
