"""The right words by people who may not, from folders that do not hold, and
invitations that are no good: one sentence, nothing changed."""

import copy
import os
import pwd
import shutil
import subprocess
import unittest

from lib import arguments
from lib.arguments import (REFUSED, ROWS, USAGE, call, folder,
                           is_sentence)
from lib.ground import IS_ROOT, as_user, program, wait_for
from lib.intruder import peek
from lib.teduh import Person
from lib.wrongly import All


def break_file(path, how):
    """how: what shall be there instead; None: a folder of that name."""
    if os.path.isdir(path):
        os.rmdir(path)
    elif os.path.exists(path):
        os.unlink(path)
    if how is None:
        os.mkdir(path)
    else:
        with open(path, "wb") as f:
            f.write(how)


class Rights(All):
    """Of the right words, by people who may not, from folders that do not
    hold."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gone = cls.town.hire("gone")
        cls.gone("queue")
        cls.town.maria("staff", "revoke", "gone")
        for person in (cls.town.anna, cls.town.maria, cls.ben):
            person("queue")

    def with_key(self):
        """Commands for which the own key is wanted."""
        return [name for name in self.commands if not ROWS[name].alone
                or name in ("key show", "key backup", "unlock")]

    def home(self, name, of=None):
        """Somebody's folder once more, to be spoilt."""
        person = copy.copy(of or self.town.anna)
        person.home = f"{self.ground.path}/{name}"
        shutil.copytree((of or self.town.anna).home, person.home)
        self.addCleanup(shutil.rmtree, person.home)
        return person

    def test_what_is_a_supervisors(self):
        for name in self.commands:
            if ROWS[name].by == "maria":
                self.refused(self.words(name), (REFUSED,), self.ben)

    def test_what_is_with_somebody_else(self):
        """A case that anna holds, and her open draft in it."""
        self.town.anna("claim", self.fresh)
        self.ben("show", self.fresh)
        mine = {**self.values, "CASE": self.fresh,
                "DRAFT": f"{self.fresh}.d1"}
        for name in ("release", "pass", "hand", "tag", "close", "reopen",
                     "reply", "submit", "approve", "return", "undo",
                     "discard", "settle", "adopt"):
            words = ROWS[name].use(self.commands[name].needed())
            said = self.refused([*name.split(), *(
                mine.get(one, one) for one in words)], (REFUSED,), self.ben)
            if name in ("release", "tag", "close", "reply", "submit"):
                self.assertIn(b"anna", said.err)

    def test_who_was_revoked(self):
        for name in self.with_key():
            if not ROWS[name].alone:
                self.refused(self.words(name), (REFUSED,), self.gone)

    def test_before_there_is_a_key(self):
        nobody = Person(self.ground, "nobody")
        for name in self.with_key():
            self.refused(self.words(name), (REFUSED,), nobody)
        os.rmdir(nobody.home)
        for name in self.with_key():
            self.refused(self.words(name), (REFUSED,), nobody)
        self.assertFalse(os.path.exists(nobody.home))
        self.assertEqual(call(nobody, "lock").code, 0)

    def test_a_key_file_that_is_none(self):
        with open(f"{self.town.anna.home}/key", "rb") as f:
            right = f.read()
        for number, how in enumerate((
                b"", right[:40], right[:-1], right + b"\0", b"\0" * 200,
                right[:-1] + bytes([right[-1] ^ 1]), b"\xff" * 5000, None)):
            person = self.home(f"key-{number}")
            break_file(f"{person.home}/key", how)
            for name in self.with_key():
                self.refused(self.words(name), (REFUSED,), person)
            self.refused(["key", "new"], (REFUSED,), person)

    def test_another_passphrase(self):
        person = self.home("other-passphrase")
        for wrong in ("not hers at all 99", "x", "x" * 5000, ""):
            person.passphrase = wrong
            for name in self.with_key():
                self.refused(self.words(name), (REFUSED,), person)

    def test_a_service_file_that_is_none(self):
        with open(f"{self.town.anna.home}/service", "rb") as f:
            right = f.read()
        for number, how in enumerate((
                b"", b"{}", right[:50], right.replace(b"unix:", b"ftp:"),
                right.replace(b'"anna"', b'"../x"'), b"\xff" * 100, None)):
            person = self.home(f"service-{number}")
            break_file(f"{person.home}/service", how)
            for name in self.with_key():
                if name != "unlock":        # which wants the key alone
                    if name.startswith("key") and how is not None \
                            and b"ftp:" in how:
                        continue            # it shows what stands there
                    self.refused(self.words(name), (REFUSED,), person)

    def test_a_list_of_staff_that_is_none_is_read_anew(self):
        with open(f"{self.town.anna.home}/roster", "rb") as f:
            right = f.read()
        for number, how in enumerate((b"", b"[]", right[:90], b"{}",
                                      b"\xff" * 100)):
            person = self.home(f"roster-{number}")
            break_file(f"{person.home}/roster", how)
            said = call(person, "queue", "--json")
            self.assertEqual((said.code, said.err), (0, b""), said)
            with open(f"{person.home}/roster", "rb") as f:
                self.assertEqual(f.read(), right)

    def test_folders_that_will_not_do(self):
        person = self.home("folders")
        os.chmod(self.home("open").home, 0o755)
        there = self.values["FILE"]
        for env in ({"TEDUH_HOME": there}, {"TEDUH_HOME": f"{there}/below"},
                    {"TEDUH_HOME": f"{self.ground.path}/open"},
                    {"TEDUH_HOME": arguments.LONG},
                    {"TEDUH_HOME": f"/proc/{arguments.STEERING}"},
                    {"TEDUH_HOME": "", "XDG_CONFIG_HOME": there},
                    {"TEDUH_HOME": "", "XDG_CONFIG_HOME": "",
                     "HOME": there},
                    {"TEDUH_HOME": "", "XDG_CONFIG_HOME": "", "HOME": ""}):
            for name in (*self.with_key(), "key new"):
                self.refused(self.words(name), (REFUSED,), person, env=env)
            self.assertEqual(call(person, "version", env=env).code, 0)

    def test_a_folder_that_nothing_can_be_written_to(self):
        """What only reads goes on or says one sentence; what has to write
        says one."""
        person = self.home("full")
        if IS_ROOT:
            entry = pwd.getpwnam("nobody")
            for path in (person.home, *folder(person.home)):
                os.chown(path, entry.pw_uid, entry.pw_gid)
            if subprocess.run(as_user("nobody", [program("teduh"),
                                                 "version"]), check=False,
                              capture_output=True).returncode != 0:
                self.skipTest("this build is not for other users to run")
        for path in (f"{person.home}/read", f"{person.home}/drafts",
                     person.home):
            os.chmod(path, 0o500)
            self.addCleanup(os.chmod, path, 0o700)
        for name in self.with_key():
            if name == "watch":         # which waits for what happens
                continue
            said = call(person, *self.words(name), user="nobody")
            self.assertIn(said.code, (0, REFUSED), said)
            if said.code == REFUSED:
                self.assertTrue(is_sentence(said), said)

    def test_a_page_and_a_file_that_do_not_fit(self):
        page = f"{self.ground.path}/page"
        self.town.anna.run("key", "backup", "--file", page, check=True)
        person = Person(self.ground, "elsewhere")
        for ca in (self.values["NOWHERE"], "", arguments.LONG,
                   arguments.STEERING):
            self.refused(["key", "restore", "--file", page, "--ca", ca],
                         (REFUSED, USAGE), person)
        for bad in (b"", b"1: 7K2M9\n", os.urandom(5000), b"x" * 100000):
            path = self.ground.file("bad-page", bad)
            self.refused(["key", "restore", "--file", path], (REFUSED,),
                         person)
        self.refused(["key", "restore", "--file", page], (REFUSED,),
                     self.ben)      # who has another key there


class Inviting(All):
    """A code, and how it is refused."""

    def join(self, name, code, codes=(REFUSED,), url=None, home=None):
        person = Person(self.ground, home or name)
        page = person.page()
        before = folder(person.home)
        said = call(person, "join", url or self.town.service.url, code,
                    "-q", "--name", name, "--paper", page)
        with self.subTest(name):
            self.assertIn(said.code, codes, said)
            self.assertEqual(said.out, b"")
            self.assertTrue(is_sentence(said), said)
            self.assertEqual(folder(person.home), before)
        return said.err.decode()

    def code(self, name, by=None):
        return (by or self.town.maria)(
            "staff", "invite", name, "--role", "counsellor", "--desk",
            "youth")["code"]


class Joining(Inviting):
    """Invitations that are no good (any more)."""

    def test_used(self):
        code = self.code("cleo")
        cleo = Person(self.ground, "cleo")
        cleo("join", self.town.service.url, code)
        self.assertIn("used before", self.join("thief", code))
        # The same again from the same folder: it belongs to it already.
        self.refused(["join", self.town.service.url, code, "--paper",
                      cleo.page()], (REFUSED,), cleo)
        for words in (["queue"], ["staff", "list"], ["drafts"]):
            said = self.refused(words, (REFUSED,), cleo)
            self.assertIn(b"teduh staff confirm cleo", said.err)
        self.town.maria("staff", "confirm", "cleo")
        self.assertIn("was used", self.join("thief2", code))
        self.town.maria("queue")
        self.refused(["staff", "confirm", "cleo"], (REFUSED,),
                            self.town.maria)

    def test_mistyped(self):
        number, pin, secret = self.code("dora").split(".")
        other = "1" if secret[0] != "1" else "2"
        for wrong in (f"{int(number) + 1}.{pin}.{secret}",
                      f"{number}.{'f' * 64}.{secret}",
                      f"{number}.{pin}.{other}{secret[1:]}",
                      f"{number}.{pin}.{secret[1:]}",
                      f"{number}.{pin}", f".{pin}.{secret}",
                      f"{number}.{pin[:-1]}.{secret}",
                      f"{number}{pin}{secret}"):
            self.join("dora", wrong)
        self.town.maria("queue")        # which reads the list of staff
        self.refused(["staff", "confirm", "dora"], (REFUSED,),
                     self.town.maria)

    def test_the_founders_code_is_used_up(self):
        self.assertIn("invitation", self.join(
            "zoe", self.town.service.founder_code))

    def test_by_somebody_who_was_revoked(self):
        sam = self.town.hire("sam", role="supervisor")
        code = self.code("eve", by=sam)
        self.town.maria("staff", "revoke", "sam")
        self.town.maria("queue")
        self.join("eve", code)
        self.refused(["staff", "confirm", "eve"], (REFUSED,),
                     self.town.maria)


class Late(Inviting):
    """Eight days later; commands say no word of the clocks with -q."""

    def test_expired(self):
        late, joined = self.code("late"), self.code("joined")
        person = Person(self.ground, "joined")
        person("join", self.town.service.url, joined)
        self.town.later(8 * 86400)
        wait_for("claims that have ended", lambda: not peek(
            self.town.service, "SELECT 1 FROM claim WHERE until > 0"))
        self.assertIn("expired", self.join("late", late))
        for name in ("late", "joined"):
            said = self.refused(["-q", "staff", "confirm", name],
                                (REFUSED,), self.town.maria)
            self.assertIn(b"expired", said.err)


if __name__ == "__main__":
    unittest.main()
