"""Erasing a case: from the command line, with three days to think again, and
gone for good when they are over, from every place where it was."""

import contextlib
import os
import sqlite3

from lib.archive import Archive, lose
from lib.crash import check_audit, cut_at
from lib.erasing import erasure, wait_done, wait_seen
from lib.ground import wait_for
from lib.intruder import peek, store
from lib.mails import mail
from lib.story import SinkStory
from lib.teduh import invite

HOUR = 3600
DAYS = 72 * HOUR + 60
ADA = "ada@example.org"


class Erase(SinkStory):
    def setUp(self):
        super().setUp()
        self.letter = mail(ADA, text="Nobody may know.\n",
                           message_id="<1@example.org>")
        self.case = self.one_case(self.letter)["id"]

    def ask(self, person=None, *more):
        return (person or self.anna)("erase", self.case, "--yes", *more)

    def ask_seen(self):
        self.ask()
        wait_seen(self.service, self.case)

    def over(self, seconds=DAYS):
        self.service.clock(seconds)

    def wait_gone(self, case=None):
        wait_done(self.service, case or self.case)

    def everything(self):
        """Every row that names the case or one of its items, by table."""
        items = [row["id"] for row in peek(
            self.service, "SELECT id FROM item WHERE case_id = ?", self.case)]
        return items, self.rows(items)

    def rows(self, items):
        with contextlib.closing(sqlite3.connect(
                f"file:{self.service.data}/store.db?mode=ro", uri=True,
                timeout=10)) as db:
            db.row_factory = sqlite3.Row
            return rows_about(db, self.case, items)


def rows_about(db, case, items):
    """{table: how many rows} that name the case or an item."""
    found = {}
    tables = [row[0] for row in db.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table'")]
    for table in tables:
        columns = [row[1] for row in db.execute(
            f"PRAGMA table_info({table})")]
        for row in db.execute(f"SELECT * FROM {table}").fetchall():
            values = [row[column] for column in columns]
            if any(value == case or value in items or (
                    isinstance(value, str) and case in value)
                   for value in values):
                found[table] = found.get(table, 0) + 1
    return found


class Asked(Erase):
    def test_who_asks_types_all_of_it_and_a_yes(self):
        refused = self.anna.refused("erase", self.case[:6], "--yes")
        self.assertIn("all 8 characters", refused.err.replace("\n", " "))
        refused = self.anna.refused("erase", self.case)
        self.assertIn("--yes", refused.err.replace("\n", " "))
        self.assertEqual(len(self.anna.queue()), 1)
        self.assertEqual(self.anna.run("erase", "--yes").code, 2)
        self.assertEqual(self.anna.run(
            "erase", self.case, "--undo", "--lift").code, 2)
        self.assertEqual(self.maria.run("erase", self.case, "--hold").code, 2)

    def test_a_trainee_cannot(self):
        tiit = invite(self.service, self.ground, self.maria, "tiit",
                      role="trainee")
        refused = tiit.refused("erase", self.case, "--yes")
        self.assertIn("trainee", refused.err)
        self.ask()
        for option in ("--undo", "--lift"):
            tiit.refused("erase", self.case, option)
        tiit.refused("erase", self.case, "--hold", "-m", "why not")
        self.assertEqual(self.anna("erase")[0]["state"], "asked")

    def test_it_leaves_the_queue_and_staff_see_it(self):
        row = self.ask(None, "-m", "the mother asked by phone")
        self.assertIn("erase", row["flags"])
        self.assertEqual(self.anna.queue(), [])
        listed, = self.maria("erase")
        self.assertEqual((listed["case"], listed["state"], listed["by"]),
                         (self.case, "asked", "anna"))
        shown = self.maria.run("show", self.case).text
        self.assertIn("To be erased", shown)
        self.assertIn("anna asked that the case be erased", shown)
        self.assertIn("the mother asked by phone", shown)
        said = self.maria.run("queue").err
        self.assertIn("1 case is to be erased", said.replace("\n", " "))
        self.assertEqual(self.maria("show", self.case)["erasure"]["ends"],
                         listed["ends"])

    def test_who_reviews_an_answer_sees_it(self):
        draft = self.reply(self.anna, self.case, "Dear you.\n", "--submit")
        row, = self.maria("review")
        self.assertIs(row["erasing"], False)
        self.assertIsNone(self.maria("review", draft)["erasure"])
        self.assertNotIn("erased", self.maria.run("review", draft).text)
        self.ask()
        row, = self.maria("review")
        self.assertIs(row["erasing"], True)
        self.assertIn("the case is to be erased",
                      " ".join(self.maria.run("review").text.split()))
        seen = self.maria("review", draft)["erasure"]
        self.assertEqual((seen["state"], seen["by"]), ("asked", "anna"))
        shown = self.maria.run("review", draft).text
        self.assertIn("To be erased", shown)
        self.assertIn(f"teduh erase {self.case} --undo takes it back",
                      " ".join(shown.split()))
        self.maria("erase", self.case, "--hold", "-m", "a court asks")
        self.assertIn("Kept from being erased",
                      self.maria.run("review", draft).text)
        self.anna("erase", self.case, "--undo")
        self.assertNotIn("erased", self.maria.run("review", draft).text)

    def test_who_approves_hears_that_nothing_is_sent(self):
        """Until the wish is taken back, and then the answer goes."""
        draft = self.reply(self.anna, self.case, "Dear you.\n", "--submit")
        self.ask()
        said = " ".join(self.maria.run("approve", draft, check=True)
                        .text.split())
        self.assertIn("is approved, and nothing is sent: the case is to be "
                      "erased.", said)
        self.assertNotIn("It is mailed", said)
        self.assertNotIn("on its way", said)
        self.over(HOUR)
        self.assertEqual(self.sink.messages, [])
        self.anna("erase", self.case, "--undo")
        self.over(2 * HOUR)
        self.anna.wait_delivery(self.case, "accepted", 60)

    def test_in_a_crisis_too(self):
        self.maria("staff", "policy", "--desk", "youth", "--crisis-path",
                   "yes")
        self.maria("staff", "flag", "anna", "+crisis")
        self.anna("urgency", self.case, "3", "-m", "on the bridge")
        draft = self.reply(self.anna, self.case, "Dear you.\n")
        self.ask()
        said = " ".join(self.anna.run("approve", draft, "--crisis", "-m",
                                      "on the bridge").text.split())
        self.assertIn("and nothing is sent: the case is to be erased", said)

    def test_it_is_taken_back(self):
        self.ask()
        self.over(71 * HOUR)
        self.anna("erase", self.case, "--undo")
        self.over()
        self.assertEqual(self.anna("erase"), [])
        self.assertEqual([row["id"] for row in self.anna.queue()],
                         [self.case])
        self.assertIn("Nobody may know", self.anna.run("show",
                                                       self.case).text)
        refused = self.anna.refused("erase", self.case, "--undo")
        self.assertIn("is not to be erased", refused.err.replace("\n", " "))

    def test_a_supervisor_keeps_it_and_lets_it_go(self):
        self.ask_seen()
        refused = self.anna.refused("erase", self.case, "--hold", "-m", "x")
        self.assertIn("upervisor", refused.err.replace("\n", " "))
        self.maria("erase", self.case, "--hold", "-m", "the police asks")
        self.over()
        other = self.one_case(mail("b@example.org"))["id"]
        self.maria("erase", other, "--yes")
        wait_seen(self.service, other)
        self.over(2 * DAYS)
        self.wait_gone(other)
        self.assertEqual(self.maria("erase")[0]["state"], "held")
        self.assertIn("the police asks", self.maria.run(
            "show", self.case).text)
        self.maria("erase", self.case, "--lift")
        self.wait_gone()


class Over(Erase):
    def test_nothing_is_left_but_that_there_was_a_case(self):
        self.answer(self.case, "An answer.\n")
        self.anna.wait_delivery(self.case, "accepted", 60)
        self.anna("note", self.case, "-m", "a note")
        self.anna("tag", self.case, "+family")
        items, before = self.everything()
        for table in ("item", "grants", "part", "chunk", "delivery", "draft",
                      "face", "token", "event", "participant", "case_key"):
            self.assertIn(table, before)
        chunk = peek(self.service, "SELECT bytes FROM chunk WHERE item = ?",
                     items[0])[0]["bytes"]
        box = peek(self.service, "SELECT box FROM case_key WHERE case_id = ?",
                   self.case)[0]["box"]
        self.ask_seen()
        self.over()
        self.wait_gone()
        left = self.rows(items)
        kinds = {row["kind"] for row in peek(
            self.service, "SELECT kind FROM token WHERE case_id = ?",
            self.case)}
        left.pop("audit")
        self.assertEqual(set(left), {"cases", "ledger", "token", "removal",
                                     "erasure"})
        self.assertEqual(kinds, {"message-id"})
        for name in os.listdir(self.service.data):
            path = os.path.join(self.service.data, name)
            if os.path.isfile(path):
                with open(path, "rb") as f:
                    stored = f.read()
                self.assertNotIn(chunk[:64], stored, name)
                self.assertNotIn(bytes(box[:64]), stored, name)
        self.assertEqual(self.anna.refused("show", self.case).code, 1)
        self.assertEqual(self.anna("search", "Nobody"), [])
        check_audit(self, self.service)
        done = self.service.admin("check", "--json")
        self.assertEqual(done.code, 0, done)
        # The same mail is known, and a reply to ours finds nobody.
        self.service.inject(self.letter)
        self.assertEqual(self.anna.queue(), [])
        sent = self.sink.messages[0].data.decode()
        answered = next(line.split(": ")[1] for line in sent.splitlines()
                        if line.startswith("Message-ID"))
        new = self.one_case(mail(ADA, text="I am back.\n",
                                 in_reply_to=answered,
                                 message_id="<2@example.org>"))
        self.assertNotEqual(new["id"], self.case)
        shown = self.anna("show", new["id"])
        self.assertEqual((shown["links"], shown["others"]), ([], []))

    def test_an_answer_that_waits_is_never_sent(self):
        self.sink.script["rcpt"] = "451 4.3.0 later"
        self.answer(self.case, "An answer.\n")
        self.anna.wait_delivery(self.case, "deferred", 60)
        self.sink.script.clear()
        self.ask_seen()
        self.over(2 * HOUR)
        other = self.one_case(mail("b@example.org"))["id"]
        self.answer(other, "Another answer.\n")
        self.sink.wait_messages(1, 60)
        self.over()
        self.wait_gone()
        self.over(2 * DAYS)
        self.answer(self.one_case(mail("c@example.org"))["id"], "Third.\n")
        self.sink.wait_messages(2, 60)
        self.assertEqual([s.recipients for s in self.sink.messages],
                         [["<b@example.org>"], ["<c@example.org>"]])

    def test_who_writes_meanwhile_begins_anew(self):
        self.ask_seen()
        new = self.one_case(mail(ADA, text="Are you there?\n",
                                 message_id="<2@example.org>"))["id"]
        self.over()
        self.wait_gone()
        self.assertEqual([row["id"] for row in self.anna.queue()], [new])
        self.assertIn("Are you there", self.anna.run("show", new).text)

    def test_killed_at_every_step_it_ends_all_the_same(self):
        points, steps = [], [f"erase: {step}" for step in (
            "end before", "end after", "swept", "folded", "listed")]
        for n in range(1, 20):
            case = self.one_case(mail(f"seeker-{n}@example.org"))["id"]
            self.anna("erase", case, "--yes")
            wait_seen(self.service, case)
            self.service.stop()
            self.over(n * DAYS)
            after = len(self.service.logged())
            self.service.start(env={
                "TEDUH_CRASH": f"clock:{len(points) + 1}"})
            self.wait_gone(case)
            # Who reads may put off a fold, and an alarm comes before it.
            points += [point for point in cut_at(self.service, after)
                       if point in steps]
            if points == steps:
                break
        self.assertEqual(points, steps)
        check_audit(self, self.service)
        self.assertEqual(len(peek(self.service, "SELECT * FROM item")), 1)
        self.assertEqual(peek(self.service, "SELECT * FROM upload"), [])


class Backups(Erase):
    def setUp(self):
        super().setUp()
        self.archive = Archive(self.ground)
        self.kept = self.one_case(mail("b@example.org", text="Mine.\n"))["id"]

    def list_of(self, name):
        """The list of a machine that is lost, saved by its admin."""
        path = f"{self.service.data}/state/erased"
        with open(path, "rb") as f:
            return self.ground.file(name, f.read().decode())

    def states(self):
        with sqlite3.connect(f"{self.service.data}/store.db") as db:
            return dict(db.execute("SELECT id, state FROM cases").fetchall())

    def test_an_older_set_does_not_bring_it_back(self):
        self.archive.take(self.service)
        self.ask_seen()
        self.over()
        self.wait_gone()
        self.archive.take(self.service)
        older = f"{self.archive.dir}/{self.archive.sets()[0]}"
        lose(self.service)
        self.service.admin("restore", older, "--secrets",
                           self.archive.secrets)
        self.assertEqual(self.states(), {self.case: "erased",
                                         self.kept: "new"})
        self.service.start()
        self.wait_gone()
        self.assertEqual(self.service.admin("check", "--json").code, 0)

    def test_erased_after_the_last_backup_the_list_says_so(self):
        self.archive.take(self.service)
        self.ask_seen()
        self.over()
        self.wait_gone()
        saved = self.list_of("erased-list")
        lose(self.service)
        self.archive.put_back(self.service, "--erased", saved)
        self.assertEqual(self.states(), {self.case: "erased",
                                         self.kept: "new"})
        self.service.start()
        self.wait_gone()
        self.assertEqual(self.service.admin("check", "--json").code, 0)
        lose(self.service)
        wrong = self.ground.file("no-list", "root:x:0:0\n")
        done = self.archive.put_back(self.service, "--erased", wrong,
                                     check=False)
        self.assertIn("is not a list of erased cases", done.err)
        self.assertNotEqual(done.code, 0)


    def test_what_is_put_back_waits_anew(self):
        """It may have been taken back since."""
        self.ask_seen()
        was = dict(erasure(self.service, self.case))
        self.archive.take(self.service)
        self.anna("erase", self.case, "--undo")
        lose(self.service)
        self.archive.put_back(self.service)
        self.over()
        self.service.start()
        wait_seen(self.service, self.case)
        now = erasure(self.service, self.case)
        self.assertEqual((now["state"], now["signature"]),
                         ("asked", was["signature"]))
        self.assertGreater(now["seen"], was["seen"])
        self.assertGreaterEqual(now["ends_at"], was["ends_at"] + 72 * HOUR)
        self.over(2 * DAYS + HOUR)
        self.wait_gone()


class Forged(Erase):
    @contextlib.contextmanager
    def meddling(self):
        self.service.stop()
        with store(self.service) as db:
            yield db
        self.service.start()

    def test_a_row_that_nobody_signed_erases_nothing(self):
        with self.meddling() as db:
            db.execute("INSERT INTO erasure (case_id, state, asked_by, "
                       "asked_at, ends_at, statement, signer, signature) "
                       "VALUES (?, 'asked', 'p1', 1, 2, ?, zeroblob(32), "
                       "zeroblob(64))", (self.case, b'{"at":1,"by":"web",'
                       b'"case":"' + self.case.encode() + b'","participant"'
                       b':1,"v":1,"wish":"erase"}'))
        self.over(HOUR)
        wait_for("a wish that is refused", lambda: self.maria(
            "erase")[0]["state"] == "refused", 60)
        status = self.service.admin("status", "--json", check=False).json
        self.assertIn("erasure-refused", [alarm["kind"] for alarm in
                                          status["alarms"]])
        self.maria("erase", self.case, "--undo")
        self.assertIn("Nobody may know", self.anna.run("show",
                                                       self.case).text)

    def test_a_wish_that_nobody_signed_is_not_shown(self):
        with self.meddling() as db:
            db.execute("INSERT INTO wish (case_id, participant, wish, at, "
                       "statement, signer, signature) VALUES (?, 1, "
                       "'unhappy', 1, ?, zeroblob(32), zeroblob(64))",
                       (self.case, b'{"at":1,"by":"web","case":"' +
                        self.case.encode() + b'","participant":1,"v":1,'
                        b'"wish":"unhappy"}'))
        done = self.anna.run("show", self.case)
        self.assertEqual(done.code, 1)
        self.assertIn("not signed by the service's web page",
                      done.err.replace("\n", " "))
        self.assertNotIn("is not happy", done.text)
