"""Pure judgements about those who stay at home."""

import datetime as dt
from dataclasses import replace
from uuid import UUID

import pytest

from fangxian.capabilities.home_watch import rules
from fangxian.capabilities.home_watch.rules import Named
from fangxian.capabilities.home_watch.states import Part
from fangxian.kernel.actors import Actor, Role
from fangxian.kernel.moments import at_time
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.scopes import EVERYWHERE, Scope
from fangxian.mechanisms.protocol.vocabulary import Ending
from fangxian.mechanisms.restriction.queries import End
from tests.worlds import NOON


BOUND = Scope(roots=frozenset({1}), kinds=frozenset({"hotel"}))
STAFF = frozenset(UUID(int=number) for number in range(1, 4))
CADRE, WORKER, POLICE = sorted(STAFF)
TEAM = {
    Part.CADRE: Named(person=CADRE),
    Part.GRID_WORKER: Named(person=WORKER),
    Part.MEDIC: Named(name="何医生", telephone="10055550001"),
    Part.POLICE: Named(person=POLICE),
    Part.VOLUNTEER: Named(name="林志愿", telephone="10055550002"),
}
MAY = {
    rules.check_can_watch: {
        *(Role.GRID_WORKER, Role.COMMUNITY),
        *(Role.STREET, Role.CDC),
    },
    rules.check_can_name: {Role.COMMUNITY, Role.STREET},
    rules.check_can_plan: {Role.SYSTEM, Role.STREET, Role.DISTRICT, Role.CDC},
    rules.check_can_take: {Role.HOSPITAL, Role.CDC},
}
REFUSED = {
    rules.check_can_watch: rules.NOT_YOURS_TO_WATCH,
    rules.check_can_name: rules.NOT_YOURS_TO_NAME,
    rules.check_can_plan: rules.NOT_YOURS_TO_PLAN,
    rules.check_can_take: rules.NOT_YOURS_TO_TAKE,
}


def actor(role, *, scope=EVERYWHERE):
    return Actor(person=UUID(int=1), post=1, role=role, scope=scope)


def refused(check, *args, **said):
    """What a judgement refuses with; None if it lets pass."""
    try:
        check(*args, **said)
    except Refusal as refusal:
        return refusal.kind
    return None


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("check", MAY, ids=lambda check: check.__name__)
def test_who_may_do_what(check, role):
    expected = None if role in MAY[check] else REFUSED[check]

    assert refused(check, by=actor(role)) is expected
    assert refused(check, by=actor(role, scope=BOUND)) is REFUSED[check]


@pytest.mark.parametrize("role", Role)
def test_what_is_offered_is_what_is_let_pass(role):
    by = actor(role)

    assert rules.can_watch(by=by) is (role in MAY[rules.check_can_watch])
    assert rules.can_name(by=by) is (role in MAY[rules.check_can_name])
    assert rules.can_take(by=by) is (role in MAY[rules.check_can_take])
    assert rules.reads_results(by=by) is (role in {Role.CDC, Role.HOSPITAL})


def test_nothing_is_recorded_from_the_last_moment_on():
    end = End(NOON, Ending.EXPIRED)

    assert refused(rules.check_seen_before, end, seen_at=NOON) is rules.OVER
    before = NOON - dt.timedelta(seconds=1)
    assert refused(rules.check_seen_before, end, seen_at=before) is None
    with pytest.raises(Refusal, match=str(NOON.year)):
        rules.check_seen_before(end, seen_at=NOON)


FIRST, LAST = dt.date(2020, 11, 2), dt.date(2020, 11, 9)
DAY, SECOND = dt.timedelta(days=1), dt.timedelta(seconds=1)
EIGHTH, MIDNIGHT = dt.date(2020, 11, 8), at_time(dt.date(2020, 11, 8), dt.time())


@pytest.mark.parametrize(
    ("day", "received_at", "kind"),
    [
        (FIRST, NOON, None),
        (FIRST - DAY, NOON, rules.SAMPLED_BEFORE),
        (LAST, NOON, None),
        (LAST + DAY, NOON, rules.SAMPLED_AHEAD),
        (EIGHTH, MIDNIGHT, None),
        (EIGHTH, MIDNIGHT - SECOND, rules.RECEIVED_BEFORE),
        (EIGHTH, NOON + SECOND, rules.RECEIVED_AHEAD),
    ],
)
def test_a_sample_is_of_the_time_that_is_watched(day, received_at, kind):
    said = {"first": FIRST, "last": LAST, "received_at": received_at, "at": NOON}

    assert refused(rules.check_sampled_on, day, **said) is kind


def test_a_sample_of_who_was_free_says_nothing():
    said = {"first": FIRST, "received_at": NOON, "at": NOON}

    assert refused(rules.check_sampled_on, EIGHTH, last=EIGHTH, **said) is None
    with pytest.raises(Refusal, match="2020-11-07, before the sample of 2020-11-08"):
        rules.check_sampled_on(EIGHTH, last=EIGHTH - DAY, **said)


def test_the_laboratory_is_named_in_one_line():
    assert (
        rules.check_laboratory(" 二七区 疾控中心\n实验室 ") == "二七区 疾控中心 实验室"
    )
    assert refused(rules.check_laboratory, " \n") is rules.LABORATORY_MISSING


def test_five_who_can_be_called_are_a_team():
    assert refused(rules.check_team, TEAM, known=STAFF) is None
    assert refused(rules.check_team, {}, known=STAFF) is None  # fewer are a finding


MEDIC = TEAM[Part.MEDIC]


@pytest.mark.parametrize(
    ("part", "named", "kind"),
    [
        (Part.POLICE, Named(person=CADRE), rules.TWO_PARTS),
        (Part.VOLUNTEER, MEDIC, rules.TWO_PARTS),
        (
            Part.VOLUNTEER,
            Named(name=f" {MEDIC.name}", telephone=f"{MEDIC.telephone} "),
            rules.TWO_PARTS,
        ),
        (Part.VOLUNTEER, replace(MEDIC, name="何护士"), None),  # one telephone for two
        (Part.VOLUNTEER, replace(MEDIC, telephone="10055550003"), None),
        (Part.POLICE, Named(person=UUID(int=9)), rules.NOT_STAFF),
        (Part.VOLUNTEER, Named(name="林志愿"), rules.UNREACHABLE),
        (Part.VOLUNTEER, Named(name="林志愿", telephone=" "), rules.UNREACHABLE),
        (Part.VOLUNTEER, Named(telephone="10055550002"), rules.UNREACHABLE),
    ],
)
def test_a_team_of_whom_one_will_not_do(part, named, kind):
    assert refused(rules.check_team, {**TEAM, part: named}, known=STAFF) is kind
