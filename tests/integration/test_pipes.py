"""Letters that a mail system pipes to `teduh-admin inject`: Postfix and the
Sieve of Dovecot, as they are.  Whatever happens the letter stays theirs until
it is durable, and is one letter then."""

import os
import re
import signal
import unittest

from lib.certs import Certs
from lib.ground import IS_ROOT, as_user, program, wait_for
from lib.mails import mail
from lib.services import DESK, PASSWORD, Dovecot, Postfix, missing
from lib.smalldisk import SmallDisk
from lib.story import Story
from lib.teduh import SERVICE_USER, Service, descendants, finish

AGAIN = 75
SEEKER = "seeker-a@example.org"
SLOW = 60.0
MIB = 1024 * 1024


def letter(word, **more):
    return mail(SEEKER, subject=word, message_id=f"<{word}@example.org>",
                text=f"this is {word}\n", **more)


class Pipes(Story):
    def subjects(self, count):
        """What stands in the queue, each a case of one letter."""
        rows = self.anna.wait_queue(count, SLOW)
        self.assertEqual({row["items"] for row in rows}, {1})
        return sorted(row["subject"] for row in rows)


class ByHand(Pipes):
    """What no mail system does often enough to be waited for."""

    def setUp(self):
        super().setUp()
        self.found()

    def inject(self, data, *words, user=None, groups=()):
        argv = [program("teduh-admin"), "-c", self.service.conf, "inject",
                *(words or ["pipe"])]
        if user:
            argv = as_user(user, argv, groups)
        return finish(argv, dict(os.environ), data, check=False,
                      seconds=300)

    def test_the_line_of_a_mailbox_file_makes_no_other_letter(self):
        raw = letter("one").replace(b"\r\n", b"\n")
        for day in ("Mon Nov 23 10:00:00", "Tue Nov 24 11:00:00"):
            envelope = f"From seeker-a@example.org {day} 2026\n".encode()
            self.assertEqual(self.inject(envelope + raw).code, 0)
        self.assertEqual(self.inject(raw).text.split()[0], "duplicate")
        row, = self.anna.queue()
        self.assertEqual((row["subject"], row["items"]), ("one", 1))
        got = self.anna.run("show", row["id"], "--raw", f"{row['id']}.1",
                            check=True)
        self.assertEqual(got.out, raw)

    def test_nothing_is_refused_for_what_it_is(self):
        odd = (b"", b"\0", b"\n", b"From ", b"From x\n", b"\xff" * 70000,
               b"From nobody\n" + b"\r" * 100, bytes(range(256)) * 999)
        for raw in odd:
            self.assertEqual(self.inject(raw).code, 0, raw[:20])
        self.assertLessEqual(len(self.anna.queue()), len(odd))

    def test_more_than_is_kept_whole_stays_outside_and_is_shown(self):
        raw = letter("huge") + b"x" * (257 * MIB)
        for _ in range(2):
            result = self.inject(raw)
            self.assertEqual(result.code, AGAIN, result.err)
            self.assertIn("only its first MiB is kept", result.err)
        row, = self.anna.queue()
        self.assertIn("unreadable", row["flags"])
        got = self.anna.run("show", row["id"], "--raw", f"{row['id']}.1",
                            check=True)
        self.assertEqual(got.out, raw[:MIB])
        log = self.service.logged()
        self.assertEqual(log.count("mail-too-large"), 1)

    @unittest.skipUnless(IS_ROOT, "only root can be somebody else")
    def test_only_who_is_of_the_group_may_hand_letters_in(self):
        result = self.inject(letter("one"), user="daemon")
        self.assertEqual(result.code, AGAIN, result.err)
        self.assertIn("Permission denied", result.err)
        self.assertEqual(self.anna.queue(), [])
        import grp
        import pwd
        group = grp.getgrgid(pwd.getpwnam(SERVICE_USER).pw_gid).gr_name
        self.assertEqual(self.inject(letter("one"), user="daemon",
                                     groups=[group]).code, 0)
        self.assertEqual(self.subjects(1), ["one"])


class PostfixPipes(Pipes):
    """A Postfix that pipes what comes for the desk."""

    def setUp(self):
        super().setUp()
        why = missing() or (not IS_ROOT and "Postfix pipes as root only")
        if why:
            self.skipTest(why)
        self.certs = Certs(self.ground)
        self.dovecot = Dovecot(self.ground, self.certs).start()
        self.lay_ground()
        self.service = Service(self.ground)
        self.postfix = Postfix(self.ground, self.certs, self.dovecot)
        self.postfix.main = (
            "transport_maps = inline:{ desk.example=letters: }\n"
            "message_size_limit = 0\nmailbox_size_limit = 0\n")
        self.postfix.master = (
            "letters unix - n n - 10 pipe\n"
            f"  user={SERVICE_USER} flags=DRhu null_sender=\n"
            f"  argv={program('teduh-admin')} -c {self.service.conf} inject"
            " pipe\n")
        self.postfix.start()
        self.found()

    def lay_ground(self):
        """What the service is to stand on, before it is there."""

    def send(self, *words):
        for word in words:
            self.postfix.send(SEEKER, DESK, letter(word))

    def wait_deferred(self, count):
        wait_for(f"{count} mails in the queue of Postfix that were tried",
                 lambda: self.postfix.waiting() == count and
                 len(set(re.findall(r"(\w+): to=.*status=deferred",
                                    self.postfix.logged()))) >= count, SLOW)

    def wait_empty(self):
        def look():
            self.postfix.flush()
            return self.postfix.waiting() == 0
        wait_for("the queue of Postfix to be empty", look, SLOW, 0.5)
        self.assertNotIn("status=bounced", self.postfix.logged())


class ByPostfix(PostfixPipes):
    def test_letters_wait_there_while_nobody_takes_them(self):
        self.send("first")
        self.assertEqual(self.subjects(1), ["first"])
        self.service.stop()
        self.send("second", "third")
        self.wait_deferred(2)
        with open(self.service.conf, "w", encoding="utf-8") as f:
            f.write("nonsense {\n")         # somebody is at work on it
        self.send("fourth")
        self.wait_deferred(3)
        self.service.start()                # writes it anew
        self.wait_empty()
        self.assertEqual(self.subjects(4),
                         ["first", "fourth", "second", "third"])

    def test_kills_in_the_middle_lose_and_double_nothing(self):
        words = [f"w{n}" for n in range(24)]
        for start in range(0, len(words), 8):
            self.send(*words[start:start + 8])
            self.service.kill()
            self.service.start()
        self.wait_empty()
        self.assertEqual(self.subjects(len(words)), sorted(words))

    def test_a_process_that_is_killed_refuses_nothing(self):
        stopped = self.service.pids()
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        try:
            self.send("one")
            os.kill(self.handing_on(), signal.SIGKILL)
            self.wait_deferred(1)
        finally:
            for pid in stopped:
                os.kill(pid, signal.SIGCONT)
        self.assertIn("died by signal 9", self.postfix.logged())
        self.wait_empty()
        self.assertEqual(self.subjects(1), ["one"])

    def handing_on(self):
        """The process that has the mail: the child of the one that waits."""
        def look():
            ours = []
            for pid in descendants(self.postfix.process.pid):
                try:
                    with open(f"/proc/{pid}/comm", encoding="ascii") as f:
                        if f.read().strip() == "teduh-admin":
                            ours.append(pid)
                except OSError:
                    continue            # ended meanwhile
            return ours[-1] if len(ours) == 2 else None
        return wait_for("two processes of inject", look, SLOW)

    def test_what_is_too_large_to_be_read_is_kept_whole(self):
        raw = letter("large", attachments=[
            ("film.bin", "application/octet-stream", os.urandom(20 * MIB))])
        self.postfix.send(SEEKER, DESK, raw)
        row = self.anna.wait_queue(1, SLOW)[0]
        self.assertIn("unreadable", row["flags"])
        got = self.anna.run("show", row["id"], "--raw", f"{row['id']}.1",
                            check=True)
        # Postfix puts its own headers in front, and ends lines as Unix does.
        self.assertTrue(got.out.endswith(raw.replace(b"\r\n", b"\n")))


class ByPostfixOnASmallDisk(PostfixPipes):
    def lay_ground(self):
        self.disk = SmallDisk(self.ground, "service/data", SERVICE_USER)

    def test_letters_wait_there_while_the_disk_is_full(self):
        self.send("first")
        self.assertEqual(self.subjects(1), ["first"])
        self.disk.fill()
        for word in ("second", "third"):
            self.postfix.send(SEEKER, DESK, letter(word, attachments=[
                ("a.bin", "application/octet-stream", os.urandom(MIB // 4))]))
        self.wait_deferred(2)
        self.disk.free()
        self.wait_empty()
        self.assertEqual(self.subjects(3), ["first", "second", "third"])


_SIEVE = """\
protocol lmtp {{
  mail_plugins = sieve
}}
plugin {{
  sieve_plugins = sieve_extprograms
  sieve_global_extensions = +vnd.dovecot.pipe
  sieve_before = {dir}/before/%u.sieve
  sieve_pipe_bin_dir = {dir}/bin
}}
"""
_PIPE = """\
require "vnd.dovecot.pipe";
pipe "teduh-letter" ["pipe"];
"""


class BySieve(Pipes):
    def setUp(self):
        super().setUp()
        why = missing() or (not os.path.exists("/usr/bin/sievec") and
                            "dovecot-sieve is not installed")
        if why:
            self.skipTest(why)
        import grp
        import pwd
        self.certs = Certs(self.ground)
        self.service = Service(self.ground)
        self.dovecot = Dovecot(self.ground, self.certs)
        folder = self.dovecot.dir
        self.dovecot.sieve = _SIEVE.format(dir=folder)
        self.dovecot.groups = [grp.getgrgid(
            pwd.getpwnam(SERVICE_USER).pw_gid).gr_name]
        self.ground.dir("dovecot/bin")
        self.ground.file("dovecot/before/desk.sieve", _PIPE)
        self.ground.file("dovecot/bin/teduh-letter", "#!/bin/sh\n"
                         f"exec {program('teduh-admin')} -c "
                         f"{self.service.conf} inject \"$1\"\n", 0o755)
        self.dovecot.start()
        self.found()

    def test_what_the_pipe_does_not_take_comes_by_the_other_door(self):
        self.dovecot.deliver("desk", letter("piped"))
        self.assertEqual(self.subjects(1), ["piped"])
        inbox = self.dovecot.mailbox("desk")
        self.assertEqual(inbox.messages(), [])
        self.service.stop()
        for word in ("second", "third"):
            self.dovecot.deliver("desk", letter(word))
        self.assertEqual(len(inbox.messages()), 2)
        self.service.mailbox("youth-mail", port=self.dovecot.imaps,
                             ca=self.certs.ca, password=PASSWORD)
        self.service.start()
        self.assertEqual(self.subjects(3), ["piped", "second", "third"])
        self.dovecot.deliver("desk", letter("fourth"))
        self.assertEqual(self.subjects(4),
                         ["fourth", "piped", "second", "third"])
        wait_for("an empty INBOX", lambda: not inbox.messages(), SLOW)
        self.assertEqual(len(inbox.messages("Teduh")), 2)

    def test_what_the_pipe_does_not_take_is_piped_again(self):
        self.service.stop()
        for word in ("one", "two"):
            self.dovecot.deliver("desk", letter(word))
        inbox = self.dovecot.mailbox("desk")
        self.pipe_again()
        self.assertEqual(len(inbox.messages()), 2)
        self.service.start()
        self.pipe_again()
        self.assertEqual(self.subjects(2), ["one", "two"])
        self.assertEqual(inbox.messages(), [])

    def pipe_again(self):
        """As an hourly job does."""
        folder = self.dovecot.dir
        finish(as_user(self.dovecot.user, [
            "/usr/bin/sieve-filter", "-c", f"{folder}/dovecot.conf", "-u",
            "desk", "-e", "-W", f"{folder}/before/desk.sieve", "INBOX", "expunge"],
            self.dovecot.groups), dict(os.environ), check=False)


if __name__ == "__main__":
    unittest.main()
