#!/usr/bin/env python3
"""Hold the words of return codes to their promise: lists.py

One TAP line per rule; the findings of a rule stand below it.  Exit 1 when a
rule is broken.  dev/words makes the lists; config/words/README says how.
"""

import hashlib
import importlib.machinery
import importlib.util
import pathlib
import re
import sys

import tap

ROOT = pathlib.Path(__file__).resolve().parents[2]
LETTERS = {"en": "a-z", "et": "a-zõäöüšž", "id": "a-z"}
# A list stays once a release has shipped it, or the codes that people have on
# paper would mean something else: sha256 of the file.
FIXED = {
    "en": "b22854d4e95c88e30a3b60446c6facdf"
          "250fedc9effe3f9f07fa99aa96646113",
    "et": "fc4de27cd4a2ae2f7cd5298dfc3d110d"
          "4a4fd073a3158755ee4e812d01097fd9",
    "id": "650b158f49535cc4aa3e05f118a1e245"
          "aaef1ff30186c697e3423c13234b69ca",
}


def load_maker():
    loader = importlib.machinery.SourceFileLoader("maker",
                                                  str(ROOT / "dev/words"))
    module = importlib.util.module_from_spec(
        importlib.util.spec_from_loader("maker", loader))
    sys.dont_write_bytecode = True
    loader.exec_module(module)
    return module


MAKER = load_maker()


def path_of(language):
    return ROOT / f"config/words/{language}.txt"


def words_of(language):
    return path_of(language).read_text(encoding="utf-8").splitlines()


# The rules. Each yields its findings.

def counted():
    for language in LETTERS:
        count = len(words_of(language))
        if count != 7776:
            yield f"{language}: {count} words"
        if not path_of(language).read_bytes().endswith(b"\n"):
            yield f"{language}: no newline at the end"


def letters():
    for language, allowed in LETTERS.items():
        for word in words_of(language):
            if not re.fullmatch(f"[{allowed}]{{4,8}}", word):
                yield f"{language}: '{word}'"


def in_order():
    for language in LETTERS:
        words = words_of(language)
        for one, other in zip(words, words[1:]):
            if one.encode() >= other.encode():
                yield f"{language}: '{other}' behind '{one}'"


def no_stop_words():
    for language in LETTERS:
        stop = MAKER.stop_words(language)
        for word in words_of(language):
            if stop.match(word):
                yield f"{language}: '{word}'"


def far_apart():
    for language in LETTERS:
        near = {}
        for word in map(MAKER.plain, words_of(language)):
            others = {one for short in MAKER.shortened(word)
                      for one in near.get(short, ())}
            for one in others:
                if MAKER.mistakes(word, one) < 2:
                    yield f"{language}: '{word}' and '{one}'"
            for short in MAKER.shortened(word):
                near.setdefault(short, []).append(word)


def in_one_list():
    seen = {}
    for language in LETTERS:
        for word in map(MAKER.plain, words_of(language)):
            if word in seen:
                yield f"'{word}' in {seen[word]} and {language}"
            seen[word] = language


def unchanged():
    for language, wanted in FIXED.items():
        if hashlib.sha256(path_of(language).read_bytes()).hexdigest() != \
                wanted:
            yield f"{language}: is another list"


def stop_lists_bite():
    for language, word in (("en", "murder"), ("et", "surmad"),
                           ("id", "pembunuh")):
        if not MAKER.stop_words(language).match(word):
            yield f"{language}: lets '{word}' pass"


def main():
    rules = (
        ("a list has 7,776 words", counted),
        ("words have 4 to 8 small letters", letters),
        ("words are sorted, none stands twice", in_order),
        ("no rude, sad or frightening word", no_stop_words),
        ("any two words are two typing mistakes apart", far_apart),
        ("a word stands in one list only", in_one_list),
        ("the lists are the ones that codes are made with", unchanged),
        ("the stop lists stop", stop_lists_bite),
    )
    return tap.run(rules, most=50)


if __name__ == "__main__":
    sys.exit(main())
