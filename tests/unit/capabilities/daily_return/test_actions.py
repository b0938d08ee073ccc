"""Every unit owes its returns; signing one ends the duty and leaves a record."""

import pytest

from fangxian.capabilities.daily_return import actions
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.observation.models import Observation
from fangxian.mechanisms.report import rules as report
from fangxian.mechanisms.task.models import Task
from tests.unit.capabilities.daily_return.days import (
    AFTERNOON,
    EVENING,
    MORNING,
    NEXT_MORNING,
    find,
    open_hotel,
    sign,
)
from tests.worlds import TODAY


def test_every_community_street_and_district_owes_two_returns(city):
    issued = actions.issue_duties(day=TODAY, at=MORNING)

    units = len([name for name in city.areas if not _is_small(name)])
    assert issued == 2 * units
    assert set(Task.objects.values_list("duty", flat=True)) == {
        "daily_report",
        "zero_report",
    }


def _is_small(name):
    return name in {"city", "courtyard"} or "grid" in name


def test_a_duty_names_the_post_and_the_cut_off(city):
    actions.issue_duties(day=TODAY, at=MORNING)

    task = Task.objects.get(subject=f"area:{city['community']}", form="daily_report")
    assert (task.post_id, task.area_id, task.kind) == (
        city.posts["community"],
        city["community"],
        "",
    )
    assert task.due_at == AFTERNOON.replace(hour=9)  # 17:00 in Shanghai


@pytest.mark.usefixtures("city")
def test_duties_are_issued_once():
    actions.issue_duties(day=TODAY, at=MORNING)

    assert actions.issue_duties(day=TODAY, at=AFTERNOON) == 0


@pytest.mark.usefixtures("city")
def test_issuing_costs_the_same_however_many_units_there_are(
    django_assert_max_num_queries,
):
    with django_assert_max_num_queries(80):
        actions.issue_duties(day=TODAY, at=MORNING)


def test_signing_ends_the_duty_and_leaves_a_record(city):
    actions.issue_duties(day=TODAY, at=MORNING)

    returned = sign(city, remarks=" Two new clinics ")

    task = Task.objects.get(subject=f"area:{city['community']}", form="daily_report")
    seen = Observation.objects.get(pk=task.observation)
    assert (task.state, seen.answers) == (
        "completed",
        {"figures_read": True, "remarks": "Two new clinics"},
    )
    assert returned.figures["duties_done"] == 1


def test_signing_needs_no_duty_once_the_window_has_closed(city):
    returned = sign(city, at=NEXT_MORNING)

    assert (returned.late, Observation.objects.get().at < NEXT_MORNING) == (True, True)


def test_a_zero_report_says_that_nothing_happened(city):
    returned = sign(city, act=actions.attest_zero)

    assert (returned.zero, returned.figures["zero_reports"]) == (True, 1)
    assert Observation.objects.get().answers == {"nothing_happened": True}


def test_a_street_counts_the_zero_reports_of_its_communities(city):
    sign(city, act=actions.attest_zero)

    street = sign(city, "alice", act=actions.attest_zero)

    assert (street.figures["zero_reports"], street.figures["units_zero"]) == (2, 1)


def test_what_happened_is_reported_in_words(city):
    returned = sign(city, act=actions.attest_zero, happened="A fever at the market")

    assert returned.zero is False
    assert Observation.objects.get().answers == {
        "nothing_happened": False,
        "what_happened": "A fever at the market",
    }


def test_a_false_zero_report_is_refused_and_nothing_is_written(city):
    find(city, open_hotel(city))
    before = Entry.objects.count()

    with pytest.raises(Refusal) as refusal:
        sign(city, act=actions.attest_zero)

    assert refusal.value.kind is report.NOT_NOTHING
    assert (Entry.objects.count(), Observation.objects.count()) == (before, 0)


@pytest.mark.parametrize("act", [actions.attest_daily, actions.attest_zero])
def test_charlie_cannot_sign_for_the_street_next_door(city, act):
    by = city.actor("charlie")

    with pytest.raises(Refusal) as refusal:
        act(area=city["street"], day=TODAY, by=by, at=EVENING)

    assert refusal.value.kind.hidden
    assert Observation.objects.count() == 0
