"""teduh-admin migrate: a store that an older teduhd left goes on in this
one, with everything that was in it; and it is the old one or the new one,
whatever happens on the way."""

import os
import sqlite3

from lib import older
from lib.erasing import erasure, wait_done, wait_seen
from lib.mails import mail, parse
from lib.story import SinkStory, Story
from lib.teduh import Service

HOUR = 3600
SCHEMA = len(list(older.SCHEMAS.glob("[0-9]*.sql")))


class Migrate(SinkStory):
    first = 1

    def setUp(self):
        super().setUp()
        # An answered case, one with a draft, one that nobody has read.
        self.answered = self.one_case(mail(subject="answered"))["id"]
        self.answer(self.answered, "An old answer.\n")
        self.sink.wait_messages(1)
        self.anna.wait_delivery(self.answered, "accepted")
        self.drafted = self.one_case(mail(
            "b@example.org", subject="drafted", text="b\n",
            message_id="<b@example.org>"))["id"]
        self.draft = self.reply(self.anna, self.drafted, "Half an answer.\n")
        self.fresh = self.one_case(mail(
            "c@example.org", subject="fresh", text="c\n",
            message_id="<c@example.org>"))["id"]
        self.service.stop()
        self.path = f"{self.service.data}/store.db"
        self.before = older.to_schema(self.service.data, self.first,
                                      self.service.secrets)

    def migrate(self, **more):
        return self.service.admin("migrate", **more)

    def version(self):
        db = sqlite3.connect(self.path)
        try:
            return db.execute("PRAGMA user_version").fetchone()[0]
        finally:
            db.close()

    def assert_kept(self):
        """Every row of the old tables, in the columns that they had."""
        db = sqlite3.connect(self.path)
        try:
            for table, rows in self.before.items():
                if older.is_schema(table):
                    continue
                names = ", ".join(self.names[table])
                now = sorted(db.execute(f"SELECT {names} FROM {table}"),
                             key=repr)
                self.assertEqual(now, rows, table)
        finally:
            db.close()

    def remember_columns(self):
        db = sqlite3.connect(self.path)
        self.names = {t: older.columns(db, t) for t in older.tables(db)}
        db.close()

    def test_everything_is_there_and_goes_on(self):
        self.remember_columns()
        self.assertEqual(self.version(), self.first)
        said = self.migrate().text
        self.assertIn(f"went from schema {self.first} to", said)
        self.assertIn("start teduhd", said)
        self.assert_kept()
        # Of each old letter it can be said whether a backup holds it.
        db = sqlite3.connect(self.path)
        self.assertEqual(db.execute(
            "SELECT count(*) FROM ledger WHERE audit_seq <= "
            "(SELECT max(seq) FROM audit)").fetchone()[0], 3)
        # And of each case whether its first answer has left, and when.
        self.assertEqual(db.execute(
            "SELECT cases.id FROM cases JOIN delivery "
            "ON delivery.case_id = cases.id "
            "AND delivery.at = cases.first_answer").fetchall(),
            [(self.answered,)])
        self.assertEqual(db.execute(
            "SELECT count(*) FROM cases WHERE first_answer IS NULL")
            .fetchone()[0], 2)
        db.close()
        self.assertFalse(os.path.exists(f"{self.service.data}/store.before"))
        self.assertIn("already", self.migrate().text)
        self.service.start()
        self.assertEqual(sorted(row["subject"] for row in
                                self.anna.queue()), ["drafted", "fresh"])
        old = self.anna("show", self.answered)
        self.assertEqual([item["kind"] for item in old["items"]],
                         ["letter", "answer"])
        self.anna("submit", self.draft)
        self.maria("approve", self.draft)
        self.anna.wait_delivery(self.drafted, "accepted")
        self.answer(self.fresh, "A new answer.\n")
        self.anna.wait_delivery(self.fresh, "accepted")
        messages = self.sink.wait_messages(3)
        self.assertIn("Half an answer.", parse(
            messages[1].data).get_content())
        self.assertEqual(self.anna.queue(), [])
        self.service.stop()
        self.service.admin("check")

    def test_it_is_the_old_or_the_new_one(self):
        self.remember_columns()
        with open(self.path, "rb") as f:
            old = f.read()
        seen = set()
        for n in range(1, 10):
            self.service.env["TEDUH_CRASH"] = f"admin:{n}"
            result = self.migrate(check=False)
            del self.service.env["TEDUH_CRASH"]
            if result.code == 0:
                break
            self.assertEqual(result.code, 99, result)
            version = self.version()
            seen.add(version)
            self.assert_kept()
            self.migrate()
            self.assertEqual(self.version(), SCHEMA)
            self.assert_kept()
            self.assertFalse(os.path.exists(
                f"{self.service.data}/store.before"))
            # The old one once more, for the next point.
            for end in ("-wal", "-shm"):
                if os.path.exists(self.path + end):
                    os.unlink(self.path + end)
            with open(self.path, "wb") as f:
                f.write(old)
        self.assertGreaterEqual(n, 4)
        self.assertEqual(len(seen), 2, "a death on either side")


class MigrateSecond(Migrate):
    first = 2


class MigrateThird(Migrate):
    first = 3


class MigrateFourth(Migrate):
    first = 4


class Refused(Story):
    """Without a letter: what migrate does not touch."""

    def setUp(self):
        super().setUp()
        self.service = Service(self.ground)
        self.service.init()
        self.path = f"{self.service.data}/store.db"

    migrate, version = Migrate.migrate, Migrate.version

    def test_an_old_store_is_not_begun_with(self):
        older.to_schema(self.service.data, 1, self.service.secrets)
        self.service.launch()
        with self.assertRaises(Exception):
            self.service.wait_ready(10)
        self.assertEqual(self.service.process.child.wait(10), 78)
        self.service.process = None
        self.assertIn("has schema 1", self.service.logged())
        self.assertIn("run teduh-admin migrate", self.service.logged())
        self.assertEqual(self.version(), 1)

    def test_a_newer_store_is_left_alone(self):
        db = sqlite3.connect(self.path)
        db.execute("PRAGMA user_version = 99")
        db.close()
        result = self.migrate(check=False)
        self.assertEqual(result.code, 65, result)
        self.assertIn("it belongs to a newer one", result.err)
        self.assertEqual(self.version(), 99)

    def test_not_while_teduhd_runs(self):
        self.service.start()
        result = self.migrate(check=False)
        self.assertEqual(result.code, 75, result)
        self.assertIn("stop it first", result.err)

    def test_a_store_that_is_damaged_is_not_changed(self):
        older.to_schema(self.service.data, 1, self.service.secrets)
        with open(self.path, "r+b") as f:
            f.seek(3 * 4096)
            f.write(b"\xff" * 4096)
        result = self.migrate(check=False)
        self.assertEqual(result.code, 74, result)
        self.assertEqual(self.version(), 1)


class Asked(SinkStory):
    """A wish that was made before anybody noted when it was first seen."""

    def test_its_wait_begins_at_the_first_look(self):
        case = self.one_case(mail())["id"]
        self.anna("erase", case, "--yes")
        self.service.stop()
        older.to_schema(self.service.data, 4, self.service.secrets)
        self.service.clock(80 * HOUR)
        self.service.admin("migrate")
        self.service.start()
        wait_seen(self.service, case)
        row = erasure(self.service, case)
        self.assertEqual(row["state"], "asked")
        self.assertGreaterEqual(row["ends_at"],
                                row["asked_at"] + (80 + 72) * HOUR)
        self.service.clock((80 + 73) * HOUR)
        wait_done(self.service, case)
