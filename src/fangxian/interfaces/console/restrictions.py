"""What the pages show of restrictions: why until then, on what evidence, by whom."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, gettext_lazy, pgettext_lazy

from fangxian.capabilities.home_watch.facts import day_zero, last_day
from fangxian.capabilities.home_watch.rules import reads_results
from fangxian.interfaces.console.questions import word
from fangxian.interfaces.console.watching import ends_at
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import day_of
from fangxian.mechanisms.jurisdiction import queries as jurisdiction
from fangxian.mechanisms.protocol.packs import Pack
from fangxian.mechanisms.protocol.queries import loaded
from fangxian.mechanisms.protocol.vocabulary import STAYED_IN, Ending, Grade, Kind
from fangxian.mechanisms.restriction import facts, queries
from fangxian.mechanisms.restriction.states import Channel


if TYPE_CHECKING:
    from uuid import UUID

KINDS: Mapping[str, str | Promise] = {
    Kind.LAB: pgettext_lazy("evidence", "Laboratory result"),
    Kind.VISIT: pgettext_lazy("evidence", "Presence at a place"),
    Kind.EXPOSURE: pgettext_lazy("evidence", "Exposure at a place"),
    Kind.CONTACT: pgettext_lazy("evidence", "Contact"),
    Kind.STAY: pgettext_lazy("evidence", "Stay"),
}
GRADES: Mapping[str, str | Promise] = {
    Grade.A: pgettext_lazy("grade", "A, by document"),
    Grade.B: pgettext_lazy("grade", "B, seen by an official"),
    Grade.C: pgettext_lazy("grade", "C, hearsay"),
}
ANCHORS: Mapping[str, str | Promise] = {
    "stay.left_on": gettext_lazy("Left the area at risk on"),
    "stay.entered_on": gettext_lazy("Entered the country on"),
    "contact.last_on": gettext_lazy("Last contact on"),
    "lab.sampled_on": gettext_lazy("Sampled on"),
    "visit.on": gettext_lazy("Was there on"),
}
FACTS: Mapping[str, str | Promise] = {
    "lab.result": pgettext_lazy("evidence", "Result"),
    "lab.sampled_on": gettext_lazy("Sampled on"),
    "visit.on": gettext_lazy("Was there on"),
    "visit.minutes": gettext_lazy("Minutes there"),
    "visit.presence": gettext_lazy("How it is known"),
    "exposure.confirmed": gettext_lazy("Exposure confirmed"),
    "exposure.from_on": gettext_lazy("Exposure from"),
    "exposure.to_on": gettext_lazy("Exposure until"),
    "contact.type": gettext_lazy("Kind of contact"),
    "contact.last_on": gettext_lazy("Last contact on"),
    "stay.abroad": gettext_lazy("Was abroad"),
    "stay.entered_on": gettext_lazy("Entered the country on"),
    "stay.left_on": gettext_lazy("Left on"),
    STAYED_IN: gettext_lazy("Stayed in"),
}
VALUES: Mapping[object, str | Promise] = {
    True: gettext_lazy("yes"),
    False: gettext_lazy("no"),
    "negative": pgettext_lazy("result", "negative"),
    "positive": pgettext_lazy("result", "positive"),
    "inconclusive": pgettext_lazy("result", "inconclusive"),
    "remote": pgettext_lazy("presence", "from afar"),
    "verified": pgettext_lazy("presence", "verified there"),
    "general": pgettext_lazy("contact", "general"),
    "secondary": pgettext_lazy("contact", "secondary"),
    "close": pgettext_lazy("contact", "close"),
}
CHANNELS: Mapping[str, str | Promise] = {
    Channel.TELEPHONE: pgettext_lazy("channel", "by telephone"),
    Channel.PAPER: pgettext_lazy("channel", "on paper"),
    Channel.WORKER: pgettext_lazy("channel", "told at the door"),
    Channel.ONLINE: pgettext_lazy("channel", "on the telephone's page"),
}
ENDINGS: Mapping[str, str | Promise] = {
    Ending.EXPIRED: pgettext_lazy("ending", "its time had come"),
    Ending.RELEASED: pgettext_lazy("ending", "a doctor ended it early"),
    Ending.APPEAL_UPHELD: pgettext_lazy("ending", "the objection was upheld"),
    Ending.APPEAL_LAPSED: pgettext_lazy("ending", "the objection was not answered"),
    Ending.EVIDENCE_WITHDRAWN: pgettext_lazy("ending", "the evidence was withdrawn"),
    Ending.RULE_REPEALED: pgettext_lazy("ending", "the rule is no longer in force"),
    Ending.DUPLICATE: pgettext_lazy("ending", "another decision says the same"),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of evidence; what it states is shown to doctors only."""

    kind: str
    grade: str
    seen_on: dt.date
    states: tuple[tuple[str, str], ...]
    is_withdrawn: bool


@dataclass(frozen=True, slots=True)
class Why:
    """Why a restriction lasts until then: day 0, and days, give the end."""

    anchor: str
    day_zero: dt.date
    length: int
    from_day: int
    last: dt.date
    until: str
    rule: str
    explanation: str
    source: str
    overlay: str
    pack: str
    pieces: tuple[Piece, ...]


def why(decision: Any, actor: Actor) -> Why:
    """Explain a restriction from its rule and its evidence."""
    pack = loaded(decision.edition_id)
    rule = pack.restrictions[decision.rule]
    resting = list(queries.grounds_of(decision).select_related("withdrawal"))
    return Why(
        anchor=str(ANCHORS.get(rule.anchor, gettext("Counted from"))),
        day_zero=day_zero(decision),
        length=rule.lasts.days,
        from_day=rule.lasts.after + 1,
        last=last_day(decision),
        until=ends_at(decision.until),
        rule=word(rule.title),
        explanation=word(rule.explanation),
        source=str(rule.source),
        overlay=word(rule.overlay),
        pack=f"{pack.id}@{pack.version}",
        pieces=pieces(resting, pack, actor),
    )


def pieces(evidence: Sequence[Any], pack: Pack, actor: Actor) -> tuple[Piece, ...]:
    """Show evidence: kind, grade and day to everybody who reads of the restriction."""
    is_doctor = reads_results(by=actor)
    return tuple(
        Piece(
            kind=str(KINDS[one.kind]),
            grade=str(GRADES[one.grade]),
            seen_on=day_of(one.seen_at),
            states=stated(facts.read(one.facts or ""), pack) if is_doctor else (),
            is_withdrawn=hasattr(one, "withdrawal"),
        )
        for one in evidence
    )


def stated(said: Mapping[str, Any], pack: Pack) -> tuple[tuple[str, str], ...]:
    """Tell what evidence states, in words; an area at risk by its name."""
    areas = {risk.area: word(risk.name) for risk in pack.risks}
    return tuple(
        (str(FACTS.get(name, name)), str(VALUES.get(value, areas.get(value, value))))
        for name, value in said.items()
    )


# --------------------------------------------------------------------- objections
@dataclass(frozen=True, slots=True)
class Objection:
    """An appeal with its answer, if it has one; what was said is for its judges."""

    appeal: Any
    channel: str
    filed_by: str
    ruling: Any
    ruled_by: str
    lapsed: bool


def objections(appeals: Sequence[Any], at: dt.datetime) -> list[Objection]:
    """Show appeals, in as many queries for one as for many."""
    persons: set[UUID] = {one.filed_by for one in appeals}
    persons |= {one.ruling.by for one in appeals if hasattr(one, "ruling")}
    names = jurisdiction.masked_names(persons)
    return [
        Objection(
            appeal=one,
            channel=str(CHANNELS[one.channel]),
            filed_by=names.get(one.filed_by, ""),
            ruling=getattr(one, "ruling", None),
            ruled_by=names.get(one.ruling.by, "") if hasattr(one, "ruling") else "",
            lapsed=not hasattr(one, "ruling") and one.due_at <= at,
        )
        for one in appeals
    ]


def language() -> str:
    """The language in which a notice is shown."""
    return get_language() or "zh-hans"
