"""The same work in three languages: the words differ, and nothing else."""

import json
import os
import re

from lib.ground import program, wait_for
from lib.mails import lines, mail
from lib.story import Story

LANGUAGES = {
    "en": {"LC_ALL": "C"},
    "id": {"LC_ALL": "C.UTF-8", "LANGUAGE": "id"},
    # A machine that has not made the locale; its name is enough.
    "et": {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "et_EE.UTF-8",
           "LANGUAGE": ""},
}
# What is read on the screens: headings, states, days.
QUEUE = {"en": "subject", "id": "perihal", "et": "teema"}
NEW = {"en": "new", "id": "baru", "et": "uus"}
SHOW = {"en": "Subject A question", "id": "Perihal A question",
        "et": "Teema A question"}
TODAY = {"en": "today", "id": "hari ini", "et": "täna"}
HELP = {"en": "A normal day", "id": "Sehari-hari", "et": "Tavaline päev"}
USAGE = {"en": "teduh submit DRAFT", "id": "teduh submit DRAF",
         "et": "teduh submit MUSTAND"}
REVIEW = {"en": "supervisor", "id": "menunggu", "et": "ootab"}
# From the command line itself, from lib/ and from the service.
NO_COMMAND = {"en": "there is no command", "id": "tidak ada perintah",
              "et": "käsku 'nosuch' ei ole"}
NO_ID = {"en": "not an id", "id": "bukan kode pengenal",
         "et": "ei ole tunnus"}
CLAIMED = {"en": "is claimed by maria", "id": "dipegang oleh maria",
           "et": "maria käes"}


class Languages(Story):
    def setUp(self):
        super().setUp()
        self.found()
        self.case = self.one_case(mail(text="Hello, it is me.\n"))["id"]
        self.anna("show", self.case)

    def speak(self, person, language):
        person.env = {"COLUMNS": "120", **LANGUAGES[language]}

    def in_each(self, *args, person=None, words=None, code=0):
        """teduh ARGS in every language: it says its words and the code."""
        person = person or self.anna
        for language in LANGUAGES:
            with self.subTest(language=language, args=args):
                self.speak(person, language)
                result = person.run(*args)
                self.assertEqual(result.code, code, result)
                said = " ".join((result.text + result.err).split())
                self.assertIn(words[language], said)
                for other in LANGUAGES:
                    if words[other] not in words[language]:
                        self.assertNotIn(words[other], said)

    def test_the_screens(self):
        self.in_each("queue", words=QUEUE)
        self.in_each("queue", words=NEW)
        self.in_each("show", self.case, words=SHOW)
        self.in_each("show", self.case, words=TODAY)
        self.in_each("help", words=HELP)
        self.in_each("help", "submit", words=USAGE)
        self.speak(self.anna, "en")
        draft = self.reply(self.anna, self.case, "Dear you.\n", "--submit")
        self.in_each("drafts", words={"en": "submitted", "id": "diajukan",
                                      "et": "esitatud"})
        self.in_each("review", draft, person=self.maria, words={
            "en": "answer by anna", "id": "jawaban dari anna",
            "et": "autor anna"})

    def test_refusals_from_the_command_line_lib_and_service(self):
        self.in_each("nosuch", words=NO_COMMAND, code=2)
        self.in_each("show", "7K2M..x", words=NO_ID, code=1)
        self.maria("claim", self.case)
        self.in_each("claim", self.case, words=CLAIMED, code=1)

    def test_what_scripts_read_is_the_same(self):
        for args in (("queue",), ("show", self.case), ("drafts",),
                     ("review",), ("version",)):
            said = []
            for language in LANGUAGES:
                self.speak(self.anna, language)
                said.append(self.anna(*args))
            self.assertEqual(said[0], said[1], args)
            self.assertEqual(said[0], said[2], args)

    def test_an_answer_begun_in_one_language_goes_on_in_another(self):
        """What stands below the line is cut off in any language."""
        seen = self.ground.path + "/seen"
        script = self.ground.file("editor", (
            "#!/bin/sh\n"
            f"cp \"$1\" {seen}.new && mv {seen}.new {seen}\n"
            # Only the line below the scissors is left.
            "{ printf '%s\\n' \"$WORDS\"; grep -v -e '-- >8 ------' \"$1\"; }"
            " >\"$1.mine\" && mv \"$1.mine\" \"$1\"\n"), 0o755)
        below = {"id": "Tulislah di atas", "et": "Kirjutage sellest"}
        for language, words in below.items():
            self.speak(self.anna, language)
            self.anna.env.update(EDITOR=script, VISUAL="",
                                 WORDS=f"Saya menulis {language}.")
            result = self.in_terminal(self.anna, "reply", self.case)
            self.assertEqual(result, 0)
            with open(seen, encoding="utf-8") as f:
                self.assertIn(words, f.read())
        draft, = self.anna("drafts")
        body = lines(self.anna("review", draft["id"])["body"])
        self.assertEqual(body[0], "Saya menulis et.")
        self.assertNotIn("Hello", json.dumps(body))

    def in_terminal(self, person, *args):
        """teduh ARGS where it has a terminal: its exit code."""
        pid, terminal = os.forkpty()
        if pid == 0:
            read, write = os.pipe()
            os.write(write, person.passphrase.encode() + b"\n")
            os.close(write)
            os.set_inheritable(read, True)
            env = {**os.environ, **person.env, "TEDUH_HOME": person.home}
            os.execve(program("teduh"), ["teduh", *args, "--passphrase-fd",
                                         str(read)], env)
        said = b""

        def ended():
            nonlocal said
            try:
                said += os.read(terminal, 65536)
            except OSError:
                return True
            return False
        wait_for("teduh to end", ended, 60)
        os.close(terminal)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        self.assertEqual(code, 0, said.decode("utf-8", "replace"))
        return code

    def test_the_language_that_a_machine_does_not_know(self):
        """No catalogue is English, never half of it."""
        self.anna.env = {"LC_ALL": "", "LANG": "xx_XX.UTF-8", "LANGUAGE": ""}
        result = self.anna.run("nosuch")
        self.assertEqual(result.code, 2)
        self.assertIn(NO_COMMAND["en"], " ".join(result.err.split()))
        # The first that is there, of several.
        self.anna.env = {"LC_ALL": "C.UTF-8", "LANGUAGE": "xx:et:id"}
        said = self.anna.run("nosuch").err
        self.assertTrue(re.search("käsku", said), said)
