"""What acts are about, in words and with its page: ``place:7`` is a hotel by its name."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy

from fangxian.capabilities.enrolment import queries as arrivals
from fangxian.capabilities.enrolment.sweeps import queries as sweeps
from fangxian.interfaces.console.about_people import may_read, may_read_health, names_of
from fangxian.interfaces.console.exports import number_of
from fangxian.interfaces.console.findings import kind_names
from fangxian.interfaces.console.matrix import can_open
from fangxian.interfaces.console.questions import word
from fangxian.interfaces.console.watching import people_of
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import SHANGHAI
from fangxian.mechanisms.finding import queries as findings
from fangxian.mechanisms.jurisdiction import queries as jurisdiction
from fangxian.mechanisms.ledger import queries as ledger
from fangxian.mechanisms.ledger.exports import queries as exports
from fangxian.mechanisms.observation import queries as observations
from fangxian.mechanisms.protocol import queries as protocols
from fangxian.mechanisms.protocol.packs import Pack
from fangxian.mechanisms.report import queries as reports
from fangxian.mechanisms.restriction import queries as restrictions
from fangxian.mechanisms.task import queries as tasks


KINDS: Mapping[str, str | Promise] = {
    "account": pgettext_lazy("thing", "Account"),
    "act": pgettext_lazy("thing", "Act from a device"),
    "area": pgettext_lazy("thing", "Area"),
    "areas": pgettext_lazy("thing", "Areas"),
    "arrival": pgettext_lazy("thing", "Arrival"),
    "backup": pgettext_lazy("thing", "Backup"),
    "bulletin": pgettext_lazy("thing", "Bulletin"),
    "cohort": pgettext_lazy("thing", "Measures to be signed"),
    "day": pgettext_lazy("thing", "Day of returns"),
    "door": pgettext_lazy("thing", "Door"),
    "edition": pgettext_lazy("thing", "Edition of a pack"),
    "evidence": pgettext_lazy("thing", "Evidence"),
    "export": pgettext_lazy("thing", "Export of people"),
    "finding": pgettext_lazy("thing", "Finding"),
    "import": pgettext_lazy("thing", "List taken in"),
    "journal": pgettext_lazy("thing", "Journal"),
    "kind": pgettext_lazy("thing", "Kind of place"),
    "layout": pgettext_lazy("thing", "Layout of a list"),
    "ledger": pgettext_lazy("thing", "Ledger"),
    "observation": pgettext_lazy("thing", "Record"),
    "person": pgettext_lazy("thing", "Resident"),
    "place": pgettext_lazy("thing", "Place"),
    "post": pgettext_lazy("thing", "Post"),
    "restriction": pgettext_lazy("thing", "Measure on a person"),
    "return": pgettext_lazy("thing", "Return"),
    "staff": pgettext_lazy("thing", "Staff"),
    "sweep": pgettext_lazy("thing", "Sweep"),
    "task": pgettext_lazy("thing", "Duty"),
    "watch": pgettext_lazy("thing", "Watch at home"),
}
PAGES: Mapping[str, str] = {
    "area": "area",
    "arrival": "screening_one",
    "bulletin": "bulletin",
    "cohort": "cohort",
    "door": "people_door",
    "edition": "protocol",
    "export": "people_export",
    "finding": "finding",
    "observation": "visit",
    "person": "person",
    "place": "place",
    "post": "post",
    "restriction": "decision",
    "return": "return",
    "sweep": "sweep",
    "task": "task",
    "watch": "home_watch_one",
}
HEX_SHOWN = 8
NOBODY_YET = pgettext_lazy("sweep", "nobody was there yet")


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing in words: its kind and name, else a short code; its page, if any."""

    kind: str | Promise
    name: str = ""
    code: str = ""
    href: str = ""


def href_of(subject: str, actor: Actor) -> str:
    """Give the page of a thing, or nothing where this reader opens no such page."""
    kind, _, key = subject.partition(":")
    page = PAGES.get(kind, "")
    if not page or not can_open(page, actor.role):
        return ""
    held = _number(key) or _uuid(key)
    try:
        return reverse(page, args=[held])
    except NoReverseMatch:
        return ""


def things_of(subjects: Iterable[str], actor: Actor) -> dict[str, Thing]:
    """Name things by their subjects: one query for each kind of thing."""
    keys: dict[str, set[str]] = {}
    for subject in subjects:
        kind, _, key = subject.partition(":")
        keys.setdefault(kind, set()).add(key)
    named = {
        f"{kind}:{key}": name
        for kind, held in keys.items()
        if kind in _NAMERS
        for key, name in _NAMERS[kind](held, actor).items()
    }
    return {
        f"{kind}:{key}": _thing(kind, key, named, actor)
        for kind, held in keys.items()
        for key in held
    }


def _thing(kind: str, key: str, named: Mapping[str, str], actor: Actor) -> Thing:
    """Make a thing of its name; one that nobody named has no page to open."""
    subject = f"{kind}:{key}"
    said = KINDS.get(kind)
    if said is None:
        return Thing("", code=subject)
    if subject in named:
        return Thing(said, named[subject], href=href_of(subject, actor))
    return Thing(said, code=_short(key))


def _short(key: str) -> str:
    if _number(key) is not None:
        return f"№ {key}"
    return f"{key[:HEX_SHOWN]}…" if _uuid(key) else key


# ----------------------------------------------------------------- names by kind
Namer = Callable[[set[str], Actor], Mapping[str, str]]


def _number(key: str) -> int | None:
    return int(key) if key.isascii() and key.isdigit() else None


def _uuid(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None


def _numbers(keys: set[str]) -> list[int]:
    return [number for key in keys if (number := _number(key)) is not None]


def _uuids(keys: set[str]) -> list[UUID]:
    return [one for key in keys if (one := _uuid(key)) is not None]


def _last(path: str) -> str:
    return path.rsplit(jurisdiction.PATH_SEPARATOR, 1)[-1]


def _areas(keys: set[str], actor: Actor) -> dict[str, str]:
    del actor  # which areas there are is public
    return _unit_names(_numbers(keys))


def _unit_names(areas: Iterable[int]) -> dict[str, str]:
    paths = jurisdiction.path_names(areas)
    return {str(area): _last(path) for area, path in paths.items()}


def _places(keys: set[str], actor: Actor) -> dict[str, str]:
    found = ledger.places(actor.scope).filter(pk__in=_numbers(keys))
    return {str(pk): name for pk, name in found.values_list("pk", "name")}


def _findings(keys: set[str], actor: Actor) -> dict[str, str]:
    found = findings.findings(actor.scope).filter(pk__in=_numbers(keys))
    return {
        str(one.pk): f"№ {one.pk} {one.text}"
        if may_read_health(one.subject, by=actor)
        else f"№ {one.pk}"
        for one in found
    }


def _posts(keys: set[str], actor: Actor) -> dict[str, str]:
    del actor  # which posts there are is public
    posts = jurisdiction.posts_by_id(_numbers(keys))
    units = _unit_names({post.area for post in posts.values()})
    return {
        str(post.id): f"{units.get(str(post.area), '')} {post.title}".strip()
        for post in posts.values()
    }


def _staff(keys: set[str], actor: Actor) -> dict[str, str]:
    del actor  # names are masked
    return {
        str(person): name
        for person, name in jurisdiction.masked_names(_uuids(keys)).items()
    }


def _tasks(keys: set[str], actor: Actor) -> dict[str, str]:
    found = list(tasks.tasks(actor.scope).filter(pk__in=_numbers(keys)))
    titles = titles_of_clauses() if found else {}
    return {
        str(one.pk): f"№ {one.pk} {titles.get(one.duty, '')}".strip() for one in found
    }


def _observations(keys: set[str], actor: Actor) -> dict[str, str]:
    found = list(observations.observations(actor.scope).filter(pk__in=_uuids(keys)))
    about = things_of({one.subject for one in found}, actor)
    titles = titles_of_forms() if found else {}
    return {
        str(one.pk): f"{titles.get(one.form, '')} · {about[one.subject].name}".strip(
            " ·"
        )
        or _moment(one)
        for one in found
    }


def _moment(one: Any) -> str:
    return str(one.seen_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"))


def _returns(keys: set[str], actor: Actor) -> dict[str, str]:
    found = list(reports.returns(actor.scope).filter(pk__in=_numbers(keys)))
    units = _unit_names({one.area_id for one in found})
    return {str(one.pk): f"{units[str(one.area_id)]} {one.day}" for one in found}


def _bulletins(keys: set[str], actor: Actor) -> dict[str, str]:
    found = reports.bulletins(actor.scope).filter(pk__in=_numbers(keys))
    said = gettext("{day}, issue {number}")
    return {str(one.pk): said.format(day=one.day, number=one.number) for one in found}


def _editions(keys: set[str], actor: Actor) -> dict[str, str]:
    del actor  # packs are public to all who may log in
    found = protocols.editions().filter(pk__in=_numbers(keys))
    return {
        str(one.pk): f"{word(protocols.pack_of(one).title)} {one.version}"
        for one in found
    }


def _kinds(keys: set[str], actor: Actor) -> dict[str, str]:
    del keys, actor  # kinds are public to all who may log in
    return kind_names()


def _days(keys: set[str], actor: Actor) -> dict[str, str]:
    del actor  # a day is no secret
    titles = titles_of_layouts()
    parts = {key: key.partition("/") for key in keys}
    return {
        key: f"{day} {titles.get(layout, '')}".strip()
        for key, (day, _slash, layout) in parts.items()
    }


def _people(keys: set[str], actor: Actor) -> dict[str, str]:
    named = names_of({f"restriction:{key}" for key in keys}, actor)
    return {subject.partition(":")[2]: name for subject, name in named.items()}


def _residents(keys: set[str], actor: Actor) -> dict[str, str]:
    named = names_of({f"person:{one}" for one in _uuids(keys)}, actor)
    return {subject.partition(":")[2]: name for subject, name in named.items()}


def _arrivals(keys: set[str], actor: Actor) -> dict[str, str]:
    """Name who came, to whoever reads of people."""
    if not may_read("arrival:", by=actor):
        return {}
    found = arrivals.arrivals(actor.scope).order_by().filter(pk__in=_uuids(keys))
    return _by_person(dict(found.values_list("pk", "person")), actor)


def _evidence(keys: set[str], actor: Actor) -> dict[str, str]:
    """Name whom evidence is about, to those who weigh it."""
    if not may_read("evidence:", by=actor):
        return {}
    found = restrictions.evidence_in(actor.scope).filter(pk__in=_uuids(keys))
    about = found.exclude(subject=None).values_list("pk", "subject")
    return _by_person({pk: person for pk, person in about if person}, actor)


def _by_person(persons: Mapping[UUID, UUID], actor: Actor) -> dict[str, str]:
    shown = people_of(set(persons.values()), actor) if persons else {}
    return {str(key): shown[person].name for key, person in persons.items()}


def _exports(keys: set[str], actor: Actor) -> dict[str, str]:
    """Tell exports that an actor may know of by the end of their numbers."""
    found = exports.seen_by(actor).filter(pk__in=_uuids(keys))
    return {str(pk): number_of(pk) for pk in found.values_list("pk", flat=True)}


def _doors(keys: set[str], actor: Actor) -> dict[str, str]:
    named = names_of({f"door:{key}" for key in keys}, actor)
    return {subject.partition(":")[2]: name for subject, name in named.items()}


def _sweeps(keys: set[str], actor: Actor) -> dict[str, str]:
    found = list(sweeps.sweeps(actor.scope).filter(pk__in=_uuids(keys)))
    titles = titles_of_clauses() if found else {}
    units = _unit_names({one.area_id for one in found})
    return {
        str(one.pk): f"{titles.get(one.clause, '')} · {units[str(one.area_id)]}"
        for one in found
    }


def _whole(keys: set[str], actor: Actor) -> dict[str, str]:
    """Things of which there is one: the kind says it all."""
    del actor
    return dict.fromkeys(keys, "")


_NAMERS: Mapping[str, Namer] = {
    "area": _areas,
    "arrival": _arrivals,
    "bulletin": _bulletins,
    "day": _days,
    "door": _doors,
    "edition": _editions,
    "evidence": _evidence,
    "export": _exports,
    "finding": _findings,
    "journal": _whole,
    "kind": _kinds,
    "ledger": _whole,
    "observation": _observations,
    "person": _residents,
    "place": _places,
    "post": _posts,
    "restriction": _people,
    "return": _returns,
    "staff": _staff,
    "sweep": _sweeps,
    "task": _tasks,
    "watch": _people,
}


# ------------------------------------------------------------- codes of the packs
def kept_packs() -> list[Pack]:
    """Every edition that is kept, the oldest first, so that the latest words win."""
    return [protocols.pack_of(one) for one in protocols.editions().order_by("pk")]


def titles_of_clauses() -> dict[str, str]:
    """Name the duties of every pack that is kept, by their codes."""
    return {one.code: word(one.title) for pack in kept_packs() for one in pack.clauses}


def titles_of_forms() -> dict[str, str]:
    """Name the forms of every pack that is kept, by their codes."""
    return {
        code: word(form.title)
        for pack in kept_packs()
        for code, form in pack.forms.items()
    }


def titles_of_layouts() -> dict[str, str]:
    """Name the returns of every pack that is kept, by their codes."""
    return {
        code: word(one.title)
        for pack in kept_packs()
        for code, one in pack.layouts.items()
    }


def titles_of_packs() -> dict[str, str]:
    """Name every pack that is kept."""
    return {pack.id: word(pack.title) for pack in kept_packs()}
