"""What an entry of the journal holds, in words: a field's name, a value, its page."""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy

from fangxian.interfaces.console.areas import LEVELS
from fangxian.interfaces.console.findings import SEVERITIES, kind_names
from fangxian.interfaces.console.places import FIELD_NAMES, VENUE_CODES
from fangxian.interfaces.console.signoff import reason_of
from fangxian.interfaces.console.subjects import (
    KINDS,
    Thing,
    things_of,
    titles_of_clauses,
    titles_of_forms,
    titles_of_layouts,
    titles_of_packs,
)
from fangxian.interfaces.console.words import ROLE_NAMES
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import SHANGHAI
from fangxian.mechanisms.jurisdiction.queries import PATH_SEPARATOR


# What a field is called; "event.field" comes before "field".
FIELDS: Mapping[str, str | Promise] = {
    "about": pgettext_lazy("journal", "About"),
    "accepted": pgettext_lazy("journal", "Taken over"),
    "added": pgettext_lazy("journal", "New rows"),
    "adoption": pgettext_lazy("journal", "Entry into force"),
    "appeal": pgettext_lazy("journal", "Objection"),
    "areas": pgettext_lazy("journal", "Number of areas"),
    "batch": pgettext_lazy("journal", "List"),
    "before": pgettext_lazy("journal", "Before"),
    "called": pgettext_lazy("journal", "Name"),
    "cause": pgettext_lazy("journal", "Because of"),
    "changed": pgettext_lazy("journal", "Arrivals with another risk"),
    "changes": pgettext_lazy("journal", "Changed"),
    "channel": pgettext_lazy("journal", "By which way"),
    "checkpoints": pgettext_lazy("journal", "Checkpoints recomputed"),
    "clause": pgettext_lazy("journal", "Clause"),
    "closed_at": pgettext_lazy("journal", "Closed"),
    "closes_at": pgettext_lazy("journal", "Closes"),
    "code": pgettext_lazy("journal", "Code"),
    "code_was": pgettext_lazy("journal", "Code before"),
    "cohort": KINDS["cohort"],
    "condition": pgettext_lazy("journal", "Condition"),
    "corrects": pgettext_lazy("journal", "Corrects"),
    "day": pgettext_lazy("journal", "Day"),
    "deadline_at": pgettext_lazy("journal", "Deadline"),
    "decision": pgettext_lazy("journal", "Decision"),
    "department": pgettext_lazy("journal", "Department"),
    "departments": pgettext_lazy("journal", "Departments"),
    "device": pgettext_lazy("journal", "Device"),
    "difference": pgettext_lazy("journal", "Difference"),
    "digest": pgettext_lazy("journal", "Digest"),
    "digests": pgettext_lazy("journal", "Digests by unit"),
    "doors": pgettext_lazy("journal", "Number of doors"),
    "due_at": pgettext_lazy("journal", "Due"),
    "duty": pgettext_lazy("journal", "Duty owed"),
    "ended": pgettext_lazy("journal", "Measures ended by it"),
    "ended_at": pgettext_lazy("journal", "Ended"),
    "entries": pgettext_lazy("journal", "Entries recomputed"),
    "evidence": KINDS["evidence"],
    "export.opened.form": pgettext_lazy("journal", "As"),
    "export.opened.people": pgettext_lazy("journal", "People handed over"),
    "export.requested.form": pgettext_lazy("journal", "As"),
    "export.requested.people": pgettext_lazy("journal", "People handed over"),
    "expires_at": pgettext_lazy("journal", "Holds until"),
    "facts": pgettext_lazy("journal", "Facts"),
    "fallen": pgettext_lazy("journal", "No longer proposed"),
    "faults": pgettext_lazy("journal", "Faults noted"),
    "fields": pgettext_lazy("journal", "Fields"),
    "file_digest": pgettext_lazy("journal", "Digest of the file"),
    "file_name": pgettext_lazy("journal", "File"),
    "findings": pgettext_lazy("journal", "Findings raised"),
    "first": pgettext_lazy("journal", "First area"),
    "form": pgettext_lazy("journal", "Form"),
    "found": pgettext_lazy("journal", "Rows that do not fit"),
    "from_": pgettext_lazy("journal", "From"),
    "grade": pgettext_lazy("journal", "Grade"),
    "group": pgettext_lazy("journal", "Group of kinds"),
    "how": pgettext_lazy("journal", "What was done"),
    "imposed": pgettext_lazy("journal", "Measures put in force"),
    "into": pgettext_lazy("journal", "Merged into"),
    "issued": pgettext_lazy("journal", "Duties issued"),
    "item": pgettext_lazy("journal", "Item"),
    "joined": pgettext_lazy("journal", "Joined to one known"),
    "key": pgettext_lazy("journal", "Key"),
    "kinds": pgettext_lazy("journal", "Kinds of place"),
    "known": pgettext_lazy("journal", "Rows known already"),
    "last": pgettext_lazy("journal", "Last area"),
    "late": pgettext_lazy("journal", "Late"),
    "layout": pgettext_lazy("journal", "Kind of return"),
    "lead": pgettext_lazy("journal", "Department in the lead"),
    "ledger.layout_remembered.layout": pgettext_lazy("journal", "Layout"),
    "level": pgettext_lazy("journal", "Level"),
    "link": pgettext_lazy("journal", "Link"),
    "mapping": pgettext_lazy("journal", "Columns"),
    "measure": pgettext_lazy("journal", "Measure"),
    "members": pgettext_lazy("journal", "Team"),
    "note": pgettext_lazy("journal", "Remark"),
    "number": pgettext_lazy("journal", "Number"),
    "on": pgettext_lazy("journal", "From the day"),
    "opens_at": pgettext_lazy("journal", "Opens"),
    "other": pgettext_lazy("journal", "The other"),
    "out_of": pgettext_lazy("journal", "Taken out of"),
    "pack": pgettext_lazy("journal", "Pack"),
    "paper": pgettext_lazy("journal", "Kind of paper"),
    "parameters": pgettext_lazy("journal", "Parameters"),
    "parent": pgettext_lazy("journal", "Belongs to"),
    "participants": pgettext_lazy("journal", "Also present"),
    "passed": pgettext_lazy("journal", "Put right"),
    "people": pgettext_lazy("journal", "Number of people"),
    "persons": pgettext_lazy("journal", "Number of people"),
    "places": pgettext_lazy("journal", "Number of places"),
    "posts": pgettext_lazy("journal", "Posts"),
    "posts_closed": pgettext_lazy("journal", "Posts closed"),
    "problem": pgettext_lazy("journal", "Problem"),
    "proxy": pgettext_lazy("journal", "Proxy"),
    "purpose": pgettext_lazy("journal", "Purpose"),
    "reader": pgettext_lazy("journal", "Follow-up"),
    "reason": pgettext_lazy("journal", "Reason"),
    "rectified_by": pgettext_lazy("journal", "Put right by"),
    "recurrence_of": pgettext_lazy("journal", "Seen before as"),
    "refused": pgettext_lazy("journal", "Rows refused"),
    "registered": pgettext_lazy("journal", "Newly registered"),
    "relation": pgettext_lazy("journal", "Relation"),
    "repeated": pgettext_lazy("journal", "Said before"),
    "returned": KINDS["return"],
    "role": pgettext_lazy("journal", "Role"),
    "rows": pgettext_lazy("journal", "Rows read"),
    "rule": pgettext_lazy("journal", "Rule"),
    "screened": pgettext_lazy("journal", "Arrivals looked at again"),
    "sealed": pgettext_lazy("journal", "Sealed fields changed"),
    "second": pgettext_lazy("journal", "Second person"),
    "seen_at": pgettext_lazy("journal", "Seen"),
    "severity": pgettext_lazy("journal", "Severity"),
    "since": pgettext_lazy("journal", "Since"),
    "source": pgettext_lazy("journal", "Source"),
    "statement": pgettext_lazy("journal", "Statement"),
    "subject": pgettext_lazy("journal", "About"),
    "successor": pgettext_lazy("journal", "Continued by"),
    "successors": pgettext_lazy("journal", "Continued by"),
    "task.escalated.level": pgettext_lazy("journal", "Rung of the ladder"),
    "task.escalated.role": pgettext_lazy("journal", "Told to"),
    "tasks": pgettext_lazy("journal", "Duties done by it"),
    "text": pgettext_lazy("journal", "Problem"),
    "title": pgettext_lazy("journal", "Name"),
    "to": pgettext_lazy("journal", "To"),
    "to_visit": pgettext_lazy("journal", "Arrivals to be visited"),
    "until": pgettext_lazy("journal", "Until"),
    "upheld": pgettext_lazy("journal", "Measure upheld"),
    "uscc": pgettext_lazy("journal", "Legal code"),
    "version": pgettext_lazy("journal", "Version"),
    "visit": pgettext_lazy("journal", "Joint visit"),
    "waiting": pgettext_lazy("journal", "Entries not yet numbered"),
    "waived": pgettext_lazy("journal", "Duties waived by it"),
    "was": pgettext_lazy("journal", "Name before"),
    "watches": pgettext_lazy("journal", "Number of people watched"),
    "why": pgettext_lazy("journal", "Reason"),
    "zero": pgettext_lazy("journal", "Zero report"),
}

# Which things a field names: by a number, by a UUID.
NAMES: Mapping[str, tuple[str, str]] = {
    **{kind: (kind, kind) for kind in ("area", "bulletin", "edition", "finding")},
    **{kind: (kind, kind) for kind in ("observation", "place", "post", "task")},
    **{kind: (kind, kind) for kind in ("account", "act", "cohort", "door")},
    "before": ("post", "staff"),
    "corrects": ("bulletin", "observation"),
    "decision": ("restriction", ""),
    "departments": ("post", ""),
    "ended": ("restriction", ""),
    "evidence": ("", "evidence"),
    "findings": ("finding", ""),
    "export": ("", "export"),
    "export.opened.people": ("", "person"),
    "export.requested.people": ("", "person"),
    "into": ("place", "person"),
    "other": ("place", "person"),
    "out_of": ("place", "person"),
    "parent": ("area", ""),
    "participants": ("", "staff"),
    "person": ("", "person"),
    "account.opened.person": ("", "staff"),
    "posts": ("post", ""),
    "posts_closed": ("post", ""),
    "proxy": ("", "person"),
    "rectified_by": ("", "staff"),
    "recurrence_of": ("finding", ""),
    "returned": ("return", ""),
    "second": ("", "staff"),
    "staff": ("", "staff"),
    "successor": ("area", ""),
    "successors": ("area", ""),
    "tasks": ("task", ""),
}
HEX = re.compile(r"[0-9a-f]{64}")
KEYED = frozenset({"departments"})  # fields whose inner names are no fields
SUBJECTS = frozenset({"about", "cause", "subject"})
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


def field_word(event: str, field: str) -> str | Promise:
    """Say what a field of an event is called; nothing for one without a word."""
    known = FIELDS.get(f"{event}.{field}") or FIELDS.get(field)
    return known or KINDS.get(field, "")


def payload_lines(
    event: str, payload: Mapping[str, Any], actor: Actor
) -> Iterator[Line]:
    """Put a payload into words, nested fields under their own, in a stable order."""
    flat = list(_flat((), payload))
    wanted = {named for path, held in flat if (named := _named(event, path, held))}
    wanted |= {f"area:{area}" for area in payload.get("digests", {})}
    things = things_of(wanted, actor)
    dictionary = _dictionary()
    for path, values in _grouped(flat):
        shown = tuple(_value(event, path, one, things, dictionary) for one in values)
        yield _line(event, path, shown, things, dictionary)


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
        "level": {one.value: name for one, name in LEVELS.items()},
        "pack": titles_of_packs(),
        "role": {one.value: name for one, name in ROLE_NAMES.items()},
        "sealed": FIELD_NAMES,
        "severity": {one.value: name for one, name in SEVERITIES.items()},
        "to": codes,
    }
    return Dictionary(by_field, departments)


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
