"""Letters that were made to hurt whoever reads them."""


def letter(*headers, body=b"words\n"):
    return b"\n".join((b"From: a@example.org", b"Subject: s", *headers,
                       b"", body))


def multipart(n):
    return letter(b"Content-Type: multipart/mixed; boundary=b",
                  body=b"--b\n\nx\n" * n + b"--b--\n")


def nested(n):
    return letter(b"Content-Type: multipart/mixed; boundary=b0",
                  body=b"".join(b"--b%d\nContent-Type: multipart/mixed; "
                                b"boundary=b%d\n\n" % (i, i + 1)
                                for i in range(n)))


def html(body):
    return letter(b"Content-Type: text/html", body=body)


# name: (the mail, may it be read?  None: either)
HOSTILE = {
    "parentheses": (b"From: " + b"(" * 200_000 + b"\n\nwords\n", True),
    "colons": (b"From: " + b":" * 99_999 + b"\n\nwords\n", True),
    "commas": (b"To: " + b"a," * 100_000 + b"\n\nwords\n", True),
    "comments": (b"From: " + b"()" * 100_000 + b"\n\nwords\n", True),
    "quotes": (b"From: " + b'""' * 100_000 + b"\n\nwords\n", True),
    "angles": (b"From: " + b"<" * 200_000 + b"\n\nwords\n", True),
    "parts-1000": (multipart(999), True),
    "parts-1001": (multipart(1000), False),
    "parts-100000": (multipart(100_000), False),
    "depth-10000": (nested(10_000), False),
    "messages-10000": (
        letter(b"Content-Type: message/rfc822",
               body=b"Content-Type: message/rfc822\n\n" * 10_000), None),
    "header-10-mb": (b"Subject: " + b"x" * 10_000_000 + b"\n\nw\n", False),
    "headers-200000": (b"X: y\n" * 200_000 + b"\nw\n", False),
    "folded-header": (b"Subject: x\n" + b" y\n" * 80_000 + b"\nw\n", True),
    "encoded-words": (b"Subject: " + b"=?utf-8?q?=C3=B5?=\n " * 10_000 +
                      b"\n\nwords\n", True),
    "open-words": (b"Subject: " + b"=?utf-8?q?" * 20_000 + b"\n\nw\n",
                   True),
    "references": (b"References: " + b"<a@b> " * 40_000 + b"\n\nw\n", True),
    "nuls": (b"From: a@example.org\n\n" + b"\0" * 1_000_000, True),
    "only-cr": (b"\r" * 1_000_000, True),
    "only-nul": (b"\0" * 1_000_000, True),
    "quoted-lines": (letter(body=b"> x\n" * 500_000), True),
    "empty-lines": (letter(body=b"\n" * 4_000_000), True),
    "rulers": (letter(body=b"-----\nx\n" * 200_000), True),
    "long-text": (letter(body=b"word " * 4_000_000), True),
    "latin-text": (letter(body=b"\xe4\xf5 " * 2_000_000), True),
    "divs": (html(b"<div>" * 200_000 + b"words"), True),
    "ends": (html(b"<b>" * 50_000 + b"</i>" * 50_000), None),
    "attributes": (html(b"<a " + b"b=c " * 200_000 + b">words"), True),
    "comments-html": (html(b"<!--" * 200_000), True),
    "less-than": (html(b"<" * 1_000_000), True),
    "entities": (html(b"&amp" * 500_000), True),
    "hidden": (html(b"<p style=display:none>x</p>" * 50_000), None),
    "types": (letter(b"Content-Type: text/plain" + b"; a=b" * 30_000),
              None),
    "continuations": (
        letter(b"Content-Type: text/plain; name*0=a" + b"".join(
            b"; name*%d=a" % i for i in range(1, 5_000))), None),
    "base64": (letter(b"Content-Transfer-Encoding: base64",
                      b"Content-Type: application/x-thing",
                      body=b"QUJD" * 6_000_000), True),
    "uuencode": (letter(b"Content-Transfer-Encoding: x-uuencode",
                        body=b"begin 644 x\n" + b"M" * 1_000_000), None),
    "begins": (letter(body=b"begin 644 x\nM\n" * 1_000_000), True),
    "files": (letter(body=b"begin 644 x\n#86)C\n`\nend\n" * 900_000), True),
    "ybegins": (letter(body=b"=ybegin line=9 name=x\n" * 900_000), True),
    "same-boundary": (
        letter(b"Content-Type: multipart/mixed; boundary=b",
               body=b"--b\nContent-Type: multipart/mixed; boundary=b\n\n"
               * 20_000), None),
    "whole-25-mib": (letter(body=b"x" * (25 * 2**20 - 50)), True),
    "over-25-mib": (letter(body=b"x" * 25 * 2**20), False),
}
