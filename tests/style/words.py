#!/usr/bin/env python3
"""Hold the command line's words to their catalogues: words.py [BUILD-FOLDER]

One TAP line per rule; the findings of a rule stand below it.  Exit 1 when a
rule is broken.  The sentences are read from the sources; the build folder
(else build/hard) gives the list of what the service says.
"""

import pathlib
import re
import shutil
import subprocess
import sys

import tap

ROOT = pathlib.Path(__file__).resolve().parents[2]
LANGUAGES = ("id", "et")
STRING = r'"(?:\\.|[^"\\\n])*"'
# What follows is printed for people.
PRINTS = re.compile(
    r"(?<![\w.>])(printf|fprintf|puts|fputs|snprintf|buf_addf|buf_adds|"
    r"render_say|render_put|commands_done|json_sprintf|say|ask|complain|"
    r"prompt_\w+|table_\w+|screen_\w+|usage|refuse|deny|render_drafts|"
    r"commands_drafts|progress_\w+|fail|err_set)\s*\(")
MARKED = re.compile(r"(?<!\w)(?:_|N_|C_|words_count|words_for)\s*\($")
# What render_when() knows of a time.
TIME = {"%a", "%b", "%d", "%e", "%m", "%H", "%M", "%Y"}
# No words: paths and members of the API, MIME types, what is typed.
NO_WORDS = re.compile(r"/v1/|application/|https?:|^teduh |^[\w.-]*$")


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


def sources():
    return sorted(p.relative_to(ROOT).as_posix()
                  for p in (ROOT / "tools").rglob("*.c"))


def without_comments(text):
    def blank(match):
        word = match.group(0)
        return word if word[0] in "\"'" else \
            re.sub(r"[^\n]", " ", word)
    return re.sub(r'/\*.*?\*/|//[^\n]*|' + STRING + r"|'(?:\\.|[^'\\\n])*'",
                  blank, text, flags=re.S)


def call_body(text, begin):
    """From behind an opening parenthesis to the one that closes it."""
    depth, i = 1, begin
    while i < len(text) and depth:
        if text[i] == '"':
            i = re.compile(STRING).match(text, i).end()
            continue
        if text[i] == "'":
            i = re.compile(r"'(?:\\.|[^'\\\n])*'").match(text, i).end()
            continue
        depth += {"(": 1, ")": -1}.get(text[i], 0)
        i += 1
    return text[begin:i - 1]


def unmarked(body):
    """Strings of a call that are not inside a mark."""
    i, stack = 0, []
    while i < len(body):
        if body[i] == "(":
            stack.append(bool(MARKED.search(body[:i + 1])))
        elif body[i] == ")" and stack:
            stack.pop()
        elif body[i] == '"':
            end = re.compile(STRING).match(body, i).end()
            if not any(stack):
                yield body[i + 1:end - 1]
            i = end
            continue
        i += 1


def is_words(text):
    """At least two words, or one with a letter case of a sentence."""
    if NO_WORDS.search(text):
        return False
    plain = re.sub(r"%[-0-9.*]*(?:l|ll|z|h)?[a-zA-Z]|\\.", " ", text)
    return re.search(r"[A-Za-z]{2,}[ ,:;]+[A-Za-z]{2,}", plain) is not None


def unmarked_sentences():
    for name in sources():
        text = without_comments(text_of(name))
        for call in PRINTS.finditer(text):
            if call.group(1) == "err_set":
                continue        # asks for its format itself
            for one in unmarked(call_body(text, call.end())):
                if is_words(one):
                    line = text.count("\n", 0, call.start()) + 1
                    yield f'{name}:{line}: not in _(): "{one}"'


def json_is_not_translated():
    """What --json prints is the same in every language."""
    for name in sources():
        text = without_comments(text_of(name))
        for call in re.finditer(r"json_string\s*\(", text):
            body = call_body(text, call.end())
            if re.search(r"(?<!\w)(_|words_for)\s*\(", body):
                line = text.count("\n", 0, call.start()) + 1
                yield f"{name}:{line}: a translated word in an object"


def arguments_are_known():
    """The capital words of usage lines have a translation."""
    known = set(re.findall(r'C_\("argument", "([A-Z]+)"\)',
                           text_of("tools/words.c")))
    for name in ("tools/commands/commands.c", "tools/commands/help.c"):
        for row in re.findall(r"\{ *(?:OPT_\w+, )?" + r'"[a-z-].*?\}',
                              text_of(name), re.S):
            typed = "".join(re.findall(STRING, row.partition("N_(")[0]))
            for word in sorted(set(re.findall(r"\b[A-Z]+\b", typed))):
                if word not in known:
                    yield f"tools/words.c: lacks the argument {word} ({name})"


def vocabulary():
    """States of the store, reasons of post, flags and ranks have words."""
    known = set(re.findall(r'C_\("([\w-]+)", "([\w-]+)"\)',
                           text_of("tools/words.c")))
    wanted = set()
    schemas = "".join(p.read_text(encoding="utf-8") for p in
                      sorted((ROOT / "schemas").glob("[0-9]*.sql")))
    for kind, moves in re.findall(
            r"INSERT INTO (case|draft|delivery)_move \(was, state\) VALUES"
            r"(.*?);", schemas, re.S):
        wanted |= {(kind, word) for word in re.findall(r"'([\w-]+)'", moves)}
    wanted |= {("blocked", word) for word in re.findall(
        r'(?:return|\?|:) "([a-z-]+)"', text_of("daemon/post/check.c"))}
    view = re.search(r"^flags\(.*?^}", text_of("daemon/reader/view.c"),
                     re.S | re.M).group(0)
    wanted |= {("flag", word) for word in re.findall(
        r'(?:, |json_string\()"([a-z-]+)"', view)}
    ranks = re.search(r"rank_words\[\] = \{(.*?)\}",
                      text_of("lib/roster_entry.c"), re.S).group(1)
    wanted |= {("role", word) for word in re.findall(r'"(\w+)"', ranks)}
    for kind, word in sorted(wanted - known):
        yield f'tools/words.c: lacks {kind} "{word}"'
    if len(wanted) < 40:
        yield f"only {len(wanted)} words were found in the sources"


def template(build):
    made = subprocess.run(
        ["sh", str(ROOT / "po/sentences"), str(ROOT), str(build), "0"],
        capture_output=True, text=True)
    if made.returncode != 0 or made.stderr:
        sys.exit(f"po/sentences: {made.stderr}")
    return made.stdout


def entries(text):
    """{(context, sentence): (plural, [translations], flags)}"""
    found = {}
    for block in text.split("\n\n"):
        part, key, flags = {}, None, ""
        for line in block.split("\n"):
            if line.startswith("#,"):
                flags += line
            match = re.match(r'(\w+(?:\[\d\])?) (".*")$', line)
            if match:
                key = match.group(1)
                part[key] = match.group(2)[1:-1]
            elif line.startswith('"') and key:
                part[key] += line[1:-1]
        if part.get("msgid"):
            found[part.get("msgctxt"), part["msgid"]] = (
                part.get("msgid_plural"),
                [v for k, v in part.items() if k.startswith("msgstr")],
                flags)
    return found


def need_gettext():
    if not all(shutil.which(one) for one in ("xgettext", "msgfmt")):
        raise tap.Skip("there is no gettext")


def complete(build):
    need_gettext()
    wanted = entries(template(build))
    for language in LANGUAGES:
        name = f"po/{language}.po"
        there = entries(text_of(name))
        for key in sorted(set(wanted) - set(there), key=str):
            yield f'{name}: lacks "{key[1]}" (make update-po)'
        for key in sorted(set(there) - set(wanted), key=str):
            yield f'{name}: nobody says "{key[1]}" (make update-po)'
        for key, (_, said, flags) in sorted(there.items(), key=str):
            if not all(said):
                yield f'{name}: not translated: "{key[1]}"'
            if "fuzzy" in flags:
                yield f'{name}: fuzzy: "{key[1]}"'


def conversions(text):
    return sorted(re.sub(r"^%\d\$", "%", one) for one in re.findall(
        r"%(?:\d\$)?[-0-9.]*(?:<\w+>|l*[a-zA-Z]|z[a-z])",
        text.replace("%%", "")))


def formats():
    """The same conversions, quotes, ends and line ends as the sentence."""
    need_gettext()
    for language in LANGUAGES:
        name = f"po/{language}.po"
        check = subprocess.run(
            ["msgfmt", "--check", "--check-format", "-o", "/dev/null",
             str(ROOT / name)], capture_output=True, text=True)
        for line in check.stderr.splitlines():
            yield line.replace(str(ROOT) + "/", "")
        for (_, sentence), (plural, said, _) in entries(
                text_of(name)).items():
            for one in said:
                wanted = (conversions(sentence), conversions(plural or
                                                             sentence))
                if re.search("%[HMYb]", sentence):
                    wrong = set(conversions(one)) - TIME
                else:
                    wrong = conversions(one) not in wanted
                if wrong:
                    yield f'{name}: other conversions in "{one}"'
                if one.count("\\n") != sentence.count("\\n"):
                    yield f'{name}: other line ends in "{one}"'
                if sentence.endswith(" ") != one.endswith(" "):
                    yield f'{name}: another end in "{one}"'


def commands_stay():
    """What is typed is the same: teduh COMMAND, --option, VARIABLE."""
    commands = set(re.findall(r'^\t\{ "([a-z-]+)',
                              text_of("tools/commands/commands.c"), re.M))
    typed = re.compile(
        rf"(?<![\w-])(?:teduh (?:{'|'.join(sorted(commands))})"
        r"|teduh-admin [a-z]+|--[a-z][a-z-]+|-m"
        r"|TEDUH_HOME|EDITOR|TMPDIR)\b")
    for language in LANGUAGES:
        name = f"po/{language}.po"
        for (_, sentence), (_, said, _) in entries(text_of(name)).items():
            for one in said:
                missing = set(typed.findall(sentence)) - \
                    set(typed.findall(one))
                for word in sorted(missing):
                    yield f'{name}: lacks "{word}" in "{one}"'


def polite():
    """Staff are spoken to politely: po/GLOSSARY.md."""
    familiar = {"id": "kamu|kau",
                "et": "sa|sina|sind|sinu|sul|sulle|sinuga|oled|tead|pead"}
    for language, words in familiar.items():
        texts = [(f"po/{language}.po", one)
                 for _, said, _ in entries(text_of(f"po/{language}.po"))
                 .values() for one in said]
        for name in ("staff", "staff-news"):
            path = f"config/texts/{language}/{name}.txt"
            texts += [(path, one) for one in text_of(path).splitlines()]
        for name, one in texts:
            if re.search(rf"\b(?:{words})\b", one):
                yield f'{name}: too familiar: "{one}"'


def keys_differ():
    """Single keys are typed on any keyboard and mean one thing each."""
    for language in LANGUAGES:
        name = f"po/{language}.po"
        keys = [said for (context, _), (_, (said, *_), _) in entries(
            text_of(name)).items() if context == "key"]
        if len(keys) < 3:
            yield f"{name}: only {len(keys)} keys were found"
        for one in keys:
            if not re.fullmatch("[a-z]", one):
                yield f'{name}: "{one}" is no small letter of ASCII'
            if keys.count(one) > 1:
                yield f'{name}: the key "{one}" means two things'


def build_folder():
    if len(sys.argv) > 1:
        return pathlib.Path(sys.argv[1]).resolve()
    return ROOT / "build/hard"


def main():
    build = build_folder()
    rules = (
        ("every sentence of tools/ is marked", unmarked_sentences),
        ("no translated word in what --json prints",
         json_is_not_translated),
        ("usage lines have words for their arguments", arguments_are_known),
        ("states, reasons, flags and ranks have words", vocabulary),
        ("id and et are complete", lambda: complete(build)),
        ("translations have the same formats", formats),
        ("what is typed is not translated", commands_stay),
        ("staff are spoken to politely", polite),
        ("single keys are small letters and differ", keys_differ),
    )
    return tap.run(rules)


if __name__ == "__main__":
    sys.exit(main())
