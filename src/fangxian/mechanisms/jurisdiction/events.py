"""Names and payloads of the journal entries written here. No person is named."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from fangxian.privacy.classes import Typed


@dataclass(frozen=True, slots=True)
class AreaEstablished:
    name: ClassVar[str] = "area.established"
    area: int
    called: str
    code: str | None
    level: str
    parent: int | None
    on: date
    source: Typed


@dataclass(frozen=True, slots=True)
class AreasImported:
    """A whole list at once: one entry, with the digest of what was taken."""

    name: ClassVar[str] = "areas.imported"
    source: Typed
    on: date
    areas: int
    first: int
    last: int
    digest: str


@dataclass(frozen=True, slots=True)
class AreaRedesignated:
    """The same area, from a day under another name or code."""

    name: ClassVar[str] = "area.redesignated"
    area: int
    was: str
    called: str
    code_was: str | None
    code: str | None
    on: date
    source: Typed


@dataclass(frozen=True, slots=True)
class AreaEnded:
    """The area stands no longer; ``successors`` continue it, if any."""

    name: ClassVar[str] = "area.ended"
    area: int
    successors: tuple[int, ...]
    posts_closed: tuple[int, ...]
    on: date
    source: Typed


@dataclass(frozen=True, slots=True)
class AreaMoved:
    """``successor`` continues the area under another parent, with these posts."""

    name: ClassVar[str] = "area.moved"
    area: int
    successor: int
    posts: tuple[int, ...]
    on: date
    source: Typed


@dataclass(frozen=True, slots=True)
class PostCreated:
    name: ClassVar[str] = "post.created"
    post: int
    area: int
    role: str
    title: str
    kinds: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class PostClosed:
    name: ClassVar[str] = "post.closed"
    post: int
    on: date


@dataclass(frozen=True, slots=True)
class StaffRegistered:
    name: ClassVar[str] = "staff.registered"
    staff: UUID


@dataclass(frozen=True, slots=True)
class Nominated:
    """Somebody is named for a post; another person appoints them."""

    name: ClassVar[str] = "post.nominated"
    post: int
    staff: UUID


@dataclass(frozen=True, slots=True)
class Appointed:
    """``before`` held the post until this moment; None says it was vacant."""

    name: ClassVar[str] = "post.appointed"
    post: int
    staff: UUID
    before: UUID | None


@dataclass(frozen=True, slots=True)
class Relieved:
    """Nobody holds the post from now on; it is listed as vacant."""

    name: ClassVar[str] = "post.relieved"
    post: int
    staff: UUID


@dataclass(frozen=True, slots=True)
class AnswererNamed:
    name: ClassVar[str] = "area.answerer_named"
    area: int
    post: int
    before: int | None
