"""Mails as they came go some time after closing; what was read of them, and
what could not be read, stays."""

import os
import unittest

from lib.archive import Archive, lose
from lib.erasing import wait_done, wait_seen
from lib.ground import Ground, wait_for
from lib.intruder import Town, insert, peek
from lib.mails import mail
from lib.teduh import Service

DAY = 86400
MARK = "X-Only-In-The-Mail: Sinilind"
FILE = b"the file's own words\n"


class Removed(unittest.TestCase):
    def setUp(self):
        self.ground = Ground()
        self.addCleanup(self.ground.close)
        self.service = Service(self.ground)
        self.service.settings["desk youth"]["retention_raw"] = "10d"
        self.town = Town(self.ground, self.service)
        self.anna = self.town.anna
        self.case = self.letter("ada@example.org", "What was read.\n")

    def letter(self, sender, text):
        known = {row["id"] for row in self.anna.queue()}
        letter = mail(sender=sender, text=text,
                      message_id=f"<raw-{sender}>",
                      attachments=[("notes.bin", "application/octet-stream",
                                    FILE)])
        self.service.inject(MARK.encode() + b"\r\n" + letter)
        row, = self.anna.wait_queue(
            1, where=lambda row: row["id"] not in known)
        return row["id"]

    def chunks(self, case=None):
        """How many rows of bytes each letter's mail as it came has."""
        return [row[0] for row in peek(
            self.service, "SELECT (SELECT count(*) FROM chunk WHERE "
            "chunk.item = item.id AND part = 1) FROM item WHERE case_id = ? "
            "AND kind = 'letter' ORDER BY seq", case or self.case)]

    def grants(self):
        return peek(self.service, "SELECT count(*) FROM grants WHERE "
                    "which = 'raw'")[0][0]

    def raw(self, case=None):
        return self.anna.run("show", case or self.case, "--raw",
                             f"{case or self.case}.1")

    def wait_swept(self):
        wait_for("the bytes to go", lambda: [row[0] for row in peek(
            self.service, "SELECT swept FROM raw_removed")] == [1], 60)

    def check_read(self):
        """Everything that was read of it is there."""
        folder = self.ground.dir(f"files-{self.town.offset}")
        shown = self.anna("show", self.case, "--attachments", folder)
        item = shown["items"][0]
        self.assertEqual((item["text"], item["subject"] is not None),
                         ("What was read.\n", True))
        name, = os.listdir(folder)
        with open(f"{folder}/{name}", "rb") as f:
            self.assertEqual(f.read(), FILE)

    def test_it_goes_and_what_was_read_stays(self):
        self.assertIn(MARK.encode(), self.raw().out)
        key = peek(self.service, "SELECT box FROM grants WHERE which = 'raw'")
        self.anna("close", self.case)
        self.town.later(9 * DAY)
        other = self.letter("b@example.org", "Another.\n")
        self.assertIn(MARK.encode(), self.raw().out)
        self.town.later(2 * DAY)
        self.wait_swept()
        self.assertEqual((self.chunks(), self.chunks(other)), ([0], [1]))
        self.assertEqual(self.grants(), 1)      # of the other
        said = self.raw()
        self.assertEqual((said.code, said.out), (1, b""), said)
        self.assertIn("the mail as it came is removed",
                      " ".join(said.err.split()))
        self.check_read()
        self.assertEqual(self.service.admin("check").code, 0)
        # The key is not in the files any more, not in the log either.
        for name in os.listdir(self.service.data):
            if name.startswith("store.db"):
                with open(f"{self.service.data}/{name}", "rb") as f:
                    self.assertNotIn(bytes(key[0]["box"]), f.read(), name)
        # An export is whole without it.
        folder = f"{self.ground.path}/out"
        said = self.anna.run("export", self.case, folder, check=True)
        self.assertNotIn("left out", said.err)
        self.assertEqual(os.listdir(f"{folder}/letters"), [])
        with open(f"{folder}/case.txt", encoding="utf-8") as f:
            self.assertIn("What was read.", f.read())
        # And the case ends like any other.
        self.anna("erase", self.case, "--yes")
        wait_seen(self.service, self.case)
        self.town.later(4 * DAY)
        wait_done(self.service, self.case)
        self.assertEqual(peek(self.service, "SELECT 1 FROM raw_removed"), [])
        self.assertEqual(self.service.admin("check").code, 0)

    def test_a_letter_that_was_not_read_keeps_it(self):
        bad = (b"From: a@example.org\r\nX: " + b"x" * 300_000 +
               b"\r\n\r\nlong header\r\n")
        known = {self.case}
        self.service.inject(bad)
        row, = self.anna.wait_queue(
            1, where=lambda row: row["id"] not in known)
        self.assertIn("unreadable", row["flags"])
        for case in (self.case, row["id"]):
            self.anna("close", case)
        self.town.later(11 * DAY)
        self.wait_swept()
        self.assertEqual(self.chunks(), [0])
        self.assertGreater(self.chunks(row["id"])[0], 0)
        self.assertEqual(self.raw(row["id"]).out, bad)

    def test_what_is_held_or_opened_again_keeps_it(self):
        other = self.letter("b@example.org", "Another.\n")
        self.anna("close", self.case)
        self.anna("close", other)
        self.town.maria("hold", self.case, "-m", "a court")
        self.anna("reopen", other, "-m", "again")
        third = self.letter("c@example.org", "Third.\n")
        self.anna("close", third)
        self.town.later(11 * DAY)
        self.wait_swept()
        self.assertEqual([self.chunks(case) for case in
                          (self.case, other, third)], [[1], [1], [0]])

    def test_a_backup_of_it_is_whole(self):
        self.anna("close", self.case)
        self.town.later(11 * DAY)
        self.wait_swept()
        archive = Archive(self.ground)
        archive.take(self.service)
        self.service.stop()
        lose(self.service)
        archive.put_back(self.service)
        self.assertEqual(self.service.admin("check").code, 0)
        self.service.start()
        self.assertEqual((self.chunks(), self.grants()), ([0], 0))
        self.assertEqual(self.anna("show", self.case)["items"][0]["text"],
                         "What was read.\n")

    def test_who_takes_it_out_by_hand_is_told(self):
        """A row that says so, without the role that does it."""
        with self.town.intrusion() as db:
            item, = db.execute("SELECT id, case_id, at FROM item WHERE kind "
                               "= 'letter'").fetchone()[:1]
            insert(db, "raw_removed", item=item, case_id=self.case,
                   at=1795000000)
        checked = self.service.admin("check", check=False)
        self.assertEqual(checked.code, 1, checked)
        self.assertIn("no entry of the audit tells of that", " ".join(
            (checked.text + checked.err).split()))


if __name__ == "__main__":
    unittest.main()
