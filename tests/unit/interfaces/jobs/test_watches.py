"""What follows for those at home, as the worker does it: nobody opens or closes it."""

import datetime as dt

import pytest

from fangxian.capabilities.home_watch import queries
from fangxian.capabilities.home_watch.models import Watch
from fangxian.interfaces.jobs.due import next_moment, run_due
from fangxian.kernel.situation import start_situation
from fangxian.mechanisms.finding.models import Finding
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.task.models import Task
from tests.unit.capabilities.home_watch.watching import (
    FIVE,
    LAST_MOMENT,
    WELL,
    Watching,
    clock,
)
from tests.worlds import NOON


pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def watching(world, settings, tmp_path):
    settings.FANGXIAN_DATA = tmp_path
    start_situation(tmp_path, scenario="test", at=NOON)
    return Watching(world)


@pytest.fixture
def watch(watching):
    """Signed at noon, begun by the worker's next turn."""
    watching.back()
    watching.imposed()
    run_due(NOON + MINUTE)
    return Watch.objects.get()


def run_until(last, *, at):
    while at < last:
        at = next_moment(at)
        run_due(at)


def told(event):
    return Entry.objects.filter(event=event).count()


def test_a_signature_is_followed_by_a_watch_and_the_days_by_duties(watch):
    assert Task.objects.filter(form="health_record").count() == 1

    run_due(clock(0, day=10))

    assert Task.objects.filter(form="health_record").count() == 3
    assert told("home_watch.opened") == 1
    assert watch.opened_at == NOON + MINUTE


def test_a_team_that_nobody_named_in_time_is_a_finding_once(watch):
    run_until(clock(12, day=10), at=NOON + MINUTE)

    [finding] = Finding.objects.filter(item="team/named")
    assert finding.raised_at == clock(0, 10, day=10)
    assert finding.seen_again == 1  # the ladder has a second rung
    assert finding.subject == f"restriction:{watch.pk}"


def test_a_team_that_was_named_in_time_is_none(watching, watch):
    watching.name(watch, FIVE, at=NOON + MINUTE)

    run_until(clock(12, day=10), at=NOON + MINUTE)

    assert Finding.objects.count() == 0


def test_whole_days_until_the_end_leave_nothing_owed(watching, watch):
    watching.name(watch, FIVE, at=NOON + MINUTE)
    watching.write(watch, WELL, at=clock(18))

    run_until(LAST_MOMENT, at=clock(18))

    counts = queries.duties_of(
        watch.pk, watching.world.actor("alice").scope, LAST_MOMENT
    )
    health = counts["health_record"]
    assert (health.should, health.did, health.missed) == (25, 1, 24)
    assert (counts["sampling"].should, counts["release_check"].missed) == (2, 1)
    assert Task.objects.filter(state__in=("issued", "claimed")).count() == 0
    assert told("home_watch.closed") == 1
    run_until(LAST_MOMENT + dt.timedelta(days=1), at=LAST_MOMENT)
    assert Task.objects.filter(opens_at__gte=LAST_MOMENT).count() == 0
