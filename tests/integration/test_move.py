"""A case goes to another desk, with everything that it has: who reads there
opens all of it, who stays behind opens nothing that comes, and letters still
find their way."""

import base64
import datetime
import json
import os
import unittest

from lib.crash import check_store, crashed_at
from lib.erasing import erasure, wait_done
from lib.forms import new_form, read, send
from lib.ground import wait_for
from lib.intruder import Letter, Stranger, insert, peek
from lib.mails import mail, parse
from lib.moving import WHY, MoveStory
from lib.planted import FIRST, SECOND, plant_statement
from lib.signed import Request


class Moved(MoveStory):
    def test_the_other_desk_has_it_whole(self):
        town, anna, nora = self.town, self.anna, self.nora
        case = town.letter(sender="kai@example.org", text="A question.\n")
        town.answer(case, "An answer.\n")
        self.assertEqual(town.settled(case)[0], "accepted")
        told = parse(town.sink.dots[-1].data)["Message-ID"]
        self.service.inject(mail(sender="kai@example.org",
                                 message_id="<two@example.org>",
                                 text="And work?\n", In_Reply_To=told))
        anna.wait_queue(where=lambda row: row["id"] == case)
        anna("tag", case, "+work")
        anna("urgency", case, "2", "-m", "soon")
        anna("claim", case)
        before, copied = anna("show", case), self.keys(anna, "youth")
        self.assertEqual(self.opens(copied, case), [1])
        self.assertEqual(self.hand(case), {
            "id": case, "from": "youth", "desk": "careers"})
        self.gone(anna, case)
        self.gone(self.ben, case)
        after = nora("show", case)
        self.assertEqual(
            [item for item in after["items"] if item["kind"] != "note"],
            [item for item in before["items"] if item["kind"] != "note"])
        self.assertEqual(self.texts(nora, case, "answer"), ["An answer.\n"])
        self.assertEqual(self.texts(nora, case, "note")[-1], WHY[1])
        self.assertEqual((after["desk"], after["urgency"], after["claim"],
                          after["tags"], after["state"]),
                         ("careers", 2, None, ["work"], "open"))
        self.assertEqual([
            (event["kind"], event["actor"], event["detail"])
            for event in after["events"]][-1],
            ("moved", "anna", "youth careers"))
        self.assertIn("moved it from the desk youth to the desk careers",
                      " ".join(nora.run("show", case).text.split()))
        # Who watches there hears of it; who watches here does not.
        town.letter()
        for person, heard in ((nora, ["move"]), (anna, [])):
            _, answer = Request(person.signer, "GET",
                                "/v1/watch?from=1").send(self.service)
            self.assertEqual([event["action"] for event in answer["events"]
                              if event["case"] == case and
                              event["action"] == "move"], heard)
        # What comes now finds it, and opens for the other team alone.
        self.assertEqual(self.opens(copied, case), [])
        self.service.inject(mail(sender="kai@example.org",
                                 message_id="<three@example.org>",
                                 text="Are you there?\n", In_Reply_To=told))
        wait_for("the letter that came after", lambda: self.texts(
            nora, case)[-1] == "Are you there?\n")
        self.assertEqual(self.opens(self.keys(nora, "careers"), case),
                         [1, 2])
        self.gone(anna, case)
        town.answer(case, "We are.\n", nora, self.olga)
        self.assertEqual(town.settled(case)[0], "accepted")
        self.assertIn("work@desk.example", parse(
            town.sink.dots[-1].data)["From"])
        self.service.admin("check")
        self.olga("audit", "verify")
        # And back again: its own people read what the others wrote.
        self.hand(case, nora, "youth")
        self.gone(nora, case)
        self.assertEqual(self.texts(anna, case, "answer"),
                         ["An answer.\n", "We are.\n"])
        self.assertEqual(self.texts(anna, case)[-1], "Are you there?\n")

    def test_the_return_code_leads_to_it(self):
        _, (letter,) = send(self.service, (new_form(), "Help me."))
        other, = send(self.service, (new_form(), "Somebody else."))[1]
        case = letter.case
        self.town.answer(case, "You are not alone.\n")
        self.anna.wait_delivery(case, "published", 60)
        self.hand(case)
        for desk, text in (("youth", "By the old page."),
                           ("careers", "By the new one.")):
            _, (sent,), strand = read(self.service, letter,
                                      (new_form(), text), desk=desk)
            self.assertEqual((sent.result, sent.case), ("stored", case))
            self.assertEqual(strand["refused"], 0)
            self.assertEqual(
                [(item["ours"], item["text"]) for item in strand["items"]
                 ][:2], [(False, "Help me."), (True, "You are not alone.\n")])
            self.assertEqual(self.texts(self.nora, case)[-1], text)
        self.gone(self.anna, case)
        self.assertIsNone(read(self.service, other, desk="careers")[2])
        self.town.answer(case, "Nor now.\n", self.nora, self.olga)
        wait_for("both answers", lambda: [
            item["text"] for item in read(self.service, letter)[2]["items"]
            if item["ours"]] == ["You are not alone.\n", "Nor now.\n"])
        self.service.admin("check")

    def test_supervisors_of_both_are_told_when_it_is_urgent(self):
        for person in (self.town.maria, self.ben, self.olga, self.nora,
                       self.anna):
            self.town.maria("staff", "notice", person.name,
                            data=f"{person.name}@office.example\n".encode())
        self.service.clock(61)          # clock reads the list of staff anew
        calm, urgent = self.town.letter(), self.town.letter()
        self.anna("urgency", urgent, "2", "-m", "soon")
        self.hand(calm)
        self.hand(urgent)

        def told():
            return sorted(s.recipients[0] for s in self.town.sink.messages
                          if "dipindahkan dari satu meja" in
                          parse(s.data).get_content())
        wait_for("three notices", lambda: len(told()) >= 3, 60)
        self.town.later(2 * 3600)
        row, = peek(self.service, "SELECT about FROM told WHERE person = "
                    "'-' AND news = 'moving'")
        self.assertEqual(row[0], f"{urgent} youth")
        wait_for("clock's next round", lambda: peek(
            self.service, "SELECT count(*) FROM automatic")[0][0] == 0)
        self.assertEqual(told(), [f"<{name}@office.example>" for name in
                                  ("ben", "maria", "olga")])

    def test_cut_anywhere_it_is_with_one_desk(self):
        points, where = [], set()
        for n in range(1, 60):
            case = self.town.letter(text=f"Question {n}.\n")
            self.service.stop()
            after = len(self.service.logged())
            self.service.start(env={"TEDUH_CRASH": f"api:{n}"})
            said = self.anna.run("hand", case, "--desk", "careers", *WHY)
            here = crashed_at(self.service, after)
            self.service.restart()
            desk = self.column(case, "desk")
            where.add((here[0] if here else None, desk))
            has, lost = (self.nora, self.anna) if desk == "careers" else (
                self.anna, self.nora)
            self.assertEqual(self.texts(has, case), [f"Question {n}.\n"])
            self.gone(lost, case)
            has("note", case, "-m", "It is here.")
            if not here:
                self.assertEqual((said.code, desk), (0, "careers"), said)
                break
            points += here
        self.assertIn(("move: before", "youth"), where)
        self.assertIn(("move: after", "careers"), where)
        check_store(self, self.service)
        self.service.admin("check")


class Due(MoveStory):
    careers = {"due_first": "10d", "due_high": "30h", "due_crisis": "20h"}

    def due(self, person, case):
        said = person("show", case)["due"]
        return datetime.datetime.fromisoformat(said).timestamp()

    def test_by_the_clocks_of_the_desk_that_has_it(self):
        town, hour = self.town, 3600
        calm, soon = town.letter(), town.letter()
        self.service.clock(2 * hour)
        self.anna("urgency", soon, "2", "-m", "soon")
        begun = self.column(calm, "created")
        was = self.due(self.anna, soon)
        self.service.clock(3 * hour)
        for case in (calm, soon):
            self.hand(case)
        # The one on the desk's working days since it came, at the least ten
        # of them; the other in real hours, from when it became urgent.
        self.assertGreaterEqual(self.due(self.nora, calm),
                                begun + 240 * hour)
        self.assertLess(self.due(self.anna, town.letter()),
                        begun + 240 * hour)
        self.assertEqual(self.due(self.nora, soon), was + (30 - 12) * hour)
        for case in (calm, soon):
            self.hand(case, self.nora, "youth")
        self.assertEqual(self.due(self.anna, soon), was)


class Refused(MoveStory):
    def test_one_sentence_for_each(self):
        town, anna, maria = self.town, self.anna, self.town.maria
        one, two = town.letter(), town.letter()
        hand = ("hand", one, "--desk", "careers")
        for desk in ("Careers", "nobody", "../x"):
            self.refused(anna, 1, f"there is no desk '{desk}'", "hand", one,
                         "--desk", desk, *WHY)
        self.refused(anna, 1, "is with the desk 'youth' already", "hand",
                     one, "--desk", "youth", *WHY)
        self.refused(anna, 2, "say why", *hand)
        self.refused(anna, 2, "say to whom", *hand, "--to", "ben", *WHY)
        self.refused(anna, 2, "say to whom", *hand, "--desk", "youth", *WHY)
        self.refused(anna, 2, "say to whom", "hand", one, *WHY)
        self.refused(self.nora, 1, "it is not yours to see", "hand", one,
                     "--desk", "youth", *WHY)
        tea = town.hire("tea", "trainee")
        self.refused(tea, 1, "a trainee gives no case", *hand, *WHY)
        self.ben("claim", one)
        self.refused(anna, 1, "is claimed by ben", *hand, *WHY)
        self.ben("release", one)
        draft = town.write(one)
        self.refused(anna, 1, f"the draft {draft} is submitted", *hand, *WHY)
        maria("return", draft, "-m", "Warmer.")
        self.refused(anna, 1, f"the draft {draft} is returned", *hand, *WHY)
        anna("discard", draft)
        anna("erase", one, "--yes")
        self.refused(anna, 1, "is to be erased", *hand, *WHY)
        anna("erase", one, "--undo")
        maria("hold", one, "-m", "a court asks")
        self.refused(anna, 1, "is kept under a hold", *hand, *WHY)
        maria("lift", one)
        anna("close", one, "-m", "done")
        self.refused(anna, 1, "is closed", *hand, *WHY)
        anna("reopen", one, "-m", "or yet")
        anna("link", one, two)
        for case in (one, two):
            self.refused(anna, 1, "links stay within a desk", "hand", case,
                         "--desk", "careers", *WHY)
        anna("unlink", one)
        self.assertEqual(self.column(one, "desk"), "youth")
        # A link that was undone holds up no answer, there and here.
        self.hand(one)
        for case, author, approver in ((one, self.nora, self.olga),
                                       (two, anna, maria)):
            town.answer(case, "Hello.\n", author, approver)
            self.assertEqual(town.settled(case)[0], "accepted")

    def test_an_answer_under_way_is_waited_for(self):
        case = self.town.held()
        self.refused(self.anna, 1, "is still under way", "hand", case,
                     "--desk", "careers", *WHY)
        self.assertEqual(self.column(case, "desk"), "youth")

    def test_a_supervisor_may_while_a_colleague_has_it(self):
        case = self.town.letter()
        self.anna("claim", case)
        self.hand(case, self.ben)
        self.refused(self.anna, 1, "it is not yours to see", "note", case,
                     "-m", "but")

    def test_a_crisis_goes_on_to_be_one(self):
        """What was said of it at the old desk counts at the new one."""
        town = self.town
        case = town.letter(text="I cannot go on.\n")
        self.anna("urgency", case, "3", "-m", "now")
        due = self.anna("show", case)["due"]
        self.hand(case)
        for desk in ("youth", "careers"):
            town.maria("staff", "policy", "--desk", desk, "--crisis-path",
                       "yes")
        town.maria("staff", "flag", "nora", "+crisis")
        row, = self.nora.wait_queue(where=lambda r: r["id"] == case)
        self.assertEqual((row["urgency"], row["due"]), (3, due))
        self.nora("show", case)
        body = self.ground.file("crisis.txt", "Call 112 now.\n")
        draft = self.nora("reply", case, "--body", body)["id"]
        self.nora("approve", draft, "--crisis", "-m", "she is in danger")
        self.assertEqual(town.settled(case)[0], "accepted")
        self.refused(self.nora, 1, "waits for its second signature", "hand",
                     case, "--desk", "youth", *WHY)


class Forged(MoveStory):
    def setUp(self):
        super().setUp()
        self.case = self.town.letter(sender="kai@example.org")

    def record(self, by, signer, **changes):
        """A record of a new key, a stranger's, as the service takes it."""
        stranger = Stranger()
        said = {"at": 1795000000, "by": by, "case": self.case,
                "case_key": stranger.box_public.hex(), "desk": "careers",
                "epoch": 2, "from": "youth", "team_epoch": 1, "v": 1,
                **changes}
        text = json.dumps(said, sort_keys=True,
                          separators=(",", ":")).encode()
        return {"epoch": said["epoch"], "team_epoch": said["team_epoch"],
                "public": said["case_key"],
                "box": base64.b64encode(os.urandom(100)).decode(),
                "statement": base64.b64encode(text).decode(),
                "signature": signer.sign("teduh/epoch/v1", text).hex()}

    def rows(self):
        return [tuple(row) for table in ("cases", "case_key", "case_epoch",
                                         "event", "claim", "item")
                for row in peek(self.service, f"SELECT * FROM {table}")]

    def test_a_record_that_does_not_hold(self):
        anna, body = self.anna.signer, self.body()
        key, before = body["keys"][0], self.rows()
        for status, changes, person in (
                (400, {"note": None}, None),
                (400, {"epoch": {}}, None),
                (400, {"keys": None}, None),
                (409, {"keys": []}, None),
                (409, {"keys": [key, {**key, "epoch": 2}]}, None),
                (400, {"keys": [{**key, "epoch": 2}]}, None),
                (409, {"fence": 7}, None),
                *((status, {"epoch": self.record(by, signer, **more)}, None)
                  for status, by, signer, more in (
                      (403, "anna", Stranger().signer, {}),
                      (403, "ben", anna, {}),
                      (403, "ben", self.ben.signer, {}),
                      (403, "anna", anna, {"from": "nowhere"}),
                      (403, "anna", anna, {"from": None}),
                      (403, "anna", anna, {"case": "00000000"}),
                      (403, "anna", anna, {"team_epoch": 2}),
                      (400, "anna", anna, {"from": "careers"}),
                      (400, "anna", anna, {"desk": "nowhere"}),
                      (409, "anna", anna, {"epoch": 3}))),
                (403, {"epoch": {**body["epoch"], "public": "00" * 32}},
                 None),
                (404, {}, self.nora)):
            said, answer = self.ask({**body, **changes}, person)
            self.assertEqual(said, status, (changes, answer))
            self.assertEqual(self.rows(), before)
        said, answer = self.ask(body)
        self.assertEqual(said, 200, answer)
        self.assertEqual(self.texts(self.nora, self.case, "note"), [WHY[1]])

    def plant(self, by, signer, now="careers", **changes):
        """The same in the store's rows, by whoever writes there."""
        body = self.record(by, signer, **changes)
        with self.town.intrusion() as db:
            db.execute("INSERT INTO case_key VALUES (?, 2, ?, 1, ?)",
                       (self.case, bytes.fromhex(body["public"]),
                        base64.b64decode(body["box"])))
            db.execute("INSERT INTO case_epoch VALUES (?, 2, ?, ?, ?, 0)",
                       (self.case, base64.b64decode(body["statement"]),
                        signer.public, bytes.fromhex(body["signature"])))
            db.execute("UPDATE cases SET desk = ? WHERE id = ?",
                       (now, self.case))

    def test_planted_by_who_never_had_it(self):
        """Nora is of the other desk, a stranger of none: nothing is sealed
        to a key that they made."""
        self.plant("nora", self.nora.signer)
        self.refused(self.nora, 1, "so nothing can be sealed", "note",
                     self.case, "-m", "mine?")
        checked = self.service.admin("check", check=False)
        self.assertEqual(checked.code, 1, checked)
        self.assertIn("of the keys of case", " ".join(
            (checked.text + checked.err).split()))

    def test_planted_as_if_it_came_from_their_desk(self):
        """Nora may sign for what careers has, and this never was."""
        self.plant("nora", self.nora.signer, now="youth", desk="youth",
                   **{"from": "careers"})
        self.refused(self.anna, 1, "so nothing is sealed", "note", self.case,
                     "-m", "whose?")
        self.assertEqual(self.service.admin("check", check=False).code, 1)

    def test_planted_by_who_had_left_before(self):
        """Cleo knew the desk's key of then; the case came after her."""
        cleo = self.town.hire("cleo")
        self.town.maria("staff", "revoke", "cleo")
        self.town.maria("team", "rotate", "--desk", "youth")
        self.case = self.town.letter()
        self.plant("cleo", cleo.signer, now="youth")
        self.refused(self.anna, 1, "so nothing is sealed", "note", self.case,
                     "-m", "whose?")
        self.assertEqual(self.service.admin("check", check=False).code, 1)

    def two(self):
        """A case whose seeker wrote again, as an answer let her."""
        self.case = self.town.letter(sender="lee@example.org")
        self.town.answer(self.case, "An answer.\n")
        self.assertEqual(self.town.settled(self.case)[0], "accepted")
        self.told = parse(self.town.sink.dots[-1].data)["Message-ID"]
        self.write_back(2)
        self.assertEqual(self.letters(), 2)

    def letters(self):
        return len(peek(self.service, "SELECT 1 FROM item WHERE case_id = ? "
                        "AND kind = 'letter'", self.case))

    def write_back(self, n):
        self.back("lee@example.org", self.told, n)

    def drop_first(self, db):
        db.execute("DELETE FROM item WHERE id = (SELECT id FROM item WHERE "
                   "case_id = ? AND kind = 'letter' ORDER BY seq LIMIT 1)",
                   (self.case,))

    def test_planted_where_the_first_deposit_is_gone(self):
        """So that nothing says where it began, nor that she had left."""
        cleo = self.town.hire("cleo")
        self.town.maria("staff", "revoke", "cleo")
        self.town.maria("team", "rotate", "--desk", "youth")
        self.two()
        with self.town.intrusion() as db:
            self.drop_first(db)
        self.plant("cleo", cleo.signer, now="youth")
        self.write_back(3)
        self.assertEqual(self.letters(), 1)     # a case of its own
        self.assertEqual(peek(self.service, "SELECT 1 FROM grants JOIN item "
                              "ON item.id = grants.item WHERE case_id = ? "
                              "AND epoch > 1", self.case), [])
        self.refused(self.anna, 1, "so nothing is sealed", "note", self.case,
                     "-m", "whose?")
        checked = self.service.admin("check", check=False)
        self.assertEqual(checked.code, 1, checked)
        self.assertIn("is missing or does not hold", " ".join(
            (checked.text + checked.err).split()))

    def put_elsewhere(self, drop=False):
        """An answer of youth, signed anew by people of the other desk."""
        town = self.town
        town.relay_down()
        town.answer(self.case, "From youth.\n")
        wait_for("the relay's refusal",
                 lambda: town.delivery(self.case)[0] == "deferred")
        with town.intrusion() as db:
            letter = Letter(self.service, db, self.case)
            letter.sign(db, self.nora, self.olga, letter.changed(
                desk="careers", author="nora"))
            db.execute("UPDATE draft SET author = 'nora'")
            db.execute("UPDATE cases SET desk = 'careers'")
            if drop:
                self.drop_first(db)

    def test_put_with_another_desk_where_the_first_deposit_is_gone(self):
        self.two()
        self.put_elsewhere(drop=True)
        self.assertEqual(self.town.settled(self.case), ("blocked", "deposit"))

    def test_planted_by_who_had_it_and_the_row_says_otherwise(self):
        """Cleo might have given it away; but then youth has it no more."""
        cleo = self.town.hire("cleo")
        self.town.maria("staff", "revoke", "cleo")
        self.plant("cleo", cleo.signer, now="youth")
        self.refused(self.anna, 1, "so nothing is sealed", "note", self.case,
                     "-m", "whose?")
        checked = self.service.admin("check", check=False)
        self.assertEqual(checked.code, 1, checked)
        self.assertIn("with another desk than was signed last", " ".join(
            (checked.text + checked.err).split()))

    def test_put_with_another_desk_by_who_writes_to_the_store(self):
        """Where nobody gave it away, other desks' people answer nothing."""
        self.put_elsewhere()
        self.assertEqual(self.town.settled(self.case), ("blocked", "document"))

    def test_put_back_by_who_writes_to_the_store(self):
        """An answer of the old desk's people does not leave, even when the
        row says that the case is theirs again."""
        town = self.town
        self.hand(self.case)
        town.relay_down()
        town.answer(self.case, "From careers.\n", self.nora, self.olga)
        wait_for("the relay's refusal",
                 lambda: town.delivery(self.case)[0] == "deferred")
        with town.intrusion() as db:
            letter = Letter(self.service, db, self.case)
            letter.sign(db, self.anna, self.ben, letter.changed(
                desk="youth", author="anna"))
            db.execute("UPDATE draft SET author = 'anna'")
            db.execute("UPDATE cases SET desk = 'youth'")
        self.assertEqual(town.settled(self.case), ("blocked", "document"))
        self.assertEqual(town.sent_to("kai@example.org"), [
            s for s in town.sent_to("kai@example.org") if not s.data])
        # Nor does its desk get at the keys.
        self.assertIn("so nothing can be sealed", " ".join(self.anna.refused(
            "note", self.case, "-m", "ours?").err.split()))

    def readdress(self, desk, author, second):
        """Two of this desk state another address of p1, and the row says
        that the case is theirs: refused, and nobody's row is changed."""
        with self.town.intrusion() as db:
            plant_statement(
                self.town, self.case, db, (author.signer, FIRST),
                (second.signer, SECOND), 1, desk=desk, author=author.name,
                role="seeker", replaces="kai@example.org",
                address="stranger@example.org")
            db.execute("UPDATE cases SET desk = ?", (desk,))
        self.assertEqual(tuple(wait_for("the statement's end", lambda: next(
            (row for row in peek(self.service, "SELECT state, code FROM "
                                 "person") if row["code"]), None), 60)),
            ("blocked", "document"))
        self.assertEqual(peek(self.service, "SELECT 1 FROM item WHERE kind "
                              "= 'participant'"), [])

    def test_an_address_that_another_desk_changed(self):
        """Where no record says anything, the first deposit does."""
        self.readdress("careers", self.nora, self.olga)
        with self.town.intrusion() as db:
            db.execute("UPDATE cases SET desk = 'youth'")
        self.town.answer(self.case, "Dear Kai.\n")
        self.assertEqual(self.town.settled(self.case)[0], "accepted")
        self.assertEqual([s.recipients for s in self.town.sink.sessions
                          if s.data], [["<kai@example.org>"]])

    def test_an_address_that_the_desk_of_before_changed(self):
        self.hand(self.case)
        self.readdress("youth", self.anna, self.ben)

    def test_an_address_goes_with_the_case(self):
        """What two of the desk of then said stands where it is now."""
        new = "kai@home.example"
        self.anna("people", "change", self.case, "--to", "p1",
                  data=f"{new}\n".encode())
        self.ben("people", "confirm", self.case, "--to", "p1")
        for person in (self.anna, self.nora):
            wait_for("the address", lambda who=person: [
                row["address"] for row in who("people", "list", self.case)
                if not row["waiting"]] == [new])
            self.assertEqual(person.run("show", self.case, "--json").code, 0)
            if person is self.anna:
                self.hand(self.case)


class Wish(MoveStory):
    """Who signs that a case be erased must have read a desk of it."""

    def plant(self, case, by, **more):
        """A wish of four days ago, whose row nobody asked the service for."""
        at = peek(self.service, "SELECT created FROM cases WHERE id = ?",
                  case)[0][0] - 4 * 86400
        text = json.dumps({"at": at, "by": by.name, "case": case,
                           "participant": 0, "v": 1, "wish": "erase"},
                          separators=(",", ":")).encode()
        with self.town.intrusion() as db:
            insert(db, "erasure", case_id=case, state="asked",
                   asked_by=by.name, asked_at=1, ends_at=2, statement=text,
                   signer=by.signer.public,
                   signature=by.signer.sign("teduh/wish/v1", text))
        row = wait_for("clock to have decided", lambda: (
            now := erasure(self.service, case)) and (
                now["seen"] or now["state"] != "asked") and now, 60)
        return row["state"]

    def test_of_another_desk_it_is_refused(self):
        case = self.town.letter(text="A question.\n")
        tim = self.come("tim", "trainee")
        self.town.maria("staff", "revoke", "tim")
        self.assertEqual(self.plant(case, tim), "refused")
        self.assertIn("erasure-refused", [row[0] for row in peek(
            self.service, "SELECT kind FROM alarm")])
        self.ben("erase", case, "--undo")
        # Nor of a supervisor there, while the case is here.
        self.assertEqual(self.plant(case, self.olga), "refused")
        self.ben("erase", case, "--undo")
        self.assertEqual(self.texts(self.anna, case), ["A question.\n"])

    def test_of_a_desk_of_the_case_it_holds(self):
        """Of the one that has it since a record says so, and of the one
        before: a day that was signed there is still to come."""
        cases = [self.town.letter(text="A question.\n") for _ in range(2)]
        for case in cases:
            self.hand(case)
        for case, by in zip(cases, (self.olga, self.anna)):
            self.assertEqual(self.plant(case, by), "asked")
        self.town.later(73 * 3600)
        for case in cases:
            wait_done(self.service, case)


if __name__ == "__main__":
    unittest.main()
