"""SIGHUP: another configuration is taken while the service runs, whole or not
at all, and one role after the other."""

import glob
import json
import os
import shutil
import signal
import socket
import ssl
import struct
import unittest

from lib import imapscript, smtpsink
from lib.certs import Certs
from lib.ground import IS_ROOT, wait_for
from lib.imapscript import ImapScript
from lib.leaks import memory
from lib.mails import mail
from lib.story import Story
from lib.teduh import Service, command_of, conf_text, wait_file

RESTART = ("; the old configuration goes on, and 'systemctl restart teduhd' "
           "takes the new one")
GOES_ON = "; the old configuration goes on"
SECONDS = 60.0


def children(service):
    """(label, pid) of each role that runs, as the log has them."""
    for pid in service.pids()[1:]:
        words = command_of(pid)
        if "--child" in words:
            role, name = words[2:4]
            yield role if name == "-" else f"{role} {name}", pid


def roles(service):
    return dict(children(service))


def said(line):
    """What the line of a reload says of the roles, as a set."""
    text = line.partition("configuration taken: ")[2].partition(";")[0]
    return set(text.split(", "))


class ReloadStory(Story):
    own = False

    def setUp(self):
        super().setUp()
        self.certs = Certs(self.ground)
        self.service = Service(self.ground, own=self.own)

    def imap(self, *letters):
        return ImapScript(self.ground, self.certs, mails=letters)

    def imap_mailbox(self, name, server, **more):
        self.service.mailbox(name, port=server.port, user=imapscript.USER,
                             password=imapscript.PASSWORD,
                             ca=self.certs.ca, **more)

    def relay(self, sink):
        self.service.relay(sink.port, smtpsink.USER, smtpsink.PASSWORD,
                           ca=self.certs.ca)

    def refused(self, text, configure=True):
        """SIGHUP: the line that says why nothing was taken, which has this
        in it, and nothing else has changed."""
        before = roles(self.service)
        after = self.service.hangup(configure)
        line = self.service.wait_log("reload error=", SECONDS, after)
        self.assertIn(text, line)
        self.assertEqual(line.count("reload error="), 1)
        self.assertEqual(roles(self.service), before)
        return line

    def line_of(self, word):
        with open(self.service.conf, encoding="utf-8") as f:
            return next(n for n, line in enumerate(f, 1) if word in line)


class Roles(ReloadStory):
    def test_nothing_new_changes_nothing(self):
        self.found()
        before = roles(self.service)
        self.assertEqual(said(self.service.reload()),
                         {"nothing in it is new"})
        with open(self.service.conf, "w", encoding="utf-8") as f:
            f.write("# said with more words\n\n"
                    + conf_text(self.service.settings))
        after = self.service.hangup(configure=False)
        self.service.wait_log("nothing in it is new", SECONDS, after)
        self.assertEqual(roles(self.service), before)

    def test_a_mailbox_comes_and_goes(self):
        one, two = self.imap(), self.imap()
        self.imap_mailbox("one", one)
        self.found()
        before = roles(self.service)
        self.imap_mailbox("two", two)
        self.service.settings["mailbox two"]["secret"] = "one"
        line = self.service.reload()
        self.assertEqual(said(line), {"intake two started", "api restarted",
                                      "clock restarted"})
        now = roles(self.service)
        for same in ("intake one", "intake pipe"):
            self.assertEqual(now[same], before[same])
        two.add(mail())
        self.assertEqual(len(self.anna.wait_queue(1, SECONDS)), 1)
        with open(f"{self.service.data}/ports.json", encoding="utf-8") as f:
            self.assertEqual(json.load(f)["api"], self.service.url)

        del self.service.settings["mailbox two"]
        self.assertEqual(said(self.service.reload()),
                         {"intake two ended", "api restarted",
                          "clock restarted"})
        self.assertNotIn("intake two", roles(self.service))
        fetched = two.fetched
        two.add(mail(sender="b@example.org"))
        one.add(mail(sender="c@example.org"))
        self.assertEqual(len(self.anna.wait_queue(2, SECONDS)), 2)
        self.assertEqual(two.fetched, fetched)

    def test_another_relay_gets_the_next_letter(self):
        first = smtpsink.SmtpSink(self.ground, self.certs)
        second = smtpsink.SmtpSink(self.ground, self.certs)
        self.relay(first)
        self.found()
        self.answer(self.one_case(mail())["id"], "Terve.\n")
        first.wait_messages(1, SECONDS)
        self.service.settings["relay"]["port"] = second.port
        self.assertEqual(said(self.service.reload()),
                         {"post 1 restarted", "api restarted",
                          "clock restarted"})
        case = self.one_case(mail(sender="b@example.org"))["id"]
        self.answer(case, "Tere.\n")
        second.wait_messages(1, SECONDS)
        self.assertEqual(len(first.messages), 1)
        self.assertEqual(len(second.messages), 1)

    def test_two_workers_then_one(self):
        self.relay(smtpsink.SmtpSink(self.ground, self.certs))
        self.found()
        self.service.settings["relay"]["workers"] = 2
        self.assertIn("post 2 started", said(self.service.reload()))
        self.assertIn("post 2", roles(self.service))
        self.service.settings["relay"]["workers"] = 1
        self.assertIn("post 2 ended", said(self.service.reload()))
        self.assertNotIn("post 2", roles(self.service))

    def test_a_desk_and_a_command_are_added(self):
        self.found()
        words = f"{self.service.data}/told"
        script = self.ground.file(
            "tell", f"#!/bin/sh\nprintf '%s\\n' \"$2\" >>{words}\n", 0o755)
        self.service.settings["alarm"] = {"command": script}
        self.service.settings["desk late"] = {
            **self.service.settings["desk youth"],
            "from_address": "late@desk.example"}
        line = self.service.reload()
        self.assertIn("bell started", said(line))
        self.assertIn("intake pipe restarted", said(line))
        wait_for("an alarm that is told", lambda: os.path.exists(words),
                 SECONDS)
        del self.service.settings["alarm"]
        self.assertIn("bell ended", said(self.service.reload()))
        self.assertNotIn("bell", roles(self.service))

    def test_another_socket_for_the_staff(self):
        self.found()
        old = f"{self.service.dir}/run/api"
        self.service.settings["api"]["listen"] = f"unix:{old}-new"
        self.assertEqual(said(self.service.reload()),
                         {"api restarted", "clock restarted"})
        with open(f"{self.service.data}/ports.json", encoding="utf-8") as f:
            self.assertEqual(json.load(f)["api"], f"unix:{old}-new")
        self.assertEqual(sorted(os.listdir(os.path.dirname(old))),
                         ["api-new", "pipe"])
        os.symlink(f"{old}-new", old)       # where the staff look for it
        self.assertEqual(self.anna.queue(), [])

    def test_systemd_is_told(self):
        path = f"{self.ground.path}/notify"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            told.bind(path)
            os.chmod(path, 0o777)
            told.settimeout(SECONDS)
            self.service.init()
            self.service.start({"NOTIFY_SOCKET": path})
            self.assertEqual(told.recv(100), b"READY=1")
            good = dict(self.service.settings)
            for settings in ({"user": "daemon"}, {"usre": "x"}, {}):
                self.service.settings.clear()
                self.service.settings.update(good, **settings)
                self.service.hangup()
                self.assertRegex(told.recv(100), rb"^RELOADING=1\n"
                                 rb"MONOTONIC_USEC=\d+$")
                self.assertEqual(told.recv(100), b"READY=1")
            self.service.stop()
            self.assertEqual(told.recv(100), b"STOPPING=1")

    def test_nothing_is_left_open(self):
        self.relay(smtpsink.SmtpSink(self.ground, self.certs))
        self.found()

        def descriptors():
            return len(os.listdir(f"/proc/{self.service.process.pid}/fd"))
        before = descriptors()
        settings = self.service.settings
        for number in range(3):
            settings["desk youth"]["from_name"] = f"Name {number}"
            settings["mailbox more"] = {
                "desk": "youth", "listen": f"unix:{self.service.dir}/run/m"}
            self.service.reload()
            settings["user"], user = "daemon", settings["user"]
            self.refused("another one")
            settings["user"] = user
            del settings["mailbox more"]
            self.assertIn("intake more ended", said(self.service.reload()))
        self.assertEqual(descriptors(), before)

    def test_a_renewed_certificate_is_seen(self):
        cert, key = (self.ground.file(f"api.{end}", open(path, "rb").read())
                     for end, path in zip(("pem", "key"),
                                          self.certs.pair("right")))
        self.service.settings["api"] = {"listen": "localhost:0",
                                        "cert": cert, "key": key}
        self.service.init()
        self.service.start()
        with open(f"{self.service.data}/ports.json", encoding="utf-8") as f:
            port = int(json.load(f)["api"].rpartition(":")[2])
        context = ssl.create_default_context(cafile=self.certs.ca)

        def serial():
            with socket.create_connection(("localhost", port), 30) as s, \
                    context.wrap_socket(s, server_hostname="localhost") as t:
                return t.getpeercert()["serialNumber"]
        first = serial()
        self.certs.issue("renewed")
        for path, new in zip((cert, key), self.certs.pair("renewed")):
            shutil.copy(new, path)
        self.assertEqual(serial(), first)
        self.assertEqual(said(self.service.reload()), {"api restarted"})
        self.assertNotEqual(serial(), first)

        # Half a renewal: the key of another one.
        renewed, running = serial(), roles(self.service)
        shutil.copy(self.certs.pair("right")[1], key)
        line = self.refused("api does not come to serve with the new "
                            "configuration, and the lines before this one "
                            "say why" + GOES_ON)
        self.assertIn("error=retry", line)
        self.assertEqual((serial(), roles(self.service)), (renewed, running))


class Refused(ReloadStory):
    def setUp(self):
        super().setUp()
        self.found()

    def test_a_bad_file_is_not_taken(self):
        good = conf_text(self.service.settings)
        with open(self.service.conf, "w", encoding="utf-8") as f:
            f.write(good.replace("user =", "usre ="))
        line = self.refused("teduh.conf:3: ", configure=False)
        self.assertTrue(line.endswith(GOES_ON), line)
        os.unlink(self.service.conf)
        line = self.refused("cannot open", configure=False)
        self.assertTrue(line.endswith(GOES_ON), line)
        self.assertEqual(said(self.service.reload()),
                         {"nothing in it is new"})

    def alarm(self):
        return [(a["kind"], a["detail"]) for a in
                self.service.admin("status", "--json", check=False)
                .json["alarms"] if a["kind"] == "configuration-bad"]

    def wait_alarm(self, *details):
        self.offset = getattr(self, "offset", 0) + 61
        self.service.clock(self.offset)
        wait_for(f"an alarm with {details}", lambda: self.alarm() == [
            ("configuration-bad", detail) for detail in details], SECONDS)

    def test_it_is_an_alarm_until_one_is_taken(self):
        settings = self.service.settings
        good = dict(settings)
        for key, word, detail in (("usre", "usre", "bad"),
                                  ("user", "another one", "restart")):
            settings[key] = "daemon"
            self.refused(word)
            settings.clear()
            settings.update(good)
            self.service.configure()    # as teduh-admin wants it
            self.wait_alarm(detail)
        self.service.reload()
        self.wait_alarm()
        settings["user"] = "daemon"
        self.refused("another one")
        settings.update(good)
        self.service.configure()
        self.wait_alarm("restart")
        self.service.restart()      # that takes it, too
        self.wait_alarm()

    def test_what_only_a_start_can_take(self):
        settings = self.service.settings
        for key, value in (("data", self.ground.dir("other")),
                           ("secrets", self.ground.dir("others", 0o700)),
                           ("user", "daemon")):
            was, settings[key] = settings[key], value
            self.service.configure()
            line = self.refused(f"'{key}' is another one, which only a start "
                                "can take" + RESTART)
            self.assertIn(f"teduh.conf:{self.line_of(key + ' =')}: ", line)
            settings[key] = was
        self.assertEqual(said(self.service.reload()),
                         {"nothing in it is new"})

    @unittest.skipUnless(IS_ROOT, "only root can make what is only root's")
    def test_a_socket_that_only_root_can_make(self):
        closed = self.ground.dir("closed")
        self.service.settings["mailbox new"] = {
            "desk": "youth", "listen": f"unix:{closed}/new"}
        line = self.refused(f"cannot listen on '{closed}/new': Permission "
                            "denied" + RESTART)
        self.assertIn(f"teduh.conf:{self.line_of('closed/new')}: ", line)
        # What could be made for it is gone again, and the rest works.
        self.service.settings["mailbox a"] = {
            "desk": "youth", "listen": f"unix:{self.service.dir}/run/a"}
        settings = self.service.settings
        settings["mailbox new"] = settings.pop("mailbox new")
        self.refused("Permission denied")
        self.assertEqual(sorted(os.listdir(f"{self.service.dir}/run")),
                         ["api", "pipe"])
        self.assertEqual(os.listdir(closed), [])
        del settings["mailbox new"]
        self.assertIn("intake a started", said(self.service.reload()))
        self.service.inject(mail(), "a")
        self.assertEqual(len(self.anna.wait_queue(1, SECONDS)), 1)

    @unittest.skipUnless(IS_ROOT, "an ordinary user's start is below")
    def test_a_password_that_only_root_can_read(self):
        server = self.imap(mail())
        self.imap_mailbox("new", server)
        line = self.refused(f"only root can read '{self.service.secrets}/new'"
                            + RESTART)
        self.assertIn(f"teduh.conf:{self.line_of('secret =')}: ", line)
        self.assertEqual(server.logins, 0)
        self.service.restart()
        self.assertEqual(len(self.anna.wait_queue(1, SECONDS)), 1)

    @unittest.skipUnless(IS_ROOT, "only root can make what is only root's")
    def test_if_one_does_not_serve_all_go_back(self):
        server = self.imap()
        closed = self.ground.dir("closed", 0o700)
        ca = shutil.copy(self.certs.ca, f"{closed}/ca.pem")
        settings = self.service.settings
        self.imap_mailbox("one", server)
        self.service.restart()
        before = roles(self.service)
        settings["mailbox one"]["ca"] = ca      # its role cannot see it
        settings["desk youth"]["from_name"] = "New"
        settings["mailbox zero"] = {
            "desk": "youth", "listen": f"unix:{self.service.dir}/run/zero"}
        after = self.service.hangup()
        line = self.service.wait_log("reload error=", SECONDS, after)
        self.assertIn("reload error=retry: intake one does not come to serve "
                      "with the new configuration, and the lines before this "
                      "one say why" + GOES_ON, line)
        self.service.wait_log(f"cannot see '{ca}'", SECONDS, after)
        now = wait_for("the old roles", lambda: sorted(
            found := roles(self.service)) == sorted(before) and found,
                       SECONDS)
        self.assertEqual(now["api"], before["api"])
        self.assertEqual(now["clock"], before["clock"])
        self.assertNotIn("zero", os.listdir(f"{self.service.dir}/run"))
        server.add(mail())
        self.service.inject(mail(sender="b@example.org"))
        self.assertEqual(len(self.anna.wait_queue(2, SECONDS)), 2)
        shutil.copy(self.certs.ca, f"{self.ground.path}/ca.pem")
        settings["mailbox one"]["ca"] = f"{self.ground.path}/ca.pem"
        self.assertIn("intake one restarted", said(self.service.reload()))

    def test_an_address_that_is_taken(self):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]
            cert, key = self.certs.pair("right")
            self.service.settings["api"] = {
                "listen": f"127.0.0.1:{port}", "cert": cert, "key": key}
            line = self.refused(
                f"cannot listen on '127.0.0.1:{port}': Address already in "
                f"use{GOES_ON}, and if teduhd itself is in the way "
                "'systemctl restart teduhd' takes the new one")
        self.assertIn(f"teduh.conf:{self.line_of('listen =')}: ", line)


class Moments(ReloadStory):
    """SIGHUP at the worst time."""

    def setUp(self):
        super().setUp()
        self.sink = smtpsink.SmtpSink(self.ground, self.certs)
        self.relay(self.sink)
        self.found()

    def change_all(self, name):
        self.service.settings["desk youth"]["from_name"] = name

    def test_two_hangups(self):
        after = len(self.service.logged())
        for name in ("One", "Two"):
            self.change_all(name)
            self.service.hangup()
        # The last file is taken, whichever of the two found it.
        wait_for("the last configuration", lambda: said(
            self.service.reload()) == {"nothing in it is new"}, SECONDS)
        self.service.wait_log("intake pipe restarted", SECONDS, after)
        self.assertEqual(len(roles(self.service)), 4)
        case = self.one_case(mail())["id"]
        self.answer(case, "Terve.\n")
        message, = self.sink.wait_messages(1, SECONDS)
        self.assertIn(b"Two", message.data)

    def half_a_letter(self, letter):
        """A connection to the mailbox that has sent half of it."""
        line = socket.socket(socket.AF_UNIX)
        self.addCleanup(line.close)
        line.settimeout(SECONDS)
        line.connect(f"{self.service.dir}/run/pipe")
        half = len(letter) // 2
        line.sendall(struct.pack(">Q", len(letter)) + letter[:half])
        return line, letter[half:]

    def test_a_letter_that_is_half_there(self):
        letter = mail()
        line, rest = self.half_a_letter(letter)
        pid = roles(self.service)["intake pipe"]
        # It has taken the line: the socket's queue is empty.
        wait_for("the intake to have it", lambda: self.has_line(pid),
                 SECONDS)
        self.change_all("One")
        after = self.service.hangup()
        # Others wait in the queue of the socket meanwhile.
        other, other_rest = self.half_a_letter(mail(sender="b@example.org"))
        other.sendall(other_rest)
        line.sendall(rest)
        self.assertTrue(line.recv(100).startswith(b"ok new "))
        self.assertTrue(other.recv(100).startswith(b"ok new "))
        self.service.wait_log("intake pipe restarted", SECONDS, after)
        self.assertNotIn("is killed", self.service.logged()[after:])
        self.assertEqual(len(self.anna.wait_queue(2, SECONDS)), 2)
        again, rest = self.half_a_letter(letter)
        again.sendall(rest)
        self.assertFalse(again.recv(100).startswith(b"ok new "))
        self.assertEqual(len(self.anna.queue()), 2)

    def has_line(self, pid):
        """Has it a connection beside the listener?"""
        links = [os.readlink(path)
                 for path in glob.glob(f"/proc/{pid}/fd/*")]
        return sum(link.startswith("socket:") for link in links) > 1

    def test_a_letter_that_is_being_sent(self):
        self.sink.script["dot"] = "late"
        case = self.one_case(mail())["id"]
        self.answer(case, "Terve.\n")
        self.sink.wait_dots(1, SECONDS)
        self.change_all("One")
        after = self.service.hangup()
        self.sink.release()
        self.service.wait_log("post 1 restarted", SECONDS, after)
        self.anna.wait_delivery(case, "accepted", SECONDS)
        self.assertEqual(len(self.sink.dots), 1)

    def test_a_request_underway(self):
        line = socket.socket(socket.AF_UNIX)
        self.addCleanup(line.close)
        line.settimeout(SECONDS)
        line.connect(f"{self.service.dir}/run/api")
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
        old = roles(self.service)["api"]
        wait_for("the request to have begun", lambda: self.has_line(old),
                 SECONDS)
        self.change_all("One")
        after = self.service.hangup()
        wait_for("the new api", lambda: self.anna.queue() == [] and any(
            role == "api" and pid != old
            for role, pid in roles(self.service).items()), SECONDS)
        line.sendall(b"\r\n")
        self.assertTrue(line.recv(100).startswith(b"HTTP/1.1 200"))
        self.service.wait_log("api restarted", SECONDS, after)

    def test_the_way_in_is_never_closed(self):
        """While every role is exchanged, nobody hears "try again"."""
        for name in ("One", "Two", "Three"):
            self.change_all(name)
            after = self.service.hangup()
            while "configuration taken" not in self.service.logged()[after:]:
                self.anna.queue()
                self.assertLessEqual(self.labels().count("intake pipe"), 1)

    def labels(self):
        """Of the children of the keeper, as often as each runs."""
        return [label for label, _ in children(self.service)]

    def test_a_hangup_before_it_serves(self):
        self.service.stop()
        os.unlink(f"{self.service.data}/ports.json")
        self.service.launch()
        wait_file(f"{self.service.data}/ports.json", SECONDS)
        os.kill(self.service.process.pid, signal.SIGHUP)
        self.service.wait_ready()
        self.service.wait_log("nothing in it is new", SECONDS)

    def test_killed_in_the_middle(self):
        line, _ = self.half_a_letter(mail())
        pid = roles(self.service)["intake pipe"]
        wait_for("the intake to have it", lambda: self.has_line(pid),
                 SECONDS)
        self.service.settings["mailbox more"] = {
            "desk": "youth", "listen": f"unix:{self.service.dir}/run/more"}
        self.change_all("One")
        self.service.hangup()
        wait_for("the reload to have begun", lambda: os.path.exists(
            f"{self.service.dir}/run/more"), SECONDS)
        self.service.kill()
        line.close()
        self.service.start()
        self.assertIn("intake more", roles(self.service))
        self.service.inject(mail())
        self.service.inject(mail(sender="b@example.org"), "more")
        self.assertEqual(len(self.anna.wait_queue(2, SECONDS)), 2)
        self.assertEqual(said(self.service.reload()),
                         {"nothing in it is new"})

    def test_what_does_not_end_is_killed(self):
        stuck = roles(self.service)["intake pipe"]
        os.kill(stuck, signal.SIGSTOP)
        self.change_all("One")
        after = self.service.hangup()
        self.service.wait_log("reload: intake pipe does not end and is "
                              "killed", 3 * SECONDS, after)
        self.service.wait_log("configuration taken", SECONDS, after)
        self.assertNotEqual(roles(self.service)["intake pipe"], stuck)
        self.service.inject(mail())
        self.assertEqual(len(self.anna.wait_queue(1, SECONDS)), 1)

    def test_a_stop_in_the_middle(self):
        _line, _ = self.half_a_letter(mail())
        pid = roles(self.service)["intake pipe"]
        wait_for("the intake to have it", lambda: self.has_line(pid),
                 SECONDS)
        self.change_all("One")
        self.service.hangup()
        _line.close()
        self.service.stop()         # fails unless it says 0
        self.service.start()


@unittest.skipUnless(IS_ROOT, "the stories above are this one then")
class OrdinaryUser(ReloadStory):
    """Who started it can still read the secrets."""

    own = True

    def test_a_new_password_is_read(self):
        server = self.imap(mail())
        self.found()
        self.assertIn("the secrets folder is not separated",
                      self.service.logged())
        self.imap_mailbox("new", server)
        line = self.service.reload()
        self.assertIn("intake new started", said(line))
        self.assertNotIn("those of the start", line)
        self.assertEqual(len(self.anna.wait_queue(1, SECONDS)), 1)
        # The same file with another password in it.
        self.service.secret("new", "vale")
        self.assertEqual(said(self.service.reload()), {"intake new restarted"})
        os.chmod(f"{self.service.secrets}/new", 0o640)
        line = self.refused("is open to others (mode 0640)")
        self.assertTrue(line.endswith(GOES_ON), line)
        os.unlink(f"{self.service.secrets}/new")
        line = self.refused("teduh.conf:")
        self.assertIn(f"cannot open '{self.service.secrets}/new'", line)
        os.unlink(f"{self.service.secrets}/pin")
        del self.service.settings["mailbox new"]
        self.refused("the pin is another one, which only a start can take"
                     + RESTART)

    def test_no_password_stays_with_the_keeper(self):
        password = "kolmas-kivi-vasakul"
        self.found()
        server = self.imap()
        self.imap_mailbox("new", server)
        self.service.secret("new", password)
        self.service.reload()
        self.service.settings["desk youth"]["from_name"] = "New"
        self.service.reload()       # compares what it reads with what it has
        keeper = memory(self.service.process.pid)
        self.assertIn(self.service.dir.encode(), keeper)
        self.assertNotIn(password.encode(), keeper)
        self.assertIn(password.encode(),
                      memory(roles(self.service)["intake new"]))
