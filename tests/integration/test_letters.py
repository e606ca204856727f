"""From a mail to a case: what is kept, what is shown, what is refused."""

import os
from concurrent.futures import ThreadPoolExecutor

from lib.mails import lines, mail
from lib.story import Story
from lib.teduh import invite

PDF = b"%PDF-1.4\n" + bytes(range(256)) * 40 + b"\n%%EOF\n"


class Letters(Story):
    def setUp(self):
        super().setUp()
        self.found()

    def test_a_mail_becomes_one_case_with_all_that_it_said(self):
        raw = mail("seeker-en@example.org", name="Daniel",
                   subject="Tööleping ja käsi",
                   text="First line.\n\nSecond, with õ ä ö ü.\n",
                   attachments=[("leping õige.pdf", "application/pdf", PDF),
                                ("note.txt", "text/plain", b"small\n")])
        row = self.one_case(raw)
        self.assertEqual((row["desk"], row["state"], row["channel"],
                          row["items"], row["claimant"]),
                         ("youth", "new", "mail", 1, None))
        self.assertRegex(row["id"], "^[0-9A-HJKMNP-TV-Z]{8}$")
        self.assertEqual(row["subject"], "Tööleping ja käsi")
        self.assertIn("First line", row["excerpt"])
        for key in ("created", "waiting_since", "due"):
            self.assertRegex(row[key], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        shown = self.anna("show", row["id"])
        self.assertEqual(shown["id"], row["id"])
        seeker, = shown["participants"]
        self.assertEqual((seeker["id"], seeker["role"], seeker["mode"],
                          seeker["address"]),
                         ("p1", "seeker", "mail", "seeker-en@example.org"))
        item, = shown["items"]
        self.assertEqual((item["id"], item["seq"], item["kind"],
                          item["class"]),
                         (f"{row['id']}.1", 1, "letter", "person"))
        self.assertEqual(lines(item["text"]),
                         ["First line.", "", "Second, with õ ä ö ü."])
        self.assertEqual([(a["name"], a["type"], a["size"])
                          for a in item["attachments"]],
                         [("leping õige.pdf", "application/pdf", len(PDF)),
                          ("note.txt", "text/plain", 6)])

    def test_the_raw_mail_comes_back_byte_for_byte(self):
        raw = mail(text="dots\n.\n..\nend \n",
                   attachments=[("a.pdf", "application/pdf", PDF)])
        case = self.one_case(raw)["id"]
        got = self.anna.run("show", case, "--raw", f"{case}.1", check=True)
        self.assertEqual(got.out, raw)

    def test_attachments_are_saved_under_harmless_names(self):
        raw = mail(attachments=[
            ("leping.pdf", "application/pdf", PDF),
            ("../../evil.sh", "text/plain", b"one\n"),
            (".hidden", "text/plain", b"two\n"),
            ("leping.pdf", "application/pdf", b"another\n")])
        case = self.one_case(raw)["id"]
        folder = self.ground.dir("saved/deep", 0o700)
        self.anna.run("show", case, "--attachments", folder, check=True)
        contents = []
        for name in os.listdir(folder):
            self.assertFalse(name.startswith("."), name)
            with open(os.path.join(folder, name), "rb") as f:
                contents.append(f.read())
        self.assertCountEqual(contents,
                              [PDF, b"one\n", b"two\n", b"another\n"])
        self.assertEqual(os.listdir(self.ground.path + "/saved"), ["deep"])

    def test_the_same_mail_twice_is_still_one_letter(self):
        raw = mail()
        self.one_case(raw)
        self.service.inject(raw)
        self.service.inject(mail(message_id="<last@example.org>",
                                 subject="the last"))
        rows = self.anna.wait_queue(2)
        self.assertEqual(sorted(r["subject"] for r in rows),
                         ["A question", "the last"])
        self.assertEqual([r["items"] for r in rows], [1, 1])

    def test_the_same_message_id_with_other_words_is_another_letter(self):
        self.one_case(mail(text="one\n"))
        self.service.inject(mail(text="two\n"))
        texts = {self.anna("show", row["id"])["items"][0]["text"].strip()
                 for row in self.anna.wait_queue(2)}
        self.assertEqual(texts, {"one", "two"})

    def test_what_cannot_be_parsed_is_kept_and_shown_as_such(self):
        deep = b"".join(
            b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n'
            % (n, n) for n in range(2000))
        for raw in (b"From: a@example.org\r\nSubject: deep\r\n" + deep,
                    b"From: a@example.org\r\nX: " + b"x" * 300_000
                    + b"\r\n\r\nlong header\r\n"):
            row = self.one_case(raw)
            self.assertIn("unreadable", row["flags"])
            got = self.anna.run("show", row["id"], "--raw",
                                f"{row['id']}.1", check=True)
            self.assertEqual(got.out, raw)
        self.assertNotIn("unreadable", self.one_case(mail())["flags"])

    def test_letters_are_still_there_after_kill_and_restart(self):
        row = self.one_case(mail())
        self.service.kill()
        self.service.start()
        self.assertEqual(self.anna.queue(), [row])

    def test_nothing_is_injected_into_a_mailbox_that_is_not_there(self):
        self.assertNotEqual(
            self.service.inject(mail(), "nobody", check=False).code, 0)
        self.service.stop()
        self.assertEqual(self.service.inject(mail(), check=False).code, 75)


class Refusals(Story):
    def setUp(self):
        super().setUp()
        self.found()

    def test_an_unknown_case_is_refused_in_one_sentence(self):
        self.service.inject(mail())
        case = self.anna.wait_queue(1)[0]["id"]
        other = ("0" if case[0] != "0" else "1") + case[1:]
        for command in (("show", other), ("claim", other),
                        ("reply", other, "--body", "/dev/null")):
            result = self.anna.refused(*command)
            self.assertEqual(result.code, 1, result)
            self.assertTrue(result.err.strip(), result)
        self.assertIn(self.anna.refused("show", "no such id!").code, (1, 2))

    def test_a_prefix_is_enough_until_it_is_ambiguous(self):
        seen = {}
        for n in range(33):             # 32 letters: two begin alike
            case = self.one_case(mail(text=f"letter {n}\n",
                                      message_id=f"<{n}@e.org>"))["id"]
            if case[0] in seen:
                break
            seen[case[0]] = case
        twin = seen[case[0]]
        result = self.anna.refused("show", case[0])
        self.assertEqual(result.code, 1, result)
        same = os.path.commonprefix([case, twin])
        unique = case[:len(same) + 1]
        self.assertEqual(self.anna("show", unique.lower())["id"], case)
        self.assertEqual(
            self.anna.refused("claim", case[:len(same)]).code, 1)

    def test_what_somebody_else_holds_is_not_answered(self):
        bert = self.colleague("bert")
        case = self.one_case(mail())["id"]
        self.anna("claim", case)
        bert("show", case)
        path = self.ground.file("a.txt", "Hello\n")
        for command in (("claim", case),
                        ("reply", case, "--body", path)):
            result = bert.refused(*command)
            self.assertEqual(result.code, 1, result)
            self.assertIn("anna", result.err)
        self.assertEqual(bert.queue()[0]["claimant"], "anna")
        self.assertEqual(bert("show", case)["drafts"], [])
        self.anna("claim", case)        # again, by the holder, is fine

    def test_of_many_claims_at_once_one_wins(self):
        bert = self.colleague("bert")
        case = self.one_case(mail())["id"]
        people = [self.anna, bert, self.maria]
        with ThreadPoolExecutor(3) as pool:
            results = list(pool.map(
                lambda p: p.run("claim", case, "--json"), people))
        winners = [p.name for p, r in zip(people, results) if r.code == 0]
        self.assertEqual(len(winners), 1, [str(r) for r in results])
        self.assertEqual(self.anna.queue()[0]["claimant"], winners[0])

    def colleague(self, name):
        return invite(self.service, self.ground, self.maria, name)
