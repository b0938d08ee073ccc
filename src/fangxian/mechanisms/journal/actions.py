"""The only writers of the journal: record, number, sign, react."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import fields
from datetime import date, datetime

from django.conf import settings
from django.db import connection

from fangxian.kernel.actors import Actor
from fangxian.kernel.canonical import plain
from fangxian.mechanisms.journal.events import Act, Count, Event
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.journal.spelling import act_of_values
from fangxian.privacy.signing import signing_key_at


TALLY_ROWS_A_STATEMENT = 150
ADD_TO_TALLIES = """
    INSERT INTO journal_tally (measure, day, area, kind, n) VALUES {rows}
    ON CONFLICT (measure, day, area, kind)
    DO UPDATE SET n = journal_tally.n + EXCLUDED.n
"""

TallyKey = tuple[str, date, int, str]


def record(
    event: Event,
    *,
    by: Actor,
    at: datetime,
    subject: str,
    area: int | None,
    tally: Iterable[Count] = (),
) -> None:
    """Append one act to the journal, inside the transaction that performed it.

    ``subject`` reads ``finding:12``; ``area`` is the area whose readers see the
    entry; ``tally`` is added to the counters at once. Two statements in all.
    """
    record_all([Act(event, subject, area, tuple(tally))], by=by, at=at)


def record_all(acts: Iterable[Act], *, by: Actor, at: datetime) -> None:
    """Append many acts of one actor at one moment; as ``record``, in few statements."""
    assert connection.in_atomic_block, "an act and its entry succeed or fail together"  # noqa: S101 -- programmer error, not an expected failure
    listed = list(acts)
    Entry.objects.bulk_create([_entry(act, by=by, at=at) for act in listed])
    _add_to_tallies(count for act in listed for count in act.tally)


def _entry(act: Act, *, by: Actor, at: datetime) -> Entry:
    values = {
        "event": act.event.name,
        "subject": act.subject,
        "area": act.area,
        "payload": payload_of(act.event),
        "tally": [_spelled(count) for count in act.tally],
        "person": by.person,
        "post": by.post,
        "device": by.device,
        "happened_at": at,
    }
    key = signing_key_at(settings.FANGXIAN_SIGNING_KEY)
    return Entry(**values, seal=key.seal(act_of_values(values).encode()))


def payload_of(event: Event) -> object:
    """Give an event's fields as JSON types; refuses floats by TypeError."""
    names = (field.name for field in fields(event))
    return plain({name: getattr(event, name) for name in names})


def _spelled(count: Count) -> list[object]:
    return [count.measure, count.day.isoformat(), count.area, count.kind, count.n]


def _add_to_tallies(counts: Iterable[Count]) -> None:
    """Add counts to their rows, in one order for everyone, so that none deadlocks."""
    sums: Counter[TallyKey] = Counter()
    for count in counts:
        sums[count.measure, count.day, count.area, count.kind] += count.n
    rows = [(*key, n) for key, n in sorted(sums.items()) if n]
    with connection.cursor() as cursor:
        for start in range(0, len(rows), TALLY_ROWS_A_STATEMENT):
            part = rows[start : start + TALLY_ROWS_A_STATEMENT]
            places = ", ".join(["(%s, %s, %s, %s, %s)"] * len(part))
            values = [value for row in part for value in row]
            cursor.execute(ADD_TO_TALLIES.format(rows=places), values)
