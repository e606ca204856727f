"""How a service begins, who may come in, and who may not."""

from lib import imapscript
from lib.certs import Certs
from lib.ground import wait_for
from lib.mails import mail
from lib.story import Story
from lib.teduh import Person, Service, found, invite


def mistyped(code):
    return code[:-1] + ("0" if code[-1] != "0" else "1")


class Founding(Story):
    def test_a_founder_a_colleague_and_an_empty_queue(self):
        self.found()
        self.assertEqual(self.maria.queue(), [])
        self.assertEqual(self.anna.queue(), [])

    def test_a_wrong_founder_code_founds_nothing(self):
        self.service = Service(self.ground)
        code = self.service.init()
        self.service.start()
        wrong = ("0" if code[0] != "0" else "1") + code[1:]
        stranger = Person(self.ground, "stranger")
        result = stranger.refused("join", self.service.url, wrong,
                                  "--name", "stranger")
        self.assertEqual(result.code, 1, result)
        maria = Person(self.ground, "maria")
        maria("join", self.service.url, code, "--name", "maria")
        late = Person(self.ground, "late")
        late.refused("join", self.service.url, code, "--name", "late")

    def test_the_pin_must_be_that_of_the_founder(self):
        self.service = Service(self.ground)
        code = self.service.init()
        self.service.start()
        maria = Person(self.ground, "maria")
        pin = maria("join", self.service.url, code, "--name", "maria")["pin"]
        wrong = ("0" if pin[0] != "0" else "1") + pin[1:]
        refused = self.service.admin("pin", wrong, check=False)
        self.assertNotEqual(refused.code, 0, refused)
        self.service.admin("pin", pin)
        self.service.restart()
        self.assertEqual(maria.queue(), [])

    def test_letters_wait_on_the_mail_server_until_there_is_a_pin(self):
        certs = Certs(self.ground)
        server = imapscript.ImapScript(self.ground, certs, [mail()])
        self.service = Service(self.ground)
        self.service.mailbox("youth-mail", port=server.port, ca=certs.ca,
                             password=imapscript.PASSWORD)
        code = self.service.init()
        self.service.start()
        maria = Person(self.ground, "maria")
        pin = maria("join", self.service.url, code, "--name", "maria")["pin"]
        self.assertEqual(server.opened, 0)
        self.service.admin("pin", pin)
        self.service.restart()
        maria.wait_queue(1)

    def test_init_touches_no_store_that_is_there(self):
        self.found()
        self.service.inject(mail())
        before = self.anna.wait_queue(1)
        self.service.stop()
        again = self.service.admin("init", check=False)
        self.assertNotEqual(again.code, 0, again)
        self.service.start()
        self.assertEqual(self.anna.queue(), before)

    def test_an_invitation_is_for_one(self):
        self.service = Service(self.ground)
        maria = found(self.service, self.ground)
        invitation = maria("staff", "invite", "anna", "--role", "counsellor",
                           "--desk", "youth")
        anna = Person(self.ground, "anna")
        anna("join", self.service.url, invitation["code"])
        self.assertNotEqual(anna.run("queue", "--json").code, 0)
        maria("staff", "confirm", "anna")
        self.assertEqual(anna.queue(), [])
        thief = Person(self.ground, "thief")
        thief.refused("join", self.service.url, invitation["code"])
        thief.refused("queue")

    def test_a_mistyped_invitation_says_what_to_compare(self):
        self.service = Service(self.ground)
        maria = found(self.service, self.ground)
        code = maria("staff", "invite", "anna", "--role", "counsellor",
                     "--desk", "youth")["code"]
        number, pin, secret = code.split(".")
        anna = Person(self.ground, "anna")
        for wrong, exit_code, words in (
                (f"{number}.{pin}.{mistyped(secret)}", 1,
                 "no invitation is open for this code: it is not as you "
                 "were given it"),
                (f"{number}.{mistyped(pin)}.{secret}", 1,
                 "is not the one of this invitation: compare every "
                 "character"),
                (secret, 2, "this code is no invitation, which has two dots "
                 "in it")):
            refused = anna.refused("join", self.service.url, wrong)
            self.assertEqual(refused.code, exit_code, refused)
            self.assertIn(words, " ".join(refused.err.split()))
            self.assertNotIn(secret[:8], refused.err)
        anna("join", self.service.url, code)

    def test_a_counsellor_makes_no_colleagues(self):
        self.found()
        result = self.anna.refused("staff", "invite", "mallory", "--role",
                                   "supervisor", "--desk", "youth")
        self.assertEqual(result.code, 1, result)

    def test_a_revoked_colleague_sees_nothing_from_then_on(self):
        self.found()
        self.service.inject(mail())
        case = self.anna.wait_queue(1)[0]["id"]
        self.maria("staff", "revoke", "anna")
        for command in (("queue",), ("show", case), ("claim", case)):
            with self.subTest(command[0]):
                result = self.anna.refused(*command)
                self.assertEqual(result.code, 1, result)
                self.assertNotIn("question", result.text + result.err)
        self.assertEqual(len(self.maria.queue()), 1)

    def test_two_colleagues_read_the_same_letters(self):
        self.found()
        self.service.inject(mail())
        bert = invite(self.service, self.ground, self.maria, "bert",
                      role="trainee")
        wait_for("a queue for everyone", lambda: all(
            len(one.queue()) == 1 for one in (self.maria, self.anna, bert)))
