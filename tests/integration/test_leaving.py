"""Who goes, who comes back with a new key, and who may run a service without
reading a letter of it."""

import unittest

from lib.ground import Ground
from lib.intruder import Town, peek, quicken
from lib.signed import Request, Unix
from lib.teduh import Person, invite


class LeavingStory(unittest.TestCase):
    def setUp(self):
        self.ground = Ground()
        self.addCleanup(self.ground.close)
        self.town = Town(self.ground)
        self.case = self.town.letter(text="A question.\n")

    def texts(self, person, kind="letter"):
        return [item.get("text") for item in
                person("show", self.case)["items"] if item["kind"] == kind]


class Revoked(LeavingStory):
    def test_on_a_connection_that_is_open(self):
        """It is not asked at the beginning of a connection, but at each
        request, and within its transaction."""
        town, anna = self.town, self.town.anna
        connection = Unix(town.service.url.removeprefix("unix:"))
        self.addCleanup(connection.close)

        def ask(method, target, body=b""):
            return Request(anna.signer, method, target, body).send_on(
                connection)
        claim = f"/v1/cases/{self.case}/claim"
        early = Request(anna.signer, "POST", claim, {})
        self.assertEqual(ask("GET", "/v1/queue")[0], 200)
        line = connection.sock
        town.maria("staff", "revoke", "anna")
        for method, target, body in (
                ("GET", "/v1/queue", b""), ("GET", "/v1/team", b""),
                ("GET", f"/v1/cases/{self.case}", b""),
                ("GET", "/v1/roster?from=1", b""), ("POST", claim, {})):
            with self.subTest(target):
                status, answer = ask(method, target, body)
                self.assertEqual(status, 403, answer)
                self.assertIs(connection.sock, line)
        # What she signed before it counts as little.
        self.assertEqual(early.send_on(connection)[0], 403)
        self.assertIs(connection.sock, line)
        self.assertEqual(peek(town.service, "SELECT count(*) FROM claim "
                              "WHERE claimant = 'anna'")[0][0], 0)

    def test_a_lost_key_is_joined_anew(self):
        """The old letters, also her own, stay readable under her name; the
        lost key opens nothing more."""
        town, lost = self.town, self.town.anna
        lost("note", self.case, "-m", "A note of before.")
        town.maria("staff", "revoke", "anna")
        town.maria("team", "rotate")
        code = town.maria("staff", "invite", "anna", "--role", "counsellor",
                          "--desk", "youth")["code"]
        anna = Person(self.ground, "anna-anew")
        anna("join", town.service.url, code)
        said = town.maria("staff", "confirm", "anna")
        self.assertNotEqual(said["fingerprint"], "")
        self.assertEqual(self.texts(anna), ["A question.\n"])
        self.assertEqual(self.texts(anna, "note"), ["A note of before."])
        note, = (item for item in anna("show", self.case)["items"]
                 if item["kind"] == "note")
        self.assertEqual(note["from"]["name"], "anna")
        anna("note", self.case, "-m", "A note of now.")
        self.assertEqual(lost.refused("queue").code, 1)
        self.assertEqual([row["state"] for row in
                          town.maria("staff", "list")["staff"]
                          if row["name"] == "anna"], ["active"])
        history = town.maria("staff", "list", "anna")["history"]
        self.assertEqual(len(history), 3, history)


class Admin(LeavingStory):
    def test_an_admin_reads_nothing(self):
        """He is on the list of staff, holds no key of the desk, and a case
        is to him as if it were not there."""
        town = self.town
        adi = quicken(invite(town.service, self.ground, town.maria, "adi",
                             "admin"))
        self.assertEqual(adi("queue"), [])
        self.assertEqual(adi("drafts"), [])
        self.assertEqual({row["name"] for row in adi("staff", "list")[
            "staff"]}, {"maria", "anna", "adi"})
        for words in (("show", self.case), ("claim", self.case),
                      ("note", self.case, "-m", "x"),
                      ("export", self.case, f"{self.ground.path}/out")):
            with self.subTest(words[0]):
                refused = adi.refused(*words)
                self.assertEqual(refused.code, 1, refused)
                self.assertNotIn("question", refused.text + refused.err)
        self.assertEqual(peek(town.service, "SELECT count(*) FROM "
                              "team_secret WHERE member = 'adi'")[0][0], 0)
        # By hand, foreign and unknown are one answer.
        answers = {str(Request(adi.signer, "GET", f"/v1/cases/{case}").send(
            town.service)) for case in (self.case, "00000000")}
        self.assertEqual(len(answers), 1, answers)
        team = Request(adi.signer, "GET", "/v1/team").send(town.service)
        self.assertEqual(team, (200, {"secrets": []}))
        # Nor does a rotation give him one, nor may he begin it.
        self.assertEqual(adi.refused("team", "rotate").code, 1)
        town.maria("team", "rotate")
        self.assertEqual(Request(adi.signer, "GET", "/v1/team").send(
            town.service), team)

    def test_who_becomes_admin_reads_nothing_more(self):
        town = self.town
        town.maria("staff", "role", "anna", "--role", "admin")
        self.assertEqual(town.anna("queue"), [])
        self.assertEqual(town.anna.refused("show", self.case).code, 1)
        self.assertEqual(peek(town.service, "SELECT count(*) FROM "
                              "team_secret WHERE member = 'anna'")[0][0], 0)


if __name__ == "__main__":
    unittest.main()
