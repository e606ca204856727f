"""What is written about and beside an answer: warnings, texts, a case's
papers."""

import contextlib
import datetime
import json
import pathlib
import sqlite3

from lib.erasing import wait_done, wait_seen
from lib.ground import SOURCE, wait_for
from lib.intruder import copy_row, insert, peek
from lib.mails import mail
from lib.rest import at_rest
from lib.screens import Terminal
from lib.story import SinkStory, Story
from lib.teduh import Service, invite

LETTER = ("Hello,\n\nmy stepfather shouts at me every evening.\n"
          "Should I tell my teacher about it?\n")
CALM = ("Thank you for your letter. It took courage to write it. You say that "
        "there is shouting every evening. I read that twice. Could you say "
        "what happens then? A teacher can be a good person to tell. We can "
        "look at it together, one step after the other.\n")


class Check(SinkStory):
    def warned(self, draft):
        return [(w["warning"], w["line"], w["words"])
                for w in self.anna("check", draft)]

    def test_warnings_that_block_nothing(self):
        case = self.one_case(mail(text=LETTER))["id"]
        draft = self.reply(self.anna, case, CALM)
        self.assertEqual(self.warned(draft), [])
        said = self.anna.run("check", draft, check=True)
        self.assertIn("nothing to warn of", said.text)
        self.anna("urgency", case, "2", "-m", "shouting")
        self.reply(self.anna, case, CALM.replace("A teacher", "A friend") +
                   "I will always be here. Call Rita at 030 1234567.\n")
        found = self.warned(draft)
        self.assertEqual(found, [
            ("name", 2, "Rita"), ("number", 2, "030 1234567"),
            ("promise", 2, "always"),
            ("question", None, "Should I tell my teacher about it?"),
            ("safety", None, "no sentence about safety; the case's urgency "
             "is high")])
        said = self.anna.run("submit", draft, check=True)
        self.assertIn("5 warnings; they block nothing", said.err)
        self.assertIn("line 2: always", said.err)
        self.assertIn("is submitted", said.text)
        self.assertEqual(self.states(case), ["submitted"])

    def test_words_of_another_case_on_my_table(self):
        other = self.one_case(mail(
            "Mirjam Tamm <seeker-b@example.org>", text=LETTER,
            message_id="<2@example.org>"))["id"]
        case = self.one_case(mail(text="Nobody asks how I am.\n",
                                  message_id="<3@example.org>"))["id"]
        draft = self.reply(self.anna, case, "Dear Mirjam,\n" + CALM +
                           "So my stepfather shouts at me every evening.\n")
        self.assertNotIn("other-case", [w[0] for w in self.warned(draft)])
        self.anna("claim", other)
        self.assertEqual(
            [w for w in self.warned(draft) if w[0] == "other-case"],
            [("other-case", 1, "Mirjam"),
             ("other-case", 3, "my stepfather shouts at me every")])

    def test_a_service_adds_to_the_lists(self):
        case = self.one_case(mail(text=LETTER))["id"]
        draft = self.reply(self.anna, case, CALM + "A rainbow waits.\n")
        self.assertEqual(self.warned(draft), [])
        folder = pathlib.Path(self.anna.home, "check", "youth", "en")
        folder.mkdir(parents=True)
        (folder / "promises.txt").write_text("# ours\nrainbow*\n")
        self.assertEqual(self.warned(draft), [("promise", 2, "rainbow")])
        (folder / "measures.txt").write_text("shortest 400\n")
        self.assertEqual([w[0] for w in self.warned(draft)],
                         ["promise", "length"])
        (folder / "measures.txt").write_text("shortest many\n")
        refused = self.anna.refused("check", draft)
        self.assertEqual(refused.code, 1)
        self.assertIn("shortest many", refused.err)
        # A list that cannot be read holds up nothing, and is said.
        said = self.anna.run("submit", draft, check=True)
        self.assertIn("was not checked", said.err)
        self.assertEqual(self.states(case), ["submitted"])


class Templates(Story):
    """Texts to begin with: what is still to be written is never sent."""

    def setUp(self):
        super().setUp()
        self.service = Service(self.ground)
        self.service.settings["desk youth"]["languages"] = ["en", "et", "id"]
        self.service.settings["alarm"] = {"texts": f"{SOURCE}/config/texts"}
        self.found()
        self.terminal = Terminal(self.ground, self.anna, EDITOR="true",
                                 VISUAL="")

    def begin(self, case, name):
        """reply --template in an editor that leaves it as it is."""
        said = " ".join(self.terminal.run(
            f"teduh reply {case} --template {name}"))
        self.assertIn("is saved", said)
        return f"{case}.d" + said.split(f"{case}.d")[1].split(" ")[0]

    def body(self, draft):
        return self.maria("review", draft)["body"]

    def test_a_hole_is_filled_before_it_is_submitted(self):
        case = self.one_case(mail(text=LETTER))["id"]
        self.anna("show", case)
        draft = self.begin(case, "safety")
        body = self.body(draft)
        self.assertIn("{{", body)
        self.assertIn("are you safe now", body)
        refused = self.anna.refused("submit", draft)
        self.assertEqual(refused.code, 1)
        self.assertIn("line 1 still has the hole '{{how the person signs",
                      refused.err)
        self.assertEqual(self.anna("drafts")[0]["state"], "open")
        self.reply(self.anna, case, "All is said {{really}} here.\n")
        self.assertIn("'{{really}}'", self.anna.refused("submit", draft).err)
        self.reply(self.anna, case, "All is said here {{\n")
        self.anna.refused("submit", draft)
        self.reply(self.anna, case, "All is said.\n", "--subject",
                   "About {{what}}")
        self.assertIn("'{{what}}'", self.anna.refused("submit", draft).err)
        self.reply(self.anna, case, "All {is} } said.\n", "--subject", "Us")
        self.anna("submit", draft)

    def test_what_was_begun_stays(self):
        case = self.one_case(mail(text=LETTER))["id"]
        draft = self.reply(self.anna, case, "My own words.\n")
        self.assertEqual(self.begin(case, "wait"), draft)
        body = self.body(draft)
        self.assertTrue(body.startswith("My own words.\n\nDear {{"), body)

    def test_in_the_language_of_the_case(self):
        for language, text, word in (
                ("en", LETTER, "thank you for writing"),
                ("et", "Tere! Ma ei tea enam, mida ma peaksin tegema, sest "
                 "mu isa on iga päev minu peale väga vihane ja ema ei ole "
                 "kodus.\n", "Aitäh, et kirjutasid"),
                ("id", "Halo, saya tidak tahu harus bagaimana lagi karena "
                 "ayah saya marah setiap hari dan ibu saya sudah tidak ada "
                 "di rumah.\n", "terima kasih sudah menulis")):
            row = self.one_case(mail(
                f"{language}@example.org", text=text,
                message_id=f"<{language}@example.org>"))
            self.assertIn(row["language"], (None, "en")
                          if language == "en" else (language,))
            self.anna("show", row["id"])
            draft = self.begin(row["id"], "first")
            self.assertIn(word, self.body(draft))

    def test_a_services_own(self):
        case = self.one_case(mail(text=LETTER))["id"]
        self.anna("show", case)
        for name in ("none", "../first", "-first", "First"):
            refused = self.anna.refused("reply", case, "--template", name)
            self.assertEqual(refused.code, 1)
            self.assertIn("first, goodbye, referral, safety, wait",
                          refused.err)
        self.assertEqual(self.anna("drafts"), [])
        both = self.anna.refused("reply", case, "--template", "wait",
                                 "--body", "x")
        self.assertEqual(both.code, 2)
        for place, text in ((("answers", "en"), "Ours.\n"),
                            (("answers", "youth", "en"), "Youth's.\n")):
            folder = pathlib.Path(self.anna.home, *place)
            folder.mkdir(parents=True)
            (folder / "hello.txt").write_text(text)
            self.anna.run("discard", f"{case}.d1")
            self.anna("show", case)
            draft = self.begin(case, "hello")
            self.assertTrue(self.body(draft).endswith(text))


class Papers(Story):
    """What staff keep about a case, for each other."""

    def setUp(self):
        super().setUp()
        self.found()
        self.case = self.one_case(mail(text=LETTER))["id"]
        self.anna("show", self.case)

    def notes(self, person=None):
        return [(i["about"], i["text"]) for i in (person or self.anna)(
            "show", self.case)["items"] if i["kind"] == "note"]

    def test_the_summary_stands_above_the_letters(self):
        self.assertIsNone(self.anna("show", self.case)["summary"])
        self.anna("tag", self.case, "+family")
        row = self.anna("summary", self.case, "-m",
                        "Shouting at home.\nA teacher knows.")
        self.assertEqual((row["summary"], row["tags"]),
                         ("Shouting at home.\nA teacher knows.", ["family"]))
        self.assertEqual(self.maria("queue")[0]["summary"], row["summary"])
        said = self.maria.run("show", self.case, check=True).text
        self.assertIn("Shouting at home.", said)
        # Nobody but staff can open it, and tags do not take it away.
        self.maria("tag", self.case, "+school")
        self.assertEqual(self.anna("show", self.case)["summary"],
                         row["summary"])
        refused = self.anna.refused("summary", self.case, "-m", "x" * 2001)
        self.assertIn("at most 2000 bytes", refused.err)
        path = self.ground.file("s.txt", "Other words.\n")
        both = self.anna.refused("summary", self.case, "-m", "x", "--body",
                                 path)
        self.assertEqual(both.code, 2)
        row = self.maria("summary", self.case, "--body", path)
        self.assertEqual(row["summary"], "Other words.")
        self.assertIsNone(self.anna("summary", self.case, "-m",
                                    " ")["summary"])
        self.assertEqual(self.notes(), [])

    def test_a_summary_is_written_on(self):
        self.anna("summary", self.case, "-m", "First words.")
        terminal = Terminal(self.ground, self.maria,
                            EDITOR="sh -c 'sed -i s/First/Later/ \"$1\"' x",
                            VISUAL="")
        said = " ".join(terminal.run(f"teduh summary {self.case}"))
        self.assertIn("has this summary now", said)
        self.assertEqual(self.anna("show", self.case)["summary"],
                         "Later words.")

    def test_a_reading_sheet_is_a_note_that_goes_on(self):
        script = self.ground.file(
            "editor", "#!/bin/sh\nsed -i '2s/^/I am sad about it./' \"$1\"\n",
            0o755)
        terminal = Terminal(self.ground, self.anna, EDITOR=script, VISUAL="")
        said = " ".join(terminal.run(f"teduh sheet {self.case}"))
        self.assertIn("your reading sheet stands in", said)
        (about, text), = self.notes()
        self.assertEqual(about, "sheet")
        self.assertTrue(text.startswith("1. What the letter does to me"))
        self.assertIn("\nI am sad about it.\n", text)
        for part in ("2. Theme and picture", "3. What the person needs",
                     "4. What I shall do"):
            self.assertIn(part, text)
        # The next begins with it; a colleague's begins anew.
        terminal.run(f"teduh sheet {self.case}")
        self.assertIn("I am sad about it.I am sad about it.",
                      self.notes()[1][1])
        self.maria("sheet", self.case, "-m", "Four times read.")
        self.assertEqual(self.notes()[2], ("sheet", "Four times read."))
        self.anna("note", self.case, "-m", "An ordinary one.")
        self.assertEqual(self.notes()[3], (None, "An ordinary one."))
        self.assertIn(".2  sheet, ", self.anna.run(
            "show", self.case, check=True).text)
        empty = self.anna.refused("sheet", self.case, "-m", " ")
        self.assertIn("nothing was saved", empty.err)


DAY = 86400


class Kept(Story):
    """How long a closed case stays, and what keeps it longer."""

    def setUp(self):
        super().setUp()
        self.service = Service(self.ground)
        self.service.settings["desk youth"].update({
            "retention": ["180d", "referred 30d", "abuse keep"],
            "reasons": ["answered", "referred", "abuse"]})
        self.found()
        self.case = self.one_case(mail(text=LETTER))["id"]
        self.anna("show", self.case)

    def kept(self, case=None):
        """Days from now, or None."""
        until = self.anna("show", case or self.case)["kept_until"]
        return until and round((datetime.datetime.fromisoformat(until) - (
            datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(
                seconds=self.moved))) / datetime.timedelta(days=1))

    moved = 0

    def days(self, n):
        self.moved += n * DAY
        self.service.clock(self.moved)

    def erasure(self, case=None):
        erasure = self.maria("show", case or self.case)["erasure"]
        return erasure and (erasure["state"], erasure["by"])

    def test_a_reason_is_one_of_the_desks_and_sealed(self):
        refused = self.anna.refused("close", self.case, "--reason", "tired")
        self.assertIn("it has: answered, referred, abuse", refused.err)
        row = self.anna("close", self.case, "--reason", "referred", "-m",
                        "to the clinic")
        self.assertEqual((row["state"], row["reason"]),
                         ("closed", "referred"))
        self.assertEqual(self.kept(), 30)
        said = self.maria.run("show", self.case, check=True).text
        self.assertIn("Closed: referred.", said)
        self.assertIn("then it is erased", said)
        for path in pathlib.Path(self.service.data).glob("store.db*"):
            self.assertNotIn(b"referred", path.read_bytes())
        self.anna("reopen", self.case, "-m", "again")
        self.anna("close", self.case)
        self.assertIsNone(self.anna("show", self.case)["reason"])
        self.assertEqual(self.kept(), 180)
        self.anna("reopen", self.case, "-m", "again")
        self.anna("close", self.case, "--reason", "abuse")
        self.assertIsNone(self.kept())

    def test_it_goes_when_its_day_has_come(self):
        self.anna("close", self.case, "--reason", "referred")
        self.days(29)
        self.assertIsNone(self.erasure())
        self.days(2)
        wait_for("the erasure to be asked for", self.erasure, 60)
        self.assertEqual(self.erasure(), ("asked", "anna"))
        self.assertEqual(self.maria("erase")[0]["case"], self.case)
        wait_seen(self.service, self.case)
        self.days(4)
        wait_for("the case to be gone", lambda: self.maria.run(
            "show", self.case, "--json").code == 1, 60)
        self.assertIn(b"erased", "\n".join(
            row[0] for row in peek(self.service, "SELECT action FROM audit")
        ).encode())
        self.assertEqual(peek(self.service, "SELECT 1 FROM retention"), [])

    def test_copies_at_the_provider_go_first(self):
        self.service.settings["desk youth"]["retention_raw"] = "10d"
        self.service.restart()
        self.anna("close", self.case, "--reason", "abuse")
        self.days(9)
        self.one_case(mail("b@example.org", message_id="<b@x.org>"))
        asked = lambda: [tuple(row) for row in peek(    # noqa: E731
            self.service, "SELECT case_id, why FROM removal")]
        self.assertEqual(asked(), [])
        self.days(2)
        wait_for("the copies to be asked away", asked, 60)
        self.assertEqual(asked(), [(self.case, "retention")])
        self.assertIsNone(self.erasure())

    def test_who_writes_again_keeps_it(self):
        self.anna("close", self.case, "--reason", "referred")
        self.anna("reopen", self.case, "-m", "again")
        self.days(40)
        other = self.one_case(mail("b@example.org", message_id="<b@x.org>"))
        self.assertIsNone(self.erasure())
        self.assertIsNone(self.erasure(other["id"]))

    def test_a_hold_outlasts_every_day_and_every_wish(self):
        self.anna("close", self.case, "--reason", "referred")
        refused = self.anna.refused("hold", self.case, "-m", "court")
        self.assertEqual(refused.code, 1)
        self.assertEqual(self.maria.refused("hold", self.case).code, 2)
        row = self.maria("hold", self.case, "-m", "court")
        self.assertEqual(row["flags"], ["legal-hold"])
        self.assertEqual(self.maria("show", self.case)["hold"]["by"],
                         "maria")
        self.assertIn("already", self.maria.refused(
            "hold", self.case, "-m", "x").err)
        self.assertIn("Held by maria", self.anna.run(
            "show", self.case, check=True).text)
        self.days(100)
        self.anna("erase", self.case, "--yes")
        self.assertEqual(self.erasure(), ("held", "anna"))
        self.assertIn(f"teduh lift {self.case}", self.maria.refused(
            "erase", self.case, "--lift").err)
        self.anna("erase", self.case, "--undo")
        shown = self.maria("show", self.case)
        self.assertEqual((shown["flags"], shown["erasure"]),
                         (["legal-hold"], None))
        row = self.maria("lift", self.case)
        self.assertEqual(row["flags"], [])
        wait_for("the erasure to be asked for", self.erasure, 60)
        self.assertIn("is not held", self.maria.refused(
            "lift", self.case).err)

    def test_a_day_that_nobody_signed_is_kept(self):
        self.anna("close", self.case, "--reason", "abuse")
        with contextlib.closing(sqlite3.connect(
                f"{self.service.data}/store.db", timeout=10)) as db, db:
            insert(db, "retention", case_id=self.case, until=1,
                   statement=b"{}", signer=bytes(32), signature=bytes(64))
        wait_for("the row to be refused", lambda: peek(
            self.service, "SELECT 1 FROM audit WHERE action = "
            "'retention-refused' AND case_id = ?", self.case), 60)
        self.assertIsNone(self.erasure())
        self.assertIn("erasure-refused", [row[0] for row in peek(
            self.service, "SELECT kind FROM alarm")])


    def test_a_row_of_no_case_is_passed_over(self):
        """An id that is none, of which nothing must be cut: clock does not
        turn round it, and goes on with what is behind."""
        self.service.settings["desk youth"]["retention_raw"] = "10d"
        self.service.restart()
        self.anna("close", self.case, "--reason", "referred")
        wrong = [self.case + "X", self.case + "\0", "\u00e4" * 8, ""]
        with contextlib.closing(sqlite3.connect(
                f"{self.service.data}/store.db", timeout=10)) as db, db:
            db.row_factory = sqlite3.Row
            for id in wrong:
                copy_row(db, "cases", "id = ?", (self.case,), id=id)
            for id in wrong[:2]:
                insert(db, "retention", case_id=id, until=1, raw_at=1,
                       statement=b"{}", signer=bytes(32),
                       signature=bytes(64))
            for id in wrong[2:]:
                insert(db, "retention", case_id=id, raw_at=1)
            insert(db, "erasure", case_id=wrong[0], state="dead",
                   asked_by="p1", asked_at=1, ends_at=1)
            insert(db, "erasure", case_id=wrong[2], state="asked",
                   asked_by="p1", asked_at=1, ends_at=1)
        self.days(11)
        wait_for("the copies to be asked for", lambda: peek(
            self.service, "SELECT 1 FROM removal"), 60)
        for days, wait in ((20, wait_seen), (4, wait_done)):
            self.days(days)
            wait(self.service, self.case)
        said = [row[0] for row in peek(
            self.service, "SELECT action FROM audit WHERE action LIKE "
            "'retention-%' OR action LIKE 'erase%'")]
        self.assertEqual(said, ["retention-copies", "erase-ask",
                                "erase-seen", "erased"])


class ForPerson(SinkStory):
    """What is one person's of a case, and nothing of anybody else."""

    def to(self, case, who, text):
        path = self.ground.file("body.txt", text)
        self.anna("show", case)
        draft = self.anna("reply", case, "--to", who, "--body", path,
                          "--submit")["id"]
        self.maria("approve", draft)
        return draft

    def read(self, folder):
        return {path.relative_to(folder).as_posix(): path.read_bytes()
                for path in pathlib.Path(folder).rglob("*")
                if path.is_file()}

    def test_of_a_case_with_two_persons(self):
        case = self.one_case(mail(
            name="Rani", text=LETTER, attachments=[
                ("list.txt", "text/plain", b"mine\n")]))["id"]
        self.to(case, "p1", "Dear Rani, the blue answer.\n")
        self.anna.wait_delivery(case, "accepted")
        row = self.anna("people", "add", case, "--role", "relative",
                        data=b"aunt@example.org\nAunt\n")
        self.maria("people", "confirm", case, "--to", row["id"])
        wait_for("the aunt to be in the case", lambda: len(
            self.anna("show", case)["participants"]) == 2, 60)
        self.to(case, "p2", "Dear aunt, the red answer.\n")
        self.sink.wait_messages(2, 60)
        at_rest(self.service)
        self.anna("note", case, "-m", "the green note")
        self.anna("tag", case, "+purple")
        self.anna("summary", case, "-m", "the yellow summary")
        self.anna("reply", case, "--to", "p1", "--body", self.ground.file(
            "later.txt", "the grey draft\n"))
        folder = f"{self.ground.path}/out"
        self.assertEqual(self.anna.refused(
            "export", case, folder, "--to", "p1").code, 2)
        self.assertIn("say whom you mean", self.anna.refused(
            "export", case, folder, "--for-person").err)
        self.assertIn("there is no 'p3'", self.anna.refused(
            "export", case, folder, "--for-person", "--to", "p3").err)
        said = self.anna("export", case, folder, "--for-person", "--to",
                         "p1")
        self.assertEqual((said["letters"], said["files"]), (1, 1))
        files = self.read(folder)
        self.assertEqual(sorted(files), [
            f"attachments/{case}.1.1-list.txt", "case.json", "case.txt",
            f"letters/{case}.1.eml"])
        for name in ("case.json", "case.txt"):
            text = files[name].decode()
            for word in ("blue answer", "my stepfather", "Rani"):
                self.assertIn(word, text)
            for word in ("red answer", "aunt", "green", "purple", "yellow",
                         "grey", "maria", "anna"):
                self.assertNotIn(word, text)
        shown = json.loads(files["case.json"])
        self.assertEqual(sorted(shown), ["desk", "for", "id", "items"])
        self.assertEqual([i["from"]["name"] for i in shown["items"]],
                         ["Rani", "youth"])
        other = f"{self.ground.path}/other"
        self.anna("export", case, other, "--for-person", "--to", "p2")
        text = self.read(other)["case.txt"].decode()
        self.assertIn("red answer", text)
        self.assertNotIn("blue answer", text)
        self.assertNotIn("stepfather", text)


class Disclosed(Story):
    """A case that is given to somebody outside, by two persons."""

    GROUND = "order of the court of Tartu, 12-34"

    def setUp(self):
        super().setUp()
        self.found()
        self.case = self.one_case(mail(text=LETTER))["id"]
        self.anna("show", self.case)

    def ask(self, person=None):
        return (person or self.anna)("disclose", "ask", self.case, "--to",
                                     "the court", "--ground", self.GROUND)

    def listed(self, person=None):
        return [(d["to"], d["ground"], d["by"], d["second"]) for d in
                (person or self.maria)("show", self.case)["disclosures"]]

    def test_two_persons_sign_and_it_is_held(self):
        self.assertEqual(self.anna.refused("disclose", "ask",
                                           self.case).code, 2)
        self.assertIn("no disclosure waits", self.maria.refused(
            "disclose", "confirm", self.case, "--yes").err)
        self.ask()
        self.assertEqual(self.listed(), [("the court", self.GROUND, "anna",
                                          None)])
        said = self.maria.run("show", self.case, check=True).text
        self.assertIn(f"teduh disclose confirm {self.case}", said)
        self.assertEqual(self.anna.refused(
            "disclose", "confirm", self.case, "--yes").code, 1)
        row = self.maria("disclose", "confirm", self.case, "--yes")
        self.assertEqual(row["flags"], ["legal-hold"])
        self.assertEqual(self.listed(self.anna), [
            ("the court", self.GROUND, "anna", "maria")])
        said = " ".join(self.anna.run("show", self.case, check=True)
                        .text.split())
        self.assertIn("Disclosed to the court", said)
        self.assertIn("maria confirmed that the case is disclosed", said)
        # It outlasts a wish; and the words are sealed.
        self.anna("erase", self.case, "--yes")
        self.assertEqual(self.maria("show", self.case)["erasure"]["state"],
                         "held")
        for path in pathlib.Path(self.service.data).glob("store.db*"):
            for words in (b"the court", b"Tartu"):
                self.assertNotIn(words, path.read_bytes())
        self.assertEqual([row[0] for row in peek(
            self.service, "SELECT action FROM audit WHERE case_id = ? AND "
            "action LIKE 'disclose%' ORDER BY seq", self.case)],
            ["disclose", "disclose-second"])
        self.assertEqual(self.service.admin("check").code, 0)

    def test_nobody_confirms_alone(self):
        self.ask(self.maria)
        refused = self.maria.refused("disclose", "confirm", self.case,
                                     "--yes")
        self.assertIn("yourself", refused.err)
        self.assertEqual(self.listed(), [("the court", self.GROUND, "maria",
                                          None)])
        eva = invite(self.service, self.ground, self.maria, "eva",
                     role="supervisor")
        terminal = Terminal(self.ground, eva)
        terminal.type(f"teduh disclose confirm {self.case}")
        terminal.wait("Sign that with your name?")
        text = terminal.text()
        self.assertIn("the court", text)
        self.assertIn("Tartu", text)
        terminal.type("yes")
        terminal.wait("is disclosed, by two persons")
        self.assertEqual(self.listed()[0][3], "eva")

    def test_a_second_signature_that_nobody_gave(self):
        """Who writes into the store makes no second person."""
        self.ask()
        with contextlib.closing(sqlite3.connect(
                f"{self.service.data}/store.db", timeout=10)) as db, db:
            db.execute("UPDATE disclosure SET second = 'maria', second_at = "
                       "at, signature = zeroblob(64), signer = (SELECT "
                       "signer FROM item WHERE item.id = disclosure.item)")
        shown = self.maria.run("show", self.case, "--json")
        self.assertEqual(shown.code, 1)
        self.assertIn("second signature of a disclosure", shown.err)
        self.assertEqual(shown.json["disclosures"], [])
