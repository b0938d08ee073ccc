"""Rows of a list that say otherwise than the ledger of a place that is known."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from fangxian.mechanisms.ledger.models import Difference, Import, Place
from fangxian.mechanisms.ledger.models.files import COMPARED
from fangxian.mechanisms.ledger.rows import KnownRow
from fangxian.mechanisms.ledger.rules import Details
from fangxian.mechanisms.ledger.spelling import details_of
from fangxian.mechanisms.ledger.states import DifferenceState


def compared(known: Sequence[KnownRow]) -> list[KnownRow]:
    """Say of each row what it says otherwise than its place, sealed fields too."""
    places = Place.objects.in_bulk([row.place for row in known])
    return [
        replace(row, differs=tuple(_otherwise(row.said, details_of(places[row.place]))))
        if row.said
        else row
        for row in known
    ]


def _otherwise(said: Details, held: Details) -> dict[str, str]:
    """Give the fields that are said, and said otherwise; an empty cell says nothing."""
    given = {name: getattr(said, name) for name in COMPARED}
    return {
        name: value
        for name, value in given.items()
        if value and value != getattr(held, name)
    }


def asked(batch: Import, known: Sequence[KnownRow]) -> list[Difference]:
    """Make what is to be asked about a list; what was asked before is not asked again.

    A difference that is open, or that somebody kept, stands for every later list
    that says the same.
    """
    differing = [row for row in known if row.differs]
    before: dict[int, list[dict[str, str]]] = defaultdict(list)
    earlier = Difference.objects.filter(place__in=[row.place for row in differing])
    for one in earlier.exclude(state=DifferenceState.ACCEPTED):
        before[one.place_id].append(one.said)
    made = []
    for row in differing:
        said = {name: getattr(row.said, name) for name in row.differs}
        if said not in before[row.place]:
            before[row.place].append(said)
            made.append(
                Difference(batch=batch, number=row.row, place_id=row.place, **said)
            )
    return made
