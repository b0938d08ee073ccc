"""Whom a question finds, in whose scope, and what is shown of them."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.papers import Paper
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.jurisdiction import actions as areas
from fangxian.mechanisms.ledger.people import actions, queries, rules
from tests.unit.mechanisms.ledger.people.folk import (
    NUMBER,
    found,
    number,
    owe,
    register,
    without_paper,
)
from tests.worlds import NOON, TODAY


@pytest.fixture
def scope(world):
    """What the street reads."""
    return world.actor("alice").scope


# ----------------------------------------------------------------- parts of a name
@pytest.mark.parametrize(
    "text",
    [
        *("王", "王小", "小明", "王小明", "王 小明", " 小明 "),
        *("wang", "xiaoming", "wangxiaoming", "Wang Xiao Ming", "WANG", "ming"),
        *("wx", "wxm", "WXM"),
        *("5678", "王小 5678", "小明5678", "wang 5678", "wxm5678"),
        *("10012345678", "100 1234 5678", NUMBER, NUMBER.lower(), f"{NUMBER[:6]} {NUMBER[6:]}"),
    ],
)  # fmt: skip
def test_a_person_is_found_by(person, scope, text):
    assert found(scope, text) == [person]


@pytest.mark.usefixtures("person")
@pytest.mark.parametrize(
    "text",
    [
        *("李", "明小", "小红", "王明", "xiaowang", "wm", "xm", "1234", "王小 1234"),
        *("123", "1001234567", "1001", NUMBER[:17], NUMBER[-4:], "990103", "%", "_"),
        *("家", "citizen", "🙂", "王小明 李小红"),
    ],
)  # fmt: skip
def test_nobody_is_found_by(scope, text):
    assert found(scope, text) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("单乐", "shanle"),
        ("单乐", "danyue"),
        ("曾茜", "zeng xi"),
        ("吕布", "lü bu"),
        ("吕布", "lvbu"),
        ("欧阳小明", "ouyang"),
        ("欧阳小明", "oyxm"),
        ("阿卜杜拉·艾山", "杜拉"),
        ("阿卜杜拉·艾山", "艾山"),
        ("John O'Neill-Müller", "oneill"),
        ("John O'Neill-Müller", "MULLER"),
        ("John O'Neill-Müller", "joh"),
        ("西安", "xian"),
        ("先", "xian"),
        ("\U00020000小", "\U00020000小"),
    ],
)
def test_unusual_names_are_found_too(world, scope, name, text):
    person = register(world, name=name).person

    assert found(scope, text) == [person]


def test_other_papers_are_found_whole(world, scope):
    person = register(world, paper=Paper.PASSPORT, number="E12345678").person

    assert found(scope, "e12345678") == [person]
    assert found(scope, "E1234567") == []


# -------------------------------------------------------------------------- scope
def test_nobody_is_found_outside_the_scope(person, world):
    others = ["charlie", "community_next_door", "district_next_door"]

    assert {
        who: [
            found(world.actor(who).scope, text) for text in ("", "王小", "5678", NUMBER)
        ]
        for who in others
    } == dict.fromkeys(others, [[]] * 4)
    assert found(world.actor("dana").scope, "王小") == [person]


@pytest.mark.usefixtures("person")
def test_a_sector_department_sees_nobody(world):
    scope = world.actor("civil_affairs").scope

    assert [found(scope, text) for text in ("", "王小", NUMBER)] == [[], [], []]
    assert queries.alike(scope) == []
    assert list(queries.doors(scope)) == []
    assert list(queries.openings(scope)) == []


@pytest.mark.parametrize("who", ["hospital", "cdc"])
def test_hospital_and_cdc_see_whom_a_duty_of_theirs_is_about(person, world, who):
    scope = world.actor(who).scope
    assert found(scope, "王小") == found(scope) == []

    owe(world, who, person)

    assert found(scope, "王小") == found(scope) == [person]


def test_a_person_out_of_scope_is_unknown(person, world):
    readers = (queries.get_person, queries.alike_to, queries.openings_of,
               queries.residences_of, queries.proxy_of)  # fmt: skip
    for read in readers:
        for who in ("charlie", "civil_affairs"):
            with pytest.raises(Refusal) as refusal:
                read(person, world.actor(who).scope)
            assert refusal.value.kind is rules.PERSON_UNKNOWN
            assert refusal.value.kind.hidden


@pytest.mark.parametrize(
    ("who", "may"),
    [
        *((who, True) for who in ("grid", "community", "street", "hospital", "cdc")),
        *((who, False) for who in ("district", "supervision", "auditor", "police")),
        *((who, False) for who in ("civil_affairs", "administrator", "venue_manager")),
    ],
)
def test_who_reads_the_list_at_all(world, who, may):
    assert rules.can_read(by=world.actor(who)) is may


def test_the_same_name_has_other_tokens_in_the_next_street(world):
    one = register(world)
    other = register(world, "next_community", number=number(2))

    tokens = queries.visible(SYSTEM.scope).values_list("tokens__token", flat=True)
    ours, theirs = (set(tokens.filter(pk=p.person)) for p in (one, other))
    assert len(ours) == len(theirs) == 12
    assert ours & theirs == set()


# --------------------------------------------------------------------------- lists
def test_what_is_shown_is_masked(person, scope):
    [card] = queries.find_people(scope).cards

    assert (card.name, card.number, card.telephone) == (
        "王*明",
        f"9901****{NUMBER[-4:]}",
        "100****5678",
    )
    assert (card.id, card.paper, card.is_drill, card.merged_into) == (
        person,
        Paper.CITIZEN,
        True,
        None,
    )


def test_a_long_list_comes_in_pages_latest_first(world, scope):
    people = [
        without_paper(
            world, telephone=None, at=NOON + dt.timedelta(minutes=minute)
        ).person
        for minute in range(5)
    ]

    pages, after = [], None
    while True:
        page = queries.find_people(scope, text="王小", after=after, most=2)
        pages.append([card.id for card in page.cards])
        if (after := page.after) is None:
            break

    assert pages == [people[4:2:-1], people[2:0:-1], people[:1]]


def test_a_broad_scope_gives_the_same_pages(world, scope):
    people = [without_paper(world, telephone=None).person for _ in range(5)]

    def pages(reader):
        first = queries.find_people(reader, most=3)
        second = queries.find_people(reader, most=3, after=first.after)
        assert second.after is None
        return [card.id for card in (*first.cards, *second.cards)]

    assert pages(scope) == sorted(people, reverse=True)
    for who in ("dana", "supervision"):
        assert pages(world.actor(who).scope) == pages(scope)
    assert pages(world.actor("district_next_door").scope) == []


def test_people_of_a_street_that_was_merged_are_found_by_its_successor(world, scope):
    person = register(world, "other_community").person
    assert found(scope, "小明") == []

    areas.merge_areas(
        [world["other_street"]],
        into=world["street"],
        on=TODAY,
        source="test",
        by=SYSTEM,
        at=NOON,
    )

    assert found(scope, "小明") == found(scope, "wxm") == [person]


def test_a_list_takes_as_many_queries_for_three_as_for_one(world, scope):
    def queries_for_a_page():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            queries.find_people(scope, text="王小")
        return len(asked)

    door = actions.register_door(
        area=world["grid"], building="3", room="501", by=SYSTEM, at=NOON
    )
    counts = []
    for serial in (1, 2, 3):
        person = register(world, "grid", number=number(serial)).person
        actions.move_in(person, door=door, since=NOON.date(), by=SYSTEM, at=NOON)
        counts.append(queries_for_a_page())

    assert counts[0] == counts[2]


def test_people_of_an_area_a_door_and_a_source(world, scope):
    there = register(world, "grid", number=number(1)).person
    register(world, "second_community", number=number(2), source="other")
    door = actions.register_door(area=world["grid"], room="501", by=SYSTEM, at=NOON)
    actions.move_in(there, door=door, since=NOON.date(), by=SYSTEM, at=NOON)

    assert found(scope, area=world["community"]) == [there]
    assert found(scope, door=door) == [there]
    assert found(scope, source="test") == [there]
    assert queries.count_people(world["street"]) == 2
    assert queries.count_people(world["street"], source="other") == 1
    assert queries.areas_of([there]) == {there: world["grid"]}
    assert queries.area_of(there) == world["grid"]
