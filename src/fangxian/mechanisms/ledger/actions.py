"""The only writers: one verb, one transaction, one journal entry for each thing done."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from fangxian.kernel.actors import Actor
from fangxian.mechanisms.journal.actions import record, record_all
from fangxian.mechanisms.journal.events import Event
from fangxian.mechanisms.jurisdiction.queries import check_reaches, reaches
from fangxian.mechanisms.ledger import events, queries, rules
from fangxian.mechanisms.ledger.differing import asked, compared
from fangxian.mechanisms.ledger.layouts import layout_fingerprint
from fangxian.mechanisms.ledger.models import (
    Apart,
    Difference,
    Kind,
    Layout,
    Place,
    RefusedRow,
)
from fangxian.mechanisms.ledger.rows import (
    FileRows,
    SourceFile,
    Taken,
    Terms,
    sort_rows,
)
from fangxian.mechanisms.ledger.rules import Details
from fangxian.mechanisms.ledger.spelling import (
    amended,
    columns,
    details_of,
    file_taken,
    new_import,
    new_place,
    refused_row,
    registered,
)
from fangxian.mechanisms.ledger.states import (
    STANDING,
    VENUE_CODE,
    About,
    DifferenceState,
    Standing,
    VenueCode,
)
from fangxian.store.rows import change, find, keep


# ------------------------------------------------------------------------- kinds
@transaction.atomic
def declare_kind(
    *,
    code: str,
    name: str,
    name_en: str,
    group: str,
    key: bool,
    by: Actor,
    at: datetime,
) -> Kind:
    """Let places be of this kind; declaring it again corrects its words.

    ``key`` marks the key venues. Nothing is written when nothing changes.
    """
    rules.check_can_declare(by=by)
    said = {"name": name, "name_en": name_en, "group": group, "key": key}
    known = Kind.objects.filter(pk=code).first()
    if known is not None and all(getattr(known, k) == v for k, v in said.items()):
        return known
    kind, _ = Kind.objects.update_or_create(code=code, defaults=said)
    event = events.KindDeclared(kind=code, title=name, group=group)
    record(event, by=by, at=at, subject=f"kind:{code}", area=None)
    return kind


# ------------------------------------------------------------------------ places
@transaction.atomic
def register_place(
    *,
    kind: str,
    name: str,
    area: int,
    source: str,
    address: str = "",
    uscc: str = "",
    responsible: str | None = None,
    responsible_staff: UUID | None = None,
    telephone: str | None = None,
    opened_on: date | None = None,
    by: Actor,
    at: datetime,
) -> Place:
    """Put a place on the ledger, unless it is already there.

    ``source`` says where it is known from. A place that was merged away is known
    too: its survivor is named. ``responsible_staff`` is the person in charge where
    they also hold a post; the name on the ledger is then theirs.
    """
    rules.check_can_keep(by=by)
    check_reaches(by.scope, area, kind, what="area")
    said = Details(kind, name, area, address, uscc, responsible, telephone, opened_on)
    details = _checked(replace(said, responsible_staff=responsible_staff))
    place = new_place(details, source=source, at=at)
    _save_once(place)
    record_all([registered(place, at=at)], by=by, at=at)
    return place


@transaction.atomic
def amend_place(place_id: int, *, by: Actor, at: datetime, **changes: Any) -> Place:
    """Correct what is said of a place; ``changes`` are fields of ``Details``.

    A field that ``Details`` does not have is a TypeError. Another name in charge is
    another person: who was known among the staff no longer is.
    """
    place = _locked(place_id, by=by)
    rules.check_can_keep(by=by)
    rules.check_not_merged(place)
    before = details_of(place)
    details = _checked(rules.with_changes(before, changes), but=place.pk)
    check_reaches(by.scope, details.area, details.kind, what="area")
    event = amended(place.pk, before, details)
    if not event.changes and not event.sealed:
        return place
    for column, value in columns(details).items():
        setattr(place, column, value)
    _save_once(place)
    _record(event, place, by=by, at=at)
    return place


def _checked(details: Details, *, but: int | None = None) -> Details:
    """Refuse an unknown kind, details that cannot be right, and a second entry."""
    if not Kind.objects.filter(pk=details.kind).exists():
        raise rules.KIND_UNKNOWN(kind=details.kind)
    checked = rules.check_details(queries.named(details))
    for known in queries.same_places(checked):
        if (place_id := queries.survivor(known.pk)) != but:
            raise rules.PLACE_KNOWN(name=known.name, place=place_id)
    return checked


def _save_once(place: Place) -> None:
    """Save; if somebody else was faster with the same place, refuse like any second."""
    try:
        with transaction.atomic():
            keep(place)
    except IntegrityError as clash:
        known = next(
            (e for e in queries.same_places(details_of(place)) if e.pk != place.pk),
            None,
        )
        if known is None:
            raise
        raise rules.PLACE_KNOWN(name=known.name, place=known.pk) from clash


# ---------------------------------------------------------------------- standing
@transaction.atomic
def suspend_place(place_id: int, *, reason: str, by: Actor, at: datetime) -> Place:
    """Order that a place is closed to the public until it is inspected again."""
    event = events.PlaceSuspended(place=place_id, reason=rules.check_reason(reason))
    return _stand(place_id, Standing.SUSPENDED, event, by=by, at=at)


@transaction.atomic
def reopen_place(place_id: int, *, reason: str, by: Actor, at: datetime) -> Place:
    """Let a suspended place, or one that was thought gone, open again."""
    event = events.PlaceReopened(place=place_id, reason=rules.check_reason(reason))
    return _stand(place_id, Standing.OPEN, event, by=by, at=at)


@transaction.atomic
def close_place(place_id: int, *, reason: str, by: Actor, at: datetime) -> Place:
    """Note that a place is gone for good; it stays on the ledger."""
    event = events.PlaceClosed(place=place_id, reason=rules.check_reason(reason))
    return _stand(place_id, Standing.CLOSED, event, by=by, at=at)


def _stand(
    place_id: int, target: Standing, event: Event, *, by: Actor, at: datetime
) -> Place:
    place = _locked(place_id, by=by)
    rules.check_can_stand(target, by=by)
    rules.check_not_merged(place)
    STANDING.check(Standing(place.standing), target)
    place.standing = target
    place.save(update_fields=["standing"])
    _record(event, place, by=by, at=at)
    return place


@transaction.atomic
def advance_venue_code(
    place_id: int, *, to: VenueCode, by: Actor, at: datetime
) -> Place:
    """Move the code at the door one step on: applied for, issued, in use."""
    place = _locked(place_id, by=by)
    rules.check_can_keep(by=by)
    rules.check_not_merged(place)
    before = VenueCode(place.venue_code)
    VENUE_CODE.check(before, to)
    place.venue_code = to
    change(place, "venue_code")
    event = events.VenueCodeAdvanced(place=place.pk, from_=before, to=to)
    _record(event, place, by=by, at=at)
    return place


# -------------------------------------------------------------------- duplicates
@transaction.atomic
def merge_places(
    place_id: int, *, into: int, evidence: str, by: Actor, at: datetime
) -> Place:
    """Say that two entries are one place; everything said of the first stays with it.

    Nothing is copied or deleted, so ``unmerge_place`` undoes it entirely.
    """
    rules.check_are_two(place_id, into)
    said = rules.check_reason(evidence)
    place, other = _locked_pair(place_id, into, by=by)
    rules.check_can_settle(by=by)
    rules.check_not_merged(place)
    rules.check_not_merged(other)
    place.merged_into = other
    place.save(update_fields=["merged_into"])
    event = events.PlaceMerged(place=place.pk, into=other.pk, evidence=said)
    _record(event, place, by=by, at=at)
    return place


@transaction.atomic
def unmerge_place(place_id: int, *, reason: str, by: Actor, at: datetime) -> Place:
    """Take a merge back: the entry stands for itself again."""
    said = rules.check_reason(reason)
    place = _locked(place_id, by=by)
    rules.check_can_settle(by=by)
    if place.merged_into_id is None:
        raise rules.NOT_MERGED(name=place.name)
    for same in queries.same_places(details_of(place)):
        if same.pk != place.pk and same.merged_into_id is None:
            raise rules.PLACE_KNOWN(name=same.name, place=same.pk)
    event = events.PlaceUnmerged(
        place=place.pk, out_of=place.merged_into_id, reason=said
    )
    place.merged_into = None
    place.save(update_fields=["merged_into"])
    _record(event, place, by=by, at=at)
    return place


@transaction.atomic
def keep_apart(
    place_id: int, *, other: int, reason: str, by: Actor, at: datetime
) -> None:
    """Say that two places that look like one are two; said twice, it is written once."""
    rules.check_are_two(place_id, other)
    said = rules.check_reason(reason)
    place, twin = _locked_pair(place_id, other, by=by)
    rules.check_can_keep(by=by)
    first, second = sorted((place.pk, twin.pk))
    _, is_new = Apart.objects.get_or_create(
        one_id=first,
        other_id=second,
        defaults={"reason": said, "by": by.person, "at": at},
    )
    if is_new:
        event = events.PlacesKeptApart(place=place.pk, other=twin.pk, reason=said)
        _record(event, place, by=by, at=at)


# ------------------------------------------------------------------------- files
@transaction.atomic
def remember_layout(
    *, headings: Sequence[str], mapping: Mapping[str, int], by: Actor, at: datetime
) -> Layout:
    """Remember which column of this layout means which field of the ledger.

    ``mapping`` gives the place of the column, counted from 0.
    """
    rules.check_can_keep(by=by)
    fingerprint = layout_fingerprint(headings)
    known = queries.find_layout(fingerprint)
    if known is not None and known.mapping == dict(mapping):
        return known
    layout, _ = Layout.objects.update_or_create(
        fingerprint=fingerprint,
        defaults={
            "headings": list(headings),
            "mapping": dict(mapping),
            "remembered_at": at,
        },
    )
    event = events.LayoutRemembered(layout=fingerprint, mapping=dict(mapping))
    record(event, by=by, at=at, subject=f"layout:{fingerprint}", area=None)
    return layout


@transaction.atomic
def take_import(file: SourceFile, rows: FileRows, *, by: Actor, at: datetime) -> Taken:
    """Take in every good row of a file, and list every other with its reason.

    A row about a known place adds nothing, so the same file, or a corrected one,
    may come again. All or nothing: the places and the list are one transaction.
    """
    rules.check_can_keep(by=by)
    check_reaches(replace(by.scope, kinds=None), file.area, what="area")
    terms = Terms(
        areas=queries.areas_within(file.area),
        kinds=frozenset(queries.kinds().values_list("code", flat=True)),
        scope=by.scope,
    )
    known = queries.known_places(file.area)
    sorting = sort_rows(rows.readable, known=known, terms=terms)
    refused = sorted(
        [*rows.refused, *sorting.refused], key=lambda bad_row: bad_row.number
    )
    batch = new_import(
        file,
        refused,
        about=About.PLACES,
        new=len(sorting.new),
        known=len(sorting.known),
        by=by,
        at=at,
    )
    batch.save()
    RefusedRow.objects.bulk_create([refused_row(batch, bad) for bad in refused], 500)
    places = [
        new_place(row.details, source=f"import:{batch.pk}", at=at)
        for row in sorting.new
    ]
    Place.objects.bulk_create(places, 500)
    acts = [registered(place, at=at) for place in places]
    record_all([file_taken(batch), *acts], by=by, at=at)
    known_rows = compared(sorting.known)
    Difference.objects.bulk_create(asked(batch, known_rows), 500)
    numbered = zip((row.number for row in sorting.new), places, strict=True)
    return Taken(
        batch=batch.pk,
        added={number: place.pk for number, place in numbered},
        known=tuple(known_rows),
        refused=tuple(refused),
        alike=tuple(sorting.alike),
    )


@transaction.atomic
def settle_difference(
    difference_id: int, *, accept: bool, by: Actor, at: datetime
) -> Place:
    """Let the ledger say what a list said, or keep the ledger as it is."""
    asked_about = Difference.objects.select_for_update().filter(pk=difference_id)
    difference = asked_about.first()
    if difference is None:
        raise rules.DIFFERENCE_UNKNOWN()
    place = _locked(difference.place_id, by=by)
    rules.check_can_keep(by=by)
    if difference.state != DifferenceState.OPEN:
        raise rules.DIFFERENCE_SETTLED()
    said = difference.said
    if accept:
        place = amend_place(place.pk, by=by, at=at, **said)
    settled = DifferenceState.ACCEPTED if accept else DifferenceState.KEPT
    difference.state, difference.by, difference.at = settled, by.person, at
    difference.save(update_fields=["state", "by", "at"])
    event = events.DifferenceSettled(difference.pk, place.pk, tuple(said), accept)
    _record(event, place, by=by, at=at)
    return place


# ----------------------------------------------------------------------- between
def _locked(place_id: int, *, by: Actor) -> Place:
    """Lock an entry in reach; what is out of reach is unknown."""
    place = find(Place, place_id, to_change=True)
    if place is None or not reaches(by.scope, place.area_id, place.kind_id):
        raise rules.PLACE_UNKNOWN()
    return place


def _locked_pair(one: int, other: int, *, by: Actor) -> tuple[Place, Place]:
    """Lock two entries in the order of their ids, so that two mergers never wait."""
    locked = {place: _locked(place, by=by) for place in sorted((one, other))}
    return locked[one], locked[other]


def _record(event: Event, place: Place, *, by: Actor, at: datetime) -> None:
    record(event, by=by, at=at, subject=f"place:{place.pk}", area=place.area_id)
