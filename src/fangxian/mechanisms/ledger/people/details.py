"""What is said of a person, judged and brought to one spelling. Pure."""

import datetime as dt
from dataclasses import dataclass, replace

from fangxian.kernel.identifiers import telephone, tidy
from fangxian.kernel.papers import (
    WITHOUT_NUMBER,
    Fault,
    Paper,
    Sex,
    birthday,
    find_fault,
    is_drill_number,
    sex_of,
)
from fangxian.mechanisms.ledger.people import rules
from fangxian.mechanisms.ledger.people.naming import name_of


FAULTS = {
    Fault.SHAPE: rules.NUMBER_SHAPE,
    Fault.REGION: rules.NUMBER_REGION,
    Fault.BIRTHDAY: rules.NUMBER_BIRTHDAY,
    Fault.CHECK: rules.NUMBER_CHECK,
}
FIRST_YEAR = 1900


@dataclass(frozen=True, slots=True)
class Details:
    """What somebody says of a person: the fields they may write."""

    name: str
    area: int
    paper: Paper = Paper.UNKNOWN
    number: str | None = None
    no_paper_why: str | None = None
    telephone: str | None = None
    birth_year: int | None = None
    sex: Sex | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What is accepted: today's date, and whether invented people are."""

    today: dt.date
    is_drill: bool


def check_details(details: Details, *, terms: Terms) -> Details:
    """Refuse what cannot be right; give the rest in one spelling."""
    name = " ".join(details.name.split())
    if not name_of(name):
        raise rules.PERSON_NAME_MISSING()
    checked = replace(
        details,
        name=name,
        number=checked_number(details.paper, details.number, terms=terms),
        no_paper_why=checked_why(details.paper, details.no_paper_why),
        telephone=checked_telephone(details.telephone),
        address=" ".join((details.address or "").split()) or None,
    )
    return _with_what_the_number_says(checked, terms=terms)


def checked_number(paper: Paper, typed: str | None, *, terms: Terms) -> str | None:
    """Give the tidied number, or refuse it without repeating it."""
    number = tidy(typed or "")
    if paper in WITHOUT_NUMBER and not number:
        return None
    if fault := find_fault(paper, number):
        raise FAULTS[fault](length=len(number))
    if paper is Paper.CITIZEN and is_drill_number(number) and not terms.is_drill:
        raise rules.NUMBER_OF_DRILL()
    return number


def checked_why(paper: Paper, typed: str | None) -> str | None:
    """Give the reason for having no number; a paper with a number has none."""
    if paper not in WITHOUT_NUMBER:
        return None
    why = (typed or "").strip()
    if not why:
        raise rules.NO_PAPER_WHY_MISSING()
    return why


def checked_telephone(typed: str | None) -> str | None:
    """Give the number as it is dialled, or refuse it without repeating it."""
    if not (typed or "").strip():
        return None
    number = telephone(typed or "")
    if number is None:
        raise rules.TELEPHONE_UNDIALLABLE()
    return number


def _with_what_the_number_says(details: Details, *, terms: Terms) -> Details:
    number = details.number or ""
    born = birthday(number)
    year = born.year if born else details.birth_year
    if details.birth_year not in {None, year}:
        raise rules.BIRTH_YEAR_DIFFERS()
    if year is not None and not FIRST_YEAR <= year <= terms.today.year:
        raise rules.BIRTH_YEAR_WRONG()
    sex = sex_of(number) if born else details.sex
    if details.sex not in {None, sex}:
        raise rules.SEX_DIFFERS()
    return replace(details, birth_year=year, sex=sex)
