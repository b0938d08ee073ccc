import datetime as dt
import json
from enum import StrEnum
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxian.kernel.canonical import canonical, digest, plain


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "spelt"),
    [
        (None, b"null"),
        (True, b"true"),
        (-7, b"-7"),
        ("宾馆", '"宾馆"'.encode()),
        (Colour.RED, b'"red"'),
        (UUID(int=7), b'"00000000-0000-0000-0000-000000000007"'),
        (dt.date(2020, 11, 9), b'"2020-11-09"'),
        (dt.time(17, 0), b'"17:00:00"'),
        ({"b": 1, "a": [1, 2]}, b'{"a":[1,2],"b":1}'),
        ({1: 2}, b'{"1":2}'),
        ((1, "x"), b'[1,"x"]'),
        ({"b", "a"}, b'["a","b"]'),
        (frozenset({2, 1}), b"[1,2]"),
        ([], b"[]"),
        ({}, b"{}"),
    ],
)
def test_one_value_has_one_spelling(value, spelt):
    assert canonical(value) == spelt


def test_a_moment_is_spelt_in_utc_with_microseconds():
    shanghai = dt.timezone(dt.timedelta(hours=8))
    moment = dt.datetime(2020, 11, 9, 12, tzinfo=shanghai)

    assert plain(moment) == "2020-11-09T04:00:00.000000+00:00"


@pytest.mark.parametrize("value", [1.5, b"x", object(), [1.5], {"a": 1.5}])
def test_what_has_more_than_one_spelling_has_none(value):
    with pytest.raises(TypeError, match="has no canonical spelling"):
        canonical(value)


def test_a_digest_is_sha_256_of_the_spelling():
    assert digest({}) == (
        "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    )


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(values)
def test_reading_a_spelling_gives_the_value_and_the_same_spelling(value):
    assert json.loads(canonical(value)) == value
    assert canonical(json.loads(canonical(value))) == canonical(value)


@given(st.dictionaries(st.text(), st.integers()))
def test_the_order_of_keys_does_not_matter(value):
    assert digest(dict(reversed(value.items()))) == digest(value)
