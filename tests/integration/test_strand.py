"""The mailbox behind a return code, from the inside: what it shows on the
whole way of an answer, and writing again in it."""

import concurrent.futures
import shutil
import subprocess
import time

from lib.archive import Archive, lose
from lib.crash import check_audit, check_store
from lib.forms import FormStory, new_form, read
from lib.ground import wait_for
from lib.intruder import store

OF_ANSWER = "item = (SELECT item FROM delivery)"
# What who has the file can do to an answer that is published.
MEDDLED = [
    "UPDATE publication SET signature = zeroblob(64)",
    "UPDATE publication SET signer = (SELECT signer FROM item WHERE kind = "
    "'letter')",
    "UPDATE publication SET statement = CAST(replace(statement, "
    "'\"participant\":1', '\"participant\":2') AS BLOB)",
    "UPDATE item SET approver = NULL, approval = NULL WHERE kind = 'answer'",
    "UPDATE item SET approver = signer, approval = signature WHERE kind = "
    "'answer'",
    "UPDATE item SET signature = approval WHERE kind = 'answer'",
    "UPDATE delivery SET draft = draft + 1",
    f"UPDATE chunk SET bytes = zeroblob(length(bytes)) WHERE {OF_ANSWER}",
    f"DELETE FROM chunk WHERE {OF_ANSWER}",
    f"DELETE FROM grants WHERE recipient = 'seeker' AND {OF_ANSWER}",
    f"UPDATE grants SET box = zeroblob(length(box)) WHERE recipient = "
    f"'seeker' AND {OF_ANSWER}",
]
ANSWER = "Dear you,\nyou are not alone with this.\n"


class Strand(FormStory):
    def strand(self, letter):
        return read(self.service, letter)[2]

    def status(self, letter):
        return self.strand(letter)["status"]

    def again(self, letter, text, form=None):
        _, (sent,), strand = read(self.service, letter,
                                  (form or new_form(), text))
        self.assertEqual((sent.case, sent.locator), (letter.case, "-"))
        return sent, strand

    def texts(self, letter):
        return [(item["ours"], item["text"])
                for item in self.strand(letter)["items"]]

    def test_the_way_of_an_answer(self):
        letter, other = self.one("Help me."), self.one("Somebody else.")
        strand = self.strand(letter)
        self.assertEqual((strand["status"], strand["mode"]),
                         ("received", "pickup"))
        self.assertEqual(strand["due"], int(letter.due))
        self.anna("claim", letter.case)
        self.assertEqual(self.status(letter), "reading")
        self.anna("release", letter.case)
        self.assertEqual(self.status(letter), "reading")
        self.anna("note", letter.case, "-m", "for colleagues alone")
        path = self.ground.file("plan.txt", "A plan.\n")
        draft = self.reply(self.anna, letter.case, "Not yet.\n", "--attach",
                           path)
        self.assertEqual(self.status(letter), "reading")
        self.anna("discard", draft)
        draft = self.reply(self.anna, letter.case, ANSWER, "--submit",
                           "--attach", path)
        self.assertEqual(self.status(letter), "coming")
        self.assertEqual(self.texts(letter), [(False, "Help me.")])
        self.maria("approve", draft)
        self.anna.wait_delivery(letter.case, "published", 60)
        strand = self.strand(letter)
        self.assertEqual((strand["status"], strand["due"]), ("answered", 0))
        self.assertEqual(self.texts(letter),
                         [(False, "Help me."), (True, ANSWER)])
        self.assertEqual(strand["items"][1]["files"], [
            {"name": "plan.txt", "type": "text/plain", "bytes": "A plan.\n"}])
        self.assertEqual(self.texts(other), [(False, "Somebody else.")])
        self.assertEqual(self.status(other), "received")

    def test_what_opens_nothing(self):
        letter = self.one()
        wrong = letter._replace(number=letter.number[:-1] +
                                str((int(letter.number[-1]) + 1) % 8))
        unknown = letter._replace(locator="12345678")
        self.assertIsNone(self.strand(wrong))
        self.assertIsNone(self.strand(unknown))
        self.assertIsNone(read(self.service, letter, desk="careers")[2])
        self.assertIsNotNone(self.strand(letter))

    def test_what_is_not_as_it_was_signed_is_not_shown(self):
        letter = self.one("Help me.")
        self.answer(letter.case, ANSWER)
        self.anna.wait_delivery(letter.case, "published", 60)
        self.service.stop()
        data, whole = self.service.data, f"{self.ground.path}/whole"
        subprocess.run(["cp", "-a", data, whole], check=True)
        for sql in MEDDLED:
            with self.subTest(sql):
                with store(self.service) as db:
                    self.assertEqual(db.execute(sql).rowcount, 1)
                strand = self.strand(letter)
                self.assertEqual([item["text"] for item in strand["items"]],
                                 ["Help me."])
                self.assertEqual(strand["refused"], 1)
                self.assertNotEqual(strand["status"], "answered")
            shutil.rmtree(data)
            subprocess.run(["cp", "-a", whole, data], check=True)
        self.assertEqual(self.texts(letter),
                         [(False, "Help me."), (True, ANSWER)])

    def test_a_second_letter_stands_in_the_case(self):
        letter = self.one("Help me.")
        self.answer(letter.case, ANSWER)
        self.anna.wait_delivery(letter.case, "published", 60)
        self.assertEqual(self.anna.queue(), [])
        sent, strand = self.again(letter, "One thing more.")
        self.assertEqual(sent.result, "stored")
        self.assertEqual(strand["due"], int(sent.due))
        self.assertGreater(strand["due"], time.time())
        row, = self.anna.wait_queue()
        self.assertEqual((row["id"], row["flags"]), (letter.case, []))
        shown = self.anna("show", letter.case)
        self.assertEqual([(item["kind"], item["text"])
                          for item in shown["items"]],
                         [("letter", "Help me."), ("answer", ANSWER),
                          ("letter", "One thing more.")])
        self.assertEqual(len(shown["participants"]), 1)
        self.answer(letter.case, "And this.\n")
        wait_for("the second answer",
                 lambda: self.status(letter) == "answered", 60)
        self.assertEqual(self.texts(letter), [
            (False, "Help me."), (True, ANSWER), (False, "One thing more."),
            (True, "And this.\n")])
        self.assertIn("the store is whole",
                      self.service.admin("check").text)
        check_audit(self, self.service)

    def test_a_closed_case_waits_again(self):
        letter = self.one()
        self.anna("claim", letter.case)
        self.anna("close", letter.case)
        self.assertEqual(self.anna.queue(), [])
        self.assertEqual(self.strand(letter)["due"], 0)
        self.again(letter, "Are you there?")
        row, = self.anna.wait_queue()
        self.assertEqual((row["id"], row["state"]), (letter.case, "open"))

    def test_a_link_the_wrong_way_round_is_told(self):
        """Who lost a code writes anew; the answer must lie behind the new
        one."""
        old, new = self.one("The code is lost."), self.one("It is me.")
        said = self.anna.run("link", new.case, old.case, check=True).text
        self.assertIn("opens no answer that is given there", said)
        self.assertEqual(self.status(new), "reading")
        self.anna("unlink", new.case)
        self.anna("link", old.case, new.case)
        self.answer(new.case, ANSWER)
        self.anna.wait_delivery(new.case, "published", 60)
        self.assertEqual(self.texts(new),
                         [(False, "It is me."), (True, ANSWER)])
        self.assertEqual(self.texts(old), [(False, "The code is lost.")])

    def test_an_answer_that_crosses_it_does_not_go(self):
        self.service.stop()
        self.service.settings["desk youth"]["hold"] = "1h"
        self.service.start()
        letter = self.one()
        self.answer(letter.case, ANSWER)
        self.assertEqual(self.status(letter), "coming")
        self.again(letter, "It is different now.")
        self.service.clock(3700)
        blocked = self.anna.wait_delivery(letter.case, "blocked", 60)
        self.assertEqual(blocked["delivery"]["code"], "stale")
        self.assertNotIn((True, ANSWER), self.texts(letter))

    def test_the_same_form_is_one_letter(self):
        letter, form = self.one(), new_form()
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            sent = [done.result()[1][0] for done in [
                pool.submit(read, self.service, letter, (form, "Twice."))
                for _ in range(4)]]
        self.assertEqual(sorted(one.result for one in sent),
                         ["same"] * 3 + ["stored"])
        self.assertEqual(len({one[1:] for one in sent}), 1)
        self.assertEqual(self.count("item"), 2)
        self.assertEqual(self.count("chunk WHERE item NOT IN (SELECT id "
                                    "FROM item)"), 0)

    def test_killed_before_and_after_it_is_durable(self):
        letter, form = self.one(), new_form()
        for n, here in ((1, 1), (2, 2)):
            died, _, _ = read(self.service, letter, (form, "Again."),
                              check=False, TEDUH_CRASH=f"web:{n}")
            self.assertEqual(died.code, 99)
            self.assertEqual(self.count("item"), here)
        _, (sent,), strand = read(self.service, letter, (form, "Again."))
        self.assertEqual(sent.result, "same")
        self.assertEqual(len(strand["items"]), 2)
        check_store(self, self.service)

    def test_it_is_there_after_a_restore(self):
        archive = Archive(self.ground)
        letter, form = self.one("Help me."), new_form()
        self.answer(letter.case, ANSWER)
        self.anna.wait_delivery(letter.case, "published", 60)
        self.again(letter, "One thing more.", form)
        before = self.strand(letter)
        archive.take(self.service)
        lose(self.service)
        archive.put_back(self.service)
        self.assertEqual(self.strand(letter), before)
        sent, _ = self.again(letter, "One thing more.", form)
        self.assertEqual(sent.result, "same")
