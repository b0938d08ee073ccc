import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from fangxian.kernel.actors import SYSTEM, Role
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.jurisdiction import actions, queries, rules
from fangxian.mechanisms.jurisdiction.models import (
    Answerer,
    Appointment,
    Area,
    Post,
    Staff,
)
from fangxian.mechanisms.jurisdiction.states import Level
from tests.people import ALICE, BOB, JOINER, PEOPLE
from tests.worlds import FOUNDED, NOON, SINCE, SOURCE, TODAY, fill_post


ENTERED: dict[str, Any] = {"on": TODAY, "source": SOURCE, "at": NOON}


def counts():
    """How much there is of all that a refused act must not have added to."""
    return [
        model.objects.count()
        for model in (Area, Post, Staff, Appointment, Answerer, Entry)
    ]


def refusal_of(act, *args, **kwargs):
    """The kind of the refusal; and nothing was written."""
    before = counts()
    with pytest.raises(Refusal) as refusal:
        act(*args, **kwargs)
    assert counts() == before
    return refusal.value.kind


# ------------------------------------------------------------------------- areas
def test_establishing_an_area_writes_one_entry_that_its_readers_see(world):
    area = actions.establish_area(
        name="长江路街道",
        level=Level.STREET,
        parent=world["district"],
        code="410103013",
        by=world.actor("district"),
        **ENTERED,
    )

    entry = Entry.objects.latest("pk")
    assert (entry.event, entry.subject, entry.area, entry.person) == (
        "area.established",
        f"area:{area.pk}",
        area.pk,
        PEOPLE["district"],
    )
    assert entry.payload == {
        "area": area.pk,
        "called": "长江路街道",
        "code": "410103013",
        "level": "3-street",
        "parent": world["district"],
        "on": "2020-11-09",
        "source": SOURCE,
    }


def establish(world, *, by, parent="district", **changes):
    given = {
        "name": "长江路街道",
        "level": Level.STREET,
        "parent": world[parent],
        "code": "410103013",
        **ENTERED,
        **changes,
    }
    return given | {"by": world.actor(by)}


@pytest.mark.parametrize(
    "who", ["grid", "community", "alice", "supervision", "auditor", "civil_affairs"]
)
def test_only_the_district_and_the_administrator_arrange_areas(world, who):
    unit = world.actor(who).unit
    given = establish(world, by=who, name="新楼", level=Level.BUILDING, code=None)

    kind = refusal_of(actions.establish_area, **given | {"parent": unit})

    assert kind in {rules.NOT_YOURS_TO_ARRANGE, rules.OUT_OF_REACH}


def test_the_next_district_finds_no_such_area(world):
    given = establish(world, by="district_next_door")

    assert refusal_of(actions.establish_area, **given) is rules.OUT_OF_REACH


def test_a_district_does_not_rename_itself(world):
    kind = refusal_of(
        actions.rename,
        world["district"],
        name="大区",
        by=world.actor("district"),
        **ENTERED,
    )

    assert kind is rules.ABOVE_YOU


def test_a_district_makes_no_city(world):
    given = establish(world, by="district", level=Level.CITY)

    assert refusal_of(actions.establish_area, **given | {"parent": None}) is (
        rules.ABOVE_YOU
    )


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"name": " "}, rules.NAME_MISSING),
        ({"name": "福华街街道"}, rules.NAME_TAKEN),
        ({"code": "410103009"}, rules.CODE_TAKEN),
        ({"level": Level.DISTRICT}, rules.WRONG_LEVEL),
        ({"on": TODAY + dt.timedelta(days=1)}, rules.NOT_YET),
        ({"on": SINCE - dt.timedelta(days=1)}, rules.BEFORE_ITS_TIME),
    ],
)
def test_an_area_that_cannot_be_is_refused(world, changes, kind):
    given = establish(world, by="administrator", **changes)

    assert refusal_of(actions.establish_area, **given) is kind


def test_management_areas_have_no_code(world):
    area = actions.establish_area(
        **establish(world, by="administrator", name="火车站地区管委会", code=None)
    )

    assert area.code is None


@pytest.mark.usefixtures("world")
def test_the_database_keeps_one_standing_area_to_a_code():
    with pytest.raises(IntegrityError), transaction.atomic():
        Area.objects.create(
            name="x", code="410103009", level="3-street", valid_from=SINCE, source="x"
        )
    assert Area.objects.filter(code="410103009").count() == 1


# ------------------------------------------------------------------------- posts
def test_a_new_holder_relieves_the_one_before_at_the_same_moment(world):
    post = world.posts["alice"]

    actions.appoint(post, staff=JOINER, by=world.actor("district"), at=NOON)

    assert [
        (held.staff, held.since, held.until) for held in queries.holdings(post)
    ] == [(JOINER, NOON, None), (ALICE, FOUNDED, NOON)]
    assert queries.holder_of(post, NOON - dt.timedelta(microseconds=1)) == ALICE
    assert queries.holder_of(post, NOON) == JOINER
    assert Entry.objects.latest("pk").payload == {
        "post": post,
        "staff": str(JOINER),
        "before": str(ALICE),
    }


def test_a_new_person_is_registered_and_appointed_at_once(world):
    person = uuid4()

    actions.appoint_new(
        world.posts["alice"],
        person=person,
        name="王小明",
        by=world.actor("district"),
        at=NOON,
    )

    assert queries.holder_of(world.posts["alice"], NOON) == person
    assert queries.masked_name(person) == "王*明"


def test_a_new_person_is_not_registered_where_they_cannot_be_appointed(world):
    kind = refusal_of(
        actions.appoint_new,
        world.posts["alice"],
        person=uuid4(),
        name="王小明",
        by=world.actor("district_next_door"),
        at=NOON,
    )

    assert kind is rules.OUT_OF_REACH


def test_a_relieved_post_is_listed_as_vacant(world):
    post = world.posts["alice"]
    scope = world.actor("district").scope
    assert not queries.vacant_posts(scope, NOON).exists()

    actions.relieve(post, by=world.actor("district"), at=NOON)

    assert [vacant.pk for vacant in queries.vacant_posts(scope, NOON)] == [post]
    assert not queries.vacant_posts(
        world.actor("district_next_door").scope, NOON
    ).exists()
    assert not queries.vacant_posts(scope, FOUNDED).exists()


def test_who_is_relieved_acts_no_more(world):
    actions.relieve(world.posts["alice"], by=world.actor("district"), at=NOON)

    with pytest.raises(Refusal) as refusal:
        queries.actor_for(ALICE, at=NOON)

    assert refusal.value.kind is rules.NO_POST


def test_a_closed_post_is_neither_held_nor_vacant(world):
    actions.close_post(world.posts["alice"], by=world.actor("district"), at=NOON)

    assert queries.holder_of(world.posts["alice"], NOON) is None
    assert not queries.vacant_posts(world.actor("district").scope, NOON).exists()
    assert world.posts["alice"] not in [
        post.id for post in queries.posts_of(world["street"])
    ]


def test_the_latest_post_is_the_one_a_person_acts_in(world):
    actions.appoint(
        world.posts["bob"], staff=ALICE, by=world.actor("district"), at=NOON
    )

    assert queries.actor_for(ALICE, at=NOON).post == world.posts["bob"]
    earlier = queries.actor_for(ALICE, at=NOON, post=world.posts["alice"])
    assert earlier.post == world.posts["alice"]
    with pytest.raises(Refusal):
        queries.actor_for(BOB, at=NOON)


@pytest.mark.parametrize("who", ["grid", "community", "alice", "supervision"])
def test_only_the_district_and_the_administrator_appoint(world, who):
    by = world.actor(who)

    kind = refusal_of(actions.appoint, by.post, staff=JOINER, by=by, at=NOON)

    assert kind is rules.NOT_YOURS_TO_ARRANGE


def test_the_next_district_finds_no_such_post(world):
    by = world.actor("district_next_door")
    post = world.posts["alice"]

    for act, given in (
        (actions.appoint, {"staff": JOINER}),
        (actions.relieve, {}),
        (actions.close_post, {}),
    ):
        assert refusal_of(act, post, by=by, at=NOON, **given) is rules.OUT_OF_REACH


def test_nobody_appoints_themselves(world):
    by = world.actor("district")

    kind = refusal_of(
        actions.appoint, world.posts["alice"], staff=by.person, by=by, at=NOON
    )

    assert kind is rules.OWN_APPOINTMENT


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_a_district_makes_no_auditor_and_no_administrator(world, role):
    kind = refusal_of(
        actions.create_post,
        area=world["district"],
        role=role,
        title="x",
        by=world.actor("district"),
        at=NOON,
    )

    assert kind is rules.ROLE_RESERVED


def test_an_appointment_that_cannot_be_is_refused(world):
    by, post = world.actor("district"), world.posts["alice"]

    assert refusal_of(actions.appoint, post, staff=uuid4(), by=by, at=NOON) is (
        rules.STAFF_UNKNOWN
    )
    assert refusal_of(actions.appoint, post, staff=ALICE, by=by, at=NOON) is (
        rules.ALREADY_HOLDER
    )
    assert refusal_of(actions.appoint, post, staff=JOINER, by=by, at=FOUNDED) is (
        rules.TOO_EARLY
    )
    assert refusal_of(actions.appoint, 0, staff=JOINER, by=by, at=NOON) is (
        rules.OUT_OF_REACH
    )


def test_a_vacant_post_cannot_be_relieved(world):
    post = fill_post(world["street"], Role.STREET, "空岗")

    kind = refusal_of(actions.relieve, post, by=world.actor("district"), at=NOON)

    assert kind is rules.POST_VACANT


@pytest.mark.parametrize(
    ("role", "kinds", "kind"),
    [
        (Role.SECTOR_DEPARTMENT, None, rules.KINDS_MISSING),
        (Role.SECTOR_DEPARTMENT, [], rules.KINDS_MISSING),
        (Role.STREET, ["hotel"], rules.KINDS_NEEDLESS),
    ],
)
def test_kinds_belong_to_sector_departments(world, role, kinds, kind):
    given = {"area": world["district"], "title": "x", "at": NOON}

    refused = refusal_of(
        actions.create_post,
        role=role,
        kinds=kinds,
        by=world.actor("district"),
        **given,
    )

    assert refused is kind


def test_the_database_keeps_one_holder_to_a_post(world):
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.create(
            post_id=world.posts["alice"], staff_id=JOINER, since=NOON
        )
    assert queries.holder_of(world.posts["alice"], NOON) == ALICE


# ---------------------------------------------------------------------- find_post
def test_the_nearest_post_is_found_from_the_area_upward(world):
    def found(area, *roles, kind=None):
        post = queries.find_post(world[area], roles, kind)
        return None if post is None else post.id

    assert found("courtyard", Role.GRID_WORKER) == world.posts["grid"]
    assert found("courtyard", Role.COMMUNITY) == world.posts["community"]
    assert found("courtyard", Role.STREET, Role.COMMUNITY) == world.posts["community"]
    assert found("second_community", Role.GRID_WORKER) is None
    assert found("far_grid", Role.STREET) is None


def test_a_department_is_found_for_its_kinds_only(world):
    def found(kind):
        post = queries.find_post(world["grid"], [Role.SECTOR_DEPARTMENT], kind)
        return None if post is None else post.id

    assert found("care_home") == world.posts["civil_affairs"]
    assert found("restaurant") == world.posts["market_supervision"]
    assert found("cinema") is None
    assert found(None) is None


# ---------------------------------------------------------------------- answerers
def test_a_courtyard_is_covered_while_a_held_post_answers_for_it(world):
    scope = world.actor("alice").scope

    def uncovered(at=NOON):
        return world["courtyard"] in queries.uncovered_areas(scope, at).values_list(
            "pk", flat=True
        )

    assert uncovered()
    actions.name_answerer(
        world["courtyard"], post=world.posts["grid"], by=world.actor("alice"), at=NOON
    )
    assert not uncovered()
    later = NOON + dt.timedelta(hours=1)
    actions.relieve(world.posts["grid"], by=world.actor("district"), at=later)
    assert uncovered(later)
    assert not uncovered(NOON)


def test_uncovered_areas_of_the_next_district_are_not_listed(world):
    listed = queries.uncovered_areas(world.actor("charlie").scope, NOON)

    assert {area.pk for area in listed} == {
        world["next_grid"],
        world["second_next_grid"],
    }


def test_a_new_answerer_ends_the_one_before(world):
    by = world.actor("district")
    actions.name_answerer(
        world["courtyard"], post=world.posts["grid"], by=by, at=FOUNDED
    )

    actions.name_answerer(world["courtyard"], post=world.posts["bob"], by=by, at=NOON)

    answering = [
        queries.answerer_of(world["courtyard"], moment) for moment in (FOUNDED, NOON)
    ]
    assert answering == [queries.get_post(world.posts[who]) for who in ("grid", "bob")]


def test_a_post_of_another_chain_does_not_answer(world):
    kind = refusal_of(
        actions.name_answerer,
        world["grid"],
        post=world.posts["charlie"],
        by=SYSTEM,
        at=NOON,
    )

    assert kind is rules.DOES_NOT_ANSWER_HERE


def test_a_community_names_no_answerer(world):
    kind = refusal_of(
        actions.name_answerer,
        world["grid"],
        post=world.posts["community"],
        by=world.actor("community"),
        at=NOON,
    )

    assert kind is rules.NOT_YOURS_TO_ARRANGE


# -------------------------------------------------------------------------- names
@pytest.mark.usefixtures("world")
def test_names_are_sealed_in_the_database_and_masked_on_the_way_out():
    assert queries.staff_name(ALICE) == "艾丽丝"
    assert queries.masked_name(ALICE) == "艾*丝"
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, telephone FROM jurisdiction_staff")
        stored = cursor.fetchall()
    assert len(stored) == len(PEOPLE)
    assert all("艾丽丝".encode() not in bytes(name) for name, _ in stored)


def test_no_entry_names_a_person(world):
    actions.register_staff(
        person=uuid4(),
        name="王某某",
        telephone="10012345678",
        by=world.actor("district"),
        at=NOON,
    )

    spelled = [str(entry.payload) for entry in Entry.objects.all()]
    assert not [text for text in spelled if "王某某" in text or "10012345678" in text]


def test_staff_are_registered_once_and_by_who_arranges(world):
    assert refusal_of(
        actions.register_staff,
        person=ALICE,
        name="爱丽丝",
        by=world.actor("district"),
        at=NOON,
    ) is (rules.STAFF_KNOWN)
    assert refusal_of(
        actions.register_staff,
        person=uuid4(),
        name="王某某",
        by=world.actor("bob"),
        at=NOON,
    ) is (rules.NOT_YOURS_TO_ARRANGE)


def test_the_system_has_no_name():
    assert rules.masked("") == ""


@pytest.mark.parametrize(
    ("name", "masked"),
    [("王", "王"), ("王明", "王*"), ("王小明", "王*明"), ("欧阳小明", "欧**明")],
)
def test_masking_keeps_the_ends(name, masked):
    assert rules.masked(name) == masked
