"""What the journal is told of backups: that one was made, and that one was restored.

The entry about a backup is younger than the backup, so the copy does not hold it. Both
entries bear the digest that the backup was signed under, which tells backups apart.
"""

import datetime as dt
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import ClassVar

from django.db import transaction

from fangxian.interfaces.commands.backups.making import Made
from fangxian.interfaces.commands.backups.manifest import Manifest
from fangxian.kernel.actors import SYSTEM
from fangxian.mechanisms.journal.actions import record


BY = replace(SYSTEM, device="command")
DIGITS_TOLD = 12


@dataclass(frozen=True, slots=True)
class BackupMade:
    """``with_keys`` says that the keys were copied too, into another folder.

    ``damaged`` counts the evidence that does not open, or was left out unsealed.
    """

    name: ClassVar[str] = "backup.made"
    digest: str
    files: int
    size: int
    with_keys: bool
    damaged: int


@dataclass(frozen=True, slots=True)
class BackupRestored:
    name: ClassVar[str] = "backup.restored"
    digest: str
    made_at: dt.datetime
    files: int
    size: int
    found: int


def note_made(made: Made, *, with_keys: bool, at: dt.datetime) -> None:
    """Write down in the journal that a backup was made."""
    said = made.manifest
    event = BackupMade(
        digest=digest_of(said),
        files=len(said.files),
        size=said.size,
        with_keys=with_keys,
        damaged=len(made.damaged) + len(made.left_out),
    )
    with transaction.atomic():
        record(event, by=BY, at=at, subject=_subject(said), area=None)


def note_restored(said: Manifest, *, found: int, at: dt.datetime) -> None:
    """Write down that the records came out of a backup, with how many faults."""
    event = BackupRestored(
        digest=digest_of(said),
        made_at=said.made_at,
        files=len(said.files),
        size=said.size,
        found=found,
    )
    with transaction.atomic():
        record(event, by=BY, at=at, subject=_subject(said), area=None)


def digest_of(said: Manifest) -> str:
    """Give the digest of what a backup says of itself, all files included."""
    return sha256(said.message).hexdigest()


def _subject(said: Manifest) -> str:
    return f"backup:{digest_of(said)[:DIGITS_TOLD]}"
