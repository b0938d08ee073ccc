"""Changes of areas: shown before they are done, and only to who may make them."""

import pytest
from django.urls import reverse

from fangxian.kernel.actors import Role
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.jurisdiction import queries
from fangxian.mechanisms.jurisdiction.models import Area
from fangxian.mechanisms.jurisdiction.states import Level
from fangxian.mechanisms.ledger.queries import find_place
from fangxian.mechanisms.task.queries import tasks
from tests.unit.interfaces.console.inspected import add_place, adopt_rules
from tests.unit.mechanisms.task.duties import issued
from tests.worlds import add_area, fill_post


REFORMS = ("rename", "recode", "move", "merge", "split", "abolish")
TERMS = {"on": "2020-11-02", "source": "一份批复"}


@pytest.fixture
def reform(browse, world):
    """``reform("district", "rename", area, name="…")`` previews; ``sure`` does it.

    Beside the world's communities there is a small one, which may be merged.
    """
    adopt_rules(world)
    small = add_area("苗圃社区", Level.COMMUNITY, parent=world["street"])
    world.areas["small_community"] = small

    def ask(who, what, area, *, sure=False, **typed):
        client, address = browse(who), reverse(f"area_{what}", args=[world[area]])
        typed = {**TERMS, **typed}
        previewed = client.post(address, typed)
        if not sure:
            return previewed
        seen = previewed.context["foreseen"].seen
        return client.post(address, {**typed, "seen": seen})

    return ask


def text(answer):
    return answer.content.decode()


def read_by(answer):
    """What the preview says: who reads more (+) or less (-), and how many places."""
    return {
        (one.path.rpartition(" ")[2], "+" if one.more else "-"): one.places
        for one in answer.context["foreseen"].readings
    }


# ------------------------------------------------------------------- looking first
def test_a_preview_changes_nothing_and_says_what_would_change(reform, world):
    place = add_place(world, area="small_community")
    fill_post(world["small_community"], Role.COMMUNITY, "社区书记")
    before = Area.objects.count(), Entry.objects.count()

    shown = reform("district", "merge", "community", areas=[world["small_community"]])

    assert shown.status_code == 200
    outcome = shown.context["foreseen"].outcome
    assert [name.rpartition(" ")[2] for name in outcome.ends] == ["苗圃社区"]
    assert (outcome.posts, outcome.posts_closed) == (1, 1)
    assert shown.context["foreseen"].places == 1
    assert read_by(shown) == {("福华社区", "+"): 1}
    assert (Area.objects.count(), Entry.objects.count()) == before
    assert find_place(place, world.actor("alice").scope) is not None
    assert find_place(place, world.actor("community").scope) is None


def test_what_was_shown_is_what_is_done(reform, world):
    place = add_place(world, area="small_community")

    answer = reform(
        "district",
        "merge",
        "community",
        areas=[world["small_community"]],
        sure=True,
    )

    assert answer.url == reverse("area", args=[world["community"]])
    assert find_place(place, world.actor("community").scope) is not None
    [entry] = Entry.objects.filter(event="area.ended")
    assert entry.person == world.actor("district").person


def test_a_moved_community_is_read_by_its_new_street_only(reform, world):
    add_place(world, area="community")
    issued(world, area=world["community"])
    assert tasks(world.actor("alice").scope).count() == 1

    shown = reform("district", "move", "community", to=world["other_street"])
    assert read_by(shown) == {
        ("福华街街道", "-"): 1,
        ("解放路街道", "+"): 1,
        ("福华社区", "+"): 1,  # the one that continues it
    }
    assert shown.context["foreseen"].duties == 1
    assert shown.context["foreseen"].outcome.posts_moved > 0

    reform("district", "move", "community", to=world["other_street"], sure=True)
    assert tasks(world.actor("alice").scope).count() == 0
    successor = queries.find_child(world["other_street"], "福华社区")
    assert successor is not None


def test_when_the_ground_shifts_in_between_it_is_shown_again(reform, browse, world):
    areas = [world["small_community"]]
    seen = reform("district", "merge", "community", areas=areas).context["foreseen"]
    add_place(world, area="small_community")

    address = reverse("area_merge", args=[world["community"]])
    again = browse("district").post(
        address, {**TERMS, "areas": areas, "seen": seen.seen}
    )

    assert again.status_code == 200
    assert read_by(again) == {("福华社区", "+"): 1}
    assert queries.get_area(world["small_community"]).valid_until is None


# ---------------------------------------------------------------------- each of them
def test_rename_and_recode_keep_the_area_and_who_reads_it(reform, world):
    shown = reform("district", "rename", "street", name="福华路街道")
    assert "Everybody reads what they read before." in text(shown)

    reform("district", "rename", "street", name="福华路街道", sure=True)
    reform("district", "recode", "street", code="410103099", sure=True)

    area = queries.get_area(world["street"])
    assert (area.name, area.code) == ("福华路街道", "410103099")


def test_a_split_gives_every_area_below_to_one_part(reform, world):
    parts = {
        "name_1": "福华东社区",
        "name_2": "福华西社区",
        f"goes_{world['grid']}": 1,
        f"goes_{world['second_grid']}": 2,
    }
    shown = reform("district", "split", "community", **parts)
    begun = {
        name.rpartition(" ")[2] for name in shown.context["foreseen"].outcome.begins
    }
    assert {"福华东社区", "福华西社区"} <= begun

    reform("district", "split", "community", sure=True, **parts)
    east = queries.find_child(world["street"], "福华东社区")
    assert [one.name for one in queries.areas_below(east.id)] == [
        "第一网格",
        "一号院",
    ]


def test_a_part_without_a_name_takes_nothing(reform, world):
    refused = reform(
        "district",
        "split",
        "community",
        name_1="福华东社区",
        name_2="福华西社区",
        **{f"goes_{world['grid']}": 1, f"goes_{world['second_grid']}": 3},
    )

    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == [f"goes_{world['second_grid']}"]


def test_an_abolished_grid_is_read_by_its_successor(reform, world):
    reform(
        "district",
        "abolish",
        "second_grid",
        successors=[world["grid"]],
        sure=True,
    )

    assert queries.get_area(world["second_grid"]).valid_until is not None
    assert queries.reaches(world.actor("grid").scope, world["second_grid"])


def test_what_the_action_refuses_the_preview_refuses(reform):
    entries = Entry.objects.count()

    taken = reform("district", "rename", "community", name="建中社区")
    holding = reform("district", "abolish", "community")
    own = reform("district", "rename", "district", name="大二七区")

    for answer, code in (
        (taken, "jurisdiction.name_taken"),
        (holding, "jurisdiction.still_holds_areas"),
        (own, "jurisdiction.above_you"),
    ):
        assert answer.status_code == 409
        assert code in text(answer)
        assert 'value="2020-11-02"' in text(answer)
    assert Entry.objects.count() == entries


# ------------------------------------------------------------------------- who may
@pytest.mark.parametrize("what", REFORMS)
def test_another_district_s_area_is_not_there(browse, world, what):
    address = reverse(f"area_{what}", args=[world["community"]])

    assert browse("district").get(address).status_code == 200
    assert browse("district_next_door").get(address).status_code == 404
    assert browse("district_next_door").post(address, TERMS).status_code == 404
    assert browse("alice").get(address).status_code == 403


@pytest.mark.parametrize(("what", "field"), [("merge", "areas"), ("move", "to")])
def test_areas_out_of_reach_are_neither_offered_nor_taken(
    reform, browse, world, what, field
):
    address = reverse(f"area_{what}", args=[world["street"]])
    assert "管城" not in text(browse("district").get(address))

    refused = reform("district", what, "street", **{field: world["next_street"]})

    assert refused.status_code == 422
    assert queries.get_area(world["next_street"]).valid_until is None


def test_links_stand_where_the_change_may_be_made(browse, world):
    link = reverse("area_rename", args=[world["district"]])

    assert link not in text(
        browse("district").get(reverse("area", args=[world["district"]]))
    )
    assert link in text(
        browse("administrator").get(reverse("area", args=[world["district"]]))
    )
    street = reverse("area", args=[world["street"]])
    assert reverse("area_rename", args=[world["street"]]) in text(
        browse("district").get(street)
    )
    assert reverse("area_rename", args=[world["street"]]) not in text(
        browse("alice").get(street)
    )
