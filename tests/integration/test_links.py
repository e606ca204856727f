"""Cases that belong together: proposed by the service, confirmed and taken
apart by a person, and never overlooked by an answer."""

import os

from lib.mails import mail
from lib.story import SinkStory

SEEKER = "seeker-a@example.org"


class Links(SinkStory):
    def setUp(self):
        super().setUp()
        self.a = self.one_case(mail(SEEKER, text="the first\n"))["id"]

    def second(self):
        """Another case of the same address, which is proposed."""
        return self.one_case(mail(SEEKER, text="the second\n",
                                  message_id="<two@example.org>"))["id"]

    def link(self, case):
        return [(one["case"], one["kind"], one["by"], one["belongs"])
                for one in self.anna("show", case)["links"]]

    def refused(self, *words):
        """What anna is told then."""
        return " ".join(self.anna.refused(*words).err.split())

    def waiting(self):
        return sorted(row["id"] for row in self.anna.queue())

    def test_one_word_confirms_and_one_undoes(self):
        b = self.second()
        self.assertEqual(self.link(b), [(self.a, "proposal", "intake",
                                         True)])
        self.assertEqual(self.link(self.a), [(b, "proposal", "intake",
                                              False)])
        self.assertIn(f"teduh link {b}",
                      self.anna.run("show", self.a, check=True).text)
        waited, = [one["waiting_since"] for one in self.anna.queue()
                   if one["id"] == b]
        self.anna("link", b)
        self.assertEqual(self.link(b), [(self.a, "confirmed", "anna", True)])
        self.assertEqual(self.waiting(), [self.a])
        shown = self.anna("show", self.a)
        self.assertEqual([i["id"] for i in shown["items"]],
                         [f"{self.a}.1", f"{b}.1"])
        self.assertIn("the second", self.anna.run("show", self.a,
                                                  check=True).text)
        self.assertIn(f"'teduh unlink {b}'",
                      self.refused("reply", b, "--body",
                                   self.ground.file("x", "no\n")))
        self.service.clock(3600)
        self.anna("unlink", b)
        self.service.clock(0)
        row, = [one for one in self.anna.queue() if one["id"] == b]
        self.assertEqual(row["waiting_since"], waited)
        self.assertEqual(self.link(self.a), [(b, "undone", "anna", False)])
        self.assertEqual(self.waiting(), sorted([self.a, b]))
        self.assertEqual(len(self.anna("show", self.a)["items"]), 1)
        # Turned down, it is no hindrance any more.
        self.answer(self.a, "Dear you, yes.\n")
        self.anna.wait_delivery(self.a, "accepted", seconds=60)

    def test_a_proposed_case_is_read_before_an_answer(self):
        b = self.second()
        draft = self.reply(self.anna, self.a, "Dear you.\n")
        self.assertIn(b, self.refused("submit", draft))
        self.anna("show", b)
        self.anna("submit", draft)
        self.maria("approve", draft)
        self.anna.wait_delivery(self.a, "accepted", seconds=60)

    def test_a_proposal_after_the_approval_stops_the_letter(self):
        self.service.settings["desk youth"]["hold"] = "1h"
        self.service.configure()
        self.service.restart()
        self.answer(self.a, "Dear you, yes.\n")
        self.second()
        self.service.clock(2 * 3600)
        item = self.anna.wait_delivery(self.a, "blocked", seconds=60)
        self.assertEqual(item["delivery"]["code"], "stale")
        self.assertEqual(self.sink.messages, [])

    def test_a_letter_in_a_linked_case_after_the_approval_stops_it(self):
        b = self.second()
        # Its own answer gives the second case a token that leads to it.
        self.anna("show", self.a)
        self.answer(b, "About the second.\n")
        sent = self.sink.wait_messages(1)[0]
        self.anna.wait_delivery(b, "accepted", seconds=60)
        self.anna("link", b)
        self.service.settings["desk youth"]["hold"] = "1h"
        self.service.configure()
        self.service.restart()
        self.answer(self.a, "Dear you, yes.\n")
        reply_to = next(line.split(": ", 1)[1] for line in
                        sent.data.decode().splitlines()
                        if line.startswith("Reply-To: "))
        self.service.inject(mail(SEEKER, to=reply_to, text="wait\n",
                                 message_id="<three@example.org>"))
        row, = self.anna.wait_queue(1, seconds=60)
        self.assertEqual(row["id"], self.a)     # it waits for the main case
        self.service.clock(2 * 3600)
        item = self.anna.wait_delivery(self.a, "blocked", seconds=60)
        self.assertEqual(item["delivery"]["code"], "stale")
        self.assertEqual(len(self.sink.messages), 1)

    def test_files_of_a_linked_letter_are_saved_with_the_others(self):
        ids = [self.one_case(mail(
            sender, message_id=f"<{sender}>", attachments=[
                ("photo.png", "image/png", sender.encode())]))["id"]
            for sender in ("one@example.org", "two@example.org",
                           "three@example.org")]
        self.anna("link", ids[1], ids[0])
        folder = self.ground.dir("files", 0o700)
        said = self.anna.run("show", ids[0], "--attachments", folder,
                             check=True).text
        self.assertIn(f"{ids[1]}.1.1 saved as {folder}/photo-2.png", said)
        saved = {}
        for name in os.listdir(folder):
            with open(f"{folder}/{name}", "rb") as f:
                saved[name] = f.read()
        self.assertEqual(saved, {"photo.png": b"one@example.org",
                                 "photo-2.png": b"two@example.org"})

    def state(self, case):
        shown = self.anna("show", case)
        return shown["state"], case in self.waiting()

    def test_apart_again_an_answered_case_waits_no_more(self):
        self.answer(self.a, "Dear you, yes.\n")
        self.anna.wait_delivery(self.a, "accepted", seconds=60)
        b = self.second()
        self.assertEqual(self.state(self.a), ("answered", False))
        self.anna("link", b)
        self.assertEqual(self.state(self.a), ("open", True))
        self.anna("unlink", b)
        self.assertEqual(self.state(self.a), ("answered", False))
        self.assertEqual(self.waiting(), [b])
        # But one that a person let wait again does.
        self.anna("reopen", self.a, "-m", "she called")
        self.anna("link", b, self.a)
        self.anna("unlink", b)
        self.assertEqual(self.state(self.a), ("open", True))
        self.assertEqual(self.service.admin("check").code, 0)

    def test_apart_again_a_closed_case_is_closed(self):
        self.anna("close", self.a)
        b = self.one_case(mail("other@example.org",
                               message_id="<b@example.org>"))["id"]
        c = self.one_case(mail("third@example.org",
                               message_id="<c@example.org>"))["id"]
        self.anna("link", b, self.a)
        self.anna("link", c, self.a)
        self.assertEqual(self.state(self.a), ("open", True))
        # It waits for what is still linked to it.
        self.anna("unlink", b)
        self.assertEqual(self.state(self.a), ("open", True))
        self.anna("unlink", c)
        self.assertEqual(self.state(self.a), ("closed", False))
        self.assertEqual(self.waiting(), sorted([b, c]))
        self.assertEqual(self.service.admin("check").code, 0)

    def test_no_chains_and_no_links_to_oneself(self):
        b = self.second()
        c = self.one_case(mail("other@example.org",
                               message_id="<c@example.org>"))["id"]
        self.assertIn("no link is proposed", self.refused("link", c))
        self.assertIn("is the case itself", self.refused("link", c, c))
        self.anna("link", b, self.a)
        self.assertIn(self.a, self.refused("link", c, b))
        self.assertIn(b, self.refused("link", self.a, c))
        self.anna("link", c, self.a)
        self.assertEqual(self.waiting(), [self.a])
        self.anna("unlink", c)
        self.anna.refused("unlink", c)
