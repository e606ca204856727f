"""What stands on a real terminal: lists and letters at 80, 120 and 40
columns, the pager and its alternate screen, colours, and strangers' tricks.
"""

import os

from lib.ground import program
from lib.mails import mail, parse
from lib.screens import Terminal
from lib.story import SinkStory, Story
from lib.teduh import stamp

HEBREW = "\u05e9\u05d0\u05dc\u05d4 \u05e7\u05e6\u05e8\u05d4"
ARABIC = "\u0633\u0624\u0627\u0644 \u0645\u0647\u0645 12:30"
CHINESE = "\u6211\u4e0d\u77e5\u9053\u8be5\u600e\u4e48\u529e" * 12
FSI, PDI = "\u2068", "\u2069"
LONG = "\n\n".join(f"Paragraph {n} of a letter that goes on for long."
                   for n in range(1, 31))
QUOTE = """I will try.

On Tue, 24 Nov 2026 at 10:00, Teduh wrote:
> Hello,
>
> > deeper
> thank you for writing.

And again.

-- 
Sam
"""


class Screens(Story):
    def setUp(self):
        super().setUp()
        self.found()

    def terminal(self, columns=80, lines=24, person=None, **env):
        return Terminal(self.ground, person or self.anna, columns, lines,
                        **env)

    def letter(self, text, subject="A question", **more):
        return self.one_case(mail(
            subject=subject, text=text, sender=f"s-{stamp()}@example.org",
            message_id=f"<{stamp()}@example.org>", **more))["id"]

    def test_lists_keep_to_their_terminal(self):
        ids = [self.letter(CHINESE, HEBREW),
               self.letter("We \U0001f622 " * 40, ARABIC),
               self.letter("Halo! " * 60, "Bingung mau cerita " * 6)]
        for columns in (40, 80, 120):
            with self.subTest(columns):
                terminal = self.terminal(columns)
                rows = terminal.run("teduh queue")
                # None is so wide that the terminal broke it.
                per_row = 2 if columns == 40 else 1
                self.assertEqual(len(rows), 4 * per_row)
                shown = [row.split()[0] for row in rows[per_row::per_row]]
                self.assertEqual(sorted(shown), sorted(ids))
                text = "\n".join(rows)
                for words in (HEBREW, "\u0633\u0624\u0627\u0644"):
                    self.assertIn(FSI + words, text)
                if columns > 40:
                    starts = {row.index("new") for row in rows[1:]}
                    self.assertEqual(starts, {rows[0].index("state")})
                terminal.close()

    def test_a_letter_is_read_with_ease(self):
        case = self.letter("First words.\n", "One", name="Sam Tamm")
        other = self.letter(CHINESE, HEBREW, attachments=[
            ("\u05ea\u05de.png", "image/png", b"x" * 3000)])
        for columns in (80, 120):
            with self.subTest(columns):
                terminal = self.terminal(columns, 60)
                shown = terminal.run(f"teduh show {case} --no-pager")
                self.assertTrue(shown[0].startswith(
                    f"{case}  desk youth; new"))
                heading, = (row for row in shown if f"{case}.1" in row
                            and row.startswith("\u2500\u2500"))
                self.assertEqual(len(heading), 80)
                self.assertRegex(heading, r"letter, today \d\d:\d\d "
                                 r"\((just now|\d min ago)\) \u2500")
                self.assertIn("Subject   One", shown)
                self.assertIn("  First words.", shown)
                self.assertEqual(shown[-1], f"Next: teduh reply {case}")
                shown = terminal.run(f"teduh show {other} --no-pager")
                self.assertIn(f"Subject   {FSI}{HEBREW}{PDI}", shown)
                self.assertIn("Files     " + FSI + "(image/png, 2 KiB) "
                              "\u05ea\u05de.png" + PDI, shown)
                body = [row for row in shown if "\u77e5" in row]
                # 39 wide ones and the indent make a line of 80.
                self.assertEqual([len(row) for row in body],
                                 [41, 41, 20])
                terminal.close()

    def test_a_narrow_terminal(self):
        case = self.letter("One two three four five six seven eight\n" * 9,
                           "A subject that is longer than that",
                           name="Sam Tamm")
        terminal = self.terminal(40, 60)
        shown = terminal.run(f"teduh show {case} --no-pager", joined=True)
        self.assertLessEqual(max(map(len, shown)), 40)
        self.assertIn("One two three four five six seven",
                      "\n".join(shown))

    def test_quotes_and_signature_are_set_apart(self):
        case = self.letter(QUOTE)
        shown = self.terminal(80, 50).run(f"teduh show {case}.1 --no-pager")
        self.assertIn("  \u2502 \u2502 deeper", shown)
        self.assertIn("  \u2502 thank you for writing.", shown)
        self.assertIn("  I will try.", shown)
        self.assertIn("  Sam", shown)
        self.assertNotIn("Next:", "\n".join(shown))

    def test_letters_do_not_stay_in_the_scrollback(self):
        case = self.letter(LONG, "Long")
        terminal = self.terminal()
        terminal.open(f"teduh show {case}; echo ended with $?",
                      "Paragraph 1 of")
        self.assertEqual(len(terminal.screen()), 24)
        self.assertIn("q: leave", terminal.screen()[-1])
        terminal.keys("Space")
        terminal.wait("Paragraph 12 of")
        terminal.type("/Paragraph 29")
        terminal.wait("Paragraph 29 of")
        terminal.keys("q")
        terminal.wait("ended with 0")
        self.assertFalse(terminal.is_alternate())
        self.assertNotIn("Paragraph", terminal.text(history=True))
        # And less has noted nothing, nor can it start anything.
        self.assertEqual(sorted(os.listdir(terminal.dir)),
                         ["passphrase", "rc", "tmux"])
        terminal.open(f"teduh show {case}", "Paragraph 1 of")
        for keys in (("!",), ("v",), ("|",), ("s", "log", "Enter")):
            terminal.keys(*keys)
            terminal.wait("not available")
            terminal.keys("g")
            terminal.wait("q: leave")
        terminal.keys("q")
        terminal.wait_prompt()

    def test_the_pager_speaks_as_its_reader(self):
        case = self.letter(LONG, "Long")
        for language, words in (
                ("", "space: further, b: back, q: leave"),
                ("id", "spasi: maju, b: mundur, q: keluar"),
                ("et", "Space: edasi, b: tagasi, q: lahku")):
            with self.subTest(language):
                terminal = self.terminal(LANGUAGE=language)
                terminal.open(f"teduh show {case}", "Paragraph 1 of")
                terminal.wait("q: ")
                self.assertEqual(terminal.screen()[-1], words)
                terminal.keys("q")
                terminal.close()

    def test_what_is_typed_next(self):
        case = self.letter("Words.\n")
        draft = self.reply(self.anna, case, "Dear you.\n")
        hint = (f"Next: teduh reply {case} goes on with your answer, teduh "
                f"submit {draft} hands it in")
        said = self.anna.run("show", case, check=True).text
        self.assertIn(hint, " ".join(said.split()))
        # It is hers to hand in.
        said = self.maria.run("show", case, check=True).text
        self.assertNotIn("hands it in", " ".join(said.split()))
        self.anna("submit", draft)
        said = self.anna.run("show", case, check=True).text
        self.assertNotIn("Next:", said)
        self.maria("return", draft, "-m", "warmer, please")
        said = self.anna.run("show", case, check=True).text
        self.assertTrue(said.endswith(f"Next: teduh reply {case}\n"), said)

    def test_a_question_that_is_left(self):
        terminal = self.terminal(TEDUH_HOME=self.ground.dir("empty", 0o700))
        terminal.clear()
        terminal.type(f"{program('teduh')} key new")
        terminal.wait("see it):")
        terminal.type("short")
        terminal.wait_prompt()
        self.assertIn("five or six words", terminal.text())
        self.assertNotIn("short", terminal.text())
        terminal.clear()
        terminal.type(f"{program('teduh')} key new")
        terminal.wait("see it):")
        terminal.keys("C-c")
        terminal.wait_prompt()
        self.assertEqual(terminal.screen()[-2], "teduh: nothing was done.")
        # Nothing to ask a passphrase for.
        shown = terminal.run(f"{program('teduh')} key backup", joined=True)
        self.assertTrue(shown[0].startswith("teduh: there is no key in"),
                        shown)

    def test_a_list_stays_and_a_long_one_is_paged(self):
        for n in range(8):
            self.letter("Words.\n", f"Number {n}")
        terminal = self.terminal(80, 24)
        self.assertEqual(len(terminal.run("teduh queue")), 9)
        terminal.close()
        terminal = self.terminal(80, 8)
        terminal.open("teduh queue", "Number ")
        terminal.keys("q")
        terminal.wait_prompt()
        terminal.close()

    def test_a_pager_of_ones_own(self):
        case = self.letter(LONG, "Long")
        wrong = self.terminal(80, 24, TEDUH_PAGER="/no/such/pager")
        shown = wrong.run(f"teduh show {case}; echo ended with $?")
        self.assertIn("  Paragraph 30 of a letter that goes on for long.",
                      shown)
        self.assertEqual(shown[-1], "ended with 0")
        wrong.close()
        early = self.terminal(80, 24, PAGER="head -n 1")
        shown = early.run(f"teduh show {case}; echo ended with $?")
        self.assertEqual(len(shown), 2)
        self.assertEqual(shown[-1], "ended with 0")
        early.close()
        none = self.terminal(80, 24, PAGER="less", TEDUH_PAGER="")
        shown = none.run(f"teduh show {case}; echo ended with $?")
        self.assertEqual(shown[-1], "ended with 0")
        self.assertIn("Paragraph 30", "\n".join(shown))
        none.close()

    def test_colours_where_they_are_wanted(self):
        self.letter("Words.\n")
        escape = "\033["
        for env, coloured in (({}, True), ({"NO_COLOR": "1"}, False),
                              ({"NO_COLOR": ""}, True)):
            with self.subTest(env):
                terminal = self.terminal(**env)
                shown = "\n".join(terminal.run("teduh queue",
                                               colours=True))
                self.assertEqual(escape in shown, coloured)
                shown = terminal.run("teduh queue | cat", colours=True)
                self.assertNotIn(escape, "\n".join(shown))
                terminal.close()
        terminal = self.terminal()
        shown = terminal.run("TERM=dumb teduh queue", colours=True)
        self.assertNotIn(escape, "\n".join(shown))

    def test_a_stranger_cannot_steer_the_terminal(self):
        with open(os.path.join(os.path.dirname(__file__), os.pardir,
                               "corpus", "terminal.eml"), "rb") as f:
            case = self.one_case(f.read())["id"]
        terminal = self.terminal(80, 60)
        title = terminal.tmux("display-message", "-p", "#{pane_title}")
        for line in (f"teduh show {case} --no-pager",
                     f"teduh show {case} --json --no-pager",
                     "teduh queue", "teduh queue --json"):
            with self.subTest(line):
                shown = terminal.run(f"NO_COLOR=1; export NO_COLOR; {line}",
                                     colours=True)
                self.assertNotIn("\033", "\n".join(shown))
                self.assertGreater(len(shown), 1)
                self.assertEqual(terminal.tmux(
                    "display-message", "-p", "#{pane_title}"), title)

    def test_a_locale_that_the_machine_lacks(self):
        case = self.letter("Tere, \u00f5htust!\n" + LONG)
        terminal = self.terminal(80, 24, LANG="et_EE.UTF-8")
        terminal.open(f"teduh show {case}", "Tere, \u00f5htust!")
        self.assertTrue(terminal.screen()[-1].isascii())
        self.assertIn("\u2500\u2500\u2500\u2500", terminal.text())
        terminal.keys("q")
        terminal.wait_prompt()

    def test_a_locale_without_utf8(self):
        case = self.letter("Tere, \u00f5htust! \u6211\n", "\u00d6\u00f6")
        terminal = self.terminal(80, 40, LANG="C")
        shown = terminal.run(f"teduh show {case} --no-pager")
        self.assertIn("Subject   ??", shown)
        self.assertIn("  Tere, ?htust! ??", shown)
        self.assertIn("C.UTF-8", "\n".join(shown))
        self.assertTrue(any(row.startswith("-- ") for row in shown))
        self.assertTrue("\n".join(shown).isascii())

    def test_quiet_is_quiet(self):
        case = self.letter("Words.\n", attachments=[
            ("a.txt", "text/plain", b"x")])
        self.service.clock(7200)
        self.assertIn("clock", self.anna.run("queue").err)
        body = self.ground.file("body.txt", "An answer.\n")
        folder = f"{self.ground.path}/saved"
        for line in (("claim", case), ("show", case, "--attachments", folder),
                     ("reply", case, "--body", body),
                     ("submit", f"{case}.d1")):
            result = self.anna.run(*line, "-q", check=True)
            self.assertEqual((result.out, result.err), (b"", ""), line)
        # What was asked for is no chatter, and neither is an error.
        self.assertIn("Words.", self.anna.run("show", case, "-q",
                                              check=True).text)
        result = self.anna.run("show", "ZZZZZZZZ", "-q")
        self.assertEqual(result.code, 1)
        self.assertEqual(len(result.err.strip().splitlines()), 1)

    def test_help_fits_the_first_screen(self):
        terminal = self.terminal()
        shown = terminal.run("teduh help")
        self.assertLess(len(shown), 23)
        self.assertLessEqual(max(map(len, shown)), 80)
        day = [row.split()[0] for row in shown[1:shown.index("")]]
        self.assertEqual(day, ["queue", "next", "show", "reply", "submit",
                               "drafts", "review", "approve", "return",
                               "close"])
        everything = terminal.run("teduh help all")
        self.assertGreater(len(everything), len(shown))
        narrow = self.terminal(40, 60)
        for line in ("teduh help", "teduh help all", "teduh help reply"):
            shown = narrow.run(line, joined=True)
            self.assertLessEqual(max(map(len, shown)), 40, line)


class LongCase(SinkStory):
    def test_a_long_case_shows_its_newest_part(self):
        case = self.one_case(mail(text="Number one.\n"))["id"]
        self.answer(case, "An answer.\n")
        sent = parse(self.sink.wait_messages(1)[0].data)
        self.anna.wait_delivery(case, "accepted")
        for n in range(3, 36):
            self.service.inject(mail(
                to=str(sent["Reply-To"] or sent["From"]),
                text=f"Number {n}.\n\n{QUOTE}", message_id=f"<{n}@example.org>",
                in_reply_to=str(sent["Message-ID"])))
        self.anna.wait_queue(1, where=lambda row: row["items"] == 35)
        shown = self.anna.run("show", case, check=True).text
        self.assertIn("\n  Number 35.\n", shown)
        self.assertIn("\n  And again.\n", shown)
        self.assertIn("lines folded, a quote or a signature: teduh show "
                      f"{case}.35\n", shown)
        self.assertNotIn("deeper", shown)
        self.assertIn("deeper", self.anna.run("show", f"{case}.35",
                                              check=True).text)
        self.assertIn(f"\n{case}.5 ", shown)
        self.assertNotIn(f"\n{case}.4 ", shown)
        self.assertIn("\nand 4 more\n", shown)
        for words in (("--all",), ("--json",)):
            self.assertIn("Number one.", self.anna.run(
                "show", case, *words, check=True).text)
        self.assertIn("Number one.", self.anna.run(
            "show", f"{case}.1", check=True).text)
