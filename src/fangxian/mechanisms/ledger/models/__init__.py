"""Tables and constraints; no behaviour."""

from fangxian.mechanisms.ledger.models.exports import Export, Exported
from fangxian.mechanisms.ledger.models.files import (
    Difference,
    Import,
    Layout,
    RefusedRow,
)
from fangxian.mechanisms.ledger.models.people import (
    Alike,
    Door,
    Merge,
    Opening,
    Person,
    PersonApart,
    Proxy,
    Residence,
    Token,
)
from fangxian.mechanisms.ledger.models.places import Apart, Kind, Place


__all__ = [
    "Alike",
    "Apart",
    "Difference",
    "Door",
    "Export",
    "Exported",
    "Import",
    "Kind",
    "Layout",
    "Merge",
    "Opening",
    "Person",
    "PersonApart",
    "Place",
    "Proxy",
    "RefusedRow",
    "Residence",
    "Token",
]
