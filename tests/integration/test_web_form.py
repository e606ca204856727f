"""What a desk's form asks and says: areas and questions, how long people
really wait, by when they have an answer, whether anybody reads just now."""

import datetime
import os
import re
import threading

from lib.ground import program, wait_for
from lib.story import Story
from lib.teduh import SANITIZER_ENV, Service, Word, finish
from lib.web import VISIT_TEXT, Visitor, open_door

HOUR = 3600
DAY = 24 * HOUR
AREAS = ["family", "school", "something_else"]
QUESTIONS = ["what_happened", "hope"]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
        "Sunday"]
ANSWER = "My aunt </textarea> {{text}} knows.\r\nNobody else \u00e4\u00f5."


class FormStory(Story):
    """A founded service with a door; the time stands at `self.hours` after
    the start, and moves only forward."""

    desk = {}

    def setUp(self):
        super().setUp()
        self.service = Service(self.ground)
        self.pages, self.texts = open_door(self.ground, self.service)
        self.service.settings["desk youth"].update(self.desk)
        self.found()
        self.visitor = self.last = Visitor(self.service)
        self.hours = 0

    def later(self, hours=1):
        self.hours += hours
        self.service.clock(int(self.hours * HOUR))

    def send(self, text="A letter.", **more):
        """A letter of somebody new, self.last; the page behind it and its
        case."""
        self.last = Visitor(self.service)
        form = self.last.get()
        self.later(0.01)
        known = {row["id"] for row in self.anna.queue()}
        answer = self.last.post(form.fields, text=text, do="send", **more)
        self.assertEqual(answer.status, 303, answer.texts)
        case, = {row["id"] for row in self.anna.queue()} - known
        return self.last.get(), case

    def see(self, words, language="en"):
        """A form that says so."""
        page = Visitor(self.service, language=language).get()
        self.assertIn(words, page.texts)
        return page


class Asked(FormStory):
    desk = {"areas": AREAS, "questions": QUESTIONS}

    def given(self, form, **more):
        return self.visitor.post(form.fields, **{
            "area-school": "yes", "question-hope": ANSWER, **more})

    def assert_given(self, page):
        self.assertEqual(page.fields["area-school"], "yes")
        self.assertNotIn("area-family", page.fields)
        self.assertEqual(page.fields["question-hope"], ANSWER)
        self.assertEqual(page.fields["question-what_happened"], "")
        self.assertTrue(page.all("details", open=None)
                        and "open" in page.all("details")[0])

    def test_each_language_asks_in_its_words(self):
        for code, area, question in (
                ("en", "School and studying", "What do you hope for?"),
                ("id", "Sekolah dan kuliah", "Apa yang kamu harapkan?"),
                ("et", "Kool ja õppimine", "Mida sa loodad?")):
            form = Visitor(self.service, language=code).get()
            self.assertEqual(form.language, code)
            self.assertIn(area, form.texts)
            self.assertIn(question, form.texts)
            names = [a["name"] for a in form.all("input", type="checkbox")
                     if a.get("name")]
            self.assertEqual(names, [f"area-{one}" for one in AREAS])
            # Nothing but the text is asked for with force.
            self.assertEqual(
                [a["name"] for _, a in form.tags if "required" in a],
                ["text"])
            self.assertNotIn("open", form.all("details")[0])
            self.assertLess(len(form.raw), 20 * 1024)

    def test_an_answer_is_weighed_like_the_letter(self):
        _, plain = self.send(**{"question-hope": "Some good advice."})
        _, urgent = self.send(**{"question-hope":
                                 "Nothing. I want to kill myself."})
        rows = {row["id"]: row["urgency"] for row in self.anna.queue()}
        self.assertEqual((rows[plain], rows[urgent]), (0, 3))
        fired = self.anna("show", urgent)["items"][0]["triage"]
        self.assertIn("kill myself", [one["found"] for one in fired])

    def test_what_was_ticked_and_typed_comes_through(self):
        form = self.visitor.get()
        self.later()
        answer = self.given(form, text="Hm.", do="send",
                            **{"area-nonsense": "yes",
                               "question-other": "not asked"})
        self.assertEqual(answer.status, 303)
        row, = self.anna.queue()
        shown = self.anna("show", row["id"])
        form = shown["items"][0]["form"]
        self.assertEqual(form["areas"], ["school"])
        self.assertEqual(form["questions"], [
            {"name": "hope", "question": "What do you hope for?",
             "answer": ANSWER.replace("\r\n", "\n")}])
        # Which five sentences stood there is told with the letter.
        self.assertEqual((form["notice"], form["language"]), ("1", "en"))
        page = self.anna.run("show", row["id"], check=True).text
        for words in ("school", "? What do you hope for?",
                      "My aunt </textarea> {{text}} knows.",
                      "version 1, in 'en'"):
            self.assertIn(words, page)
        self.assertNotIn("not asked", page)
        hit, = self.anna("search", "aunt")
        self.assertEqual(hit["case"], row["id"])

    def test_all_of_it_comes_back(self):
        form = self.visitor.get()
        there = self.given(form, text="x", to="et")
        self.assertEqual(there.language, "et")
        self.assert_given(there)
        for more in ({"text": " ", "do": "send"},
                     {"text": "x", "token": "", "do": "send"}):
            page = self.given(form, **more)
            self.assertTrue(page.all("div", role="alert"))
            self.assert_given(page)
        # What is answered is a part of the letter, and so of its length.
        text = "x" * (VISIT_TEXT - len(ANSWER.encode()) + 1)
        page = self.given(form, text=text, do="send")
        self.assertTrue(page.all("div", role="alert"))
        self.assertEqual(page.fields["text"], text)
        self.assert_given(page)
        self.later()
        answer = self.given(form, text=text[1:], do="send")
        self.assertEqual(answer.status, 303)

    def test_a_language_that_does_not_ask_is_found(self):
        self.service.stop()

        def look():
            self.service.configure()
            return finish([program("teduhd"), "-t", "-c",
                           self.service.conf],
                          {**os.environ, **SANITIZER_ENV}, check=False)
        self.assertEqual(look().code, 0)
        desk = self.service.settings["desk youth"]
        for key, words, said in (
                ("areas", ["pets"],
                 "areas.txt: the key 'pets' is missing, which the desk "
                 "'youth' asks for"),
                ("questions", ["why"], "questions.txt: the key 'why'"),
                ("areas", ["Pets"], "'areas' has 'Pets'; allowed are words"),
                ("areas", ["self", "self"], "'areas' has 'self' twice"),
                ("areas", [f"a{n}" for n in range(25)],
                 "'areas' has too many words; at most 24"),
                ("capacity", Word("0"),
                 "'capacity' is '0'; allowed is a number from 1 to 10000"),
                ("duty", ["Mon-Fri"], "'duty' has 'Mon-Fri'; allowed are")):
            before = desk.get(key)
            desk[key] = words
            result = look()
            self.assertEqual(result.code, 78, key)
            self.assertIn(said, result.err)
            desk[key] = before
        own = f"{self.texts}/desks/youth/et"
        os.makedirs(own)
        with open(f"{own}/areas.txt", "w", encoding="utf-8") as f:
            f.write("family: Meie pere\nschool: Kool\nno key\n")
        for folder in (own, f"{self.texts}/desks/youth",
                       f"{self.texts}/desks"):
            os.chmod(folder, 0o755)
        result = look()
        self.assertEqual(result.code, 78)
        self.assertIn("youth/et/areas.txt:3: a line is", result.err)
        with open(f"{own}/areas.txt", "w", encoding="utf-8") as f:
            f.write("family: Meie pere\nschool: Kool\n"
                    "something_else: Muu\n")
        self.service.start()
        self.see("Meie pere", "et")


class Waits(FormStory):
    desk = {"due_first": Word("48h"), "timezone": "Europe/Tallinn"}

    def answered(self, case):
        self.answer(case, "Dear you, you are not alone.\n")
        self.anna.wait_delivery(case, "published", 60)

    def test_the_figure_is_of_those_who_really_waited(self):
        """Five answered after 1, 2, 3, 10 and 30 hours."""
        waits = {}
        for hours in (30, 10, 3, 2, 1):
            _, case = self.send()
            waits[case] = self.hours + hours
        self.see("We answer within 48 hours.")
        for case, at in sorted(waits.items(), key=lambda one: one[1])[:4]:
            self.later(max(0, at - self.hours - 0.2))
            self.answered(case)
        # Four are too few to say anything but what was promised.
        self.later(0.1)
        self.see("We answer within 48 hours.")
        case = max(waits, key=waits.get)
        self.later(max(0, waits[case] - self.hours - 0.2))
        self.answered(case)
        self.later(0.1)
        page = self.see("most people have their answer within 10 hours.")
        self.assertIn("you will have an answer by", page.texts)
        # One that nobody answers makes it look no better.
        _, case = self.send()
        self.later(20.1)
        self.see("most people have their answer within 21 hours.")
        self.later(32)
        page = self.see("most people have their answer within 30 hours.")
        for _ in range(6):
            self.send()
        self.later(80)
        page = self.see("we want to answer by")
        self.assertIn("At present it can take longer.", page.texts)
        self.assertIn("most people have their answer within 4 days.",
                      page.texts)
        sent, _ = self.send()
        self.assertIn("your letter is not forgotten", sent.texts)
        # Two weeks on they are forgotten; who still waits is not.
        self.later(15 * 24)
        self.see("most people have their answer within 19 days.")

    def test_by_when_in_each_language(self):
        days = {
            "en": ("Monday Tuesday Wednesday Thursday Friday Saturday "
                   "Sunday", r"(\w+), (\d+) (\w+), (\d+):00"),
            "et": ("esmaspäeval teisipäeval kolmapäeval neljapäeval reedel "
                   "laupäeval pühapäeval",
                   r"(\w+), (\d+)\. (\w+) kell (\d+)\.00"),
            "id": ("Senin Selasa Rabu Kamis Jumat Sabtu Minggu",
                   r"(\w+), (\d+) (\w+), pukul (\d+)\.00"),
        }
        seen = set()
        sent, _ = self.send()
        for code, (names, shape) in days.items():
            form = Visitor(self.service, language=code).get()
            there = self.last.post(sent.fields, to=code)
            for one in (form, there):
                found = re.search(shape, one.texts)
                self.assertTrue(found, one.texts)
                day, number, _, hour = found.groups()
                self.assertIn(day, names.split())
                seen.add((names.split().index(day), number, hour))
        # One moment, within the hour that passed between them.
        self.assertLessEqual(len(seen), 2)


class Capacity(FormStory):
    desk = {"capacity": Word("2"), "duty": []}

    def test_above_it_is_said_and_letters_are_taken(self):
        more = "More people write to us at present"
        for _ in range(2):
            self.send()
        self.later(0.1)
        self.assertNotIn(more, self.see("At present nobody reads").texts)
        # What waits in the tray frightens nobody away.
        form = self.visitor.get()
        self.later(0.1)
        self.visitor.post(form.fields, text="x", do="send", website="x")
        self.later(0.1)
        self.assertNotIn(more, Visitor(self.service).get().texts)
        self.send()
        self.later(0.1)
        page = self.see(more)
        # Other help stands in front of the text field.
        raw = page.raw.decode()
        help_at = raw.index("More people write")
        self.assertLess(help_at, raw.index("findahelpline", help_at))
        self.assertLess(raw.index("findahelpline", help_at),
                        raw.index('id="text"'))
        sent, _ = self.send()
        self.assertTrue(sent.all("p", translate="no"))
        self.assertIn("At present nobody reads letters here", sent.texts)
        # Nothing is promised while nobody reads.
        for page in (page, sent):
            for words in ("answer by", "are read first", "We answer"):
                self.assertNotIn(words, page.texts)

    def test_who_else_helps_has_a_file_of_its_own(self):
        path = f"{self.texts}/en/help-else.txt"
        with open(path, "w", encoding="utf-8") as f:
            f.write("checked: 2026-11-01\ngood_until: 2026-12-01\n\n"
                    "name: The house next door\ntel: 0123\n")
        os.chmod(path, 0o644)
        for _ in range(3):
            self.send()
        self.service.reload()
        self.later(0.1)

        def named():
            page = Visitor(self.service).get()
            return "The house next door" in page.texts and page
        page = wait_for("the other ones", named, 60)
        # In the place of those who help right now, who stand above.
        self.assertEqual(len(page.all("a", href="tel:0123")), 1)
        self.assertEqual(len(page.all("a", href="tel:112")), 1)
        # It is dated like those.
        self.later(40000)
        wait_for("the alarm", lambda: "en 2026-12-01" in self.service.admin(
            "status", check=False).text, 60)


class Duty(FormStory):
    desk = {"timezone": "Asia/Jakarta",
            "duty": ["Mon-Sun 00:00-24:00"]}

    def test_outside_it_the_next_time_is_said(self):
        words = {"en": "Nobody reads letters just now",
                 "id": "Saat ini tidak ada yang membaca surat",
                 "et": "Praegu ei loe kirju keegi"}
        for code, sentence in words.items():
            self.assertNotIn(sentence, Visitor(
                self.service, language=code).get().texts)
        # Nothing is promised for a time at which nobody reads.
        # One minute a week, which is days away, whenever this is told.
        desk = self.service.settings["desk youth"]
        today = datetime.datetime.now(datetime.timezone.utc).weekday()
        for ahead, hour in ((4, "09"), (5, "10")):
            day = DAYS[(today + ahead) % 7]
            desk["duty"] = [f"{day[:3]} {hour}:00-{hour}:01"]
            self.service.reload()

            def said():
                page = Visitor(self.service).get()
                return page if f", {int(hour)}:00." in page.texts else None
            page = wait_for("the next time", said, 60)
            self.assertIn(words["en"], page.texts)
            for code, sentence in words.items():
                self.see(sentence, code)
            self.assertNotIn("We answer within", page.texts)
            self.assert_later(page)
        sent, _ = self.send()
        self.assertIn(words["en"], sent.texts)
        self.assert_later(sent)
        desk["duty"] = []
        self.service.reload()
        wait_for("nobody", lambda: "At present nobody reads" in Visitor(
            self.service).get().texts, 60)
        self.assertNotIn("have an answer by",
                         Visitor(self.service).get().texts)


    def assert_later(self, page):
        """The promise is for two days after somebody reads again."""
        until = re.search(r"again on (\w+), ", page.texts)[1]
        due = re.search(r"answer by (\w+), ", page.texts)[1]
        self.assertEqual((DAYS.index(until) + 2) % 7, DAYS.index(due))


class HelpNow(FormStory):
    def test_numbers_that_nobody_checked_are_said_to_be(self):
        for code in ("en", "id", "et"):
            page = Visitor(self.service, language=code).get()
            for words in ("last checked", "Terakhir diperiksa",
                          "kontrolliti viimati"):
                self.assertNotIn(words, page.texts)
        self.later(400 * 24)
        self.see("Somebody last checked these on 20 November 2026.")
        self.see("Terakhir diperiksa tanggal 20 November 2026.", "id")
        page = self.see("kontrolliti viimati 20. novembril 2026.", "et")
        # They stand there all the same.
        self.assertTrue(page.all("a", href="tel:112"))

    def good_until(self, code, day):
        """Written in one go: the clock may look at any moment."""
        path = f"{self.texts}/{code}/help-now.txt"
        with open(path, encoding="utf-8") as f:
            words = f.read()
        with open(f"{path}.new", "w", encoding="utf-8") as f:
            f.write(re.sub(r"(?m)^good_until: .*$", f"good_until: {day}",
                           words))
        os.chmod(f"{path}.new", 0o644)
        os.rename(f"{path}.new", path)

    def good_for(self, days):
        """The Estonian ones, from the real today on."""
        day = datetime.datetime.now(datetime.timezone.utc).date() + (
            datetime.timedelta(days))
        self.good_until("et", day)
        return day

    def alarms(self):
        state = self.service.admin("status", "--json", check=False).json
        return [(row["subject"], row["detail"]) for row in state["alarms"]
                if row["kind"] == "help-now"]

    def test_it_is_told_before_and_rings_after(self):
        said = "help-now.txt of youth in 'et' is good for"
        for code in ("en", "id"):       # whatever the shipped files say
            self.good_until(code, "2999-01-01")
        self.good_for(40)
        status = self.service.admin("status", check=False).text
        self.assertNotIn(said, status)
        until = self.good_for(20)
        status = self.service.admin("status", check=False)
        self.assertIn(f"{said} 21 d: check", status.text)
        self.assertGreaterEqual(status.code, 1)
        doctor = self.service.admin("doctor", "--json", check=False)
        found, = [one for one in doctor.json if one["what"] == "help-now"]
        self.assertEqual((found["level"], found["name"]), ("warn", "youth"))
        self.assertIn("in 'et' is good for 21 days: check each",
                      found["text"])
        self.later(20 * 24)
        wait_for("a round", lambda: "good for 1 d" in self.service.admin(
            "status", check=False).text, 60)
        self.assertEqual(self.alarms(), [])
        self.later(24)
        wait_for("the alarm", lambda: self.alarms() ==
                 [("youth", f"et {until}")], 60)
        # What cannot be read any more is no better.
        path = f"{self.texts}/et/help-now.txt"
        os.rename(path, path + ".away")
        self.later(0.1)
        wait_for("the alarm", lambda: self.alarms() ==
                 [("youth", "et unreadable")], 60)
        os.rename(path + ".away", path)
        # Mended: the door takes it with SIGHUP, and the alarm ends.
        self.good_for(200)
        self.service.reload()
        self.later(0.1)
        wait_for("the end", lambda: self.alarms() == [], 60)
        self.assertNotIn("viimati", Visitor(
            self.service, language="et").get().texts)


class Reload(FormStory):
    def test_no_request_is_dropped_while_texts_are_taken(self):
        path = f"{self.texts}/en/web.txt"
        with open(path, encoding="utf-8") as f:
            words = f.read()
        seen, wrong, stop = set(), [], threading.Event()

        def ask():
            while not stop.is_set():
                try:
                    visitor = Visitor(self.service)
                    page = visitor.get()
                    now = visitor.post(page.fields, text="x", do="now")
                    title = page.all("h1") and re.search(
                        r"<h1>([^<]*)</h1>", page.raw.decode())[1]
                    seen.add(title)
                    if (page.status, now.status) != (200, 200):
                        wrong.append((page.status, now.status))
                except Exception as e:          # whatever it is, it is told
                    wrong.append(repr(e))
        askers = [threading.Thread(target=ask) for _ in range(4)]
        for one in askers:
            one.start()
        try:
            for n in range(3):
                with open(path, "w", encoding="utf-8") as f:
                    f.write(words.replace("form_title: Write to us",
                                          f"form_title: Tell us {n}"))
                self.service.reload()
                wait_for("the new words", lambda: f"Tell us {n}" in
                         Visitor(self.service).get().texts, 60)
        finally:
            stop.set()
            for one in askers:
                one.join()
        self.assertEqual(wrong, [])
        self.assertLessEqual({"Tell us 0", "Tell us 1", "Tell us 2"}, seen)
