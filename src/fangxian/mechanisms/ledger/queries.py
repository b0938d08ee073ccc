"""Readers; every one takes a scope. A merged duplicate is read as its survivor."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet

from fangxian.kernel.identifiers import tidy
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.jurisdiction.queries import (
    descendants,
    staff_name,
    within,
    within_kinds,
)
from fangxian.mechanisms.ledger import duplicates, rules
from fangxian.mechanisms.ledger.models import (
    Apart,
    Difference,
    Import,
    Kind,
    Layout,
    Place,
    RefusedRow,
)
from fangxian.mechanisms.ledger.names import key_of
from fangxian.mechanisms.ledger.rows import KnownPlace
from fangxian.mechanisms.ledger.states import About, DifferenceState, Standing


FACTS = """
    SELECT place.id, place.kind_id, kind."group", place.name, place.area_id,
        place.standing, place.venue_code, place.responsible_staff_id,
        place.merged_into_id
    FROM ledger_place place JOIN ledger_kind kind ON kind.code = place.kind_id
    WHERE place.id = %s
"""
TOTALS = """
    SELECT area_id, kind_id, standing, venue_code, count(*)
    FROM ledger_place
    WHERE merged_into_id IS NULL AND area_id IN ({areas})
    GROUP BY area_id, kind_id, standing, venue_code
"""


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """What a protocol may ask of a place; ``area`` is an area's id.

    ``in_charge`` is the person in charge of it, if they also hold a post.
    """

    id: int
    kind: str
    group: str
    name: str
    area: int
    standing: str
    venue_code: str
    in_charge: UUID | None = None


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many places of one kind there are."""

    kind: str
    name: str
    name_en: str
    group: str
    places: int


@dataclass(frozen=True, slots=True)
class Total:
    """How many places of one kind, standing and code stand in one area itself."""

    area: int
    kind: str
    standing: str
    venue_code: str
    n: int


# ------------------------------------------------------------------------- kinds
def kinds() -> "QuerySet[Kind]":
    """All declared kinds of place, group by group."""
    return Kind.objects.order_by("group", "code")


# ------------------------------------------------------------------------ places
def places(
    scope: Scope,
    *,
    kind: str | None = None,
    group: str | None = None,
    area: int | None = None,
    text: str = "",
    standing: str | None = None,
    source: str | None = None,
) -> "QuerySet[Place]":
    """Places in scope, by name. ``area`` stands for all below it.

    ``text`` is looked for in names and addresses; a legal code may be given by
    its beginning. ``source`` is what they came with, such as ``import:7``.
    """
    asked = {
        "kind": kind,
        "kind__group": group,
        "standing": standing,
        "source": source,
    }
    found = _visible(scope).filter(
        merged_into=None, **{key: value for key, value in asked.items() if value}
    )
    if area is not None:
        found = found.filter(area__in=descendants(area))
    if text.strip():
        found = found.filter(_holds(text))
    return found.select_related("kind", "area").order_by("name_key", "id")


def _visible(scope: Scope) -> "QuerySet[Place]":
    return Place.objects.filter(within(scope), within_kinds(scope))


def _holds(text: str) -> Q:
    said = Q(name__icontains=text.strip()) | Q(address__icontains=text.strip())
    if key := key_of(text):
        said |= Q(name_key__contains=key)
    if code := tidy(text):
        said |= Q(uscc__startswith=code)
    return said


def find_place(place_id: int, scope: Scope) -> Place | None:
    """Find an entry in scope, merged or not."""
    entries = _visible(scope).select_related("kind", "area", "merged_into")
    return entries.filter(pk=place_id).first()


def get_place(place_id: int, scope: Scope) -> Place:
    """Give an entry in scope, merged or not; what is out of scope is unknown."""
    place = find_place(place_id, scope)
    if place is None:
        raise rules.PLACE_UNKNOWN()
    return place


def facts_of(place: Place) -> PlaceFacts:
    """Freeze a place; its kind should be at hand."""
    return PlaceFacts(
        id=place.pk,
        kind=place.kind_id,
        group=place.kind.group,
        name=place.name,
        area=place.area_id,
        standing=place.standing,
        venue_code=place.venue_code,
        in_charge=place.responsible_staff_id,
    )


def place_facts(place_id: int) -> PlaceFacts:
    """Give the facts of the place that an entry stands for today.

    For mechanisms and capabilities, which check the scope against ``area``.
    """
    with connection.cursor() as cursor:  # every visit asks; the ORM would cost more
        cursor.execute(FACTS, [place_id])
        found = cursor.fetchone()
    if found is None:
        raise rules.PLACE_UNKNOWN()
    *facts, staff, merged_into = found
    if merged_into is not None:
        return place_facts(merged_into)
    in_charge = UUID(str(staff)) if staff else None
    return PlaceFacts(*(*facts, in_charge))


def names_of(place_ids: Collection[int]) -> dict[int, str]:
    """Name places that are already in scope, merged ones too: one query."""
    return dict(Place.objects.filter(pk__in=place_ids).values_list("pk", "name"))


def addresses_of(place_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Name places with their addresses, for whoever has something to do there."""
    found = Place.objects.filter(pk__in=place_ids)
    return {
        pk: (name, at) for pk, name, at in found.values_list("pk", "name", "address")
    }


def survivor(place_id: int) -> int:
    """Follow merges to the entry that stands for this one."""
    into = Place.objects.filter(pk=place_id).values_list("merged_into", flat=True)
    while (next_id := into.first()) is not None:
        place_id = next_id
        into = Place.objects.filter(pk=place_id).values_list("merged_into", flat=True)
    return place_id


def same_places(details: rules.Details) -> list[Place]:
    """All entries, merged ones too, that these details would be a second one of."""
    same = Q(kind=details.kind)
    if details.uscc:
        same |= Q(uscc=details.uscc)
    entries = Place.objects.filter(same, area=details.area, name_key=details.name_key)
    return list(entries.order_by("id"))


def named(details: rules.Details) -> rules.Details:
    """Write the name of the staff member in charge; refuse one whom nobody knows."""
    if details.responsible_staff is None:
        return details
    name = staff_name(details.responsible_staff)
    if not name:
        raise rules.STAFF_UNKNOWN()
    return replace(details, responsible=name)


def entries_of(place_id: int) -> list[Place]:
    """A place's own entry, then every duplicate that was merged into it."""
    entries = list(Place.objects.filter(pk=place_id))
    merged = entries
    while merged:
        merged = list(Place.objects.filter(merged_into__in=merged).order_by("id"))
        entries += merged
    return entries


# ------------------------------------------------------------------------ counts
def count_places(
    area_id: int, kind: str | None = None, *, standing: str | None = None
) -> int:
    """How many places an area holds that are not closed for good.

    Duplicates count once. ``standing`` counts one standing only.
    """
    held = Place.objects.filter(merged_into=None, area__in=descendants(area_id))
    if kind is not None:
        held = held.filter(kind=kind)
    if standing is None:
        return held.exclude(standing=Standing.CLOSED).count()
    return held.filter(standing=standing).count()


def totals(areas: Collection[int]) -> list[Total]:
    """Count the places of each of these areas themselves, for figures of returns."""
    if not areas:
        return []
    sql = TOTALS.format(areas=", ".join(["%s"] * len(areas)))
    with connection.cursor() as cursor:  # every signature asks; the ORM would cost more
        cursor.execute(sql, list(areas))
        return [Total(*row) for row in cursor.fetchall()]


def count_by_standing(scope: Scope) -> dict[str, int]:
    """Count the places in scope by whether they are open."""
    counted = places(scope).order_by().values_list("standing").annotate(Count("id"))
    return dict(counted)


def count_by_kind(found: "QuerySet[Place]") -> list[KindCount]:
    """Count places that ``places`` gave, kind by kind; kinds with none are left out."""
    columns = ("kind", "kind__name", "kind__name_en", "kind__group")
    ordered = found.order_by("kind__group", "kind").values_list(*columns)
    return [KindCount(*row) for row in ordered.annotate(Count("id"))]


# -------------------------------------------------------------------- duplicates
def possible_duplicates(
    scope: Scope, *, area: int | None = None
) -> tuple[duplicates.Candidate, ...]:
    """Pairs in scope that look like one place and were not yet told apart."""
    entries = places(scope, area=area).order_by("id")
    return duplicates.candidates(_spots(entries), apart=_apart())


def possible_duplicates_of(
    place: Place, scope: Scope
) -> tuple[duplicates.Candidate, ...]:
    """What one place looks like: its area is compared, and its legal code anywhere."""
    near = Q(area=place.area_id)
    if place.uscc:
        near |= Q(uscc=place.uscc)
    others = places(scope).filter(near).exclude(pk=place.pk).order_by("id")
    resemblance = duplicates.Resemblance()
    for spot in _spots(others):
        resemblance.remember(spot)
    [spot] = _spots(Place.objects.filter(pk=place.pk))
    apart, seen = _apart(), dict[int, duplicates.Candidate]()
    for candidate in resemblance.find(spot):
        pair = (min(place.pk, candidate.earlier), max(place.pk, candidate.earlier))
        if pair not in apart:
            seen.setdefault(candidate.earlier, candidate)
    return tuple(seen.values())


def _spots(entries: "QuerySet[Place]") -> Iterable[duplicates.Spot]:
    rows = entries.values_list("id", "area", "kind", "name_key", "uscc")
    return (duplicates.Spot(*row) for row in rows)


def _apart() -> frozenset[tuple[int, int]]:
    return frozenset(Apart.objects.values_list("one", "other"))


def areas_within(area_id: int) -> frozenset[int]:
    """The ids of the areas that a file about this area may speak of."""
    return frozenset(descendants(area_id))


def known_places(area_id: int) -> list[KnownPlace]:
    """All entries below an area, merged ones too: what a file is compared with."""
    rows = Place.objects.filter(area__in=descendants(area_id)).order_by("id")
    columns = ("id", "area", "kind", "name_key", "uscc")
    listed = list(rows.values_list(*columns, "name", "address", "merged_into"))
    into = {row[0]: row[-1] for row in listed}
    return [
        KnownPlace(duplicates.Spot(*row[:5]), row[5], row[6], _last(row[0], into))
        for row in listed
    ]


def _last(place_id: int, into: dict[int, int | None]) -> int:
    while (next_id := into.get(place_id)) is not None:
        place_id = next_id
    return place_id


# ------------------------------------------------------------------------- files
def find_layout(fingerprint: str) -> Layout | None:
    """Find what is remembered of a layout of columns."""
    return Layout.objects.filter(pk=fingerprint).first()


def imports(scope: Scope, *, by: UUID | None = None) -> "QuerySet[Import]":
    """Lists of places taken in for areas in scope, the latest first.

    A file speaks of every kind of place: a department, whose scope has kinds, sees
    only the files that the person ``by`` brought in for it.
    """
    own = Q() if scope.kinds is None else Q(by=by)
    return (
        Import.objects.filter(own, within(scope), about=About.PLACES)
        .select_related("area", "layout")
        .order_by("-id")
    )


def get_import(import_id: int, scope: Scope, *, by: UUID | None = None) -> Import:
    """Give one file's record, or refuse as if there were none."""
    batch = imports(scope, by=by).filter(pk=import_id).first()
    if batch is None:
        raise rules.IMPORT_UNKNOWN()
    return batch


def differences(batch: Import, scope: Scope) -> "QuerySet[Difference]":
    """What a list says otherwise, and what earlier ones of its area asked in vain."""
    open_here = Q(
        state=DifferenceState.OPEN, place__area__in=descendants(batch.area_id)
    )
    return (
        Difference.objects.filter(
            Q(batch=batch) | open_here,
            within(scope, "place__area"),
            within_kinds(scope, "place__kind"),
        )
        .select_related("place")
        .order_by("state", "batch", "number")
    )


def import_of(place: Place, scope: Scope, *, by: UUID | None = None) -> int | None:
    """The file a place came with, if it is in scope."""
    origin, _colon, number = place.source.partition(":")
    if origin != "import" or not number.isdecimal():
        return None
    batch = imports(scope, by=by).filter(pk=int(number)).first()
    return None if batch is None else batch.pk


def refused_rows(
    import_id: int, scope: Scope, *, by: UUID | None = None
) -> "QuerySet[RefusedRow]":
    """The rows of a file that were not taken in, in the file's order."""
    batch = get_import(import_id, scope, by=by)
    return RefusedRow.objects.filter(batch=batch).order_by("number", "id")
