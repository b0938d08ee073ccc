"""Several SQLite files as they are at one moment, copied while others go on writing.

Records and inbox must be of one moment. The records say up to which number the acts of
the inbox are done: an inbox that is older would give such a number to a new act, which
would then never be done; records that are older would miss what the inbox calls done.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from fangxian.interfaces.commands.backups.refusals import BUSY


BUSY_SECONDS = 20


@contextmanager
def at_one_moment(paths: Sequence[Path]) -> Iterator[list[sqlite3.Connection]]:
    """Give a connection to each file, all of which see the same moment.

    Writers are held up only while the moment is taken, some milliseconds.
    """
    with ExitStack() as stack:
        writers, readers = (
            [stack.enter_context(closing(_open(path))) for path in paths]
            for _ in range(2)
        )
        try:
            for writer in writers:
                writer.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as problem:
            raise BUSY(seconds=BUSY_SECONDS) from problem
        for reader in readers:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        for writer in writers:
            writer.execute("ROLLBACK")
        yield readers


def copy(reader: sqlite3.Connection, target: Path) -> None:
    """Copy what a connection sees into one file that needs no other beside it."""
    target.touch(mode=0o600)
    with closing(sqlite3.connect(target, isolation_level=None)) as copied:
        reader.backup(copied)
        copied.execute("PRAGMA journal_mode=DELETE")


def is_sound(path: Path) -> bool:
    """Whether SQLite finds a file whole: its pages, its indexes, its constraints."""
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as file:
            return file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    except sqlite3.DatabaseError:
        return False


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.resolve().as_uri()}?mode=rw",
        uri=True,
        isolation_level=None,
        timeout=BUSY_SECONDS,
    )
