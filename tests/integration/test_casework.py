"""How a case goes from hand to hand, told by two counsellors and a
supervisor."""

import re
import threading

from lib.ground import wait_for
from lib.intruder import Town, peek
from lib.mails import mail, parse
from lib.story import Story
from lib.teduh import invite
from lib.wire import PASS, Wire


class Casework(Story):
    def setUp(self):
        super().setUp()
        self.found()
        self.ben = invite(self.service, self.ground, self.maria, "ben")

    def two(self):
        """Two cases, the first of which has waited longer by seconds."""
        first = self.one_case(mail(message_id="<1@example.org>"))["id"]
        self.service.clock(2)
        return first, self.one_case(mail(
            "seeker-b@example.org", message_id="<2@example.org>"))["id"]

    def events(self, case, person=None):
        """What colleagues see of it, without the times, and without who
        looked."""
        return [" ".join(filter(None, (e["actor"], e["kind"], e["detail"])))
                for e in (person or self.ben)("show", case)["events"]
                if e["kind"] != "read"]

    def notes(self, case, person=None):
        return [item["text"] for item in (person or self.ben)(
            "show", case)["items"] if item["kind"] == "note"]


class Claims(Casework):
    def test_next_is_the_first_that_i_could_take(self):
        nobody = self.anna.refused("next")
        self.assertEqual(nobody.code, 1)
        self.assertIn("nobody is waiting", nobody.err)
        first, second = self.two()
        row = self.anna("next")
        self.assertEqual((row["id"], row["claimant"]), (first, None))
        self.anna("claim", first)
        # One's own is still the first; for a colleague it is the other.
        self.assertEqual(self.anna("next")["id"], first)
        self.assertEqual(self.ben("next")["id"], second)
        said = self.ben.run("next").text
        self.assertIn(f"teduh show {second}", said)
        self.assertIn(f"teduh reply {second}", said)
        # What waits for review is nobody's to answer.
        self.reply(self.anna, first, "Hi\n", "--submit")
        self.assertEqual(self.anna("next")["id"], second)
        self.ben("claim", second)
        nothing = self.anna.refused("next")
        self.assertEqual((nothing.code, nothing.out), (1, b""))
        self.assertIn("teduh queue", nothing.err)

    def test_released_passed_handed_and_seen_by_all(self):
        case = self.one_case(mail())["id"]
        self.anna("claim", case)
        row = self.anna("release", case)
        self.assertEqual((row["id"], row["claimant"], row["claim"]),
                         (case, None, None))
        self.ben("claim", case)
        self.assertEqual(self.anna.refused("claim", case).code, 1)
        row = self.ben("pass", case, "-m", "she writes about Tartu,\n"
                       "where I live")
        self.assertIsNone(row["claimant"])
        row = self.maria("hand", case, "--to", "anna", "-m", "yours, please")
        self.assertEqual(row["claimant"], "anna")
        self.assertEqual(row["claim"]["claimant"], "anna")
        self.assertEqual(self.events(case), [
            "anna claimed", "anna released", "ben claimed", "ben passed",
            "maria claimed", "maria handed anna"])
        self.assertEqual(self.notes(case), [
            "she writes about Tartu,\nwhere I live", "yours, please"])
        said = self.ben.run("show", case).text
        self.assertIn("maria handed it to anna", said)
        self.assertIn("ben passed it back to the queue", said)

    def test_what_is_not_ones_own_is_not_moved(self):
        case = self.one_case(mail())["id"]
        self.anna("claim", case)
        before = self.events(case)
        for words, why in (
                (("release", case), "claimed by anna"),
                (("pass", case, "-m", "x"), "claimed by anna"),
                (("hand", case, "--to", "maria", "-m", "x"),
                 "claimed by anna"),
                (("hand", case, "--to", "ben", "-m", "x"), "'ben' are you")):
            result = self.ben.refused(*words)
            self.assertEqual(result.code, 1, words)
            self.assertIn(why, result.err)
        for words, code in (
                (("hand", case, "--to", "nobody", "-m", "x"), 1),
                (("hand", case, "-m", "x"), 2),
                (("hand", case, "--to", "ben"), 2),
                (("pass", case), 2),
                (("pass", case, "-m", "  "), 1),
                (("release", case[:3]), 1),
                (("release", "ZZZZZZZZ"), 1),
                (("release",), 2),
                (("next", case), 2)):
            self.assertEqual(self.anna.refused(*words).code, code, words)
        self.assertEqual(self.events(case), before)
        self.assertEqual(self.notes(case), [])

    def test_one_friendly_sentence_or_none(self):
        case = self.one_case(mail())["id"]
        self.anna("claim", case)
        said = self.anna.run("release", case).text
        self.assertTrue(re.match(rf"{case} \(youth, .*teduh next", said),
                        said)
        self.anna("claim", case)
        self.assertEqual(self.anna.run("release", case, "-q").out, b"")


class Words(Casework):
    """Notes, urgency, tags, closing: what staff says of a case."""

    def test_a_note_is_for_colleagues(self):
        case = self.one_case(mail())["id"]
        note = self.anna("note", case, "-m", "called the school")
        self.assertEqual((note["kind"], note["text"], note["from"]["name"]),
                         ("note", "called the school", "anna"))
        path = self.ground.file("note.txt", "Õhtul\nuuesti.\n")
        self.ben("note", case, "--body", path)
        self.ben("note", case, "--body", "-", data=b"by the way")
        self.assertEqual(self.notes(case), [
            "called the school", "Õhtul\nuuesti.", "by the way"])
        self.assertEqual(self.anna.refused(
            "note", case, "-m", "a", "--body", path).code, 2)
        for words in (("-m", ""), ("--body", "/nowhere"), ()):
            self.assertEqual(self.anna.refused("note", case, *words).code, 1)
        self.assertEqual(len(self.notes(case)), 3)

    def test_the_urgent_come_first(self):
        first, second = self.two()
        self.assertEqual([r["id"] for r in self.anna.queue()],
                         [first, second])
        row = self.anna("urgency", second, "2", "-m", "exam tomorrow")
        self.assertEqual((row["id"], row["urgency"]), (second, 2))
        self.assertEqual([r["id"] for r in self.ben.queue()],
                         [second, first])
        self.assertEqual(self.ben("next")["id"], second)
        self.assertEqual(self.notes(second), ["exam tomorrow"])
        self.assertEqual(self.events(second), ["anna urgency 2"])
        self.assertEqual(self.anna.refused(
            "urgency", second, "2", "-m", "x").code, 1)
        for words in (("4", "-m", "x"), ("two", "-m", "x"), ("3",)):
            self.assertEqual(self.anna.refused(
                "urgency", second, *words).code, 2)
        self.assertEqual(self.notes(second), ["exam tomorrow"])

    def test_tags_are_seen_by_the_desk_alone(self):
        case = self.one_case(mail())["id"]
        row = self.anna("tag", case, "+eksam", "+üksi", "+Tartu")
        self.assertEqual(row["tags"], ["Tartu", "eksam", "üksi"])
        row = self.ben("tag", case, "-üksi", "+moved")
        self.assertEqual(row["tags"], ["Tartu", "eksam", "moved"])
        self.ben("tag", case, "+moved")     # nothing new: nothing happened
        self.assertEqual(self.events(case), ["anna tagged", "ben tagged"])
        shown = self.maria("show", case)
        self.assertEqual(shown["tags"], ["Tartu", "eksam", "moved"])
        waiting, = self.maria.queue()
        self.assertEqual(waiting["tags"], ["Tartu", "eksam", "moved"])
        self.assertIn("eksam", self.maria.run("show", case).text)
        self.assertIn("eksam", self.maria.run("queue").text)
        for words, code in ((("-nothing",), 1), (("eksam",), 2),
                            (("+two words",), 2), ((), 2)):
            self.assertEqual(self.anna.refused(
                "tag", case, *words).code, code, words)
        self.anna("claim", case)
        refused = self.ben.refused("tag", case, "+mine")
        self.assertEqual(refused.code, 1)
        self.assertIn("claimed by anna", refused.err)
        row = self.anna("tag", case, "-Tartu", "-eksam", "-moved")
        self.assertEqual(row["tags"], [])
        self.service.stop()
        for name in ("store.db", "store.db-wal"):
            with open(f"{self.service.data}/{name}", "rb") as f:
                store = f.read()
            for word in (b"eksam", "üksi".encode(), b"Tartu"):
                self.assertNotIn(word, store)

    def test_closed_and_opened_again(self):
        case = self.one_case(mail())["id"]
        draft = self.reply(self.anna, case, "Hi\n")
        refused = self.anna.refused("close", case)
        self.assertEqual(refused.code, 1)
        self.assertIn(f"{draft} is open", refused.err)
        self.assertEqual(self.ben.refused("close", case).code, 1)
        other = self.one_case(mail("seeker-b@example.org",
                                   message_id="<2@example.org>"))["id"]
        row = self.anna("close", other, "-m", "asked for nothing")
        self.assertEqual((row["state"], row["waiting_since"], row["due"]),
                         ("closed", None, None))
        self.assertEqual([r["id"] for r in self.anna.queue()], [case])
        self.assertEqual(self.anna.refused("close", other).code, 1)
        self.assertEqual(self.anna.refused("reopen", other).code, 2)
        row = self.ben("reopen", other, "-m", "she called")
        self.assertEqual(row["state"], "open")
        self.assertFalse(row["overdue"])
        self.assertEqual(len(self.anna.queue()), 2)
        self.assertEqual(self.events(other), ["anna closed",
                                              "ben reopened"])
        self.assertEqual(self.notes(other), ["asked for nothing",
                                             "she called"])
        self.assertEqual(self.ben.refused(
            "reopen", other, "-m", "x").code, 1)


class Trouble(Casework):
    def test_death_of_the_service_around_a_change(self):
        """The claim, its event, the note and the audit: all or nothing."""
        case = self.one_case(mail())["id"]
        deaths = 0
        for n in range(1, 12):
            self.anna("claim", case)
            before = self.counts()
            self.service.stop()
            met = self.service.logged().count("crash point: ")
            self.service.start(env={"TEDUH_CRASH": f"api:{n}"})
            result = self.anna.run("pass", case, "-m", f"attempt {n}")
            died = self.service.logged().count("crash point: ") > met
            after = self.counts()
            self.assertIn(after, (before, tuple(x + 1 for x in before)))
            self.assertEqual(result.code, 75 if died else 0, result)
            if not died:
                break
            deaths += 1
        self.assertGreaterEqual(deaths, 4)
        self.service.admin("check")

    def counts(self):
        return tuple(peek(self.service, """
            SELECT (SELECT count(*) FROM item WHERE kind = 'note'),
                   (SELECT count(*) FROM event WHERE kind = 'passed'),
                   (SELECT count(*) FROM audit WHERE action = 'pass')""")[0])

    def test_two_windows_tag_at_once(self):
        """Neither writes over what the other has just done."""
        case = self.one_case(mail())["id"]
        words, results = ["one", "two", "three"], []
        threads = [threading.Thread(target=lambda w=word: results.append(
            self.anna.run("tag", case, f"+{w}"))) for word in words]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([r.code for r in results], [0] * 3,
                         [str(r) for r in results])
        self.assertEqual(self.ben("show", case)["tags"], sorted(words))

    def test_two_colleagues_take_the_same_case_at_once(self):
        case = self.one_case(mail())["id"]
        people, results = (self.anna, self.ben, self.maria), {}
        threads = [threading.Thread(target=lambda p=person: results.update(
            {p.name: p.run("claim", case).code})) for person in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(results.values()), [0, 1, 1])
        winner = next(n for n, code in results.items() if code == 0)
        self.assertEqual(self.events(case), [f"{winner} claimed"])


class Unread(Story):
    """Nobody closes a case over a letter that came behind their back."""

    def setUp(self):
        super().setUp()
        self.town = Town(self.ground)
        self.service, self.anna = self.town.service, self.town.anna
        self.case = self.town.letter(sender="x@example.org")
        self.town.answer(self.case, "Tell me more.\n")
        session, = self.town.sink.wait_messages(1)
        self.anna.wait_delivery(self.case, "accepted")
        self.back = parse(session.data)["Reply-To"].addresses[0].addr_spec
        self.letters = 1

    def write_again(self):
        self.letters += 1
        self.service.inject(mail(
            "x@example.org", to=self.back, text="There is more.\n",
            message_id=f"<more-{self.letters}@example.org>"))
        wait_for("the letter in its case", lambda: len(peek(
            self.service, "SELECT 1 FROM item WHERE case_id = ? AND "
            "kind = 'letter'", self.case)) == self.letters)

    def state(self):
        return self.anna("show", self.case)["state"]

    def test_a_letter_after_the_page_is_not_closed_with_it(self):
        self.anna("show", self.case)
        self.write_again()
        refused = self.anna.refused("close", self.case)
        self.assertEqual(refused.code, 1)
        self.assertIn(f"teduh show {self.case}", refused.err)
        self.assertEqual([r["id"] for r in self.anna.queue()], [self.case])
        self.assertEqual(self.state(), "open")      # and read it with this
        self.assertEqual(self.anna("close", self.case)["state"], "closed")

    def test_a_letter_on_the_way_to_the_service_is_not_closed_either(self):
        wire = Wire(self.ground, self.service)
        wire.lead(self.anna)
        self.anna("show", self.case)

        def script(_number, method, path):
            if method == "POST" and path.endswith("/close"):
                self.write_again()
            return PASS

        wire.begin(script)
        refused = self.anna.refused("close", self.case)
        wire.begin()
        self.assertEqual(refused.code, 1)
        self.assertIn("meanwhile", refused.err)
        self.assertEqual(self.state(), "open")
        self.assertEqual(self.anna("close", self.case)["state"], "closed")
