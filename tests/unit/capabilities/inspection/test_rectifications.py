import pytest

from fangxian.capabilities.inspection import actions, queries
from fangxian.capabilities.inspection import rules as inspection_rules
from fangxian.kernel.refusals import Refusal
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
