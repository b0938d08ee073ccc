"""Pages of the ledger: what is shown, what is done, what is refused."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fangxian.mechanisms.finding.actions import raise_finding
from fangxian.mechanisms.finding.states import Severity
from fangxian.mechanisms.journal.actions import sequence
from fangxian.mechanisms.ledger import actions
from fangxian.mechanisms.ledger.models import Apart, Place
from fangxian.mechanisms.ledger.states import Standing, VenueCode
from tests.people import NAMES
from tests.unit.mechanisms.ledger.ledgers import (
    KINDS,
    declare,
    hotel,
    legal_code,
    register,
    written,
)
from tests.worlds import NOON


@pytest.fixture
def ledger(world):
    for code in KINDS:
        declare(code)
    return world


@pytest.fixture
def place(ledger):
    return hotel(ledger, responsible="王小明", telephone="13812345678")


@pytest.fixture
def twin(ledger, place):  # noqa: ARG001 -- it must come after the place
    return register(ledger, "community", "hotel", "福华街宾馆")


def text(answer):
    return answer.content.decode()


# ---------------------------------------------------------------------- the list
def test_the_list_is_narrowed_by_what_is_asked(browse, ledger, place):
    register(ledger, "second_community", "clinic", "建中诊所")
    alice = browse("alice")

    def listed(**asked):
        shown = text(alice.get(reverse("places"), asked))
        return [name for name in (place.name, "建中诊所") if f">{name}<" in shown]

    assert listed() == [place.name, "建中诊所"]
    assert listed(q="诊所") == ["建中诊所"]
    assert listed(kind="hotel") == [place.name]
    assert listed(area=ledger["second_community"]) == ["建中诊所"]
    assert listed(standing="suspended") == []
    assert listed(kind="never declared", area="x", page="99") == [
        place.name,
        "建中诊所",
    ]


@pytest.mark.usefixtures("place")
def test_each_count_opens_its_own_rows(browse, ledger):
    register(ledger, "community", "clinic", "福华诊所")

    shown = text(browse("alice").get(reverse("places"), {"q": "福华"}))

    assert "?q=%E7%A6%8F%E5%8D%8E&amp;kind=hotel" in shown
    assert text(browse("alice").get("/places/?q=福华&kind=clinic")).count("1 row") == 1


@pytest.mark.parametrize("name", ["places", "places_duplicates", "places_imports"])
def test_a_list_takes_as_many_queries_for_one_as_for_three(browse, ledger, name):
    alice = browse("alice")
    url = reverse(name)
    spent = []
    for batch in ((1,), (2, 3)):
        for number in batch:
            for kind in ("hotel", "clinic"):
                register(ledger, "community", kind, f"{number}号宾馆")
            raise_finding_at(ledger, Place.objects.latest("id"))
        alice.get(url)
        spent.append(_queries(alice, url))

    assert spent[0] == spent[1]


def _queries(client, url):

    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def raise_finding_at(world, place, text="体温未登记"):
    return raise_finding(
        subject=f"place:{place.pk}",
        kind=place.kind_id,
        area=place.area_id,
        item="",
        text=text,
        severity=Severity.MINOR,
        deadline_at=NOON.replace(day=20),
        by=world.actor("alice"),
        at=NOON,
    )


def test_a_sector_department_sees_its_kinds_only(browse, ledger, place):
    home = register(ledger, "community", "care_home", "福华养老院")
    civil_affairs = browse("civil_affairs")

    shown = text(civil_affairs.get(reverse("places")))

    assert home.name in shown
    assert place.name not in shown
    assert civil_affairs.get(reverse("place", args=[place.pk])).status_code == 404


def test_the_search_box_finds_places_in_scope(browse, place):
    found = text(browse("alice").get(reverse("search"), {"q": "福华宾馆"}))

    assert reverse("place", args=[place.pk]) in found
    assert reverse("place", args=[place.pk]) not in text(
        browse("charlie").get(reverse("search"), {"q": "福华宾馆"})
    )


# --------------------------------------------------------------------- one place
def test_a_place_shows_what_happened_and_hides_names_and_numbers(
    browse, ledger, place, twin
):
    raise_finding_at(ledger, place)
    alice = ledger.actor("alice")
    actions.amend_place(place.pk, telephone="13900001111", by=alice, at=NOON)
    actions.merge_places(twin.pk, into=place.pk, evidence="同证", by=alice, at=NOON)
    sequence(at=NOON)

    shown = text(browse("alice").get(reverse("place", args=[place.pk])))

    for said in ("Put on the ledger", "Amended", "telephone", "体温未登记", "同证"):
        assert said in shown
    assert "王*明" in shown
    assert "139****1111" in shown
    for private in ("王小明", "13900001111", "13812345678"):
        assert private not in shown
    assert twin.name in shown


def test_a_merged_entry_points_at_the_place_it_is_part_of(browse, ledger, place, twin):
    alice = ledger.actor("alice")
    actions.merge_places(twin.pk, into=place.pk, evidence="x", by=alice, at=NOON)

    shown = text(browse("alice").get(reverse("place", args=[twin.pk])))

    assert reverse("place", args=[place.pk]) in shown
    assert reverse("place_unmerge", args=[twin.pk]) in shown
    assert reverse("place_amend", args=[twin.pk]) not in shown


@pytest.mark.parametrize(
    ("who", "buttons"),
    [
        ("alice", {"place_amend", "place_suspend", "place_close"}),
        ("community", {"place_amend", "place_close"}),
        ("supervision", set()),
    ],
)
def test_only_buttons_that_would_work_are_shown(browse, place, who, buttons):
    shown = text(browse(who).get(reverse("place", args=[place.pk])))

    acts = ("place_amend", "place_suspend", "place_reopen", "place_close")
    assert {act for act in acts if reverse(act, args=[place.pk]) in shown} == buttons


# ------------------------------------------------------------- saying what it is
def said_of(world, **said):
    return {
        "name": "建中宾馆",
        "kind": "hotel",
        "area": str(world["community"]),
        "address": "",
        "uscc": "",
        "responsible": "",
        "telephone": "",
        "opened_on": "2019-03-14",
        **said,
    }


def test_a_place_is_added_and_shown(browse, ledger):
    answer = browse("alice").post(reverse("places_new"), said_of(ledger), follow=True)

    made = Place.objects.get(name="建中宾馆")
    assert answer.redirect_chain == [(reverse("place", args=[made.pk]), 302)]
    assert (made.source, made.opened_on.isoformat()) == ("console", "2019-03-14")


def test_a_known_place_is_named_and_what_was_typed_stays(browse, ledger, place):
    before = written()

    answer = browse("alice").post(
        reverse("places_new"),
        said_of(ledger, name="福华宾馆有限公司", address="某巷9号"),
    )

    assert answer.status_code == 409
    assert f"no. {place.pk}" in text(answer)
    assert "某巷9号" in text(answer)
    assert written() == before


def test_an_area_of_the_next_district_is_not_offered(browse, ledger):
    before = written()

    answer = browse("charlie").post(reverse("places_new"), said_of(ledger))

    assert answer.status_code == 422
    assert written() == before


def test_amending_keeps_private_fields_that_were_left_empty(browse, ledger, place):
    browse("alice").post(
        reverse("place_amend", args=[place.pk]), said_of(ledger, name="福华大酒店")
    )

    place.refresh_from_db()
    assert place.name == "福华大酒店"
    assert (place.responsible, place.telephone) == ("王小明", "13812345678")


def test_the_form_to_amend_shows_private_fields_masked(browse, place):
    shown = text(browse("alice").get(reverse("place_amend", args=[place.pk])))

    assert "王*明" in shown
    assert "138****5678" in shown
    assert "王小明" not in shown


def test_who_is_in_charge_may_be_chosen_from_those_who_hold_posts(
    browse, ledger, place
):
    worker = ledger.actor("grid").person
    amend = reverse("place_amend", args=[place.pk])
    said = said_of(ledger, name="福华宾馆")

    browse("alice").post(amend, {**said, "responsible_staff": str(worker)})

    place.refresh_from_db()
    assert (place.responsible, place.responsible_staff_id) == (NAMES["grid"], worker)
    form = text(browse("alice").get(amend))
    assert f'value="{worker}" selected' in form
    assert NAMES["grid"] not in form


def test_another_name_written_is_another_person_in_charge(browse, ledger):
    worker = ledger.actor("grid").person
    place = hotel(ledger, responsible_staff=worker)
    said = said_of(ledger, name="福华宾馆", responsible="接任者")

    browse("alice").post(
        reverse("place_amend", args=[place.pk]),
        {**said, "responsible_staff": str(worker)},
    )

    place.refresh_from_db()
    assert (place.responsible, place.responsible_staff_id) == ("接任者", None)


def test_who_is_in_charge_stays_though_their_post_is_out_of_scope(browse, ledger):
    charlie = ledger.actor("charlie").person
    place = hotel(ledger, responsible_staff=charlie)
    amend = reverse("place_amend", args=[place.pk])
    assert str(charlie) in text(browse("alice").get(amend))

    browse("alice").post(amend, said_of(ledger) | {"responsible_staff": str(charlie)})

    place.refresh_from_db()
    assert (place.name, place.responsible_staff_id) == ("建中宾馆", charlie)


def test_those_of_the_next_district_are_not_offered(browse, ledger):
    before = written()
    charlie = str(ledger.actor("charlie").person)

    answer = browse("alice").post(
        reverse("places_new"), said_of(ledger, responsible_staff=charlie)
    )

    assert answer.status_code == 422
    assert written() == before


# -------------------------------------------------------------------------- acts
def test_a_place_is_suspended_and_opened_with_reasons(browse, place):
    alice = browse("alice")

    alice.post(reverse("place_suspend", args=[place.pk]), {"reason": "未测温"})
    place.refresh_from_db()
    assert place.standing == Standing.SUSPENDED
    alice.post(reverse("place_reopen", args=[place.pk]), {"reason": "已整改"})
    alice.post(reverse("place_close", args=[place.pk]), {"reason": "搬离"})

    place.refresh_from_db()
    assert place.standing == Standing.CLOSED


def test_an_act_without_a_reason_is_asked_again(browse, place):
    before = written()

    answer = browse("alice").post(
        reverse("place_suspend", args=[place.pk]), {"reason": " "}
    )

    assert answer.status_code == 422
    assert written() == before


def test_an_act_that_does_not_follow_is_explained(browse, place):
    answer = browse("alice").post(
        reverse("place_reopen", args=[place.pk]), {"reason": "x"}
    )

    assert answer.status_code == 409
    assert "kernel.not_a_step" in text(answer)


def test_the_next_district_acts_on_nothing_here(browse, place, twin):
    charlie = browse("charlie")
    before = written()

    for name, args in (
        ("place_suspend", [place.pk]),
        ("place_close", [place.pk]),
        ("place_amend", [place.pk]),
        ("place_code", [place.pk]),
        ("place_unmerge", [place.pk]),
        ("place_merge", [place.pk, twin.pk]),
    ):
        said = {"reason": "x", "evidence": "x", "to": "applied"}
        assert charlie.post(reverse(name, args=args), said).status_code == 404

    assert written() == before


def test_the_venue_code_moves_on_by_one_button_a_step(browse, place):
    alice = browse("alice")
    for step in (VenueCode.APPLIED, VenueCode.ISSUED, VenueCode.IN_USE):
        shown = text(alice.get(reverse("place", args=[place.pk])))
        assert f'value="{step.value}"' in shown
        alice.post(reverse("place_code", args=[place.pk]), {"to": step.value})
    alice.post(reverse("place_code", args=[place.pk]), {"to": "never heard of"})

    place.refresh_from_db()
    assert place.venue_code == VenueCode.IN_USE


# -------------------------------------------------------------------- duplicates
def test_two_entries_are_merged_with_evidence_and_parted_again(browse, place, twin):
    alice = browse("alice")
    url = reverse("place_merge", args=[twin.pk, place.pk])
    assert twin.name in text(alice.get(reverse("places_duplicates")))
    assert alice.post(url, {"evidence": ""}).status_code == 422

    alice.post(url, {"evidence": "同一营业执照"})
    twin.refresh_from_db()
    assert twin.merged_into_id == place.pk
    assert twin.name not in text(alice.get(reverse("places_duplicates")))

    alice.post(reverse("place_unmerge", args=[twin.pk]), {"reason": "两个门"})
    twin.refresh_from_db()
    assert twin.merged_into_id is None


def test_two_entries_are_told_apart(browse, place, twin):
    alice = browse("alice")
    url = reverse("place_merge", args=[twin.pk, place.pk])

    alice.post(url, {"evidence": "两块招牌", "apart": "1"})

    assert Apart.objects.count() == 1
    assert twin.name not in text(alice.get(reverse("places_duplicates")))


def test_a_merge_is_explained_when_it_is_refused(browse, ledger):
    one = register(ledger, "grid", "hotel", "甲宾馆")
    other = register(ledger, "grid", "hotel", "乙宾馆", uscc=legal_code(9))

    answer = browse("grid").post(
        reverse("place_merge", args=[one.pk, other.pk]), {"evidence": "x"}
    )

    assert answer.status_code == 409
    assert "ledger.not_yours_to_settle" in text(answer)


def test_a_place_that_never_was_is_not_found(browse):
    assert browse("alice").get(reverse("place", args=[404])).status_code == 404


def test_the_system_is_named_as_who_did_it(browse, place):
    sequence(at=NOON)

    assert "the system" in text(browse("alice").get(reverse("place", args=[place.pk])))
