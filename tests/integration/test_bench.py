"""dev/bench with a few letters, so that it is there when somebody wants to
know."""

import json
import os
import shutil
import subprocess
import sys
import unittest

from lib.ground import SOURCE, build_dir
from lib.services import missing

LETTERS = 5


class Smallest(unittest.TestCase):
    def test_every_row_of_dev_bench(self):
        if why := missing():
            self.skipTest(why)
        done = subprocess.run(
            [sys.executable, "-B", f"{SOURCE}/dev/bench.py", "imap",
             "--letters", str(LETTERS), "--delay", "0,2", "--beside",
             build_dir(), "--json"],
            env={**os.environ, "TEDUH_BUILD": build_dir()},
            capture_output=True, text=True, check=False, timeout=600)
        self.assertEqual(done.returncode, 0, done.stderr)
        said = json.loads(done.stdout)
        self.assertEqual((said["letters"], said["delays"]), (LETTERS, [0, 2]))
        rows = {"Teduh", "Teduh, the other build", "python, 32 a FETCH",
                "python, 1 a FETCH"}
        if shutil.which("mbsync"):
            rows.add("mbsync")
        self.assertEqual(set(said["seconds"]), rows)
        for name, times in said["seconds"].items():
            self.assertEqual(len(times), 2, name)
            self.assertGreater(min(times), 0, name)
        # Each FETCH is a journey of its own.
        slow = said["seconds"]["python, 1 a FETCH"][1]
        self.assertGreater(slow, LETTERS * 0.002)
        self.assertEqual(set(said["inside"]), {"reading alone",
                                               "reading and storing"})


if __name__ == "__main__":
    unittest.main()
