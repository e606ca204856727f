"""What post remembers: over its own death at every step, and when the store
is put back to an older state."""

import os
import shutil
import sqlite3

from lib.crash import cut_at
from lib.ground import wait_for
from lib.mails import mail, parse
from lib.story import SinkStory

QUARTER, HALF_HOUR = 16 * 60, 31 * 60


class Post(SinkStory):
    def setUp(self):
        super().setUp()
        self.now = 0
        self.count = 0

    def later(self, seconds):
        self.now += seconds
        self.service.clock(self.now)

    def send(self):
        """A letter comes and is answered; case and seeker's address."""
        self.count += 1
        seeker = f"seeker-{self.count}@example.org"
        case = self.one_case(mail(
            seeker, message_id=f"<{self.count}@example.org>",
            text=f"question {self.count}\n"))["id"]
        self.anna("show", case)
        self.answer(case, f"Answer {self.count}.\n")
        return case, seeker

    def taken(self, seeker):
        """Messages to them whose dot came, whatever was answered."""
        return [s for s in self.sink.dots
                if s.recipients == [f"<{seeker}>"]]

    def store(self, name=""):
        return f"{self.service.data}/store.db{name}"

    def test_death_at_every_step(self):
        """Before and after each durable step: in the end the letter has
        arrived once, or twice if the store says that it was in doubt."""
        points, doubts, n = [], 0, 0
        while True:
            n += 1
            self.service.stop()
            self.service.start(env={"TEDUH_CRASH": f"post:{n}"})
            after = len(self.service.logged())
            case, seeker = self.send()
            item = self.anna.wait_delivery(case, ("accepted", "unknown"))
            doubt = item["delivery"]["state"] == "unknown"
            if doubt:
                doubts += 1
                self.later(QUARTER)
                self.anna.wait_delivery(case, "accepted")
            arrived = self.taken(seeker)
            here = cut_at(self.service, after)
            if not here:
                self.assertFalse(doubt)
                self.assertEqual(len(arrived), 1)
                break
            points += here
            with self.subTest(n=n, point=here):
                self.assertIn(len(arrived), (1, 2) if doubt else (1,))
                self.assertEqual(len({str(parse(s.data)["Message-ID"])
                                      for s in arrived}), 1)
        for point in ("C6 before", "C6 after", "C6b before", "C6b after",
                      "C7 before", "C7 after"):
            self.assertIn(point, points)
        self.assertGreater(doubts, 0)

    def test_an_older_store_sends_nothing_twice(self):
        self.sink.script["rcpt"] = "451 4.2.1 later"
        case, seeker = self.send()
        self.anna.wait_delivery(case, "deferred")
        self.service.stop()
        ends = [e for e in ("", "-wal") if os.path.exists(self.store(e))]
        for end in ends:
            shutil.copy2(self.store(end), self.store(end) + ".old")
        self.sink.script.clear()
        self.later(HALF_HOUR)
        self.service.start()
        self.anna.wait_delivery(case, "accepted")
        self.service.stop()
        # Over the file in place: its owner and mode stay.
        for end in ("", "-wal"):
            old = self.store(end) + ".old"
            if end in ends:
                shutil.copyfile(old, self.store(end))
                os.remove(old)
            elif os.path.exists(self.store(end)):
                os.truncate(self.store(end), 0)
        self.service.start()
        item = self.anna.wait_delivery(case, "blocked")
        self.assertEqual(item["delivery"]["code"], "spent")
        self.assertEqual(len(self.taken(seeker)), 1)

    def test_the_postmans_grant_leaves_the_disk(self):
        self.sink.script["rcpt"] = "451 4.2.1 later"
        case, _ = self.send()
        self.anna.wait_delivery(case, "deferred")
        self.service.stop()
        beside = sqlite3.connect(f"file:{self.store()}?mode=ro", uri=True)
        (box,), = beside.execute(
            "SELECT box FROM grants WHERE recipient = 'postman'").fetchall()
        beside.close()

        def on_disk():
            for end in ("", "-wal"):
                if os.path.exists(self.store(end)):
                    with open(self.store(end), "rb") as f:
                        if box[32:] in f.read():
                            return True
            return False
        self.assertTrue(on_disk())
        self.sink.script.clear()
        self.later(HALF_HOUR)
        self.service.start()
        self.anna.wait_delivery(case, "accepted")
        wait_for("the grant to leave the disk", lambda: not on_disk())

    def test_two_workers_send_each_letter_once(self):
        self.service.settings["relay"]["workers"] = 2
        self.service.restart()
        self.sink.script["mail"] = "451 4.3.0 later"
        sent = [self.send() for _ in range(3)]
        for case, _ in sent:
            self.anna.wait_delivery(case, "deferred")
        self.assertIn("relay-trouble", self.service.logged())
        self.sink.script.clear()
        self.later(HALF_HOUR)
        for case, seeker in sent:
            self.anna.wait_delivery(case, "accepted")
            self.assertEqual(len(self.taken(seeker)), 1)

    def test_a_damaged_memory_sends_nothing(self):
        case, _ = self.send()
        self.anna.wait_delivery(case, "accepted")
        path = f"{self.service.data}/state/post"
        with open(path, "r+b") as f:
            self.assertEqual(len(f.read()) % 97, 0)
            f.seek(20)
            f.write(b"~")
        case, seeker = self.send()
        self.assertEqual(self.service.process.child.wait(30), 74)
        self.service.process = None         # that was its end
        self.assertEqual(self.taken(seeker), [])
        self.assertIn("is damaged at byte 0", self.service.logged())
