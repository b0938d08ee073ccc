"""Which column means what: proposed from the headings, or remembered."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import yaml

from fangxian.interfaces.imports import rules
from fangxian.interfaces.imports.headings import check_headings
from fangxian.interfaces.imports.tables import Table
from fangxian.kernel.identifiers import name_key
from fangxian.kernel.refusals import RefusalKind
from fangxian.mechanisms.ledger.layouts import layout_fingerprint


HEADINGS = Path(__file__).with_name("headings.yaml")
IGNORED = "ignored"
FIELDS = (
    "name",
    "kind",
    "uscc",
    "address",
    "responsible",
    "telephone",
    "street",
    "community",
    "grid",
    "opened_on",
)
TITLE_ROWS_MAX = 30
EXTRA_CHARACTERS_MAX = 6  # what may stand around a known word in a heading
FIELDS_OF_A_HEADING_MIN = 2
ENDS_WITH = 3  # characters that standing at the end is worth: it is the noun there

Columns = Mapping[str, int]
Remembered = Callable[[str], Columns | None]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What lists of one sort may call their columns; ``about`` tells layouts apart.

    ``missing`` is the refusal of a file in which no row looks like headings.
    ``beside`` holds further words, which come before those of ``headings``.
    """

    headings: Path
    about: str = ""
    missing: RefusalKind = rules.NO_HEADINGS
    beside: Path | None = None

    @property
    def words(self) -> Mapping[str, str]:
        """The field for the key of every known heading."""
        more = {} if self.beside is None else known_headings(self.beside)
        return {**known_headings(self.headings), **more}

    def layout_of(self, headings: Sequence[str]) -> str:
        """Name a layout of this sort of list."""
        about = (self.about,) if self.about else ()
        return layout_fingerprint((*about, *headings))


PLACES = Vocabulary(HEADINGS)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list found in a file: its headings, what they mean, and the rows below.

    ``first_number`` is the number of the first row below the headings, counted
    from 1 as a spreadsheet counts. ``remembered`` says that the layout was known.
    """

    headings: tuple[str, ...]
    columns: Columns
    rows: Table
    first_number: int
    remembered: bool = False
    vocabulary: Vocabulary = PLACES

    @property
    def layout(self) -> str:
        """The fingerprint by which this layout is remembered."""
        return self.vocabulary.layout_of(self.headings)

    def heading_of(self, name: str) -> str:
        """How the file itself calls a field."""
        return self.headings[self.columns[name]]

    def with_columns(self, columns: Columns) -> "Sheet":
        """The same list, read as somebody has said it must be."""
        return replace(self, columns=columns)

    def numbered(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Give the rows with their numbers; empty and repeated heading rows are none."""
        for number, row in enumerate(self.rows, start=self.first_number):
            if any(row) and row != self.headings:
                yield number, row


@cache
def known_headings(path: Path = HEADINGS) -> dict[str, str]:
    """Give the field for the key of every known heading."""
    by_field = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {name_key(w): name for name, words in by_field.items() for w in words}


def propose(
    headings: Sequence[str], *, vocabulary: Vocabulary = PLACES
) -> dict[str, int]:
    """Propose a column for each field; surer columns choose first.

    Of columns with the same heading (a merged title) only the first counts.
    """
    known = vocabulary.words
    guesses = sorted(_guesses(headings, known), key=lambda guess: (-guess[0], guess[2]))
    columns: dict[str, int] = {}
    taken: set[int] = set()
    for _, name, column in guesses:
        if column in taken or name in columns:
            continue
        taken.add(column)
        if name != IGNORED:
            columns[name] = column
    return columns


def _guesses(
    headings: Sequence[str], known: Mapping[str, str]
) -> Iterator[tuple[int, str, int]]:
    for heading in dict.fromkeys(headings):
        key = name_key(heading)
        for word, name in known.items():
            if sureness := _sureness(key, word):
                yield sureness, name, headings.index(heading)


def _sureness(key: str, word: str) -> int:
    if key == word:
        return 1000
    extra = len(key) - len(word)
    if word not in key or extra > EXTRA_CHARACTERS_MAX or len(word) < 2:  # noqa: PLR2004 -- one character says too little
        return 0
    return len(word) + ENDS_WITH * key.endswith(word)


def find_sheet(
    table: Table,
    *,
    remembered: Remembered = lambda _: None,
    vocabulary: Vocabulary = PLACES,
) -> Sheet:
    """Find the headings below any titles, and say what they mean.

    A remembered layout is taken as it was confirmed; else the row in which most
    fields are recognised, the name among them, is the row of the headings. A list
    without a row below them is refused.
    """
    sheet = _headed(table, remembered, vocabulary)
    if next(sheet.numbered(), None) is None:
        raise rules.NO_ROWS()
    return sheet


def _headed(table: Table, remembered: Remembered, vocabulary: Vocabulary) -> Sheet:
    for place, row in enumerate(table[:TITLE_ROWS_MAX]):
        if any(row) and (columns := remembered(vocabulary.layout_of(row))):
            below = table[place + 1 :]
            return Sheet(row, columns, below, place + 2, True, vocabulary)  # noqa: FBT003 -- the fields in their order
    tops = enumerate(table[:TITLE_ROWS_MAX])
    proposals = [(propose(row, vocabulary=vocabulary), place) for place, row in tops]
    fitting = [(len(c), -place) for c, place in proposals if "name" in c]
    recognised, minus_place = max(fitting, default=(0, 0))
    if recognised < FIELDS_OF_A_HEADING_MIN:
        raise vocabulary.missing()
    columns, place = proposals[-minus_place]
    below = table[place + 1 :]
    check_headings(table[place], columns, below, number=place + 1)
    return Sheet(table[place], columns, below, place + 2, vocabulary=vocabulary)


def check_columns(columns: Columns, *, kind: str | None) -> None:
    """Refuse a mapping that cannot make a place of any row."""
    if "name" not in columns:
        raise rules.COLUMN_MISSING(field="name")
    if "kind" not in columns and kind is None:
        raise rules.COLUMN_MISSING(field="kind")
