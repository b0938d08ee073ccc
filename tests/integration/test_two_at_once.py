"""Two who act on the same person at the same time, each on a connection of their own."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from fangxian.capabilities.enrolment.actions import (
    enrol,
)
from fangxian.capabilities.enrolment.models import Arrival, Statement
from fangxian.capabilities.enrolment.states import Source
from fangxian.kernel.ids import new_id
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.situation import start_situation
from fangxian.mechanisms.ledger.models import Opening
from fangxian.mechanisms.ledger.people import actions as people
from fangxian.mechanisms.ledger.people import rules as people_rules
from fangxian.mechanisms.ledger.states import Purpose
from fangxian.mechanisms.restriction import actions, rules
from fangxian.mechanisms.restriction.models import Appeal, Ended, Evidence
from fangxian.mechanisms.restriction.states import Channel
from tests.unit.mechanisms.ledger.people.folk import number, register
from tests.unit.mechanisms.restriction.restricting import (
    DAY,
    HOUR,
    PENNY,
    QUENTIN,
    Restricting,
    second_doctor,
)
from tests.worlds import NOON


pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite lets one write at a time"
    ),
]
LONG_ENOUGH_TO_MEET_SECONDS = 0.5
ONE, OTHER = (new_id(NOON, bytes([serial]) * 10) for serial in (1, 2))


@pytest.fixture(autouse=True)
def rehearsal(settings, tmp_path):
    settings.FANGXIAN_DATA = tmp_path
    return start_situation(tmp_path, scenario="test", at=NOON)


def meanwhile(first, second, *, last=lambda: None):
    """Begin the second act before the first is committed; give what came of it.

    ``last`` is what the first does before its end, while the second waits.
    """

    def act():
        try:
            return second()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            first()
            other = threads.submit(act)
            time.sleep(LONG_ENOUGH_TO_MEET_SECONDS)
            assert not other.done()
            last()
        return other.result()


@pytest.fixture
def restricting(world):
    return Restricting(world)


@pytest.fixture
def signed(restricting):
    """Penny is restricted, as she should be."""
    restricting.stated()
    [decision] = restricting.imposed()
    return decision


def test_who_is_released_while_the_evidence_is_withdrawn_ends_once(restricting, signed):
    doctor, police = (restricting.world.actor(who) for who in ("cdc", "police"))
    stated = Evidence.objects.get(subject=PENNY)
    at = NOON + HOUR

    ended = meanwhile(
        lambda: actions.release(signed.pk, note="x", by=doctor, at=at),
        lambda: actions.withdraw_evidence(stated.pk, reason="x", by=police, at=NOON),
    )

    assert ended == ()
    assert Ended.objects.get().reason == "released"


def test_of_two_restrictions_ended_for_each_other_one_stays(restricting):
    restricting.stated()
    restricting.stated(QUENTIN)
    one, other = restricting.imposed()
    assert (one.rule, one.until) == (other.rule, other.until)
    doctors = (restricting.world.actor("cdc"), second_doctor(restricting.world))

    def ends(decision, instead, by):
        said = {"note": "x", "by": by, "at": NOON + HOUR}
        return lambda: actions.release(decision.pk, instead=instead.pk, **said)

    with pytest.raises(Refusal) as refusal:
        meanwhile(ends(one, other, doctors[0]), ends(other, one, doctors[1]))

    assert refusal.value.kind is rules.NOT_THE_SAME
    assert Ended.objects.get().decision_id == one.pk


def test_an_answer_in_time_stands_though_the_worker_looks_at_the_same_moment(
    restricting, signed
):
    grid = restricting.world.actor("grid")
    said = {"said": "x", "channel": Channel.PAPER, "by": grid, "at": NOON}
    actions.file_appeal(signed.pk, **said)
    appeal = Appeal.objects.get()
    ruling = {"upheld": False, "reason": "x", "by": second_doctor(restricting.world)}
    before, after = NOON + DAY - HOUR, NOON + DAY + HOUR

    ended = meanwhile(
        lambda: actions.decide_appeal(appeal.pk, **ruling, at=before),
        lambda: actions.end_due(at=after),
    )

    assert ended == 0
    assert not Ended.objects.exists()


def test_one_actor_opens_no_more_than_a_day_allows_in_two_windows(world, monkeypatch):
    monkeypatch.setattr(people_rules, "OPENED_A_DAY_MAX", 1)
    one = register(world).person
    other = register(world, number=number(418)).person
    community = world.actor("community")
    said = {"purpose": Purpose.CONTACT, "why": "x", "by": community, "at": NOON}

    with pytest.raises(Refusal) as refusal:
        meanwhile(
            lambda: people.open_identity(one, **said),
            lambda: people.open_identity(other, **said),
        )

    assert refusal.value.kind is people_rules.OPENED_ENOUGH
    assert Opening.objects.count() == 1


def test_two_sources_at_once_tell_of_one_arrival(restricting):
    world = restricting.world
    person = register(world).person
    said = {
        "origin": "天津市滨海新区汉沽街",
        "is_abroad": False,
        "area": world["community"],
        "by": world.actor("community"),
        "at": NOON,
    }

    meanwhile(
        lambda: enrol(person, id=ONE, source=Source.CHECKPOINT, **said),
        lambda: enrol(person, id=OTHER, source=Source.BIG_DATA, **said),
    )

    assert Arrival.objects.get().person == person
    assert Statement.objects.count() == 2
