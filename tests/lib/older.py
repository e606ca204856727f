"""A store as an older teduhd left it: taken from a present one by making the
tables of that schema (its files are frozen) and copying what they knew."""

import contextlib
import os
import pathlib
import sqlite3

from lib import sodium

SCHEMAS = pathlib.Path(__file__).resolve().parents[2] / "schemas"
APPLICATION_ID = 0x54647568


def tables(db):
    return [name for name, in db.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' "
        "AND name NOT LIKE 'sqlite_%' ORDER BY name")]


def is_schema(table):
    """Which state may follow which is a part of the schema, no content."""
    return table.endswith("_move")


def columns(db, table):
    return [row[1] for row in db.execute(f"PRAGMA table_info({table})")]


def rows(path):
    """{table: sorted rows} of a store that nobody has open."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        return {table: sorted(db.execute(f"SELECT * FROM {table}"), key=repr)
                for table in tables(db)}


def role_signer(secrets, role):
    with open(f"{secrets}/{role}.key", "rb") as f:
        return sodium.Signer(f.read())


def audit_as_first(db, secrets):
    """The audit chain by the rules of its version 1: a line for each field,
    roles sign that hash, and an invitation does not name its key."""
    prev = bytes(sodium.HASH)
    for (seq, at, actor, action, case_id, detail, base, signer,
         signature) in db.execute(
             "SELECT seq, at, actor, action, case_id, detail, base, signer, "
             "signature FROM audit ORDER BY seq").fetchall():
        if action == "invite":
            detail = detail.split()[0]
        digest = sodium.digest("teduh/audit/v1", "\n".join(
            str(one) for one in (
                seq, at, actor, action, case_id or "", detail or "",
                base or "", signer.hex(), prev.hex())).encode())
        if base is None:
            signature = role_signer(secrets, actor).sign(
                "teduh/audit/v1", digest)
        db.execute("UPDATE audit SET detail = ?, signature = ?, prev = ?, "
                   "hash = ? WHERE seq = ?",
                   (detail, signature, prev, digest, seq))
        prev = digest


def to_schema(data, number, secrets):
    """DATA of a stopped service, back to that schema; the rows it now has."""
    path, aside = f"{data}/store.db", f"{data}/store.old"
    owner = os.stat(path)
    with contextlib.closing(sqlite3.connect(path)) as now, \
            contextlib.closing(sqlite3.connect(aside)) as old:
        for schema in sorted(SCHEMAS.glob("[0-9]*.sql"))[:number]:
            old.executescript(schema.read_text("utf-8"))
        for table in tables(old):
            if is_schema(table):
                continue
            names = columns(old, table)
            assert set(names) <= set(columns(now, table)), table
            old.execute(f"DELETE FROM {table}")
            old.executemany(
                f"INSERT INTO {table} ({', '.join(names)}) VALUES "
                f"({', '.join('?' * len(names))})",
                now.execute(f"SELECT {', '.join(names)} FROM {table}"))
        if number < 5:
            audit_as_first(old, secrets)
        old.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        old.execute(f"PRAGMA user_version = {number}")
        old.commit()
    for end in ("-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path + end)
    os.chown(aside, owner.st_uid, owner.st_gid)
    os.chmod(aside, 0o600)
    os.rename(aside, path)
    return rows(path)
