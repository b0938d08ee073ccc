"""The five who answer for one person: named together, counted, and short if fewer."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from fangxian.capabilities.home_watch import events, queries, rules
from fangxian.capabilities.home_watch.actions.recording import (
    Seen,
    raise_all,
    write_down,
)
from fangxian.capabilities.home_watch.facts import decision_of, subject_of
from fangxian.capabilities.home_watch.models import Member, Watch
from fangxian.capabilities.home_watch.rules import Named, Team
from fangxian.capabilities.home_watch.states import Form, Part
from fangxian.kernel.actors import Actor
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.finding.actions import rectify
from fangxian.mechanisms.finding.queries import findings
from fangxian.mechanisms.finding.states import State
from fangxian.mechanisms.journal.actions import record
from fangxian.mechanisms.jurisdiction.queries import staff_names
from fangxian.mechanisms.observation.queries import is_known
from fangxian.mechanisms.protocol.queries import get_form
from fangxian.mechanisms.protocol.rules import failed_items
from fangxian.mechanisms.restriction.queries import end_of
from fangxian.mechanisms.task.queries import get_task


if TYPE_CHECKING:
    from fangxian.mechanisms.observation.models import Observation

NAMED = "named"


@transaction.atomic
def name_team(
    watch_id: int,
    *,
    team: Team,
    id: UUID,  # noqa: A002 -- it names the record and is made where it was decided
    by: Actor,
    at: datetime,
) -> int:
    """Say who answers for somebody from now on; how many of the five are named.

    ``team`` is the whole team: who is not in it any more has left it. Fewer than five
    is a finding; the fifth puts it right. The same id twice acts once.
    """
    rules.check_can_name(by=by)
    watch = queries.get_watch(watch_id, by.scope)
    Watch.objects.select_for_update().get(pk=watch.pk)
    rules.check_seen_before(end_of(watch.decision), seen_at=at)
    if is_known(id):
        return len(queries.team_of(watch_id))
    persons = {one.person for one in team.values() if one.person is not None}
    rules.check_team(team, known=frozenset(staff_names(persons)))
    _change(watch, team, by=by, at=at)
    seen = Seen(
        id=id,
        watch=watch,
        form=Form.TEAM,
        answers={NAMED: len(team)},
        seen_at=at,
    )
    written = write_down(seen, by=by, at=at)
    if len(team) == queries.FIVE:
        _put_right(watch, written, by=by, at=at)
    event = events.TeamNamed(
        decision=watch.pk,
        observation=id,
        members={part.value: one.person for part, one in sorted(team.items())},
    )
    record(event, by=by, at=at, subject=seen.subject, area=watch.area_id)
    return len(team)


def _change(watch: Watch, team: Team, *, by: Actor, at: datetime) -> None:
    """End who left and begin who came; who stays keeps the day they came."""
    before = queries.team_of(watch.pk)
    staying = {
        part
        for part, member in before.items()
        if part in team and _spell(team[part]) == _said(member)
    }
    leaving = [member.pk for part, member in before.items() if part not in staying]
    Member.objects.filter(pk__in=leaving).update(until=at)
    Member.objects.bulk_create(
        _member(watch, part, one, by=by, at=at)
        for part, one in team.items()
        if part not in staying
    )


def _member(
    watch: Watch, part: Part, named: Named, *, by: Actor, at: datetime
) -> Member:
    person, name, telephone = _spell(named)
    return Member(
        watch=watch,
        part=part,
        person=person,
        name=name,
        telephone=telephone,
        since=at,
        named_by=by.person,
    )


def _spell(named: Named) -> tuple[UUID | None, str | None, str | None]:
    if named.person is not None:
        return named.person, None, None
    return None, named.name.strip(), named.telephone.strip()


def _said(member: Member) -> tuple[UUID | None, str | None, str | None]:
    return member.person, member.name, member.telephone


def _put_right(
    watch: Watch, written: "Observation", *, by: Actor, at: datetime
) -> None:
    """Report that a team that was short is whole; somebody else looks back on it."""
    form = get_form(written.edition_id, Form.TEAM)
    short = findings(EVERYWHERE, subject=subject_of(watch.pk), state=State.OPEN)
    for finding in short.filter(item=f"{Form.TEAM}/{NAMED}"):
        how = f"{form.title} {queries.FIVE}/{queries.FIVE}"
        rectify(finding.pk, how=how, observation=written.pk, by=by, at=at)


@transaction.atomic
def note_gaps(task_id: int, *, by: Actor, at: datetime) -> tuple[int, ...]:
    """Raise a finding when the duty to name the five is late and fewer are named."""
    task = get_task(task_id, EVERYWHERE)
    decision_id = decision_of(task.subject)
    watch = None if decision_id is None else queries.find_watch(decision_id)
    if watch is None or task.form != Form.TEAM:
        return ()
    edition = queries.edition_for(watch, at)
    named = {NAMED: len(queries.team_of(watch.pk))}
    failed = failed_items(get_form(edition.id, Form.TEAM), named)
    return raise_all(failed, watch, edition, observation=None, by=by, at=at)
