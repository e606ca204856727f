"""The ground itself: does the small town's mail system work without Teduh?"""

import imaplib
import smtplib
import ssl

from lib import imapscript, smtpsink
from lib.certs import Certs
from lib.ground import wait_for
from lib.leaks import Needles
from lib.mails import mail, parse
from lib.story import Story


class MailServers(Story):
    def test_a_mail_by_smtp_arrives_in_the_imap_mailbox(self):
        self.mail_servers()
        self.postfix.send("seeker-id@example.org", "desk@desk.example",
                          mail("seeker-id@example.org", subject="halo"))
        desk = parse(self.dovecot.mailbox("desk").wait()[0])
        self.assertEqual(desk["Subject"], "halo")
        self.postfix.send("desk@desk.example", "seeker-id@example.org",
                          mail("desk@desk.example",
                               to="seeker-id@example.org", subject="ya"))
        answer = parse(self.dovecot.mailbox("seeker-id").wait()[0])
        self.assertEqual(answer["Subject"], "ya")

    def test_what_follows_a_plus_stays_with_its_mailbox(self):
        self.mail_servers()
        self.postfix.send("seeker-et@example.org",
                          "desk+k7m2@desk.example", mail())
        self.assertIn(b"Delivered-To: desk+k7m2@desk.example",
                      self.dovecot.mailbox("desk").wait()[0])

    def test_postfix_takes_nothing_without_login_and_nothing_unknown(self):
        self.mail_servers()
        context = ssl.create_default_context(cafile=self.certs.ca)
        with smtplib.SMTP("localhost", self.postfix.submission) as smtp:
            smtp.starttls(context=context)
            with self.assertRaises(smtplib.SMTPRecipientsRefused):
                smtp.sendmail("seeker-a@example.org",
                              ["desk@desk.example"], mail())
        with self.assertRaises(smtplib.SMTPRecipientsRefused):
            self.postfix.send("seeker-a@example.org",
                              "nobody-here@example.org", mail())

    def test_a_wrong_certificate_is_noticed_by_a_client_that_looks(self):
        self.mail_servers()
        context = ssl.create_default_context(cafile=self.certs.ca)
        for pair in ("wrong-name", "expired", "unknown-ca", "self-signed"):
            with self.subTest(pair):
                self.dovecot.restart(pair)
                with self.assertRaises(ssl.SSLCertVerificationError):
                    imaplib.IMAP4_SSL("localhost", self.dovecot.imaps,
                                      ssl_context=context)
        self.dovecot.restart("right")
        imaplib.IMAP4_SSL("localhost", self.dovecot.imaps,
                          ssl_context=context).logout()


class ScriptedServers(Story):
    def setUp(self):
        super().setUp()
        self.certs = Certs(self.ground)
        self.context = ssl.create_default_context(cafile=self.certs.ca)

    def send(self, sink, implicit=True):
        if implicit:
            smtp = smtplib.SMTP_SSL("localhost", sink.port, timeout=10,
                                    context=self.context)
        else:
            smtp = smtplib.SMTP("localhost", sink.port, timeout=10)
        try:
            if not implicit:
                smtp.starttls(context=self.context)
            smtp.login(smtpsink.USER, smtpsink.PASSWORD)
            smtp.sendmail("desk@desk.example", ["seeker-a@example.org"],
                          mail())
            smtp.quit()
        finally:
            smtp.close()

    def test_the_sink_keeps_what_it_took(self):
        for implicit in (True, False):
            sink = smtpsink.SmtpSink(self.ground, self.certs,
                                     implicit=implicit)
            self.send(sink, implicit)
            session, = sink.wait_messages(1)
            self.assertTrue(session.tls)
            self.assertEqual(session.recipients, ["<seeker-a@example.org>"])
            self.assertEqual(parse(session.data)["Subject"], "A question")

    def test_the_sink_goes_wrong_where_it_is_told_to(self):
        wrong = {
            "banner": "554 5.3.2 not today", "ehlo": "502 5.5.1 what",
            "auth": "535 5.7.8 no", "mail": "451 4.3.0 later",
            "rcpt": "550 5.1.1 no such user", "data": "451 4.3.0 later",
            "dot": "554 5.6.0 spam"}
        for phase, answer in wrong.items():
            for act in (answer, "close"):
                with self.subTest(phase=phase, act=act):
                    sink = smtpsink.SmtpSink(self.ground, self.certs,
                                             {phase: act})
                    with self.assertRaises((smtplib.SMTPException, OSError)):
                        self.send(sink)
                    self.assertEqual(sink.messages, [])
                    self.assertEqual(len(sink.dots), phase == "dot")

    def test_the_sink_can_hide_starttls(self):
        sink = smtpsink.SmtpSink(self.ground, self.certs, {"strip": True},
                                 implicit=False)
        with self.assertRaises(smtplib.SMTPNotSupportedError):
            self.send(sink, False)

    def imap(self, server):
        imap = imaplib.IMAP4_SSL("localhost", server.port, timeout=10,
                                 ssl_context=self.context)
        imap.login(imapscript.USER, imapscript.PASSWORD)
        self.assertEqual(imap.select("INBOX")[0], "OK")
        return imap

    def test_the_imap_script_behaves_when_left_alone(self):
        server = imapscript.ImapScript(self.ground, self.certs,
                                       [mail(subject="one"), mail()])
        imap = self.imap(server)
        _, rows = imap.uid("FETCH", "1:*", "(UID RFC822.SIZE)")
        self.assertEqual(len(rows), 2)
        _, rows = imap.uid("FETCH", "1", "(BODY.PEEK[])")
        self.assertEqual(parse(rows[0][1])["Subject"], "one")
        self.assertEqual(imap.uid("MOVE", "1", "Teduh")[0], "OK")
        self.assertEqual(len(server.folders["INBOX"]), 1)
        _, rows = imap.uid("FETCH", "9:*", "(UID RFC822.SIZE)")
        self.assertIn(b"UID 2 ", rows[0])   # n:* names the last one always
        imap.logout()

    def test_the_imap_script_can_cut_a_letter_in_two(self):
        server = imapscript.ImapScript(self.ground, self.certs, [mail()])
        server.script["FETCH-BODY"] = imapscript.cut_in_literal
        imap = self.imap(server)
        with self.assertRaises((imaplib.IMAP4.abort, OSError)):
            imap.uid("FETCH", "1", "(BODY.PEEK[])")

    def test_idle_tells_of_a_new_mail(self):
        server = imapscript.ImapScript(self.ground, self.certs)
        imap = self.imap(server)
        imap.send(b"x1 IDLE\r\n")
        self.assertIn(b"+", imap.readline())
        server.add(mail())
        self.assertIn(b"1 EXISTS", imap.readline())
        imap.send(b"DONE\r\n")
        self.assertIn(b"OK", imap.readline())
        wait_for("the IDLE command", lambda: "IDLE" in server.commands)
        imap.shutdown()


class LeakSearch(Story):
    def test_it_finds_a_canary_in_every_disguise(self):
        import base64
        needles = Needles("Vihmavarju17")
        for shift in range(3):
            coded = base64.b64encode(b"x" * shift + b"..Vihmavarju17..")
            self.assertTrue(needles.find(b"junk" + coded), shift)
        self.assertTrue(needles.find(b"a vihmavarju17 b"))
        self.assertTrue(needles.find("Vihmavarju17".encode("utf-16-le")))
        self.assertTrue(needles.find(b"Vihmavarju17".hex().encode()))
        self.assertFalse(needles.find(b"Vihmavari and seventeen"))
        path = self.ground.file("deep/er/log", "x Vihmavarju17 y")
        self.assertEqual(len(needles.in_tree(self.ground.path)), 1, path)
