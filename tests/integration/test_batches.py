"""Many letters asked for in one command: whatever happens within it, each is
there in the end, none twice, and one that is odd holds up no other."""

import os
import re

from lib import imapscript
from lib.ground import wait_for
from lib.imapstory import LONG, Hostile, Short
from lib.intruder import peek
from lib.mails import mail
from lib.scripted import Hangup

STEP = 211              # every so manieth byte of a session; soak: 1
TOGETHER = 32           # letters at most in one command
TOGETHER_BYTES = 4 * 1024 * 1024


def asked_for(server, rest):
    """UIDs of the INBOX; what was moved is looked at there, not here."""
    return server.uids(rest.split(" ")[0], "INBOX")


def batch(act):
    """The script for letters asked for together; alone they come well."""
    def acting(server, line, tag, rest):
        return len(asked_for(server, rest)) > 1 and act(server, line, tag,
                                                        rest)
    return acting


def say_mail(server, line, uid, text=None):
    """One FETCH line, UID behind the body: that is allowed, too."""
    text = server.folders["INBOX"][uid] if text is None else text
    line.write(f"* {uid} FETCH (BODY[] {{{len(text)}}}\r\n".encode() + text
               + f" UID {uid})\r\n".encode())


class Cut(Hostile):
    kind = Short

    def test_cut_behind_any_byte_of_a_batch(self):
        box = self.server("youth")
        self.found()
        self.service.stop()
        for n in range(4):
            self.send(box, f"whole-{n}")
        self.assertEqual(self.once().code, 0)
        self.assertTrue(box.batches)
        whole, cut = box.said, 0
        steps = int(os.environ.get("TEDUH_STEP", STEP))
        for offset in range(steps, whole, steps):
            box.limit = offset
            for n in range(4):
                self.send(box, f"cut-{offset}-{n}")
            cut += self.once().code != 0
        self.assertGreater(cut, whole // steps // 2)
        box.limit = None
        self.assertEqual(self.once().code, 0)
        self.assertEqual(box.folders["INBOX"], {})
        self.service.start()
        self.assert_all_there_once()

    def test_killed_at_each_step_of_a_batch(self):
        """What is durable stays; what was under way comes singly."""
        box = self.server("youth")
        self.found()
        self.service.stop()
        points, here, n = [], [""], 0
        while here:
            n += 1
            for k in range(3):
                self.send(box, f"step-{n}-{k}")
            died = self.once(TEDUH_CRASH=f"intake:{n}")
            here = re.findall(r"crash point: (.*)", died.err)
            self.assertEqual(died.code, 99 if here else 0, died)
            points += here
            del box.batches[:]
            self.assertEqual(self.once().code, 0)
            self.assertEqual(box.folders["INBOX"], {})
            if here:
                self.assertEqual(box.batches, [])
        self.assertIn("batch before", points)
        self.assertGreaterEqual(points.count("batch goes on"), 3)
        # Where they were moved to each is known again, without a word of
        # the server where it lies.
        self.assertEqual(peek(self.service, "SELECT count(*) FROM ledger "
                              "WHERE class = 'duplicate'")[0][0], 0)
        self.service.start()
        self.assert_all_there_once()


class Odd(Hostile):
    def come(self, act, *words):
        """A mailbox of these letters whose server does that to a batch."""
        box = self.server(words[0])
        box.script["FETCH-BODY"] = batch(act)
        for word in words:
            self.send(box, word)
        return box

    def test_together_but_never_too_many(self):
        """By number, by size, and one that is too large for company."""
        box = self.server("youth")
        for n in range(2 * TOGETHER + 1):
            self.send(box, f"small-{n}")
        sizes = [TOGETHER_BYTES // 3, TOGETHER_BYTES // 2, 1000,
                 TOGETHER_BYTES + 1, 1000, TOGETHER_BYTES // 2, 1000]
        for n, size in enumerate(sizes):
            self.words.add(f"big-{n}")
            box.add(mail(subject=f"big-{n}", message_id=f"<{n}@b.example>",
                         attachments=[(f"{n}.bin", "application/octet-stream",
                                       os.urandom(size * 3 // 4))]))
        asked = []

        def note(server, _line, _tag, rest):
            sizes = [len(server.folders["INBOX"][uid])
                     for uid in asked_for(server, rest)]
            asked.extend([sizes] if sizes else [])
            return False
        box.script["FETCH-BODY"] = note
        self.found()
        self.assert_all_there_once()
        self.assertEqual([len(one) for one in asked[:2]], [TOGETHER] * 2)
        self.assertEqual(sum(map(len, asked)), len(self.words))
        for one in asked:
            if len(one) > 1:
                self.assertLessEqual(sum(one), TOGETHER_BYTES)
        self.assertIn([max(map(max, asked))], asked)
        self.assert_small()
        self.assertEqual(box.opened, 1)

    def test_a_letter_that_cannot_be_read_among_others(self):
        box = self.server("youth")
        self.send(box, "first")
        box.add(mail(subject="huge", message_id="<huge@example.org>",
                     text="x" * 70 + "\n", attachments=[
                         ("a.bin", "application/octet-stream",
                          bytes(20 * 1024 * 1024))]))
        box.add(b"\0" * 5000)
        self.send(box, "last")
        self.found()
        rows = self.anna.wait_queue(4, LONG)
        self.assertEqual(len(rows), 4)
        self.assertLessEqual({"first", "last"}, {r["subject"] for r in rows})
        self.assertTrue([r for r in rows if "unreadable" in r["flags"]])

    def test_whatever_a_server_says_within_a_batch(self):
        def bye(server, line, _tag, rest):
            say_mail(server, line, asked_for(server, rest)[0])
            line.write_line("* BYE come back later")
            raise Hangup("bye")

        def refused(_server, line, tag, _rest):
            line.write_line(f"{tag} NO [SERVERBUG] one of them is broken")
            return True

        def half_refused(server, line, tag, rest):
            say_mail(server, line, asked_for(server, rest)[0])
            return refused(server, line, tag, rest)

        def backwards(server, line, tag, rest):
            for uid in asked_for(server, rest)[::-1]:
                line.write_line(f"* {uid} FETCH (FLAGS (\\Seen))")
                say_mail(server, line, uid)
                say_mail(server, line, uid)
                say_mail(server, line, uid, b"nobody asked for this again")
            say_mail(server, line, 99, b"nor for this")
            line.write_line("* 99 EXISTS")
            line.write_line(f"{tag} OK fetched")
            return True

        def nothing(_server, line, tag, _rest):
            line.write_line(f"{tag} OK nothing to see")
            return True

        def empty(server, line, tag, rest):
            for uid in asked_for(server, rest):
                line.write_line(f"* {uid} FETCH (UID {uid} BODY[] NIL)")
            line.write_line(f"{tag} OK fetched")
            return True

        def shorter(server, line, tag, rest):
            for uid in asked_for(server, rest):
                say_mail(server, line, uid,
                         server.folders["INBOX"][uid][:-7 * uid])
            line.write_line(f"{tag} OK fetched")
            return True
        acts = {"bye": bye, "refused": refused, "half": half_refused,
                "backwards": backwards, "nothing": nothing, "empty": empty,
                "shorter": shorter, "noise": imapscript.garbage,
                "cut": imapscript.cut_in_literal,
                "literal": imapscript.huge_literal,
                "longer": imapscript.longer_than_said,
                "endless": imapscript.endless_line}
        boxes = [self.come(act, name, *(f"{name}-{n}" for n in range(4)))
                 for name, act in acts.items()]
        self.found()
        self.assert_all_there_once()
        for box in boxes:
            wait_for("all to be moved",
                     lambda: not box.folders["INBOX"])  # noqa: B023
        self.assert_small()
        self.assertEqual(peek(self.service, "SELECT count(*) FROM ledger "
                              "WHERE item IS NULL")[0][0], 0)

    def test_sizes_that_never_are_right(self):
        """Believed when each was seen twice, within one session."""
        def lie(server, line, tag, rest):
            if "BODY" in rest.upper():
                return False
            for uid in asked_for(server, rest):
                size = len(server.folders["INBOX"][uid]) + uid
                line.write_line(f"* {uid} FETCH (UID {uid} RFC822.SIZE "
                                f"{size})")
            line.write_line(f"{tag} OK listed")
            return True
        box = self.server("youth")
        box.script["FETCH"] = lie
        for n in range(20):
            self.send(box, f"lie-{n}")
        self.found()
        self.assert_all_there_once()
        self.assertEqual(box.opened, 1)
