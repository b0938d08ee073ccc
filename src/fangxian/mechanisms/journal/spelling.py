"""One entry, one spelling: the bytes that are sealed, hashed and checked.

An act is spelled as canonical JSON with the keys ``area device event happened_at
payload person post subject tally``; a leaf as ``{"act":…,"entry":…,"number":…,
"numbered_at":…,"seal":…}``. Stored rows are spelled from what the database holds, without mending
it, so that another spelling of the same value counts as a change.
"""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from json.encoder import encode_basestring
from types import MappingProxyType
from typing import Any

from fangxian.kernel.canonical import canonical


COLUMNS = (
    "area",
    "device",
    "event",
    "happened_at",
    "payload",
    "person",
    "post",
    "subject",
    "tally",
)
WHOLE_SECOND = len("2020-11-01 08:00:00")


Row = tuple[Any, ...]


def spell_act(row: Row) -> str:
    """Spell an act from the texts and numbers of its ``COLUMNS``.

    ``payload`` and ``tally`` are canonical JSON already and stand as they are.
    """
    area, device, event, happened_at, payload, person, post, subject, tally = row
    return (
        f'{{"area":{_number(area)},"device":{_text(device)},"event":{_text(event)}'
        f',"happened_at":{_text(happened_at)},"payload":{payload}'
        f',"person":{_text(person)},"post":{_number(post)}'
        f',"subject":{_text(subject)},"tally":{tally}}}'
    )


def spell_leaf(
    act: str, *, entry: int, number: int, numbered_at: str, seal: bytes
) -> bytes:
    """Spell what a leaf commits to: the act, its entry, number, moment and seal."""
    return encoded(
        f'{{"act":{act},"entry":{entry},"number":{number}'
        f',"numbered_at":{_text(numbered_at)},"seal":"{seal.hex()}"}}'
    )


def encoded(spelled: str) -> bytes:
    """Encode a spelling; bytes that were no UTF-8 in the database stay as they were."""
    return spelled.encode(errors="surrogateescape")


def _number(value: object) -> str:
    if value is None:
        return "null"
    return str(value) if isinstance(value, int) else encode_basestring(repr(value))


def _text(value: object) -> str:
    return encode_basestring(value) if isinstance(value, str) else repr(value)


def act_of_values(values: Mapping[str, object]) -> str:
    """Spell an act from Python values, as it is about to be stored."""
    return canonical({column: values[column] for column in COLUMNS}).decode()


def _act_of_sqlite_row(row: Row) -> str:
    """Spell a row as SQLite holds it: hex for UUIDs, naive UTC text for moments."""
    area, device, event, happened_at, payload, person, post, subject, tally = row
    return spell_act(
        (
            area,
            device,
            event,
            moment_of_sqlite(happened_at),
            _json_of_sqlite(payload),
            _uuid_of_sqlite(person),
            post,
            subject,
            _json_of_sqlite(tally),
        )
    )


def moment_of_sqlite(raw: object) -> str:
    """Give the ISO spelling, or the raw text if Django would not have written it."""
    if not isinstance(raw, str) or "T" in raw or raw.endswith(".000000"):
        return repr(raw)
    fraction = "" if len(raw) > WHOLE_SECOND else ".000000"
    return f"{raw.replace(' ', 'T', 1)}{fraction}+00:00"


def _uuid_of_sqlite(raw: object) -> str:
    text = raw if isinstance(raw, str) else repr(raw)
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _json_of_sqlite(raw: object) -> str:
    return raw if isinstance(raw, str) else repr(raw)


def _act_of_postgresql_row(row: Row) -> str:
    """Spell a row as PostgreSQL gives it: typed values, and jsonb as text."""
    values = dict(zip(COLUMNS, row, strict=True))
    for name in ("payload", "tally"):
        values[name] = json.loads(values[name])
    return act_of_values(values)


def moment_of_value(value: dt.datetime) -> str:
    """Give the ISO spelling of a moment in UTC, as ``kernel.canonical`` does."""
    return value.astimezone(dt.UTC).isoformat(timespec="microseconds")


@dataclass(frozen=True, slots=True)
class Spelling:
    """How the rows of one database are spelled."""

    act: Callable[[Row], str]
    moment: Callable[[Any], str]


SPELLINGS: Mapping[str, Spelling] = MappingProxyType(
    {
        "sqlite": Spelling(_act_of_sqlite_row, moment_of_sqlite),
        "postgresql": Spelling(_act_of_postgresql_row, moment_of_value),
    }
)
