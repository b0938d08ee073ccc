"""Readers of exports: who asked to hand over whom, and what became of it.

An export is seen by who asked for it, by those whose scope reaches everybody in it
and who may ask for such a thing or decide on it, and by those who oversee its unit.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from fangxian.kernel.actors import Actor, Role
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.jurisdiction.queries import within
from fangxian.mechanisms.ledger.exports import rules
from fangxian.mechanisms.ledger.models import Export, Exported, Import, Opening, Person
from fangxian.mechanisms.ledger.people.rules import OVERSEERS
from fangxian.mechanisms.ledger.states import About, ExportForm, ExportState, Purpose


@dataclass(frozen=True, slots=True)
class ExportFacts:
    """A request to hand people over, and what a second person said to it.

    ``recipient`` and ``why`` are for those who see the request; ``people`` counts.
    """

    id: UUID
    form: ExportForm
    purpose: Purpose
    state: ExportState
    recipient: str
    why: str
    area: int
    by: UUID
    role: Role
    requested_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None
    refused_why: str | None
    people: int

    @property
    def opens_until(self) -> datetime | None:
        """When the file stops opening, if it was approved."""
        if self.state is not ExportState.APPROVED or self.decided_at is None:
            return None
        return rules.opens_until(self.form, self.decided_at)

    @property
    def waits_until(self) -> datetime | None:
        """Until when somebody can decide on it, if nobody has."""
        if self.state is not ExportState.REQUESTED:
            return None
        return rules.waits_until(self.requested_at)


def seen_by(by: Actor) -> "QuerySet[Export]":
    """The exports that an actor may know of."""
    seen = Q(by=by.person)
    if shown := _forms_shown(by):
        seen |= Q(form__in=shown) & _reached(by.scope)
    if by.role in OVERSEERS and by.scope.kinds is None:
        seen |= within(by.scope)
    return Export.objects.filter(seen)


def _forms_shown(by: Actor) -> list[ExportForm]:
    own = (form for form in ExportForm if rules.can_request(form, by=by))
    return sorted({*own, *(form for form, _ in rules.decided_by(by))})


def _reached(scope: Scope) -> Q:
    """A condition for exports of people who are all in a scope."""
    if scope.everywhere:
        return Q()
    people = Exported.objects.filter(export=OuterRef("pk"))
    return Q(~Exists(people.exclude(within(scope, "person__area"))))


def requested_by(by: Actor) -> "QuerySet[Export]":
    """What somebody asked for, the latest first."""
    return _listed(Export.objects.filter(by=by.person))


def to_decide(by: Actor) -> "QuerySet[Export]":
    """What waits for somebody's word, the longest waiting first."""
    asked = Q(pk__in=[])
    for form, role in rules.decided_by(by):
        asked |= Q(form=form, role=role)
    waiting = Export.objects.filter(
        asked, _reached(by.scope), state=ExportState.REQUESTED
    )
    return _listed(waiting.exclude(by=by.person)).order_by("requested_at", "pk")


def unheard(at: datetime) -> "QuerySet[Export]":
    """What waited for a second person until now, and can no longer be decided on."""
    since = at - timedelta(hours=rules.UNDECIDED_HOURS_MAX)
    return Export.objects.filter(state=ExportState.REQUESTED, requested_at__lte=since)


def next_moment(after: datetime) -> datetime | None:
    """When the next request lapses that nobody decides on."""
    since = after - timedelta(hours=rules.UNDECIDED_HOURS_MAX)
    waiting = Export.objects.filter(state=ExportState.REQUESTED, requested_at__gt=since)
    first = waiting.aggregate(first=Min("requested_at"))["first"]
    return None if first is None else rules.waits_until(first)


def overseen(scope: Scope, *, from_: datetime | None = None) -> "QuerySet[Export]":
    """Every export that units in scope asked for, the latest first."""
    if scope.kinds is not None:
        return Export.objects.none()
    found = Export.objects.filter(within(scope))
    if from_ is not None:
        found = found.filter(requested_at__gte=from_)
    return _listed(found)


def _listed(exports: "QuerySet[Export]") -> "QuerySet[Export]":
    counted = exports.annotate(number_of_people=Count("people"))
    return counted.order_by("-requested_at", "-pk")


def facts_of(export: Export) -> ExportFacts:
    """Say what is written of an export."""
    counted = getattr(export, "number_of_people", None)
    return ExportFacts(
        id=export.pk,
        form=ExportForm(export.form),
        purpose=Purpose(export.purpose),
        state=ExportState(export.state),
        recipient=export.recipient,
        why=export.why,
        area=export.area_id,
        by=export.by,
        role=Role(export.role),
        requested_at=export.requested_at,
        decided_by=export.decided_by,
        decided_at=export.decided_at,
        refused_why=export.refused_why,
        people=export.people.count() if counted is None else counted,
    )


def get_export(export_id: UUID, *, by: Actor) -> ExportFacts:
    """Give an export that an actor may know of, or refuse as if there were none."""
    export = seen_by(by).filter(pk=export_id).first()
    if export is None:
        raise rules.EXPORT_UNKNOWN()
    return facts_of(export)


def people_of(export_id: UUID) -> tuple[UUID, ...]:
    """Who stands in an export, row by row; for callers who may know of it."""
    rows = Exported.objects.filter(export=export_id).order_by("position")
    return tuple(rows.values_list("person", flat=True))


def opened_at(export_id: UUID) -> list[datetime]:
    """When a file was opened, the first time first."""
    opened = Opening.objects.filter(export=export_id).order_by("at")
    return list(opened.values_list("at", flat=True).distinct())


def find_ready(
    people: Collection[UUID], *, form: ExportForm, by: Actor, at: datetime
) -> UUID | None:
    """Find an approved export of an actor's own that opens now and holds all these."""
    since = at - timedelta(hours=rules.HOURS_OPEN[form])
    ready = Export.objects.filter(
        by=by.person, form=form, state=ExportState.APPROVED, decided_at__gt=since
    )
    wanted = set(people)
    holding = ready.annotate(
        held=Count("people", filter=Q(people__person__in=wanted))
    ).filter(held=len(wanted))
    return holding.order_by("-decided_at").values_list("pk", flat=True).first()


# ------------------------------------------------------------------- whose people
def strangers_among(people: Collection[UUID], *, by: Actor) -> int:
    """How many of these a post has neither registered, brought in, nor opened.

    A post's own are those it put on the ledger (``source`` names the post), those of
    lists that its holder sent, and those whose identity it opened for a duty.
    """
    lists = Import.objects.filter(by=by.person, about=About.PEOPLE)
    brought = [f"import:{number}" for number in lists.values_list("pk", flat=True)]
    opened = Opening.objects.filter(post=by.post, task__isnull=False)
    own = Q(source__in=[source_of(by), *brought]) | Q(pk__in=opened.values("person"))
    return len(set(people)) - Person.objects.filter(own, pk__in=people).count()


def source_of(by: Actor) -> str:
    """How an entry says which post put it on the ledger by hand."""
    return f"post:{by.post}"
