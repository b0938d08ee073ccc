"""What a paper says, before it is set as .docx or PDF."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext, pgettext, pgettext_lazy

from fangxian.capabilities.home_watch import queries
from fangxian.capabilities.home_watch.facts import subject_of
from fangxian.interfaces.console import restrictions, timelines, watching
from fangxian.interfaces.console.about_people import may_read_health
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import SHANGHAI
from fangxian.mechanisms.jurisdiction import queries as jurisdiction
from fangxian.mechanisms.ledger.people.actions import Identity
from fangxian.mechanisms.restriction import notices
from fangxian.mechanisms.restriction import queries as restriction


class Kind(StrEnum):
    """The papers that there are about one person at home."""

    NOTICE = "notice"
    RELEASE = "release"
    FILE = "file"


TITLES = {
    Kind.NOTICE: pgettext_lazy("paper", "Notice"),
    Kind.RELEASE: pgettext_lazy("paper", "Notice of release"),
    Kind.FILE: pgettext_lazy("paper", "Isolation file"),
}
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a paper, under a heading of its own."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper ready to be set. ``mark`` stands on every page and in its properties."""

    title: str
    number: str
    about: Pairs
    paragraphs: tuple[str, ...]
    tables: tuple[Table, ...]
    to_sign: tuple[str, ...]
    unit: str
    made_on: str
    mark: str
    language: str


def compose(
    kind: Kind,
    watch: Any,
    *,
    identity: Identity | None,
    mark: str,
    by: Actor,
    at: dt.datetime,
) -> Paper:
    """Compose a paper. Without ``identity`` the person stands on it masked."""
    decision, language = watch.decision, restrictions.language()
    text = _text(kind, decision, language)
    is_file = kind is Kind.FILE
    return Paper(
        title=str(TITLES[kind]) if text is None else text.title,
        number=f"№ {decision.pk}",
        about=(*_person(watch, identity, by), *(_measure(watch) if is_file else ())),
        paragraphs=() if text is None else tuple(text.body.strip().splitlines()),
        tables=_tables(watch, by, at) if is_file else (),
        to_sign=() if is_file else _to_sign(kind),
        unit=jurisdiction.path_name(watch.area_id),
        made_on=at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
        mark=mark,
        language=language,
    )


def offered(watch: Any, at: dt.datetime) -> list[tuple[str, str]]:
    """Name the papers that can be made now; a release only when it is over."""
    over = restriction.end_of(watch.decision).at <= at
    return [
        (kind.value, str(title))
        for kind, title in TITLES.items()
        if over or kind is not Kind.RELEASE
    ]


def _text(kind: Kind, decision: Any, language: str) -> notices.Notice | None:
    if kind is Kind.NOTICE:
        return notices.notice(decision, language)
    if kind is Kind.RELEASE:
        return notices.release_notice(decision, language)
    return None


def _to_sign(kind: Kind) -> tuple[str, ...]:
    received = gettext("Received by (signature)")
    handed = gettext("Handed over by (signature)")
    return (received, handed) if kind is Kind.NOTICE else (received,)


# ---------------------------------------------------------------------- the person
def _person(watch: Any, identity: Identity | None, by: Actor) -> Pairs:
    if identity is None:
        person = watching.people_of([watch.person], by)[watch.person]
        said = [
            (gettext("Name of the person"), person.name),
            (gettext("Telephone"), person.telephone),
            (gettext("Door"), person.door),
        ]
    else:
        said = [
            (gettext("Name of the person"), identity.name),
            (gettext("Number of the paper"), identity.number or ""),
            (gettext("Telephone"), identity.telephone or ""),
            (gettext("Address"), identity.address or ""),
        ]
    return tuple((word, value) for word, value in said if value)


def _measure(watch: Any) -> Pairs:
    decision = watch.decision
    end = restriction.end_of(decision)
    return (
        (pgettext("on a person", "Measure"), watching.measure_name(decision)),
        (gettext("Holds from"), notices.spelt(decision.since)),
        (gettext("Free at"), notices.spelt(end.at)),
        (gettext("Doctor"), jurisdiction.masked_name(decision.signed_by)),
    )


# ---------------------------------------------------------------------- the tables
def _tables(watch: Any, by: Actor, at: dt.datetime) -> tuple[Table, ...]:
    return (_why(watch, by), _five(watch), _days(watch, by, at), _lines(watch, by, at))


def _why(watch: Any, by: Actor) -> Table:
    why = restrictions.why(watch.decision, by)
    rows = [(why.rule, why.explanation, why.source)]
    evidence = [(one.kind, one.grade, one.seen_on.isoformat()) for one in why.pieces]
    return Table(
        gettext("Rule and evidence"),
        ("", "", ""),
        (*rows, *evidence),
    )


def _five(watch: Any) -> Table:
    named = watching.five(queries.team_of(watch.pk))
    return Table(
        gettext("The five"),
        (
            pgettext("of the five", "Part"),
            gettext("Name of the person"),
            pgettext("of the five", "Since"),
        ),
        tuple(
            (
                one.part,
                one.name or gettext("nobody yet"),
                "" if one.since is None else notices.spelt(one.since),
            )
            for one in named
        ),
    )


def _is_told(watch: Any, by: Actor) -> bool:
    return may_read_health(subject_of(watch.pk), by=by)


def _days(watch: Any, by: Actor, at: dt.datetime) -> Table:
    pack, days = queries.edition_for(watch, at).pack, queries.days_of(watch, at)
    boxes = timelines.strip(days, pack, at, is_told=_is_told(watch, by))
    return Table(
        gettext("Health records"),
        (
            pgettext("of a measure", "Day"),
            gettext("Temperature (℃)"),
            gettext("Other duties"),
        ),
        tuple(
            (
                f"D{box.day.number} {box.day.day}",
                _joined(box.temperatures),
                "; ".join(map(_duty, box.others)),
            )
            for box in boxes
            if box.day.slots
        ),
    )


def _duty(cell: timelines.Cell) -> str:
    """Say a duty with what became of it, which the page shows by colour and icon."""
    words = {
        "done": pgettext("duty", "done"),
        "late": cell.value or gettext("overdue"),
        "due": pgettext("duty", "owed"),
    }
    return f"{cell.label} {words.get(cell.look, '')}".strip()


def _joined(cells: tuple[timelines.Cell, ...]) -> str:
    return "; ".join(f"{cell.label} {cell.value}".strip() for cell in cells)


def _lines(watch: Any, by: Actor, at: dt.datetime) -> Table:
    happened = queries.timeline(watch, by=by, at=at)
    told = timelines.lines(watch, happened, at, is_told=_is_told(watch, by))
    return Table(
        gettext("What happened"),
        (gettext("When"), gettext("What"), pgettext("line", "By")),
        tuple(
            (
                line.at.astimezone(SHANGHAI).strftime("%m-%d %H:%M"),
                " · ".join(part for part in (line.title, line.detail) if part),
                line.who,
            )
            for line in reversed(told)
        ),
    )
