"""A case opens for nobody of its desk, because somebody gave it away so or
its row was damaged: whoever notices says so once, supervisors hear of it, and
it is over when it opens again."""

import base64
import json
import os
import pathlib
import shutil
import unittest

from lib.archive import Archive
from lib.between import Between
from lib.erasing import wait_done, wait_seen
from lib.ground import wait_for
from lib.intruder import peek
from lib.mails import parse
from lib.moving import MoveStory
from lib.rest import at_rest
from lib.signed import NOBODY, Request
from lib.teduh import Person, Service

SAID = "does not open with the key of its team"
TOLD, UNTOLD = "the supervisors are told", "so tell a supervisor"
NOTICE = "yang tidak bisa dibuka siapa pun"
DAYS = 86400


def noise(box):
    """As long as this one, in base64, and no box at all."""
    return base64.b64encode(os.urandom(len(base64.b64decode(box)))).decode()


class Unopened(MoveStory):
    def setUp(self):
        super().setUp()
        self.case = self.town.letter(text="A question.\n")

    def give_away(self, old=True, new=True):
        """By a changed command line: sealed to nobody are the keys of until
        now, the next one, or all. The move that would have been right."""
        good = self.body()
        bad = json.loads(json.dumps(good))
        boxes = (bad["keys"] if old else []) + ([bad["epoch"]] if new else [])
        for one in boxes:
            one["box"] = noise(one["box"])
        status, answer = self.ask(bad)
        self.assertEqual(status, 200, answer)
        return good

    def mend(self, *boxes):
        """The rows of a backup, by (epoch, box)."""
        with self.town.intrusion() as db:
            for epoch, box in boxes:
                db.execute("UPDATE case_key SET box = ? WHERE case_id = ? AND "
                           "epoch = ?", (box, self.case, epoch))

    def said(self, person, *args, words=TOLD):
        """The sentence, once, and the command goes on; show ends with 1 as
        ever where a letter is not shown."""
        said = person.run(*args)
        self.assertIn(said.code, (0, 1) if args[0] == "show" else (0,), said)
        err = " ".join(said.err.split())
        self.assertEqual((err.count(f"{self.case} {SAID}"),
                          err.count(SAID), err.count(words)), (1, 1, 1),
                         said)

    def unsaid(self, person, *args):
        said = person.run(*args)
        self.assertEqual(said.code, 0, said)
        self.assertNotIn(SAID, " ".join(said.err.split()))

    def entries(self):
        """Who said what of it."""
        return [(row["action"], row["actor"]) for row in peek(
            self.service, "SELECT action, actor FROM audit WHERE case_id = ? "
            "AND action IN ('opened', 'unopened') ORDER BY seq", self.case)]

    def alarms(self):
        return [row["subject"] for row in peek(
            self.service, "SELECT subject FROM alarm WHERE kind = "
            "'case-unopened' AND ended IS NULL")]

    def state(self):
        """All that a report might change, and must not."""
        at_rest(self.service)
        return [tuple(row) for table in ("cases", "case_key", "case_epoch",
                                         "event", "claim", "alarm", "audit")
                for row in peek(self.service, f"SELECT * FROM {table}")]

    def report(self, person, what="unopened", case=None):
        return Request(person.signer, "POST", f"/v1/cases/"
                       f"{case or self.case}/{what}", {}, skew=self.town.offset).send(
                           self.service)


class Given(Unopened):
    def test_it_rings_once_and_is_over_when_it_opens(self):
        town, nora, olga = self.town, self.nora, self.olga
        good = self.give_away()
        self.assertEqual((self.alarms(), self.entries()), ([], []))
        self.said(nora, "next")
        self.assertEqual(self.alarms(), [self.case])
        self.assertEqual(self.entries(), [("unopened", "nora")])
        self.assertIn(f"case-unopened {self.case}",
                      self.service.admin("status", check=False).text)
        # Whoever looks hears of it, and says nothing anew.
        for person, args in ((nora, ("claim", self.case)),
                             (nora, ("queue",)),
                             (olga, ("queue", "--json")),
                             (town.maria, ("show", self.case))):
            self.said(person, *args)
        self.unsaid(nora, "queue", "-q")
        self.assertEqual(self.report(nora), (200, {}))
        self.assertEqual(self.entries(), [("unopened", "nora")])
        # Who gave it away so is named.
        self.assertEqual([
            (event["kind"], event["actor"]) for event in
            nora.run("show", self.case, "--json").json["events"]
            if event["kind"] == "moved"], [("moved", "anna")])
        self.assertEqual([row[0] for row in peek(
            self.service, "SELECT actor FROM audit WHERE action = 'move' AND "
            "case_id = ?", self.case)], ["anna"])
        self.mend((2, base64.b64decode(good["epoch"]["box"])))
        self.said(nora, "show", self.case)          # the older one is not
        self.assertEqual(self.alarms(), [self.case])
        self.mend((1, base64.b64decode(good["keys"][0]["box"])))
        self.unsaid(olga, "show", self.case)
        self.assertEqual(self.texts(nora, self.case), ["A question.\n"])
        self.assertEqual(self.alarms(), [])
        self.assertEqual(self.entries(), [("unopened", "nora"),
                                          ("opened", "olga")])
        self.unsaid(nora, "show", self.case)
        self.assertEqual(self.report(nora, "opened"), (200, {}))
        self.assertEqual(len(self.entries()), 2)
        olga("audit", "verify")

    def test_when_only_the_old_or_the_new_key_is_noise(self):
        for old, new in ((True, False), (False, True)):
            self.give_away(old, new)
            self.said(self.nora, "show", self.case)
            self.assertIn(self.case, self.alarms())
            self.case = self.town.letter()

    def test_supervisors_of_its_desk_have_a_notice(self):
        people = (self.town.maria, self.ben, self.olga, self.nora)
        for person in people:
            self.town.maria("staff", "notice", person.name,
                            data=f"{person.name}@office.example\n".encode())
        self.service.clock(61)          # clock reads the list of staff anew
        self.give_away()
        self.said(self.nora, "next")

        def told():
            return sorted(s.recipients[0] for s in self.town.sink.messages
                          if NOTICE in parse(s.data).get_content())
        wait_for("two notices", lambda: len(told()) >= 2, 60)
        self.said(self.nora, "queue")
        self.town.later(2 * 3600)
        wait_for("clock's next round", lambda: peek(
            self.service, "SELECT count(*) FROM automatic")[0][0] == 0)
        self.assertEqual(told(), ["<maria@office.example>",
                                  "<olga@office.example>"])

    def test_to_whom_it_is_foreign_it_never_was(self):
        self.give_away()
        before = self.state()
        for what in ("unopened", "opened"):
            foreign = self.report(self.anna, what)
            self.assertEqual(foreign[0], 404)
            self.assertEqual(foreign, self.report(self.anna, what, NOBODY))
        self.assertEqual(self.state(), before)

    def elsewhere(self):
        """The newest backup on a machine of its own, which talks to nobody;
        anna's command line for it."""
        copy = Service(self.ground, "copy")
        copy.settings = {
            name: value for name, value in self.service.settings.items()
            if name.startswith("desk ")} | {
            name: copy.settings[name] for name in ("data", "secrets", "user",
                                                   "api")}
        copy.configure()
        self.archive.put_back(copy)
        copy.start()
        there = Person(self.ground, "anna")
        there.home += "-copy"
        shutil.copytree(self.anna.home, there.home)
        with open(f"{there.home}/service", encoding="utf-8") as f:
            said = json.load(f)
        with open(f"{there.home}/service", "w", encoding="utf-8") as f:
            json.dump({**said, "url": copy.url}, f)
        return there

    def test_a_backup_of_before_has_it(self):
        """As doc/alarms.md says."""
        self.archive = Archive(self.ground)
        self.archive.take(self.service)
        self.give_away()
        self.said(self.nora, "next")
        there, folder = self.elsewhere(), f"{self.ground.path}/out"
        self.assertEqual(self.texts(there, self.case), ["A question.\n"])
        there("export", self.case, folder)
        self.assertIn("A question.", "".join(
            page.read_text() for page in pathlib.Path(folder).glob("*.txt")))
        self.gone(self.anna, self.case)         # here as before
        self.olga("erase", self.case, "--yes")

    def test_a_service_that_does_not_know_of_it(self):
        """As one of the version before: nothing is sent, and it is said."""
        def older(_, answer):
            for case in answer.get("cases", ()):
                case.pop("unopened", None)
            return answer

        self.give_away()
        between = Between(self.ground, self.service, older)
        self.addCleanup(between.close)
        with between.asked_by(self.nora):
            self.said(self.nora, "queue", words=UNTOLD)
        self.assertEqual([path for method, path, *_ in between.requests
                          if method == "POST"], [])


class Damaged(Unopened):
    def damage(self):
        """A row of the store that a bad disk changed."""
        row, = peek(self.service, "SELECT box FROM case_key WHERE case_id = "
                    "?", self.case)
        box = bytearray(row["box"])
        box[-1] ^= 1
        self.mend((1, bytes(box)))
        return row["box"]

    def test_a_rotation_tells_and_passes_it(self):
        other = self.town.letter()
        box = self.damage()
        said = self.ben.run("team", "rotate")
        self.assertEqual(said.code, 1, said)
        self.assertEqual(" ".join(said.err.split()).count(SAID), 1, said)
        self.assertEqual(self.entries(), [("unopened", "ben")])
        self.assertEqual([row["epoch"] for row in peek(
            self.service, "SELECT epoch FROM case_key WHERE case_id = ?",
            other)], [1, 2])
        self.mend((1, box))
        self.ben("team", "rotate")
        self.assertEqual((self.alarms(), self.entries()),
                         ([], [("unopened", "ben"), ("opened", "ben")]))

    def test_it_ends_with_the_case(self):
        self.damage()
        self.said(self.anna, "show", self.case)
        self.assertEqual(self.alarms(), [self.case])
        self.ben("erase", self.case, "--yes")
        wait_seen(self.service, self.case)
        self.town.later(4 * DAYS)
        wait_done(self.service, self.case)
        self.assertEqual(self.alarms(), [])
        self.assertEqual(self.report(self.anna)[0], 404)
        self.assertEqual(self.alarms(), [])


if __name__ == "__main__":
    unittest.main()
