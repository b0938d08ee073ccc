"""The made-up library, whole or with one thing changed, and what stands in it."""

import copy
import datetime as dt

from fangxian.kernel.moments import at_time
from fangxian.mechanisms.protocol.facts import Facts
from fangxian.mechanisms.protocol.packs import read_pack
from tests.packs import pack_of


GONE = object()


def content(path=(), value=None):
    """Copy the library's content, with the value at a path put in or taken out."""
    changed = copy.deepcopy(dict(pack_of("lending-library").content))
    if path:
        *way, last = path
        target = changed
        for step in way:
            target = target[step]
        if value is GONE:
            del target[last]
        else:
            target[last] = value
    return changed


def library(path=(), value=None):
    """Read the library, with the value at a path put in or taken out."""
    return read_pack(content(path, value))


def shanghai(day, time="08:00"):
    return at_time(dt.date.fromisoformat(day), dt.time.fromisoformat(time))


def shelf(number=1, **values):
    return Facts("place", number, "shelf", {"shelf.damp": False, **values})


def damp(books=11):
    return shelf(**{"shelf.damp": True, "shelf.books": books})


def book(days_overdue=8, *, since="2020-11-04", kind="novel", **values):
    moment = shanghai(since) if since else None
    facts = {"book.days_overdue": days_overdue, **values}
    return Facts("book", 9, kind, facts, since=moment)
