"""How many of the labelled letters the rules weigh rightly.

Recall of urgency n: of the letters that are n, how many the rules call n.
At least n: of those that are n or more, how many are called n or more; that is
the figure that counts, for what is too urgent is only read too early.
"""
import argparse
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "tests"))

from lib import triage                                      # noqa: E402


def percent(value):
    return "  -  " if value is None else f"{100 * value:4.0f}%"


def table(name, some):
    print(f"{name}: {len(some)} letters")
    print("  urgency letters recall precision   at least: recall precision")
    for urgency in (3, 2, 1, 0):
        f = triage.figures(some, urgency)
        print(f"  {urgency:7} {f['letters']:7} {percent(f['recall'])}  "
              f"{percent(f['precision'])}              "
              f"{percent(f['at_least'])} "
              f"{percent(f['at_least_precision'])}")


def areas(some):
    named = [one for one in some if one.areas]
    found = sum(set(one.areas) <= set(one.said_areas) for one in named)
    print(f"areas: all named in {found} of {len(named)} letters that have "
          "one")


def main():
    parser = argparse.ArgumentParser(prog="dev/bench")
    parser.add_argument("what", choices=["triage"])
    parser.add_argument("--wrong", action="store_true",
                        help="name the letters that are weighed wrongly")
    show = parser.parse_args().wrong
    every = triage.weigh()
    for part in dict.fromkeys(triage.PARTS.values()):
        some = [one for one in every if one.part == part]
        for language in triage.LANGUAGES:
            table(f"{language}, {part}",
                  [one for one in some if one.language == language])
        table(f"all, {part}", some)
        areas(some)
    for one in every if show else ():
        if one.said != one.urgency:
            print(f"{one.language} {one.part} {one.number} is {one.urgency}, "
                  f"said {one.said} ({one.rules}): {one.text}",
                  file=sys.stderr)


if __name__ == "__main__":
    main()
