"""Phones as the inbox knows them: their keys, for whom they speak, how far they are."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from fangxian.interfaces.intake.inbox import Inbox


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone as the inbox knows it: its key, and for whom it speaks."""

    name: str
    key: bytes
    person: UUID
    post: int


@dataclass(frozen=True, slots=True)
class Contact:
    """How far a phone's row has come; ``heard_at`` is None before the first contact."""

    upto: int
    have: int
    heard_at: dt.datetime | None

    @property
    def missing(self) -> int:
        """How many acts the phone has made that are not here in an unbroken row."""
        return max(0, self.have - self.upto)


def copy_phone(inbox: Inbox, phone: Phone) -> None:
    """Let the inbox know a phone; once it is known only its end changes."""
    inbox.run(
        "INSERT INTO inbox_phone (name, key, person, post) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (name) DO NOTHING",
        phone.name,
        phone.key,
        str(phone.person),
        phone.post,
    )


def end_phone(inbox: Inbox, name: str) -> None:
    """Hear a phone no longer; what it sent stays."""
    inbox.run("UPDATE inbox_phone SET ended = TRUE WHERE name = %s", name)


def find_phone(inbox: Inbox, name: str) -> Phone | None:
    """Find a phone that may be heard."""
    row = inbox.run(
        "SELECT name, key, person, post FROM inbox_phone WHERE name = %s AND NOT ended",
        name,
    ).fetchone()
    return row and Phone(row[0], bytes(row[1]), UUID(row[2]), row[3])


def count_phones(inbox: Inbox) -> tuple[int, int]:
    """Count the phones that are known, and those of them that were revoked."""
    row = inbox.run(
        "SELECT count(*), coalesce(sum(CASE WHEN ended THEN 1 ELSE 0 END), 0)"
        " FROM inbox_phone"
    ).fetchone()
    return int(row[0]), int(row[1])


def quarantined_of(inbox: Inbox, names: Sequence[str]) -> dict[str, int]:
    """Count the acts of each of these phones that wait for somebody's decision."""
    marks = ", ".join(["%s"] * len(names)) or "NULL"
    found = inbox.run(
        "SELECT device, count(*) FROM inbox_act WHERE state = 'quarantined'"  # noqa: S608 -- marks only
        f" AND device IN ({marks}) GROUP BY device",
        *names,
    )
    return dict(found.fetchall())


def contacts(inbox: Inbox, names: Sequence[str]) -> dict[str, Contact]:
    """Say of each of these phones when it was heard last, and how far its row is."""
    if not names:
        return {}
    marks = ", ".join(["%s"] * len(names))
    found = inbox.run(
        f"SELECT name, upto, have, heard_at FROM inbox_phone WHERE name IN ({marks})",  # noqa: S608 -- marks only
        *names,
    )
    return {
        name: Contact(upto, have, dt.datetime.fromisoformat(at) if at else None)
        for name, upto, have, at in found.fetchall()
    }
