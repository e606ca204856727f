"""Our view of a mail against the tree that another parser makes of it, field
by field: ../shared/corpora/stalwart (rfc and legacy), with LF and with CRLF.

A tree is JSON: headers as they were understood, text already decoded, and
which of the parts are the text and which are attachments (RFC 8621 4.1.4)."""

import datetime
import glob
import hashlib
import html
import json
import os
import re
import tempfile
import unittest

from lib import corpora


def header(tree, name):
    """The value of the first such header, without its type."""
    for field in tree["parts"][0]["headers"]:
        if field["name"] == name:
            value = field["value"]
            return value if isinstance(value, str) else (
                list(value.values())[0])
    return None


def people(value):
    """[(name, address)] of a list or of groups."""
    if not isinstance(value, dict):
        return []
    people_ = value.get("List", [])
    for group in value.get("Group", []):
        people_ = people_ + group["addresses"]
    return [(p.get("name"), p.get("address")) for p in people_]


def ours(persons):
    return [(p["name"], p["address"]) for p in persons]


def date(value):
    if not isinstance(value, dict):
        return None
    sign = -1 if value["tz_before_gmt"] else 1
    zone = datetime.timezone(sign * datetime.timedelta(
        hours=value["tz_hour"], minutes=value["tz_minute"]))
    when = datetime.datetime(*(value[part] for part in (
        "year", "month", "day", "hour", "minute", "second")), tzinfo=zone)
    return when.astimezone(datetime.timezone.utc).strftime(
        "%Y-%m-%dT%H:%M:%SZ")


def words(text):
    """Where blanks and line ends stand is layout, not text."""
    return text.split()


def plain(page):
    """The words of an HTML page, roughly."""
    page = re.sub(r"(?is)<(style|script|title|head).*?</\1\s*>", " ", page)
    page = re.sub(r"<[^>]*>", " ", page)
    return html.unescape(page)


def kind(part):
    return list(part["body"])[0]


def body_text(tree):
    """The text that they would show first: their text parts in a row."""
    found = []
    for i in tree["text_body"]:
        part = tree["parts"][i]
        if kind(part) == "Html":
            found += words(plain(part["body"]["Html"]))
        elif kind(part) == "Text":
            found += words(part["body"]["Text"])
    return found


def charset(part):
    for field in part["headers"]:
        if field["name"] == "content_type":
            for a in field["value"]["ContentType"]["attributes"] or []:
                if a["name"] == "charset":
                    return a["value"]
    return "utf-8"


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def attachment(part, raw):
    """The hash of the attachment's bytes."""
    body = part["body"]
    if "Message" in body:
        return sha256(raw[part["offset_body"]:part["offset_end"]])
    if kind(part) in ("Text", "Html"):
        try:
            return sha256(body[kind(part)].encode(charset(part)))
        except (LookupError, UnicodeError):
            return sha256(body[kind(part)].encode())
    return sha256(bytes(body[kind(part)]))


def compare(tally, name, tree, raw, read):
    view = read.view
    tally.compare(name, "readable", read.fate, "read")
    if view is None:
        return
    sender = people(header(tree, "from"))
    tally.compare(name, "subject", view["subject"] or None,
                  header(tree, "subject"))
    tally.compare(name, "from", ours([view["from"]] if view["from"] else []),
                  sender)
    tally.compare(name, "date", view["date"], date(header(tree, "date")))
    for field in ("to", "cc"):
        tally.compare(name, field, ours(view[field]),
                      people(header(tree, field)))
    tally.compare(name, "reply_to", ours(
        [view["reply_to"]] if view["reply_to"] else []),
        people(header(tree, "reply_to")))
    tally.compare(name, "text", words(view["text"]), body_text(tree))
    tally.compare(name, "attachments",
                  sorted(a["sha256"] for a in view["attachments"]),
                  sorted(attachment(tree["parts"][i], raw)
                         for i in tree["attachments"]))


def expected(entry):
    """What a table of single header values says, without its type."""
    value = entry["expected"]
    if isinstance(value, dict) and "DateTime" in value:
        return value["DateTime"]
    return value


def text_of(value):
    return list(value.values())[0] if isinstance(value, dict) else value


# A table of single header values: the header, our member, their meaning.
TABLES = {
    "address": (b"To: ", lambda view: ours(view["to"]), people),
    "date": (b"Date: ", lambda view: view["date"], date),
    "unstructured": (b"Subject: ", lambda view: view["subject"], text_of),
}


@unittest.skipUnless(corpora.present("stalwart"), corpora.ABSENT)
class Stalwart(unittest.TestCase):

    def test_header_values_agree_or_have_their_reason(self):
        tally = corpora.Tally("stalwart-tables")
        for name, (header_, member, meaning) in TABLES.items():
            with open(corpora.path_of("stalwart", name + ".json"),
                      encoding="utf-8") as f:
                entries = json.load(f)
            self.assertGreater(len(entries), 20)
            with tempfile.TemporaryDirectory() as folder:
                paths = []
                for n, entry in enumerate(entries):
                    paths.append(os.path.join(folder, str(n)))
                    with open(paths[-1], "wb") as f:
                        f.write(header_ + entry["header"].rstrip("\n")
                                .encode() + b"\nX: y\n\nbody\n")
                found = corpora.read(paths)
            for n, (entry, one) in enumerate(zip(entries, found)):
                tally.compare(name, str(n), member(one.view),
                              meaning(expected(entry)))
        print("# " + tally.line())
        tally.check(self)

    def test_fields_agree_or_have_their_reason(self):
        tally = corpora.Tally("stalwart")
        mails = []
        for path in sorted(glob.glob(corpora.path_of("stalwart", "eml", "*",
                                                     "*.eml"))):
            with open(path, "rb") as f:
                raw = f.read().replace(b"\r\n", b"\n")
            mails += [(path, ".json", raw),
                      (path, ".crlf.json", raw.replace(b"\n", b"\r\n"))]
        self.assertGreater(len(mails), 100)
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for n, (_, _, raw) in enumerate(mails):
                paths.append(os.path.join(folder, str(n)))
                with open(paths[-1], "wb") as f:
                    f.write(raw)
            read = corpora.read(paths)
        for (path, end, raw), found in zip(mails, read):
            group, base = path.split(os.sep)[-2:]
            with open(path[:-4] + end, encoding="utf-8") as f:
                tree = json.load(f)
            compare(tally, group + "/" + base[:-4] + end[:-5], tree, raw,
                    found)
        print("# " + tally.line())
        self.assertGreaterEqual(tally.share(), 0.95)
        tally.check(self)


if __name__ == "__main__":
    unittest.main()
