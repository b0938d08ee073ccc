"""Which pictures an act names, as long as it is not settled, and which have not come.

An act waits for its pictures (``PATIENCE``), and its phone's row with it. Then it goes
to quarantine, and is taken up by itself when they come after all. A picture that no
record and no such act names is removed after a month.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from django.conf import settings

from fangxian.interfaces.intake.events import PicturesRemoved
from fangxian.interfaces.intake.inbox import PICTURES, WAITING, Inbox
from fangxian.interfaces.intake.photos import is_kept
from fangxian.interfaces.intake.rows import PATIENCE
from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.moments import day_of
from fangxian.mechanisms.journal.actions import once, record
from fangxian.mechanisms.observation import evidence
from fangxian.mechanisms.observation.queries import named_among


KEPT_UNNAMED = dt.timedelta(days=30)
AT_ONCE = 500
CLEANED = "pictures cleaned"
SUBJECT = "evidence"


def note_pictures(inbox: Inbox, number: int, digests: Iterable[str]) -> None:
    """Keep which pictures an act names, and which of them are awaited."""
    for digest in digests:
        inbox.run(
            "INSERT INTO inbox_picture (act, digest, awaited) VALUES (%s, %s, %s)"
            " ON CONFLICT (act, digest) DO NOTHING",
            number,
            digest,
            not is_kept(digest),
        )


def await_pictures(inbox: Inbox, number: int, digests: Iterable[str]) -> None:
    """Let an act wait for its pictures, and those behind it in its row."""
    with inbox.transaction():
        note_pictures(inbox, number, digests)
        inbox.finish(number, state=PICTURES)


def complete_acts(inbox: Inbox) -> list[int]:
    """Give the acts that awaited pictures and have them all now."""
    found = inbox.run(
        "SELECT act, digest FROM inbox_picture WHERE awaited ORDER BY act"
    )
    awaited = groupby(found.fetchall(), key=itemgetter(0))
    return [act for act, rows in awaited if all(is_kept(digest) for _, digest in rows)]


def have_come(inbox: Inbox, number: int) -> None:
    """Note that an act awaits no picture any more."""
    inbox.run("UPDATE inbox_picture SET awaited = FALSE WHERE act = %s", number)


def release_waiting(inbox: Inbox, *, at: dt.datetime) -> None:
    """Let acts be done whose pictures have come, or have not for too long."""
    found = inbox.run(
        "SELECT number, received_at FROM inbox_act WHERE state = 'pictures'"
    ).fetchall()
    complete = set(complete_acts(inbox)) if found else set()
    for number, received_at in found:
        late = abs(at - dt.datetime.fromisoformat(received_at)) >= PATIENCE
        if number in complete:
            have_come(inbox, number)
        if number in complete or late:
            inbox.finish(number, state=WAITING)


# ------------------------------------------------------------------------- cleaning
def clean_pictures(inbox: Inbox, *, now: dt.datetime, at: dt.datetime) -> None:
    """Once a day remove pictures that nothing has named for a month.

    ``now`` is the wall's time, by which files are dated; ``at`` the installation's.
    What was noted as removed and is still there is removed the next day.
    """
    removed: list[str] = []

    def note() -> None:
        for some in _unnamed(inbox, before=now - KEPT_UNNAMED):
            event = PicturesRemoved(digests=tuple(some), unnamed_for=KEPT_UNNAMED.days)
            record(event, by=SYSTEM, at=at, subject=SUBJECT, area=None)
            removed.extend(some)

    once(CLEANED, day_of(at).toordinal(), note)
    for digest in removed:
        evidence.remove(digest)


def _unnamed(inbox: Inbox, *, before: dt.datetime) -> Iterator[list[str]]:
    """Give old files that neither a record nor an unsettled act names, some at a time."""
    inbox.run(
        "DELETE FROM inbox_picture WHERE act IN (SELECT number FROM inbox_act"
        " WHERE state IN ('done', 'done_later', 'set_aside'))"
    )
    found = inbox.run("SELECT digest FROM inbox_picture").fetchall()
    unsettled = {digest for (digest,) in found}
    folder = Path(settings.FANGXIAN_DATA) / "evidence"
    for part in sorted(folder.glob("??")):
        old = [one for one in _old_files(part, before) if one not in unsettled]
        for first in range(0, len(old), AT_ONCE):
            some = old[first : first + AT_ONCE]
            named = named_among(some)
            if unnamed := [one for one in some if one not in named]:
                yield unnamed


def _old_files(folder: Path, before: dt.datetime) -> list[str]:
    limit = before.timestamp()
    return [
        file.name
        for file in sorted(folder.iterdir())
        if evidence.DIGEST.fullmatch(file.name) and file.stat().st_mtime < limit
    ]
