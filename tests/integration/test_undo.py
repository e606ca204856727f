"""How an answer ends without being sent: called back while it is held, thrown
away, and settled by a human who has looked."""

import os
import shutil

from lib import smtpsink
from lib.certs import Certs
from lib.ground import wait_for
from lib.intruder import peek
from lib.mails import check_answer, mail
from lib.story import SinkStory, Story
from lib.teduh import Service, Word, invite

HOLD = 10 * 60
QUARTER = 16 * 60


class Held(Story):
    """A desk that holds its letters for ten minutes."""

    def setUp(self):
        super().setUp()
        self.certs = Certs(self.ground)
        self.sink = smtpsink.SmtpSink(self.ground, self.certs)
        self.service = Service(self.ground)
        self.service.relay(self.sink.port, smtpsink.USER,
                           smtpsink.PASSWORD, ca=self.certs.ca)
        self.service.settings["desk youth"]["hold"] = Word("10m")
        self.found()
        self.case = self.one_case(mail())["id"]

    def approved(self, text="Hi\n"):
        draft = self.reply(self.anna, self.case, text, "--submit")
        return draft, self.maria("approve", draft)

    def state(self):
        return next(d["state"] for d in self.anna("show", self.case)[
            "drafts"] if d["id"] == f"{self.case}.d1")

    def test_called_back_changed_and_sent(self):
        draft = self.reply(self.anna, self.case, "Too quick.\n", "--submit")
        said = self.maria.run("approve", draft).text
        self.assertIn(f"teduh undo {draft}", said)
        shown = self.anna.run("show", self.case).text
        self.assertIn(f"teduh undo {draft}", " ".join(shown.split()))
        self.assertIn(f"teduh undo {draft}", self.anna.run("drafts").text)
        grant = peek(self.service, "SELECT box FROM grants WHERE "
                     "recipient = 'postman'")[0]["box"]
        undone = self.anna("undo", draft)
        self.assertEqual((undone["state"], undone["delivery"]["state"]),
                         ("open", "cancelled"))
        # What the postman could have opened is gone from the disk.
        wait_for("the log to be folded", lambda: not any(
            grant in open(f"{self.service.data}/{name}", "rb").read()
            for name in ("store.db", "store.db-wal")), 90)
        self.service.clock(2 * HOLD)
        self.assertEqual(self.anna.refused("undo", draft).code, 1)
        self.reply(self.anna, self.case, "Now well thought.\n", "--submit")
        self.maria("approve", draft)
        self.assertEqual(self.sink.opened, 0)
        self.service.clock(4 * HOLD)
        session, = self.sink.wait_messages(1)
        check_answer(self, session.data, "seeker-a@example.org",
                     "Now well thought.\n")
        self.anna.wait_delivery(self.case, "accepted")
        self.assertEqual(len(self.sink.dots), 1)
        self.assertIn("anna called the answer d1 back",
                      self.maria.run("show", self.case, "--all").text)

    def test_too_late_is_said_and_changes_nothing(self):
        draft, _ = self.approved()
        self.service.clock(HOLD + 60)
        self.sink.wait_messages(1)
        self.anna.wait_delivery(self.case, "accepted")
        refused = self.anna.refused("undo", draft)
        self.assertEqual(refused.code, 1)
        self.assertIn("accepted", refused.err)
        self.assertEqual(self.anna.queue(), [])

    def test_an_older_store_does_not_bring_it_back(self):
        """The store of before the undo: post's own file knows better."""
        draft, _ = self.approved("Never send this.\n")
        self.service.stop()
        old = self.ground.dir("old")
        shutil.copy(f"{self.service.data}/store.db", old)
        self.service.start()
        self.anna("undo", draft)
        wait_for("post to note it", lambda: not peek(
            self.service, "SELECT item FROM recall"))
        self.service.stop()
        for name in ("store.db", "store.db-wal", "store.db-shm"):
            path = f"{self.service.data}/{name}"
            if os.path.exists(path):
                owner = os.stat(path)
                os.unlink(path)
        shutil.copy(f"{old}/store.db", self.service.data)
        os.chown(f"{self.service.data}/store.db", owner.st_uid,
                 owner.st_gid)
        self.service.clock(HOLD + 60)
        self.service.start()
        item = self.anna.wait_delivery(self.case, "blocked")
        self.assertEqual(item["delivery"]["code"], "spent")
        self.assertEqual(self.sink.opened, 0)

    def test_only_who_wrote_or_supervises(self):
        ben = invite(self.service, self.ground, self.maria, "ben")
        draft, _ = self.approved()
        self.assertEqual(ben.refused("undo", draft).code, 1)
        self.assertEqual(ben.refused("discard", draft).code, 1)
        refused = self.anna.refused("discard", draft)
        self.assertIn(f"teduh undo {draft}", refused.err)
        self.maria("undo", draft)
        self.assertEqual(self.state(), "open")

    def test_death_of_the_service_around_an_undo(self):
        """Either all of it or nothing, at every point."""
        points = 0
        for n in range(1, 9):
            draft, _ = self.approved()
            self.service.stop()
            deaths = self.service.logged().count("crash point: ")
            self.service.start(env={"TEDUH_CRASH": f"api:{n}"})
            result = self.anna.run("undo", draft)
            died = self.service.logged().count("crash point: ") > deaths
            rows = peek(self.service, f"""
                SELECT draft.state, delivery.state,
                       (SELECT count(*) FROM grants WHERE item = letter
                           AND recipient = 'postman'),
                       (SELECT count(*) FROM audit WHERE action = 'undo')
                  FROM draft JOIN delivery ON delivery.item = letter
                 WHERE draft.case_id = '{self.case}'""")
            (draft_state, delivery, grants, audits), = map(tuple, rows)
            self.assertIn((draft_state, delivery, grants), (
                ("approved", "held", 1), ("open", "cancelled", 0)))
            if draft_state == "approved":
                self.assertEqual(result.code, 75)
                self.anna("undo", draft)
                audits += 1
            points += died
            self.assertEqual(audits, n)
            if not died:
                self.assertEqual(result.code, 0)
                break
        self.assertGreaterEqual(points, 2)


class Doubt(SinkStory):
    def test_settled_when_nobody_knows(self):
        self.sink.script["dot"] = "close"
        case = self.one_case(mail())["id"]
        draft = self.reply(self.anna, case, "Hi\n", "--submit")
        self.maria("approve", draft)
        self.anna.wait_delivery(case, "unknown")
        shown = " ".join(self.anna.run("show", case).text.split())
        self.assertIn("It is tried once more by itself.", shown)
        self.assertEqual(self.anna.refused(
            "settle", draft, "-m", "gone?").code, 1)
        self.service.clock(QUARTER)
        self.sink.wait_dots(2)
        wait_for("the repeat to be in doubt", lambda: any(
            d["delivery"] and d["delivery"]["repeated"]
            and d["delivery"]["state"] == "unknown"
            for d in self.anna("drafts")))
        said = " ".join(self.anna.run("drafts").text.split())
        self.assertIn(f"teduh settle {draft}", said)
        self.assertIn(f"teduh settle {draft}",
                      " ".join(self.anna.run("show", case).text.split()))
        row, = self.maria("review")
        self.assertEqual((row["id"], row["delivery"]["state"]),
                         (draft, "unknown"))
        self.assertIn(f"teduh settle {draft}", " ".join(
            self.maria.run("review", draft).text.split()))
        self.assertEqual(self.anna.refused("settle", draft).code, 2)
        self.assertEqual(self.anna.refused("close", case).code, 1)
        settled = self.anna("settle", draft, "-m", "the relay has it twice")
        self.assertEqual(settled["delivery"]["state"], "settled")
        self.assertEqual(self.anna("drafts"), [])
        self.assertEqual([i["text"] for i in self.anna("show", case)["items"]
                          if i["kind"] == "note"],
                         ["the relay has it twice"])
        row, = self.anna.queue()        # it waits until somebody decides
        self.assertEqual(row["id"], case)
        self.anna("close", case)
        self.service.clock(10 * QUARTER)
        self.service.restart()
        self.assertEqual(len(self.sink.dots), 2)

    def test_thrown_away_is_gone_and_begun_anew(self):
        case = self.one_case(mail())["id"]
        draft = self.reply(self.anna, case, "Never mind.\n", "--submit")
        self.assertEqual(self.maria("discard", draft)["state"], "discarded")
        self.assertEqual(self.anna("drafts"), [])
        self.assertEqual(self.anna("show", case)["drafts"], [])
        for command in ("discard", "submit", "undo"):
            self.assertEqual(self.anna.refused(command, draft).code, 1)
        self.assertEqual(self.reply(self.anna, case, "Better.\n"),
                         f"{case}.d2")
