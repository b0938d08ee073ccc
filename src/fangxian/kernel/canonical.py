"""Canonical JSON and digests: one value, one spelling, one SHA-256."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from enum import Enum
from uuid import UUID


ENCODER = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
)


def plain(value: object) -> object:
    """Reduce a value to JSON types; moments become ISO 8601 in UTC.

    Raises TypeError for a float or any other type that has more than one spelling.
    """
    if isinstance(value, Enum):
        return plain(value.value)
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, dt.date | dt.time):
        return _plain_moment(value)
    if isinstance(value, UUID):
        return str(value)
    return _plain_collection(value)


def _plain_moment(value: dt.date | dt.time) -> str:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    return value.isoformat()


def _plain_collection(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((plain(item) for item in value), key=repr)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    message = f"{type(value).__name__} has no canonical spelling"
    raise TypeError(message)


def canonical(value: object) -> bytes:
    """Spell a value as canonical JSON: sorted keys, no spaces, UTF-8."""
    return spell(plain(value)).encode()


def spell(value: object) -> str:
    """Spell what is plain already, as ``plain`` gave it, in canonical JSON."""
    return ENCODER.encode(value)


def digest(value: object) -> str:
    """Give the SHA-256 of the canonical spelling, as 64 hex digits."""
    return hashlib.sha256(canonical(value)).hexdigest()
