"""Whom the work of a post is about: what narrows those who read people by task.

The rooms above say which people concern which role; the ledger asks them all.
"""

from collections import defaultdict
from collections.abc import Callable, Collection
from typing import Any

from django.db.models import Q, QuerySet

from fangxian.kernel.actors import Role
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.ledger.models import Import, Person
from fangxian.mechanisms.ledger.states import About


Finder = Callable[[Scope], "QuerySet[Any, Any]"]
"""Gives the ids of people in the scope's areas who concern the bound post."""

_FINDERS: dict[Role, list[Finder]] = defaultdict(list)


def concerns(finder: Finder, roles: Collection[Role]) -> None:
    """Let these roles read whom a finder gives."""
    for role in roles:
        if finder not in _FINDERS[role]:
            _FINDERS[role].append(finder)


def concerned(scope: Scope) -> Q:
    """Tell whom of the people in its areas a scope reads.

    Of entries that were merged, the one that stands for them is read too.
    """
    if scope.bound is None:
        return Q()
    first, *more = [find(scope) for find in _FINDERS[Role(scope.bound.role)]]
    ids = first.union(*more) if more else first
    merged = Person.objects.filter(pk__in=ids, merged_into__isnull=False)
    return _brought(scope) | Q(pk__in=ids) | Q(pk__in=merged.values("merged_into"))


def _brought(scope: Scope) -> Q:
    """Whom the post registered by hand, or its holder brought by a list."""
    bound = scope.bound
    assert bound is not None  # noqa: S101 -- asked only of those that are bound
    lists = Import.objects.filter(by=bound.person, about=About.PEOPLE)
    batches = [f"import:{batch}" for batch in lists.values_list("pk", flat=True)]
    return Q(source__in=[f"post:{bound.post}", *batches])
