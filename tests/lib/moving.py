"""Stories of a case that goes to another desk: two desks, and who reads
which."""

import contextlib
import json
import os
import re
import signal
import unittest

from . import sodium
from .between import Between
from .ground import Ground, wait_for
from .intruder import Town, peek, quicken
from .mails import mail
from .signed import Request
from .teduh import Service, invite, is_stopped, roles
from .web import open_door

WHY = ("-m", "she asks about work")


class MoveStory(unittest.TestCase):
    """Youth, whom anna (counsellor) and ben (supervisor) read; careers, whom
    nora and olga do; maria founded both."""

    careers = {}                # what is said of that desk alone
    others = ()                 # desks beside these two

    def setUp(self):
        self.ground = Ground()
        self.addCleanup(self.ground.close)
        service = Service(self.ground)
        service.settings["desk youth"]["languages"] = ["id", "en"]
        service.settings["desk careers"] = dict(
            service.settings["desk youth"], from_address="work@desk.example",
            **self.careers)
        for name in self.others:
            service.settings[f"desk {name}"] = dict(
                service.settings["desk youth"],
                from_address=f"{name}@desk.example")
        open_door(self.ground, service, f"unix:{service.dir}/run/web")
        self.town = Town(self.ground, service)
        self.service, self.anna = service, self.town.anna
        self.ben = self.town.hire("ben", "supervisor")
        self.olga = self.come("olga", "supervisor")
        self.nora = self.come("nora", "counsellor")

    def come(self, name, role, desk="careers"):
        return quicken(invite(self.service, self.ground, self.town.maria,
                              name, role, desk))

    def hand(self, case, person=None, desk="careers"):
        return (person or self.anna)("hand", case, "--desk", desk, *WHY)

    def back(self, sender, told, n=2):
        """Who had an answer writes again, and the letter is there."""
        def there():
            return len(peek(self.service, "SELECT 1 FROM item "
                            "WHERE kind = 'letter'"))

        before = there()
        self.service.inject(mail(
            sender=sender, message_id=f"<back-{n}@example.org>",
            text=f"Back {n}.\n", In_Reply_To=told))
        wait_for("the letter", lambda: there() > before)

    def stop_at(self, role, n):
        """The role will stand still at its n-th crash point from now on."""
        self.service.stop()
        self.after = len(self.service.logged())
        self.service.start(env={"TEDUH_CRASH": f"{role}:{n}:stop"})

    @contextlib.contextmanager
    def standing(self, role, where):
        """While it stands at this one."""
        pid, = [pid for name, pid in roles(self.service).items()
                if name.split()[0] == role]
        try:
            self.service.wait_log(f"stop point: {where}".lower(),
                                  after=self.after)
            # It says so first; woken before it stops, it would never wake.
            wait_for("it to stand still", lambda: is_stopped(pid))
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    def texts(self, person, case, kind="letter"):
        """What somebody opens of a case, oldest first."""
        return [item.get("text") for item in person("show", case)["items"]
                if item["kind"] == kind]

    def refused(self, person, code, words, *args):
        said = person.refused(*args)
        self.assertEqual(said.code, code, said)
        self.assertIn(words, " ".join(said.err.split()))

    def one_sentence(self, said):
        """What somebody hears who is refused, beside the clock's being
        another one."""
        self.assertEqual((said.code, said.out), (1, b""), said)
        text = " ".join(self.heard(said).split())
        self.assertRegex(text, r"\Ateduh: .*\.\Z")
        self.assertNotRegex(text, r"\. |.teduh: ")
        return text

    def heard(self, said):
        return re.sub(r"\Ateduh: your clock and .*\n", "", said.err)

    def gone(self, person, case):
        """To this person it is as if the case had never been."""
        refused = person.refused("show", case)
        unknown = person.refused("show", "00000000")
        self.assertEqual(
            (refused.code, self.heard(refused).replace(case, "")),
            (unknown.code, self.heard(unknown).replace("00000000", "")))
        self.assertNotIn(case, [row["id"] for row in person.queue()])

    def column(self, case, name):
        return peek(self.service, f"SELECT {name} FROM cases WHERE id = ?",
                    case)[0][0]

    def keys(self, person, desk):
        """The team keys that she has now, and keeps."""
        return [sodium.box_open(
            person.box, "teduh/team-key/v1",
            f"{desk}/{row['epoch']}/{person.name}", row["box"])
            for row in peek(self.service, "SELECT * FROM team_secret WHERE "
                            "member = ? AND desk = ? AND kind = 'team'",
                            person.name, desk)]

    def opens(self, teams, case):
        """The epochs of the case's key that these team keys open."""
        return [row["epoch"] for row in peek(
            self.service, "SELECT * FROM case_key WHERE case_id = ? ORDER BY "
            "epoch", case) if any(sodium.box_inside(team, row["box"])
                                  is not None for team in teams)]

    def body(self):
        """What the command line asks for, while it is refused: its note is
        uploaded."""
        between = Between(self.ground, self.service)
        self.ben("claim", self.case)
        with contextlib.closing(between), between.asked_by(self.anna):
            self.anna.refused("hand", self.case, "--desk", "careers", *WHY)
        self.ben("release", self.case)
        data, = [data for _, path, data, _ in between.requests
                 if path.endswith("/move")]
        return {**json.loads(data.partition(b"\r\n\r\n")[2]), "fence": None}

    def ask(self, body, person=None):
        return Request((person or self.anna).signer, "POST",
                       f"/v1/cases/{self.case}/move", body).send(
                           self.service)
