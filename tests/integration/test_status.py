"""teduh-admin status: one screen, Nagios' exit codes, no secret needed."""

import json

from lib import smtpsink
from lib.certs import Certs
from lib.ground import wait_for
from lib.mails import mail
from lib.story import Story
from lib.teduh import Service, invite


class Status(Story):
    def setUp(self):
        super().setUp()
        self.certs = Certs(self.ground)
        self.sink = smtpsink.SmtpSink(self.ground, self.certs)
        self.service = Service(self.ground)
        self.service.relay(self.sink.port, smtpsink.USER,
                           smtpsink.PASSWORD, ca=self.certs.ca)

    def status(self, *args):
        return self.service.admin("status", *args, check=False)

    def wait_code(self, code):
        return wait_for(f"status to say {code}", lambda: (
            s := self.status()).code == code and s)

    def test_from_nothing_to_well_to_stopped(self):
        self.service.configure()
        nothing = self.status()
        self.assertEqual(nothing.code, 3)
        self.assertIn("teduh unknown", nothing.text)
        self.found()
        self.wait_code(1)                   # one supervisor is too few
        self.assertIn("supervisors-few youth (1)", self.status().text)
        invite(self.service, self.ground, self.maria, "mari",
               role="supervisor")
        # Three who keep the parts of a recovery key.
        self.maria("recovery", "new", "eva", "fay", "gus",
                   f"{self.ground.path}/parts")
        self.service.clock(70)
        self.wait_code(0)
        case = self.one_case(mail("ada@example.org"))["id"]
        shown = self.status()
        self.assertIn("teduh ok: teduhd runs", shown.text)
        for words in ("1 waiting, 0 too long", "intake pipe", "post 1",
                      "clock", "last mail", "schema "):
            self.assertIn(words, shown.text)
        self.assertTrue(all(len(line) <= 80
                            for line in shown.text.splitlines()))
        self.assertNotIn("ada@", shown.text)
        self.service.clock(33 * 3600)
        wait_for("the alarm", lambda: "case-overdue youth (1)"
                 in self.status().text)
        # Each role was silent for 33 hours, until it looks up.
        state = wait_for("all roles", lambda: (
            now := self.status("--json").json)["level"] == "warning" and now)
        self.assertEqual(state["desks"][0]["late"], 1)
        self.assertTrue(state["running"])
        self.answer(case, "Hello.\n")
        self.anna.wait_delivery(case, "accepted")
        self.service.clock(34 * 3600)
        self.wait_code(0)
        self.service.stop()
        stopped = self.status()
        self.assertEqual(stopped.code, 2)
        self.assertIn("does not run", stopped.text)

    def test_usage(self):
        self.service.configure()
        self.assertEqual(self.status("--nonsense").code, 64)
        self.assertEqual(self.status("--json", "more").code, 64)
        self.assertEqual(self.status("--json").code, 3)
        self.assertEqual(json.loads(self.status("--json").out)["level"],
                         "unknown")
