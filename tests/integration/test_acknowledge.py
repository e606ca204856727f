"""The acknowledgement: one short mail to who wrote, asked for in the
transaction that takes the letter, checked again before it leaves, and none
for anybody whose mail does not prove where it came from."""

import datetime
import os
from zoneinfo import ZoneInfo

from lib.automatic import WORDS, AutomaticStory, proven
from lib.ground import wait_for
from lib.mails import mail, parse

HOUR = 3600


class Neutral(AutomaticStory):
    def test_a_proven_letter_is_acknowledged_once(self):
        """Envelope, headers, words; and an answer to it joins the case."""
        case = self.one_case(proven())["id"]
        session = self.wait_to("ada@example.org")[0]
        self.assertEqual(session.sender, "<>")
        got = parse(session.data)
        self.assertEqual(got["Auto-Submitted"], "auto-replied")
        self.assertEqual(got["Subject"], "Your letter")
        self.assertEqual(got["In-Reply-To"], "<letter-1@example.org>")
        self.assertEqual(got["References"], "<letter-1@example.org>")
        self.assertIsNone(got["Precedence"])
        self.assertRegex(got["Reply-To"],
                         r"^desk\+[0-9a-z]{16}@desk\.example$")
        body = got.get_content()
        self.assertIn("sudah kami terima", body)
        for word in WORDS.split():
            self.assertNotIn(word.encode(), session.data)
        self.assertNotIn(case.encode(), session.data)
        self.service.inject(proven(
            number=2, subject="More", text="One more thing.\n",
            to=str(got["Reply-To"])))
        wait_for("the second letter in the case", lambda: len(
            self.anna("show", case)["items"]) == 2, 60)
        self.service.inject(proven(
            number=3, subject="And", text="A third.\n",
            In_Reply_To=str(got["Message-ID"])))
        wait_for("the third letter in the case", lambda: len(
            self.anna("show", case)["items"]) == 3, 60)
        wait_for("an empty list", self.gone)
        self.assertEqual(len(self.to("ada@example.org")), 1)
        self.service.admin("check")

    def test_what_proves_nothing_is_not_answered(self):
        """Nobody vouched, a forged result, a machine, a list."""
        silent = [
            mail("eve@example.org", text="Nobody vouched.\n"),
            mail("eve@example.org", text="Forged.\n",
                 message_id="<f@example.org>", Authentication_Results=
                 "elsewhere.example; dmarc=pass header.from=example.org"),
            proven("eve@example.org", 3, text="Robot.\n",
                   Auto_Submitted="auto-replied"),
            proven("eve@example.org", 4, text="List.\n",
                   List_Id="<l.example.org>"),
            proven("eve@example.org", 6, text="Spam.\n",
                   X_Spam_Flag="YES")]
        for one in silent:
            self.service.inject(one)
        self.one_case(proven("ada@example.org", 5))
        self.wait_to("ada@example.org")
        wait_for("an empty list", self.gone)
        self.assertEqual(self.to("eve@example.org"), [])

    def test_no_address_stands_in_the_store(self):
        self.sink.script["rcpt"] = "451 4.3.0 later"
        self.one_case(proven("ada.lind@example.org"))
        self.service.wait_log(["automatic", "template=acknowledgement",
                               "code=4"], 60)
        self.service.stop()
        for folder, _, files in os.walk(self.service.data):
            for name in files:
                with open(f"{folder}/{name}", "rb") as f:
                    data = f.read().lower()
                self.assertNotIn(b"ada.lind", data, name)
                self.assertNotIn(b"letter-1@", data, name)
        self.sink.script.clear()
        self.service.start()
        self.service.clock(HOUR)
        self.wait_to("ada.lind@example.org")
        wait_for("an empty list", self.gone)
        self.assertEqual(len(self.to("ada.lind@example.org")), 1)

    def change(self, *statements):
        """While it is down, and then the relay is good again."""
        self.meddle(*statements)
        self.sink.script.clear()
        self.service.clock(HOUR)

    def held(self, number=1):
        """A case whose acknowledgement waits for the relay."""
        self.sink.script["rcpt"] = "451 4.3.0 later"
        case = self.one_case(proven(number=number))["id"]
        self.service.wait_log(["automatic", "template=acknowledgement",
                               "code=4"], 60)
        return case

    def dropped(self, why):
        self.service.wait_log(["automatic", f"dropped={why}"], 60)
        wait_for("an empty list", self.gone)
        self.assertFalse([s for s in self.sink.messages
                          if s.recipients == ["<ada@example.org>"]])

    def test_a_planted_statement_is_dropped(self):
        self.held()
        self.change("UPDATE automatic SET statement = replace(statement, "
                    "'form=neutral', 'form=full')")
        self.dropped("statement")

    def test_a_planted_address_is_dropped(self):
        self.held()
        self.change("UPDATE automatic SET address = randomblob(400)")
        self.dropped("sealed")

    def test_a_closed_case_is_left_alone(self):
        case = self.held()
        self.anna("claim", case)
        self.anna("close", case)
        self.sink.script.clear()
        self.service.clock(HOUR)
        self.dropped("case")


class Budgets(AutomaticStory):
    desk = {"languages": ["en"]}

    def test_two_for_an_address_and_day_and_nothing_is_lost(self):
        for number in range(4):
            self.service.inject(proven(number=number, text=f"{number}\n"))
        self.wait_dropped("budget-address", 2)
        wait_for("an empty list", self.gone)
        self.assertEqual(len(self.to("ada@example.org")), 2)
        self.assertEqual(len(self.anna.queue()), 4)
        self.service.clock(24 * HOUR + 60)
        self.service.inject(proven(number=5, text="5\n"))
        self.wait_to("ada@example.org", 3)

    def test_twenty_for_a_domain_and_hour_then_the_breaker(self):
        """Whoever sends from many addresses gets little out of us, and a
        human hears of it."""
        self.service.settings["alarm"]["to"] = ["admin@desk.example"]
        self.service.reload()
        for number in range(21):
            self.service.inject(proven(f"s{number}@one.example", number,
                                       text=f"{number}\n"))
        self.wait_dropped("budget-domain", 1)
        for number in range(11):
            self.service.inject(proven(f"s{number}@two.example", number,
                                       text=f"two {number}\n"))
        self.wait_dropped("breaker", 1)
        self.assertEqual(len([s for s in self.sink.messages if s.recipients[
            0].endswith(("@one.example>", "@two.example>"))]), 30)
        self.service.clock(120)
        self.service.wait_log(["alarm", "begins", "automatic-breaker"], 60)
        wait_for("the alarm's mail", lambda: [
            s for s in self.to("admin@desk.example")
            if b"automatic-breaker" in s.data], 60)
        self.service.inject(proven("late@three.example"))
        self.wait_dropped("breaker", 2)
        self.assertEqual(len(self.anna.queue()), 33)
        self.assertIn(b"goes on", self.service.admin("resume").out)
        self.assertIn(b"not stopped", self.service.admin("resume").out)
        self.service.clock(2 * HOUR)
        self.service.wait_log(["alarm-ends", "automatic-breaker"], 60)
        self.service.inject(proven("later@three.example", 2))
        self.wait_to("later@three.example")

    def test_a_death_at_any_step_sends_at_most_one(self):
        """post dies at its N-th step until it survives: never two mails,
        and the letter is not touched."""
        for step in range(1, 20):
            address = f"ada{step}@example.org"
            self.service.stop()
            self.service.start(env={"TEDUH_CRASH": f"post:{step}"})
            before = len(self.service.logged())
            case = self.one_case(proven(address))["id"]

            def over():
                log = self.service.logged()[before:]
                return "crash point: " in log or (
                    "template=acknowledgement code=2" in log and "alive")
            alive = wait_for(f"the end of step {step}", over, 60) == "alive"
            self.service.stop()
            self.service.start()
            self.one_case(proven(f"ben{step}@example.com", step))
            self.wait_to(f"ben{step}@example.com")
            self.assertLessEqual(len(self.to(address)), 1)
            self.assertEqual(len(self.anna("show", case)["items"]), 1)
            if alive:
                self.assertEqual(len(self.to(address)), 1)
                break
        self.assertGreater(step, 2)
        self.assertTrue(alive)


class Quiet(AutomaticStory):
    """A night that has just begun where the desk is."""

    def found(self, service=None):
        now = datetime.datetime.now(ZoneInfo("Asia/Jakarta"))
        hours = [now + datetime.timedelta(hours=h) for h in (-1, 7)]
        self.desk = {"timezone": "Asia/Jakarta", "languages": ["en"],
                     "quiet": "-".join(f"{h:%H:%M}" for h in hours)}
        super().found(service)

    def test_acknowledgement_and_answer_wait_for_the_morning(self):
        """And the answer of a crisis does not."""
        case = self.one_case(proven())["id"]
        self.answer(case, "Sleep well.\n")
        urgent = self.one_case(proven("ben@example.com"))["id"]
        self.anna("urgency", urgent, "3", "-m", "now")
        self.answer(urgent, "We are here.\n")
        self.wait_to("ben@example.com")
        self.assertEqual(len(self.sink.dots), 1)
        self.assertNotIn(b"Auto-Submitted", self.sink.dots[0].data)
        self.service.clock(6 * HOUR)
        self.service.inject(mail("eve@example.net"))
        self.assertEqual(len(self.sink.dots), 1)
        self.service.clock(8 * HOUR)
        self.wait_to("ada@example.org", 2)
        wait_for("an empty list", self.gone)


class Full(AutomaticStory):
    desk = {"acknowledge": "full", "languages": ["et", "en"],
            "due_first": "5d"}

    def test_the_full_one_says_when_and_whom_to_call(self):
        """In the language of the desk, with the desk's own contacts."""
        self.desk_text("et", "contacts.txt", "Helista numbril 116 111.\n")
        self.one_case(proven())
        body = parse(self.wait_to("ada@example.org")[0].data).get_content()
        self.assertIn("5 päeva jooksul", body)
        self.assertIn("Helista numbril 116 111.", body)
        self.assertNotIn("112", body)
        self.assertIn("jätame su rahule", body)
        self.assertNotIn("{", body)


class English(AutomaticStory):
    desk = {"acknowledge": "full", "languages": ["en"]}

    def test_the_same_in_english(self):
        self.one_case(proven())
        body = parse(self.wait_to("ada@example.org")[0].data).get_content()
        self.assertIn("within 48 hours", body)
        self.assertIn("112", body)
        self.assertGreater(len(body.split("\n\n")[0]), 100)


class Languages(AutomaticStory):
    """A machine says its few words in the language of the letter."""
    desk = {"languages": ["id", "et", "en"]}
    letters = {
        "et": ("Tere! Ma ei tea, kelle poole pöörduda, ja kodus on raske. "
               "Kas te saate mind aidata?\n", "kenasti kohale"),
        "id": ("Halo kak, saya bingung harus cerita ke siapa. Tolong saya "
               "karena saya takut sendiri.\n", "sudah kami terima"),
        "en": ("Hello, I do not know who to talk to. I feel alone and I "
               "cannot sleep.\n", "has arrived"),
        None: ("Tere\n", "sudah kami terima"),
    }

    def test_each_is_answered_in_its_own(self):
        """The acknowledgement, then the first line of the answer."""
        for number, (language, (words, said)) in enumerate(
                self.letters.items()):
            address = f"ada{number}@example.org"
            row = self.one_case(proven(address, number, text=words))
            with self.subTest(language=language):
                self.assertEqual(row["language"], language)
                self.assertEqual(self.anna("show", row["id"])["language"],
                                 language)
                session = self.wait_to(address)[0]
                self.assertIn(said, parse(session.data).get_content())
                self.answer(row["id"], "Hello Ada.\n")
                body = parse(self.wait_to(address, 2)[1].data).get_content()
                with open(f"{self.texts}/{language or 'id'}/first-line.txt",
                          encoding="utf-8") as f:
                    first = f.read().rstrip("\n")
                self.assertEqual(body.replace("\r\n", "\n").split("\n\n")[0],
                                 first)

    def test_a_later_letter_may_say_it_and_then_it_stays(self):
        case = self.one_case(proven(text="Tere\n"))["id"]
        token = str(parse(self.wait_to("ada@example.org")[0].data)[
            "Reply-To"])
        for number, said in ((2, "et"), (3, "en")):
            self.service.inject(proven(
                number=number, to=token, text=self.letters[said][0]))
            wait_for("the letter in the case", lambda: len(
                self.anna("show", case)["items"]) == number,  # noqa: B023
                60)
            self.assertEqual(self.anna("show", case)["language"], "et")

    def test_what_they_quote_is_not_theirs(self):
        quote = "".join(f"> {line}\n" for line in [
            "Halo kak, saya bingung harus cerita ke siapa.",
            "Tolong saya karena saya takut sendiri di rumah."] * 5)
        row = self.one_case(proven(text=self.letters["et"][0] + "\n" +
                                   quote))
        self.assertEqual(row["language"], "et")

    def test_a_language_that_the_desk_has_not_is_none(self):
        self.service.settings["desk youth"]["languages"] = ["id", "en"]
        self.service.restart()
        row = self.one_case(proven(text=self.letters["et"][0]))
        self.assertIsNone(row["language"])
        self.assertIn("sudah kami terima", parse(self.wait_to(
            "ada@example.org")[0].data).get_content())


class Off(AutomaticStory):
    desk = {"acknowledge": "off"}

    def test_a_desk_that_wants_none_sends_none(self):
        case = self.one_case(proven())["id"]
        self.assertTrue(self.gone())
        self.answer(case, "Hello Ada.\n")
        self.wait_to("ada@example.org")
        self.assertEqual(len(self.to("ada@example.org")), 1)
        self.assertNotIn(b"Auto-Submitted", self.sink.dots[0].data)


del AutomaticStory
