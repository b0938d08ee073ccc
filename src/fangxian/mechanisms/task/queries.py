"""Readers; every one takes a scope, or serves the system's own jobs."""

import datetime as dt
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count as CountRows
from django.db.models import Q, QuerySet
from django.db.models.functions import TruncDate

from fangxian.kernel.moments import SHANGHAI, start_of
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.journal.events import Count
from fangxian.mechanisms.journal.queries import counts_by_measure
from fangxian.mechanisms.jurisdiction.queries import areas_of, within, within_kinds
from fangxian.mechanisms.task import rules
from fangxian.mechanisms.task.models import Task
from fangxian.mechanisms.task.states import OPEN, State
from fangxian.store.rows import read


FIND_OPEN = f"""
    SELECT id FROM task_task
    WHERE subject = %s AND form = %s AND opens_at >= %s AND opens_at < %s
        AND state IN ({", ".join(["%s"] * len(OPEN))})
    ORDER BY due_at, id LIMIT 1
"""  # noqa: S608 -- one mark for each open state
OWED = f"""
    subject = %s AND form = %s AND state IN ({", ".join(["%s"] * len(OPEN))})
"""
NUMBERS_OWED = f"SELECT id FROM task_task WHERE {OWED}"  # noqa: S608 -- marks only
NEXT = f"""
    state IN ({", ".join(["%s"] * len(OPEN))}) AND {{column}} > %s
    ORDER BY {{column}} LIMIT 1
"""
ISSUED = "task.issued"
MEASURE_OF = {
    State.COMPLETED: "task.completed",
    State.WAIVED: "task.waived",
    State.LAPSED: "task.lapsed",
}


def tasks(
    scope: Scope,
    *,
    states: Collection[State] | None = None,
    post: int | None = None,
    form: str | None = None,
    duty: str | None = None,
    kind: str | None = None,
    subject: str | None = None,
    area: int | None = None,
    from_: dt.datetime | None = None,
    until: dt.datetime | None = None,
) -> QuerySet[Task]:
    """List the duties in scope, the earliest due first; the period is of ``due_at``.

    ``area`` narrows to the subtree of one area.
    """
    exact = {
        "state__in": states,
        "post": post,
        "form": form,
        "duty": duty,
        "kind": kind,
        "subject": subject,
        "due_at__gte": from_,
        "due_at__lt": until,
    }
    given = {name: value for name, value in exact.items() if value is not None}
    rows = Task.objects.filter(_in(scope), **given)
    if area is not None:
        rows = rows.filter(within(Scope(roots=frozenset({area}))))
    return rows.order_by("due_at", "pk")


def get_task(task_id: int, scope: Scope) -> Task:
    """Give one duty in scope; refuse as if it did not exist outside it."""
    task = tasks(scope).filter(pk=task_id).first()
    if task is None:
        raise rules.UNKNOWN(task=task_id)
    return task


def open_for_subject(subject: str, form: str | None = None) -> QuerySet[Task]:
    """List what is still owed about one subject, for whoever acts on it now."""
    rows = Task.objects.filter(subject=subject, state__in=OPEN)
    if form is not None:
        rows = rows.filter(form=form)
    return rows.order_by("due_at", "pk")


def owed(subject: str, form: str, at: dt.datetime) -> list[Task]:
    """List what one form fulfils about a subject, of what had opened at a moment."""
    opened = connection.ops.adapt_datetimefield_value(at)
    condition = f"{OWED} AND opens_at <= %s ORDER BY due_at, id"
    return read(Task, condition, [subject, form, *sorted(OPEN), opened])


def numbers_owed(subject: str, form: str) -> set[int]:
    """Name the duties about a subject that one form fulfils and that are still owed."""
    with connection.cursor() as cursor:  # the ORM would cost more
        cursor.execute(NUMBERS_OWED, [subject, form, *sorted(OPEN)])
        return {number for (number,) in cursor.fetchall()}


def find_open(
    subject: str, form: str, *, from_: dt.datetime, until: dt.datetime
) -> int | None:
    """Find the duty about a subject that opened in ``[from_, until)`` and is still owed."""
    opened = [connection.ops.adapt_datetimefield_value(one) for one in (from_, until)]
    with connection.cursor() as cursor:  # every signature asks; the ORM would cost more
        cursor.execute(FIND_OPEN, [subject, form, *opened, *sorted(OPEN)])
        found = cursor.fetchone()
    return None if found is None else int(found[0])


def overdue(scope: Scope, at: dt.datetime) -> QuerySet[Task]:
    """List the open duties in scope whose due time has passed."""
    return tasks(scope, states=OPEN, until=at)


def due_soon(scope: Scope, at: dt.datetime, within_: dt.timedelta) -> QuerySet[Task]:
    """List the open duties in scope that fall due within a while."""
    return tasks(scope, states=OPEN, from_=at, until=at + within_)


@dataclass(frozen=True, slots=True)
class Board:
    """How the duties due on one day stand."""

    issued: int
    completed: int
    waived: int
    lapsed: int

    @property
    def open(self) -> int:
        """How many are still owed."""
        return self.issued - self.completed - self.waived - self.lapsed


def board(scope: Scope, day: dt.date) -> Board:
    """Give the counters of the duties in scope that are due on a Shanghai day."""
    counted = counts_by_measure(
        [ISSUED, *MEASURE_OF.values()],
        areas=areas_of(scope),
        from_=day,
        until=day + dt.timedelta(days=1),
        kinds=scope.kinds,
    )
    ended = {state.value: counted[measure] for state, measure in MEASURE_OF.items()}
    return Board(issued=counted[ISSUED], **ended)


def next_moment(after: dt.datetime) -> dt.datetime | None:
    """Give the next instant at which a duty escalates or lapses."""
    asked = [*sorted(OPEN), connection.ops.adapt_datetimefield_value(after)]
    moments = [
        getattr(task, column)
        for column in ("next_escalation_at", "closes_at")
        for task in read(Task, NEXT.format(column=column), asked)
    ]
    return min(moments, default=None)


def recount(*, from_: dt.date, until: dt.date) -> list[Count]:
    """Count the rows again, as the tallies of ``[from_, until)`` should stand."""
    rows = (
        Task.objects.filter(due_at__gte=start_of(from_), due_at__lt=start_of(until))
        .annotate(day=TruncDate("due_at", tzinfo=SHANGHAI))
        .values_list("area", "day", "kind", "state")
        .annotate(n=CountRows("pk"))
    )
    counts: Counter[tuple[int, dt.date, str, str]] = Counter()
    for area, day, kind, state, n in rows:
        counts[area, day, kind, ISSUED] += n
        if state in MEASURE_OF:
            counts[area, day, kind, MEASURE_OF[State(state)]] += n
    return [
        Count(area, day, measure, n, kind)
        for (area, day, kind, measure), n in sorted(counts.items())
    ]


def _in(scope: Scope) -> Q:
    return within(scope) & within_kinds(scope)
