"""The papers that say who somebody is, and what their numbers may look like.

Nothing here says that a number was ever issued; it says whether it can be one.
Sources of the shapes: GB 11643-1999 (citizens, and the residence permits of people
from Hong Kong, Macao and Taiwan, which borrow its form); the announcements of the
National Immigration Administration on the permits to travel to the mainland and on
the permanent residence card of 2023; ICAO Doc 9303 for passports.
"""

import datetime as dt
import re
from enum import StrEnum

from fangxian.kernel.identifiers import citizen_check, tidy


class Paper(StrEnum):
    """A kind of paper; the last two are none, and then a reason is asked for."""

    CITIZEN = "citizen"
    PASSPORT = "passport"
    HONG_KONG_MACAO = "hong_kong_macao"  # their permit to travel to the mainland
    TAIWAN = "taiwan"  # their permit to travel to the mainland
    RESIDENCE = "residence"  # the residence permit of people from the three
    PERMANENT = "permanent"  # a foreigner's permanent residence card
    NONE = "none"
    UNKNOWN = "unknown"


class Fault(StrEnum):
    """Why a text cannot be the number of a paper."""

    SHAPE = "shape"  # too long, too short, or signs that do not belong
    REGION = "region"  # it begins with no region that issues such papers
    BIRTHDAY = "birthday"
    CHECK = "check"


class Sex(StrEnum):
    """As papers say it."""

    MALE = "male"
    FEMALE = "female"


WITHOUT_NUMBER = frozenset({Paper.NONE, Paper.UNKNOWN})
NUMBER_LENGTH = 18
DRILL_REGION = "99"  # invented people (decision 26): never issued to anybody
PROVINCES = frozenset(
    map(str, (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47)))
) | frozenset(map(str, (*range(50, 55), *range(61, 66), 71)))
AUTONOMOUS = {"810000", "820000", "830000"}

_SHAPES = {
    Paper.CITIZEN: re.compile(r"[0-9]{17}[0-9X]"),
    Paper.PASSPORT: re.compile(r"(?=[A-Z]*[0-9])[A-Z0-9]{5,12}"),
    Paper.HONG_KONG_MACAO: re.compile(r"[HM][0-9]{8}(?:[0-9]{2})?"),
    Paper.TAIWAN: re.compile(r"[0-9]{8}|[0-9]{10}[A-Z]?"),
    Paper.RESIDENCE: re.compile(r"[0-9]{17}[0-9X]"),
    Paper.PERMANENT: re.compile(r"[A-Z]{3}[0-9]{12}|9[0-9]{16}[0-9X]"),
}


def find_fault(paper: Paper, number: str) -> Fault | None:
    """Say why a tidied text cannot be the number of this paper; None if it can."""
    if paper in WITHOUT_NUMBER:
        return Fault.SHAPE if number else None
    if _SHAPES[paper].fullmatch(number) is None:
        return Fault.SHAPE
    if len(number) < NUMBER_LENGTH:
        return None
    return _fault_of_18(paper, number)


def _fault_of_18(paper: Paper, number: str) -> Fault | None:
    if not _is_region(paper, number):
        return Fault.REGION
    if birthday(number) is None:
        return Fault.BIRTHDAY
    return None if citizen_check(number[:-1]) == number[-1] else Fault.CHECK


def _is_region(paper: Paper, number: str) -> bool:
    if paper is Paper.RESIDENCE:
        return number[:6] in AUTONOMOUS
    if paper is Paper.PERMANENT:
        return number[1:3] in PROVINCES
    return number[:2] in PROVINCES or is_drill_number(number)


def is_drill_number(number: str) -> bool:
    """Whether a tidied number is one of those that rehearsals invent."""
    return len(number) == NUMBER_LENGTH and number.startswith(DRILL_REGION)


def birthday(number: str) -> dt.date | None:
    """Read the birthday out of 18 digits; None where there is none."""
    if len(number) != NUMBER_LENGTH:
        return None
    try:
        day = dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return day if day.year >= 1900 else None  # noqa: PLR2004 -- nobody older stands on a list


def sex_of(number: str) -> Sex:
    """Read the sex out of 18 digits: the 17th is odd for men."""
    return Sex.MALE if int(number[16]) % 2 else Sex.FEMALE


def likely_paper(typed: str) -> Paper | None:
    """Tell the kind of paper from its number alone, where only one kind can fit.

    A permit of Hong Kong and a Korean passport may look alike: then it is not told.
    """
    number = tidy(typed)
    fitting = [paper for paper in _SHAPES if find_fault(paper, number) is None]
    return fitting[0] if len(fitting) == 1 else None


def resembles_number(text: str) -> bool:
    """Whether a text may be a number of 18 digits, whole, cut short or mistyped.

    What is refused is often repeated to the reader; this must not be.
    """
    number = tidy(text)
    return len(re.findall(r"[0-9]", number)) >= 15  # noqa: PLR2004 -- no telephone and no code of an area is so long
