"""What dev/demo does once everything is built.  Each step is said before it
is done; the one that fails is named in the last line."""

import argparse
import glob
import os
import shlex
import signal
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "tests"))

from lib import mails                                       # noqa: E402
from lib.certs import Certs                                 # noqa: E402
from lib.ground import Failure, Ground, program             # noqa: E402
from lib.leaks import Needles                               # noqa: E402
from lib.services import DESK, PASSWORD, Dovecot, Postfix   # noqa: E402
from lib.teduh import Service, found, invite                # noqa: E402
from lib.web import open_door, port_of                      # noqa: E402

LETTERS = ("id", "et", "en")


class Letter:
    """A letter of dev/letters as its writer's mail program sends it."""

    def __init__(self, name):
        head, _, self.text = read(f"letters/{name}.txt").partition("\n\n")
        fields = dict(line.split(": ", 1) for line in head.splitlines())
        self.sender = fields["From"]
        self.address = self.sender.partition("<")[2].rstrip(">")
        self.subject = fields["Subject"]
        self.id = f"<letter-{name}@example.org>"
        self.attachment = fields.get("Attachment")
        self.attached = self.attachment and read(
            f"letters/{self.attachment}")

    def mail(self):
        attachments = []
        if self.attachment:
            attachments.append((self.attachment, "text/plain",
                                self.attached.encode()))
        return mails.mail(
            self.address, DESK, self.subject, self.text, self.id,
            attachments, name=self.sender.partition(" <")[0])

    def words(self):
        """What must be readable nowhere: every line, and who wrote."""
        text = self.text + (self.attached or "")
        return [line.strip() for line in text.splitlines()
                if len(line.strip()) >= 12] + [
                    self.subject, self.address, self.sender]


def read(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as f:
        return f.read()


class Demo:
    def __init__(self, ground):
        self.ground = ground
        self.now = "begin"
        self.letters = {name: Letter(name) for name in LETTERS}

    def step(self, what):
        self.now = what
        print(f"-- {what}", flush=True)

    def set_up(self):
        ground = self.ground
        self.step("certificates, a private Dovecot and a private Postfix")
        self.certs = Certs(ground)
        self.dovecot = Dovecot(ground, self.certs).start()
        self.postfix = Postfix(ground, self.certs, self.dovecot).start()

        self.step("teduhd is founded: maria is the first supervisor")
        self.service = Service(ground, "teduh")
        del self.service.settings["mailbox pipe"]
        self.service.mailbox("youth-mail", port=self.dovecot.imaps,
                             ca=self.certs.ca, password=PASSWORD)
        self.service.relay(self.postfix.smtps, "desk", PASSWORD,
                           ca=self.certs.ca)
        open_door(ground, self.service)
        self.maria = found(self.service, ground)

        self.step("maria invites anna, a counsellor, and confirms her key")
        self.anna = invite(self.service, ground, self.maria, "anna")

        self.step("three letters are written and sent by SMTP")
        for letter in self.letters.values():
            self.postfix.send(letter.address, DESK, letter.mail())

        self.step("they are fetched, sealed and stand in the queue")
        self.rows = self.anna.wait_queue(len(LETTERS))

    def row(self, letter):
        for row in self.rows:
            if row["subject"] == letter.subject:
                return row
        raise Failure(f"no case has the subject '{letter.subject}'")

    # One letter all the way

    def walk(self):
        letter = self.letters["id"]
        case = self.row(letter)["id"]

        self.step(f"anna claims {case} and reads it")
        self.anna("claim", case)
        shown = self.anna("show", case)
        got = shown["items"][0]
        expect("the subject", got["subject"], letter.subject)
        expect("the text", mails.lines(got["text"]),
               mails.lines(letter.text))

        self.step("she writes an answer and submits it for review")
        text = read("letters/answer-id.txt")
        path = self.ground.file("answer.txt", text)
        draft = self.anna("reply", case, "--body", path)["id"]
        self.anna("submit", draft)

        self.step("nothing is sent before a second person has approved")
        expect("drafts waiting for review",
               [d["id"] for d in self.maria("review")], [draft])
        expect("mails in the seeker's mailbox",
               self.dovecot.mailbox("seeker-id").messages(), [])

        self.step("maria reads both and approves")
        expect("the body in review",
               mails.lines(self.maria("review", draft)["body"]),
               mails.lines(text))
        self.maria("approve", draft)

        self.step("the answer leaves by SMTP and is accepted")
        self.anna.wait_delivery(case, "accepted")

        self.step("it lies in the seeker's mailbox, and is right")
        answer = self.dovecot.mailbox("seeker-id").wait()[0]
        self.check_answer(answer, letter, text)
        for line in answer.decode("ascii", "replace").splitlines():
            print(f"    {line}")

        self.step("no word of letter or answer in the data folder or logs")
        self.look_for_leaks(Needles(
            *(word for one in self.letters.values() for word in one.words()),
            *(line for line in text.splitlines() if len(line) >= 12)))

    def check_answer(self, answer, letter, text):
        try:
            mails.check_answer(unittest.TestCase(), answer, letter.address,
                               text, letter.id)
        except AssertionError as e:
            raise Failure(f"the answer is not as it should be: {e}") from e

    def look_for_leaks(self, needles):
        hits = needles.in_tree(self.service.data)
        hits += needles.in_file(self.service.log)
        hits += needles.in_processes(self.service.pids())
        if hits:
            raise Failure("readable: " + "; ".join(hits[:10]))
        size = sum(os.path.getsize(path) for path in glob.glob(
            f"{self.service.data}/**", recursive=True)
            if os.path.isfile(path))
        if size == 0:
            raise Failure("the data folder is empty: nothing was searched")
        print(f"   searched {size} bytes of data, the log and "
              f"{len(self.service.pids())} processes "
              f"for {len(needles.forms)} forms")

    # To play with

    def wrappers(self):
        for person in (self.maria, self.anna):
            secret = self.ground.file(f"home-{person.name}/passphrase",
                                      person.passphrase + "\n", 0o600)
            self.script(person.name, f"""
# {person.name}'s command line, without being asked for the passphrase.
TEDUH_HOME={shlex.quote(person.home)}; export TEDUH_HOME
exec {shlex.quote(program("teduh"))} "$@" --passphrase-fd 9 \\
	9<{shlex.quote(secret)}""")
        self.script("mailbox", f"""
# ./mailbox seeker-id: what lies in a seeker's mailbox.
exec python3 - "$@" <<'END'
import email, email.policy, imaplib, ssl, sys
context = ssl.create_default_context(cafile={self.certs.ca!r})
imap = imaplib.IMAP4_SSL("localhost", {self.dovecot.imaps},
                         ssl_context=context)
imap.login(sys.argv[1], {PASSWORD!r})
imap.select("INBOX", readonly=True)
for row in imap.uid("FETCH", "1:*", "(BODY.PEEK[])")[1] or []:
    if isinstance(row, tuple):
        mail = email.message_from_bytes(row[1], policy=email.policy.default)
        for name in ("From", "To", "Date", "Subject"):
            print(f"{{name}}: {{mail[name]}}")
        print("\\n" + mail.get_body(("plain",)).get_content())
END
""")

    def script(self, name, text):
        return self.ground.file(name, "#!/bin/sh" + text.rstrip() + "\n",
                                0o755)

    def play(self):
        self.wrappers()
        case = self.row(self.letters["id"])["id"]
        print(f"""
Running in {self.ground.path} (teduhd's log: teduh/teduhd.log).
In another terminal:

    cd {self.ground.path}
    ./anna queue                      three letters wait
    ./anna show {case}              read one
    ./anna reply {case}             write an answer in $EDITOR
    ./anna submit {case}.d1         hand it to a supervisor
    ./maria review                    what waits for a second pair of eyes
    ./maria review {case}.d1
    ./maria approve {case}.d1       ... and it is sent
    ./mailbox seeker-id               what the seeker received

For those who write by a form, in a browser of this machine:

    http://127.0.0.1:{port_of(self.service)}/           write, keep the code, wait for ./anna queue
                                      to show it; answer, approve, open it

Ctrl-C ends all of it and removes the folder.""", flush=True)
        signal.pause()


def expect(what, got, wanted):
    if got != wanted:
        raise Failure(f"{what}: expected {wanted!r}, got {got!r}")


def interrupt(*_):
    """The first one ends the demo, the next ones are not heard: everything
    that was started has to be ended first."""
    for sig in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sig, lambda *_: None)
    print("\n-- ending everything", flush=True)
    raise KeyboardInterrupt


def main():
    options = argparse.ArgumentParser(prog="dev/demo", description=(
        "Teduh on this machine alone, with real mail servers."))
    options.add_argument("--once", action="store_true",
                         help="walk one letter all the way and end")
    options.add_argument("--keep", action="store_true",
                         help="leave the folder behind")
    given = options.parse_args()
    # The servers stand in sessions of their own: the terminal's Ctrl-C is
    # for us, and we end them by pid.
    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)
    demo = None
    try:
        with Ground(keep=given.keep) as ground:
            demo = Demo(ground)
            demo.set_up()
            if given.once:
                demo.walk()
                demo.step("everything is ended")
            else:
                demo.play()
    except (Failure, OSError, KeyError, LookupError) as e:
        print(f"dev/demo: failed at: {demo.now if demo else 'begin'}\n{e}",
              file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 1 if given.once else 0
    print("-- done: mail, queue, claim, reply, review, approval, SMTP, "
          "mailbox")
    return 0


if __name__ == "__main__":
    sys.exit(main())
