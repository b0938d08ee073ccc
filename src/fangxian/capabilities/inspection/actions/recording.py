"""One record of a place, the duties it fulfils and the problems it shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from fangxian.capabilities.inspection import events, queries
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import day_of
from fangxian.mechanisms.finding.actions import raise_finding
from fangxian.mechanisms.journal.actions import record
from fangxian.mechanisms.jurisdiction.queries import check_reaches
from fangxian.mechanisms.ledger.queries import PlaceFacts
from fangxian.mechanisms.observation.actions import is_repeated, observe
from fangxian.mechanisms.observation.evidence import EvidenceFacts
from fangxian.mechanisms.protocol.queries import LoadedEdition
from fangxian.mechanisms.protocol.rules import FailedItem, failed_items
from fangxian.mechanisms.task.actions import complete
from fangxian.mechanisms.task.queries import owed
from fangxian.mechanisms.task.rules import can_do


if TYPE_CHECKING:
    from fangxian.mechanisms.observation.models import Observation


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen at a place, as it is to be written down.

    ``id`` was made where it was seen; ``responsible`` is who must put right what
    is wrong, where it is not whom the ledger knows to be in charge;
    ``participants`` are others who were there.
    """

    id: UUID
    place: PlaceFacts
    form: str
    answers: Mapping[str, object]
    seen_at: datetime
    task: int | None = None
    evidence: Sequence[EvidenceFacts] = ()
    participants: Sequence[UUID] = ()
    responsible: UUID | None = None

    @property
    def subject(self) -> str:
        """The place as records write it."""
        return f"place:{self.place.id}"


def write_down(seen: Seen, *, by: Actor, at: datetime) -> "Observation":
    """Write a record down once; what it fulfils and what it shows follow from it.

    Must run inside the caller's transaction.
    """
    place = seen.place
    check_reaches(by.scope, place.area, place.kind, what=seen.subject)
    edition = queries.edition_for(place.area, seen.seen_at)
    repeated = is_repeated(seen.id)
    observation = observe(
        id=seen.id,
        form=seen.form,
        edition=edition.id,
        subject=seen.subject,
        kind=place.kind,
        area=place.area,
        answers=seen.answers,
        seen_at=seen.seen_at,
        evidence=seen.evidence,
        task=seen.task,
        by=by,
        at=at,
    )
    if not repeated:
        _follow_up(seen, edition, by=by, at=at)
    return observation


def _follow_up(seen: Seen, edition: LoadedEdition, *, by: Actor, at: datetime) -> None:
    tasks = _complete_others(seen, by=by, at=at)
    form = queries.form_of(edition, seen.form)
    findings = tuple(
        _raise(failed, seen, edition, by=by, at=at)
        for failed in failed_items(form, seen.answers)
    )
    event = events.Visited(
        observation=seen.id,
        place=seen.place.id,
        form=seen.form,
        participants=tuple(seen.participants),
        tasks=tasks if seen.task is None else (seen.task, *tasks),
        findings=findings,
    )
    record(event, by=by, at=at, subject=seen.subject, area=seen.place.area)


def _complete_others(seen: Seen, *, by: Actor, at: datetime) -> tuple[int, ...]:
    """Complete the other duties at this place that the same form fulfils now."""
    others = owed(seen.subject, seen.form, seen.seen_at)
    done = [task.pk for task in others if can_do(task, by=by, at=at)]
    for task in done:
        complete(task, observation=seen.id, by=by, at=at)
    return tuple(done)


def _raise(
    failed: FailedItem,
    seen: Seen,
    edition: LoadedEdition,
    *,
    by: Actor,
    at: datetime,
) -> int:
    finding = raise_finding(
        subject=seen.subject,
        kind=seen.place.kind,
        area=seen.place.area,
        item=failed.item,
        text=failed.text,
        severity=failed.severity,
        deadline_at=edition.pack.deadline(failed.severity, at, day_of(at)),
        observation=seen.id,
        edition=edition.id,
        responsible=seen.responsible or seen.place.in_charge,
        by=by,
        at=at,
    )
    return finding.pk
