"""Two supervisors give a desk new keys at the same time: both come to an end
that is said in a sentence, no case stays behind, everybody reads it all."""

import concurrent.futures
import unittest

from lib.between import Between
from lib.ground import Ground
from lib.intruder import Town, peek

CASES = 3


class Two(unittest.TestCase):
    def setUp(self):
        self.ground = Ground()
        self.addCleanup(self.ground.close)
        self.town = Town(self.ground)
        self.cleo = self.town.hire("cleo", "supervisor")
        self.cases = [self.town.letter(text=f"Question {n}.\n")
                      for n in range(CASES)]

    def epochs(self):
        """Of the desk, and of each case that under which its key is."""
        newest = self.town.maria("staff", "list")["desks"][0]["key"]["epoch"]
        return newest, [row[0] for row in peek(
            self.town.service, "SELECT max(team_epoch) FROM case_key "
            "GROUP BY case_id")]

    def check_all(self):
        """Every case is under the newest key of the desk, and opens for
        whoever reads the desk, with what is written from now on."""
        newest, cases = self.epochs()
        self.assertEqual(cases, [newest] * len(self.cases))
        for n, case in enumerate(self.cases):
            self.town.maria("note", case, "-m", f"Since {newest}.")
            for person in (self.town.maria, self.cleo, self.town.anna):
                items = person("show", case)["items"]
                self.assertEqual(items[0]["text"], f"Question {n}.\n")
                self.assertEqual(items[-1]["text"], f"Since {newest}.")

    def ended_well(self, said):
        """Done, or one sentence that says what to do."""
        if said.code == 0:
            self.assertEqual(said.json[0]["left"], 0, said)
            return
        self.assertEqual(said.code, 1, said)
        self.assertIn("run the command again", " ".join(said.err.split()))

    def wait(self, _path, answer):
        self.left -= 1
        if self.left == 0:
            self.cleos = self.cleo.run("team", "rotate", "--json")
        return answer

    def test_the_other_comes_between_any_two_requests(self):
        """maria's command stands still after its n-th answer until the whole
        of cleo's is through, for each n."""
        between = Between(self.ground, self.town.service, self.wait)
        self.addCleanup(between.close)
        at, met = 1, set()
        while True:
            self.left, self.cleos = at, None
            before, _ = self.epochs()
            with between.asked_by(self.town.maria):
                marias = self.town.maria.run("team", "rotate", "--json")
            if self.cleos is None:
                break
            self.assertEqual(self.cleos.code, 0, self.cleos)
            self.ended_well(marias)
            begun = [said.json[0]["begun"] for said in (marias, self.cleos)
                     if said.code == 0]
            after, _ = self.epochs()
            self.assertEqual(after - before, sum(begun))
            met.add(tuple(begun))
            self.check_all()
            at += 1
        self.assertGreater(at, 5)
        # cleo was faster; she did what maria had begun; she came after.
        self.assertEqual(met, {(False, True), (True, False), (True, True)})
        self.town.service.admin("check")

    def test_both_at_once(self):
        for _ in range(5):
            before, _ = self.epochs()
            with concurrent.futures.ThreadPoolExecutor(2) as both:
                said = list(both.map(
                    lambda who: who.run("team", "rotate", "--json"),
                    (self.town.maria, self.cleo)))
            for one in said:
                self.ended_well(one)
            self.assertIn(0, [one.code for one in said])
            begun = sum(one.json[0]["begun"] for one in said
                        if one.code == 0)
            self.assertGreaterEqual(begun, 1)
            self.assertEqual(self.epochs()[0], before + begun)
            self.check_all()
        self.town.service.admin("check")


if __name__ == "__main__":
    unittest.main()
