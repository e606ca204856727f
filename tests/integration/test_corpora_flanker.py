"""The validator of mail addresses against the tables of another project:
../shared/corpora/flanker, addresses that are valid and that are not."""

import subprocess
import unittest

from lib import corpora, ground

ASK = ground.program("tests/fuzz/fuzz_address")


def addresses(name):
    """{line number: address}, without the remarks behind '#'."""
    found = {}
    with open(corpora.path_of("flanker", name), encoding="utf-8") as f:
        for n, line in enumerate(f, 1):
            line = line.rstrip("\n")
            if line and not line.startswith("#") and line[:1] != " ":
                found[n] = line.split("  #")[0].rstrip()
    return found


@unittest.skipUnless(corpora.present("flanker"), corpora.ABSENT)
class Flanker(unittest.TestCase):

    def test_addresses_agree_or_have_their_reason(self):
        tally = corpora.Tally("flanker")
        for name, theirs in (("mailbox_valid.txt", "yes"),
                             ("mailbox_invalid.txt", "no")):
            asked = addresses(name)
            self.assertGreater(len(asked), 50)
            done = subprocess.run([ASK, "--ask"], check=True, timeout=60,
                                  input="\n".join(asked.values()).encode(),
                                  stdout=subprocess.PIPE)
            ours = done.stdout.decode().split()
            self.assertEqual(len(ours), len(asked))
            for n, said in zip(asked, ours):
                tally.compare(f"{name}:{n}", "accepted", said, theirs)
        print("# " + tally.line())
        tally.check(self)


if __name__ == "__main__":
    unittest.main()
