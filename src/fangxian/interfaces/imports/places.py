"""Lists of places: good rows in, every other row named with its reason and remedy."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import partial

from fangxian.interfaces.imports import rules
from fangxian.interfaces.imports.dates import parse_day
from fangxian.interfaces.imports.gazetteer import Gazetteer, nearest
from fangxian.interfaces.imports.judging import (
    Attempts,
    Judge,
    Said,
    check_whole,
    find_swap,
)
from fangxian.interfaces.imports.mapping import (
    Columns,
    Sheet,
    check_columns,
    find_sheet,
)
from fangxian.interfaces.imports.tables import read_table
from fangxian.kernel.actors import Actor
from fangxian.kernel.identifiers import is_legal_code, name_key, telephone, tidy
from fangxian.kernel.refusals import RefusalKind
from fangxian.mechanisms.jurisdiction.queries import (
    ancestors,
    areas_below,
    check_reaches,
    get_area,
)
from fangxian.mechanisms.ledger import actions, queries
from fangxian.mechanisms.ledger.layouts import file_fingerprint
from fangxian.mechanisms.ledger.rows import BadRow, FileRows, Row, SourceFile, Taken
from fangxian.mechanisms.ledger.rules import (
    KIND_UNKNOWN,
    NAME_MISSING,
    Details,
    checked_code,
    checked_telephone,
)


LEVELS = {"street": "3-street", "community": "4-community", "grid": "5-grid"}
NEVER_SWAPPED = ({"street", "community", "grid"}, {"name", "address"})


class RowReader:
    """Reads the rows of one sheet as places."""

    def __init__(
        self,
        sheet: Sheet,
        *,
        gazetteer: Gazetteer,
        kinds: Mapping[str, str],
        kind: str | None = None,
    ) -> None:
        """``kinds`` maps every name of a kind to its code; ``kind`` is for all rows."""
        self.sheet = sheet
        self._gazetteer = gazetteer
        self._kinds = {name_key(name): code for name, code in kinds.items()}
        self._kind_names = {name_key(name): name for name in kinds}
        self._common_kind = kind
        self._judges: dict[str, Judge] = {
            "uscc": lambda text: is_legal_code(tidy(text)),
            "telephone": lambda text: telephone(text) is not None,
            "kind": lambda text: name_key(text) in self._kinds,
            "opened_on": lambda text: parse_day(text) is not None,
            **{name: partial(gazetteer.knows, level) for name, level in LEVELS.items()},
        }

    def read(self) -> FileRows:
        """Read all rows; a row with several faults is listed once for each."""
        readable: list[Row] = []
        refused: list[BadRow] = []
        for number, cells in self.sheet.numbered():
            read = self._read_row(number, cells)
            if isinstance(read, Row):
                readable.append(read)
            else:
                refused += read
        return FileRows(readable, refused)

    def _read_row(self, number: int, cells: tuple[str, ...]) -> Row | list[BadRow]:
        columns = self.sheet.columns.items()
        said = {name: cells[column] for name, column in columns if column < len(cells)}
        faults = find_swap(said, self.sheet, self._judges, never=NEVER_SWAPPED)
        attempts = Attempts()
        if not faults:
            details = self._details(said, attempts)
            faults = attempts.faults
            if not faults:
                return Row(number, cells, details)
        return [BadRow(number, cells, f.kind.code, f.facts) for f in faults]

    def _details(self, said: Said, attempts: Attempts) -> Details:
        return Details(
            name=attempts.of(self._name, said, ""),
            kind=attempts.of(self._kind, said, ""),
            area=attempts.of(self._area, said, 0),
            uscc=attempts.of(self._uscc, said, ""),
            telephone=attempts.of(self._telephone, said, None),
            opened_on=attempts.of(self._opened_on, said, None),
            address=said.get("address", ""),
            responsible=said.get("responsible") or None,
        )

    # ------------------------------------------------------------------ one cell
    def _name(self, said: Said) -> str:
        if not name_key(said["name"]):
            raise NAME_MISSING()
        return said["name"]

    def _kind(self, said: Said) -> str:
        text = said.get("kind", "")
        if not text:
            if self._common_kind is not None:
                return self._common_kind
            raise rules.CELL_MISSING(heading=self.sheet.heading_of("kind"))
        if code := self._kinds.get(name_key(text)):
            return code
        if guess := nearest(name_key(text), self._kind_names):
            raise rules.KIND_MISSPELT(kind=text, guess=guess)
        raise KIND_UNKNOWN(kind=text)

    def _area(self, said: Said) -> int:
        by_level = {level: said.get(name, "") for name, level in LEVELS.items()}
        found = self._gazetteer.find(by_level)
        is_deep = found.level.value >= LEVELS["community"]
        if "community" in said and not said["community"] and not is_deep:
            raise rules.CELL_MISSING(heading=self.sheet.heading_of("community"))
        return found.id

    def _uscc(self, said: Said) -> str:
        check_whole(said, "uscc", self.sheet)
        return checked_code(said.get("uscc", ""))

    def _telephone(self, said: Said) -> str | None:
        check_whole(said, "telephone", self.sheet)
        return checked_telephone(said.get("telephone"))

    def _opened_on(self, said: Said) -> date | None:
        text = said.get("opened_on", "")
        day = parse_day(text) if text else None
        if text and day is None:
            raise rules.DATE_UNCLEAR(heading=self.sheet.heading_of("opened_on"))
        return day


# ------------------------------------------------------------------------- files
def open_list(content: bytes) -> Sheet:
    """Find the list in a file, with the mapping remembered for its layout, if any."""
    return find_sheet(read_table(content), remembered=_remembered)


def _remembered(fingerprint: str) -> Columns | None:
    layout = queries.find_layout(fingerprint)
    return None if layout is None else layout.mapping


def kind_names() -> dict[str, str]:
    """Map code, Chinese and English name of every declared kind to its code."""
    names: dict[str, str] = {}
    for kind in queries.kinds():
        names |= dict.fromkeys((kind.name, kind.name_en, kind.code), kind.code)
    return names


def gazetteer_of(area: int, **words: RefusalKind) -> Gazetteer:
    """Give the areas that a list about one area may speak of."""
    above, below = ancestors(area), areas_below(area)
    return Gazetteer(get_area(area), above=above, below=below, **words)


def take_places(
    sheet: Sheet,
    *,
    content: bytes,
    file_name: str,
    area: int,
    kind: str | None = None,
    by: Actor,
    at: datetime,
) -> Taken:
    """Take the list of a file in, and remember its layout as it was read.

    ``kind`` stands for rows that name none. The same file again adds nothing.
    """
    check_reaches(replace(by.scope, kinds=None), area, what="area")
    check_columns(sheet.columns, kind=kind)
    reader = RowReader(
        sheet, gazetteer=gazetteer_of(area), kinds=kind_names(), kind=kind
    )
    rows = reader.read()
    layout = actions.remember_layout(
        headings=sheet.headings, mapping=sheet.columns, by=by, at=at
    )
    digest = file_fingerprint(content)
    file = SourceFile(file_name, digest, area, layout.fingerprint)
    return actions.take_import(file, rows, by=by, at=at)
