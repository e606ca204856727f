"""What becomes of an answer by the phase in which its sending fails (see
doc: outcome by phase and code).  The service's clock is moved over the
waiting times."""

from lib import smtpsink
from lib.ground import wait_for
from lib.mails import mail, parse
from lib.story import SinkStory
from lib.teduh import Word

HALF_HOUR = 31 * 60


class Outcomes(SinkStory):
    def setUp(self):
        super().setUp()
        self.hours = 0
        self.count = 0

    def send(self, text="Hello.\n"):
        """A letter comes and is answered; the case."""
        self.count += 1
        case = self.one_case(mail(
            f"seeker-{self.count}@example.org",
            message_id=f"<{self.count}@example.org>",
            text=f"question {self.count}\n"))["id"]
        self.answer(case, text)
        return case

    def later(self, seconds=HALF_HOUR):
        self.hours += seconds
        self.service.clock(self.hours)

    def delivery(self, case):
        return [i["delivery"] for i in self.anna("show", case)["items"]
                if i.get("delivery")][0]

    def taken(self, case):
        """Messages that the sink took or may have taken for this case."""
        to = self.anna("show", case)["participants"][0]["address"]
        return [s for s in self.sink.dots
                if str(parse(s.data)["To"]) == to]

    def test_the_endpoints_fault_delays_and_nothing_else(self):
        """Before RCPT every failure is the relay's: the letter waits,
        survives all of them and arrives once."""
        troubles = [
            {"banner": "421 4.3.2 not today"}, {"banner": "554 5.3.2 no"},
            {"banner": "close"}, {"ehlo": "502 5.5.1 what"},
            {"ehlo": "close"}, {"auth": "535 5.7.8 wrong"},
            {"auth": "close"}, {"mail": "451 4.3.0 later"},
            {"mail": "552 5.2.2 full"}, {"mail": "550 5.7.1 policy"},
            {"mail": "close"}, {"rcpt": "550 5.7.1 relaying denied"}]
        self.sink.script.update(troubles[0])
        case = self.send()
        self.anna.wait_delivery(case, "deferred")
        for trouble in troubles[1:]:
            with self.subTest(trouble=trouble):
                self.sink.script.clear()
                self.sink.script.update(trouble)
                before = self.sink.opened
                self.later()
                self.sink.wait_opened(before + 1)
                self.anna.wait_delivery(case, "deferred")
                self.assertEqual(self.sink.dots, [])
        self.sink.script.clear()
        self.later()
        self.sink.wait_messages(1)
        self.anna.wait_delivery(case, "accepted")
        self.assertEqual(len(self.taken(case)), 1)
        self.service.wait_log(["post", "alarm"])

    def test_a_recipient_that_must_wait_is_tried_again(self):
        for phase, answer in (("rcpt", "451 4.2.1 greylisted"),
                              ("data", "451 4.3.0 later"),
                              ("dot", "451 4.3.0 later"),
                              ("dot", "452 4.3.1 disk")):
            with self.subTest(phase=phase, answer=answer):
                self.sink.script[phase] = answer
                case = self.send()
                self.anna.wait_delivery(case, "deferred")
                self.assertEqual(str(self.delivery(case)["code"])[:3],
                                 answer[:3])
                del self.sink.script[phase]
                self.later()
                self.anna.wait_delivery(case, "accepted")
                ids = {str(parse(s.data)["Message-ID"])
                       for s in self.taken(case)}
                self.assertEqual(len(ids), 1)

    def test_the_wait_doubles(self):
        self.sink.script["rcpt"] = ["451 4.2.1 greylisted"] * 2 + [
            "250 2.1.5 ok"]
        case = self.send()
        self.anna.wait_delivery(case, "deferred")
        self.later()
        self.sink.wait_opened(2)
        self.anna.wait_delivery(case, "deferred")
        self.later()                # half an hour: too early by now
        other = self.send()         # when this is gone, post has looked
        self.anna.wait_delivery(other, "accepted")
        self.assertEqual(self.delivery(case)["state"], "deferred")
        self.assertEqual(len(self.sink.sessions), 3)
        self.later()
        self.anna.wait_delivery(case, "accepted")

    def test_after_four_days_it_is_given_up_and_told(self):
        self.sink.script["rcpt"] = "451 4.2.1 greylisted"
        case = self.send()
        self.anna.wait_delivery(case, "deferred")
        self.later(3 * 86400)
        self.sink.wait_opened(2)
        self.anna.wait_delivery(case, "deferred")
        self.later(86400 + 3600)
        self.anna.wait_delivery(case, "refused")
        self.assertEqual(self.sink.opened, 3)
        self.assertIn(case, [row["id"] for row in self.anna.queue()])
        self.assertIn("the mail server refused it (451)",
                      self.anna.run("drafts", check=True).text)
        self.assertEqual(self.sink.dots, [])

    def test_a_recipient_that_is_refused_is_told_at_once(self):
        for phase, answer in (("rcpt", "550 5.1.1 no such user"),
                              ("rcpt", "553 5.1.3 odd name"),
                              ("dot", "554 5.6.0 not like this"),
                              ("dot", "552 5.3.4 too big")):
            with self.subTest(phase=phase, answer=answer):
                self.sink.script[phase] = answer
                case = self.send()
                self.anna.wait_delivery(case, "refused")
                self.assertEqual(str(self.delivery(case)["code"])[:3],
                                 answer[:3])
                del self.sink.script[phase]
                opened = self.sink.opened
                self.later(5 * 3600)
                self.send()         # something else goes, this does not
                self.sink.wait_opened(opened + 1)
                self.assertEqual(self.delivery(case)["state"], "refused")
                self.assertIn(case, [r["id"] for r in self.anna.queue()])

    def test_doubt_after_the_dot_is_repeated_once_and_then_left_to_people(
            self):
        self.sink.script["dot"] = "close"
        case = self.send()
        self.anna.wait_delivery(case, "unknown")
        self.assertEqual(len(self.taken(case)), 1)
        self.later(16 * 60)
        self.sink.wait_dots(2)
        self.service.wait_log(["post"])
        wait_for("the end of the repeat", lambda: self.delivery(case)[
            "state"] in ("settled", "unknown"))
        del self.sink.script["dot"]
        self.later(3 * 86400)
        self.send()
        self.sink.wait_messages(1)
        first, second = self.taken(case)
        self.assertEqual(parse(first.data)["Message-ID"],
                         parse(second.data)["Message-ID"])

    def test_doubt_that_is_resolved_by_the_repeat(self):
        self.sink.script["dot"] = ["close", "250 2.0.0 queued"]
        case = self.send()
        self.anna.wait_delivery(case, "unknown")
        self.later(16 * 60)
        self.anna.wait_delivery(case, "accepted")
        self.assertEqual(len(self.taken(case)), 2)

    def test_death_at_the_dot_is_doubt_too(self):
        self.sink.script["dot"] = ["silence", "250 2.0.0 queued"]
        case = self.send()
        self.sink.wait_dots(1)
        self.service.kill()
        self.service.start()
        self.anna.wait_delivery(case, "unknown")
        self.assertEqual(len(self.sink.dots), 1)
        self.later(16 * 60)
        self.anna.wait_delivery(case, "accepted")
        self.assertEqual(len(self.taken(case)), 2)

    def test_death_before_the_dot_is_none(self):
        self.sink.script["data"] = ["silence", "354 go on"]
        case = self.send()
        wait_for("DATA", lambda: self.sink.sessions and
                 self.sink.sessions[0].commands[-1:] == ["DATA"])
        self.service.kill()
        self.service.start()
        self.anna.wait_delivery(case, ("accepted", "unknown"))
        if self.delivery(case)["state"] == "unknown":
            self.later(16 * 60)
        self.anna.wait_delivery(case, "accepted")
        self.assertEqual(len(self.taken(case)), 1)


class Endpoint(SinkStory):
    """The relay itself is not what it says it is."""

    def against(self, **sink):
        """One letter on its way to another sink; the sink and the case."""
        tls = sink.pop("tls", "implicit")
        other = smtpsink.SmtpSink(self.ground, self.certs, **sink,
                                  implicit=tls == "implicit")
        self.service.settings["relay"].update(port=other.port,
                                              tls=Word(tls))
        self.service.restart()
        case = self.one_case(mail())["id"]
        self.answer(case, "Hello.\n")
        return other, case

    def test_no_password_and_no_letter_to_a_wrong_certificate(self):
        for pair in ("wrong-name", "expired", "unknown-ca"):
            with self.subTest(pair):
                sink, case = self.against(pair=pair)
                self.anna.wait_delivery(case, "deferred")
                sink.wait_opened(1)
                self.assertEqual([s.commands for s in sink.sessions
                                  if s.commands], [])

    def test_starttls_is_used(self):
        sink, case = self.against(tls="starttls")
        session, = sink.wait_messages(1)
        self.assertTrue(session.tls)
        self.anna.wait_delivery(case, "accepted")

    def test_a_stripped_starttls_means_not_in_clear(self):
        sink, case = self.against(tls="starttls", script={"strip": True})
        self.anna.wait_delivery(case, "deferred")
        for session in sink.sessions:
            self.assertEqual((session.login, session.sender), (None, None))

    def test_nobody_listens(self):
        self.service.settings["relay"]["port"] = 1
        self.service.restart()
        case = self.one_case(mail())["id"]
        self.answer(case, "Hello.\n")
        self.anna.wait_delivery(case, "deferred")
        self.service.wait_log(["alarm"])
