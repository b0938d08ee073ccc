import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fangxian.kernel.refusals import Refusal
from fangxian.kernel.scopes import EVERYWHERE, NOWHERE
from fangxian.mechanisms.jurisdiction import queries, rules
from fangxian.mechanisms.jurisdiction.models import Area, Post
from fangxian.mechanisms.jurisdiction.states import Level
from tests.worlds import CIVIL_AFFAIRS_KINDS, add_area


def names_read_by(actor):
    areas = Area.objects.filter(queries.within(actor.scope, "pk"))
    return set(areas.values_list("name", flat=True))


def test_a_street_reads_its_own_subtree_and_nothing_else(world):
    assert names_read_by(world.actor("alice")) == {
        "福华街街道",
        "福华社区",
        "建中社区",
        "第一网格",
        "第二网格",
        "一号院",
    }
    assert world["next_grid"] not in Area.objects.filter(
        queries.within(world.actor("alice").scope, "pk")
    ).values_list("pk", flat=True)


def test_two_posts_of_one_street_read_the_same(world):
    assert names_read_by(world.actor("alice")) == names_read_by(world.actor("bob"))


def test_the_city_reads_every_area(world):
    assert (
        len(world.areas)
        == Area.objects.filter(queries.within(world.actor("dana").scope, "pk")).count()
    )


def test_everywhere_is_no_condition_and_nowhere_reads_nothing(world):
    assert Area.objects.filter(queries.within(EVERYWHERE, "pk")).count() == len(
        world.areas
    )
    assert not Area.objects.filter(queries.within(NOWHERE, "pk")).exists()


def test_within_fits_a_foreign_key(world):
    read = Post.objects.filter(queries.within(world.actor("charlie").scope))

    assert set(read.values_list("pk", flat=True)) == {
        world.posts["charlie"],
        world.posts["community_next_door"],
    }


def test_a_sector_department_reaches_its_kinds_across_all_areas(world):
    scope = world.actor("civil_affairs").scope

    assert scope.kinds == CIVIL_AFFAIRS_KINDS
    assert queries.reaches(scope, world["grid"], "care_home")
    assert queries.reaches(scope, world["far_grid"], "shelter")
    assert not queries.reaches(scope, world["grid"], "supermarket")
    assert not queries.reaches(scope, world["grid"])


def test_a_district_department_reaches_its_kinds_in_its_district_only(world):
    scope = world.actor("market_supervision").scope

    assert queries.reaches(scope, world["grid"], "restaurant")
    assert not queries.reaches(scope, world["next_grid"], "restaurant")


def test_what_is_out_of_reach_looks_absent(world):
    with pytest.raises(Refusal) as refusal:
        queries.check_reaches(
            world.actor("charlie").scope, world["grid"], what="finding"
        )

    assert refusal.value.kind is rules.OUT_OF_REACH
    assert refusal.value.kind.hidden
    assert refusal.value.sentence == "There is no such finding."


def test_descendants_hold_the_area_itself(world):
    assert set(queries.descendants(world["grid"])) == {
        world["grid"],
        world["courtyard"],
    }


def test_ancestors_come_city_first_without_the_area(world):
    names = [area.name for area in queries.ancestors(world["grid"])]

    assert names == ["郑州市", "二七区", "福华街街道", "福华社区"]


def test_a_path_leads_from_the_district_down(world):
    assert queries.path_name(world["courtyard"]) == (
        "二七区 › 福华街街道 › 福华社区 › 第一网格 › 一号院"
    )
    assert queries.path_name(world["city"]) == "郑州市"


def test_paths_take_as_many_queries_for_one_as_for_three(world):
    def count_for(*names):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            queries.path_names([world[name] for name in names])
        return len(seen)

    assert count_for("courtyard") == count_for("courtyard", "grid", "far_grid")


def test_areas_below_are_ordered_and_may_be_of_one_level(world):
    below = queries.areas_below(world["district"], Level.STREET)

    assert [area.name for area in below] == ["解放路街道", "福华街街道"]


def test_a_new_area_is_read_at_once_by_all_above_it(world):
    building = add_area("1号楼", Level.BUILDING, parent=world["courtyard"])

    for who in ("grid", "community", "alice", "district", "dana"):
        assert queries.reaches(world.actor(who).scope, building), who
    for who in ("charlie", "district_next_door", "community_next_door"):
        assert not queries.reaches(world.actor(who).scope, building), who
