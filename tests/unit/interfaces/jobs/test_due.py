import datetime as dt

import pytest

from fangxian.capabilities.inspection.actions import record_visit
from fangxian.interfaces.jobs.due import next_moment, run_due
from fangxian.kernel.moments import at_time, start_of
from fangxian.kernel.papers import Paper
from fangxian.mechanisms.finding.actions import rectify
from fangxian.mechanisms.finding.models import Finding
from fangxian.mechanisms.journal.models import Checkpoint, Entry, Leaf
from fangxian.mechanisms.journal.verification import verify
from fangxian.mechanisms.ledger.exports.actions import request_export
from fangxian.mechanisms.ledger.models import Export
from fangxian.mechanisms.ledger.states import ExportForm
from fangxian.mechanisms.task.models import Task
from tests.unit.capabilities.inspection.conftest import NO_MASKS, id_number
from tests.unit.mechanisms.ledger.people.folk import register
from tests.worlds import NOON, TODAY


pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)
MIDNIGHT = start_of(TODAY)


def states(duty):
    return sorted(Task.objects.filter(duty=duty).values_list("state", flat=True))


def patrols():
    return states("six-haves")


def test_the_days_duties_are_issued_once(hotel):
    run_due(MIDNIGHT)
    run_due(MIDNIGHT + MINUTE)

    [patrol] = Task.objects.filter(subject=f"place:{hotel}")
    assert patrol.opens_at == at_time(TODAY, dt.time(8))


def test_days_that_were_slept_through_are_caught_up_on(hotel):
    run_due(MIDNIGHT)
    run_due(MIDNIGHT + 3 * DAY)

    opened = Task.objects.filter(subject=f"place:{hotel}").order_by("opens_at")
    assert [task.opens_at for task in opened] == [
        at_time(TODAY, dt.time(8)) + number * DAY for number in range(4)
    ]


def test_duties_climb_and_lapse_at_their_moments(hotel):
    run_due(MIDNIGHT)
    seen = []
    at = MIDNIGHT
    while at < MIDNIGHT + DAY:
        at = next_moment(at)
        run_due(at)
        first = Task.objects.get(subject=f"place:{hotel}", opens_at__lt=MIDNIGHT + DAY)
        seen.append((at, first.level, first.state))

    assert seen == [
        (at_time(TODAY, dt.time(19)), 1, "issued"),
        (MIDNIGHT + DAY, 1, "lapsed"),
    ]


def test_a_request_to_hand_people_over_lapses_at_its_moment(world):
    nobody_asked = {"paper": Paper.UNKNOWN, "number": None, "no_paper_why": "未带证件"}
    person = register(world, **nobody_asked).person
    request_export(
        id=id_number(900),
        people=[person],
        form=ExportForm.ROWS,
        recipient="二七区疾控中心 周医生",
        why="开具解除通知书",
        by=world.actor("community"),
        at=NOON,
    )
    at = NOON
    while Export.objects.get().state == "requested":
        at = next_moment(at)
        run_due(at)

    assert (at, Export.objects.get().state) == (NOON + DAY, "lapsed")
    assert Entry.objects.filter(event="export.lapsed").count() == 1


@pytest.mark.usefixtures("hotel")
def test_everything_is_numbered_and_signed_once_a_minute():
    run_due(MIDNIGHT)
    assert Leaf.objects.count() == Entry.objects.count()
    run_due(MIDNIGHT + dt.timedelta(seconds=30))
    assert Checkpoint.objects.count() == 1

    run_due(MIDNIGHT + MINUTE)

    assert Checkpoint.objects.count() == 2
    assert verify().faults == ()


def test_a_rectified_problem_brings_up_its_look_back_once(world, hotel):
    record_visit(
        place=hotel,
        form="six_haves",
        answers=NO_MASKS,
        seen_at=NOON - MINUTE,
        id=id_number(1),
        by=world.actor("grid"),
        at=NOON,
    )
    finding = Finding.objects.get()
    rectify(
        finding.pk,
        how="masks bought",
        by=world.actor("community"),
        at=NOON,
    )

    run_due(NOON + MINUTE)
    run_due(NOON + 2 * MINUTE)

    looks = Task.objects.filter(subject=f"finding:{finding.pk}")
    assert [task.form for task in looks] == ["look_back"]
