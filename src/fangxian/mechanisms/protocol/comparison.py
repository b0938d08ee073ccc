"""What another version would change for one subject, and why: pure, for previews."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from fangxian.kernel.moments import SHANGHAI
from fangxian.mechanisms.protocol.changes import What
from fangxian.mechanisms.protocol.evaluation import (
    Decision,
    Outcome,
    Verdict,
    explain,
    judge,
)
from fangxian.mechanisms.protocol.facts import Facts
from fangxian.mechanisms.protocol.packs import Pack


class Why(StrEnum):
    """Why a duty would begin, end or be different."""

    NEW = "by {facts}"
    MOVED = "{facts}"
    GONE = "the clause is gone"
    OTHER_KINDS = "the clause speaks of other kinds"
    NOT_IN_FORCE = "the clause is not in force on that day"
    CONDITION_FAILS = "its condition fails: {facts}"
    UNKNOWN = "it cannot be decided without {facts}"
    OTHER_DAYS = "it falls on other days or in other windows"


class Moved(StrEnum):
    """What of a duty would be different."""

    FORM = "form"
    POST = "post"
    OPENS = "opens"
    DUE = "due"
    CLOSES = "closes"
    LADDER = "people to tell"


@dataclass(frozen=True, slots=True)
class Move:
    """One thing of a duty that would be different, as it is and as it would be."""

    what: Moved
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.what} {self.old} → {self.new}"


@dataclass(frozen=True, slots=True)
class Difference:
    """One duty that would begin, end or be different, and why.

    ``facts`` fills the sentence of ``why``; ``moves`` tells what would be different.
    """

    key: str
    subject: str
    clause: str
    what: What
    why: Why
    facts: str = ""
    moves: tuple[Move, ...] = ()

    @property
    def reason(self) -> str:
        """The reason in English; interfaces translate the sentence of ``why``."""
        facts = self.facts or ", ".join(map(str, self.moves))
        return self.why.format(facts=facts)


def compare(
    old: Pack | None, new: Pack, facts: Facts, at: dt.datetime
) -> tuple[Difference, ...]:
    """List what would change for a subject on the Shanghai day that holds ``at``."""
    before, after = _judged(old, facts, at), _judged(new, facts, at)
    return tuple(_differences(before, after, new, facts, at))


def _judged(pack: Pack | None, facts: Facts, at: dt.datetime) -> dict[str, Decision]:
    if pack is None or facts.subject not in pack.subjects:
        return {}
    return {one.key: one for one in judge(pack, facts, at)}


def _differences(
    before: dict[str, Decision],
    after: dict[str, Decision],
    new: Pack,
    facts: Facts,
    at: dt.datetime,
) -> Iterator[Difference]:
    for key, decision in before.items():
        if key not in after:
            why, told = why_not(new, decision.clause, facts, at)
            yield _difference(decision, What.REMOVED, why, told)
            continue
        moves = tuple(_moves(decision, after[key]))
        if moves:
            yield _difference(decision, What.CHANGED, Why.MOVED, moves=moves)
    for key, decision in after.items():
        if key not in before:
            yield _difference(decision, What.ADDED, Why.NEW, decision.trace.source)


def _difference(
    decision: Decision,
    what: What,
    why: Why,
    facts: str = "",
    moves: tuple[Move, ...] = (),
) -> Difference:
    return Difference(
        key=decision.key,
        subject=decision.subject,
        clause=decision.clause,
        what=what,
        why=why,
        facts=facts,
        moves=moves,
    )


def why_not(pack: Pack, clause: str, facts: Facts, at: dt.datetime) -> tuple[Why, str]:
    """Say why a clause asks nothing of a subject, or that it is gone."""
    for verdict in explain(pack, facts, at):
        if verdict.clause.code == clause:
            return _why(verdict)
    return Why.GONE, ""


def _why(verdict: Verdict) -> tuple[Why, str]:
    if verdict.outcome is Outcome.CONDITION_FAILS:
        return Why.CONDITION_FAILS, str(verdict.clause.when)
    if verdict.outcome is Outcome.UNKNOWN:
        return Why.UNKNOWN, ", ".join(sorted(verdict.missing))
    return _PLAIN.get(verdict.outcome, Why.OTHER_DAYS), ""


_PLAIN = {
    Outcome.OTHER_SUBJECT: Why.OTHER_KINDS,
    Outcome.NOT_IN_FORCE: Why.NOT_IN_FORCE,
}


def _moves(before: Decision, after: Decision) -> Iterator[Move]:
    for what, told in _TOLD.items():
        old, new = told(before), told(after)
        if old != new:
            yield Move(what, old, new)


def _clock(moment: dt.datetime | None) -> str:
    if moment is None:
        return "never"
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _rungs(decision: Decision) -> str:
    return ", ".join(f"{one.role} +{one.after_minutes} min" for one in decision.ladder)


_TOLD: Mapping[Moved, Callable[[Decision], str]] = {
    Moved.FORM: lambda one: one.form,
    Moved.POST: lambda one: ", ".join(one.roles),
    Moved.OPENS: lambda one: _clock(one.opens_at),
    Moved.DUE: lambda one: _clock(one.due_at),
    Moved.CLOSES: lambda one: _clock(one.closes_at),
    Moved.LADDER: lambda one: _rungs(one) or "nobody",
}
