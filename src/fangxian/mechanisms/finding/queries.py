"""Readers; every one takes a scope, or the id of something already in scope."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Count as CountRows
from django.db.models import Q, QuerySet
from django.db.models.functions import TruncDate

from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import SHANGHAI, start_of
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.finding import rules
from fangxian.mechanisms.finding.models import Attempt, Finding
from fangxian.mechanisms.finding.states import LIVE, Column, State
from fangxian.mechanisms.finding.wordings import saying
from fangxian.mechanisms.journal.events import Count
from fangxian.mechanisms.jurisdiction.queries import (
    PostFacts,
    ancestors,
    holders,
    posts_of,
    within,
    within_kinds,
)
from fangxian.store.rows import read


TOTALS = """
    SELECT
        area_id, kind, severity,
        count(*),
        count(CASE WHEN rectified_at <= %(at)s THEN NULL ELSE 1 END),
        count(CASE WHEN rectified_at <= %(at)s OR deadline_at > %(at)s THEN NULL ELSE 1 END),
        count(CASE WHEN rectified_at <= %(at)s THEN 1 END)
    FROM finding_finding
    WHERE raised_at <= %(at)s
        AND (confirmed_at IS NULL OR confirmed_at > %(at)s)
        AND (withdrawn_at IS NULL OR withdrawn_at > %(at)s)
        AND area_id IN ({areas})
    GROUP BY area_id, kind, severity
    ORDER BY area_id, kind, severity
"""


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """The most urgent findings of a column, and how many stand in it."""

    column: Column
    count: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended: the deadline and the number of its last finding."""

    deadline_at: datetime
    finding: int


@dataclass(frozen=True, slots=True)
class Total:
    """How many findings of one kind of place and severity stood in one area itself."""

    area: int
    kind: str
    severity: str
    standing: int
    open: int
    overdue: int
    rectified: int


def findings(
    scope: Scope,
    *,
    state: State | None = None,
    severity: str | None = None,
    kind: str | None = None,
    area: int | None = None,
    subject: str | None = None,
    text: str = "",
) -> QuerySet[Finding]:
    """Every finding in scope that fits, newest first."""
    wanted = {
        "state": state,
        "severity": severity,
        "kind": kind,
        "subject": subject,
    }
    rows = Finding.objects.filter(within(scope), within_kinds(scope)).filter(
        **{name: value for name, value in wanted.items() if value is not None}
    )
    if area is not None:
        rows = rows.filter(within(Scope(roots=frozenset({area}))))
    return rows.filter(_reads(text)).order_by("-id")


def raised_after(number: int) -> list[Finding]:
    """List what was raised after a finding, wherever it was, in the order of raising."""
    return read(Finding, "id > %s ORDER BY id", [number])


def _reads(text: str) -> Q:
    text = text.strip()
    if not text:
        return Q()
    number = Q(pk=int(text)) if text.isascii() and text.isdigit() else Q()
    return number or Q(wording__in=saying(text))


def get_finding(finding_id: int, scope: Scope) -> Finding:
    """The finding, or a refusal that looks like absence."""
    try:
        return findings(scope).get(pk=finding_id)
    except Finding.DoesNotExist:
        raise rules.NO_SUCH(finding=finding_id) from None


def standing_in(column: Column, at: datetime) -> Q:
    """What puts a finding into this column at this moment."""
    first_time = Q(state=State.OPEN, reopened=0)
    return {
        Column.TO_RECTIFY: first_time & Q(deadline_at__gt=at),
        Column.OVERDUE: first_time & Q(deadline_at__lte=at),
        Column.TO_LOOK_BACK: Q(state=State.RECTIFIED),
        Column.SENT_BACK: Q(state=State.OPEN, reopened__gt=0),
    }[column]


def column(
    scope: Scope,
    which: Column,
    at: datetime,
    *,
    kind: str | None = None,
    after: Cursor | None = None,
) -> QuerySet[Finding]:
    """The findings of one column, most urgent first, from a cursor on."""
    rows = findings(scope, kind=kind).filter(standing_in(which, at))
    if after is not None:
        rows = rows.filter(deadline_at__gte=after.deadline_at).exclude(
            deadline_at=after.deadline_at, pk__lte=after.finding
        )
    return rows.order_by("deadline_at", "id")


def board(
    scope: Scope, at: datetime, *, kind: str | None = None, most: int = 4
) -> tuple[BoardColumn, ...]:
    """The four columns, each with its count and its ``most`` urgent findings."""
    counts = _counts(scope, at, kind)
    return tuple(
        BoardColumn(
            column=which,
            count=counts[which],
            findings=tuple(column(scope, which, at, kind=kind)[:most]),
        )
        for which in Column
    )


def _counts(scope: Scope, at: datetime, kind: str | None) -> Mapping[str, int]:
    live = findings(scope, kind=kind).filter(state__in=LIVE).order_by()
    return live.aggregate(
        **{
            which.value: CountRows("pk", filter=standing_in(which, at))
            for which in Column
        }
    )


def overdue(scope: Scope, at: datetime) -> QuerySet[Finding]:
    """Open findings whose deadline has passed, the latest first to fall due first."""
    late = Q(state=State.OPEN, deadline_at__lte=at)
    return findings(scope).filter(late).order_by("deadline_at", "id")


def totals(areas: Collection[int], *, at: datetime) -> list[Total]:
    """Count what stood in each of these areas at a moment, for figures of returns.

    A finding stands until it is confirmed or withdrawn. Of the standing ones those
    that somebody says are put right are rectified; the others are open.
    """
    if not areas:
        return []
    marks = {f"area{n}": area for n, area in enumerate(areas)}
    sql = TOTALS.format(areas=", ".join(f"%({mark})s" for mark in marks))
    moment = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:  # every signature asks; the ORM would cost more
        cursor.execute(sql, {"at": moment, **marks})
        return [Total(*row) for row in cursor.fetchall()]


def recurrences(scope: Scope) -> QuerySet[Finding]:
    """Findings about an item of a subject that had been wrong before."""
    return findings(scope).exclude(recurrence_of=None)


def attempts(finding_id: int) -> QuerySet[Attempt]:
    """Every time the finding was said to be put right, in order."""
    return Attempt.objects.filter(finding=finding_id).order_by("id")


def rectifiers(finding_id: int) -> frozenset[UUID]:
    """All who ever put this finding right, or reported it so."""
    pairs = attempts(finding_id).values_list("rectified_by", "reported_by")
    return frozenset(person for pair in pairs for person in pair)


def was_looked_back(finding: Finding, observation: UUID) -> bool:
    """Whether this observation has already closed the finding or sent it back."""
    if finding.confirmed_observation == observation:
        return True
    return attempts(finding.pk).filter(sent_back_observation=observation).exists()


def look_back_refusal(
    finding: Finding, *, by: Actor, responsible: UUID | None = None
) -> Refusal | None:
    """Why this person may not look back on the finding, or None."""
    tried = rectifiers(finding.pk)
    try:
        rules.check_can_look_back(
            finding, by=by, rectifiers=tried, responsible=responsible
        )
    except Refusal as refusal:
        return refusal
    return None


def independent_post(finding: Finding, at: datetime) -> PostFacts | None:
    """The nearest held post that may look back: in the unit, else the level above."""
    barred = {*rectifiers(finding.pk), finding.responsible}
    above = [area.id for area in reversed(ancestors(finding.area_id))]
    for area in (finding.area_id, *above):
        posts = [post for post in posts_of(area) if _inspects(post, finding.kind)]
        held = holders([post.id for post in posts], at)
        for post in posts:
            if post.id in held and held[post.id] not in barred:
                return post
    return None


def _inspects(post: PostFacts, kind: str) -> bool:
    fits = post.kinds is None or kind in post.kinds
    return fits and post.role in rules.INSPECTORS


def may_withdraw(finding: Finding, *, by: Actor) -> bool:
    """Whether this person may say that the finding should not have been raised."""
    return rules.can_withdraw(finding, by=by, rectifiers=rectifiers(finding.pk))


def of_observations(observations: Collection[UUID], scope: Scope) -> QuerySet[Finding]:
    """The findings that these observations raised."""
    return findings(scope).filter(observation__in=observations)


def recount(*, from_: date, until: date) -> list[Count]:
    """Count the rows again, as the tallies of ``[from_, until)`` should stand."""
    found, tried = Finding.objects.all(), Attempt.objects.all()
    return [
        *_recounted("finding.raised", found, "raised_at", from_, until),
        *_recounted("finding.confirmed", found, "confirmed_at", from_, until),
        *_recounted("finding.withdrawn", found, "withdrawn_at", from_, until),
        *_recounted("finding.rectified", tried, "rectified_at", from_, until),
        *_recounted("finding.reopened", tried, "sent_back_at", from_, until),
    ]


def _recounted(
    measure: str,
    rows: "QuerySet[Finding] | QuerySet[Attempt]",
    moment: str,
    from_: date,
    until: date,
) -> list[Count]:
    period = {f"{moment}__gte": start_of(from_), f"{moment}__lt": start_of(until)}
    prefix = "finding__" if rows.model is Attempt else ""
    counted = (
        rows.filter(**period)
        .annotate(day=TruncDate(moment, tzinfo=SHANGHAI))
        .values_list(f"{prefix}area_id", "day", f"{prefix}kind")
        .annotate(n=CountRows("pk"))
    )
    return [Count(area, day, measure, n, kind) for area, day, kind, n in counted]
