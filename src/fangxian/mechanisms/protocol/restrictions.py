"""Rules about restrictions: what they need, when they hold, and when they end.

A rule is read only if it could not be unfair: it speaks the closed vocabulary, needs
evidence and reads it, lasts no more than fourteen days, and is never harder on
somebody whose evidence is better (``monotony``).
"""

import datetime as dt
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from fangxian.kernel.conditions import Condition, Type, facts_of
from fangxian.kernel.moments import end_of_day_number, start_of
from fangxian.mechanisms.protocol.monotony import (
    MODELS_MOST,
    compared,
    harms,
    models,
)
from fangxian.mechanisms.protocol.reading import Record, Slot
from fangxian.mechanisms.protocol.texts import Text
from fangxian.mechanisms.protocol.vocabulary import (
    SEEN_AT,
    VOCABULARY,
    WORDS,
    Ending,
    Kind,
    kind_of,
)
from fangxian.mechanisms.protocol.words import Citation, Words


DAYS_MOST = 14
HOURS_MOST = DAYS_MOST * 24
LOOK_BACK_MOST = 30

# What a notice may tell: nothing of it names the person.
NOTICE_GAPS = frozenset(
    {
        *("measure", "rule", "source", "explanation", "evidence"),
        *("signed_on", "since", "until", "appeal_hours", "reason", "ended_at"),
    }
)
EVIDENCE_GAPS = frozenset({"seen_on", "grade"})

_AREA = re.compile(r"[0-9]{6}(\.[a-z0-9_]+)*")


@dataclass(frozen=True, slots=True)
class Measure:
    """What a restriction asks of a person; its notices are texts of the pack."""

    code: str
    name: Words
    notice: str
    release: str


class Risk(StrEnum):
    """How the competent level has listed an area; what is not listed is low."""

    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class RiskArea:
    """An area as it was listed, from a day until a day, looking back some days.

    ``area`` is the six-digit code of a county, and what lies below it in words:
    ``310115.zhuqiao.yingqian``.
    """

    area: str
    name: Words
    risk: Risk
    from_: dt.date
    until: dt.date | None
    look_back: int
    source: Citation
    overlay: Words | None

    def covers(self, area: str, on: dt.date) -> bool:
        """Whether who was in ``area`` on a day was in this area at risk."""
        inside = area == self.area or area.startswith(f"{self.area}.")
        begun = self.from_ - dt.timedelta(days=self.look_back) <= on
        return inside and begun and (self.until is None or on < self.until)


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long a restriction lasts: days after its day 0, or hours after a moment.

    ``after`` whole days pass before it begins, so that fourteen days and then seven
    are two rules and two decisions.
    """

    days: int = 0
    hours: int = 0
    after: int = 0

    def begins(self, anchor: dt.date | dt.datetime) -> dt.datetime:
        """Give the moment from which it may hold."""
        if isinstance(anchor, dt.datetime):
            return anchor
        if self.after:
            return end_of_day_number(anchor, self.after)
        return start_of(anchor)

    def ends(self, anchor: dt.date | dt.datetime) -> dt.datetime:
        """Give its end: 24:00 of the last day, or so many hours after the moment."""
        if isinstance(anchor, dt.datetime):
            return anchor + dt.timedelta(hours=self.hours)
        return end_of_day_number(anchor, self.after + self.days)


@dataclass(frozen=True, slots=True)
class Rule:
    """For whom evidence of these kinds says ``when``, ``measure`` lasts so long.

    ``anchor`` is the fact that gives day 0, or the moment that evidence was seen.
    ``overlay`` marks a rule that is not the edition's own, and says whose it is.
    """

    code: str
    title: Words
    needs: tuple[Kind, ...]
    when: Condition
    anchor: str
    lasts: Lasting
    measure: str
    explanation: Words
    source: Citation
    overlay: Words | None
    valid_from: dt.date
    valid_until: dt.date | None = None

    def holds_on(self, day: dt.date) -> bool:
        """Whether the rule is in force on a day (half-open)."""
        begun = self.valid_from <= day
        return begun and (self.valid_until is None or day < self.valid_until)


# ---------------------------------------------------------------------- measures
def read_measure(slot: Slot, texts: Mapping[str, Text]) -> Measure:
    """Read a measure; both its notices must be texts that can be filled."""
    record = slot.record(("measure", "name", "notice", "release"))
    return Measure(
        code=record["measure"].code(),
        name=record["name"].words(),
        notice=_read_notice(record["notice"], texts),
        release=_read_notice(record["release"], texts),
    )


def _read_notice(slot: Slot, texts: Mapping[str, Text]) -> str:
    code = slot.one_of(texts, "text")
    strange = sorted(texts[code].gaps - NOTICE_GAPS)
    if strange:
        raise slot.wrong(
            f"a notice cannot fill the gap {strange[0]}",
            f"Use only {', '.join(sorted(NOTICE_GAPS))}",
        )
    return code


def told_evidence(kind: str) -> str:
    """Name the text that tells people of evidence of a kind."""
    return f"evidence_{kind}"


def told_ending(ending: str) -> str:
    """Name the text that tells people why a restriction is over."""
    return f"ended_{ending}"


def check_told(slot: Slot, rule: "Rule", texts: Mapping[str, Text]) -> None:
    """Refuse a rule whose evidence or end the pack has no words for."""
    wanted = {told_evidence(kind): EVIDENCE_GAPS for kind in rule.needs}
    wanted |= {told_ending(ending): frozenset() for ending in Ending}
    for code, gaps in wanted.items():
        if code not in texts or not texts[code].gaps <= gaps:
            raise slot.wrong(
                f"there is no text {code}", "Write it, so that people can be told"
            )


# -------------------------------------------------------------------- risk areas
def read_risk_area(slot: Slot) -> RiskArea:
    """Read an area at risk, with the list it stood on."""
    record = slot.record(
        ("area", "name", "risk", "from", "look_back", "source"), ("until", "overlay")
    )
    area = record["area"].text()
    if not is_area(area):
        raise record["area"].wrong(
            f"{area} is not an area", "Write a code as 310115, or 310115.zhuqiao"
        )
    return RiskArea(
        area=area,
        name=record["name"].words(),
        risk=record["risk"].choice(Risk),
        from_=record["from"].day(),
        until=record.maybe("until", Slot.day, None),
        look_back=record["look_back"].number(0, LOOK_BACK_MOST),
        source=record["source"].citation(),
        overlay=record.maybe("overlay", Slot.words, None),
    )


def is_area(text: str) -> bool:
    """Whether a text spells an area where somebody stayed."""
    return _AREA.fullmatch(text) is not None


def risk_of(areas: Iterable[RiskArea], area: str, on: dt.date) -> str:
    """Say how an area was listed for who was there on a day: high, medium or low."""
    listed = {one.risk for one in areas if one.covers(area, on)}
    for risk in (Risk.HIGH, Risk.MEDIUM):
        if risk in listed:
            return risk.value
    return "low"


# ------------------------------------------------------------------------- rules
def read_rule(slot: Slot, measures: Collection[str], texts: Mapping[str, Text]) -> Rule:
    """Read a rule, refusing one that could be unfair."""
    record = slot.record(
        (
            *("restriction", "title", "needs", "when", "anchor", "lasts"),
            *("measure", "explanation", "source", "valid_from"),
        ),
        ("overlay", "valid_until"),
    )
    needs = _read_needs(record["needs"])
    anchor = _read_anchor(record["anchor"], needs)
    rule = Rule(
        code=record["restriction"].code(),
        title=record["title"].words(),
        needs=needs,
        when=_read_when(record["when"], needs),
        anchor=anchor,
        lasts=_read_lasting(record["lasts"], by_hours=anchor in SEEN_AT),
        measure=record["measure"].one_of(measures, "measure"),
        explanation=record["explanation"].words(),
        source=record["source"].citation(),
        overlay=record.maybe("overlay", Slot.words, None),
        valid_from=record["valid_from"].day(),
        valid_until=record.maybe("valid_until", Slot.day, None),
    )
    _check_period(record, rule)
    check_told(record["needs"], rule, texts)
    return rule


def _check_period(record: Record, rule: Rule) -> None:
    if rule.valid_until is not None and rule.valid_until <= rule.valid_from:
        raise record["valid_until"].wrong(
            "the rule ends before it begins", "Give a later day"
        )


def _read_needs(slot: Slot) -> tuple[Kind, ...]:
    kinds = {one.choice(Kind) for one in slot.each()}
    return tuple(sorted(kinds))


def _read_anchor(slot: Slot, needs: Collection[Kind]) -> str:
    days = {
        name
        for name, word in WORDS.items()
        if word.type is Type.DAY and kind_of(name) in needs
    }
    moments = {name for name, kind in SEEN_AT.items() if kind in needs}
    return slot.one_of(days | moments, "anchor in the evidence needed")


def _read_lasting(slot: Slot, *, by_hours: bool) -> Lasting:
    if by_hours:
        record = slot.record(("hours",))
        return Lasting(hours=record["hours"].number(1, HOURS_MOST))
    record = slot.record(("days",), ("after",))
    return Lasting(
        days=record["days"].number(1, DAYS_MOST),
        after=record.maybe("after", lambda one: one.number(1, DAYS_MOST), 0),
    )


def _read_when(slot: Slot, needs: Collection[Kind]) -> Condition:
    when = slot.condition(VOCABULARY)
    read = {kind_of(fact) for fact in facts_of(when)} - {None}
    for kind in sorted(needs):
        if not any(_speaks_of(kind, fact) for fact in facts_of(when)):
            raise slot.wrong(
                f"the rule needs {kind} but asks nothing of it",
                "Say what the evidence must state",
            )
    if read - set(needs):
        raise slot.wrong(
            "the rule reads evidence that it does not need", "Add it to needs"
        )
    _check_values(slot, when)
    _check_monotone(slot, when)
    return when


def _speaks_of(kind: Kind, fact: str) -> bool:
    return kind_of(fact) is kind and fact != f"{kind}.grade"


def _check_values(slot: Slot, when: Condition) -> None:
    for fact, value in compared(when):
        if not WORDS[fact].admits(value):
            raise slot.wrong(
                f"{fact} is never {value}", "Use a value that the evidence can have"
            )


def _check_monotone(slot: Slot, when: Condition) -> None:
    if models(when) > MODELS_MOST:
        raise slot.wrong(
            "the rule reads too much to be tried out", "Split it into simpler rules"
        )
    for harm in harms(when):
        raise slot.wrong(
            f"{harm.fact} {_spelt(harm.better)} restricts"
            f" where {_spelt(harm.worse)} does not",
            "More favourable evidence must never harm",
        )


def _spelt(value: object) -> str:
    return "unknown" if value is None else str(value)
