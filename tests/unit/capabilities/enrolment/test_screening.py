"""Everybody again when lists change; who is released is closed; doubles are joined."""

import copy
import datetime as dt

import pytest

from fangxian.capabilities.enrolment import actions, queries
from fangxian.capabilities.enrolment.models import Arrival
from fangxian.capabilities.enrolment.states import Closing, Risk, Source, Standing
from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.papers import Paper
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.ledger.people.actions import merge_people
from fangxian.mechanisms.protocol.packs import read_pack
from fangxian.mechanisms.protocol.vocabulary import Ending, Grade, Kind
from fangxian.mechanisms.restriction import actions as restriction
from fangxian.mechanisms.restriction.models import Cohort, Decision
from fangxian.mechanisms.task.models import Task
from tests.packs import pack_of
from tests.unit.capabilities.enrolment.conftest import id_number, written
from tests.unit.mechanisms.ledger.people.folk import TELEPHONE, register
from tests.unit.mechanisms.restriction.restricting import put_in_force
from tests.worlds import NOON


DAY = dt.timedelta(days=1)
LATER = NOON + DAY
ESTATE = "上海市浦东新区祝桥镇航亭小区"


def again(arrival):
    return Arrival.objects.get(pk=arrival.pk)


def newly_listed(area="310115.zhuqiao.hangting", name=ESTATE, risk="medium"):
    """The plan with one more area at risk."""
    content = copy.deepcopy(dict(pack_of("covid19-cn").content))
    content["pack"]["version"] = "next"
    listed = copy.deepcopy(content["risks"][0])
    listed |= {"area": area, "name": {"zh": name, "en": name}, "risk": risk}
    listed["from"] = "2020-11-09"
    content["risks"] = [*content["risks"], listed]
    return read_pack(content)


@pytest.fixture
def lists_change(world):
    def change(**listed):
        put_in_force(newly_listed(**listed), world["city"], from_=LATER)

    return change


def test_whose_words_name_a_new_area_is_visited_again(told, visit, world, lists_change):
    arrival = told(origin=ESTATE + "3号楼")
    visit(arrival)
    assert again(arrival).risk == Risk.LOW

    lists_change()
    done = actions.rescreen(world["city"], by=SYSTEM, at=LATER)

    assert (done.screened, done.changed, done.to_visit) == (1, 1, 1)
    arrival = again(arrival)
    assert (arrival.standing, arrival.risk) == (Standing.REGISTERED, Risk.MEDIUM)
    assert Task.objects.filter(state="issued").count() == 1


def test_whose_evidence_names_it_is_proposed_to_the_doctor_at_once(
    told, visit, world, lists_change
):
    listing = "310115.zhuqiao.yingqian"
    arrival = told(listing=listing, left_on=dt.date(2020, 11, 7))
    visit(arrival)
    assert Cohort.objects.count() == 0
    lists_change(area="310115.zhuqiao", name="上海市浦东新区祝桥镇", risk="high")

    actions.rescreen(world["city"], by=SYSTEM, at=LATER)

    assert again(arrival).risk == Risk.HIGH
    assert again(arrival).standing == Standing.CLASSIFIED
    assert actions.propose_measures(world["city"], by=SYSTEM, at=LATER) == 2
    assert {one.area_id for one in Cohort.objects.all()} == {world["district"]}


def test_who_is_not_concerned_stays_as_they_were(told, visit, world, lists_change):
    arrival = told(origin="河南省洛阳市")
    visit(arrival)
    lists_change()

    done = actions.rescreen(world["city"], by=SYSTEM, at=LATER)

    assert (done.screened, done.changed, done.to_visit) == (1, 0, 0)
    assert again(arrival).classified_at == NOON


def test_who_came_long_ago_is_not_screened_any_more(told, world, lists_change):
    told(
        origin=ESTATE,
        left_on=dt.date(2020, 10, 1),
        arrived_on=dt.date(2020, 10, 2),
    )
    lists_change()

    assert actions.rescreen(world["city"], by=SYSTEM, at=LATER).screened == 0


def test_a_community_does_not_screen(told, world):
    told()
    before = written()

    with pytest.raises(Refusal) as refusal:
        actions.rescreen(world["community"], by=world.actor("community"), at=NOON)

    assert refusal.value.kind.code == "enrolment.not_yours_to_screen"
    assert written() == before


@pytest.fixture
def imposed(told, visit, world):
    """Wang under a measure by the doctor's signature."""
    arrival = told()
    visit(arrival)
    doctor = world.actor("cdc")
    [cohort] = restriction.propose(
        pack="covid19-cn", area=world["district"], by=doctor, at=NOON
    )
    restriction.sign(cohort.pk, by=doctor, at=NOON)
    return arrival


def test_who_is_released_is_closed(imposed, wang):
    until = Decision.objects.get().until

    assert actions.close_released(wang, Ending.EXPIRED, at=NOON) == 0
    assert actions.close_released(wang, Ending.EXPIRED, at=until) == 1
    assert again(imposed).closed_why == Closing.RELEASED


def test_withdrawn_evidence_closes_nobody(imposed, wang):
    assert again(imposed).standing == Standing.CLASSIFIED
    until = Decision.objects.get().until

    assert actions.close_released(wang, Ending.EVIDENCE_WITHDRAWN, at=until) == 0


def test_another_measure_takes_an_arrival_up_again(imposed, wang):
    until = Decision.objects.get().until
    actions.close_released(wang, Ending.EXPIRED, at=until)

    assert actions.take_up(wang, at=until) == 1
    assert again(imposed).standing == Standing.CLASSIFIED


def test_of_whom_nothing_is_asked_is_closed_when_the_days_are_over(told, visit):
    arrival = told(origin="河南省洛阳市")
    visit(arrival)

    assert actions.close_watched(at=NOON + 10 * DAY) == 0
    assert actions.close_watched(at=NOON + 30 * DAY) == 1
    assert again(arrival).closed_why == Closing.NO_MEASURE


def test_whose_measure_is_over_when_the_days_are_is_released(imposed):
    assert actions.close_watched(at=Decision.objects.get().until + 30 * DAY) == 1
    assert again(imposed).closed_why == Closing.RELEASED


def test_who_was_under_a_measure_is_released_when_the_days_are_over(imposed):
    """Midnight closes before the end of the measure is written down."""
    assert actions.close_watched(at=NOON + 30 * DAY) == 1
    assert again(imposed).closed_why == Closing.RELEASED


def test_who_is_under_a_measure_is_not_closed_by_days(imposed):
    decision = Decision.objects.get()

    assert decision.until > NOON + 10 * DAY
    assert actions.close_watched(at=NOON + 10 * DAY) == 0
    assert again(imposed).standing == Standing.CLASSIFIED


def test_a_merger_joins_the_arrivals_of_both(told, visit, world, wang):
    double = register(
        world, "grid", number=None, no_paper_why="未带", paper=Paper.NONE
    ).person
    first = told()
    second = told(double, number=2, source=Source.BIG_DATA, transport="G2001")
    visit(first)
    merge_people(
        double, into=wang, evidence="同名同电话", by=world.actor("community"), at=LATER
    )

    assert actions.join_arrivals(double, at=LATER) == 1

    first, second = again(first), again(second)
    assert (second.closed_why, second.into_id) == (Closing.JOINED, first.pk)
    assert first.standing == Standing.CLASSIFIED
    assert [one.source for one in queries.sources_of(first)] == [
        Source.CHECKPOINT,
        Source.BIG_DATA,
    ]
    assert queries.journey_of(first).transport == "G2001"
    assert queries.counts(first.area_id).all == 1
    assert TELEPHONE  # both entries bear it, which is why somebody merged them


# ------------------------------------------------------------------------- hearsay
@pytest.fixture
def hearsay(world, wang):
    def state(kind=Kind.STAY, states=None, *, who="community", person=wang):
        return restriction.record_evidence(
            id=id_number(50),
            subject=person,
            kind=kind,
            grade=Grade.C,
            states=states
            or {"stay.area": "120116.hangu", "stay.left_on": "2020-11-07"},
            seen_at=NOON - DAY,
            area=world["grid"],
            by=world.actor(who),
            at=NOON,
        )

    return state


def test_a_reported_stay_is_an_arrival_to_be_verified(hearsay, wang):
    assert actions.follow_hearsay(hearsay().pk, at=NOON)

    arrival = Arrival.objects.get()
    assert (arrival.person, arrival.standing) == (wang, Standing.REGISTERED)
    assert arrival.risk == Risk.MEDIUM
    assert Task.objects.get().form == "arrival_visit"


def test_it_is_looked_into_once(hearsay):
    evidence = hearsay()
    actions.follow_hearsay(evidence.pk, at=NOON)
    before = written()

    assert not actions.follow_hearsay(evidence.pk, at=NOON)
    assert written() == before


def test_what_was_registered_here_is_looked_into_already(told):
    told(source=Source.SELF_REPORT)
    before = written()

    assert not actions.follow_hearsay(id_number(1), at=NOON)
    assert written() == before


def test_of_other_hearsay_a_call_is_owed_and_answered(hearsay, world, wang):
    evidence = hearsay(
        Kind.VISIT,
        {"visit.on": "2020-11-08", "visit.minutes": 5, "visit.presence": "remote"},
    )
    assert actions.follow_hearsay(evidence.pk, at=NOON)
    [task] = Task.objects.all()
    assert (task.form, task.subject) == ("hearsay_call", f"person:{wang}")

    actions.answer_hearsay(
        wang,
        id=id_number(60),
        answers={"reached": True, "confirmed": "denied", "needs_doctor": False},
        seen_at=NOON,
        task=task.pk,
        by=world.actor("grid"),
        at=NOON,
    )

    task.refresh_from_db()
    assert task.state == "completed"
    assert Arrival.objects.count() == 0
