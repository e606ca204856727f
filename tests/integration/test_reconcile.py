"""The balance: every mail that a folder showed ends in a letter, also one
that somebody moved away before us; a gap is named, and an alarm rings."""

from lib.archive import Archive
from lib.balance import BOX, DAY, HOUR, LONG, MOVED, Balance
from lib.ground import wait_for
from lib.intruder import peek


class Holds(Balance):
    def test_what_was_moved_is_known_by_its_uid_there(self):
        self.come("one", "two", "three")
        self.subjects(3)
        self.wait_done(3)
        rows = peek(self.service, "SELECT moved_folder, moved_uid, "
                    "moved_uidvalidity FROM ledger ORDER BY uid")
        self.assertEqual([row["moved_folder"] for row in rows], [MOVED] * 3)
        self.assertEqual(len({row["moved_uid"] for row in rows}), 3)
        self.assertEqual(len({row["moved_uidvalidity"] for row in rows}), 1)
        self.service.restart()
        self.wait_listed(MOVED, 3)
        self.assertEqual(self.folder(MOVED)["unknown"], 0)
        row = self.folder("INBOX")
        self.assertEqual((row["seen"], row["cases"] + row["tray"],
                          row["moved"], row["untold"], row["gaps"]),
                         (3, 3, 3, 0, []))
        done = self.reconcile()
        self.assertEqual(done.code, 0, done)
        self.assertIn("The balance holds.", done.text)
        self.assertEqual(self.reconcile("-q").text, "")
        self.assertIn("0 still untold", done.text)
        done = self.reconcile("pipe")       # where nobody is to be told
        self.assertEqual(done.code, 0, done)
        self.assertNotIn("untold", done.text)
        self.assertEqual(self.reconcile("nobody").code, 64)

    def test_a_letter_that_somebody_moved_before_us_is_taken(self):
        self.come("one")
        self.subjects(1)
        self.wait_done(1)
        self.by_hand(self.letter("quick"), self.box.messages(MOVED)[0])
        self.service.restart()
        self.assertEqual(self.subjects(2), ["one", "quick"])
        self.wait_listed(MOVED, 3)
        row = self.folder(MOVED)
        # The letter, and one of which the bytes are known already.
        self.assertEqual((row["seen"], row["cases"] + row["tray"],
                          row["settled"]["duplicate"], row["unknown"]),
                         (2, 1, 1, 0))
        self.assertEqual(row["missing"], 0)
        self.assertEqual(self.reconcile().code, 0)
        self.service.restart()
        self.wait_listed(MOVED, 3)
        self.assertEqual(self.subjects(2), ["one", "quick"])
        self.assertEqual(self.folder(MOVED)["seen"], 2)

    def test_a_letter_whose_place_was_forgotten_is_known_by_its_bytes(self):
        self.come("one")
        self.subjects(1)
        self.wait_done(1)
        self.service.stop()
        self.meddle("UPDATE ledger SET moved_uid = NULL")
        self.service.start()
        self.wait_listed(MOVED, 1)
        self.assertEqual(len(peek(self.service, "SELECT 1 FROM ledger")), 1)
        self.assertEqual(self.folder("INBOX")["moved"], 1)
        self.assertEqual(self.subjects(1), ["one"])


class Gap(Balance):
    def setUp(self):
        super().setUp()
        self.come("one", "two")
        self.subjects(2)
        self.wait_done(2)
        self.service.stop()

    def test_a_row_that_is_gone_is_named_by_its_letter(self):
        self.meddle("DELETE FROM ledger WHERE uid = 2")
        done = self.reconcile()
        self.assertEqual(done.code, 1, done)
        self.assertRegex(done.text, r"GAP: letter \w{8}\.1 stands in its "
                         "case, and no row of the ledger")
        self.assertEqual(len(self.reconcile("--json").json["unledgered"]),
                         1)
        self.assertEqual(self.reconcile("-q").code, 1)

    def test_an_item_that_is_gone_is_a_gap_and_rings(self):
        self.meddle("DELETE FROM item WHERE id = "
                    "(SELECT item FROM ledger WHERE uid = 1)")
        done = self.reconcile(BOX)
        self.assertEqual(done.code, 1, done)
        self.assertIn("GAP: UID 1 was taken, and its letter is not here",
                      done.text)
        row = self.folder("INBOX", BOX)
        self.assertEqual(row["gaps"], [{"uid": 1, "why": "no-letter"}])
        self.assertEqual((row["seen"], row["cases"] + row["tray"]), (2, 1))
        self.service.start()
        self.wait_alarm("ledger-gap")
        self.assertEqual(self.alarms()["ledger-gap"]["detail"], "1")

    def test_a_mail_in_a_listing_that_no_row_tells_of_is_a_gap(self):
        self.meddle("UPDATE listing SET unknown = 1 WHERE folder = 'INBOX'",
                    "INSERT INTO listing_unknown VALUES "
                    f"('{BOX}', 'INBOX', 9)")
        done = self.reconcile()
        self.assertEqual(done.code, 1, done)
        self.assertIn("GAP: UID 9 lies in the folder", done.text)
        self.service.start()
        # The next listing sees that it is not so.
        wait_for("the balance", lambda: self.reconcile().code == 0,
                 seconds=LONG)


class Silence(Balance):
    more = {"silent_after": "1h"}

    def test_no_letter_for_an_hour_rings_until_one_comes(self):
        self.come("one")
        self.subjects(1)
        self.wait_alarm("mailbox-silent", False)
        self.service.clock(HOUR + 60)
        self.wait_alarm("mailbox-silent")
        self.come("two")
        self.subjects(2)
        self.service.clock(HOUR + 60 + 20 * 60)
        self.wait_alarm("mailbox-silent", False)


class Purge(Balance):
    """Moved letters go when they are old and stand in a backup."""

    more = {"purge_after": "1d"}

    def there(self):
        return len(self.box.messages(MOVED))

    def test_only_what_is_old_and_in_a_backup_and_ours_goes(self):
        self.come("one", "two")
        self.subjects(2)
        self.wait_done(2)
        self.service.clock(DAY + HOUR)
        self.listed_again()                     # old, and in no backup
        self.assertEqual(self.there(), 2)
        Archive(self.ground).take(self.service)
        self.by_hand(self.letter("quick"))      # behind the backup
        self.service.clock(DAY + 2 * HOUR)
        self.service.restart()
        self.subjects(3)
        wait_for("the others are gone", lambda: self.there() == 1,
                 seconds=LONG)
        wait_for("and it stands in the ledger", lambda: [
            row["state"] for row in peek(
                self.service, "SELECT state FROM ledger ORDER BY at, uid")]
            == ["deleted", "deleted", "done"], seconds=LONG)
        rows = peek(self.service, "SELECT detail FROM audit WHERE "
                    "action = 'delete'")
        self.assertEqual([row["detail"] for row in rows], [f"{BOX} 2"])
        self.assertEqual(self.folder("INBOX")["deleted"], 2)
        self.assertEqual(self.reconcile().code, 0)
        self.service.clock(DAY + 3 * HOUR)
        self.listed_again()
        self.assertEqual((self.there(), self.folder(MOVED)["missing"]),
                         (1, 0))
