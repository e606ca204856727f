"""The junk folder: a filter errs, so what it put aside is read as well."""

from lib import imapscript
from lib.certs import Certs
from lib.ground import wait_for
from lib.imapscript import ImapScript
from lib.mails import mail
from lib.services import PASSWORD, Dovecot, missing
from lib.story import Story
from lib.teduh import Service

LONG = 60.0
DOZE = 901              # after so long the folders are listed again


def letter(subject):
    return mail(f"{subject}@example.org", subject=subject,
                text=f"{subject}\n", message_id=f"<{subject}@example.org>")


class Junk(Story):
    def setUp(self):
        super().setUp()
        self.certs = Certs(self.ground)
        self.service = Service(self.ground)

    def rows(self, *subjects):
        """The cases of these letters, in this order."""
        rows = {row["subject"]: row
                for row in self.anna.wait_queue(len(subjects), LONG)}
        self.assertEqual(sorted(rows), sorted(subjects))
        return [rows[subject] for subject in subjects]


class Scripted(Junk):
    def setUp(self):
        super().setUp()
        self.server = ImapScript(self.ground, self.certs, [letter("plain")])
        self.special = {}           # folder: what the server says of it

    def listed(self, _server, line, tag, _rest):
        for folder in self.server.folders:
            line.write_line(f'* LIST ({self.special.get(folder, "")}) "." '
                            f'"{folder}"')
        line.write_line(f"{tag} OK listed")
        return True

    def connect(self, **more):
        self.server.script["LIST"] = self.listed
        self.service.mailbox(
            "youth-mail", port=self.server.port, user=imapscript.USER,
            password=imapscript.PASSWORD, ca=self.certs.ca, **more)
        self.found()

    def add(self, folder, subject):
        self.server.folders.setdefault(folder, {})
        self.server.add(letter(subject), folder)

    def test_the_server_says_which(self):
        self.special["Verdacht"] = "\\Junk"
        self.add("Verdacht", "aside")
        self.add("Spam", "elsewhere")   # a name is only believed without
        self.connect()
        plain, aside = self.rows("plain", "aside")
        self.assertNotIn("tray", plain["flags"])
        self.assertIn("tray", aside["flags"])
        wait_for("it to be moved", lambda: not self.server.folders[
            "Verdacht"], LONG)
        self.assertEqual(len(self.server.folders["Spam"]), 1)

    def test_the_name_says_it_where_the_server_does_not(self):
        self.add("INBOX.Spam", "aside")
        self.connect()
        self.assertIn("tray", self.rows("plain", "aside")[1]["flags"])

    def test_one_that_appears_later_and_one_that_vanishes(self):
        self.connect()
        self.rows("plain")
        wait_for("a whole round", lambda: "IDLE" in self.server.commands,
                 LONG)
        self.add("Junk", "later")
        self.service.clock(DOZE)
        self.add("INBOX", "again")
        self.rows("plain", "again", "later")
        wait_for("it to be moved", lambda: not self.server.folders["Junk"],
                 LONG)
        del self.server.folders["Junk"]
        self.add("INBOX", "still")
        self.rows("plain", "again", "later", "still")
        self.assertNotIn("mailbox-refused", self.service.logged())

    def test_only_what_is_named_when_something_is_named(self):
        self.add("Junk", "aside")
        self.add("Forms", "form")
        self.connect(folders=["INBOX", "Forms"])
        self.rows("plain", "form")
        self.assertEqual(len(self.server.folders["Junk"]), 1)

    def test_junk_that_is_named_goes_to_the_tray_as_well(self):
        self.add("Junk", "aside")
        self.connect(folders=["INBOX", "Junk"])
        self.assertIn("tray", self.rows("plain", "aside")[1]["flags"])

    def test_the_target_of_move_is_no_junk_folder(self):
        self.special["Teduh"] = "\\Junk"
        self.connect()
        self.rows("plain")
        wait_for("it to be moved", lambda: not self.server.folders["INBOX"],
                 LONG)
        self.add("INBOX", "second")
        self.rows("plain", "second")


class Real(Junk):
    def setUp(self):
        super().setUp()
        why = missing()
        if why:
            self.skipTest(why)
        self.dovecot = Dovecot(self.ground, self.certs)
        self.dovecot.junk = "Verdacht"
        self.dovecot.start()

    def test_dovecot(self):
        box = self.dovecot.mailbox("desk")
        box.put(letter("aside"), "Verdacht")
        self.dovecot.deliver("desk", letter("plain"))
        self.service.mailbox("youth-mail", port=self.dovecot.imaps,
                             ca=self.certs.ca, password=PASSWORD)
        self.found()
        plain, aside = self.rows("plain", "aside")
        self.assertNotIn("tray", plain["flags"])
        self.assertIn("tray", aside["flags"])
        wait_for("both to be moved", lambda: len(box.messages("Teduh")) == 2,
                 LONG)

    def test_what_the_filter_only_marked(self):
        """Many filters write a header and leave the letter where it is."""
        self.dovecot.mailbox("desk")
        for subject, marks in (("plain", {"X-Spam-Status": "No, score=1.0"}),
                               ("marked", {"X-Spamd-Result": "default: True "
                                           "[15.20 / 15.00]"})):
            self.dovecot.deliver("desk", mail(
                "eve@example.org", subject=subject, text=f"{subject}\n",
                message_id=f"<{subject}@example.org>", **marks))
        self.service.mailbox("youth-mail", port=self.dovecot.imaps,
                             ca=self.certs.ca, password=PASSWORD)
        self.found()
        plain, marked = self.rows("plain", "marked")
        self.assertEqual((plain["flags"], marked["flags"]),
                         ([], ["tray", "suspect"]))
        self.assertEqual([(row["id"], row["why"])
                          for row in self.anna("tray")],
                         [(marked["id"], "spam")])
