"""What another version would change for one subject, and why: pure, for previews."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Difference:
    """One duty that would begin, end or be different, and the reason."""

    key: str
    subject: str
    clause: str
    what: What
    reason: str


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
            reason = why_not(new, decision.clause, facts, at)
            yield _difference(decision, What.REMOVED, reason)
        else:
            reason = ", ".join(_moved(decision, after[key]))
            if reason:
                yield _difference(decision, What.CHANGED, reason)
    for key, decision in after.items():
        if key not in before:
            yield _difference(decision, What.ADDED, f"by {decision.trace.source}")


def _difference(decision: Decision, what: What, reason: str) -> Difference:
    return Difference(decision.key, decision.subject, decision.clause, what, reason)


def why_not(pack: Pack, clause: str, facts: Facts, at: dt.datetime) -> str:
    """Say why a clause asks nothing of a subject, or that it is gone."""
    for verdict in explain(pack, facts, at):
        if verdict.clause.code == clause:
            return _reason(verdict)
    return "the clause is gone"


def _reason(verdict: Verdict) -> str:
    match verdict.outcome:
        case Outcome.OTHER_SUBJECT:
            return "the clause speaks of other kinds"
        case Outcome.NOT_IN_FORCE:
            return "the clause is not in force on that day"
        case Outcome.CONDITION_FAILS:
            return f"its condition fails: {verdict.clause.when}"
        case Outcome.UNKNOWN:
            return f"it cannot be decided without {', '.join(sorted(verdict.missing))}"
        case _:
            return "it falls on other days or in other windows"


def _moved(before: Decision, after: Decision) -> Iterator[str]:
    if before.form != after.form:
        yield f"form {before.form} → {after.form}"
    if before.roles != after.roles:
        yield f"post {', '.join(before.roles)} → {', '.join(after.roles)}"
    moments = (
        ("opens", before.opens_at, after.opens_at),
        ("due", before.due_at, after.due_at),
        ("closes", before.closes_at, after.closes_at),
    )
    for name, old, new in moments:
        if old != new:
            yield f"{name} {_clock(old)} → {_clock(new)}"
    if before.ladder != after.ladder:
        yield "other people hear of it when it is overdue"


def _clock(moment: dt.datetime | None) -> str:
    if moment is None:
        return "never"
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
