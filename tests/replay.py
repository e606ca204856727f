#!/usr/bin/env python3
"""Runs every mail that we have through the reader as the sanitizers see it
(build/asan/reader-filter): it may call a mail unreadable, but never crash,
never run over its memory, never take long.

Three sources: the mails of tests/mails and dev/letters, the same ones broken
in a thousand places (cut short, bytes changed, always the same ones), and,
where they are present, the mail collections of other projects beside this
tree (../shared/corpora).  Prints TAP lines."""

import glob
import os
import random
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
FILTER = os.path.join(os.environ.get(
    "TEDUH_BUILD", os.path.join(ROOT, "build", "asan")), "reader-filter")
CORPORA = os.path.join(os.path.dirname(ROOT), "shared", "corpora")
BATCH = 50
BATCH_S = 300
ONE_S = 30
BROKEN = 1000
ENV = {**os.environ, "ASAN_OPTIONS": "detect_leaks=1:exitcode=99",
       "UBSAN_OPTIONS": "halt_on_error=1:exitcode=99:print_stacktrace=1"}


def replay(paths, seconds):
    """Exit code (None: too slow) and what was said."""
    try:
        done = subprocess.run([FILTER, *paths], env=ENV, check=False,
                              stdin=subprocess.DEVNULL, timeout=seconds,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        return done.returncode, done.stdout
    except subprocess.TimeoutExpired as e:
        return None, e.stdout or b""


def survives(name, paths):
    """One line for a folder; a bad mail is then found by itself."""
    read = unreadable = 0
    bad = []
    for start in range(0, len(paths), BATCH):
        batch = paths[start:start + BATCH]
        code, out = replay(batch, BATCH_S)
        if code == 0:
            read += out.count(b" read\n")
            unreadable += out.count(b" unreadable\n")
            continue
        for path in batch:
            code, out = replay([path], ONE_S)
            if code != 0:
                bad.append((path, code, out))
    said = f"{name}: {read} read, {unreadable} unreadable"
    print(f"{'not ok' if bad else 'ok'} - {said}, {len(bad)} bad",
          flush=True)
    for path, code, out in bad[:5]:
        kept = os.path.join(os.path.dirname(FILTER),
                            "bad-" + os.path.basename(path))
        shutil.copyfile(path, kept)
        print(f"# {path} (kept as {kept}): "
              f"{'too slow' if code is None else f'exit {code}'}")
        for line in out.decode("utf-8", "replace").splitlines()[:40]:
            print(f"#   {line}")
    return not bad


def files_below(top):
    return sorted(path for path in glob.glob(f"{top}/**", recursive=True)
                  if os.path.isfile(path))


def own():
    return files_below(os.path.join(HERE, "corpus")) + files_below(
        os.path.join(ROOT, "dev", "letters"))


def broken(folder, originals):
    """The same broken mails at every run."""
    dice = random.Random(20240229)
    paths = []
    sources = [open(path, "rb").read() for path in originals]
    sources = [data for data in sources if 0 < len(data) < 100_000]
    for n in range(BROKEN if sources else 0):
        data = bytearray(dice.choice(sources))
        if n % 3 == 0:
            del data[dice.randrange(len(data)):]
        for _ in range(dice.randrange(1, 9)):
            if not data:
                break
            at = dice.randrange(len(data))
            kind = dice.randrange(4)
            if kind == 0:
                data[at] = dice.randrange(256)
            elif kind == 1:
                del data[at:at + dice.randrange(1, 40)]
            elif kind == 2:
                data[at:at] = data[at:at + dice.randrange(1, 200)] * 3
            else:
                data[at:at] = dice.choice(
                    (b"\r\n", b"\0", b"--", b"=?utf-8?q?", b"\"", b"(",
                     b"\r\n\r\n", b"Content-Type: multipart/mixed\r\n",
                     b"\xff\xfe", b"<", b";boundary=", b"=\r\n"))
        path = os.path.join(folder, f"broken-{n:04d}")
        with open(path, "wb") as f:
            f.write(data)
        paths.append(path)
    return paths


def main():
    if not os.path.exists(FILTER):
        print(f"not ok - there is no {FILTER}")
        return 1
    good = survives("own mails", own())
    with tempfile.TemporaryDirectory() as folder:
        good &= survives("broken mails", broken(folder, own()))
    for folder in sorted(glob.glob(f"{CORPORA}/*/")):
        good &= survives(os.path.basename(folder.rstrip("/")),
                         files_below(folder))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
