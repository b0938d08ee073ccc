"""Kinds of place and their groups, as a pack declares them."""

from dataclasses import dataclass

from fangxian.mechanisms.protocol.reading import Slot, once
from fangxian.mechanisms.protocol.words import Words


@dataclass(frozen=True, slots=True)
class Group:
    """Kinds that are counted together, as medical institutions are."""

    code: str
    name: Words


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of place. ``key`` marks the kinds that are key venues."""

    code: str
    name: Words
    group: str
    key: bool = False


def read_groups(slot: Slot) -> tuple[Group, ...]:
    """Read the groups."""
    slots = slot.each()
    groups = tuple(_read_group(one) for one in slots)
    once(slots, [group.code for group in groups], "groups")
    return groups


def _read_group(slot: Slot) -> Group:
    record = slot.record(("code", "name"))
    return Group(code=record["code"].code(), name=record["name"].words())


def read_kinds(slot: Slot, groups: frozenset[str]) -> tuple[Kind, ...]:
    """Read the kinds, each of a declared group."""
    slots = slot.each()
    kinds = tuple(_read_kind(one, groups) for one in slots)
    once(slots, [kind.code for kind in kinds], "kinds")
    return kinds


def _read_kind(slot: Slot, groups: frozenset[str]) -> Kind:
    record = slot.record(("code", "name", "group"), ("key",))
    return Kind(
        code=record["code"].code(),
        name=record["name"].words(),
        group=record["group"].one_of(groups, "group"),
        key=record.maybe("key", Slot.yes_no, default=False),
    )
