"""The list of staff: who is on it, what changes, and what that gives."""

import json

from lib.intruder import peek, quicken, store
from lib.mails import mail
from lib.story import Story
from lib.teduh import Person, Service, invite


class Staff(Story):
    """Two desks: maria supervises both, anna is a counsellor of youth."""

    def setUp(self):
        super().setUp()
        self.service = Service(self.ground)
        settings = self.service.settings
        settings["desk careers"] = {**settings["desk youth"],
                                    "from_address": "work@desk.example"}
        settings["mailbox work"] = {
            "desk": "careers",
            "listen": f"unix:{self.service.dir}/run/work"}
        self.found()
        for person in (self.maria, self.anna):
            quicken(person)

    def keys(self, name):
        return {(row["kind"], row["desk"]) for row in peek(
            self.service, "SELECT kind, desk FROM team_secret "
            "WHERE member = ?", name)}

    def row(self, person, name):
        return next(row for row in person("staff", "list")["staff"]
                    if row["name"] == name)

    def seq(self):
        return self.maria("staff", "list", "maria")["history"][-1]["seq"]


class Listed(Staff):
    def test_everybody_with_what_they_may(self):
        answer = self.anna("staff", "list")
        self.assertEqual(set(answer), {"staff", "invitations",
                                       "few_supervisors", "desks",
                                       "recovery"})
        maria, anna = answer["staff"]
        self.assertEqual((maria["name"], maria["role"], maria["desks"],
                          maria["state"], maria["you"]),
                         ("maria", "supervisor", ["youth", "careers"],
                          "active", False))
        self.assertEqual((anna["name"], anna["role"], anna["desks"],
                          anna["you"]), ("anna", "counsellor", ["youth"],
                                         True))
        self.assertRegex(anna["fingerprint"],
                         r"^([0-9a-f]{4} ){9}[0-9a-f]{4}$")
        self.assertRegex(anna["since"], r"^20\d\d-\d\d-\d\dT[\d:]+Z$")
        self.assertEqual(answer["few_supervisors"], ["youth", "careers"])

    def test_two_supervisors_are_enough(self):
        invite(self.service, self.ground, self.maria, "nora", "supervisor")
        self.assertEqual(self.maria("staff", "list")["few_supervisors"],
                         ["careers"])

    def test_invitations_are_for_supervisors(self):
        code = self.maria("staff", "invite", "bert", "--role", "trainee",
                          "--desk", "youth")["code"]
        one, = self.maria("staff", "list")["invitations"]
        self.assertEqual((one["name"], one["role"], one["desks"], one["by"],
                          one["joined"]),
                         ("bert", "trainee", ["youth"], "maria", False))
        self.assertEqual(self.anna("staff", "list")["invitations"], [])
        self.assertNotIn("fingerprint", one)
        key = Person(self.ground, "bert")("join", self.service.url,
                                          code)["fingerprint"]
        one, = self.maria("staff", "list")["invitations"]
        self.assertTrue(one["joined"])
        # To compare before anything is confirmed.
        self.assertEqual(one["fingerprint"], key)
        said = self.maria.run("staff", "list", check=True).text
        self.assertIn(key, said)
        self.assertIn("if it is this one: teduh staff confirm bert",
                      " ".join(said.split()))
        self.maria("staff", "confirm", "bert")
        self.assertEqual(self.maria("staff", "list")["invitations"], [])

    def test_an_invitation_that_nobody_signed_is_told(self):
        self.maria("staff", "invite", "good", "--role", "counsellor",
                   "--desk", "youth")
        bad = self.maria("staff", "invite", "bad", "--role", "supervisor",
                         "--desk", "youth")["number"]
        self.service.stop()
        with store(self.service) as db:
            db.execute("UPDATE invitation SET signature = zeroblob(64) "
                       "WHERE number = ?", (bad,))
        self.service.start()
        said = self.maria.run("staff", "list", "--json")
        self.assertEqual(said.code, 1, said)
        self.assertEqual([i["name"] for i in said.json["invitations"]],
                         ["good"])
        self.assertIn(f"the invitation number {bad} is not shown: this "
                      "invitation is not signed", said.err)

    def test_a_key_that_the_code_did_not_sign_is_not_shown(self):
        one = self.maria("staff", "invite", "bert", "--role", "trainee",
                         "--desk", "youth")
        Person(self.ground, "bert")("join", self.service.url, one["code"])
        self.service.stop()
        with store(self.service) as db:
            db.execute("UPDATE invitation SET card_invite = zeroblob(64) "
                       "WHERE number = ?", (one["number"],))
        self.service.start()
        said = self.maria.run("staff", "list", "--json")
        self.assertEqual(said.code, 1, said)
        self.assertEqual(said.json["invitations"], [])
        self.assertIn("the key that came with this invitation is not signed",
                      said.err)

    def test_the_history_of_one(self):
        self.maria("staff", "role", "anna", "--role", "trainee")
        self.maria("staff", "revoke", "anna")
        answer = self.maria("staff", "list", "anna")
        self.assertEqual(answer["state"], "revoked")
        self.assertEqual([(h["role"], h["state"], h["by"])
                          for h in answer["history"]],
                         [("counsellor", "active", "maria"),
                          ("trainee", "active", "maria"),
                          ("trainee", "revoked", "maria")])
        result = self.maria.refused("staff", "list", "nobody")
        self.assertEqual(result.code, 1, result)

    def test_the_history_says_what_each_entry_changed(self):
        key = self.row(self.maria, "anna")["fingerprint"]
        self.maria("staff", "flag", "anna", "+crisis")
        self.maria("staff", "languages", "anna", "id", "en")
        self.maria("staff", "policy", "anna", "--review", "never")
        self.maria("staff", "revoke", "anna")
        history = self.maria("staff", "list", "anna")["history"]
        self.assertEqual([h["fingerprint"] for h in history], [key] * 5)
        self.assertEqual([h["changed"] for h in history],
                         [["fingerprint", "role", "desks", "state", "flags"],
                          ["flags"], ["languages"], ["review"], ["state"]])
        self.assertEqual(history[2]["languages"], ["id", "en"])
        said = " ".join(self.maria.run("staff", "list", "anna",
                                       check=True).text.split())
        for words in (f"signed by maria, key {key}",
                      "signed by maria, flags: crisis",
                      "signed by maria, languages: id, en",
                      "signed by maria, answers not reviewed"):
            self.assertIn(words, said)
        self.assertEqual(said.count(key), 2)

    def test_a_key_that_came_anew_stands_in_the_history(self):
        first = self.row(self.maria, "anna")["fingerprint"]
        self.maria("staff", "revoke", "anna")
        code = self.maria("staff", "invite", "anna", "--role", "counsellor",
                          "--desk", "youth")["code"]
        Person(self.ground, "anew")("join", self.service.url, code)
        self.maria("staff", "confirm", "anna")
        history = self.maria("staff", "list", "anna")["history"]
        self.assertEqual([h["fingerprint"] == first for h in history],
                         [True, True, False])
        self.assertIn("fingerprint", history[2]["changed"])

    def test_the_screen_keeps_a_fingerprint_whole(self):
        self.maria("staff", "invite", "bert", "--role", "trainee",
                   "--desk", "youth")
        whole = self.row(self.maria, "anna")["fingerprint"]
        for columns in (80, 120):
            self.maria.env["COLUMNS"] = str(columns)
            text = self.maria.run("staff", "list", check=True).text
            self.assertTrue(all(len(line) <= columns
                                for line in text.splitlines()[:6]), text)
            self.assertIn(whole, text)
            self.assertIn("maria (you)", text)
            self.assertIn("bert", text)
            self.assertIn("fewer than two supervisors", text)


class Keys(Staff):
    """What stands below the people: the desks' keys, how each reviews, and
    the recovery key."""

    def said(self):
        return " ".join(self.maria.run("staff", "list",
                                       check=True).text.split())

    def desk(self):
        return next(row for row in self.maria("staff", "list")["desks"]
                    if row["desk"] == "youth")

    def test_the_key_of_a_desk(self):
        one = self.desk()
        self.assertEqual((one["desk"], one["key"]["epoch"],
                          one["key"]["by"]), ("youth", 1, "maria"))
        self.assertIn("youth: key number 1 since", self.said())
        self.maria("team", "rotate", "--desk", "youth")
        anew = self.desk()["key"]
        self.assertEqual((anew["epoch"], anew["by"]), (2, "maria"))
        self.assertGreaterEqual(anew["since"], one["key"]["since"])
        said = self.said()
        self.assertIn("youth: key number 2 since", said)
        self.assertIn("careers: key number 1 since", said)

    def test_how_a_desk_reviews(self):
        one = self.desk()
        self.assertEqual((one["review"], one["self"], one["crisis_path"]),
                         ("always", False, False))
        self.assertIn("Every answer is read by a supervisor before",
                      self.said())
        self.maria("staff", "policy", "--desk", "youth", "--review",
                   "trainees", "--crisis-path", "yes")
        one = self.desk()
        self.assertEqual((one["review"], one["crisis_path"]),
                         ("trainees", True))
        self.assertIn("Answers of trainees are read", self.said())

    def test_the_recovery_key(self):
        self.assertIsNone(self.maria("staff", "list")["recovery"])
        self.assertIn("There is no recovery key", self.said())
        self.maria("recovery", "new", "eva", "fay", "gus",
                   f"{self.ground.path}/parts")
        one = self.anna("staff", "list")["recovery"]
        self.assertEqual((one["custodians"], one["by"], one["rehearsed"]),
                         (["eva", "fay", "gus"], "maria", None))
        said = self.said()
        self.assertIn("In parts with eva, fay, gus since", said)
        self.assertIn("Nobody has tried yet whether two parts open", said)
        self.maria("recovery", "rehearse",
                   *(f"{self.ground.path}/parts/{name}.txt"
                     for name in ("eva", "gus")))
        one = self.maria("staff", "list")["recovery"]
        self.assertGreaterEqual(one["rehearsed"], one["since"])
        self.assertIn("Two parts were last tried on", self.said())


class Changed(Staff):
    def test_a_desk_that_is_gained_comes_with_its_letters(self):
        self.service.inject(mail(subject="Praktik"), "work")
        case = self.maria.wait_queue(1)[0]["id"]
        self.assertEqual(self.anna.queue(), [])
        answer = self.maria("staff", "role", "anna", "--role", "counsellor",
                            "--desk", "youth", "--desk", "careers")
        self.assertEqual(answer, {"name": "anna", "role": "counsellor",
                                  "desks": ["youth", "careers"],
                                  "state": "active"})
        self.assertEqual(self.anna("show", case)["items"][0]["subject"],
                         "Praktik")

    def test_a_new_supervisor_approves_and_lets_others_in(self):
        self.maria("staff", "role", "anna", "--role", "supervisor")
        bert = invite(self.service, self.ground, self.anna, "bert")
        self.service.inject(mail())
        case = bert.wait_queue(1)[0]["id"]
        draft = self.reply(bert, case, "Hello.\n", "--submit")
        self.assertEqual(self.anna("approve", draft)["state"], "approved")
        invite(self.service, self.ground, self.anna, "cleo", "supervisor")

    def test_a_desk_that_is_lost_shows_nothing_more(self):
        self.maria("staff", "role", "anna", "--role", "counsellor",
                   "--desk", "youth", "--desk", "careers")
        self.service.inject(mail(), "pipe")
        case = self.anna.wait_queue(1)[0]["id"]
        result = self.maria.run("staff", "role", "anna", "--role",
                                "counsellor", "--desk", "careers", check=True)
        self.assertIn("can still be read", result.text)
        self.assertIn("youth", result.text)
        self.assertEqual(self.anna.queue(), [])
        self.assertEqual(self.anna.refused("show", case).code, 1)
        self.assertEqual(self.keys("anna"), {("team", "careers")})
        # What was given back comes with all that it opened.
        self.maria("staff", "role", "anna", "--role", "counsellor",
                   "--desk", "youth")
        self.assertEqual(len(self.anna("show", case)["items"]), 1)
        self.maria("staff", "revoke", "anna")
        self.assertEqual(self.keys("anna"), set())
        self.assertTrue(self.keys("maria"))

    def test_a_supervisor_becomes_a_counsellor(self):
        invite(self.service, self.ground, self.maria, "nora", "supervisor")
        result = self.maria.run("staff", "role", "nora", "--role",
                                "counsellor", check=True)
        self.assertIn("keeps the reports' key", result.text)
        self.assertEqual(self.row(self.maria, "nora")["role"], "counsellor")

    def refused(self, person, code, words, *args):
        before = self.seq()
        result = person.refused("staff", "role", *args)
        self.assertEqual(result.code, code, result)
        self.assertIn(words, result.err)
        self.assertEqual(len(result.err.strip().splitlines()), 1, result)
        self.assertEqual(self.seq(), before)

    def test_nobody_is_left_without_a_supervisor(self):
        self.refused(self.maria, 1, "last supervisor", "maria", "--role",
                     "counsellor")
        self.refused(self.maria, 1, "last supervisor", "maria", "--role",
                     "supervisor", "--desk", "youth")
        invite(self.service, self.ground, self.maria, "nora", "supervisor")
        self.refused(self.maria, 1, "last supervisor of the desk 'careers'",
                     "maria", "--role", "supervisor", "--desk", "youth")

    def test_nobody_steps_down_alone(self):
        nora = invite(self.service, self.ground, self.maria, "nora",
                      "supervisor")
        self.refused(nora, 1, "another supervisor",
                     "nora", "--role", "counsellor")

    def test_who_may_not(self):
        self.refused(self.anna, 1, "only a supervisor", "anna", "--role",
                     "supervisor")
        nora = invite(self.service, self.ground, self.maria, "nora",
                      "supervisor")
        self.refused(nora, 1, "desk 'careers'", "anna", "--role",
                     "counsellor", "--desk", "careers")
        self.refused(nora, 1, "desk 'careers'", "maria", "--role",
                     "counsellor")

    def test_what_cannot_be(self):
        self.refused(self.maria, 1, "already", "anna", "--role",
                     "counsellor")
        self.refused(self.maria, 1, "no 'nobody'", "nobody", "--role",
                     "counsellor")
        self.refused(self.maria, 1, "'space'", "anna", "--role",
                     "counsellor", "--desk", "space")
        self.refused(self.maria, 2, "twice", "anna", "--role", "trainee",
                     "--desk", "youth", "--desk", "youth")
        self.refused(self.maria, 2, "--role", "anna")


class Flag(Staff):
    def flags(self, name):
        return [entry["flags"] for entry in (json.loads(row["entry"])
                for row in peek(self.service, "SELECT entry FROM roster "
                                "ORDER BY seq"))
                if entry.get("name") == name][-1]

    def test_given_and_taken_away(self):
        self.assertEqual(self.flags("anna"), [])
        self.assertEqual(self.maria("staff", "flag", "anna", "+crisis"),
                         {"name": "anna", "flags": ["crisis"]})
        self.assertEqual(self.flags("anna"), ["crisis"])
        # Another role keeps it, another change of hers as well.
        self.maria("staff", "role", "anna", "--role", "supervisor")
        self.assertEqual(self.flags("anna"), ["crisis"])
        self.assertEqual(self.maria("staff", "flag", "anna", "-crisis"),
                         {"name": "anna", "flags": []})
        self.assertEqual(self.flags("anna"), [])

    def test_what_cannot_be(self):
        tia = invite(self.service, self.ground, self.maria, "tia", "trainee")
        for person, words, code, said in (
                (self.maria, ("tia", "+crisis"), 1, "is for counsellors"),
                (self.maria, ("anna", "-crisis"), 1, "nothing was changed"),
                (self.anna, ("anna", "+crisis"), 1, "only a supervisor"),
                (tia, ("anna", "+crisis"), 1, "only a supervisor"),
                (self.maria, ("nobody", "+crisis"), 1, "no 'nobody'"),
                (self.maria, ("anna", "crisis"), 2, "say +crisis"),
                (self.maria, ("anna", "+other"), 2, "say +crisis")):
            with self.subTest(words):
                refused = person.refused("staff", "flag", *words)
                self.assertEqual(refused.code, code, refused)
                self.assertIn(said, " ".join(refused.err.split()))
        self.assertEqual(self.flags("anna"), [])
