"""Ten thousand requests that were made before, come too late, or are not what
was signed, for every request that changes something: none is accepted, before
a restart of the service and after it.

Some were recorded between the command line and the service and had been
accepted; the others are signed here for each route of the sources, and have
never been sent as they were signed."""

import json
import random
import re
import socket
import unittest

from lib.between import Between, read_message
from lib.ground import SOURCE, Ground
from lib.intruder import Town, peek
from lib.signed import Request, message, routes, spelled
from lib.teduh import Service

COUNT = 10000
ACTIONS = f"{SOURCE}/lib/audit_action.c"
SEED = 20261126


class Wire:
    """Raw requests over one connection, as long as the service keeps it."""

    def __init__(self, service):
        self.path = service.url.removeprefix("unix:")
        self.sock = self.file = None

    def close(self):
        if self.sock:
            self.file.close()
            self.sock.close()
        self.sock = None

    def send(self, data):
        """The status; 0 when the connection ended instead."""
        for _ in range(2):
            fresh = self.sock is None
            if fresh:
                self.sock = socket.socket(socket.AF_UNIX)
                self.sock.settimeout(60)
                self.sock.connect(self.path)
                self.file = self.sock.makefile("rb")
            try:
                self.sock.sendall(data)
                answer = read_message(self.file)
            except (BrokenPipeError, ConnectionResetError):
                answer = None
            if answer is not None:
                if b"connection: close" in answer[0].lower():
                    self.close()
                return int(answer[0].split(b" ", 2)[1]), answer[1]
            self.close()
            if fresh:
                break
        return 0, b""


class Replays(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ground = Ground()
        cls.addClassCleanup(cls.ground.close)
        service = Service(cls.ground)
        service.settings["desk careers"] = dict(
            service.settings["desk youth"], from_address="work@desk.example")
        cls.town = Town(cls.ground, service)
        cls.draw = random.Random(SEED)
        cls.cases = [cls.town.letter() for _ in range(5)]
        between = Between(cls.ground, cls.town.service)
        cls.addClassCleanup(between.close)
        with between.asked_by(cls.town.maria, cls.town.anna):
            cls.work()
        cls.accepted = [data for method, _, data, status
                        in between.requests
                        if method in ("POST", "PUT") and status == 200]
        cls.recorded = {(method, path) for method, path, _, status
                        in between.requests if status == 200}
        cls.signed = [message(one) for one in cls.by_hand()]

    @classmethod
    def work(cls):
        """A day's changes, all of them accepted."""
        town, anna, maria = cls.town, cls.town.anna, cls.town.maria
        one, two, three, four, five = cls.cases
        anna("claim", one)
        anna("note", one, "-m", "a thought")
        anna("urgency", one, "2", "-m", "soon")
        anna("tag", one, "+school")
        anna("export", one, f"{cls.ground.path}/out")
        draft = town.write(one)
        maria("return", draft, "-m", "not so")
        town.write(one)
        maria("approve", draft)
        anna("claim", two)
        anna("pass", two, "-m", "for somebody else")
        anna("claim", two)
        anna("hand", two, "--to", "maria", "-m", "please")
        maria("release", two)
        anna("hand", five, "--desk", "careers", "-m", "for their people")
        anna("discard", town.write(two))
        anna("close", three, "-m", "nothing to do")
        anna("reopen", three, "-m", "or yet")
        maria("erase", three, "--yes")
        maria("erase", three, "--undo")
        anna("link", two, four)
        anna("unlink", two)
        maria("staff", "invite", "rita", "--role", "counsellor", "--desk",
              "youth")
        maria("staff", "role", "anna", "--role", "trainee", "--desk",
              "youth")

    @classmethod
    def by_hand(cls):
        """For each route, with a body that fits or none that does; only what
        is refused for its signature is of interest here."""
        for method, pattern, query in routes():
            path = pattern.replace("{case}", cls.cases[3]).replace(
                "{item}", "0" * 32).replace("{n}", "1")
            if query:
                path += f"?{query}={cls.cases[3]}"
            for person in (cls.town.anna, cls.town.maria):
                yield Request(person.signer, method, path,
                              {} if method == "POST" else b"")

    def state(self):
        """What people did, by the service's own book, and what hangs on
        it."""
        out = []
        for table, where in (
                ("audit", "base IS NOT NULL"), ("roster", "1"),
                ("team_secret", "1"), ("invitation", "1"), ("draft", "1"),
                ("claim", "until > 0"), ("grants", "recipient = 'case'"),
                ("event", "actor IN ('anna', 'maria')"), ("link", "1")):
            out.append((table, [tuple(row) for row in peek(
                self.town.service, f"SELECT * FROM {table} WHERE {where}")]))
        return out

    # What is done to a request

    def again(self, data):
        return data

    def flip(self, data, what):
        """One character of a header's value or of the request line."""
        match = re.search(what, data)
        if match is None:
            return None
        start, end = match.span(1)
        at = self.draw.randrange(start, end)
        new = self.draw.choice(b"0123456789abcdefXYZ")
        return None if data[at] == new else \
            data[:at] + bytes([new]) + data[at + 1:]

    def altered(self, data):
        """None: this cannot be done to it."""
        head, _, body = data.partition(b"\r\n\r\n")
        return self.draw.choice((
            lambda: self.flip(data, rb"^(?:POST|PUT) /v1/([^ ?]+)"),
            lambda: self.flip(data, rb"created=(\d+)"),
            lambda: self.flip(data, rb'nonce="(\w+)"'),
            lambda: self.flip(data, rb'keyid="(\w+)"'),
            lambda: self.flip(data, rb"(?i)signature: teduh=:([^:]{80})"),
            lambda: self.flip(data, rb"(?i)content-digest: "
                              rb"sha-512=:([^:]{80})"),
            lambda: data.replace(b"POST ", b"PUT ", 1)
            if data.startswith(b"POST ") else
            data.replace(b"PUT ", b"POST ", 1),
            lambda: re.sub(rb" HTTP/1.1", b"?a=b HTTP/1.1", data, count=1)
            if b"?" not in head.split(b"\r\n")[0] else None,
            lambda: head.replace(
                b"Content-Length: %d" % len(body),
                b"Content-Length: %d" % (len(body) + 1)) + b"\r\n\r\n" +
            body + b" " if b"Content-Length: %d" % len(body) in head
            else None,
        ))()

    def shower(self, make, sources, count):
        """That many; {status: how many}."""
        wire, counts = Wire(self.town.service), {}
        try:
            for n in range(count):
                source = sources[n % len(sources)]
                data = make(source)
                while data is None:
                    data = make(source)
                status, body = wire.send(data)
                self.assertNotEqual(status, 200, (data, body))
                self.assertNotEqual(status, 500, (data, body))
                counts[status] = counts.get(status, 0) + 1
        finally:
            wire.close()
        return counts

    def test_every_request_has_its_place_in_the_audit(self):
        """But for sealed bytes, which mean nothing before a request names
        them."""
        actions = spelled(ACTIONS, r'\{ "[a-z-]+", "(\w+)", ([^,]+),')
        missing = {route[:2] for route in routes()} - set(actions)
        self.assertEqual(missing, {("PUT", "/v1/items/{item}/parts/{n}")})

    def test_none_of_ten_thousand_is_accepted(self):
        service, total = self.town.service, {}
        everything = self.accepted + self.signed
        # What was recorded goes through nearly the whole table.
        self.assertGreaterEqual(len(self.accepted), 25)
        claim = Request(self.town.anna.signer, "POST",
                        f"/v1/cases/{self.cases[3]}/claim", {}, skew=100)
        self.assertEqual(claim.send(service)[0], 200)
        before = self.state()

        def rain(kind, make, sources, count):
            for status, n in self.shower(make, sources, count).items():
                total[kind, status] = total.get((kind, status), 0) + n
            self.assertEqual(self.state(), before, kind)
        for restarted in (False, True):
            if restarted:
                service.restart()
            rain("again", self.again, [message(claim)], 500)
            rain("again", self.again, self.accepted, 1500)
            rain("altered", self.altered, everything, 2000)
        self.town.later(600)
        for restarted in (False, True):
            if restarted:
                service.restart()
            rain("late", self.again, everything, 1000)
        # For what it was refused: as made before, not only as too old.
        self.assertGreaterEqual(total["again", 403], 500)
        self.assertEqual(sum(total.values()), COUNT)
        print(f"# {COUNT} requests of {len(routes())} routes, 0 accepted:",
              json.dumps({f"{kind} {status}": n for (kind, status), n
                          in sorted(total.items())}))


if __name__ == "__main__":
    unittest.main()
