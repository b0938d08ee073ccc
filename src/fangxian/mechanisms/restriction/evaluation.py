"""What follows for everybody of an area: evidence gathered, rules asked, nobody named.

Nothing here can be asked about one person, and nothing is written.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from django.db.models import Exists, OuterRef

from fangxian.mechanisms.jurisdiction.queries import descendants
from fangxian.mechanisms.protocol.evidence import Stated
from fangxian.mechanisms.protocol.grounds import Grounded, ground
from fangxian.mechanisms.protocol.packs import Pack
from fangxian.mechanisms.protocol.vocabulary import Kind
from fangxian.mechanisms.restriction import facts
from fangxian.mechanisms.restriction.models import Evidence
from fangxian.mechanisms.restriction.queries import usable


@dataclass(frozen=True, slots=True)
class Following:
    """What follows for one person, and the area that answers for them now."""

    subject: UUID
    area: int
    grounded: Grounded


def evaluate(pack: Pack, area: int, at: dt.datetime) -> Iterator[Following]:
    """Give what the rules make of the evidence about everybody of an area.

    A person belongs to the area of their latest evidence; evidence about them from
    elsewhere counts too, and so does an exposure at any venue where they were.
    """
    days = reach_back(pack)
    here = set(descendants(area))
    exposures = _exposures(at, days=days)
    for subject, rows in _by_person(area, at, days=days):
        latest = max(rows, key=lambda one: (one.seen_at, one.recorded_at))
        if latest.area_id in here:
            stated = list(_with_exposures(map(facts.stated, rows), exposures))
            for grounded in ground(pack, stated, at):
                yield Following(subject, latest.area_id, grounded)


def reach_back(pack: Pack) -> int:
    """Give the days after which evidence grounds nothing any more, by any rule.

    No day that evidence states is later than the day it was seen.
    """
    return max(
        (
            rule.lasts.after + rule.lasts.days + -(-rule.lasts.hours // 24) + 1
            for rule in pack.restrictions.values()
        ),
        default=0,
    )


def _by_person(
    area: int, at: dt.datetime, *, days: int
) -> Iterator[tuple[UUID, list[Evidence]]]:
    known = usable(at, days=days)
    touched = known.filter(subject=OuterRef("subject"), area__in=descendants(area))
    rows = known.filter(Exists(touched), subject__isnull=False)
    for subject, evidence in groupby(
        rows.order_by("subject", "pk").iterator(), key=attrgetter("subject")
    ):
        yield subject, list(evidence)


def _exposures(at: dt.datetime, *, days: int) -> dict[str, list[Stated]]:
    found: dict[str, list[Stated]] = defaultdict(list)
    rows = usable(at, days=days).filter(kind=Kind.EXPOSURE, subject=None)
    for row in rows.order_by("pk"):
        found[row.venue].append(facts.stated(row))
    return found


def _with_exposures(
    evidence: Iterable[Stated], exposures: Mapping[str, list[Stated]]
) -> Iterator[Stated]:
    venues = set()
    for one in evidence:
        yield one
        if one.kind == Kind.VISIT and one.venue:
            venues.add(one.venue)
    for venue in sorted(venues):
        yield from exposures.get(venue, ())
