"""Which of those at home a hospital answers for: it reads them, and nobody else."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from fangxian.capabilities.home_watch.facts import SUBJECT, decision_of
from fangxian.capabilities.home_watch.models import Result, Sample, Watch
from fangxian.capabilities.home_watch.states import SAMPLINGS
from fangxian.kernel.actors import Role
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.jurisdiction.queries import within
from fangxian.mechanisms.restriction.queries import appeals
from fangxian.mechanisms.task.queries import tasks
from fangxian.mechanisms.task.states import OPEN


ABOUT = f"{SUBJECT}:"


def is_by_task(scope: Scope) -> bool:
    """Whether a scope reads only some of those at home in its areas."""
    return scope.bound is not None and scope.bound.role == Role.HOSPITAL


def own_decisions(scope: Scope, path: str = "") -> Q:
    """Tell the restrictions that concern a bound post.

    A sample is due or waits for its result, the post has stated one and the measure
    is not over, somebody objects and a doctor has to answer, or a duty is the post's.
    ``path`` leads from the rows asked for to their restriction.
    """
    post = None if scope.bound is None else scope.bound.post
    stated = Result.objects.filter(post=post, sample__watch__decision__ended=None)
    objected = appeals(scope.unbound, open_only=True).order_by()
    due = tasks(scope.unbound, states=OPEN).filter(form__in=SAMPLINGS)
    own = tasks(scope.unbound, states=OPEN, post=post)
    numbers = {*_about(due), *_about(own)}
    ways = (
        unanswered(scope.unbound).order_by().values("watch"),
        stated.values("sample__watch"),
        objected.values("decision"),
        numbers,
    )
    found = Q(pk__in=())
    for way in ways:
        found |= Q(**{f"{path}pk__in": way})
    return found


def _about(owed: "QuerySet") -> set[int]:  # type: ignore[type-arg]  # of tasks, which are another room's
    subjects = owed.filter(subject__startswith=ABOUT).order_by()
    numbers = map(decision_of, subjects.values_list("subject", flat=True))
    return {number for number in numbers if number is not None}


def unanswered(scope: Scope) -> "QuerySet[Sample]":
    """List the samples in a scope's areas of which no laboratory has said anything."""
    here = within(scope, "watch__area") if scope.kinds is None else Q(pk__in=())
    return Sample.objects.filter(here, ~Exists(standing()))


def standing() -> "QuerySet[Result]":
    """The results that stand of a sample; what was withdrawn does not."""
    return Result.objects.filter(sample=OuterRef("pk"), evidence__withdrawal=None)


def seen_by(scope: Scope, path: str = "") -> Q:
    """Rows in scope; a sector department, bound to kinds of place, sees no person.

    A hospital sees those for whom it answers. ``path`` leads from the rows that are
    asked for to their watch.
    """
    if scope.kinds is not None:
        return Q(pk__in=())
    here = within(scope, f"{path}area")
    if not is_by_task(scope):
        return here
    return here & own_decisions(scope, f"{path}decision__")


def sees(scope: Scope, watch: Watch) -> bool:
    """Whether one watch is among them."""
    return Watch.objects.filter(seen_by(scope), pk=watch.pk).exists()
