"""The role clock: what happens because time passes."""

import os
import signal

from lib import smtpsink
from lib.ground import wait_for
from lib.mails import mail
from lib.story import SinkStory, Story

HOUR = 3600
DAY = 24 * HOUR


class Leases(Story):
    def setUp(self):
        super().setUp()
        self.found()
        self.case = self.one_case(mail("ada@example.org"))["id"]

    def until(self):
        claim = self.anna("show", self.case)["claim"]
        return claim and claim["until"]

    def test_a_lease_ends_visibly_when_nobody_works(self):
        self.anna("claim", self.case)
        self.service.clock(12 * HOUR + 60)
        self.service.wait_log(["clock", "leases-over", "claims=1"])
        row = self.maria.queue()[0]
        self.assertIsNone(row["claimant"])
        self.maria("claim", self.case)
        self.assertEqual(self.maria.queue()[0]["claimant"], "maria")
        self.service.admin("check")

    def test_reading_the_case_keeps_it_claimed(self):
        self.anna("claim", self.case)
        self.service.clock(10 * HOUR)
        first = self.until()
        self.assertGreater(self.until(), first)     # the first look renewed
        self.maria("show", self.case)               # not hers: no change
        self.service.clock(20 * HOUR)
        self.assertEqual(self.maria.queue()[0]["claimant"], "anna")

    def test_writing_keeps_it_claimed(self):
        draft = self.reply(self.anna, self.case, "one")
        self.service.clock(11 * HOUR)
        self.anna("submit", draft)
        self.service.clock(22 * HOUR)
        self.assertEqual(self.maria.queue()[0]["claimant"], "anna")
