"""Many who post at once, by tests/lib/poster; and the forms that they
post."""

import collections
import os
import struct
import subprocess

from .ground import program
from .teduh import SANITIZER_ENV
from .web import Page, multipart

Answer = collections.namedtuple("Answer", "number status microseconds")


def request(method, path="/", body=b"", *headers):
    """The bytes of a request."""
    head = [f"{method} {path} HTTP/1.1", "Host: localhost", *headers]
    if method == "POST":
        head.append(f"Content-Length: {len(body)}")
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def letter(fields, text, files=()):
    """The request that sends this form's fields with a text."""
    pairs = [(k, v) for k, v in fields.items() if k != "text"]
    kind, body = multipart([*pairs, ("text", text), ("do", "send")], files)
    return request("POST", "/", body, f"Content-Type: {kind}")


def post(port, connections, requests, seconds=600):
    """Answers in the order of the requests; status 0: none came."""
    done = subprocess.run(
        [program("tests/lib/poster"), str(port), str(connections)],
        input=b"".join(struct.pack(">I", len(one)) + one
                       for one in requests),
        env={**os.environ, **SANITIZER_ENV}, capture_output=True, check=True,
        timeout=seconds)
    answers = [Answer(*map(int, line.split()))
               for line in done.stdout.splitlines()]
    return sorted(answers)


def fields_of(raw):
    """What a browser would send of this page."""
    return Page(200, [("Content-Type", "text/html")], raw).fields


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))]
