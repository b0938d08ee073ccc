"""What is known about a subject when it is judged."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from fangxian.kernel.conditions import Value


@dataclass(frozen=True, slots=True)
class Facts:
    """One subject as it is known now.

    ``subject`` is one of the pack's subjects (place, area, finding) and ``number``
    its id; ``kind`` is the kind of place, or the level of an area. ``values`` holds
    further facts by their full names (``place.venue_code``); what is missing is
    unknown. ``since`` is the moment a duty that is owed once counts from.
    """

    subject: str
    number: int | UUID
    kind: str
    values: Mapping[str, Value] = field(default_factory=dict)
    since: dt.datetime | None = None

    @property
    def reference(self) -> str:
        """The subject as records write it: ``place:12``."""
        return f"{self.subject}:{self.number}"
