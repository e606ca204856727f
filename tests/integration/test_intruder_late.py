"""Letters that were right when they were approved and are not any more when
they are sent, and a roster that nobody may believe."""

import json
import os
import unittest

from lib import sodium
from lib.ground import Failure, Ground, wait_for
from lib.intruder import (WAITING, Letter, Stranger, Town, copy_row, insert,
                          peek, put_part, store)
from lib.mails import lines, mail, parse, words


class Late(unittest.TestCase):
    """What was right when it was approved, and is not when it is sent."""

    def setUp(self):
        self.ground = Ground()
        self.addCleanup(self.ground.close)
        self.town = Town(self.ground)

    def blocked(self, case, *codes):
        state, code = self.town.settled(case)
        self.assertEqual(state, "blocked")
        self.assertIn(code, codes)
        self.assertEqual(self.town.sink.dots, [])

    def test_a_signer_who_was_revoked_meanwhile(self):
        town = self.town
        case = town.held()
        town.maria("staff", "revoke", "anna")
        town.relay_up()
        town.later()
        self.blocked(case, "author", "signature")

    def test_an_approver_who_was_revoked_meanwhile(self):
        town = self.town
        olga = town.hire("olga", "supervisor")
        case = town.held(approver=olga)
        town.maria("staff", "revoke", "olga")
        town.relay_up()
        town.later()
        self.blocked(case, "approver", "signature")

    def test_a_letter_that_expired(self):
        town = self.town
        case = town.held()
        with store(self.stopped()) as db:
            expires = json.loads(Letter(town.service, db,
                                        case).bytes)["expires"]
            now, = db.execute("SELECT max(at) FROM audit").fetchone()
        town.relay_up()
        town.later(expires - now + 60)
        town.service.start()
        self.blocked(case, "expired")

    def stopped(self):
        self.town.service.stop()
        return self.town.service

    def test_a_letter_that_crossed_another_one(self):
        """Blocked as stale, returned, and sent when somebody has read."""
        town = self.town
        first = town.letter(sender="seeker-x@example.org")
        town.answer(first, "Tell me more.\n")
        session, = town.sink.wait_messages(1)
        town.anna.wait_delivery(first, "accepted")
        back = parse(session.data)["Reply-To"] or parse(session.data)["From"]
        back = back.addresses[0].addr_spec

        def write_again(number):
            town.service.inject(mail(
                "seeker-x@example.org", to=back,
                message_id=f"<x{number}@example.org>",
                text=f"And there is {number}.\n"))
            wait_for("the letter in its case", lambda: len(peek(
                town.service, "SELECT 1 FROM item WHERE case_id = ? AND "
                "kind = 'letter'", first)) == number)
        write_again(2)
        town.relay_down()
        draft = town.answer(first, "This is stale.\n")
        # Tried and put off, before the clock is moved over the wait.
        town.anna.wait_delivery(first, "deferred")
        write_again(3)
        town.relay_up()
        town.later()
        self.assertEqual(town.settled(first), ("blocked", "stale"))
        head = town.maria("review")[0]
        self.assertEqual((head["id"], head["blocked"]), (draft, "stale"))
        self.assertEqual(len(town.sink.dots), 1)
        # Not even by approving it once more.
        self.assertEqual(town.maria.refused("approve", draft).code, 1)

        town.anna("return", draft, "-m", "she has written again")
        self.assertIn(("cancelled", "returned"), [
            tuple(row) for row in peek(
                town.service, "SELECT state, code FROM delivery WHERE "
                "case_id = ?", first)])
        self.assertEqual(town.anna.refused("submit", draft).code, 1,
                         "submitted without having read the new letter")
        again = town.write(first, "This is fresh.\n")
        self.assertEqual(again, draft)
        town.maria("approve", draft)
        fresh = town.sink.wait_messages(2)[1]
        self.assertEqual(lines(words(parse(fresh.data).get_content())),
                         ["This is fresh."])
        wait_for("the end of the matter",
                 lambda: town.delivery(first)[0] == "accepted")
        town.later(3 * 86400)
        town.letter()
        self.assertNotIn(b"stale", b"".join(
            s.data for s in town.sink.dots))

    def test_a_spent_letter(self):
        """The store is put back to before the sending: nothing goes twice,
        under its own item or under a new one."""
        town = self.town
        case = town.held()
        town.service.stop()
        with store(town.service) as db:
            letter = Letter(town.service, db, case)
            before = dict(db.execute("SELECT * FROM delivery").fetchone())
        town.relay_up()
        town.later()
        town.service.start()
        self.assertEqual(town.settled(case)[0], "accepted")
        self.assertEqual(len(town.sink.dots), 1)

        town.service.stop()
        twin = os.urandom(16)
        with store(town.service) as db:
            last, = db.execute("SELECT last_seq FROM cases WHERE id = ?",
                               (case,)).fetchone()
            db.execute("DELETE FROM delivery WHERE item = ?", (letter.item,))
            copy_row(db, "item", "id = ?", (letter.item,), id=twin,
                     seq=last + 1)
            put_part(db, twin, 0, sodium.part_seal(letter.key, twin, 0,
                                                   letter.bytes))
            for item in (letter.item, twin):
                insert(db, "delivery", **{**before, "item": item})
                letter.grant(db, town.service, item)
        town.later()
        town.service.start()
        for item in (letter.item, twin):
            self.assertEqual(wait_for("both to be refused", lambda: [
                tuple(row) for row in peek(
                    town.service, "SELECT state, code FROM delivery WHERE "
                    "item = ?", item) if row["state"] not in WAITING]),
                [("blocked", "spent")])                 # noqa: B023
        town.answer(town.letter())
        town.sink.wait_messages(2)
        self.assertEqual(len(town.sink.dots), 2)
        self.assertEqual(len(town.sent_to("seeker-1@example.org")), 1)


class Roster(unittest.TestCase):
    """A roster that does not chain to the pin sends nothing, and nothing is
    lost by it."""

    def setUp(self):
        self.ground = Ground()
        self.addCleanup(self.ground.close)
        self.town = Town(self.ground)
        self.case = self.town.held("It goes in the end.\n")

    def tamper(self, forge, starts=True):
        """What forge does to the store keeps post from sending.  Put back,
        the letter is returned, approved again, and goes."""
        town = self.town
        town.service.stop()
        with store(town.service) as db:
            kept = [tuple(row) for row in db.execute("SELECT * FROM roster")]
            forge(db)
        town.relay_up()
        town.later()
        if starts:
            town.service.start()
            self.assertEqual(town.settled(self.case), ("blocked", "roster"))
            refused = town.anna.run("claim", self.case)
            self.assertIn(refused.code, (1, 75))
            self.assertEqual(len(refused.err.strip().splitlines()), 1)
            town.service.stop()
        else:
            with self.assertRaisesRegex(Failure, "pin"):
                town.service.start()
            town.service.process = None
        self.assertEqual(town.sink.dots, [])
        with store(town.service) as db:
            db.execute("DELETE FROM roster")
            db.executemany("INSERT INTO roster VALUES (?, ?, ?)", kept)
        town.later()
        town.service.start()
        if starts:
            town.anna("return", f"{self.case}.d1", "-m", "the roster")
            town.answer(self.case, "It goes in the end.\n")
        self.assertEqual(len(town.sink.wait_messages(1)), 1)

    def test_an_altered_entry(self):
        def forge(db):
            last, entry = db.execute("SELECT seq, entry FROM roster ORDER BY "
                                     "seq DESC LIMIT 1").fetchone()
            db.execute("UPDATE roster SET entry = ? WHERE seq = ?", (
                entry.replace(b"counsellor", b"supervisor"), last))
        self.tamper(forge)

    def test_a_roster_that_ends_too_early(self):
        self.tamper(lambda db: db.execute(
            "DELETE FROM roster WHERE seq = (SELECT max(seq) FROM roster)"))

    def test_a_roster_of_somebody_elses(self):
        """Whole, signed and chained, but from another entry 1."""
        other = Town(Ground(os.path.join(self.ground.path, "other")))
        self.addCleanup(other.ground.close)
        other.service.stop()
        with store(other.service) as db:
            rows = [tuple(row) for row in db.execute("SELECT * FROM roster")]

        def forge(db):
            db.execute("DELETE FROM roster")
            db.executemany("INSERT INTO roster VALUES (?, ?, ?)", rows)
        self.tamper(forge, starts=False)

    def test_an_entry_that_nobody_signed_who_may(self):
        anna, stranger = self.town.anna, Stranger()

        def forge(db):
            seq, entry, signature = db.execute(
                "SELECT seq, entry, signature FROM roster ORDER BY seq DESC "
                "LIMIT 1").fetchone()
            entry = json.dumps({
                "v": 1, "seq": seq + 1, "at": json.loads(entry)["at"],
                "prev": sodium.digest("teduh/roster/v1",
                                      entry + signature).hex(),
                "by": "anna", "kind": "person", "name": "mallory",
                "role": "supervisor", "desks": ["youth"], "flags": [],
                "state": "active", "sign": stranger.signer.public.hex(),
                "box": stranger.box_public.hex()},
                separators=(",", ":"), sort_keys=True).encode()
            insert(db, "roster", seq=seq + 1, entry=entry,
                   signature=anna.signer.sign("teduh/roster/v1", entry))
        self.tamper(forge)


if __name__ == "__main__":
    unittest.main()
