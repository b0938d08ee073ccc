"""A thousand edits of the stored rows, each found and named.

Every edit is made by raw SQL with the triggers dropped, checked, and rolled back.
The seed is printed; ``FANGXIAN_SEED`` plays it again, ``FANGXIAN_EDITS`` makes more.
"""
# ruff: noqa: S608 -- the statements are made of this file's own names

import os
import random
import secrets
from collections import Counter
from itertools import product

import pytest
from django.db import DatabaseError, connection, transaction

from fangxian.mechanisms.journal.verification import What, verify
from tests.unit.mechanisms.journal.acts import DEHUAJIE, FUHUAJIE, fill, lend, lent


EDITS = int(os.environ.get("FANGXIAN_EDITS", "1000"))
COLUMNS = {
    "journal_entry": [
        "id",
        "event",
        "subject",
        "area",
        "payload",
        "tally",
        "person",
        "post",
        "device",
        "happened_at",
        "seal",
    ],
    "journal_leaf": ["number", "entry_id", "numbered_at", "digest", "chain"],
    "journal_checkpoint": [
        "number",
        "size",
        "root",
        "chain",
        "peaks",
        "signature",
        "made_at",
    ],
    "journal_tally": ["measure", "day", "area", "kind", "n"],
}

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif(
        connection.vendor != "sqlite", reason="edits SQLite's rows behind its back"
    ),
]


@pytest.fixture
def unguarded():
    """A signed journal of 61 entries whose triggers somebody has dropped.

    No two counters are equal, else to exchange them would change nothing.
    """
    lend(1001, tally=[lent(FUHUAJIE, n=2), lent(DEHUAJIE, kind="hotel")])
    fill(60)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute("PRAGMA defer_foreign_keys = ON")
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        yield cursor
        cursor.execute("PRAGMA ignore_check_constraints = OFF")


def rows_of(cursor, table):
    columns = ", ".join(f"+{column}" for column in COLUMNS[table])
    cursor.execute(f"SELECT rowid, {columns} FROM {table}")
    names = ["rowid", *COLUMNS[table]]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def bent(rng, value):
    """Give another value, as like the old one as can be."""
    if value is None:
        return rng.choice([0, 1, 11])
    if isinstance(value, int):
        return rng.choice(
            [value + 1, value - 1, value + 1000, -value, str(value) + "x"]
        )
    if isinstance(value, bytes):
        place = rng.randrange(len(value))
        flipped = bytes([value[place] ^ (1 << rng.randrange(8))])
        return rng.choice(
            [value[:place] + flipped + value[place + 1 :], value[:-1], value.hex()]
        )
    if not value:
        return "hotel"
    place = rng.randrange(len(value))
    return rng.choice(
        [
            value[:place] + chr(ord(value[place]) ^ 1) + value[place + 1 :],
            value[:place] + value[place + 1 :],
            value + " ",
            value.swapcase(),
            value.encode(),
        ]
    )


def change(rng, cursor, table):
    row = rng.choice(rows_of(cursor, table))
    column = rng.choice(COLUMNS[table])
    cursor.execute(
        f"UPDATE {table} SET {column} = %s WHERE rowid = %s",
        [bent(rng, row[column]), row["rowid"]],
    )
    return row


def delete(rng, cursor, table):
    row = rng.choice(rows_of(cursor, table))
    cursor.execute(f"DELETE FROM {table} WHERE rowid = %s", [row["rowid"]])
    return row


def insert(rng, cursor, table):
    """Add a row that is like another in all but its key, or in a little more."""
    row = dict(rng.choice(rows_of(cursor, table)))
    if table == "journal_tally":
        row["area"] += rng.randrange(1, 9)
    else:
        key = COLUMNS[table][0]
        row[key] = max(r[key] for r in rows_of(cursor, table)) + rng.randrange(1, 5)
    if table == "journal_entry":
        row["subject"] = rng.choice([row["subject"], "book:1000"])
    if table == "journal_leaf":
        row["entry_id"] = row["number"]
    if table == "journal_checkpoint":
        row["size"] += rng.randrange(1, 9)
    names = ", ".join(COLUMNS[table])
    places = ", ".join(["%s"] * len(COLUMNS[table]))
    cursor.execute(
        f"INSERT INTO {table} ({names}) VALUES ({places})",
        [row[column] for column in COLUMNS[table]],
    )
    return row


def swap(rng, cursor, table):
    """Exchange one field of two rows, numbers by way of a value that is free."""
    one, other = rng.sample(rows_of(cursor, table), 2)
    column = rng.choice(COLUMNS[table])
    if one[column] == other[column]:
        return None
    write = f"UPDATE {table} SET {column} = %s WHERE rowid = %s"
    if column == COLUMNS[table][0] and table != "journal_tally":
        by_key = f"UPDATE {table} SET {column} = %s WHERE {column} = %s"
        cursor.execute(by_key, [-99, one[column]])
        cursor.execute(by_key, [one[column], other[column]])
        cursor.execute(by_key, [other[column], -99])
        return one
    if isinstance(one[column], int):
        cursor.execute(write, [-99, one["rowid"]])  # while the other has its value
    cursor.execute(write, [one[column], other["rowid"]])
    cursor.execute(write, [other[column], one["rowid"]])
    return one


def contents(cursor):
    """Give what the tables hold, whatever the place of the rows in the file."""
    held = {}
    for table in COLUMNS:
        rows = rows_of(cursor, table)
        held[table] = sorted(repr({**row, "rowid": None}) for row in rows)
    return held


def names_it(faults, table, row):
    """Whether a fault points at this row: by entry, by number, or by its counter."""
    if table == "journal_entry":
        return any(row["id"] in (fault.entry, fault.number) for fault in faults)
    if table == "journal_leaf":
        return any(
            fault.number == row["number"] or fault.entry == row["entry_id"]
            for fault in faults
        )
    if table == "journal_checkpoint":
        about = {What.CHECKPOINT_MISSING, What.CHECKPOINT_CHANGED, What.LOG_CUT}
        return any(fault.what in about for fault in faults)
    return any(fault.what is What.COUNTER_DIFFERS for fault in faults)


def test_every_change_deletion_insertion_and_swap_is_named(unguarded, record_property):
    seed = int(os.environ.get("FANGXIAN_SEED") or secrets.randbits(32))
    print(f"FANGXIAN_SEED={seed}")  # noqa: T201 -- pytest shows it with a failure
    rng = random.Random(seed)
    untouched = contents(unguarded)
    assert verify().faults == ()
    done, missed = Counter(), []
    while done.total() < EDITS:
        edit = rng.choice([change, change, delete, insert, swap])
        table = rng.choice(list(COLUMNS))
        mark = transaction.savepoint()
        try:
            row = edit(rng, unguarded, table)
            if row is not None and contents(unguarded) != untouched:
                done[edit.__name__, table] += 1
                if not names_it(verify().faults, table, row):
                    missed.append((edit.__name__, table, row))
        except DatabaseError:
            pass  # the database refused this edit: draw another
        finally:
            transaction.savepoint_rollback(mark)

    record_property("done", dict(done))  # for campaigns/tampering.py
    record_property("missed", len(missed))
    assert missed == []
    assert verify().faults == ()
    kinds = {edit.__name__ for edit in (change, delete, insert, swap)}
    assert set(done) == set(product(kinds, COLUMNS))
