"""Lists of laboratory results: good rows in, every other row named with its reason."""

import datetime as dt
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from fangxian.capabilities.home_watch import actions
from fangxian.capabilities.home_watch.actions import (
    Listed,
    ResultRow,
    ResultRows,
    Stated,
)
from fangxian.capabilities.home_watch.rules import LABORATORY_MISSING, check_can_take
from fangxian.capabilities.home_watch.states import Outcome
from fangxian.interfaces.imports import people, rules
from fangxian.interfaces.imports.dates import parse_day
from fangxian.interfaces.imports.gazetteer import Gazetteer
from fangxian.interfaces.imports.judging import Attempts, Judge, Said, check_whole
from fangxian.interfaces.imports.mapping import Columns, Sheet, Vocabulary, find_sheet
from fangxian.interfaces.imports.places import gazetteer_of
from fangxian.interfaces.imports.tables import read_table
from fangxian.kernel.actors import Actor
from fangxian.kernel.identifiers import name_key
from fangxian.kernel.moments import at_time, day_of
from fangxian.mechanisms.jurisdiction.queries import check_reaches
from fangxian.mechanisms.ledger import queries
from fangxian.mechanisms.ledger.layouts import file_fingerprint
from fangxian.mechanisms.ledger.people.actions import remember_layout
from fangxian.mechanisms.ledger.people.details import Terms
from fangxian.mechanisms.ledger.people.queries import Asked
from fangxian.mechanisms.ledger.people.rows import Row
from fangxian.mechanisms.ledger.people.spelling import terms_at
from fangxian.mechanisms.ledger.rows import SourceFile


FOLDER = Path(__file__).parent
RESULTS = Vocabulary(
    people.PEOPLE.headings,
    about="results",
    missing=rules.NO_PEOPLE_HEADINGS,
    beside=FOLDER / "results-headings.yaml",
)
WHO = ("name", "paper", "number", "telephone")
FIELDS = (*WHO, "sampled_on", "result", "laboratory", "received_at")
LAST_MINUTE = dt.time(23, 59)
_END = re.compile(r"[0-9]{4}")
_TIME = re.compile(r"[T ](?P<hours>[01]?[0-9]|2[0-3]):(?P<minutes>[0-5][0-9])")


@cache
def known_words() -> Mapping[str, Outcome]:
    """Read once what cells may say for each result."""
    spelled = yaml.safe_load((FOLDER / "results-words.yaml").read_text("utf-8"))
    return {
        name_key(word): Outcome(code)
        for code, words in spelled["result"].items()
        for word in words
    }


class ResultReader(people.RowReader):
    """Reads the rows of one sheet as whom they name, and what was found.

    ``laboratory`` is that of every row that names none.
    """

    def __init__(
        self,
        sheet: Sheet,
        *,
        laboratory: str,
        gazetteer: Gazetteer,
        terms: Terms,
        at: dt.datetime,
    ) -> None:
        super().__init__(sheet, gazetteer=gazetteer, terms=terms, at=at)
        self._laboratory = laboratory
        self._stated: dict[int, ResultRow] = {}
        judges: dict[str, Judge] = {
            "telephone": lambda text: bool(_END.fullmatch(text)) or is_dialled(text),
            "result": lambda text: name_key(text) in known_words(),
            "sampled_on": lambda text: parse_day(text) is not None,
            "received_at": lambda text: parse_day(text) is not None,
        }
        is_dialled = self._judges["telephone"]
        self._judges.update(judges)

    def read_results(self) -> ResultRows:
        """Read all rows; a row with several faults is listed once for each."""
        rows = self.read()
        said = [self._stated[row.number] for row in rows.readable]
        return ResultRows(said, rows.refused)

    def _row(
        self, number: int, cells: tuple[str, ...], said: Said, attempts: Attempts
    ) -> Row:
        row = super()._row(number, cells, said, attempts)
        details = row.details
        outcome = attempts.of(self._outcome, said, Outcome.INCONCLUSIVE)
        stated = Stated(
            id=row.id,
            outcome=outcome,
            sampled_on=attempts.of(self._sampled_on, said, self._terms.today),
            laboratory=attempts.of(self._named_laboratory, said, ""),
            received_at=attempts.of(self._received_at, said, self._at),
        )
        asked = Asked(details.name, details.number, details.telephone)
        if not attempts.faults and not (asked.number or asked.telephone):
            attempts.faults.append(rules.CELL_MISSING(heading=self._heading_of_who()))
        self._stated[number] = ResultRow(number, cells, asked, stated)
        return row

    def _heading_of_who(self) -> str:
        columns = self.sheet.columns
        name = next(one for one in ("number", "telephone") if one in columns)
        return self.sheet.heading_of(name)

    # ------------------------------------------------------------------ one cell
    def _area(self, said: Said) -> int:
        """Results are about whom they name, wherever that person lives."""
        del said
        return 0

    def _telephone(self, said: Said) -> str | None:
        text = said.get("telephone", "")
        check_whole(said, "telephone", self.sheet)
        return text if _END.fullmatch(text) else super()._telephone(said)

    def _outcome(self, said: Said) -> Outcome:
        text = self._filled("result", said)
        if name_key(text) not in known_words():
            raise rules.RESULT_UNCLEAR(heading=self.sheet.heading_of("result"))
        return known_words()[name_key(text)]

    def _sampled_on(self, said: Said) -> dt.date:
        day = parse_day(self._filled("sampled_on", said))
        if day is None:
            raise rules.DATE_UNCLEAR(heading=self.sheet.heading_of("sampled_on"))
        return day

    def _filled(self, name: str, said: Said) -> str:
        if not said.get(name):
            raise rules.CELL_MISSING(heading=self.sheet.heading_of(name))
        return said[name]

    def _named_laboratory(self, said: Said) -> str:
        named = said.get("laboratory") or self._laboratory
        if not named.strip():
            raise LABORATORY_MISSING()
        return named

    def _received_at(self, said: Said) -> dt.datetime:
        """Read when the report was made: the end of a day that has no hour."""
        text = said.get("received_at", "")
        if not text:
            return self._at
        day = parse_day(text)
        if day is None:
            raise rules.DATE_UNCLEAR(heading=self.sheet.heading_of("received_at"))
        if found := _TIME.search(text):
            hours, minutes = map(int, found.group("hours", "minutes"))
            return at_time(day, dt.time(hours, minutes))
        is_today = day == day_of(self._at)
        return self._at if is_today else at_time(day, LAST_MINUTE)


# -------------------------------------------------------------------------- files
def open_list(content: bytes) -> Sheet:
    """Find the list in a file, with the mapping remembered for its layout, if any."""
    sheet = find_sheet(read_table(content), remembered=_remembered, vocabulary=RESULTS)
    known = {name: at for name, at in sheet.columns.items() if name in FIELDS}
    return sheet.with_columns(known)


def _remembered(fingerprint: str) -> Columns | None:
    layout = queries.find_layout(fingerprint)
    return None if layout is None else layout.mapping


def take_results(
    sheet: Sheet,
    *,
    content: bytes,
    file_name: str,
    laboratory: str,
    area: int,
    by: Actor,
    at: dt.datetime,
) -> Listed:
    """Take the list of a file in, and remember its layout as it was read.

    Every bad row is kept with its reason. The same file again, or a corrected one,
    adds only what is missing.
    """
    check_can_take(by=by)
    check_reaches(by.scope, area, what="area")
    _check_columns(sheet.columns)
    reader = ResultReader(
        sheet,
        laboratory=laboratory,
        gazetteer=gazetteer_of(area),
        terms=terms_at(at),
        at=at,
    )
    rows = reader.read_results()
    remember_layout(
        sheet.layout, headings=sheet.headings, mapping=sheet.columns, by=by, at=at
    )
    file = SourceFile(file_name, file_fingerprint(content), area, sheet.layout)
    return actions.take_results(file, rows, by=by, at=at)


def _check_columns(columns: Columns) -> None:
    """Refuse a mapping that cannot say of whom, of which sample, and what."""
    if "name" not in columns:
        raise rules.PEOPLE_COLUMN_MISSING(field="name")
    if not {"number", "telephone"} & set(columns):
        raise rules.RESULTS_COLUMN_MISSING(field="number or telephone")
    if "sampled_on" not in columns:
        raise rules.RESULTS_COLUMN_MISSING(field="day of the sample")
    if "result" not in columns:
        raise rules.RESULTS_COLUMN_MISSING(field="result")
