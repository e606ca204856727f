"""Two who give one case to two desks at once, and letters that come while a
case is on its way: one desk has it, with everything, and nobody else."""

import threading
import unittest
from concurrent import futures

from lib.between import Between
from lib.crash import AGAIN, check_store
from lib.ground import wait_for
from lib.intruder import peek
from lib.mails import mail, parse
from lib.moving import WHY, MoveStory
from lib.services import PASSWORD, Dovecot, missing
from lib.web import Visitor, code_of

ROUNDS = 16


class TwoDesks(MoveStory):
    """ben gives it to careers; gus, who reads youth alone, or maria, who
    reads every desk, to crafts."""

    others = ("crafts",)

    def setUp(self):
        super().setUp()
        self.gus = self.town.hire("gus", "supervisor")
        self.cora = self.come("cora", "counsellor", "crafts")
        self.readers = {"careers": self.nora, "crafts": self.cora}

    def at_once(self, case, givers):
        """Both have read the case and sealed its keys before either asks;
        {desk: what was said}."""
        start = threading.Barrier(2, timeout=60)

        def hold(path):
            if path.endswith("/move"):
                start.wait()

        between = Between(self.ground, self.service, hold=hold)
        try:
            with between.asked_by(*givers.values()), \
                    futures.ThreadPoolExecutor() as windows:
                asked = {desk: windows.submit(
                    giver.run, "hand", case, "--desk", desk, *WHY, "--json")
                    for desk, giver in givers.items()}
                return {desk: one.result() for desk, one in asked.items()}
        finally:
            between.close()

    def round(self, n):
        case = self.town.letter(text=f"Question {n}.\n")
        if n % 2:                       # a supervisor may end her claim
            self.anna("claim", case)
        givers = {"careers": self.ben,
                  "crafts": self.town.maria if n % 4 < 2 else self.gus}
        said = self.at_once(case, givers)
        won, = [desk for desk, one in said.items() if one.code == 0]
        lost, = [desk for desk, one in said.items() if one.code != 0]
        self.assertEqual(said[won].json,
                         {"id": case, "from": "youth", "desk": won})
        # Who does not read the winner's desk has no such case any more.
        self.assertIn(
            "it is not yours to see" if givers[lost] is not self.town.maria
            else f"{case} has moved meanwhile" if n % 2
            else f"{case} has another key", self.one_sentence(said[lost]))
        # One key more, sealed as those before to the team that has it.
        self.assertEqual(self.column(case, "desk"), won)
        for desk, reader in self.readers.items():
            self.assertEqual(self.opens(self.keys(reader, desk), case),
                             [1, 2] if desk == won else [])
        for person in (self.ben, self.gus, self.readers[lost]):
            self.gone(person, case)
        reader = self.readers[won]
        self.assertEqual(self.texts(reader, case), [f"Question {n}.\n"])
        self.assertEqual(self.texts(reader, case, "note"), [WHY[1]])
        self.assertEqual([tuple(row) for row in peek(
            self.service, "SELECT actor, detail FROM event WHERE case_id = "
            "? AND kind = 'moved'", case)],
            [(givers[won].name, f"youth {won}")])
        reader("note", case, "-m", "It is here.")
        return won

    def test_one_of_them_has_it(self):
        won = [self.round(n) for n in range(ROUNDS)]
        print(f"# {ROUNDS} rounds: careers {won.count('careers')}, crafts "
              f"{won.count('crafts')}")
        self.service.admin("check")
        check_store(self, self.service)


class Meets(MoveStory):
    """A letter is read and sealed under the key that the case has, and its
    role stands still before or after it is durable; then the case goes."""

    def meanwhile(self, role, where, come):
        """come() begins, and is at this point of the role while the case
        goes; what it said."""
        with futures.ThreadPoolExecutor() as windows:
            letter = windows.submit(come)
            with self.standing(role, where):
                self.hand(self.case)
            return letter.result()

    def answered(self, sender):
        self.case = self.town.letter(sender=sender, text="A question.\n")
        self.town.answer(self.case, "An answer.\n")
        self.assertEqual(self.town.settled(self.case)[0], "accepted")
        return parse(self.town.sink.dots[-1].data)["Message-ID"]

    def all_there(self, *texts):
        """It is with careers, whose team opens all of it, and once."""
        self.assertEqual(self.texts(self.nora, self.case), list(texts))
        self.gone(self.anna, self.case)
        self.assertEqual(peek(self.service, "SELECT count(*) FROM cases")[
            0][0], 1)
        self.assertEqual(self.opens(self.keys(self.nora, "careers"),
                                    self.case), [1, 2])
        self.nora("note", self.case, "-m", "It is here.")
        self.assertTrue(self.column(self.case, "waiting_since"))
        self.town.answer(self.case, "We are here.\n", self.nora, self.olga)
        self.assertIn(self.town.settled(self.case)[0],
                      ("accepted", "published"))
        self.service.admin("check")
        check_store(self, self.service)

    def by_mail(self, n, where):
        told = self.answered("kai@example.org")
        letter = mail(sender="kai@example.org", text="And work?\n",
                      message_id="<two@example.org>", In_Reply_To=told)

        def come():
            return self.service.inject(letter, check=False)

        self.stop_at("intake", n)
        code = self.meanwhile("intake", where, come).code
        # Not taken when it was sealed for the other team; brought again, it
        # is there once.
        self.assertEqual(code, {1: AGAIN, 2: 0}[n])
        self.assertEqual(come().code, 0)
        self.all_there("A question.\n", "And work?\n")

    def test_a_mail_that_was_sealed_before(self):
        self.by_mail(1, "C1 before")

    def test_a_mail_that_had_just_come(self):
        self.by_mail(2, "C1 after")

    def by_imap(self, n, where):
        """A real mail server keeps it until it is taken."""
        told = self.answered("kai@example.org")
        dovecot = Dovecot(self.ground, self.town.certs).start()
        del self.service.settings["mailbox pipe"]
        self.service.mailbox("youth-mail", port=dovecot.imaps,
                             ca=self.town.certs.ca, password=PASSWORD)

        def come():
            wait_for("a look at the mailbox", lambda: peek(
                self.service, "SELECT 1 FROM mark"))
            dovecot.deliver("desk", mail(
                sender="kai@example.org", text="And work?\n",
                message_id="<two@example.org>", In_Reply_To=told))

        self.stop_at("intake", n)
        self.meanwhile("intake", where, come)
        wait_for("both letters", lambda: len(peek(
            self.service, "SELECT 1 FROM item WHERE kind = 'letter'")) == 2,
            60)
        wait_for("an empty inbox", lambda: dovecot.mailbox("desk").messages()
                 == [])
        self.all_there("A question.\n", "And work?\n")

    @unittest.skipIf(missing(), missing())
    def test_a_mail_on_the_server_that_was_sealed_before(self):
        self.by_imap(4, "C1 before")

    @unittest.skipIf(missing(), missing())
    def test_a_mail_on_the_server_that_had_just_come(self):
        self.by_imap(5, "C1 after")

    def by_web(self, n, where):
        """In the mailbox that her code opens."""
        visitor = Visitor(self.service)
        form = visitor.get()
        self.town.later()               # nobody writes within a second
        visitor.post(form.fields, text="Help me.", do="send")
        row, = self.anna.wait_queue()
        self.case = row["id"]
        code = " / ".join(code_of(visitor.post(visitor.get().fields,
                                               do="digits")))
        self.stop_at("web", n)
        page = visitor.post({"language": "en"}, do="read", code=code)
        self.assertTrue(page.all("textarea", name="text"), page.texts)
        page = self.meanwhile("web", where, lambda: visitor.post(
            page.fields, text="And work?", do="write"))
        if n == 1:
            # What she typed comes back, to be sent once more.
            self.assertEqual((page.status, page.fields["text"]),
                             (503, "And work?"))
            page = visitor.post(page.fields, do="write")
        self.assertEqual(page.status, 200)
        self.all_there("Help me.\n", "And work?\n")

    def test_a_letter_of_the_mailbox_that_was_sealed_before(self):
        self.by_web(1, "C1 before")

    def test_a_letter_of_the_mailbox_that_had_just_come(self):
        self.by_web(2, "C1 after")

    def test_a_mail_while_its_keys_are_sealed_to_the_other_team(self):
        """Between what the command line read and what it asks for."""
        told = self.answered("kai@example.org")

        def hold(path):
            if path.endswith("/move"):
                self.back("kai@example.org", told)

        between = Between(self.ground, self.service, hold=hold)
        self.addCleanup(between.close)
        with between.asked_by(self.anna):
            self.hand(self.case)
        self.all_there("A question.\n", "Back 2.\n")


if __name__ == "__main__":
    unittest.main()
