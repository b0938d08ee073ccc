"""What the pages show of people at home: who they are, how they stand, what happened."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext, pgettext, pgettext_lazy

from fangxian.capabilities.home_watch import queries
from fangxian.capabilities.home_watch.facts import (
    counted_from,
    decision_of,
    last_day,
    subject_of,
)
from fangxian.capabilities.home_watch.states import Form, Part
from fangxian.capabilities.home_watch.words import PARTS
from fangxian.interfaces.console.few import told
from fangxian.interfaces.console.matrix import can_open
from fangxian.interfaces.console.questions import word
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import SHANGHAI, bounds_of, day_of
from fangxian.mechanisms.finding.queries import findings
from fangxian.mechanisms.finding.states import LIVE
from fangxian.mechanisms.jurisdiction import queries as jurisdiction
from fangxian.mechanisms.ledger.people import queries as ledger
from fangxian.mechanisms.ledger.people.rules import can_read as reads_people
from fangxian.mechanisms.protocol.queries import loaded
from fangxian.mechanisms.restriction.notices import spelt
from fangxian.mechanisms.restriction.rules import can_read
from fangxian.mechanisms.restriction.states import Standing
from fangxian.mechanisms.task.queries import open_for_subject, tasks
from fangxian.mechanisms.task.states import State
from fangxian.privacy.masking import masked_name


HEX_SHOWN = 8
NOON = 12
NAMES_OF_AREAS_SHOWN = 2

SHORT = {
    Form.NOTICE.value: pgettext_lazy("mark", "notice"),
    Form.SAMPLING.value: pgettext_lazy("mark", "sample"),
    Form.RELEASE.value: pgettext_lazy("mark", "last check"),
    Form.TEAM.value: pgettext_lazy("mark", "the five"),
}
MORNING = pgettext_lazy("mark", "morning")
EVENING = pgettext_lazy("mark", "evening")
STANDINGS = {
    Standing.IN_FORCE: ("doing", "door", pgettext_lazy("measure", "in force")),
    Standing.AHEAD: ("right", "calendar", pgettext_lazy("measure", "begins later")),
    Standing.OVER: ("done", "check", pgettext_lazy("measure", "over")),
}


@dataclass(frozen=True, slots=True)
class Person:
    """A person as this reader may see them: masked, else by a code only."""

    name: str
    telephone: str = ""
    door: str = ""
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A duty of the day in one word."""

    look: str
    icon: str
    word: str
    title: str


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody at home as the list shows them."""

    watch: Any
    person: Person
    unit: str
    path: str
    measure: str
    number: int
    days: int
    until: str
    marks: tuple[Mark, ...]
    named: int
    problems: int


def board(actor: Actor, at: dt.datetime, *, reads: bool) -> dict[str, Any]:
    """Give how those at home stand; ``held`` are the counts of people among it."""
    stands = queries.board(actor.scope, at)
    counts = {
        "now": stands.in_force,
        "ahead": stands.ahead,
        "ending": stands.ending,
        "short": stands.short_of_five,
    }
    held = {name: told(figure, reads=reads) for name, figure in counts.items()}
    return {"board": stands, "held": held}


def people_of(persons: Collection[UUID], actor: Actor) -> dict[UUID, Person]:
    """Show people by their pseudonyms; who was merged, as whom they were merged into.

    Who reads by task sees a code for everybody whom the post's work is not about.
    """
    if not reads_people(by=actor):
        return {one: _coded(one) for one in persons}
    cards = ledger.cards_of(_readable(persons, actor))
    moved = {
        one: ledger.survivor(one) for one, card in cards.items() if card.merged_into
    }
    cards |= ledger.cards_of(moved.values())
    return {
        one: _carded(cards[moved.get(one, one)]) if one in cards else _coded(one)
        for one in persons
    }


def _readable(persons: Collection[UUID], actor: Actor) -> Collection[UUID]:
    """Of people whose records are in scope, give whose names are too."""
    if actor.scope.bound is None or not persons:
        return persons
    seen = ledger.visible(actor.scope).filter(pk__in=persons)
    return frozenset(seen.values_list("pk", flat=True))


def _coded(person: UUID) -> Person:
    return Person(name=f"№ {person.hex[-HEX_SHOWN:]}", is_code=True)


def _carded(card: ledger.PersonCard) -> Person:
    door = card.door
    where = "" if door is None else f"{door.building}{door.unit}"
    return Person(name=card.name, telephone=card.telephone, door=where)


def measure_name(decision: Any) -> str:
    """Name a measure by the words of the decision's pack."""
    return word(loaded(decision.edition_id).measures[decision.measure].name)


def short_path(path: str) -> str:
    """Give the last two names of a path."""
    parts = path.split(jurisdiction.PATH_SEPARATOR)
    return jurisdiction.PATH_SEPARATOR.join(parts[-NAMES_OF_AREAS_SHOWN:])


def ends_at(moment: dt.datetime) -> str:
    """Spell an end without its year: 11-21 24:00."""
    return spelt(moment)[len("2020-") :]


# ------------------------------------------------------------------------- the list
def rows(watches: Sequence[Any], actor: Actor, at: dt.datetime) -> list[Row]:
    """Make rows of watches, in as many queries for one as for fifty."""
    editions = {one.decision.edition_id for one in watches}
    people = people_of({one.person for one in watches}, actor)
    paths = jurisdiction.path_names({one.area_id for one in watches})
    named = queries.members_named([one.pk for one in watches])
    marks = _marks(watches, actor, at)
    problems = _problems(watches, actor)
    packs = {edition: loaded(edition) for edition in editions}
    today = day_of(at)
    zeros = {
        one.pk: counted_from(one.decision, packs[one.decision.edition_id])
        for one in watches
    }
    return [
        Row(
            watch=one,
            person=people[one.person],
            unit=short_path(paths[one.area_id]),
            path=paths[one.area_id],
            measure=word(packs[one.decision.edition_id].measures[one.measure].name),
            number=(today - zeros[one.pk]).days,
            days=(last_day(one.decision) - zeros[one.pk]).days,
            until=ends_at(one.decision.until),
            marks=marks.get(one.pk, ()),
            named=named.get(one.pk, 0),
            problems=problems[one.pk],
        )
        for one in watches
    ]


def _problems(watches: Sequence[Any], actor: Actor) -> Counter[int | None]:
    subjects = [subject_of(one.pk) for one in watches]
    live = findings(actor.scope).filter(subject__in=subjects, state__in=LIVE)
    return Counter(
        decision_of(subject)
        for subject in live.order_by().values_list("subject", flat=True)
    )


def _marks(
    watches: Sequence[Any], actor: Actor, at: dt.datetime
) -> dict[int | None, tuple[Mark, ...]]:
    from_, until = bounds_of(day_of(at))
    subjects = [subject_of(one.pk) for one in watches]
    due = tasks(actor.scope, from_=from_, until=until).filter(subject__in=subjects)
    marks: dict[int | None, tuple[Mark, ...]] = {}
    for task in due.exclude(state=State.WAIVED):
        key = decision_of(task.subject)
        marks[key] = (*marks.get(key, ()), mark_of(task, at))
    return marks


def mark_of(task: Any, at: dt.datetime) -> Mark:
    """Say in one word what is owed, and by its look what became of it."""
    said = str(SHORT.get(task.form) or half_of_day(task.due_at))
    due = task.due_at.astimezone(SHANGHAI).strftime("%H:%M")
    if task.state == State.COMPLETED:
        return Mark("done", "check", said, pgettext("duty", "done"))
    if task.state == State.LAPSED:
        return Mark("late", "alert-triangle", said, pgettext("duty", "missed"))
    if task.due_at <= at:
        return Mark(
            "late", "clock", said, gettext("overdue since {time}").format(time=due)
        )
    return Mark("due", "clock", said, gettext("due by {time}").format(time=due))


def half_of_day(moment: dt.datetime) -> str:
    """Call a record by the half of the day that it falls due in."""
    is_morning = moment.astimezone(SHANGHAI).hour < NOON
    return str(MORNING if is_morning else EVENING)


# --------------------------------------------------------------------- the five
@dataclass(frozen=True, slots=True)
class Place:
    """One part of the five as the page shows it; nobody has it where name is empty."""

    part: str
    name: str
    initial: str
    since: dt.datetime | None


def five(team: Mapping[Part, Any]) -> list[Place]:
    """Show all five parts, those that nobody has too; names are masked."""
    staff = {one.person for one in team.values() if one.person is not None}
    names = jurisdiction.masked_names(staff)
    return [_place(part, team.get(part), names) for part in Part]


def _place(part: Part, member: Any, names: Mapping[UUID, str]) -> Place:
    said = str(PARTS[part])
    if member is None:
        return Place(said, "", "", None)
    name = names.get(member.person, "") if member.person else masked_name(member.name)
    return Place(said, name, name[:1], member.since)


# ------------------------------------------------------------------ what is owed now
def forms_now(watch: Any, at: dt.datetime) -> list[tuple[str, str, bool]]:
    """Name the visits that may be recorded now: code, title, and whether it is late."""
    pack = queries.edition_for(watch, at).pack
    owed: dict[str, bool] = {}
    for task in open_for_subject(subject_of(watch.pk)):
        if task.form != Form.TEAM and _is_open(task, at):
            owed[task.form] = owed.get(task.form, False) or task.due_at <= at
    codes = [*owed, *({Form.HEALTH.value} - set(owed))]
    return [
        (code, word(form.title), owed.get(code, False))
        for code in codes
        if (form := pack.form(code)) is not None
    ]


def _is_open(task: Any, at: dt.datetime) -> bool:
    return task.opens_at <= at and (task.closes_at is None or task.closes_at > at)


def done_at(actor: Actor) -> str:
    """Where today's records stand one by one, for a form to be added; else empty."""
    reads = can_read(by=actor) and can_open("tasks", actor.role)
    return f"{reverse('tasks')}?state=done&form=" if reads else ""
