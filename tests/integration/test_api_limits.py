"""What may be sent to the API: strangers little, staff what an item needs."""

import os
import socket

from lib.mails import mail
from lib.story import Story

MIB = 1024 * 1024


class Limits(Story):
    def setUp(self):
        super().setUp()
        self.found()

    def announce(self, size):
        """The answer's first line to a body that nobody signed for."""
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(20)
            s.connect(self.service.url.removeprefix("unix:"))
            s.sendall(b"POST /v1/roster HTTP/1.1\r\nHost: localhost\r\n"
                      b"Teduh-Wire: 1\r\nContent-Length: %d\r\n\r\n" % size)
            if size <= 64 * 1024:
                s.sendall(b"x" * size)
            return s.makefile("rb").readline()

    def test_a_stranger_can_make_it_hold_little(self):
        self.assertIn(b" 403 ", self.announce(64 * 1024))
        self.assertIn(b" 413 ", self.announce(64 * 1024 + 1))
        self.assertIn(b" 413 ", self.announce(32 * MIB))

    def test_staff_can_send_what_is_large(self):
        case = self.one_case(mail(subject="large"))["id"]
        path = os.path.join(self.ground.dir("files"), "large.bin")
        with open(path, "wb") as f:
            f.write(os.urandom(3 * MIB))
        draft = self.reply(self.anna, case, "See what is with it.\n",
                           "--attach", path)
        self.assertEqual(self.anna("show", case)["drafts"][0]["id"], draft)
