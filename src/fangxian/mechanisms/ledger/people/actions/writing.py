"""What the acts on people share: locking in reach, indexing, finding who is alike."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from fangxian.kernel.actors import Actor
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.journal.actions import record
from fangxian.mechanisms.journal.events import Event
from fangxian.mechanisms.ledger.models import Alike, Person, Token
from fangxian.mechanisms.ledger.people import queries, rules
from fangxian.mechanisms.ledger.people.details import Details
from fangxian.mechanisms.ledger.people.index import (
    keyed_areas,
    new_tokens,
    suspects,
    tokens_of,
)
from fangxian.mechanisms.ledger.people.matching import (
    DISTINCTIVE_MAX,
    Likeness,
    Resemblance,
)
from fangxian.mechanisms.ledger.people.rows import traits
from fangxian.mechanisms.ledger.people.spelling import (
    columns,
    details_of,
    subject_of,
)
from fangxian.store.rows import insert_all


AT_ONCE = 200


def locked(person_id: UUID, *, by: Actor) -> Person:
    """Lock an entry in reach; what is out of reach is unknown."""
    reachable = queries.visible(by.scope).select_for_update()
    person = reachable.filter(pk=person_id).first()
    if person is None:
        raise rules.PERSON_UNKNOWN()
    return person


def hold_people(people: Collection[UUID]) -> None:
    """Hold these entries until the transaction ends: who else holds one of them waits.

    For what must not be written about one person twice at once. Others may still
    refer to them meanwhile.
    """
    listed = sorted(people)
    for start in range(0, len(listed), AT_ONCE):
        some = Person.objects.filter(pk__in=listed[start : start + AT_ONCE])
        held = some.select_for_update(no_key=True).order_by("pk")
        list(held.values_list("pk", flat=True))


def locked_pair(one: UUID, other: UUID, *, by: Actor) -> tuple[Person, Person]:
    """Lock two entries in the order of their ids, so that two acts never wait."""
    found = {person: locked(person, by=by) for person in sorted((one, other))}
    return found[one], found[other]


def locked_standing(person_id: UUID, *, by: Actor) -> Person:
    """Lock an entry in reach that stands for itself, for who keeps the ledger."""
    person = locked(person_id, by=by)
    rules.check_can_register(by=by)
    rules.check_not_merged(person.merged_into_id)
    return person


def note(event: Event, person: Person, *, by: Actor, at: datetime) -> None:
    """Write an act on one person into the journal."""
    record(event, by=by, at=at, subject=subject_of(person.pk), area=person.area_id)


# -------------------------------------------------------------------------- the index
def rewrite(person: Person, before: Details, after: Details) -> None:
    """Save what is said now, and index it instead of what was said."""
    drop_tokens(person, before)
    keyed = keyed_areas([after.area])[after.area]
    for column, value in columns(after, keyed=keyed).items():
        setattr(person, column, value)
    person.save()
    write_tokens([(person, after)])


def write_tokens(people: Iterable[tuple[Person, Details]]) -> None:
    """Let people who were just written be found by what is said of them."""
    insert_all(Token, ("token", "person_id"), new_tokens(people))


def drop_tokens(person: Person, said: Details) -> None:
    """Take a person out of the index: the tokens are made again to be found."""
    old = tokens_of(said, key=person.indexed_with, keyed=person.indexed_in)
    Token.objects.filter(token__in=old, person=person).delete()


def move_to(person: Person, area: int) -> None:
    """Let another area answer for a person, and its key index the name."""
    before = details_of(person)
    if area != person.area_id:
        rewrite(person, before, replace(before, area=area))


# ------------------------------------------------------------------------- who is alike
def same_number(details: Details, scope: Scope, *, but: UUID | None) -> bool:
    """Whether somebody in scope stands on the ledger under this number."""
    if details.number is None:
        return False
    marked = suspects([details], [])[0]
    others = queries.visible(scope).filter(
        marked, merged_into=None, paper=details.paper
    )
    if but is not None:
        others = others.exclude(pk=but)
    return any(person.number == details.number for person in others)


def entries_like(people: Sequence[Details], keyed: Iterable[int]) -> list[Person]:
    """Give the entries, wherever they are, that may be one of these people."""
    found: dict[UUID, Person] = {}
    keyed = sorted(set(keyed))
    for start in range(0, len(people), AT_ONCE):
        for condition in suspects(people[start : start + AT_ONCE], keyed):
            found |= _entries(condition)
    return list(found.values())


def _entries(condition: Q) -> dict[UUID, Person]:
    return {person.pk: person for person in Person.objects.filter(condition)}


def find_alike(person: Person, details: Details) -> list[Likeness[UUID]]:
    """Find who an entry may be, likeliest first."""
    resemblance: Resemblance[UUID] = Resemblance()
    for condition in suspects([details], [person.indexed_in]):
        standing = Person.objects.filter(condition, merged_into=None)
        for other in standing.exclude(pk=person.pk)[: DISTINCTIVE_MAX + 1]:
            resemblance.remember(traits(other.pk, details_of(other)))
    return resemblance.find(traits(person.pk, details))


def remember_alike(found: Iterable[Likeness[UUID]], *, at: datetime) -> None:
    """Keep pairs to be looked at; a pair that is kept already stays as it is."""
    Alike.objects.bulk_create(
        (
            Alike(
                one_id=min(like.person, like.earlier),
                other_id=max(like.person, like.earlier),
                score=like.score,
                grounds=[ground.value for ground in like.grounds],
                found_at=at,
            )
            for like in found
        ),
        batch_size=500,
        ignore_conflicts=True,
    )


def look_again(person: Person, details: Details, *, at: datetime) -> None:
    """Replace the pairs of an entry of which something else is said now."""
    Alike.objects.filter(Q(one=person) | Q(other=person)).delete()
    remember_alike(find_alike(person, details), at=at)
