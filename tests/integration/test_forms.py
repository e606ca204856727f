"""Letters by form, from the inside: taken once however often they come,
answered from the command line, published, and opened with the code."""

import concurrent.futures
import json

from lib import sodium
from lib.crash import check_audit, check_store, cut_at
from lib.forms import FormStory, new_form, opened, send
from lib.intruder import peek, secrets_of, store
from lib.mails import mail
from lib.story import SinkStory

# What is done to the store, where it is told, and how.
DAMAGE = [
    ("UPDATE locator SET public = zeroblob(32)", "locator",
     "does not lead to the key that was signed"),
    ("UPDATE publication SET signature = zeroblob(64)", "publication",
     "has not signed"),
    ("DELETE FROM publication", "publication", "has not signed"),
]
ANSWER = "Dear you,\nyou are not alone with this.\n"


class Forms(FormStory):
    def test_it_looks_like_any_letter(self):
        letter = self.one()
        row, = self.anna.queue()
        self.assertEqual((row["channel"], row["flags"], row["language"]),
                         ("web", [], "id"))
        shown = self.anna("show", letter.case)
        self.assertEqual(shown["channel"], "web")
        self.assertEqual(shown["participants"], [
            {"id": "p1", "role": "seeker", "mode": "pickup",
             "address": None, "code": True}])
        item, = shown["items"]
        self.assertEqual((item["class"], item["flags"], item["from"]),
                         ("person", [], None))
        self.assertEqual(item["text"], "Tolong saya.")
        self.assertEqual(item["form"]["age_group"], "15-17")
        self.assertEqual(item["form"]["areas"], ["family", "school"])
        page = self.anna.run("show", letter.case, check=True).text
        for words in ("picks the answer up here", "15-17", "family", "school",
                      "version 1, in 'id'", "? Is somebody with you now?",
                      "My aunt, until evening."):
            self.assertIn(words, page)
        hit, = self.anna("search", "aunt")
        self.assertEqual(hit["case"], letter.case)
        folder = f"{self.ground.path}/export"
        self.anna("export", letter.case, folder)
        with open(f"{folder}/case.txt", encoding="utf-8") as f:
            self.assertIn("My aunt, until evening.", f.read())
        self.assertIn("the store is whole",
                      self.service.admin("check").text)

    def test_a_suspect_one_stands_in_the_tray(self):
        _, (letter,) = send(self.service, (new_form(), "Hm.",
                                           "tray,suspect"))
        row, = self.anna("tray")
        self.assertEqual((row["id"], row["flags"]),
                         (letter.case, ["tray", "suspect"]))

    def test_the_same_form_from_two_processes_is_one(self):
        for _ in range(5):
            form, before = new_form(), self.count("cases")
            with concurrent.futures.ThreadPoolExecutor(4) as pool:
                sent = [done.result()[1][0] for done in [
                    pool.submit(send, self.service, (form, "Twice."))
                    for _ in range(4)]]
            self.assertEqual(sorted(one.result for one in sent),
                             ["same"] * 3 + ["stored"])
            self.assertEqual(len({one[1:] for one in sent}), 1)
            self.assertEqual(self.count("cases"), before + 1)
        self.assertEqual(self.count("chunk WHERE item NOT IN (SELECT id "
                                    "FROM item)"), 0)

    def test_a_batch_is_there_whole_or_not_at_all(self):
        forms = [(new_form(), f"Number {n}.") for n in range(3)]
        died, _ = send(self.service, *forms, check=False,
                       TEDUH_CRASH="web:1")
        self.assertIn("C1 before", died.err)
        self.assertEqual(self.count("cases"), 0)
        died, _ = send(self.service, *forms, check=False,
                       TEDUH_CRASH="web:2")
        self.assertIn("C1 after", died.err)
        self.assertEqual((died.code, self.count("cases")), (99, 3))
        _, again = send(self.service, *forms)
        self.assertEqual({one.result for one in again}, {"same"})
        self.assertEqual(self.count("cases"), 3)
        self.assertEqual(self.count("locator"), 3)
        check_store(self, self.service)

    def test_the_answer_is_published_and_the_code_opens_it(self):
        letter = self.one()
        self.anna("claim", letter.case)
        self.anna("note", letter.case, "-m", "for colleagues alone")
        path = self.ground.file("plan.txt", "A plan.\n")
        draft = self.reply(self.anna, letter.case, ANSWER, "--submit",
                           "--attach", path)
        self.assertIsNone(self.maria("review", draft)["address"])
        self.assertIn("(picked up here)", self.maria.run(
            "review", draft, check=True).text)
        self.maria("approve", draft)
        delivery = self.anna.wait_delivery(letter.case, "published", 60)
        self.assertEqual(self.anna("show", letter.case)["state"], "answered")
        self.assertEqual(self.anna.queue(), [])
        self.assertEqual(self.count("grants WHERE recipient = 'postman'"), 0)
        seen = opened(self.service, letter)
        self.assertEqual(sorted(seen), ["answer", "letter"])
        self.assertEqual(seen["letter"][0]["text"], "Tolong saya.")
        answer, = seen["answer"]
        self.assertEqual((answer["body"], answer["to"], answer["mode"]),
                         (ANSWER, None, "pickup"))
        self.check_publication(letter, delivery)
        self.assertIn("It lies in the person's mailbox here.",
                      self.anna.run("show", letter.case, check=True).text)
        self.assertIn("the store is whole",
                      self.service.admin("check").text)
        check_audit(self, self.service)

    def check_publication(self, letter, delivery):
        """Post's own signature, over these very bytes."""
        row, = peek(self.service, "SELECT publication.*, part.hash FROM "
                    "publication JOIN part ON part.item = publication.item "
                    "AND part.no = 0")
        key = sodium.Signer(secrets_of(self.service)["post.key"])
        self.assertEqual(row["signer"], key.public)
        self.assertTrue(sodium.holds(key.public, "teduh/publication/v1",
                                     row["statement"], row["signature"]))
        newest, = peek(self.service, "SELECT max(seq) AS seq FROM roster")
        said = json.loads(row["statement"])
        self.assertEqual(said, {
            "v": 1, "case": letter.case, "participant": 1,
            "item": row["item"].hex(), "letter": row["hash"].hex(),
            "at": row["at"], "roster": newest["seq"]})
        self.assertEqual(delivery["delivery"]["state"], "published")

    def test_check_tells_what_nobody_signed(self):
        letter = self.one()
        self.answer(letter.case, ANSWER)
        self.anna.wait_delivery(letter.case, "published", 60)
        self.service.stop()
        with store(self.service) as db:
            for sql, table, words in DAMAGE:
                with self.subTest(sql):
                    db.execute("BEGIN")
                    self.assertEqual(db.execute(sql).rowcount, 1)
                    db.execute("COMMIT")
                    said = self.service.admin("check", "--json",
                                              check=False).json
                    self.assertTrue([
                        f for f in said["findings"] if f["table"] == table
                        and words in f["what"]], said["findings"])

    def test_what_is_called_back_is_nobodys(self):
        self.service.stop()
        self.service.settings["desk youth"]["hold"] = "1h"
        self.service.start()
        letter = self.one()
        draft = self.answer(letter.case, ANSWER)
        self.assertIn("answer", opened(self.service, letter))
        self.anna("undo", draft)
        self.assertNotIn("answer", opened(self.service, letter))
        self.assertEqual(self.count("publication"), 0)

    def test_what_the_code_does_not_open_is_not_published(self):
        self.service.stop()
        self.service.settings["desk youth"]["hold"] = "1h"
        self.service.start()
        letter = self.one()
        self.answer(letter.case, ANSWER)
        self.service.stop()
        with store(self.service) as db:
            db.execute("DELETE FROM grants WHERE recipient = 'seeker' AND "
                       "item = (SELECT item FROM delivery)")
        self.service.start()
        self.service.clock(3700)
        blocked = self.anna.wait_delivery(letter.case, "blocked", 60)
        self.assertEqual(blocked["delivery"]["code"], "code")
        self.assertEqual(self.count("publication"), 0)
        page = self.anna.run("show", letter.case, check=True).text
        self.assertIn("the person's code does not open it", page)

    def test_killed_at_each_step_of_publishing(self):
        points, here, n = set(), [""], 0
        while here:
            n += 1
            self.service.stop()
            after = len(self.service.logged())
            self.service.start(env={"TEDUH_CRASH": f"post:{n}"})
            letter = self.one(f"Number {n}.")
            self.answer(letter.case, ANSWER)
            self.anna.wait_delivery(letter.case, "published", 60)
            here = cut_at(self.service, after)
            points.update(here)
            self.assertEqual(self.count(
                "publication JOIN item ON item.id = publication.item WHERE "
                "case_id = ?", letter.case), 1)
            self.assertEqual(opened(self.service, letter)["answer"][0][
                "body"], ANSWER)
        for point in ("C6", "C7", "post: spent outcome"):
            self.assertLessEqual({f"{point} before", f"{point} after"},
                                 points)
        check_store(self, self.service)


class BesideMail(SinkStory):
    def test_a_relay_in_trouble_holds_up_no_mailbox(self):
        self.sink.script["banner"] = "421 4.3.2 not now"
        by_mail = self.one_case(mail("rani@example.org"))["id"]
        self.answer(by_mail, ANSWER)
        self.service.wait_log("relay-trouble")
        _, (letter,) = send(self.service, (new_form(), "By form."))
        self.anna.wait_queue(where=lambda row: row["id"] == letter.case)
        self.answer(letter.case, ANSWER)
        self.anna.wait_delivery(letter.case, "published", 60)
        self.assertEqual(opened(self.service, letter)["answer"][0]["body"],
                         ANSWER)
        self.assertEqual(self.sink.messages, [])
