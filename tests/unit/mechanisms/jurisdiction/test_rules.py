"""Who arranges areas and posts, by role; and what an area may be."""

import datetime as dt
from dataclasses import replace
from uuid import UUID

import pytest

from fangxian.kernel.actors import Actor, Role
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.jurisdiction import rules
from fangxian.mechanisms.jurisdiction.models import Area, Post
from fangxian.mechanisms.jurisdiction.states import Level
from tests.roles import refusal_of, roles_passing, roles_that, somebody


DISTRICT_AREA, STREET_AREA = 11, 12
DANA = Actor(
    person=UUID(int=4),
    post=1,
    role=Role.DISTRICT,
    scope=Scope(roots=frozenset({DISTRICT_AREA})),
)
ARRANGERS = {Role.SYSTEM, Role.ADMINISTRATOR, Role.DISTRICT}
DAY = dt.date(2020, 11, 9)
ONE_DAY = dt.timedelta(days=1)


def area(number, **said):
    return Area(pk=number, name="福华街街道", **said)


def kind_of(check):
    refusal = refusal_of(check)
    return refusal and refusal.kind


def test_who_arranges():
    assert roles_passing(lambda by: rules.check_can_arrange(by=by)) == ARRANGERS
    assert roles_that(lambda by: rules.can_arrange(by=by)) == ARRANGERS


def test_who_says_who_answers_for_a_courtyard():
    namers = {*ARRANGERS, Role.STREET}

    assert roles_passing(lambda by: rules.check_can_name_answerer(by=by)) == namers
    assert roles_that(lambda by: rules.can_name_answerer(by=by)) == namers


def test_lists_of_areas_and_new_cities_are_not_the_districts():
    above = {Role.SYSTEM, Role.ADMINISTRATOR}

    def establish(by, parent=None):
        rules.check_can_establish_under(parent, by=by)

    assert roles_passing(lambda by: rules.check_can_import(by=by)) == above
    assert roles_passing(establish) == above
    assert roles_passing(lambda by: establish(by, area(STREET_AREA))) == ARRANGERS


@pytest.mark.parametrize(
    ("number", "kind"), [(DISTRICT_AREA, rules.ABOVE_YOU), (STREET_AREA, None)]
)
def test_a_district_changes_what_lies_below_it(number, kind):
    assert kind is kind_of(lambda: rules.check_can_change_area(area(number), by=DANA))
    assert rules.can_change_area(number, by=DANA) is (kind is None)


def test_the_forms_that_change_an_area_are_shown_to_those_who_arrange():
    assert roles_that(lambda by: rules.can_change_area(1, by=by)) == ARRANGERS
    everyone_here = Scope(roots=frozenset({DISTRICT_AREA}))
    above = replace(somebody(Role.ADMINISTRATOR), scope=everyone_here)
    assert rules.can_change_area(DISTRICT_AREA, by=above)


def test_the_refusals_name_what_lies_above():
    refused = (
        lambda: rules.check_can_establish_under(None, by=DANA),
        lambda: rules.check_can_import(by=DANA),
    )

    assert [refusal_of(one).facts["what"] for one in refused] == [
        "a city",
        "whole lists",
    ]
    stranger = somebody(Role.GRID_WORKER)
    assert kind_of(lambda: rules.check_can_change_area(area(1), by=stranger))


@pytest.mark.parametrize(
    ("role", "held", "apart"),
    [
        (Role.AUDITOR, [Role.CDC], True),
        (Role.CDC, [Role.STREET, Role.ADMINISTRATOR], True),
        (Role.STREET, [Role.CDC], False),
        (Role.AUDITOR, [], False),
    ],
)
def test_who_runs_or_audits_the_system_reads_of_nobody(role, held, apart):
    kind = kind_of(lambda: rules.check_stay_apart(role, held=held))

    assert kind is (rules.KEPT_APART if apart else None)


@pytest.mark.parametrize("role", Role)
def test_a_district_makes_nobody_who_watches_it(role):
    reserved = {Role.ADMINISTRATOR, Role.AUDITOR, Role.SYSTEM}
    may = {*ARRANGERS} - ({Role.DISTRICT} if role in reserved else set())

    def check(by):
        rules.check_can_arrange_role(role, by=by)

    assert roles_passing(check) == may
    assert roles_that(lambda by: rules.can_arrange_role(role, by=by)) == may


def test_nobody_appoints_themselves():
    post, other = Post(role=Role.STREET), UUID(int=5)

    assert kind_of(lambda: rules.check_can_appoint(post, staff=other, by=DANA)) is None
    assert (
        kind_of(lambda: rules.check_can_appoint(post, staff=DANA.person, by=DANA))
        is rules.OWN_APPOINTMENT
    )
    auditor = Post(role=Role.AUDITOR)
    assert (
        kind_of(lambda: rules.check_can_appoint(auditor, staff=other, by=DANA))
        is rules.ROLE_RESERVED
    )


@pytest.mark.parametrize(
    ("role", "kinds", "kind"),
    [
        (Role.SECTOR_DEPARTMENT, ["hotel"], None),
        (Role.SECTOR_DEPARTMENT, [], rules.KINDS_MISSING),
        (Role.SECTOR_DEPARTMENT, None, rules.KINDS_MISSING),
        (Role.STREET, None, None),
        (Role.STREET, [], rules.KINDS_NEEDLESS),
        (Role.STREET, ["hotel"], rules.KINDS_NEEDLESS),
    ],
)
def test_kinds_belong_to_departments(role, kinds, kind):
    assert kind_of(lambda: rules.check_kinds(role, kinds)) is kind


@pytest.mark.parametrize("level", Level)
def test_an_area_lies_deeper_than_its_parent(level):
    street = area(STREET_AREA, level=Level.STREET)
    deeper = level > Level.STREET

    found = kind_of(lambda: rules.check_level("一号院", level, parent=street))
    assert found is (None if deeper else rules.WRONG_LEVEL)
    assert kind_of(lambda: rules.check_level("郑州市", level, parent=None)) is None


@pytest.mark.parametrize(
    ("day", "come", "not_before", "after"),
    [
        (DAY - ONE_DAY, True, False, False),
        (DAY, True, True, False),
        (DAY + ONE_DAY, False, True, True),
    ],
)
def test_days_are_compared_to_the_day(day, come, not_before, after):
    street, early = area(STREET_AREA), rules.BEFORE_ITS_TIME

    assert kind_of(lambda: rules.check_has_come(day, today=DAY)) is (
        None if come else rules.NOT_YET
    )
    assert kind_of(lambda: rules.check_not_before(street, since=DAY, on=day)) is (
        None if not_before else early
    )
    assert kind_of(lambda: rules.check_changes_after(street, since=DAY, on=day)) is (
        None if after else early
    )


def test_what_has_ended_is_not_changed():
    assert kind_of(lambda: rules.check_stands(area(STREET_AREA))) is None
    ended = refusal_of(rules.check_stands, area(STREET_AREA, valid_until=DAY))
    assert ended.kind is rules.ENDED
    assert ended.facts == {"name": "福华街街道", "on": DAY}


def test_an_area_does_not_continue_itself():
    street, other = area(STREET_AREA), area(13)

    assert kind_of(lambda: rules.check_not_itself(street, other)) is None
    assert (
        kind_of(lambda: rules.check_not_itself(street, street))
        is rules.CONTINUES_ITSELF
    )


@pytest.mark.parametrize(
    ("taken", "count"),
    [
        ([2, 1, 3], None),
        ([1, 2], 1),
        ([1], 2),
        ([1, 2, 3, 4], 1),
        ([1, 2, 3, 3], 4),  # nobody is left over, but one goes to two parts
    ],
)
def test_a_split_gives_every_area_below_to_exactly_one_part(taken, count):
    refusal = refusal_of(
        lambda: rules.check_each_goes_somewhere(
            area(STREET_AREA), children=[1, 2, 3], taken=taken
        )
    )

    assert (refusal and refusal.kind) is (
        None if count is None else rules.STILL_HOLDS_AREAS
    )
    assert count is None or refusal.facts == {"name": "福华街街道", "count": count}


@pytest.mark.parametrize(("name", "kind"), [("", 1), (" ", 1), ("福华街道", 0)])
def test_an_area_has_a_name(name, kind):
    assert kind_of(lambda: rules.check_name(name)) is (
        rules.NAME_MISSING if kind else None
    )


def test_everybody_else_arranges_nothing():
    assert kind_of(lambda: rules.check_can_arrange(by=somebody(Role.STREET))) is (
        rules.NOT_YOURS_TO_ARRANGE
    )
