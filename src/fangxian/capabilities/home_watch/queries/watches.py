"""Who is looked after at home, where, and by whom."""

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from fangxian.capabilities.home_watch import rules
from fangxian.capabilities.home_watch.models import Member, Watch
from fangxian.capabilities.home_watch.queries.owned import is_by_task, seen_by, sees
from fangxian.capabilities.home_watch.states import Part
from fangxian.kernel.moments import bounds_of
from fangxian.kernel.scopes import EVERYWHERE, Scope
from fangxian.mechanisms.jurisdiction.queries import (
    descendants,
    reaches_area,
)
from fangxian.mechanisms.protocol.queries import LoadedEdition, in_force, loaded
from fangxian.mechanisms.restriction.queries import (
    decisions,
    find_decision,
    holds,
    not_over,
)
from fangxian.mechanisms.restriction.states import Standing
from fangxian.store.rows import find


if TYPE_CHECKING:
    from fangxian.mechanisms.restriction.models import Decision


FIVE = len(Part)


def watches(
    scope: Scope,
    at: dt.datetime,
    *,
    standing: Standing | None = Standing.IN_FORCE,
    area: int | None = None,
    measure: str | None = None,
) -> "QuerySet[Watch]":
    """List who is looked after at home in scope, the first to be free first.

    ``standing`` is how the restriction stands at the moment, None for all that were.
    Of those that are over, the last to end stands first.
    """
    found = Watch.objects.filter(seen_by(scope)).select_related(
        "decision", "decision__ended"
    )
    if standing is not None:
        found = found.filter(decision__in=_standing(standing, at))
    if area is not None:
        found = found.filter(area__in=descendants(area))
    if measure is not None:
        found = found.filter(measure=measure)
    if standing is Standing.OVER:
        return found.order_by("-decision__until", "-decision")
    return found.order_by("decision__until", "decision")


def _standing(standing: Standing, at: dt.datetime) -> "QuerySet[Decision, int]":
    known = decisions(EVERYWHERE).order_by()
    if standing is Standing.OVER:
        known = known.exclude(not_over(at))
    elif standing is Standing.IN_FORCE:
        known = known.filter(holds(at))
    else:
        known = known.filter(not_over(at), since__gt=at)
    return known.values_list("pk", flat=True)


def watches_on(day: dt.date, *, area: int) -> "QuerySet[Watch]":
    """List whom a measure holds at home at some time of a day, for the day's duties."""
    from_, until = bounds_of(day)
    known = decisions(EVERYWHERE).order_by().filter(not_over(from_), since__lt=until)
    found = Watch.objects.filter(
        decision__in=known.values_list("pk", flat=True), area__in=descendants(area)
    )
    return found.select_related("decision", "decision__ended").order_by("decision")


def get_watch(decision_id: int, scope: Scope) -> Watch:
    """Give the watch over one restriction; one out of scope looks like none."""
    watch = find_watch(decision_id)
    if watch is None or not _sees(scope, watch):
        raise rules.UNKNOWN(watch=decision_id)
    return watch


def find_watch(decision_id: int) -> Watch | None:
    """Find the watch over a restriction, wherever it is."""
    watch, decision = find(Watch, decision_id), find_decision(decision_id)
    if watch is not None and decision is not None:
        watch.decision = decision
    return watch


def _sees(scope: Scope, watch: Watch) -> bool:
    if scope.kinds is not None or not reaches_area(scope, watch.area_id):
        return False
    return not is_by_task(scope) or sees(scope, watch)


def watches_of(persons: Collection[UUID], scope: Scope) -> "QuerySet[Watch]":
    """List every watch over one person in scope, the latest first."""
    found = Watch.objects.filter(seen_by(scope), person__in=persons)
    return found.select_related("decision", "decision__ended").order_by("-decision")


def edition_for(watch: Watch, at: dt.datetime) -> LoadedEdition:
    """Give the rules for a watch at a moment: those in force, else the decision's."""
    own = loaded(watch.decision.edition_id)
    held = in_force(own.id, watch.area_id, at)
    return held or LoadedEdition(watch.decision.edition_id, own, watch.area_id)


# ------------------------------------------------------------------------ the five
def team_of(watch_id: int) -> dict[Part, Member]:
    """Give who answers for somebody now, part by part."""
    running = Member.objects.filter(watch=watch_id, until=None)
    return {Part(one.part): one for one in running}


def members_named(watch_ids: Collection[int]) -> dict[int, int]:
    """Count who is named for each of these; who has nobody is left out."""
    running = Member.objects.filter(watch__in=watch_ids, until=None).order_by()
    return dict(running.values_list("watch").annotate(n=Count("pk")))


def short_of_five(scope: Scope, at: dt.datetime) -> "QuerySet[Watch]":
    """List who has fewer than five to answer for them now."""
    named = Count("members", filter=Q(members__until=None))
    return watches(scope, at).annotate(named=named).filter(named__lt=FIVE)
