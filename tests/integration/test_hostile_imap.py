"""A mail server that breaks, lies or begins anew: every letter is there in the
end, none twice, and memory stays bounded.

Each letter carries a word of its own; lost and doubled are differences of
sets."""

import os

from lib import imapscript
from lib.ground import wait_for
from lib.imapstory import LONG, Hostile, Short, letter
from lib.intruder import peek

BOXES = 6               # mailboxes that are cut side by side
STEP = 7                # every so manieth byte of a session; soak: 1


class AnyByte(Hostile):
    kind = Short

    def test_cut_behind_any_byte(self):
        servers = [self.server(f"box-{n}") for n in range(BOXES)]
        self.found()
        self.service.stop()
        for n, server in enumerate(servers):
            self.send(server, f"whole-{n}")
        self.assertEqual(self.once().code, 0)
        whole = max(server.said for server in servers)
        self.assertGreater(whole, 500)
        steps = int(os.environ.get("TEDUH_STEP", STEP))
        offsets = list(range(1, whole, steps))
        cut = 0
        for at in range(0, len(offsets), BOXES):
            for server, offset in zip(servers, offsets[at:at + BOXES]):
                server.limit = offset
                self.send(server, f"cut-{offset}")
            cut += self.once().code != 0
        self.assertGreater(cut, len(offsets) // BOXES // 2)
        for server in servers:
            server.limit = None
        self.assertEqual(self.once().code, 0)
        for server in servers:
            self.assertEqual(server.folders["INBOX"], {})
        self.service.start()
        self.assert_all_there_once()


class Odd(Hostile):
    """What comes back in order within a poll."""

    def setUp(self):
        super().setUp()
        self.box = self.server("youth", after="keep")
        for n in range(4):
            self.send(self.box, f"first-{n}")

    def renumber(self, words):
        """Another generation: UIDs begin at 1 again and mean other mails."""
        self.box.uidvalidity += 1
        with self.box.changed:
            self.box.folders["INBOX"] = {
                n + 1: letter(word) for n, word in enumerate(words)}
            self.box.next_uid = len(words) + 1
        self.words |= set(words)

    def test_uids_that_mean_other_letters(self):
        self.found()
        self.assert_all_there_once()
        self.service.stop()
        self.renumber(["second-0", "first-3", "second-1", "first-0"])
        self.service.start()
        self.assert_all_there_once()
        # While the session lives, too: it is told at the next SELECT.
        self.renumber(["third-0", "second-1"])
        self.box.script["IDLE"] = imapscript.once(imapscript.cut)
        self.service.restart()
        self.assert_all_there_once()
        fates = self.anna.queue()
        self.assertEqual(len(fates), len(self.words))

    def test_a_server_that_begins_anew_all_the_time(self):
        """The third time in a day the folder is left alone, and told of."""
        self.found()
        self.assert_all_there_once()
        for n in range(3):
            self.service.stop()
            self.renumber([f"{n}-0", "first-0", f"{n}-1"])
            self.service.start()
            if n < 2:
                self.assert_all_there_once()
        wait_for("the alarm", lambda: peek(
            self.service, "SELECT 1 FROM alarm WHERE kind = "
            "'uidvalidity-changing' AND ended IS NULL"), LONG)
        self.assertEqual(len(self.anna.queue()), len(self.words) - 2)
        # Left alone: not selected again and again meanwhile.
        wait_for("the wait", lambda: self.box.commands[-1] == "IDLE")
        # A day later it is looked at again, and nothing was lost.
        self.service.stop()
        self.service.clock(86400 + 60)
        self.service.start()
        self.assert_all_there_once()
        wait_for("the end of the alarm", lambda: not peek(
            self.service, "SELECT 1 FROM alarm WHERE kind = "
            "'uidvalidity-changing' AND ended IS NULL"), LONG)

    def test_news_in_front_of_the_wait(self):
        """A letter that is told of in the answer to IDLE, and not again."""
        def tells(server, line, tag, _rest):
            self.send(server, "between")
            line.write_line(f"* {len(server.folders['INBOX'])} EXISTS")
            line.write_line("+ idling")
            line.read_line()
            line.write_line(f"{tag} OK idled")
            return True
        self.box.script["IDLE"] = imapscript.once(tells)
        self.found()
        wait_for("the letter between", lambda: len(self.anna.queue()) == 5,
                 LONG)
        self.assert_all_there_once()

    def test_an_old_generation_shrinks_and_still_counts(self):
        words = [f"first-{n}" for n in range(4)]

        def taken(count):
            wait_for(f"{count} to be taken", lambda: len(peek(
                self.service, "SELECT 1 FROM ledger WHERE state = 'done'"
                )) == count, LONG)

        self.found()
        self.assert_all_there_once()
        old = self.box.uidvalidity
        taken(4)
        self.service.stop()
        self.renumber(words)
        self.service.start()
        taken(8)
        self.service.clock(71 * 86400)
        self.service.restart()
        wait_for("the old one to shrink", lambda: peek(
            self.service, "SELECT 1 FROM generation WHERE shrunk IS NOT NULL "
            "AND uidvalidity = ?", old), LONG)
        rows = peek(self.service, "SELECT * FROM ledger WHERE uidvalidity "
                    "= ?", old)
        self.assertEqual(len(rows), 4)
        for row in rows:
            self.assertEqual((row["at"], row["audit_seq"], row["moved_uid"],
                              row["state"]), (0, None, None, "done"))
            self.assertEqual((len(row["hash"]), row["class"]), (32, "person"))
        # The same bytes are no new letter, and the balance holds.
        self.box.add(letter("first-2"))
        self.send(self.box, "after")
        self.assert_all_there_once()
        done = self.service.admin("reconcile", "--json", check=False)
        self.assertEqual(done.code, 0, done)
        row, = done.json["folders"]
        self.assertEqual((row["seen"], row["cases"] + row["tray"],
                          row["settled"]["duplicate"]), (10, 5, 5))
        self.service.admin("check")

    def test_a_folder_that_is_deleted_and_made_again(self):
        self.found()
        self.assert_all_there_once()
        gone = self.box.folders.pop("INBOX")
        self.service.restart()
        self.service.wait_log(["youth", "folder"])
        self.box.uidvalidity += 1
        self.box.folders["INBOX"] = gone
        self.send(self.box, "after")
        self.assert_all_there_once()

    def test_lines_that_nobody_asked_for(self):
        def chatter(_server, line, _tag, _rest):
            line.write_line("* 99 EXISTS")
            line.write_line("* 3 FETCH (FLAGS (\\Seen))")
            line.write_line("* OK still here")
            line.write_line("* 99 EXPUNGE")
            return False
        for verb in ("SELECT", "FETCH", "FETCH-BODY", "LIST", "LOGIN"):
            self.box.script[verb] = chatter
        self.found()
        self.assert_all_there_once()

    def test_lists_that_are_wrong(self):
        def rows(*uids):
            def act(server, line, tag, _rest):
                for uid in uids:
                    mails = server.folders["INBOX"]
                    size = len(mails.get(uid, b""))
                    line.write_line(f"* 1 FETCH (UID {uid} RFC822.SIZE "
                                    f"{size})")
                line.write_line(f"{tag} OK listed")
                return True

            def only_lists(server, line, tag, rest):
                return "BODY" not in rest.upper() and act(
                    server, line, tag, rest)
            return only_lists
        for day, uids in enumerate((
                (4, 3, 2, 1), (1, 1, 2, 2, 2, 3, 4), (0, 1, 2, 3, 4),
                (4294967295, 1, 2, 3, 4))):
            with self.subTest(uids):
                if self.service.process is None:
                    self.box.script["FETCH"] = rows(*uids)
                    self.found()
                else:
                    self.service.stop()
                    self.service.clock(day * 90000)
                    self.renumber([f"{uids[0]}-{n}" for n in range(4)])
                    self.box.script["FETCH"] = rows(*uids)
                    self.service.start()
                self.assert_all_there_once()

    def test_sizes_that_are_wrong(self):
        def lie(server, line, tag, rest):
            if "BODY" in rest.upper():
                return False
            for uid, text in sorted(server.folders["INBOX"].items()):
                line.write_line(f"* {uid} FETCH (UID {uid} RFC822.SIZE "
                                f"{len(text) * (uid % 3)})")
            line.write_line(f"{tag} OK listed")
            return True
        self.box.script["FETCH"] = lie
        self.found()
        self.assert_all_there_once()

    def test_bye_at_each_place(self):
        boxes = []
        for verb in ("BANNER", "CAPABILITY", "LOGIN", "LIST", "SELECT",
                     "FETCH", "FETCH-BODY", "IDLE", "MOVE"):
            boxes.append(self.server(verb.lower()))
            boxes[-1].script[verb] = imapscript.once(imapscript.bye)
            self.send(boxes[-1], verb)
        self.found()
        self.assert_all_there_once()
        for n, box in enumerate(boxes):
            self.send(box, f"afterwards-{n}")
        self.assert_all_there_once()

    def test_a_letter_that_somebody_takes_away_meanwhile(self):
        """The server lists it, then says OK to the fetch and nothing else."""
        def gone(server, _line, _tag, _rest):
            server.folders["INBOX"].pop(2, None)
            return False
        self.box.script["FETCH-BODY"] = gone
        self.found()
        self.words.discard("first-1")
        self.assert_all_there_once()
        self.service.wait_log(["vanished", "youth", "uid=2"])
        self.send(self.box, "afterwards")
        self.assert_all_there_once()

    def test_memory_stays_bounded(self):
        acts = {"huge": imapscript.huge_literal,
                "endless": imapscript.endless_line,
                "noise": imapscript.garbage,
                "long": imapscript.longer_than_said}
        servers = {}
        for name, act in acts.items():
            servers[name] = self.server(name)
            servers[name].script["FETCH-BODY"] = imapscript.once(act, 2)
            servers[name].script["SELECT"] = imapscript.once(act)
            self.send(servers[name], name)
        self.found()
        for name, server in servers.items():
            wait_for(f"three tries at {name}",
                     lambda: server.opened >= 3, LONG)   # noqa: B023
        self.assert_small()
        self.assert_all_there_once()
        self.assert_small()
