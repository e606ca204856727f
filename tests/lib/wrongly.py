"""A town in which the command line is used wrongly: one sentence, the right
exit code, nothing changed."""

import os
import unittest

from . import arguments
from .arguments import ROWS, call, content, folder, is_sentence
from .ground import Ground
from .intruder import Town, quicken
from .teduh import Service, invite


class All(unittest.TestCase):
    """A town with a case that anna holds and a draft that waits."""

    @classmethod
    def setUpClass(cls):
        cls.ground = Ground()
        cls.addClassCleanup(cls.ground.close)
        cls.commands = arguments.commands()
        cls.town = Town(cls.ground, Service(cls.ground))
        cls.ben = quicken(invite(cls.town.service, cls.ground,
                                 cls.town.maria, "ben"))
        cls.case = cls.town.letter()
        cls.draft = cls.town.write(cls.case)
        cls.fresh = cls.town.letter()
        cls.values = {
            "CASE": cls.case, "DRAFT": cls.draft, "FRESH": cls.fresh,
            "FILE": cls.ground.file("some.txt", "Some text.\n"),
            "NOWHERE": f"{cls.ground.path}/nowhere/at/all",
            "FOLDER": f"{cls.ground.path}/folder",
            "OUT": f"{cls.ground.path}/out",
            "CODE": "7K2M9-Q4X7K-2M9Q4-X7K2M-9Q4X70",
            "CODE.": f"1.{'0' * 64}.{'0' * 32}"}
        for person in (cls.town.anna, cls.town.maria, cls.ben):
            person("queue")
            person("show", cls.case)
        cls.town.anna("reply", cls.fresh, "--body", cls.values["FILE"])

    def person(self, row):
        return {"anna": self.town.anna, "maria": self.town.maria}[row.by]

    def state(self, person):
        """Of the audit a supervisor's folder keeps what was seen last."""
        mine = folder(person.home)
        mine.pop(f"{person.home}/audit", None)
        return (content(self.town.service), mine,
                sorted(os.listdir(self.ground.path)))

    def words(self, name, **more):
        row = ROWS[name]
        return [*name.split(), *(self.values.get(w, w) for w in row.use(
            self.commands[name].needed(), **more))]

    def refused(self, words, codes, person=None, **more):
        person = person or self.town.anna
        before = self.state(person)
        said = call(person, *words, **more)
        with self.subTest(" ".join(words)[:100]):
            self.assertIn(said.code, codes, said)
            self.assertEqual(said.out, b"", said)
            self.assertTrue(is_sentence(said), said)
            self.assertEqual(self.state(person), before)
        return said
