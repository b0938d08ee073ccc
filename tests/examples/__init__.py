"""One example of every page: what must exist, how it is opened, what only some may see.

The matrix test, the scope test and the contact sheet all read these. Each group of
pages has a module here with ``EXAMPLES`` and ``make(world, made)``; ``made`` carries
the ids from one group to the next, in the order of ``GROUPS``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from tests.worlds import World


GROUPS = (
    "shell",
    "jurisdiction",
    "protocols",
    "places",
    "imports",
    "people",
    "inspection",
    "today",
    "restrictions",
    "screening",
    "sweeps",
    "returns",
    "journal",
)

Made = dict[str, Any]


def _nothing(made: Made) -> list[Any]:
    del made
    return []


@dataclass(frozen=True, slots=True)
class Example:
    """How a page is opened, and what on it is not for everybody.

    ``who`` opens it (tests.people). ``args`` gives the URL's arguments from what was
    made. ``canaries`` are texts that ``who`` must see and ``strangers`` must not, by
    any status. ``same_for_all`` says why there is nothing to hide. ``post_only`` is
    for addresses without a page of their own: no picture is taken of them.
    """

    who: str = "alice"
    args: Callable[[Made], list[Any]] = _nothing
    query: str = ""
    canaries: Callable[[Made], list[str]] = field(default=_nothing)
    strangers: tuple[str, ...] = ("charlie", "community_next_door")
    same_for_all: str = ""
    post_only: bool = False


def _modules() -> list[Any]:
    names = [f"tests.examples.{group}" for group in GROUPS]
    return [import_module(name) for name in names if find_spec(name)]


def all_examples() -> dict[str, Example]:
    """Every example by its URL name."""
    return {
        url: example
        for module in _modules()
        for url, example in module.EXAMPLES.items()
    }


def make_all(world: World) -> Made:
    """Make what every example needs, through the actions."""
    made: Made = {}
    for module in _modules():
        module.make(world, made)
    return made
