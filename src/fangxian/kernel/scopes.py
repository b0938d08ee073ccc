"""Scopes: which areas and which kinds of place someone may see and answer for."""

from dataclasses import dataclass, field, replace
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Bound:
    """A post that reads, of the people in its areas, only whom its work is about.

    ``role`` is the post's, and ``person`` holds it now (ADR 22).
    """

    post: int
    role: str
    person: UUID


@dataclass(frozen=True, slots=True)
class Scope:
    """Areas, crossed with kinds of place (ADR 5).

    ``roots`` are area ids; each stands for its whole subtree. ``kinds`` names the
    kinds of place a sector department answers for; ``None`` means every kind.
    ``everywhere`` is the whole installation. An empty scope reaches nothing.
    ``bound`` narrows whom of the people in these areas somebody reads.
    """

    roots: frozenset[int] = field(default_factory=frozenset)
    kinds: frozenset[str] | None = None
    everywhere: bool = False
    bound: Bound | None = None

    @property
    def unbound(self) -> "Scope":
        """The same areas and kinds with everybody in them, for what reads no names."""
        return self if self.bound is None else replace(self, bound=None)

    def reaches_kind(self, kind: str | None) -> bool:
        """Whether rows about this kind of place (or about none) are in scope."""
        return self.kinds is None or kind in self.kinds


NOWHERE = Scope()
EVERYWHERE = Scope(everywhere=True)
