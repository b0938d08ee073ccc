"""Rows of a list of people, judged against the ledger and against each other. Pure.

A row goes in, is known already, or is refused; a row that goes in may look like
somebody who is known, and then the pair is kept. Nothing is dropped silently.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.ledger.people.details import Details, Terms, check_details
from fangxian.mechanisms.ledger.people.matching import Likeness, Resemblance, Traits
from fangxian.mechanisms.ledger.people.naming import name_of
from fangxian.mechanisms.ledger.people.rules import (
    OTHER_NAME,
    PEOPLE_ELSEWHERE,
    SAME_PERSON_AS_ROW,
)
from fangxian.mechanisms.ledger.rows import BadRow
from fangxian.mechanisms.ledger.states import Relation


@dataclass(frozen=True, slots=True)
class SaidDoor:
    """A door as a row says it, in the row's area."""

    building: str
    unit: str
    room: str


@dataclass(frozen=True, slots=True)
class SaidProxy:
    """Who speaks for somebody, as a row says it."""

    name: str
    telephone: str
    relation: Relation


@dataclass(frozen=True, slots=True)
class Row:
    """A row that could be read: its number in the file, its cells, what it says.

    ``id`` is the id that the person gets if the row goes in; ``since`` is the day
    from which they live behind the door.
    """

    number: int
    cells: tuple[str, ...]
    id: UUID
    details: Details
    door: SaidDoor | None = None
    since: date | None = None
    proxy: SaidProxy | None = None


@dataclass(frozen=True, slots=True)
class FileRows:
    """The rows of a file: those that could be read, and those that could not."""

    readable: Sequence[Row]
    refused: Sequence[BadRow] = ()


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """An entry that a file is compared with; ``survivor`` stands for it.

    ``is_in_scope`` says that whoever brings the file may know of it.
    """

    id: UUID
    details: Details
    survivor: UUID
    is_in_scope: bool


@dataclass(frozen=True, slots=True)
class KnownRow:
    """A row about somebody on the ledger; ``differs`` names what it says otherwise."""

    row: int
    person: UUID
    differs: tuple[str, ...]


@dataclass(slots=True)
class Sorting:
    """What became of the rows."""

    new: list[Row] = field(default_factory=list)
    known: list[KnownRow] = field(default_factory=list)
    refused: list[BadRow] = field(default_factory=list)
    alike: list[Likeness[UUID]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file. ``added`` maps the number of a row to its person."""

    batch: int
    added: Mapping[int, UUID]
    known: tuple[KnownRow, ...]
    refused: tuple[BadRow, ...]
    alike: tuple[Likeness[UUID], ...]


Identity = tuple[object, ...]
COMPARED = ("telephone", "address", "area", "birth_year")


def identity_of(details: Details) -> Identity:
    """Give what makes two rows one person: the number, else name and telephone.

    Without either, everything that was said must be the same.
    """
    name = name_of(details.name)
    if details.number is not None:
        return ("number", details.paper, details.number)
    if details.telephone is not None:
        return ("telephone", name, details.telephone)
    return ("said", name, details.area, details.birth_year, details.address)


def traits(id_: UUID, details: Details) -> Traits[UUID]:
    """Give what is compared of a person."""
    return Traits(
        id=id_,
        name=details.name,
        paper=details.paper,
        number=details.number,
        telephone=details.telephone,
        birth_year=details.birth_year,
        address=details.address,
    )


class Sorter:
    """Sorts rows one by one, remembering what came before."""

    def __init__(
        self, known: Iterable[KnownPerson], *, areas: frozenset[int], terms: Terms
    ) -> None:
        """``areas`` are those that the file may speak of."""
        self.sorting = Sorting()
        self._areas = areas
        self._terms = terms
        self._rows: dict[Identity, int] = {}
        self._known: dict[Identity, KnownPerson] = {}
        self._resemblance: Resemblance[UUID] = Resemblance()
        for person in known:
            self._remember(person)

    def _remember(self, person: KnownPerson) -> None:
        if person.is_in_scope:
            self._known.setdefault(identity_of(person.details), person)
        if person.survivor == person.id:
            self._resemblance.remember(traits(person.id, person.details))

    def sort(self, row: Row) -> None:
        """Put one row where it belongs."""
        try:
            if row.details.area not in self._areas:
                raise PEOPLE_ELSEWHERE()
            row = replace(row, details=check_details(row.details, terms=self._terms))
            known = self._find_known(row)
        except Refusal as refusal:
            bad = BadRow(row.number, row.cells, refusal.kind.code, refusal.facts)
            self.sorting.refused.append(bad)
            return
        self._rows[identity_of(row.details)] = row.number
        if known is None:
            self._take(row)
        else:
            self.sorting.known.append(_known_row(row, known))

    def _find_known(self, row: Row) -> KnownPerson | None:
        identity = identity_of(row.details)
        if first := self._rows.get(identity):
            raise SAME_PERSON_AS_ROW(row=first)
        known = self._known.get(identity)
        if known and name_of(known.details.name) != name_of(row.details.name):
            raise OTHER_NAME()
        return known

    def _take(self, row: Row) -> None:
        described = traits(row.id, row.details)
        self.sorting.alike += self._resemblance.find(described)
        self._resemblance.remember(described)
        self.sorting.new.append(row)


def _known_row(row: Row, known: KnownPerson) -> KnownRow:
    said, stands = row.details, known.details
    differs = tuple(
        name
        for name in COMPARED
        if getattr(said, name) is not None
        and getattr(said, name) != getattr(stands, name)
    )
    return KnownRow(row.number, known.survivor, differs)


def sort_rows(
    rows: Iterable[Row],
    *,
    known: Iterable[KnownPerson],
    areas: frozenset[int],
    terms: Terms,
) -> Sorting:
    """Sort all rows of a file."""
    sorter = Sorter(known, areas=areas, terms=terms)
    for row in rows:
        sorter.sort(row)
    return sorter.sorting
