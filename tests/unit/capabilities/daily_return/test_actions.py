"""Every unit owes its return; signing it ends the duty and leaves a record."""

import pytest

from fangxian.capabilities.daily_return import actions, rules
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.observation.models import Observation
from fangxian.mechanisms.protocol.rules import WRONG_ANSWERS
from fangxian.mechanisms.report import rules as report
from fangxian.mechanisms.report.models import Return
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


def test_every_community_street_and_district_owes_one_return(city):
    issued = actions.issue_duties(day=TODAY, at=MORNING)

    units = len([name for name in city.areas if not _is_small(name)])
    assert issued == units
    assert set(Task.objects.values_list("duty", flat=True)) == {"daily_report"}


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

    returned = sign(city, zero=False, happened=" Two new clinics ")

    task = Task.objects.get(subject=f"area:{city['community']}", form="daily_report")
    seen = Observation.objects.get(pk=task.observation)
    assert (task.state, seen.answers) == (
        "completed",
        {
            "figures_read": True,
            "nothing_happened": False,
            "what_happened": "Two new clinics",
        },
    )
    assert (returned.zero, returned.figures["duties_done"]) == (False, 1)


def test_signing_needs_no_duty_once_the_window_has_closed(city):
    returned = sign(city, at=NEXT_MORNING)

    assert (returned.late, Observation.objects.get().at < NEXT_MORNING) == (True, True)


def test_a_zero_report_is_a_return_that_states_that_nothing_happened(city):
    returned = sign(city)

    assert (returned.layout, returned.zero) == ("daily", True)
    assert Observation.objects.get().answers == {
        "figures_read": True,
        "nothing_happened": True,
    }


@pytest.mark.parametrize(("happened", "zeros"), [("", 1), ("A fever", 0)])
def test_a_street_counts_the_zero_reports_of_its_communities(city, happened, zeros):
    sign(city, zero=not happened, happened=happened)

    street = sign(city, "alice")

    assert street.figures["units_received"] == 1
    assert street.figures["units_zero"] == zeros


def test_a_finding_is_reported_by_its_figure(city):
    find(city, open_hotel(city))

    returned = sign(city, zero=False)

    assert (returned.zero, returned.figures["findings_raised"]) == (False, 1)


def refused(act):
    """What an act is refused for; nothing of it may have been written."""
    before = Entry.objects.count()
    with pytest.raises(Refusal) as refusal:
        act()
    assert Entry.objects.count() == before
    assert not Observation.objects.exists()
    assert not Return.objects.exists()
    return refusal.value.kind


def test_a_false_zero_report_is_refused(city):
    find(city, open_hotel(city))

    assert refused(lambda: sign(city)) is report.NOT_NOTHING


def test_a_day_without_anything_is_not_signed_without_saying_so(city):
    assert refused(lambda: sign(city, zero=False)) is rules.NOTHING_STATED


def test_a_zero_report_that_says_what_happened_is_refused(city):
    kind = refused(lambda: sign(city, happened="A fever at the market"))

    assert kind is WRONG_ANSWERS


def test_charlie_cannot_sign_for_the_street_next_door(city):
    by = city.actor("charlie")

    with pytest.raises(Refusal) as refusal:
        actions.attest_daily(
            area=city["street"], day=TODAY, zero=True, by=by, at=EVENING
        )

    assert refusal.value.kind.hidden
    assert Observation.objects.count() == 0
