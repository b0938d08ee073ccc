"""What follows from evidence for one person: pure, total, and the same for everybody.

Nothing goes in but evidence, rules and a moment. Who the person is does not go in.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from fangxian.kernel.conditions import Value, evaluate
from fangxian.kernel.conditions.language import Every
from fangxian.kernel.moments import day_of
from fangxian.mechanisms.protocol.evidence import Stated, is_usable
from fangxian.mechanisms.protocol.packs import Pack
from fangxian.mechanisms.protocol.restrictions import Rule
from fangxian.mechanisms.protocol.vocabulary import (
    AGE,
    RISK,
    SEEN_AT,
    STAYED_IN,
    STAYED_ON,
    Kind,
)


HOUR = dt.timedelta(hours=1)
# A restriction that begins later may be signed the day before.
SIGNED_AHEAD_MOST = dt.timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Grounded:
    """A restriction that follows: by which rule, on what, from when until when.

    ``why`` are the parts of the rule's condition that the evidence meets.
    """

    rule: Rule
    evidence: tuple[str, ...]
    begins: dt.datetime
    until: dt.datetime
    why: tuple[str, ...]


def ground(
    pack: Pack, evidence: Sequence[Stated], at: dt.datetime
) -> tuple[Grounded, ...]:
    """Give what every rule of the pack makes of one person's evidence at a moment.

    Of several pieces that meet a rule the one with the latest end counts: day 0 is
    the last exposure. What has ended by ``at`` does not follow any more.
    """
    usable = [one for one in evidence if is_usable(one, at)]
    found = (ground_by(pack, rule, usable, at) for rule in pack.restrictions.values())
    return tuple(one for one in found if one is not None)


def ground_by(
    pack: Pack, rule: Rule, evidence: Sequence[Stated], at: dt.datetime
) -> Grounded | None:
    """Give what one rule makes of the evidence, if anything."""
    if not rule.holds_on(day_of(at)):
        return None
    following = [
        one
        for chosen in _choices(rule, evidence)
        if (one := _follow(pack, rule, chosen, at)) is not None
    ]
    return max(following, key=lambda one: (one.until, one.evidence), default=None)


def _choices(rule: Rule, evidence: Sequence[Stated]) -> Iterator[tuple[Stated, ...]]:
    """Give every choice of one piece for each kind needed, about one venue."""
    pools = [[one for one in evidence if one.kind == kind] for kind in rule.needs]
    if Kind.EXPOSURE not in rule.needs:
        yield from product(*pools)
        return
    for chosen in product(*pools):
        exposed = {one.venue for one in chosen if one.kind == Kind.EXPOSURE} - {""}
        visited = {one.venue for one in chosen if one.kind == Kind.VISIT}
        if exposed <= visited:
            yield chosen


def _follow(
    pack: Pack, rule: Rule, chosen: Sequence[Stated], at: dt.datetime
) -> Grounded | None:
    facts = facts_from(pack, chosen, at)
    anchor = _anchor(rule, chosen, facts)
    if anchor is None or evaluate(rule.when, facts) is not True:
        return None
    begins, until = rule.lasts.begins(anchor), rule.lasts.ends(anchor)
    if until <= at or begins > at + SIGNED_AHEAD_MOST:
        return None
    return Grounded(
        rule=rule,
        evidence=tuple(sorted(one.id for one in chosen)),
        begins=begins,
        until=until,
        why=_why(rule),
    )


def facts_from(
    pack: Pack, chosen: Sequence[Stated], at: dt.datetime
) -> dict[str, Value]:
    """Gather what the evidence states, and what follows from it."""
    facts: dict[str, Value] = {}
    for one in chosen:
        facts.update(one.facts)
        facts[f"{one.kind}.grade"] = one.grade
    facts[AGE] = min((at - one.seen_at) // HOUR for one in chosen)
    stayed_in, stayed_on = facts.pop(STAYED_IN, None), facts.get(STAYED_ON)
    if stayed_in is not None and stayed_on is not None:
        facts[RISK] = pack.risk(str(stayed_in), str(stayed_on))
    return facts


def _anchor(
    rule: Rule, chosen: Sequence[Stated], facts: Mapping[str, Value]
) -> dt.date | dt.datetime | None:
    """Find day 0, or the moment to count from; none later than it was seen."""
    kind = SEEN_AT.get(rule.anchor) or Kind(rule.anchor.partition(".")[0])
    [seen_at] = [one.seen_at for one in chosen if one.kind == kind]
    if rule.anchor in SEEN_AT:
        return seen_at
    stated = facts.get(rule.anchor)
    day = None if stated is None else dt.date.fromisoformat(str(stated))
    return day if day is not None and day <= day_of(seen_at) else None


def _why(rule: Rule) -> tuple[str, ...]:
    parts = rule.when.parts if isinstance(rule.when, Every) else (rule.when,)
    return tuple(map(str, parts))
