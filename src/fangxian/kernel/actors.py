"""Who acts: a person, in a post, on a device; or a named system actor."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from fangxian.kernel.scopes import EVERYWHERE, Scope


class Role(StrEnum):
    """The roles of the permission matrix, R1 to R14, and the system itself."""

    RESIDENT = "resident"
    VENUE_MANAGER = "venue_manager"
    GRID_WORKER = "grid_worker"
    CHECKPOINT_STAFF = "checkpoint_staff"
    COMMUNITY = "community"
    STREET = "street"
    DISTRICT = "district"
    SUPERVISION = "supervision"
    HOSPITAL = "hospital"
    CDC = "cdc"
    POLICE = "police"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    SECTOR_DEPARTMENT = "sector_department"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person acting in a post. The post gives the power; the person answers for it.

    ``post`` is the post's id, or None for the system. ``unit`` is the area id
    that the post belongs to. ``scope`` is what the post reaches today.
    """

    person: UUID
    post: int | None
    role: Role
    scope: Scope
    unit: int | None = None
    device: str = "console"


SYSTEM = Actor(
    person=UUID(int=0), post=None, role=Role.SYSTEM, scope=EVERYWHERE, device="worker"
)
