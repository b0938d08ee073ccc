"""Scopes: which areas and which kinds of place someone may see and answer for."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Scope:
    """Areas, crossed with kinds of place (ADR 5).

    ``roots`` are area ids; each stands for its whole subtree. ``kinds`` names the
    kinds of place a sector department answers for; ``None`` means every kind.
    ``everywhere`` is the whole installation. An empty scope reaches nothing.
    """

    roots: frozenset[int] = field(default_factory=frozenset)
    kinds: frozenset[str] | None = None
    everywhere: bool = False

    def reaches_kind(self, kind: str | None) -> bool:
        """Whether rows about this kind of place (or about none) are in scope."""
        return self.kinds is None or kind in self.kinds


NOWHERE = Scope()
EVERYWHERE = Scope(everywhere=True)
