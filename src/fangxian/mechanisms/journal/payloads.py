"""What an entry holds of its event: JSON types, and sealed parts for typed words."""

from dataclasses import fields
from functools import cache
from typing import get_type_hints

from fangxian.kernel.canonical import plain
from fangxian.mechanisms.journal.events import Event
from fangxian.privacy.classes import Typed
from fangxian.privacy.typed import sealed_part


COLUMN = "journal_entry.payload"


def payload_of(event: Event) -> dict[str, object]:
    """Give an event's fields as JSON types, sealed what a person typed.

    Refuses floats by TypeError.
    """
    names, typed = names_of(type(event))
    said: dict[str, object] = {name: plain(getattr(event, name)) for name in names}
    for name in typed:
        if words := said[name]:
            said[name] = sealed_part(str(words), bound_to=COLUMN)
    return said


@cache
def names_of(event: type[Event]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the names of an event's fields, and of those that hold free words."""
    names = tuple(field.name for field in fields(event))
    types = get_type_hints(event, include_extras=True)
    return names, tuple(name for name in names if types[name] == Typed)
