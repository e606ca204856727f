"""A whole case leaves Teduh as files: for the person who asks what is kept,
or for another service."""

import json
import os
import resource
import signal
import stat
import subprocess

from lib.door import Shut, through
from lib.ground import program
from lib.intruder import peek, store
from lib.mails import mail, parse
from lib.rest import at_rest
from lib.story import SinkStory
from lib.teduh import SANITIZER_ENV

PDF = b"%PDF-1.4\n" + bytes(range(256)) * 40


def tree(folder):
    return sorted(os.path.relpath(os.path.join(at, name), folder)
                  for at, _, names in os.walk(folder) for name in names)


def read(folder, name):
    with open(os.path.join(folder, name), "rb") as f:
        return f.read()


class Export(SinkStory):
    def setUp(self):
        super().setUp()
        self.mail = mail(name="Rani", text="Halo,\nsaya tidak bisa tidur.\n",
                         subject="Tidur", attachments=[
                             ("../surat \x1b[2J.pdf", "application/pdf", PDF),
                             ("kosong.txt", "text/plain", b"\n")])
        self.case = self.one_case(self.mail)["id"]
        self.answer(self.case, "Dear Rani, try the blue tea.\n")
        self.anna.wait_delivery(self.case, "accepted")
        self.anna("note", self.case, "-m", "she sounds better")
        self.folder = f"{self.ground.path}/out"

    def leftovers(self):
        return [name for name in os.listdir(self.ground.path)
                if name.startswith("out")]

    def test_everything_is_there_and_readable(self):
        case = self.case
        said = self.anna("export", case, self.folder)
        self.assertEqual(said, {"case": case, "folder": self.folder,
                                "letters": 1, "files": 2})
        names = tree(self.folder)
        attachments = [n for n in names if n.startswith("attachments/")]
        self.assertEqual(
            [n for n in names if n not in attachments],
            ["case.json", "case.txt", f"letters/{case}.1.eml", "notes.txt"])
        self.assertEqual(len(attachments), 2)
        self.assertTrue(attachments[0].startswith(
            f"attachments/{case}.1.1-"), attachments)
        for name in names:
            self.assertNotIn("\x1b", name)
        self.assertEqual(read(self.folder, attachments[0]), PDF)
        # The letter as it came, which Python reads as what was sent.
        raw = read(self.folder, f"letters/{case}.1.eml")
        self.assertEqual(parse(raw)["Subject"], "Tidur")
        self.assertIn(self.mail.split(b"\r\n\r\n", 1)[1].strip(), raw)
        shown = json.loads(read(self.folder, "case.json"))
        self.assertEqual(shown["items"],
                         self.anna("show", case)["items"])
        page = read(self.folder, "case.txt").decode()
        for words in (f"Case {case} of the desk youth", "Exported by anna",
                      "Rani <seeker-a@example.org>", "Tidur",
                      "saya tidak bisa tidur", "try the blue tea",
                      f"letters/{case}.1.eml", f"attachments/{case}.1.1"):
            self.assertIn(words, page)
        self.assertNotIn("she sounds better", page)
        self.assertIn("she sounds better",
                      read(self.folder, "notes.txt").decode())
        for at, folders, files in os.walk(self.folder):
            self.assertEqual(stat.S_IMODE(os.stat(at).st_mode), 0o700)
            for name in files:
                mode = os.stat(os.path.join(at, name)).st_mode
                self.assertEqual(stat.S_IMODE(mode), 0o600)
        self.assertEqual(self.leftovers(), ["out"])

    def test_it_is_written_down_and_colleagues_see_it(self):
        at_rest(self.service)
        before = peek(self.service, "SELECT count(*) FROM audit")[0][0]
        self.anna("export", self.case, self.folder + "/")
        rows = peek(self.service, "SELECT actor, action, case_id FROM audit "
                    "ORDER BY seq LIMIT -1 OFFSET ?", before)
        self.assertEqual([tuple(row) for row in rows],
                         [("anna", "export", self.case)])
        self.assertIn("anna exported the case",
                      self.maria.run("show", self.case).text)

    def test_nothing_is_written_over(self):
        os.mkdir(self.folder)
        at_rest(self.service)
        before = peek(self.service, "SELECT count(*) FROM audit")[0][0]
        for path in (self.folder, self.ground.file("there", "words\n")):
            said = self.anna.refused("export", self.case, path)
            self.assertEqual((said.code, said.out), (1, b""))
            self.assertIn("is there already", said.err)
        said = self.anna.refused("export", self.case,
                                 f"{self.ground.path}/no/where")
        self.assertEqual(said.code, 1)
        self.assertIn("cannot make the folder", said.err)
        self.assertIn("name a folder", self.anna.refused(
            "export", self.case, "").err)
        self.assertEqual(os.listdir(self.folder), [])
        self.assertEqual(
            before, peek(self.service, "SELECT count(*) FROM audit")[0][0])

    def test_what_does_not_verify_is_left_out_and_said(self):
        self.service.stop()
        with store(self.service) as db:
            db.execute("UPDATE chunk SET bytes = zeroblob(length(bytes)) "
                       "WHERE part >= 16 AND item = (SELECT id FROM item "
                       "WHERE case_id = ? AND seq = 1)", (self.case,))
        self.service.start()
        said = self.anna.run("export", self.case, self.folder, "--json")
        self.assertEqual(said.code, 1, said)
        self.assertEqual((said.json["letters"], said.json["files"]), (1, 0))
        self.assertIn("is left out", said.err)
        self.assertIn("case.txt", tree(self.folder))
        self.assertNotIn("attachments", " ".join(tree(self.folder)))

    def test_a_disk_that_is_full_leaves_nothing(self):
        def small():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        read_fd, write_fd = os.pipe()
        os.write(write_fd, self.anna.passphrase.encode() + b"\n")
        os.close(write_fd)
        with subprocess.Popen(
                [program("teduh"), "export", self.case, self.folder,
                 "--passphrase-fd", str(read_fd)], stderr=subprocess.PIPE,
                stdout=subprocess.PIPE, pass_fds=(read_fd,),
                preexec_fn=small, env={
                    **os.environ, **SANITIZER_ENV,
                    "TEDUH_HOME": self.anna.home}) as child:
            out, err = child.communicate(timeout=120)
        os.close(read_fd)
        self.assertEqual((child.returncode, out), (1, b""), err)
        self.assertIn(b"cannot write '", err)
        self.assertEqual(self.leftovers(), [])
        # And with room it works.
        self.anna("export", self.case, self.folder)

    def broken(self, act):
        """Export; act(pid) when the mail as it came is asked for."""
        seen = []

        def told(data, pid):
            if b"/parts/1/rows?from=0 " in data:
                seen.append(1)
                act(pid)
        result = through(self.ground, self.service, self.anna, told,
                         "export", self.case, self.folder, "--json")
        self.assertTrue(seen)
        return result

    def test_the_service_is_gone_in_the_middle(self):
        def shut(_pid):
            raise Shut
        said = self.broken(shut)
        self.assertEqual((said.code, said.out), (75, b""), said)
        self.assertEqual(self.leftovers(), [])

    def test_ctrl_c_leaves_nothing(self):
        said = self.broken(lambda pid: os.kill(pid, signal.SIGINT))
        self.assertEqual((said.code, said.out), (75, b""), said)
        self.assertIn("removed again", said.err)
        self.assertEqual(self.leftovers(), [])
