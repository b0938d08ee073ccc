"""After a new key: seal and index again what was written with an older one."""

from datetime import datetime

from django.db import transaction

from fangxian.kernel.actors import Actor
from fangxian.mechanisms.journal.actions import record
from fangxian.mechanisms.ledger.models import Door, Person
from fangxian.mechanisms.ledger.people import events
from fangxian.mechanisms.ledger.people.actions.writing import rewrite
from fangxian.mechanisms.ledger.people.index import door_mark, keyring
from fangxian.mechanisms.ledger.people.spelling import details_of


SUBJECT = "ledger:people"


@transaction.atomic
def reindex_people(*, most: int, by: Actor, at: datetime) -> int:
    """Seal and index again up to ``most`` people and doors; how many there were.

    Repeated until it gives 0, no entry hangs on an older key any more; other sealed
    texts (reasons, refused rows) still open with theirs. People are found all the
    while: searches ask under every key.
    """
    current = keyring().current
    stale = Person.objects.exclude(indexed_with=current).select_for_update()
    people = list(stale.order_by("indexed_with", "pk")[:most])
    for person in people:
        said = details_of(person)
        rewrite(person, said, said)
    left = most - len(people)
    doors = list(Door.objects.exclude(indexed_with=current).order_by("pk")[:left])
    for door in doors:
        door.mark = door_mark(door.building, door.unit, door.room)
        door.indexed_with = current
        door.save()
    if people or doors:
        event = events.PeopleIndexed(people=len(people), doors=len(doors))
        record(event, by=by, at=at, subject=SUBJECT, area=None)
    return len(people) + len(doors)
