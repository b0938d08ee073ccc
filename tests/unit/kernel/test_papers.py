"""Which numbers a paper may have, and what can be read out of one."""

import datetime as dt

import pytest

from fangxian.kernel.identifiers import citizen_check
from fangxian.kernel.papers import (
    Fault,
    Paper,
    Sex,
    birthday,
    find_fault,
    is_drill_number,
    likely_paper,
    resembles_number,
    sex_of,
)


def checked(first_17):
    return first_17 + citizen_check(first_17)


CITIZEN = "11010519491231002X"  # the example of GB 11643-1999 itself
DRILL = checked("99010319790613417")
RESIDENCE = checked("81000019900101001")
CARD_OF_2023 = checked("94182619801231007")  # card, Henan, 826, birthday, sequence


@pytest.mark.parametrize(
    ("paper", "number"),
    [
        (Paper.CITIZEN, CITIZEN),
        (Paper.CITIZEN, DRILL),
        (Paper.PASSPORT, "E12345678"),
        (Paper.PASSPORT, "EA1234567"),
        (Paper.PASSPORT, "123456789"),
        (Paper.HONG_KONG_MACAO, "H12345678"),
        (Paper.HONG_KONG_MACAO, "M1234567801"),
        (Paper.TAIWAN, "12345678"),
        (Paper.TAIWAN, "1234567801B"),
        (Paper.RESIDENCE, RESIDENCE),
        (Paper.PERMANENT, "USA410080010199"),
        (Paper.PERMANENT, CARD_OF_2023),
        (Paper.NONE, ""),
        (Paper.UNKNOWN, ""),
    ],
)
def test_numbers_that_can_be_right(paper, number):
    assert find_fault(paper, number) is None


@pytest.mark.parametrize(
    ("paper", "number", "fault"),
    [
        (Paper.CITIZEN, CITIZEN[:-1] + "1", Fault.CHECK),
        (Paper.CITIZEN, checked("11010519491331002"), Fault.BIRTHDAY),
        (Paper.CITIZEN, checked("11010517491231002"), Fault.BIRTHDAY),
        (Paper.CITIZEN, checked("98010319790613417"), Fault.REGION),
        (Paper.CITIZEN, checked("10010319790613417"), Fault.REGION),
        (Paper.CITIZEN, "4101031979061341", Fault.SHAPE),
        (Paper.CITIZEN, "", Fault.SHAPE),
        (Paper.PASSPORT, "ABCDEFGH", Fault.SHAPE),
        (Paper.PASSPORT, "E1", Fault.SHAPE),
        (Paper.HONG_KONG_MACAO, "T12345678", Fault.SHAPE),
        (Paper.TAIWAN, "1234567", Fault.SHAPE),
        (Paper.RESIDENCE, CITIZEN, Fault.REGION),
        (Paper.PERMANENT, DRILL, Fault.REGION),
        (Paper.PERMANENT, CARD_OF_2023[:-1] + "X", Fault.CHECK),
        (Paper.NONE, CITIZEN, Fault.SHAPE),
    ],
)
def test_numbers_that_cannot_be_right(paper, number, fault):
    assert find_fault(paper, number) is fault


def test_every_single_wrong_digit_of_a_citizen_is_noticed():
    wrong = [
        CITIZEN[:place] + digit + CITIZEN[place + 1 :]
        for place in range(17)
        for digit in "0123456789"
        if digit != CITIZEN[place]
    ]

    assert [n for n in wrong if find_fault(Paper.CITIZEN, n) is None] == []


@pytest.mark.parametrize(
    ("typed", "paper"),
    [
        (CITIZEN.lower(), Paper.CITIZEN),
        (f" {DRILL[:6]} {DRILL[6:]}", Paper.CITIZEN),
        (RESIDENCE, Paper.RESIDENCE),
        (CARD_OF_2023, Paper.PERMANENT),
        ("e12345678", Paper.PASSPORT),
        ("123456789", Paper.PASSPORT),
        ("M12345678", None),  # a permit of Macao, or a Korean passport
        ("12345678", None),  # a permit of Taiwan, or somebody's passport
        ("王小明", None),
        ("", None),
        (CITIZEN[:-1] + "1", None),
    ],
)
def test_the_paper_is_told_from_its_number_where_one_fits(typed, paper):
    assert likely_paper(typed) is paper


def test_what_a_number_says_of_its_owner():
    assert birthday(CITIZEN) == dt.date(1949, 12, 31)
    assert (sex_of(CITIZEN), sex_of(DRILL)) == (Sex.FEMALE, Sex.MALE)
    assert birthday("E12345678") is None


def test_only_the_region_99_is_of_rehearsals():
    assert is_drill_number(DRILL)
    assert not is_drill_number(CITIZEN)
    assert not is_drill_number("99123")


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (CITIZEN, True),
        (f"身份证{CITIZEN}", True),
        ("410103790613417", True),
        ("13812345678", False),
        ("410103009001", False),
        ("王小明", False),
    ],
)
def test_what_must_not_be_repeated_to_the_reader(text, is_one):
    assert resembles_number(text) is is_one
