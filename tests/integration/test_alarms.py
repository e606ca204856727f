"""Alarms: each is told once by every channel, its end once, and no channel
depends on what has broken."""

import http.client
import json
import os
import signal
import socket

from lib import smtpsink
from lib.certs import Certs
from lib.ground import wait_for
from lib.intruder import peek
from lib.mails import mail, parse
from lib.story import Story
from lib.teduh import SERVICE_USER, Service, Word, roles, texts
from lib.web import open_door


DAY = 24 * 3600


class Unix(http.client.HTTPConnection):
    """HTTP over the api's socket."""

    def __init__(self, path):
        super().__init__("localhost")
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(20)
        self.sock.connect(self._path)


class Alarms(Story):
    def setUp(self):
        super().setUp()
        self.certs = Certs(self.ground)
        self.sink = smtpsink.SmtpSink(self.ground, self.certs)
        self.service = Service(self.ground)
        self.service.relay(self.sink.port, smtpsink.USER,
                           smtpsink.PASSWORD, ca=self.certs.ca)
        self.out = self.ground.dir("out", 0o755, SERVICE_USER)
        self.service.settings["alarm"] = {
            "to": ["admin@example.org"], "texts": texts(self.ground)}

    def program(self, name, lines):
        return self.ground.file(name, "#!/bin/sh\n" + lines, 0o755)

    def command(self, code=0):
        """An alarm command that writes down what it is told."""
        self.heard_path = f"{self.out}/heard"
        self.service.settings["alarm"]["command"] = self.program(
            "alarm", f'{{ echo "$@"; id -u; cat; env; }} >>{self.heard_path}'
            f"\nexit {code}\n") + " first"

    def heard(self, *words):
        """Lines of the command's arguments that have all these words."""
        if not os.path.exists(self.heard_path):
            return []
        with open(self.heard_path, encoding="utf-8") as f:
            return [line for line in f.read().splitlines()
                    if line.startswith("first ")
                    and all(w in line.split() for w in words)]

    def wait_heard(self, *words):
        return wait_for(f"{words} by the command", lambda: self.heard(*words))

    def healthz(self):
        path = self.service.url.removeprefix("unix:")
        http_ = Unix(path)
        try:
            http_.request("GET", "/healthz")
            answer = http_.getresponse()
            return answer.status, answer.read().decode()
        finally:
            http_.close()

    def wait_health(self, status, words):
        return wait_for(f"{status} {words}", lambda: self.healthz()
                        == (status, words + "\n"))

    def about(self, kind):
        """Mails to the administrator about this kind."""
        return [m for m in (parse(s.data) for s in self.sink.dots)
                if kind in m["Subject"] and m["To"] == "admin@example.org"]

    def test_a_single_supervisor_is_told_by_mail_once_a_day(self):
        """Founded with maria alone: told once, again the next day, and its
        end once, when there is a second one."""
        self.service.settings["alarm"]["language"] = Word("et")
        self.found()
        wait_for("the mail", lambda: self.about("supervisors-few"))
        sent = next(s for s in self.sink.dots
                    if b"supervisors-few" in s.data)
        self.assertEqual(sent.sender, "<>")
        first = parse(sent.data)
        self.assertEqual(first["Auto-Submitted"], "auto-generated")
        self.assertIn("youth", first["Subject"])
        self.assertTrue(first["Subject"].startswith("Häire: "))
        self.assertIn("liinil on vähem kui kaks juhendajat",
                      first.get_content())
        self.service.clock(DAY + 120)
        wait_for("the second", lambda:
                 len(self.about("supervisors-few")) == 2)
        self.assertIn("kestab", self.about("supervisors-few")[1]["Subject"])
        self.service.clock(0)
        self.maria("staff", "role", "anna", "--role", "supervisor")
        self.service.clock(DAY + 300)
        wait_for("the end", lambda: len(self.about("supervisors-few")) == 3)
        self.assertIn("Möödas", self.about("supervisors-few")[2]["Subject"])
        self.service.admin("check")

    def test_a_relay_that_is_down_is_told_without_it(self):
        """The command and healthz tell at once; the mail goes when it
        can."""
        self.command()
        self.found()
        self.wait_health(200, "ok")
        self.sink.script.update({"banner": "close"})
        case = self.one_case(mail("ada@example.org"))["id"]
        self.answer(case, "Hello.\n")
        line = self.wait_heard("begins", "relay-trouble")[0]
        self.assertEqual(line.split()[:4],
                         ["first", "begins", "relay-trouble", "relay"])
        self.assertEqual(line.split()[-1], "critical")
        self.wait_health(503, "relay-trouble")
        self.service.wait_log(["clock", "alarm", "kind=relay-trouble"])
        with open(self.heard_path, encoding="utf-8") as f:
            text = f.read()
        self.assertNotIn("ada@", text)
        self.assertNotIn("\n0\n", text)                 # never as root
        self.assertNotIn("HOME=", text)
        self.sink.script.clear()
        self.service.clock(600)
        self.wait_heard("ends", "relay-trouble")
        self.wait_health(200, "ok")
        self.service.clock(1200)
        wait_for("the mail", lambda: self.about("relay-trouble"))
        self.assertEqual(len(self.heard("relay-trouble")), 2)

    def test_a_command_that_fails_is_tried_again_and_given_up(self):
        self.command(code=3)
        self.found()
        now = 0

        def tries():
            nonlocal now
            now += 60
            self.service.clock(now)
            return len(self.heard("begins", "supervisors-few"))
        wait_for("five tries", lambda: tries() == 5, every=0.3)
        self.service.clock(now + 8 * 3600)
        self.wait_breath("bell", now)
        self.assertEqual(len(self.heard("begins", "supervisors-few")), 5)
        self.service.wait_log(["bell", "command", "code=3"])

    def test_a_role_that_hangs_is_told_and_the_heart_stops(self):
        """What is asked is whether it works, not whether it lives."""
        self.command()
        beat = f"{self.out}/beat"
        self.service.settings["alarm"]["heartbeat"] = self.program(
            "beat", f"echo beat >>{beat}\n")
        self.service.settings["alarm"]["heartbeat_every"] = Word("1m")
        self.found()
        wait_for("a heartbeat", lambda: os.path.exists(beat))
        # Stopped while it writes, it would keep everybody from writing.
        wait_for("the first alarms", lambda: len(self.heard(
            "begins", "recovery-none")) == 1 and peek(
                self.service, "SELECT count(*) FROM automatic")[0][0] == 0)
        hung = roles(self.service)["post 1"]
        os.kill(hung, signal.SIGSTOP)
        self.ground.on_close(lambda: os.kill(hung, signal.SIGCONT))
        now = 0
        while not self.heard("begins", "role-silent"):
            now += 100
            self.assertLess(now, 2000)
            self.service.clock(now)
            self.wait_breath("clock", now)
        self.assertGreater(now, 590)
        self.assertEqual(self.heard("role-silent")[0].split()[3:5],
                         ["post", "1"])
        self.wait_health(503, "role-silent")
        beats = os.path.getsize(beat)
        self.service.clock(now + 90)
        self.service.wait_log(["bell", "heartbeat withheld",
                               "role-silent"])
        self.assertEqual(os.path.getsize(beat), beats)
        os.kill(hung, signal.SIGCONT)
        self.service.clock(now + 180)
        self.wait_heard("ends", "role-silent")
        self.service.clock(now + 270)
        wait_for("the heart again", lambda: os.path.getsize(beat) > beats)

    def test_a_door_that_hangs_is_told(self):
        self.command()
        open_door(self.ground, self.service)
        self.found()
        self.wait_breath("web", 0)
        hung = roles(self.service)["web 1"]
        os.kill(hung, signal.SIGSTOP)
        self.ground.on_close(lambda: os.kill(hung, signal.SIGCONT))
        now = 0
        while not self.heard("begins", "role-silent"):
            now += 100
            self.assertLess(now, 2000)
            self.service.clock(now)
            self.wait_breath("clock", now)
        self.assertEqual(self.heard("role-silent")[0].split()[3:5],
                         ["web", "1"])
        os.kill(hung, signal.SIGCONT)
        self.service.clock(now + 180)
        self.wait_heard("ends", "role-silent")

    def wait_breath(self, role, offset):
        """Until this role has breathed with the clock moved so far."""
        def look():
            status = json.loads(self.service.admin(
                "status", "--json", check=False).out)
            return any(r["role"] == role and r["age"] is not None
                       and r["age"] < 60 for r in status["roles"])
        wait_for(f"{role} to breathe at {offset}", look)
