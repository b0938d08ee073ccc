"""How a sweep ends: by itself at the end of its window, or called off before."""

import datetime as dt
from uuid import UUID

from django.db import transaction

from fangxian.capabilities.enrolment.models import Sweep, Target
from fangxian.capabilities.enrolment.states import SWEEP, Sweeping
from fangxian.capabilities.enrolment.sweeps import events, queries, rules
from fangxian.capabilities.enrolment.sweeps.actions.writing import locked, note
from fangxian.kernel.actors import SYSTEM, Actor
from fangxian.mechanisms.jurisdiction.queries import reaches_area
from fangxian.mechanisms.task.actions import waive_all
from fangxian.mechanisms.task.states import OPEN


def end_due(*, at: dt.datetime) -> int:
    """End the sweeps whose window is over, and say what was missed and why."""
    if not queries.is_any_running():
        return 0
    over = Sweep.objects.filter(state=Sweeping.RUNNING, until__lte=at).order_by("pk")
    ended = [_end(sweep_id, at=at) for sweep_id in over.values_list("pk", flat=True)]
    return sum(ended)


@transaction.atomic
def _end(sweep_id: UUID, *, at: dt.datetime) -> bool:
    sweep = locked(sweep_id)
    if sweep.state != Sweeping.RUNNING:
        return False
    _stop(sweep, Sweeping.ENDED, by=SYSTEM, at=at)
    tally = queries.ended_counts(sweep_id)
    event = events.Ended(
        sweep=sweep_id,
        should=tally.should,
        seen=tally.seen,
        empty=tally.empty,
        missed=tally.missed,
        reasons={
            outcome or rules.UNVISITED: count
            for outcome, count in sorted(tally.reasons.items())
        },
    )
    note(event, sweep, by=SYSTEM, at=at)
    return True


@transaction.atomic
def call_off(sweep_id: UUID, *, reason: str, by: Actor, at: dt.datetime) -> Sweep:
    """Stop a sweep before its end; what is still owed is waived for the reason given."""
    sweep = locked(sweep_id)
    if not reaches_area(by.scope, sweep.area_id):
        raise rules.UNKNOWN()
    rules.check_can_call_off(by=by)
    SWEEP.check(Sweeping(sweep.state), Sweeping.CALLED_OFF)
    sweep.reason = rules.check_why(reason)
    owed = Target.objects.filter(sweep=sweep_id, task__state__in=OPEN)
    waived = waive_all(
        list(owed.order_by("task").values_list("task", flat=True)),
        reason=sweep.reason,
        by=SYSTEM,
        at=at,
    )
    _stop(sweep, Sweeping.CALLED_OFF, by=by, at=at)
    event = events.CalledOff(sweep=sweep_id, reason=sweep.reason, waived=waived)
    note(event, sweep, by=by, at=at)
    return sweep


def _stop(sweep: Sweep, state: Sweeping, *, by: Actor, at: dt.datetime) -> None:
    SWEEP.check(Sweeping(sweep.state), state)
    sweep.state, sweep.ended_at, sweep.ended_by = state, at, by.person
    sweep.save()
