"""Somebody looks for words in all the letters that she may read."""

import os
import signal
import threading

from lib.door import in_front, through
from lib.intruder import insert, peek, store
from lib.mails import mail
from lib.rest import at_rest
from lib.screens import Terminal
from lib.story import SinkStory, Story
from lib.teduh import Service, invite


def ids(hits):
    return [hit["id"] for hit in hits]


class Letters(Story):
    def setUp(self):
        super().setUp()
        self.found()

    def letter(self, text, subject="A question", sender="a@example.org",
               **more):
        return self.one_case(mail(sender, subject=subject, text=text,
                                  message_id=f"<{hash(text):x}@example.org>",
                                  **more))["id"]


class Search(Letters):
    def test_words_are_found_where_they_stand(self):
        first = self.letter("Minu öö oli pikk.\nMa ei maganud üldse.\n",
                            "Uni", name="Kadri Tamm")
        second = self.letter("Aku tidak tahu harus menceritakan ini\n"
                             "kepada siapa.\n", "Bingung", "b@example.org",
                             attachments=[("surat dokter.pdf",
                                           "application/pdf", b"%PDF-1.4")])
        self.anna("note", second, "-m", "her school nurse is Ibu Sari")
        self.anna("tag", first, "+insomnia")
        looks = {
            ("pikk",): [f"{first}.1"], ("OO", "pikk"): [f"{first}.1"],
            ("ÖÖ",): [f"{first}.1"], ("õõ",): [], ("cerita",):
            [f"{second}.1"], ("ini kepada siapa",): [f"{second}.1"],
            ("kepada ini",): [], ("kepada", "ini"): [f"{second}.1"],
            ("dokter",): [f"{second}.1"], ("bingung",): [f"{second}.1"],
            ("tamm",): [f"{first}.1"], ("b@example",): [f"{second}.1"],
            ("ibu sari",): [f"{second}.2"], ("insomnia",): [first],
        }
        for words, found in looks.items():
            with self.subTest(words=words):
                self.assertEqual(ids(self.anna("search", *words)), found)
        hit, = self.anna("search", "harus")
        self.assertEqual(
            {key: hit[key] for key in hit if key != "at"},
            {"id": f"{second}.1", "case": second, "desk": "youth",
             "kind": "letter", "subject": "Bingung",
             "from": {"name": None, "address": "b@example.org"},
             "before": "Aku tidak tahu ", "match": "harus",
             "after": " menceritakan ini kepada siapa."})
        said = self.anna.run("search", "maganud")
        self.assertEqual(said.code, 0)
        self.assertIn(f"{first}.1  letter, today", said.text)
        self.assertIn("    Minu öö oli pikk. Ma ei maganud üldse.",
                      said.text)
        self.assertIn("1 place, newest first.", said.text)
        said = self.anna.run("search", "nowhere")
        self.assertEqual((said.code, said.text, said.err),
                         (0, "Nothing found in 2 cases.\n", ""))

    def test_words_that_no_neighbour_sees(self):
        case = self.letter("Aku takut pulang ke rumah.\n")
        for typed, found in (("takut\n", 1), ("Pulang ke\n\nTAKUT", 1),
                             ("takut\nbahagia\n", 0)):
            said = self.anna.run("search", "-", "--json",
                                 data=typed.encode(), check=True)
            self.assertEqual(ids(said.json), [f"{case}.1"] * found)
        for typed, words in (("", "nothing to look for"),
                             ("\n" * 9, "nothing to look for"),
                             ("word\n" * 17, "one too many"),
                             ("x" * 5000, "cannot read '-'")):
            said = self.anna.refused("search", "-", data=typed.encode())
            self.assertEqual((said.code, said.out), (1, b""))
            self.assertIn(words, said.err)

    def test_newest_first(self):
        old = self.letter("the river in spring\n")
        self.service.clock(3600)
        new = self.letter("the river in autumn\n", sender="b@example.org")
        self.service.clock(7200)
        self.anna("note", old, "-m", "which river is it?")
        self.assertEqual(ids(self.anna("search", "river")),
                         [f"{old}.2", f"{new}.1", f"{old}.1"])

    def test_nothing_changes_by_it(self):
        case = self.letter("please look at the lake\n")
        self.anna("claim", case)
        at_rest(self.service)
        before = [peek(self.service, f"SELECT * FROM {table}") for table in
                  ("audit", "event", "claim", "cases", "nonce")]
        home = sorted(os.listdir(self.anna.home))
        self.assertEqual(len(self.anna("search", "lake")), 1)
        self.assertEqual(before, [
            peek(self.service, f"SELECT * FROM {table}") for table in
            ("audit", "event", "claim", "cases", "nonce")])
        self.assertEqual(home, sorted(os.listdir(self.anna.home)))

    def test_bad_words(self):
        for words, said in ((("",), "nothing to look for"),
                            (("a", " "), "nothing to look for"),
                            (("x" * 201,), "200 bytes at most")):
            with self.subTest(words=words):
                result = self.anna.refused("search", *words)
                self.assertEqual((result.code, result.out), (1, b""))
                self.assertIn(said, result.err)
        self.assertEqual(self.anna.refused("search").code, 2)

    def test_what_does_not_verify_is_said(self):
        good = self.letter("a harbour\n")
        bad = self.letter("another harbour\n", sender="b@example.org")
        self.service.stop()
        with store(self.service) as db:
            db.execute("UPDATE chunk SET bytes = zeroblob(length(bytes)) "
                       "WHERE part = 0 AND item = (SELECT id FROM item "
                       "WHERE case_id = ?)", (bad,))
        self.service.start()
        result = self.anna.run("search", "harbour", "--json")
        self.assertEqual(result.code, 1, result)
        self.assertEqual(ids(result.json), [f"{good}.1"])
        self.assertIn("1 item was not searched", result.err)
        self.assertIn(bad, result.err)


class OtherDesk(Story):
    def test_only_what_the_key_opens(self):
        self.service = Service(self.ground)
        self.service.settings["desk elders"] = {
            **self.service.settings["desk youth"],
            "from_address": "elders@desk.example"}
        self.service.settings["mailbox other"] = {
            "desk": "elders", "listen": f"unix:{self.service.dir}/run/other"}
        self.found()
        otto = invite(self.service, self.ground, self.maria, "otto",
                      desk="elders")
        mine = self.one_case(mail(text="the bridge is high\n"))["id"]
        self.service.inject(mail("b@example.org", "elders@desk.example",
                                 text="the bridge is old\n",
                                 message_id="<b@example.org>"), "other")
        theirs = otto.wait_queue(1)[0]["id"]
        self.assertEqual(ids(self.anna("search", "bridge")), [f"{mine}.1"])
        self.assertEqual(ids(otto("search", "bridge")), [f"{theirs}.1"])
        self.assertEqual(set(ids(self.maria("search", "bridge"))),
                         {f"{mine}.1", f"{theirs}.1"})
        self.assertEqual(otto.refused("export", mine, "x").code, 1)


class Answers(SinkStory):
    def test_an_answer_is_found_and_a_draft_is_not(self):
        case = self.one_case(mail())["id"]
        draft = self.reply(self.anna, case, "Take the blue bus.\n")
        self.assertEqual(self.anna("search", "blue bus"), [])
        self.anna("submit", draft)
        self.maria("approve", draft)
        hit, = self.anna("search", "blue bus")
        self.assertEqual((hit["id"], hit["kind"], hit["from"]["name"]),
                         (f"{case}.2", "answer", "anna"))


class Many(Letters):
    """More cases than one page of the list has: empty ones, which are there
    in an instant."""

    CASES = 650

    def setUp(self):
        super().setUp()
        self.real = self.letter("far back there is a lighthouse\n")
        self.service.stop()
        with store(self.service) as db:
            old = db.execute("SELECT active FROM cases").fetchone()[0]
            db.execute("BEGIN")
            for i in range(self.CASES):
                insert(db, "cases", id=f"{i:08d}", desk="youth", was="closed",
                       state="closed", urgency=0, rank=0, flags="",
                       channel="mail", created=old + i // 7, last_seq=0,
                       last_draft=0, deposit_hash=b"\0" * 32,
                       active=old - 1 - i // 7)
            db.execute("UPDATE cases SET active = 1 WHERE id = ?",
                       (self.real,))
            insert(db, "cases", id="ZZZZZZZZ", desk="youth", was="closed",
                   state="erased", urgency=0, rank=0, flags="",
                   channel="mail", created=old, last_seq=0, last_draft=0,
                   deposit_hash=b"\0" * 32, active=old)
            db.execute("COMMIT")
        self.service.start()

    def search(self, told, *words):
        """(code, JSON, stderr); told hears every request before it goes."""
        result = through(self.ground, self.service, self.anna, told,
                         "search", *words, "--json")
        return result.code, result.json, result.err

    def test_every_page_is_read(self):
        looked = []

        def told(data, _pid):
            if data.startswith(b"GET ") and b"/views " in data:
                looked.append(data.split(b"/")[3].decode())
        code, hits, err = self.search(told, "lighthouse")
        self.assertEqual((code, ids(hits), err), (0, [f"{self.real}.1"], ""))
        self.assertEqual(len(looked), self.CASES + 1)
        self.assertEqual(len(set(looked)), self.CASES + 1)
        self.assertEqual(looked[-1], self.real)

    def test_a_case_that_moves_meanwhile_is_not_passed_over(self):
        looked = []

        def told(data, _pid):
            if b"/views " not in data:
                return
            looked.append(1)
            if len(looked) == 20:   # a note makes the last case the first
                self.maria("note", self.real, "-m", "look at this")
        code, hits, _ = self.search(told, "lighthouse")
        self.assertEqual((code, ids(hits)), (0, [f"{self.real}.1"]))

    def test_ctrl_c_shows_what_was_found(self):
        newest = self.letter("on the lighthouse there is light\n",
                             sender="c@example.org")
        looked = []

        def told(data, pid):
            if b"/views " in data:
                looked.append(1)
                if len(looked) == 40:
                    os.kill(pid, signal.SIGINT)
        code, hits, err = self.search(told, "lighthouse")
        self.assertEqual((code, ids(hits)), (1, [f"{newest}.1"]), err)
        self.assertIn("stopped after", err)
        self.assertLess(len(looked), 60)

    def test_progress_is_shown_and_goes(self):
        looked, seen = [], threading.Event()

        def told(data):
            if b"/views " in data:
                looked.append(1)
                if len(looked) == 5:        # until there is something to say
                    seen.wait(1.5)
                if len(looked) == 40:       # until somebody has read it
                    seen.wait(60)
        terminal = Terminal(self.ground, self.anna, columns=100)
        with in_front(self.ground, self.service, self.anna, told):
            terminal.type("teduh search lighthouse")
            terminal.wait("cases searched:")
            seen.set()
            terminal.wait("1 place, newest first.")
            self.assertNotIn("cases searched", terminal.text())
