"""What dev/day tells: every command as it was typed, and what it said."""

import argparse
import datetime
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "tests"))
sys.path.insert(0, HERE)

from demo import Letter                                     # noqa: E402
from lib import mails                                       # noqa: E402
from lib.automatic import AUTHSERV                          # noqa: E402
from lib.certs import Certs                                 # noqa: E402
from lib.ground import Failure, Ground, wait_for            # noqa: E402
from lib.services import DESK, PASSWORD, Dovecot, Postfix   # noqa: E402
from lib.teduh import Service, found, invite, texts         # noqa: E402

MINUTE, HOUR = 60, 3600
ANSWER_ET = """Tere, Marten!

Aitäh, et kirjutasid. Luban sulle, et isa saab aru. Mida sina ise arvad?
Vaata ka http://kutsekool.example/ ja helista numbril 5551 2345.
"""
ANSWER_ET_2 = """Tere, Marten!

Aitäh, et kirjutasid. Kutsekoolist saab pärast ülikooli astuda: tuleb teha
riigieksamid, ja koolis on selleks lisaaasta. Isale võiksid näidata, mida
sa onu juures valmis tegid. Sa küsid, kas see on tõsi ja kuidas talle öelda:
alusta sellest, mis sulle puidutöö juures meeldib, ja kuula siis ta mured
ära. Kirjuta mulle, kuidas läks.
"""
ANSWER_ID = """Halo Nadia,

terima kasih sudah bercerita. Yang mereka lakukan itu perundungan, dan itu
bukan salahmu. Kamu bertanya apakah harus pindah sekolah: itu tidak harus
diputuskan sekarang. Apakah ada satu orang dewasa yang kamu percaya, yang
bisa menemani kamu bicara dengan Ibu atau wali kelas? Simpan tangkapan layar
itu.
"""
ANSWER_EN = """Dear Sam,

you wrote to me in the night, and I am here. I believe you that it is not
about the exams. Please put the tablets out of your reach now: wake
somebody, or call 112 this minute. I will read whatever you write back.
"""


class Day:
    def __init__(self, ground):
        self.ground = ground
        self.now = "begin"
        self.hour = datetime.timedelta(0)
        self.mails = 0

    def chapter(self, what):
        self.now = what
        print(f"\n== {what}\n", flush=True)

    def say(self, who, *words, code=0, data=b"", quiet=False):
        """WHO types teduh WORDS; what it said."""
        result = who.run(*words, data=data)
        if not quiet:
            typed = " ".join(repr(w) if " " in str(w) else str(w)
                             for w in words)
            print(f"{who.name}$ teduh {typed}")
            for line in (result.text + result.err).splitlines():
                if "clock and the service's differ" not in line:
                    print(f"    {line}")
            print(flush=True)
        if result.code != code:
            raise Failure(str(result))
        return result

    def admin(self, *words, code=0):
        result = self.service.admin(*words, check=False)
        print(f"root# teduh-admin {' '.join(words)}")
        for line in result.text.splitlines():
            print(f"    {line}")
        print(flush=True)
        if result.code != code:
            raise Failure(str(result))
        return result

    def later(self, **more):
        self.hour += datetime.timedelta(**more)
        self.service.clock(int(self.hour.total_seconds()))

    def set_up(self):
        ground = self.ground
        self.certs = Certs(ground)
        self.dovecot = Dovecot(ground, self.certs).start()
        self.postfix = Postfix(ground, self.certs, self.dovecot).start()
        self.service = Service(ground, "teduh")
        del self.service.settings["mailbox pipe"]
        self.service.settings["alarm"] = {"texts": texts(ground)}
        self.service.settings["desk youth"].update(
            languages=["en", "id", "et"], hold="5m", acknowledge="neutral")
        self.service.mailbox("youth-mail", port=self.dovecot.imaps,
                             ca=self.certs.ca, password=PASSWORD,
                             authserv_id=AUTHSERV)
        self.service.relay(self.postfix.smtps, "desk", PASSWORD,
                           ca=self.certs.ca)
        self.maria = found(self.service, ground)
        self.kadri = invite(self.service, ground, self.maria, "kadri",
                            role="supervisor")
        self.anna = invite(self.service, ground, self.maria, "anna")
        self.ben = invite(self.service, ground, self.maria, "ben")
        self.tom = invite(self.service, ground, self.maria, "tom",
                          role="trainee")

    def write(self, letter, to=DESK, text=None):
        self.mails += 1
        # What the provider in front of Postfix would say of it.
        vouched = (f"{AUTHSERV}; dmarc=pass header.from="
                   f"{letter.address.rpartition('@')[2]}")
        self.postfix.send(letter.address, to, mails.mail(
            letter.address, to, letter.subject, text or letter.text,
            f"<day-{self.mails}@example.org>",
            name=letter.sender.partition(" <")[0],
            Authentication_Results=vouched))

    def case_of(self, letter):
        found_ = [row["id"] for row in self.anna.queue()
                  if row["subject"] == letter.subject]
        if len(found_) != 1:
            raise Failure(f"{len(found_)} cases have '{letter.subject}'")
        return found_[0]

    def morning(self):
        self.chapter("Morning: three letters came, in three languages")
        self.say(self.maria, "staff", "list")
        self.letters = {n: Letter(f"day-{n}") for n in ("et", "id", "en")}
        for letter in self.letters.values():
            self.write(letter)
        self.anna.wait_queue(3, 60)
        self.case = {n: self.case_of(one)
                     for n, one in self.letters.items()}
        self.say(self.anna, "queue")
        order = [row["id"] for row in self.anna.queue()]
        wanted = [self.case[n] for n in ("en", "id", "et")]
        if order != wanted:
            raise Failure(f"the queue stands as {order}, not {wanted}")
        self.say(self.anna, "show", self.case["en"])

    def crisis(self):
        self.chapter("The one that must not wait is sent first, and signed "
                     "by a second person afterwards")
        case = self.case["en"]
        self.say(self.maria, "staff", "policy", "--desk", "youth",
                 "--review", "always", "--crisis-path", "yes")
        self.say(self.maria, "staff", "flag", "anna", "+crisis")
        self.say(self.anna, "next")
        self.say(self.anna, "urgency", case, "3", "-m",
                 "tablets and a note, tonight")
        draft = self.reply(self.anna, case, ANSWER_EN)
        self.say(self.anna, "submit", draft)
        self.say(self.anna, "approve", draft, "--crisis", "-m",
                 "nobody else is here at two in the night")
        self.anna.wait_delivery(case, "accepted", 60)
        print("    (Sam's mailbox: the acknowledgement and the answer, "
              f"{len(self.dovecot.mailbox('seeker-en').wait(2))} mails)\n")
        self.say(self.maria, "review")
        self.say(self.maria, "approve", draft)

    def reply(self, who, case, text):
        path = self.ground.file(f"answer-{who.name}.txt", text)
        self.say(who, "reply", case, "--body", path)
        return f"{case}.d{len(who('show', case)['drafts'])}"

    def trainee(self):
        self.chapter("A trainee writes; a supervisor returns it with a "
                     "comment, approves the next one, calls it back")
        case = self.case["et"]
        self.say(self.tom, "claim", case)
        draft = self.reply(self.tom, case, ANSWER_ET)
        self.say(self.tom, "check", draft)
        self.say(self.tom, "submit", draft)
        self.say(self.tom, "approve", draft, code=1)
        self.say(self.maria, "return", draft, "-m",
                 "We promise nothing for his father. Answer both questions.")
        self.say(self.tom, "drafts")
        self.reply(self.tom, case, ANSWER_ET_2)
        self.say(self.tom, "submit", draft)
        self.say(self.maria, "review", draft)
        self.say(self.maria, "approve", draft)
        self.say(self.maria, "undo", draft)
        self.say(self.tom, "submit", draft, "-q")
        self.say(self.maria, "approve", draft)
        self.later(minutes=6)
        self.anna.wait_delivery(case, "accepted", 60)

    def stale(self):
        self.chapter("Somebody writes again before the answer leaves: it is "
                     "stopped until its author has read that")
        case = self.case["id"]
        letter = self.letters["id"]
        self.say(self.anna, "claim", case)
        draft = self.reply(self.anna, case, ANSWER_ID)
        self.say(self.anna, "submit", draft)
        self.say(self.maria, "approve", draft)
        first = mails.parse(self.dovecot.mailbox("seeker-id").wait(1)[0])
        self.write(letter, first["Reply-To"].addresses[0].addr_spec,
                   "Kak, aku lupa bilang: wali kelasku baik.\n")
        wait_for("the second letter", lambda: len([
            i for i in self.anna("show", case)["items"]
            if i["kind"] == "letter"]) == 2, 60)
        self.later(minutes=6)
        wait_for("post's no", lambda: any(
            d["blocked"] for d in self.maria("review")), 60)
        self.say(self.maria, "review")
        self.say(self.anna, "show", case)
        self.say(self.anna, "still-right", draft)
        self.later(minutes=6)
        self.anna.wait_delivery(case, "accepted", 60)

    def evening(self):
        self.chapter("Evening: a letter that nobody has answered rings, "
                     "somebody leaves, the locks are changed")
        letter = Letter("en")
        self.write(letter)
        wait_for("the letter", lambda: any(
            row["subject"] == letter.subject for row in self.anna.queue()),
            60)
        self.later(hours=33)
        wait_for("the alarm", lambda: "case-overdue" in self.service.admin(
            "status", check=False).text, 60)
        # A clock that jumps frightens the keeper for a moment.
        wait_for("all to be seen again", lambda: self.service.admin(
            "status", check=False).code == 1, 120)
        self.admin("status", code=1)
        self.say(self.maria, "staff", "revoke", "ben")
        self.say(self.ben, "queue", code=1)
        self.say(self.maria, "team", "rotate")
        self.say(self.anna, "show", self.case["et"])
        self.say(self.maria, "audit", "verify")
        self.admin("check")
        self.say(self.maria, "report", "--month", (
            datetime.datetime.now(datetime.timezone.utc)
            + self.hour).strftime("%Y-%m"))


def main():
    options = argparse.ArgumentParser(prog="dev/day")
    options.add_argument("--keep", action="store_true",
                         help="leave the folder behind")
    given = options.parse_args()
    day = None
    try:
        with Ground(keep=given.keep) as ground:
            day = Day(ground)
            day.set_up()
            for part in (day.morning, day.crisis, day.trainee, day.stale,
                         day.evening):
                part()
    except (Failure, OSError, KeyError, LookupError) as e:
        print(f"dev/day: failed at: {day.now if day else 'begin'}\n{e}",
              file=sys.stderr)
        return 1
    print("-- the day is over, and every command did what was expected")
    return 0


if __name__ == "__main__":
    sys.exit(main())
