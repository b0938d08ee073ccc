"""Names and payloads of the journal entries written here, and what they count."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from fangxian.privacy.classes import Typed


ATTESTED = "report.attested"
LATE = "report.late"
ZERO = "report.zero"


@dataclass(frozen=True, slots=True)
class Computed:
    """Somebody had a return computed, to look it over before it is signed."""

    name: ClassVar[str] = "report.computed"
    returned: int
    layout: str
    day: dt.date
    digest: str


@dataclass(frozen=True, slots=True)
class Attested:
    """A person signed a unit's return of the day."""

    name: ClassVar[str] = ATTESTED
    returned: int
    layout: str
    day: dt.date
    zero: bool
    late: bool
    digest: str


@dataclass(frozen=True, slots=True)
class Restated:
    """The figures of a signed return changed; the signed ones stay where they were."""

    name: ClassVar[str] = "report.restated"
    returned: int
    number: int
    reason: Typed
    cause: str
    digest: str


@dataclass(frozen=True, slots=True)
class Frozen:
    """A day is closed. ``digests`` maps a unit's area id to its closing digest."""

    name: ClassVar[str] = "report.frozen"
    layout: str
    day: dt.date
    digests: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BulletinIssued:
    """A bulletin went out. It is never changed; a correction is another one."""

    name: ClassVar[str] = "report.bulletin_issued"
    bulletin: int
    layout: str
    day: dt.date
    number: int
    corrects: int | None
    digest: str
