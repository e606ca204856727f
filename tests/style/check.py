#!/usr/bin/env python3
"""Hold the tree to its style: check.py [BUILD-FOLDER]

One TAP line per rule; the findings of a rule stand below it.  Exit 1 when a
rule is broken.  What objects export is looked at only in a build folder
(given, or the current folder when it is one).
"""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import tap

ROOT = pathlib.Path(__file__).resolve().parents[2]
SUBTREES = ("lib", "daemon", "tools", "tests")
MAX_LINE, MAX_FUNCTION, MAX_FILE = 80, 100, 600

# Where quoted includes may point, the longest matching folder counts.
# "daemon" itself stands for the small helpers daemon/*.h.
ROLE = ("daemon/desk", "daemon/store", "daemon/http", "daemon", "lib")
MAY_INCLUDE = {
    "lib": ("lib",),
    "daemon/store": ("daemon/store", "schemas", "lib"),
    "daemon/desk": ("daemon/desk", "daemon/store", "daemon", "lib"),
    "daemon/http": ("daemon/http", "daemon/desk", "daemon", "lib"),
    "daemon/reader": ("daemon/reader", "daemon", "lib"),
    "daemon/oauth": ("daemon/oauth", "daemon", "lib"),
    "daemon/admin": ("daemon/admin", "daemon/desk", "daemon/store",
                     "daemon", "lib"),
    "daemon": ("daemon/desk", "daemon/store", "daemon", "lib"),
    "tools": ("tools", "lib"),
}
for role in ("intake", "web", "api", "post", "clock", "bell"):
    MAY_INCLUDE["daemon/" + role] = ("daemon/" + role,) + ROLE

# How desk/reading.c and the reader speak: headers for both ends.
ALSO = {"daemon/reader": {"daemon/desk/reading.h",
                          "daemon/desk/reading_frame.h"},
        # Crash points of what only the store does.
        "daemon/store": {"daemon/crash.h"}}

# Who may see which library.
LIBRARIES = (
    (r"sodium(\.h|/)", ("lib/",)),
    (r"sqlite3\.h", ("daemon/store/",)),
    (r"libetpan/", ("daemon/intake/",)),
    (r"gmime/", ("daemon/reader/",)),
    (r"pcre2\.h", ("daemon/reader/",)),
    (r"microhttpd\.h", ("daemon/http/",)),
    (r"curl/", ("daemon/post/", "tools/client", "daemon/oauth/")),
    (r"seccomp\.h", ("daemon/sandbox.c", "daemon/reader/")),
)

BANNED = ("strcpy stpcpy strcat sprintf vsprintf gets strtok system popen "
          "rand srand random tmpnam tempnam mktemp alloca").split()
LOGGING = ("printf vprintf fprintf vfprintf dprintf vdprintf puts fputs "
           "putchar perror syslog vsyslog warn warnx").split()
LEAVING = "exit _exit _Exit quick_exit abort err errx".split()
# The one place where running out of memory ends the process.
MAY_LEAVE = {("lib/buf.c", "mem_out")}

# The module that a file belongs to, where its name does not say so.
MODULE = {"daemon/store/sqlite": "store", "daemon/store/sqlite_open": "store",
          "daemon/store/sqlite_migrate": "store",
          "daemon/store/sqlite_backup": "store"}


def files(*suffixes):
    found = []
    for top in SUBTREES:
        for suffix in suffixes:
            found += (ROOT / top).rglob("*" + suffix)
    return sorted(p.relative_to(ROOT).as_posix() for p in found)


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


def code_of(name):
    """The text with comments and strings blanked; lines stay in place."""
    def blank(match):
        word = match.group(0)
        if word[0] in "\"'":
            return word[0] * 2
        return "\n" * word.count("\n")
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"'
                  r"|'(?:\\.|[^'\\\n])*'", blank, text_of(name), flags=re.S)


def functions(name):
    """(name, first line, last line) of each function, in KNF."""
    lines = code_of(name).split("\n")
    start = None
    for number, line in enumerate(lines, 1):
        if line.rstrip() == "{":
            start = number
        elif line.rstrip() == "}" and start is not None:
            head = start - 1
            while head > 1 and not re.match(r"[a-z_]\w*\(", lines[head - 1]):
                head -= 1
            word = re.match(r"\w*", lines[head - 1]).group(0)
            yield word, head - 1, number
            start = None


def calls(name, words):
    pattern = re.compile(r"(?<![\w.>])(%s)\s*\(" % "|".join(words))
    for number, line in enumerate(code_of(name).split("\n"), 1):
        for match in pattern.finditer(line):
            yield number, match.group(1)


def includes(name):
    pattern = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)')
    for number, line in enumerate(text_of(name).split("\n"), 1):
        if match := pattern.match(line):
            yield number, match.group(1) == '"', match.group(2)


def folder_rule(name):
    folder = os.path.dirname(name)
    while folder and folder not in MAY_INCLUDE:
        folder = os.path.dirname(folder)
    return folder


# The rules. Each yields its findings.

def line_length():
    sql = [p.relative_to(ROOT).as_posix()
           for p in sorted((ROOT / "schemas").glob("*.sql"))]
    for name in files(".c", ".h") + sql:
        for number, line in enumerate(text_of(name).split("\n"), 1):
            if len(line.expandtabs(8)) > MAX_LINE:
                yield f"{name}:{number}: more than {MAX_LINE} columns"


def function_length():
    for name in files(".c"):
        for word, first, last in functions(name):
            if last - first + 1 > MAX_FUNCTION:
                yield f"{name}:{first}: {word} has {last - first + 1} lines"


def file_length():
    for name in files(".c", ".h"):
        count = text_of(name).count("\n")
        if count > MAX_FILE:
            yield f"{name}: {count} lines"


def opening_comment():
    for name in files(".c"):
        if not text_of(name).startswith("/*"):
            yield f"{name}:1: no opening comment"


def banned_calls():
    for name in files(".c", ".h"):
        if name.startswith("tests/"):
            continue            # strings of their own, under sanitizers
        for number, word in calls(name, BANNED):
            yield f"{name}:{number}: {word}()"


def no_logging():
    for name in files(".c", ".h"):
        if not name.startswith(("lib/", "daemon/desk/", "daemon/store/")):
            continue
        for number, word in calls(name, LOGGING):
            yield f"{name}:{number}: {word}()"
        for number, quoted, what in includes(name):
            if quoted and what == "daemon/log.h":
                yield f"{name}:{number}: {what}"


def no_leaving():
    for name in files(".c", ".h"):
        words = LEAVING
        if name.startswith(("daemon/desk/", "daemon/store/")):
            # A child between fork and exec may _exit().
            words = [w for w in LEAVING if w != "_exit"]
        elif not name.startswith("lib/"):
            continue
        where = list(functions(name))
        for number, word in calls(name, words):
            function = next((w for w, first, last in where
                             if first <= number <= last), None)
            if not {(name, function), (name, None)} & MAY_LEAVE:
                yield f"{name}:{number}: {word}()"


def include_directions():
    for name in files(".c", ".h"):
        rule = folder_rule(name)
        for number, quoted, what in includes(name):
            if not quoted:
                continue
            if what == "config.h":
                continue
            if "/" not in what or what.startswith("."):
                yield f"{name}:{number}: '{what}' is not from the top"
                continue
            if not rule:
                continue
            target = os.path.dirname(what)
            allowed = MAY_INCLUDE[rule]
            if rule in ("lib", "tools"):
                target = target.split("/")[0]
            if target not in allowed and what not in ALSO.get(rule, ()):
                yield f"{name}:{number}: {rule} may not include '{what}'"


def library_headers():
    for name in files(".c", ".h"):
        if name.startswith("tests/"):
            continue
        for number, quoted, what in includes(name):
            for pattern, places in LIBRARIES:
                if re.match(pattern, what) and not name.startswith(places):
                    yield f"{name}:{number}: <{what}>"


def include_guards():
    seen = {}
    for name in files(".h"):
        text = code_of(name).strip()
        match = re.match(r"#ifndef (\w+)\n#define (\w+)\n", text)
        if not match or match.group(1) != match.group(2):
            yield f"{name}: does not begin with its guard"
            continue
        guard = match.group(1)
        if not re.fullmatch(r"TEDUH_\w+_H", guard):
            yield f"{name}: the guard is '{guard}'"
        if guard in seen:
            yield f"{name}: has the guard of {seen[guard]}"
        if not text.endswith("#endif"):
            yield f"{name}: ends behind its guard"
        seen[guard] = name


def compiler_flags(build, scratch):
    flags = ["-std=gnu17", "-fsyntax-only", "-x", "c", f"-I{ROOT}"]
    if build is not None:
        flags.append(f"-I{build}")
    else:
        # What a build would make and headers want.
        (scratch / "schemas").mkdir()
        made = subprocess.run(
            ["awk", "-f", "schemas/embed.awk", "-v", "what=h",
             "schemas/statements.sql"]
            + sorted(f"schemas/{p.name}"
                     for p in (ROOT / "schemas").glob("[0-9]*.sql")),
            cwd=ROOT, capture_output=True, text=True, check=True)
        (scratch / "schemas/statements.h").write_text(made.stdout)
        (scratch / "config.h").write_text("")
        flags.append(f"-I{scratch}")
    for package in ("libsodium", "jansson", "sqlite3", "gmime-3.0",
                    "libmicrohttpd", "libconfuse", "gnutls", "libcurl",
                    "libseccomp", "libxml-2.0"):
        answer = subprocess.run(["pkg-config", "--cflags", package],
                                capture_output=True, text=True)
        flags += answer.stdout.split()
    return flags


def headers_alone(build):
    with tempfile.TemporaryDirectory() as scratch:
        flags = compiler_flags(build, pathlib.Path(scratch))

        def compile_one(name):
            source = f'#include "{name}"\n'
            return name, subprocess.run(
                os.environ.get("CC", "cc").split() + flags + ["-"],
                input=source, capture_output=True, text=True)

        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for name, result in pool.map(compile_one, files(".h")):
                if result.returncode != 0:
                    errors = [line for line in result.stderr.splitlines()
                              if "error:" in line] + ["does not compile"]
                    yield f"{name}: {errors[0].replace(str(ROOT) + '/', '')}"


def prefixes(source):
    """What the names that a file exports may begin with."""
    stem = source.removesuffix(".c")
    folder, word = os.path.split(stem)
    last = os.path.basename(folder)
    found = {last, last.removesuffix("s"), MODULE.get(stem, word)}
    while word:
        found.add(word)
        word = word.rpartition("_")[0]
    return found


def own_headers(source):
    """What the header of the file's module declares.  A file without one of
    its name is a second file of a module of its folder that it includes."""
    stem = source.removesuffix(".c")
    folder, word = os.path.split(stem)
    word = MODULE.get(stem, word)
    while word:
        if (ROOT / folder / (word + ".h")).exists():
            return code_of(f"{folder}/{word}.h")
        word = word.rpartition("_")[0]
    return "".join(code_of(what) for _, quoted, what in includes(source)
                   if quoted and os.path.dirname(what) == folder)


def exports(build):
    if build is None:
        raise tap.Skip("no build folder")
    for path in sorted(build.rglob("*.o")):
        folder = path.parent.relative_to(build).as_posix()
        source = f"{folder}/{path.stem.rpartition('-')[2]}.c"
        if not source.startswith(("lib/", "daemon/", "tools/")) or \
                not (ROOT / source).exists():
            continue
        names = subprocess.run(["nm", "-gP", "--defined-only", str(path)],
                               capture_output=True, text=True).stdout
        header = own_headers(source)
        for line in names.splitlines():
            symbol = line.split()[0]
            if symbol == "main" or symbol.startswith("__"):
                continue
            if any(symbol == p or symbol.startswith(p + "_")
                   for p in prefixes(source)):
                continue
            if not re.search(r"\b%s\b" % re.escape(symbol), header):
                yield f"{source}: exports {symbol}"


def hooks_known():
    """A word that nobody has defined is no error to the preprocessor."""
    for name in files(".c", ".h"):
        if not name.startswith("tests/") and \
                re.search(r"#.*\bTEST_HOOKS\b", code_of(name)) and \
                not {"config.h", "daemon/crash.h"} & {
                    path for _, _, path in includes(name)}:
            yield f"{name}: asks for TEST_HOOKS without <config.h>"


def build_folder():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    if len(sys.argv) > 1 or (folder / "config.status").exists():
        return folder.resolve()
    return None


def main():
    build = build_folder()
    rules = (
        ("lines of at most 80 columns", line_length),
        ("functions of at most 100 lines", function_length),
        ("files of at most 600 lines", file_length),
        ("each .c file says what it is for", opening_comment),
        ("no banned call", banned_calls),
        ("lib, desk and store never log", no_logging),
        ("lib, desk and store never end the process", no_leaving),
        ("includes run down, and from the top", include_directions),
        ("each library is seen in its place only", library_headers),
        ("each header has one guard of its own", include_guards),
        ("each header compiles alone", lambda: headers_alone(build)),
        ("foo.c exports only foo_*", lambda: exports(build)),
        ("test hooks are asked for where they are known", hooks_known),
    )
    return tap.run(rules)


if __name__ == "__main__":
    sys.exit(main())
