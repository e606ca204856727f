"""A recovery key in three parts: any two open everything and appoint a
supervisor, one does nothing, and nobody does anything else with it."""

import itertools
import os
import re
import unittest

from lib import sodium
from lib.ground import Ground
from lib.intruder import Town, peek
from lib.signed import Request
from lib.teduh import Person

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NAMES = ("eva", "fay", "gus")


def pieces(path):
    """The pieces of a card by their letter, 32 bytes each."""
    with open(path, encoding="utf-8") as f:
        text = f.read()
    found = {}
    for letter, line in re.findall(r"^  ([abc])\d: (.*)$", text, re.M):
        found[letter] = found.get(letter, "") + line.replace(" ", "")[:13]
    out = {}
    for letter, word in found.items():
        bits = "".join(f"{ALPHABET.index(c):05b}" for c in word)[:256]
        out[letter] = int(bits, 2).to_bytes(32, "big")
    return out


class RecoveryStory(unittest.TestCase):
    def setUp(self):
        self.ground = Ground()
        self.addCleanup(self.ground.close)
        self.town = Town(self.ground)
        self.case = self.town.letter(text="A question.\n")

    def make(self, folder="parts"):
        path = f"{self.ground.path}/{folder}"
        self.town.maria("recovery", "new", *NAMES, path)
        return [f"{path}/{name}.txt" for name in NAMES]

    def texts(self, person):
        return [item["text"] for item in person("show", self.case)["items"]
                if item["kind"] == "letter"]

    def open(self, name, *cards):
        person = Person(self.ground, name)
        said = person.run("recovery", "open", name, *cards, "--paper",
                          person.page(), "--json")
        return person, said

    def secret(self, cards):
        """(signer, box) of the key of two cards, made by hand."""
        one, two = (pieces(card) for card in cards)
        (letter,) = set(one) & set(two)
        seed = bytes(x ^ y for x, y in zip(one[letter], two[letter],
                                           strict=True))
        return (sodium.Signer(sodium.derive(seed, 1, "teduhper")),
                sodium.box_secret(sodium.derive(seed, 2, "teduhper")))


class Rehearsed(RecoveryStory):
    def test_any_two_of_three(self):
        cards = self.make()
        for card in cards:
            self.assertEqual(os.stat(card).st_mode & 0o777, 0o600)
        for two in itertools.combinations(cards, 2):
            said = self.town.maria("recovery", "rehearse", *two)
            self.assertEqual(said, {"opens": True, "desks": [
                {"desk": "youth", "epoch": 1, "opens": True}]})
        self.assertEqual(peek(self.town.service, "SELECT count(*) FROM "
                              "audit WHERE action = 'rehearse'")[0][0], 3)
        self.town.service.admin("check")
        # What comes of a rotation is sealed to it as well.
        self.town.maria("team", "rotate")
        said = self.town.maria("recovery", "rehearse", *cards[1:])
        self.assertEqual(said["desks"], [
            {"desk": "youth", "epoch": 2, "opens": True}])

    def test_one_alone_opens_nothing(self):
        """None of its pieces, nor all of them together, is a key of any
        box of the store."""
        cards = self.make()
        boxes = [row["box"] for table in ("team_secret", "case_key",
                                          "grants")
                 for row in peek(self.town.service,
                                 f"SELECT box FROM {table}")]
        _, box = self.secret(cards[:2])
        self.assertTrue(any(sodium.box_inside(box, b) for b in boxes))
        for card in cards:
            one, two = pieces(card).values()
            for seed in (one, two, bytes(x ^ y for x, y in zip(
                    one, two, strict=True))):
                box = sodium.box_secret(sodium.derive(seed, 2, "teduhper"))
                self.assertFalse([b for b in boxes
                                  if sodium.box_inside(box, b)])
            said = self.town.maria.refused("recovery", "rehearse", card,
                                           card)
            self.assertIn("two different parts", " ".join(said.err.split()))

    def test_parts_of_another_key(self):
        old = self.make()
        new = self.make("anew")
        for two in ((old[0], old[1]), (old[0], new[1])):
            said = self.town.maria.refused("recovery", "rehearse", *two)
            self.assertEqual(said.code, 1, said)
            self.assertIn("do not make the present", " ".join(
                said.err.split()))
        _, said = self.open("nina", *old[:2])
        self.assertEqual(said.code, 1, said)
        self.town.maria("recovery", "rehearse", *new[1:])

    def test_a_card_with_a_mistake(self):
        cards = self.make()
        with open(cards[0], encoding="utf-8") as f:
            text = f.read()
        broken = self.ground.file("broken.txt", re.sub(
            r"^  a2: (.)", lambda m: f"  a2: {'7' if m[1] != '7' else '8'}",
            text, flags=re.M))
        said = self.town.maria.refused("recovery", "rehearse", broken,
                                       cards[1])
        self.assertIn("line 2", said.err)
        half = self.ground.file("half.txt", text[:text.index("  b3:")])
        said = self.town.maria.refused("recovery", "rehearse", half,
                                       cards[1])
        self.assertIn("is not a whole part", " ".join(said.err.split()))

    def test_who_may_not_make_one(self):
        folder = f"{self.ground.path}/not"
        said = self.town.anna.refused("recovery", "new", *NAMES, folder)
        self.assertEqual(said.code, 1, said)
        self.assertFalse(os.path.exists(folder))
        for names in (("eva", "eva", "gus"), ("eva", "Fay", "gus")):
            said = self.town.maria.refused("recovery", "new", *names,
                                           folder)
            self.assertEqual(said.code, 2, said)


class Used(RecoveryStory):
    def test_when_nobody_is_left(self):
        """The only supervisor's key is lost: somebody new is appointed by
        two custodians, reads everything and lets others in."""
        cards = self.make()
        nina, said = self.open("nina", cards[0], cards[2])
        self.assertEqual(said.code, 0, said)
        self.assertEqual(said.json, {"name": "nina", "role": "supervisor"})
        self.assertEqual(self.texts(nina), ["A question.\n"])
        nina("staff", "revoke", "maria")
        self.assertEqual(nina("team", "rotate")[0]["cases"], 1)
        code = nina("staff", "invite", "otto", "--role", "counsellor",
                    "--desk", "youth")["code"]
        otto = Person(self.ground, "otto")
        otto("join", self.town.service.url, code)
        nina("staff", "confirm", "otto")
        self.assertEqual(self.texts(otto), ["A question.\n"])
        self.town.service.admin("check")

    def test_a_name_that_is_in_use(self):
        cards = self.make()
        person = Person(self.ground, "another")
        said = person.run("recovery", "open", "anna", *cards[:2], "--paper",
                          person.page())
        self.assertEqual(said.code, 1, said)
        self.assertIn("in use", said.err)

    def test_by_hand_it_does_nothing_else(self):
        cards = self.make()
        signer, _ = self.secret(cards[:2])

        def ask(method, target, body=b""):
            return Request(signer, method, target, body).send(
                self.town.service)[0]
        self.assertEqual(ask("GET", "/v1/recovery/secrets"), 200)
        self.assertEqual(ask("GET", "/v1/roster?from=1"), 200)
        for method, target, body in (
                ("GET", "/v1/queue", b""), ("GET", "/v1/team", b""),
                ("GET", f"/v1/cases/{self.case}", b""),
                ("GET", "/v1/invitations", b""),
                ("POST", f"/v1/cases/{self.case}/claim", {}),
                ("POST", "/v1/roster", {"seq": 1, "entries": [],
                                        "secrets": [], "confirm": None})):
            with self.subTest(target):
                self.assertEqual(ask(method, target, body), 403)
        # And nobody else asks in its place.
        for person in (self.town.maria, self.town.anna):
            self.assertEqual(Request(
                person.signer, "GET", "/v1/recovery/secrets").send(
                self.town.service)[0], 403)


if __name__ == "__main__":
    unittest.main()
