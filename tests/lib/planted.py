"""Stories of somebody who plants things in the store: a case with one
genuine letter, what he can make himself, and what people must see of it."""

import json
import os
import unittest

from . import sodium
from .ground import Ground
from .intruder import (Stranger, Town, copy_row, insert, peek, put_part,
                       sealed_part, secrets_of, store)
from .mails import mail, parse

PLANTED = "Planted: come alone to the harbour."
AUNT = "aunt@example.org"
FIRST, SECOND = "teduh/participant/v1", "teduh/second/v1"


def plant_statement(town, case, db, first, second, no=2, /, **members):
    """A statement about a person as it lies in the store once both have
    signed it; first, second: a key and the purpose of its signature."""
    key, item = os.urandom(sodium.KEY), os.urandom(16)
    now = db.execute("SELECT max(at) FROM item").fetchone()[0]
    said = {"v": 1, "case": case, "desk": "youth", "participant": no,
            "role": "other", "name": None, "mode": "mail", "address": AUNT,
            "replaces": None, "after": None, "author": "anna", "at": now,
            **members}
    document = json.dumps(said, sort_keys=True,
                          separators=(",", ":")).encode()
    insert(db, "item", id=item, case_id=case, seq=None, kind="statement",
           at=now, participant=no, flags="", signer=first[0].public,
           signature=first[0].sign(first[1], document),
           approver=second[0].public,
           approval=second[0].sign(second[1], document))
    put_part(db, item, 0, sodium.part_seal(key, item, 0, document))
    postman = sodium.box_public(secrets_of(town.service)["postman.key"])
    newest = db.execute("SELECT public, epoch FROM case_key WHERE case_id = "
                        "? ORDER BY epoch DESC", (case,)).fetchone()
    for who, public, epoch in (("postman", postman, 0), (
            "case", bytes(newest["public"]), newest["epoch"])):
        insert(db, "grants", item=item, recipient=who, which="content",
               epoch=epoch, box=sodium.box_seal(
                   public, "teduh/grant/v1",
                   f"{case}/{item.hex()}/content/{epoch}", key))
    insert(db, "person", case_id=case, participant=no, item=item,
           author=said["author"], state="approved", at=now)


def plant_person(town, case, db, first, second, no=1, /, epoch=None,
                 **members):
    """The same as it lies there once post has deposited it: by the key of
    role post, after the newest deposit; under the case's newest key, or the
    one of that number."""
    newest, = db.execute("SELECT * FROM item WHERE case_id = ? AND "
                         "deposit_hash IS NOT NULL ORDER BY seq DESC LIMIT 1",
                         (case,))
    before = json.loads(newest["statement"])
    seq, prev = db.execute("SELECT last_seq + 1, deposit_hash FROM cases "
                           "WHERE id = ?", (case,)).fetchone()
    public, epoch = db.execute("SELECT public, epoch FROM case_key WHERE "
                               "case_id = ?1 AND epoch = ifnull(?2, epoch) "
                               "ORDER BY epoch DESC",
                               (case, epoch)).fetchone()
    key, item = os.urandom(sodium.KEY), os.urandom(16)
    document = json.dumps({
        "v": 1, "case": case, "desk": "youth", "participant": no,
        "role": "other", "name": None, "mode": "mail", "address": AUNT,
        "replaces": None, "after": None, "author": "anna",
        "at": newest["at"], **members}, sort_keys=True,
        separators=(",", ":")).encode()
    view = {"v": 1, "statement": document.decode(),
            "signer": first[0].public.hex(),
            "signature": first[0].sign(first[1], document).hex(),
            "second": second[0].public.hex(),
            "approval": second[0].sign(second[1], document).hex()}
    put_part(db, item, 0, sodium.part_seal(key, item, 0,
                                           json.dumps(view).encode()))
    for name in ("desk", "team_epoch", "seeker"):
        before.pop(name, None)
    statement = json.dumps({
        **before, "role": "post", "kind": "participant", "class": "statement",
        "item": item.hex(), "seq": seq, "prev": prev.hex(), "epoch": epoch,
        "case_key": public.hex(), "participant": no, "flags": [],
        "check": os.urandom(32).hex(), "parts": [
            {"no": 0, "size": one["size"], "hash": one["hash"].hex()}
            for one in db.execute("SELECT * FROM part WHERE item = ?",
                                  (item,))]}, sort_keys=True,
        separators=(",", ":")).encode()
    known = sodium.digest("teduh/deposit/v1", statement)
    post = sodium.Signer(secrets_of(town.service)["post.key"])
    copy_row(db, "item", "id = ?", (newest["id"],), id=item, seq=seq,
             kind="participant", statement=statement, deposit_hash=known,
             participant=no, signer=post.public,
             signature=post.sign("teduh/deposit/v1", statement))
    insert(db, "grants", item=item, recipient="case", which="content",
           epoch=epoch, box=sodium.box_seal(
               public, "teduh/grant/v1",
               f"{case}/{item.hex()}/content/{epoch}", key))
    db.execute("UPDATE cases SET last_seq = ?, deposit_hash = ? WHERE id = ?",
               (seq, known, case))


class PlantedStory(unittest.TestCase):
    def setUp(self):
        self.ground = Ground()
        self.addCleanup(self.ground.close)
        self.town = Town(self.ground)
        self.stranger = Stranger()
        self.case = self.town.letter(text="A genuine question.\n")
        self.check_good(self.case)

    # What people see

    def check_good(self, case, letters=1):
        town = self.town
        items = town.anna("show", case)["items"]
        self.assertEqual(len([i for i in items if i["kind"] == "letter"]),
                         letters)
        self.assertNotIn("unverified", self.row(case)["flags"])
        self.assertEqual(town.anna.run("show", case).code, 0)

    def row(self, case):
        return next(row for row in self.town.maria.queue()
                    if row["id"] == case)

    def check_said(self, case, planted_seq=None):
        """Show says so and ends with 1, the queue has a flag, and nothing
        that was planted is shown as if it were genuine."""
        for words in (("show", case), ("show", case, "--json")):
            result = self.town.anna.run(*words)
            self.assertEqual(result.code, 1, result)
            self.assertNotIn("harbour", result.text + result.err)
            self.assertTrue((result.err + result.text).strip())
        self.assertTrue(result.err.strip(), result)
        if result.text.strip():
            for item in result.json["items"]:
                if item and item["seq"] == planted_seq:
                    self.assertIsNone(item.get("text"), item)
        row = self.row(case)
        self.assertIn("unverified", row["flags"])
        self.assertNotIn("harbour", json.dumps(row))
        draft = self.town.anna.run("reply", case, "--body", self.body(),
                                   "--submit")
        self.assertEqual(draft.code, 1, draft)
        self.assertEqual(self.town.sink.dots, [])

    def body(self):
        return self.ground.file("body.txt", "Hello.\n")

    def down(self):
        self.town.service.stop()
        return store(self.town.service)

    def statement(self, db, seq=1):
        row, = db.execute("SELECT * FROM item WHERE case_id = ? AND seq = ?",
                          (self.case, seq))
        return row, json.loads(row["statement"])

    def plant(self, db, signer, **changes):
        """A letter of the intruder's, whole in every way but for who
        signed: sealed to the case, after the newest deposit."""
        row, said = self.statement(db)
        seq, prev = db.execute("SELECT last_seq + 1, deposit_hash FROM cases "
                               "WHERE id = ?", (self.case,)).fetchone()
        item, key = os.urandom(16), os.urandom(32)
        view = {"class": "person", "answerable": True, "why": None,
                "from": {"name": None, "address": "x@example.org"},
                "verified": False, "subject": "harbour", "text": PLANTED,
                "text_origin": "plain", "folded": [], "attachments": [],
                "flags": [], "triage": [], "message_id": None,
                "in_reply_to": None, "references": [], "date": None,
                "to": [], "cc": [], "tokens": []}
        face = {"subject": "harbour", "excerpt": PLANTED}
        parts = {0: view, 2: face, 3: view["from"]}
        for no, plain in parts.items():
            put_part(db, item, no, sodium.part_seal(
                key, item, no, json.dumps(plain).encode()))
        said.update(item=item.hex(), seq=seq, prev=prev.hex(),
                    parts=[{"no": one["no"], "size": one["size"],
                            "hash": one["hash"].hex()} for one in db.execute(
                                "SELECT * FROM part WHERE item = ?",
                                (item,))])
        for name in ("desk", "team_epoch"):     # those of a first one
            said.pop(name, None)
        said.update(changes)
        statement = json.dumps(said, sort_keys=True,
                               separators=(",", ":")).encode()
        known = sodium.digest("teduh/deposit/v1", statement)
        copy_row(db, "item", "id = ?", (row["id"],), id=item, seq=seq,
                 statement=statement, deposit_hash=known,
                 signer=signer.public,
                 signature=signer.sign("teduh/deposit/v1", statement))
        insert(db, "grants", item=item, recipient="case", which="content",
               epoch=1, box=sodium.box_seal(
                   bytes.fromhex(said["case_key"]), "teduh/grant/v1",
                   f"{self.case}/{item.hex()}/content/1", key))
        db.execute("UPDATE cases SET last_seq = ?, deposit_hash = ? WHERE "
                   "id = ?", (seq, known, self.case))
        return item

    def copy_item(self, db, source, **changes):
        """A genuine item with all that belongs to it, once more."""
        item = os.urandom(16)
        copy_row(db, "item", "id = ?", (source["id"],), id=item, **changes)
        for part in db.execute("SELECT no FROM part WHERE item = ?",
                               (source["id"],)).fetchall():
            put_part(db, item, part["no"],
                     sealed_part(db, source["id"], part["no"]))
        for grant in db.execute("SELECT * FROM grants WHERE item = ?",
                                (source["id"],)).fetchall():
            insert(db, "grants", **{**dict(grant), "item": item})

    def join(self, number):
        """The seeker writes again into the case."""
        town = self.town
        if not town.sink.dots:
            town.answer(self.case, "Tell me more.\n")
            town.anna.wait_delivery(self.case, "accepted")
        sent = parse(town.sink.wait_messages(1)[0].data)
        back = (sent["Reply-To"] or sent["From"]).addresses[0].addr_spec
        town.service.inject(mail(
            "seeker-1@example.org", to=back, text=f"Again, {number}.\n",
            message_id=f"<again-{number}@example.org>"))
        return peek(town.service, "SELECT case_id FROM ledger WHERE item IS "
                    "NOT NULL ORDER BY uid DESC LIMIT 1")[0]

    def grants_open(self, secret):
        """Items whose key somebody could take out of a grant."""
        return [row["item"] for row in peek(
            self.town.service, "SELECT item, box FROM grants")
            if sodium.box_inside(secret, row["box"]) is not None]
