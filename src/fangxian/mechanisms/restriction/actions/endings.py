"""Ends of restrictions: for the record where they come by themselves, else by hand."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery

from fangxian.kernel.actors import SYSTEM, Actor
from fangxian.kernel.moments import day_of
from fangxian.mechanisms.journal.actions import record_all
from fangxian.mechanisms.journal.events import Act, Count
from fangxian.mechanisms.jurisdiction.queries import check_reaches
from fangxian.mechanisms.protocol import queries as protocol
from fangxian.mechanisms.protocol.vocabulary import Ending
from fangxian.mechanisms.restriction import events, rules
from fangxian.mechanisms.restriction.models import Appeal, Decision, Ended
from fangxian.mechanisms.restriction.queries import end_of, not_over


WHAT = "restriction"
AT_ONCE = 500


@transaction.atomic
def release(
    decision_id: int,
    *,
    note: str,
    by: Actor,
    at: dt.datetime,
    instead: int | None = None,
    entries: Collection[UUID] = (),
) -> None:
    """End a restriction early, by one signature that says why.

    With ``instead`` it ends as a duplicate of that other restriction. ``entries`` are
    those by which the ledger knows the one person, if by several: nothing here may
    ask who somebody is. There is no verb that makes one longer: more needs new
    evidence and a new decision.
    """
    _hold_both(decision_id, instead)
    decision = locked(decision_id, by=by, at=at)
    rules.check_can_sign(by=by)
    rules.check_reason(note)
    if instead is not None:
        _check_stands_in(decision, instead, entries, at=at)
    ending = Ending.RELEASED if instead is None else Ending.DUPLICATE
    ended = _ended(decision, ending, moment=at, by=by, at=at)
    ended.note = note.strip()
    ended.instead_id = instead
    _write([ended], by=by, at=at)


def _hold_both(decision_id: int, other_id: int | None) -> None:
    """Lock a restriction and what stands in for it, so that the latter does stand.

    In one order: of two doctors who end the one and the other, the second waits, and
    then finds the first one's over.
    """
    if other_id is not None:
        both = Decision.objects.filter(pk__in=(decision_id, other_id)).order_by("pk")
        list(both.select_for_update().values_list("pk", flat=True))


def _check_stands_in(
    decision: Decision, other_id: int, entries: Collection[UUID], *, at: dt.datetime
) -> None:
    """Refuse unless the other is about the same person, by the same rule, as long."""
    other = Decision.objects.filter(not_over(at), pk=other_id).first()
    if (
        other is None
        or other.pk == decision.pk
        or not _is_one_person(decision, other, entries)
        or other.rule != decision.rule
        or other.until < decision.until
    ):
        raise rules.NOT_THE_SAME(decision=decision.pk, other=other_id)


def _is_one_person(
    decision: Decision, other: Decision, entries: Collection[UUID]
) -> bool:
    subjects = {decision.subject, other.subject}
    return len(subjects) == 1 or subjects <= set(entries)


def locked(decision_id: int, *, by: Actor, at: dt.datetime) -> Decision:
    """Lock a restriction in reach that is not over."""
    decision = Decision.objects.select_for_update().filter(pk=decision_id).first()
    if decision is None:
        raise rules.UNKNOWN_DECISION(decision=decision_id)
    check_reaches(by.scope, decision.area_id, what=WHAT)
    if end_of(decision).at <= at:
        raise rules.OVER(decision=decision_id)
    return decision


def hold(decisions: "QuerySet[Decision]", *, most: int | None = None) -> list[Decision]:
    """Lock restrictions in one order; give those that are still among them then.

    Whoever held one before may have ended it, or answered an appeal; the first look,
    which waited for them, did not see that.
    """
    waiting = decisions.select_for_update(of=("self",)).order_by("pk")
    held = list(waiting.values_list("pk", flat=True)[:most])
    return list(decisions.filter(pk__in=held, ended=None).order_by("pk"))


# ----------------------------------------------------------------- by themselves
def end_due(*, at: dt.datetime) -> int:
    """Write down what has ended by itself until ``at``; how many there were.

    It was over without this: expiry lies in the decision, and an appeal that nobody
    answered in time ends it at its own due moment.
    """
    return sum(iter(lambda: _end_some_due(at), 0))


@transaction.atomic
def _end_some_due(at: dt.datetime) -> int:
    due = Decision.objects.filter(ended=None).annotate(lapses_at=_first_unanswered())
    due = due.filter(Q(until__lte=at) | Q(lapses_at__lte=at))
    over = hold(due, most=AT_ONCE)
    ended = [_ended_by_itself(one, at=at) for one in over]
    _write(ended, by=SYSTEM, at=at)
    return len(ended)


def _first_unanswered() -> Subquery:
    left = Appeal.objects.filter(decision=OuterRef("pk"), ruling=None)
    return Subquery(left.order_by("due_at").values("due_at")[:1])


def _ended_by_itself(decision: Any, *, at: dt.datetime) -> Ended:
    lapses_at: dt.datetime | None = decision.lapses_at
    if lapses_at is not None and lapses_at < decision.until:
        return _ended(
            decision, Ending.APPEAL_LAPSED, moment=lapses_at, by=SYSTEM, at=at
        )
    return _ended(decision, Ending.EXPIRED, moment=decision.until, by=SYSTEM, at=at)


@transaction.atomic
def end_repealed(*, at: dt.datetime) -> int:
    """End what rests on a rule that is not in force in its area any more."""
    running = Decision.objects.filter(not_over(at))
    places = running.values_list("edition", "rule", "area").distinct().order_by()
    gone = [place for place in places if not _is_in_force(*place, at=at)]
    ended = 0
    for edition, rule, area in gone:
        resting = hold(running.filter(edition=edition, rule=rule, area=area))
        ended += len(end_all(resting, Ending.RULE_REPEALED, by=SYSTEM, at=at))
    return ended


def _is_in_force(edition: int, rule: str, area: int, *, at: dt.datetime) -> bool:
    held = protocol.in_force(protocol.loaded(edition).id, area, at)
    found = None if held is None else held.pack.restrictions.get(rule)
    return found is not None and found.holds_on(day_of(at))


# ------------------------------------------------------------------------ writing
def end_all(
    decisions: Sequence[Decision], ending: Ending, *, by: Actor, at: dt.datetime
) -> tuple[int, ...]:
    """End these restrictions now, for one reason; give their ids."""
    _write(
        [_ended(one, ending, moment=at, by=by, at=at) for one in decisions],
        by=by,
        at=at,
    )
    return tuple(one.pk for one in decisions)


def _ended(
    decision: Decision,
    ending: Ending,
    *,
    moment: dt.datetime,
    by: Actor,
    at: dt.datetime,
) -> Ended:
    return Ended(
        decision=decision,
        reason=ending,
        at=moment,
        recorded_at=at,
        by=by.person,
        post=by.post,
    )


def _write(rows: Iterable[Ended], *, by: Actor, at: dt.datetime) -> None:
    written = Ended.objects.bulk_create(rows)
    record_all([_act(one) for one in written], by=by, at=at)


def _act(ended: Ended) -> Act:
    decision = ended.decision
    event = events.Ended(
        decision=decision.pk,
        person=decision.subject,
        reason=ended.reason,
        ended_at=ended.at,
    )
    count = Count(
        area=decision.area_id,
        day=day_of(ended.at),
        measure=events.ENDED,
        kind=ended.reason,
    )
    subject = f"restriction:{decision.pk}"
    return Act(event, subject, decision.area_id, (count,))
