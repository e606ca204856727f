"""A short letter after a case is closed: asked for by the person who closes
it, in the desk's words, once, and only while nobody has written again."""

import datetime
from zoneinfo import ZoneInfo

from lib.automatic import WORDS, AutomaticStory, proven
from lib.ground import wait_for
from lib.intruder import quicken
from lib.mails import mail, parse
from lib.story import Story
from lib.teduh import invite, texts

HOUR = 3600
ADA = "ada@example.org"


def events(person, case):
    """What colleagues see of it, but for how the case came to whom."""
    return [(e["kind"], e["detail"]) for e in person("show", case)["events"]
            if e["kind"].startswith("after-care")]


class AfterCare(AutomaticStory):
    desk = {"acknowledge": "off", "languages": ["en"]}

    def closed(self, *more, sender=ADA, number=1):
        """A case that is closed with an after-care letter."""
        case = self.one_case(proven(sender, number))["id"]
        self.anna("close", case, "--after-care", *more)
        return case

    def held(self, number=1):
        """One that waits because the relay wants it later."""
        self.sink.script["rcpt"] = "451 4.3.0 later"
        case = self.closed(number=number)
        self.service.wait_log(["automatic", "template=after-care",
                               "code=4"], 60)
        return case

    def let_go(self):
        self.sink.script.clear()
        self.service.clock(HOUR)

    def assert_dropped(self, case, why):
        wait_for("an empty list", self.gone, 60)
        self.assertEqual(events(self.anna, case),
                         [("after-care", "p1"), ("after-care-dropped", why)])
        self.assertFalse([s for s in self.sink.messages
                          if s.recipients == [f"<{ADA}>"]])


class Whole(AfterCare):
    def test_it_goes_to_the_seeker_and_an_answer_opens_the_case(self):
        case = self.one_case(proven())["id"]
        self.answer(case, "Hello Ada.\n")
        self.wait_to(ADA)
        wait_for("an answered case", lambda: self.anna(
            "show", case)["state"] == "answered", 60)
        said = self.anna.run("close", case, "--after-care", "-m",
                             "well for now").text
        self.assertIn("after-care letter goes to p1", said)
        session = self.wait_to(ADA, 2)[1]
        self.assertEqual(session.sender, "<>")
        got = parse(session.data)
        self.assertEqual(got["Auto-Submitted"], "auto-generated")
        self.assertEqual(got["Subject"], "Your letter")
        self.assertEqual(got["In-Reply-To"], "<letter-1@example.org>")
        self.assertIsNone(got["Precedence"])
        body = got.get_content()
        self.assertIn("after our last exchange", body)
        self.assertIn("112", body)
        for word in (*WORDS.split(), case, "anna", "well for now"):
            self.assertNotIn(word.encode(), session.data)
        wait_for("an empty list", self.gone, 60)
        self.assertEqual(events(self.anna, case), [
            ("after-care", "p1"), ("after-care-sent", "250")])
        said = self.maria.run("show", case).text
        self.assertIn("anna asked for an after-care letter to p1", said)
        self.assertIn("the after-care letter was sent", said)
        # Tried twice: the case is closed, and nothing more leaves.
        again = self.anna.refused("close", case, "--after-care")
        self.assertEqual(again.code, 1)
        self.assertIn("closed already", again.err)
        self.service.inject(proven(number=2, text="Thank you.\n",
                                   to=str(got["Reply-To"])))
        wait_for("the letter in the case", lambda: self.anna(
            "show", case)["state"] == "open", 60)
        # Another closing may have another one.
        self.anna("close", case, "--after-care")
        self.wait_to(ADA, 3)
        self.service.admin("check")

    def test_without_the_option_nothing_is_asked_for(self):
        case = self.one_case(proven())["id"]
        self.anna("close", case)
        self.assertTrue(self.gone())
        self.assertEqual(events(self.anna, case), [])
        ben = self.closed(sender="ben@example.com")
        self.wait_to("ben@example.com")
        self.assertEqual(self.to(ADA), [])
        wait_for("its event", lambda: len(events(self.anna, ben)) == 2, 60)

    def test_no_address_stands_in_the_store(self):
        self.held()
        self.service.stop()
        with open(f"{self.service.data}/store.db", "rb") as f:
            data = f.read()
        for word in (ADA.encode(), b"letter-1@"):
            self.assertNotIn(word, data)

    def test_where_nobody_may_be_written_to_it_is_refused(self):
        """And then the case is not closed."""
        def refused(case, words):
            got = self.anna.refused("close", case, "--after-care")
            self.assertEqual(got.code, 1, got)
            self.assertIn(words, got.err)
            self.assertNotEqual(self.anna("show", case)["state"], "closed")
            self.assertTrue(self.gone())

        tray = self.one_case(proven(number=3, X_Spam_Flag="YES"))
        self.assertIn("tray", tray["flags"])
        refused(tray["id"], "out of the tray")
        ours = self.one_case(mail("desk@desk.example"))["id"]
        self.anna("tray", ours)
        refused(ours, "under our own address")
        case = self.one_case(proven(number=2))["id"]
        nobody = self.one_case(
            b"To: desk@desk.example\r\nSubject: x\r\n\r\nno name\r\n")
        refused(nobody["id"], "case")
        good = self.read_text("en", "after-care.txt")
        for bad in ("Hello\n", "Subject: x\n\n" + "long " * 9000):
            self.desk_text("en", "after-care.txt", bad)
            refused(case, "'after-care.txt'")
        self.desk_text("en", "after-care.txt", good)
        self.meddle("UPDATE participant SET mode = 'pickup'")
        refused(case, "not answered by mail")
        self.meddle("UPDATE participant SET mode = 'mail'",
                    "UPDATE cases SET flags = 'no-contact'")
        refused(case, "nobody is to be written to")
        self.meddle("UPDATE cases SET flags = ''",
                    "INSERT INTO no_automatic SELECT address, case_id, 1 "
                    f"FROM participant WHERE case_id = '{case}'")
        refused(case, "complained")

    def read_text(self, language, name):
        with open(f"{self.texts}/{language}/{name}", encoding="utf-8") as f:
            return f.read()


class Dropped(AfterCare):
    def test_a_case_that_was_opened_again(self):
        case = self.held()
        self.anna("reopen", case, "-m", "not yet")
        self.let_go()
        self.assert_dropped(case, "case")
        self.assertIn("was not sent: the case was opened again",
                      self.anna.run("show", case).text)
        # And closed without one: the old one does not come back.
        self.anna("close", case)
        self.service.clock(2 * HOUR)
        self.one_case(proven("ben@example.com"))
        self.assertEqual(len(self.sink.dots), 0)

    def test_a_newer_letter(self):
        """It opens the case; and whoever closes that again by hand in the
        store does not bring the after-care back."""
        case = self.one_case(proven())["id"]
        self.answer(case, "Hello Ada.\n")
        back = str(parse(self.wait_to(ADA)[0].data)["Reply-To"])
        wait_for("an answered case", lambda: self.anna(
            "show", case)["state"] == "answered", 60)
        self.sink.script["rcpt"] = "451 4.3.0 later"
        self.anna("close", case, "--after-care")
        self.service.wait_log(["automatic", "template=after-care",
                               "code=4"], 60)
        self.service.clock(10)
        self.service.inject(proven(number=2, text="Once more.\n", to=back))
        wait_for("an open case", lambda: self.anna(
            "show", case)["state"] == "open", 60)
        self.meddle("UPDATE cases SET was = state, state = 'closed'")
        self.let_go()
        wait_for("an empty list", self.gone, 60)
        self.assertEqual(events(self.anna, case), [
            ("after-care", "p1"), ("after-care-dropped", "letter")])
        self.assertEqual(len(self.to(ADA)), 1)

    def test_a_letter_in_a_new_case(self):
        """Who does not answer one of ours has written again all the same."""
        case = self.held()
        self.service.clock(10)
        self.one_case(proven(number=2, text="A new mail.\n"))
        self.let_go()
        self.assert_dropped(case, "letter")

    def test_an_address_that_was_planted(self):
        case = self.held()
        other = self.closed(sender="eve@example.com", number=2)
        wait_for("both", lambda: len(self.ask(
            "SELECT id FROM automatic")) == 2, 60)
        rows = self.ask("SELECT id, statement, address FROM automatic")
        ids = {c: row for row in rows for c in (case, other)
               if f"case={c}" in row[1]}
        self.meddle(("UPDATE automatic SET address = ? WHERE id = ?",
                     (ids[other][2], ids[case][0])))
        self.let_go()
        self.wait_dropped("sealed", 1)
        self.assert_dropped(case, "sealed")
        self.wait_to("eve@example.com")

    def test_a_statement_that_nobody_signed(self):
        self.held()
        self.meddle("UPDATE automatic SET statement = replace(statement, "
                    "'language=en', 'language=id')")
        self.let_go()
        self.wait_dropped("statement", 1)
        wait_for("an empty list", self.gone, 60)
        self.assertEqual(self.sink.dots, [])

    def test_a_person_who_left_the_desk(self):
        self.held()
        self.maria("staff", "revoke", "anna")
        self.let_go()
        self.wait_dropped("statement", 1)
        self.assertEqual(self.sink.dots, [])

    def test_a_row_that_is_put_back_after_it_left(self):
        case = self.held()
        row, = self.ask("SELECT id, about, next_at, statement, signer, "
                        "signature, address FROM automatic")
        self.let_go()
        self.wait_to(ADA)
        wait_for("an empty list", self.gone, 60)
        self.meddle(("INSERT INTO automatic (id, about, next_at, statement, "
                     "signer, signature, address) VALUES (?,?,?,?,?,?,?)",
                     row))
        self.service.clock(2 * HOUR)
        self.wait_dropped("budget-case", 1)
        self.assertEqual(len(self.to(ADA)), 1)
        self.assertEqual(events(self.anna, case)[-1],
                         ("after-care-dropped", "budget-case"))

    def test_two_for_an_address_and_day(self):
        for n in range(3):
            self.service.inject(proven(number=n, text=f"{WORDS} {n}\n"))
        cases = [row["id"] for row in self.anna.wait_queue(3, seconds=60)]
        for case in cases:
            self.anna("close", case, "--after-care")
        self.wait_dropped("budget-address", 1)
        wait_for("an empty list", self.gone, 60)
        self.assertEqual(len(self.to(ADA)), 2)
        ends = sorted(events(self.anna, case)[-1] for case in cases)
        self.assertEqual(ends, [("after-care-dropped", "budget-address"),
                                ("after-care-sent", "250"),
                                ("after-care-sent", "250")])

    def test_a_death_at_any_step_sends_at_most_one(self):
        """post dies at its N-th step until it survives: never two."""
        for step in range(1, 24):
            address = f"ada{step}@example{step}.org"
            self.service.stop()
            self.service.start(env={"TEDUH_CRASH": f"post:{step}"})
            before = len(self.service.logged())
            case = self.closed(sender=address, number=step)

            def over():
                log = self.service.logged()[before:]
                return "crash point: " in log or (
                    "template=after-care code=2" in log and "alive")
            alive = wait_for(f"the end of step {step}", over, 60) == "alive"
            self.service.stop()
            self.service.start()
            self.closed(sender=f"ben{step}@example.com", number=step)
            self.wait_to(f"ben{step}@example.com")
            self.assertLessEqual(len(self.to(address)), 1)
            if alive:
                break
        self.assertTrue(alive)
        self.assertGreater(step, 2)
        self.assertEqual(len(self.to(address)), 1)
        # Three hours later the doubtful ones are given up, visibly.
        self.service.clock(4 * HOUR)
        wait_for("an empty list", self.gone, 60)
        self.assertIn(("after-care-sent", "250"), events(self.anna, case))


class Elsewhere(AfterCare):
    def found(self, service=None):
        self.service.settings["desk careers"] = dict(
            self.service.settings["desk youth"],
            from_address="work@desk.example")
        super().found(service)

    def test_a_person_of_another_desk(self):
        """Nora may ask for what careers has closed, and this never was."""
        nora = quicken(invite(self.service, self.ground, self.maria, "nora",
                              desk="careers"))
        case = self.held()
        statement = self.ask("SELECT statement FROM automatic")[0][0].replace(
            "desk=youth", "desk=careers")
        self.meddle("UPDATE cases SET desk = 'careers'", (
            "UPDATE automatic SET statement = ?, signer = ?, signature = ?",
            (statement, nora.signer.public, nora.signer.sign(
                "teduh/automatic/v1", statement.encode()))))
        self.let_go()
        self.wait_dropped("case", 1)
        self.meddle("UPDATE cases SET desk = 'youth'")
        self.assert_dropped(case, "case")


class Night(AfterCare):
    def found(self, service=None):
        now = datetime.datetime.now(ZoneInfo("Europe/Tallinn"))
        hours = [now + datetime.timedelta(hours=h) for h in (-1, 7)]
        self.desk = {**self.desk, "timezone": "Europe/Tallinn",
                     "quiet": "-".join(f"{h:%H:%M}" for h in hours)}
        super().found(service)

    def test_it_waits_for_the_morning(self):
        case = self.closed()
        self.service.clock(6 * HOUR)
        self.one_case(proven("ben@example.com", 2))
        self.assertEqual(self.sink.dots, [])
        self.assertEqual(events(self.anna, case), [("after-care", "p1")])
        self.service.clock(8 * HOUR)
        self.wait_to(ADA)
        wait_for("its event", lambda: events(self.anna, case)[-1] == (
            "after-care-sent", "250"), 60)


class Real(Story):
    def test_with_a_real_mail_server(self):
        self.mail_servers()
        self.connect()
        self.service.settings["desk youth"]["acknowledge"] = "off"
        self.service.settings["alarm"] = {"texts": texts(self.ground)}
        self.found()
        seeker = "seeker-et@example.org"
        self.postfix.send(seeker, "desk@desk.example", mail(
            seeker, message_id="<esimene@example.org>"))
        case = self.anna.wait_queue(1)[0]["id"]
        self.anna("close", case, "--after-care")
        got = parse(self.dovecot.mailbox("seeker-et").wait()[0])
        self.assertEqual(got["Auto-Submitted"], "auto-generated")
        self.assertEqual(got["In-Reply-To"], "<esimene@example.org>")
        wait_for("its event", lambda: len(events(self.anna, case)) == 2, 60)
        self.postfix.send(seeker, str(got["Reply-To"]), mail(
            seeker, to=str(got["Reply-To"]), text="Aitäh!\n",
            message_id="<teine@example.org>"))
        row, = self.anna.wait_queue(1)
        self.assertEqual((row["id"], row["state"]), (case, "open"))


del AfterCare, AutomaticStory, Story
