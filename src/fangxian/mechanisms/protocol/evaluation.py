"""What follows from a pack for one subject on one day: pure, and traced."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from uuid import UUID

from fangxian.kernel.actors import Role
from fangxian.kernel.conditions import Value, evaluate, facts_of
from fangxian.kernel.moments import day_of
from fangxian.mechanisms.protocol.clauses import (
    Cadence,
    Clause,
    Every,
    Named,
    Rung,
    Weekday,
    Window,
)
from fangxian.mechanisms.protocol.facts import Facts
from fangxian.mechanisms.protocol.packs import Pack
from fangxian.mechanisms.protocol.words import Words


WEEKDAYS = tuple(Weekday)


@dataclass(frozen=True, slots=True)
class Trace:
    """Why a duty was decided: clause, paper, the facts and parameters it read."""

    pack: str
    version: str
    clause: str
    source: str
    day: dt.date
    condition: str
    facts: Mapping[str, Value | None]
    parameters: Mapping[str, str]

    def as_data(self) -> dict[str, object]:
        """Give the trace as plain data, as a task stores it."""
        return {**asdict(self), "day": self.day.isoformat()}


@dataclass(frozen=True, slots=True)
class Decision:
    """One duty that follows: what, for which subject, by whom, in which window.

    ``key`` names the duty of the period, so that issuing it twice issues it once.
    ``closes_at`` is None for a duty that is owed until it is done.
    """

    key: str
    pack: str
    version: str
    clause: str
    title: Words
    form: str
    subject: str
    kind: str
    roles: tuple[Role, ...]
    opens_at: dt.datetime
    due_at: dt.datetime
    closes_at: dt.datetime | None
    ladder: tuple[Rung, ...]
    trace: Trace


class Outcome(StrEnum):
    """What became of a clause for a subject."""

    APPLIES = "applies"
    OTHER_SUBJECT = "other_subject"
    NOT_IN_FORCE = "not_in_force"
    NOT_TODAY = "not_today"
    CONDITION_FAILS = "condition_fails"
    UNKNOWN = "unknown"  # a fact is missing, so that nobody can say


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one clause says, with its decisions or with the facts that are missing."""

    clause: Clause
    outcome: Outcome
    decisions: tuple[Decision, ...] = ()
    missing: frozenset[str] = frozenset()


def judge(pack: Pack, facts: Facts, at: dt.datetime) -> tuple[Decision, ...]:
    """Give the duties of the Shanghai day that holds ``at``.

    Every window of the day is given, also one that is over at ``at``: a duty that
    was missed must show as missed. A clause whose condition cannot be answered for
    want of a fact gives nothing; ``explain`` tells which facts are missing.
    """
    return tuple(
        decision
        for clause in pack.clauses_about(facts.subject, facts.kind)
        for decision in _verdict(pack, clause, facts, at).decisions
    )


def explain(pack: Pack, facts: Facts, at: dt.datetime) -> tuple[Verdict, ...]:
    """Say what every clause of the pack makes of a subject, and why."""
    return tuple(_verdict(pack, clause, facts, at) for clause in pack.clauses)


def _verdict(pack: Pack, clause: Clause, facts: Facts, at: dt.datetime) -> Verdict:
    outcome = _when(clause, facts, at) or _whether(clause, facts)
    if outcome is Outcome.APPLIES:
        decisions = tuple(_decisions(pack, clause, facts, day_of(at)))
        return Verdict(clause, outcome, decisions=decisions)
    if outcome is Outcome.UNKNOWN:
        asked = facts_of(clause.when)
        missing = frozenset(one for one in asked if facts.values.get(one) is None)
        return Verdict(clause, outcome, missing=missing)
    return Verdict(clause, outcome)


def _when(clause: Clause, facts: Facts, at: dt.datetime) -> Outcome | None:
    """Say why the clause asks nothing of this subject now, before its condition."""
    if not clause.is_about(facts.subject, facts.kind):
        return Outcome.OTHER_SUBJECT
    if not clause.holds_on(day_of(at)):
        return Outcome.NOT_IN_FORCE
    return None if _begins(clause.cadence, facts, at) else Outcome.NOT_TODAY


def _whether(clause: Clause, facts: Facts) -> Outcome:
    answer = evaluate(clause.when, facts.values)
    if answer is None:
        return Outcome.UNKNOWN
    return Outcome.APPLIES if answer else Outcome.CONDITION_FAILS


# ------------------------------------------------------------------ cadence


def _begins(cadence: Cadence, facts: Facts, at: dt.datetime) -> bool:
    """Whether a duty of this cadence begins on the day that holds ``at``."""
    if cadence.every is Every.ONCE:
        return facts.since is not None and facts.since <= at
    return begins_on(cadence, day_of(at), facts.number)


def begins_on(cadence: Cadence, day: dt.date, number: int | UUID) -> bool:
    """Whether a duty that comes again begins on a day, for subject ``number``."""
    if cadence.every is Every.WEEK:
        return WEEKDAYS[day.weekday()] in cadence.on
    if cadence.every is Every.DAYS:
        passed = (day - (cadence.start or day)).days
        moved = int(number) % cadence.days if cadence.spread else 0
        return passed >= 0 and passed % cadence.days == moved
    return True


# ------------------------------------------------------------------ windows


def _decisions(
    pack: Pack, clause: Clause, facts: Facts, day: dt.date
) -> Iterator[Decision]:
    if clause.cadence.every is Every.ONCE:
        yield _owed_once(pack, clause, facts, day)
        return
    for number, window in enumerate(clause.windows, start=1):
        part = f"/{number}" if len(clause.windows) > 1 else ""
        last = day + dt.timedelta(days=window.days - 1)
        yield _decision(
            pack,
            clause,
            facts,
            day,
            period=f"{day}{part}",
            opens_at=pack.moment(window.opens, day),
            due_at=pack.moment(window.due, last),
            closes_at=pack.moment(window.closes, last),
        )


def _owed_once(pack: Pack, clause: Clause, facts: Facts, day: dt.date) -> Decision:
    since, within = facts.since, clause.cadence.within
    assert since is not None  # noqa: S101 -- _begins has looked
    assert within is not None  # noqa: S101 -- the reader demands it
    return _decision(
        pack,
        clause,
        facts,
        day,
        period=since.isoformat(),
        opens_at=since,
        due_at=since + dt.timedelta(hours=pack.hours(within, day)),
        closes_at=None,
    )


def _decision(
    pack: Pack,
    clause: Clause,
    facts: Facts,
    day: dt.date,
    *,
    period: str,
    opens_at: dt.datetime,
    due_at: dt.datetime,
    closes_at: dt.datetime | None,
) -> Decision:
    return Decision(
        key=f"{pack.id}/{clause.code}/{facts.reference}/{period}",
        pack=pack.id,
        version=pack.version,
        clause=clause.code,
        title=clause.title,
        form=clause.form,
        subject=facts.reference,
        kind=facts.kind,
        roles=clause.roles,
        opens_at=opens_at,
        due_at=due_at,
        closes_at=closes_at,
        ladder=clause.ladder,
        trace=_trace(pack, clause, facts, day),
    )


# -------------------------------------------------------------------- trace


def _trace(pack: Pack, clause: Clause, facts: Facts, day: dt.date) -> Trace:
    return Trace(
        pack=pack.id,
        version=pack.version,
        clause=clause.code,
        source=str(clause.source),
        day=day,
        condition=str(clause.when),
        facts={name: facts.values.get(name) for name in sorted(facts_of(clause.when))},
        parameters={name: _told(pack, name, day) for name in sorted(_read_by(clause))},
    )


def _told(pack: Pack, name: str, day: dt.date) -> str:
    dated = pack.parameters[name].on(day)
    return f"{dated.value} since {dated.valid_from}: {dated.source}"


def _read_by(clause: Clause) -> set[str]:
    """Name the parameters that a clause reads."""
    values = [clause.cadence.within, *_times(clause.windows)]
    return {one.parameter for one in values if isinstance(one, Named)}


def _times(windows: tuple[Window, ...]) -> list[str | Named]:
    return [
        time for window in windows for time in (window.opens, window.due, window.closes)
    ]
