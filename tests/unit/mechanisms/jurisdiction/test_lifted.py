"""Areas lifted to a level: what lies above them, and what a scope's areas lie in."""

from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.scopes import EVERYWHERE, NOWHERE, Scope
from fangxian.mechanisms.jurisdiction import actions
from fangxian.mechanisms.jurisdiction.queries import lifted, lifted_within
from fangxian.mechanisms.jurisdiction.states import Level
from tests.worlds import NOON, STREETS, TODAY


def scope_of(world, *areas):
    return Scope(roots=frozenset(world[area] for area in areas))


def test_every_area_is_lifted_to_its_street_or_stays_above_it(world):
    areas = ("courtyard", "grid", "community", "street", "district", "city")

    assert lifted([world[area] for area in areas], Level.STREET) == {
        **{world[area]: world["street"] for area in areas[:4]},
        world["district"]: world["district"],
        world["city"]: world["city"],
    }
    assert lifted([], Level.STREET) == {}


def test_a_scope_reads_the_streets_that_it_holds_or_lies_in(world):
    assert lifted_within(scope_of(world, "grid"), Level.STREET) == {world["street"]}
    assert lifted_within(scope_of(world, "district"), Level.STREET) == {
        world["district"],
        world["street"],
        world["other_street"],
    }
    assert lifted_within(EVERYWHERE, Level.STREET) == {
        world[area] for area in ("city", "district", "next_district", *STREETS)
    }
    assert lifted_within(NOWHERE, Level.STREET) == frozenset()


def test_what_a_street_has_succeeded_is_still_lifted_to_where_it_lay(world):
    actions.merge_areas(
        [world["other_street"]],
        into=world["street"],
        on=TODAY,
        source="test",
        by=SYSTEM,
        at=NOON,
    )

    found = lifted_within(scope_of(world, "street"), Level.STREET)

    assert found == {world["street"], world["other_street"]}
