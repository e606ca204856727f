"""Backup and restore: what was taken in comes back, what was on its way does
not go by itself, and a supervisor has the next word."""

import fcntl
import json
import os
import sqlite3

from lib.archive import Archive, lose
from lib.mails import mail, parse
from lib.story import SinkStory, Story
from lib.teduh import Service, invite


class Drill(SinkStory):
    def letter(self, name):
        return self.one_case(mail(
            f"{name}@example.org", subject=name, text=f"{name} writes\n",
            message_id=f"<{name}@example.org>"))["id"]

    def setUp(self):
        super().setUp()
        self.archive = Archive(self.ground)
        self.sent = self.letter("sent")
        self.answer(self.sent, "Answered before.\n")
        self.sink.wait_messages(1)
        self.anna.wait_delivery(self.sent, "accepted")
        self.waiting = self.letter("waiting")
        # Approved, and the relay is away: it is on its way.
        self.sink.script["banner"] = "421 4.3.2 not now"
        self.stuck = self.letter("stuck")
        self.draft = self.answer(self.stuck, "On its way.\n")
        self.anna.wait_delivery(self.stuck, "deferred")

    def queue(self):
        return sorted(row["subject"] for row in self.anna.queue())

    def test_a_service_is_lost_and_comes_back(self):
        taken = self.archive.take(self.service)
        self.assertEqual(taken["cases"], 3)
        later = self.letter("later")
        self.assertIn(later, [row["id"] for row in self.anna.queue()])
        del self.sink.script["banner"]
        self.service.clock(3600)
        self.sink.wait_messages(2)      # it left after the backup
        self.anna.wait_delivery(self.stuck, "accepted")
        lose(self.service)

        said = self.archive.put_back(self.service).text
        self.assertIn("It is in quarantine", said)
        self.assertIn("teduh restore accept", said)
        self.service.start()
        result = self.anna.run("queue", "--json")
        self.assertEqual(result.code, 0, result)
        self.assertIn("restore accept", result.err.replace("\n", " "))
        # What was on its way may have been sent: a human decides.
        show = self.anna("show", self.stuck)
        delivery, = [i["delivery"] for i in show["items"] if i["delivery"]]
        self.assertEqual((delivery["state"], delivery["code"]),
                         ("blocked", "restore"))
        self.assertEqual(self.queue(), ["stuck", "waiting"])
        # Letters come in, answers do not go out.
        fresh = self.letter("fresh")
        self.answer(fresh, "Not yet.\n")
        self.service.clock(7200)
        self.anna.wait_delivery(fresh, "held")
        self.assertEqual(len(self.sink.messages), 2)
        # Not without being asked, and not by a counsellor.
        refused = self.maria.refused("restore", "accept")
        self.assertIn("--yes", refused.err)
        refused = self.anna.refused("restore", "accept", "--yes")
        self.assertIn("a supervisor accepts", refused.err.replace("\n", " "))
        status = self.service.admin("status", check=False).text
        self.assertIn("QUARANTINE", status)
        self.assertLessEqual(max(map(len, status.splitlines())), 80)
        self.maria("restore", "accept", "--yes")
        status = self.service.admin("status", check=False).text
        self.assertNotIn("QUARANTINE", status)
        result = self.anna.run("queue", "--json")
        self.assertNotIn("restore accept", result.err)
        self.anna.wait_delivery(fresh, "accepted")
        self.assertEqual(len(self.sink.wait_messages(3)), 3)
        self.assertIn("Not yet.", parse(
            self.sink.messages[2].data).get_content())
        # The one that was on its way: given back, written anew, sent.
        self.maria("return", self.draft, "-m", "may have been sent")
        self.reply(self.anna, self.stuck, "Once more, to be sure.\n",
                   "--submit")
        self.maria("approve", self.draft)
        self.anna.wait_delivery(self.stuck, "accepted")
        self.assertEqual(len(self.sink.wait_messages(4)), 4)
        refused = self.maria.refused("restore", "accept", "--yes")
        self.assertIn("nothing to do", refused.err.replace("\n", " "))
        self.service.stop()
        self.service.admin("check")

    def test_staff_that_the_backup_does_not_know(self):
        self.archive.take(self.service)
        ben = invite(self.service, self.ground, self.maria, "ben")
        self.assertEqual(len(ben.queue()), 2)
        for person in (self.anna, self.maria):      # they know of ben
            self.assertEqual(len(person.queue()), 2)
        lose(self.service)
        self.archive.put_back(self.service)
        self.service.start()
        # Nobody works with an older list until a supervisor answers for it.
        for person in (self.anna, self.maria):
            refused = person.refused("queue")
            self.assertIn("restore accept", refused.err.replace("\n", " "))
        result = self.maria.run("restore", "accept", "--yes")
        self.assertEqual(result.code, 0, result)
        self.assertIn("later entries", result.err.replace("\n", " "))
        result = self.anna.run("queue", "--json")
        self.assertEqual(result.code, 0, result)
        self.assertIn("confirmed again", result.err.replace("\n", " "))
        self.assertEqual(len(self.anna.queue()), 2)
        self.assertNotEqual(ben.run("queue").code, 0)

    def test_a_forged_older_list_stays_refused(self):
        """The same older store, without anybody who answers for it."""
        self.archive.take(self.service)
        invite(self.service, self.ground, self.maria, "ben")
        self.assertEqual(len(self.anna.queue()), 2)
        lose(self.service)
        self.archive.put_back(self.service)
        db = sqlite3.connect(f"{self.service.data}/store.db")
        db.execute("DELETE FROM setting WHERE name = 'quarantine'")
        db.commit()
        db.close()
        self.service.start()
        refused = self.anna.refused("queue")
        self.assertIn("another list of staff", refused.err.replace("\n", " "))


class Sets(SinkStory):
    """What a backup is made of."""

    def setUp(self):
        super().setUp()
        self.archive = Archive(self.ground)
        self.case = self.one_case(mail(text="secret words\n"))["id"]

    def test_an_erased_case_dies_in_every_content_set(self):
        self.archive.take(self.service)
        with open(f"{self.archive.dir}/keys", encoding="ascii") as f:
            self.assertIn(self.case, f.read())
        self.service.stop()
        db = sqlite3.connect(f"{self.service.data}/store.db")
        db.execute("DELETE FROM case_key WHERE case_id = ?", (self.case,))
        db.commit()
        db.close()
        self.service.clock(5)
        self.archive.take(self.service)
        self.assertEqual(len(self.archive.sets()), 2)
        with open(f"{self.archive.dir}/keys", encoding="ascii") as f:
            self.assertNotIn(self.case, f.read())
        lose(self.service)
        # The older set, whose store still had the row: erased again.
        older = os.path.join(self.archive.dir, self.archive.sets()[0])
        self.service.admin("restore", older, "--secrets",
                           self.archive.secrets)
        db = sqlite3.connect(f"{self.service.data}/store.db")
        state = db.execute("SELECT state FROM cases WHERE id = ?",
                           (self.case,)).fetchall()
        items = db.execute("SELECT * FROM item WHERE case_id = ?",
                           (self.case,)).fetchall()
        db.close()
        self.assertEqual((state, items), ([("erased",)], []))

    def test_no_wrapped_key_and_no_postmans_grant_is_in_the_content(self):
        db = sqlite3.connect(f"{self.service.data}/store.db")
        boxes = [row[0] for table in ("case_key", "team_secret")
                 for row in db.execute(f"SELECT box FROM {table}")]
        self.sink.script["banner"] = "421 4.3.2 not now"
        self.answer(self.case, "On its way.\n")
        self.anna.wait_delivery(self.case, "deferred")
        grants = [row[0] for row in db.execute(
            "SELECT box FROM grants WHERE recipient = 'postman'")]
        db.close()
        self.assertEqual(len(grants), 1)
        self.assertGreaterEqual(len(boxes), 3)
        taken = self.archive.take(self.service)
        folder = os.path.join(self.archive.dir, taken["set"])
        for name in os.listdir(folder):
            with open(os.path.join(folder, name), "rb") as f:
                data = f.read()
            for box in boxes + grants:
                self.assertNotIn(bytes(box)[:32], data, name)
        with open(f"{self.archive.dir}/keys", "rb") as f:
            self.assertNotIn(b"postman", f.read())

    def test_keep_forgets_the_oldest(self):
        for n in range(3):
            self.service.clock(n * 10)
            self.archive.take(self.service, "--keep", "2")
        self.assertEqual(len(self.archive.sets()), 2)
        for root, folders, files in os.walk(self.archive.dir):
            for name in folders + files:
                mode = os.stat(os.path.join(root, name)).st_mode
                self.assertEqual(mode & 0o077, 0, name)

    def test_while_letters_come_in(self):
        for n in range(5):
            self.service.inject(mail(f"s{n}@example.org", text=f"{n}\n",
                                     message_id=f"<{n}@example.org>"))
            self.service.clock(n * 10)
            taken = self.archive.take(self.service)
            self.assertGreaterEqual(taken["cases"], n + 2)
        status = self.service.admin("status", "--json", check=False).json
        self.assertEqual(status["last_backup"], taken["at"])


class Killed(Story):
    """A backup that dies on the way leaves nothing that opens."""

    def kill_one(self, point=1):
        self.service.env["TEDUH_CRASH"] = f"admin:{point}"
        result = self.service.admin("backup", self.archive.dir, check=False)
        del self.service.env["TEDUH_CRASH"]
        self.assertNotEqual(result.code, 0, result)
        self.assertIn("copied, not stripped", result.err)

    def work(self):
        return os.path.join(self.service.data, "backup")

    def test_between_copy_and_strip(self):
        self.found()
        self.archive = Archive(self.ground)
        self.one_case(mail(text="secret words\n"))
        self.kill_one()
        self.assertIn("keys", os.listdir(self.work()))
        os.mkdir(f"{self.archive.dir}/.new-1")      # of one killed later
        # While somebody makes one, nobody sweeps and nobody else begins.
        data = os.open(self.service.data, os.O_RDONLY)
        fcntl.flock(data, fcntl.LOCK_EX)
        self.service.restart()
        self.service.clock(2 * 3600)
        self.anna.queue()
        self.assertIn("keys", os.listdir(self.work()))
        result = self.service.admin("backup", self.archive.dir, check=False)
        self.assertEqual(result.code, 75, result)
        self.assertIn("another backup", result.err)
        os.close(data)
        # The clock sweeps at its start and each hour.
        self.service.clock(4 * 3600)
        self.service.wait_log("swept: an unfinished backup", seconds=60)
        self.assertFalse(os.path.exists(self.work()))
        self.kill_one()
        after = len(self.service.logged())
        self.service.restart()
        self.service.wait_log("swept: an unfinished backup", seconds=60,
                              after=after)
        self.assertFalse(os.path.exists(self.work()))
        self.archive.take(self.service)
        self.assertEqual(sorted(os.listdir(self.archive.dir)),
                         [*self.archive.sets(), "keys"])


class Refused(Story):
    def setUp(self):
        super().setUp()
        self.service = Service(self.ground)
        self.service.init()
        self.archive = Archive(self.ground)

    def refuse(self, words, *args):
        result = self.service.admin(*args, check=False)
        self.assertNotEqual(result.code, 0, result)
        self.assertIn(words, result.err)
        self.assertEqual(len(result.err.strip().splitlines()), 1, result.err)
        return result

    def test_where_a_backup_must_not_lie(self):
        inside = os.path.join(self.service.data, "here")
        os.mkdir(inside, 0o700)
        self.refuse("inside the data folder", "backup", inside)
        self.refuse("cannot look at", "backup", "/nowhere")
        os.chmod(self.archive.dir, 0o755)
        self.refuse("open to others", "backup", self.archive.dir)
        path = self.ground.file("file", "x")
        self.refuse("is no folder", "backup", path)

    def test_what_cannot_be_put_back(self):
        self.archive.take(self.service)
        self.refuse("is not empty", "restore", self.archive.dir)
        lose(self.service)
        folder = os.path.join(self.archive.dir, self.archive.sets()[0])
        # Without its secrets.
        self.refuse("secrets of the service are not", "restore",
                    self.archive.dir)
        self.assertFalse(os.path.exists(f"{self.service.data}/store.db"))
        # With a bit turned over.
        store = os.path.join(folder, "store.db")
        with open(store, "r+b") as f:
            f.seek(5000)
            byte = f.read(1)
            f.seek(5000)
            f.write(bytes([byte[0] ^ 1]))
        self.refuse("is not what was backed up", "restore", self.archive.dir,
                    "--secrets", self.archive.secrets)
        with open(store, "r+b") as f:
            f.seek(5000)
            f.write(byte)
        # With half of the keys.
        keys = os.path.join(self.archive.dir, "keys")
        with open(keys, encoding="ascii") as f:
            whole = f.read()
        with open(keys, "w", encoding="ascii") as f:
            f.write(whole[:len(whole) // 2])
        self.refuse("not a whole keys file", "restore", self.archive.dir,
                    "--secrets", self.archive.secrets)
        self.assertFalse(os.path.exists(f"{self.service.data}/store.db"))
        with open(keys, "w", encoding="ascii") as f:
            f.write(whole)
        said = json.loads(self.archive.put_back(self.service,
                                                "--json").out)
        self.assertIs(said["quarantine"], True)

    def test_an_empty_folder_is_no_backup(self):
        lose(self.service)
        self.refuse("there is no backup in", "restore", self.archive.dir)
