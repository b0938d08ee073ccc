"""Lets no two tables count from the same number, as in an installation that has lived.

In a new database the first area, the first post and the first task are all number 1,
and a page that confuses them, or prints 1,234 into a link, looks right in every test.
"""

from django.apps import apps
from django.db import connection


STEP = 10_000


def start_high() -> None:
    """Let the n-th table's own numbers begin behind n times ten thousand."""
    tables = sorted(
        (model._meta.db_table, model._meta.pk.column)
        for model in apps.get_models()
        if model._meta.auto_field is not None
    )
    with connection.cursor() as cursor:
        for n, (table, column) in enumerate(tables, start=1):
            _begin_behind(cursor, table, column, n * STEP)


def _begin_behind(cursor, table, column, number):
    if connection.vendor == "sqlite":
        cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
        cursor.execute("INSERT INTO sqlite_sequence VALUES (%s, %s)", [table, number])
    else:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [table, column, number]
        )
