#!/usr/bin/env python3
"""Is this a message that every mail program reads as we meant it?

  compose_check.py [EXPECTED.json] < MESSAGE

Parses one composed message with another parser than ours, under the
strictest policy, and looks at the bytes: CRLF only, folding, exactly one of
each field that must be single.  EXPECTED may have from_name, from, to,
reply_to, subject, text, in_reply_to, references, date (Unix seconds),
auto_submitted and attachments ([{name, type, hex}]); what it lacks is not
compared.  Exit 0, or 1 with one line on stderr.
"""
import base64
import email
import email.errors
import email.message
import email.policy
import json
import re
import sys

SINGLE = ("From", "To", "Date", "Message-ID", "Subject", "MIME-Version",
          "Content-Type")
AT_MOST_ONE = ("Reply-To", "In-Reply-To", "References", "Auto-Submitted",
               "Content-Transfer-Encoding")
NEVER = ("Cc", "Bcc", "Sender", "User-Agent", "X-Mailer", "Received",
         "Return-Path", "Precedence", "Resent-To")
WORD = re.compile(rb"=\?[^?]+\?([qb])\?([^?]*)\?=")


class Wrong(Exception):
    pass


def need(true, what):
    if not true:
        raise Wrong(what)


def check_lines(raw):
    need(raw.endswith(b"\r\n"), "does not end with CRLF")
    need(not raw.endswith(b"\r\n\r\n"), "ends with an empty line")
    need(b"\n" not in raw.replace(b"\r\n", b"")
         and b"\r" not in raw.replace(b"\r\n", b""), "a bare CR or LF")
    need(b"\0" not in raw, "a NUL")
    for line in raw.split(b"\r\n"):
        need(len(line) <= 998, "a line over 998")
        need(not line.startswith((b".", b"From ")), "a touchy line")


def decode_word(word):
    """Strictly, and by itself: no character may be split."""
    data = word[2]
    if word[1] == b"b":
        data = base64.b64decode(data, validate=True)
    else:
        data = re.sub(rb"=([0-9A-F]{2})", lambda m: bytes([int(m[1], 16)]),
                      data.replace(b"_", b" "))
    return data.decode("utf-8")


def sender_name(header, parsed):
    """
    The display name in From.  Python before 3.13 keeps the space between two
    encoded-words of a phrase, which RFC 2047 section 6.2 says to drop.
    """
    value = re.search(rb"(?m)^From: ((?:.|\r\n )*?)\r\n(?! )", header)[1]
    words = list(WORD.finditer(value))
    if len(words) < 2:
        return parsed
    need(re.fullmatch(rb"(?:\r\n)? <\S+>", value[words[-1].end():]),
         "an odd From")
    gaps = [value[a.end():b.start()] for a, b in zip(words, words[1:])]
    need(words[0].start() == 0 and set(gaps) <= {b" ", b"\r\n "},
         "an odd From")
    return "".join(map(decode_word, words))


def check_header(header):
    """Folded at 78; longer only where an address or id leaves no choice."""
    for line in header.split(b"\r\n"):
        need(line.strip(), "an empty header line")
        need(line == line.rstrip(), "a header line ends with a blank")
        name, _, value = line.partition(b": ")
        token = line[1:] if line[:1] == b" " else value
        need(len(line) <= 78 or (b" " not in token and b"@" in token),
             "a header line over 78 that could be folded")
        need(line[:1] == b" " or re.match(rb"[A-Za-z-]+: \S", line),
             "a header line without name and value")
        for word in WORD.finditer(line):
            need(len(word.group()) <= 75, "an encoded-word over 75")
            decode_word(word)


def check_body(part, raw_body):
    coding = part["Content-Transfer-Encoding"]
    need(coding in ("quoted-printable", "base64"), "another encoding")
    for line in raw_body.split("\n"):
        need(len(line) <= 76, "an encoded line over 76")
        need(line == line.rstrip(), "an encoded line ends with a blank")
        if coding == "quoted-printable":
            need(re.fullmatch(r"(?:=[0-9A-F]{2}|[\t -<>-~])*=?", line),
                 "not quoted-printable")
        else:
            need(re.fullmatch(r"[A-Za-z0-9+/]*={0,2}", line), "not base64")


def compare(expected, key, value):
    if key in expected:
        need(value == expected[key],
             f"{key} is {value!r}, not {expected[key]!r}")


def check_fields(message, header, expected):
    for name in SINGLE:
        need(len(message.get_all(name, [])) == 1, f"not exactly one {name}")
    for name in AT_MOST_ONE:
        need(len(message.get_all(name, [])) <= 1, f"more than one {name}")
    for name in NEVER:
        need(name not in message, f"a {name}")
    need(message.defects == [], f"defects: {message.defects}")
    for name, value in message.items():
        defects = [d for d in getattr(value, "defects", ())
                   if not isinstance(d, email.errors.NonASCIILocalPartDefect)]
        need(not defects, f"{name}: {defects}")
    for name in ("From", "To"):
        need(len(message[name].addresses) == 1, f"not one address in {name}")
    sender, = message["From"].addresses
    compare(expected, "from_name", sender_name(header + b"\r\n",
                                               sender.display_name))
    compare(expected, "from", sender.addr_spec)
    compare(expected, "to", message["To"].addresses[0].addr_spec)
    need(message["To"].addresses[0].display_name == "", "To has a name")
    if "reply_to" in expected:
        compare(expected, "reply_to", message["Reply-To"]
                and message["Reply-To"].addresses[0].addr_spec)
    compare(expected, "subject", str(message["Subject"]))
    compare(expected, "message_id", str(message["Message-ID"]))
    compare(expected, "in_reply_to", message["In-Reply-To"])
    compare(expected, "references", message.get("References", "").split())
    compare(expected, "auto_submitted", message["Auto-Submitted"])
    need(str(message["Date"]).endswith(" +0000"), "Date is not UTC +0000")
    compare(expected, "date", int(message["Date"].datetime.timestamp()))


def check_parts(message, expected):
    parts = list(message.iter_parts()) if message.is_multipart() else []
    need(not message.is_multipart() or (
        message.get_content_type() == "multipart/mixed" and len(parts) > 1
        and not message.preamble and not message.epilogue),
        "an odd multipart")
    text = parts[0] if parts else message
    need(text.get_content_type() == "text/plain"
         and text.get_content_charset() == "utf-8", "no utf-8 text/plain")
    # The line end of every part is data; the empty line is the boundary's.
    for part in parts or [message]:
        check_body(part, part.get_payload().replace("\r\n", "\n"))
    content = text.get_payload(decode=True).decode("utf-8")
    need("\n" not in content.replace("\r\n", ""), "bare LF in the text")
    content = content.replace("\r\n", "\n")
    need(content.endswith("\n") and not content.endswith("\n\n"),
         "the text does not end with one line end")
    compare(expected, "text", content)
    compare(expected, "attachments", [
        {"name": part.get_filename(), "type": part.get_content_type(),
         "hex": part.get_payload(decode=True).hex()} for part in parts[1:]])
    for part in parts[1:]:
        need(part.get_content_disposition() == "attachment",
             "not an attachment")
        need(part.defects == [], f"defects: {part.defects}")


def check(raw, expected):
    check_lines(raw)
    header = raw.partition(b"\r\n\r\n")[0]
    check_header(header)
    boundary = re.search(rb'boundary="([^"]+)"', header)
    if boundary:
        need(boundary[1].startswith(b"=_"), "a boundary that text can hold")
        for part in raw.split(b"--" + boundary[1] + b"\r\n")[1:]:
            check_header(part.partition(b"\r\n\r\n")[0])
    # Only an address may be other than ASCII (RFC 6532), and as UTF-8.
    utf8 = not header.isascii()
    policy = email.policy.strict.clone(
        raise_on_defect=True, utf8=utf8, linesep="\r\n",
        message_factory=email.message.EmailMessage)
    message = email.message_from_string(raw.decode("utf-8"), policy=policy)
    check_fields(message, header, expected)
    check_parts(message, expected)


def main():
    expected = {}
    if len(sys.argv) > 1:
        with open(sys.argv[1], encoding="utf-8") as file:
            expected = json.load(file)
    try:
        check(sys.stdin.buffer.read(), expected)
    except Exception as wrong:      # any defect that the parser raises, too
        print(f"{type(wrong).__name__}: {wrong}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
