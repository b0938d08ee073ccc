import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.protocol import actions, queries, rules
from fangxian.mechanisms.protocol.models import Edition
from tests.packs import LONG_AGO, pack_of
from tests.unit.mechanisms.protocol.libraries import library
from tests.worlds import NOON


DAY = dt.timedelta(days=1)
SECOND = dt.timedelta(seconds=1)


def adopted(world, version="1", area="city", *, from_=NOON, until=None, pack=None):
    """Draft, review and adopt a version of the library, by three people."""
    content = pack or library(("pack", "version"), version)
    edition = actions.draft(content, by=world.actor("administrator"), at=LONG_AGO)
    if edition.state == "draft":
        actions.review(edition.pk, by=world.actor("cdc"), at=LONG_AGO)
    actions.adopt(
        edition.pk,
        area=world[area],
        from_=from_,
        until=until,
        by=world.actor("dana"),
        at=LONG_AGO,
    )
    return edition.pk


def version_in(world, area, at=NOON):
    found = queries.in_force("lending-library", world[area], at)
    return found and found.pack.version


# ---------------------------------------------------------------------- in force
def test_what_the_city_adopts_holds_down_to_the_courtyard(world):
    edition = adopted(world)

    for area in ("city", "district", "street", "community", "grid", "courtyard"):
        found = queries.in_force("lending-library", world[area], NOON)
        assert (found.id, found.area) == (edition, world["city"])
        assert found.pack == library()


def test_the_nearest_area_above_comes_first(world):
    adopted(world, "1")
    adopted(world, "2", "district")
    adopted(world, "3", "street")

    assert version_in(world, "grid") == "3"
    assert version_in(world, "other_community") == "2"
    assert version_in(world, "next_community") == "1"


def test_the_nearest_comes_first_even_where_it_was_adopted_earlier(world):
    adopted(world, "1", "street", from_=NOON - DAY)
    adopted(world, "2", "district", from_=NOON)

    assert version_in(world, "community") == "1"


def test_what_the_next_district_adopts_does_not_hold_here(world):
    adopted(world, area="next_district")

    assert version_in(world, "district") is None
    assert version_in(world, "city") is None


@pytest.mark.parametrize(
    ("moment", "version"),
    [
        (NOON - SECOND, None),
        (NOON, "1"),
        (NOON + DAY - SECOND, "1"),
        (NOON + DAY, None),
    ],
)
def test_a_period_is_half_open(world, moment, version):
    adopted(world, until=NOON + DAY)

    assert version_in(world, "grid", moment) == version


def test_a_replay_of_an_earlier_day_finds_the_edition_of_that_day(world):
    adopted(world, "1")
    adopted(world, "2", from_=NOON + DAY)

    assert version_in(world, "grid", NOON + DAY - SECOND) == "1"
    assert version_in(world, "grid", NOON + DAY) == "2"


def test_another_pack_is_not_this_one(world):
    adopted(world, pack=pack_of("routine"))

    assert version_in(world, "grid") is None


def test_asking_costs_one_query_once_the_pack_is_known(
    world, django_assert_num_queries
):
    adopted(world)
    version_in(world, "grid")

    with django_assert_num_queries(1) as asked:
        version_in(world, "community")
    assert '"content"' not in asked[0]["sql"]


def test_all_packs_in_force_cost_one_query(world, django_assert_num_queries):
    adopted(world, "1")
    adopted(world, "2", "street")
    adopted(world, pack=pack_of("routine"))
    queries.packs_in_force(world["grid"], NOON)

    with django_assert_num_queries(1):
        found = queries.packs_in_force(world["grid"], NOON)
    assert [(one.pack.id, one.pack.version) for one in found] == [
        ("lending-library", "2"),
        ("routine", "2020.11"),
    ]


# ---------------------------------------------------------------------- editions
def test_a_form_is_found_by_edition(world):
    edition = adopted(world)

    assert queries.get_form(edition, "reminder").code == "reminder"


def test_a_form_that_is_not_in_the_edition_is_refused(world):
    edition = adopted(world)
    with pytest.raises(Refusal) as refusal:
        queries.get_form(edition, "poem")

    assert refusal.value.kind is rules.NO_SUCH_FORM
    assert "lending-library 1 has no form poem" in refusal.value.sentence


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("ask", [queries.get_edition, queries.loaded])
def test_an_edition_that_does_not_exist_is_hidden(ask):
    with pytest.raises(Refusal) as refusal:
        ask(404)

    assert refusal.value.kind is rules.NO_SUCH_EDITION


def test_editions_are_listed_the_latest_of_each_pack_first(world):
    adopted(world, "1")
    adopted(world, "2", from_=NOON + DAY)
    adopted(world, pack=pack_of("routine"))

    assert [(one.pack, one.version, one.state) for one in queries.editions()] == [
        ("lending-library", "2", "adopted"),
        ("lending-library", "1", "superseded"),
        ("routine", "2020.11", "adopted"),
    ]
    assert [one.version for one in queries.editions("routine")] == ["2020.11"]


@pytest.mark.parametrize("versions", [1, 3])
def test_the_list_costs_the_same_and_leaves_the_content(world, versions):
    for number in range(versions):
        adopted(world, str(number), from_=NOON + number * DAY)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        list(queries.editions())

    assert len(asked) == 1
    assert '"content"' not in asked[0]["sql"]


def test_content_changed_behind_our_back_is_refused(world):
    edition = adopted(world, "changed")
    Edition.objects.filter(pk=edition).update(
        content=library(("pack", "version"), "forged").content
    )
    queries._parsed.cache_clear()  # as another process, which has not read it yet
    with pytest.raises(Refusal) as refusal:
        queries.loaded(edition)

    assert refusal.value.kind is rules.CONTENT_CHANGED


# --------------------------------------------------------------------- adoptions
def test_adoptions_are_listed_within_the_scope(world):
    mine = adopted(world, "1", "street")
    adopted(world, "2", "next_street")
    alice, charlie = world.actor("alice").scope, world.actor("charlie").scope

    assert [one.edition_id for one in queries.adoptions(alice)] == [mine]
    assert list(queries.adoptions(charlie, edition=mine)) == []
    assert len(queries.adoptions(world.actor("dana").scope)) == 2
