"""Records, duties and findings about people: who may read them, and under which name."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext

from fangxian.capabilities.inspection.queries import PLACE
from fangxian.interfaces.console.watching import people_of
from fangxian.kernel.actors import Actor
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.ledger.people import rules as people
from fangxian.mechanisms.ledger.people.queries import doors as doors_in
from fangxian.mechanisms.ledger.people.queries import visible
from fangxian.mechanisms.restriction import rules as restriction
from fangxian.mechanisms.restriction.queries import decisions


class Check(Protocol):
    """A rule that asks only who reads."""

    def __call__(self, *, by: Actor) -> None:
        """Refuse, or do nothing."""


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "arrival": people.check_can_read,
        "door": people.check_can_read,
        "evidence": restriction.check_can_read_evidence,
        "person": people.check_can_read,
        "restriction": restriction.check_can_read,
    }
)


def check_may_read(subject: str, *, by: Actor) -> None:
    """Refuse a record about a person to whoever reads none of that kind."""
    check = CHECKS.get(subject.partition(":")[0])
    if check is not None:
        check(by=by)


def may_read(subject: str, *, by: Actor) -> bool:
    """Whether a record of this subject may be shown to this reader."""
    try:
        check_may_read(subject, by=by)
    except Refusal:
        return False
    return True


def may_read_health(subject: str, *, by: Actor) -> bool:
    """Whether what was found of somebody's health may be told to this reader.

    Of a place anything may; of a person only to those who look after people and may
    know who it is: an auditor, who reads of measures by numbers, needs no fevers.
    """
    try:
        check_may_read_health(subject, by=by)
    except Refusal:
        return False
    return True


def check_may_read_health(subject: str, *, by: Actor) -> None:
    """Refuse a record of somebody's health as ``may_read_health`` says."""
    check_may_read(subject, by=by)
    if subject.partition(":")[0] in CHECKS:
        people.check_can_read(by=by)


def text_of(finding: Any, actor: Actor) -> str:
    """Say what was found; of a person only to who may read of their health."""
    if may_read_health(finding.subject, by=actor):
        return str(finding.text)
    return gettext("A problem about a person")


def found_by_words(actor: Actor, text: str) -> Q:
    """A condition for what a search by words may find for this reader.

    Who does not read what was found of people must not learn it by guessing words.
    """
    told = all(may_read_health(f"{kind}:", by=actor) for kind in CHECKS)
    if told or not text.strip() or text.strip().isdecimal():
        return Q()
    return Q(subject__startswith=PLACE)


def names_of(subjects: Iterable[str], actor: Actor) -> dict[str, str]:
    """Name the people in scope that records are about, masked, and doors, by subject."""
    wanted = {one for one in subjects if may_read(one, by=actor)}
    doors = _doors(wanted, actor)
    persons = {
        subject: person
        for find in (_restricted, _registered)
        for subject, person in find(wanted, actor).items()
    }
    if not persons:
        return doors
    shown = people_of(set(persons.values()), actor)
    named = {subject: shown[person].name for subject, person in persons.items()}
    return doors | named


def _keys(subjects: Iterable[str], kind: str) -> list[str]:
    split = (one.partition(":") for one in subjects)
    return [key for what, _, key in split if what == kind]


def _restricted(subjects: Iterable[str], actor: Actor) -> dict[str, UUID]:
    numbers = [int(key) for key in _keys(subjects, "restriction") if key.isdigit()]
    if not numbers:
        return {}
    found = decisions(actor.scope).filter(pk__in=numbers)
    rows = found.order_by().values_list("pk", "subject")
    return {f"restriction:{pk}": person for pk, person in rows}


def _registered(subjects: Iterable[str], actor: Actor) -> dict[str, UUID]:
    ids = _keys(subjects, "person")
    if not ids:
        return {}
    found = visible(actor.scope).filter(pk__in=ids).values_list("pk", flat=True)
    return {f"person:{pk}": pk for pk in found}


def _doors(subjects: Iterable[str], actor: Actor) -> dict[str, str]:
    """Name doors by building and unit; which room it is says the page of the door."""
    numbers = [int(key) for key in _keys(subjects, "door") if key.isdigit()]
    if not numbers:
        return {}
    found = doors_in(actor.scope).filter(pk__in=numbers)
    return {
        f"door:{pk}": f"{building} {unit}".strip() or f"№ {pk}"
        for pk, building, unit in found.values_list("pk", "building", "unit")
    }
