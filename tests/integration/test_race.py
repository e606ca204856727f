"""Who wants one case at once: one gets it, and whoever comes too late with
what was written before a colleague had the case loses, always."""

import collections
import os
import subprocess
import threading
from concurrent import futures

from lib import lease, steps
from lib.ground import program, wait_for
from lib.mails import mail
from lib.story import Story
from lib.teduh import invite

ROUNDS = int(os.environ.get("TEDUH_ROUNDS", "1000"))
CLI_ROUNDS = int(os.environ.get("TEDUH_CLI_ROUNDS", "50"))
RACERS = 16
LEASE_S = 12 * 3600


def op(who, what, fence, began, ended, result, said="-", step=1):
    return lease.Operation(1, step, who, what, fence, began, ended, result,
                           said)


class Judge(Story):
    """The judge himself is heard first."""

    def setUp(self):
        pass

    def judge(self, *steps):
        return lease.judge([list(step) for step in steps])

    def test_what_can_have_been(self):
        self.assertIsNone(self.judge(
            [op("a", "claim", -1, 0, 9, "won", "1"),
             op("b", "claim", -1, 0, 9, "lost", "a"),
             op("c", "claim", -1, 5, 7, "lost", "a")],
            [op("a", "end", -1, 10, 11, "won")],
            # Either may have been the first of these two.
            [op("b", "claim", -1, 20, 29, "won", "2"),
             op("a", "save", 1, 20, 29, "lost", "b"),
             op("c", "claim", -1, 20, 29, "lost", "b")],
            [op("b", "release", 2, 30, 31, "won")],
            [op("a", "save", 1, 40, 41, "lost")]))
        self.assertIsNone(self.judge(
            [op("a", "claim", -1, 0, 9, "won", "1")],
            [op("a", "end", -1, 10, 11, "won")],
            [op("a", "save", 1, 20, 29, "won", "2"),
             op("b", "claim", -1, 20, 29, "lost", "a")]))

    def test_what_cannot(self):
        won = op("a", "claim", -1, 0, 1, "won", "1")
        end = op("a", "end", -1, 10, 11, "won")
        then = op("b", "claim", -1, 20, 21, "won", "2")
        for name, steps in (
                ("two winners", [[won, op("b", "claim", -1, 0, 1, "won",
                                          "2")]]),
                ("one fence twice", [[won], [end], [
                    op("b", "claim", -1, 20, 21, "won", "1")]]),
                ("a loser to nobody", [[op("b", "claim", -1, 0, 1, "lost",
                                           "a")]]),
                ("named a third", [[won, op("b", "claim", -1, 0, 1, "lost",
                                            "c")]]),
                ("lost before anybody had it", [
                    [op("b", "claim", -1, 0, 1, "lost", "a"),
                     op("a", "claim", -1, 2, 3, "won", "1")]]),
                ("fenced out and heard", [[won], [end], [then], [
                    op("a", "save", 1, 30, 31, "won", "3")]]),
                ("fenced out by nobody", [[won], [end], [
                    op("a", "save", 1, 20, 21, "lost")]]),
                ("submitted in a colleague's", [[won], [end], [then], [
                    op("a", "submit", 1, 30, 31, "won")]]),
                ("given back by another", [[won], [
                    op("b", "release", 1, 20, 21, "won")]])):
            self.assertIsNotNone(self.judge(*steps), name)


class Race(Story):
    def setUp(self):
        super().setUp()
        self.found()
        self.people = [self.maria, self.anna] + [
            invite(self.service, self.ground, self.maria, f"racer{i}")
            for i in range(RACERS - 2)]

    def run_store(self, case):
        self.service.stop()
        done = subprocess.run(
            [program("tests/lib/racers"), self.service.conf, case,
             str(ROUNDS)] + [f"{p.home}/key" for p in self.people],
            input="".join(f"{p.passphrase}\n" for p in self.people),
            capture_output=True, text=True, check=False,
            timeout=120 + 2 * ROUNDS)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return lease.parse(done.stdout)

    def late(self, steps):
        """What became of the first's words, by whether another had the case
        since: {(fenced out, operation, result): count}."""
        counts, fenced = collections.Counter(), False
        for step in steps:
            if step[0].step == 3:
                fenced = any(one.what == "claim" and one.result == "won"
                             for one in step)
            if step[0].step == 5:
                counts.update((fenced, one.what, one.result) for one in step
                              if one.what != "end")
        return counts

    def test_on_one_store(self):
        case = self.one_case(mail())["id"]
        steps = self.run_store(case)
        firsts = [step for step in steps if step[0].step == 1]
        self.assertEqual(len(firsts), ROUNDS)
        for step in firsts:
            self.assertEqual([len(step), [one.result for one in step].count(
                "won")], [RACERS, 1])
        self.assertIsNone(lease.judge(steps))
        counts = self.late(steps)
        self.figures = {" ".join(("fenced out" if key[0] else "kept",
                                  *key[1:])): n
                        for key, n in sorted(counts.items())}
        print(f"# {ROUNDS} rounds of {RACERS}, one winner each; "
              f"{sum(map(len, steps))} operations in one order; then: "
              f"{self.figures}")
        # Fenced out: nothing gets through. Not: everything does.
        self.assertEqual({key for key in counts if key[2] == (
            "won" if key[0] else "lost")}, set())
        self.assertGreater(sum(n for key, n in counts.items() if key[0]), 0)
        self.service.start()
        self.assertEqual(self.service.admin("check").code, 0)

    def claims(self, case):
        """All at the same moment; who won, and what the others heard."""
        start, results = threading.Barrier(RACERS), {}

        def one(person):
            start.wait()
            results[person.name] = person.run("claim", case, check=False)

        threads = [threading.Thread(target=one, args=(p,))
                   for p in self.people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results

    def test_by_command(self):
        case = self.one_case(mail())["id"]
        by_name = {person.name: person for person in self.people}
        for i in range(CLI_ROUNDS):
            results = self.claims(case)
            winners = [n for n, r in results.items() if r.code == 0]
            self.assertEqual(len(winners), 1)
            for name, result in results.items():
                if name not in winners:
                    self.assertEqual(result.code, 1)
                    self.assertIn(f"claimed by {winners[0]}", result.err)
            if i % 2:
                self.service.clock((i + 1) * (LEASE_S + 60))
            else:
                by_name[winners[0]]("release", case)


class Fence(Story):
    """What was written before a colleague had the case."""

    def setUp(self):
        super().setUp()
        self.found()
        self.ben = invite(self.service, self.ground, self.maria, "ben")
        self.case = self.one_case(mail())["id"]

    def between(self):
        """anna's lease ends; ben has the case for a moment."""
        self.service.clock(LEASE_S + 60)
        self.ben("claim", self.case)
        self.ben("release", self.case)

    def test_a_draft_of_before_is_not_submitted(self):
        draft = self.reply(self.anna, self.case, "Dear you,\nyes.\n")
        self.between()
        late = self.anna.refused("submit", draft)
        self.assertEqual(late.code, 1)
        self.assertIn("a colleague had it since you wrote this", late.err)
        self.assertIn(f"teduh reply {self.case}", late.err)
        shown = self.anna("show", self.case)
        self.assertEqual([d["state"] for d in shown["drafts"]], ["open"])
        self.assertIsNone(shown["claim"])
        # Looked at again, it goes.
        self.assertEqual(self.reply(self.anna, self.case, "Dear you,\nno.\n",
                                    "--submit"), draft)

    def test_in_whose_hands_it_is(self):
        draft = self.reply(self.anna, self.case, "Dear you,\nyes.\n")
        self.service.clock(LEASE_S + 60)
        self.ben("claim", self.case)
        late = self.anna.refused("submit", draft)
        self.assertIn("claimed by ben", late.err)

    def test_an_ended_lease_alone_is_no_reason(self):
        draft = self.reply(self.anna, self.case, "Dear you,\nyes.\n")
        self.service.clock(3 * LEASE_S)
        self.assertEqual(self.anna("submit", draft)["state"], "submitted")

    def edit(self, editor):
        return steps.Run(self.ground, self.anna, "reply", self.case,
                         env={"EDITOR": editor})

    def test_an_editor_that_stood_open_too_long(self):
        fifo, opened = (f"{self.ground.path}/{name}"
                        for name in ("words", "opened"))
        os.mkfifo(fifo)
        editor = self.ground.file("editor", "#!/bin/sh\n"
                                  f": >{opened}\ncat {fifo} >\"$1\"\n",
                                  0o755)
        with futures.ThreadPoolExecutor() as windows:
            late = windows.submit(self.edit, editor)
            wait_for("the editor to open",
                     lambda: os.path.exists(opened) or late.done(), 60)
            self.assertFalse(late.done())
            self.between()
            with open(fifo, "w", encoding="utf-8") as words:
                words.write("Words of the night.\n")
            late = late.result()
        self.assertEqual(late.code, 1)
        said = " ".join(late.err.decode().split())
        self.assertIn("a colleague had it since", said)
        self.assertIn("is kept, sealed", said)
        self.assertEqual(self.anna("show", self.case)["drafts"], [])
        # The words are still there, and go on under the new claim.
        self.assertEqual(self.edit("true").code, 0)
        draft, = self.anna("drafts")
        self.assertEqual(self.anna("review", draft["id"])["body"],
                         "Words of the night.\n")
