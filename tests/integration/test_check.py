"""What the person who runs the service can ask of the store: is it whole?
Each kind of damage is done to a copy, by hand, and is told in one sentence."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import threading

from lib.archive import Archive, lose
from lib.intruder import store
from lib.mails import mail
from lib.story import SinkStory, Story
from lib.teduh import Service, conf_text

BOGUS = {"BLOB": b"\x99" * 16, "TEXT": "ZZZZZZZZ", "INTEGER": 987654}

# What is done, of which kind it is, in which table, and what is said of it.
DAMAGE = [
    ("UPDATE roster SET entry = CAST(replace(entry, 'anna', 'ben0') AS BLOB) "
     "WHERE seq = (SELECT max(seq) FROM roster)", "roster", "roster",
     "roster entry"),
    ("DELETE FROM roster WHERE seq = (SELECT max(seq) FROM roster)",
     "roster", "roster", "was seen before"),
    ("UPDATE audit SET actor = 'maria' WHERE actor = 'anna' AND "
     "action = 'claim'", "audit", "audit", "was changed"),
    ("DELETE FROM audit WHERE seq = 9", "audit", "audit",
     "does not follow the one before"),
    ("UPDATE audit SET hash = prev WHERE seq = 9", "audit", "audit",
     "was changed"),
    ("DELETE FROM audit WHERE seq > 9", "audit", "backup",
     "had another entry"),
    ("UPDATE item SET statement = CAST(replace(statement, 'person', 'list') "
     "AS BLOB) WHERE kind = 'letter' AND case_id = :sent", "deposit",
     "cases", "not the deposit that belongs here"),
    ("UPDATE item SET signature = zeroblob(64) WHERE kind = 'letter' AND "
     "case_id = :sent", "deposit", "cases", "signature"),
    ("UPDATE cases SET deposit_hash = zeroblob(32) WHERE id = :sent",
     "deposit", "cases", "not the deposit that belongs here"),
    ("UPDATE item SET class = 'automatic' WHERE kind = 'letter' AND "
     "case_id = :sent", "deposit", "item", "not what was signed"),
    ("UPDATE item SET at = at + 1 WHERE kind = 'letter' AND case_id = :sent",
     "deposit", "item", "not what was signed"),
    ("UPDATE part SET hash = zeroblob(32) WHERE item = (SELECT id FROM item "
     "WHERE kind = 'letter' AND case_id = :sent) AND no = 0", "deposit",
     "part", "not those that were signed"),
    ("UPDATE case_key SET public = zeroblob(32) WHERE case_id = :sent",
     "deposit", "case_key", "not the one under which"),
    ("UPDATE participant SET address = zeroblob(32) WHERE case_id = :sent",
     "deposit", "participant", "not that of who wrote"),
    ("DELETE FROM item WHERE kind = 'note' AND case_id = :note", "deposit",
     "cases", "it had 2 letters, answers and notes, and 1 are here"),
    ("UPDATE item SET signer = zeroblob(32) WHERE kind = 'note' AND "
     "case_id = :note", "deposit", "item", "nobody who ever was"),
    ("UPDATE item SET approver = zeroblob(32) WHERE kind = 'answer' AND "
     "case_id = :sent", "deposit", "item", "nobody who ever was"),
    ("DELETE FROM case_key WHERE case_id = :sent", "key", "case_key",
     "has no key"),
    ("DELETE FROM team_secret WHERE kind = 'team'", "key", "team_secret",
     "nobody can open a letter"),
    ("UPDATE chunk SET bytes = zeroblob(length(bytes)) WHERE item = (SELECT "
     "id FROM item WHERE kind = 'letter' AND case_id = :sent) AND part = 1",
     "bytes", "chunk", "sealed bytes of part 1 were changed"),
    ("DELETE FROM chunk WHERE item = (SELECT id FROM item WHERE "
     "kind = 'note' AND case_id = :note)", "bytes", "chunk",
     "of part 0 0 bytes are here"),
    ("DELETE FROM part WHERE item = (SELECT id FROM item WHERE "
     "kind = 'note' AND case_id = :note)", "row", "item",
     "its sealed bytes are not here"),
    ("DELETE FROM part WHERE item = (SELECT id FROM item WHERE "
     "kind = 'note' AND case_id = :note)", "row", "chunk",
     "belong to no item"),
    ("INSERT INTO chunk (item, part, no, bytes) VALUES (zeroblob(16), 0, 3, "
     "zeroblob(9))", "row", "chunk", "belong to no item"),
    ("INSERT INTO part (item, no, size, hash) VALUES (zeroblob(16), 0, 3, "
     "zeroblob(32))", "row", "part", "belong to no item"),
    ("DELETE FROM grants WHERE item = (SELECT id FROM item WHERE "
     "kind = 'note' AND case_id = :note)", "row", "item",
     "nobody can open it"),
    ("DELETE FROM item WHERE kind = 'note' AND case_id = :note", "row",
     "grants", "item that it belongs to is not here"),
    ("DELETE FROM item WHERE kind = 'draft'", "row", "draft",
     "item that it belongs to is not here"),
    ("DELETE FROM cases WHERE id = :sent", "row", "item",
     "case that it belongs to is not here"),
    ("UPDATE cases SET state = 'erased' WHERE id = :sent", "row", "cases",
     "a state that it cannot have come into"),
    ("INSERT INTO erasure (case_id, state, asked_by, asked_at, ends_at, seen) "
     "SELECT :sent, 'asked', 'p1', 1, 2, min(seq) FROM audit", "row",
     "erasure", "no entry of the audit tells of that"),
    ("DELETE FROM grants WHERE recipient = 'postman'", "key", "grants",
     "cannot open it to send it"),
    ("INSERT INTO grants SELECT item, 'postman', 'content', 0, box FROM "
     "grants WHERE recipient = 'case' AND item = (SELECT item FROM delivery "
     "WHERE state = 'accepted')", "key", "grants", "can still open it"),
    ("DELETE FROM ledger WHERE case_id = :sent", "ledger", "item",
     "knows of no mail"),
    ("DELETE FROM item WHERE kind = 'letter' AND case_id = :sent", "ledger",
     "ledger", "the letter that this mail became is not here"),
    ("UPDATE ledger SET item = NULL WHERE case_id = :sent", "ledger",
     "ledger", "became no letter"),
    ("UPDATE ledger SET item = NULL, class = 'duplicate', hash = "
     "zeroblob(32) WHERE case_id = :sent", "ledger", "ledger",
     "what it repeats is not here"),
]


class Whole(SinkStory):
    """A store in which everything has happened once, and copies of it."""

    def letter(self, name):
        text = mail(f"{name}@example.org", subject=name, text="Secret.\n",
                    message_id=f"<{name}@example.org>")
        return self.one_case(text)["id"], text

    def setUp(self):
        super().setUp()
        self.archive = Archive(self.ground)
        sent, text = self.letter("sent")
        self.service.inject(text)               # a duplicate
        self.answer(sent, "Answered.\n")
        self.anna.wait_delivery(sent, "accepted")
        note, _ = self.letter("note")
        self.anna("claim", note)
        self.anna("note", note, "-m", "a thought")
        self.anna("tag", note, "+school")
        self.archive.take(self.service)
        self.sink.script["banner"] = "421 4.3.2 not now"
        stuck, _ = self.letter("stuck")
        self.answer(stuck, "On its way.\n")
        self.anna.wait_delivery(stuck, "deferred")
        drafts, _ = self.letter("drafts")
        self.anna("discard", self.reply(self.anna, drafts, "Not so.\n"))
        self.anna("undo", self.undone(drafts))
        self.cases = {"sent": sent, "note": note, "stuck": stuck}
        self.copy = Service(self.ground, "copy")

    def undone(self, case):
        """A letter that is called back while it is held."""
        self.service.stop()
        self.service.settings["desk youth"]["hold"] = "1h"
        self.service.start()
        return self.answer(case, "Too early.\n")

    @contextlib.contextmanager
    def copied(self):
        """A copy of the stopped service's data, to be damaged."""
        shutil.rmtree(self.copy.data, ignore_errors=True)
        subprocess.run(["cp", "-a", self.service.data, self.copy.data],
                       check=True)
        settings = {**self.service.settings, "data": self.copy.data}
        with open(self.copy.conf, "w", encoding="utf-8") as f:
            f.write(conf_text(settings))
        with store(self.copy) as db:
            yield db

    def check(self, *more):
        return self.copy.admin("check", *more, check=False)

    def findings(self):
        result = self.check("--json")
        self.assertIn(result.code, (0, 1), result)
        said = result.json
        self.assertEqual(said["whole"], result.code == 0)
        self.assertEqual(said["found"] > 0, result.code == 1)
        return said["findings"]

    def test_each_damage_is_told_in_one_sentence(self):
        # Beside a running teduhd, and on a store that is whole.
        said = self.service.admin("check").text
        self.assertIn("the store is whole: 4 cases with 4 letters", said)
        self.assertNotIn("pin was not", said)
        self.assertEqual(len(said.splitlines()), 1)
        self.assertEqual(self.service.admin("check", "-q").text, "")
        self.service.stop()
        with self.copied():
            pass
        self.assertEqual(self.findings(), [])
        for sql, kind, table, words in DAMAGE:
            with self.subTest(sql), self.copied() as db:
                self.assertGreater(
                    db.execute(sql, self.cases).rowcount, 0)
                found = self.findings()
                self.assertTrue([
                    f for f in found if f["kind"] == kind and
                    f["table"] == table and words in f["what"]], found)
                result = self.check("-q")
                self.assertEqual(result.code, 1)
                self.assertFalse(result.err)
                lines = result.text.splitlines()
                self.assertEqual(len(lines), len(found) + 1)
                self.assertIn("the store is not whole", lines[-1])
                self.assertTrue([line for line in lines if words in line])
        self.no_row_may_name_what_is_not_there()
        self.the_file_itself()
        self.the_founding()

    def no_row_may_name_what_is_not_there(self):
        """Whatever refers to something in the schema, now and later."""
        with self.copied() as db:
            tables = [row[0] for row in db.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table'")]
            keys = {}
            for table in tables:
                for row in db.execute(f"PRAGMA foreign_key_list({table})"):
                    keys.setdefault((table, row["id"]), []).append(
                        row["from"])
        self.assertGreater(len(keys), 12)
        for (table, _), columns in keys.items():
            with self.subTest(table=table, columns=columns), \
                    self.copied() as db:
                types = {row["name"]: row["type"] for row in
                         db.execute(f"PRAGMA table_info({table})")}
                if table == "recall":   # post does not let them lie
                    db.execute("INSERT OR IGNORE INTO recall (item) "
                               "SELECT item FROM delivery LIMIT 1")
                if table == "link":     # nobody wrote a second time
                    db.execute("INSERT INTO link (case_id, other, kind, at, "
                               "actor) SELECT min(id), max(id), 'proposal', "
                               "0, 'intake' FROM cases")
                if table == "person":   # nor a statement of two
                    db.execute(
                        "INSERT INTO person (case_id, participant, item, "
                        "author, state, at) SELECT case_id, 2, id, 'anna', "
                        "'submitted', at FROM item LIMIT 1")
                if table == "removal":  # nobody asked for one
                    db.execute("INSERT INTO removal (no, case_id, why, at) "
                               "SELECT 1, id, 'erase', created FROM cases "
                               "LIMIT 1")
                if table == "erasure":  # nor to be forgotten
                    db.execute("INSERT INTO erasure (case_id, state, "
                               "asked_by, asked_at, ends_at) SELECT id, "
                               "'asked', 'p1', created, created FROM cases "
                               "LIMIT 1")
                if table == "retention":        # nobody closed it
                    db.execute("INSERT INTO retention (case_id) "
                               "SELECT id FROM cases LIMIT 1")
                if table == "statistic_new":    # nor counted it
                    db.execute("INSERT INTO statistic_new (id, case_id, "
                               "desk, epoch) SELECT zeroblob(16), id, desk, "
                               "1 FROM cases LIMIT 1")
                if table == "disclosure":       # nor gave it away
                    db.execute("INSERT INTO disclosure (item, case_id, "
                               "asked_by, at) SELECT id, case_id, 'anna', at "
                               "FROM item LIMIT 1")
                if table == "raw_removed":      # nor keeps half of it
                    db.execute("INSERT INTO raw_removed (item, case_id, at) "
                               "SELECT id, case_id, at FROM item LIMIT 1")
                if table == "hold":     # nor keeps it
                    db.execute("INSERT INTO hold (case_id, held_by, at) "
                               "SELECT id, 'maria', created FROM cases "
                               "LIMIT 1")
                if table == "wish":     # nor wished anything else
                    db.execute("INSERT INTO wish (case_id, participant, "
                               "wish, at, statement, signer, signature) "
                               "SELECT id, 1, 'other', created, x'', x'', "
                               "x'' FROM cases LIMIT 1")
                if table == "urgency":  # nobody weighed it
                    db.execute("INSERT INTO urgency (case_id, urgency, "
                               "rules, name, at, statement, signer, "
                               "signature) SELECT id, 1, 0, 'anna', "
                               "created, x'', x'', x'' FROM cases LIMIT 1")
                if table == "case_epoch":   # nobody left
                    db.execute("INSERT INTO case_epoch (case_id, epoch, "
                               "statement, signer, signature, at) SELECT "
                               "id, 1, x'', x'', x'', created FROM cases "
                               "LIMIT 1")
                if table == "no_automatic":     # nobody complained
                    db.execute("INSERT INTO no_automatic (address, case_id, "
                               "at) SELECT zeroblob(32), id, created "
                               "FROM cases LIMIT 1")
                if table == "locator":  # no form was sent
                    db.execute("INSERT INTO locator (case_id, participant, "
                               "locator, salt, public, form, nth, at) "
                               "SELECT id, 1, '00000000', zeroblob(32), "
                               "zeroblob(32), zeroblob(32), 0, created "
                               "FROM cases LIMIT 1")
                if table == "form":     # nor a second one
                    db.execute("INSERT INTO form (hash, case_id, at) SELECT "
                               "zeroblob(32), id, created FROM cases "
                               "LIMIT 1")
                if table == "once":     # no link was given out
                    db.execute("INSERT INTO once (hash, case_id, "
                               "participant, expires, proof) SELECT "
                               "zeroblob(32), id, 1, created, zeroblob(32) "
                               "FROM cases LIMIT 1")
                if table == "still":    # no answer crossed a letter
                    db.execute("INSERT INTO still (item, person, at, "
                               "statement, signature) SELECT item, 'anna', "
                               "0, x'', x'' FROM delivery LIMIT 1")
                if table == "crisis":   # nor left in one
                    db.execute("INSERT INTO crisis (item, case_id, no, "
                               "author, at) SELECT item, case_id, draft, "
                               "'anna', at FROM delivery LIMIT 1")
                if table == "draft_former":     # nor was adopted
                    db.execute("INSERT INTO draft_former (case_id, no, "
                               "author, at) SELECT case_id, no, 'ben', at "
                               "FROM draft LIMIT 1")
                if table == "draft_version":    # nor came back
                    db.execute("INSERT INTO draft_version (item, case_id, "
                               "no, replaced_by, at) SELECT item, case_id, "
                               "draft, 1, at FROM delivery LIMIT 1")
                row = db.execute(f"SELECT * FROM {table} LIMIT 1").fetchone()
                self.assertIsNotNone(row, f"the story makes no {table}")
                where = " AND ".join(f"{name} IS ?" for name in types)
                change = ", ".join(f"{name} = ?" for name in columns)
                db.execute(f"UPDATE {table} SET {change} WHERE {where}",
                           [*(BOGUS[types[name]] for name in columns),
                            *row])
                self.assertIn(table, {f["table"] for f in self.findings()})

    def the_file_itself(self):
        with self.copied() as db:
            page = db.execute("SELECT rootpage FROM sqlite_schema WHERE "
                              "name = 'chunk'").fetchone()[0]
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with open(f"{self.copy.data}/store.db", "r+b") as f:
            f.seek((page - 1) * 4096)
            f.write(b"\xee" * 4096)
        found, = self.findings()
        self.assertEqual(found["kind"], "file")
        self.assertIn("put the newest backup back", found["next"])

    def the_founding(self):
        """Another pin: the whole list is somebody else's."""
        with self.copied():
            pass
        pin = f"{self.service.secrets}/pin"
        with open(pin, "rb") as f:
            true = f.read()
        with open(pin, "wb") as f:
            f.write(bytes([true[0] ^ 1]) + true[1:])
        found, = self.findings()
        self.assertEqual(found["kind"], "roster")
        self.assertIn("not the pin of this service", found["what"])
        with open(pin, "wb") as f:
            f.write(true)
        self.assertEqual(self.findings(), [])

    def test_a_store_that_was_put_back_is_whole(self):
        self.archive.take(self.service)
        lose(self.service)
        self.archive.put_back(self.service)
        said = self.service.admin("check").text
        self.assertIn("4 cases with 4 letters", said)

    def test_an_older_keys_file_is_a_note(self):
        """What is younger than that file stays shut; nobody erased it."""
        keys = os.path.join(self.archive.dir, "keys")
        with open(keys, "rb") as f:
            older = f.read()
        late, _ = self.letter("late")
        self.service.stop()
        self.service.clock(5)
        self.archive.take(self.service)
        with open(keys, "wb") as f:
            f.write(older)
        lose(self.service)
        self.archive.put_back(self.service)
        said = self.service.admin("check").text
        notes = "\n".join(line for line in said.splitlines() if
                          line.startswith("note: "))
        self.assertIn(f"'case_key', {late}", notes)
        self.assertIn("the keys file was older than the backup", notes)
        self.assertNotIn(self.cases["note"], notes)
        self.assertNotIn("note", self.service.admin("check", "-q").text)


class Beside(Story):
    def test_while_letters_come_in(self):
        self.found()
        stop = threading.Event()

        def letters():
            n = 0
            while not stop.is_set():
                n += 1
                self.service.inject(mail(f"s{n}@example.org",
                                         message_id=f"<{n}@example.org>"))
        writer = threading.Thread(target=letters)
        writer.start()
        try:
            seen = [self.service.admin("check", "--json").json["read"]
                    for _ in range(10)]
        finally:
            stop.set()
            writer.join()
        for read in seen:
            self.assertEqual(read["cases"], read["letters"])
            self.assertEqual(read["cases"], read["mails"])
        self.assertGreater(seen[-1]["cases"], seen[0]["cases"])


class Sources(Story):
    def test_letters_that_stay_with_a_provider_are_a_note(self):
        self.service = Service(self.ground)
        self.service.mailbox("outside", port=1)
        self.service.init()
        said = self.service.admin("check")
        note, = [line for line in said.text.splitlines()
                 if line.startswith("note: ")]
        self.assertIn("mailbox 'outside': its letters stay", note)
        said = self.service.admin("check", "--json").json
        self.assertEqual([(n["kind"], n["id"]) for n in said["notes"]],
                         [("mailbox", "outside")])
        self.service.settings["mailbox outside"]["purge_after"] = "30d"
        self.service.configure()
        self.assertNotIn("note", self.service.admin("check").text)
        del self.service.settings["mailbox outside"]["purge_after"]
        self.service.settings["mailbox outside"]["after"] = "delete"
        self.service.configure()
        self.assertNotIn("note", self.service.admin("check").text)


class CannotLook(Story):
    def test_what_is_no_finding(self):
        self.service = Service(self.ground)
        self.service.configure()
        result = self.service.admin("check", check=False)
        self.assertEqual(result.code, 75)
        self.assertIn("cannot check the store", result.err)
        self.assertEqual(len(result.err.strip().splitlines()), 1)
        self.service.init()
        said = self.service.admin("check").text     # nobody has joined yet
        self.assertIn("whole: 0 cases", said)
        result = self.service.admin("check", "now", check=False)
        self.assertEqual(result.code, 64)
        db = sqlite3.connect(f"{self.service.data}/store.db")
        db.execute("PRAGMA user_version = 1")
        db.close()
        result = self.service.admin("check", check=False)
        self.assertEqual(result.code, 75)
        self.assertIn("teduh-admin migrate", result.err)
