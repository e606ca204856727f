"""Letters by form, put into a service's store as role web does it, and what
whoever has the code can open."""

import collections
import json
import os

from . import sodium
from .ground import program
from .intruder import peek
from .teduh import SANITIZER_ENV, finish

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
