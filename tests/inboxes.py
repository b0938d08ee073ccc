"""The inbox of a test: a server's tables outlive a test, so they are emptied before."""

from collections.abc import Iterator
from contextlib import contextmanager

from fangxian.interfaces.intake.inbox import Inbox, open_inbox


TABLES = (
    "inbox_act",
    "inbox_device",
    "inbox_link",
    "inbox_load",
    "inbox_phone",
    "inbox_picture",
    "inbox_shed",
)


@contextmanager
def empty_inbox() -> Iterator[Inbox]:
    """Open the installation's inbox with nothing in it."""
    with open_inbox() as inbox:
        for table in TABLES:
            inbox.run(f"DELETE FROM {table}")  # noqa: S608 -- fixed names
        yield inbox
