"""An SMTP server that takes everything and forgets nothing, and that goes
wrong at exactly the phase it is told to.

    sink = SmtpSink(ground, certs, script={"rcpt": "550 5.1.1 no such user"})

Phases: banner, ehlo, starttls, auth, mail, rcpt, data, dot.  What can stand
for a phase: an answer ("451 4.3.0 later"), "close" (cut the line without a
word), "silence" (say nothing more), or a list of these for one connection
after the other, whose last one stays.  Two things are switches: "strip" in
the script hides STARTTLS, "late" answers "250" only when told (release()), and
"late 451 4.3.0 later" that."""

import base64
import threading

from .ground import wait_for
from .scripted import Hangup, Scripted

USER, PASSWORD = "letters", "kuuskymmend-uks-kastani"


class Session:
    """What one connection said, in the order in which it was said."""

    def __init__(self, number):
        self.number = number
        self.tls = False
        self.commands = []
        self.login = None
        self.sender = None
        self.recipients = []
        self.data = None            # the whole message, if the dot came
        self.taken = False          # ... and was answered with 250
        self.bare = 0               # lines with a CR or LF of their own

    def __repr__(self):
        return (f"<session {self.number} tls={self.tls} "
                f"{[c.split()[0] for c in self.commands]} "
                f"taken={self.taken}>")


class SmtpSink(Scripted):
    def __init__(self, ground, certs=None, script=None, implicit=True,
                 pair="right"):
        self.script = dict(script or {})
        self.sessions = []
        self._release = threading.Event()
        super().__init__(ground, certs, pair, implicit)

    @property
    def messages(self):
        """Sessions whose message was answered with 250."""
        return [s for s in self.sessions if s.taken]

    @property
    def dots(self):
        """Sessions whose message came in whole, whatever was answered."""
        return [s for s in self.sessions if s.data is not None]

    def release(self):
        self._release.set()

    def wait_messages(self, count, seconds=30.0):
        wait_for(f"{count} message(s) in the sink",
                 lambda: len(self.messages) >= count, seconds)
        return self.messages

    def wait_dots(self, count, seconds=30.0):
        wait_for(f"{count} dot(s) at the sink",
                 lambda: len(self.dots) >= count, seconds)
        return self.dots

    def _act(self, line, session, phase, otherwise):
        """Answer for a phase. True if the answer is the good one."""
        act = self.script.get(phase)
        if isinstance(act, (list, tuple)):
            act = act[min(session.number, len(act)) - 1]
        if act == "close":
            raise Hangup(phase)
        if act == "silence":
            self.silence()
        if act and act.split(" ")[0] == "late":
            self._release.wait(60)
            act = act[5:]
        line.write_line(act or otherwise)
        return not act or act == otherwise

    def serve(self, line):
        with self.lock:
            session = Session(len(self.sessions) + 1)
            self.sessions.append(session)
        session.tls = line.tls
        self._act(line, session, "banner", "220 sink.example ESMTP")
        while True:
            command = line.read_line().decode("utf-8", "replace")
            session.commands.append(command)
            verb = command.split(" ")[0].split(":")[0].upper()
            handler = getattr(self, f"_{verb.lower()}", None)
            if verb == "QUIT":
                line.write_line("221 2.0.0 bye")
                return
            if handler is None:
                line.write_line("502 5.5.1 not here")
                continue
            handler(line, session, command)

    def _ehlo(self, line, session, _):
        if "ehlo" in self.script:
            self._act(line, session, "ehlo", "250 sink.example")
            return
        offers = ["sink.example", "SIZE 30000000", "8BITMIME",
                  "ENHANCEDSTATUSCODES"]
        if line.tls or self.context is None:
            offers.append("AUTH XOAUTH2" if "tokens" in self.script else
                          "AUTH PLAIN LOGIN")
        elif not self.script.get("strip"):
            offers.append("STARTTLS")
        for offer in offers[:-1]:
            line.write_line(f"250-{offer}")
        line.write_line(f"250 {offers[-1]}")

    _helo = _ehlo

    def _starttls(self, line, session, _):
        if self._act(line, session, "starttls", "220 2.0.0 go ahead"):
            line.start_tls(self.context)
            session.tls = True
            with self.lock:
                self.shook_hands += 1
                self._live.add(line.sock)

    def _bearer(self, line, session, words):
        """XOAUTH2: script["tokens"] says whether a token is good."""
        if len(words) < 3:
            line.write_line("334 ")
            words.append(line.read_line().decode())
        user, token = base64.b64decode(words[2]).decode().split("\1")[:2]
        session.login = (user.removeprefix("user="),
                         token.removeprefix("auth=Bearer "))
        if self.script["tokens"](session.login[1]):
            self._act(line, session, "auth", "235 2.7.0 welcome")
            return
        line.write_line("334 " + base64.b64encode(
            b'{"status":"401","schemes":"bearer"}').decode())
        line.read_line()
        line.write_line("535 5.7.8 wrong")

    def _auth(self, line, session, command):
        words = command.split(" ")
        if words[1].upper() == "XOAUTH2":
            session.commands[-1] = "AUTH XOAUTH2"
            self._bearer(line, session, words)
            return
        if words[1].upper() == "PLAIN":
            if len(words) < 3:
                line.write_line("334 ")
                words.append(line.read_line().decode())
            login = base64.b64decode(words[2]).split(b"\0")[1:]
        else:
            login = []
            for ask in (b"Username:", b"Password:"):
                if ask == b"Username:" and len(words) > 2:
                    login.append(base64.b64decode(words[2]))
                    continue
                line.write_line("334 " + base64.b64encode(ask).decode())
                login.append(base64.b64decode(line.read_line()))
        session.commands[-1] = "AUTH"       # no password in a failure's text
        session.login = tuple(part.decode() for part in login)
        if session.login != (USER, PASSWORD):
            line.write_line("535 5.7.8 wrong")
            return
        self._act(line, session, "auth", "235 2.7.0 welcome")

    def _mail(self, line, session, command):
        session.sender = command[len("MAIL FROM:"):].split(" ")[0]
        self._act(line, session, "mail", "250 2.1.0 ok")

    def _rcpt(self, line, session, command):
        recipient = command[len("RCPT TO:"):].split(" ")[0]
        if self._act(line, session, "rcpt", "250 2.1.5 ok"):
            session.recipients.append(recipient)

    def _data(self, line, session, _):
        if not self._act(line, session, "data", "354 go on"):
            return
        lines = []
        while (got := line.read_line()) != b".":
            lines.append(got[1:] if got.startswith(b".") else got)
        session.bare = line.bare
        session.data = b"".join(one + b"\r\n" for one in lines)
        if self._act(line, session, "dot",
                     f"250 2.0.0 queued as SINK{session.number:06d}"):
            session.taken = True

    def _rset(self, line, _session, _command):
        line.write_line("250 2.0.0 ok")

    _noop = _rset
