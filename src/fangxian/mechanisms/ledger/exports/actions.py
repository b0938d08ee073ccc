"""The only writers of exports: ask, agree or refuse, withdraw, lapse, open."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from fangxian.kernel.actors import SYSTEM, Actor, Role
from fangxian.mechanisms.journal.actions import record, record_all, take_turns
from fangxian.mechanisms.journal.events import Act, Event
from fangxian.mechanisms.ledger.exports import events, queries, rules
from fangxian.mechanisms.ledger.models import Export, Exported, Opening, Person
from fangxian.mechanisms.ledger.people import rules as people_rules
from fangxian.mechanisms.ledger.people.actions.identities import (
    TURNS,
    Identity,
    identities,
    opened_today,
)
from fangxian.mechanisms.ledger.people.events import IdentityOpened
from fangxian.mechanisms.ledger.people.queries import visible
from fangxian.mechanisms.ledger.people.spelling import subject_of
from fangxian.mechanisms.ledger.states import EXPORT, ExportForm, ExportState, Purpose


@transaction.atomic
def request_export(
    *,
    id: UUID,  # noqa: A002 -- the word for it, as register_person has it
    people: Sequence[UUID],
    form: ExportForm,
    recipient: str,
    why: str,
    purpose: Purpose = Purpose.EXPORT,
    by: Actor,
    at: datetime,
) -> UUID:
    """Ask to hand people over in a file; nothing is opened until somebody agrees.

    ``id`` is made by who asks: the same again changes nothing. People are named once
    each, in the order of the rows. ``purpose`` is what they are opened for.
    """
    rules.check_can_request(form, by=by)
    wanted = list(dict.fromkeys(people))
    rules.check_size(len(wanted), form)
    said = {
        "recipient": rules.check_recipient(recipient),
        "why": people_rules.check_why(why),
        "form": form,
        "purpose": purpose,
        "by": by.person,
    }
    if known := Export.objects.filter(pk=id).first():
        return _known(known, wanted, said)
    _check_reached(wanted, by=by)
    rules.check_are_own(queries.strangers_among(wanted, by=by), by=by)
    assert by.unit is not None  # noqa: S101 -- who may ask holds a post, and a post a unit
    export = Export(
        id=id,
        **said,
        area_id=by.unit,
        state=EXPORT.start,
        post=by.post,
        role=by.role,
        requested_at=at,
    )
    try:
        with transaction.atomic():
            export.save(force_insert=True)
    except IntegrityError:  # it was sent twice at once, and the other came first
        return _known(Export.objects.get(pk=id), wanted, said)
    Exported.objects.bulk_create(
        Exported(export=export, person_id=person, position=position)
        for position, person in enumerate(wanted, start=1)
    )
    event = events.ExportRequested(export=id, form=form, people=tuple(wanted))
    _note(event, export, by=by, at=at)
    return id


def _known(export: Export, wanted: list[UUID], said: dict[str, object]) -> UUID:
    is_same = all(getattr(export, name) == value for name, value in said.items())
    if not is_same or list(queries.people_of(export.pk)) != wanted:
        raise rules.EXPORT_ID_TAKEN()
    return export.pk


def _check_reached(wanted: Collection[UUID], *, by: Actor) -> None:
    """Refuse people who are out of reach as unknown, and merged ones as merged."""
    reached = dict(
        visible(by.scope).filter(pk__in=wanted).values_list("pk", "merged_into")
    )
    for person in wanted:
        if person not in reached:
            raise people_rules.PERSON_UNKNOWN()
        people_rules.check_not_merged(reached[person])


# ------------------------------------------------------------------------- deciding
@transaction.atomic
def approve_export(export_id: UUID, *, by: Actor, at: datetime) -> None:
    """Agree, as a second person who reaches everybody in it; it opens for a day."""
    export = _locked_to_decide(export_id, ExportState.APPROVED, by=by, at=at)
    _decide(export, ExportState.APPROVED, by=by, at=at)
    _note(events.ExportApproved(export=export.pk), export, by=by, at=at)


@transaction.atomic
def refuse_export(export_id: UUID, *, why: str, by: Actor, at: datetime) -> None:
    """Say no, and why; who asked may ask again otherwise."""
    said = people_rules.check_why(why)
    export = _locked_to_decide(export_id, ExportState.REFUSED, by=by, at=at)
    export.refused_why = said
    _decide(export, ExportState.REFUSED, by=by, at=at)
    _note(events.ExportRefused(export=export.pk), export, by=by, at=at)


def _locked_to_decide(
    export_id: UUID, to: ExportState, *, by: Actor, at: datetime
) -> Export:
    export = _locked(export_id, by=by)
    rules.check_is_waiting(ExportState(export.state), to, export.requested_at, at)
    rules.check_can_decide(
        form=ExportForm(export.form),
        requester=export.by,
        role=Role(export.role),
        by=by,
    )
    return export


def _decide(export: Export, to: ExportState, *, by: Actor, at: datetime) -> None:
    export.state = to
    export.decided_by, export.decided_at = by.person, at
    export.save(update_fields=["state", "decided_by", "decided_at", "refused_why"])


# ------------------------------------------------------------------------ not decided
@transaction.atomic
def withdraw_export(export_id: UUID, *, by: Actor, at: datetime) -> None:
    """Take back what one asked for, while nobody has decided."""
    export = _locked(export_id, by=by)
    rules.check_can_withdraw(requester=export.by, by=by)
    state, to = ExportState(export.state), ExportState.WITHDRAWN
    rules.check_is_waiting(state, to, export.requested_at, at)
    _end(export, to, at=at)
    _note(events.ExportWithdrawn(export=export.pk), export, by=by, at=at)


@transaction.atomic
def lapse_due(*, at: datetime) -> int:
    """End every request on which nobody decided for a day; say how many there were."""
    lapsed = list(queries.unheard(at).select_for_update().order_by("pk"))
    for export in lapsed:
        _end(export, ExportState.LAPSED, at=at)
    acts = [
        Act(events.ExportLapsed(export=one.pk), subject(one.pk), one.area_id)
        for one in lapsed
    ]
    record_all(acts, by=SYSTEM, at=at)
    return len(lapsed)


def _end(export: Export, to: ExportState, *, at: datetime) -> None:
    export.state, export.decided_at = to, at
    export.save(update_fields=["state", "decided_at"])


# -------------------------------------------------------------------------- opening
@transaction.atomic
def open_export(
    export_id: UUID,
    *,
    only: Collection[UUID] | None = None,
    by: Actor,
    at: datetime,
) -> tuple[Identity, ...]:
    """Read everybody in an approved export, row by row; each is written down.

    Only who asked for it, within a day of the approval, while all of them are still
    in reach. ``only`` leaves out the rest, for a paper about one of them. Each counts
    towards the identities that one actor may open in a day.
    """
    export = _locked(export_id, by=by)
    if export.by != by.person:
        raise rules.NOT_YOUR_EXPORT()
    form = ExportForm(export.form)
    rules.check_is_open(form, ExportState(export.state), export.decided_at, at)
    rules.check_can_request(form, by=by)
    people = _people_to_open(export, only, by=by)
    take_turns(f"{TURNS}{by.person}")
    opened = opened_today(by, at)
    more = len({person.pk for person in people} - opened)
    rules.check_within_the_day(len(opened), more, most=people_rules.OPENED_A_DAY_MAX)
    _write_down(export, people, by=by, at=at)
    return tuple(identities(people))


def _people_to_open(
    export: Export, only: Collection[UUID] | None, *, by: Actor
) -> list[Person]:
    wanted = [
        person
        for person in queries.people_of(export.pk)
        if only is None or person in only
    ]
    rules.check_size(len(wanted), ExportForm(export.form))
    reached = visible(by.scope).in_bulk(wanted)
    if len(reached) < len(wanted):
        raise rules.EXPORT_OUT_OF_REACH()
    return [reached[person] for person in wanted]


def _write_down(
    export: Export, people: Sequence[Person], *, by: Actor, at: datetime
) -> None:
    Opening.objects.bulk_create(
        Opening(
            person=person,
            by=by.person,
            post=by.post,
            purpose=export.purpose,
            why=export.why,
            second=export.decided_by,
            export=export,
            at=at,
        )
        for person in people
    )
    ids = tuple(person.pk for person in people)
    event = events.ExportOpened(export=export.pk, form=export.form, people=ids)
    acts = [Act(event, subject(export.pk), export.area_id)]
    acts += [
        Act(
            IdentityOpened(
                person=person.pk,
                purpose=export.purpose,
                task=None,
                second=export.decided_by,
            ),
            subject_of(person.pk),
            person.area_id,
        )
        for person in people
    ]
    record_all(acts, by=by, at=at)


# ------------------------------------------------------------------ what they share
def _locked(export_id: UUID, *, by: Actor) -> Export:
    """Lock an export that an actor may know of; any other is unknown."""
    known = queries.seen_by(by).filter(pk=export_id)
    export = Export.objects.select_for_update().filter(pk__in=known).first()
    if export is None:
        raise rules.EXPORT_UNKNOWN()
    return export


def _note(event: Event, export: Export, *, by: Actor, at: datetime) -> None:
    record(event, by=by, at=at, subject=subject(export.pk), area=export.area_id)


def subject(export_id: UUID) -> str:
    """Name an export as the subject of a journal entry."""
    return f"export:{export_id}"
