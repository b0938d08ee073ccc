"""Lets no two tables count from the same number, as in an installation that has lived.

In a new database the first area, the first post and the first task are all number 1,
and a page that confuses them, or prints 1,234 into a link, looks right in every test.
"""

from django.apps import apps
from django.db import connection


STEP = 10_000
ROOM = 5_000


def start_high() -> None:
    """Let the n-th table's own numbers begin behind n times ten thousand."""
    with connection.cursor() as cursor:
        for n, (table, column) in enumerate(_numbered(), start=1):
            _begin_behind(cursor, table, column, n * STEP)


def leave_room() -> None:
    """Let every table go on five thousand numbers later."""
    with connection.cursor() as cursor:
        for table, column in _numbered():
            if connection.vendor == "sqlite":
                cursor.execute(
                    "UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s",
                    [ROOM, table],
                )
            else:
                cursor.execute(
                    "SELECT setval(s, nextval(s) + %s) FROM"
                    " (SELECT pg_get_serial_sequence(%s, %s)::regclass AS s) AS one",
                    [ROOM, table, column],
                )


def start_at_one() -> None:
    """Let every empty table count from 1, as in the store that a replay builds anew.

    What falls on which day goes by the places' numbers, so a replay that is to come
    out the same must number them the same. Undone with the transaction.
    """
    with connection.cursor() as cursor:
        for table, column in _numbered():
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 -- a table of ours
            if cursor.fetchone() == (0,):
                _begin_at_one(cursor, table, column)


def _numbered() -> list[tuple[str, str]]:
    return sorted(
        (model._meta.db_table, model._meta.pk.column)
        for model in apps.get_models()
        if model._meta.auto_field is not None
    )


def _begin_at_one(cursor, table, column):
    if connection.vendor == "sqlite":
        cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
    else:  # a restart is undone by a rollback, a setval is not
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [table, column])
        [sequence] = cursor.fetchone()
        cursor.execute(f"ALTER SEQUENCE {sequence} RESTART WITH 1")


def _begin_behind(cursor, table, column, number):
    if connection.vendor == "sqlite":
        cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
        cursor.execute("INSERT INTO sqlite_sequence VALUES (%s, %s)", [table, number])
    else:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [table, column, number]
        )
