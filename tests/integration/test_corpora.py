"""Every mail of every collection beside this tree ends readable or
unreadable, in time, and no reader dies of it: single files, mbox files taken
apart, pages of HTML as the body of a mail.  Prints a line per collection."""

import os
import re
import tempfile
import unittest

from lib import corpora

LETTER_MS = 5500
# What their owners keep beside their mails; read all the same, not counted.
NO_MAIL = (".md", ".xml", ".json", ".bin", ".out", ".gz", ".zip", ".pdf",
           ".png", ".gif", ".tiff", ".imap", ".gitignore", "COPYING",
           "LICENSE.txt", "README", "README.txt")
DECODED = re.compile(r"_decoded_[0-9_]+\.txt$")
HTML = b"Subject: page\nContent-Type: text/html\n\n"


def is_mail(path):
    return not path.endswith(NO_MAIL) and DECODED.search(path) is None


def mails_of(path):
    """[(bytes, counts as a mail)] of one file."""
    with open(path, "rb") as f:
        data = f.read()
    if path.endswith(".html"):
        return [(HTML + data, True)]
    found = [(data, is_mail(path))]
    if path.endswith(".mbox"):
        box = re.split(rb"(?m)^(?=From [^\n]*\d\d:\d\d)", data)
        found = [(one, True) for one in box if one.startswith(b"From ")]
    return found or [(data, False)]


def files_below(folder):
    for base, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            yield os.path.join(base, name)


@unittest.skipUnless(corpora.present(), corpora.ABSENT)
class Corpora(unittest.TestCase):

    def fates(self, name, folder):
        mails = [(path, data, counts)
                 for path in files_below(corpora.path_of(name))
                 for data, counts in mails_of(path)]
        paths = []
        for n, (_, data, _) in enumerate(mails):
            paths.append(os.path.join(folder, f"{name}-{n}"))
            with open(paths[-1], "wb") as f:
                f.write(data)
        found = {"read": 0, "unreadable": 0}
        for (path, _, counts), read in zip(mails, corpora.read(paths)):
            self.assertLess(read.ms, LETTER_MS, path)
            self.assertNotIn("crashed", read.fate, path)
            self.assertNotIn("must not", read.fate, path)
            self.assertNotEqual("ERROR", read.fate, path)
            if counts:
                found["read" if read.view else "unreadable"] += 1
            if counts and not read.view:
                print(f"# {path}: {read.fate}")
        return found

    def test_every_mail_ends_read_or_unreadable(self):
        names = sorted(os.listdir(corpora.path_of()))
        total = 0
        for name in names:
            if not os.path.isdir(corpora.path_of(name)):
                continue
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                found = self.fates(name, folder)
                total += sum(found.values())
                print(f"# {name}: {sum(found.values())} mails, "
                      f"{found['read']} read, "
                      f"{found['unreadable']} unreadable")
        self.assertGreater(total, 1000)


if __name__ == "__main__":
    unittest.main()
