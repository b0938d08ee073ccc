import dataclasses
import datetime as dt

import pytest

from fangxian.kernel.actors import Role
from fangxian.kernel.canonical import canonical
from fangxian.mechanisms.protocol.clauses import Cadence, Every, Weekday
from fangxian.mechanisms.protocol.evaluation import (
    Outcome,
    begins_on,
    explain,
    judge,
)
from fangxian.mechanisms.protocol.facts import Facts
from tests.packs import pack_of
from tests.unit.mechanisms.protocol.libraries import (
    book,
    damp,
    library,
    shanghai,
    shelf,
)


def clauses(facts, at, pack=None):
    return [one.clause for one in judge(pack or pack_of("lending-library"), facts, at)]


# ----------------------------------------------------------------- one decision
def test_a_decision_says_everything_that_a_task_needs():
    [decision] = judge(pack_of("lending-library"), shelf(), shanghai("2020-11-01"))

    assert decision.key == "lending-library/read_shelves/place:1/2020-11-01"
    assert (decision.pack, decision.version) == ("lending-library", "1")
    assert (decision.clause, decision.form) == ("read_shelves", "shelf_reading")
    assert decision.title.en == "Read the shelves every third day"
    assert (decision.subject, decision.kind) == ("place:1", "shelf")
    assert decision.roles == (Role.GRID_WORKER, Role.COMMUNITY)
    assert decision.opens_at == shanghai("2020-11-01", "09:00")
    assert decision.due_at == shanghai("2020-11-01", "17:00")
    assert decision.closes_at == shanghai("2020-11-01", "18:00")
    assert [(rung.after_minutes, rung.role) for rung in decision.ladder] == [
        (30, Role.COMMUNITY),
        (90, Role.STREET),
    ]


def test_the_trace_names_paper_facts_and_parameters_with_their_days():
    decision, _second = judge(
        pack_of("lending-library"), damp(), shanghai("2020-11-05")
    )
    trace = decision.trace

    assert trace.as_data() == {
        "pack": "lending-library",
        "version": "1",
        "clause": "air_damp_shelves",
        "source": "阅览室规则 第二条",
        "day": "2020-11-05",
        "condition": "shelf.damp and shelf.books > 10",
        "facts": {"shelf.books": 11, "shelf.damp": True},
        "parameters": {},
    }
    assert canonical(trace.as_data())


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2020-11-14", "48 since 2020-01-01: 阅览室规则"),
        (
            "2020-11-15",
            ("24 since 2020-11-15: 阅览室规则 第二版 2020-11-10 第七条"),
        ),
    ],
)
def test_the_trace_tells_which_value_of_a_parameter_held(day, told):
    [decision] = judge(pack_of("lending-library"), book(), shanghai(day))

    assert decision.trace.parameters == {"mend.hours": told}


def test_a_parameter_of_a_window_is_in_the_trace():
    [decision] = judge(pack_of("lending-library"), shelf(), shanghai("2020-11-01"))

    assert decision.trace.parameters == {
        "desk.closes": "18:00 since 2020-01-01: 阅览室规则"
    }


def test_judging_twice_gives_the_same():
    pack, at = pack_of("lending-library"), shanghai("2020-11-05")

    assert judge(pack, damp(), at) == judge(pack, damp(), at)


# ----------------------------------------------------------------------- days
@pytest.mark.parametrize(
    ("moment", "owed"),
    [
        ("2020-10-31T15:59:59+00:00", []),  # 23:59:59 of the day before
        ("2020-10-31T16:00:00+00:00", ["read_shelves"]),  # 00:00 in Shanghai
        ("2020-11-01T15:59:59+00:00", ["read_shelves"]),
        ("2020-11-01T16:00:00+00:00", []),
    ],
)
def test_days_are_shanghai_days(moment, owed):
    assert clauses(shelf(), dt.datetime.fromisoformat(moment)) == owed


def test_a_window_that_is_over_is_still_given():
    """A duty that was missed must show as missed."""
    late = shanghai("2020-11-01", "23:00")

    assert clauses(shelf(), late) == ["read_shelves"]


@pytest.mark.parametrize(
    ("day", "aired"),
    [
        ("2020-11-04", False),
        ("2020-11-05", True),  # valid_from is the first day
        ("2020-11-19", True),
        ("2020-11-20", False),  # valid_until is the first day without
    ],
)
def test_a_clause_holds_from_its_first_day_until_its_last(day, aired):
    found = "air_damp_shelves" in clauses(damp(), shanghai(day))

    assert found is aired


# -------------------------------------------------------------------- cadences
@pytest.mark.parametrize(
    ("day", "owed"),
    [
        ("2020-11-01", True),
        ("2020-11-02", False),
        ("2020-11-03", False),
        ("2020-11-04", True),
        ("2020-10-29", False),  # three days before the start
        ("2020-10-31", False),
    ],
)
def test_every_third_day_counts_from_the_start(day, owed):
    assert ("read_shelves" in clauses(shelf(), shanghai(day))) is owed


def test_spread_subjects_each_have_one_day_of_the_interval():
    cadence = Cadence(Every.DAYS, days=7, start=dt.date(2020, 1, 1), spread=True)
    week = [dt.date(2020, 11, 2) + dt.timedelta(days=one) for one in range(7)]
    begun = {
        number: [day for day in week if begins_on(cadence, day, number)]
        for number in range(7)
    }

    assert all(len(days) == 1 for days in begun.values())
    assert {days[0] for days in begun.values()} == set(week)


def test_a_spread_duty_comes_again_after_the_interval_and_not_before():
    cadence = Cadence(Every.DAYS, days=3, start=dt.date(2020, 1, 1), spread=True)
    days = [dt.date(2020, 1, 1) + dt.timedelta(days=one) for one in range(8)]

    assert [day.day for day in days if begins_on(cadence, day, 5)] == [3, 6]


def test_subjects_that_are_not_spread_share_their_day():
    cadence = Cadence(Every.DAYS, days=3, start=dt.date(2020, 1, 1))
    days = [dt.date(2020, 1, 1) + dt.timedelta(days=one) for one in range(6)]

    for number in (0, 1, 2):
        assert [day.day for day in days if begins_on(cadence, day, number)] == [1, 4]


@pytest.mark.parametrize("weekday", range(7))
def test_a_weekly_duty_begins_on_its_weekday(weekday):
    monday = dt.date(2020, 11, 9)
    cadence = Cadence(Every.WEEK, on=frozenset({tuple(Weekday)[weekday]}))
    begun = [
        one for one in range(7) if begins_on(cadence, monday + dt.timedelta(one), 1)
    ]

    assert begun == [weekday]


def test_a_window_of_two_days_is_due_on_the_second():
    desk = Facts("place", 4, "lending_desk", {"shelf.damp": False})
    [decision] = judge(pack_of("lending-library"), desk, shanghai("2020-11-09"))

    assert decision.opens_at == shanghai("2020-11-09", "09:00")
    assert decision.due_at == shanghai("2020-11-10", "12:00")
    assert decision.closes_at == shanghai("2020-11-11", "00:00")


def test_several_windows_a_day_are_several_duties_with_keys_of_their_own():
    aired = judge(pack_of("lending-library"), damp(), shanghai("2020-11-05"))

    assert [one.key.rpartition("place:1/")[2] for one in aired] == [
        "2020-11-05/1",
        "2020-11-05/2",
    ]
    assert [one.due_at for one in aired] == [
        shanghai("2020-11-05", "10:00"),
        shanghai("2020-11-05", "16:00"),
    ]


# --------------------------------------------------------------------- owed once
def test_a_duty_owed_once_runs_from_its_moment_and_never_closes():
    [decision] = judge(pack_of("lending-library"), book(), shanghai("2020-11-06"))

    assert decision.opens_at == shanghai("2020-11-04")
    assert decision.due_at == shanghai("2020-11-06")
    assert decision.closes_at is None
    assert decision.key.endswith("/2020-11-04T00:00:00+00:00")


def test_a_duty_owed_once_has_the_same_key_on_later_days():
    pack = pack_of("lending-library")
    [first] = judge(pack, book(), shanghai("2020-11-05"))
    [later] = judge(pack, book(), shanghai("2020-11-09"))

    assert first.key == later.key


@pytest.mark.parametrize(
    ("since", "owed"),
    [
        ("2020-11-05", ["remind"]),  # at this very moment
        ("2020-11-06", []),  # not yet
        (None, []),  # never
    ],
)
def test_a_duty_owed_once_waits_for_its_moment(since, owed):
    assert clauses(book(since=since), shanghai("2020-11-05")) == owed


# ------------------------------------------------------------------- conditions
@pytest.mark.parametrize(
    ("days_overdue", "reserved", "reminded"),
    [(8, False, True), (7, False, False), (1, True, True), (0, True, False)],
)
def test_the_condition_decides(days_overdue, reserved, reminded):
    facts = book(days_overdue, **{"book.reserved": reserved})

    assert bool(clauses(facts, shanghai("2020-11-05"))) is reminded


@pytest.mark.parametrize("kind", ["comic"])
def test_other_kinds_are_not_spoken_of(kind):
    assert clauses(book(kind=kind), shanghai("2020-11-05")) == []


def test_kinds_and_groups_add_up():
    """The counting clause names a group and one kind more."""
    monday = shanghai("2020-11-09")
    counted = [
        kind
        for kind in ("shelf", "reading_desk", "lending_desk")
        if "count_desks" in clauses(Facts("place", 1, kind), monday)
    ]

    assert counted == ["reading_desk", "lending_desk"]


def test_a_clause_without_kinds_speaks_of_every_kind():
    noon = shanghai("2020-11-09", "12:00")
    levels = ("city", "district", "street", "community")

    assert all(
        clauses(Facts("area", 1, level), noon) == ["branch_report"] for level in levels
    )


def test_the_ledger_may_know_kinds_that_the_pack_does_not():
    assert clauses(Facts("place", 1, "aquarium"), shanghai("2020-11-01")) == []


def test_a_level_that_is_none_is_a_mistake_of_the_caller():
    with pytest.raises(AssertionError, match="no area is a 4-community"):
        clauses(Facts("area", 1, "4-community"), shanghai("2020-11-01"))


# ------------------------------------------------------------------ explanations
def outcomes(facts, at, pack=None):
    return {
        verdict.clause.code: verdict
        for verdict in explain(pack or pack_of("lending-library"), facts, at)
    }


def test_every_clause_is_explained():
    found = outcomes(shelf(), shanghai("2020-11-05"))

    assert {code: one.outcome for code, one in found.items()} == {
        "read_shelves": Outcome.NOT_TODAY,
        "air_damp_shelves": Outcome.CONDITION_FAILS,
        "count_desks": Outcome.OTHER_SUBJECT,
        "remind": Outcome.OTHER_SUBJECT,
        "branch_report": Outcome.OTHER_SUBJECT,
    }
    assert all(one.decisions == () for one in found.values())


def test_a_clause_not_in_force_says_so():
    found = outcomes(damp(), shanghai("2020-11-04"))

    assert found["air_damp_shelves"].outcome is Outcome.NOT_IN_FORCE


def test_what_applies_comes_with_its_decisions():
    verdict = outcomes(damp(), shanghai("2020-11-05"))["air_damp_shelves"]

    assert verdict.outcome is Outcome.APPLIES
    assert len(verdict.decisions) == 2
    assert verdict.missing == frozenset()


def test_a_missing_fact_gives_no_duty_and_is_named():
    facts = Facts("place", 1, "shelf", {"shelf.damp": True})
    at = shanghai("2020-11-05")
    verdict = outcomes(facts, at)["air_damp_shelves"]

    assert verdict.outcome is Outcome.UNKNOWN
    assert verdict.missing == {"shelf.books"}
    assert clauses(facts, at) == []


def test_a_missing_fact_that_does_not_matter_is_not_asked_for():
    """Seven days and more are enough, whether the book is reserved or not."""
    verdict = outcomes(book(8), shanghai("2020-11-05"))["remind"]

    assert verdict.outcome is Outcome.APPLIES


# ----------------------------------------------------------------- whole months
def test_a_month_of_a_weekly_patrol_comes_to_the_expected_count():
    """Thirty days of November hold four or five days of a week, whoever it is."""
    routine = pack_of("routine")
    open_ = {"place.standing": "open", "place.venue_code": "in_use"}
    days = [shanghai("2020-11-01") + dt.timedelta(days=one) for one in range(30)]
    counts = [
        sum(
            one.clause == "key_patrol"
            for at in days
            for one in judge(routine, Facts("place", number, "clinic", open_), at)
        )
        for number in range(14)
    ]

    assert sorted(set(counts)) == [4, 5]
    assert sum(counts) == 60


def test_changing_one_time_changes_the_duty():
    later = library(("clauses", 0, "windows", 0, "due"), "17:30")
    [decision] = judge(later, shelf(), shanghai("2020-11-01"))

    assert decision.due_at == shanghai("2020-11-01", "17:30")


def test_the_facts_of_a_subject_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        shelf().number = 2
