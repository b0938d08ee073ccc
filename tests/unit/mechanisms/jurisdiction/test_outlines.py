import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fangxian.kernel.actors import SYSTEM, Role
from fangxian.kernel.moments import at_time
from fangxian.mechanisms.jurisdiction import actions, queries
from fangxian.mechanisms.jurisdiction.queries import What
from fangxian.mechanisms.jurisdiction.states import Level
from tests.worlds import FOUNDED, NOON, SINCE, SOURCE, add_area, fill_post


LATER = at_time(dt.date(2021, 6, 2), dt.time(9))
ENTERED: dict[str, Any] = {
    "on": dt.date(2021, 6, 1),
    "source": "a decree",
    "by": SYSTEM,
    "at": LATER,
}


def test_an_outline_counts_what_stands_below_and_what_is_missing(world):
    fill_post(world["community"], Role.COMMUNITY, "空岗")
    actions.name_answerer(
        world["grid"], post=world.posts["grid"], by=SYSTEM, at=FOUNDED
    )

    [street, other] = [
        queries.outline([world["street"], world["other_street"]], NOON)[world[name]]
        for name in ("street", "other_street")
    ]

    assert street.levels == {Level.COMMUNITY: 2, Level.GRID: 3, Level.COURTYARD: 1}
    assert (street.posts, street.vacant, street.uncovered) == (8, 1, 3)
    assert other.levels == {Level.COMMUNITY: 2, Level.GRID: 2}
    assert (other.posts, other.vacant, other.uncovered) == (0, 0, 2)


def test_an_outline_leaves_out_what_has_ended(world):
    gone = add_area("旧社区", Level.COMMUNITY, parent=world["street"])
    actions.abolish(gone, **ENTERED)
    actions.close_post(world.posts["bob"], by=SYSTEM, at=LATER)

    street = queries.outline([world["street"]], LATER)[world["street"]]

    assert street.levels[Level.COMMUNITY] == 2
    assert (street.posts, street.vacant) == (6, 0)


def test_a_tree_grows_from_the_scope_so_many_steps(world):
    [root] = queries.tree(world.actor("district").scope, NOON, steps=2)

    assert root.area.name == "二七区"
    assert [child.area.name for child in root.children] == ["解放路街道", "福华街街道"]
    assert [leaf.area.name for leaf in root.children[1].children] == [
        "福华社区",
        "建中社区",
    ]
    assert root.children[1].children[0].children == []


def test_a_tree_of_more_areas_takes_no_more_queries(world):
    def count():
        with CaptureQueriesContext(connection) as seen:
            queries.tree(world.actor("district").scope, NOON, steps=2)
        return len(seen)

    before = count()
    for number in range(3):
        add_area(f"新{number}社区", Level.COMMUNITY, parent=world["street"])
    assert count() == before


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, {"alice", "bob", "street"}),
        ({"text": "巡查"}, {"bob"}),
        ({"role": Role.GRID_WORKER}, set()),
        ({"vacant": True}, set()),
    ],
)
def test_posts_are_found_within_the_scope(world, given, found):
    street = {"alice", "bob", "street"}
    shown = queries.posts_within(world.actor("alice").scope, NOON, **given)
    names = {who for who, post in world.posts.items() if post in {p.pk for p in shown}}

    assert names & street == found
    assert not names & {"charlie", "community_next_door", "district"}


def test_posts_of_one_subtree(world):
    shown = queries.posts_within(
        world.actor("district").scope, NOON, area=world["grid"]
    )

    assert {post.pk for post in shown} == {
        world.posts["grid"],
        world.posts["venue_manager"],
    }


def test_the_history_of_an_area_names_every_step_latest_first(world):
    actions.rename(world["street"], name="福华路街道", **ENTERED)
    later = {**ENTERED, "on": dt.date(2021, 6, 2)}
    actions.merge_areas([world["other_street"]], into=world["street"], **later)

    steps = queries.history_of(world["street"])

    assert [(step.on, step.what, step.was, step.now, step.other) for step in steps] == [
        (
            dt.date(2021, 6, 2),
            What.CONTINUES,
            "解放路街道",
            "福华路街道",
            world["other_street"],
        ),
        (
            dt.date(2021, 6, 1),
            What.REDESIGNATED,
            "福华街街道 410103009",
            "福华路街道 410103009",
            None,
        ),
        (SINCE, What.BEGAN, "", "福华路街道", None),
    ]
    assert [step.what for step in queries.history_of(world["other_street"])] == [
        What.CONTINUED,
        What.ENDED,
        What.BEGAN,
    ]
    assert steps[-1].source == SOURCE
