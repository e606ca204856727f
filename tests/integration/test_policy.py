"""Whose answers a second person reads: said of a desk and of one person by a
supervisor, asked by the command line, by the service, before a letter leaves
and before it is shown."""

from lib.forms import FormStory, read
from lib.ground import wait_for
from lib.intruder import peek, quicken
from lib.mails import mail
from lib.story import SinkStory
from lib.teduh import invite

ANSWER = "Dear you,\nyou are not alone with this.\n"


class Policy(SinkStory):
    def setUp(self):
        super().setUp()
        for person in (self.maria, self.anna):
            quicken(person)

    def hire(self, name, role="counsellor"):
        return quicken(invite(self.service, self.ground, self.maria, name,
                              role=role))

    def policy(self, *words, by=None):
        return (by or self.maria)("staff", "policy", *words)

    def submit(self, person, number):
        """An answer in a case of its own, submitted: the draft."""
        case = self.one_case(mail(
            message_id=f"<p{number}@example.org>"))["id"]
        draft = self.reply(person, case, f"Hello {number}\n", "--submit")
        shown, = person("show", case)["drafts"]
        self.assertEqual(shown["id"], draft)
        person("release", case)
        return shown

    def test_what_stands_and_what_is_changed(self):
        self.assertEqual(self.policy(by=self.anna), {"desks": [
            {"desk": "youth", "review": "always", "self": False,
             "crisis_path": False}], "people": []})
        self.assertEqual(
            self.policy("--desk", "youth", "--review", "trainees"),
            {"desk": "youth", "review": "trainees", "self": False,
             "crisis_path": False})
        self.assertEqual(
            self.policy("--desk", "youth", "--self", "yes",
                        "--crisis-path", "yes"),
            {"desk": "youth", "review": "trainees", "self": True,
             "crisis_path": True})
        self.assertEqual(self.policy("anna", "--review", "always"),
                         {"name": "anna", "role": "counsellor",
                          "review": "always"})
        said = self.policy(by=self.anna)
        self.assertEqual([row["review"] for row in said["desks"]],
                         ["trainees"])
        self.assertEqual([(row["name"], row["review"])
                          for row in said["people"]], [("anna", "always")])
        said = self.anna.run("staff", "policy", check=True).text
        self.assertIn("youth: Answers of trainees are read", said)
        self.assertIn("Every answer of anna is read",
                      " ".join(said.split()))
        self.assertEqual(self.policy("anna", "--review", "desk")["review"],
                         "desk")
        self.assertEqual(self.policy()["people"], [])

    def test_who_may(self):
        tia, nora = self.hire("tia", "trainee"), self.hire("nora",
                                                           "supervisor")
        for person in (self.anna, tia):
            said = person.refused("staff", "policy", "--desk", "youth",
                                  "--review", "never")
            self.assertIn("only a supervisor", said.err)
            said = person.refused("staff", "policy", person.name,
                                  "--review", "never")
            self.assertIn("only a supervisor", said.err)
        said = self.maria.refused("staff", "policy", "tia", "--review",
                                  "never")
        self.assertIn("trainee", said.err)
        said = self.maria.refused("staff", "policy", "maria", "--review",
                                  "never")
        self.assertIn("nobody lifts the review of own", said.err)
        said = self.maria.refused("staff", "policy", "anna", "--review",
                                  "desk")
        self.assertIn("so already", said.err)
        self.policy("maria", "--review", "always", by=nora)
        self.assertIn("nobody lifts", self.maria.refused(
            "staff", "policy", "maria", "--review", "desk").err)
        self.policy("maria", "--review", "never", by=nora)
        for words in (["--review", "never"], ["anna", "--review",
                                              "trainees"],
                      ["--desk", "youth", "--review", "desk"],
                      ["anna", "--desk", "youth", "--review", "never"],
                      ["--desk", "youth"], ["anna"],
                      ["--desk", "youth", "--self", "perhaps"]):
            self.assertEqual(self.maria.refused("staff", "policy",
                                                *words).code, 2, words)

    def test_of_a_desk_and_of_a_person(self):
        """always of a person > the desk; never of a person only for who is
        no trainee; a trainee is always read."""
        tia, ben = self.hire("tia", "trainee"), self.hire("ben")
        self.assertEqual(self.submit(self.anna, 1)["state"], "submitted")
        self.policy("--desk", "youth", "--review", "never")
        self.assertEqual(self.submit(self.anna, 2)["state"], "approved")
        self.sink.wait_messages(1)
        self.assertEqual(self.submit(tia, 3)["state"], "submitted")
        self.policy("anna", "--review", "always")
        self.assertEqual(self.submit(self.anna, 4)["state"], "submitted")
        self.assertEqual(self.submit(ben, 5)["state"], "approved")
        self.sink.wait_messages(2)
        self.policy("--desk", "youth", "--review", "always")
        self.policy("ben", "--review", "never")
        self.assertEqual(self.submit(ben, 6)["state"], "approved")
        self.sink.wait_messages(3)
        # Who becomes a trainee is read, whatever was said before.
        self.maria("staff", "role", "ben", "--role", "trainee")
        self.assertEqual(self.submit(ben, 7)["state"], "submitted")
        self.assertEqual(len(self.sink.dots), 3)

    def test_who_was_not_read_is_read_when_it_leaves(self):
        """A letter that waits in the desk's hold is asked about again."""
        self.service.settings["desk youth"]["hold"] = "30m"
        self.service.restart()
        self.policy("anna", "--review", "never")
        draft = self.submit(self.anna, 1)
        self.assertEqual(draft["state"], "approved")
        self.policy("anna", "--review", "always")
        self.service.clock(31 * 60)
        case = draft["id"].split(".")[0]
        item = self.anna.wait_delivery(case, "blocked")
        self.assertEqual(item["delivery"]["code"], "approver")
        self.assertEqual(self.sink.opened, 0)


class Shown(FormStory):
    def test_never_goes_straight_to_the_mailbox(self):
        """The letter is approved by being submitted, the seeker's code opens
        it, and the mailbox shows it though only one person signed."""
        self.maria("staff", "policy", "--desk", "youth", "--review", "never")
        letter = self.one("Help me.")
        draft = self.reply(self.anna, letter.case, ANSWER, "--submit")
        shown, = self.anna("show", letter.case)["drafts"]
        self.assertEqual((shown["id"], shown["state"]), (draft, "approved"))
        row, = peek(self.service, "SELECT approver FROM item WHERE kind = "
                    "'answer'")
        self.assertIsNone(row["approver"])
        self.assertEqual(self.count("grants WHERE recipient = 'seeker' AND "
                                    "item IN (SELECT item FROM delivery)"),
                         1)
        self.anna.wait_delivery(letter.case, "published", 60)
        self.assertEqual(self.texts(letter),
                         [(False, "Help me."), (True, ANSWER)])
        # What the desk asks for afterwards takes nothing back.
        self.maria("staff", "policy", "--desk", "youth", "--review",
                   "always")
        self.assertEqual(self.texts(letter),
                         [(False, "Help me."), (True, ANSWER)])

    def test_of_one_person(self):
        ben = quicken(invite(self.service, self.ground, self.maria, "ben"))
        self.maria("staff", "policy", "ben", "--review", "never")
        letter, other = self.one("Help me."), self.one("Me too.")
        self.reply(ben, letter.case, ANSWER, "--submit")
        ben.wait_delivery(letter.case, "published", 60)
        self.assertEqual(self.texts(letter)[-1], (True, ANSWER))
        draft = self.reply(self.anna, other.case, ANSWER, "--submit")
        self.assertEqual(self.texts(other), [(False, "Me too.")])
        self.maria("approve", draft)
        wait_for("the mailbox of the other", lambda: self.texts(
            other)[-1] == (True, ANSWER), 60)

    def texts(self, letter):
        return [(item["ours"], item["text"])
                for item in read(self.service, letter)[2]["items"]]
