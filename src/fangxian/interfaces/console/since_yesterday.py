"""What is otherwise than yesterday: areas at risk, rules in force, who came and left."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fangxian.interfaces.console.about_people import may_read
from fangxian.interfaces.console.arrivals import RISKS
from fangxian.interfaces.console.few import told
from fangxian.interfaces.console.matrix import can_open
from fangxian.interfaces.console.questions import word
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import day_of, start_of
from fangxian.mechanisms.journal import queries as journal
from fangxian.mechanisms.jurisdiction import queries as jurisdiction
from fangxian.mechanisms.protocol.queries import LoadedEdition, packs_in_force


ONE_DAY = dt.timedelta(days=1)
NOT_LISTED = "low"
CAME, IMPOSED, ENDED = (
    "enrolment.registered",
    "restriction.imposed",
    "restriction.ended",
)


@dataclass(frozen=True, slots=True)
class Moved:
    """How many came, went home under a measure, or were released."""

    icon: str
    label: str | Promise
    figure: int | str
    href: str


@dataclass(frozen=True, slots=True)
class Listed:
    """An area whose risk is listed otherwise than before."""

    name: str
    look: str
    icon: str
    word: str | Promise
    said: str | Promise


@dataclass(frozen=True, slots=True)
class Adopted:
    """An edition that came into force since."""

    title: str
    version: str
    href: str


@dataclass(frozen=True, slots=True)
class Since:
    """Everything that changed from the start of yesterday until now."""

    from_: dt.datetime
    moved: tuple[Moved, ...]
    listed: tuple[Listed, ...]
    adopted: tuple[Adopted, ...]

    @property
    def changed(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.listed or self.adopted or any(m.figure for m in self.moved))


def since_yesterday(actor: Actor, at: dt.datetime) -> Since:
    """Compare now with the start of yesterday."""
    from_ = start_of(day_of(at) - ONE_DAY)
    before = packs_in_force(actor.unit, from_) if actor.unit else []
    now = packs_in_force(actor.unit, at) if actor.unit else []
    known = {one.id for one in before}
    return Since(
        from_=from_,
        moved=tuple(_moved(actor, at)),
        listed=tuple(_relisted(before, now, at)),
        adopted=tuple(_adopted(one, actor) for one in now if one.id not in known),
    )


def _moved(actor: Actor, at: dt.datetime) -> Iterator[Moved]:
    offered = [one for one in _MOVES if can_open(one[2], actor.role)]
    if not offered or actor.scope.kinds is not None:
        return
    today = day_of(at)
    counted = journal.counts_by_measure(
        [event for event, *_rest in offered],
        areas=jurisdiction.areas_of(actor.scope),
        from_=today - ONE_DAY,
        until=today + ONE_DAY,
    )
    for event, subject, page, asked, icon, label in offered:
        n = counted[event]
        reads = may_read(subject, by=actor)
        rows_at = f"{reverse(page)}{asked}" if n and reads else ""
        yield Moved(icon, label, told(n, reads=reads), rows_at)


_MOVES = (
    (CAME, "arrival:", "screening", "", "user-plus", _("Came and were registered")),
    (
        *(IMPOSED, "restriction:", "home_watch", "", "door"),
        _("Put under a measure"),
    ),
    (
        *(ENDED, "restriction:", "home_watch", "?standing=over", "lock-open"),
        pgettext_lazy("people", "Released"),
    ),
)


def _adopted(one: LoadedEdition, actor: Actor) -> Adopted:
    opens = can_open("protocol", actor.role)
    return Adopted(
        title=word(one.pack.title),
        version=one.pack.version,
        href=reverse("protocol", args=[one.id]) if opens else "",
    )


# ------------------------------------------------------------------ areas at risk
Risks = Mapping[str, tuple[str, str]]


def _relisted(
    before: Collection[LoadedEdition], now: Collection[LoadedEdition], at: dt.datetime
) -> Iterator[Listed]:
    """Tell which areas are listed anew or otherwise, then which are no longer."""
    today = day_of(at)
    old, new = _listed(before, today - 2 * ONE_DAY), _listed(now, today)
    for area, (name, risk) in new.items():
        if area not in old:
            yield _as_listed(name, risk, _("newly listed"))
        elif old[area][1] != risk:
            yield _as_listed(name, risk, _("listed otherwise"))
    for area, (name, _risk) in old.items():
        if area not in new:
            yield _as_listed(name, NOT_LISTED, _("no longer listed"))


def _listed(held: Iterable[LoadedEdition], day: dt.date) -> Risks:
    return {
        one.area: (word(one.name), one.risk.value)
        for edition in held
        for one in edition.pack.risks
        if one.from_ <= day and (one.until is None or day < one.until)
    }


def _as_listed(name: str, risk: str, said: str | Promise) -> Listed:
    look, icon, word_ = {key.value: held for key, held in RISKS.items()}[risk]
    return Listed(name, look, icon, word_, said)
