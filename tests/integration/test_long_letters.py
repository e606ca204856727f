"""Letters longer than memory should be: kept whole, and given back whole by
`show --raw` and `export`, piece by piece, each checked."""

import hashlib
import os
import sqlite3
import subprocess

from lib.ground import program
from lib.hostile import letter
from lib.story import Story

MIB = 2**20
LONG = letter(body=b"one word more\n" * (100 * MIB // 14))
MEMORY = 80 * MIB       # programs and libraries with it


def memory(pid):
    """Bytes of memory that a process has now; 0 when it has ended."""
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        return sum(int(line.split()[1]) * 1024 for line in f
                   if line.startswith("VmRSS:"))


class LongLetters(Story):
    def setUp(self):
        super().setUp()
        self.found()
        self.case = self.one_case(LONG)["id"]

    def raw(self):
        """show --raw: exit code, hash and size of what it wrote, what it
        said, and the most memory it had while it wrote."""
        read, write = os.pipe()
        os.write(write, self.anna.passphrase.encode() + b"\n")
        os.close(write)
        got, size, most = hashlib.sha256(), 0, 0
        with open(f"{self.ground.path}/said", "w+b") as err, \
             subprocess.Popen(
                 [program("teduh"), "show", self.case, "--raw",
                  f"{self.case}.1", "--passphrase-fd", str(read)],
                 stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                 stderr=err, pass_fds=(read,),
                 env={**os.environ, **self.anna.env,
                      "TEDUH_HOME": self.anna.home}) as child:
            os.close(read)
            while piece := child.stdout.read(MIB):
                got.update(piece)
                size += len(piece)
                if len(piece) == MIB:       # more is to come: it waits
                    most = max(most, memory(child.pid))
            code = child.wait()
            err.seek(0)
            return code, got.digest(), size, err.read().decode(), most

    def test_it_comes_back_whole_in_little_memory(self):
        code, got, _, said, most = self.raw()
        self.assertEqual((code, said), (0, ""))
        self.assertEqual(got, hashlib.sha256(LONG).digest())
        print(f"# {len(LONG) // MIB} MiB given back, {most // MIB} MiB of "
              "memory meanwhile")
        self.assertGreater(most, 0)
        self.assertLess(most, MEMORY)
        folder = f"{self.ground.dir('copies', 0o700)}/case"
        self.assertEqual(self.anna("export", self.case, folder)["letters"],
                         1)
        with open(f"{folder}/letters/{self.case}.1.eml", "rb") as f:
            self.assertEqual(hashlib.file_digest(f, "sha256").digest(),
                             hashlib.sha256(LONG).digest())

    def test_a_fault_far_behind_is_said(self):
        """What was written until then looks like a letter and is none."""
        self.service.stop()
        with sqlite3.connect(f"{self.service.data}/store.db") as store:
            store.execute("UPDATE chunk SET bytes = zeroblob(length(bytes)) "
                          "WHERE part = 1 AND no = 900")
        store.close()
        self.service.start()
        code, _, size, said, _ = self.raw()
        self.assertEqual(code, 1)
        self.assertIn("throw it away", said)
        self.assertGreater(size, 0)
        self.assertLess(size, len(LONG))
        folder = f"{self.ground.dir('copies', 0o700)}/case"
        done = self.anna.run("export", self.case, folder)
        self.assertEqual(done.code, 1)
        self.assertIn(f"'{self.case}.1.eml' is left out", done.err)
        self.assertEqual(os.listdir(f"{folder}/letters"), [])
