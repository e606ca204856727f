"""The crisis path: a letter leaves first and is signed afterwards; who may,
when, and what becomes of it until somebody has signed."""

import json

from lib import sodium
from lib.ground import wait_for
from lib.intruder import insert, peek, quicken, store
from lib.mails import check_answer, mail
from lib.story import SinkStory
from lib.teduh import invite

WHY = ("-m", "stands on the bridge")


class Crisis(SinkStory):
    def setUp(self):
        super().setUp()
        self.ben = invite(self.service, self.ground, self.maria, "ben")
        for person in (self.maria, self.anna, self.ben):
            quicken(person)
        self.case = self.one_case(mail())["id"]

    def open_path(self):
        self.maria("staff", "policy", "--desk", "youth", "--crisis-path",
                   "yes")
        self.flag("anna", ["crisis"])

    def flag(self, name, flags):
        """maria signs that somebody has these flags."""
        self.service.stop()
        with store(self.service) as db:
            rows = db.execute("SELECT seq, entry, signature FROM roster "
                              "ORDER BY seq").fetchall()
            entry = [one for one in (json.loads(row["entry"])
                                     for row in rows)
                     if one.get("name") == name][-1]
            last = rows[-1]
            entry.update(flags=flags, by="maria", seq=last["seq"] + 1,
                         prev=sodium.digest(
                             "teduh/roster/v1",
                             last["entry"] + last["signature"]).hex())
            text = json.dumps(entry, sort_keys=True,
                              separators=(",", ":")).encode()
            insert(db, "roster", seq=entry["seq"], entry=text,
                   signature=self.maria.signer.sign("teduh/roster/v1",
                                                    text))
        self.service.start()

    def draft(self, *more):
        return self.reply(self.anna, self.case, "Please call 116 123.\n",
                          *more)

    def crisis(self, draft, by=None):
        return (by or self.anna)("approve", draft, "--crisis", *WHY)

    def refused(self, draft, words, by=None):
        said = (by or self.anna).refused("approve", draft, "--crisis", *WHY)
        self.assertEqual(said.code, 1)
        self.assertIn(words, " ".join(said.err.split()))
        self.assertEqual(self.sink.opened, 0)

    def alarms(self, kind):
        return [row["kind"] for row in peek(
            self.service, "SELECT kind FROM alarm WHERE ended IS NULL AND "
            "kind = ?", kind)]

    def test_sent_first_and_signed_afterwards(self):
        self.service.settings["desk youth"]["hold"] = "30m"
        self.service.restart()
        self.open_path()
        self.anna("urgency", self.case, "3", *WHY)
        draft = self.draft()
        sent = self.crisis(draft)
        self.assertEqual((sent["state"], sent["unsigned"]),
                         ("approved", True))
        session, = self.sink.wait_messages(1)       # not held
        check_answer(self, session.data, "seeker-a@example.org",
                     "Please call 116 123.\n")
        self.anna.wait_delivery(self.case, "accepted")
        self.assertIn("stands on the bridge",
                      [i["text"] for i in self.maria(
                          "show", self.case)["items"] if i["kind"] == "note"])
        top, = self.maria("review")
        self.assertEqual((top["id"], top["unsigned"]), (draft, True))
        said = self.maria.run("review", draft).text
        self.assertIn("It left in a crisis", " ".join(said.split()))
        self.assertEqual(self.ben.refused("approve", draft).code, 1)
        self.assertEqual(self.anna.refused("approve", draft).code, 1)
        self.assertFalse(self.maria("approve", draft)["unsigned"])
        self.assertEqual(self.maria("review"), [])
        row, = peek(self.service, "SELECT approver FROM item WHERE kind = "
                    "'answer'")
        self.assertIsNotNone(row["approver"])
        self.assertEqual(len(self.sink.dots), 1)

    def test_a_submitted_one_need_not_wait(self):
        self.open_path()
        draft = self.draft("--submit")
        self.anna("urgency", self.case, "3", *WHY)
        self.crisis(draft)
        self.sink.wait_messages(1)

    def test_who_and_when(self):
        draft = self.draft()
        self.refused(draft, "has no crisis path")
        self.maria("staff", "policy", "--desk", "youth", "--crisis-path",
                   "yes")
        self.refused(draft, "with the flag 'crisis'")
        self.flag("anna", ["crisis"])
        self.refused(draft, "has urgency 0, not 3")
        self.anna("urgency", self.case, "2", *WHY)
        self.refused(draft, "has urgency 2, not 3")
        self.flag("ben", ["crisis"])
        self.anna("urgency", self.case, "3", *WHY)
        self.refused(draft, "this draft is anna's", by=self.ben)
        self.maria("staff", "role", "anna", "--role", "trainee")
        self.refused(draft, "who are no trainees")
        self.assertEqual(self.anna.run("approve", draft, "--crisis").code, 2)
        self.assertEqual(self.maria.run("approve", draft, *WHY).code, 2)

    def test_a_number_that_nobody_signed_opens_nothing(self):
        """Who can write to the store makes no crisis."""
        self.open_path()
        draft = self.draft()
        self.service.stop()
        with store(self.service) as db:
            db.execute("UPDATE cases SET urgency = 3, rank = -3")
        self.service.start()
        self.refused(draft, "nobody has signed")
        self.assertEqual(peek(self.service, "SELECT count(*) FROM "
                              "delivery")[0][0], 0)

    def no_crisis_any_more(self, change):
        """post asks again when it would leave: it could not so far."""
        self.open_path()
        self.anna("urgency", self.case, "3", *WHY)
        draft = self.draft()
        self.sink.script["banner"] = "421 4.3.2 not today"
        self.crisis(draft)
        self.anna.wait_delivery(self.case, "deferred")
        change()
        self.sink.script.clear()
        self.service.clock(31 * 60)
        item = self.anna.wait_delivery(self.case, "blocked", 60)
        self.assertEqual(item["delivery"]["code"], "crisis")
        self.assertEqual(self.sink.dots, [])
        # Given back it is an ordinary draft, and waits for nobody.
        self.maria("return", draft, "-m", "call instead")
        self.assertEqual(self.maria("review"), [])
        self.assertEqual(peek(self.service, "SELECT count(*) FROM "
                              "crisis")[0][0], 0)

    def test_the_case_is_no_crisis_any_more(self):
        self.no_crisis_any_more(lambda: self.ben(
            "urgency", self.case, "1", "-m", "is home"))

    def test_the_author_has_the_flag_no_more(self):
        self.no_crisis_any_more(lambda: self.flag("anna", []))

    def test_the_desk_has_the_path_no_more(self):
        self.no_crisis_any_more(lambda: self.maria(
            "staff", "policy", "--desk", "youth", "--crisis-path", "no"))

    def test_after_a_day_it_is_an_alarm(self):
        self.open_path()
        self.anna("urgency", self.case, "3", *WHY)
        draft = self.draft()
        self.crisis(draft)
        self.anna.wait_delivery(self.case, "accepted")
        self.service.restart()              # clock looks now
        wait_for("the alarm at once", lambda: self.alarms("crisis-sent"), 60)
        self.assertEqual(self.alarms("crisis-unsigned"), [])
        self.service.clock(25 * 3600)
        self.service.restart()
        wait_for("the alarm after a day",
                 lambda: self.alarms("crisis-unsigned"), 60)
        self.assertEqual(self.maria("review")[0]["id"], draft)
        self.maria("approve", draft)
        self.service.restart()
        wait_for("their end", lambda: not self.alarms("crisis-sent") and
                 not self.alarms("crisis-unsigned"), 60)

    def test_a_crisis_letter_can_be_stale(self):
        """It waits for nobody's second look, but for the author's own."""
        self.open_path()
        self.anna("urgency", self.case, "3", *WHY)
        draft = self.draft()
        known = {self.case}
        self.service.inject(mail(message_id="<2@example.org>"))
        other = self.anna.wait_queue(
            where=lambda row: row["id"] not in known)[0]["id"]
        self.refused(draft, other)
        self.anna("show", other)
        self.crisis(draft)
        self.sink.wait_messages(1)
