"""Areas and posts: each unit sees its own, holders are masked, changes are acts."""

import datetime as dt
import re
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fangxian.kernel.actors import SYSTEM, Role
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.jurisdiction import actions, queries
from fangxian.mechanisms.jurisdiction.models import Area, Post
from fangxian.mechanisms.jurisdiction.states import Level
from fangxian.mechanisms.ledger.models import Kind
from tests.people import ALICE, BOB, JOINER, PEOPLE
from tests.worlds import FOUNDED, NOON, add_area, fill_post


def text_of(client, url, *args, query=""):
    answer = client.get(reverse(url, args=args) + query)
    assert answer.status_code == 200
    return answer.content.decode()


# ------------------------------------------------------------------------ scopes
def test_the_tree_shows_the_unit_and_nothing_of_the_next_district(browse):
    shown = text_of(browse("district"), "jurisdiction")

    for name in ("二七区", "福华街街道", "解放路街道", "福华社区"):
        assert name in shown
    for name in ("管城回族区", "南关街街道", "熊儿河社区"):
        assert name not in shown


@pytest.mark.parametrize(
    ("url", "name"),
    [("area", "next_community"), ("area", "district"), ("area", "city")],
)
def test_an_area_out_of_reach_is_not_there(browse, world, url, name):
    assert browse("alice").get(reverse(url, args=[world[name]])).status_code == 404


def test_a_post_out_of_reach_is_not_there(browse, world):
    address = reverse("post", args=[world.posts["charlie"]])

    assert browse("alice").get(address).status_code == 404
    assert browse("district").get(address).status_code == 404
    assert browse("district_next_door").get(address).status_code == 200


def test_the_list_of_posts_ends_at_the_scope(browse, world):
    fill_post(world["next_street"], Role.STREET, "邻区空岗")
    fill_post(world["street"], Role.STREET, "本街空岗")

    mine = text_of(browse("district"), "posts", query="?vacant=on")
    theirs = text_of(browse("district_next_door"), "posts", query="?vacant=on")

    assert "本街空岗" in mine
    assert "邻区空岗" not in mine
    assert "邻区空岗" in theirs
    assert "本街空岗" not in theirs


def test_a_foreign_subtree_in_the_filter_shows_nothing(browse, world):
    shown = text_of(browse("alice"), "posts", query=f"?area={world['next_street']}")

    assert "No post like this" in shown


def test_uncovered_areas_end_at_the_scope(browse):
    assert "福华社区" in text_of(browse("alice"), "areas_uncovered")
    shown = text_of(browse("charlie"), "areas_uncovered")
    assert "福华社区" not in shown
    assert "南关社区" in shown


def test_a_sector_department_sees_where_posts_are_and_no_full_name(browse, world):
    shown = text_of(browse("civil_affairs"), "area", world["street"])

    assert "街道巡查员" in shown
    assert "艾*丝" in shown
    assert "艾丽丝" not in shown


# ----------------------------------------------------------------------- contents
def test_an_area_names_its_posts_with_masked_holders(browse, world):
    shown = text_of(browse("alice"), "area", world["street"])

    assert "艾*丝" in shown
    assert "艾丽丝" not in shown
    assert f'href="{reverse("area", args=[world["community"]])}"' in shown


def test_what_lies_above_is_named_but_opens_only_within_reach(browse, world):
    shown = text_of(browse("alice"), "area", world["community"])

    assert f'href="{reverse("area", args=[world["street"]])}"' in shown
    assert "二七区" in shown
    assert f'href="{reverse("area", args=[world["district"]])}"' not in shown


def test_a_post_shows_everybody_who_held_it(browse, world):
    actions.appoint(
        world.posts["bob"],
        staff=JOINER,
        by=world.actor("district"),
        at=NOON - dt.timedelta(days=1),
    )

    shown = text_of(browse("alice"), "post", world.posts["bob"])

    assert shown.index("新*人") < shown.index("鲍*")
    assert "2020-11-08 12:00" in shown


def test_an_area_tells_its_history_with_what_it_continues(browse, world):
    actions.merge_areas(
        [world["other_street"]],
        into=world["street"],
        on=dt.date(2020, 11, 8),
        source="一份批复",
        by=SYSTEM,
        at=NOON,
    )

    shown = text_of(browse("alice"), "area", world["street"])

    assert "一份批复" in shown
    assert f'href="{reverse("area", args=[world["other_street"]])}"' in shown
    ended = text_of(browse("alice"), "area", world["other_street"])
    assert "Stands no longer since 2020-11-08" in ended


def test_vacant_posts_and_uncovered_courtyards_stand_on_the_first_page(browse, world):
    fill_post(world["street"], Role.STREET, "本街空岗")
    actions.name_answerer(
        world["courtyard"], post=world.posts["grid"], by=SYSTEM, at=FOUNDED
    )

    shown = text_of(browse("alice"), "jurisdiction")

    assert "本街空岗" in shown
    assert "Without an answerer 3" in shown
    assert reverse("area", args=[world["courtyard"]]) not in shown


@pytest.mark.parametrize("url", ["jurisdiction", "posts", "areas_uncovered"])
def test_more_rows_take_no_more_queries(browse, world, url):
    client = browse("district")

    def count():
        with CaptureQueriesContext(connection) as seen:
            text_of(client, url)
        return len(seen)

    fill_post(world["grid"], Role.GRID_WORKER, "空岗")
    count()
    one = count()
    for number in range(3):
        grid = add_area(f"新{number}网格", Level.GRID, parent=world["community"])
        fill_post(grid, Role.GRID_WORKER, f"网格员{number}")
    assert count() == one


# --------------------------------------------------------------------------- acts
def test_the_district_appoints_somebody_known(browse, world):
    client, post = browse("district"), world.posts["alice"]
    form = text_of(client, "post_appoint", post)
    assert "鲍* · 街道巡查员" in form
    assert "查*" not in form  # Charlie belongs to the next district

    answer = client.post(
        reverse("post_appoint", args=[post]), {"staff": str(BOB), "person": JOINER}
    )

    assert answer["Location"] == reverse("post", args=[post])
    assert queries.holder_of(post, NOON + dt.timedelta(minutes=5)) == BOB


def test_the_district_appoints_somebody_new_once(browse, world):
    client, post = browse("district"), world.posts["alice"]
    address = reverse("post_appoint", args=[post])
    new = "00000000-0000-4000-8000-000000000001"
    typed = {"name": "王小明", "telephone": "10000000001", "person": new}

    assert client.post(address, typed).status_code == 302
    entries = Entry.objects.count()
    again = client.post(address, typed)

    assert again.status_code == 409
    assert "jurisdiction.staff_known" in again.content.decode()
    assert 'value="王小明"' in again.content.decode()
    assert Entry.objects.count() == entries
    assert "王*明" in text_of(client, "post", post)


@pytest.mark.parametrize("typed", [{}, {"staff": str(BOB), "name": "王小明"}])
def test_one_of_the_two_must_be_given(browse, world, typed):
    address = reverse("post_appoint", args=[world.posts["alice"]])

    answer = browse("district").post(address, {"person": JOINER, **typed})

    assert answer.status_code == 422
    assert queries.holder_of(world.posts["alice"], NOON) == ALICE


def test_one_names_a_doctor_and_another_one_appoints_them(browse, world):
    post, soon = world.posts["cdc"], NOON + dt.timedelta(minutes=5)
    address = reverse("post_appoint", args=[post])
    administrator, district = browse("administrator"), browse("district")
    asked = text_of(administrator, "post_appoint", post)
    assert "Two persons appoint to this post" in asked
    sent = {"name": "张新医", "person": UUID(int=77)}

    administrator.post(address, sent)
    again = {"staff": UUID(int=77), "person": JOINER}
    administrator.post(address, again)  # alone it stays a name, however often

    assert queries.holder_of(post, soon) == PEOPLE["cdc"]
    assert "关*员 has named 张*医" in text_of(district, "post", post)
    form = text_of(district, "post_appoint", post)
    assert f'<option value="{UUID(int=77)}" selected>张*医</option>' in form
    answer = district.post(address, {"staff": UUID(int=77), "person": JOINER})
    assert answer["Location"] == reverse("post", args=[post])
    assert queries.holder_of(post, soon) == UUID(int=77)
    assert "has named" not in text_of(district, "post", post)


def test_who_does_not_appoint_is_not_offered_it(browse, world):
    address = reverse("post_appoint", args=[world.posts["alice"]])
    shown = text_of(browse("alice"), "post", world.posts["alice"])
    assert address not in shown
    assert browse("alice").post(address, {"staff": str(BOB)}).status_code == 403
    assert browse("district_next_door").get(address).status_code == 404
    assert queries.holder_of(world.posts["alice"], NOON) == ALICE


def test_a_district_is_not_offered_what_only_the_administrator_arranges(browse, world):
    auditor = fill_post(world["district"], Role.AUDITOR, "区审计员")
    address = reverse("post_appoint", args=[auditor])

    assert address not in text_of(browse("district"), "post", auditor)
    assert address in text_of(browse("administrator"), "post", auditor)
    refused = browse("district").post(address, {"staff": str(BOB), "person": JOINER})
    assert "jurisdiction.role_reserved" in refused.content.decode()
    assert queries.holder_of(auditor, NOON + dt.timedelta(minutes=5)) is None


def test_the_district_relieves_and_the_post_is_listed_as_vacant(browse, world):
    client = browse("district")

    answer = client.post(reverse("post_relieve", args=[world.posts["alice"]]))

    assert answer.status_code == 302
    assert "街道防控专员" in text_of(client, "posts", query="?vacant=on")


def test_the_district_adds_an_area_and_a_post(browse, world):
    client = browse("district")
    typed = {
        "name": "长江路街道",
        "level": Level.STREET,
        "code": "410103013",
        "on": "2020-11-01",
        "source": "一份批复",
    }

    answer = client.post(reverse("area_new", args=[world["district"]]), typed)
    made = Area.objects.get(name="长江路街道")
    assert answer["Location"] == reverse("area", args=[made.pk])
    refused = client.post(reverse("area_new", args=[world["district"]]), typed)
    assert refused.status_code == 409
    assert "jurisdiction.name_taken" in refused.content.decode()

    client.post(
        reverse("post_new", args=[made.pk]), {"title": "主任", "role": Role.STREET}
    )
    assert Post.objects.get(area=made).title == "主任"


def test_a_sector_department_is_bound_to_kinds(browse, world):
    address = reverse("post_new", args=[world["district"]])
    typed = {"title": "教育局", "role": Role.SECTOR_DEPARTMENT}

    refused = browse("district").post(address, typed)
    browse("district").post(address, typed | {"kinds": "training, school ,"})

    assert "jurisdiction.kinds_missing" in refused.content.decode()
    assert Post.objects.get(title="教育局").kinds == ["school", "training"]


def test_kinds_of_place_are_ticked_by_their_names(browse, world):
    Kind.objects.create(code="school", name="学校", name_en="School")
    address = reverse("post_new", args=[world["district"]])
    typed = {"title": "教育局", "role": Role.SECTOR_DEPARTMENT, "kinds": ["school"]}
    client = browse("district", "zh-hans")

    shown = client.get(address).content.decode()
    client.post(address, typed)

    assert re.search(r'name="kinds" value="school"[^<]*>\s*学校', shown)
    assert Post.objects.get(title="教育局").kinds == ["school"]


def test_the_street_names_an_answerer_of_its_own_chain(browse, world):
    client, address = (
        browse("alice"),
        reverse("area_answerer", args=[world["courtyard"]]),
    )
    form = text_of(client, "area_answerer", world["courtyard"])
    assert "网格员" in form
    assert "区指挥部" not in form  # above Alice's reach

    client.post(address, {"post": world.posts["grid"]})

    answering = queries.answerer_of(world["courtyard"], NOON + dt.timedelta(1))
    assert answering == queries.get_post(world.posts["grid"])
    assert "耿*网" in text_of(client, "area", world["courtyard"])


def test_an_answerer_out_of_reach_is_refused(browse, world):
    answer = browse("charlie").post(
        reverse("area_answerer", args=[world["courtyard"]]),
        {"post": world.posts["charlie"]},
    )

    assert answer.status_code == 404
    assert queries.answerer_of(world["courtyard"], NOON) is None


def test_the_search_finds_areas_in_scope(browse):
    assert "福华社区" in text_of(browse("alice"), "search", query="?q=福华")
    assert "南关社区" not in text_of(browse("alice"), "search", query="?q=南关")
