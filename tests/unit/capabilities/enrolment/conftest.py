"""The prevention plan in force, somebody on the ledger, and what is told of them."""

import datetime as dt
from uuid import UUID

import pytest

from fangxian.capabilities.enrolment import actions
from fangxian.capabilities.enrolment.models import Arrival, Statement
from fangxian.capabilities.enrolment.states import Source
from fangxian.kernel.ids import new_id
from fangxian.kernel.situation import start_situation
from fangxian.mechanisms.journal.models import Entry, Tally
from fangxian.mechanisms.observation.models import Observation
from fangxian.mechanisms.restriction.models import Evidence
from fangxian.mechanisms.task.models import Task
from tests.packs import adopted
from tests.unit.mechanisms.ledger.people.folk import register
from tests.worlds import NOON


HANGU = "天津市滨海新区汉沽街道河西里小区"
MET = {
    "reached": True,
    "travelled": "as_told",
    "seen_document": "ticket",
    "stays_here": True,
    "told_the_rules": True,
}
MISSED = {"reached": False, "not_reached": "nobody_home"}
TABLES = (Arrival, Statement, Evidence, Observation, Task, Entry, Tally)


def id_number(number) -> UUID:
    """The id of the test's first, second … report or record."""
    return new_id(NOON, number.to_bytes(10))


def written():
    """Count the rows of every table concerned, for "nothing was written"."""
    return {table.__name__: table.objects.count() for table in TABLES}


@pytest.fixture(autouse=True)
def rehearsal(settings, tmp_path):
    """An installation that is marked as a rehearsal: invented people are accepted."""
    settings.FANGXIAN_DATA = tmp_path
    return start_situation(tmp_path, scenario="test", at=NOON)


@pytest.fixture
def plan(world):
    """The prevention plan, in force in the whole city."""
    return adopted("covid19-cn", world["city"])


@pytest.fixture
def wang(world, plan):
    """Wang Xiaoming, in the first grid of the first community."""
    del plan
    return register(world, "grid").person


@pytest.fixture
def told(world, wang):
    """Register what a source tells of Wang; every part can be changed."""

    def tell(person=wang, *, number=1, who="community", at=NOON, area="grid", **said):
        facts = {
            "id": id_number(number),
            "source": Source.CHECKPOINT,
            "origin": HANGU,
            "is_abroad": False,
            "left_on": dt.date(2020, 11, 7),
            "arrived_on": dt.date(2020, 11, 8),
            "area": world[area],
        }
        return actions.enrol(
            person, **{**facts, **said}, by=world.actor(who, at=at), at=at
        )

    return tell


@pytest.fixture
def visit(world):
    """Let the grid worker go there; every part can be changed."""

    def go(arrival, answers=MET, *, number=101, who="grid", at=NOON, **said):
        facts = {"id": id_number(number), "seen_at": at - dt.timedelta(minutes=10)}
        return actions.verify(
            arrival.pk,
            answers=answers,
            **{**facts, **said},
            by=world.actor(who, at=at),
            at=at,
        )

    return go
