"""Working state from the journal: what joint visits and links are, told again."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from fangxian.capabilities.inspection import events
from fangxian.capabilities.inspection.models import JointVisit, Link, Section
from fangxian.capabilities.inspection.states import SectionState, VisitState
from fangxian.mechanisms.journal.queries import JournalEntry, entries


AT_ONCE = 500
OWN_EVENTS = "inspection."


@transaction.atomic
def rebuild() -> int:
    """Make the working state anew from the numbered entries; say how many told it."""
    JointVisit.objects.all().delete()
    Link.objects.all().delete()
    told, number = 0, 0
    while page := entries(None, after=number, most=AT_ONCE, event=OWN_EVENTS):
        for entry in page:
            retell = _RETOLD.get(entry.event)
            if retell is not None:
                retell(entry)
                told += 1
        number = page[-1].number
    return told


def _opened(entry: JournalEntry) -> None:
    said = entry.payload
    visit = JointVisit.objects.create(
        id=UUID(said["visit"]),
        place_id=said["place"],
        area_id=said["area"],
        kind=said["kind"],
        lead=said["lead"],
        state=VisitState.OPEN,
        awaited=len(said["departments"]),
        opened_by=entry.person,
        opened_at=entry.happened_at,
    )
    Section.objects.bulk_create(
        Section(visit=visit, department=name, post_id=post, state=SectionState.AWAITED)
        for name, post in said["departments"].items()
    )


def _recorded(entry: JournalEntry) -> None:
    observation = UUID(entry.payload["observation"])
    _settle(entry, SectionState.RECORDED, observation=observation, reason="")


def _excused(entry: JournalEntry) -> None:
    _settle(entry, SectionState.EXCUSED, reason=entry.payload["reason"])


def _settle(entry: JournalEntry, state: SectionState, **said: object) -> None:
    sections = Section.objects.filter(
        visit=entry.payload["visit"], department=entry.payload["department"]
    )
    first = sections.filter(state=SectionState.AWAITED).count()
    JointVisit.objects.filter(pk=entry.payload["visit"]).update(
        awaited=F("awaited") - first
    )
    sections.update(state=state, by=entry.person, at=entry.happened_at, **said)


def _closed(entry: JournalEntry) -> None:
    JointVisit.objects.filter(pk=entry.payload["visit"]).update(
        state=VisitState.CLOSED, closed_by=entry.person, closed_at=entry.happened_at
    )


def _link_issued(entry: JournalEntry) -> None:
    said = entry.payload
    Link.objects.create(
        id=UUID(said["link"]),
        finding_id=said["finding"],
        person=UUID(said["person"]),
        digest=said["digest"],
        issued_at=entry.happened_at,
        expires_at=datetime.fromisoformat(said["expires_at"]),
    )


def _link_ended(entry: JournalEntry) -> None:
    Link.objects.filter(pk=entry.payload["link"]).update(ended_at=entry.happened_at)


_RETOLD: Mapping[str, Callable[[JournalEntry], None]] = {
    events.JointOpened.name: _opened,
    events.SectionRecorded.name: _recorded,
    events.SectionExcused.name: _excused,
    events.JointClosed.name: _closed,
    events.LinkIssued.name: _link_issued,
    events.LinkEnded.name: _link_ended,
}
