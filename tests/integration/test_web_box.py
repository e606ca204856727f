"""The mailbox of the web door: who has the code reads there, and nobody
else; guesses have a budget, letters are always taken."""

import concurrent.futures

from lib.story import Story
from lib.teduh import Service
from lib.web import Visitor, open_door

HOUR = 3600
LETTERS = 60            # of a network at once


class Box(Story):
    settings = {"trust_forwarded": "127.0.0.1"}

    def setUp(self):
        super().setUp()
        self.service = Service(self.ground)
        open_door(self.ground, self.service, **self.settings)
        self.found()
        self.visitor = Visitor(self.service)
        self.hours = 0

    def later(self):
        self.hours += 1
        self.service.clock(self.hours * HOUR)


class Letters(Box):
    def send(self, form, network):
        visitor = Visitor(self.service)
        return visitor.post(form.fields, text="a letter", do="send",
                            headers={"X-Forwarded-For": network})

    def in_tray(self):
        return [row["id"] for row in self.anna.queue()
                if "tray" in row["flags"]]

    def send_all(self, forms, network):
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = pool.map(lambda form: self.send(form, network), forms)
            self.assertEqual({one.status for one in answers}, {303})

    def test_too_many_letters_of_a_network_wait_in_the_tray(self):
        forms = [self.visitor.get() for _ in range(LETTERS + 10)]
        self.later()
        first, forms = forms[:LETTERS], forms[LETTERS:]
        self.send_all(first, "192.0.2.1")
        self.assertEqual(self.in_tray(), [])
        # Nobody's letter is refused.  What a visitor claims is not believed.
        # While they come some minutes may pass, and a letter more be had.
        while forms and not self.in_tray():
            self.send_all([forms.pop()], "198.51.100.1, 192.0.2.200")
        tray = self.in_tray()
        self.assertEqual(len(tray), 1)
        # Another network has its own budget.
        self.send_all([forms.pop()], "198.51.100.1")
        self.assertEqual(self.in_tray(), tray)
        # Who comes when an hour has passed is not held to it.
        self.later()
        self.send_all([forms.pop()], "192.0.2.1")
        # The same letter again costs nothing.
        self.send_all(first, "192.0.2.1")
        self.send_all([forms.pop()], "192.0.2.1")
        self.assertEqual(self.in_tray(), tray)
        self.assertEqual(len(self.anna.queue()), LETTERS + 10 - len(forms))
        self.service.stop()
        for trace in ("192.0.2", "198.51.100"):
            self.assertNotIn(trace, self.service.logged())
