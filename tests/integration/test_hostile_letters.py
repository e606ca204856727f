"""Letters that were made to hurt, through the whole service: each becomes a
case of its own, readable or marked as unreadable, with every byte that came;
and the next person's letter does not wait for it."""

import time

from lib.hostile import HOSTILE, letter
from lib.mails import mail
from lib.story import Story

NAMES = ("parentheses", "parts-100000", "depth-10000", "header-10-mb",
         "encoded-words", "nuls", "only-cr", "same-boundary", "divs")
BARE = letter(b"X: a\rb", b"X-Nul: a\0b",
              body=b"one\rtwo\nthree\r\n.\r\nfour\n")
QUOTE = letter(b'Content-Type: multipart/mixed; boundary="\\""',
               body=b'--"\n\nwords\n--"--\n')
HUGE = letter(body=b"word " * (20 * 2**20))
# The reader ends a letter after 2 s of work; the rest is this machine's.
NEXT_S = 60


class HostileLetters(Story):
    def setUp(self):
        super().setUp()
        self.found()
        self.slowest = (0, "")

    def arrives(self, name, raw, number):
        """Handed in, and then somebody else writes."""
        row = self.one_case(raw)
        begun = time.monotonic()
        self.one_case(mail(f"next-{number}@example.org",
                           message_id=f"<next-{number}@example.org>"))
        self.slowest = max(self.slowest, (time.monotonic() - begun, name))
        got = self.anna.run("show", row["id"], "--raw", f"{row['id']}.1")
        self.assertTrue(got.out == raw, name)
        return "unreadable" not in row["flags"]

    def test_each_is_kept_and_delays_nobody(self):
        letters = {name: HOSTILE[name] for name in NAMES}
        letters.update({"bare": (BARE, True), "quote": (QUOTE, True),
                        "huge": (HUGE, False)})
        for number, (name, (raw, readable)) in enumerate(letters.items()):
            with self.subTest(name):
                raw = raw.replace(b"a@example.org",
                                  b"a%d@example.org" % number)
                found = self.arrives(name, raw, number)
                if readable is not None:
                    self.assertEqual(found, readable)
        print(f"# the next letter waited {self.slowest[0]:.1f} s at most, "
              f"behind '{self.slowest[1]}'")
        self.assertLess(self.slowest[0], NEXT_S)
        self.assertNotIn("ended: role=", self.service.logged())
