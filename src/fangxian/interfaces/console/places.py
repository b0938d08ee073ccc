"""What the pages show of places: rows of the list, one place, its line of time."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from fangxian.interfaces.console.findings import kind_names
from fangxian.interfaces.console.questions import word
from fangxian.interfaces.console.subjects import titles_of_clauses
from fangxian.kernel.actors import SYSTEM, Actor
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.finding import queries as findings
from fangxian.mechanisms.finding.states import LIVE
from fangxian.mechanisms.journal.queries import entries_of
from fangxian.mechanisms.jurisdiction import queries as jurisdiction
from fangxian.mechanisms.jurisdiction.rules import masked
from fangxian.mechanisms.ledger import queries as ledger
from fangxian.mechanisms.ledger import rules
from fangxian.mechanisms.ledger.duplicates import Candidate, Ground
from fangxian.mechanisms.ledger.states import STANDING, VENUE_CODE, Standing, VenueCode
from fangxian.mechanisms.observation.queries import observations
from fangxian.mechanisms.protocol.queries import packs_in_force
from fangxian.mechanisms.task import queries as tasks
from fangxian.mechanisms.task.states import OPEN


STANDINGS = {
    Standing.OPEN: ("done", "door", pgettext_lazy("place", "open")),
    Standing.SUSPENDED: ("late", "ban", pgettext_lazy("place", "suspended")),
    Standing.CLOSED: ("none", "x", pgettext_lazy("place", "gone")),
}
VENUE_CODES = {
    VenueCode.NONE: ("none", "qrcode", pgettext_lazy("venue code", "none")),
    VenueCode.APPLIED: ("due", "qrcode", pgettext_lazy("venue code", "applied for")),
    VenueCode.ISSUED: ("doing", "qrcode", pgettext_lazy("venue code", "issued")),
    VenueCode.IN_USE: ("done", "qrcode", pgettext_lazy("venue code", "in use")),
}
GROUNDS = {
    Ground.SAME_CODE: gettext_lazy("the same legal code"),
    Ground.SAME_NAME: gettext_lazy("the same name in the same area"),
    Ground.NEAR_NAME: gettext_lazy("nearly the same name"),
}
FIELD_NAMES = {
    "name": pgettext_lazy("place", "name"),
    "kind": pgettext_lazy("place", "kind"),
    "area": pgettext_lazy("place", "area"),
    "address": pgettext_lazy("place", "address"),
    "uscc": gettext_lazy("legal code"),
    "responsible": gettext_lazy("person in charge"),
    "responsible_staff": gettext_lazy("the one of us in charge"),
    "telephone": gettext_lazy("telephone"),
    "opened_on": gettext_lazy("opened on"),
}
EVENTS = {
    "place.registered": ("done", "plus", gettext_lazy("Put on the ledger")),
    "place.amended": ("doing", "edit", gettext_lazy("Amended")),
    "place.suspended": ("late", "ban", gettext_lazy("Suspended")),
    "place.reopened": ("done", "door", gettext_lazy("Opened again")),
    "place.closed": ("none", "x", gettext_lazy("Gone for good")),
    "place.venue_code_advanced": ("doing", "qrcode", gettext_lazy("Venue code")),
    "place.merged": ("right", "git-merge", gettext_lazy("Merged")),
    "place.unmerged": ("right", "git-branch", gettext_lazy("Merge undone")),
    "place.kept_apart": ("right", "users", gettext_lazy("Told apart")),
}
MOMENTS_MAX = 40
TELEPHONE_SHOWN_FIRST, TELEPHONE_SHOWN_LAST = 3, 4


def subject_of(place_id: int) -> str:
    """The subject by which records speak of a place."""
    return f"place:{place_id}"


def masked_telephone(number: str | None) -> str:
    """Show the first three and the last four digits of a telephone number."""
    if not number:
        return ""
    hidden = len(number) - TELEPHONE_SHOWN_FIRST - TELEPHONE_SHOWN_LAST
    if hidden <= 0:
        return "*" * len(number)
    first, last = number[:TELEPHONE_SHOWN_FIRST], number[-TELEPHONE_SHOWN_LAST:]
    return f"{first}{'*' * hidden}{last}"


# ---------------------------------------------------------------------- the list
@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place as the list shows it."""

    place: Any
    kind: str
    area: str
    standing: tuple[str, str, str]
    code: tuple[str, str, str]
    visited_at: datetime | None
    findings: int


def rows(places: Sequence[Any], scope: Scope) -> list[PlaceRow]:
    """Make rows of places, in as many queries for one as for fifty."""
    names = kind_names()
    paths = jurisdiction.path_names({place.area_id for place in places})
    subjects = [subject_of(place.pk) for place in places]
    visits = _last_visits(subjects, scope)
    live = _live_findings(subjects, scope)
    return [
        PlaceRow(
            place=place,
            kind=names.get(place.kind_id, place.kind_id),
            area=paths[place.area_id],
            standing=look_of(STANDINGS[Standing(place.standing)]),
            code=look_of(VENUE_CODES[VenueCode(place.venue_code)]),
            visited_at=visits.get(subject_of(place.pk)),
            findings=live.get(subject_of(place.pk), 0),
        )
        for place in places
    ]


def look_of(state: tuple[str, str, Any]) -> tuple[str, str, str]:
    """Say a state's word in the reader's language."""
    look, icon, label = state
    return look, icon, str(label)


def _last_visits(subjects: Collection[str], scope: Scope) -> dict[str, datetime]:
    seen = observations(scope).filter(subject__in=subjects).order_by()
    return dict(seen.values_list("subject").annotate(Max("at")))


def _live_findings(subjects: Collection[str], scope: Scope) -> dict[str, int]:
    live = findings.findings(scope).filter(subject__in=subjects, state__in=LIVE)
    return dict(live.order_by().values_list("subject").annotate(Count("pk")))


# --------------------------------------------------------------------- one place
@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened at a place; ``href`` opens its record, if it has one."""

    at: datetime
    look: str
    icon: str
    label: str
    note: str = ""
    who: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Another entry that may be the same place, and why."""

    row: PlaceRow
    ground: str
    percent: int


@dataclass(frozen=True, slots=True)
class Details:
    """Everything that the page of one place shows."""

    row: PlaceRow
    responsible: str
    telephone: str
    entries: tuple[Any, ...]
    moments: tuple[Moment, ...]
    findings: tuple[Any, ...]
    duties: tuple[tuple[str, Any], ...]
    alike: tuple[Likeness, ...]
    next_code: VenueCode | None
    import_id: int | None
    may: frozenset[str]


def details(place: Any, actor: Actor, at: datetime) -> Details:
    """Gather what is shown of one place to this reader."""
    entries = ledger.entries_of(place.pk)
    subjects = [subject_of(entry.pk) for entry in entries]
    titles = _FormTitles(place.area_id, at)
    open_tasks = tasks.tasks(actor.scope, states=OPEN).filter(subject__in=subjects)
    clauses = titles_of_clauses()
    live = findings.findings(actor.scope).filter(subject__in=subjects, state__in=LIVE)
    return Details(
        row=rows([place], actor.scope)[0],
        responsible=masked(place.responsible or ""),
        telephone=masked_telephone(place.telephone),
        entries=tuple(entries[1:]),
        moments=_moments(subjects, actor.scope, titles),
        findings=tuple(live),
        duties=tuple(
            (clauses.get(task.duty) or titles.of(task.form), task)
            for task in open_tasks
        ),
        alike=likenesses(
            ledger.possible_duplicates_of(place, actor.scope), actor.scope
        ),
        next_code=next(iter(VENUE_CODE.steps[VenueCode(place.venue_code)]), None),
        import_id=ledger.import_of(place, actor.scope, by=actor.person),
        may=_may(place, actor),
    )


def _may(place: Any, actor: Actor) -> frozenset[str]:
    """Name the acts whose buttons are worth showing to this reader."""
    if place.merged_into_id is not None:
        return frozenset({"unmerge"} if rules.can_settle(by=actor) else ())
    acts = {
        target.value
        for target in STANDING.steps[Standing(place.standing)]
        if rules.can_stand(target, by=actor)
    }
    if rules.can_keep(by=actor):
        acts |= {"amend", "code", "apart"}
    if rules.can_settle(by=actor):
        acts |= {"merge"}
    return frozenset(acts)


class _FormTitles:
    """Names forms by the packs in force in an area."""

    def __init__(self, area: int, at: datetime) -> None:
        self._packs = [loaded.pack for loaded in packs_in_force(area, at)]

    def of(self, code: str) -> str:
        found = (pack.form(code) for pack in self._packs)
        form = next((form for form in found if form is not None), None)
        return word(form.title) if form else code


def _moments(
    subjects: Sequence[str], scope: Scope, titles: _FormTitles
) -> tuple[Moment, ...]:
    """Join acts, visits and findings into one line of time, the latest first."""
    acts = [entry for subject in subjects for entry in entries_of(subject)]
    seen = list(observations(scope).filter(subject__in=subjects)[:MOMENTS_MAX])
    raised = list(findings.findings(scope).filter(subject__in=subjects)[:MOMENTS_MAX])
    names = _names([*(e.person for e in acts), *(o.by for o in seen)])
    joined = [
        *(_act(entry, names) for entry in acts if entry.event in EVENTS),
        *(_visit(one, titles, names) for one in seen),
        *(_finding(one) for one in raised),
    ]
    return tuple(sorted(joined, key=lambda one: one.at, reverse=True)[:MOMENTS_MAX])


def _names(persons: Iterable[UUID]) -> dict[UUID, str]:
    known = jurisdiction.masked_names(set(persons))
    return {**known, SYSTEM.person: gettext("the system")}


def _act(entry: Any, names: Mapping[UUID, str]) -> Moment:
    look, icon, label = look_of(EVENTS[entry.event])
    who = names.get(entry.person, "")
    return Moment(entry.happened_at, look, icon, label, _note(entry), who)


def _note(entry: Any) -> str:
    """Say what an act was about, from its payload."""
    payload = entry.payload
    if entry.event == "place.amended":
        changed = [*payload["changes"], *payload["sealed"]]
        return ", ".join(str(FIELD_NAMES[name]) for name in changed)
    if entry.event == "place.venue_code_advanced":
        return look_of(VENUE_CODES[VenueCode(payload["to"])])[2]
    said = payload.get("reason") or payload.get("evidence") or ""
    if entry.event == "place.merged":
        into = gettext("into no. {place}").format(place=payload["into"])
        return f"{into} · {said}"
    return str(said)


def _visit(one: Any, titles: _FormTitles, names: Mapping[UUID, str]) -> Moment:
    label = titles.of(one.form)
    return Moment(one.at, "doing", "clipboard-check", label, "", names.get(one.by, ""))


def _finding(one: Any) -> Moment:
    href = reverse("finding", args=[one.pk])
    label = gettext("Finding {number}").format(number=one.pk)
    return Moment(one.raised_at, "due", "flag", label, one.text, href=href)


# -------------------------------------------------------------------- duplicates
def likenesses(candidates: Iterable[Candidate], scope: Scope) -> tuple[Likeness, ...]:
    """Show the earlier place of each candidate with the reason, in few queries."""
    listed = list(candidates)
    places = ledger.places(scope).filter(pk__in={c.earlier for c in listed})
    shown = {row.place.pk: row for row in rows(list(places), scope)}
    return tuple(
        Likeness(shown[c.earlier], str(GROUNDS[c.ground]), c.likeness_percent)
        for c in listed
    )


def pairs(
    candidates: Sequence[Candidate], scope: Scope
) -> list[tuple[PlaceRow, Likeness]]:
    """Show both places of each candidate, the later one first."""
    later = ledger.places(scope).filter(pk__in={c.place for c in candidates})
    shown = {row.place.pk: row for row in rows(list(later), scope)}
    alike = likenesses(candidates, scope)
    return [(shown[c.place], like) for c, like in zip(candidates, alike, strict=True)]
