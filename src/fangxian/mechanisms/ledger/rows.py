"""Rows of a file, judged against the ledger and against each other. Pure.

A row goes in, is known already, or is refused; a row that goes in may look like
a place that is known, and then it is named beside it. Nothing is dropped silently.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from fangxian.kernel.refusals import Refusal
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.ledger.duplicates import Candidate, Resemblance, Spot
from fangxian.mechanisms.ledger.rules import (
    AREA_ELSEWHERE,
    KIND_UNKNOWN,
    NOT_YOUR_KIND,
    OTHER_CODE,
    SAME_AS_ROW,
    Details,
    check_details,
)


@dataclass(frozen=True, slots=True)
class Row:
    """A row that could be read: its number in the file, its cells, what it says."""

    number: int
    cells: tuple[str, ...]
    details: Details


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is not taken in: why, in the catalogue's words."""

    number: int
    cells: tuple[str, ...]
    code: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The file: its name, the digest of its bytes, its layout, the area it is about."""

    name: str
    digest: str
    area: int
    layout: str | None = None


@dataclass(frozen=True, slots=True)
class FileRows:
    """The rows of a file: those that could be read, and those that could not."""

    readable: Sequence[Row]
    refused: Sequence[BadRow] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """What a list may speak of: areas, declared kinds, and the scope of who brings it."""

    areas: frozenset[int]
    kinds: frozenset[str]
    scope: Scope

    def check(self, details: Details) -> None:
        """Refuse a row about anything else."""
        if details.kind not in self.kinds:
            raise KIND_UNKNOWN(kind=details.kind)
        if not self.scope.reaches_kind(details.kind):
            raise NOT_YOUR_KIND(kind=details.kind)
        if details.area not in self.areas:
            raise AREA_ELSEWHERE()


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """What a file is compared with: a place on the ledger, or a merged duplicate.

    ``survivor`` is the place that stands for it, often itself.
    """

    spot: Spot
    name: str
    address: str
    survivor: int


@dataclass(frozen=True, slots=True)
class KnownRow:
    """A row about a place on the ledger; ``differs`` names what it says otherwise."""

    row: int
    place: int
    differs: tuple[str, ...]
    said: Details | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A row that went in although it looks like something known.

    ``candidate.place`` is the row's number; ``candidate.earlier`` is the id of a
    place, or minus the number of an earlier row.
    """

    row: int
    candidate: Candidate


@dataclass(slots=True)
class Sorting:
    """What became of the rows."""

    new: list[Row] = field(default_factory=list)
    known: list[KnownRow] = field(default_factory=list)
    refused: list[BadRow] = field(default_factory=list)
    alike: list[Lookalike] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file. ``added`` maps the number of a row to its place."""

    batch: int
    added: Mapping[int, int]
    known: tuple[KnownRow, ...]
    refused: tuple[BadRow, ...]
    alike: tuple[Lookalike, ...]


Identity = tuple[int, str, str]


def identities(details: Details) -> tuple[Identity, ...]:
    """Give what makes a place one place: area, name, and its kind or its code."""
    by_kind = (details.area, details.name_key, f"kind {details.kind}")
    if not details.uscc:
        return (by_kind,)
    return (by_kind, (details.area, details.name_key, f"code {details.uscc}"))


def bad_row(row: Row, refusal: Refusal) -> BadRow:
    """Keep a refusal with the row that earned it."""
    return BadRow(row.number, row.cells, refusal.kind.code, refusal.facts)


class Sorter:
    """Sorts rows one by one, remembering what came before."""

    def __init__(self, known: Iterable[KnownPlace], *, terms: Terms) -> None:
        self.sorting = Sorting()
        self._terms = terms
        self._rows: dict[Identity, int] = {}
        self._known: dict[Identity, KnownPlace] = {}
        self._resemblance = Resemblance()
        for place in known:
            self._remember(place)

    def _remember(self, place: KnownPlace) -> None:
        spot = place.spot
        said = Details(spot.kind, place.name, spot.area, uscc=spot.uscc)
        for identity in identities(said):
            self._known.setdefault(identity, place)
        if place.survivor == spot.id:
            self._resemblance.remember(spot)

    def sort(self, row: Row) -> None:
        """Put one row where it belongs."""
        try:
            self._terms.check(row.details)
            row = replace(row, details=check_details(row.details))
            known = self._find_known(row.details)
            self._check_once(row)
        except Refusal as refusal:
            self.sorting.refused.append(bad_row(row, refusal))
            return
        for identity in identities(row.details):
            self._rows[identity] = row.number
        if known is None:
            self._take(row)
        else:
            self.sorting.known.append(_known_row(row, known))

    def _check_once(self, row: Row) -> None:
        for identity in identities(row.details):
            if first := self._rows.get(identity):
                raise SAME_AS_ROW(row=first)

    def _find_known(self, details: Details) -> KnownPlace | None:
        matches = (self._known.get(identity) for identity in identities(details))
        known = next((place for place in matches if place), None)
        if known and details.uscc and known.spot.uscc not in {"", details.uscc}:
            raise OTHER_CODE(
                name=known.name,
                place=known.survivor,
                known=known.spot.uscc,
                code=details.uscc,
            )
        return known

    def _take(self, row: Row) -> None:
        said = row.details
        spot = Spot(-row.number, said.area, said.kind, said.name_key, said.uscc)
        if candidate := next(self._resemblance.find(spot), None):
            self.sorting.alike.append(Lookalike(row.number, candidate))
        self._resemblance.remember(spot)
        self.sorting.new.append(row)


def _known_row(row: Row, known: KnownPlace) -> KnownRow:
    said = row.details
    differs = {
        "kind": said.kind != known.spot.kind,
        "address": said.address not in {"", known.address},
        "uscc": said.uscc not in {"", known.spot.uscc},
    }
    different = tuple(name for name, is_different in differs.items() if is_different)
    return KnownRow(row.number, known.survivor, different, said)


def sort_rows(
    rows: Iterable[Row], *, known: Iterable[KnownPlace], terms: Terms
) -> Sorting:
    """Sort all rows of a file."""
    sorter = Sorter(known, terms=terms)
    for row in rows:
        sorter.sort(row)
    return sorter.sorting
