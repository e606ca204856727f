"""After intake nothing on the server can be read: the words of a letter are
planted and looked for in every form and every place."""

from lib.leaks import Needles
from lib.mails import mail
from lib.story import SinkStory

NAME = "Kadriliis Vaherpuu"
ADDRESS = "seeker-kukeleegu@example.org"
SUBJECT = "Tuulelohe ja vihmaveetoru"
BODY = "Meie majas elab hallitanud saladus nimega Pöialpoiss."
FILE = "unenäopäevik-nelikümmend.txt"
INSIDE = "Sisemine leht: kolmteist musta konna."
ANSWER = "Armas kirjutaja, sinu konnad on teretulnud."
REVIEW = "Palun lisa siia rohkem lootuseridu."


class Leaks(SinkStory):
    def planted(self):
        return Needles(NAME, ADDRESS, SUBJECT, BODY, FILE, INSIDE, ANSWER,
                       REVIEW, self.anna.passphrase, self.maria.passphrase,
                       "hallitanud", "Pöialpoiss", "teretulnud",
                       "kukeleegu", "Vaherpuu")

    def search(self, needles, when):
        hits = []
        for place in (self.service.data, self.service.log,
                      f"{self.service.dir}/run"):
            hits += needles.in_tree(place) + needles.in_file(place)
        for person in (self.anna, self.maria):
            hits += needles.in_tree(person.home)
        if self.service.process:
            hits += needles.in_processes(self.service.pids())
        self.assertEqual(hits, [], when)

    def test_no_word_of_a_letter_is_anywhere(self):
        needles = self.planted()
        case = self.one_case(mail(
            ADDRESS, name=NAME, subject=SUBJECT, text=BODY + "\n",
            attachments=[(FILE, "text/plain", INSIDE.encode() + b"\n")]))[
                "id"]
        self.search(needles, "taken in")
        shown = self.anna("show", case)
        self.assertIn("Pöialpoiss", shown["items"][0]["text"])
        self.search(needles, "read")
        draft = self.reply(self.anna, case, "Tere\n", "--submit")
        self.maria("return", draft, "-m", REVIEW)
        draft = self.reply(self.anna, case, ANSWER + "\n", "--submit")
        self.search(needles, "submitted")
        self.sink.script["rcpt"] = "451 4.2.1 later"
        self.maria("approve", draft)
        self.anna.wait_delivery(case, "deferred")
        self.search(needles, "approved, not yet sent")
        self.sink.script.clear()
        self.service.clock(31 * 60)
        self.anna.wait_delivery(case, "accepted")
        self.assertIn(b"konnad", self.sink.wait_messages(1)[0].data)
        self.search(needles, "sent")
        self.service.kill()
        self.search(needles, "after a kill, with the log not yet folded")
        self.service.start()
        self.search(needles, "recovered")
        self.service.stop()
        self.search(needles, "stopped")

    def test_refusals_say_nothing_either(self):
        needles = self.planted()
        self.sink.script["rcpt"] = f"550 5.1.1 <{ADDRESS}> is not here"
        case = self.one_case(mail(ADDRESS, name=NAME, subject=SUBJECT,
                                  text=BODY + "\n"))["id"]
        self.answer(case, ANSWER + "\n")
        self.anna.wait_delivery(case, "refused")
        self.search(needles, "refused by an answer that names the address")

    def test_the_search_itself_can_fail(self):
        needles = self.planted()
        self.ground.file("service/data/oops", SUBJECT.lower())
        with self.assertRaises(AssertionError):
            self.search(needles, "planted on purpose")
