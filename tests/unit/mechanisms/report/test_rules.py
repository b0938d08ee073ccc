"""Who signs and issues, by role and unit; what balances, and what is nothing."""

import datetime as dt
from dataclasses import replace

import pytest

from fangxian.kernel.actors import Role
from fangxian.mechanisms.protocol.layouts import Identity, Sum
from fangxian.mechanisms.protocol.packs import read_pack
from fangxian.mechanisms.protocol.words import Words
from fangxian.mechanisms.report import rules
from tests.roles import LEADING, refusal_of, roles_passing, roles_that
from tests.unit.mechanisms.report.returns import CONTENT


STREET, NEXT_STREET = 12, 13
SIGNERS = {*LEADING, Role.GRID_WORKER}
DAY = dt.date(2020, 11, 9)
BEGINS = dt.datetime(2020, 11, 8, 16, tzinfo=dt.UTC)  # 00:00 in Shanghai
INSTANT = dt.timedelta(microseconds=1)

LAYOUT = replace(read_pack(CONTENT).layouts["daily"], nothing=("raised", "standing"))
BALANCE = Identity(
    name="standing",
    title=Words("结存", "carried"),
    sum=Sum(plus=("standing_before", "raised"), minus=("confirmed",)),
    equals="standing",
)
QUIET = {one.name: 0 for one in LAYOUT.indicators}


def kind_of(check):
    refusal = refusal_of(check)
    return refusal and refusal.kind


@pytest.mark.parametrize(
    ("check", "can", "roles"),
    [
        (rules.check_can_sign, rules.can_sign, SIGNERS),
        (rules.check_can_issue, rules.can_issue, {*SIGNERS, Role.SUPERVISION}),
    ],
)
def test_a_unit_signs_and_issues_its_own_alone(check, can, roles):
    own = {"unit": STREET}

    assert roles_passing(lambda by: check(STREET, by=by), **own) == roles
    assert roles_that(lambda by: can(STREET, by=by), **own) == roles
    assert roles_passing(lambda by: check(NEXT_STREET, by=by), **own) == set()
    assert roles_that(lambda by: can(NEXT_STREET, by=by), **own) == set()


@pytest.mark.parametrize(
    ("at", "begun"),
    [(BEGINS - INSTANT, False), (BEGINS, True), (BEGINS + INSTANT, True)],
)
def test_a_day_begins_at_midnight_in_shanghai(at, begun):
    kind = kind_of(lambda: rules.check_begun(DAY, at=at))

    assert kind is (None if begun else rules.NOT_BEGUN)


@pytest.mark.parametrize(
    ("reason", "said"), [("", 0), (" \n", 0), ("counted twice", 1)]
)
def test_a_restatement_says_why(reason, said):
    assert kind_of(lambda: rules.check_reason(reason)) is (
        None if said else rules.NO_REASON
    )


def test_only_named_figures_are_summed_and_absent_ones_are_nothing():
    lower = [{"raised": 2, "patrols": 5}, {"raised": 1}]

    assert rules.sum_of(lower, ["raised", "confirmed"]) == {
        "raised": 3,
        "confirmed": 0,
    }


def test_a_sum_adds_and_takes_away():
    figures = {**QUIET, "standing_before": 4, "raised": 3, "confirmed": 2}

    assert rules.value_of(BALANCE.sum, figures) == 5
    assert rules.sides_of(BALANCE, {**figures, "standing": 6}) == (5, 6)


def test_what_does_not_balance_is_refused_with_both_sides():
    balancing = replace(LAYOUT, identities=(BALANCE,))
    figures = {**QUIET, "standing_before": 4, "raised": 3, "confirmed": 2}

    rules.check_balanced(balancing, {**figures, "standing": 5})
    refusal = refusal_of(rules.check_balanced, balancing, {**figures, "standing": 6})
    assert refusal.kind is rules.UNBALANCED
    assert refusal.facts == {"identity": BALANCE.title, "left": 5, "right": 6}


@pytest.mark.parametrize(
    ("figures", "denied"),
    [
        ({}, None),
        ({"patrols": 7}, None),  # a zero report does not speak of patrols
        ({"raised": 1}, "raised"),
        ({"standing": 2, "patrols": 7}, "standing"),
    ],
)
def test_a_zero_report_is_true_only_of_what_it_denies(figures, denied):
    found = {**QUIET, **figures}
    refusal = refusal_of(rules.check_nothing, LAYOUT, found)

    assert rules.is_nothing(LAYOUT, found) is (denied is None)
    assert (refusal and refusal.kind) is (None if denied is None else rules.NOT_NOTHING)
    if denied:
        [one] = [each for each in LAYOUT.indicators if each.name == denied]
        assert refusal.facts == {"indicator": one.label, "n": figures[denied]}
