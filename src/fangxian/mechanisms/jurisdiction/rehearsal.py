"""What a change of areas would do: it is made, looked at, and taken back."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction  # noqa: TID251 -- opened to be taken back
from django.db.models import Max

from fangxian.mechanisms.jurisdiction.models import Area, Post, Reach
from fangxian.mechanisms.jurisdiction.queries import path_names


if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class Reader:
    """A unit that reads other areas than before; the ids are of areas that stood."""

    path: str
    gains: tuple[int, ...]
    leaves: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a change does to areas, to posts, and to who reads whom.

    ``held`` are the areas that the change is about, with all below them: what was
    recorded there stays recorded there, whoever reads it afterwards.
    """

    ends: tuple[str, ...]
    begins: tuple[str, ...]
    held: tuple[int, ...]
    readers: tuple[Reader, ...]
    posts: int
    posts_moved: int
    posts_closed: int


@dataclass(frozen=True, slots=True)
class _Standing:
    """How the areas held stand at a moment: who reads them, where their posts lie."""

    last: int
    areas: frozenset[int]
    read: frozenset[tuple[int, int]]
    posts: dict[int, int]


def rehearse(change: Callable[[], object], *, areas: Collection[int]) -> Outcome:
    """Tell what ``change`` would do to these areas, and leave everything as it is.

    Whatever the change refuses, the rehearsal refuses.
    """
    with transaction.atomic():
        reached = Reach.objects.filter(ancestor__in=areas)
        held = frozenset(reached.values_list("descendant", flat=True))
        before = _standing(held, Post.objects.filter(area__in=held))
        change()
        after = _standing(held, Post.objects.filter(pk__in=before.posts))
        outcome = _compare(frozenset(areas), held, before, after)
        transaction.set_rollback(True)
    return outcome


def _standing(held: frozenset[int], posts: "QuerySet[Post]") -> _Standing:
    stands = Area.objects.filter(valid_until=None)
    read = Reach.objects.filter(descendant__in=held, ancestor__in=stands)
    return _Standing(
        last=Area.objects.aggregate(last=Max("pk"))["last"],
        areas=frozenset(stands.filter(pk__in=held).values_list("pk", flat=True)),
        read=frozenset(read.values_list("ancestor", "descendant")),
        posts=dict(posts.filter(valid_until=None).values_list("pk", "area")),
    )


def _compare(
    areas: frozenset[int], held: frozenset[int], before: _Standing, after: _Standing
) -> Outcome:
    begun = Area.objects.filter(pk__gt=before.last).values_list("pk", flat=True)
    still = before.posts.keys() & after.posts.keys()
    moved = [post for post in still if after.posts[post] != before.posts[post]]
    return Outcome(
        ends=_called(before.areas - after.areas),
        begins=_called(begun),
        held=tuple(sorted(held)),
        readers=_readers(areas, before, after),
        posts=len(before.posts),
        posts_moved=len(moved),
        posts_closed=len(before.posts) - len(still),
    )


def _called(areas: Iterable[int]) -> tuple[str, ...]:
    return tuple(sorted(path_names(areas).values()))


def _readers(
    areas: frozenset[int], before: _Standing, after: _Standing
) -> tuple[Reader, ...]:
    """List the units that stand afterwards and read otherwise than before.

    What continues an area deeper down reads what that one wrote, and is not listed.
    """
    gains: dict[int, list[int]] = defaultdict(list)
    leaves: dict[int, list[int]] = defaultdict(list)
    for reader, area in sorted(after.read - before.read):
        gains[reader].append(area)
    for reader, area in sorted(before.read - after.read):
        leaves[reader].append(area)
    told = {
        reader
        for reader in gains.keys() | leaves.keys()
        if reader <= before.last or areas.intersection(gains[reader])
    }
    changed = Area.objects.filter(pk__in=told, valid_until=None)
    paths = path_names(changed.values_list("pk", flat=True))
    readers = (
        Reader(path, tuple(gains[area]), tuple(leaves[area]))
        for area, path in paths.items()
    )
    return tuple(sorted(readers, key=lambda reader: reader.path))
