"""What teduhd does by itself, between two looks of a story at the store: a
receipt that is sent, a wish to erase that clock sees for the first time.  Who
compares two looks waits for it first."""

from .ground import wait_for
from .intruder import peek

ROLES = {"intake", "web", "post", "clock", "bell"}


def is_at_rest(service):
    return not peek(service, "SELECT 1 FROM delivery WHERE state IN "
                    "('due', 'sending') UNION ALL SELECT 1 FROM erasure "
                    "WHERE state = 'asked' AND seen IS NULL")


def at_rest(service):
    """Until no mail is about to leave and clock has seen each wish."""
    wait_for("teduhd to be at rest", lambda: is_at_rest(service))
