"""What changed between two versions of a pack, piece by piece and value by value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from fangxian.mechanisms.protocol.packs import Pack


CODES: Mapping[str, str] = {
    "parameters": "name",
    "clauses": "clause",
    "forms": "form",
    "reports": "layout",
    "texts": "text",
    "measures": "measure",
    "risks": "area",
    "restrictions": "restriction",
    "groups": "code",
    "kinds": "code",
    "severities": "code",
    "subjects": "subject",
    "questions": "name",
    "indicators": "name",
    "choices": "value",
    "values": "valid_from",
    "identities": "identity",
}


class What(StrEnum):
    """How a value changed."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One value that differs; ``path`` reads ``clauses/key_patrol/windows/0/due``."""

    path: str
    what: What
    old: str = ""
    new: str = ""

    def __str__(self) -> str:
        if self.what is What.CHANGED:
            return f"{self.path}: {self.old} → {self.new}"
        return f"{self.path}: {self.what} {self.old or self.new}".rstrip()


def changes(old: Pack, new: Pack) -> tuple[Change, ...]:
    """List what differs, in the order of the parts; pieces are matched by code."""
    return tuple(_between(_without_cases(old), _without_cases(new), ""))


def _without_cases(pack: Pack) -> dict[str, object]:
    return {part: value for part, value in pack.content.items() if part != "cases"}


def _between(old: object, new: object, path: str) -> Iterator[Change]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _between_mappings(old, new, path)
    elif isinstance(old, list) and isinstance(new, list):
        name = path.rpartition("/")[2]
        yield from _between_mappings(_keyed(old, name), _keyed(new, name), path)
    elif old != new:
        yield Change(path, What.CHANGED, _shown(old), _shown(new))


def _between_mappings(
    old: Mapping[str, object], new: Mapping[str, object], path: str
) -> Iterator[Change]:
    for key in dict.fromkeys((*old, *new)):
        below = f"{path}/{key}" if path else key
        if key not in new:
            yield Change(below, What.REMOVED, old=_shown(old[key]))
        elif key not in old:
            yield Change(below, What.ADDED, new=_shown(new[key]))
        else:
            yield from _between(old[key], new[key], below)


def _keyed(items: list[object], name: str) -> dict[str, object]:
    """Key the items of a list by their codes, or else by their numbers."""
    code = CODES.get(name, "")
    return {
        str(item[code])
        if isinstance(item, Mapping) and code in item
        else str(number): item
        for number, item in enumerate(items)
    }


def _shown(value: object) -> str:
    """Show a value on a line; of a piece only its title, label or words."""
    if not isinstance(value, Mapping | list):
        return str(value)
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    words = value.get("title") or value.get("label") or value.get("words") or value
    if isinstance(words, Mapping) and "zh" in words:
        return f"{words['zh']} ({words.get('en', '')})"
    return ", ".join(f"{key} {_shown(item)}" for key, item in value.items())
