"""What dev/bench web does once everything is built: letters by form from many
connections at once, until each is told that it is durable; beside a bare
libmicrohttpd that does no more than seal and commit each body."""

import argparse
import http.client
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
sys.path.insert(0, os.path.join(ROOT, "tests"))

from lib.ground import Failure, Ground, wait_for            # noqa: E402
from lib.intruder import peek                               # noqa: E402
from lib.posting import letter, percentile, post            # noqa: E402
from lib.teduh import (Service, command_of, descendants,    # noqa: E402
                       found)
from lib.web import Visitor, open_door, port_of             # noqa: E402

LETTER = ("I would rather write than talk because on the phone I freeze, "
          "so here it is. " * 40)
ROUNDS = 3
COUNTED = 200           # letters of the run in which strace counts
SLOWER_US = 2000        # what an honest disk may need more for each fsync
OURS, BARE = "Teduh, workers = 1", "bare libmicrohttpd"


class Teduh:
    """A service of its own whose door is open."""

    def __init__(self, ground, env):
        self.service = Service(ground)
        self.service.env.update(env)
        open_door(ground, self.service)
        found(self.service, ground)
        self.form = Visitor(self.service).get().fields

    def requests(self, count):
        """As many forms, each asked for as a browser does, filled in."""
        line = http.client.HTTPConnection("127.0.0.1", port_of(self.service))
        out = []
        for _ in range(count):
            line.request("GET", "/")
            page = line.getresponse().read()
            token = re.search(rb'name="token" value="([^"]*)"', page)
            out.append(letter({**self.form, "token": token[1].decode()},
                              LETTER))
        line.close()
        return out

    def port(self):
        return port_of(self.service)

    def check(self, count):
        stored, = peek(self.service, "SELECT count(*) FROM locator")[0]
        if stored != count:
            raise Failure(f"{stored} of {count} letters are stored")

    def web(self):
        """The process of the role."""
        for pid in descendants(self.service.process.pid):
            if "web" in command_of(pid):
                return pid
        raise Failure("role web does not run")


class Bare:
    """limits/mhdpost of the shared benchmarks."""

    def __init__(self, ground, program, env):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.number = s.getsockname()[1]
        self.process = subprocess.Popen(
            [program, str(self.number), "store", f"{ground.path}/bare-"
             f"{self.number}.db"], env={**os.environ, **env})
        ground.on_close(self.stop)
        wait_for("the bare one", self.listens)

    def listens(self):
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.number)) == 0

    def stop(self):
        self.process.terminate()
        self.process.wait(60)

    def port(self):
        return self.number


def build(ground, folder):
    """{name: path} of the peer and of the slower disk, built elsewhere."""
    place = ground.dir("peers")
    made = {}
    for name, flags in (("mhdpost", ["-lmicrohttpd", "-lsqlite3",
                                     "-lsodium"]),
                        ("synccount", ["-shared", "-fPIC", "-ldl"])):
        made[name] = f"{place}/{name}"
        subprocess.run(["cc", "-O2", "-std=gnu11", "-o", made[name],
                        f"{folder}/{name}.c", *flags], check=True)
        os.chmod(made[name], 0o755)
    return made


def measure(whom, connections, requests):
    """(letters in a second, p99 in ms)"""
    began = time.monotonic()
    answers = post(whom.port(), connections, requests)
    took = time.monotonic() - began
    said = {one.status for one in answers}
    if said != {303}:
        raise Failure(f"not each was taken: {sorted(said)}")
    return (len(answers) / took,
            percentile([one.microseconds for one in answers], 0.99) / 1000)


def fsyncs(teduh, connections):
    """How many the process of the role makes for a letter; None: unknown."""
    if not shutil.which("strace"):
        return None
    requests = teduh.requests(COUNTED)
    with subprocess.Popen(
            ["strace", "-c", "-e", "trace=fsync,fdatasync", "-p",
             str(teduh.web())], stderr=subprocess.PIPE, text=True) as child:
        if "attached" not in child.stderr.readline():
            return None
        measure(teduh, connections, requests)
        child.send_signal(2)
        said = child.stderr.read()
    return sum(int(row.split()[3]) for row in said.splitlines()
               if row.endswith(("fsync", "fdatasync"))) / COUNTED


def compare(ground, made, args, env):
    """{row: (letters in a second, p99)}, the medians of rounds side by
    side; and fsyncs for a letter."""
    teduh, rows = Teduh(ground, env), {OURS: []}
    bare = None
    if made:
        bare, rows[BARE] = Bare(ground, made["mhdpost"], env), []
    for n in range(ROUNDS):
        requests = teduh.requests(args.posts)
        rows[OURS].append(measure(teduh, args.connections, requests))
        teduh.check(args.posts * (n + 1))
        if bare:
            rows[BARE].append(measure(bare, args.connections, requests))
        print(f"round {n + 1}: " + ", ".join(
            f"{key} {rounds[-1][0]:.0f}/s p99 {rounds[-1][1]:.0f} ms"
            for key, rounds in rows.items()), file=sys.stderr)
    found_rows = {key: tuple(statistics.median(one) for one in
                             zip(*rounds)) for key, rounds in rows.items()}
    return found_rows, fsyncs(teduh, args.connections)


def show(title, rows, per_letter):
    print(f"\n{title}\n{'':22}{'letters/s':>12}{'ratio':>8}{'p99 ms':>10}"
          f"{'ratio':>8}")
    for name, (rate, p99) in rows.items():
        base = rows.get(BARE)
        ratios = ((f"{rate / base[0]:8.2f}", f"{p99 / base[1]:8.2f}")
                  if base else (f"{'':8}",) * 2)
        print(f"{name:22}{rate:12.0f}{ratios[0]}{p99:10.1f}{ratios[1]}")
    if per_letter is not None:
        print(f"fsyncs for a letter: {per_letter:.2f}; the bare one: 1")


def main():
    parser = argparse.ArgumentParser(prog="dev/bench web")
    parser.add_argument("what", choices=["web"])
    parser.add_argument("--posts", type=int, default=1000)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--peers", metavar="FOLDER", default=os.path.join(
        os.path.dirname(ROOT), "shared/bench/limits"))
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    out = {}
    with Ground() as ground:
        made = {}
        if os.path.exists(f"{args.peers}/mhdpost.c"):
            made = build(ground, args.peers)
        else:
            print(f"there is no '{args.peers}/mhdpost.c': our figures alone",
                  file=sys.stderr)
        disks = {"this disk": {}}
        if made:
            disks[f"{SLOWER_US // 1000} ms more for each fsync"] = {
                "LD_PRELOAD": made["synccount"],
                "SYNCCOUNT_DELAY_US": str(SLOWER_US)}
        for title, env in disks.items():
            with Ground() as own:
                out[title] = compare(own, made, args, env)
    if args.json:
        json.dump(out, sys.stdout)
        print()
        return
    print(f"{args.posts} letters of {len(LETTER)} bytes by form, "
          f"{args.connections} connections; medians of {ROUNDS} rounds")
    for title, (rows, per_letter) in out.items():
        show(title, rows, per_letter)


if __name__ == "__main__":
    main()
