"""Lists of people who came from elsewhere: people and journeys from the same rows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path

import yaml

from fangxian.capabilities.enrolment import actions
from fangxian.capabilities.enrolment.actions import Listed
from fangxian.capabilities.enrolment.journeys import Journey
from fangxian.capabilities.enrolment.rules import (
    FORETOLD,
    check_can_list,
    check_journey,
)
from fangxian.capabilities.enrolment.states import FROM_ABROAD, Source
from fangxian.interfaces.imports import people, rules
from fangxian.interfaces.imports.dates import parse_day
from fangxian.interfaces.imports.gazetteer import Gazetteer
from fangxian.interfaces.imports.judging import Attempts, Judge, Said
from fangxian.interfaces.imports.mapping import Columns, Sheet, Vocabulary, find_sheet
from fangxian.interfaces.imports.tables import read_table
from fangxian.kernel.actors import Actor
from fangxian.kernel.identifiers import name_key
from fangxian.mechanisms.jurisdiction.queries import check_reaches
from fangxian.mechanisms.ledger import queries
from fangxian.mechanisms.ledger.layouts import file_fingerprint
from fangxian.mechanisms.ledger.people.actions import remember_layout
from fangxian.mechanisms.ledger.people.details import Terms
from fangxian.mechanisms.ledger.people.rows import FileRows, Row
from fangxian.mechanisms.ledger.people.spelling import terms_at
from fangxian.mechanisms.ledger.rows import SourceFile


FOLDER = Path(__file__).parent
ARRIVALS = Vocabulary(
    people.PEOPLE.headings,
    about="arrivals",
    missing=rules.NO_PEOPLE_HEADINGS,
    beside=FOLDER / "arrivals-headings.yaml",
)
JOURNEY = ("origin", "left_on", "entered_on", "transport", "is_abroad", "source")
FIELDS = (*people.FIELDS, *JOURNEY)
DAYS = ("left_on", "entered_on")


@dataclass(frozen=True, slots=True)
class Words:
    """What cells say for one thing, by the key of each word."""

    sources: Mapping[str, Source]
    abroad: Mapping[str, bool]


@cache
def known_words() -> Words:
    """Read the words once."""
    spelled = yaml.safe_load((FOLDER / "arrivals-words.yaml").read_text("utf-8"))
    return Words(
        sources={
            name_key(word): Source(code)
            for code, words in spelled["source"].items()
            for word in words
        },
        abroad={
            name_key(word): said == "yes"
            for said, words in spelled["abroad"].items()
            for word in words
        },
    )


class ArrivalReader(people.RowReader):
    """Reads the rows of one sheet as people who came, and what is told of each.

    A row whose journey cannot be right is refused whole, with its reason.
    """

    def __init__(
        self,
        sheet: Sheet,
        *,
        source: Source,
        gazetteer: Gazetteer,
        terms: Terms,
        at: datetime,
    ) -> None:
        """``source`` told of every row that does not name its own."""
        super().__init__(sheet, gazetteer=gazetteer, terms=terms, at=at)
        self.journeys: dict[int, Journey] = {}
        self.sources: dict[int, Source] = {}
        self._source = source
        self._told = known_words()
        judges: dict[str, Judge] = {
            **{name: lambda text: parse_day(text) is not None for name in DAYS},
            "source": lambda text: name_key(text) in self._told.sources,
            "is_abroad": lambda text: name_key(text) in self._told.abroad,
        }
        self._judges.update(judges)

    def _row(
        self, number: int, cells: tuple[str, ...], said: Said, attempts: Attempts
    ) -> Row:
        row = super()._row(number, cells, said, attempts)
        source = attempts.of(self._source_of, said, self._source)
        journey = attempts.of(self._journey, said, Journey())
        if source in FROM_ABROAD:
            journey = replace(journey, is_abroad=True)
        if not attempts.faults:
            attempts.of(lambda _: self._check(journey, source), said, None)
        self.journeys[number], self.sources[number] = journey, source
        return row

    def _check(self, journey: Journey, source: Source) -> None:
        if source not in FROM_ABROAD and "origin" not in self.sheet.columns:
            raise rules.PEOPLE_COLUMN_MISSING(field="origin")
        if not journey.origin and source not in FROM_ABROAD:
            raise rules.CELL_MISSING(heading=self.sheet.heading_of("origin"))
        check_journey(journey, source, today=self._terms.today)

    def _source_of(self, said: Said) -> Source:
        text = said.get("source", "")
        if text and name_key(text) not in self._told.sources:
            raise rules.WORD_UNCLEAR(heading=self.sheet.heading_of("source"))
        return self._told.sources[name_key(text)] if text else self._source

    def _journey(self, said: Said) -> Journey:
        arrived = said.get("arrived_on", "")
        return Journey(
            origin=" ".join(said.get("origin", "").split()),
            is_abroad=self._abroad(said),
            left_on=self._day("left_on", said),
            entered_on=self._day("entered_on", said),
            arrived_on=parse_day(arrived) if arrived else None,
            transport=" ".join(said.get("transport", "").split()),
        )

    def _abroad(self, said: Said) -> bool:
        text = said.get("is_abroad", "")
        if text and name_key(text) not in self._told.abroad:
            raise rules.WORD_UNCLEAR(heading=self.sheet.heading_of("is_abroad"))
        return self._told.abroad[name_key(text)] if text else False

    def _day(self, name: str, said: Said) -> date | None:
        text = said.get(name, "")
        day = parse_day(text) if text else None
        if text and day is None:
            raise rules.DATE_UNCLEAR(heading=self.sheet.heading_of(name))
        return day

    def _arrived_on(self, said: Said) -> date | None:
        """Read since when somebody lives here; who is foretold does not yet."""
        text = said.get("arrived_on", "")
        day = parse_day(text) if text else None
        is_ahead = day is not None and day > self._terms.today
        if is_ahead and self._source_of(said) in FORETOLD:
            return None
        return super()._arrived_on(said)


# -------------------------------------------------------------------------- files
def open_list(content: bytes) -> Sheet:
    """Find the list in a file, with the mapping remembered for its layout, if any."""
    return find_sheet(read_table(content), remembered=_remembered, vocabulary=ARRIVALS)


def _remembered(fingerprint: str) -> Columns | None:
    layout = queries.find_layout(fingerprint)
    return None if layout is None else layout.mapping


def read_rows(
    sheet: Sheet, *, source: Source, area: int, at: datetime
) -> tuple[FileRows, ArrivalReader]:
    """Read all rows of a list about an area."""
    reader = ArrivalReader(
        sheet, source=source, gazetteer=people.homes_of(area), terms=terms_at(at), at=at
    )
    return reader.read(), reader


def take_arrivals(
    sheet: Sheet,
    *,
    content: bytes,
    file_name: str,
    source: Source,
    area: int,
    by: Actor,
    at: datetime,
) -> Listed:
    """Take the list of a file in: people onto the ledger, their journeys as arrivals.

    Every bad row is kept with its reason. The same file again, or a corrected one,
    adds only what is missing.
    """
    check_can_list(by=by)
    check_reaches(by.scope, area, what="area")
    if "name" not in sheet.columns:
        raise rules.PEOPLE_COLUMN_MISSING(field="name")
    rows, reader = read_rows(sheet, source=source, area=area, at=at)
    remember_layout(
        sheet.layout, headings=sheet.headings, mapping=sheet.columns, by=by, at=at
    )
    file = SourceFile(file_name, file_fingerprint(content), area, sheet.layout)
    return actions.enrol_list(
        file, rows, reader.journeys, sources=reader.sources, source=source, by=by, at=at
    )
