"""The canary: a letter that goes the whole way, by relay and mail server,
becomes no case, and is missed when it does not come back."""

from lib.ground import wait_for
from lib.intruder import peek
from lib.mails import mail
from lib.story import Story
from lib.teduh import texts

BOX = "youth-mail"
HOUR = 3600
LONG = 60.0


class Canary(Story):
    def setUp(self):
        super().setUp()
        self.mail_servers()
        self.connect()
        self.service.settings[f"mailbox {BOX}"]["canary"] = "1h"
        self.service.settings["alarm"] = {"texts": texts(self.ground)}
        self.found()

    def rows(self):
        return peek(self.service, "SELECT sent_at, back_at FROM canary "
                    "ORDER BY sent_at")

    def back(self):
        return [row for row in self.rows() if row["back_at"]]

    def wait_back(self, count):
        wait_for(f"{count} canaries back",
                 lambda: len(self.back()) == count, seconds=LONG)

    def wait_moved(self):
        return wait_for("moved as any other", lambda: self.dovecot.mailbox(
            "desk").messages("Teduh"), seconds=LONG)

    def alarms(self):
        return [row["kind"] for row in self.service.admin(
            "status", "--json", check=False).json["alarms"]]

    def wait_alarm(self, there):
        wait_for(f"alarm {there}",
                 lambda: ("canary-lost" in self.alarms()) == there,
                 seconds=LONG)

    def test_it_goes_round_and_becomes_no_case(self):
        self.wait_back(1)
        ledger = peek(self.service, "SELECT class, case_id, item, state "
                      "FROM ledger")
        self.assertEqual([(row["class"], row["case_id"], row["item"])
                          for row in ledger], [("own", None, None)])
        self.assertEqual(self.anna.queue(), [])
        self.assertEqual(len(self.wait_moved()), 1)
        self.service.clock(HOUR + 60)
        self.wait_back(2)
        self.assertEqual(self.anna.queue(), [])
        balance = self.service.admin("reconcile", "--json").json
        inbox = [row for row in balance["folders"]
                 if row["folder"] == "INBOX"][0]
        self.assertEqual((inbox["seen"], inbox["settled"]["canary"]), (2, 2))
        self.assertEqual(self.service.admin("check", check=False).code, 0)

    def test_the_same_bytes_again_are_settled_and_others_are_not(self):
        self.wait_back(1)
        box = self.dovecot.mailbox("desk")
        text = self.wait_moved()[0]
        with box._open() as imap:
            imap.append("INBOX", None, None, text)
            imap.append("INBOX", None, None, text + b"and more\r\n")
        rows = self.anna.wait_queue(1, seconds=LONG)
        wait_for("three rows", lambda: len(peek(
            self.service, "SELECT 1 FROM ledger")) == 3, seconds=LONG)
        self.assertEqual(len(self.anna.queue()), len(rows))
        self.assertEqual(len(peek(self.service, "SELECT 1 FROM ledger WHERE "
                                  "item IS NULL AND class = 'own'")), 2)

    def test_a_mail_in_our_own_name_is_no_canary(self):
        self.wait_back(1)
        self.dovecot.deliver("desk", mail(
            "desk@desk.example", to="desk@desk.example", subject="forged",
            message_id="<0123456789abcdef0123456789abcdef@desk.example>"))
        rows = self.anna.wait_queue(1, seconds=LONG)
        self.assertEqual([row["subject"] for row in rows], ["forged"])

    def test_one_that_does_not_come_back_rings_until_one_does(self):
        self.wait_back(1)
        self.wait_alarm(False)
        self.postfix.stop()
        self.service.clock(HOUR + 60)
        wait_for("a second", lambda: len(self.rows()) == 2, seconds=LONG)
        self.service.clock(HOUR + 60 + 31 * 60)
        self.wait_alarm(True)
        self.postfix.start()
        self.service.clock(3 * HOUR)
        wait_for("a later one", lambda: len(self.rows()) >= 3 and
                 self.rows()[-1]["back_at"], seconds=LONG)
        self.service.clock(3 * HOUR + 120)
        self.wait_alarm(False)
