#!/usr/bin/env python3
"""Runs the integration stories: every tests/integration/test_*.py in a
process of its own, two at a time, and prints their results as TAP lines.

    tests/run.py [-j N] [-k WORD] [FILE ...]

The programs under test are those in $TEDUH_BUILD (build/hard).  The last
line is "N passed, N failed"; the exit code is 1 when something failed or
nothing ran."""

import argparse
import concurrent.futures
import glob
import importlib.util
import os
import re
import signal
import subprocess
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))


class Tap(unittest.TestResult):
    """A line per story as soon as it is known, reasons as comments."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def startTest(self, test):
        super().startTest(test)
        self.began = time.monotonic()
        self.wrong = []
        self.skipped_because = None

    def _said(self, err, test):
        self.wrong.append(self._exc_info_to_string(err, test))

    def addError(self, test, err):
        super().addError(test, err)
        if not hasattr(self, "wrong"):      # before the first story
            self.startTest(test)
        self._said(err, test)
        if not isinstance(test, unittest.TestCase):
            self.stopTest(test)     # setUpClass and the like have no stop

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._said(err, test)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.skipped_because = reason

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.wrong.append(f"{subtest.id()}\n")
            self._said(err, subtest)

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.wrong.append("succeeded although it must not\n")

    def stopTest(self, test):
        super().stopTest(test)
        self.count += 1
        took = time.monotonic() - self.began
        name = f"{test.id()} ({took:.1f} s)"
        if self.wrong:
            print(f"not ok {self.count} - {name}")
            for text in self.wrong:
                print("".join(f"# {line}\n" for line in text.splitlines()),
                      end="")
        elif self.skipped_because is not None:
            print(f"ok {self.count} - {name} # SKIP {self.skipped_because}")
        else:
            print(f"ok {self.count} - {name}")
        sys.stdout.flush()


def run_one(path, word):
    """In the child: the stories of one file."""
    sys.path.insert(0, HERE)
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    name = os.path.splitext(os.path.basename(path))[0]
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    loader = unittest.TestLoader()
    if word:
        loader.testNamePatterns = [f"*{word}*"]
    result = Tap()

    def give_up(number, _frame):
        """As a failure of the story that runs, so that it still ends what
        it started."""
        result.stop()
        raise TimeoutError(signal.Signals(number).name)
    signal.signal(signal.SIGTERM, give_up)
    signal.signal(signal.SIGINT, give_up)
    loader.loadTestsFromModule(module).run(result)
    return 0 if result.wasSuccessful() else 1


def run_child(path, word, seconds):
    argv = [sys.executable, os.path.abspath(__file__), "--one", path]
    if word:
        argv += ["-k", word]
    with subprocess.Popen(argv, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT) as child:
        try:
            out, _ = child.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            child.terminate()
            try:
                out, _ = child.communicate(timeout=60)
            except subprocess.TimeoutExpired:
                child.kill()
                out, _ = child.communicate()
            out += f"\nnot ok - {path} took {seconds} s\n".encode()
    out = out.decode("utf-8", "replace")
    if child.returncode not in (0, 1):      # it died: count it
        out += f"\nnot ok - {path} ended with {child.returncode}\n"
    elif child.returncode == 1 and "not ok" not in out:
        out += f"\nnot ok - {path} could not be loaded\n"
    return out


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("-j", type=int, default=2)
    options.add_argument("-k", metavar="WORD")
    options.add_argument("--one", metavar="FILE", help=argparse.SUPPRESS)
    options.add_argument("--seconds", type=int, default=900,
                         help="at most so long for one file")
    options.add_argument("files", nargs="*")
    given = options.parse_args()
    # The stories quote English, whoever runs them.
    os.environ["LC_ALL"] = "C.UTF-8"
    os.environ.pop("LANGUAGE", None)
    # A passphrase costs half a second; test_paper sees that it does.
    os.environ["TEDUH_LIGHT"] = "1"
    if given.one:
        return run_one(given.one, given.k)
    files = given.files or sorted(
        glob.glob(os.path.join(HERE, "integration", "test_*.py")))
    passed = failed = skipped = 0
    with concurrent.futures.ThreadPoolExecutor(given.j) as pool:
        jobs = [pool.submit(run_child, path, given.k, given.seconds)
                for path in files]
        for job in concurrent.futures.as_completed(jobs):
            out = job.result()
            print(out, end="", flush=True)
            failed += len(re.findall(r"(?m)^not ok\b", out))
            skips = len(re.findall(r"(?m)^ok\b.*# SKIP\b", out))
            skipped += skips
            passed += len(re.findall(r"(?m)^ok\b", out)) - skips
    if skipped:
        print(f"# {skipped} skipped")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
