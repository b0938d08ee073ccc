"""Whom of those who came the work of the CDC is about: all of them (ADR 22)."""

from typing import TYPE_CHECKING, Any

from fangxian.capabilities.enrolment.queries import arrivals
from fangxian.kernel.actors import Role
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.ledger.people.concerns import concerns


if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet


def register() -> None:
    """Tell the ledger, once, whom this role reads."""
    concerns(_who_came, (Role.CDC,))


def _who_came(scope: Scope) -> "QuerySet[Any, UUID]":
    """Give everybody whose journey is registered here."""
    return arrivals(scope.unbound).order_by().values_list("person", flat=True)
