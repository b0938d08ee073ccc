"""Whom at home the work of a hospital, and of the CDC, is about (ADR 22)."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from fangxian.capabilities.home_watch.queries.owned import own_decisions
from fangxian.kernel.actors import Role
from fangxian.kernel.scopes import EVERYWHERE, Scope
from fangxian.mechanisms.ledger.people.concerns import concerns
from fangxian.mechanisms.ledger.people.queries import visible
from fangxian.mechanisms.restriction.queries import decisions, evidence_in
from fangxian.mechanisms.task.queries import tasks
from fangxian.mechanisms.task.states import OPEN


if TYPE_CHECKING:
    from django.db.models import QuerySet

PERSON = "person:"


def register() -> None:
    """Tell the ledger, once, whom these roles read."""
    concerns(_of_hospital, (Role.HOSPITAL,))
    concerns(_under_a_measure, (Role.CDC,))
    concerns(_in_evidence, (Role.CDC,))
    concerns(_in_own_tasks, (Role.HOSPITAL, Role.CDC))


def _of_hospital(scope: Scope) -> "QuerySet[Any, UUID]":
    """Give whose sample waits or is due, whose result it stated, and who objected."""
    mine = decisions(EVERYWHERE).filter(own_decisions(scope))
    return mine.order_by().values_list("subject", flat=True)


def _under_a_measure(scope: Scope) -> "QuerySet[Any, UUID]":
    """Give everybody on whom a measure was signed here."""
    return decisions(scope.unbound).order_by().values_list("subject", flat=True)


def _in_evidence(scope: Scope) -> "QuerySet[Any, Any]":
    """Give everybody of whom evidence speaks here: what a doctor signs rests on it."""
    stated = evidence_in(scope.unbound).filter(subject__isnull=False)
    return stated.order_by().values_list("subject", flat=True)


def _in_own_tasks(scope: Scope) -> "QuerySet[Any, UUID]":
    """Give whom an open duty of the post is about."""
    post = None if scope.bound is None else scope.bound.post
    owed = tasks(EVERYWHERE, states=OPEN, post=post)
    subjects = owed.filter(subject__startswith=PERSON).values_list("subject", flat=True)
    people = {UUID(one.removeprefix(PERSON)) for one in subjects}
    return visible(EVERYWHERE).filter(pk__in=people).values_list("pk", flat=True)
