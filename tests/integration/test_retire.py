"""The old server after a move: nothing starts on it, nothing is sent from
it, and whoever takes that back has a supervisor look first."""

import os
import pty
import sqlite3
import subprocess

from lib.archive import Archive, lose
from lib.crash import check_audit
from lib.ground import program
from lib.intruder import peek
from lib.mails import mail
from lib.story import SinkStory, Story
from lib.teduh import Service

CONFIGURATION = 78


class Retired(SinkStory):
    def retire(self, *more, check=True):
        return self.service.admin("retire", *more, check=check)

    def actions(self):
        return [row["action"] for row in peek(
            self.service, "SELECT action FROM audit ORDER BY seq")]

    def refuse(self, code, words, *args):
        before = self.actions()
        result = self.retire(*args, check=False)
        self.assertEqual(result.code, code, result)
        self.assertIn(words, result.err)
        self.assertEqual(len(result.err.strip().splitlines()), 1, result.err)
        self.assertEqual(self.actions(), before)

    def start_fails(self, *more):
        """teduhd says one sentence, and systemd leaves it at that."""
        done = subprocess.run(
            [program("teduhd"), "-c", self.service.conf, "-f", *more],
            capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, CONFIGURATION, done)
        said = [line for line in done.stderr.splitlines()
                if line.startswith("teduhd:")]
        self.assertEqual(len(said), 1, done.stderr)
        self.assertIn("was retired at 20", said[0])
        self.assertIn("teduh-admin retire --undo", said[0])
        unit = os.path.join(os.path.dirname(__file__),
                            "../../config/teduhd.service")
        with open(unit, encoding="ascii") as f:
            line, = [x for x in f if x.startswith("RestartPreventExit")]
        self.assertIn(str(done.returncode), line.split("=")[1].split())

    def test_nothing_starts_on_it_until_that_is_taken_back(self):
        case = self.one_case(mail(text="before the move\n"))["id"]
        self.sink.script["banner"] = "421 4.3.2 not now"
        draft = self.answer(case, "On its way.\n")
        self.anna.wait_delivery(case, "deferred")
        self.refuse(75, "teduhd runs on", "--yes")
        self.refuse(75, "teduhd runs on", "--undo", "--yes")
        self.service.stop()
        self.refuse(65, "is not retired", "--undo", "--yes")
        self.refuse(65, "type: teduh-admin retire --yes")
        said = self.retire("--yes").text
        self.assertIn("is retired", said)
        self.assertEqual(self.actions()[-1], "retire")
        self.assertIn("is retired", self.retire("--yes").text)
        self.assertEqual(self.actions().count("retire"), 1)
        check_audit(self, self.service)
        self.service.admin("check")
        self.start_fails()
        self.start_fails("-r", "post", "--once")
        self.refuse(65, "type: teduh-admin retire --undo --yes", "--undo")
        status = self.service.admin("status", check=False)
        self.assertEqual(status.code, 1, status)
        self.assertIn("RETIRED", status.text)
        self.assertLessEqual(max(map(len, status.text.splitlines())), 80)
        # A copy of the folder is as retired as the folder itself.
        copy = f"{self.service.dir}/copy"
        subprocess.run(["cp", "-a", self.service.data, copy], check=True)
        kept, self.service.settings["data"] = self.service.data, copy
        self.service.configure()
        self.start_fails()
        self.service.settings["data"] = kept
        self.service.configure()

        del self.sink.script["banner"]
        self.service.clock(3600)
        said = self.retire("--undo", "--yes").text
        self.assertIn("quarantine", said)
        self.assertEqual(self.actions()[-1], "retire-undo")
        self.service.start()
        check_audit(self, self.service)
        # Who went on elsewhere may have sent it: a human looks.
        self.assertEqual(self.anna.wait_delivery(case, "blocked")["delivery"]
                         ["code"], "restore")
        fresh = self.one_case(mail("b@example.org", text="after\n",
                                   message_id="<b@example.org>"))["id"]
        self.answer(fresh, "Not yet.\n")
        self.assertEqual(self.sink.messages, [])
        self.maria("restore", "accept", "--yes")
        self.anna.wait_delivery(fresh, "accepted")
        self.maria("return", draft, "-m", "sent from the other one")
        self.assertEqual(len(self.sink.messages), 1)

    def test_a_backup_of_it_comes_back_as_a_service_that_runs(self):
        case = self.one_case(mail(text="before the move\n"))["id"]
        self.service.stop()
        self.retire("--yes")
        archive = Archive(self.ground)
        archive.take(self.service)
        lose(self.service)
        archive.put_back(self.service)
        self.assertIn("retire", self.actions())
        self.service.start()
        self.maria("restore", "accept", "--yes")
        self.assertEqual([row["id"] for row in self.anna.queue()], [case])
        check_audit(self, self.service)

    def test_a_person_is_asked_and_may_say_no(self):
        self.service.stop()
        for typed, retired in ((b"no\n", False), (b"yes\n", True)):
            result = self.typed(typed, "retire")
            self.assertIn("Type 'yes'", result[1])
            self.assertEqual(result[0] == 0, retired, result)
            self.assertEqual("retire" in self.actions(), retired)
        result = self.typed(b"\x04", "retire", "--undo")
        self.assertNotEqual(result[0], 0)
        self.assertIn("Nothing was changed", result[1])
        self.start_fails()
        self.assertEqual(self.typed(b"yes\n", "retire", "--undo")[0], 0)
        self.service.start()

    def typed(self, words, *args):
        """teduh-admin on a terminal: exit code and what it asked."""
        master, slave = pty.openpty()
        with subprocess.Popen(
                [program("teduh-admin"), "-c", self.service.conf, *args],
                stdin=slave, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE) as child:
            os.close(slave)
            os.write(master, words)
            _, err = child.communicate(timeout=60)
        os.close(master)
        return child.returncode, err.decode()

    def test_a_death_on_the_way_leaves_one_or_the_other(self):
        self.service.stop()
        for way, action, start in ((("--yes",), "retire", False),
                                   (("--undo", "--yes"), "retire-undo",
                                    True)):
            for n, done in ((1, False), (2, True)):
                self.service.env["TEDUH_CRASH"] = f"admin:{n}"
                result = self.retire(*way, check=False)
                del self.service.env["TEDUH_CRASH"]
                self.assertNotEqual(result.code, 0, result)
                self.assertIn("crash point: retire", result.err)
                self.assertEqual(action in self.actions(), done, result)
            check_audit(self, self.service)
            if start:
                self.service.start()
            else:
                self.start_fails()

    def test_with_the_secrets_of_another_service(self):
        self.service.stop()
        path = f"{self.service.secrets}/clock.key"
        with open(path, "rb") as f:
            true = f.read()
        with open(path, "wb") as f:
            f.write(bytes(byte ^ 1 for byte in true))
        self.refuse(77, "'clock.key' is not that of the service", "--yes")
        with open(path, "wb") as f:
            f.write(true[:-1])
        self.refuse(65, "clock.key", "--yes")
        os.unlink(path)
        self.refuse(65, "clock.key", "--yes")
        with open(path, "wb") as f:
            f.write(true)
        os.chmod(path, 0o644)
        self.refuse(77, "clock.key", "--yes")
        os.chmod(path, 0o600)
        db = sqlite3.connect(f"{self.service.data}/store.db")
        db.execute("INSERT INTO setting VALUES ('retired', ?)",
                   (bytes(100),))
        db.commit()
        db.close()
        self.refuse(65, "'retired' is broken", "--undo", "--yes")


class Refused(Story):
    def test_what_cannot_be_retired(self):
        self.service = Service(self.ground)
        self.service.configure()
        result = self.service.admin("retire", "--yes", check=False)
        self.assertEqual(result.code, 65, result)
        self.service.init()
        result = self.service.admin("retire", "--yes", check=False)
        self.assertEqual(result.code, 65, result)
        self.assertIn("nobody has joined", result.err)
        for words in (("--now",), ("--yes", "old"), ("--undo", "--no")):
            result = self.service.admin("retire", *words, check=False)
            self.assertEqual(result.code, 64, result)
