"""Ways through the service that are cut at every durable step, and what must
be true at their end whatever happened on the way."""

import collections
import re

from . import sodium
from .ground import Failure, wait_for
from .intruder import peek
from .mails import mail, parse

AGAIN = 75
UNKNOWN_S = 16 * 60
# The relay has taken the letter, and nothing on our disks says so.
DOUBT = ("post: smtp after", "post: spent outcome before")


def persist(what, run, settled=lambda: False, seconds=60.0):
    """Run until it is done.  "Try again" is tried again; a refusal counts as
    done when an earlier try did it after all (settled)."""
    tries = 0

    def once():
        nonlocal tries
        tries += 1
        result = run()
        if result.code == 0:
            return result
        if result.code == AGAIN:
            return None
        if tries > 1 and settled():
            return result
        raise Failure(f"{what}, try {tries}: {result}")
    return wait_for(what, once, seconds, every=0.1)


class Way:
    """One letter from its coming to its answer's going."""

    def __init__(self, town):
        town.count += 1
        self.town = town
        self.address = f"seeker-{town.count}@example.org"
        self.mail = mail(self.address, text=f"Question {town.count}.\n",
                         message_id=f"<{town.count}@example.org>")
        self.case = self.draft = None

    def ask(self, person, *words, settled=lambda: False):
        return persist(" ".join(words), lambda: person.run(*words, "--json"),
                       settled)

    def state(self):
        rows = peek(self.town.service, "SELECT state FROM draft WHERE "
                    "case_id = ?", self.case)
        return [row["state"] for row in rows]

    def come(self):
        before = {row["id"] for row in peek(self.town.service,
                                            "SELECT id FROM cases")}
        persist("inject", lambda: self.town.service.inject(self.mail,
                                                           check=False))
        new = [row["id"] for row in peek(self.town.service,
                                         "SELECT id FROM cases")
               if row["id"] not in before]
        if len(new) != 1:
            raise Failure(f"one letter made {len(new)} cases")
        self.case = new[0]
        return self

    def go(self):
        town, case = self.town, self.case
        body = town.ground.file("body.txt", f"An answer to {case}.\n")
        self.ask(town.anna, "claim", case)
        self.ask(town.anna, "show", case)
        self.draft = self.ask(town.anna, "reply", case, "--body",
                              body).json["id"]
        self.ask(town.anna, "submit", self.draft,
                 settled=lambda: self.state() == ["submitted"])
        self.ask(town.maria, "approve", self.draft,
                 settled=lambda: self.state() == ["approved"])
        self.arrive()
        return self

    def arrive(self):
        state = self.settle()
        if state == "deferred":
            # A try that the dead relay ended while the clock was moved:
            # its next time counts from then.
            self.town.later()
            state = wait_for("another try", lambda: (
                now := self.settle()) != "deferred" and now)
        if state == "unknown":
            self.town.later(UNKNOWN_S)
            state = wait_for("the one repeat", lambda: (
                now := self.settle()) == "accepted" and now)
        if state != "accepted":
            raise Failure(f"the delivery in {self.case} is {state}")

    def settle(self):
        return wait_for("an outcome", lambda: (now := self.town.delivery(
            self.case)[0]) in ("accepted", "refused", "blocked", "unknown",
                               "deferred") and now)

    def sent(self):
        """The messages that the sink took for this letter's writer."""
        return [s for s in self.town.sink.messages
                if f"<{self.address}>" in s.recipients]

    def check(self, test, doubt=False):
        """Nothing lost, nothing doubled."""
        service = self.town.service

        def count(table, more=""):
            return peek(service, f"SELECT count(*) AS n FROM {table} WHERE "
                        f"case_id = ? {more}", self.case)[0]["n"]
        test.assertEqual(count("item", "AND kind = 'letter'"), 1)
        test.assertEqual(count("item", "AND kind = 'answer'"), 1)
        test.assertEqual(count("delivery"), 1)
        test.assertEqual(self.state(), ["approved"])
        test.assertEqual(count("ledger", "AND item IS NOT NULL"), 1)
        test.assertEqual([row["state"] for row in peek(
            service, "SELECT state FROM cases WHERE id = ?", self.case)],
            ["answered"])
        sent = self.sent()
        test.assertIn(len(sent), (1, 2) if doubt else (1,))
        test.assertEqual(len({str(parse(s.data)["Message-ID"])
                              for s in sent}), 1)
        for session in sent:
            test.assertEqual(session.recipients, [f"<{self.address}>"])
            test.assertIn(self.case.encode(), session.data)


def crashed_at(service, after):
    """The crash points that were reached, by the log from there on."""
    return re.findall(r"crash point: (.*)", service.logged()[after:])


def cut_at(service, after):
    """The same once the roles have ended and begun anew: the last point may
    come behind what a story saw in the store."""
    service.restart()
    return crashed_at(service, after)


def every_point(test, town, role, at_most=40):
    """Cut at point 1, 2, 3 ... of a role until a way survives; the points."""
    points = []
    for n in range(1, at_most):
        town.service.stop()
        after = len(town.service.logged())
        town.service.start(env={"TEDUH_CRASH": f"{role}:{n}"})
        way = Way(town).come().go()
        here = cut_at(town.service, after)
        test.assertLessEqual(len(here), 1, "a role was cut twice")
        with test.subTest(role=role, n=n, point=here):
            way.check(test, doubt=bool(here) and here[0] in DOUBT)
        if not here:
            return points
        points += here
    raise Failure(f"{role} never survived")


def check_store(test, service):
    """What is true of a store whatever happened to it."""
    test.assertEqual(peek(service, "PRAGMA integrity_check")[0][0], "ok")
    test.assertEqual(peek(service, "PRAGMA foreign_key_check"), [])
    test.assertEqual([row[0] for row in peek(
        service, "SELECT item FROM grants WHERE recipient = 'postman'")], [])
    test.assertEqual(peek(
        service, "SELECT id FROM item WHERE seq IS NOT NULL AND NOT EXISTS "
        "(SELECT 1 FROM chunk WHERE chunk.item = item.id)"), [])
    seqs = collections.defaultdict(list)
    for row in peek(service, "SELECT case_id, seq FROM item WHERE seq IS NOT "
                    "NULL ORDER BY case_id, seq"):
        seqs[row["case_id"]].append(row["seq"])
    for case, its in seqs.items():
        test.assertEqual(its, list(range(1, len(its) + 1)), case)
    check_audit(test, service)


def audit_field(value):
    """As lib/audit_entry.h has it: with its length, or absent."""
    if value is None:
        return b"-,"
    if not isinstance(value, bytes):
        value = str(value).encode()
    return b"%d:%s," % (len(value), value)


def check_audit(test, service):
    """The chain from its beginning, by the definition in
    lib/audit_entry.h, every hash and every signature."""
    prev = bytes(sodium.HASH)
    rows = peek(service, "SELECT * FROM audit ORDER BY seq")
    test.assertGreater(len(rows), 0)
    for number, row in enumerate(rows, 1):
        test.assertEqual((row["seq"], row["prev"], row["v"]),
                         (number, prev, 2))
        prev = sodium.digest("teduh/audit/v2", b"".join(
            audit_field(row[name]) for name in (
                "seq", "at", "actor", "action", "case_id", "detail", "base",
                "signer", "prev")))
        test.assertEqual(row["hash"], prev, f"entry {number}")
        signed = ("teduh/audit/v2", prev) if row["base"] is None else (
            "teduh/request/v1", row["base"].encode())
        test.assertTrue(sodium.holds(row["signer"], *signed,
                                     row["signature"]), f"entry {number}")
    return len(rows)
