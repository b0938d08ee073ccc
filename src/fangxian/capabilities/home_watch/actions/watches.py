"""A watch begins with a signed decision and ends with it; nobody opens or closes one."""

import datetime as dt

from django.db import transaction

from fangxian.capabilities.home_watch import events, queries
from fangxian.capabilities.home_watch.actions.duties import issue_for
from fangxian.capabilities.home_watch.facts import is_at_home, subject_of
from fangxian.capabilities.home_watch.models import Watch
from fangxian.capabilities.home_watch.states import Form
from fangxian.kernel.actors import Actor
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.journal.actions import record
from fangxian.mechanisms.ledger.people.queries import cards_of, survivor
from fangxian.mechanisms.protocol.queries import loaded
from fangxian.mechanisms.protocol.restrictions import told_ending
from fangxian.mechanisms.restriction.queries import end_of, get_decision
from fangxian.mechanisms.task.actions import waive
from fangxian.mechanisms.task.queries import open_for_subject


@transaction.atomic
def open_watch(decision_id: int, *, by: Actor, at: dt.datetime) -> Watch | None:
    """Begin to look after somebody whom a decision keeps at home; None elsewhere.

    The area is where the ledger says that the person lives, else the decision's. What
    is owed from the beginning until today is issued at once. A second time does
    nothing.
    """
    decision = get_decision(decision_id, EVERYWHERE)
    if not is_at_home(loaded(decision.edition_id), decision.measure):
        return None
    known = queries.find_watch(decision_id)
    if known is not None:
        return known
    person = survivor(decision.subject)
    card = cards_of([person]).get(person)
    watch = Watch.objects.create(
        decision=decision,
        person=decision.subject,
        area_id=decision.area_id if card is None else card.area,
        door_id=None if card is None or card.door is None else card.door.id,
        measure=decision.measure,
        opened_at=at,
    )
    issued = issue_for(watch, by=by, at=at)
    event = events.Opened(
        decision=watch.pk, person=watch.person, measure=watch.measure, issued=issued
    )
    record(event, by=by, at=at, subject=subject_of(watch.pk), area=watch.area_id)
    return watch


@transaction.atomic
def close_watch(decision_id: int, *, by: Actor, at: dt.datetime) -> int:
    """Ask nothing more of somebody whose measure is over; how many duties fell away.

    What had lapsed before stays missed. A positive result is still a doctor's to answer.
    """
    watch = queries.find_watch(decision_id)
    if watch is None:
        return 0
    reason = end_of(watch.decision).reason
    pack = loaded(watch.decision.edition_id)
    said = str(pack.texts[told_ending(reason)].title)
    owed = open_for_subject(subject_of(decision_id)).exclude(form=Form.ANSWER)
    waived = tuple(owed.values_list("pk", flat=True))
    for task in waived:
        waive(task, reason=said, by=by, at=at)
    event = events.Closed(decision=decision_id, reason=reason, waived=waived)
    record(event, by=by, at=at, subject=subject_of(decision_id), area=watch.area_id)
    return len(waived)
