"""Working state from the journal: what sweeps are, and how each door stands, told again."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from fangxian.capabilities.enrolment.models import Sweep, Target
from fangxian.capabilities.enrolment.states import About, Sweeping
from fangxian.capabilities.enrolment.sweeps import events
from fangxian.capabilities.enrolment.sweeps.actions.visiting import (
    note_correction,
    note_visit,
)
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.journal.queries import JournalEntry, entries
from fangxian.mechanisms.ledger.people.queries import doors
from fangxian.mechanisms.observation.queries import get_observation
from fangxian.mechanisms.task.queries import tasks


AT_ONCE = 500
OWN_EVENTS = "sweep."


@transaction.atomic
def rebuild() -> int:
    """Make the working state anew from the numbered entries; say how many told it."""
    Sweep.objects.all().delete()
    told, number = 0, 0
    while page := entries(None, after=number, most=AT_ONCE, event=OWN_EVENTS):
        for entry in page:
            _RETOLD[entry.event](entry)
            told += 1
        number = page[-1].number
    return told


def _ordered(entry: JournalEntry) -> None:
    said = entry.payload
    assert entry.area is not None  # noqa: S101 -- every sweep has its area
    Sweep.objects.create(
        id=UUID(said["sweep"]),
        about=said["about"],
        area_id=entry.area,
        kinds=list(said["kinds"]),
        clause=said["clause"],
        form=said["form"],
        edition_id=said["edition"],
        why=said["why"],
        opens_at=datetime.fromisoformat(said["opens_at"]),
        until=datetime.fromisoformat(said["until"]),
        state=Sweeping.RUNNING,
        ordered_by=entry.person,
        ordered_post=entry.post,
        ordered_at=entry.happened_at,
    )
    _targets(entry)


def _targets(entry: JournalEntry) -> None:
    """Find the duties of a sweep again that are not on its board."""
    sweep = Sweep.objects.get(pk=entry.payload["sweep"])
    owed = tasks(EVERYWHERE, duty=sweep.clause).filter(
        key__contains=f"/sweep:{sweep.pk}/"
    )
    known = set(sweep.targets.values_list("task", flat=True))
    found = [one for one in owed.order_by("pk") if one.pk not in known]
    numbers = {one.pk: int(one.subject.partition(":")[2]) for one in found}
    buildings: dict[int, str] = {}
    if sweep.about == About.DOOR:
        listed = doors(EVERYWHERE, area=sweep.area_id)
        buildings = dict(listed.values_list("pk", "building"))
    Target.objects.bulk_create(
        Target(
            sweep=sweep,
            number=numbers[one.pk],
            task=one,
            area_id=one.area_id,
            building=buildings.get(numbers[one.pk], ""),
        )
        for one in found
    )


def _visited(entry: JournalEntry) -> None:
    target = Target.objects.get(task=entry.payload["task"])
    seen = get_observation(UUID(entry.payload["observation"]), EVERYWHERE)
    note_visit(target, seen)
    target.save()


def _corrected(entry: JournalEntry) -> None:
    target = Target.objects.get(task=entry.payload["task"])
    right = get_observation(UUID(entry.payload["observation"]), EVERYWHERE)
    note_correction(target, right)
    target.save()


def _ended(entry: JournalEntry) -> None:
    _stop(entry, Sweeping.ENDED, reason="")


def _called_off(entry: JournalEntry) -> None:
    _stop(entry, Sweeping.CALLED_OFF, reason=entry.payload["reason"])


def _stop(entry: JournalEntry, state: Sweeping, *, reason: str) -> None:
    Sweep.objects.filter(pk=entry.payload["sweep"]).update(
        state=state,
        ended_at=entry.happened_at,
        ended_by=entry.person,
        reason=reason,
    )


_RETOLD: Mapping[str, Callable[[JournalEntry], None]] = {
    events.Ordered.name: _ordered,
    events.Grown.name: _targets,
    events.Visited.name: _visited,
    events.VisitCorrected.name: _corrected,
    events.Ended.name: _ended,
    events.CalledOff.name: _called_off,
}
