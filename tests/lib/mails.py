"""Mails as people send them, and what a mail of ours must look like."""

import email
import email.policy
from email.message import EmailMessage
from email.utils import format_datetime
import datetime
import itertools

NUMBERS = itertools.count(1)
STRICT = email.policy.default.clone(raise_on_defect=True)


def mail(sender="seeker-a@example.org", to="desk@desk.example",
         subject="A question", text="Hello, may I ask something?\n",
         message_id="<letter-1@example.org>", attachments=(), name=None,
         **headers):
    """The bytes of a plain mail, which no other one has: the same letter of
    the same second is one that came twice.  attachments: (file name, type,
    bytes)."""
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"] = f"{name} <{sender}>" if name else sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(
        datetime.datetime.now(datetime.timezone.utc))
    message["X-Number"] = str(next(NUMBERS))
    if message_id:
        message["Message-ID"] = message_id
    for header, value in headers.items():
        message[header.replace("_", "-")] = value
    message.set_content(text)
    for filename, kind, data in attachments:
        main, _, sub = kind.partition("/")
        message.add_attachment(data, maintype=main, subtype=sub,
                               filename=filename)
    return message.as_bytes()


def parse(data):
    """Parsed strictly: whatever is wrong with it raises."""
    return email.message_from_bytes(data, policy=STRICT)


def check_answer(test, data, to, text=None, answers=None):
    """Assert what is promised of every answer; the parsed mail."""
    message = parse(data)
    for header in ("From", "To", "Date", "Message-ID", "Subject",
                   "MIME-Version", "Content-Type"):
        test.assertEqual(len(message.get_all(header, [])), 1, header)
    for header in ("Cc", "Bcc", "Sender", "User-Agent", "X-Mailer",
                   "Precedence", "Auto-Submitted"):
        test.assertIsNone(message[header], header)
    test.assertEqual([a.addr_spec for a in message["From"].addresses],
                     ["desk@desk.example"])
    test.assertEqual([a.addr_spec for a in message["To"].addresses], [to])
    test.assertTrue(str(message["Date"]).endswith("+0000"), message["Date"])
    own = str(message["Message-ID"])
    test.assertRegex(own, r"^<[^<>@\s]{16,}@desk\.example>$")
    if answers:
        test.assertEqual(str(message["In-Reply-To"]).strip(), answers)
        test.assertEqual(str(message["References"]).split()[-1], answers)
    body = message.get_body(("plain",))
    test.assertEqual(body.get_content_type(), "text/plain")
    test.assertEqual(body.get_content_charset(), "utf-8")
    if text is not None:
        test.assertEqual(lines(words(body.get_content())), lines(text))
    head = data.replace(b"\r\n", b"\n").split(b"\n\n")[0]
    for line in head.split(b"\n"):
        test.assertLess(len(line), 998)
        line.decode("ascii")
    return message


def words(text):
    """What its author wrote: without the desk's first line, which must be
    there and long enough that no preview shows more."""
    first, _, rest = text.replace("\r\n", "\n").partition("\n\n")
    if len(first) < 100 or "\n" in first:
        raise AssertionError(f"no neutral first line: {first[:40]!r}")
    return rest


def lines(text):
    """A text without regard to what stands at line ends."""
    return [one.rstrip() for one in text.strip().splitlines()]
