"""Who may, by role: an actor of any role, and the roles that a rule lets pass."""

from collections.abc import Callable
from uuid import UUID, uuid4

from fangxian.kernel.actors import Actor, Role
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.scopes import EVERYWHERE


LEADING = {Role.COMMUNITY, Role.STREET, Role.DISTRICT}
VISITING = {
    *LEADING,
    Role.GRID_WORKER,
    Role.SUPERVISION,
    Role.SECTOR_DEPARTMENT,
    Role.CDC,
    Role.POLICE,
}


def somebody(
    role: Role, *, person: UUID | None = None, post: int = 1, unit: int | None = None
) -> Actor:
    """Somebody new in this role, who reaches everything."""
    return Actor(
        person=person or uuid4(), post=post, role=role, scope=EVERYWHERE, unit=unit
    )


def roles_that(may: Callable[[Actor], object], **posted: int) -> set[Role]:
    """The roles for which a rule says yes, and no other answer than yes or no."""
    answers = {role: may(somebody(role, **posted)) for role in Role}
    assert set(answers.values()) <= {True, False}, answers
    return {role for role, answer in answers.items() if answer}


def roles_passing(check: Callable[[Actor], object], **posted: int) -> set[Role]:
    """The roles that a check does not refuse."""
    return roles_that(lambda by: refusal_of(check, by) is None, **posted)


def refusal_of(check: Callable[..., object], *given: object) -> Refusal | None:
    """What a check refuses with, or None if it does not."""
    try:
        check(*given)
    except Refusal as refusal:
        return refusal
    return None
