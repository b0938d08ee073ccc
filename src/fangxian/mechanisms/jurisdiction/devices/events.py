"""Names and payloads of the journal entries written here. No person is named."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from fangxian.privacy.classes import Typed


@dataclass(frozen=True, slots=True)
class CodeIssued:
    """A phone may be enrolled for this post; the code itself is nowhere kept."""

    name: ClassVar[str] = "device.code_issued"
    post: int
    staff: UUID


@dataclass(frozen=True, slots=True)
class Enrolled:
    """``key`` is the SHA-256 of the public key: what the phone shows of itself.

    ``issued_by`` made its code, and could have used it.
    """

    name: ClassVar[str] = "device.enrolled"
    device: UUID
    post: int
    staff: UUID
    issued_by: UUID
    key: str


@dataclass(frozen=True, slots=True)
class Revoked:
    name: ClassVar[str] = "device.revoked"
    device: UUID
    post: int
    reason: Typed
