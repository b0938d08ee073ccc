"""The only writers: one verb, one transaction, one journal entry."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import day_of
from fangxian.mechanisms.finding import events, rules
from fangxian.mechanisms.finding.models import Attempt, Finding
from fangxian.mechanisms.finding.queries import rectifiers
from fangxian.mechanisms.finding.states import LIFECYCLE, LIVE, Severity, State
from fangxian.mechanisms.finding.wordings import wording_of
from fangxian.mechanisms.journal.actions import record
from fangxian.mechanisms.journal.events import Count
from fangxian.mechanisms.jurisdiction.queries import check_reaches
from fangxian.mechanisms.observation.queries import records_before
from fangxian.mechanisms.protocol.queries import get_form, loaded
from fangxian.mechanisms.protocol.rules import failed_items
from fangxian.store.rows import find


if TYPE_CHECKING:
    from fangxian.mechanisms.observation.models import Observation


@dataclass(frozen=True, slots=True)
class Followed:
    """The problems that a correction raised, withdrew, and could not withdraw."""

    raised: tuple[int, ...] = ()
    withdrawn: tuple[int, ...] = ()
    standing: tuple[int, ...] = ()


@transaction.atomic
def raise_finding(
    *,
    subject: str,
    kind: str,
    area: int,
    item: str,
    text: str,
    severity: str,
    deadline_at: datetime,
    observation: UUID | None = None,
    edition: int | None = None,
    responsible: UUID | None = None,
    by: Actor,
    at: datetime,
) -> Finding:
    """Say that something is wrong, and until when it must be right.

    The same item of the same subject lives once: while it is live, seeing it
    again is noted on it and it is returned. One that had ended recurs: the new
    finding names it. The same observation never raises an item twice.
    """
    rules.check_can_raise(by=by)
    check_reaches(by.scope, area, kind, what=subject)
    rules.check_said(text)
    rules.check_ahead(deadline_at, at=at)
    earlier = _latest_about(subject, item)
    if earlier is not None and _is_the_same(earlier, observation):
        return _see_again(earlier, observation=observation, by=by, at=at)
    finding = Finding.objects.create(
        subject=subject,
        kind=kind,
        area_id=area,
        item=item,
        text=text.strip(),
        wording=wording_of(text.strip()),
        severity=Severity(severity),
        state=State.OPEN,
        observation=observation,
        edition_id=edition,
        raised_by=by.person,
        raised_by_post=by.post,
        raised_at=at,
        deadline_at=deadline_at,
        responsible=responsible,
        recurrence_of=earlier,
    )
    _record(_raised(finding), finding, by=by, at=at)
    return finding


def _latest_about(subject: str, item: str) -> Finding | None:
    if not item:
        return None
    about = Finding.objects.select_for_update().filter(subject=subject, item=item)
    return about.exclude(state=State.WITHDRAWN).order_by("-id").first()


def _is_the_same(earlier: Finding, observation: UUID | None) -> bool:
    known = observation is not None and earlier.observation == observation
    return known or earlier.state in LIVE


def _see_again(
    finding: Finding, *, observation: UUID | None, by: Actor, at: datetime
) -> Finding:
    if observation is not None and finding.observation == observation:
        return finding
    finding.seen_again += 1
    finding.save(update_fields=["seen_again"])
    event = events.SeenAgain(finding=finding.pk, observation=observation)
    record(event, by=by, at=at, subject=_name(finding), area=finding.area_id)
    return finding


def _raised(finding: Finding) -> events.Raised:
    return events.Raised(
        finding=finding.pk,
        about=finding.subject,
        item=finding.item,
        text=finding.text,
        severity=finding.severity,
        deadline_at=finding.deadline_at,
        observation=finding.observation,
        recurrence_of=finding.recurrence_of_id,
    )


@transaction.atomic
def name_responsible(
    finding_id: int, *, person: UUID, by: Actor, at: datetime
) -> Finding:
    """Name the person who must put it right, and who may never look back on it."""
    finding = _lock(finding_id, by=by)
    rules.check_live(finding)
    rules.check_can_raise(by=by)
    _name_responsible(finding, person, by=by, at=at)
    return finding


def _name_responsible(
    finding: Finding, person: UUID, *, by: Actor, at: datetime
) -> None:
    if finding.responsible == person:
        return
    finding.responsible = person
    finding.save(update_fields=["responsible"])
    event = events.ResponsibleNamed(finding=finding.pk, person=person)
    record(event, by=by, at=at, subject=_name(finding), area=finding.area_id)


@transaction.atomic
def rectify(
    finding_id: int,
    *,
    how: str,
    by: Actor,
    at: datetime,
    observation: UUID | None = None,
    on_behalf_of: UUID | None = None,
    responsible: UUID | None = None,
) -> Finding:
    """Report that a finding has been put right, by this person or another.

    Neither the one who did it nor the one who reports it may look back on it, nor
    the one who is ``responsible`` by now.
    """
    finding = _lock(finding_id, by=by)
    LIFECYCLE.check(State(finding.state), State.RECTIFIED)
    rules.check_can_rectify(by=by)
    rules.check_said(how)
    if responsible is not None:
        _name_responsible(finding, responsible, by=by, at=at)

    finding.state = State.RECTIFIED
    finding.rectified_by = on_behalf_of or by.person
    finding.reported_by = by.person
    finding.rectified_at = at
    finding.rectification = how.strip()
    finding.rectified_observation = observation
    finding.save()
    Attempt.objects.create(
        finding=finding,
        rectified_by=finding.rectified_by,
        reported_by=by.person,
        rectified_at=at,
        how=finding.rectification,
        observation=observation,
    )
    event = events.Rectified(
        finding=finding.pk,
        rectified_by=finding.rectified_by,
        how=finding.rectification,
        observation=observation,
    )
    _record(event, finding, by=by, at=at)
    return finding


@transaction.atomic
def confirm(
    finding_id: int,
    *,
    by: Actor,
    at: datetime,
    observation: UUID | None = None,
    note: str = "",
    responsible: UUID | None = None,
) -> Finding:
    """Close a rectified finding, on the word of someone independent.

    ``responsible`` is who is responsible by now, beside whom the finding names.
    """
    finding = _lock(finding_id, by=by)
    LIFECYCLE.check(State(finding.state), State.CONFIRMED)
    _check_independent(finding, responsible, by=by)

    finding.state = State.CONFIRMED
    finding.confirmed_by = by.person
    finding.confirmed_at = at
    finding.confirmed_observation = observation
    finding.save()
    event = events.Confirmed(finding=finding.pk, note=note, observation=observation)
    _record(event, finding, by=by, at=at)
    return finding


@transaction.atomic
def reopen(
    finding_id: int,
    *,
    reason: str,
    deadline_at: datetime,
    by: Actor,
    at: datetime,
    observation: UUID | None = None,
    responsible: UUID | None = None,
) -> Finding:
    """Send a rectified finding back, with what is still wrong and a new deadline.

    ``responsible`` is who is responsible by now, beside whom the finding names.
    """
    finding = _lock(finding_id, by=by)
    LIFECYCLE.check(State(finding.state), State.OPEN)
    _check_independent(finding, responsible, by=by)
    rules.check_said(reason)
    rules.check_ahead(deadline_at, at=at)

    Attempt.objects.filter(finding=finding, sent_back_at=None).update(
        sent_back_by=by.person,
        sent_back_at=at,
        sent_back_reason=reason.strip(),
        sent_back_observation=observation,
    )
    finding.state = State.OPEN
    finding.deadline_at = deadline_at
    finding.reopened += 1
    finding.reason = reason.strip()
    finding.rectified_by = finding.reported_by = finding.rectified_at = None
    finding.rectification, finding.rectified_observation = "", None
    finding.save()
    event = events.Reopened(
        finding=finding.pk,
        reason=finding.reason,
        deadline_at=deadline_at,
        observation=observation,
    )
    _record(event, finding, by=by, at=at)
    return finding


@transaction.atomic
def withdraw(finding_id: int, *, reason: str, by: Actor, at: datetime) -> Finding:
    """Say that a finding should not have been raised, and why."""
    finding = _lock(finding_id, by=by)
    LIFECYCLE.check(State(finding.state), State.WITHDRAWN)
    rules.check_can_withdraw(finding, by=by, rectifiers=rectifiers(finding.pk))
    rules.check_said(reason)

    finding.state = State.WITHDRAWN
    finding.withdrawn_by = by.person
    finding.withdrawn_at = at
    finding.reason = reason.strip()
    finding.save()
    event = events.Withdrawn(finding=finding.pk, reason=finding.reason)
    _record(event, finding, by=by, at=at)
    return finding


def raise_problems(
    observation: "Observation",
    *,
    known: Collection[str] = (),
    responsible: UUID | None = None,
    by: Actor,
    at: datetime,
) -> tuple[int, ...]:
    """Raise a finding for each answer of a record that its form calls a problem.

    Items that are ``known`` already are passed over; gives the findings' numbers.
    """
    form = get_form(observation.edition_id, observation.form)
    pack = loaded(observation.edition_id)
    return tuple(
        raise_finding(
            subject=observation.subject,
            kind=observation.kind,
            area=observation.area_id,
            item=one.item,
            text=one.text,
            severity=one.severity,
            deadline_at=pack.deadline(one.severity, at, day_of(at)),
            observation=observation.pk,
            edition=observation.edition_id,
            responsible=responsible,
            by=by,
            at=at,
        ).pk
        for one in failed_items(form, observation.answers)
        if one.item not in known
    )


@transaction.atomic
def follow_correction(
    wrong: "Observation",
    right: "Observation",
    *,
    responsible: UUID | None = None,
    by: Actor,
    at: datetime,
) -> Followed:
    """Let the problems of a record be those of what corrects it.

    What only the corrected record shows is raised. What it shows no longer is
    withdrawn for the reason of the correction, where whoever corrects may withdraw it
    and nobody has put it right; else it stands, for those who may to decide.
    """
    form = get_form(right.edition_id, right.form)
    before = {one.item for one in failed_items(form, wrong.answers)}
    gone = before - {one.item for one in failed_items(form, right.answers)}
    withdrawn, standing = _withdraw_all(wrong, gone, reason=right.reason, by=by, at=at)
    raised = raise_problems(right, known=before, responsible=responsible, by=by, at=at)
    return Followed(raised, withdrawn, standing)


def _withdraw_all(
    wrong: "Observation", items: set[str], *, reason: str, by: Actor, at: datetime
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Withdraw what these records raised of these items; give what could not be too."""
    raised = Finding.objects.select_for_update().filter(
        observation__in=records_before(wrong), item__in=items, state__in=LIVE
    )
    withdrawn, standing = [], []
    for finding in raised.order_by("pk"):
        tried = rectifiers(finding.pk)
        may = rules.can_withdraw(finding, by=by, rectifiers=tried)
        if may and finding.state == State.OPEN:
            withdraw(finding.pk, reason=reason, by=by, at=at)
            withdrawn.append(finding.pk)
        else:
            standing.append(finding.pk)
    return tuple(withdrawn), tuple(standing)


def _check_independent(
    finding: Finding, responsible: UUID | None, *, by: Actor
) -> None:
    tried = rectifiers(finding.pk)
    rules.check_can_look_back(finding, by=by, rectifiers=tried, responsible=responsible)


def _lock(finding_id: int, *, by: Actor) -> Finding:
    finding = find(Finding, finding_id, to_change=True)
    if finding is None:
        raise rules.NO_SUCH(finding=finding_id)
    check_reaches(by.scope, finding.area_id, finding.kind, what=_name(finding))
    return finding


def _name(finding: Finding) -> str:
    return f"finding:{finding.pk}"


def _record(
    event: events.Raised
    | events.Rectified
    | events.Confirmed
    | events.Reopened
    | events.Withdrawn,
    finding: Finding,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Write the act, and count it on its day, in its area and kind of place."""
    tally = Count(
        area=finding.area_id, day=day_of(at), measure=event.name, kind=finding.kind
    )
    name = _name(finding)
    record(event, by=by, at=at, subject=name, area=finding.area_id, tally=[tally])
