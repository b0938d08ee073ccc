"""Joint visits: several departments, one place, one record, a section each."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from fangxian.capabilities.inspection import events, rules
from fangxian.capabilities.inspection.actions.recording import Seen, write_down
from fangxian.capabilities.inspection.models import JointVisit, Section
from fangxian.capabilities.inspection.states import (
    SECTION,
    VISIT,
    SectionState,
    VisitState,
)
from fangxian.kernel.actors import Actor
from fangxian.mechanisms.journal.actions import record
from fangxian.mechanisms.journal.events import Event
from fangxian.mechanisms.jurisdiction.queries import check_reaches
from fangxian.mechanisms.ledger.queries import place_facts
from fangxian.mechanisms.observation.evidence import EvidenceFacts


if TYPE_CHECKING:
    from fangxian.mechanisms.observation.models import Observation


@transaction.atomic
def open_joint_visit(
    *,
    place: int,
    departments: Mapping[str, int],
    lead: str,
    id: UUID,  # noqa: A002 -- it names the visit and is made where it is opened
    by: Actor,
    at: datetime,
) -> JointVisit:
    """Call departments to one place; each maps to the post that writes its section.

    A department's checklist is the form ``joint_<department>``. The same id for
    the same place and departments gives the visit that is already open.
    """
    rules.check_can_convene(departments, lead=lead, by=by)
    facts = place_facts(place)
    check_reaches(by.scope, facts.area, facts.kind, what=f"place:{place}")
    known = JointVisit.objects.filter(pk=id).first()
    if known is not None:
        _check_same(known, facts.id, departments)
        return known
    visit = JointVisit.objects.create(
        id=id,
        place_id=facts.id,
        area_id=facts.area,
        kind=facts.kind,
        lead=lead,
        state=VisitState.OPEN,
        awaited=len(departments),
        opened_by=by.person,
        opened_at=at,
    )
    Section.objects.bulk_create(
        Section(visit=visit, department=name, post_id=post, state=SectionState.AWAITED)
        for name, post in departments.items()
    )
    event = events.JointOpened(
        visit=id,
        place=facts.id,
        area=facts.area,
        kind=facts.kind,
        lead=lead,
        departments=dict(departments),
    )
    _record(event, visit, by=by, at=at)
    return visit


def _check_same(known: JointVisit, place: int, departments: Mapping[str, int]) -> None:
    called = dict(known.sections.values_list("department", "post_id"))
    if known.place_id != place or called != dict(departments):
        raise rules.VISIT_KNOWN(visit=known.pk)


@transaction.atomic
def record_section(
    visit_id: UUID,
    department: str,
    *,
    answers: Mapping[str, object],
    seen_at: datetime,
    id: UUID,  # noqa: A002 -- it names the record and is made where it was seen
    by: Actor,
    at: datetime,
    evidence: Sequence[EvidenceFacts] = (),
) -> "Observation":
    """Write one department's section, by its own post and on its own checklist."""
    visit = _locked(visit_id, by=by)
    section = _section(visit, department)
    rules.check_can_write(section, by=by)
    if section.observation != id:
        rules.check_open(visit)
        SECTION.check(SectionState(section.state), SectionState.RECORDED)
    seen = Seen(
        id=id,
        place=place_facts(visit.place_id),
        form=f"joint_{department}",
        answers=answers,
        seen_at=seen_at,
        evidence=evidence,
    )
    observation = write_down(seen, by=by, at=at)
    if section.observation != id:
        section.observation, section.reason = id, ""
        _settle(visit, section, SectionState.RECORDED, by=by, at=at)
        event = events.SectionRecorded(
            visit=visit.pk, department=department, observation=id
        )
        _record(event, visit, by=by, at=at)
    return observation


@transaction.atomic
def excuse_department(
    visit_id: UUID, department: str, *, reason: str, by: Actor, at: datetime
) -> Section:
    """Say why a department did not come, so that the visit may be closed without it."""
    visit = _locked(visit_id, by=by)
    section = _section(visit, department)
    rules.check_open(visit)
    SECTION.check(SectionState(section.state), SectionState.EXCUSED)
    rules.check_can_excuse(visit, section, lead_post=_lead_post(visit), by=by)

    section.reason = rules.check_reason(reason)
    _settle(visit, section, SectionState.EXCUSED, by=by, at=at)
    event = events.SectionExcused(
        visit=visit.pk, department=department, reason=section.reason
    )
    _record(event, visit, by=by, at=at)
    return section


@transaction.atomic
def close_joint_visit(visit_id: UUID, *, by: Actor, at: datetime) -> JointVisit:
    """Close the visit, once every named department has written or is excused."""
    visit = _locked(visit_id, by=by)
    VISIT.check(VisitState(visit.state), VisitState.CLOSED)
    awaited = rules.awaited(list(visit.sections.order_by("pk")))
    rules.check_can_close(awaited, lead_post=_lead_post(visit), by=by)

    visit.state = VisitState.CLOSED
    visit.closed_by = by.person
    visit.closed_at = at
    visit.save()
    _record(events.JointClosed(visit=visit.pk), visit, by=by, at=at)
    return visit


def _locked(visit_id: UUID, *, by: Actor) -> JointVisit:
    visit = JointVisit.objects.select_for_update().filter(pk=visit_id).first()
    if visit is None:
        raise rules.NO_SUCH_VISIT(visit=visit_id)
    check_reaches(by.scope, visit.area_id, visit.kind, what=f"joint_visit:{visit_id}")
    return visit


def _section(visit: JointVisit, department: str) -> Section:
    section = visit.sections.filter(department=department).first()
    if section is None:
        raise rules.NOT_NAMED(department=department)
    return section


def _lead_post(visit: JointVisit) -> int:
    return visit.sections.get(department=visit.lead).post_id


def _settle(
    visit: JointVisit,
    section: Section,
    state: SectionState,
    *,
    by: Actor,
    at: datetime,
) -> None:
    visit.awaited -= section.state == SectionState.AWAITED
    visit.save(update_fields=["awaited"])
    section.state = state
    section.by = by.person
    section.at = at
    section.save()


def _record(event: Event, visit: JointVisit, *, by: Actor, at: datetime) -> None:
    subject = f"place:{visit.place_id}"
    record(event, by=by, at=at, subject=subject, area=visit.area_id)
