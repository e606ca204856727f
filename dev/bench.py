"""What dev/bench does once everything is built: the same letters in the same
mailbox, fetched by Teduh and by others, each until they are on the disk."""

import argparse
import imaplib
import json
import os
import shutil
import smtplib
import socket
import ssl
import struct
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "tests"))

from lib.certs import Certs                                 # noqa: E402
from lib.ground import Failure, Ground, Process             # noqa: E402
from lib.ground import program, wait_for                    # noqa: E402
from lib.intruder import peek                               # noqa: E402
from lib.mails import mail                                  # noqa: E402
from lib.relay import Relay                                 # noqa: E402
from lib.services import PASSWORD, Dovecot, missing         # noqa: E402
from lib.teduh import Service, finish, found                # noqa: E402

TOGETHER = 32           # mails in a FETCH of the peer that asks for ranges
WAITING = 4             # letters in the queue of a local socket
LONG = 3600
# Of a hundred letters so many have a text of so many bytes.
SIZES = [2_000] * 90 + [20_000] * 9 + [200_000]
MBSYNC = """\
IMAPAccount bench
Host localhost
Port {port}
User desk
Pass {password}
SSLType IMAPS
CertificateFile {ca}

IMAPStore far
Account bench

MaildirStore near
Path {dir}/
Inbox {dir}/INBOX

Channel bench
Far :far:INBOX
Near :near:INBOX
Sync Pull
Create Near
SyncState *
"""


def letters(count):
    line = "Ich weiss nicht, wem ich das sonst schreiben soll, darum hier.\n"
    for n in range(count):
        size = SIZES[n * 37 % len(SIZES)]
        yield mail(f"seeker-{n}@example.org", subject=f"Letter {n}",
                   message_id=f"<letter-{n}@example.org>",
                   text=f"{n}\n" + line * (size // len(line)))


class Bench:
    def __init__(self, ground, count, beside):
        self.ground, self.count, self.beside = ground, count, beside
        self.runs = 0
        self.mails = list(letters(count))
        self.certs = Certs(ground)
        self.dovecot = Dovecot(ground, self.certs).start()
        self.fill()
        self.service = Service(ground)
        found(self.service, ground)

    def fill(self):
        with smtplib.LMTP("127.0.0.1", self.dovecot.lmtp) as lmtp:
            for one in self.mails:
                lmtp.sendmail("somebody@example.org", ["desk@desk.example"],
                              one)

    def place(self):
        self.runs += 1
        return self.ground.dir(f"run-{self.runs}", 0o700)

    # Each fetches everything through this port.

    def teduh(self, port, build=None):
        """A mailbox that the service has not seen before."""
        self.runs += 1
        name = f"box-{self.runs}"
        self.service.stop()
        self.service.mailbox(name, port=port, ca=self.certs.ca,
                             password=PASSWORD, after="keep")
        self.service.configure()
        teduhd = f"{build}/teduhd" if build else program("teduhd")
        began = time.monotonic()
        finish([teduhd, "-c", self.service.conf, "-r", "intake", "--once"],
               dict(os.environ), seconds=LONG)
        took = time.monotonic() - began
        del self.service.settings[f"mailbox {name}"]
        taken = peek(self.service, "SELECT count(*) FROM ledger WHERE "
                     "mailbox = ? AND item IS NOT NULL", name)[0][0]
        if taken != self.count:
            raise Failure(f"Teduh took {taken} of {self.count} letters")
        return took

    def mbsync(self, port):
        place = self.place()
        path = self.ground.file(f"mbsync-{self.runs}.conf", MBSYNC.format(
            port=port, password=PASSWORD, ca=self.certs.ca, dir=place),
            0o600)
        began = time.monotonic()
        done = subprocess.run(["mbsync", "-q", "-c", path, "bench"],
                              capture_output=True, check=False, timeout=LONG)
        took = time.monotonic() - began
        came = sum(len(os.listdir(f"{place}/INBOX/{sub}"))
                   for sub in ("new", "cur"))
        if came != self.count:
            raise Failure(f"mbsync fetched {came} of {self.count} mails: "
                          f"{done.stderr.decode(errors='replace')}")
        return took

    def python(self, port, together):
        place = self.place()
        context = ssl.create_default_context(cafile=self.certs.ca)
        began = time.monotonic()
        imap = imaplib.IMAP4_SSL("localhost", port, ssl_context=context)
        imap.login("desk", PASSWORD)
        imap.select("INBOX", readonly=True)
        uids = imap.uid("SEARCH", "ALL")[1][0].decode().split()
        came = 0
        for at in range(0, len(uids), together):
            ask = ",".join(uids[at:at + together])
            for row in imap.uid("FETCH", ask, "(BODY.PEEK[])")[1]:
                if isinstance(row, tuple):
                    keep(f"{place}/{came}", row[1])
                    came += 1
        imap.logout()
        took = time.monotonic() - began
        if came != self.count:
            raise Failure(f"python fetched {came} of {self.count} mails")
        return took

    # What is behind the line, without any line.

    def reading(self):
        """The sandboxed reader alone, a process for each letter."""
        place = self.place()
        paths = []
        for n, one in enumerate(self.mails):
            paths.append(f"{place}/{n}")
            with open(paths[-1], "wb") as f:
                f.write(one)
        began = time.monotonic()
        for at in range(0, len(paths), 1000):
            subprocess.run([program("tests/unit/test_reading"),
                            *paths[at:at + 1000]], check=True,
                           stdout=subprocess.DEVNULL, timeout=LONG)
        return time.monotonic() - began

    def storing(self):
        """Read, sealed and committed: handed in at the socket of a mailbox
        without a mail server, where the next ones always wait."""
        self.service.configure()
        intake = Process("teduhd", [program("teduhd"), "-c",
                                    self.service.conf, "-r", "intake"],
                         self.service.log)
        try:
            wait_for("intake", lambda: intake.check() and self.hand_in(b""))
            began = time.monotonic()
            with ThreadPoolExecutor(WAITING) as pool:
                for said in pool.map(self.hand_in, self.mails):
                    if not said.startswith(b"ok "):
                        raise Failure(f"a letter was not taken: {said}")
            return time.monotonic() - began
        finally:
            intake.stop()

    def hand_in(self, one):
        """What intake says to it; nothing when it does not listen yet."""
        with socket.socket(socket.AF_UNIX) as s:
            try:
                s.connect(f"{self.service.dir}/run/pipe")
            except OSError:
                return b""
            s.sendall(struct.pack(">Q", len(one)) + one)
            return s.recv(4096)

    def rows(self, delays):
        """{row: [seconds for each delay]}, side by side in time as well."""
        ways = {"Teduh": self.teduh}
        if self.beside:
            ways["Teduh, the other build"] = (
                lambda port: self.teduh(port, self.beside))
        if shutil.which("mbsync"):
            ways["mbsync"] = self.mbsync
        ways[f"python, {TOGETHER} a FETCH"] = (
            lambda port: self.python(port, TOGETHER))
        ways["python, 1 a FETCH"] = lambda port: self.python(port, 1)
        rows = {name: [] for name in ways}
        for delay in delays:
            relay = Relay(self.ground, self.dovecot.imaps, delay)
            for name, way in ways.items():
                rows[name].append(way(relay.port))
                print(f"{name}, {delay} ms: {rows[name][-1]:.2f} s",
                      file=sys.stderr)
        return rows


def keep(path, data):
    """A file that outlives a power cut, as far as a program can say so."""
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.write(fd, data)
    os.fsync(fd)
    os.close(fd)


def show(found_rows, inside, delays, count, size):
    print(f"{count} letters, {size / 1e6:.1f} MB; letters per second, and "
          "how many times Teduh's")
    print(f"{'':26}" + "".join(f"{f'{ms} ms':>16}" for ms in delays))
    for name, times in found_rows.items():
        ratios = [ours / its for ours, its in
                  zip(found_rows["Teduh"], times)]
        print(f"{name:26}" + "".join(
            f"{count / its:8.0f} ({ratio:4.2f})" + " "
            for its, ratio in zip(times, ratios)))
    inside = {**inside, "sealing and committing, the difference":
              inside["reading and storing"] - inside["reading alone"]}
    for name, its in inside.items():
        print(f"{name:40}{count / its:8.0f}")


def main():
    parser = argparse.ArgumentParser(prog="dev/bench")
    parser.add_argument("what", choices=["imap"])
    parser.add_argument("--letters", type=int, default=1000)
    parser.add_argument("--delay", default="0,20,50")
    parser.add_argument("--beside", metavar="BUILD")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    delays = [int(one) for one in args.delay.split(",")]
    if why := missing():
        sys.exit(f"dev/bench: {why}")
    if not shutil.which("mbsync"):
        print("mbsync is not there (package isync): no row for it",
              file=sys.stderr)
    with Ground() as ground:
        bench = Bench(ground, args.letters, args.beside)
        rows = bench.rows(delays)
        inside = {"reading alone": bench.reading(),
                  "reading and storing": bench.storing()}
        size = sum(map(len, bench.mails))
    if args.json:
        json.dump({"letters": args.letters, "bytes": size, "delays": delays,
                   "seconds": rows, "inside": inside}, sys.stdout)
        print()
    else:
        show(rows, inside, delays, args.letters, size)


if __name__ == "__main__":
    main()
