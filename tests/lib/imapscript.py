"""An IMAP server that behaves, until its script says otherwise.

    server = ImapScript(ground, certs, mails=[b"..."])
    server.script["FETCH-BODY"] = cut_in_literal

The script maps a command (LOGIN, SELECT, FETCH, FETCH-BODY, IDLE, MOVE ...;
BANNER for the greeting) to a function(server, line, tag, rest) which writes
what it likes and returns True if the command is answered with that; it may
raise Hangup to cut the line.  Everything that was asked is in .commands."""

import re
import threading

from .scripted import Hangup, Scripted

USER, PASSWORD = "desk", "kolmas-laine-rannal"


class ImapScript(Scripted):
    def __init__(self, ground, certs=None, mails=(), pair="right",
                 implicit=True):
        self.script = {}
        self.commands = []
        self.logins = 0             # logins that were right
        self.fetched = 0            # whole bodies that were sent
        self.uidvalidity = 4711
        self.folders = {"INBOX": {}, "Teduh": {}}
        self.takes_mail = False     # by APPEND
        self.flagged = set()        # (folder, UID) with \Deleted
        self.next_uid = 1
        self.changed = threading.Condition()
        for mail in mails:
            self.add(mail)
        super().__init__(ground, certs, pair, implicit)

    def add(self, mail, folder="INBOX"):
        with self.changed:
            self.folders[folder][self.next_uid] = mail
            self.next_uid += 1
            self.changed.notify_all()

    # One connection

    def serve(self, line):
        state = {"folder": None}
        if not self._scripted("BANNER", line, "*", ""):
            line.write_line("* OK [CAPABILITY IMAP4rev1 IDLE UIDPLUS MOVE"
                            f"{self._starttls(line)}] ready")
        while True:
            command = self._read_command(line)
            tag, _, rest = command.partition(" ")
            verb, _, rest = rest.partition(" ")
            verb = verb.upper()
            if verb == "UID":
                verb, _, rest = rest.partition(" ")
                verb = verb.upper()
            with self.lock:
                self.commands.append(verb)
            if verb == "FETCH" and "BODY" in rest.upper() and \
                    self._scripted("FETCH-BODY", line, tag, rest):
                continue
            if self._scripted(verb, line, tag, rest):
                continue
            handler = getattr(self, f"_do_{verb.lower()}", None)
            if handler is None:
                line.write_line(f"{tag} BAD what is {verb}")
                continue
            handler(line, tag, rest, state)

    def _scripted(self, name, line, tag, rest):
        act = self.script.get(name)
        return act is not None and act(self, line, tag, rest)

    def _starttls(self, line):
        if self.context is not None and not line.tls:
            return " STARTTLS LOGINDISABLED"
        return ""

    def _read_command(self, line):
        """A command line with its literals put in as quoted text."""
        text = line.read_line().decode("utf-8", "replace")
        while (literal := re.search(r"\{(\d+)(\+?)\}$", text)):
            if not literal.group(2):
                line.write_line("+ go on")
            more = line.read_exactly(int(literal.group(1)))
            text = (text[:literal.start()] + '"'
                    + more.decode("utf-8", "replace") + '"'
                    + line.read_line().decode("utf-8", "replace"))
        return text

    # Commands

    def _do_capability(self, line, tag, _rest, _state):
        line.write_line("* CAPABILITY IMAP4rev1 IDLE UIDPLUS MOVE"
                        f"{self._starttls(line)}")
        line.write_line(f"{tag} OK done")

    def _do_starttls(self, line, tag, _rest, _state):
        if self.context is None:
            line.write_line(f"{tag} BAD no such thing here")
            return
        line.write_line(f"{tag} OK go")
        line.start_tls(self.context)
        with self.lock:
            self.shook_hands += 1
            self._live.add(line.sock)

    def _do_login(self, line, tag, rest, _state):
        words = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', rest)
        given = tuple((quoted or plain).replace("\\", "")
                      for quoted, plain in words)
        if given != (USER, PASSWORD):
            line.write_line(f"{tag} NO [AUTHENTICATIONFAILED] wrong")
            return
        with self.lock:
            self.logins += 1
        line.write_line(f"{tag} OK logged in")

    def _do_select(self, line, tag, rest, state):
        folder = rest.strip().split(" (")[0].strip('"')
        if folder not in self.folders:
            line.write_line(f"{tag} NO [NONEXISTENT] no such folder")
            return
        state["folder"] = folder
        mails = self.folders[folder]
        state["told"] = set(mails)
        line.write_line(f"* {len(mails)} EXISTS")
        line.write_line("* 0 RECENT")
        line.write_line("* FLAGS (\\Seen \\Deleted)")
        line.write_line(f"* OK [UIDVALIDITY {self.uidvalidity}] same")
        line.write_line(f"* OK [UIDNEXT {self.next_uid}] next")
        line.write_line(f"{tag} OK [READ-WRITE] selected")

    _do_examine = _do_select

    def _do_status(self, line, tag, rest, _state):
        folder = rest.split(" (")[0].strip('"')
        if folder not in self.folders:
            line.write_line(f"{tag} NO [NONEXISTENT] no such folder")
            return
        line.write_line(f'* STATUS "{folder}" (MESSAGES '
                        f"{len(self.folders[folder])} UIDNEXT "
                        f"{self.next_uid} UIDVALIDITY {self.uidvalidity})")
        line.write_line(f"{tag} OK done")

    def _do_list(self, line, tag, _rest, _state):
        for folder in self.folders:
            line.write_line(f'* LIST () "." "{folder}"')
        line.write_line(f"{tag} OK done")

    def _do_create(self, line, tag, rest, _state):
        self.folders.setdefault(rest.strip().strip('"'), {})
        line.write_line(f"{tag} OK made")

    def _do_noop(self, line, tag, _rest, state):
        if state["folder"]:
            line.write_line(f"* {len(self.folders[state['folder']])} EXISTS")
        line.write_line(f"{tag} OK still here")

    _do_check = _do_noop

    def uids(self, text, folder):
        """The UIDs that a sequence set names and the folder holds; n:*
        always names the last one (RFC 3501, 6.4.8)."""
        held = sorted(self.folders[folder])
        named = set()
        for part in text.split(","):
            first, _, last = part.partition(":")
            last = last or first
            low = held[-1] if first == "*" and held else int(
                first.replace("*", "1"))
            high = max([low, *held]) if last == "*" else int(last)
            named.update(u for u in held if low <= u <= high)
            if "*" in part and held:
                named.add(held[-1])
        return sorted(named)

    def _do_search(self, line, tag, rest, state):
        held = sorted(self.folders[state["folder"]])
        match = re.search(r"UID ([0-9:*,]+)", rest.upper())
        if match:
            held = self.uids(match.group(1), state["folder"])
        line.write_line("* SEARCH" + "".join(f" {u}" for u in held))
        line.write_line(f"{tag} OK done")

    def _do_fetch(self, line, tag, rest, state):
        which, _, items = rest.partition(" ")
        folder = self.folders[state["folder"]]
        order = sorted(folder)
        for uid in self.uids(which, state["folder"]):
            mail = folder[uid]
            head = (f"* {order.index(uid) + 1} FETCH (UID {uid} "
                    f"RFC822.SIZE {len(mail)} "
                    f'INTERNALDATE "24-Nov-2026 08:00:00 +0000"')
            if "HEADER.FIELDS" in items.upper():
                field = _message_id(mail)
                line.write(f"{head} BODY[HEADER.FIELDS (MESSAGE-ID)] "
                           f"{{{len(field)}}}\r\n".encode() + field
                           + b")\r\n")
            elif "BODY" in items.upper():
                line.write(f"{head} BODY[] {{{len(mail)}}}\r\n".encode()
                           + mail + b")\r\n")
                with self.lock:
                    self.fetched += 1
            else:
                line.write_line(head + ")")
        line.write_line(f"{tag} OK done")

    def _do_idle(self, line, tag, _rest, state):
        folder = self.folders[state["folder"]]
        told = state["told"]        # what came since is announced at once
        line.write_line("+ idling")
        while not line.waiting(0.05):
            if set(folder) - told:
                told = set(folder)
                line.write_line(f"* {len(folder)} EXISTS")
        state["told"] = told
        line.read_line()
        line.write_line(f"{tag} OK idled")

    def _do_move(self, line, tag, rest, state):
        which, _, target = rest.partition(" ")
        target = target.strip('"')
        if target not in self.folders:
            line.write_line(f"{tag} NO [TRYCREATE] no such folder")
            return
        here = self.folders[state["folder"]]
        with self.changed:
            for uid in self.uids(which, state["folder"]):
                number = sorted(here).index(uid) + 1
                self.folders[target][self.next_uid] = here.pop(uid)
                self.next_uid += 1
                line.write_line(f"* {number} EXPUNGE")
        line.write_line(f"{tag} OK moved")

    def _do_append(self, line, tag, rest, _state):
        """Only where a story is about it: a plain mailbox takes none."""
        folder, _, text = rest.partition(" ")
        folder = folder.strip('"')
        if not self.takes_mail:
            line.write_line(f"{tag} NO [CANNOT] nothing is put here")
        elif folder not in self.folders:
            line.write_line(f"{tag} NO [TRYCREATE] no such folder")
        else:
            self.add(text[text.index('"') + 1:-1].encode(), folder)
            line.write_line(f"{tag} OK taken")

    def _do_store(self, line, tag, rest, state):
        which, _, flags = rest.partition(" ")
        if "\\DELETED" in flags.upper():
            self.flagged.update((state["folder"], uid) for uid in
                                self.uids(which, state["folder"]))
        line.write_line(f"{tag} OK stored")

    def _do_expunge(self, line, tag, rest, state):
        """Bare, it takes whatever is flagged: so real servers do."""
        name = state["folder"]
        here = self.folders[name]
        with self.changed:
            for uid in self.uids(rest, name) if rest else sorted(here):
                if (name, uid) in self.flagged:
                    number = sorted(here).index(uid) + 1
                    del here[uid]
                    line.write_line(f"* {number} EXPUNGE")
            line.write_line(f"{tag} OK done")

    def _do_enable(self, line, tag, _rest, _state):
        line.write_line(f"{tag} OK done")

    _do_subscribe = _do_close = _do_unselect = _do_enable

    def _do_logout(self, line, tag, _rest, _state):
        line.write_line("* BYE")
        line.write_line(f"{tag} OK bye")
        raise Hangup("logout")


def _message_id(mail):
    """What HEADER.FIELDS (MESSAGE-ID) gives of a mail."""
    header = mail.partition(b"\r\n\r\n")[0] + b"\r\n"
    fields = re.findall(rb"^Message-ID:.*\r\n(?:[ \t].*\r\n)*", header,
                        re.IGNORECASE | re.MULTILINE)
    return b"".join(fields) + b"\r\n"


# Servers that can less

def plain_banner(_server, line, _tag, _rest):
    line.write_line("* OK ready")
    return True


def without_uidplus(_server, line, tag, _rest):
    line.write_line("* CAPABILITY IMAP4rev1 IDLE")
    line.write_line(f"{tag} OK done")
    return True


# Ways to go wrong

def refuse_login(_server, line, tag, _rest):
    line.write_line(f"{tag} NO [AUTHENTICATIONFAILED] not today")
    return True


def cut(_server, _line, _tag, _rest):
    raise Hangup("cut")


def cut_in_literal(server, line, _tag, rest):
    """Announce the whole mail, send half of it, and hang up."""
    uid = int(re.match(r"\d+", rest).group())
    mail = server.folders["INBOX"].get(uid, b"x" * 200)
    line.write(f"* 1 FETCH (UID {uid} BODY[] {{{len(mail)}}}\r\n".encode()
               + mail[:len(mail) // 2])
    raise Hangup("cut")


def huge_literal(_server, line, _tag, _rest):
    line.write(b"* 1 FETCH (UID 1 BODY[] {4294967290}\r\n" + b"x" * 65536)
    raise Hangup("cut")


def longer_than_said(_server, line, _tag, _rest):
    """Far more than the size that was listed."""
    size = 3 * 1024 * 1024
    line.write(b"* 1 FETCH (UID 2 BODY[] {%d}\r\n" % size + b"x" * size)
    raise Hangup("too much was not believed")


def garbage(_server, line, _tag, _rest):
    line.write(bytes(range(256)) * 64)
    raise Hangup("garbage")


def endless_line(_server, line, _tag, _rest):
    """Bytes without a line end, for as long as they are taken."""
    while True:
        line.write(b"x" * 65536)


def hang(server, line, _tag, _rest):
    """Not a word, until the other end has enough."""
    while not server._stop.is_set() and not line.waiting(0.2):
        pass
    raise Hangup("silence was not believed")


def slow_drip(server, line, _tag, _rest):
    """A byte now and then: never silent, never done."""
    while not server._stop.wait(0.2):
        line.write(b"*")
    raise Hangup("test is over")


def bye(_server, line, _tag, _rest):
    line.write_line("* BYE come back later")
    raise Hangup("bye")


def say(answer):
    """An answer to the tag: say("NO [UNAVAILABLE] not now")."""
    def act(_server, line, tag, _rest):
        line.write_line(f"{tag} {answer}")
        return True
    return act


def once(act, times=1):
    """The script for the first time(s), the ordinary way afterwards."""
    left = [times]

    def acting(server, line, tag, rest):
        if left[0] <= 0:
            return False
        left[0] -= 1
        return act(server, line, tag, rest)
    return acting


def only_uid(uid, act):
    """The script whenever this letter is asked for, be it with others; the
    ordinary way for all else."""
    def acting(server, line, tag, rest):
        return uid in server.uids(rest.split(" ")[0], "INBOX") and act(
            server, line, tag, rest)
    return acting
