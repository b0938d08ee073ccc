"""The inbox where it lies, as faults meet it: backed up, put back, out of order."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from django.db import connection

from fangxian.interfaces.intake.inbox import Inbox, open_file, open_own


KEPT = ("inbox_act", "inbox_link", "inbox_phone")
OUT_OF_ORDER = (sqlite3.Error, psycopg.Error)


def fresh_store() -> "FileStore | ServerStore":
    """Give an empty store of the kind that this run's database has."""
    return FileStore() if connection.vendor == "sqlite" else ServerStore()


class FileStore:
    """The embedded inbox: a file of its own."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory()
        self._path = Path(self._folder.name) / "inbox.sqlite3"
        self._older = self._path.with_name("older")

    def open(self) -> Inbox:
        """Open one more connection."""
        return open_file(self._path)

    def back_up(self) -> None:
        """Keep a copy."""
        _copy(self._path, self._older)

    def put_back(self) -> None:
        """Let the copy stand again; nothing may be connected."""
        _copy(self._older, self._path)

    @contextmanager
    def refusing(self, what: str) -> Iterator[None]:
        """Let the table of acts take no INSERT, or no UPDATE, for a while."""
        with closing(sqlite3.connect(self._path, isolation_level=None)) as disk:
            disk.execute(
                f"CREATE TRIGGER full BEFORE {what} ON inbox_act"
                " BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
            )
            yield
            disk.execute("DROP TRIGGER full")

    def close(self) -> None:
        """Remove it."""
        self._folder.cleanup()


def _copy(one: Path, other: Path) -> None:
    with closing(sqlite3.connect(one)) as from_, closing(sqlite3.connect(other)) as to:
        from_.backup(to)


class ServerStore:
    """The inbox on PostgreSQL: tables beside the others."""

    def __init__(self) -> None:
        self._inbox = open_own()
        for table in (*KEPT, "inbox_device"):
            self._inbox.run(f"DELETE FROM {table}")  # noqa: S608 -- fixed names

    def open(self) -> Inbox:
        """Open one more connection."""
        return open_own()

    def back_up(self) -> None:
        """Keep a copy."""
        for table in KEPT:
            self._inbox.run(f"DROP TABLE IF EXISTS older_{table}")
            self._inbox.run(f"CREATE TABLE older_{table} AS TABLE {table}")

    def put_back(self) -> None:
        """Let the copy stand again."""
        with self._inbox.transaction():
            for table in KEPT:
                self._inbox.run(f"DELETE FROM {table}")  # noqa: S608 -- fixed names
                self._inbox.run(
                    f"INSERT INTO {table} OVERRIDING SYSTEM VALUE"  # noqa: S608 -- as above
                    f" SELECT * FROM older_{table}"
                )

    @contextmanager
    def refusing(self, what: str) -> Iterator[None]:
        """Let the table of acts take no INSERT, or no UPDATE, for a while."""
        self._inbox.run(
            "CREATE OR REPLACE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql"
            " AS 'BEGIN RAISE EXCEPTION ''no space left on device''; END'"
        )
        self._inbox.run(
            f"CREATE TRIGGER full_disk BEFORE {what} ON inbox_act"
            " FOR EACH ROW EXECUTE FUNCTION full_disk()"
        )
        yield
        self._inbox.run("DROP TRIGGER full_disk ON inbox_act")

    def close(self) -> None:
        """Leave the tables empty."""
        for table in KEPT:
            self._inbox.run(f"DROP TABLE IF EXISTS older_{table}")
            self._inbox.run(f"DELETE FROM {table}")  # noqa: S608 -- fixed names
        self._inbox.close()
