"""Lists of people: good rows in, every other row named with its reason and remedy."""

import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path

import yaml

from fangxian.interfaces.imports import rules
from fangxian.interfaces.imports.dates import parse_day
from fangxian.interfaces.imports.gazetteer import Gazetteer
from fangxian.interfaces.imports.judging import (
    SHORTENED,
    Attempts,
    Judge,
    Said,
    check_whole,
    find_swap,
)
from fangxian.interfaces.imports.mapping import Columns, Sheet, Vocabulary, find_sheet
from fangxian.interfaces.imports.places import LEVELS, gazetteer_of
from fangxian.interfaces.imports.tables import read_table
from fangxian.kernel.actors import Actor
from fangxian.kernel.identifiers import name_key, telephone, tidy
from fangxian.kernel.ids import RANDOM_BYTES, new_id
from fangxian.kernel.papers import (
    WITHOUT_NUMBER,
    Fault,
    Paper,
    Sex,
    find_fault,
    likely_paper,
    resembles_number,
)
from fangxian.mechanisms.jurisdiction.queries import check_reaches
from fangxian.mechanisms.ledger import queries
from fangxian.mechanisms.ledger.layouts import file_fingerprint
from fangxian.mechanisms.ledger.people import actions
from fangxian.mechanisms.ledger.people.details import (
    Details,
    Terms,
    checked_number,
    checked_telephone,
)
from fangxian.mechanisms.ledger.people.naming import name_of
from fangxian.mechanisms.ledger.people.rows import (
    FileRows,
    Row,
    SaidDoor,
    SaidProxy,
    Taken,
)
from fangxian.mechanisms.ledger.people.rules import (
    PEOPLE_ELSEWHERE,
    PERSON_NAME_MISSING,
    PROXY_UNREACHABLE,
    check_can_import,
)
from fangxian.mechanisms.ledger.people.spelling import terms_at
from fangxian.mechanisms.ledger.rows import BadRow, SourceFile
from fangxian.mechanisms.ledger.states import Relation


FOLDER = Path(__file__).parent
PEOPLE = Vocabulary(
    FOLDER / "people-headings.yaml",
    about="people",
    missing=rules.NO_PEOPLE_HEADINGS,
)
FIELDS = (
    *("name", "paper", "number", "no_paper_why", "telephone", "sex", "birthday"),
    *("street", "community", "grid", "building", "unit", "room", "address"),
    *("arrived_on", "proxy_name", "proxy_telephone", "proxy_relation"),
)
NEVER_SWAPPED = ({"street", "community", "grid"}, {"address"})
CUT_TO_ZEROS = "000"  # what a spreadsheet makes of the last digits of eighteen
_YEAR = re.compile(r"(?P<year>(?:19|20)[0-9]{2})(?:[-/.\u5e74][0-9]{0,2}\u6708?)?")


@dataclass(frozen=True, slots=True)
class Words:
    """What cells say for one thing, by the key of each word."""

    papers: Mapping[str, Paper]
    sexes: Mapping[str, Sex]
    relations: Mapping[str, Relation]
    no_number_why: str


@cache
def known_words() -> Words:
    """Read the words once."""
    spelled = yaml.safe_load((FOLDER / "people-words.yaml").read_text("utf-8"))

    def by_key(kind: str) -> dict[str, str]:
        listed = spelled[kind].items()
        return {name_key(word): code for code, words in listed for word in words}

    return Words(
        papers={word: Paper(code) for word, code in by_key("paper").items()},
        sexes={word: Sex(code) for word, code in by_key("sex").items()},
        relations={word: Relation(code) for word, code in by_key("relation").items()},
        no_number_why=spelled["no_number_why"],
    )


class RowReader:
    """Reads the rows of one sheet as people."""

    def __init__(
        self, sheet: Sheet, *, gazetteer: Gazetteer, terms: Terms, at: datetime
    ) -> None:
        """``at`` dates the ids that new people get."""
        self.sheet = sheet
        self._gazetteer = gazetteer
        self._terms = terms
        self._at = at
        self._words = known_words()
        self._is_cut = any(_looks_cut(text) for text in _column(sheet, "number"))
        self._judges: dict[str, Judge] = {
            "number": self._is_number,
            "telephone": lambda text: telephone(text) is not None,
            "proxy_telephone": lambda text: telephone(text) is not None,
            "sex": lambda text: name_key(text) in self._words.sexes,
            "paper": lambda text: name_key(text) in self._words.papers,
            "birthday": lambda text: _year_of(text) is not None,
            "arrived_on": lambda text: parse_day(text) is not None,
            **{name: partial(gazetteer.knows, level) for name, level in LEVELS.items()},
        }

    def _is_number(self, text: str) -> bool:
        """Whether a cell is plainly a number of a paper, right or mistyped."""
        if name_key(text) in self._words.papers:
            return True
        if resembles_number(text) or any(cut in text for cut in SHORTENED):
            return True
        return any(sign.isdecimal() for sign in text) and telephone(text) is None

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
        if not faults:
            attempts = Attempts()
            row = self._row(number, cells, said, attempts)
            if not (faults := attempts.faults):
                return row
        return [BadRow(number, cells, f.kind.code, f.facts) for f in faults]

    def _row(
        self, number: int, cells: tuple[str, ...], said: Said, attempts: Attempts
    ) -> Row:
        paper = attempts.of(self._paper, said, Paper.UNKNOWN)
        is_read = not attempts.faults
        details = Details(
            name=attempts.of(self._name, said, ""),
            area=attempts.of(self._area, said, 0),
            paper=paper,
            number=attempts.of(partial(self._number, paper), said, None)
            if is_read
            else None,
            no_paper_why=self._no_paper_why(paper, said),
            telephone=attempts.of(self._telephone, said, None),
            birth_year=attempts.of(self._birth_year, said, None),
            sex=attempts.of(self._sex, said, None),
            address=said.get("address") or None,
        )
        return Row(
            number=number,
            cells=cells,
            id=new_id(self._at, secrets.token_bytes(RANDOM_BYTES)),
            details=details,
            door=_door(said),
            since=attempts.of(self._arrived_on, said, None),
            proxy=attempts.of(self._proxy, said, None),
        )

    # ------------------------------------------------------------------ one cell
    def _name(self, said: Said) -> str:
        if not name_of(said["name"]):
            raise PERSON_NAME_MISSING()
        return said["name"]

    def _area(self, said: Said) -> int:
        by_level = {level: said.get(name, "") for name, level in LEVELS.items()}
        found = self._gazetteer.find(by_level)
        is_deep = found.level.value >= LEVELS["community"]
        if "community" in said and not said["community"] and not is_deep:
            raise rules.CELL_MISSING(heading=self.sheet.heading_of("community"))
        return found.id

    def _paper(self, said: Said) -> Paper:
        """Say which paper the number stands on: what the list says, or what fits."""
        text, number = said.get("paper", ""), said.get("number", "")
        check_whole(said, "number", self.sheet)
        without = self._words.papers.get(name_key(number))
        if without in WITHOUT_NUMBER:
            return without
        if text and name_key(text) not in self._words.papers:
            heading = self.sheet.heading_of("paper")
            raise rules.PAPER_UNHEARD_OF(heading=heading)
        if text:
            return self._words.papers[name_key(text)]
        if not number:
            return Paper.UNKNOWN
        return self._fitting(number)

    def _fitting(self, number: str) -> Paper:
        if (paper := likely_paper(number)) and telephone(number) is None:
            return paper
        if resembles_number(number):
            return Paper.CITIZEN
        raise rules.PAPER_UNCLEAR()

    def _number(self, paper: Paper, said: Said) -> str | None:
        text = said.get("number", "")
        number = tidy(text)
        if paper in WITHOUT_NUMBER and name_key(text) in self._words.papers:
            return None
        if self._is_cut and paper is Paper.CITIZEN and number.endswith(CUT_TO_ZEROS):
            raise rules.NUMBER_SHORTENED(heading=self.sheet.heading_of("number"))
        return checked_number(paper, text, terms=self._terms)

    def _no_paper_why(self, paper: Paper, said: Said) -> str | None:
        if paper not in WITHOUT_NUMBER:
            return None
        if why := said.get("no_paper_why") or said.get("number"):
            return why
        is_asked = {"number", "no_paper_why"} & set(said)
        return None if is_asked else self._words.no_number_why

    def _telephone(self, said: Said) -> str | None:
        check_whole(said, "telephone", self.sheet)
        return checked_telephone(said.get("telephone"))

    def _birth_year(self, said: Said) -> int | None:
        text = said.get("birthday", "")
        year = _year_of(text) if text else None
        if text and year is None:
            raise rules.DATE_UNCLEAR(heading=self.sheet.heading_of("birthday"))
        return year

    def _sex(self, said: Said) -> Sex | None:
        text = said.get("sex", "")
        if text and name_key(text) not in self._words.sexes:
            raise rules.WORD_UNCLEAR(heading=self.sheet.heading_of("sex"))
        return self._words.sexes[name_key(text)] if text else None

    def _arrived_on(self, said: Said) -> date | None:
        text = said.get("arrived_on", "")
        day = parse_day(text) if text else None
        if text and day is None:
            raise rules.DATE_UNCLEAR(heading=self.sheet.heading_of("arrived_on"))
        if day is not None and day > self._terms.today:
            raise rules.DAY_AHEAD(heading=self.sheet.heading_of("arrived_on"))
        return day

    def _proxy(self, said: Said) -> SaidProxy | None:
        """Read who speaks for the person; a lone contact shares the telephone."""
        name, relation = said.get("proxy_name", ""), said.get("proxy_relation", "")
        if not name or name_of(name) == name_of(said["name"]):
            return None
        if relation and name_key(relation) not in self._words.relations:
            raise rules.WORD_UNCLEAR(heading=self.sheet.heading_of("proxy_relation"))
        dialled = checked_telephone(said.get("proxy_telephone"))
        dialled = dialled or checked_telephone(said.get("telephone"))
        if dialled is None:
            raise PROXY_UNREACHABLE()
        known = self._words.relations.get(name_key(relation), Relation.RELATIVE)
        return SaidProxy(name, dialled, known)


def _column(sheet: Sheet, name: str) -> Iterator[str]:
    place = sheet.columns.get(name)
    if place is not None:
        yield from (cells[place] for _, cells in sheet.numbered() if place < len(cells))


def _looks_cut(text: str) -> bool:
    """Whether a spreadsheet made zeros of the last digits; by chance the check fits.

    One such cell says that the whole column was a column of numbers, so that no other
    cell that ends in zeros can be believed.
    """
    number = tidy(text)
    return (
        number.endswith(CUT_TO_ZEROS)
        and find_fault(Paper.CITIZEN, number) is Fault.CHECK
    )


def _door(said: Said) -> SaidDoor | None:
    room = said.get("room", "")
    if not name_of(room):
        return None
    return SaidDoor(said.get("building", ""), said.get("unit", ""), room)


def _year_of(text: str) -> int | None:
    """Read the year out of a day, a month or a bare year."""
    if found := _YEAR.fullmatch(text.strip()):
        return int(found["year"])
    day = parse_day(text)
    return None if day is None else day.year


# ------------------------------------------------------------------------- files
def open_list(content: bytes) -> Sheet:
    """Find the list in a file, with the mapping remembered for its layout, if any."""
    return find_sheet(read_table(content), remembered=_remembered, vocabulary=PEOPLE)


def _remembered(fingerprint: str) -> Columns | None:
    layout = queries.find_layout(fingerprint)
    return None if layout is None else layout.mapping


def homes_of(area: int) -> Gazetteer:
    """Give the areas in which people of a list about one area may live."""
    return gazetteer_of(area, unknown=rules.HOME_UNKNOWN, elsewhere=PEOPLE_ELSEWHERE)


def take_people(
    sheet: Sheet,
    *,
    content: bytes,
    file_name: str,
    area: int,
    by: Actor,
    at: datetime,
) -> Taken:
    """Take the list of a file in, and remember its layout as it was read.

    The same file again adds nobody.
    """
    check_can_import(by=by)
    check_reaches(by.scope, area, what="area")
    if "name" not in sheet.columns:
        raise rules.PEOPLE_COLUMN_MISSING(field="name")
    reader = RowReader(sheet, gazetteer=homes_of(area), terms=terms_at(at), at=at)
    rows = reader.read()
    actions.remember_layout(
        sheet.layout, headings=sheet.headings, mapping=sheet.columns, by=by, at=at
    )
    file = SourceFile(file_name, file_fingerprint(content), area, sheet.layout)
    return actions.take_people(file, rows, by=by, at=at)
