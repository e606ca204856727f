"""The duty list of a desk, as it lies in the store."""

import time

from .intruder import insert, store

HOUR = 3600


def on_duty(service, *rows, desk="youth"):
    """ROWS of (person, level, from, until), in hours from now."""
    now = int(time.time())
    service.stop()
    with store(service) as db:
        for no, (person, level, begins, ends) in enumerate(rows, 1):
            insert(db, "duty", desk=desk, no=no, level=level,
                   person=person, begins=now + int(begins * HOUR),
                   ends=now + int(ends * HOUR), by="maria")
    service.start()
