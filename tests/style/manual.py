#!/usr/bin/env python3
"""Hold the man pages to the programs: manual.py

One TAP line per rule; the findings of a rule stand below it.  Exit 1 when a
rule is broken.  What programs take is read from their sources, so nothing
has to be built.
"""

import pathlib
import re
import shutil
import subprocess
import sys

import tap

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = ("teduh.1", "teduhd.8", "teduh-admin.8", "teduh.conf.5",
         "teduh-files.5", "teduh-rules.5", "teduh-oauth.8")
STRING = re.compile(r'"((?:\\.|[^"\\])*)"')


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


def page(name):
    return text_of("doc/man/" + name)


def table(name, begin):
    """The text of an initialiser, from `begin = {` to its `};`."""
    match = re.search(begin + r"\s*=\s*\{(.*?)\n?\};", text_of(name), re.S)
    if match is None:
        sys.exit(f"{name}: there is no table '{begin}'")
    return match.group(1)


def both_ways(where, there, wanted):
    """Findings where two sets differ."""
    for one in sorted(wanted - there):
        yield f"{where}: lacks {one}"
    for one in sorted(there - wanted):
        yield f"{where}: has {one}, which the source has not"


def items(text):
    """The heads of all list items, without their macro."""
    return re.findall(r"^\.It (.*)$", text, re.M)


def words(head):
    """(macro, word) of an item's head: "Fl q , -quiet" is two options."""
    macro = None
    for word in head.split():
        if re.fullmatch(r"[A-Z][a-z]", word):
            macro = word if word not in ("Oo", "Oc", "Op", "Ns", "Po",
                                         "Pc") else macro
        elif word not in (",", "|") and word not in "...":
            yield macro, word


def options_of(head):
    return {"-" + word for macro, word in words(head) if macro == "Fl"}


def command_of(head):
    return " ".join(w for m, w in words(head) if m == "Ic")


# What the sources say.

def teduh_options():
    """{bit or "0": {names}} of tools/args.c."""
    found = {}
    for row in re.findall(r"\{([^{}]*)\}", table("tools/args.c",
                                                 r"options\[\]")):
        bit = re.search(r", (0|OPT_\w+), AT", row).group(1)
        found.setdefault(bit, set()).update(STRING.findall(row))
    return found


def teduh_commands():
    """{name: ({bits of options}, usage)} of tools/commands/commands.c."""
    found = {}
    for row in re.findall(r'\{ ("[a-z -]+",.*?_run \})',
                          table("tools/commands/commands.c",
                                r"commands_table\[\]"), re.S):
        name, *usage = STRING.findall(row.partition("N_(")[0])
        found[name] = set(re.findall(r"\bOPT_\w+", row)), "".join(usage)
    return found


def arguments_of(usage):
    return set(re.findall(r"\b[A-Z]+\b", usage))


def getopt_options(name):
    """Of a table of getopt_long() and its short options."""
    rows = table(name, r"struct option options\[\]")
    letters = re.search(r'"\+?([a-z:]+)", options', text_of(name)).group(1)
    for letter in letters.replace(":", ""):
        yield "-" + letter
    for row in STRING.findall(rows):
        yield "--" + row


def compared_options(pattern, *places):
    """Options that are compared by hand."""
    for name in places:
        yield from re.findall(pattern, text_of(name))


def config_keys():
    """({(section, key)}, those that are refused as not there yet)."""
    source = text_of("daemon/config.c")
    keys = set()
    for name, rows in re.findall(r"cfg_opt_t (\w+)_keys\[\] = \{(.*?)\n\};",
                                 source, re.S):
        section = "" if name == "top" else name
        keys |= {(section, key) for key in
                 re.findall(r'(?:TEXT|LIST)\("(\w+)"\)', rows)}
        keys |= {("", key) for key in re.findall(r'CFG_SEC\("(\w+)"', rows)}
    later = set()
    for rows in re.findall(r"later\[\] = \{(.*?)\}", source, re.S):
        later |= set(STRING.findall(rows))
    return keys, later


# The rules. Each yields its findings.

def commands_and_options():
    bits = teduh_options()
    commands = teduh_commands()
    heads = {command_of(h): h for h in
             items(page("teduh.1").partition(".Sh OUTPUT")[0])
             if command_of(h)}
    yield from both_ways("teduh.1", set(heads), set(commands))
    for name, head in heads.items():
        given, usage = commands.get(name, ((), ""))
        takes = [bits[bit] for bit in given]
        shown = options_of(head)
        yield from both_ways(f"teduh.1: {name}", {
            w for m, w in words(head) if m == "Ar"}, arguments_of(usage))
        for one in takes:
            if not one & shown:
                yield f"teduh.1: {name} lacks {sorted(one)[0]}"
        for one in sorted(shown - set().union(*takes)):
            yield f"teduh.1: {name} does not take {one}"


def all_options():
    shown = set()
    for word in re.findall(r"\bFl ((?:-?[a-z-]+(?: , )?)+)",
                           page("teduh.1")):
        shown |= {"-" + one for one in word.split(" , ")}
    yield from both_ways("teduh.1", shown, set().union(
        *teduh_options().values(), compared_options(
            r'strcmp\(argv\[1\], "(--\w+)"\)', "tools/main.c")))


def usage_lines():
    """What help prints takes no other options than the table."""
    bits = teduh_options()
    for name, (given, usage) in teduh_commands().items():
        shown = set(re.findall(r"(?<!\w)--?[a-z][a-z-]*", usage))
        takes = [bits[bit] for bit in given]
        for one in sorted(shown - set().union(*takes)):
            yield f"help of '{name}': does not take {one}"
        for one in takes:
            if not one & shown:
                yield f"help of '{name}': lacks {sorted(one)[0]}"


def shown_in_items(name):
    found = set()
    for head in items(page(name)):
        found |= options_of(head)
    return found


def teduhd_options():
    wanted = set(getopt_options("daemon/main.c"))
    yield from both_ways("teduhd.8", shown_in_items("teduhd.8"), wanted)
    inside = set(compared_options(r'strcmp\(argv\[1\], "(--\w+)"\)',
                                  "daemon/main.c"))
    for one in sorted(inside):
        if not re.search(r"^\.Fl %s\b" % re.escape(one[1:]),
                         page("teduhd.8"), re.M):
            yield f"teduhd.8: lacks {one}"


def admin_options():
    wanted = set(getopt_options("daemon/admin/main.c"))
    wanted |= set(compared_options(
        r'strcmp\(argv\[\w+\], "(--[\w-]+|-\w)"\)',
        *(p.relative_to(ROOT).as_posix()
          for p in sorted((ROOT / "daemon/admin").glob("*.c")))))
    yield from both_ways("teduh-admin.8", shown_in_items("teduh-admin.8"),
                         wanted)


def oauth_options():
    wanted = set(getopt_options("daemon/oauth/main.c"))
    yield from both_ways("teduh-oauth.8", shown_in_items("teduh-oauth.8"),
                         wanted)
    shown = {command_of(h) for h in items(page("teduh-oauth.8"))} - {""}
    rows = table("daemon/oauth/main.c", r"commands\[\]")
    yield from both_ways("teduh-oauth.8", shown, set(STRING.findall(rows)))


def admin_commands():
    wanted = set(re.findall(r'\{ "(\w+)", admin_', table(
        "daemon/admin/main.c", r"\bcommands\[\]")))
    shown = {command_of(h) for h in items(page("teduh-admin.8"))} - {""}
    yield from both_ways("teduh-admin.8", shown, wanted)


def dotted(keys):
    return {".".join(filter(None, pair)) for pair in keys}


def keys_of_page():
    shown, section = set(), None
    for line in page("teduh.conf.5").split("\n"):
        if line.startswith(".Ss "):
            section = line.removeprefix(".Ss Section ") \
                if line.startswith(".Ss Section ") else ""
        elif line.startswith(".Sh "):
            section = None
        elif line.startswith(".It Cm ") and section is not None:
            shown |= {(section, word) for macro, word in words(line[4:])
                      if macro == "Cm"}
    yield from both_ways("teduh.conf.5", dotted(shown),
                         dotted(config_keys()[0]))


def keys_of_example():
    keys, later = config_keys()
    shown, section = set(), ""
    for line in text_of("config/teduh.conf").split("\n"):
        if match := re.match(r"(\w+)( [\w-]+)? \{$", line):
            section = match.group(1)
            shown.add(("", section))
        elif line == "}":
            section = ""
        elif match := re.match(r"#?\s*(\w+)\s*=", line):
            shown.add((section, match.group(1)))
    wanted = {(section, key) for section, key in keys if key not in later}
    yield from both_ways("config/teduh.conf", dotted(shown), dotted(wanted))


def environment():
    for top, name in (("tools", "teduh.1"), ("daemon", "teduhd.8")):
        used = set()
        for source in sorted((ROOT / top).rglob("*.c")):
            used |= set(re.findall(r'getenv\("(\w+)"\)',
                                   source.read_text(encoding="utf-8")))
        shown = {word for head in items(page(name))
                 for macro, word in words(head) if macro == "Ev"}
        yield from both_ways(name, shown, used)


# Where a path is put together, and the name that is put at its end.
NAMES = (
    ("daemon", r'path\), "%s/((?:state/)?[a-z][a-z.]*-?)'),
    ("daemon", r'aside\), "%s/([a-z.]+)'),
    ("daemon", r'"%s/(state/[a-z]+-?)'),
    ("daemon", r'store_path\([^"]*"([a-z.-]+)"'),
    ("daemon", r'add_file\(j, \w+, "([a-z]+)"'),
    ("daemon", r'#define (?:BACKUP_(?!NAME)\w+|COPY|UNFINISHED)\s+"(\S+)"'),
    ("tools", r'#define ANSWER\s+"(\S+)"'),
    ("tools", r'#define EDITOR_KIND_SAVED\s+"(\S+)"'),
    ("tools", r'#define NAME_HEAD\s+"/(teduh\.)"'),
    ("tools", r'"%s/(teduh-)%'),
    ("tools", r'description\), "(teduh:)%s"'),
    ("tools", r'(?:read_file|write_file|write_json)\(v, "([a-z]+)"'),
    ("tools", r'local_name\(v, name, "([a-z]+)"'),
    ("tools", r'sizeof\(name\) - len, "(\.[a-z]+)"'),
)
NO_FILE = {"state"}         # the folder of others


def files():
    """Every file name that the sources put together stands in the page."""
    body = page("teduh-files.5")
    shown = " ".join(items(body) + re.findall(r"\bPa (\S+)", body))
    for top, pattern in NAMES:
        found = set()
        for source in sorted((ROOT / top).rglob("*.[ch]")):
            found |= set(re.findall(
                pattern, source.read_text(encoding="utf-8"), re.S))
        if not found:
            yield f"no source has {pattern} any more"
        for name in sorted(found - NO_FILE):
            if not re.search(r"(?<![a-z])" * name[0].isalpha() +
                             re.escape(name), shown):
                yield f"teduh-files.5: lacks {name}"
    for name in STRING.findall(re.search(
            r"\bours\[\] = \{(.*?)\}",
            text_of("daemon/admin/secret_files.c"), re.S).group(1)):
        if name not in shown.split():
            yield f"teduh-files.5: lacks {name}"


def exit_codes():
    body = re.search(r"enum args_exit \{(.*?)\}", text_of("tools/args.h"),
                     re.S).group(1)
    shown = {h for h in items(page("teduh.1")) if h.isdigit()}
    yield from both_ways("teduh.1", shown, set(re.findall(r"= (\d+)", body)))


def lint():
    if shutil.which("mandoc") is None:
        raise tap.Skip("there is no mandoc")
    for name in PAGES:
        result = subprocess.run(
            ["mandoc", "-Tlint", "-Wwarning", str(ROOT / "doc/man" / name)],
            capture_output=True, text=True)
        for line in (result.stdout + result.stderr).splitlines():
            yield line.replace(str(ROOT) + "/", "")
        if result.returncode != 0:
            yield f"{name}: mandoc ends with {result.returncode}"


def main():
    rules = (
        ("teduh.1 has every command with its options", commands_and_options),
        ("teduh.1 has every option", all_options),
        ("teduh help names every option of a command", usage_lines),
        ("teduhd.8 has every option", teduhd_options),
        ("teduh-admin.8 has every option", admin_options),
        ("teduh-admin.8 has every command", admin_commands),
        ("teduh-oauth.8 has every command and option", oauth_options),
        ("teduh.conf.5 has every key", keys_of_page),
        ("config/teduh.conf has every key", keys_of_example),
        ("the pages have every variable of the environment", environment),
        ("teduh.1 has every exit code", exit_codes),
        ("teduh-files.5 has every file", files),
        ("mandoc finds nothing", lint),
    )
    return tap.run(rules)


if __name__ == "__main__":
    sys.exit(main())
