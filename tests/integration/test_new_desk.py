"""A desk that is added to the configuration of a service that runs: its
letters wait until a supervisor begins it, and then it is like the others."""

from lib.ground import wait_for
from lib.intruder import peek, quicken
from lib.mails import mail
from lib.story import SinkStory
from lib.teduh import invite

TRY_AGAIN = 75


class NewDesk(SinkStory):
    def setUp(self):
        super().setUp()
        for person in (self.maria, self.anna):
            quicken(person)
        self.ben = quicken(invite(self.service, self.ground, self.maria,
                                  "ben", "supervisor"))
        settings = self.service.settings
        settings["desk careers"] = {**settings["desk youth"],
                                    "from_address": "work@desk.example"}
        settings["mailbox work"] = {
            "desk": "careers", "listen": f"unix:{self.service.dir}/run/work"}
        self.service.stop()
        self.service.configure()
        self.service.start()

    def inject(self, **more):
        return self.service.inject(mail(**more), mailbox="work", check=False)

    def roster(self):
        return [tuple(row) for table in ("roster", "team_secret")
                for row in peek(self.service, f"SELECT * FROM {table}")]

    def refused(self, person, code, words, *args):
        before = self.roster()
        said = person.refused("team", "found", *args)
        self.assertEqual(said.code, code, said)
        self.assertIn(words, " ".join(said.err.split()))
        self.assertEqual(self.roster(), before)

    def test_its_way(self):
        self.assertEqual(self.inject().code, TRY_AGAIN)
        folder = f"{self.ground.path}/recovery"
        self.maria("recovery", "new", "uno", "duo", "tre", folder)
        done = self.maria("team", "found", "--desk", "careers")
        self.assertEqual(done, {"desk": "careers", "supervisor": "maria",
                                "epoch": 1})
        self.assertEqual(
            {(row["kind"], row["member"], row["epoch"]) for row in peek(
                self.service, "SELECT * FROM team_secret WHERE desk = "
                "'careers'")},
            {(kind, member, 1) for kind in ("team", "report")
             for member in ("maria", "recovery")})
        # It waited with whoever brought it, and is taken now.
        wait_for("a letter at the new desk",
                 lambda: self.inject(text="Which job?\n").code == 0)
        row, = self.maria.wait_queue(
            where=lambda row: row["desk"] == "careers")
        case = row["id"]
        self.assertEqual(self.maria("show", case)["items"][0]["text"],
                         "Which job?\n")
        for person in (self.anna, self.ben):
            self.assertEqual(person.refused("show", case).code, 1)
        # Colleagues come as anywhere, and a second person reads every answer.
        nora = quicken(invite(self.service, self.ground, self.maria, "nora",
                              "counsellor", "careers"))
        self.maria("staff", "role", "ben", "--role", "supervisor", "--desk",
                   "youth", "--desk", "careers")
        draft = self.reply(nora, case, "Yours.\n", "--submit")
        self.assertEqual(nora("show", case)["drafts"][0]["state"],
                         "submitted")
        self.ben("approve", draft)
        nora.wait_delivery(case, "accepted", 60)
        self.assertEqual(self.ben("team", "rotate", "--desk", "careers"), [
            {"desk": "careers", "epoch": 2, "begun": True, "cases": 1,
             "left": 0}])
        self.refused(self.ben, 1, "has a supervisor already, 'maria'",
                     "--desk", "careers")
        self.service.admin("check")
        self.maria("audit", "verify")

    def test_who_may_not(self):
        self.refused(self.anna, 1, "only a supervisor", "--desk", "careers")
        self.refused(self.maria, 1, "the service has no desk 'nowhere'",
                     "--desk", "nowhere")
        self.refused(self.maria, 1, "has a supervisor already", "--desk",
                     "youth")
        self.refused(self.maria, 2, "which one desk")
        self.refused(self.maria, 2, "which one desk", "--desk", "careers",
                     "--desk", "youth")
        self.refused(self.maria, 2, "'Careers' cannot stand for DESK, which "
                     "has 1 to 32 small letters", "--desk", "Careers")
        # Who comes second finds it taken, and takes nothing.
        self.ben("team", "found", "--desk", "careers")
        self.refused(self.maria, 1, "has a supervisor already, 'ben'",
                     "--desk", "careers")
        said = self.maria.refused("staff", "role", "maria", "--role",
                                  "supervisor", "--desk", "youth", "--desk",
                                  "careers")
        self.assertEqual(said.code, 1, said)
        said = self.maria.refused("team", "rotate", "--desk", "careers")
        self.assertEqual(said.code, 1, said)
