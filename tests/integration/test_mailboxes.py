"""Several mailboxes of a desk and several desks of a service: each has an
intake of its own, no mailbox that is broken delays another, and no desk sees
a letter of another."""

import threading

from lib import imapscript
from lib.certs import Certs
from lib.ground import free_port
from lib.imapscript import ImapScript
from lib.mails import mail
from lib.services import PASSWORD, Dovecot, missing
from lib.story import Story
from lib.teduh import Service, command_of, descendants, invite

BOUND = 60.0
# Where in a session, and what happens there; whether it goes on for longer
# than a letter in another mailbox may take.
MANNERS = {
    "silent from the beginning": ("BANNER", imapscript.hang, True),
    "silent after the login": ("SELECT", imapscript.hang, True),
    "a byte now and then": ("SELECT", imapscript.slow_drip, True),
    "garbage": ("SELECT", imapscript.garbage, False),
    "no end of a line": ("SELECT", imapscript.endless_line, False),
    "cut": ("SELECT", imapscript.cut, False),
    "goodbye": ("LOGIN", imapscript.bye, False),
    "a letter of 4 GB": ("FETCH-BODY", imapscript.huge_literal, False),
    "half a letter": ("FETCH-BODY", imapscript.cut_in_literal, False),
}


class Watched:
    """A manner, and whether it was met and is over."""

    def __init__(self, act):
        self.act = act
        self.met, self.over = threading.Event(), threading.Event()

    def __call__(self, *words):
        self.met.set()
        try:
            return self.act(*words)
        finally:
            self.over.set()


class Mailboxes(Story):
    """`one` and `two` are of the desk youth, `three` is of careers; `one` and
    `three` are Dovecot's, `two` is what a test makes of it."""

    def setUp(self):
        super().setUp()
        why = missing()
        if why:
            self.skipTest(why)
        self.certs = Certs(self.ground)
        self.dovecot = Dovecot(self.ground, self.certs).start()
        self.broken = ImapScript(self.ground, self.certs)
        self.service = Service(self.ground)
        settings = self.service.settings
        settings["desk careers"] = {**settings["desk youth"],
                                    "from_address": "work@desk.example"}
        for name, desk, user in (("one", "youth", "desk"),
                                 ("three", "careers", "seeker-b")):
            self.service.mailbox(name, port=self.dovecot.imaps, user=user,
                                 password=PASSWORD, ca=self.certs.ca,
                                 desk=desk)
        self.two(self.broken.port)
        self.found()
        self.nora = invite(self.service, self.ground, self.maria, "nora",
                           desk="careers")
        self.sent = {"youth": set(), "careers": set()}

    def two(self, port, user=imapscript.USER, word=imapscript.PASSWORD):
        self.service.mailbox("two", port=port, user=user, password=word,
                             ca=self.certs.ca)

    def letter(self, desk):
        word = f"{desk}-{len(self.sent[desk])}"
        self.sent[desk].add(word)
        return mail(subject=word, text=f"{word}\n",
                    message_id=f"<{word}@example.org>")

    def deliver(self):
        """A letter to each desk by a mailbox that is well."""
        self.dovecot.deliver("desk", self.letter("youth"))
        self.dovecot.deliver("seeker-b", self.letter("careers"))

    def check(self, missing=()):
        """Each letter stands in the queue of its desk, once and alone."""
        for person, desk in ((self.anna, "youth"), (self.nora, "careers")):
            want = sorted(self.sent[desk] - set(missing))
            rows = person.wait_queue(len(want), BOUND) if want else \
                person.queue()
            self.assertEqual(sorted(row["subject"] for row in rows), want)
            for row in rows:
                self.assertEqual((row["desk"], row["items"]), (desk, 1))

    def again(self, manner):
        """A start at which no mailbox waits to be tried again.  What still
        hangs is killed: it would take its time to end."""
        if manner.over.is_set():
            self.service.restart()
        else:
            self.service.kill()
            self.service.start()

    def test_a_mailbox_that_is_broken_delays_no_other(self):
        self.broken.add(self.letter("youth"))
        self.check()
        self.broken.add(self.letter("youth"))
        late, before = "youth-1", Watched(None)
        for name, (place, act, lasts) in MANNERS.items():
            with self.subTest(name):
                manner = Watched(act)
                self.broken.script = {place: manner}
                self.again(before)
                before = manner
                self.assertTrue(manner.met.wait(BOUND))
                self.deliver()
                self.check(missing={late})
                if lasts:
                    self.assertFalse(manner.over.is_set())
        self.broken.script = {}
        self.again(before)
        self.check()

    def test_a_mailbox_that_nobody_opens_delays_no_other(self):
        for name, door in (
                ("a wrong password", (self.dovecot.imaps, "seeker-a", "x")),
                ("nobody there", (free_port(),)),
                ("no mail server", (self.dovecot.lmtp,))):
            with self.subTest(name):
                self.two(*door)
                self.service.kill()
                self.service.start()
                self.service.wait_log(["session", "error"], BOUND)
                self.deliver()
                self.check()

    def test_each_mailbox_has_a_process_and_each_desk_its_letters(self):
        roles = []
        for pid in descendants(self.service.process.pid):
            words = command_of(pid)
            if words[2:3] == ["intake"]:        # teduhd --child ROLE NAME
                roles.append(words[3])
        self.assertEqual(sorted(roles), ["one", "pipe", "three", "two"])
        self.deliver()
        self.broken.add(self.letter("youth"))
        self.check()
        for person, other in ((self.anna, self.nora),
                              (self.nora, self.anna)):
            foreign = other.queue()[0]["id"]
            unknown = ("0" if foreign[0] != "0" else "1") + foreign[1:]
            for command in ("show", "claim"):
                refused = person.refused(command, foreign)
                as_unknown = person.refused(command, unknown)
                self.assertEqual(refused.code, as_unknown.code)
                self.assertEqual(refused.err.replace(foreign, unknown),
                                 as_unknown.err)
        self.assertEqual({row["desk"] for row in self.maria.queue()},
                         {"youth", "careers"})
