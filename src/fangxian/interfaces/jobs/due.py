"""What is due at a moment, in order; and the next moment at which something is.

Every job is a function of ``at``: the worker calls ``run_due`` each second with the
installation's clock, a replay calls it at each ``next_moment``.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from fangxian.capabilities.daily_return.actions import (
    issue_duties as issue_unit_duties,
)
from fangxian.capabilities.enrolment import actions as enrolment
from fangxian.capabilities.enrolment.sweeps import actions as sweeps
from fangxian.capabilities.enrolment.sweeps import queries as sweep_queries
from fangxian.capabilities.home_watch.actions import plan_watch
from fangxian.capabilities.inspection.actions import plan_patrols
from fangxian.interfaces.jobs.reactions import run_reactions
from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.moments import day_of, start_of
from fangxian.mechanisms.journal import actions as journal
from fangxian.mechanisms.journal.queries import done_once, last_checkpoint_at
from fangxian.mechanisms.jurisdiction.queries import top_areas
from fangxian.mechanisms.ledger.exports import actions as exports
from fangxian.mechanisms.ledger.exports import queries as export_queries
from fangxian.mechanisms.report.actions import freeze_due
from fangxian.mechanisms.restriction import queries as restrictions
from fangxian.mechanisms.restriction.actions import end_due, end_repealed
from fangxian.mechanisms.task import queries as tasks
from fangxian.mechanisms.task.actions import escalate_due, lapse_due


CHECKPOINT_EVERY = dt.timedelta(minutes=1)
NUMBERED_AT_ONCE = 5000
DAYS_CAUGHT_UP = 7
DUTIES = "duties"
REPEALED = "repealed rules"

Job = Callable[[dt.datetime], object]


def number_entries(at: dt.datetime) -> None:
    """Give every entry its number."""
    while journal.sequence(at=at, most=NUMBERED_AT_ONCE) == NUMBERED_AT_ONCE:
        pass


def sign_checkpoint(at: dt.datetime) -> None:
    """Sign the journal once a minute, if it has grown."""
    last = last_checkpoint_at()
    if last is None or abs(at - last) >= CHECKPOINT_EVERY:
        journal.checkpoint(at=at)


def issue_duties(at: dt.datetime) -> None:
    """Issue each day's duties once, from 00:00; days that were slept through too."""
    today = day_of(at).toordinal()
    last = done_once(DUTIES) or today - 1
    for ordinal in range(max(last + 1, today - DAYS_CAUGHT_UP), today + 1):
        day = dt.date.fromordinal(ordinal)
        journal.once(DUTIES, ordinal, partial(_issue_duties_of, day, at))


def _issue_duties_of(day: dt.date, at: dt.datetime) -> None:
    issue_unit_duties(day=day, at=at)
    for area in top_areas(day):
        plan_patrols(area=area, day=day, by=SYSTEM, at=at)
        plan_watch(area=area, day=day, by=SYSTEM, at=at)
        enrolment.screen_outdated(area, at=at)
        enrolment.issue_visits(area, by=SYSTEM, at=at)
    enrolment.close_watched(at=at)


def end_what_was_repealed(at: dt.datetime) -> None:
    """End restrictions whose rule's last day is over; an adoption does so at once."""
    today = day_of(at).toordinal()
    journal.once(REPEALED, today, lambda: end_repealed(at=at))


def follow_up(at: dt.datetime) -> None:
    """Do what follows from what was done, until nothing more follows."""
    number_entries(at)
    while run_reactions(at=at):
        number_entries(at)


JOBS: Mapping[str, Job] = MappingProxyType(
    {
        "number entries": number_entries,
        "sign a checkpoint": sign_checkpoint,
        "escalate duties": lambda at: escalate_due(at=at),
        "take new doors into sweeps": lambda at: sweeps.take_in_new(at=at),
        "lapse duties": lambda at: lapse_due(at=at),
        "end sweeps": lambda at: sweeps.end_due(at=at),
        "lapse exports": lambda at: exports.lapse_due(at=at),
        "freeze returns": lambda at: freeze_due(at=at),
        "issue duties": issue_duties,
        "write down ends": lambda at: end_due(at=at),
        "end what was repealed": end_what_was_repealed,
        "follow up": follow_up,
    }
)


def run_due(at: dt.datetime) -> None:
    """Run every job once, in order; the first failure stops it."""
    for job in JOBS.values():
        job(at)


def next_moment(after: dt.datetime) -> dt.datetime:
    """Give the next moment at which a job will have something to do.

    A duty escalates or lapses, a restriction or a sweep ends, an appeal is left
    unanswered, a request to hand people over lapses, or a day ends: duties are issued
    and returns freeze.
    """
    midnight = start_of(day_of(after) + dt.timedelta(days=1))
    owed, held = tasks.next_moment(after), restrictions.next_moment(after)
    lapses, ends = export_queries.next_moment(after), sweep_queries.next_end(after)
    ahead = (owed, held, lapses, ends, midnight)
    return min(moment for moment in ahead if moment is not None)
