"""Names and payloads of the journal entries written here."""

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from fangxian.privacy.classes import Typed


@dataclass(frozen=True, slots=True)
class Observed:
    """Something was seen or done; ``digest`` seals the answers and the evidence."""

    name: ClassVar[str] = "observation.observed"
    observation: UUID
    form: str
    edition: int
    subject: str
    seen_at: dt.datetime
    digest: str
    task: int | None


@dataclass(frozen=True, slots=True)
class Corrected:
    """An earlier observation is put right by this one; the earlier one stays."""

    name: ClassVar[str] = "observation.corrected"
    observation: UUID
    corrects: UUID
    form: str
    subject: str
    digest: str
    reason: Typed
