"""What the pages show of duties: what is owed, by whom, how late, who was told."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import (
    gettext,
    gettext_lazy,
    pgettext,
    pgettext_lazy,
)

from fangxian.interfaces.console.about_people import names_of
from fangxian.interfaces.console.questions import word
from fangxian.interfaces.console.subjects import kept_packs
from fangxian.kernel.actors import Actor, Role
from fangxian.mechanisms.jurisdiction import queries as jurisdiction
from fangxian.mechanisms.jurisdiction.queries import PostFacts
from fangxian.mechanisms.ledger import queries as ledger
from fangxian.mechanisms.protocol.clauses import Clause
from fangxian.mechanisms.protocol.packs import Pack
from fangxian.mechanisms.protocol.queries import editions, pack_of
from fangxian.mechanisms.task import rules
from fangxian.mechanisms.task.states import OPEN, State


STATES = {
    State.ISSUED: ("due", "clock", pgettext_lazy("duty", "owed")),
    State.CLAIMED: ("doing", "refresh", pgettext_lazy("duty", "taken")),
    State.COMPLETED: ("done", "check", pgettext_lazy("duty", "done")),
    State.WAIVED: ("right", "scale", pgettext_lazy("duty", "waived")),
    State.LAPSED: ("late", "alert-triangle", pgettext_lazy("duty", "missed")),
}
EVENTS = {
    "task.issued": gettext_lazy("Issued"),
    "task.claimed": gettext_lazy("Taken"),
    "task.handed_back": gettext_lazy("Handed back"),
    "task.completed": gettext_lazy("Done"),
    "task.waived": gettext_lazy("Waived"),
    "task.lapsed": gettext_lazy("Missed: the window closed"),
    "task.settled": gettext_lazy("No miss: done in time, told of later"),
    "task.escalated": gettext_lazy("Told to the level above"),
    "task.reminded": gettext_lazy("Urged"),
}


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty as a row shows it."""

    task: Any
    title: str
    about: str
    unit: str
    path: str
    post: str
    holder: str
    look: str
    icon: str
    state: str
    open: bool
    ladder: tuple[str, ...]
    may_remind: bool


@dataclass(frozen=True, slots=True)
class Lookup:
    """Names that rows of duties need, each kind in one query."""

    packs: Sequence[Pack]
    places: Mapping[int, str]
    people: Mapping[str, str]
    paths: Mapping[int, str]
    posts: Mapping[int, PostFacts]
    holders: Mapping[int, str]


def rows(tasks: Sequence[Any], actor: Any, at: dt.datetime) -> list[Duty]:
    """Make rows of duties, in as many queries for one as for fifty."""
    lookup = _look_up(tasks, actor, at)
    return [_duty(one, lookup, actor, at) for one in tasks]


def _look_up(tasks: Sequence[Any], actor: Actor, at: dt.datetime) -> Lookup:
    posts = {one.post_id for one in tasks if one.post_id is not None}
    facts = jurisdiction.posts_by_id(posts)
    holders = jurisdiction.holders(posts, at)
    names = jurisdiction.masked_names(holders.values())
    places = [place for one in tasks if (place := _place(one.subject)) is not None]
    return Lookup(
        packs=kept_packs()[::-1],
        places=dict(
            ledger.places(actor.scope).filter(pk__in=places).values_list("pk", "name")
        ),
        people=names_of({one.subject for one in tasks}, actor),
        paths=jurisdiction.path_names({one.area_id for one in tasks}),
        posts=facts,
        holders={post: names[person] for post, person in holders.items()},
    )


def _place(subject: str) -> int | None:
    what, _, number = subject.partition(":")
    return int(number) if what == "place" else None


def _duty(one: Any, lookup: Lookup, actor: Any, at: dt.datetime) -> Duty:
    look, icon, state = STATES[State(one.state)]
    path = lookup.paths[one.area_id]
    post = lookup.posts.get(one.post_id)
    place = _place(one.subject)
    return Duty(
        task=one,
        title=title_of(one, lookup.packs),
        about=lookup.people.get(one.subject, "")
        if place is None
        else lookup.places.get(place, ""),
        unit=path.rsplit(jurisdiction.PATH_SEPARATOR, 1)[-1],
        path=path,
        post=post.title if post else gettext("no post"),
        holder=lookup.holders.get(one.post_id, ""),
        look=look,
        icon=icon,
        state=str(state),
        open=one.state in OPEN,
        ladder=tuple(_rung(rung) for rung in one.ladder),
        may_remind=rules.can_remind(one, by=actor, at=at),
    )


def title_of(one: Any, packs: Iterable[Pack]) -> str:
    """Name a duty by the clause that asked for it, else by its code; latest first.

    Of a clause with several windows a day, the window is named too.
    """
    decided = one.decision.get("pack")
    for pack in packs:
        clause = pack.clause(one.duty)
        if clause is not None and decided in (None, pack.id):
            title, window = word(clause.title), _window(one, clause)
            said = pgettext("duty", "{title} ({window})")
            return said.format(title=title, window=window) if window else title
    return str(one.duty)


def _window(one: Any, clause: Clause) -> str:
    """Name the window of a duty; the last part of its key counts them from one."""
    names = {str(n): window.name for n, window in enumerate(clause.windows, start=1)}
    name = names.get(one.key.rpartition("/")[2])
    return word(name) if name else ""


@dataclass(frozen=True, slots=True)
class Basis:
    """The clause that asked for a duty: its title, its pack, and where that stands."""

    clause: str
    title: str
    pack: str
    edition: int


def basis_of(one: Any) -> Basis | None:
    """Find the clause in the very edition that decided; None where none is kept."""
    decided = one.decision
    kept = editions(decided.get("pack", "")).filter(version=decided.get("version", ""))
    edition = kept.first()
    if edition is None:
        return None
    pack, code = pack_of(edition), decided.get("clause", "")
    clause = pack.clause(code)
    return Basis(
        clause=code,
        title=word(clause.title) if clause else code,
        pack=f"{word(pack.title)} {edition.version}",
        edition=edition.pk,
    )


ROLE_STEPS = {
    Role.GRID_WORKER: pgettext_lazy("step", "grid"),
    Role.COMMUNITY: pgettext_lazy("step", "community"),
    Role.STREET: pgettext_lazy("step", "sub-district"),
    Role.DISTRICT: pgettext_lazy("step", "district"),
    Role.SUPERVISION: pgettext_lazy("step", "supervision"),
}


def _rung(rung: Mapping[str, Any]) -> str:
    role = Role(rung["role"])
    return str(ROLE_STEPS.get(role, role.value))
