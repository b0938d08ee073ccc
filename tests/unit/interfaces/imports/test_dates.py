"""Days as people and spreadsheets write them."""

import datetime as dt

import pytest

from fangxian.interfaces.imports.dates import parse_day


NOVEMBER_9 = dt.date(2020, 11, 9)


@pytest.mark.parametrize(
    "text",
    [
        "2020-11-09",
        "2020-11-9",
        "2020/11/9",
        "2020.11.09",
        "20201109",
        "2020年11月9日",
        "2020 年 11 月 9 日",
        "2020年11月9",
        "２０２０－１１－０９",
        "2020-11-09 08:30",
        "2020-11-09T08:30:00",
        "44144",  # the serial of a sheet
    ],
)
def test_one_day_in_many_spellings(text):
    assert parse_day(text) == NOVEMBER_9


def test_a_year_that_comes_last_is_read_when_only_one_order_gives_a_day():
    assert parse_day("30/11/2020") == parse_day("11/30/2020") == dt.date(2020, 11, 30)
    assert parse_day("9/9/2020") == dt.date(2020, 9, 9)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "9/11/2020",
        "2020-13-01",
        "2020-02-30",
        "20.11.9",
        "11月9日",
        "昨天",
        "12",
        "1e9",
    ],
)
def test_what_is_no_day_or_may_be_two(text):
    assert parse_day(text) is None
