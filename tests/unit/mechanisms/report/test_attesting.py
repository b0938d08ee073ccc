"""A return is computed and signed by its own unit, once, and never typed in."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.journal import queries as journal
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.jurisdiction import rules as jurisdiction
from fangxian.mechanisms.report import actions, queries, rules
from fangxian.mechanisms.report.models import Return
from fangxian.mechanisms.report.states import State
from tests.unit.mechanisms.report.returns import (
    AFTERNOON,
    EVENING,
    NEXT_MORNING,
    TOMORROW,
    attest,
    counted,
    issue_patrol,
    raise_one,
)
from tests.worlds import NOON, TODAY


def refused(act, *arguments, **options):
    """The refusal of an act, which must have written nothing."""
    before = Entry.objects.count(), Return.objects.count()
    with pytest.raises(Refusal) as refusal:
        act(*arguments, **options)
    assert (Entry.objects.count(), Return.objects.count()) == before
    return refusal.value.kind


def test_a_community_returns_what_was_recorded_in_its_grids(city):
    issue_patrol(city)
    issue_patrol(city, "second_grid", n=2)
    issue_patrol(city, "grid_of_second_community", n=3)
    raise_one(city)

    returned = attest(city)

    assert returned.figures == counted(patrols_due=2, raised=1, standing=1)
    assert returned.sources == {}
    assert (returned.state, returned.late, returned.zero) == (
        State.ATTESTED,
        False,
        False,
    )


def test_signing_is_one_entry_and_is_counted(city):
    returned = attest(city, at=EVENING)

    entry = Entry.objects.latest("id")
    assert (entry.event, entry.subject, entry.area) == (
        "report.attested",
        f"return:{returned.pk}",
        city["community"],
    )
    assert entry.payload["digest"] == returned.digest
    assert journal.counts_by_measure(
        ["report.attested", "report.late", "report.zero"],
        areas=None,
        from_=TODAY,
        until=TOMORROW,
        kinds=["daily"],
    ) == {"report.attested": 1, "report.late": 1, "report.zero": 0}


def test_a_return_after_the_cut_off_is_accepted_and_marked(city):
    on_time = attest(city, at=AFTERNOON)
    late = attest(city, "alice", at=EVENING)

    assert (on_time.late, late.late) == (False, True)


def test_a_return_after_the_freeze_is_accepted_and_frozen_at_once(city):
    returned = attest(city, at=NEXT_MORNING)

    assert (returned.state, returned.late, returned.frozen_at) == (
        State.FROZEN,
        True,
        NEXT_MORNING,
    )


def test_a_second_signature_is_refused(city):
    attest(city)

    assert refused(attest, city, at=EVENING) is rules.ALREADY_ATTESTED


def test_a_day_that_has_not_begun_is_refused(city):
    assert refused(attest, city, day=TOMORROW) is rules.NOT_BEGUN


def test_nobody_signs_for_another_unit_not_even_the_one_above(city):
    options = {"layout": "daily", "day": TODAY, "at": AFTERNOON}

    assert (
        refused(
            actions.attest, area=city["community"], by=city.actor("alice"), **options
        )
        is rules.NOT_THE_UNITS_OWN
    )


def test_a_unit_of_the_next_district_does_not_exist_for_charlie(city):
    options = {"layout": "daily", "day": TODAY, "at": AFTERNOON}

    assert (
        refused(
            actions.attest, area=city["community"], by=city.actor("charlie"), **options
        )
        is jurisdiction.OUT_OF_REACH
    )


def test_a_level_that_owes_no_return_makes_none(city):
    assert refused(attest, city, "grid") is rules.NO_LAYOUT


def test_a_layout_that_nobody_adopted_is_refused(city):
    by = city.actor("community")
    options = {"area": by.unit, "day": TODAY, "by": by, "at": AFTERNOON}

    assert refused(actions.attest, layout="weekly", **options) is rules.NO_LAYOUT


def test_a_zero_report_says_that_there_was_nothing(city):
    returned = attest(city, zero=True)

    assert (returned.zero, returned.figures["raised"]) == (True, 0)


def test_a_zero_report_is_refused_while_there_is_something(city):
    raise_one(city)

    assert refused(attest, city, zero=True) is rules.NOT_NOTHING


def test_figures_that_do_not_balance_cannot_be_signed(city):
    finding = raise_one(city)
    type(finding).objects.update(area=city["next_grid"])  # behind the counters' back

    assert refused(attest, city) is rules.UNBALANCED


def test_what_stood_before_the_day_is_carried_into_it(city):
    raise_one(city, at=NOON - dt.timedelta(days=3))

    assert attest(city).figures == counted(
        raised_before=1, standing_before=1, standing=1
    )


def test_a_kind_of_place_counts_where_the_indicator_names_it(city):
    raise_one(city, kind="clinic")

    assert attest(city).figures["clinics_raised"] == 1


def test_a_prepared_return_is_missing_until_it_is_signed(city):
    by = city.actor("community")
    prepared = actions.prepare(area=by.unit, layout="daily", day=TODAY, by=by, at=NOON)
    raise_one(city)
    missing_before = queries.missing(city["community"], "daily", TODAY, at=AFTERNOON)
    signed = attest(city)

    assert prepared.state == State.COMPUTED
    assert missing_before == [city["community"]]
    assert (signed.pk, signed.figures["raised"]) == (prepared.pk, 1)
    assert queries.missing(city["community"], "daily", TODAY, at=AFTERNOON) == []


def test_few_queries_on_the_hot_path(city, django_assert_max_num_queries):
    attest(city)
    by = city.actor("alice")

    with django_assert_max_num_queries(20):
        actions.attest(area=by.unit, layout="daily", day=TODAY, by=by, at=AFTERNOON)


@pytest.mark.parametrize(
    "change",
    [
        {"figures": {"raised": 0}},
        {"digest": "x"},
        {"late": True},
        {"state": "computed"},
    ],
)
def test_the_database_keeps_what_was_signed(city, change):
    returned = attest(city)

    with pytest.raises(IntegrityError), transaction.atomic():
        Return.objects.filter(pk=returned.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Return.objects.filter(pk=returned.pk).delete()
