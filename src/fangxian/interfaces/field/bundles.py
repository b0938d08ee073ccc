"""``GET /field/api/bundle``: all that a phone works with, then only what has changed.

The first pull goes section by section, in pages. Later ones say up to which number of
the journal the phone knows, and are told what the journal has touched since: how it
stands now, or that it is gone. Where the scope itself or the rules changed, also by a
day that has come, or too much did, everything is told again. A pull only reads.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET

from fangxian.interfaces.field import duties, ledger, problems, sweeps
from fangxian.interfaces.field.answers import NO_SHAPE, answers_phones
from fangxian.interfaces.field.asking import Asker, who_asks
from fangxian.interfaces.field.sheets import Item
from fangxian.kernel.situation import clock_of, find_situation
from fangxian.mechanisms.journal.queries import (
    JournalEntry,
    entries_after,
    find_entries,
    find_next,
    last_number,
)
from fangxian.mechanisms.jurisdiction import events as areas
from fangxian.mechanisms.jurisdiction.queries import areas_of
from fangxian.mechanisms.protocol import events as protocol
from fangxian.mechanisms.protocol.queries import changes_between


if TYPE_CHECKING:
    from fangxian.interfaces.field.wire import Bundle

PAGE = 200
ENTRIES_A_TURN = 500
ENTRIES_MOST = 20_000
SINCE = "since:"
REACHING = (
    areas.AreaEstablished.name,
    areas.AreasImported.name,
    areas.AreaRedesignated.name,
    areas.AreaEnded.name,
    areas.AreaMoved.name,
    protocol.Adopted.name,
    protocol.Superseded.name,
)
"""What changes a scope, or which forms are asked in it."""

Gone = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the phone knows: up to which number, and where a pull goes on."""

    cursor: int | None
    after: str


@dataclass(slots=True)
class Page:
    """A page of a pull; ``after`` is where the next begins, None at the end."""

    is_whole: bool
    items: list[Item] = field(default_factory=list)
    gone: Gone = field(default_factory=list)
    after: str | None = None


@answers_phones
@require_GET
def bundle(request: HttpRequest) -> JsonResponse:
    """Answer one page of a pull."""
    at = clock_of(settings.FANGXIAN_DATA).now()
    asker, asked = who_asks(request, at=at), _asked(request)
    cursor = (
        last_number()
    )  # before anything is read: what comes meanwhile is told again
    page = (
        _changes(asker, asked)
        if _is_continuing(asked, cursor, at)
        else _whole(asker, asked.after)
    )
    told: Bundle = {
        "now": at,
        "rehearsal": find_situation(settings.FANGXIAN_DATA) is not None,
        "cursor": cursor,
        "more": page.after is not None,
        "after": page.after,
        "whole": page.is_whole,
        "items": page.items,
        "gone": page.gone,
    }
    return JsonResponse(told)


def _asked(request: HttpRequest) -> Asked:
    try:
        said = request.GET.get("cursor", "")
        return Asked(int(said) if said else None, request.GET.get("after", ""))
    except ValueError as problem:
        raise NO_SHAPE() from problem


def _is_continuing(asked: Asked, last: int, at: dt.datetime) -> bool:
    """Whether to tell only what changed; a pull that was begun goes on as it began."""
    if asked.after or asked.cursor is None:
        return asked.after.startswith(SINCE)
    if not 0 <= last - asked.cursor <= ENTRIES_MOST:
        return False
    if find_next(asked.cursor, REACHING) is not None:
        return False
    told_at = _told_at(asked)
    return told_at is None or not changes_between(told_at, at)


def _told_at(asked: Asked) -> dt.datetime | None:
    """Say when the last entry was written that the phone knows of; None before any."""
    known = entries_after(asked.cursor - 1, 1) if asked.cursor else []
    return known[0].happened_at if known else None


# ------------------------------------------------------------------------- sections
@dataclass(frozen=True, slots=True)
class Section:
    """One kind of thing: which of it the phone may carry, and how it is told.

    ``leaves``: it can pass out of the phone's scope, and must be said to be gone.
    """

    rows: Callable[[Asker], QuerySet[Any]]
    tell: Callable[[Asker, Iterable[Any]], list[Item]]
    key: Callable[[str], Any] = int
    is_ledger: bool = True
    leaves: bool = True


def _tell_duties(asker: Asker, found: Iterable[Any]) -> list[Item]:
    """Tell duties; to a phone without a ledger also where they are to be done."""
    told = duties.tell_tasks(asker, found)
    if ledger.carries_ledger(asker):
        return told
    where = {str(one["where"]) for one in told if one["t"] == "task"}
    return [*_named(asker, where, "door"), *_named(asker, where, "place"), *told]


def _named(asker: Asker, where: Collection[str], name: str) -> list[Item]:
    split = (one.partition(":") for one in where)
    keys = [int(key) for kind, _, key in split if kind == name]
    section = SECTIONS[name]
    return section.tell(asker, ledger.among(section.rows(asker), keys))


SECTIONS: Mapping[str, Section] = {
    "sweep": Section(sweeps.sweeps_in, sweeps.tell_sweeps, UUID, is_ledger=False),
    "task": Section(duties.shown, _tell_duties, is_ledger=False),
    "finding": Section(problems.open_problems, problems.tell_problems),
    "door": Section(
        ledger.doors_in, lambda _, found: ledger.tell_doors(found), leaves=False
    ),
    "place": Section(ledger.places_in, lambda _, found: ledger.tell_places(found)),
    "person": Section(
        ledger.people_in, lambda _, found: ledger.tell_people(found), key=UUID
    ),
}


def _carried(asker: Asker) -> list[str]:
    """Name the sections that this phone carries."""
    has_ledger = ledger.carries_ledger(asker)
    return [name for name, one in SECTIONS.items() if has_ledger or not one.is_ledger]


# ------------------------------------------------------------------------ everything
def _whole(asker: Asker, after: str) -> Page:
    """Tell everything from where the last page ended, in the order of sections."""
    names = _carried(asker)
    name, _, key = after.partition(":")
    if name and name not in names:
        raise NO_SHAPE()
    page = Page(is_whole=True, items=[] if name else [ledger.me_of(asker)])
    left = PAGE
    for one in names[names.index(name) if name else 0 :]:
        rows = _rows_after(asker, one, key, left + 1)
        page.items += SECTIONS[one].tell(asker, rows[:left])
        if len(rows) > left:
            page.after = f"{one}:{rows[left - 1].pk if left else key}"
            return page
        left, key = left - len(rows), ""
    page.items += ledger.questions_of(asker)
    return page


def _rows_after(asker: Asker, name: str, key: str, most: int) -> list[Any]:
    section = SECTIONS[name]
    found = section.rows(asker).order_by("pk")
    if key:
        found = found.filter(pk__gt=_key(section, key))
    return list(found[:most])


def _key(section: Section, key: str) -> Any:
    try:
        return section.key(key)
    except ValueError as problem:
        raise NO_SHAPE() from problem


# ----------------------------------------------------------------------- the changes
def _changes(asker: Asker, asked: Asked) -> Page:
    """Tell what the journal has touched since, as it stands now."""
    begun = asked.after.removeprefix(SINCE) or str(asked.cursor)
    if not begun.isdecimal():
        raise NO_SHAPE()
    touched, reached = _touched(int(begun))
    page = Page(is_whole=False)
    for name in _carried(asker):
        _tell_touched(asker, name, touched.get(name, set()), page)
    if reached is not None:
        page.after = f"{SINCE}{reached}"
        return page
    page.items += _told_anyway(asker, page)
    page.items += [ledger.me_of(asker), *ledger.questions_of(asker)]
    page.gone += _answered(asker, touched.get("act", set()), page.items)
    if told_at := _told_at(asked):
        page.gone += [("task", str(pk)) for pk in duties.over_since(asker, told_at)]
    over = [("sweep", key) for key in sweeps.sweeps_over(asker)]
    page.gone += [one for one in over if one not in page.gone]
    return page


def _told_anyway(asker: Asker, page: Page) -> list[Item]:
    """Tell days to be signed again: their figures change without an entry about them."""
    told = {one["id"] for one in page.items if one["t"] == "task"}
    days = [one for one in duties.to_sign(asker) if one.pk not in told]
    return duties.tell_tasks(asker, days) if days else []


def _touched(number: int) -> tuple[dict[str, set[str]], int | None]:
    """Give what entries above a number touched, by kind; and where to go on, if so.

    A page is full when it names two hundred things.
    """
    touched: dict[str, set[str]] = {}
    while entries := entries_after(number, ENTRIES_A_TURN):
        for entry in entries:
            number = entry.number
            for kind, key in _names(entry):
                touched.setdefault(kind, set()).add(key)
            if sum(map(len, touched.values())) >= PAGE:
                return touched, number
    return touched, None


def _names(entry: JournalEntry) -> list[tuple[str, str]]:
    """Name what one entry touched: its subject, and the door of who moved."""
    kind, _, key = entry.subject.partition(":")
    named = [(kind, key)] if kind in SECTIONS or kind == "act" else []
    if kind == "sweep" and (task := entry.payload.get("task")) is not None:
        named.append(("task", str(task)))
    if kind == "person" and (door := entry.payload.get("door")) is not None:
        named.append(("door", str(door)))
    if kind in ("place", "person") and (into := entry.payload.get("into")):
        named.append((kind, str(into)))
    return named


def _tell_touched(asker: Asker, name: str, keys: Collection[str], page: Page) -> None:
    if not keys:
        return
    section = SECTIONS[name]
    found = list(ledger.among(section.rows(asker), [section.key(one) for one in keys]))
    page.items += (told := section.tell(asker, found))
    here = {(one["t"], str(one["id"])) for one in told}
    missing = {key for key in keys if _as_told(name, key) not in here}
    if section.leaves and missing:
        page.gone += [_as_told(name, key) for key in _once_here(asker, name, missing)]


def _as_told(name: str, key: str) -> tuple[str, str]:
    """Give kind and id of an item; a problem is told as a duty."""
    return ("task", f"{name}:{key}") if name == "finding" else (name, key)


def _once_here(asker: Asker, name: str, keys: Collection[str]) -> list[str]:
    """Of what is not in scope, give what once was: a phone hears of nothing else."""
    if name == "sweep":
        return sweeps.known(asker, keys)
    if name == "task":
        own = ledger.among(duties.own_tasks(asker), [int(one) for one in keys])
        return [str(key) for key in own.values_list("pk", flat=True)]
    noted = find_entries(areas_of(asker.actor.scope)).order_by()
    subjects = noted.filter(entry__subject__in=[f"{name}:{key}" for key in keys])
    found = subjects.values_list("entry__subject", flat=True).distinct()
    return sorted(subject.partition(":")[2] for subject in found)


def _answered(asker: Asker, acts: Collection[str], items: Iterable[Item]) -> Gone:
    """Say which of the phone's own acts are in question no more."""
    asked = {one["id"] for one in items if one["t"] == "question"}
    subjects = [f"act:{act}" for act in acts if act not in asked]
    noted = find_entries(None).filter(entry__subject__in=subjects).order_by()
    own = noted.filter(entry__payload__device=str(asker.device.id))
    found = own.values_list("entry__subject", flat=True).distinct()
    return [("question", subject.partition(":")[2]) for subject in sorted(found)]


urlpatterns: list[URLPattern] = [path("api/bundle", bundle, name="field_bundle")]
