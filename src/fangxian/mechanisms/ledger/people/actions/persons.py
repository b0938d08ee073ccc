"""Acts on one person: register, amend, name who speaks for them."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from fangxian.kernel.actors import Actor
from fangxian.kernel.ids import RANDOM_BYTES, new_id
from fangxian.kernel.papers import Paper, Sex
from fangxian.mechanisms.journal.actions import record_all
from fangxian.mechanisms.jurisdiction.queries import check_reaches
from fangxian.mechanisms.ledger.models import Person, Proxy, Residence
from fangxian.mechanisms.ledger.people import events, rules
from fangxian.mechanisms.ledger.people.actions.writing import (
    find_alike,
    locked,
    locked_standing,
    look_again,
    note,
    remember_alike,
    rewrite,
    same_number,
    write_tokens,
)
from fangxian.mechanisms.ledger.people.details import (
    Details,
    check_details,
    checked_telephone,
)
from fangxian.mechanisms.ledger.people.index import keyed_areas
from fangxian.mechanisms.ledger.people.matching import Likeness
from fangxian.mechanisms.ledger.people.spelling import (
    changed_fields,
    details_of,
    new_person,
    registered,
    terms_at,
)
from fangxian.mechanisms.ledger.states import Relation


@dataclass(frozen=True, slots=True)
class Registered:
    """A registered person, and who on the ledger they may be already."""

    person: UUID
    alike: tuple[Likeness[UUID], ...] = ()


@transaction.atomic
def register_person(
    *,
    name: str,
    area: int,
    source: str,
    id: UUID | None = None,  # noqa: A002 -- the word for it, as observations have it
    paper: Paper = Paper.UNKNOWN,
    number: str | None = None,
    no_paper_why: str | None = None,
    telephone: str | None = None,
    birth_year: int | None = None,
    sex: Sex | None = None,
    address: str | None = None,
    by: Actor,
    at: datetime,
) -> Registered:
    """Put a person on the ledger, unless the number is known to who registers.

    ``source`` is a word or ``import:7``, never a name. ``id`` may have been made where
    the person stood; the same again changes nothing. Entries that look alike are
    given back and kept to be looked at; they keep nobody off the ledger.
    """
    rules.check_can_register(by=by)
    check_reaches(by.scope, area, what="area")
    said = Details(
        name, area, paper, number, no_paper_why, telephone, birth_year, sex, address
    )
    details = check_details(said, terms=terms_at(at))
    if id is not None and (known := Person.objects.filter(pk=id).first()):
        return _known(known, details)
    if same_number(details, by.scope.unbound, but=None):
        raise rules.PERSON_KNOWN()
    person = new_person(
        id or new_id(at, secrets.token_bytes(RANDOM_BYTES)),
        details,
        keyed=keyed_areas([area])[area],
        source=source,
        at=at,
    )
    person.save(force_insert=True)
    write_tokens([(person, details)])
    alike = find_alike(person, details)
    remember_alike(alike, at=at)
    record_all([registered(person, details, at=at)], by=by, at=at)
    return Registered(person.pk, tuple(alike))


def _known(person: Person, details: Details) -> Registered:
    if details_of(person) != details:
        raise rules.ID_TAKEN()
    return Registered(person.pk)


@transaction.atomic
def amend_person(person_id: UUID, *, by: Actor, at: datetime, **changes: Any) -> None:
    """Correct what is said of a person; ``changes`` are fields of ``Details``.

    A field that ``Details`` does not have is a TypeError. Who gets a number loses the
    reason for having none.
    """
    person = locked_standing(person_id, by=by)
    before = details_of(person)
    details = check_details(replace(before, **changes), terms=terms_at(at))
    changed = changed_fields(before, details)
    if not changed:
        return
    if "area" in changed:
        check_reaches(by.scope, details.area, what="area")
        if Residence.objects.filter(person=person, until=None).exists():
            raise rules.AREA_BY_DOOR()
    if same_number(details, by.scope.unbound, but=person.pk):
        raise rules.PERSON_KNOWN()
    rewrite(person, before, details)
    look_again(person, details, at=at)
    note(events.PersonAmended(person=person.pk, fields=changed), person, by=by, at=at)


# -------------------------------------------------------------------------- proxies
@transaction.atomic
def name_proxy(
    person_id: UUID,
    *,
    relation: Relation,
    proxy: UUID | None = None,
    name: str | None = None,
    telephone: str | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Say who speaks for somebody that cannot be called; the former one ends.

    Either somebody on the ledger, or a name with a telephone.
    """
    person = locked_standing(person_id, by=by)
    if proxy is None:
        named = (name or "").strip() or None
        dialled = checked_telephone(telephone)
        if named is None or dialled is None:
            raise rules.PROXY_UNREACHABLE()
    else:
        rules.check_are_two(person_id, proxy)
        rules.check_not_merged(locked(proxy, by=by).merged_into_id)
        named = dialled = None
    Proxy.objects.filter(person=person, until=None).update(until=at)
    Proxy.objects.create(
        person=person,
        proxy_id=proxy,
        name=named,
        telephone=dialled,
        relation=relation,
        since=at,
    )
    event = events.ProxyNamed(person=person.pk, proxy=proxy, relation=relation)
    note(event, person, by=by, at=at)


@transaction.atomic
def release_proxy(person_id: UUID, *, by: Actor, at: datetime) -> None:
    """Say that nobody speaks for a person any more."""
    person = locked_standing(person_id, by=by)
    if not Proxy.objects.filter(person=person, until=None).update(until=at):
        raise rules.NO_PROXY()
    note(events.ProxyReleased(person=person.pk), person, by=by, at=at)
