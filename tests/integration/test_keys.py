"""One key behind a page: it does what the command does that stands there,
and only a key that was offered does anything."""

import os
import signal

from lib.ground import wait_for
from lib.mails import mail, parse
from lib.screens import Terminal
from lib.story import SinkStory
from lib.teduh import descendants

SEEKER = "seeker-a@example.org"
SIGNATURE = "-- \nSam Kask\nTel. 555 0199\nsent from the library\n"
QUESTION = "n: not the same matter"


class Asked(SinkStory):
    """Two cases of one writer, the second of which is proposed."""

    def setUp(self):
        super().setUp()
        self.a = self.one_case(mail(SEEKER, text="the first\n"))["id"]
        self.b = self.one_case(mail(SEEKER, text="the second\n",
                                    message_id="<two@example.org>"))["id"]

    def terminal(self, **more):
        terminal = Terminal(self.ground, self.anna, **more)
        terminal.modes = self.modes(terminal)
        return terminal

    def modes(self, terminal):
        """How the terminal is set, as stty says it."""
        return "".join(terminal.run("stty -g"))

    def asked(self, terminal, line, words=QUESTION):
        terminal.clear()
        terminal.type(f"{line}; echo ended with $?")
        terminal.wait(words)

    def ended(self, terminal, code=0):
        terminal.wait(f"ended with {code}")
        terminal.wait_prompt()
        text = terminal.text()
        self.assertEqual(self.modes(terminal), terminal.modes)
        return text

    def kind(self):
        link, = self.anna("show", self.a)["links"]
        return link["kind"]


class Keys(Asked):
    def test_one_key_confirms_and_one_turns_down(self):
        terminal = self.terminal()
        show = f"teduh show {self.b} --no-pager"
        self.asked(terminal, show)
        self.assertIn(f"y: link {self.b} to {self.a}; {QUESTION}; Enter: "
                      "nothing", " ".join(terminal.text().split()))
        terminal.keys("y")
        self.assertIn(f"'teduh unlink {self.b}'", " ".join(self.ended(
            terminal).split()))
        self.assertEqual(self.kind(), "confirmed")
        # What is decided is not asked again.
        self.assertNotIn(QUESTION, "\n".join(terminal.run(show)))
        self.anna("unlink", self.b)
        # From the other side, with a new one of the same writer.
        self.anna("close", self.b)
        self.b = self.one_case(mail(SEEKER, text="the third\n",
                                    message_id="<three@example.org>"))["id"]
        self.asked(terminal, f"teduh show {self.a} --no-pager")
        terminal.keys("n")
        self.assertIn(f"'teduh link {self.b} {self.a}'",
                      " ".join(self.ended(terminal).split()))
        self.assertEqual({one["case"]: one["kind"] for one in
                          self.anna("show", self.a)["links"]}[self.b],
                         "undone")

    def test_no_other_key_does_anything(self):
        terminal = self.terminal()
        show = f"teduh show {self.b} --no-pager"
        for key in ("Enter", "x", "Y", "u", "Up", "C-z", "C-d", "C-c"):
            with self.subTest(key):
                self.asked(terminal, show)
                terminal.keys(key)
                self.ended(terminal)
        # Nor one that was typed before the question stood there.
        terminal.clear()
        terminal.tmux("send-keys", "-l",
                      f"{show}; echo ended with $?\ny\ny")
        terminal.wait(QUESTION)
        terminal.keys("Enter")
        self.ended(terminal)
        self.assertEqual(self.kind(), "proposal")

    def test_a_signal_leaves_no_mute_terminal(self):
        terminal = self.terminal()
        shell = int(terminal.tmux("display-message", "-p", "#{pane_pid}"))
        for sig in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            with self.subTest(sig):
                self.asked(terminal, f"teduh show {self.b} --no-pager")
                child, = descendants(shell)
                os.kill(child, sig)
                self.ended(terminal, 128 + sig)
        self.assertEqual(self.kind(), "proposal")

    def test_who_is_not_at_a_terminal_is_not_asked(self):
        terminal = self.terminal()
        for more in ("| cat", "-q --no-pager", "--json --no-pager",
                     "--no-pager < /dev/null"):
            with self.subTest(more):
                self.assertNotIn(QUESTION, "\n".join(terminal.run(
                    f"teduh show {self.b} {more}")))
        self.assertNotIn(QUESTION, self.anna.run("show", self.b,
                                                 check=True).text)
        self.assertEqual(self.kind(), "proposal")

    def test_the_keys_are_those_of_the_language(self):
        terminal = self.terminal(LANGUAGE="et")
        self.asked(terminal, f"teduh show {self.b} --no-pager",
                   f"j: siduda {self.b}")
        terminal.keys("y")
        self.ended(terminal)
        self.assertEqual(self.kind(), "proposal")
        self.asked(terminal, f"teduh show {self.b} --no-pager",
                   f"j: siduda {self.b}")
        terminal.keys("j")
        self.ended(terminal)
        self.assertEqual(self.kind(), "confirmed")

    def test_what_cannot_be_done_is_said(self):
        self.maria("claim", self.b)
        terminal = self.terminal()
        self.asked(terminal, f"teduh show {self.b} --no-pager")
        terminal.keys("y")
        self.assertIn("claimed by maria", " ".join(self.ended(
            terminal, 1).split()))
        self.assertEqual(self.kind(), "proposal")


class Unfolding(Asked):
    """A letter with a fold in a case with a proposal."""

    def setUp(self):
        super().setUp()
        self.anna("show", self.b)
        self.answer(self.a, "Dear you, yes.\n")
        token = str(parse(self.sink.wait_messages(1)[0].data)["Reply-To"])
        for text in ("One.\n\n", "Two.\n\n"):
            self.service.inject(mail(
                SEEKER, to=token, text=text + SIGNATURE,
                message_id=f"<{text[:3]}@example.org>"))
        self.anna.wait_queue(1, where=lambda row: row["items"] == 4,
                             seconds=60)

    def test_one_key_unfolds_and_the_others_stay(self):
        terminal = self.terminal(lines=60)
        self.asked(terminal, f"teduh show {self.a} --no-pager",
                   f"{QUESTION}; u: unfold 1 part")
        self.assertNotIn("555 0199", terminal.text())
        terminal.keys("u")
        terminal.wait("555 0199")
        terminal.wait(f"{QUESTION}; Enter: nothing")
        terminal.keys("n")
        self.ended(terminal)
        self.assertEqual(self.kind(), "undone")
        self.asked(terminal, f"teduh show {self.a} --no-pager",
                   "u: unfold 1 part; Enter: nothing")
        terminal.keys("n")
        self.assertNotIn("555 0199", self.ended(terminal))

    def test_with_a_pager(self):
        terminal = self.terminal()
        terminal.open(f"teduh show {self.a}; echo ended with $?",
                      "lines folded")
        terminal.keys("q")
        terminal.wait("u: unfold 1 part")
        self.assertFalse(terminal.is_alternate())
        terminal.keys("u")
        wait_for("the pager again", terminal.is_alternate)
        terminal.wait("555 0199")
        terminal.keys("q")
        terminal.wait(f"{QUESTION}; Enter: nothing")
        terminal.keys("Enter")
        self.assertNotIn("555 0199", self.ended(terminal))


class Writing(Asked):
    """The same question before an answer is begun."""

    def setUp(self):
        super().setUp()
        self.mark = self.ground.dir("editor", 0o777) + "/began"
        self.editor = self.ground.file(
            "editor.sh", f"#!/bin/sh\ntouch {self.mark}\n"
            "printf 'Dear you\\n' > \"$1.x\" && cat \"$1\" >> \"$1.x\" && "
            "cat \"$1.x\" > \"$1\" && rm \"$1.x\"\n", 0o755)
        self.anna("show", self.a)
        self.anna("show", self.b)

    def began(self):
        return os.path.exists(self.mark)

    def test_a_proposal_is_not_overlooked(self):
        terminal = self.terminal(EDITOR=self.editor)
        reply = f"teduh reply {self.a}"
        self.asked(terminal, reply, f"{QUESTION}; Enter: go on")
        terminal.keys("C-c")
        self.assertIn("nothing was done", self.ended(terminal, 1))
        self.assertFalse(self.began())
        self.asked(terminal, reply, f"{QUESTION}; Enter: go on")
        terminal.keys("Enter")
        self.ended(terminal)
        self.assertTrue(self.began())
        self.assertEqual(self.kind(), "proposal")
        self.assertEqual(len(self.anna("drafts")), 1)
        self.asked(terminal, reply)
        terminal.keys("n")
        self.ended(terminal)
        self.assertEqual(self.kind(), "undone")
        self.asked(terminal, reply, "ended with 0")     # nothing is open

    def test_what_belongs_elsewhere_is_answered_there(self):
        terminal = self.terminal(EDITOR=self.editor)
        self.asked(terminal, f"teduh reply {self.b}")
        terminal.keys("y")
        self.assertIn(f"belongs to {self.a} now", " ".join(self.ended(
            terminal).split()))
        self.assertFalse(self.began())
        self.assertEqual(self.anna("drafts"), [])
        self.assertEqual(self.kind(), "confirmed")


class Many(SinkStory):
    """A token of ours in the hands of many strangers."""

    def setUp(self):
        super().setUp()
        self.case = self.one_case(mail(SEEKER))["id"]
        self.answer(self.case, "Dear you, yes.\n")
        token = str(parse(self.sink.wait_messages(1)[0].data)["Reply-To"])
        self.anna.wait_delivery(self.case, "accepted", seconds=60)
        for n in range(9):
            self.service.inject(mail(f"stranger-{n}@example.org", to=token,
                                     message_id=f"<s-{n}@example.org>"))
        self.others = [row["id"] for row in self.anna.wait_queue(
            9, seconds=60)]
        self.draft = self.reply(self.anna, self.case, "Dear you, more.\n")

    def test_one_command_turns_all_down(self):
        refused = " ".join(self.anna.refused("submit", self.draft).err
                           .split())
        self.assertIn(f"9 cases may belong to {self.case}", refused)
        self.assertIn(f"'teduh unlink {self.case} --all'", refused)
        # One that a colleague has in hand does not keep the others.
        self.maria("claim", self.others[0])
        result = self.anna.run("unlink", self.case, "--all")
        self.assertEqual(result.code, 1)
        self.assertIn("claimed by maria", " ".join(result.err.split()))
        self.assertIn("8 cases do not belong", " ".join(result.text.split()))
        self.maria("release", self.others[0])
        self.assertIn("1 case does not belong", " ".join(self.anna.run(
            "unlink", self.case, "--all", check=True).text.split()))
        self.assertEqual({(one["kind"], one["by"]) for one in
                          self.anna("show", self.case)["links"]},
                         {("undone", "anna")})
        self.assertIn("no link is proposed", self.anna.refused(
            "unlink", self.case, "--all").err)
        # They wait for a human as before, and the answer goes.
        self.assertEqual(sorted(row["id"] for row in self.anna("tray")),
                         sorted(self.others))
        self.anna("submit", self.draft)
        self.maria("approve", self.draft)
        self.sink.wait_messages(2)

    def test_what_a_person_confirmed_stays(self):
        self.anna("link", self.others[0])
        self.anna("unlink", self.case, "--all")
        kinds = sorted(one["kind"] for one in
                       self.anna("show", self.case)["links"])
        self.assertEqual(kinds, ["confirmed"] + ["undone"] * 8)
        for other in self.others[1:]:
            self.anna("link", other, self.case)
        refused = " ".join(self.anna.refused("submit", self.draft).err
                           .split())
        self.assertIn(f"9 cases are linked to {self.case}", refused)
        self.assertNotIn("--all", refused)
