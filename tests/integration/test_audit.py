"""The audit, checked by a supervisor's own machine: what the service's store
says must be what this machine has seen, and what each request asked for."""

import json
import os

from lib import sodium
from lib.crash import audit_field
from lib.intruder import peek, quicken, store
from lib.mails import mail
from lib.signed import Request
from lib.story import SinkStory
from lib.teduh import invite


class Verify(SinkStory):
    def setUp(self):
        super().setUp()
        case = self.one_case(mail())["id"]
        self.case = case
        self.anna("claim", case)
        self.anna("note", case, "-m", "a thought")
        self.answer(case, "Answered.\n")
        self.anna.wait_delivery(case, "accepted")

    def verify(self):
        return self.maria("audit", "verify")

    def heads(self):
        with open(f"{self.maria.home}/audit", encoding="utf-8") as f:
            return json.load(f)

    def change(self, sql, *args):
        self.service.stop()
        with store(self.service) as db:
            db.execute(sql, args)
        self.service.start()

    def refused(self, *words):
        result = self.maria.run("audit", "verify")
        self.assertEqual(result.code, 1, result)
        for word in words:
            self.assertIn(word, result.err)

    def test_all_of_it_holds_and_the_newest_is_kept(self):
        answer = self.verify()
        self.assertGreater(answer["entries"], 8)
        self.assertEqual(answer["restored"], 0)
        head, = self.heads()
        self.assertEqual((head["seq"], head["hash"]),
                         (answer["entries"], answer["head"]))
        # Every command of hers sees a little more; a colleague's does not.
        self.anna("release", self.case)
        self.maria.queue()
        self.assertEqual([one["seq"] for one in self.heads()],
                         [answer["entries"], answer["entries"] + 1])
        self.assertFalse(os.path.exists(f"{self.anna.home}/audit"))
        self.assertEqual(self.verify()["entries"], answer["entries"] + 1)

    def test_only_supervisors_read_it(self):
        result = self.anna.run("audit", "verify")
        self.assertEqual(result.code, 1, result)
        self.assertIn("only a supervisor", result.err)

    def test_more_than_a_page(self):
        for _ in range(100):
            self.anna("claim", self.case)
            self.anna("release", self.case)
        self.assertGreater(self.verify()["entries"], 205)

    def said_why(self):
        return [tuple(row) for row in peek(
            self.service, "SELECT actor, action, detail FROM audit WHERE "
            "action IN ('read', 'views') ORDER BY seq")]

    def test_who_reads_without_holding_is_in_it(self):
        """By what the command is for; a note says more.  Without a word the
        sealed bytes are not given."""
        self.anna("release", self.case)
        self.anna("claim", self.case)       # who looked before looks anew
        before = len(self.said_why())
        self.maria("show", self.case)
        self.maria("show", self.case, "-m", "anna asked me to look")
        self.anna("show", self.case)
        self.maria("search", "hello")
        rows = self.said_why()[before:]
        self.assertEqual(rows, [
            ("maria", "read", "look"), ("maria", "read", "note")])
        events = [(one["actor"], one["kind"], one["detail"])
                  for one in self.anna("show", self.case)["events"]]
        self.assertIn(("maria", "read", "look"), events)
        ben = quicken(invite(self.service, self.ground, self.maria,
                             "ben"))
        item = peek(self.service, "SELECT id FROM item WHERE kind = "
                    "'letter'")[0]["id"].hex()
        status, answer = Request(
            ben.signer, "GET", f"/v1/items/{item}/parts/0").send(self.service)
        self.assertEqual(status, 409, answer)
        self.assertIn("you do not hold case", answer["text"])
        for why, status in (("out of curiosity", 400), ("look", 200)):
            self.assertEqual(Request(
                ben.signer, "POST", f"/v1/cases/{self.case}/read",
                {"why": why}).send(self.service)[0], status)
        self.assertEqual(Request(
            ben.signer, "GET", f"/v1/items/{item}/parts/0").send(
                self.service)[0], 200)
        self.verify()

    def test_whoever_holds_it_sees_every_reading(self):
        """Whatever the word: nobody has to do afterwards what he said."""
        self.anna("claim", self.case)
        seen = {"look": True, "note": True, "work": True, "export": True,
                "review": False, "search": False}
        for why in seen:
            one = quicken(invite(self.service, self.ground, self.maria,
                                 f"{why}er"))
            self.assertEqual(Request(
                one.signer, "POST", f"/v1/cases/{self.case}/read",
                {"why": why}).send(self.service)[0], 200)
        told = {one["actor"]: one["detail"] for one in self.anna(
            "show", self.case)["events"] if one["kind"] == "read"}
        self.assertEqual({why: told.get(f"{why}er") == why for why in seen},
                         seen)
        self.assertIn("worker, who does not hold it, read the case (work)",
                      " ".join(self.anna.run(
                          "show", self.case, "--all").text.split()))

    def test_what_was_changed_is_named(self):
        self.change("UPDATE audit SET detail = '' WHERE seq = 5")
        self.refused("audit entry 5 was changed")
        result = self.service.admin("audit", "verify", check=False)
        self.assertEqual(result.code, 1, result)
        self.assertIn("audit entry 5 was changed", result.text)

    def test_what_was_seen_and_is_gone(self):
        seen = self.verify()["entries"]
        self.change("DELETE FROM audit WHERE seq > ?", seen - 2)
        result = self.maria.run("queue")
        self.assertIn("teduh audit verify", result.err)
        self.refused(f"audit entry {seen - 1} is missing")
        # The server alone cannot know.
        self.service.admin("audit", "verify")

    def test_a_chain_that_was_made_anew(self):
        """Of the entries of persons somebody who writes to the store can make
        another chain; but not the one that was seen."""
        self.anna("claim", self.case)
        self.anna("release", self.case)
        self.maria.queue()
        seen = self.heads()[-1]["seq"]
        self.service.stop()
        with store(self.service) as db:
            one, other = db.execute("SELECT * FROM audit WHERE seq >= ?",
                                    (seen - 1,)).fetchall()
            self.assertEqual((one["action"], other["action"]),
                             ("claim", "release"))
            at = other["at"] + 1
            fields = [seen, at] + [other[name] for name in (
                "actor", "action", "case_id", "detail", "base", "signer",
                "prev")]
            db.execute("UPDATE audit SET at = ?, hash = ? WHERE seq = ?", (
                at, sodium.digest("teduh/audit/v2", b"".join(
                    audit_field(one) for one in fields)), seen))
        self.service.start()
        self.service.admin("audit", "verify")
        self.refused(f"audit entry {seen} is another one than was seen")

    def test_a_request_that_stands_twice(self):
        self.change(
            "INSERT INTO audit (v, seq, at, actor, action, case_id, detail, "
            "base, signer, signature, prev, hash) SELECT v, (SELECT max(seq) "
            "FROM audit) + 1, at, actor, action, case_id, detail, base, "
            "signer, signature, (SELECT hash FROM audit ORDER BY seq DESC "
            "LIMIT 1), hash FROM audit WHERE action = 'note'")
        self.service.stop()
        with store(self.service) as db:
            row = db.execute("SELECT * FROM audit ORDER BY seq DESC LIMIT 1"
                             ).fetchone()
            db.execute("UPDATE audit SET hash = ? WHERE seq = ?", (
                sodium.digest("teduh/audit/v2", b"".join(
                    audit_field(row[name]) for name in (
                        "seq", "at", "actor", "action", "case_id", "detail",
                        "base", "signer", "prev"))), row["seq"]))
        self.service.start()
        self.refused(f"audit entry {row['seq']} repeats the request")


if __name__ == "__main__":
    import unittest
    unittest.main()
