"""Role api in somebody else's hands.  It is the role that strangers' bytes
reach, and it may write to the store; so here it writes whatever it likes,
while the service runs, and answers command lines as it likes.  It holds no
key: what it cannot do by that is said here, a story for each."""

import base64
import contextlib
import json
import os
import sqlite3
import unittest

from lib import sodium
from lib.between import Between
from lib.forms import FormStory, read
from lib.ground import Ground, wait_for
from lib.intruder import (WAITING, Letter, Stranger, Town, copy_row, insert,
                          peek, put_part, sealed_part)
from lib.mails import mail

OURS = "Come alone to the harbour.\n"
ELSEWHERE = "elsewhere@example.net"


@contextlib.contextmanager
def writing(service):
    """The store, as role api has it open: all of it in one transaction."""
    db = sqlite3.connect(f"{service.data}/store.db", isolation_level=None,
                         timeout=60)
    db.row_factory = sqlite3.Row
    try:
        db.execute("BEGIN IMMEDIATE")
        yield db
        db.execute("COMMIT")
    finally:
        db.close()


def roster_entry(db, signer, **members):
    """One more entry on the list of staff, signed by whoever it is."""
    seq, entry, signature = db.execute(
        "SELECT seq, entry, signature FROM roster ORDER BY seq DESC LIMIT 1"
        ).fetchone()
    entry = json.dumps({
        "v": 1, "seq": seq + 1, "at": json.loads(entry)["at"],
        "prev": sodium.digest("teduh/roster/v1", entry + signature).hex(),
        **members}, separators=(",", ":"), sort_keys=True).encode()
    insert(db, "roster", seq=seq + 1, entry=entry,
           signature=signer.sign("teduh/roster/v1", entry))
    return seq + 1


class Compromised(unittest.TestCase):
    def setUp(self):
        self.ground = Ground()
        self.addCleanup(self.ground.close)
        self.town = Town(self.ground)
        self.stranger = Stranger()

    def plant(self, db, letter, document, **signatures):
        """A letter of its own beside one that waits: sealed to the postman,
        whose public key everybody knows, and due now."""
        item, key = os.urandom(16), os.urandom(32)
        last, = db.execute("SELECT last_seq FROM cases WHERE id = ?",
                           (letter.case,)).fetchone()
        db.execute("UPDATE cases SET last_seq = last_seq + 1 WHERE id = ?",
                   (letter.case,))
        copy_row(db, "item", "id = ?", (letter.item,), id=item,
                 seq=last + 1, **signatures)
        put_part(db, item, 0, sodium.part_seal(key, item, 0, document))
        insert(db, "grants", item=item, recipient="postman", which="content",
               epoch=0, box=sodium.box_seal(
                   self.postman(db), "teduh/grant/v1",
                   f"{letter.case}/{item.hex()}/content/0", key))
        copy_row(db, "delivery", "item = ?", (letter.item,), item=item)
        return item

    @staticmethod
    def postman(db):
        return next(bytes.fromhex(entry["box"]) for entry in (
            json.loads(row["entry"]) for row in db.execute(
                "SELECT entry FROM roster"))
            if entry["kind"] == "role" and entry["role"] == "post")

    def ended(self, item):
        return wait_for("the end of a planted letter", lambda: [
            (row["state"], row["code"]) for row in peek(
                self.town.service, "SELECT state, code FROM delivery WHERE "
                "item = ?", item) if row["state"] not in WAITING], 60)[0]

    def seen(self):
        """How long the list of staff is that a role has seen; what nobody
        has seen, who is between could as well have kept back."""
        with open(f"{self.town.service.data}/state/roster",
                  encoding="ascii") as f:
            return int(f.read().split()[0])

    def waiting(self):
        """A case whose approved answer waits, and that answer."""
        case = self.town.held("A genuine answer.\n")
        with writing(self.town.service) as db:
            # As a form of what to write; the api role cannot open it.
            return case, Letter(self.town.service, db, case)

    def go(self):
        self.town.relay_up()
        self.town.later()

    def test_it_gets_no_letter_sent(self):
        town, nobody = self.town, self.stranger.signer
        _, letter = self.waiting()
        own = letter.changed(body=OURS)
        away = letter.changed(body=OURS, to=ELSEWHERE)
        kept = {name: letter.row[name] for name in (
            "signer", "signature", "approver", "approval")}
        with writing(town.service) as db:
            planted = [
                self.plant(db, letter, own, **kept),
                self.plant(db, letter, own, **{
                    **kept, "signature": nobody.sign("teduh/letter/v1", own),
                    "approval": nobody.sign("teduh/approve/v1", own)}),
                self.plant(db, letter, away, signer=nobody.public,
                           approver=nobody.public,
                           signature=nobody.sign("teduh/letter/v1", away),
                           approval=nobody.sign("teduh/approve/v1", away)),
                self.plant(db, letter, own, approver=None, approval=None),
            ]
        self.go()
        for item in planted:
            self.assertEqual(self.ended(item)[0], "blocked")
        self.assertEqual(self.ended(letter.item)[0], "accepted")
        session, = town.sink.dots
        self.assertIn(b"A genuine answer.", session.data)
        self.assertEqual(town.sent_to(ELSEWHERE), [])

    def test_it_gets_no_old_letter_sent_again(self):
        """It keeps what it could read before: the grant, the delivery."""
        town = self.town
        case = town.held("A genuine answer.\n")
        with writing(town.service) as db:
            delivery = dict(db.execute("SELECT * FROM delivery WHERE case_id "
                                       "= ?", (case,)).fetchone())
            grant = dict(db.execute(
                "SELECT * FROM grants WHERE recipient = 'postman' AND item "
                "= ?", (delivery["item"],)).fetchone())
        self.go()
        self.assertEqual(town.settled(case)[0], "accepted")
        with writing(town.service) as db:
            db.execute("DELETE FROM delivery WHERE item = ?",
                       (delivery["item"],))
            insert(db, "delivery", **delivery)
            insert(db, "grants", **grant)
        town.later()
        self.assertEqual(self.ended(delivery["item"]), ("blocked", "spent"))
        self.assertEqual(len(town.sink.dots), 1)

    def test_it_does_not_switch_the_review_off(self):
        """Neither by a policy of its own nor by a draft that needs none."""
        town = self.town
        case, letter = self.waiting()
        with writing(town.service) as db:
            letter.set(db, approver=None, approval=None)
            db.execute("UPDATE draft SET was = 'open', state = 'approved' "
                       "WHERE case_id = ?", (case,))
        self.go()
        state, code = town.settled(case)
        self.assertEqual(state, "blocked")
        self.assertIn(code, ("approver", "signature"))
        for signer, by in ((self.stranger.signer, "maria"),
                           (town.anna.signer, "anna")):
            with writing(town.service) as db:
                seq = roster_entry(db, signer, by=by, kind="policy",
                                   desk="youth", review="never", self=True,
                                   crisis=False)
            result = town.anna.run("queue")
            self.assertIn(result.code, (1, 75), result)
            with writing(town.service) as db:
                db.execute("DELETE FROM roster WHERE seq = ?", (seq,))
        town.anna.wait_queue()
        self.assertEqual(town.sink.dots, [])

    def test_it_adds_no_approver(self):
        town, nobody = self.town, self.stranger
        case, letter = self.waiting()
        person = {"kind": "person", "name": "mallory", "role": "supervisor",
                  "desks": ["youth"], "flags": [], "state": "active",
                  "sign": nobody.signer.public.hex(),
                  "box": nobody.box_public.hex()}
        with writing(town.service) as db:
            roster_entry(db, nobody.signer, by="maria", **person)
            letter.set(db, approver=nobody.signer.public,
                       approval=nobody.signer.sign("teduh/approve/v1",
                                                   letter.bytes))
        self.go()
        self.assertEqual(town.settled(case), ("blocked", "roster"))
        # And people whom it serves that list are told, and do nothing.
        with writing(town.service) as db:
            rows = [dict(row) for row in db.execute(
                "SELECT * FROM roster ORDER BY seq DESC LIMIT 1")]
            db.execute("DELETE FROM roster WHERE seq = ?", (rows[0]["seq"],))
        town.anna.wait_queue()

        def rewrite(path, answer):
            if path.startswith("/v1/roster") and "entries" in answer:
                answer["entries"].append({
                    "seq": rows[0]["seq"],
                    "entry": base64.b64encode(
                        rows[0]["entry"]).decode(),
                    "signature": rows[0]["signature"].hex()})
            return answer
        between = Between(self.ground, town.service, rewrite)
        self.addCleanup(between.close)
        with between.asked_by(town.maria):
            result = town.maria.run("review")
        self.assertEqual(result.code, 1, result)
        self.assertIn("the signature does not hold", result.err)
        self.assertEqual(town.sink.dots, [])

    def test_it_adds_no_reader(self):
        """Neither a member of the team nor another team key, nor a case key
        of its own; what comes in goes to those whom people signed for."""
        town, nobody = self.town, self.stranger
        first = town.letter()
        with writing(town.service) as db:
            insert(db, "team_secret", kind="team", desk="youth", epoch=1,
                   member="mallory", box=os.urandom(150))
            db.execute("UPDATE case_key SET public = ?",
                       (nobody.box_public,))
            seq = roster_entry(db, nobody.signer, by="maria", kind="team",
                               desk="youth", epoch=2,
                               box=nobody.box_public.hex())
        # With such a list nothing is taken; it waits where it is.
        self.assertEqual(town.service.inject(mail(
            "late@example.org", message_id="<late@example.org>"),
            check=False).code, 75)
        with writing(town.service) as db:
            db.execute("DELETE FROM roster WHERE seq = ?", (seq,))
        town.anna.wait_queue()
        second = town.letter()
        town.answer(second, "A genuine answer.\n")
        refused = town.anna.run("note", first, "-m", "only for us")
        self.assertIn("nothing can be sealed to it", refused.err)
        self.assertEqual(refused.code, 1)
        for row in peek(town.service, "SELECT box FROM grants UNION ALL "
                        "SELECT box FROM case_key"):
            self.assertIsNone(sodium.box_inside(nobody.box, row["box"]))

    def test_it_does_not_shorten_the_roster(self):
        """A colleague who was revoked does not come back."""
        town = self.town
        bert = town.hire("bert")
        case = town.held("From bert.\n", author=bert)
        town.maria("staff", "revoke", "bert")
        town.maria("staff", "list")
        newest, = peek(town.service, "SELECT max(seq) FROM roster")[0]
        town.letter()               # a role looks at the list for it
        wait_for("a role to see it", lambda: self.seen() == newest)
        with writing(town.service) as db:
            row = dict(db.execute("SELECT * FROM roster ORDER BY seq DESC "
                                  "LIMIT 1").fetchone())
            db.execute("DELETE FROM roster WHERE seq = ?", (row["seq"],))
        self.go()
        state, code = town.settled(case)
        self.assertEqual(state, "blocked")
        self.assertIn(code, ("roster", "author"))
        self.assertIn(bert.run("queue").code, (1, 75))
        with writing(town.service) as db:
            insert(db, "roster", **row)
        town.anna.wait_queue()
        self.assertEqual(bert.run("queue").code, 1)

        def rewrite(path, answer):
            if path.startswith("/v1/roster") and "entries" in answer:
                answer["entries"] = [entry for entry in answer["entries"]
                                     if entry["seq"] < row["seq"]]
            return answer
        between = Between(self.ground, town.service, rewrite)
        self.addCleanup(between.close)
        with between.asked_by(town.maria):
            result = town.maria.run("staff", "list")
        self.assertEqual(result.code, 1, result)
        self.assertIn("an older or another list of staff", result.err)
        self.assertEqual(town.sink.dots, [])


class Mailbox(FormStory):
    def test_it_gets_nothing_shown(self):
        """A letter of its own beside a published one, sealed to the code's
        public key, which it knows; signed by nobody, or by what it copied."""
        nobody = Stranger().signer
        letter = self.one("Help me.")
        self.answer(letter.case, "A genuine answer.\n")
        self.anna.wait_delivery(letter.case, "published", 60)
        with writing(self.service) as db:
            row, = db.execute("SELECT item.* FROM item JOIN delivery ON "
                              "delivery.item = item.id")
            said = json.loads(db.execute(
                "SELECT statement FROM publication").fetchone()[0])
            seeker = next(bytes.fromhex(one["seeker"]) for one in (
                json.loads(r["statement"]) for r in db.execute(
                    "SELECT statement FROM item WHERE statement IS NOT "
                    "NULL")) if one.get("seeker"))
            for signer in (nobody, None):
                self.plant(db, letter.case, row, said, seeker, signer)
        _, _, strand = read(self.service, letter)
        self.assertEqual([item["text"] for item in strand["items"]],
                         ["Help me.", "A genuine answer.\n"])
        self.assertEqual(strand["refused"], 2)

    @staticmethod
    def plant(db, case, row, said, seeker, signer):
        """signer None: every signature is that of the genuine answer."""
        item, key = os.urandom(16), os.urandom(32)
        text = json.dumps({"v": 1, "case": case, "body": OURS}).encode()
        last, = db.execute("SELECT last_seq FROM cases WHERE id = ?",
                           (case,)).fetchone()
        db.execute("UPDATE cases SET last_seq = last_seq + 1 WHERE id = ?",
                   (case,))
        signed = {} if signer is None else {
            "signer": signer.public, "approver": signer.public,
            "signature": signer.sign("teduh/letter/v1", text),
            "approval": signer.sign("teduh/approve/v1", text)}
        copy_row(db, "item", "id = ?", (row["id"],), id=item, seq=last + 1,
                 **signed)
        for part in db.execute("SELECT no FROM part WHERE item = ?",
                               (row["id"],)).fetchall():
            put_part(db, item, part["no"], sealed_part(db, row["id"],
                                                       part["no"]))
        put_part(db, item, 0, sodium.part_seal(key, item, 0, text))
        insert(db, "grants", item=item, recipient="seeker", which="content",
               epoch=0, box=sodium.box_seal(
                   seeker, "teduh/grant/v1",
                   f"{case}/{item.hex()}/content/0", key))
        copy_row(db, "delivery", "item = ?", (row["id"],), item=item)
        statement = json.dumps({**said, "item": item.hex()}, sort_keys=True,
                               separators=(",", ":")).encode()
        changes = {} if signer is None else {
            "signer": signer.public, "statement": statement,
            "signature": signer.sign("teduh/publication/v1", statement)}
        copy_row(db, "publication", "item = ?", (row["id"],), item=item,
                 **changes)


if __name__ == "__main__":
    unittest.main()
