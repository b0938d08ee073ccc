"""Journeys as faulty sources tell them."""

import datetime as dt

import pytest

from fangxian.capabilities.enrolment.journeys import (
    Journey,
    find_listing,
    is_same_journey,
    joined,
    journey_from,
    with_listing,
)
from tests.packs import pack_of


EIGHTH = dt.date(2020, 11, 8)
FULL = Journey(
    origin="天津",
    listing="120116.hangu",
    is_abroad=False,
    left_on=dt.date(2020, 11, 7),
    entered_on=None,
    arrived_on=EIGHTH,
    transport="G2001",
)


def test_a_journey_is_spelt_and_read_again():
    assert journey_from(FULL.as_data()) == FULL
    assert journey_from({}) == Journey()


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (Journey(arrived_on=EIGHTH), True),
        (Journey(arrived_on=dt.date(2020, 11, 11)), True),
        (Journey(arrived_on=dt.date(2020, 11, 12)), False),
        (Journey(arrived_on=dt.date(2020, 11, 5)), True),
        (Journey(arrived_on=dt.date(2020, 11, 4)), False),
        (Journey(entered_on=dt.date(2020, 10, 1)), True),  # nothing speaks against it
        (Journey(), True),
        (Journey(left_on=dt.date(2020, 11, 6), arrived_on=dt.date(2021, 8, 11)), True),
    ],
)
def test_two_reports_tell_of_one_journey_if_a_day_is_about_the_same(other, same):
    assert is_same_journey(FULL, other) is same
    assert is_same_journey(other, FULL) is same


def test_hearsay_fills_what_is_empty_and_a_document_is_believed():
    one = Journey(origin="天津", is_abroad=True)
    other = Journey(origin="迪拜", entered_on=EIGHTH)

    assert joined(one, other, believed=False).origin == "天津"
    assert joined(one, other, believed=True).origin == "迪拜"
    for believed in (True, False):
        both = joined(one, other, believed=believed)
        assert both.is_abroad
        assert both.entered_on == EIGHTH


@pytest.mark.parametrize(
    ("origin", "listing"),
    [
        ("天津市滨海新区汉沽街", "120116.hangu"),
        ("天津滨海新区汉沽街道河西里 5-201", "120116.hangu"),
        ("从天津市滨海汉沽街返回", "120116.hangu"),
        ("天津市", ""),
        ("天津市滨海新区", ""),
        ("汉沽街", ""),
        ("上海市浦东新区祝桥镇新生小区", "310115.zhuqiao.xinsheng"),
        ("上海浦东祝桥镇营前村", "310115.zhuqiao.yingqian"),
        ("hangu sub-district, binhai, tianjin", "120116.hangu"),
        ("", ""),
    ],
)
def test_a_listed_area_is_found_by_its_whole_name(origin, listing):
    risks = pack_of("covid19-cn").risks

    assert find_listing(risks, origin) == listing


def test_what_somebody_chose_stands():
    risks = pack_of("covid19-cn").risks
    chosen = Journey(origin="天津市滨海新区汉沽街", listing="150781.beiqu")

    assert with_listing(chosen, risks) == chosen
    assert with_listing(Journey(origin="汉沽"), risks) == Journey(origin="汉沽")
