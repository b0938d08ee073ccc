"""Pure judgements about sweeps."""

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace

import pytest

from fangxian.capabilities.enrolment.states import Met, Sweeping
from fangxian.capabilities.enrolment.sweeps import rules
from fangxian.kernel.actors import Role
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.task.states import State
from tests.roles import refusal_of, roles_that, somebody


BEGIN = dt.datetime(2020, 11, 9, 8, 0, tzinfo=dt.UTC)
END = BEGIN + dt.timedelta(days=5)
A_MINUTE = dt.timedelta(minutes=1)
BOUND = Scope(roots=frozenset({1}), kinds=frozenset({"hotel"}))
LEADING = {Role.COMMUNITY, Role.STREET}


def code_of(check, *args, **said):
    """The code that a judgement refuses with, or an empty one."""
    refusal = refusal_of(lambda _: check(*args, **said), None)
    return "" if refusal is None else refusal.kind.code


def sweep(state=Sweeping.RUNNING, ended_at=None):
    return SimpleNamespace(state=state, opens_at=BEGIN, until=END, ended_at=ended_at)


# ------------------------------------------------------------------------------ who
def test_those_who_lead_order_a_sweep_and_call_it_off():
    for may in (rules.check_can_order, rules.check_can_call_off):
        passing = roles_that(lambda by, may=may: code_of(may, by=by) == "")
        assert passing == {*LEADING, Role.DISTRICT}
    assert roles_that(lambda by: rules.can_order(by=by)) == {*LEADING, Role.DISTRICT}


@pytest.mark.parametrize("role", [Role.COMMUNITY, Role.STREET, Role.DISTRICT])
def test_who_answers_for_some_kinds_alone_orders_no_sweep(role):
    bound = replace(somebody(role), scope=BOUND)

    assert rules.can_order(by=somebody(role))
    assert not rules.can_order(by=bound)
    code = "sweep.not_yours_to_order"
    assert code_of(rules.check_can_order, by=bound) == code
    assert code_of(rules.check_can_call_off, by=bound) == code


def test_a_door_is_visited_by_its_post_and_by_those_who_lead_it():
    own = roles_that(lambda by: rules.can_visit(7, by=by), post=7)
    others = roles_that(lambda by: rules.can_visit(8, by=by), post=7)
    nobodys = roles_that(lambda by: rules.can_visit(None, by=by), post=7)

    assert (own, others, nobodys) == (
        {*LEADING, Role.GRID_WORKER},
        LEADING,
        {*LEADING, Role.GRID_WORKER},
    )
    grid = somebody(Role.GRID_WORKER, post=7)
    assert code_of(rules.check_can_visit, 7, by=grid) == ""
    assert code_of(rules.check_can_visit, 8, by=grid) == "sweep.not_yours_to_visit"


# ----------------------------------------------------------------------------- when
def test_a_window_ends_after_it_begins_after_now_and_not_too_late():
    def code(opens_at, until, at):
        return code_of(rules.check_window, opens_at, until, latest=END, at=at)

    assert code(BEGIN, END, BEGIN) == ""
    assert code(BEGIN, BEGIN + A_MINUTE, BEGIN - A_MINUTE) == ""
    assert code(BEGIN, BEGIN, BEGIN - A_MINUTE) == "sweep.over_before_begun"
    assert code(BEGIN, BEGIN + A_MINUTE, BEGIN + A_MINUTE) == "sweep.over_before_begun"
    assert code(BEGIN, END + A_MINUTE, BEGIN) == "sweep.too_long"


def test_a_visit_counts_from_the_first_moment_to_before_the_last():
    called_off = sweep(Sweeping.CALLED_OFF, ended_at=BEGIN + A_MINUTE)

    def runs(one, seen_at):
        return code_of(rules.check_ran, one, seen_at) == ""

    assert [runs(sweep(), at) for at in (BEGIN, END - A_MINUTE)] == [True, True]
    assert [runs(sweep(), at) for at in (BEGIN - A_MINUTE, END)] == [False, False]
    assert runs(called_off, BEGIN)
    assert not runs(called_off, BEGIN + A_MINUTE)
    assert code_of(rules.check_ran, sweep(), END) == "sweep.not_within"


def test_visits_are_offered_while_it_runs():
    running = [BEGIN, END - A_MINUTE]
    outside = [BEGIN - A_MINUTE, END]

    assert [rules.is_running(sweep(), at) for at in running] == [True, True]
    assert [rules.is_running(sweep(), at) for at in outside] == [False, False]
    for over in set(Sweeping) - {Sweeping.RUNNING}:
        assert not rules.is_running(sweep(over), BEGIN)


# ----------------------------------------------------------------------------- what
def test_why_is_asked_for_and_tidied():
    assert rules.check_why("  来了一车人 ") == "来了一车人"
    assert code_of(rules.check_why, " \n") == "sweep.why_missing"


def test_a_sweep_is_about_something_and_not_about_too_much():
    most = rules.TARGETS_MOST

    assert [code_of(rules.check_count, count) for count in (1, most)] == ["", ""]
    assert code_of(rules.check_count, 0) == "sweep.nobody_there"
    assert code_of(rules.check_count, most + 1) == "sweep.too_many"


@pytest.mark.parametrize(
    ("state", "outcome", "met"),
    [
        (State.LAPSED, "vacant", Met.EMPTY),
        (State.COMPLETED, "vacant", Met.EMPTY),
        (State.LAPSED, "seen", Met.SEEN),
        (State.COMPLETED, "", Met.SEEN),
        (State.WAIVED, "", Met.EXCUSED),
        (State.WAIVED, "refused", Met.EXCUSED),
        (State.ISSUED, "", Met.OPEN),
        (State.ISSUED, "nobody_home", Met.OPEN),
        (State.LAPSED, "nobody_home", Met.MISSED),
    ],
)
def test_what_became_of_a_door(state, outcome, met):
    assert rules.met(state, outcome) is met


@pytest.mark.parametrize(
    ("before", "after", "is_later", "tells"),
    [
        ("", "nobody_home", True, True),
        ("nobody_home", "refused", True, True),
        ("nobody_home", "refused", False, False),
        ("nobody_home", "seen", False, True),
        ("nobody_home", "vacant", False, True),
        ("vacant", "nobody_home", True, False),
        ("vacant", "demolished", True, False),
        ("vacant", "seen", False, True),
        ("seen", "vacant", True, False),
        ("seen", "seen", True, False),
    ],
)
def test_which_answer_stands(before, after, is_later, tells):
    assert rules.tells_more(before, after, is_later=is_later) is tells
