"""Machines that write to each other, an hour of moved clock each: another
service like ours, a vacation responder, a forwarder, a mailing list.  At most
one automatic mail per correspondent, and nothing that came in is lost: every
mail has its row in the ledger and its item."""

import glob
import os
import shutil

from lib import smtpsink
from lib.certs import Certs
from lib.ground import SOURCE, wait_for
from lib.intruder import peek
from lib.mails import mail, parse
from lib.services import PASSWORD, Dovecot, Postfix, missing
from lib.smtpsink import SmtpSink
from lib.story import Story
from lib.teduh import Service, found

AUTHSERV = "mx.desk.example"
STEP, STEPS = 300, 12
AWAY = b"""require ["vacation"];
vacation :days 1 :addresses ["seeker-a@example.org"] "I am away.";
"""


def arrived(data, sender):
    """As the desk's own mail server hands it on: it vouches for everybody,
    so that nothing but the marks keeps a machine from answering."""
    domain = parse(data)["From"].addresses[0].domain
    return (f"Return-Path: <{sender}>\r\nAuthentication-Results: {AUTHSERV};"
            f" dmarc=pass header.from={domain}\r\n").encode() + data


def is_automatic(data):
    return parse(data)["Auto-Submitted"] is not None


class Loop(Story):
    def setUp(self):
        super().setUp()
        self.certs = Certs(self.ground)
        self.handed = 0

    def open(self, name, address):
        """A service with its own relay, from which all mail is taken."""
        service = Service(self.ground, name)
        service.settings["desk youth"].update(from_address=address,
                                              languages=["en"])
        service.settings["mailbox pipe"]["authserv_id"] = AUTHSERV
        texts = f"{self.ground.path}/texts"
        if not os.path.exists(texts):
            shutil.copytree(f"{SOURCE}/config/texts", texts)
            for folder, _, files in os.walk(texts):
                os.chmod(folder, 0o755)
                for one in files:
                    os.chmod(f"{folder}/{one}", 0o644)
        service.settings["alarm"] = {"texts": texts}
        service.sink = SmtpSink(self.ground, self.certs)
        service.relay(service.sink.port, smtpsink.USER, smtpsink.PASSWORD,
                      ca=self.certs.ca)
        service.taken = 0
        return service

    def quiet(self, service):
        """No automatic mail waits to leave."""
        wait_for("an empty list", lambda: peek(service, "SELECT count(*) AS "
                 "n FROM automatic")[0]["n"] == 0, 60)

    def new(self, service):
        """What left since the last look: (sender, recipient, bytes)."""
        self.quiet(service)
        sessions = service.sink.dots[service.taken:]
        service.taken += len(sessions)
        return [(s.sender.strip("<>"), s.recipients[0].strip("<>"), s.data)
                for s in sessions]

    def hand(self, service, data):
        self.handed += 1
        service.inject(data)

    def whole(self, service, mails):
        """Everything that came is in the ledger, with item and case."""
        rows = peek(service, "SELECT class, item IS NULL AS lost, case_id "
                    "FROM ledger")
        self.assertEqual(len(rows), mails)
        for row in rows:
            self.assertIsNotNone(row["case_id"])
            self.assertTrue(row["class"] == "duplicate" or not row["lost"])
        service.admin("check")

    def tell(self, story, automatic, came):
        print(f"# {story}: {automatic} automatic mails, {came} came in, "
              f"{came} kept")


class Machines(Loop):
    def test_two_services_write_to_each_other(self):
        first = self.open("first", "desk@desk.example")
        second = self.open("second", "help@other.example")
        self.found(first)
        found(second, self.ground, "tiit")
        services = {"desk@desk.example": first, "help@other.example": second}
        came = dict.fromkeys(services, 0)
        automatic = dict.fromkeys(services, 0)

        def carry():
            for service in services.values():
                for sender, to, data in self.new(service):
                    name, _, rest = to.partition("@")
                    to = f"{name.partition('+')[0]}@{rest}"
                    automatic[to] += is_automatic(data)
                    came[to] += 1
                    self.hand(services[to], arrived(data, sender))

        # The second one is a person to the first, at the beginning.
        self.hand(first, arrived(mail("help@other.example"),
                                 "help@other.example"))
        came["desk@desk.example"] += 1
        row, = self.anna.wait_queue(1)
        for step in range(STEPS):
            if step == 1:       # people answer, without any mark
                self.answer(row["id"], "We are people.\n")
                self.anna.wait_delivery(row["id"], "accepted")
            carry()
            for service in services.values():
                service.clock((step + 1) * STEP)
        carry()
        self.assertEqual(automatic["help@other.example"], 1)
        self.assertLessEqual(automatic["desk@desk.example"], 1)
        for address, service in services.items():
            self.whole(service, came[address])
        self.tell("two services", sum(automatic.values()),
                  sum(came.values()))

    def test_a_forwarder_sends_everything_back(self):
        """Under our name, and under its own, without the marks."""
        service = self.open("service", "desk@desk.example")
        self.found(service)
        came = automatic = 0
        self.hand(service, arrived(mail("fwd@example.org"),
                                   "fwd@example.org"))
        came += 1
        row, = self.anna.wait_queue(1)
        for step in range(STEPS):
            if step == 1:
                for other in self.anna.queue():     # they are proposed to it
                    self.anna("show", other["id"])
                self.answer(row["id"], "Here is an answer.\n")
                self.anna.wait_delivery(row["id"], "accepted")
            for _, to, data in self.new(service):
                self.assertEqual(to, "fwd@example.org")
                automatic += is_automatic(data)
                plain = parse(data)
                del plain["From"], plain["To"], plain["Auto-Submitted"]
                plain["From"] = "fwd@example.org"
                plain["To"] = "desk@desk.example"
                for back in (data, plain.as_bytes()):
                    self.hand(service, arrived(back, "fwd@example.org"))
                    came += 1
            service.clock((step + 1) * STEP)
        self.assertEqual(self.new(service), [])
        self.assertEqual(automatic, 1)
        self.whole(service, came)
        self.tell("forwarder", automatic, came)

    def test_a_mailing_list_reflects(self):
        service = self.open("service", "desk@desk.example")
        self.found(service)
        listed = {"List_Id": "<news.example.org>", "Precedence": "list",
                  "List_Unsubscribe": "<mailto:news-off@example.org>"}
        came = automatic = 0
        for step in range(STEPS):
            self.hand(service, arrived(mail(
                f"member-{step}@example.org", text=f"number {step}\n",
                message_id=f"<list-{step}@example.org>", **listed),
                f"member-{step}@example.org"))
            came += 1
            if step == 1:
                case = self.anna.wait_queue(1)[0]["id"]
                self.answer(case, "An answer to the list.\n")
                self.anna.wait_delivery(case, "accepted")
            for _, _, data in self.new(service):
                automatic += is_automatic(data)
                plain = parse(data)
                for name, value in listed.items():
                    plain[name.replace("_", "-")] = value
                self.hand(service, arrived(plain.as_bytes(),
                                           "desk@desk.example"))
                came += 1
            service.clock((step + 1) * STEP)
        self.assertEqual(self.new(service), [])
        self.assertEqual(automatic, 0)
        self.assertEqual(came, STEPS + 1)
        self.whole(service, came)
        self.tell("mailing list", automatic, came)


class Vacation(Loop):
    def mail_servers(self, pair="right"):
        why = missing()
        if why:
            self.skipTest(why)
        self.dovecot = Dovecot(self.ground, self.certs, pair)
        self.sent = self.dovecot.filter("seeker-a", AWAY)
        self.dovecot.start()
        self.postfix = Postfix(self.ground, self.certs, self.dovecot).start()

    def answers(self):
        return sorted(glob.glob(f"{self.sent}/*.eml"))

    def test_somebody_is_away(self):
        """Dovecot's Sieve answers our answers, and none of our machines
        answers that."""
        self.mail_servers()
        service = self.open("service", "desk@desk.example")
        service.mailbox("youth-mail", port=self.dovecot.imaps,
                        ca=self.certs.ca, password=PASSWORD,
                        authserv_id=AUTHSERV)
        service.relay(self.postfix.smtps, "desk", PASSWORD,
                      ca=self.certs.ca)
        self.found(service)
        seeker = "seeker-a@example.org"
        self.dovecot.deliver("desk", (
            f"Authentication-Results: {AUTHSERV}; dmarc=pass "
            f"header.from=example.org\r\n").encode() + mail(seeker), seeker)
        came = 1
        case = self.anna.wait_queue(1)[0]["id"]
        box = self.dovecot.mailbox("seeker-a")
        box.wait(1, seconds=60)
        # The acknowledgement says that a machine wrote it: no answer.
        self.assertEqual(self.answers(), [])
        self.answer(case, "Hello!\n")
        wait_for("the vacation's answer", self.answers, 60)
        for step in range(STEPS):
            for path in self.answers():
                with open(path, "rb") as f:
                    data = f.read()
                os.unlink(path)
                self.assertTrue(is_automatic(data), data)
                self.dovecot.deliver("desk", (
                    f"Authentication-Results: {AUTHSERV}; dmarc=pass "
                    f"header.from=example.org\r\n").encode() + data, "")
                came += 1
            wait_for("all to be taken", lambda: peek(
                service, "SELECT count(*) AS n FROM ledger WHERE item IS "
                "NOT NULL")[0]["n"] == came, 60)       # noqa: B023
            self.quiet(service)
            service.clock((step + 1) * STEP)
        self.assertEqual(self.answers(), [])
        mails = box.messages()
        self.assertEqual(len(mails), 2)
        automatic = sum(map(is_automatic, mails))
        self.assertEqual(automatic, 1)
        self.whole(service, came)
        self.assertEqual(came, 2)
        self.tell("vacation", automatic, came)


del Loop, Story
