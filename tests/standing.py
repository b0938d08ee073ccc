"""A world that is made once a process and then only written down again.

Making it by the actions takes longer than most tests. What they wrote is kept as the
database spells it, and put back as it was for each test that asks for a world.
"""

from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from tests.numbering import leave_room


@dataclass(frozen=True, slots=True)
class Table:
    """What a table held, as its database spells it."""

    name: str
    rows: Any


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody made, and the rows that it consists of."""

    made: Any
    tables: tuple[Table, ...]

    def put(self) -> Any:
        """Write the rows again, in whatever transaction the test is."""
        with transaction.atomic(), connection.cursor() as cursor:
            for table in self.tables:
                WRITE[connection.vendor](cursor, table)
        return deepcopy(self.made)


_standing: dict[tuple[object, ...], Standing] = {}


def standing(make: Callable[[], Any]) -> Any:
    """Give what ``make`` gives, made once under each keyring: it seals names."""
    key = (make, settings.FANGXIAN_KEYRING)
    if key not in _standing:
        _standing[key] = _keep(make)
    return _standing[key].put()


class _NotToStayError(Exception):
    pass


def _keep(make: Callable[[], Any]) -> Standing:
    with suppress(_NotToStayError), transaction.atomic():
        before = _full_tables()
        leave_room()  # to what a test makes before it asks for a world
        made = make()
        with connection.cursor() as cursor:
            names = sorted(_full_tables() - before)
            tables = tuple(READ[connection.vendor](cursor, name) for name in names)
        raise _NotToStayError
    return Standing(made, tables)


def _full_tables() -> set[str]:
    names = {
        model._meta.db_table for model in apps.get_models(include_auto_created=True)
    }
    with connection.cursor() as cursor:
        full = set()
        for name in names & set(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT 1 FROM {name} LIMIT 1")  # noqa: S608 -- a table of ours
            if cursor.fetchone():
                full.add(name)
        return full


# ------------------------------------------------------------------ SQLite
def _select(cursor: Any, name: str) -> Table:
    cursor.execute(f"SELECT * FROM {name}")  # noqa: S608 -- a table of ours
    return Table(name, cursor.fetchall())


def _insert(cursor: Any, table: Table) -> None:
    marks = ", ".join(["%s"] * len(table.rows[0]))
    cursor.executemany(f"INSERT INTO {table.name} VALUES ({marks})", table.rows)  # noqa: S608 -- a table of ours


# -------------------------------------------------------------- PostgreSQL
def _copy_out(cursor: Any, name: str) -> Table:
    with cursor.copy(f"COPY {name} TO STDOUT") as copy:
        return Table(name, b"".join(copy))


def _copy_in(cursor: Any, table: Table) -> None:
    with cursor.copy(f"COPY {table.name} FROM STDIN") as copy:
        copy.write(table.rows)


READ = {"sqlite": _select, "postgresql": _copy_out}
WRITE = {"sqlite": _insert, "postgresql": _copy_in}
