"""What the reader makes of real and of hostile mails, through its walls: the
mails of tests/corpus one by one and the large ones that are made here.  The
collections of other projects have stories of their own (test_corpora*)."""

import glob
import hashlib
import json
import os
import subprocess
import tempfile
import unittest

from lib import ground
from lib.hostile import HOSTILE

CORPUS = os.path.join(ground.SOURCE, "tests", "corpus")
# It sends letters through desk/reading.c and is its own helper.
DRIVER = ground.program("tests/unit/test_reading")
# Only in builds with sanitizers; `dev/check corpus` has its own replay.
FILTER = ground.program("reader-filter")
LETTER_MS = 5000
BATCH = 200


def fates(paths):
    """{path: (milliseconds, what became of it)}"""
    found = {}
    for start in range(0, len(paths), BATCH):
        batch = paths[start:start + BATCH]
        done = subprocess.run([DRIVER, *batch], check=True,
                              stdout=subprocess.PIPE, timeout=1000)
        for line in done.stdout.decode().splitlines():
            path, ms, fate = line.split(" ", 2)
            found[path] = (int(ms), fate)
    return found


def view(name):
    path = os.path.join(CORPUS, name + ".eml")
    done = subprocess.run([DRIVER, "--view", path], check=True,
                          stdout=subprocess.PIPE, timeout=30)
    fate, _, text = done.stdout.decode().partition("\n")
    assert fate.endswith(" read"), fate
    return json.loads(text)


def folded_lines(seen):
    lines = seen["text"].split("\n")
    return [line for first, last in seen["folded"]
            for line in lines[first - 1:last]]


# name: what its view must say
EXPECTED = {
    "et-plain": {"subject": "Õhtused mõtted", "class": "person",
                 "verified": True, "answerable": True,
                 "from": {"name": "Märt Õnnela",
                          "address": "seeker@example.ee"},
                 "date": "2026-11-24T06:15:00Z", "flags": [],
                 "text_origin": "plain", "message_id": "<m1@example.ee>"},
    "id-plain": {"class": "person", "verified": False, "answerable": False},
    "en-latin1-qp": {"subject": "Café troubles",
                     "text": "We met in the café and he said “never” "
                             "again. This is a long line that goes on.\n"},
    "split-character": {"subject": "€ and Õ"},
    "alternative": {"text": "Plain words.\n", "attachments": [],
                    "text_origin": "plain"},
    "alternative-blank": {"text": "Only here.\n", "text_origin": "html"},
    "alternative-excuse": {"text_origin": "html", "flags": ["html-differs"],
                           "text": " ".join(["One more sentence about my "
                                             "evening."] * 20) + "\n"},
    "alternative-more": {"text_origin": "plain", "flags": ["html-differs"]},
    "broken-charset": {"text": "Sõber ütles, et läheb õhtul.\n",
                       "flags": ["guessed-charset"]},
    "ascii-lie": {"text": "Täna õhtul.\n", "flags": ["guessed-charset"]},
    "flowed": {"text": "This paragraph was broken by the mail program.\n"
                       ">> It was quoted too.\nFrom here on no quote.\n"
                       "-- \nMe\n"},
    "winmail": {"flags": ["winmail"]},
    "spam": {"class": "person", "verified": True, "answerable": False,
             "why": "the mail server took it for spam", "flags": ["spam"]},
    "bounce": {"class": "bounce", "answerable": False,
               "tokens": ["7k2m9q4x7k2m9q4x"]},
    "vacation": {"class": "automatic"},
    "vacation-de-comment": {"class": "person"},
    "list": {"class": "list"},
    "read-receipt": {"class": "automatic"},
    "no-reply": {"class": "automatic"},
    "own": {"class": "own"},
    "two-from": {"class": "suspect", "from": None, "verified": False,
                 "answerable": False, "flags": ["ambiguous-from"]},
    "two-addresses": {"class": "suspect", "from": None},
    "group-from": {"class": "suspect", "from": None},
    "forged-results": {"verified": False},
    "other-results": {"verified": False},
    "dkim-aligned": {"verified": True, "answerable": True},
    "dkim-foreign": {"verified": False},
    "other-path": {"verified": True, "answerable": False},
    "not-to-us": {"verified": True, "answerable": False},
    "control-headers": {"class": "person", "flags": [], "triage": []},
    "no-headers": {"class": "suspect",
                   "text": "Tere,\n\nmul on kiri, aga mitte ühtegi "
                           "päist.\n"},
    "no-empty-line": {"text": "I forgot the empty line.\n"
                              "It goes on here.\n"},
    "empty": {"text": "", "text_origin": "none", "subject": ""},
    "mbox": {"subject": "From a box", "text": "Out of a box.\n"},
    "boundary-quote": {"text": "words"},
    "no-boundary": {"text": "All of it is the letter.\n"},
    "unclosed": {"text": "It was cut off in the mid"},
    "bare-cr": {"text": "Line one\nline two\n", "class": "person"},
    "mixed-cr": {"verified": False, "answerable": False},
    "nul": {"text": "before and after\n", "verified": False},
    "utf7": {"text": "Hi ä\n"},
    "iso-2022-jp": {"subject": "こんにちは", "text": "こんにちは\n"},
    "tokens": {"tokens": ["7k2m9q4x7k2m9q4x", "0123456789abcdef",
                          "aaaabbbbccccdddd"]},
}


def report(kind, action, status, recipient, token="b0123456789abcdef",
           message_id="<ours@example.org>"):
    return {"kind": kind, "action": action, "status": status,
            "recipient": recipient, "token": token,
            "message_id": message_id}


VERP = "b7k2m9q4x7k2m9q4x"
REPORTS = {
    "bounce": report("delivery", "failed", "5.1.1", "gone@example.net",
                     token=None),
    "report-failed": report("delivery", "failed", "5.1.1",
                            "gone@example.net"),
    "report-delayed": report("delivery", "delayed", "4.4.1",
                             "slow@example.net"),
    "report-several": report("delivery", "failed", "5.2.2",
                             "second@example.net"),
    "report-global": report("delivery", "failed", "5.6.7",
                            "õ@example.net"),
    "report-odd": report("delivery", None, None, None, None, None),
    "report-exim": report("delivery", "failed", None, "gone@example.net",
                          None, None),
    "report-complaint": report("feedback", "abuse", None,
                               "ann@example.net", token=VERP),
    "read-receipt": report("disposition", "displayed", None, None, None,
                           None),
    "report-attached": None,
    "et-plain": None,
    "vacation": None,
}


@unittest.skipUnless(os.path.exists(DRIVER), f"there is no {DRIVER}")
class Reader(unittest.TestCase):

    def test_reports_are_read(self):
        for name, expected in REPORTS.items():
            with self.subTest(name=name):
                seen = view(name)
                self.assertEqual(seen.get("report"), expected)
                self.assertFalse(expected and seen["answerable"])
        self.assertEqual(view("report-failed")["tokens"], [VERP])
        self.assertEqual(view("report-attached")["class"], "person")

    def test_each_of_our_mails_is_read_as_it_should(self):
        for name, expected in EXPECTED.items():
            with self.subTest(name):
                seen = view(name)
                for member, value in expected.items():
                    self.assertEqual(seen[member], value, member)

    def test_attachments_are_listed_and_named_safely(self):
        names = {name: [(a["name"], a["type"], a["size"])
                        for a in view(name)["attachments"]]
                 for name in ("rfc2231", "evil-names", "external",
                              "alternative-excuse", "alternative-more",
                              "odd-type")}
        self.assertEqual(names["odd-type"],
                         [("odd", "application/octet-stream", 3)])
        self.assertEqual([kind for _, kind, _ in names["alternative-excuse"]],
                         ["image/png", "text/plain"])
        self.assertEqual([kind for _, kind, _ in names["alternative-more"]],
                         ["image/png", "text/html"])
        self.assertEqual(names["rfc2231"],
                         [("päevik.pdf", "application/pdf", 9)])
        self.assertEqual([kind for _, kind, _ in names["external"]],
                         ["message/external-body", "message/partial"])
        self.assertEqual(names["evil-names"][0][0], "passwd")
        for name, _, _ in names["evil-names"]:
            self.assertNotRegex(name, r"[/\x00-\x1f\x7f]|^\.")

    def test_files_inside_of_the_text_are_listed(self):
        seen = view("inline-files")
        data = hashlib.sha256(bytes(range(256)) * 2).hexdigest()
        self.assertEqual([(a["name"], a["size"], a["sha256"])
                          for a in seen["attachments"]],
                         [("päev.bin", 512, data), ("pilt.jpg", 512, data)])
        self.assertEqual(seen["flags"], [])
        self.assertEqual(
            seen["text"], "I begin 644 times, and this is no file:\n"
            "begin 644 tomorrow\nbut this is:\n[../päev.bin]\n"
            "Between the files.\n[pilt.jpg]\nBye\n"
            "=ybegin line=64 size=1 name=never\nends\n")

    def test_a_forwarded_mail_stays_an_attachment(self):
        seen = view("nested")
        self.assertEqual(seen["text"], "Look what he wrote.")
        self.assertEqual([a["type"] for a in seen["attachments"]],
                         ["message/rfc822"])

    def test_html_is_text_and_hides_nothing(self):
        seen = view("html-only")
        self.assertEqual(
            seen["text"], "Tere, see on minu kiri.\n\n- üks\n- kaks\n\n"
            "Vaata siia <https://example.ee/x>.\n\n"
            "[hidden: You may not see this]\n> Eelmine kiri\n")
        self.assertEqual(seen["flags"], ["hidden-text"])
        self.assertEqual(folded_lines(seen), ["> Eelmine kiri"])
        seen = view("hidden-white")
        self.assertEqual(seen["text"],
                         "[hidden: one]\n\n[hidden: two]three\n\n"
                         "[hidden: four]\n\nfive\n\n[hidden: six]\n\n"
                         "seven\n")

    def test_html_reads_like_a_letter(self):
        seen = view("html-letter")
        self.assertEqual(seen["flags"], [])
        self.assertEqual(
            seen["text"],
            "Dear all,\nthis is Räni & I — we wrote it together.\n\n"
            "First:\n\n3. three\n  - a\n  - b\n4. four\nDay Hour\nMon 10"
            "\n\nSee this page <https://example.org/a?b=c&d=1> or "
            "example.org or https://bank.example/ <http://other.example/> "
            "or rani@example.org or click.\n\nkeep   this\n  as it is\n"
            "[my dog]\n")

    def test_only_what_others_wrote_is_folded(self):
        seen = view("quotes")
        folded = folded_lines(seen)
        kept = [line for line in seen["text"].split("\n")
                if line not in folded]
        self.assertEqual(kept, ["Thank you!", "I am better.", "Yes.",
                                ">:( that was hard"])
        self.assertEqual(seen["references"],
                         ["<a0@example.org>", "<a1@example.org>"])
        self.assertEqual(seen["reply_to"]["address"], "other@example.net")
        seen = view("outlook")
        self.assertEqual(seen["folded"], [[3, 9]])
        self.assertEqual(view("outlook-ru")["folded"], [[3, 8]])

    def test_names_and_subjects_are_one_safe_line(self):
        seen = view("terminal")
        for text in (seen["subject"], seen["from"]["name"]):
            self.assertNotRegex(text, "[\x00-\x1f\x7f-\x9f\u202e]")
        self.assertIn("Evil: yes", seen["subject"])

    def test_hostile_mails_end_in_time_and_harm_no_other(self):
        probe = os.path.join(CORPUS, "et-plain.eml")
        with tempfile.TemporaryDirectory() as folder:
            for name, (mail, readable) in HOSTILE.items():
                path = os.path.join(folder, name)
                with open(path, "wb") as f:
                    f.write(mail)
                found = fates([path, probe])
                with self.subTest(name):
                    ms, fate = found[path]
                    self.assertLess(ms, LETTER_MS + 500)
                    self.assertNotIn("crashed", fate)
                    self.assertNotIn("must not", fate)
                    if readable is not None:
                        self.assertEqual(fate == "read", readable, fate)
                    self.assertEqual(found[probe][1], "read")
                os.unlink(path)

    def test_the_filter_survives_them_too(self):
        if not os.path.exists(FILTER):
            self.skipTest("no build with sanitizers")
        with tempfile.TemporaryDirectory() as folder:
            paths = sorted(glob.glob(f"{CORPUS}/*.eml"))
            for name, (mail, _) in HOSTILE.items():
                paths.append(os.path.join(folder, name))
                with open(paths[-1], "wb") as f:
                    f.write(mail)
            done = subprocess.run([FILTER, *paths], check=False,
                                  stdin=subprocess.DEVNULL, timeout=800,
                                  stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE)
            self.assertEqual(done.returncode, 0,
                             done.stderr.decode()[-2000:])


if __name__ == "__main__":
    unittest.main()
