"""Empties the tables between tests that commit, although the journal is insert-only."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from django.db import connection


def let_flush_pass() -> None:
    """Have Django's flush lift SQLite's triggers while it deletes the rows."""
    if connection.vendor == "sqlite":
        flush = _lifting(connection.ops.execute_sql_flush)
        setattr(connection.ops, "execute_sql_flush", flush)  # noqa: B010 -- mypy lets no method be assigned


Flush = Callable[[Iterable[str]], None]


def _lifting(flush: Flush) -> Flush:
    def flush_without_triggers(statements: Iterable[str]) -> None:
        with _triggers_lifted():
            flush(statements)

    return flush_without_triggers


@contextmanager
def _triggers_lifted() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        yield
        for _, sql in triggers:
            cursor.execute(sql)
