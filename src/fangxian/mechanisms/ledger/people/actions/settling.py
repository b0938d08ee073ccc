"""Acts that settle whether two entries are one person."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from fangxian.kernel.actors import Actor
from fangxian.mechanisms.ledger.models import Merge, PersonApart
from fangxian.mechanisms.ledger.people import events, rules
from fangxian.mechanisms.ledger.people.actions.writing import locked, locked_pair, note


@transaction.atomic
def merge_people(
    person_id: UUID, *, into: UUID, evidence: str, by: Actor, at: datetime
) -> None:
    """Say that two entries are one person; everything said of the first stays with it.

    Nothing is copied or deleted, so ``unmerge_person`` undoes it entirely.
    """
    rules.check_are_two(person_id, into)
    said = rules.check_why(evidence)
    person, other = locked_pair(person_id, into, by=by)
    rules.check_can_merge(by=by)
    rules.check_not_merged(person.merged_into_id)
    rules.check_not_merged(other.merged_into_id)
    person.merged_into = other
    person.save(update_fields=["merged_into"])
    Merge.objects.create(person=person, into=other, evidence=said, by=by.person, at=at)
    note(events.PersonMerged(person=person.pk, into=into), person, by=by, at=at)


@transaction.atomic
def unmerge_person(person_id: UUID, *, reason: str, by: Actor, at: datetime) -> None:
    """Take a merge back: the entry stands for itself again."""
    said = rules.check_why(reason)
    person = locked(person_id, by=by)
    rules.check_can_merge(by=by)
    if person.merged_into_id is None:
        raise rules.PERSON_NOT_MERGED()
    event = events.PersonUnmerged(person=person.pk, out_of=person.merged_into_id)
    person.merged_into = None
    person.save(update_fields=["merged_into"])
    merge = Merge.objects.get(person=person, undone_at=None)
    merge.undone_by, merge.undone_at, merge.undone_why = by.person, at, said
    merge.save(update_fields=["undone_by", "undone_at", "undone_why"])
    note(event, person, by=by, at=at)


@transaction.atomic
def keep_people_apart(
    person_id: UUID, *, other: UUID, reason: str, by: Actor, at: datetime
) -> None:
    """Say that two entries that look alike are two people; said twice, written once."""
    rules.check_are_two(person_id, other)
    said = rules.check_why(reason)
    person, twin = locked_pair(person_id, other, by=by)
    rules.check_can_register(by=by)
    first, second = sorted((person.pk, twin.pk))
    _, is_new = PersonApart.objects.get_or_create(
        one_id=first,
        other_id=second,
        defaults={"reason": said, "by": by.person, "at": at},
    )
    if is_new:
        event = events.PeopleKeptApart(person=person.pk, other=twin.pk)
        note(event, person, by=by, at=at)
