"""Our view of a mail against the structure and the decoded parts that another
parser finds in it: ../shared/corpora/mime4j (with the hard ones of
mimetools).

Each leaf that they see must be in our view: its words in the text, or its
bytes among the attachments, under its type.  Of an alternative one branch is
enough.  A message inside is one leaf to us."""

import glob
import hashlib
import os
import re
import unittest
import xml.dom.minidom

from lib import corpora

TYPE = re.compile(r"(?is)^\s*content-type\s*:\s*([^;\s]+/[^;\s]+)")


def elements(node, *names):
    return [n for n in node.childNodes
            if n.nodeType == n.ELEMENT_NODE and n.tagName in names]


def type_of(node):
    """As its header says, or what RFC 2046 says about none."""
    for head in elements(node, "header"):
        for field in elements(head, "field"):
            found = TYPE.match(field.firstChild.data)
            if found:
                return found.group(1).lower()
    return "text/plain"


class Leaf:
    """A part without parts: its number, type, file, and the alternative
    that it is a branch of."""

    def __init__(self, number, kind, name, choice):
        self.number, self.kind, self.name = number, kind, name
        self.choice = choice


def leaves(node, number, choice, top=True):
    """Their tree as a list."""
    found = []
    for body in elements(node, "text-body", "binary-body"):
        found.append(Leaf(number, type_of(node), body.getAttribute("name"),
                          choice))
    if elements(node, "message"):
        found.append(Leaf(number, "message/rfc822", None, choice))
    for whole in elements(node, "multipart"):
        inner = number if type_of(node) == "multipart/alternative" else (
            choice)
        for i, part in enumerate(elements(whole, "body-part"), 1):
            found += leaves(part, f"{number}.{i}", inner, False)
    return found


def hashes(data):
    """Of its bytes, however their lines end."""
    lf = data.replace(b"\r\n", b"\n")
    return {hashlib.sha256(d).hexdigest() for d in (
        data, lf, lf.replace(b"\n", b"\r\n"), lf.rstrip(b"\n"))}


def words(data):
    return re.findall(r"\w+", data)


def decode(data):
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("windows-1252", "replace")


def within(few, many):
    return " ".join(few) in " ".join(many)


class Where:
    """Where each leaf went in our view."""

    def __init__(self, view, folder):
        self.text = words(view["text"])
        self.folder = folder
        self.attached = {a["sha256"]: a["type"] for a in view["attachments"]}
        self.types = sorted(a["type"] for a in view["attachments"])

    def of(self, leaf):
        if leaf.name is None:
            return "attached" if leaf.kind in self.types else "nowhere"
        with open(os.path.join(self.folder, leaf.name), "rb") as f:
            data = f.read()
        if any(h in self.attached for h in hashes(data)):
            return "attached"
        if re.match("text/(plain|html)$", leaf.kind):
            text = decode(data)
            if leaf.kind == "text/html":
                text = re.sub(r"(?s)<[^>]*>", " ", text)
            if within(words(text), self.text):
                return "shown"
        return "nowhere"


def compare(tally, name, tree, read, folder):
    tally.compare(name, "readable", read.fate, "read")
    if read.view is None:
        return
    where = Where(read.view, folder)
    found = [(leaf, where.of(leaf)) for leaf in
             leaves(tree.documentElement, "1", None)]
    chosen = {leaf.choice for leaf, place in found
              if leaf.choice is not None and place != "nowhere"}
    listed = []
    for leaf, place in found:
        spare = leaf.choice in chosen and place == "nowhere"
        tally.compare(name, f"part-{leaf.number}",
                      "in the view" if place != "nowhere" or spare else
                      "nowhere", "in the view")
        if place == "attached":
            listed.append(leaf.kind)
    tally.compare(name, "types", where.types, sorted(listed))


@unittest.skipUnless(corpora.present("mime4j"), corpora.ABSENT)
class Mime4j(unittest.TestCase):

    def test_parts_agree_or_have_their_reason(self):
        tally = corpora.Tally("mime4j")
        paths = [p for p in sorted(glob.glob(
            corpora.path_of("mime4j", "*", "*.msg")))
            if os.path.exists(p[:-4] + "_decoded.xml")]
        self.assertGreater(len(paths), 60)
        for path, read in zip(paths, corpora.read(paths)):
            compare(tally, os.path.basename(path)[:-4],
                    xml.dom.minidom.parse(path[:-4] + "_decoded.xml"), read,
                    os.path.dirname(path))
        print("# " + tally.line())
        self.assertGreaterEqual(tally.share(), 0.95)
        tally.check(self)


if __name__ == "__main__":
    unittest.main()
