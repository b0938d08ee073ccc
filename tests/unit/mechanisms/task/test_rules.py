import datetime as dt
from uuid import uuid4

import pytest

from fangxian.kernel.actors import SYSTEM, Actor, Role
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.task import rules
from fangxian.mechanisms.task.models import Task


OPENS = dt.datetime(2020, 11, 25, 1, tzinfo=dt.UTC)
DUE = dt.datetime(2020, 11, 25, 9, tzinfo=dt.UTC)
CLOSES = dt.datetime(2020, 11, 25, 16, tzinfo=dt.UTC)
INSTANT = dt.timedelta(microseconds=1)
GRID_POST, OTHER_POST, STREET_POST = 7, 8, 9


def somebody(role, *, post):
    return Actor(person=uuid4(), post=post, role=role, scope=EVERYWHERE)


GRID_WORKER = somebody(Role.GRID_WORKER, post=GRID_POST)
BOB = somebody(Role.GRID_WORKER, post=OTHER_POST)
STREET = somebody(Role.STREET, post=STREET_POST)
LEADING = [Role.COMMUNITY, Role.STREET, Role.DISTRICT]
URGING = [*LEADING, Role.SUPERVISION, Role.SECTOR_DEPARTMENT]


def duty(**changes):
    owed = {"pk": 1, "post_id": GRID_POST, "opens_at": OPENS, "closes_at": CLOSES}
    return Task(due_at=DUE, **{**owed, **changes})


def refused(check):
    with pytest.raises(Refusal) as refusal:
        check()
    return refusal.value.kind


@pytest.mark.parametrize("at", [OPENS, DUE, DUE + INSTANT, CLOSES - INSTANT])
def test_the_post_that_owes_it_may_do_it_until_the_window_closes(at):
    assert rules.can_do(duty(), by=GRID_WORKER, at=at)


def test_nobody_may_do_it_before_the_window_opens():
    early = OPENS - INSTANT

    kind = refused(lambda: rules.check_can_do(duty(), by=GRID_WORKER, at=early))
    assert kind is rules.NOT_YET_OPEN


@pytest.mark.parametrize("at", [CLOSES, CLOSES + INSTANT])
def test_nobody_may_do_it_after_the_window_closed(at):
    kind = refused(lambda: rules.check_can_do(duty(), by=STREET, at=at))

    assert kind is rules.WINDOW_CLOSED


def test_a_duty_that_never_closes_may_be_done_years_later():
    never_closes = duty(closes_at=None)

    assert rules.can_do(never_closes, by=GRID_WORKER, at=DUE.replace(year=2025))


def test_another_post_of_the_same_rank_may_not_do_it():
    kind = refused(lambda: rules.check_can_do(duty(), by=BOB, at=DUE))

    assert kind is rules.NOT_YOUR_DUTY


@pytest.mark.parametrize("role", sorted(Role))
def test_only_the_units_above_may_do_it_for_another_post(role):
    other = somebody(role, post=OTHER_POST)

    assert rules.can_do(duty(), by=other, at=DUE) == (role in LEADING)


def test_a_duty_without_a_post_is_done_by_whoever_took_it():
    free = duty(post_id=None)
    taken = duty(post_id=None, claimed_by=GRID_WORKER.person)

    assert rules.can_do(free, by=BOB, at=DUE)
    assert rules.can_do(taken, by=GRID_WORKER, at=DUE)
    assert not rules.can_do(taken, by=BOB, at=DUE)


def test_the_one_who_took_it_may_hand_it_back_with_a_reason():
    taken = duty(claimed_by=GRID_WORKER.person)

    rules.check_can_hand_back(taken, by=GRID_WORKER, reason="ill")
    kind = refused(lambda: rules.check_can_hand_back(taken, by=GRID_WORKER, reason=" "))
    assert kind is rules.REASON_NEEDED


def test_a_colleague_may_not_hand_it_back_but_the_unit_above_may():
    taken = duty(claimed_by=GRID_WORKER.person)

    kind = refused(lambda: rules.check_can_hand_back(taken, by=BOB, reason="ill"))
    assert kind is rules.NOT_YOURS_TO_HAND_BACK
    assert rules.can_hand_back(taken, by=STREET)


@pytest.mark.parametrize("role", sorted(Role))
def test_only_the_units_above_and_the_system_may_waive(role):
    other = somebody(role, post=OTHER_POST)

    assert rules.can_waive(duty(), by=other) == (role in {*LEADING, Role.SYSTEM})


def test_the_system_may_waive_what_no_post_owes():
    assert rules.can_waive(duty(post_id=None), by=SYSTEM)


def test_a_post_may_not_waive_what_it_owes_itself():
    owed_by_street = duty(post_id=STREET_POST)

    kind = refused(
        lambda: rules.check_can_waive(owed_by_street, by=STREET, reason="too busy")
    )
    assert kind is rules.OWN_DUTY


@pytest.mark.parametrize("reason", ["", " ", "\n"])
def test_waiving_needs_a_reason(reason):
    kind = refused(lambda: rules.check_can_waive(duty(), by=STREET, reason=reason))

    assert kind is rules.REASON_NEEDED


@pytest.mark.parametrize("role", sorted(Role))
def test_only_leading_and_supervising_posts_urge(role):
    other = somebody(role, post=OTHER_POST)

    assert rules.can_remind(duty(), by=other, at=DUE) == (role in URGING)


def test_nobody_is_urged_about_what_has_ended_or_not_begun():
    ended = duty(ended_at=DUE)

    kind = refused(lambda: rules.check_can_remind(ended, by=STREET, at=DUE))
    assert kind is rules.ALREADY_ENDED
    kind = refused(
        lambda: rules.check_can_remind(duty(), by=STREET, at=OPENS - INSTANT)
    )
    assert kind is rules.NOT_YET_OPEN


def test_the_system_does_nobodys_duty_and_waives_what_lost_its_subject():
    assert not rules.can_do(duty(), by=SYSTEM, at=DUE)
    assert rules.can_waive(duty(), by=SYSTEM)
