import datetime as dt
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxian.kernel.ids import moment_of, new_id


MOMENTS = st.datetimes(
    min_value=dt.datetime.fromisoformat("1970-01-02"),
    max_value=dt.datetime.fromisoformat("9000-01-01"),
    timezones=st.just(dt.UTC),
)
RANDOM = st.binary(min_size=10, max_size=10)


def test_the_example_of_the_standard():
    # RFC 9562, appendix A.6: rand_a 0xCC3, rand_b 0x18C4DC0C0C07398F.
    random = (0xCC3 << 68 | 0x18C4DC0C0C07398F).to_bytes(10)
    at = dt.datetime(2022, 2, 22, 19, 22, 22, tzinfo=dt.UTC)

    assert new_id(at, random) == UUID("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")


@given(at=MOMENTS, random=RANDOM)
def test_every_id_is_a_version_7_of_its_millisecond(at, random):
    made = new_id(at, random)

    assert (made.version, made.variant) == (7, RFC_4122)
    assert dt.timedelta() <= at - moment_of(made) < dt.timedelta(milliseconds=1)


@given(earlier=MOMENTS, later=MOMENTS, random=RANDOM, other=RANDOM)
def test_ids_sort_by_time(earlier, later, random, other):
    earlier, later = sorted((earlier, later))
    later += dt.timedelta(milliseconds=1)

    assert str(new_id(earlier, random)) < str(new_id(later, other))


@given(at=MOMENTS, one=RANDOM, other=RANDOM)
def test_the_same_randomness_gives_the_same_id(at, one, other):
    assert new_id(at, one) == new_id(at, one)
    if _random_bits(one) != _random_bits(other):
        assert new_id(at, one) != new_id(at, other)


def _random_bits(random: bytes) -> int:
    number = int.from_bytes(random)
    return (number >> 68) << 62 | number & (1 << 62) - 1


@pytest.mark.parametrize("size", [0, 9, 11])
def test_another_amount_of_randomness_is_a_mistake(size):
    with pytest.raises(ValueError, match="takes 10 random bytes"):
        new_id(dt.datetime(2020, 11, 1, tzinfo=dt.UTC), bytes(size))
