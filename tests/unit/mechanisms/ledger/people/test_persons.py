"""What may be said of people, by whom, and what is written of it."""

import datetime as dt
import secrets

import pytest

from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.ids import new_id
from fangxian.kernel.papers import Paper, Sex
from fangxian.mechanisms.journal.models import Entry, Tally
from fangxian.mechanisms.jurisdiction.rules import OUT_OF_REACH
from fangxian.mechanisms.ledger.models import Person, Proxy, Token
from fangxian.mechanisms.ledger.people import actions, queries, rules
from fangxian.mechanisms.ledger.states import Relation
from tests.unit.mechanisms.ledger.people.folk import (
    NAME,
    NUMBER,
    TELEPHONE,
    found,
    latest_entry,
    number,
    refused,
    register,
    without_paper,
    written,
)
from tests.worlds import NOON, TODAY


# ---------------------------------------------------------------------- register
def test_a_registered_person_is_tidied_counted_and_known_by_the_number(world):
    person = actions.register_person(
        name="  王 小明 ",
        area=world["community"],
        paper=Paper.CITIZEN,
        number=f"{NUMBER[:6]} {NUMBER[6:]}".lower(),
        telephone="+86 100 1234 5678",
        source="入户排查",
        by=world.actor("community"),
        at=NOON,
    ).person

    known = Person.objects.get(pk=person)
    assert (known.name, known.number, known.telephone) == ("王 小明", NUMBER, TELEPHONE)
    assert (known.birth_year, known.sex, known.is_drill) == ("1979", "male", True)
    entry = latest_entry()
    assert (entry.event, entry.subject, entry.area) == (
        "person.registered",
        f"person:{person}",
        world["community"],
    )
    assert entry.payload == {
        "person": str(person),
        "paper": "citizen",
        "fields": [
            *("name", "area", "paper", "number", "telephone", "birth_year", "sex"),
        ],
        "source": "入户排查",
    }
    counted = Tally.objects.get(measure="person.registered", day=TODAY)
    assert (counted.area, counted.n) == (world["community"], 1)


def test_the_same_act_again_registers_nobody_twice(world):
    said = {"id": new_id(NOON, secrets.token_bytes(10))}
    first = register(world, **said)
    before = written()

    again = register(world, **said)

    assert again.person == first.person
    assert written() == before


def test_one_id_is_not_given_to_two_people(world):
    said = {"id": new_id(NOON, secrets.token_bytes(10))}
    register(world, **said)

    other = {"name": "李小红", "number": number(2), **said}
    assert refused(register, world, **other) is rules.ID_TAKEN


@pytest.mark.usefixtures("person")
def test_a_number_known_in_scope_is_refused(world):
    said = {"name": "王晓明", "telephone": None}

    assert refused(register, world, "second_community", **said) is rules.PERSON_KNOWN


@pytest.mark.usefixtures("person")
def test_a_number_known_elsewhere_betrays_nothing(world):
    """Who may not see the other entry learns nothing of it; who may, sees the pair."""
    said = {"name": NAME, "by": world.actor("community_next_door"), "at": NOON}

    made = register(world, "next_community", **said)

    assert Person.objects.count() == 2
    scope = world.actor("community_next_door").scope
    assert queries.alike(scope) == []
    assert queries.alike_to(made.person, scope) == []
    [pair] = queries.alike(SYSTEM.scope)
    assert pair.score == 100


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"name": " （） "}, rules.PERSON_NAME_MISSING),
        ({"number": NUMBER[:-1] + "0"}, rules.NUMBER_CHECK),
        ({"number": NUMBER[:-1]}, rules.NUMBER_SHAPE),
        ({"number": None}, rules.NUMBER_SHAPE),
        ({"number": number(1, born="19791332")}, rules.NUMBER_BIRTHDAY),
        ({"number": "98" + NUMBER[2:]}, rules.NUMBER_REGION),
        ({"number": number(1, born="20991231")}, rules.BIRTH_YEAR_WRONG),
        ({"birth_year": 1980}, rules.BIRTH_YEAR_DIFFERS),
        ({"sex": Sex.FEMALE}, rules.SEX_DIFFERS),
        ({"telephone": "12345"}, rules.TELEPHONE_UNDIALLABLE),
        ({"paper": Paper.NONE, "number": None}, rules.NO_PAPER_WHY_MISSING),
        ({"paper": Paper.PASSPORT, "number": NUMBER}, rules.NUMBER_SHAPE),
    ],
)
def test_what_cannot_be_right_is_refused(world, said, kind):
    assert refused(register, world, **said) is kind


def test_invented_people_are_registered_in_rehearsals_only(world, settings, tmp_path):
    settings.FANGXIAN_DATA = tmp_path / "in earnest"

    assert refused(register, world) is rules.NUMBER_OF_DRILL


def test_who_has_no_paper_is_registered_with_the_reason(world):
    person = without_paper(world, birth_year=2019, sex=Sex.FEMALE).person

    known = Person.objects.get(pk=person)
    assert (known.paper, known.number, known.no_paper_why) == ("none", None, "证件未带")
    assert (known.birth_year, known.sex) == ("2019", "female")


@pytest.mark.parametrize(
    "who", ["district", "supervision", "auditor", "police", "hospital", "civil_affairs"]
)
def test_who_does_not_keep_the_ledger_registers_nobody(world, who):
    act = {"by": world.actor(who), "at": NOON}

    assert refused(register, world, **act) is rules.NOT_YOURS_TO_REGISTER


def test_nobody_registers_in_the_next_district(world):
    act = {"by": world.actor("charlie"), "at": NOON}

    assert refused(register, world, **act) is OUT_OF_REACH


# ------------------------------------------------------------------------- amend
def test_amending_names_the_fields_and_never_what_stands_in_them(person, world):
    actions.amend_person(
        person, name="王晓明", telephone=None, by=world.actor("alice"), at=NOON
    )

    known = Person.objects.get(pk=person)
    assert (known.name, known.telephone) == ("王晓明", None)
    assert latest_entry().payload == {
        "person": str(person),
        "fields": ["name", "telephone"],
    }
    payloads = str(list(Entry.objects.values_list("payload", flat=True)))
    assert [
        text for text in (NAME, "王晓明", TELEPHONE, NUMBER) if text in payloads
    ] == []


def test_who_is_amended_is_found_by_the_new_name_only(person, world):
    scope = world.actor("alice").scope

    actions.amend_person(person, name="李晓红", by=SYSTEM, at=NOON)

    assert found(scope, "王小") == []
    assert found(scope, "晓红") == [person]
    assert Token.objects.filter(person=person).count() == len(
        set(Token.objects.filter(person=person).values_list("token", flat=True))
    )


def test_a_number_that_was_found_later_replaces_the_reason(world):
    person = without_paper(world).person

    actions.amend_person(person, paper=Paper.CITIZEN, number=NUMBER, by=SYSTEM, at=NOON)

    known = Person.objects.get(pk=person)
    assert (known.number, known.no_paper_why, known.birth_year) == (
        NUMBER,
        None,
        "1979",
    )


def test_amending_nothing_writes_nothing(person):
    before = written()

    actions.amend_person(person, name=NAME, by=SYSTEM, at=NOON)

    assert written() == before


def test_a_person_is_not_moved_out_of_ones_own_reach(person, world):
    act = {"area": world["next_community"], "by": world.actor("alice"), "at": NOON}

    assert refused(actions.amend_person, person, **act) is OUT_OF_REACH


def test_the_next_district_amends_nobody_here(person, world):
    act = {"name": "李晓红", "by": world.actor("charlie"), "at": NOON}

    assert refused(actions.amend_person, person, **act) is rules.PERSON_UNKNOWN


# ----------------------------------------------------------------------- proxies
def test_a_mother_speaks_for_her_child(person, world):
    child = without_paper(world, name="王安", telephone=None, birth_year=2016).person

    actions.name_proxy(
        child, relation=Relation.PARENT, proxy=person, by=SYSTEM, at=NOON
    )

    scope = world.actor("community").scope
    said = queries.proxy_of(child, scope)
    assert (said.relation, said.proxy) == ("parent", person)
    assert (said.name, said.telephone) == ("王*明", "100****5678")
    assert latest_entry().payload == {
        "person": str(child),
        "proxy": str(person),
        "relation": "parent",
    }


def test_a_neighbour_who_is_not_on_the_ledger_speaks_for_the_old(world, person):
    actions.name_proxy(
        person, relation=Relation.CHILD, name="王大", telephone="100 0000 0009",
        by=SYSTEM, at=NOON,
    )  # fmt: skip
    later = NOON + dt.timedelta(hours=1)
    actions.name_proxy(
        person, relation=Relation.NEIGHBOUR, name="李婶", telephone="10000000001",
        by=SYSTEM, at=later,
    )  # fmt: skip

    said = queries.proxy_of(person, world.actor("community").scope)
    assert (said.relation, said.name, said.telephone) == (
        "neighbour",
        "李*",
        "100****0001",
    )
    assert list(Proxy.objects.order_by("since").values_list("until", flat=True)) == [
        later,
        None,
    ]
    assert "李婶" not in str(latest_entry().payload)

    actions.release_proxy(person, by=SYSTEM, at=later)
    assert queries.proxy_of(person, world.actor("community").scope) is None


@pytest.mark.parametrize("said", [{}, {"name": "王大"}, {"telephone": "10000000009"}])
def test_who_speaks_for_somebody_can_be_reached(person, said):
    act = {"relation": Relation.CHILD, "by": SYSTEM, "at": NOON}

    assert refused(actions.name_proxy, person, **said, **act) is rules.PROXY_UNREACHABLE


def test_nobody_speaks_for_themselves(person):
    act = {"relation": Relation.CARER, "proxy": person, "by": SYSTEM, "at": NOON}

    assert refused(actions.name_proxy, person, **act) is rules.SAME_PERSON


def test_nobody_is_released_who_was_not_named(person):
    assert refused(actions.release_proxy, person, by=SYSTEM, at=NOON) is rules.NO_PROXY
