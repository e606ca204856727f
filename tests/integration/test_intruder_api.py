"""An insider without the command line: requests signed by hand, against the
socket itself.  What the command line would not send must be refused by who
receives it."""

import base64
import json
import os
import time
import unittest

from lib import sodium
from lib.ground import Ground
from lib.intruder import Stranger, Town, peek, quicken
from lib.rest import at_rest
from lib.signed import NOBODY, Request
from lib.teduh import Service, invite


class Insider(unittest.TestCase):
    """One service with two desks; every story leaves it as it was."""

    @classmethod
    def setUpClass(cls):
        cls.ground = Ground()
        cls.addClassCleanup(cls.ground.close)
        service = Service(cls.ground)
        service.settings["desk careers"] = dict(
            service.settings["desk youth"], from_address="work@desk.example")
        cls.town = Town(cls.ground, service)
        cls.olga = quicken(invite(service, cls.ground, cls.town.maria,
                                  "olga", "supervisor", "careers"))
        cls.case = cls.town.letter()
        cls.draft = cls.town.write(cls.case, author=cls.town.maria)

    def ask(self, person, method, target, body=b"", **more):
        return Request(person.signer, method, target, body, **more).send(
            self.town.service)

    def check_unchanged(self, table, call):
        """Whatever the call does, the table stays as it is."""
        at_rest(self.town.service)
        before = [tuple(row) for row in peek(
            self.town.service, f"SELECT * FROM {table}")]
        result = call()
        self.assertEqual([tuple(row) for row in peek(
            self.town.service, f"SELECT * FROM {table}")], before)
        return result

    def secret(self, member, desk="youth"):
        return {"kind": "team", "desk": desk, "epoch": 1, "member": member,
                "box": base64.b64encode(os.urandom(150)).decode()}

    def append(self, person, entries=(), secrets=(), confirm=None):
        seq = peek(self.town.service, "SELECT max(seq) FROM roster")[0][0]
        return self.ask(person, "POST", "/v1/roster", {
            "seq": seq + 1, "entries": list(entries),
            "secrets": list(secrets), "confirm": confirm})

    def test_a_request_by_hand_works_at_all(self):
        status, answer = self.ask(self.town.anna, "GET", "/v1/queue")
        self.assertEqual(status, 200)
        self.assertIn(self.case, [case["id"] for case in answer["cases"]])

    def test_keys_of_a_desk_come_from_its_own_supervisors(self):
        """Whoever could replace them would make every letter of another
        desk unreadable."""
        for secret in (self.secret("anna"), self.secret("maria")):
            status, _ = self.check_unchanged(
                "team_secret", lambda: self.append(
                    self.olga, secrets=[secret]))       # noqa: B023
            self.assertEqual(status, 403)
        # olga's own desk, however, is hers; but only for its people.
        self.assertEqual(self.append(self.olga, secrets=[
            self.secret("olga", "careers")])[0], 200)
        for member in ("nobody", "anna"):
            self.assertEqual(self.append(self.olga, secrets=[
                self.secret(member, "careers")])[0], 403)

    def entry(self, signer, **members):
        """The roster's next entry, signed."""
        last = peek(self.town.service, "SELECT seq, entry, signature FROM "
                    "roster ORDER BY seq DESC LIMIT 1")[0]
        entry = json.dumps({
            "v": 1, "seq": last["seq"] + 1, "at": int(time.time()),
            "prev": sodium.digest("teduh/roster/v1", last["entry"]
                                  + last["signature"]).hex(),
            "kind": "person", "flags": [], **members}).encode()
        return {"entry": base64.b64encode(entry).decode(),
                "signature": signer.sign("teduh/roster/v1", entry).hex()}

    def test_an_invitation_is_used_up_by_its_own_desk(self):
        """Whoever could mark another desk's would keep colleagues out."""
        self.town.maria("staff", "invite", "rita", "--role", "counsellor",
                        "--desk", "youth")
        number = peek(self.town.service, "SELECT number FROM invitation "
                      "WHERE name = 'rita'")[0]["number"]
        status, _ = self.check_unchanged(
            "invitation", lambda: self.append(self.olga, confirm=number))
        self.assertEqual(status, 403)
        self.assertEqual(self.append(self.town.maria, confirm=number)[0],
                         200)

    def test_only_supervisors_append_to_the_roster(self):
        anna, stranger = self.town.anna, Stranger()
        for person, by in ((anna, "anna"), (self.olga, "olga"),
                           (anna, "maria")):
            signed = self.entry(
                person.signer, by=by, name="mallory", role="supervisor",
                desks=["youth"], state="active",
                sign=stranger.signer.public.hex(),
                box=stranger.box_public.hex())
            status, _ = self.check_unchanged(
                "roster", lambda: self.append(
                    person, entries=[signed]))          # noqa: B023
            self.assertEqual(status, 403)
        self.town.anna("show", self.case)

    def test_a_desk_keeps_its_last_supervisor(self):
        """Whether demoted, moved or revoked: by nobody's hand."""
        rows = peek(self.town.service, "SELECT entry FROM roster")
        maria = next(one for one in (json.loads(row["entry"])
                                     for row in rows)
                     if one.get("name") == "maria")
        kept = {name: maria[name] for name in ("name", "role", "desks",
                                              "state", "sign", "box")}
        for change in ({"role": "counsellor"}, {"desks": ["careers"]},
                       {"state": "revoked"}):
            signed = self.entry(self.town.maria.signer, by="maria",
                                **{**kept, **change})
            status, _ = self.check_unchanged(
                "roster", lambda: self.append(
                    self.town.maria, entries=[signed])) # noqa: B023
            self.assertEqual(status, 403, change)

    def test_a_foreign_case_is_like_one_that_never_was(self):
        for method, path, body in (
                ("GET", "/v1/cases/{}", b""),
                ("POST", "/v1/cases/{}/claim", {}),
                ("POST", "/v1/cases/{}/drafts/1/approve", {
                    "letter": "00" * 16, "signature": "00" * 64,
                    "postman": "AAAA"})):
            foreign = self.ask(self.olga, method, path.format(self.case),
                               body)
            unknown = self.ask(self.olga, method, path.format(NOBODY), body)
            self.assertEqual(foreign, unknown)
            self.assertEqual(foreign[0], 404)
        item = peek(self.town.service, "SELECT id FROM item")[0]["id"]
        for part in ("0", "1", "1/rows?from=0"):
            foreign = self.ask(self.olga, "GET",
                               f"/v1/items/{item.hex()}/parts/{part}")
            self.assertEqual(foreign, self.ask(
                self.olga, "GET", f"/v1/items/{'0' * 32}/parts/{part}"))
            self.assertEqual(foreign[0], 404)

    def test_rows_of_a_part_are_the_part(self):
        town = self.town
        item = peek(town.service, "SELECT id FROM item WHERE kind = 'letter'"
                    )[0]["id"].hex()
        path = f"/v1/items/{item}/parts/1"
        status, whole = self.ask(town.anna, "GET", path)
        self.assertEqual(status, 200)
        self.assertEqual(self.ask(town.anna, "GET", path + "/rows?from=0"),
                         (200, whole))
        for query, status in (("?from=1", 404), ("?from=999999", 404),
                              ("", 400), ("?from=-1", 400), ("?from=", 400),
                              ("?from=00", 400), ("?to=0", 400)):
            with self.subTest(query):
                self.assertEqual(self.ask(
                    town.anna, "GET", path + "/rows" + query)[0], status)

    def test_nobody_approves_who_may_not(self):
        letter = peek(self.town.service,
                      "SELECT letter FROM draft")[0]["letter"].hex()
        body = {"letter": letter, "signature": "00" * 64, "postman": "AAAA"}
        path = f"/v1/cases/{self.case}/drafts/1/approve"
        for person in (self.town.anna, self.town.maria):    # the author
            status, _ = self.check_unchanged(
                "delivery", lambda: self.ask(
                    person, "POST", path, body))        # noqa: B023
            self.assertEqual(status, 403)

    def test_a_request_counts_once(self):
        town = self.town
        request = Request(town.anna.signer, "POST",
                          f"/v1/cases/{town.letter()}/claim", {})
        self.assertEqual(request.send(town.service)[0], 200)
        audit = "audit"
        for again in (False, True):
            if again:
                town.service.restart()
            status, _ = self.check_unchanged(
                audit, lambda: request.send(town.service))
            self.assertEqual(status, 403)

    def test_what_was_signed_is_what_counts(self):
        town, claim = self.town, f"/v1/cases/{self.case}/claim"

        def signed(signer=town.anna.signer, **more):
            return Request(signer, "POST", claim, {}, **more)
        altered = {
            "method": lambda: signed().send(town.service, method="PUT"),
            "path": lambda: signed().send(
                town.service, target=f"/v1/cases/{NOBODY}/claim"),
            "query": lambda: signed().send(town.service,
                                           target=claim + "?a=b"),
            "body": lambda: signed().send(town.service, body=b'{"a":1}'),
            "too old": lambda: signed(skew=-600).send(town.service),
            "too early": lambda: signed(skew=600).send(town.service),
            "a stranger": lambda: signed(Stranger().signer).send(
                town.service),
        }
        for what, send in altered.items():
            with self.subTest(what):
                status, _ = self.check_unchanged("audit", send)
                self.assertIn(status, (403, 503))
        # maria has claimed the case by writing in it.
        self.assertEqual(signed().send(town.service)[0], 409)


if __name__ == "__main__":
    unittest.main()
