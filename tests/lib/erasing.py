"""How far the erasure of a case is, by its row."""

from .ground import wait_for
from .intruder import peek


def erasure(service, case):
    """The row, or None."""
    rows = peek(service, "SELECT * FROM erasure WHERE case_id = ?", case)
    return rows[0] if rows else None


def wait_seen(service, *cases):
    """Until clock has seen these wishes: now the time may be moved, for
    their 72 hours have begun."""
    for case in cases:
        wait_for(f"clock to see the wish for {case}", lambda one=case: (
            row := erasure(service, one)) and row["seen"], 60)


def wait_done(service, case):
    wait_for(f"the end of {case}", lambda: (
        row := erasure(service, case)) and row["state"] == "done", 60)
