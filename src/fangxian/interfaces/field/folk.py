"""Whom and what duties are about: people, masked, to who reads them; problems; places."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fangxian.capabilities.enrolment import queries as enrolment
from fangxian.capabilities.enrolment.states import WAITING
from fangxian.interfaces.field.asking import Asker
from fangxian.interfaces.field.wire import Spot
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.finding.queries import findings
from fangxian.mechanisms.ledger import queries as ledger
from fangxian.mechanisms.ledger.people import queries as people
from fangxian.mechanisms.ledger.people.queries import PersonCard
from fangxian.mechanisms.ledger.people.rules import can_read
from fangxian.mechanisms.restriction import rules as restriction
from fangxian.mechanisms.restriction.queries import decisions


OF_NOBODY = frozenset({"place", "area"})


@dataclass(frozen=True, slots=True)
class Folk:
    """People, problems and places that duties are about, by subject; where they are owed."""

    cards: Mapping[str, PersonCard]
    arrivals: Mapping[str, UUID]
    problems: Mapping[str, Any]
    places: Mapping[str, tuple[str, str]]

    @classmethod
    def about(cls, asker: Asker, subjects: Collection[str]) -> "Folk":
        """Look up what these subjects name, each kind in one query."""
        problems = _problems(asker, subjects)
        subjects = {*subjects, *(one.subject for one in problems.values())}
        persons = {one: UUID(key) for one, key in _keyed(subjects, "person")}
        came = enrolment.arrivals(asker.actor.scope, standing=WAITING)
        rows = came.filter(person__in=persons.values()).order_by("registered_at", "pk")
        arrivals = {
            f"person:{person}": arrival
            for person, arrival in rows.values_list("person", "pk")
        }
        cards = _cards(asker, persons | _restricted(asker, subjects))
        return cls(cards, arrivals, problems, _places(subjects))

    def card_of(self, subject: str) -> PersonCard | None:
        """Give whom something is about; of a problem, whom the problem is about."""
        problem = self.problems.get(subject)
        return self.cards.get(subject if problem is None else problem.subject)

    def where(self, subject: str, *, area: int) -> str:
        """Say where somebody goes for it: a place, a door, else the area."""
        problem = self.problems.get(subject)
        about = str(subject if problem is None else problem.subject)
        if about.startswith(("place:", "door:")):
            return about
        card = self.cards.get(about)
        if card is not None and card.door is not None:
            return f"door:{card.door.id}"
        return f"area:{area}"

    def spot(self, where: str) -> Spot | None:
        """Name the place where a duty is owed, in the phone's own ledger or not."""
        found = self.places.get(where)
        return None if found is None else {"title": found[0], "address": found[1]}


def what_is_wrong(asker: Asker, problem: Any) -> str:
    """Say what was found; of a person only to who looks after people."""
    kind = str(problem.subject).partition(":")[0]
    is_told = kind in OF_NOBODY or (can_read(by=asker.actor) and reads_measures(asker))
    return str(problem.text) if is_told else ""


def reads_measures(asker: Asker) -> bool:
    """Whether this post reads who stays at home."""
    try:
        restriction.check_can_read(by=asker.actor)
    except Refusal:
        return False
    return True


def _keyed(subjects: Iterable[str], kind: str) -> list[tuple[str, str]]:
    split = ((one, *one.partition(":")) for one in subjects)
    return [(one, key) for one, what, _, key in split if what == kind]


def _places(subjects: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Name places that duties or problems are about."""
    numbers = {one: int(key) for one, key in _keyed(subjects, "place")}
    found = ledger.addresses_of(set(numbers.values()))
    return {one: found[key] for one, key in numbers.items() if key in found}


def _problems(asker: Asker, subjects: Collection[str]) -> dict[str, Any]:
    numbers = [int(key) for _, key in _keyed(subjects, "finding")]
    if not numbers:
        return {}
    found = findings(asker.actor.scope).filter(pk__in=numbers).order_by()
    return {f"finding:{one.pk}": one for one in found}


def _restricted(asker: Asker, subjects: Collection[str]) -> dict[str, UUID]:
    """Say who stays at home under these restrictions, to whom reads of them."""
    numbers = [int(key) for _, key in _keyed(subjects, "restriction")]
    if not numbers or not reads_measures(asker):
        return {}
    found = decisions(asker.actor.scope).filter(pk__in=numbers).order_by()
    rows = found.values_list("pk", "subject")
    return {f"restriction:{pk}": person for pk, person in rows}


def _cards(asker: Asker, persons: Mapping[str, UUID]) -> dict[str, PersonCard]:
    """Show people, masked, to who reads them; who was merged, as who stands for them."""
    if not persons or not can_read(by=asker.actor):
        return {}
    seen = people.visible(asker.actor.scope).filter(pk__in=set(persons.values()))
    standing = {
        one: people.survivor(one) if merged else one
        for one, merged in seen.values_list("pk", "merged_into")
    }
    cards = people.cards_of(set(standing.values()))
    return {
        subject: cards[standing[person]]
        for subject, person in persons.items()
        if person in standing
    }
