"""Of no mail that a list or a machine sent would one of our machines tell
anybody: every mail beside this tree is dressed up as if our own server
vouched for its writer and it was written to us, and then its marks decide."""

import email
import email.policy
import email.utils
import os
import re
import tempfile
import unittest

from lib import corpora

OWN, SERVER = b"help@example.org", b"mx.example.org"     # test_reading's
HEADERS = re.compile(rb"(?im)^(to|cc|return-path):")
COLLECTIONS = ("notmuch", "rt", "flanker", "libetpan-jwz", "mikel-mail",
               "talon", "mailparser-node")


def marks(message):
    """What RFC 3834 and its like know machines by, as another parser reads
    the headers."""
    found = [name.lower() for name in message.keys()
             if name.lower().startswith("list-")]
    precedence = " ".join(message.get_all("Precedence", [])).lower()
    found += re.findall(r"\b(bulk|list|junk)\b", precedence)
    submitted = str(message.get("Auto-Submitted", "no")).strip().lower()
    if not re.match(r"no\b", submitted):
        found.append("auto-submitted")
    if message.get_content_type() == "multipart/report":
        found.append("report")
    if str(message.get("Return-Path", "")).strip() == "<>":
        found.append("null-path")
    return found


def dressed(data, domain):
    """The same mail, to us, from somebody whom our server vouches for."""
    first = b""
    if data.startswith(b"From "):
        first, _, data = data.partition(b"\n")
        first += b"\n"
    head, gap, body = re.split(rb"(\r?\n\r?\n)", data, maxsplit=1)
    null = re.search(rb"(?im)^return-path:\s*<>", head) is not None
    head = HEADERS.sub(rb"X-Was-\1:", head)
    return (first + b"Authentication-Results: " + SERVER
            + b"; dmarc=pass header.from=" + domain.encode()
            + b"\nTo: " + OWN + b"\n"
            + (b"Return-Path: <>\n" if null else b"") + head + gap + body)


def mails(name):
    for base, _, names in os.walk(corpora.path_of(name)):
        for one in sorted(names):
            with open(os.path.join(base, one), "rb") as f:
                yield f.read()


@unittest.skipUnless(corpora.present(), corpora.ABSENT)
class Machines(unittest.TestCase):
    def test_none_of_them_is_answered(self):
        with tempfile.TemporaryDirectory() as folder:
            paths, known = [], []
            for name in COLLECTIONS:
                for data in mails(name):
                    message = email.message_from_bytes(
                        data, policy=email.policy.compat32)
                    sender = email.utils.parseaddr(
                        str(message.get("From", "")))[1]
                    domain = sender.rpartition("@")[2]
                    if not re.fullmatch(r"[A-Za-z0-9.-]+", domain) or \
                            not re.search(rb"\n\r?\n", data):
                        continue
                    paths.append(os.path.join(folder, str(len(paths))))
                    known.append(marks(message))
                    with open(paths[-1], "wb") as f:
                        f.write(dressed(data, domain))
            views = [one.view for one in corpora.read(paths)]
        marked = answered = 0
        for path, found, view in zip(paths, known, views):
            if view is None:
                continue
            answered += view["answerable"] and not found
            if found:
                marked += 1
                with self.subTest(path, marks=found):
                    self.assertFalse(view["answerable"], view["why"])
        # The dress alone makes the others answerable: the marks decide.
        self.assertGreater(marked, 200)
        self.assertGreater(answered, 20)
        print(f"# of {len(paths)} mails {marked} bear marks of machines or "
              f"lists, none is answered; {answered} others would be")


if __name__ == "__main__":
    unittest.main()
