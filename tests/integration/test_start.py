"""Starting and stopping, and what is refused at the door."""

import glob
import os
import shutil
import signal
import subprocess
import unittest.mock

from lib.ground import program, wait_for
from lib.mails import mail
from lib.story import Story
from lib.teduh import (SANITIZER_ENV, SERVICE_USER, Person, Service,
                       conf_text, finish)


class Daemon(Story):
    def teduhd(self, *args, seconds=30):
        return finish([program("teduhd"), *args],
                      {**os.environ, **SANITIZER_ENV}, check=False,
                      seconds=seconds)

    def test_a_second_daemon_on_the_same_store_refuses(self):
        self.found()
        second = self.teduhd("-c", self.service.conf, "-f")
        self.assertNotEqual(second.code, 0)
        self.assertTrue(second.err.strip())
        self.service.inject(mail())
        self.assertEqual(len(self.anna.wait_queue(1)), 1)

    def test_the_terms_of_a_stop_are_kept(self):
        self.found()
        pids = self.service.pids()
        self.assertGreater(len(pids), 1)
        self.service.stop()             # fails unless it says 0
        for pid in pids:
            self.assertFalse(os.path.exists(f"/proc/{pid}"), pid)
        self.service.start()

    def test_before_init_it_leaves_nothing_in_the_way(self):
        service = Service(self.ground)
        self.ground.dir(f"{service.name}/data", 0o700, SERVICE_USER)
        service.configure()
        result = self.teduhd("-c", service.conf, "-f")
        self.assertEqual(result.code, 78, result)
        self.assertIn("teduh-admin init", result.err)
        self.assertEqual(os.listdir(service.data), [])
        service.init()
        service.start()

    def copied(self, *names):
        """From here on the programs stand where only the starter walks."""
        place = self.ground.dir("hidden", 0o700)
        for name in names:
            shutil.copy2(program(name), place)
        self.enterContext(unittest.mock.patch.dict(
            os.environ, {"TEDUH_BUILD": place}))

    def test_programs_may_stand_where_the_services_user_cannot_walk(self):
        self.copied("teduhd", "teduh-reader", "teduh-admin", "teduh")
        self.found()
        self.service.inject(mail())
        wait_for("the letter", self.anna.queue)
        row, = self.anna.queue()
        self.assertNotIn("unreadable", row["flags"])

    def test_without_the_reader_it_does_not_start(self):
        service = Service(self.ground)
        service.configure()
        service.init()
        self.copied("teduhd")
        result = self.teduhd("-c", service.conf, "-f")
        self.assertEqual(result.code, 78, result)
        self.assertIn("teduh-reader'", result.err)

    def test_usage(self):
        self.assertEqual(self.teduhd("--no-such-option").code, 64)
        self.assertEqual(self.teduhd("-c", "/nonexistent/teduh.conf",
                                     "-t").code, 78)

    def test_a_good_configuration_is_said_to_be_good(self):
        service = Service(self.ground)
        service.configure()
        result = self.teduhd("-t", "-c", service.conf)
        self.assertEqual(result.code, 0, result)

    def test_what_is_wrong_is_named_by_file_and_line(self):
        service = Service(self.ground)
        good = conf_text(service.settings)
        wrong = {
            "unknown key": ('user =', 'usre ='),
            "unknown section": ('desk youth {', 'dusk youth {'),
            "no such desk": ('desk = "youth"', 'desk = "seniors"'),
            "a brace is missing": ('api {', 'api '),
            "an address that is none": ('desk@desk.example', 'desk'),
        }
        for what, (before, after) in wrong.items():
            with self.subTest(what):
                text = good.replace(before, after)
                self.assertNotEqual(text, good)
                path = self.ground.file("wrong.conf", text)
                for args in (("-t", "-c", path), ("-c", path, "-f")):
                    result = self.teduhd(*args)
                    self.assertEqual(result.code, 78, result)
                    self.assertRegex(result.err, r"wrong\.conf:\d+: ")

    def test_a_wrong_port_is_named_with_its_line(self):
        service = Service(self.ground)
        for port in (0, 65536, -1):
            service.mailbox("m", port=port)
            service.configure()
            with open(service.conf, encoding="utf-8") as f:
                line = 1 + next(n for n, text in enumerate(f)
                                if "port =" in text)
            result = self.teduhd("-t", "-c", service.conf)
            self.assertEqual(result.code, 78, result)
            self.assertIn(f"teduh.conf:{line}: ", result.err)

    def test_a_hangup_judges_the_configuration_and_ends_nothing(self):
        self.found()
        pids = self.service.pids()
        good = conf_text(self.service.settings)
        for text, said in (
                (good.replace("user =", "usre ="), "teduh.conf:3: "),
                (good, "configuration taken: nothing in it is new")):
            with open(self.service.conf, "w", encoding="utf-8") as f:
                f.write(text)
            os.kill(self.service.process.pid, signal.SIGHUP)
            self.service.wait_log(said)
        self.assertEqual(self.service.pids(), pids)
        self.service.inject(mail())
        self.assertEqual(len(self.anna.wait_queue(1)), 1)

    def test_no_secrets_no_start(self):
        self.found()
        self.service.stop()
        os.rename(f"{self.service.secrets}/pepper",
                  f"{self.service.secrets}/elsewhere")
        result = self.teduhd("-c", self.service.conf, "-f")
        self.assertNotEqual(result.code, 0, result)
        self.assertIn("pepper", result.err)


class Keys(Story):
    def setUp(self):
        super().setUp()
        self.found()

    def keyfiles(self, person):
        found = [p for p in glob.glob(f"{person.home}/**", recursive=True)
                 if "key" in os.path.basename(p) and os.path.isfile(p)]
        self.assertTrue(found, os.listdir(person.home))
        return found

    def test_a_wrong_passphrase_opens_nothing(self):
        result = self.anna.refused("queue", passphrase="not this one")
        self.assertEqual(result.code, 1, result)
        self.assertTrue(result.err.strip())
        self.assertEqual(self.anna.queue(), [])

    def test_a_key_file_of_the_wrong_kind_is_refused(self):
        key, = self.keyfiles(self.anna)
        self.assertEqual(os.stat(key).st_mode & 0o077, 0)
        with open(key, "rb") as f:
            good = f.read()
        pem = b"-----BEGIN PRIVATE KEY-----\nMC4CAQ\n-----END"
        for wrong in (b"", pem, os.urandom(len(good)), good[:-1],
                      good + b"x", good[:20] + bytes([good[20] ^ 1])
                      + good[21:]):
            with open(key, "wb") as f:
                f.write(wrong)
            result = self.anna.refused("queue")
            self.assertEqual(result.code, 1, result)
            self.assertTrue(result.err.strip())
        with open(key, "wb") as f:
            f.write(good)
        self.assertEqual(self.anna.queue(), [])

    def test_somebody_elses_key_is_not_mine(self):
        theirs, = self.keyfiles(self.maria)
        mine, = self.keyfiles(self.anna)
        with open(theirs, "rb") as f:
            good = f.read()
        with open(mine, "wb") as f:
            f.write(good)
        self.anna.refused("queue")      # her passphrase does not open it

    def test_without_a_key_there_is_a_sentence(self):
        result = Person(self.ground, "nobody").refused("queue")
        self.assertEqual(result.code, 1, result)
        self.assertTrue(result.err.strip())

    def test_usage(self):
        for args in (("no-such-command",), ("show",), ("queue", "--nope"),
                     ("claim", "A", "B", "C")):
            result = self.anna.run(*args)
            self.assertEqual(result.code, 2, result)
        version = subprocess.run([program("teduh"), "help"], check=False,
                                 capture_output=True)
        self.assertEqual(version.returncode, 0)
        self.assertIn(b"queue", version.stdout)

    def test_a_daemon_that_is_away_means_try_again(self):
        self.service.stop()
        result = self.anna.refused("queue")
        self.assertEqual(result.code, 75, result)
