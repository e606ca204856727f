"""Somebody who has the service's files: copies them and tries every key, or
writes into them while nobody looks.  And a small town for his stories: a
founded service whose people's keys open at once."""

import contextlib
import fcntl
import json
import os
import shutil
import sqlite3

from . import smtpsink, sodium
from .certs import Certs
from .ground import Failure, wait_for
from .mails import mail
from .teduh import Service, found, invite

CONTEXTS = ("teduhper", "teduhpep", "teduhprt", "teduhtst")
NUMBERS = range(20)
WAITING = ("held", "due", "deferred", "sending")
HALF_HOUR = 31 * 60


# The store

@contextlib.contextmanager
def store(service, data=None):
    """The store of a service that is not running, to read and to write.  No
    check of SQLite's holds an intruder up."""
    if data is None and service.process:
        raise Failure("the service is running")
    db = sqlite3.connect(f"{data or service.data}/store.db",
                         isolation_level=None)
    db.row_factory = sqlite3.Row
    try:
        yield db
    finally:
        db.close()


def peek(service, sql, *args):
    """Rows of the store, running or not, without writing anything."""
    db = sqlite3.connect(f"file:{service.data}/store.db?mode=ro", uri=True,
                         timeout=10)
    db.row_factory = sqlite3.Row
    try:
        return db.execute(sql, args).fetchall()
    finally:
        db.close()


def insert(db, table, **row):
    db.execute(f"INSERT INTO {table} ({', '.join(row)}) "
               f"VALUES ({', '.join('?' * len(row))})",
               tuple(row.values()))


def copy_row(db, table, where, args, **changes):
    """The same row once more, with some columns changed."""
    row, = db.execute(f"SELECT * FROM {table} WHERE {where}", args)
    insert(db, table, **{**dict(row), **changes})


def sealed_part(db, item, part):
    return b"".join(row["bytes"] for row in db.execute(
        "SELECT bytes FROM chunk WHERE item = ? AND part = ? ORDER BY no",
        (item, part)))


def put_part(db, item, part, sealed):
    db.execute("DELETE FROM chunk WHERE item = ? AND part = ?", (item, part))
    db.execute("DELETE FROM part WHERE item = ? AND no = ?", (item, part))
    step = sodium.CHUNK + sodium.OVERHEAD
    for at in range(0, len(sealed), step):
        insert(db, "chunk", item=item, part=part, no=at // step,
               bytes=sealed[at:at + step])
    insert(db, "part", item=item, no=part, size=len(sealed),
           hash=sodium.part_hash(sealed))


def contains(folder, needle):
    """The files below a folder in which these bytes stand."""
    found_in = []
    for top, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):      # gone, or a socket
                with open(f"{top}/{name}", "rb") as f:
                    if needle in f.read():
                        found_in.append(name)
    return found_in


# The thief

LOCK = "store.lock"             # who writes or folds the log has it


def copy_at_once(data, folder):
    """As a disk is imaged: not the store before and its log after a fold."""
    with open(f"{data}/{LOCK}", "ab") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        # To read the file itself would let go of the lock.
        shutil.copytree(data, folder, ignore=lambda *_: [LOCK])


def secrets_of(service):
    """Name and value of every secret that is as long as a key."""
    out = {}
    for name in sorted(os.listdir(service.secrets)):
        with open(f"{service.secrets}/{name}", "rb") as f:
            value = f.read()
        if len(value) == sodium.KEY:
            out[name] = value
    return out


def every_key(service):
    """(what, key): all that can be made of the secrets in the ways in which
    Teduh makes keys."""
    keys = []
    for name, value in secrets_of(service).items():
        keys += [(name, value), (f"{name} as a seed",
                                 sodium.box_secret(value)),
                 (f"{name} converted", sodium.Signer(value).as_box_secret())]
        for context in CONTEXTS:
            for number in NUMBERS:
                key = sodium.derive(value, number, context)
                what = f"{name} {context} {number}"
                keys += [(what, key), (f"{what} as a seed",
                                       sodium.box_secret(key))]
    return keys


class Loot:
    """A copy of data folder and secrets, and what opens in it."""

    def __init__(self, ground, service, name="loot", folder=None):
        self.folder = os.path.join(ground.path, name)
        if folder is None:
            copy_at_once(service.data, self.folder)
        else:
            shutil.copytree(folder, self.folder)
        self.keys = every_key(service)
        self.tried = 0
        with store(service, self.folder) as db:
            self.boxes = [(f"{table} {tuple(row)[1:3]}", row["box"])
                          for table in ("grants", "case_key", "team_secret")
                          for row in db.execute(
                              f"SELECT box, * FROM {table}")]
            self.parts = [(row["item"], row["no"],
                           sealed_part(db, row["item"], row["no"]))
                          for row in db.execute("SELECT * FROM part")]

    def open_boxes(self):
        """(key, box, inside) of every box that opens."""
        out = []
        for what, key in self.keys:
            for name, box in self.boxes:
                self.tried += 1
                inside = sodium.box_inside(key, box)
                if inside is not None:
                    out.append((what, name, inside))
        return out

    def open_parts(self, keys=()):
        """(key, item, part, plain) of every part that opens."""
        out = []
        for what, key in [*self.keys, *keys]:
            for item, part, sealed in self.parts:
                for derived in (True, False):
                    self.tried += 1
                    plain = sodium.part_open(key, item, part, sealed,
                                             derived)
                    if plain is not None:
                        out.append((what, item, part, plain))
        return out

    def all_that_opens(self):
        """Boxes, and parts by the keys and by what lay in boxes."""
        boxes = self.open_boxes()
        found_keys = [(f"inside {name}", inside[-sodium.KEY:])
                      for _, name, inside in boxes]
        return boxes, self.open_parts(found_keys)


class Letter:
    """An approved answer that waits, opened with the postman key."""

    def __init__(self, service, db, case):
        self.case = case
        row, = db.execute(
            "SELECT item.*, grants.box FROM item JOIN grants ON grants.item "
            "= item.id AND grants.recipient = 'postman' "
            "WHERE item.case_id = ? AND item.kind = 'answer'", (case,))
        self.item, self.box = row["id"], row["box"]
        self.row = dict(row)
        self.key = sodium.box_open(
            secrets_of(service)["postman.key"], "teduh/grant/v1",
            f"{case}/{self.item.hex()}/content/0", self.box)
        self.bytes = sodium.part_open(self.key, self.item, 0,
                                      sealed_part(db, self.item, 0))

    def changed(self, **members):
        """The document with other members, as bytes."""
        return json.dumps({**json.loads(self.bytes), **members},
                          ensure_ascii=False, sort_keys=True,
                          separators=(",", ":")).encode()

    def replace(self, db, document):
        put_part(db, self.item, 0, sodium.part_seal(self.key, self.item, 0,
                                                    document))

    def set(self, db, **columns):
        names = ", ".join(f"{name} = ?" for name in columns)
        db.execute(f"UPDATE item SET {names} WHERE id = ?",
                   (*columns.values(), self.item))

    def grant(self, db, service, item):
        """The item's key for the postman again, as before it was sent."""
        postman = sodium.box_public(secrets_of(service)["postman.key"])
        insert(db, "grants", item=item, recipient="postman",
               which="content", epoch=0, box=sodium.box_seal(
                   postman, "teduh/grant/v1",
                   f"{self.case}/{item.hex()}/content/0", self.key))

    def sign(self, db, author, approver, document=None):
        """Both signatures over this document, and the document."""
        document = document or self.bytes
        self.replace(db, document)
        self.set(db, signer=author.signer.public,
                 signature=author.signer.sign("teduh/letter/v1", document),
                 approver=approver.signer.public,
                 approval=approver.signer.sign("teduh/approve/v1", document))


# People

class Stranger:
    """Keys that nobody ever put on a roster."""

    def __init__(self):
        self.signer = sodium.Signer()
        self.box = os.urandom(sodium.KEY)
        self.box_public = sodium.box_public(self.box)


def quicken(person):
    """Lock a person's key with parameters that take no time, so that a
    story's many commands do not wait for Argon2id; the person's keys."""
    path = f"{person.home}/key"
    word = person.passphrase.encode()
    with open(path, "rb") as f:
        seed = sodium.keyfile_open(f.read(), word)
    if seed is None:
        raise Failure(f"the key file of {person.name} does not open")
    with open(path, "wb") as f:
        f.write(sodium.keyfile_make(seed, word))
    person.signer = sodium.Signer(sodium.derive(seed, 1, "teduhper"))
    person.box = sodium.box_secret(sodium.derive(seed, 2, "teduhper"))
    person.box_public = sodium.box_public(person.box)
    return person


class Town:
    """A founded service with a sink, maria (supervisor) and anna."""

    def __init__(self, ground, service=None):
        self.ground = ground
        self.certs = Certs(ground)
        self.sink = smtpsink.SmtpSink(ground, self.certs)
        self.service = service or Service(ground)
        self.service.relay(self.sink.port, smtpsink.USER, smtpsink.PASSWORD,
                           ca=self.certs.ca)
        self.maria = quicken(found(self.service, ground))
        self.anna = self.hire("anna")
        self.count = self.offset = 0

    def hire(self, name, role="counsellor"):
        return quicken(invite(self.service, self.ground, self.maria, name,
                              role=role))

    def later(self, seconds=HALF_HOUR):
        self.offset += seconds
        self.service.clock(self.offset)

    def relay_down(self):
        self.sink.script["banner"] = "421 4.3.2 not today"

    def relay_up(self):
        self.sink.script.clear()

    def letter(self, **headers):
        """A new letter from somebody new: its case."""
        self.count += 1
        headers.setdefault("sender", f"seeker-{self.count}@example.org")
        headers.setdefault("message_id", f"<{self.count}@example.org>")
        headers.setdefault("text", f"Question number {self.count}?\n")
        known = self.cases()
        self.service.inject(mail(**headers))
        case, = wait_for("the letter", lambda: self.cases() - known)
        return case

    def cases(self):
        """Of the store: to list what is open takes longer with each case."""
        return {row["id"] for row in peek(self.service,
                                          "SELECT id FROM cases")}

    def write(self, case, text="Hello.\n", author=None):
        """Read, written and submitted; the draft."""
        author = author or self.anna
        author("show", case)
        path = self.ground.file(f"body-{author.name}.txt", text)
        return author("reply", case, "--body", path, "--submit")["id"]

    def answer(self, case, text="Hello.\n", author=None, approver=None):
        draft = self.write(case, text, author)
        (approver or self.maria)("approve", draft)
        return draft

    def held(self, text="Hello.\n", author=None, approver=None,
             tried=True):
        """A case whose answer is approved and waits for the relay.  tried:
        post has been there and waits, too."""
        self.relay_down()
        case = self.letter()
        self.answer(case, text, author, approver)
        if tried:
            wait_for("the relay's refusal",
                     lambda: self.delivery(case)[0] == "deferred")
        return case

    def delivery(self, case):
        """State and code of the newest delivery of a case."""
        rows = peek(self.service, "SELECT state, code FROM delivery WHERE "
                    "case_id = ? ORDER BY draft DESC, first_at DESC", case)
        return (rows[0]["state"], rows[0]["code"]) if rows else (None, None)

    def settled(self, case, seconds=30.0):
        """The same, once post is through with it."""
        return wait_for(
            f"an end of the delivery in {case}", lambda: (
                now := self.delivery(case))[0] not in WAITING and now,
            seconds)

    @contextlib.contextmanager
    def intrusion(self):
        """The store while the service is down; it comes up again with the
        relay, when all that waits is due."""
        self.service.stop()
        with store(self.service) as db:
            yield db
        self.relay_up()
        self.later()
        self.service.start()

    def sent_to(self, address):
        """Sessions that got as far as naming this recipient."""
        return [s for s in self.sink.sessions
                if f"<{address}>" in s.recipients]
