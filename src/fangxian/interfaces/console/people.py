"""What the pages show of people: rows of the list, one person, what happened.

Everything here is masked. Who is read in clear stands on two pages only: the one that
opens an identity, and the one that opens an export.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from fangxian.interfaces.console.history import event_word
from fangxian.kernel.actors import Actor
from fangxian.kernel.papers import Paper, Sex
from fangxian.mechanisms.journal.queries import entries_of
from fangxian.mechanisms.jurisdiction.queries import (
    PATH_SEPARATOR,
    masked_names,
    path_names,
    posts_by_id,
)
from fangxian.mechanisms.ledger.exports import rules as export_rules
from fangxian.mechanisms.ledger.people import queries, rules
from fangxian.mechanisms.ledger.people.actions import Identity
from fangxian.mechanisms.ledger.people.matching import Ground
from fangxian.mechanisms.ledger.people.queries import (
    DoorCard,
    Pair,
    PersonCard,
    ProxyCard,
)
from fangxian.mechanisms.ledger.people.spelling import subject_of
from fangxian.mechanisms.ledger.states import ExportForm, Purpose, Relation
from fangxian.mechanisms.restriction.queries import history_of
from fangxian.mechanisms.task.queries import tasks
from fangxian.mechanisms.task.states import OPEN


Words = Mapping[str, str | Promise]

PAPERS: Words = {
    Paper.CITIZEN: pgettext_lazy("paper", "ID card"),
    Paper.PASSPORT: pgettext_lazy("paper", "passport"),
    Paper.HONG_KONG_MACAO: pgettext_lazy("paper", "Hong Kong or Macao permit"),
    Paper.TAIWAN: pgettext_lazy("paper", "Taiwan permit"),
    Paper.RESIDENCE: pgettext_lazy("paper", "residence permit"),
    Paper.PERMANENT: pgettext_lazy("paper", "permanent residence card"),
    Paper.NONE: pgettext_lazy("paper", "none"),
    Paper.UNKNOWN: pgettext_lazy("paper", "not seen"),
}
SEXES: Words = {
    Sex.MALE: pgettext_lazy("sex", "male"),
    Sex.FEMALE: pgettext_lazy("sex", "female"),
}
RELATIONS: Words = {
    Relation.PARENT: pgettext_lazy("relation", "parent"),
    Relation.CHILD: pgettext_lazy("relation", "child"),
    Relation.SPOUSE: pgettext_lazy("relation", "spouse"),
    Relation.GUARDIAN: pgettext_lazy("relation", "guardian"),
    Relation.RELATIVE: pgettext_lazy("relation", "relative"),
    Relation.NEIGHBOUR: pgettext_lazy("relation", "neighbour"),
    Relation.CARER: pgettext_lazy("relation", "carer"),
}
PURPOSES: Words = {
    Purpose.CONTACT: pgettext_lazy("purpose", "to call or to visit"),
    Purpose.NOTICE: pgettext_lazy("purpose", "to write a paper"),
    Purpose.SAMPLING: pgettext_lazy("purpose", "to compare with the paper in hand"),
    Purpose.MEDICAL: pgettext_lazy("purpose", "for medical care"),
    Purpose.CORRECTION: pgettext_lazy("purpose", "to correct the ledger"),
    Purpose.REVIEW: pgettext_lazy("purpose", "for an appeal or an audit"),
    Purpose.EXPORT: pgettext_lazy("purpose", "to hand over in a file"),
}
CHOSEN_PURPOSES = tuple(purpose for purpose in Purpose if purpose != Purpose.EXPORT)
GROUNDS: Words = {
    Ground.SAME_NUMBER: gettext_lazy("the same number of a paper"),
    Ground.SAME_NAME: gettext_lazy("the same name"),
    Ground.SAME_SOUND: gettext_lazy("a name that sounds the same"),
    Ground.SAME_TELEPHONE: gettext_lazy("the same telephone"),
    Ground.SAME_BIRTH_YEAR: gettext_lazy("the same year of birth"),
    Ground.SAME_ADDRESS: gettext_lazy("the same address"),
    Ground.OTHER_NUMBER: gettext_lazy("but another number"),
}
FIELD_NAMES: Words = {
    "name": pgettext_lazy("person", "name"),
    "paper": pgettext_lazy("person", "kind of paper"),
    "number": pgettext_lazy("person", "number of the paper"),
    "no_paper_why": pgettext_lazy("person", "why there is no number"),
    "telephone": pgettext_lazy("person", "telephone"),
    "sex": pgettext_lazy("person", "sex"),
    "birthday": pgettext_lazy("person", "birthday"),
    "street": pgettext_lazy("person", "street"),
    "community": pgettext_lazy("person", "community"),
    "grid": pgettext_lazy("person", "grid"),
    "building": pgettext_lazy("person", "building"),
    "unit": pgettext_lazy("person", "unit"),
    "room": pgettext_lazy("person", "room"),
    "address": pgettext_lazy("person", "address"),
    "arrived_on": pgettext_lazy("person", "arrived on"),
    "proxy_name": pgettext_lazy("person", "who speaks for them"),
    "proxy_telephone": pgettext_lazy("person", "their telephone"),
    "proxy_relation": pgettext_lazy("person", "what they are to them"),
}
ICONS = {
    "person.registered": ("done", "user-plus"),
    "person.amended": ("doing", "edit"),
    "person.moved_in": ("doing", "door"),
    "person.moved_out": ("none", "door"),
    "person.proxy_named": ("doing", "phone"),
    "person.proxy_released": ("none", "phone"),
    "person.merged": ("right", "git-merge"),
    "person.unmerged": ("right", "git-branch"),
    "person.kept_apart": ("right", "users"),
    "person.identity_opened": ("right", "eye"),
}
MOMENTS_MAX = 40
WAYS: Words = {
    "console": gettext_lazy("this console"),
    "self_report": gettext_lazy("their own report"),
    "checkpoint": gettext_lazy("a checkpoint"),
    "exit_entry": gettext_lazy("exit and entry administration"),
    "big_data": gettext_lazy("a list from above"),
    "overseas_families": gettext_lazy("families with members abroad"),
    "door_survey": gettext_lazy("a round from door to door"),
}


# ---------------------------------------------------------------------- the list
@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as lists show them."""

    card: PersonCard
    area: str
    door: str
    paper: str


def rows(cards: Iterable[PersonCard]) -> list[PersonRow]:
    """Make rows of cards: one query for all their areas."""
    listed = list(cards)
    paths = path_names({card.area for card in listed})
    return [
        PersonRow(
            card=card,
            area=_two_last(paths.get(card.area, "")),
            door=building_of(card.door),
            paper=str(PAPERS[card.paper]),
        )
        for card in listed
    ]


def building_of(door: DoorCard | None) -> str:
    """Say where a door is, without its room."""
    return " ".join(part for part in (door.building, door.unit) if part) if door else ""


def _two_last(path: str) -> str:
    return PATH_SEPARATOR.join(path.split(PATH_SEPARATOR)[-2:])


# --------------------------------------------------------------------- one person
@dataclass(frozen=True, slots=True)
class Moment:
    """One act upon a person, in words, and who did it."""

    at: datetime
    look: str
    icon: str
    label: str
    who: str


@dataclass(frozen=True, slots=True)
class Looked:
    """That somebody read the identity: who, what for, who agreed."""

    at: datetime
    who: str
    post: str
    purpose: str
    why: str
    second: str
    export: UUID | None
    person: UUID


@dataclass(frozen=True, slots=True)
class Lived:
    """A door behind which somebody lives or lived."""

    door: DoorCard
    area: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Details:
    """Everything that the page of one person shows."""

    row: PersonRow
    source: str
    list: int | None
    homes: tuple[Lived, ...]
    proxy: ProxyCard | None
    relation: str
    moments: tuple[Moment, ...]
    looked: tuple[Looked, ...]
    alike: tuple["Likeness", ...]
    merged: tuple[PersonRow, ...]
    survivor: PersonRow | None
    may: frozenset[str]


def details(card: PersonCard, actor: Actor) -> Details:
    """Gather what is shown of one person to this reader."""
    scope = actor.scope
    said_by = queries.proxy_of(card.id, scope)
    kept = _list_of(card.source)
    return Details(
        row=rows([card])[0],
        source=_source(card.source),
        list=kept,
        homes=_homes(card.id, actor),
        proxy=said_by,
        relation=str(RELATIONS[said_by.relation]) if said_by else "",
        moments=moments(card.id),
        looked=looked(queries.openings_of(card.id, scope)[:MOMENTS_MAX]),
        alike=_alike(card, actor),
        merged=tuple(rows(queries.merged_into(card.id, scope))),
        survivor=_survivor(card, actor),
        may=_may(card, actor),
    )


def _may(card: PersonCard, actor: Actor) -> frozenset[str]:
    """Name the acts whose buttons are worth showing to this reader."""
    acts = set()
    if rules.can_merge(by=actor):
        acts |= {"unmerge"} if card.merged_into else {"merge"}
    if card.merged_into is None and rules.can_register(by=actor):
        acts |= {"write"}
    if rules.can_open(by=actor):
        asks = export_rules.can_request(ExportForm.SCREEN, by=actor)
        acts |= {"ask"} if asks else {"open"}
    if card.merged_into is None and export_rules.can_request(ExportForm.ROWS, by=actor):
        acts |= {"export"}
    return frozenset(acts)


def _survivor(card: PersonCard, actor: Actor) -> PersonRow | None:
    """Who stands for a merged entry; nobody if they are out of reach."""
    if card.merged_into is None:
        return None
    standing = queries.find_person(queries.survivor(card.id), actor.scope)
    return rows([standing])[0] if standing else None


def _list_of(source: str) -> int | None:
    kind, _, number = source.partition(":")
    return int(number) if kind == "import" and number.isdecimal() else None


def _source(source: str) -> str:
    """Say by which way somebody came onto the ledger."""
    kind, _, number = source.partition(":")
    if kind == "import":
        return gettext("a list taken in")
    if kind == "post" and number.isdecimal():
        post = posts_by_id([int(number)]).get(int(number))
        return post.title if post else gettext("this console")
    return str(WAYS.get(kind, gettext("another way")))


def _homes(person: UUID, actor: Actor) -> tuple[Lived, ...]:
    lived = queries.residences_of(person, actor.scope)
    paths = path_names({door.area for door, _, _ in lived})
    return tuple(
        Lived(door, _two_last(paths[door.area]), since, until)
        for door, since, until in lived
    )


def moments(person: UUID) -> tuple[Moment, ...]:
    """Put the latest acts upon a person in scope into words."""
    acts = entries_of(subject_of(person))[-MOMENTS_MAX:]
    names = masked_names({entry.person for entry in acts})
    return tuple(
        Moment(
            entry.happened_at,
            *ICONS.get(entry.event, ("doing", "note")),
            label=str(event_word(entry.event)),
            who=names.get(entry.person, ""),
        )
        for entry in reversed(acts)
    )


def looked(openings: Iterable[Any]) -> tuple[Looked, ...]:
    """Say who read which identity, as the openings were written down."""
    listed = list(openings)
    people = {o.by for o in listed} | {o.second for o in listed if o.second}
    names = masked_names(people)
    posts = posts_by_id({o.post for o in listed if o.post})
    return tuple(
        Looked(
            at=o.at,
            who=names.get(o.by, ""),
            post=posts[o.post].title if o.post in posts else "",
            purpose=str(PURPOSES[o.purpose]),
            why="" if "why" in o.get_deferred_fields() else o.why,
            second=names.get(o.second, "") if o.second else "",
            export=o.export_id,
            person=o.person_id,
        )
        for o in listed
    )


# --------------------------------------------------------------------- duplicates
@dataclass(frozen=True, slots=True)
class Likeness:
    """Two entries that may be one person, and why they look so."""

    one: PersonRow
    other: PersonRow
    score: int
    grounds: str


def likenesses(pairs: Sequence[Pair]) -> tuple[Likeness, ...]:
    """Put pairs into words, in one query for all areas."""
    shown = rows([card for pair in pairs for card in (pair.one, pair.other)])
    by_id = {row.card.id: row for row in shown}
    comma = gettext(", ")
    return tuple(
        Likeness(
            by_id[pair.one.id],
            by_id[pair.other.id],
            pair.score,
            comma.join(str(GROUNDS[ground]) for ground in pair.grounds),
        )
        for pair in pairs
    )


def _alike(card: PersonCard, actor: Actor) -> tuple[Likeness, ...]:
    """Who else the person may be, the person first in each pair."""
    if card.merged_into is not None:
        return ()
    found = likenesses(queries.alike_to(card.id, actor.scope))
    return tuple(
        one
        if one.one.card.id == card.id
        else Likeness(one.other, one.one, one.score, one.grounds)
        for one in found
    )


# ---------------------------------------------------------------------- in clear
@dataclass(frozen=True, slots=True)
class Clear:
    """An identity as the page that opened it shows it, once."""

    identity: Identity
    paper: str
    sex: str
    door: str


def clear(identity: Identity) -> Clear:
    """Put an opened identity into words."""
    parts = (identity.building, identity.unit, identity.room)
    return Clear(
        identity=identity,
        paper=str(PAPERS[identity.paper]),
        sex=str(SEXES[identity.sex]) if identity.sex else "",
        door=" ".join(part for part in parts if part),
    )


def duties_about(person: UUID, actor: Actor) -> list[Any]:
    """The open duties of this post about a person: what an identity is opened for.

    A duty is about the person, or about a measure that is taken with them.
    """
    measures = history_of([person], actor.scope).values_list("pk", flat=True)
    subjects = [subject_of(person), *(f"restriction:{pk}" for pk in measures)]
    owed = tasks(actor.scope, states=OPEN, post=actor.post)
    return list(owed.filter(subject__in=subjects)[:MOMENTS_MAX])
