import pytest
from django.db import IntegrityError, transaction

from fangxian.capabilities.inspection import actions, queries
from fangxian.capabilities.inspection import rules as inspection_rules
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.finding import rules as finding_rules
from fangxian.mechanisms.finding.models import Finding
from fangxian.mechanisms.ledger.actions import amend_place
from fangxian.mechanisms.observation.models import Observation
from tests.unit.capabilities.inspection.conftest import (
    HOUR,
    NO_MASKS,
    id_number,
    written,
)
from tests.worlds import NOON


@pytest.fixture
def finding(visit):
    visit(NO_MASKS)
    return Finding.objects.get()


def put_right(world, finding, *, who="alice", **more):
    return actions.put_right(
        finding.pk,
        how="Bought masks",
        id=id_number(9),
        by=world.actor(who),
        at=NOON + HOUR,
        **more,
    )


def test_what_was_done_is_a_record_and_the_finding_points_to_it(world, finding):
    done = put_right(world, finding)

    assert (done.state, done.rectified_observation) == ("rectified", id_number(9))
    assert Observation.objects.get(pk=id_number(9)).subject == f"finding:{done.pk}"


def test_the_person_in_charge_did_it_and_somebody_else_reports_it(world, finding):
    alice = world.actor("alice")
    person = queries.person_in_charge(finding, alice.scope).person

    done = put_right(world, finding, by_person_in_charge=True)

    assert (done.rectified_by, done.reported_by) == (person, alice.person)


def test_sent_twice_it_acts_once(world, finding):
    put_right(world, finding)
    before = written()

    put_right(world, finding)

    assert written() == before


def test_where_nobody_is_in_charge_nobody_can_have_done_it(world, hotel, finding):
    amend_place(hotel, responsible=None, by=world.actor("grid"), at=NOON)
    before = written()

    with pytest.raises(Refusal) as refusal:
        put_right(world, finding, by_person_in_charge=True)

    assert refusal.value.kind is inspection_rules.NOBODY_RESPONSIBLE
    assert written() == before


@pytest.mark.parametrize("who", ["charlie", "market_supervision"])
def test_out_of_scope_there_is_nothing_to_put_right(world, finding, who):
    with pytest.raises(Refusal) as refusal:
        put_right(world, finding, who=who)
    assert refusal.value.kind.hidden


def test_an_auditor_puts_nothing_right_and_leaves_no_record(world, finding):
    before = written()
    with pytest.raises(Refusal):
        put_right(world, finding, who="auditor")
    assert written() == before


# ------------------------------------------------- in charge, and in a post as well
@pytest.fixture
def worker(world, hotel):
    """The grid worker, whom the ledger names as in charge of the hotel."""
    worker = world.actor("grid")
    amend_place(
        hotel, responsible_staff=worker.person, by=world.actor("alice"), at=NOON
    )
    return worker


def look_back(world, finding, *, who):
    return actions.look_back(
        finding.pk,
        passed=True,
        note="",
        answers={},
        id=id_number(10),
        by=world.actor(who),
        at=NOON + HOUR,
    )


def test_who_is_in_charge_by_now_is_responsible_whoever_reports(world, finding, worker):
    assert finding.responsible is None  # it was raised before the ledger knew

    done = put_right(world, finding)
    before = written()

    assert done.responsible == worker.person
    with pytest.raises(Refusal) as refusal:
        look_back(world, finding, who="grid")
    assert refusal.value.kind is finding_rules.LOOK_BACK_BY_RESPONSIBLE
    assert written() == before


def test_the_database_too_refuses_who_is_in_charge(world, finding, worker):
    done = put_right(world, finding)
    look_back(world, done, who="community")

    with pytest.raises(IntegrityError), transaction.atomic():
        Finding.objects.filter(pk=done.pk).update(confirmed_by=worker.person)


def test_what_is_found_names_who_is_in_charge(world, hotel, visit, worker):
    visit({"masks": False, "exits": False}, who="community", number=4)
    noted = actions.note_problem(
        place=hotel,
        text="Wet floor",
        severity="minor",
        by=world.actor("community"),
        at=NOON,
    )

    named = set(Finding.objects.values_list("responsible", flat=True))
    assert (named, noted.responsible) == ({worker.person}, worker.person)


def test_another_name_in_charge_is_no_longer_the_one_of_us(
    world, hotel, finding, worker
):
    amend_place(hotel, responsible="接任者", by=world.actor("alice"), at=NOON)

    person = queries.person_in_charge(finding, worker.scope)

    assert (person.name, person.person != worker.person) == ("接任者", True)
    assert queries.staff_in_charge(finding) is None
