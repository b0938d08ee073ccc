"""What follows from arrivals, from hearsay and from new lists, by the jobs alone."""

import datetime as dt

import pytest

from fangxian.capabilities.enrolment import actions
from fangxian.capabilities.enrolment.models import Arrival
from fangxian.capabilities.enrolment.states import Closing, Risk, Source, Standing
from fangxian.interfaces.jobs.due import run_due
from fangxian.mechanisms.ledger.people.actions import merge_people
from fangxian.mechanisms.restriction import actions as restriction
from fangxian.mechanisms.restriction.models import Decision
from fangxian.mechanisms.task.models import Task
from tests.unit.capabilities.enrolment.conftest import (  # noqa: F401 -- fixtures
    id_number,
    plan,
    rehearsal,
    told,
    visit,
    wang,
)
from tests.unit.capabilities.enrolment.test_screening import (
    ESTATE,
    newly_listed,
)
from tests.unit.mechanisms.ledger.people.folk import number, register
from tests.unit.mechanisms.restriction.restricting import put_in_force
from tests.worlds import NOON


DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def begun(plan):  # noqa: F811 -- the fixture of the neighbours
    """The jobs have run before, so that only what is new follows."""
    del plan
    run_due(NOON)


def test_new_areas_at_risk_screen_everybody_again(told, visit, world):  # noqa: F811 -- fixtures
    arrival = told(origin=ESTATE, at=NOON)
    visit(arrival, at=NOON)
    run_due(NOON)

    put_in_force(newly_listed(), world["city"], from_=NOON + DAY)
    run_due(NOON + DAY)

    arrival = Arrival.objects.get()
    assert (arrival.standing, arrival.risk) == (Standing.REGISTERED, Risk.MEDIUM)


def test_an_edition_adopted_ahead_screens_when_it_comes_into_force(told, visit, world):  # noqa: F811 -- fixtures
    visit(told(origin=ESTATE))
    put_in_force(newly_listed(), world["city"], from_=NOON + 2 * DAY)
    run_due(NOON + DAY)
    assert Arrival.objects.get().risk == Risk.LOW

    run_due(NOON + 2 * DAY)
    run_due(NOON + 3 * DAY)

    assert Arrival.objects.get().risk == Risk.MEDIUM


def test_whose_measure_expires_is_released(told, visit, world):  # noqa: F811 -- fixtures
    visit(told())
    doctor = world.actor("cdc")
    [cohort] = restriction.propose(
        pack="covid19-cn", area=world["district"], by=doctor, at=NOON
    )
    restriction.sign(cohort.pk, by=doctor, at=NOON)
    run_due(NOON)
    assert Arrival.objects.get().standing == Standing.CLASSIFIED

    run_due(Decision.objects.get().until)

    assert Arrival.objects.get().closed_why == Closing.RELEASED


def test_a_merger_joins_arrivals(told, world, wang):  # noqa: F811 -- fixtures
    double = register(world, "grid", number=number(420)).person
    told()
    told(double, number=2, source=Source.BIG_DATA)
    merge_people(
        double, into=wang, evidence="同一人", by=world.actor("community"), at=NOON
    )

    run_due(NOON)

    assert Arrival.objects.filter(into=None).count() == 1


def test_a_self_report_makes_one_visit(told):  # noqa: F811 -- fixtures
    told(source=Source.SELF_REPORT)

    run_due(NOON)

    assert Task.objects.filter(form="arrival_visit").count() == 1
    assert Arrival.objects.count() == 1
    assert actions.follow_hearsay(id_number(1), at=NOON) is False
