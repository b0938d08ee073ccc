"""Names and payloads of the journal entries written here."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from fangxian.privacy.classes import Typed


@dataclass(frozen=True, slots=True)
class Drafted:
    """A version of a pack was put up for review; ``digest`` seals its content."""

    name: ClassVar[str] = "protocol.drafted"
    edition: int
    pack: str
    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A second person has read an edition and stands for it."""

    name: ClassVar[str] = "protocol.reviewed"
    edition: int
    digest: str


@dataclass(frozen=True, slots=True)
class SentBack:
    """A reviewed edition went back to its draft, with the reason."""

    name: ClassVar[str] = "protocol.sent_back"
    edition: int
    reason: Typed


@dataclass(frozen=True, slots=True)
class Adopted:
    """An edition is in force for an area and a period."""

    name: ClassVar[str] = "protocol.adopted"
    edition: int
    adoption: int
    digest: str
    from_: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Superseded:
    """Another edition of the pack took this one's place in an area."""

    name: ClassVar[str] = "protocol.superseded"
    edition: int
    adoption: int
    until: datetime
