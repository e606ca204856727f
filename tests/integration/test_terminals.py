"""Two terminals of one counsellor: they do not harm each other.  No word is
lost, no file is torn, and the second is told in one sentence."""

import concurrent.futures
import glob
import json
import os
import unittest

from lib.arguments import call, is_sentence
from lib.crash import check_store
from lib.ground import IS_ROOT, Ground, wait_for
from lib.intruder import Town, contains, peek, quicken
from lib.mails import lines, mail
from lib.teduh import Person, Service, invite

ROUNDS = 12
FEW = 3                 # where Argon2id takes its time
DONE, REFUSED = 0, 1


def living(folder):
    """Processes that have this folder in their environment."""
    found = []
    for path in glob.glob("/proc/[0-9]*/environ"):
        try:
            with open(path, "rb") as f:
                if os.fsencode(folder) in f.read():
                    found.append(path)
        except OSError:         # it has ended
            pass
    return found


class Terminals(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ground = Ground()
        cls.addClassCleanup(cls.ground.close)
        cls.town = Town(cls.ground, Service(cls.ground))
        cls.pool = concurrent.futures.ThreadPoolExecutor(8)
        cls.addClassCleanup(cls.pool.shutdown)
        cls.town.anna("queue")
        cls.town.maria("queue")

    def at_once(self, *calls, **more):
        """(person, words ...) each in a terminal of its own, all at once.
        Each is done, or refused in one sentence."""
        jobs = [self.pool.submit(call, person, *words, **more)
                for person, *words in calls]
        said = [job.result() for job in jobs]
        for one in said:
            self.assertIn(one.code, (DONE, REFUSED), one)
            if one.code == REFUSED:
                self.assertEqual(one.out, b"", one)
                self.assertTrue(is_sentence(one), one)
        return said

    def case(self):
        case = self.town.letter()
        self.town.anna("show", case)
        return case

    def text(self, name, words):
        return self.ground.file(f"{name}.txt", words + "\n")

    def count(self, table, case, more=""):
        row, = peek(self.town.service, f"SELECT count(*) AS n FROM {table} "
                    f"WHERE case_id = ? {more}", case)
        return row["n"]

    def whole(self, person):
        """The folder's files can be read, and none lies half written."""
        home = person.home
        self.assertEqual(glob.glob(f"{home}/**/*.new", recursive=True), [])
        with open(f"{home}/service", encoding="utf-8") as f:
            service = json.load(f)
        with open(f"{home}/roster", encoding="utf-8") as f:
            self.assertEqual(len(json.load(f)), service["seq"])
        return service["seq"]


class Writing(Terminals):
    def test_two_replies_make_one_draft(self):
        anna = self.town.anna
        for number in range(ROUNDS):
            case = self.case()
            texts = [f"Words {number} of terminal {k}" for k in range(3)]
            said = self.at_once(*((anna, "reply", case, "--body",
                                   self.text(f"body-{k}", text))
                                  for k, text in enumerate(texts)))
            self.assertIn(DONE, [one.code for one in said])
            self.assertEqual(self.count("draft", case), 1)
            body, = lines(anna("review", f"{case}.d1")["body"])
            self.assertIn(body, [text for text, one in zip(texts, said)
                                 if one.code == DONE])
            self.assertEqual(contains(anna.home, b"Words"), [])
            self.whole(anna)

    def test_reply_and_submit(self):
        """What is in review is what the author wrote last, or the reply was
        refused and says so."""
        anna = self.town.anna
        for number in range(ROUNDS):
            case = self.case()
            first, second = f"First {number}", f"Second {number}"
            draft = anna("reply", case, "--body",
                         self.text("first", first))["id"]
            reply, submit = self.at_once(
                (anna, "reply", case, "--body", self.text("second", second)),
                (anna, "submit", draft))
            self.assertEqual(self.count("draft", case), 1)
            row, = [d for d in anna("show", case)["drafts"]]
            if submit.code == DONE:
                self.assertEqual(row["state"], "submitted")
            body = lines(anna("review", draft)["body"])
            if reply.code == DONE:
                self.assertEqual(body, [second])
            else:
                self.assertEqual(body, [first])
            if row["state"] == "submitted":
                self.assertEqual(lines(self.town.maria(
                    "review", draft)["body"]), body)

    def test_submit_twice(self):
        for _ in range(ROUNDS):
            case = self.case()
            draft = self.town.anna("reply", case, "--body",
                                   self.text("body", "Once"))["id"]
            said = self.at_once(*[(self.town.anna, "submit", draft)] * 3)
            self.assertEqual(sorted(one.code for one in said),
                             [DONE, REFUSED, REFUSED])
            self.assertEqual(self.count("item", case,
                                        "AND kind = 'answer'"), 1)

    def test_approve_twice_and_return(self):
        maria = self.town.maria
        for _ in range(ROUNDS):
            case = self.town.letter()
            draft = self.town.write(case)
            said = self.at_once((maria, "approve", draft),
                                (maria, "approve", draft),
                                (maria, "return", draft, "-m", "please"))
            self.assertEqual(sorted(one.code for one in said),
                             [DONE, REFUSED, REFUSED])
            self.assertEqual(self.count("delivery", case),
                             0 if said[2].code == DONE else 1)

    def test_reply_in_one_and_approve_in_the_other(self):
        maria = self.town.maria
        for _ in range(ROUNDS):
            case, other = self.town.letter(), self.town.letter()
            draft = self.town.write(case)
            maria("show", other)
            said = self.at_once(
                (maria, "approve", draft),
                (maria, "reply", other, "--body", self.text("own", "Own")),
                (maria, "queue"), (maria, "show", case))
            self.assertEqual([one.code for one in said], [DONE] * 4)

    def test_claim_release_and_close(self):
        anna = self.town.anna
        for _ in range(ROUNDS):
            case = self.case()
            said = self.at_once(*[(anna, "claim", case)] * 3)
            self.assertEqual([one.code for one in said], [DONE] * 3)
            self.assertEqual(self.count("claim", case), 1)
            said = self.at_once(*[(anna, "release", case)] * 3)
            self.assertIn(DONE, [one.code for one in said])
            said = self.at_once(*[(anna, "close", case)] * 2,
                                (anna, "claim", case))
            self.assertIn(DONE, [one.code for one in said])
            said = self.at_once(*[(anna, "tag", case, f"+tag{k}")
                                  for k in range(3)])
            tags = anna("show", case)["tags"]
            self.assertEqual(sorted(tags), [
                f"tag{k}" for k, one in enumerate(said) if one.code == DONE])
        check_store(self, self.town.service)


class Folder(Terminals):
    """What stands in the person's own folder, written by both."""

    def test_the_list_of_staff_never_gets_older(self):
        anna = self.town.anna
        for number in range(FEW):
            quicken(invite(self.town.service, self.ground, self.town.maria,
                           f"new{number}"))
            before = self.whole(anna)
            said = self.at_once(*[(anna, "queue")] * 4,
                                *[(anna, "staff", "list")] * 2)
            self.assertEqual([one.code for one in said], [DONE] * 6)
            self.assertEqual(self.whole(anna), before + 1)

    def test_what_was_read_stays_read(self):
        anna, town = self.town.anna, self.town
        case = self.case()
        for number in range(ROUNDS):
            town.service.inject(mail(
                "seeker-1@example.org", text=f"And {number}.\n",
                subject=f"[{case}]", message_id=f"<{number}-again@x.org>"))
            said = self.at_once(*[(anna, "show", case)] * 4)
            self.assertEqual([one.code for one in said], [DONE] * 4)
            with open(f"{anna.home}/read/{case}", encoding="ascii") as f:
                seq, deposit = f.read().split()
            self.assertEqual(len(deposit), 64)
            self.assertGreaterEqual(int(seq), 1)
        self.whole(anna)

    def test_unlock_and_lock_while_the_other_reads(self):
        anna = self.town.anna
        run_dir = self.ground.dir("run", 0o700)
        for agent in ({"TEDUH_AGENT": "1"}, {}):
            env = {"XDG_RUNTIME_DIR": run_dir, **agent}
            self.addCleanup(call, anna, "lock", env=env)
            for _ in range(ROUNDS):
                jobs = [self.pool.submit(call, anna, *words, env=env,
                                         front=front)
                        for words, front in ((["unlock"], True),
                                             (["queue"], False),
                                             (["lock"], False),
                                             (["queue"], False),
                                             (["unlock"], True),
                                             (["lock"], False))]
                for job in jobs:
                    one = job.result()
                    self.assertIn(one.code, (DONE, REFUSED), one)
                    if one.code == REFUSED:
                        self.assertTrue(is_sentence(one), one)
                        self.assertEqual(one.out, b"")
            call(anna, "unlock", env=env)
            said = call(anna, "queue", env=env, front=False)
            self.assertEqual(said.code, DONE, (agent, said))
            call(anna, "lock", env=env)
            said = call(anna, "queue", env=env, front=False)
            self.assertEqual(said.code, REFUSED, said)
            self.assertEqual([name for name in os.listdir(run_dir)
                              if name.startswith("teduh-")], [])
            if IS_ROOT:         # who alone may look
                wait_for("the last agent's end", lambda: not living(run_dir))

    def test_two_keys_are_not_made(self):
        for number in range(FEW):
            person = Person(self.ground, f"maker{number}")
            said = self.at_once(*[(person, "key", "new")] * 3)
            self.assertEqual(sorted(one.code for one in said),
                             [DONE, REFUSED, REFUSED])
            shown = call(person, "key", "show", "--json")
            self.assertEqual(shown.code, DONE, shown)
            made, = [one for one in said if one.code == DONE]
            self.assertIn(json.loads(shown.out)["fingerprint"].encode(),
                          made.out)


if __name__ == "__main__":
    unittest.main()
