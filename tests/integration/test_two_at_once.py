"""Two who act on the same person at the same time, each on a connection of their own."""

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection, transaction

from fangxian.capabilities.enrolment.actions import (
    close_released,
    close_watched,
    enrol,
    join_arrivals,
)
from fangxian.capabilities.enrolment.models import Arrival, Statement
from fangxian.capabilities.enrolment.states import Source, Standing
from fangxian.kernel.ids import new_id
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.situation import start_situation
from fangxian.mechanisms.finding.models import Finding
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.ledger.exports import actions as exports
from fangxian.mechanisms.ledger.models import Exported, Opening
from fangxian.mechanisms.ledger.people import actions as people
from fangxian.mechanisms.ledger.people import rules as people_rules
from fangxian.mechanisms.ledger.states import ExportForm, Purpose
from fangxian.mechanisms.observation import rules as observation_rules
from fangxian.mechanisms.observation.actions import correct
from fangxian.mechanisms.observation.models import Observation
from fangxian.mechanisms.protocol.vocabulary import Ending
from fangxian.mechanisms.restriction import actions, rules
from fangxian.mechanisms.restriction.models import Appeal, Ended, Evidence
from fangxian.mechanisms.restriction.states import Channel
from tests.unit.capabilities.home_watch.watching import FEVERISH, WELL, Watching
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


def test_of_two_restrictions_that_end_at_once_none_stands_in_for_the_other(
    restricting, signed
):
    restricting.stated(
        states={"stay.area": "120116.hangu", "stay.left_on": "2020-11-08"}
    )
    [longer] = restricting.imposed()
    assert (longer.subject, longer.rule) == (signed.subject, signed.rule)
    said = {"note": "x", "at": NOON + HOUR}
    doctor, other = restricting.world.actor("cdc"), second_doctor(restricting.world)

    with pytest.raises(Refusal) as refusal:
        meanwhile(
            lambda: actions.release(longer.pk, by=doctor, **said),
            lambda: actions.release(signed.pk, instead=longer.pk, by=other, **said),
        )

    assert refusal.value.kind is rules.NOT_THE_SAME
    assert Ended.objects.get().decision_id == longer.pk


def test_the_same_evidence_sent_twice_at_once_is_stated_once(restricting):
    sent = partial(restricting.stated, id=ONE)

    again = meanwhile(sent, sent)

    assert again.pk == ONE
    assert Evidence.objects.count() == 1
    assert Entry.objects.filter(event="restriction.evidence_recorded").count() == 1


def test_other_evidence_sent_at_once_under_the_same_id_is_refused(restricting):
    with pytest.raises(Refusal) as refusal:
        meanwhile(
            partial(restricting.stated, id=ONE),
            partial(restricting.stated, QUENTIN, id=ONE),
        )

    assert refusal.value.kind is rules.OTHER_BODY
    assert Evidence.objects.get().subject == PENNY


def test_the_same_export_sent_twice_at_once_is_asked_for_once(world):
    person = register(world).person
    ask = partial(
        exports.request_export,
        id=ONE,
        people=[person],
        form=ExportForm.ROWS,
        recipient="二七区疾控中心",
        why="x",
        by=world.actor("community"),
        at=NOON,
    )

    assert meanwhile(ask, ask) == ONE

    assert Exported.objects.get().person_id == person
    assert Entry.objects.filter(event="export.requested").count() == 1


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


# ------------------------------------------------------------------------ records
@pytest.fixture
def watched(world):
    """Somebody at home, with the duties of the day."""
    watching = Watching(world)
    watch = watching.at_home()
    watching.plan(NOON.day)
    return watching, watch


def test_the_same_record_sent_twice_at_once_is_written_once(watched):
    watching, watch = watched
    send = partial(watching.write, watch, FEVERISH, id=ONE)

    again = meanwhile(send, send)

    assert again.pk == ONE
    assert Observation.objects.get().pk == ONE
    events = Entry.objects.filter(event__in=("home_watch.recorded", "finding.raised"))
    assert events.count() == 2
    assert Finding.objects.count() == 1


def test_another_record_sent_at_once_under_the_same_id_is_refused(watched):
    watching, watch = watched

    with pytest.raises(Refusal) as refusal:
        meanwhile(
            partial(watching.write, watch, WELL, id=ONE),
            partial(watching.write, watch, FEVERISH, id=ONE),
        )

    assert refusal.value.kind is observation_rules.OTHER_BODY
    assert Observation.objects.get().answers == WELL
    assert not Finding.objects.exists()


def test_of_two_corrections_at_once_the_second_sees_the_first(watched):
    watching, watch = watched
    wrong = watching.write(watch, FEVERISH).pk
    by = watching.world.actor("grid")

    def put_right(id_, temperature):
        answers = {**WELL, "temperature": temperature}
        said = {"answers": answers, "reason": "x", "by": by, "at": NOON}
        return lambda: correct(wrong, corrected=id_, **said)

    with pytest.raises(Refusal) as refusal:
        meanwhile(put_right(ONE, 366), put_right(OTHER, 367))

    assert refusal.value.kind is observation_rules.ALREADY_CORRECTED
    assert Observation.objects.get(corrects=wrong).pk == ONE


@pytest.fixture
def came(restricting):
    """Somebody who came twice; what has the greater id stands first, and is the latest."""
    person = register(restricting.world).person
    for id_, came_at in (OTHER, NOON - HOUR), (ONE, NOON - 2 * HOUR):
        Arrival.objects.create(
            id=id_,
            person=person,
            area_id=restricting.world["community"],
            journey={},
            is_abroad=False,
            grade="B",
            standing=Standing.CLASSIFIED,
            evidence=id_,
            registered_at=came_at,
            since=came_at,
            verified_at=came_at,
            watch_until=(NOON - DAY).date(),
        )
    return person


@pytest.mark.parametrize("act", ["closed", "released", "merged", "told of"])
def test_whoever_waits_for_an_arrival_holds_no_later_one(restricting, came, act):
    """Else two of them wait for each other, and the server ends one of the two."""
    world = restricting.world
    tell = partial(
        enrol,
        came,
        id=new_id(NOON, bytes([3]) * 10),
        source=Source.CHECKPOINT,
        origin="天津市滨海新区汉沽街",
        is_abroad=False,
        area=world["community"],
        by=world.actor("community"),
    )
    acts = {
        "closed": close_watched,
        "released": partial(close_released, came, Ending.EXPIRED),
        "merged": partial(join_arrivals, came),
        "told of": tell,
    }

    def hold(arrival):
        return Arrival.objects.select_for_update(nowait=True).get(pk=arrival)

    meanwhile(
        partial(hold, ONE), partial(acts[act], at=NOON), last=partial(hold, OTHER)
    )
