"""After a split or merge, reading follows today's successors; reports their day."""

import datetime as dt
from typing import Any

import pytest

from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.moments import at_time
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.jurisdiction import actions, queries, rules
from fangxian.mechanisms.jurisdiction.changes import Part
from fangxian.mechanisms.jurisdiction.models import (
    Area,
    FormerDesignation,
    Post,
    Reach,
    Succession,
)
from fangxian.mechanisms.jurisdiction.reach import rebuild
from fangxian.mechanisms.jurisdiction.states import Level
from tests.people import PEOPLE
from tests.worlds import FOUNDED, SINCE, add_area


REFORM = dt.date(2021, 6, 1)  # the day of the changes
BEFORE = dt.date(2021, 5, 31)
LATER = at_time(dt.date(2021, 6, 2), dt.time(9))
ENTERED: dict[str, Any] = {
    "on": REFORM,
    "source": "a decree",
    "by": SYSTEM,
    "at": LATER,
}


def reads(world, who, area):
    return queries.reaches(world.actor(who, at=LATER).scope, area)


def bearer(code, on):
    """The id of the area that bore a code on a day."""
    found = queries.find_area_by_code(code, on)
    return found and found.id


def child(parent, name):
    """The id of the area of this name below another."""
    found = queries.find_child(parent, name)
    return found and found.id


def pairs():
    return set(Reach.objects.values_list("ancestor_id", "descendant_id"))


# ------------------------------------------------------------ renames and recodes
def test_a_renamed_area_keeps_its_id_and_its_former_name(world):
    area = actions.rename(world["street"], name="福华路街道", **ENTERED)

    assert (area.pk, area.name) == (world["street"], "福华路街道")
    former = FormerDesignation.objects.get(area=area)
    assert (former.name, former.since, former.until) == ("福华街街道", SINCE, REFORM)


def test_a_code_that_is_used_again_means_another_area_from_that_day(world):
    old, new = world["street"], world["other_street"]
    actions.recode(old, code="410103099", **ENTERED)
    actions.recode(new, code="410103009", **ENTERED)

    assert bearer("410103009", BEFORE) == old
    assert bearer("410103009", REFORM) == new
    assert bearer("410103099", BEFORE) is None
    assert bearer("410103002", REFORM) is None


def test_name_and_code_may_change_on_one_day(world):
    actions.rename(world["street"], name="福华路街道", **ENTERED)
    actions.recode(world["street"], code="410103099", **ENTERED)

    former = FormerDesignation.objects.get(area=world["street"])
    assert (former.name, former.code) == ("福华街街道", "410103009")


def test_a_change_before_the_last_change_is_refused(world):
    actions.rename(world["street"], name="福华路街道", **ENTERED)

    with pytest.raises(Refusal) as refusal:
        actions.rename(
            world["street"], name="福华", on=BEFORE, source="x", by=SYSTEM, at=LATER
        )

    assert refusal.value.kind is rules.BEFORE_ITS_TIME
    assert Area.objects.get(pk=world["street"]).name == "福华路街道"


def test_a_day_that_has_not_come_is_refused(world):
    with pytest.raises(Refusal) as refusal:
        actions.rename(
            world["street"],
            name="福华路街道",
            on=dt.date(2021, 6, 3),
            source="x",
            by=SYSTEM,
            at=LATER,
        )

    assert refusal.value.kind is rules.NOT_YET
    assert not FormerDesignation.objects.exists()


def test_a_code_in_use_is_refused(world):
    entries = Entry.objects.count()

    with pytest.raises(Refusal) as refusal:
        actions.recode(world["street"], code="410103002", **ENTERED)

    assert refusal.value.kind is rules.CODE_TAKEN
    assert Entry.objects.count() == entries
    assert not FormerDesignation.objects.exists()


# -------------------------------------------------------------------------- moves
def test_a_moved_community_is_read_by_its_new_street_alone(world):
    moved = actions.move_area(
        world["community"], to=world["next_street"], code="410104003009", **ENTERED
    )

    assert reads(world, "charlie", moved.pk)
    assert reads(world, "charlie", world["community"])
    assert not reads(world, "alice", moved.pk)
    assert not reads(world, "alice", world["community"])
    assert reads(world, "dana", world["community"])


def test_a_moved_community_takes_its_grids_posts_and_answerers_along(world):
    answering = world.posts["grid"]
    actions.name_answerer(world["courtyard"], post=answering, by=SYSTEM, at=FOUNDED)

    moved = actions.move_area(world["community"], to=world["next_street"], **ENTERED)

    grid = child(moved.pk, "第一网格")
    courtyard = child(grid, "一号院")
    assert Post.objects.get(pk=world.posts["community"]).area_id == moved.pk
    assert world.actor("grid", at=LATER).unit == grid
    assert queries.holder_of(answering, LATER) == PEOPLE["grid"]
    assert queries.answerer_of(courtyard, LATER) == queries.get_post(answering)
    assert queries.answerer_of(world["courtyard"], LATER) is None


def test_the_tree_of_a_day_is_the_tree_of_that_day(world):
    moved = actions.move_area(world["community"], to=world["next_street"], **ENTERED)
    old, new = world["street"], world["next_street"]

    assert world["community"] in queries.tree_on(old, BEFORE)
    assert world["community"] not in queries.tree_on(old, REFORM)
    assert world["community"] not in queries.tree_on(new, BEFORE)
    assert {world["community"], moved.pk} <= queries.tree_on(new, REFORM)
    assert moved.pk not in queries.tree_on(world["city"], BEFORE)


def test_areas_below_on_a_day_are_those_that_stood(world):
    actions.move_area(world["community"], to=world["next_street"], **ENTERED)

    def communities(on):
        below = queries.areas_below(world["street"], Level.COMMUNITY, on)
        return [area.name for area in below]

    assert communities(BEFORE) == ["福华社区", "建中社区"]
    assert communities(REFORM) == ["建中社区"]
    assert communities(None) == ["建中社区"]


def test_a_move_into_ones_own_subtree_is_refused(world):
    with pytest.raises(Refusal) as refusal:
        actions.move_area(world["street"], to=world["community"], **ENTERED)

    assert refusal.value.kind is rules.WRONG_LEVEL
    assert not Succession.objects.exists()


# --------------------------------------------------------------- merges and splits
def test_a_merged_street_is_read_by_what_continues_it(world):
    actions.merge_areas([world["other_street"]], into=world["street"], **ENTERED)

    assert reads(world, "alice", world["other_street"])
    assert reads(world, "alice", world["other_community"])
    assert not reads(world, "charlie", world["other_community"])
    names = [
        area.name for area in queries.areas_below(world["street"], Level.COMMUNITY)
    ]
    assert names == ["民主路社区", "西陈庄社区", "福华社区", "建中社区"]


def test_a_merged_street_closes_its_posts_in_the_journal(world):
    actions.merge_areas([world["street"]], into=world["other_street"], **ENTERED)

    assert Post.objects.get(pk=world.posts["alice"]).valid_until == REFORM
    with pytest.raises(Refusal) as refusal:
        world.actor("alice", at=LATER)
    assert refusal.value.kind is rules.NO_POST
    entry = Entry.objects.get(event="area.ended")
    assert sorted(entry.payload["posts_closed"]) == sorted(
        world.posts[who] for who in ("alice", "bob", "street")
    )


def test_grids_of_one_name_stand_side_by_side_after_their_communities_merge(world):
    merged = [world["community"], world["other_community"]]

    actions.merge_areas(merged, into=world["second_community"], **ENTERED)

    grids = queries.areas_below(world["second_community"], Level.GRID)
    assert {grid.name for grid in grids} == {
        "第一网格",
        "第二网格",
        "福华社区第一网格",
        "民主路社区第一网格",
    }
    [own] = [grid for grid in grids if grid.name == "第一网格"]
    assert own.id == world["grid_of_second_community"]
    [moved] = [grid for grid in grids if grid.name == "福华社区第一网格"]
    assert world["courtyard"] in queries.descendants(moved.id)


def test_a_merge_that_cannot_tell_two_apart_is_refused_whole(world):
    taken = add_area("福华社区第一网格", Level.GRID, parent=world["second_community"])
    entries = Entry.objects.count()

    with pytest.raises(Refusal) as refusal:
        actions.merge_areas(
            [world["community"]], into=world["second_community"], **ENTERED
        )

    assert refusal.value.kind is rules.NAME_TAKEN
    assert Entry.objects.count() == entries
    assert Area.objects.get(pk=taken).valid_until is None


def test_a_split_street_is_read_by_both_parts_and_each_by_its_own(world):
    north, south = actions.split_area(
        world["street"],
        into=[
            Part("福华街北街道", "410103021", frozenset({world["community"]})),
            Part("福华街南街道", "410103022", frozenset({world["second_community"]})),
        ],
        **ENTERED,
    )

    assert set(queries.descendants(north.pk)) >= {world["street"], world["community"]}
    assert world["second_community"] not in queries.descendants(north.pk)
    assert set(queries.descendants(south.pk)) >= {
        world["street"],
        world["second_community"],
    }
    assert world["street"] in queries.descendants(world["district"])


@pytest.mark.parametrize("taken", [(), ("community",), ("community", "grid")])
def test_a_split_that_forgets_an_area_is_refused(world, taken):
    entries = Entry.objects.count()

    with pytest.raises(Refusal) as refusal:
        actions.split_area(
            world["street"],
            into=[Part("福华街北街道", None, frozenset(world[name] for name in taken))],
            **ENTERED,
        )

    assert refusal.value.kind is rules.STILL_HOLDS_AREAS
    assert Entry.objects.count() == entries
    assert Area.objects.get(pk=world["street"]).valid_until is None


def test_an_abolished_area_without_successor_is_still_read_by_its_parent(world):
    gone = add_area("旧社区", Level.COMMUNITY, parent=world["street"])
    actions.abolish(gone, **ENTERED)

    assert reads(world, "alice", gone)
    assert gone in queries.tree_on(world["street"], REFORM)
    assert gone not in [area.id for area in queries.areas_below(world["street"])]


def test_an_area_that_holds_others_is_not_abolished(world):
    with pytest.raises(Refusal) as refusal:
        actions.abolish(world["street"], **ENTERED)

    assert refusal.value.kind is rules.STILL_HOLDS_AREAS
    assert Area.objects.get(pk=world["street"]).valid_until is None


def test_an_ended_area_changes_no_more(world):
    gone = add_area("旧社区", Level.COMMUNITY, parent=world["street"])
    actions.abolish(gone, **ENTERED)

    with pytest.raises(Refusal) as refusal:
        actions.rename(gone, name="新社区", **ENTERED)

    assert refusal.value.kind is rules.ENDED


def test_an_area_is_not_merged_into_itself(world):
    with pytest.raises(Refusal) as refusal:
        actions.merge_areas([world["street"]], into=world["street"], **ENTERED)

    assert refusal.value.kind is rules.CONTINUES_ITSELF


def test_the_closure_kept_step_by_step_equals_the_one_built_at_once(world):
    actions.move_area(world["community"], to=world["next_street"], **ENTERED)
    actions.merge_areas([world["far_street"]], into=world["next_street"], **ENTERED)
    actions.split_area(
        world["street"],
        into=[
            Part("北街道", None, frozenset({world["second_community"]})),
            Part("南街道"),
        ],
        **ENTERED,
    )
    kept = pairs()

    rebuild()

    assert pairs() == kept
