"""What an entry of the journal holds, in words: a field's name, a value, its page."""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext

from fangxian.capabilities.enrolment.sweeps.rules import OUTCOME, UNVISITED
from fangxian.interfaces.console.about_people import may_read_health
from fangxian.interfaces.console.areas import LEVELS
from fangxian.interfaces.console.fields import NAMES, field_word
from fangxian.interfaces.console.findings import SEVERITIES, kind_names
from fangxian.interfaces.console.places import FIELD_NAMES, VENUE_CODES
from fangxian.interfaces.console.questions import word
from fangxian.interfaces.console.signoff import reason_of
from fangxian.interfaces.console.subjects import (
    NOBODY_YET,
    Thing,
    kept_packs,
    things_of,
    titles_of_clauses,
    titles_of_forms,
    titles_of_layouts,
    titles_of_packs,
)
from fangxian.interfaces.console.words import ROLE_NAMES
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import SHANGHAI
from fangxian.mechanisms.finding import queries as findings
from fangxian.mechanisms.jurisdiction.queries import PATH_SEPARATOR


HEX = re.compile(r"[0-9a-f]{64}")
KEYED = frozenset({"departments"})  # fields whose inner names are no fields
SUBJECTS = frozenset({"about", "cause", "subject"})
UNTOLD = frozenset({"text", "item", "how", "note", "reason"})
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


@dataclass(frozen=True, slots=True)
class Value:
    """A value as it is shown: a thing with its page, words, or what only code says."""

    text: str
    href: str = ""
    code: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A field with its values; ``code`` is the field's name where it has no word."""

    label: str | Promise
    code: str
    values: tuple[Value, ...]


def payload_lines(
    event: str, payload: Mapping[str, Any], actor: Actor
) -> Iterator[Line]:
    """Put a payload into words, nested fields under their own, in a stable order."""
    flat = list(_flat((), payload))
    untold = UNTOLD if is_untold(event, payload, actor) else frozenset()
    wanted = {named for path, held in flat if (named := _named(event, path, held))}
    wanted |= {f"area:{area}" for area in payload.get("digests", {})}
    things = things_of(wanted, actor)
    dictionary = _dictionary()
    for path, values in _grouped(flat):
        shown = tuple(
            Value(gettext("not told here"))
            if path[0] in untold
            else _value(event, path, one, things, dictionary)
            for one in values
        )
        yield _line(event, path, shown, things, dictionary)


def is_untold(event: str, payload: Mapping[str, Any], actor: Actor) -> bool:
    """Whether an entry says of somebody what this reader may not read of them."""
    if not event.startswith("finding."):
        return False
    about = payload.get("about") or _about(payload.get("finding"), actor)
    return not may_read_health(about, by=actor)


def _about(finding: Any, actor: Actor) -> str:
    """Say what a finding is about; of one that is not found, that it is a person."""
    known = findings.findings(actor.scope).filter(pk=finding).order_by()
    return known.values_list("subject", flat=True).first() or "restriction:"


def _flat(
    path: tuple[str, ...], payload: Mapping[str, Any]
) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, value in sorted(payload.items()):
        here = (*path, name)
        if isinstance(value, Mapping):
            yield from _flat(here, value)
        elif isinstance(value, list):
            yield from ((here, one) for one in value or [None])
        else:
            yield here, value


def _grouped(
    flat: list[tuple[tuple[str, ...], Any]],
) -> list[tuple[tuple[str, ...], list[Any]]]:
    grouped: dict[tuple[str, ...], list[Any]] = {}
    for path, value in flat:
        grouped.setdefault(path, []).append(value)
    return list(grouped.items())


def _line(
    event: str,
    path: tuple[str, ...],
    values: tuple[Value, ...],
    things: Mapping[str, Thing],
    dictionary: "Dictionary",
) -> Line:
    """Name a line by its field; what is keyed by a thing or a code, by that too."""
    first, *inner = path
    words = [field_word(event, first)]
    words += [_inner(event, first, name, things, dictionary) for name in inner]
    if not all(words):
        return Line("", ".".join(path), values)
    return Line(PATH_SEPARATOR.join(str(one) for one in words), "", values)


def _inner(
    event: str,
    outer: str,
    name: str,
    things: Mapping[str, Thing],
    dictionary: "Dictionary",
) -> str:
    if outer == "digests":
        return things[f"area:{name}"].name
    if outer == "departments":
        return dictionary.departments.get(name, "")
    if outer == "reasons":
        return str(dictionary.by_field["outcome"].get(name, ""))
    if outer == "changes":
        return str(FIELD_NAMES.get(name, ""))
    return str(field_word(event, name))


# ---------------------------------------------------------------------- values
def _named(event: str, path: tuple[str, ...], value: Any) -> str:
    """Give the subject that a value names; nothing where it names none."""
    field = path[0]
    if field in SUBJECTS and isinstance(value, str):
        return value if ":" in value else ""
    if (len(path) > 1 and field not in KEYED) or isinstance(value, bool):
        return ""
    number, uuid = NAMES.get(f"{event}.{field}") or NAMES.get(field, ("", ""))
    kind = number if isinstance(value, int) else uuid if _is_uuid(value) else ""
    return f"{kind}:{value}" if kind else ""


def _is_uuid(value: Any) -> bool:
    try:
        UUID(str(value))
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Dictionary:
    """What the codes that payloads hold are called."""

    by_field: Mapping[str, Mapping[str, Any]]
    departments: Mapping[str, str]


def _dictionary() -> Dictionary:
    forms, kinds = titles_of_forms(), kind_names()
    clauses, joint = titles_of_clauses(), "joint_"
    departments = {
        code.removeprefix(joint): title
        for code, title in forms.items()
        if code.startswith(joint)
    }
    codes = {one.value: look[2] for one, look in VENUE_CODES.items()}
    by_field: dict[str, Mapping[str, Any]] = {
        "clause": clauses,
        "department": departments,
        "duty": clauses,
        "fields": FIELD_NAMES,
        "form": forms,
        "from_": codes,
        "kind": kinds,
        "kinds": kinds,
        "layout": titles_of_layouts(),
        "lead": departments,
        "outcome": _outcomes(),
        "level": {one.value: name for one, name in LEVELS.items()},
        "pack": titles_of_packs(),
        "role": {one.value: name for one, name in ROLE_NAMES.items()},
        "sealed": FIELD_NAMES,
        "severity": {one.value: name for one, name in SEVERITIES.items()},
        "to": codes,
    }
    return Dictionary(by_field, departments)


def _outcomes() -> dict[str, Any]:
    """Say what the answers at the doors of sweeps mean, by every pack that is kept."""
    asked = (
        form.question(OUTCOME) for pack in kept_packs() for form in pack.forms.values()
    )
    labels = (label for one in asked if one is not None for label in one.choices)
    return {UNVISITED: NOBODY_YET, **{code: word(label) for code, label in labels}}


def _value(
    event: str,
    path: tuple[str, ...],
    value: Any,
    things: Mapping[str, Thing],
    dictionary: Dictionary,
) -> Value:
    if value in (None, ""):
        return Value("—")
    if isinstance(value, bool):
        return Value(gettext("yes") if value else gettext("no"))
    if named := _named(event, path, value):
        thing = things[named]
        return Value(thing.name or thing.code, thing.href, code=not thing.name)
    known = dictionary.by_field.get(path[-1], {})
    if value in known:
        return Value(str(known[value]))
    return _spelled(path[-1], value)


def _spelled(field: str, value: Any) -> Value:
    """Spell what is no code: a number, a moment, a digest, or what somebody wrote."""
    if isinstance(value, int):
        return Value(str(value))
    text = str(value)
    if MOMENT.match(text):
        moment = dt.datetime.fromisoformat(text).astimezone(SHANGHAI)
        return Value(f"{moment:%Y-%m-%d %H:%M}")
    said = _SAID.get(field, str)(text)
    is_code = said == text and text.isascii() and not text[:1].isdigit()
    return Value(said, code=is_code or bool(HEX.fullmatch(text)))


_SAID: Mapping[str, Callable[[str], str]] = {"reason": reason_of}
