#!/usr/bin/env python3
"""Hold the documents to the tree: documents.py

One TAP line per rule; the findings of a rule stand below it.  Exit 1 when a
rule is broken.
"""

import pathlib
import re
import subprocess
import sys

import tap

ROOT = pathlib.Path(__file__).resolve().parents[2]


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


def tables(name):
    """Rows of each table, as lists of cells; the head first."""
    rows = []
    for line in text_of(name).split("\n") + [""]:
        if line.startswith("|"):
            rows.append([c.strip() for c in line.strip("|").split("|")])
        elif rows:
            yield [rows[0]] + rows[2:]
            rows = []


def tests():
    return {p.name for p in (ROOT / "tests").rglob("test_*.*")}


# The rules. Each yields its findings.

def rows_have_tests():
    there = tests()
    for table in tables("doc/security.md"):
        if table[0][-1] != "test":
            continue
        for row in table[1:]:
            named = re.findall(r"`(?:[\w/]*/)?(test_\w+\.\w+)`", row[-1])
            if len(row) != len(table[0]):
                yield f"'{row[0]}': {len(row)} cells"
            elif not named and not re.match(r"none( yet)?: \w", row[-1]):
                yield f"'{row[0]}': no test, and no word why"
            for one in sorted(set(named) - there):
                yield f"'{row[0]}': there is no {one}"


def named_tests_are_there():
    there = tests()
    for path in sorted((ROOT / "doc").glob("*.md")):
        for one in set(re.findall(r"\btest_\w+\.(?:py|c|sh)\b",
                                  path.read_text(encoding="utf-8"))):
            if one not in there:
                yield f"{path.name}: there is no {one}"


def alarms_are_the_table():
    source = text_of("daemon/desk/alarm.c")
    wanted = set(re.findall(r'\{ "([\w-]+)", ALARM_(\w+),', source))
    shown = set()
    for table in tables("doc/alarms.md"):
        if table[0][0] == "kind":
            shown |= {(row[0].split("`")[1], row[1].upper())
                      for row in table[1:]}
    for kind, level in sorted(wanted ^ shown):
        yield f"doc/alarms.md: {kind} ({level.lower()}) stands in one only"
    if not wanted:
        yield "daemon/desk/alarm.c: no kind was found"


def all_are_distributed():
    made = text_of("doc/local.mk")
    readme = text_of("README.md")
    for path in sorted((ROOT / "doc").glob("*.md")):
        if f"doc/{path.name}" not in made:
            yield f"doc/local.mk: lacks doc/{path.name}"
        if path.name not in readme:
            yield f"README.md: lacks {path.name}"


def one_version():
    version = re.search(r"AC_INIT\(\[teduh\], \[(.*?)\]",
                        text_of("configure.ac")).group(1)
    for name, begin in (("NEWS", f"Teduh {version}"),
                        ("debian/changelog", f"teduh ({version})")):
        if not text_of(name).startswith(begin):
            yield f"{name}: does not begin with '{begin}'"


def commands_exist():
    """What documents for people tell them to type."""
    source = text_of("tools/commands/commands.c")
    known = {n.split()[0] for n in re.findall(r'\{ "([a-z -]+)",', source)}
    admin = set(re.findall(r'\{ "(\w+)", admin_',
                           text_of("daemon/admin/main.c")))
    for name in ("counsellor", "operations", "data-protection", "alarms"):
        text = text_of(f"doc/{name}.md")
        for word in set(re.findall(r"(?:^\s*|`)teduh ([a-z][a-z-]*)", text, re.M)):
            if word not in known:
                yield f"doc/{name}.md: there is no 'teduh {word}'"
        for word in set(re.findall(r"teduh-admin ([a-z]+)", text)):
            if word not in admin:
                yield f"doc/{name}.md: there is no 'teduh-admin {word}'"


def blocks_parse():
    text = text_of("doc/operations.md")
    blocks = re.findall(r"^```sh[^\n]*\n(.*?)^```", text, re.M | re.S)
    for block in blocks:
        said = subprocess.run(["sh", "-n"], input=block, text=True,
                              capture_output=True)
        if said.returncode != 0:
            yield f"doc/operations.md: {block.splitlines()[0]}: {said.stderr}"
    if not blocks:
        yield "doc/operations.md: has no block to type"


def texts_are_in_the_manual():
    """Whoever edits what the service says must know what each file is."""
    text = text_of("doc/man/teduh.conf.5")
    folder = ROOT / "config/texts"
    names = {path.name for path in folder.glob("*/*.txt")}
    for name in names:
        if not re.search(rf"^\.It Pa (?:.* )?{re.escape(name)}(?: |$)", text,
                         re.M):
            yield f"doc/man/teduh.conf.5: texts lacks {name}"
    if not names:
        yield "config/texts: holds no text"


def holes_are_in_the_manual():
    table = re.search(r"holes\[\] = \{(.*?)NULL", text_of("daemon/web/door.c"),
                      re.S).group(1)
    known = set(re.findall(r'"(\w+)"', table))
    pages = "".join(path.read_text(encoding="utf-8") for path in
                    (ROOT / "config/web").glob("*.html"))
    used = set(re.findall(r"\{\{[#^/]?(\w+)\}\}", pages))
    told = re.search(r"^\.It Cm pages$(.*?)^\.It Cm", text_of(
        "doc/man/teduh.conf.5"), re.M | re.S).group(1)
    told = set(re.findall(r"^\.Li (\w+) [,:]$", told, re.M))
    for what, names in (("doc/man/teduh.conf.5", told),
                        ("config/web", used)):
        for name in sorted(known ^ names):
            yield f"{what}: '{name}' stands here or in door.c only"


def main():
    rules = (
        ("each row of security.md has its test", rows_have_tests),
        ("each test that a document names is there", named_tests_are_there),
        ("alarms.md has every kind and its level", alarms_are_the_table),
        ("documents are distributed, and in the README",
         all_are_distributed),
        ("one version", one_version),
        ("documents name commands that are there", commands_exist),
        ("operations.md has commands that parse", blocks_parse),
        ("teduh.conf.5 has every text file", texts_are_in_the_manual),
        ("teduh.conf.5 and the pages have every hole",
         holes_are_in_the_manual),
    )
    return tap.run(rules)


if __name__ == "__main__":
    sys.exit(main())
