"""teduhd -t: what the configuration names is looked at, before a start."""

import os
import shutil

from lib.certs import Certs
from lib.ground import program
from lib.story import Story
from lib.teduh import SANITIZER_ENV, finish, texts


class DryStart(Story):
    def setUp(self):
        super().setUp()
        self.found()                    # there is a pin
        self.service.stop()
        self.certs = Certs(self.ground)
        self.texts = texts(self.ground)
        self.service.settings["alarm"] = {"texts": self.texts}

    def look(self):
        self.service.configure()
        return finish([program("teduhd"), "-t", "-c", self.service.conf],
                      {**os.environ, **SANITIZER_ENV}, check=False)

    def line_of(self, text):
        with open(self.service.conf, encoding="utf-8") as f:
            return 1 + next(n for n, line in enumerate(f) if text in line)

    def assert_found(self, key, *words):
        """One finding, in the line of this key, with these words."""
        result = self.look()
        self.assertEqual(result.code, 78, result)
        self.assertEqual(len(result.err.splitlines()), 1, result)
        self.assertIn(f"teduh.conf:{self.line_of(key)}: ", result.err)
        for word in words:
            self.assertIn(word, result.err)

    def listen(self, cert, key):
        self.service.settings["api"].update(
            {"listen": "127.0.0.1:0", "cert": cert, "key": key})

    def test_everything_there_is_good(self):
        self.listen(*self.certs.pair("right"))
        self.service.mailbox("mail", port=993, password="p",
                             ca=self.certs.ca)
        self.service.relay(465, "desk", "p", ca=self.certs.ca)
        result = self.look()
        self.assertEqual((result.code, result.err), (0, ""), result)

    def test_an_authority_that_is_missing_or_none(self):
        self.service.mailbox("mail", port=993, password="p",
                             ca="/nonexistent/ca.pem")
        self.assert_found("ca =", "/nonexistent/ca.pem")
        none = self.ground.file("none.pem", "no certificate\n")
        self.service.mailbox("mail", port=993, password="p", ca=none)
        self.assert_found("ca =", none, "no certificate")

    def test_certificate_and_key_must_be_a_pair(self):
        cert, key = self.certs.pair("right")
        other = self.certs.pair("expired")[1]
        self.listen(cert, other)
        self.assert_found("key =", other, "is not the key of")
        self.listen(cert, cert)
        self.assert_found("key =", "cannot be read as the key")
        self.listen(key, key)
        self.assert_found("cert =", key, "no certificate")
        self.listen(cert, "/nonexistent/api.key")
        self.assert_found("key =", "/nonexistent/api.key")

    def test_a_password_that_is_missing_or_open(self):
        self.service.relay(465, "desk", "p")
        path = f"{self.service.secrets}/relay"
        os.chmod(path, 0o644)
        self.assert_found("secret =", path, "open to others")
        os.unlink(path)
        self.assert_found("secret =", path)

    def test_a_key_of_our_own_that_is_missing(self):
        os.unlink(f"{self.service.secrets}/pepper")
        result = self.look()
        self.assertEqual(result.code, 78, result)
        self.assertIn("pepper", result.err)

    def test_the_folder_of_texts(self):
        self.service.settings["alarm"] = {
            "to": ["office@desk.example"], "texts": "/nonexistent/texts"}
        self.assert_found("texts =", "/nonexistent/texts")

    def test_a_text_of_automatic_mail_that_is_not_good(self):
        """Missing, with a word that has no value, not UTF-8, too long."""
        self.service.settings["desk youth"]["acknowledge"] = "full"
        self.service.relay(465, "desk", "p")
        full = f"{self.texts}/id/acknowledgement-full.txt"
        with open(full, encoding="utf-8") as f:
            good = f.read()
        for bad, words in (
                (b"Hello\n\nyou\n", [f"{full}:1: ", "'Subject: '"]),
                (b"Subject: x\nnext\n\ny\n", [f"{full}:2: ", "empty"]),
                (good.replace("{due}", "{subjekt}").encode(),
                 [f"{full}:", "'{subjekt}' is no value"]),
                (b"Subject: x\n\n\xff\n", [f"{full}: ", "not UTF-8"]),
                (b"Subject: x\n\n" + b"long " * 3000,
                 [f"{full}: ", "longer than"])):
            with open(full, "wb") as f:
                f.write(bad)
            result = self.look()
            self.assertEqual(result.code, 78, result)
            self.assertEqual(len(result.err.splitlines()), 1, result)
            for word in words:
                self.assertIn(word, result.err)
        with open(full, "w", encoding="utf-8") as f:
            f.write(good)
        for name in ("contacts.txt", "spans.txt"):
            for language in ("id", "en"):
                os.unlink(f"{self.texts}/{language}/{name}")
            result = self.look()
            self.assertEqual(result.code, 78, result)
            self.assertIn(name, result.err)

    def broken(self, path, text):
        """What is said when this stands in a text; it is put back."""
        with open(path, encoding="utf-8") as f:
            good = f.read()
        with open(path, "w", encoding="utf-8") as f:
            f.write(text(good) if callable(text) else text)
        result = self.look()
        with open(path, "w", encoding="utf-8") as f:
            f.write(good)
        self.assertEqual(result.code, 78, result)
        return result.err.splitlines()

    def test_the_texts_that_a_desk_sends_later(self):
        """After-care, notice and canary, of every desk and language, each
        with file and line, and a file of two desks once."""
        self.service.relay(465, "desk", "p")
        settings = self.service.settings
        settings["desk youth"]["languages"] = ["id", "et", "en"]
        settings["desk work"] = {**settings["desk youth"],
                                 "from_address": "work@desk.example",
                                 "languages": ["et"]}
        own = f"{self.texts}/desks/work/et"
        shutil.copytree(f"{self.texts}/et", own)
        for folder in (own, f"{self.texts}/desks/work",
                       f"{self.texts}/desks"):
            os.chmod(folder, 0o755)
        self.assertEqual(self.look().code, 0)
        for folder in (*(f"{self.texts}/{one}" for one in ("id", "et",
                                                              "en")), own):
            for name in ("after-care", "notice", "canary"):
                path = f"{folder}/{name}.txt"
                said = self.broken(path, lambda good: good.replace(
                    "{subject}", "{betreff}", 1))
                self.assertEqual(said, [
                    f"{path}:1: '{{betreff}}' is no value of this text"])
                said = self.broken(path, lambda good: good.replace(
                    "Subject: ", "", 1))
                self.assertEqual(len(said), 1)
                self.assertTrue(said[0].startswith(f"{path}:1: "), said)
                said = self.broken(path, "Subject: x\n\n" + "long " * 3000)
                self.assertEqual(len(said), 1)
                self.assertIn("longer than", said[0])
        for name in ("after-care", "notice"):
            for body in ("Short.\n", "{subject} " + "long " * 40):
                said = self.broken(f"{own}/{name}.txt",
                                   f"Subject: x\n\n{body}")
                self.assertEqual(len(said), 1)
                self.assertTrue(said[0].startswith(
                    f"{own}/{name}.txt:3: the first paragraph"), said)
        # One that two desks share is told of once.
        shutil.rmtree(f"{self.texts}/desks")
        path = f"{self.texts}/et/after-care.txt"
        said = self.broken(path, "Subject: x\nnot empty\n\nand so on\n")
        self.assertEqual(said, [f"{path}:2: this line must be empty"])
        os.unlink(path)
        os.unlink(f"{self.texts}/en/after-care.txt")
        result = self.look()
        self.assertEqual(result.code, 78, result)
        self.assertIn("after-care.txt", result.err)

    def test_all_findings_are_said_at_once(self):
        self.service.mailbox("mail", port=993, password="p",
                             ca="/nonexistent/ca.pem")
        self.service.relay(465, "desk", "p", ca="/nonexistent/other.pem")
        os.unlink(f"{self.service.secrets}/relay")
        result = self.look()
        self.assertEqual(result.code, 78, result)
        self.assertEqual(len(result.err.splitlines()), 3, result)

    def test_before_the_pin_passwords_may_be_missing(self):
        self.service.relay(465, "desk", "p")
        os.unlink(f"{self.service.secrets}/relay")
        self.assert_found("secret =", "relay")
        os.unlink(f"{self.service.secrets}/pin")
        self.assertEqual(self.look().code, 0)

    def test_secrets_that_we_may_not_see_are_not_judged(self):
        os.rename(self.service.secrets, self.service.secrets + ".away")
        result = self.look()
        self.assertEqual(result.code, 0, result)
        self.assertIn(b"secrets were not looked at", result.out)
