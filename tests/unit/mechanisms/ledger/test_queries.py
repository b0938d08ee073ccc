"""Who sees which places, and how they are found, counted and compared."""

import pytest

from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.scopes import EVERYWHERE, NOWHERE
from fangxian.mechanisms.ledger import actions, queries, rules
from fangxian.mechanisms.ledger.duplicates import Ground
from fangxian.mechanisms.ledger.queries import KindCount, PlaceFacts
from tests.unit.mechanisms.ledger.ledgers import hotel, legal_code, register
from tests.worlds import NOON


@pytest.fixture
def ledger(kinds):
    """Two hotels and a care home here, a hotel in the next district."""
    hotel(kinds)
    register(kinds, "second_community", "hotel", "建中宾馆", address="建中街8号")
    register(kinds, "community", "care_home", "福华养老院")
    register(kinds, "next_community", "hotel", "南关宾馆")
    return kinds


def names(found):
    return sorted(place.name for place in found)


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("alice", ["建中宾馆", "福华养老院", "福华宾馆"]),
        ("bob", ["建中宾馆", "福华养老院", "福华宾馆"]),
        ("community", ["福华养老院", "福华宾馆"]),
        ("grid", []),
        ("charlie", ["南关宾馆"]),
        ("civil_affairs", ["福华养老院"]),
        ("market_supervision", []),
        ("dana", ["南关宾馆", "建中宾馆", "福华养老院", "福华宾馆"]),
    ],
)
def test_everyone_sees_their_own(ledger, who, seen):
    assert names(queries.places(ledger.actor(who).scope)) == sorted(seen)


@pytest.mark.usefixtures("ledger")
def test_who_has_no_scope_sees_nothing():
    assert names(queries.places(NOWHERE)) == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"kind": "hotel"}, ["建中宾馆", "福华宾馆"]),
        ({"group": "care"}, ["福华养老院"]),
        ({"text": "宾 馆"}, ["建中宾馆", "福华宾馆"]),
        ({"text": "建中街"}, ["建中宾馆"]),
        ({"text": legal_code(1)[:12].lower()}, ["福华宾馆"]),
        ({"text": "不存在"}, []),
        ({"standing": "suspended"}, []),
        ({"kind": "hotel", "text": "福华"}, ["福华宾馆"]),
    ],
)
def test_places_are_found_by_what_is_asked(ledger, asked, found):
    assert names(queries.places(ledger.actor("alice").scope, **asked)) == sorted(found)


def test_an_area_stands_for_all_below_it(ledger):
    found = queries.places(EVERYWHERE, area=ledger["district"], kind="hotel")

    assert names(found) == ["建中宾馆", "福华宾馆"]


def test_an_area_outside_the_scope_shows_nothing(ledger):
    found = queries.places(ledger.actor("charlie").scope, area=ledger["street"])

    assert names(found) == []


def test_a_place_of_the_next_district_is_unknown(ledger):
    [elsewhere] = queries.places(ledger.actor("charlie").scope)

    with pytest.raises(Refusal) as refusal:
        queries.get_place(elsewhere.pk, ledger.actor("alice").scope)

    assert refusal.value.kind is rules.PLACE_UNKNOWN
    assert refusal.value.kind.hidden


def test_a_place_of_another_kind_is_unknown_to_a_department(ledger):
    [known] = queries.places(EVERYWHERE, text="福华宾馆")

    assert queries.find_place(known.pk, ledger.actor("civil_affairs").scope) is None
    assert queries.get_place(known.pk, ledger.actor("dana").scope) == known


@pytest.mark.parametrize("places", [1, 3])
def test_a_list_takes_one_query(kinds, places, django_assert_num_queries):
    for number in range(places):
        register(kinds, "community", "hotel", f"{'甲乙丙'[number]}宾馆")

    scope = kinds.actor("alice").scope

    with django_assert_num_queries(1):
        listed = [(p.name, p.kind.name, p.area.name) for p in queries.places(scope)]

    assert len(listed) == places


def test_counts_by_kind_are_the_counts_of_the_list(ledger):
    found = queries.places(ledger.actor("alice").scope)

    assert queries.count_by_kind(found) == [
        KindCount("care_home", "养老院", "Care home", "care", 1),
        KindCount("hotel", "宾馆酒店", "Hotel", "lodging", 2),
    ]


def test_places_that_are_gone_are_counted_no_more(ledger):
    assert queries.count_places(ledger["district"], "hotel") == 2
    [gone] = queries.places(EVERYWHERE, text="建中宾馆")

    actions.close_place(gone.pk, reason="搬离", by=SYSTEM, at=NOON)

    assert queries.count_places(ledger["district"], "hotel") == 1
    assert queries.count_places(ledger["district"], "hotel", standing="closed") == 1
    assert queries.count_places(ledger["city"]) == 3


# -------------------------------------------------------------------- duplicates
@pytest.fixture
def twins(kinds):
    one = hotel(kinds)
    other = register(kinds, "community", "hotel", "福华街宾馆", uscc=legal_code(1))
    return one, other


def test_a_merged_duplicate_is_listed_and_counted_once(twins, kinds):
    one, other = twins
    actions.merge_places(other.pk, into=one.pk, evidence="x", by=SYSTEM, at=NOON)

    assert names(queries.places(EVERYWHERE)) == ["福华宾馆"]
    assert queries.count_places(kinds["city"]) == 1
    assert [entry.pk for entry in queries.entries_of(one.pk)] == [one.pk, other.pk]


def test_the_facts_of_a_merged_duplicate_are_its_survivors(twins, kinds):
    one, other = twins
    third = register(kinds, "community", "hotel", "第三宾馆")
    for place, into in ((other, one), (one, third)):
        actions.merge_places(place.pk, into=into.pk, evidence="x", by=SYSTEM, at=NOON)

    assert queries.survivor(other.pk) == third.pk
    assert queries.place_facts(other.pk) == PlaceFacts(
        id=third.pk,
        kind="hotel",
        group="lodging",
        name="第三宾馆",
        area=kinds["community"],
        standing="open",
        venue_code="none",
    )


@pytest.mark.usefixtures("world")
def test_there_are_no_facts_of_a_place_that_never_was():
    with pytest.raises(Refusal) as refusal:
        queries.place_facts(404)

    assert refusal.value.kind is rules.PLACE_UNKNOWN


def test_possible_duplicates_are_explained_until_they_are_told_apart(twins, kinds):
    one, other = twins
    alice = kinds.actor("alice")

    [pair] = queries.possible_duplicates(alice.scope)
    assert (pair.place, pair.earlier, pair.ground) == (
        other.pk,
        one.pk,
        Ground.SAME_CODE,
    )
    [of_one] = queries.possible_duplicates_of(one, alice.scope)
    assert of_one.earlier == other.pk
    actions.keep_apart(one.pk, other=other.pk, reason="x", by=alice, at=NOON)

    assert queries.possible_duplicates(alice.scope) == ()
    assert queries.possible_duplicates_of(one, alice.scope) == ()


def test_a_duplicate_out_of_scope_is_not_shown(kinds):
    here = hotel(kinds)
    register(kinds, "next_community", "hotel", "南关宾馆", uscc=legal_code(1))

    assert len(queries.possible_duplicates(kinds.actor("dana").scope)) == 1
    assert queries.possible_duplicates(kinds.actor("alice").scope) == ()
    assert queries.possible_duplicates_of(here, kinds.actor("alice").scope) == ()
