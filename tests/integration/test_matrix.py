"""Every request of the API x every role x own, foreign and unknown: what is
foreign is answered as what never was, in words, in size and in time."""

import socket
import statistics
import time
import unittest

from lib import sodium
from lib.between import read_message
from lib.ground import Ground
from lib.intruder import Stranger, Town, peek, quicken
from lib.signed import NOBODY, Request, message, routes
from lib.teduh import Service, invite

# Slower by so much may be chance on a busy machine; a look-up that is done
# for one kind and not for the other is not found so, but a slow path is.
FACTOR, FLOOR_S = 5.0, 0.05
ROUNDS = 15
ALL = "GET|POST|PUT"
EMPTY_ITEM = "0" * 32
# So that it is the id that decides, and not what is missing.
BODY = {"why": "look", "fence": 1, "note": None, "to": "maria",
        "participant": 1, "urgency": 1, "seen": 0, "item": "0" * 32,
        "letter": "0" * 32, "signature": "0" * 128, "statement": "AAAA",
        "postman": "AAAA", "grant": {"epoch": 1, "box": "AAAA"}}
# Asked for a signed document that is none, which is seen before.
WHOLE = ("/v1/cases/{case}/drafts/{n}/still-right",)


class Matrix(unittest.TestCase):
    """Two desks.  Youth has the case; careers has its own people, to whom it
    is foreign.  On both there is somebody of each role."""

    @classmethod
    def setUpClass(cls):
        cls.ground = Ground()
        cls.addClassCleanup(cls.ground.close)
        service = Service(cls.ground)
        service.settings["desk careers"] = dict(
            service.settings["desk youth"], from_address="work@desk.example")
        cls.town = Town(cls.ground, service)
        cls.service = service
        cls.case = cls.town.letter()
        cls.town.write(cls.case)
        cls.item = peek(service, "SELECT id FROM item WHERE kind = 'letter'"
                        )[0]["id"].hex()
        cls.people = {}
        for role in ("trainee", "counsellor", "supervisor", "admin"):
            for desk in ("youth", "careers"):
                cls.people[role, desk] = quicken(invite(
                    service, cls.ground, cls.town.maria, f"{role}.{desk}",
                    role, desk))
        gone = quicken(invite(service, cls.ground, cls.town.maria, "gone",
                              "counsellor", "youth"))
        cls.town.maria("staff", "revoke", "gone")
        cls.gone = gone
        cls.stranger = Stranger()

    def target(self, route, kind, number="1"):
        """The path with an own (foreign) id, or with one that never was."""
        method, pattern, query = route
        known = kind == "known"
        path = pattern.replace("{case}", self.case if known else NOBODY)
        path = path.replace("{item}", self.item if known else EMPTY_ITEM)
        path = path.replace("{n}", number)
        if query == "case":
            path += f"?case={self.case if known else NOBODY}"
        elif query == "before":
            path += "?before="
        elif query:
            path += f"?{query}=1"
        return path

    def ask(self, signer, route, kind, number="1"):
        """Status, type and length of the answer, its bytes, and seconds."""
        method = route[0]
        body = BODY if method == "POST" else b""
        request = Request(signer, method, self.target(route, kind, number),
                          body)
        begin = time.monotonic()
        head, data = self.send(request)
        took = time.monotonic() - begin
        status = int(head.split(b" ", 2)[1])
        names = sorted(line for line in head.lower().split(b"\r\n")[1:]
                       if not line.startswith(b"date:"))
        return (status, names, data), took

    def send(self, request):
        with socket.socket(socket.AF_UNIX) as sock:
            sock.settimeout(60)
            sock.connect(self.service.url.removeprefix("unix:"))
            sock.sendall(message(request))
            with sock.makefile("rb") as f:
                return read_message(f)

    def with_ids(self):
        return [route for route in routes(ALL) if "{case}" in route[1] or
                "{item}" in route[1]]

    def test_a_foreign_one_is_like_one_that_never_was(self):
        """For each request that names a case or an item, and each role of
        another desk: the whole answer, headers and all."""
        counts = {}
        for route in self.with_ids():
            for role in ("trainee", "counsellor", "supervisor", "admin"):
                signer = self.people[role, "careers"].signer
                foreign, _ = self.ask(signer, route, "known")
                unknown, _ = self.ask(signer, route, "unknown")
                with self.subTest(f"{role} {route}"):
                    self.assertEqual(foreign, unknown)
                    self.assertIn(foreign[0], (400, 403, 404))
                    self.assertEqual(foreign[0] == 400, foreign[0] != 403
                                     and route[1] in WHOLE)
                counts[foreign[0]] = counts.get(foreign[0], 0) + 1
        print("# foreign and unknown answered alike, by status:", counts)

    def test_an_admin_reads_nothing(self):
        """Of the own desk neither: it is as if there were no case."""
        signer = self.people["admin", "youth"].signer
        for route in self.with_ids():
            known, _ = self.ask(signer, route, "known")
            unknown, _ = self.ask(signer, route, "unknown")
            with self.subTest(route):
                self.assertEqual(known, unknown)
                self.assertIn(known[0], (400, 403, 404))

    def test_who_is_nobody_hears_one_thing(self):
        """A stranger, and somebody who was revoked: whatever they ask."""
        for route in routes(ALL):
            answers = set()
            for signer in (self.stranger.signer, self.gone.signer):
                for kind in ("known", "unknown"):
                    (status, _, data), _ = self.ask(signer, route, kind)
                    if route[1] in ("/v1/hello", "/v1/card", "/v1/found"):
                        continue
                    answers.add((status, data))
            with self.subTest(route):
                self.assertLessEqual(len(answers), 1)
                for status, _ in answers:
                    self.assertEqual(status, 403)

    def test_what_an_invitation_may_ask(self):
        """A code that nobody has used reads the list of staff and its own
        invitation, and nothing else."""
        code = self.town.maria("staff", "invite", "rita", "--role",
                               "counsellor", "--desk", "youth")["code"]
        number, _, secret = code.split(".")
        digits = sum("0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(c) << (5 * n)
                     for n, c in enumerate(reversed(secret)))
        signer = sodium.Signer(sodium.digest(
            "teduh/invite-seed/v1", digits.to_bytes(20, "big")))
        for route in routes(ALL):
            (status, _, _), _ = self.ask(signer, route, "known", number)
            with self.subTest(route):
                if route[:2] in (("GET", "/v1/hello"), ("GET", "/v1/roster"),
                                 ("GET", "/v1/invitations/{n}")):
                    self.assertEqual(status, 200)
                elif route[1] == "/v1/invitations/{n}/card":
                    self.assertEqual(status, 400)   # not a card
                elif route[1] == "/v1/card":
                    self.assertEqual(status, 404)   # founded
                else:
                    self.assertIn(status, (403, 400))

    def test_own_is_given_to_who_may_have_it(self):
        """So that the rest of the matrix is not true of a closed door."""
        route = ("GET", "/v1/cases/{case}", None)
        for role, status in (("trainee", 200), ("counsellor", 200),
                             ("supervisor", 200), ("admin", 404)):
            (own, _, _), _ = self.ask(self.people[role, "youth"].signer,
                                      route, "known")
            self.assertEqual(own, status, role)

    def test_it_takes_as_long(self):
        """Medians of many, one after the other, with a wide bound."""
        signer = self.people["counsellor", "careers"].signer
        for route in self.with_ids():
            times = {"known": [], "unknown": []}
            for _ in range(ROUNDS):
                for kind, list_ in times.items():
                    list_.append(self.ask(signer, route, kind)[1])
            known, unknown = (statistics.median(times[kind])
                              for kind in ("known", "unknown"))
            with self.subTest(route):
                self.assertLess(known, unknown * FACTOR + FLOOR_S)
                self.assertLess(unknown, known * FACTOR + FLOOR_S)


if __name__ == "__main__":
    unittest.main()
