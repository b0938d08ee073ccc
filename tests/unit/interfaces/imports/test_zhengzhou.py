"""The four vintages as areas: nothing is counted where it was not."""

import datetime as dt
from dataclasses import astuple

import pytest
from django.db.models import Q

from fangxian.interfaces.imports import zhengzhou
from fangxian.kernel.actors import SYSTEM, Role
from fangxian.kernel.moments import at_time
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.jurisdiction import actions, queries, rules
from fangxian.mechanisms.jurisdiction.models import Area, FormerDesignation, Reach
from fangxian.mechanisms.jurisdiction.reach import rebuild
from fangxian.mechanisms.jurisdiction.states import Level
from tests.people import ALICE, BOB, CHARLIE
from tests.worlds import fill_post, register


pytestmark = pytest.mark.django_db

NOVEMBER_2020 = dt.date(2020, 11, 9)
DECEMBER_2023 = dt.date(2023, 12, 1)
NOW = at_time(DECEMBER_2023, dt.time(12))
ERQI, GUANCHENG = "410103", "410104"


def load(*, on=DECEMBER_2023, districts=(ERQI,)):
    return zhengzhou.load(by=SYSTEM, at=at_time(on, dt.time(12)), districts=districts)


def borne_by(code, on):
    found = queries.find_area_by_code(code, on)
    return found and found.id


def designations(on):
    """The names by the codes of all that stood on a day, as they were that day."""
    standing = Area.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=on), valid_from__lte=on
    )
    named = {area.pk: (area.code, area.name) for area in standing}
    former = FormerDesignation.objects.filter(
        since__lte=on, until__gt=on, area__in=named
    )
    named |= {one.area_id: (one.code, one.name) for one in former}
    return dict(named.values())


# ------------------------------------------------------------------- the whole city
def test_on_the_day_of_each_list_exactly_what_it_lists_stands():
    done = load(districts=None)

    for vintage in zhengzhou.vintages():
        assert designations(vintage.on) == vintage.names
    assert len(done.unresolved) == 57
    assert {area.code for area in done.unresolved} >= {"410103006008", "410102001001"}
    kept = set(Reach.objects.values_list("ancestor_id", "descendant_id"))
    rebuild()
    assert set(Reach.objects.values_list("ancestor_id", "descendant_id")) == kept


def test_loading_again_changes_nothing():
    load()
    entries, areas = Entry.objects.count(), Area.objects.count()

    again = load()

    assert astuple(again) == (0, 0, 0, 0, [])
    assert (Entry.objects.count(), Area.objects.count()) == (entries, areas)


def test_a_situation_in_2020_knows_nothing_of_2023():
    load(on=NOVEMBER_2020)

    assert designations(NOVEMBER_2020)["410103002"] == "解放路街道"
    assert "410103014" not in designations(NOVEMBER_2020)


def test_what_was_left_out_is_added_later():
    load(on=NOVEMBER_2020)
    load()
    stepwise = designations(DECEMBER_2023)

    load(districts=(ERQI, GUANCHENG))

    assert designations(DECEMBER_2023).items() >= stepwise.items()
    assert designations(DECEMBER_2023)["410104011"] == "南曹街道"


# ------------------------------------------------------------------ codes used again
def test_a_record_of_2020_in_renhelu_is_never_counted_in_houzhai():
    load()
    renhelu = borne_by("410103015", NOVEMBER_2020)
    houzhai = borne_by("410103015", DECEMBER_2023)

    assert queries.get_area(renhelu).name == "人和路街道"
    assert queries.get_area(houzhai).name == "侯寨街道"
    assert borne_by("410103014", DECEMBER_2023) == renhelu
    assert borne_by("410103016", NOVEMBER_2020) == houzhai
    recorded = {renhelu, borne_by("410103015006", NOVEMBER_2020)}
    for on in (NOVEMBER_2020, DECEMBER_2023):
        assert recorded <= queries.tree_on(renhelu, on)
        assert not recorded & queries.tree_on(houzhai, on)
    assert not recorded & set(queries.descendants(houzhai))


def test_a_new_street_takes_what_came_to_it_and_not_what_bore_its_code():
    load()
    jinshuiyuan = borne_by("410103016", DECEMBER_2023)
    moved = borne_by("410103016009", NOVEMBER_2020)
    stayed = borne_by("410103016001", NOVEMBER_2020)

    assert queries.get_area(jinshuiyuan).name == "金水源街道"
    assert moved in queries.tree_on(jinshuiyuan, DECEMBER_2023)
    assert stayed not in queries.tree_on(jinshuiyuan, DECEMBER_2023)
    assert queries.tree_on(jinshuiyuan, NOVEMBER_2020) == frozenset()


# -------------------------------------------------------------- streets that ended
def test_the_communities_of_an_abolished_street_are_read_by_its_successor():
    load()
    jiefanglu = borne_by("410103002", NOVEMBER_2020)
    minzhulu = borne_by("410103002001", NOVEMBER_2020)
    dehuajie = borne_by("410103010", DECEMBER_2023)
    minglu = borne_by("410103003", DECEMBER_2023)
    for person, area in ((ALICE, dehuajie), (CHARLIE, minglu)):
        register(person, "某某某")
        fill_post(area, Role.STREET, "街道防控专员", holder=person)

    alice = queries.actor_for(ALICE, at=NOW).scope
    charlie = queries.actor_for(CHARLIE, at=NOW).scope

    assert queries.reaches(alice, jiefanglu)
    assert queries.reaches(alice, minzhulu)
    assert not queries.reaches(charlie, jiefanglu)
    assert not queries.reaches(charlie, minzhulu)


def test_reports_of_an_abolished_street_use_the_tree_of_their_date():
    load()
    jiefanglu = borne_by("410103002", NOVEMBER_2020)
    minzhulu = borne_by("410103002001", NOVEMBER_2020)
    dehuajie = borne_by("410103010", NOVEMBER_2020)

    assert minzhulu in queries.tree_on(jiefanglu, NOVEMBER_2020)
    assert minzhulu not in queries.tree_on(dehuajie, NOVEMBER_2020)
    assert minzhulu in queries.tree_on(dehuajie, DECEMBER_2023)


def test_a_township_that_became_a_street_is_the_same_area():
    load()

    township = borne_by("410103201", dt.date(2018, 1, 1))
    assert township == borne_by("410103016", NOVEMBER_2020)
    assert queries.get_area(township).name == "侯寨街道"


def test_a_township_that_became_two_streets_is_read_by_both():
    load(districts=(GUANCHENG,))
    nancao = borne_by("410104201", dt.date(2018, 1, 1))

    for code in ("410104011", "410104012"):
        street = borne_by(code, DECEMBER_2023)
        assert nancao in queries.descendants(street)
    langzhuang = borne_by("410104201213", dt.date(2018, 1, 1))
    assert langzhuang in queries.descendants(borne_by("410104012", DECEMBER_2023))
    assert langzhuang not in queries.descendants(borne_by("410104011", DECEMBER_2023))


# ------------------------------------------------------- grids of the installation
def test_grids_and_posts_go_with_their_community():
    load(on=NOVEMBER_2020)
    minzhulu = borne_by("410103002001", NOVEMBER_2020)
    grid = grid_of(minzhulu)
    post = fill_post(grid, Role.GRID_WORKER, "网格员", holder=register(BOB, "某某某"))

    load()

    community = borne_by("410103010004", DECEMBER_2023)
    [moved] = queries.areas_below(community, Level.GRID)
    assert (moved.name, queries.get_post(post).area) == ("第一网格", moved.id)
    assert grid in queries.descendants(moved.id)


def test_a_community_that_nothing_continues_stays_while_it_holds_grids():
    load(on=NOVEMBER_2020)
    lost = borne_by("410103006008", NOVEMBER_2020)
    grid_of(lost)

    done = load()

    assert "410103006008" in {area.code for area in done.unresolved}
    assert queries.get_area(lost).valid_until is None


def grid_of(community):
    return actions.establish_area(
        name="第一网格",
        level=Level.GRID,
        parent=community,
        on=NOVEMBER_2020,
        source="the community",
        by=SYSTEM,
        at=at_time(NOVEMBER_2020, dt.time(12)),
    ).pk


def test_a_district_does_not_load_the_city(world):
    with pytest.raises(Refusal) as refusal:
        zhengzhou.load(by=world.actor("district"), at=NOW)

    assert refusal.value.kind is rules.ABOVE_YOU
    assert Area.objects.count() == len(world.areas)
