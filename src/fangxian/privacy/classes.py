"""The privacy classes that every model field must declare.

A model declares them in one place, beside its fields::

    class Place(models.Model):
        privacy: ClassVar = {"name": Privacy.PUBLIC, "contact": Privacy.IDENTITY}

``tests/repository/test_privacy.py`` fails on a field without an entry.
"""

from enum import StrEnum
from typing import Annotated, TypeAlias


Typed: TypeAlias = Annotated[str, "typed by a person"]
"""The type of an event's field that holds free words: the journal seals it."""


class Privacy(StrEnum):
    """How private a field is; the letters are trust.md's data classes."""

    STRUCTURE = "structure"  # keys, codes, states, moments: says nothing of a person
    PUBLIC = "public"  # may be read by anyone who may log in
    NAME = "name"  # what places, units and buildings are called: public, found by
    WORK = "work"  # D10, D11, D12: duties and their results, within the scope
    TYPED = "typed"  # whatever a person writes in free words, of whom it may be; sealed
    STAFF = "staff"  # D11: names and telephones of those who work; sealed
    IDENTITY = "identity"  # D1, D3: name, number, telephone, door; sealed
    HEALTH = "health"  # D4 to D8: results, contacts, episodes; sealed
    SECRET = "secret"  # noqa: S105 -- a class of data (D16: keys), not a password
