"""What the pages show of findings: cards of the board, and one finding in full."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from fangxian.capabilities.inspection import queries as inspection
from fangxian.capabilities.inspection.rules import can_suspend, can_visit
from fangxian.interfaces.console.about_people import (
    may_read_health,
    names_of,
    text_of,
)
from fangxian.interfaces.console.questions import told, word
from fangxian.kernel.actors import Actor
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.finding import queries as findings
from fangxian.mechanisms.finding.rules import can_rectify
from fangxian.mechanisms.finding.states import LIVE, Column, Severity, State
from fangxian.mechanisms.jurisdiction import queries as jurisdiction
from fangxian.mechanisms.ledger import queries as ledger
from fangxian.mechanisms.observation.queries import observations
from fangxian.mechanisms.protocol.forms import QuestionType
from fangxian.mechanisms.protocol.queries import loaded
from fangxian.mechanisms.protocol.words import Words


SEVERITIES = {
    Severity.MINOR: pgettext_lazy("severity", "minor"),
    Severity.MAJOR: pgettext_lazy("severity", "major"),
    Severity.GRAVE: pgettext_lazy("severity", "grave"),
}
COLUMNS = {
    Column.TO_RECTIFY: ("due", gettext_lazy("To put right")),
    Column.OVERDUE: ("late", gettext_lazy("Overdue")),
    Column.TO_LOOK_BACK: ("right", gettext_lazy("To look back on")),
    Column.SENT_BACK: ("doing", gettext_lazy("Sent back")),
}
STATES = {
    State.OPEN: ("due", "alert-triangle", gettext_lazy("to put right")),
    State.RECTIFIED: ("right", "eye", gettext_lazy("to look back on")),
    State.CONFIRMED: ("done", "check", gettext_lazy("closed after a look-back")),
    State.WITHDRAWN: ("none", "ban", gettext_lazy("withdrawn")),
}
STREET = 1  # the second part of a path from the district down


@dataclass(frozen=True, slots=True)
class Card:
    """A finding as the board and the list show it."""

    finding: Any
    text: str
    is_told: bool
    place: str
    area: str
    photos: int
    severity: str
    look: str
    icon: str
    state: str


def cards(rows: Sequence[Any], actor: Actor) -> list[Card]:
    """Make cards of findings, in as many queries for one as for fifty."""
    scope = actor.scope
    doors = {row.subject for row in rows if row.subject.startswith("door:")}
    names = place_names(rows, scope) | names_of(doors, actor)
    paths = jurisdiction.path_names({row.area_id for row in rows})
    photos = _photo_counts(rows, scope)
    made = []
    for row in rows:
        look, icon, state = STATES[State(row.state)]
        made.append(
            Card(
                finding=row,
                text=text_of(row, actor),
                is_told=may_read_health(row.subject, by=actor),
                place=names.get(row.subject, ""),
                area=_street(paths[row.area_id]),
                photos=photos.get(row.observation, 0),
                severity=str(SEVERITIES[Severity(row.severity)]),
                look=look,
                icon=icon,
                state=str(state),
            )
        )
    return made


def place_names(rows: Iterable[Any], scope: Scope) -> dict[str, str]:
    """Name the places that records are about, by subject, in one query."""
    subjects = {row.subject for row in rows}
    numbers = [inspection.place_of(subject) for subject in sorted(subjects)]
    known = [number for number in numbers if number is not None]
    places = ledger.places(scope).filter(pk__in=known)
    return {
        f"{inspection.PLACE}{pk}": name for pk, name in places.values_list("pk", "name")
    }


def _photo_counts(rows: Iterable[Any], scope: Scope) -> dict[UUID, int]:
    seen = observations(scope).filter(pk__in={row.observation for row in rows})
    counted = seen.order_by().annotate(photos=Count("evidence"))
    return dict(counted.values_list("pk", "photos"))


def _street(path: str) -> str:
    parts = path.split(jurisdiction.PATH_SEPARATOR)
    return parts[min(STREET, len(parts) - 1)]


# ------------------------------------------------------------------ one finding
@dataclass(frozen=True, slots=True)
class Step:
    """One step of a finding's life, as the line of steps and the history show it."""

    look: str
    icon: str
    label: str
    moment: datetime | None = None
    who: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """The photos and answers of one record, with when and who."""

    record: Any
    label: str
    who: str
    digests: tuple[str, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Details:
    """Everything that the drawer and the full page show of one finding."""

    card: Card
    path: str
    kind: str
    basis: str
    hours: int
    place: int | None
    steps: tuple[Step, ...]
    history: tuple[Step, ...]
    pictures: tuple[Picture, ...]
    refusal: Refusal | None
    independent: str
    may: frozenset[str] = field(default_factory=frozenset)


def details(finding: Any, actor: Actor, at: datetime) -> Details:
    """Gather what is shown of one finding to this reader."""
    tried = list(findings.attempts(finding.pk))
    names = _Names.of(finding, tried)
    refusal = None
    if finding.state == State.RECTIFIED:
        in_charge = inspection.staff_in_charge(finding)
        refusal = findings.look_back_refusal(finding, by=actor, responsible=in_charge)
    independent = findings.independent_post(finding, at) if refusal else None
    [card] = cards([finding], actor)
    return Details(
        card=card,
        path=jurisdiction.path_name(finding.area_id),
        kind=kind_names().get(finding.kind, ""),
        basis=_basis(finding, is_told=card.is_told),
        hours=_hours(finding.deadline_at, _told_at(finding, tried)),
        place=inspection.place_of(finding.subject),
        steps=_steps(finding, tried, names),
        history=_history(finding, tried, names, is_told=card.is_told),
        pictures=_pictures(finding, actor, names),
        refusal=refusal,
        independent="" if independent is None else independent.title,
        may=_may(finding, actor, refusal),
    )


def _may(finding: Any, actor: Actor, refusal: Refusal | None) -> frozenset[str]:
    """Name the acts whose buttons are worth showing to this reader."""
    acts = set()
    if finding.state == State.OPEN and can_rectify(by=actor):
        acts.add("rectify")
    if finding.state == State.RECTIFIED and refusal is None:
        acts.add("look_back")
    if finding.state == State.OPEN and findings.may_withdraw(finding, by=actor):
        acts.add("withdraw")
    is_place = inspection.place_of(finding.subject) is not None
    if finding.state == State.OPEN and is_place and can_visit(by=actor):
        acts.add("link")
    if finding.severity == Severity.GRAVE and finding.state in LIVE and is_place:
        acts |= {"suspend"} if can_suspend(by=actor) else set()
    return frozenset(acts)


@dataclass(frozen=True, slots=True)
class _Names:
    """Who took part, with the middle hidden; a person without a post is in charge."""

    masked: dict[UUID, str]

    @classmethod
    def of(cls, finding: Any, tried: Iterable[Any]) -> "_Names":
        persons = {finding.raised_by, finding.confirmed_by, finding.withdrawn_by}
        for attempt in tried:
            persons |= {attempt.rectified_by, attempt.sent_back_by}
        return cls(jurisdiction.masked_names(persons - {None}))

    def of_person(self, person: UUID | None) -> str:
        if person is None:
            return ""
        if person.int == 0:
            return gettext("the system")
        return self.masked.get(person, gettext("the person in charge"))


def kind_names() -> dict[str, str]:
    """Name the kinds of place in the reader's language."""
    return {
        kind.code: word(Words(zh=kind.name, en=kind.name_en)) for kind in ledger.kinds()
    }


def _basis(finding: Any, *, is_told: bool) -> str:
    """Name the item of the checklist that failed, as its edition words it.

    Where the problem itself is not told, the checklist is named and not the item.
    """
    if not finding.item or finding.edition_id is None:
        return gettext("seen outside a checklist")
    form_code, _slash, name = finding.item.partition("/")
    form = loaded(finding.edition_id).form(form_code)
    question = form.question(name) if form else None
    if form is None or question is None:
        return ""
    title = word(form.title)
    return f"{title} · {word(question.label)}" if is_told else title


def checklist_of(finding: Any) -> list[tuple[str, str]]:
    """Give what the finding's checklist asks with yes or no; its own item first."""
    form_code, _slash, own = finding.item.partition("/")
    if not own or finding.edition_id is None:
        return []
    form = loaded(finding.edition_id).form(form_code)
    asked = [
        one
        for one in (form.questions if form else ())
        if one.name == own or (one.finding and one.type is QuestionType.YES_NO)
    ]
    asked.sort(key=lambda one: one.name != own)
    return [(one.name, word(one.label)) for one in asked]


def _told_at(finding: Any, tried: Sequence[Any]) -> datetime:
    """When the present deadline was set: at the raising, or when it was sent back."""
    moments: list[datetime] = [finding.raised_at]
    moments += [one.sent_back_at for one in tried if one.sent_back_at]
    return moments[-1]


def _hours(deadline_at: datetime, told_at: datetime) -> int:
    return round((deadline_at - told_at).total_seconds() / 3600)


def _steps(finding: Any, tried: Sequence[Any], names: _Names) -> tuple[Step, ...]:
    """The line of five: found, told, put right, looked back, closed."""
    state = State(finding.state)
    said_right = state in (State.RECTIFIED, State.CONFIRMED)
    closed = state is State.CONFIRMED
    return (
        _step(
            "done",
            gettext("Found"),
            finding.raised_at,
            names.of_person(finding.raised_by),
        ),
        _step("done", gettext("Told"), _told_at(finding, tried)),
        _step(
            "done" if said_right else ("now" if state is State.OPEN else ""),
            gettext("Put right"),
            finding.rectified_at,
            names.of_person(finding.rectified_by),
        ),
        _step(
            "done" if closed else ("now" if said_right else ""),
            gettext("Looked back"),
            finding.confirmed_at,
            names.of_person(finding.confirmed_by),
        ),
        _step("done" if closed else "", gettext("Closed"), finding.confirmed_at),
    )


_STEP_ICONS = {"done": "check", "now": "eye", "": "lock"}


def _step(look: str, label: str, moment: datetime | None, who: str = "") -> Step:
    return Step(look, _STEP_ICONS[look], label, moment, who)


def _history(
    finding: Any, tried: Iterable[Any], names: _Names, *, is_told: bool
) -> tuple[Step, ...]:
    """Every act so far, in order; with what was said only where it may be told."""
    acts = [
        Step(
            "due",
            "flag",
            gettext("Found"),
            finding.raised_at,
            names.of_person(finding.raised_by),
            finding.text,
        )
    ]
    for attempt in tried:
        acts += _attempted(attempt, names)
    acts += _ended(finding, names)
    return tuple(acts if is_told else (replace(act, note="") for act in acts))


def _attempted(attempt: Any, names: _Names) -> list[Step]:
    acts = [
        Step(
            "right",
            "rotate",
            gettext("Put right"),
            attempt.rectified_at,
            names.of_person(attempt.rectified_by),
            attempt.how,
        )
    ]
    if attempt.sent_back_at:
        acts.append(
            Step(
                "late",
                "arrow-back-up",
                gettext("Sent back"),
                attempt.sent_back_at,
                names.of_person(attempt.sent_back_by),
                attempt.sent_back_reason,
            )
        )
    return acts


def _ended(finding: Any, names: _Names) -> list[Step]:
    if finding.state == State.CONFIRMED:
        who = names.of_person(finding.confirmed_by)
        return [Step("done", "check", gettext("Closed"), finding.confirmed_at, who)]
    if finding.state == State.WITHDRAWN:
        who = names.of_person(finding.withdrawn_by)
        return [
            Step(
                "none",
                "ban",
                gettext("Withdrawn"),
                finding.withdrawn_at,
                who,
                finding.reason,
            )
        ]
    return []


def _pictures(finding: Any, actor: Actor, names: _Names) -> tuple[Picture, ...]:
    """The records before and after: as found, as put right, as looked back on."""
    labels = {
        finding.observation: gettext("As found"),
        finding.rectified_observation: gettext("As put right"),
        finding.confirmed_observation: gettext("On looking back"),
    }
    labels.pop(None, None)
    seen = observations(actor.scope).filter(pk__in=labels)
    made = {
        record.pk: _picture(record, labels, names)
        for record in seen.prefetch_related("evidence")
        if may_read_health(record.subject, by=actor)
    }
    return tuple(made[pk] for pk in labels if pk in made)


def _picture(record: Any, labels: dict[UUID, str], names: _Names) -> Picture:
    form = loaded(record.edition_id).form(record.form)
    return Picture(
        record=record,
        label=labels[record.pk],
        who=names.of_person(record.by),
        digests=tuple(one.digest for one in record.evidence.all()),
        answers=tuple(told(form, record.answers)) if form else (),
    )
