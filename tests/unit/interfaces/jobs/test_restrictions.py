"""What falls due for people under a measure, as the worker does it."""

import datetime as dt

import pytest

from fangxian.interfaces.jobs.due import next_moment, run_due
from fangxian.kernel.moments import start_of
from fangxian.mechanisms.protocol.vocabulary import Ending
from fangxian.mechanisms.restriction.actions import file_appeal
from fangxian.mechanisms.restriction.models import Ended
from fangxian.mechanisms.restriction.states import Channel
from tests.unit.mechanisms.restriction.restricting import (
    DAY,
    HOUR,
    POSITIVE,
    STAYED,
    Restricting,
    pack_with,
    put_in_force,
)
from tests.worlds import NOON


@pytest.fixture
def restricting(world):
    return Restricting(world)


@pytest.fixture
def imposed(restricting):
    restricting.stated()
    [decision] = restricting.imposed()
    return decision


def run_until(last, *, at=NOON):
    """Stop at every moment at which something falls due, as a replay does."""
    stops = []
    while at < last:
        at = next_moment(at)
        run_due(at)
        stops.append(at)
    return stops


def endings():
    return [(one.reason, one.at) for one in Ended.objects.order_by("at")]


def test_an_expiry_is_written_down_at_its_moment(imposed):
    run_until(imposed.until)

    assert endings() == [(Ending.EXPIRED, imposed.until)]


def test_an_unanswered_appeal_is_a_stop_of_its_own(restricting, imposed):
    appeal = file_appeal(
        imposed.pk,
        said="我没有去过",
        channel=Channel.TELEPHONE,
        by=restricting.world.actor("grid"),
        at=NOON + HOUR,
    )

    assert appeal.due_at in run_until(NOON + 2 * DAY)
    assert endings() == [(Ending.APPEAL_LAPSED, appeal.due_at)]


@pytest.mark.usefixtures("imposed")
def test_an_adoption_without_the_rule_ends_it_at_the_next_run(restricting):
    put_in_force(
        pack_with(POSITIVE, version="next"),
        restricting.world["city"],
        from_=NOON + HOUR,
    )
    run_due(NOON + HOUR)

    assert endings() == [(Ending.RULE_REPEALED, NOON + HOUR)]


def test_the_last_day_of_a_rule_ends_it_at_midnight(restricting):
    put_in_force(
        pack_with({**STAYED, "valid_until": "2020-11-12"}, version="short"),
        restricting.world["city"],
        from_=NOON,
    )
    restricting.stated()
    restricting.imposed()
    run_until(NOON + 4 * DAY)

    assert endings() == [(Ending.RULE_REPEALED, start_of(dt.date(2020, 11, 12)))]
