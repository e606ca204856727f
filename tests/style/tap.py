"""What the checks of this folder have in common: a rule is a function that
yields what it finds, and each is one line of TAP."""


class Skip(Exception):
    """This rule cannot be asked here; the words say why."""


def run(rules, most=None):
    """The exit code.  rules: (title, function).  most: so many findings of a
    rule are printed."""
    bad = 0
    print(f"1..{len(rules)}")
    for number, (title, rule) in enumerate(rules, 1):
        try:
            findings = sorted(set(rule()))
        except Skip as why:
            print(f"ok {number} - {title} # SKIP {why}")
            continue
        bad += len(findings) > 0
        print(f"{'not ok' if findings else 'ok'} {number} - {title}")
        for finding in findings[:most]:
            print(f"# {finding}")
    return 1 if bad else 0
