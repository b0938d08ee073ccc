import datetime as dt

import pytest

from fangxian.kernel.moments import day_of
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.scopes import EVERYWHERE, NOWHERE
from fangxian.mechanisms.journal.models import Tally
from fangxian.mechanisms.observation import actions, queries, rules
from tests.unit.mechanisms.observation.visits import (
    ANSWERS,
    adopted,
    id_number,
    visited,
)
from tests.worlds import NOON, TODAY


HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def edition(world):
    return adopted(world)


@pytest.fixture
def three(world, edition):
    """One record here, one in the other street, one in the next district."""
    return {
        area: visited(world, edition, number, who="dana", area=world[area])
        for number, area in enumerate(("grid", "other_grid", "next_grid"), start=1)
    }


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("grid", {"grid"}),
        ("alice", {"grid"}),
        ("district", {"grid", "other_grid"}),
        ("charlie", {"next_grid"}),
        ("dana", {"grid", "other_grid", "next_grid"}),
        ("civil_affairs", set()),
    ],
)
def test_everybody_lists_their_own_area_only(world, three, who, seen):
    listed = queries.observations(world.actor(who).scope)

    assert set(listed) == {three[area] for area in seen}
    assert queries.count(world.actor(who).scope) == len(seen)


def test_nothing_is_in_no_scope(three):
    del three

    assert list(queries.observations(NOWHERE)) == []


def test_a_department_lists_its_kinds_in_every_area(world, edition, three):
    del three
    homes = {
        visited(world, edition, number, who="dana", area=world[area], kind="care_home")
        for number, area in ((4, "grid"), (5, "next_grid"))
    }

    assert set(queries.observations(world.actor("civil_affairs").scope)) == homes


def test_get_observation_gives_one_in_scope_and_hides_the_others(world, three):
    scope = world.actor("alice").scope

    assert queries.get_observation(three["grid"].pk, scope) == three["grid"]
    for hidden in (three["next_grid"].pk, id_number(99)):
        with pytest.raises(Refusal) as refusal:
            queries.get_observation(hidden, scope)
        assert refusal.value.kind is rules.UNKNOWN


def test_lists_narrow_by_what_is_asked(world, edition, three):
    other = visited(world, edition, 4, form="other", subject="place:13", at=NOON + HOUR)

    def listed(**asked):
        return list(queries.observations(EVERYWHERE, **asked))

    assert listed(form="other") == [other]
    assert listed(subject="place:13") == [other]
    assert listed(kind="care_home") == []
    assert listed(area=world["next_district"]) == [three["next_grid"]]
    assert listed(from_=NOON) == [other]
    assert other not in listed(until=NOON)


def test_the_latest_first_and_the_newest_version_counts(world, edition):
    wrong = visited(world, edition, 1)
    visited(world, edition, 2, at=NOON - HOUR)

    assert queries.latest("place:12", "visit") == wrong
    right = actions.correct(
        wrong.pk,
        corrected=id_number(3),
        answers={**ANSWERS, "readers": 21},
        reason="digits swapped",
        by=world.actor("grid"),
        at=NOON,
    )
    assert queries.latest("place:12", "visit") == right
    assert queries.latest("place:12") == right
    assert queries.latest("place:12", "other") is None


def test_tallies_equal_a_recount_of_the_rows(world, edition, three):
    almost_midnight = NOON.replace(hour=15, minute=59)
    visited(world, edition, 4, at=almost_midnight)
    visited(world, edition, 5, at=almost_midnight + HOUR, kind="")
    actions.correct(
        three["grid"].pk,
        corrected=id_number(6),
        answers={**ANSWERS, "readers": 21},
        reason="digits swapped",
        by=world.actor("dana"),
        at=NOON,
    )

    recounted = queries.recount(from_=TODAY, until=TODAY + 2 * DAY)

    tallied = Tally.objects.filter(measure__startswith="observation.")
    assert {(c.area, c.day, c.measure, c.kind, c.n) for c in recounted} == set(
        tallied.values_list("area", "day", "measure", "kind", "n")
    )
    assert sum(count.n for count in recounted) == queries.count(EVERYWHERE) == 5
    assert {count.day for count in recounted} == {TODAY, day_of(NOON + DAY)}


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_takes_one_query_however_long(
    world, edition, django_assert_num_queries, rows
):
    for number in range(rows):
        visited(world, edition, number)
    scope = world.actor("alice").scope

    with django_assert_num_queries(1):
        assert len(queries.observations(scope)) == rows
