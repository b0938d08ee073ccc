"""Which places look like one, and which only seem to."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxian.mechanisms.ledger.duplicates import (
    Candidate,
    Ground,
    Resemblance,
    Spot,
    candidates,
    is_near,
)


HERE, THERE = 1, 2
HAN = [
    chr(0x4E00 + offset)
    for offset in range(2_000)
    if not chr(0x4E00 + offset).isnumeric()
]


def spot(id_, name_key, *, area=HERE, kind="hotel", uscc=""):
    return Spot(id_, area, kind, name_key, uscc)


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("福华宾馆", "福华街宾馆", True),  # something was put in
        ("福华街快捷宾馆", "福华街快洁宾馆", False),  # one of seven: maybe a name
        ("二七区福华街快捷商务宾馆", "二七区福华街快洁商务宾馆", True),  # one of twelve
        ("福华宾馆", "京华宾馆", False),  # one of four is another name
        ("京广诊所", "京广足浴", False),
        ("福华一店", "福华二店", False),  # numbers tell shops apart
        ("天泽街1号楼食堂", "天泽街2号楼食堂", False),
        ("福华第10小吃店", "福华第1小吃店", False),
        ("张仲景大药房", "张仲景大药房福华街店", True),  # a person has to look
    ],
)
def test_near_names(one, other, near):
    assert is_near(one, other) is near
    assert is_near(other, one) is near


def test_the_same_code_is_the_surest_ground():
    one = spot(1, "福华宾馆", uscc="X")
    other = spot(2, "福华宾馆", uscc="X")

    assert candidates([one, other]) == (Candidate(2, 1, Ground.SAME_CODE),)


def test_one_code_is_noticed_across_areas_and_names():
    chain = [spot(n, f"店{n}", area=n, uscc="X") for n in (1, 2, 3)]

    assert [(c.place, c.earlier) for c in candidates(chain)] == [(2, 1), (3, 1)]


def test_the_same_name_in_the_same_area_is_noticed_across_kinds():
    found = candidates([spot(1, "福华宾馆"), spot(2, "福华宾馆", kind="restaurant")])

    assert found == (Candidate(2, 1, Ground.SAME_NAME),)


def test_the_same_name_elsewhere_is_another_place():
    assert candidates([spot(1, "福华宾馆"), spot(2, "福华宾馆", area=THERE)]) == ()


def test_a_near_name_of_another_kind_is_another_place():
    found = candidates([spot(1, "福华宾馆"), spot(2, "福华街宾馆", kind="restaurant")])

    assert found == ()


def test_the_nearest_name_is_suggested_with_its_likeness():
    spots = [spot(1, "福华路宾馆"), spot(2, "福华街宾馆店"), spot(3, "福华街宾馆")]

    assert candidates(spots)[-1] == Candidate(3, 2, Ground.NEAR_NAME, 89)


def test_two_that_were_kept_apart_are_suggested_no_more():
    spots = [spot(1, "福华宾馆", uscc="X"), spot(2, "京广宾馆", uscc="X")]

    assert candidates(spots, apart={(1, 2)}) == ()


def test_keeping_two_apart_does_not_hide_a_third():
    spots = [spot(n, f"店{n}", uscc="X") for n in (1, 2, 3)]

    assert candidates(spots, apart={(1, 3)})[-1].earlier == 2


def test_one_character_names_are_compared_as_they_are():
    resemblance = Resemblance()
    resemblance.remember(spot(1, "店"))

    assert [c.ground for c in resemblance.find(spot(2, "店"))] == [Ground.SAME_NAME]
    assert list(resemblance.find(spot(3, "馆"))) == []


@given(st.lists(st.text("福华街宾馆店快捷", min_size=1, max_size=8), max_size=30))
def test_looking_up_shared_pairs_misses_nothing(names):
    """The plain way, comparing all with all, finds the same pairs."""
    spots = [spot(number, name) for number, name in enumerate(names, start=1)]
    resemblance = Resemblance()
    for number, one in enumerate(spots):
        found = {
            c.earlier for c in resemblance.find(one) if c.ground != Ground.SAME_NAME
        }
        assert found - same(one, spots[:number]) == {
            other.id
            for other in spots[:number]
            if is_near(one.name_key, other.name_key)
        } - same(one, spots[:number])
        resemblance.remember(one)


def same(one, others):
    return {other.id for other in others if other.name_key == one.name_key}


def test_among_ten_thousand_names_that_end_alike_the_misread_one_is_found():
    """Comparing all with all would take minutes: the ending they share says nothing."""
    random_ = random.Random(10_000)
    keys = ["".join(random_.sample(HAN, 3)) + "快捷宾馆" for _ in range(10_000)]
    misread = keys[5_000][:-1] + "官"
    spots = [spot(number, key) for number, key in enumerate([*keys, misread], start=1)]

    assert is_near(keys[5_000], misread)
    assert (10_001, 5_001) in {(one.place, one.earlier) for one in candidates(spots)}
