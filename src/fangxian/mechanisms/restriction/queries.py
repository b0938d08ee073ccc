"""Readers. Who is restricted now is computed from the records; a scope bounds every list."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count as CountRows
from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from fangxian.kernel.moments import SHANGHAI, start_of
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.journal.events import Count
from fangxian.mechanisms.jurisdiction.queries import within
from fangxian.mechanisms.protocol.vocabulary import GROUNDING, Ending, Grade
from fangxian.mechanisms.restriction import events, rules
from fangxian.mechanisms.restriction.models import (
    Answer,
    Appeal,
    Cohort,
    Decision,
    Ended,
    Evidence,
    Proposal,
)
from fangxian.mechanisms.restriction.states import Standing
from fangxian.store.rows import find, read


# -------------------------------------------------------------------- in force now
def decisions(scope: Scope) -> "QuerySet[Decision]":
    """List the restrictions in scope, the last to end first."""
    return Decision.objects.filter(_in(scope)).order_by("-until", "-pk")


def in_force(scope: Scope, at: dt.datetime) -> "QuerySet[Decision]":
    """List the restrictions that hold in scope at a moment, the first to end first."""
    holding = decisions(scope).filter(holds(at))
    return holding.order_by("until", "pk")


def holds(at: dt.datetime) -> Q:
    """Tell what holds at a moment: begun, not over, and no appeal left unanswered.

    Nothing has to run for a restriction to be over: its end lies in the decision,
    that of an unanswered appeal in the appeal.
    """
    return Q(since__lte=at) & not_over(at)


def not_over(at: dt.datetime) -> Q:
    """Tell what holds at a moment, or will."""
    ended = Ended.objects.filter(decision=OuterRef("pk"), at__lte=at)
    left = Appeal.objects.filter(decision=OuterRef("pk"), due_at__lte=at, ruling=None)
    return Q(until__gt=at) & ~Exists(ended) & ~Exists(left)


def restrictions_of(
    subjects: Collection[UUID], at: dt.datetime
) -> "QuerySet[Decision]":
    """List what holds for one person at a moment; a merged person has several ids."""
    holding = Decision.objects.filter(holds(at), subject__in=subjects)
    return holding.order_by("-until", "-pk")


def standing_in_for(
    decision: Decision, entries: Collection[UUID], scope: Scope, at: dt.datetime
) -> "QuerySet[Decision]":
    """List what could stand in for a restriction: of one person, one rule, as long."""
    subjects = {decision.subject, *entries}
    alike = decisions(scope).filter(not_over(at), subject__in=subjects)
    found = alike.filter(rule=decision.rule, until__gte=decision.until)
    return found.exclude(pk=decision.pk)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a gate or a venue learns: restricted or not, and by which decision.

    Never why, never which measure: they pass, or they ask the staff.
    """

    is_restricted: bool
    decision: int | None = None


def verdict(subjects: Collection[UUID], at: dt.datetime) -> Verdict:
    """Answer yes or no about one person; no proof is no restriction."""
    found = restrictions_of(subjects, at).first()
    return Verdict(found is not None, None if found is None else found.pk)


@dataclass(frozen=True, slots=True)
class End:
    """When a restriction is over, and why; ``at`` may lie ahead."""

    at: dt.datetime
    reason: Ending


def end_of(decision: Decision) -> End:
    """Give the end of a restriction as its records have it so far."""
    ends = [End(decision.until, Ending.EXPIRED)]
    ended = find(Ended, decision.pk)
    if ended is not None:
        ends.append(End(ended.at, Ending(ended.reason)))
    if read(Appeal, "decision_id = %s", [decision.pk]):
        left = Appeal.objects.filter(decision=decision, ruling=None)
        ends += [End(one.due_at, Ending.APPEAL_LAPSED) for one in left]
    return min(ends, key=lambda one: one.at)


def standing_of(decision: Decision, at: dt.datetime) -> Standing:
    """Say how a restriction stands at a moment."""
    if end_of(decision).at <= at:
        return Standing.OVER
    return Standing.IN_FORCE if decision.since <= at else Standing.AHEAD


def find_decision(decision_id: int) -> Decision | None:
    """Find a restriction, wherever it is: for what belongs to it, whose scope counts."""
    return find(Decision, decision_id)


def get_decision(decision_id: int, scope: Scope) -> Decision:
    """Give one restriction in scope; refuse as if it did not exist outside it."""
    found = decisions(scope).filter(pk=decision_id).first()
    if found is None:
        raise rules.UNKNOWN_DECISION(decision=decision_id)
    return found


def history_of(subjects: Collection[UUID], scope: Scope) -> "QuerySet[Decision]":
    """List every restriction that a person had in scope, the latest first."""
    return decisions(scope).filter(subject__in=subjects).select_related("ended")


# ------------------------------------------------------------------------ evidence
def evidence_in(scope: Scope) -> "QuerySet[Evidence]":
    """The evidence about everybody in scope, in no order."""
    return Evidence.objects.filter(_in(scope))


def evidence_of(subjects: Collection[UUID], scope: Scope) -> "QuerySet[Evidence]":
    """List the evidence about one person in scope, the latest first."""
    about = evidence_in(scope).filter(subject__in=subjects)
    return about.select_related("withdrawal").order_by("-seen_at", "-pk")


def get_evidence(evidence_id: UUID, scope: Scope) -> Evidence:
    """Give one piece of evidence in scope; refuse as if it did not exist outside it."""
    found = evidence_in(scope).filter(pk=evidence_id).first()
    if found is None:
        raise rules.UNKNOWN_EVIDENCE(evidence=evidence_id)
    return found


def grounds_of(decision: Decision) -> "QuerySet[Evidence]":
    """List what a restriction rests on."""
    resting = Evidence.objects.filter(grounds__proposal=decision.proposal_id)
    return resting.order_by("seen_at", "pk")


def hearsay(scope: Scope) -> "QuerySet[Evidence]":
    """List what nobody has verified: a call or a visit is owed, and nothing else.

    Hearsay about somebody of whom better evidence of the kind came later is done.
    """
    better = Evidence.objects.filter(
        subject=OuterRef("subject"),
        kind=OuterRef("kind"),
        grade__in=GROUNDING,
        recorded_at__gte=OuterRef("recorded_at"),
    )
    waiting = Evidence.objects.filter(_in(scope), grade=Grade.C, withdrawal=None)
    return waiting.filter(~Exists(better)).order_by("seen_at", "pk")


def usable(at: dt.datetime, *, days: int) -> "QuerySet[Evidence]":
    """List the evidence that can ground something at a moment: seen these last days."""
    return Evidence.objects.filter(
        grade__in=GROUNDING,
        withdrawal=None,
        seen_at__lte=at,
        seen_at__gt=at - dt.timedelta(days=days),
    )


# ------------------------------------------------------------------------- cohorts
def waiting(scope: Scope) -> "QuerySet[Cohort]":
    """List the proposals that wait for a doctor's answer, the oldest first."""
    return (
        Cohort.objects.filter(_in(scope), answer=None)
        .annotate(persons=CountRows("proposals"))
        .order_by("at", "pk")
    )


def get_cohort(cohort_id: int, scope: Scope) -> Cohort:
    """Give one cohort in scope; refuse as if it did not exist outside it."""
    found = Cohort.objects.filter(_in(scope), pk=cohort_id).first()
    if found is None:
        raise rules.UNKNOWN_COHORT(cohort=cohort_id)
    return found


def proposals_of(cohort: Cohort) -> "QuerySet[Proposal]":
    """List the persons of a cohort, with what they would rest on."""
    resting = cohort.proposals.prefetch_related("grounds__evidence__withdrawal")
    return resting.order_by("pk")


def answers(scope: Scope) -> "QuerySet[Answer]":
    """List how doctors answered, the latest first; refusals stand beside the rest."""
    given = Answer.objects.filter(_in(scope, "cohort__area"))
    return given.select_related("cohort").order_by("-at", "-pk")


# ------------------------------------------------------------------------- appeals
def appeals(scope: Scope, *, open_only: bool = False) -> "QuerySet[Appeal]":
    """List the appeals in scope, the first to lapse first."""
    filed = Appeal.objects.filter(_in(scope, "decision__area"))
    if open_only:
        filed = filed.filter(ruling=None, decision__ended=None)
    return filed.select_related("decision").order_by("due_at", "pk")


def get_appeal(appeal_id: int, scope: Scope) -> Appeal:
    """Give one appeal in scope; refuse as if it did not exist outside it."""
    found = appeals(scope).filter(pk=appeal_id).first()
    if found is None:
        raise rules.UNKNOWN_APPEAL(appeal=appeal_id)
    return found


# --------------------------------------------------------------------- counts, jobs
def next_moment(after: dt.datetime) -> dt.datetime | None:
    """Give the next moment at which something ends or lapses, for the record."""
    running = Decision.objects.filter(ended=None, until__gt=after)
    open_ = Appeal.objects.filter(
        ruling=None, decision__ended=None, due_at__gt=after
    ).aggregate(first=Min("due_at"))["first"]
    ends = [running.aggregate(first=Min("until"))["first"], open_]
    return min((one for one in ends if one is not None), default=None)


def recount(*, from_: dt.date, until: dt.date) -> list[Count]:
    """Count the rows again, as the tallies of ``[from_, until)`` should stand."""
    counted = (
        (events.EVIDENCE, Evidence.objects.all(), "recorded_at", "area", "kind"),
        (events.IMPOSED, Decision.objects.all(), "signed_at", "area", "measure"),
        (events.ENDED, Ended.objects.all(), "at", "decision__area", "reason"),
        (
            *(events.APPEALED, Appeal.objects.all(), "filed_at"),
            *("decision__area", "channel"),
        ),
    )
    return [
        Count(
            area=row[area],
            day=row["on_day"],
            measure=measure,
            n=row["n"],
            kind=row[kind],
        )
        for measure, rows, moment, area, kind in counted
        for row in rows.filter(
            **{f"{moment}__gte": start_of(from_), f"{moment}__lt": start_of(until)}
        )
        .annotate(on_day=TruncDate(moment, tzinfo=SHANGHAI))
        .values(area, "on_day", kind)
        .annotate(n=CountRows("pk"))
    ]


def _in(scope: Scope, field: str = "area") -> Q:
    """Rows in scope; a sector department, bound to kinds of place, sees no person."""
    return within(scope, field) if scope.kinds is None else Q(pk__in=())
