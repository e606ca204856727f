"""Letters by form, put into a service's store as role web does it, and what
whoever has the code can open: by the service's own rules, and by the bytes."""

import collections
import json
import os

from . import sodium
from .ground import program
from .intruder import peek, quicken
from .story import Story
from .teduh import SANITIZER_ENV, Service, finish
from .web import open_door

Letter = collections.namedtuple("Letter", "result case due locator number")


def new_form():
    """The random bytes of a form."""
    return os.urandom(32)


def lines_of(*forms):
    """(random, text[, flags]) to what tests/lib/forms reads."""
    return "".join(f"{random.hex()} {more[0] if more else '-'} {text}\n"
                   for random, text, *more in forms).encode()


def send(service, *forms, check=True, **env):
    """One transaction of letters: the Result and a Letter for each."""
    done = finish([program("tests/lib/forms"), service.conf, "youth", "id"],
                  {**os.environ, **SANITIZER_ENV, **env}, lines_of(*forms),
                  check)
    return done, [Letter(*line.split(" "))
                  for line in done.text.splitlines()]


def read(service, letter, *forms, desk="youth", check=True, **env):
    """After writing these into its strand: the Result, a Letter for each,
    and the strand as the service shows it (None: nothing is there)."""
    done = finish([program("tests/lib/forms"), service.conf, desk, "id",
                   letter.locator, letter.number],
                  {**os.environ, **SANITIZER_ENV, **env}, lines_of(*forms),
                  check)
    *sent, strand = done.text.splitlines() or ["null"]
    return (done, [Letter(*line.split(" ")) for line in sent],
            json.loads(strand))


def seeker_key(service, letter):
    """What the code opens with, by doc/protocol.md."""
    row, = peek(service, "SELECT salt FROM locator WHERE locator = ?",
                letter.locator)
    return sodium.box_secret(sodium.digest(
        "teduh/seeker/v1", letter.number.encode(), row["salt"]))


def opened(service, letter):
    """{kind: [view]} of every item whose grant the code opens."""
    secret, out = seeker_key(service, letter), collections.defaultdict(list)
    for row in peek(service, "SELECT item.id, item.kind, grants.box FROM item "
                    "JOIN grants ON grants.item = item.id AND "
                    "recipient = 'seeker' AND which = 'content' AND "
                    "epoch = 0 WHERE case_id = ? ORDER BY item.at",
                    letter.case):
        key = sodium.box_open(secret, "teduh/grant/v1",
                              f"{letter.case}/{row['id'].hex()}/content/0",
                              row["box"])
        sealed = b"".join(one["bytes"] for one in peek(
            service, "SELECT bytes FROM chunk WHERE item = ? AND part = 0 "
            "ORDER BY no", row["id"]))
        out[row["kind"]].append(json.loads(sodium.part_open(
            key, row["id"], 0, sealed)))
    return out


class FormStory(Story):
    """A desk with a door, and no relay: who comes by form needs none."""

    def setUp(self):
        super().setUp()
        self.service = Service(self.ground)
        open_door(self.ground, self.service,
                  f"unix:{self.service.dir}/run/web")
        self.found()
        quicken(self.maria)
        quicken(self.anna)

    def one(self, text="Tolong saya."):
        _, (letter,) = send(self.service, (new_form(), text))
        self.assertEqual(letter.result, "stored")
        self.anna.wait_queue(where=lambda row: row["id"] == letter.case)
        return letter

    def count(self, sql, *args):
        return peek(self.service, f"SELECT count(*) FROM {sql}", *args)[0][0]
