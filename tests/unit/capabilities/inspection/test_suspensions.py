import pytest

from fangxian.capabilities.inspection import actions
from fangxian.capabilities.inspection import rules as inspection_rules
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.finding.actions import rectify
from fangxian.mechanisms.finding.models import Finding
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.ledger.queries import place_facts
from tests.unit.capabilities.inspection.conftest import (
    BLOCKED,
    HOUR,
    NO_MASKS,
    id_number,
    written,
)
from tests.worlds import NOON


@pytest.fixture
def grave(visit):
    visit(BLOCKED)
    return Finding.objects.get()


def suspend(world, finding, *, who="district", reason="Exit blocked"):
    return actions.suspend_place(
        finding.pk, reason=reason, by=world.actor(who), at=NOON + HOUR
    )


def reopen(world, hotel, *, who="district"):
    return actions.reopen_place(
        hotel, reason="Put right", by=world.actor(who), at=NOON + 4 * HOUR
    )


def refused(kind, act):
    before = written()
    with pytest.raises(Refusal) as refusal:
        act()
    assert refusal.value.kind is kind
    assert written() == before


def test_a_grave_finding_closes_the_place(world, hotel, grave):
    suspend(world, grave)

    assert place_facts(hotel).standing == "suspended"
    entry = Entry.objects.get(event="inspection.suspended")
    assert (entry.payload["finding"], entry.person) == (
        grave.pk,
        world.actor("district").person,
    )


@pytest.mark.parametrize("who", ["grid", "alice", "supervision", "venue_manager"])
def test_only_the_district_or_a_department_closes_a_place(world, grave, who):
    refused(
        inspection_rules.NOT_YOURS_TO_SUSPEND, lambda: suspend(world, grave, who=who)
    )


def test_a_lesser_finding_closes_nothing(world, visit):
    visit(NO_MASKS)

    refused(inspection_rules.NOT_GRAVE, lambda: suspend(world, Finding.objects.get()))


def test_closing_needs_a_reason(world, grave):
    refused(inspection_rules.REASON_MISSING, lambda: suspend(world, grave, reason=" "))


def test_the_next_district_and_other_departments_see_nothing_to_close(world, grave):
    for who in ("district_next_door", "market_supervision"):
        with pytest.raises(Refusal) as refusal:
            suspend(world, grave, who=who)
        assert refusal.value.kind.hidden


def test_it_opens_only_after_the_look_back(world, hotel, grave):
    suspend(world, grave)
    refused(inspection_rules.STILL_WRONG, lambda: reopen(world, hotel))

    rectify(grave.pk, how="Cleared", by=world.actor("alice"), at=NOON + 2 * HOUR)
    refused(inspection_rules.STILL_WRONG, lambda: reopen(world, hotel))

    actions.look_back(
        grave.pk,
        passed=True,
        note="",
        answers={},
        id=id_number(9),
        by=world.actor("grid"),
        at=NOON + 3 * HOUR,
    )
    reopen(world, hotel)
    assert place_facts(hotel).standing == "open"


def test_a_street_opens_no_closed_place(world, hotel, grave):
    suspend(world, grave)

    refused(
        inspection_rules.NOT_YOURS_TO_SUSPEND, lambda: reopen(world, hotel, who="alice")
    )
