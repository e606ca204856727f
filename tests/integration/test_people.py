"""Who is in a case: strands that never mix, and addresses that two persons
change and nobody alone."""

from lib.ground import wait_for
from lib.mails import check_answer, mail, parse
from lib.planted import (AUNT, FIRST, SECOND, PlantedStory,
                         plant_statement)
from lib.screens import Terminal
from lib.story import SinkStory, Story
from lib.teduh import invite

SEEKER = "seeker-a@example.org"


def people(person, case):
    return {row["id"]: row for row in person("people", "list", case)}


def joined(person, case, who, address):
    """Wait until post has deposited this address."""
    return wait_for(f"{who} to have {address}", lambda: next(
        (row for row in [people(person, case).get(who)]
         if row and row["address"] == address and not row["waiting"]), None))


def refused(person, case, who, code):
    return wait_for(f"the statement about {who} to be refused", lambda: next(
        (w for w in [people(person, case)[who]["waiting"]]
         if w and w["code"] == code), None))


class People(SinkStory):
    def let_in(self, case, address=AUNT, role="relative"):
        row = self.anna("people", "add", case, "--role", role,
                        data=f"{address}\nAunt\n".encode())
        self.maria("people", "confirm", case, "--to", row["id"])
        return joined(self.anna, case, row["id"], address)

    def to(self, case, who, text):
        body = self.ground.file("body.txt", text)
        draft = self.anna("reply", case, "--to", who, "--body", body,
                          "--submit")["id"]
        self.maria("approve", draft)
        return draft

    def test_a_relative_is_invited_by_two_persons(self):
        case = self.one_case(mail())["id"]
        row = self.anna("people", "add", case, "--role", "relative",
                        data=f"{AUNT}\nAunt\n".encode())
        self.assertEqual((row["id"], row["address"],
                          row["waiting"]["address"], row["waiting"]["state"]),
                         ("p2", None, AUNT, "submitted"))
        # Nothing is written there on the word of one person.
        self.assertEqual([p["id"] for p in self.anna("show", case)[
            "participants"]], ["p1"])
        self.assertEqual(self.anna.refused("people", "confirm", case, "--to",
                                           "p2").code, 1)
        self.maria("people", "confirm", case, "--to", "p2")
        row = joined(self.anna, case, "p2", AUNT)
        self.assertEqual((row["role"], row["mode"], row["name"], row["last"]),
                         ("relative", "mail", "Aunt", None))
        shown = self.anna("show", case)
        self.assertEqual([(p["id"], p["role"], p["address"])
                          for p in shown["participants"]],
                         [("p1", "seeker", SEEKER), ("p2", "relative", AUNT)])
        # With more than one, an answer says to whom.
        body = self.ground.file("body.txt", "Hello\n")
        self.assertEqual(self.anna.refused("reply", case, "--body",
                                           body).code, 2)
        self.to(case, "p2", "Dear aunt\n")
        session, = self.sink.wait_messages(1)
        self.assertEqual(session.recipients, [f"<{AUNT}>"])
        answer = parse(session.data)
        self.assertIsNone(answer["In-Reply-To"])
        self.assertIsNone(answer["References"])
        # The seeker's letter still waits: another strand answers nothing.
        self.anna.wait_delivery(case, "accepted")
        self.assertEqual([r["id"] for r in self.anna.queue()], [case])
        self.to(case, "p1", "Dear seeker\n")
        session = self.sink.wait_messages(2)[1]
        self.assertEqual(session.recipients, [f"<{SEEKER}>"])
        wait_for("nothing to wait", lambda: self.anna.queue() == [])
        self.assertEqual(self.service.admin("check").code, 0)

    def test_nobody_states_and_confirms_alone(self):
        case = self.one_case(mail())["id"]
        self.maria("people", "add", case, "--role", "parent",
                   data=f"{AUNT}\n".encode())
        why = self.maria.refused("people", "confirm", case, "--to", "p2")
        self.assertEqual(why.code, 1)
        tess = invite(self.service, self.ground, self.maria, "tess",
                      role="trainee")
        self.assertEqual(tess.refused("people", "confirm", case, "--to",
                                      "p2").code, 1)
        self.assertEqual(self.anna.refused("people", "discard", case, "--to",
                                           "p2").code, 1)
        self.maria("people", "discard", case, "--to", "p2")
        self.assertEqual(list(people(self.anna, case)), ["p1"])
        self.assertEqual(self.anna.refused("people", "confirm", case, "--to",
                                           "p2").code, 1)
        self.assertEqual(self.service.admin("check").code, 0)

    def test_an_address_changes_and_the_old_one_is_another(self):
        case = self.one_case(mail())["id"]
        draft = self.anna("reply", case, "--body", self.ground.file(
            "old.txt", "To the old address\n"), "--submit")["id"]
        new = "new-a@example.org"
        self.anna("people", "change", case, "--to", "p1",
                  data=f"{new}\n".encode())
        self.maria("people", "confirm", case, "--to", "p1")
        joined(self.anna, case, "p1", new)
        # What was written for the old address is not approved any more.
        self.assertEqual(self.maria.refused("approve", draft).code, 1)
        self.maria("return", draft, "-m", "another address")
        draft = self.anna("reply", case, "--body", self.ground.file(
            "new.txt", "To the new address\n"), "--submit")["id"]
        self.maria("approve", draft)
        session, = self.sink.wait_messages(1)
        self.assertEqual(session.recipients, [f"<{new}>"])
        token = parse(session.data)["Reply-To"].addresses[0].addr_spec
        self.anna.wait_delivery(case, "accepted")
        # The old address with a good token is another one; the new joins.
        other = self.one_case(mail(SEEKER, to=token,
                                   message_id="<old@example.org>"))
        self.assertNotEqual(other["id"], case)
        self.service.inject(mail(new, to=token, text="Here I am\n",
                                 message_id="<new@example.org>"))
        wait_for("the letter to join", lambda: [
            i["participant"] for i in self.anna("show", case)["items"]
            if i["kind"] == "letter"] == ["p1", "p1"])
        self.assertEqual(self.service.admin("check").code, 0)

    def test_what_is_no_address_is_refused_here(self):
        case = self.one_case(mail())["id"]
        for bad in (b"", b"aunt", b"a@b@example.org", b"a@example.org\rX: y",
                    b"<a@example.org>", b"a" * 10000 + b"@example.org",
                    b"a@example.org, b@example.org"):
            self.assertEqual(self.anna.refused(
                "people", "add", case, "--role", "other",
                data=bad + b"\n").code, 1, bad[:40])
        said = self.anna.refused("people", "add", case, "--role", "other",
                                 data=b"aunt\n").err
        self.assertEqual(said.count("not a mail address"), 1, said)
        for name in (b"\x1b[31mAunt", b"\xff", b"A" * 101):
            self.assertIn("a name is one line", self.anna.refused(
                "people", "add", case, "--role", "other",
                data=b"a@b.example\n" + name + b"\n").err)
        self.assertIn("p1 has this address already", self.anna.refused(
            "people", "change", case, "--to", "p1",
            data=f"{SEEKER}\n".encode()).err)
        self.assertIn("no statement about p1", self.anna.refused(
            "people", "discard", case, "--to", "p1").err)
        self.assertEqual(self.anna.refused("people", "add", case, "--role",
                                           "boss", data=b"a@b.org\n").code, 2)
        self.assertEqual(self.anna.refused("people", "change", case,
                                           data=b"a@b.org\n").code, 2)
        self.assertEqual(self.anna.refused("people", "change", case, "--to",
                                           "p7", data=b"a@b.org\n").code, 1)
        self.assertEqual(list(people(self.anna, case)), ["p1"])

    def test_who_left_no_address_gets_one_before_an_answer(self):
        case = self.one_case(mail().replace(
            b"From: ", b"From: b@example.org\r\nFrom: ", 1))["id"]
        self.assertIn("left no address", self.anna.run(
            "show", case, check=True).text)
        body = self.ground.file("nowhere.txt", "To whom?\n")
        said = self.anna.refused("reply", case, "--body", body, "--submit")
        self.assertIn(f"teduh people change {case} --to p1", said.err)
        self.anna("people", "change", case, "--to", "p1",
                  data=f"{AUNT}\nAunt\n".encode())
        self.maria("people", "confirm", case, "--to", "p1")
        joined(self.anna, case, "p1", AUNT)
        # Another address of the same person: the name stays.
        self.anna("people", "change", case, "--to", "p1",
                  data=b"aunt2@example.org\n")
        self.maria("people", "confirm", case, "--to", "p1")
        row = joined(self.anna, case, "p1", "aunt2@example.org")
        self.assertEqual(row["name"], "Aunt")
        self.maria("approve", self.anna("submit", f"{case}.d1")["id"])
        session, = self.sink.wait_messages(1)
        self.assertEqual(session.recipients, ["<aunt2@example.org>"])

    def test_our_own_address_is_nobody(self):
        case = self.one_case(mail())["id"]
        desk = self.service.settings["desk youth"]["from_address"]
        self.anna("people", "add", case, "--role", "other",
                  data=f"{desk}\n".encode())
        self.maria("people", "confirm", case, "--to", "p2")
        refused(self.anna, case, "p2", "own")
        self.assertIn("an address of the service itself", self.anna.run(
            "people", "list", case, check=True).text)
        self.assertIn("p2 was refused", self.maria.run(
            "review", check=True).text)
        self.assertEqual([p["id"] for p in self.anna("show", case)[
            "participants"]], ["p1"])
        self.anna("people", "discard", case, "--to", "p2")

    def test_a_signer_who_left_does_not_count(self):
        case = self.one_case(mail())["id"]
        ben = invite(self.service, self.ground, self.maria, "ben")
        ben("people", "add", case, "--role", "other",
            data=f"{AUNT}\n".encode())
        self.maria("staff", "revoke", "ben")
        self.assertEqual(self.maria.refused("people", "confirm", case,
                                            "--to", "p2").code, 1)
        self.assertEqual([p["id"] for p in self.maria("show", case)[
            "participants"]], ["p1"])

    def test_no_word_of_one_strand_reaches_another(self):
        case = self.one_case(mail(text="KANARIENVOGEL-EINS\n"))["id"]
        self.let_in(case)
        self.to(case, "p2", "Dear aunt\n")
        session, = self.sink.wait_messages(1)
        aunts = parse(session.data)["Reply-To"].addresses[0].addr_spec
        self.anna.wait_delivery(case, "accepted")
        self.service.inject(mail(AUNT, to=aunts, text="KANARIENVOGEL-ZWEI\n",
                                 message_id="<aunt-1@example.org>"))
        wait_for("the aunt's letter to join", lambda: [
            i["participant"] for i in self.anna("show", case)["items"]
            if i["kind"] == "letter"] == ["p1", "p2"])
        # With the aunt's token the seeker is another one.
        other = self.one_case(mail(SEEKER, to=aunts,
                                   message_id="<seeker-2@example.org>"))
        self.assertNotEqual(other["id"], case)
        self.anna("show", other["id"])      # it is linked: to be read, too
        self.anna("note", case, "-m", "KANARIENVOGEL-DREI")
        self.anna("show", case)
        self.to(case, "p1", "One\n")
        self.to(case, "p2", "Two\n")
        first, *rest = self.sink.wait_messages(3)
        by = {s.recipients[0]: parse(s.data) for s in rest}
        self.assertEqual(set(by), {f"<{SEEKER}>", f"<{AUNT}>"})
        for whole in [first, *rest]:
            self.assertNotIn(b"KANARIEN", whole.data)
        check_answer(self, rest[0].data if rest[0].recipients ==
                     [f"<{AUNT}>"] else rest[1].data, AUNT, "Two\n",
                     "<aunt-1@example.org>")
        self.assertNotIn("aunt-1", str(by[f"<{SEEKER}>"]["References"]))
        self.assertNotIn("letter-1", str(by[f"<{AUNT}>"]["References"]))
        tokens = {m["Reply-To"].addresses[0].addr_spec for m in by.values()}
        self.assertEqual(len(tokens | {aunts}), 3)


class FromLetters(SinkStory):
    """An address is taken from a letter instead of being typed."""

    def add(self, case, item, *more, **how):
        return self.anna("people", "add", case, "--role", "relative",
                         "--from", item, "--yes", *more, **how)

    def refused(self, case, item, *more):
        said = self.anna.refused("people", "add", case, "--role", "relative",
                                 "--from", item, *more)
        return said.code, " ".join(said.err.split())

    def test_the_writer_of_a_linked_letter_is_let_in(self):
        case = self.one_case(mail())["id"]
        other = self.one_case(mail(AUNT, name="Aunt Mai",
                                   message_id="<aunt@example.org>"))["id"]
        code, said = self.refused(case, f"{other}.1", "--yes")
        self.assertEqual(code, 1)
        self.assertIn(f"not a letter of the case {case}", said)
        self.anna("link", other, case)
        row = self.add(case, f"{other}.1")
        self.assertEqual((row["waiting"]["address"],
                          row["waiting"]["name"]), (AUNT, "Aunt Mai"))
        self.maria("people", "confirm", case, "--to", row["id"])
        joined(self.anna, case, row["id"], AUNT)
        self.assertEqual(self.service.admin("check").code, 0)

    def test_reply_to_only_when_it_is_said(self):
        new = "sam.new@example.org"
        case = self.one_case(mail(reply_to=f"Sam <{new}>"))["id"]
        said = self.anna.run("people", "add", case, "--role", "other",
                             "--from", "1", "--yes", check=True).text
        self.assertIn(f"<{SEEKER}>. Nobody has checked",
                      " ".join(said.split()))
        self.anna("people", "discard", case, "--to", "p2")
        said = self.anna.run("people", "change", case, "--to", "p1",
                             "--from", f"{case}.1", "--reply-to", "--yes",
                             check=True).text
        self.assertIn(f"Sam <{new}>. Its letter asks for answers there, "
                      "which proves nothing.", " ".join(said.split()))
        self.assertEqual(people(self.anna, case)["p1"]["waiting"]["address"],
                         new)
        self.maria("people", "confirm", case, "--to", "p1")
        joined(self.anna, case, "p1", new)

    def test_what_our_server_vouches_for_is_said(self):
        self.service.settings["mailbox pipe"]["authserv_id"] = \
            "mx.desk.example"
        self.service.configure()
        self.service.restart()
        case = self.one_case(mail(
            Authentication_Results="mx.desk.example; dmarc=pass "
            "header.from=example.org"))["id"]
        said = self.anna.run("people", "add", case, "--role", "other",
                             "--from", "1", "--yes", check=True).text
        self.assertIn("Our mail server has checked",
                      " ".join(said.split()))

    def test_nothing_is_taken_that_is_not_clear(self):
        case = self.one_case(mail())["id"]
        two = self.one_case(b"From: x@example.org\r\n" + mail(
            message_id="<two@example.org>"))["id"]
        self.anna("note", case, "-m", "a note")
        for about, item, more, words in (
                (two, "1", ("--yes",), "does not say clearly who wrote it"),
                (case, "1", ("--yes", "--reply-to"), "nowhere else"),
                (case, "2", ("--yes",), "is not a letter"),
                (case, "3", ("--yes",), "there is no '3'"),
                (case, case, ("--yes",), "is no letter of the case"),
                (case, f"{two}.1", ("--yes",), "not a letter of the case"),
                (case, "1", (), "add --yes")):
            with self.subTest(words):
                code, said = self.refused(about, item, *more)
                self.assertEqual(code, 1)
                self.assertIn(words, said)
        self.assertEqual(self.anna.refused(
            "people", "add", case, "--role", "other", "--reply-to",
            data=f"{AUNT}\n".encode()).code, 2)
        self.assertEqual(list(people(self.anna, case)), ["p1"])

    def test_a_person_is_asked_with_one_key(self):
        case = self.one_case(mail())["id"]
        terminal = Terminal(self.ground, self.anna)
        line = f"teduh people add {case} --role other --from 1; " \
            "echo ended with $?"
        for key, code, count in (("Enter", 1, 1), ("y", 0, 2)):
            terminal.clear()
            terminal.type(line)
            terminal.wait("y: take this address; Enter: nothing")
            self.assertIn(SEEKER, terminal.text())
            terminal.keys(key)
            terminal.wait(f"ended with {code}")
            self.assertEqual(len(people(self.anna, case)), count)


class OverRealServers(Story):
    def test_two_persons_write_and_each_has_an_answer(self):
        self.mail_servers()
        self.connect()
        self.found()
        seeker, aunt, desk = SEEKER, "seeker-et@example.org", \
            "desk@desk.example"
        self.postfix.send(seeker, desk, mail(
            seeker, text="KANARIENVOGEL-EINS\n",
            message_id="<one@example.org>"))
        case = self.anna.wait_queue(1)[0]["id"]
        self.anna("people", "add", case, "--role", "relative",
                  data=f"{aunt}\n".encode())
        self.maria("people", "confirm", case, "--to", "p2")
        joined(self.anna, case, "p2", aunt)
        self.answer(case, "Dear aunt, write to us.\n", "--to", "p2")
        invitation = parse(self.dovecot.mailbox("seeker-et").wait()[0])
        back = invitation["Reply-To"].addresses[0].addr_spec
        self.postfix.send(aunt, back, mail(
            aunt, to=back, text="KANARIENVOGEL-ZWEI\n",
            message_id="<two@example.org>",
            in_reply_to=str(invitation["Message-ID"])))
        wait_for("the aunt's letter to join", lambda: [
            i["participant"] for i in self.anna("show", case)["items"]
            if i["kind"] == "letter"] == ["p1", "p2"])
        self.answer(case, "To the seeker.\n", "--to", "p1")
        mine, = self.dovecot.mailbox("seeker-a").wait()
        check_answer(self, mine, seeker, "To the seeker.\n",
                     "<one@example.org>")
        # The aunt still waits.
        self.anna.wait_delivery(case, "accepted")
        self.assertEqual([r["id"] for r in self.anna.queue()], [case])
        self.answer(case, "To the aunt.\n", "--to", "p2")
        hers = self.dovecot.mailbox("seeker-et").wait(2)[1]
        check_answer(self, hers, aunt, "To the aunt.\n",
                     "<two@example.org>")
        for whole in (mine, hers):
            self.assertNotIn("KANARIEN", str(parse(whole)))
        self.assertEqual(len({parse(m)["Reply-To"].addresses[0].addr_spec
                              for m in (mine, hers)} | {back}), 3)
        wait_for("nothing to wait", lambda: self.anna.queue() == [])


class Planted(PlantedStory):
    """Somebody who can write to the store, and sign nothing."""

    def test_a_participant_of_whom_nothing_was_signed(self):
        with self.down() as db:
            db.execute("INSERT INTO participant SELECT case_id, 2, "
                       "'relative', mode, address FROM participant "
                       "WHERE case_id = ?", (self.case,))
            db.commit()
        self.town.service.start()
        result = self.town.anna.run("show", self.case, "--json")
        self.assertEqual(result.code, 1)
        self.assertIn("p2", result.err)
        draft = self.town.anna.run("reply", self.case, "--to", "p2", "--body",
                                   self.body(), "--submit")
        self.assertEqual(draft.code, 1)
        self.assertEqual(self.town.sink.dots, [])
        self.town.service.stop()
        check = self.town.service.admin("check", check=False)
        self.assertNotEqual(check.code, 0)

    def plant(self, db, first, second, no=2, **members):
        plant_statement(self.town, self.case, db, first, second, no,
                        **members)

    def test_statements_that_are_not_those_of_two_persons(self):
        """Whoever has disk and secrets, and the keys of some people."""
        town, first, second = self.town, FIRST, SECOND
        olga = town.hire("olga", "supervisor")
        ben, tess = town.hire("ben"), town.hire("tess", "trainee")
        anna, maria = town.anna.signer, town.maria.signer
        with self.down() as db:
            for no, (code, one, two, members) in enumerate((
                    ("signature", (anna, first), (maria, first), {}),
                    ("signature", (anna, second), (maria, second), {}),
                    ("signature", (anna, "teduh/letter/v1"),
                     (maria, "teduh/approve/v1"), {}),
                    ("second", (anna, first), (anna, second), {}),
                    ("second", (maria, first), (maria, second),
                     {"author": "maria"}),
                    ("second", (anna, first), (ben.signer, second), {}),
                    ("second", (anna, first), (tess.signer, second), {}),
                    ("second", (anna, first),
                     (self.stranger.signer, second), {}),
                    ("author", (self.stranger.signer, first),
                     (maria, second), {}),
                    ("author", (ben.signer, first), (maria, second), {}),
                    ("document", (anna, first), (maria, second),
                     {"case": "0000000Z"}),
                    ("document", (anna, first), (maria, second),
                     {"participant": 1}),
                    ("document", (anna, first), (maria, second),
                     {"desk": "other"}),
                    ("document", (anna, first), (maria, second),
                     {"address": "a@b.example\r\nRCPT TO:<c@d.example>"}),
                    ("expired", (anna, first), (maria, second), {"at": 1}),
                    ("stale", (anna, first), (maria, second),
                     {"replaces": "seeker-9@example.org"}),
                    ("own", (anna, first), (maria, second),
                     {"address": town.service.settings["desk youth"][
                         "from_address"]})), 2):
                self.plant(db, one, two, no, **members)
                self.codes = {**getattr(self, "codes", {}), f"p{no}": code}
            # And the test can tell: this one is good.
            self.plant(db, (anna, first), (olga.signer, second), 90)
            db.commit()
        town.service.start()
        joined(town.anna, self.case, "p90", AUNT)
        wait_for("all to be refused", lambda: all(
            row["waiting"] and row["waiting"]["state"] == "blocked"
            for who, row in people(town.anna, self.case).items()
            if who in self.codes))
        self.assertEqual({who: row["waiting"]["code"] for who, row in people(
            town.anna, self.case).items() if who in self.codes}, self.codes)
        self.assertEqual([p["id"] for p in town.anna("show", self.case)[
            "participants"]], ["p1", "p90"])
        self.assertEqual(town.sink.dots, [])

    def test_an_approved_letter_to_the_old_address_is_blocked(self):
        town = self.town
        case = town.held("To the old address.\n")
        town.anna("people", "change", case, "--to", "p1",
                  data=f"{AUNT}\n".encode())
        town.maria("people", "confirm", case, "--to", "p1")
        joined(town.anna, case, "p1", AUNT)
        town.relay_up()
        town.later()
        self.assertEqual(wait_for("the letter to be blocked", lambda: (
            now := town.delivery(case))[0] == "blocked" and now),
            ("blocked", "address"))
        self.assertEqual(town.sink.dots, [])

    def test_a_statement_that_is_brought_again(self):
        """There and back again; the first one does not serve twice."""
        town = self.town
        anna, maria = town.anna.signer, town.maria.signer
        old = people(town.anna, self.case)["p1"]["address"]
        town.anna("people", "change", self.case, "--to", "p1",
                  data=f"{AUNT}\n".encode())
        town.maria("people", "confirm", self.case, "--to", "p1")
        joined(town.anna, self.case, "p1", AUNT)
        town.anna("people", "change", self.case, "--to", "p1",
                  data=f"{old}\n".encode())
        town.maria("people", "confirm", self.case, "--to", "p1")
        joined(town.anna, self.case, "p1", old)
        with self.down() as db:
            self.plant(db, (anna, FIRST), (maria, SECOND), 1,
                       role="seeker", replaces=old)
            db.commit()
        town.service.start()
        refused(town.anna, self.case, "p1", "stale")
        self.assertEqual(people(town.anna, self.case)["p1"]["address"], old)
