"""Readers; every list takes a scope, or serves the unit's own acts."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from fangxian.capabilities.enrolment.models import Sweep, Target
from fangxian.capabilities.enrolment.states import About, Met, Sweeping
from fangxian.capabilities.enrolment.sweeps import rules
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.jurisdiction.queries import (
    descendants,
    lifted,
    within,
    within_kinds,
)
from fangxian.mechanisms.jurisdiction.states import Level
from fangxian.mechanisms.protocol.clauses import Clause
from fangxian.mechanisms.protocol.forms import Form
from fangxian.mechanisms.protocol.packs import Pack
from fangxian.mechanisms.task.states import OPEN, State


SUBJECT = "sweep"
"""What the clauses and forms of sweeps are about, in the pack's words."""

ANY_RUNNING = "SELECT id FROM enrolment_sweep WHERE state = %s LIMIT 1"

EMPTY, SEEN = Q(outcome__in=rules.EMPTY), Q(outcome=rules.SEEN)
TOLD = EMPTY | SEEN
MET: Mapping[Met, Q] = {
    Met.EMPTY: EMPTY,
    Met.SEEN: SEEN | (Q(task__state=State.COMPLETED) & ~EMPTY),
    Met.EXCUSED: Q(task__state=State.WAIVED) & ~TOLD,
    Met.OPEN: Q(task__state__in=OPEN) & ~TOLD,
    Met.MISSED: Q(task__state=State.LAPSED) & ~TOLD,
}
"""``rules.met`` as conditions."""


# ------------------------------------------------------------------------ the rules
def clauses_of(pack: Pack) -> tuple[Clause, ...]:
    """Give the clauses by which a sweep can be ordered: their forms say what became of it."""
    return tuple(
        one
        for one in pack.clauses
        if one.subject == SUBJECT and _tells(pack.forms[one.form])
    )


def _tells(form: Form) -> bool:
    question = form.question(rules.OUTCOME)
    return question is not None and question.required and bool(question.choices)


def about_of(clause: Clause) -> About:
    """Say what a clause of a sweep sends people to."""
    kinds = clause.kinds or frozenset()
    return About.PLACE if About.PLACE in kinds else About.DOOR


# ---------------------------------------------------------------------- the sweeps
def sweeps(
    scope: Scope, *, state: Sweeping | None = None, area: int | None = None
) -> "QuerySet[Sweep]":
    """List the sweeps that go through a scope, the latest first.

    A unit below sees that a sweep of the whole street goes through it.
    """
    inside = Target.objects.filter(_in(scope), sweep=OuterRef("pk"))
    found = Sweep.objects.filter(Exists(inside))
    if state is not None:
        found = found.filter(state=state)
    if area is not None:
        found = found.filter(area__in=descendants(area))
    return found.order_by("-ordered_at", "-pk")


def get_sweep(sweep_id: UUID, scope: Scope) -> Sweep:
    """Give a sweep that goes through a scope; any other is unknown."""
    found = sweeps(scope).filter(pk=sweep_id).first()
    if found is None:
        raise rules.UNKNOWN()
    return found


def running(at: dt.datetime) -> "QuerySet[Sweep]":
    """List the sweeps that have not ended, for the system's own jobs."""
    return Sweep.objects.filter(state=Sweeping.RUNNING, until__gt=at).order_by("pk")


def is_any_running() -> bool:
    """Whether there is any sweep that has not ended."""
    with connection.cursor() as cursor:  # every turn asks; the ORM would cost more
        cursor.execute(ANY_RUNNING, [Sweeping.RUNNING])
        return cursor.fetchone() is not None


def next_end(after: dt.datetime) -> dt.datetime | None:
    """Give the next moment at which a sweep ends."""
    if not is_any_running():
        return None
    return running(after).order_by("until").values_list("until", flat=True).first()


def find_target(task: int) -> Target | None:
    """Find the door or place that a duty is about, with its sweep."""
    found = Target.objects.select_related("sweep", "task").filter(task=task)
    return found.first()


def get_target(sweep_id: UUID, task: int, scope: Scope) -> Target:
    """Give one door or place of a sweep, in scope; any other is unknown."""
    found = Target.objects.filter(_in(scope), sweep=sweep_id, task=task)
    target = found.select_related("sweep", "task").first()
    if target is None:
        raise rules.NO_SUCH_TARGET()
    return target


def targets(
    sweep_id: UUID,
    scope: Scope,
    *,
    met: Met | None = None,
    outcome: str | None = None,
    area: int | None = None,
    building: str | None = None,
    post: int | None = None,
    came: bool | None = None,
) -> "QuerySet[Target]":
    """List the doors or places of a sweep in scope, building by building.

    ``came`` leaves those where somebody was found who came from elsewhere.
    """
    exact = {"outcome": outcome, "building": building, "task__post": post}
    given = {name: value for name, value in exact.items() if value is not None}
    found = Target.objects.filter(_in(scope), sweep=sweep_id, **given)
    if met is not None:
        found = found.filter(MET[met])
    if came:
        found = found.filter(came__gt=0)
    if area is not None:
        found = found.filter(area__in=descendants(area))
    return found.select_related("task").order_by("area", "building", "number")


def targets_of(tasks: Collection[int]) -> dict[int, Target]:
    """Give the targets that these duties are about, by duty: one query."""
    found = Target.objects.filter(task__in=tasks).select_related("sweep")
    return {one.task_id: one for one in found}


def of_post(post: int, scope: Scope) -> "QuerySet[Sweep]":
    """List the sweeps of which a post has a share."""
    share = Target.objects.filter(_in(scope), sweep=OuterRef("pk"), task__post=post)
    return Sweep.objects.filter(Exists(share))


# ----------------------------------------------------------------------- the counts
@dataclass(slots=True)
class Tally:
    """How doors or places stand: should = seen + empty + open + missed.

    ``reasons`` counts what is open or missed by the last visit's answer, empty for
    where nobody was. ``people`` and ``came`` are of the doors where somebody was seen.
    """

    by: Counter[Met] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    people: int = 0
    came: int = 0

    @property
    def should(self) -> int:
        """All but those that were excused."""
        return self.by.total() - self.by[Met.EXCUSED]

    @property
    def seen(self) -> int:
        """Where somebody was spoken to."""
        return self.by[Met.SEEN]

    @property
    def empty(self) -> int:
        """Where nobody lives or works."""
        return self.by[Met.EMPTY]

    @property
    def open(self) -> int:
        """Where somebody still has to go."""
        return self.by[Met.OPEN]

    @property
    def missed(self) -> int:
        """Where nobody was spoken to until the end."""
        return self.by[Met.MISSED]

    @property
    def done(self) -> int:
        """Where nobody has to go any more, because somebody was there."""
        return self.seen + self.empty

    def add(self, part: "Part") -> None:
        """Count rows in."""
        met = rules.met(part.state, part.outcome)
        self.by[met] += part.count
        self.people += part.people
        self.came += part.came
        if met in (Met.OPEN, Met.MISSED):
            self.reasons[part.outcome] += part.count


@dataclass(frozen=True, slots=True)
class Part:
    """Targets of one sweep and one building that stand alike."""

    sweep: UUID
    area: int
    building: str
    state: str
    outcome: str
    count: int
    people: int
    came: int


@dataclass(frozen=True, slots=True)
class Line:
    """One building or one unit of a board; ``building`` is empty for a unit."""

    area: int
    building: str
    tally: Tally


def parts(found: "QuerySet[Target]") -> list[Part]:
    """Count targets, building by building: one query, whatever their number."""
    columns = ("sweep", "area", "building", "task__state", "outcome")
    counted = found.order_by(*columns).values_list(*columns)
    rows = counted.annotate(n=Count("pk"), lived=Sum("people"), new=Sum("came"))
    return [
        Part(sweep, area, building, state, outcome, n, lived or 0, new or 0)
        for sweep, area, building, state, outcome, n, lived, new in rows
    ]


def total(counted: Iterable[Part]) -> Tally:
    """Add parts up."""
    tally = Tally()
    for part in counted:
        tally.add(part)
    return tally


def tallies(
    sweep_ids: Collection[UUID], scope: Scope, *, post: int | None = None
) -> dict[UUID, Tally]:
    """Count many sweeps at once, of a scope or of one post's share: one query."""
    found = Target.objects.filter(_in(scope), sweep__in=sweep_ids)
    if post is not None:
        found = found.filter(task__post=post)
    made = {one: Tally() for one in sweep_ids}
    for part in parts(found):
        made[part.sweep].add(part)
    return made


def by_building(counted: Iterable[Part]) -> list[Line]:
    """Set the buildings below each other, those with most left to do first."""
    return _lines((part.area, part.building, part) for part in counted)


def by_unit(counted: Collection[Part], level: Level) -> list[Line]:
    """Set the units of a level below each other, those with most left to do first."""
    above = lifted([part.area for part in counted], level)
    return _lines((above[part.area], "", part) for part in counted)


def _lines(keyed: Iterable[tuple[int, str, Part]]) -> list[Line]:
    made: dict[tuple[int, str], Tally] = {}
    for area, building, part in keyed:
        made.setdefault((area, building), Tally()).add(part)
    lines = [Line(*key, tally) for key, tally in made.items()]
    return sorted(lines, key=lambda one: (-_left(one.tally), one.area, one.building))


def _left(tally: Tally) -> int:
    return tally.open + tally.missed


def ended_counts(sweep_id: UUID) -> Tally:
    """Count a whole sweep, for the entry that ends it."""
    return total(parts(Target.objects.filter(sweep=sweep_id)))


def _in(scope: Scope) -> Q:
    """Targets in scope; a sector department sees places of its kinds, and no doors."""
    return within(scope) & within_kinds(scope, "task__kind")
