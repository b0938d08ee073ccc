import datetime as dt
from dataclasses import replace
from uuid import UUID

import pytest

from fangxian.capabilities.home_watch import actions, queries
from fangxian.capabilities.home_watch.models import Result, Sample
from fangxian.capabilities.home_watch.states import Form, Outcome, What
from fangxian.interfaces.jobs.due import follow_up
from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.finding.models import Finding
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.observation.models import Observation
from fangxian.mechanisms.restriction.models import Cohort, Decision, Evidence
from fangxian.mechanisms.restriction.queries import waiting
from fangxian.mechanisms.task.actions import lapse_due
from fangxian.mechanisms.task.models import Task
from fangxian.mechanisms.task.queries import board, recount
from fangxian.mechanisms.task.states import State
from tests.unit.capabilities.home_watch.watching import (
    LAST_MOMENT,
    SAMPLED,
    clock,
    owed,
    written,
)


pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)
LABORATORY = "二七区人民医院检验科"
THE_14TH = dt.date(2020, 11, 14)
MORNING = clock(9, day=15)


@pytest.fixture
def sampled(watching, watch):
    """Wang Xiaoming, of whom a sample was taken on the 14th."""
    watching.plan(14)
    watching.write(watch, SAMPLED, act=actions.record_sampling, at=clock(10, day=14))
    return watch


def take(watching, watch, outcome=Outcome.NEGATIVE, *, who="hospital", **changes):
    at = changes.pop("at", MORNING)
    said = {
        "id": watching.new_id(),
        "outcome": outcome,
        "sampled_on": THE_14TH,
        "laboratory": LABORATORY,
        "received_at": at,
        "by": watching.world.actor(who),
        "at": at,
        **changes,
    }
    return actions.take_result(watch.pk, **said)


def refused(watching, watch, **changes):
    before = written() | {"Result": Result.objects.count()}
    with pytest.raises(Refusal) as caught:
        take(watching, watch, **changes)
    assert written() | {"Result": Result.objects.count()} == before
    return caught.value.kind.code


@pytest.mark.usefixtures("sampled")
def test_a_sample_waits_until_its_result_comes(watching, watch):
    everywhere = watching.world.actor("hospital").scope
    [waiting_] = queries.awaited(everywhere)
    assert (waiting_.watch, waiting_.on) == (watch, THE_14TH)

    result = take(watching, watch)

    assert not queries.awaited(everywhere)
    assert (result.sample, result.laboratory) == (waiting_, LABORATORY)
    evidence = Evidence.objects.get(pk=result.evidence_id)
    assert (evidence.kind, evidence.grade) == ("lab", "A")
    assert queries.outcome_of(result) is Outcome.NEGATIVE
    assert Entry.objects.filter(event="home_watch.result_taken").count() == 1


def test_a_visit_without_a_swab_leaves_nothing_to_wait_for(watching, watch):
    watching.plan(14)
    watching.write(
        watch, {"sampled": False}, act=actions.record_sampling, at=clock(10, day=14)
    )

    assert not Sample.objects.exists()


def test_it_stands_in_the_timeline_at_once_for_doctors_only(watching, sampled):
    take(watching, sampled)

    def told(who):
        lines = queries.timeline(sampled, by=watching.world.actor(who), at=MORNING)
        return [one.text for one in lines if one.what is What.RESULT]

    assert told("cdc") == told("hospital") == ["negative"]
    assert told("grid") == told("community") == []


def test_the_same_again_is_known_and_another_one_refused(watching, sampled):
    first = take(watching, sampled)

    assert take(watching, sampled, who="cdc") == first
    assert (
        refused(watching, sampled, outcome=Outcome.POSITIVE) == "home_watch.conflicting"
    )
    assert Result.objects.count() == Evidence.objects.filter(kind="lab").count() == 1


def test_a_withdrawn_one_makes_room(watching, sampled):
    first = take(watching, sampled, Outcome.POSITIVE)
    [duty] = Task.objects.filter(form=Form.ANSWER)

    actions.withdraw_result(
        first.pk, reason="标本弄混", by=watching.world.actor("cdc"), at=MORNING + HOUR
    )

    assert [one.on for one in queries.awaited(watching.world.actor("cdc").scope)] == [
        THE_14TH
    ]
    duty.refresh_from_db()
    assert duty.state == State.WAIVED
    assert "标本" not in duty.reason
    assert take(watching, sampled, at=MORNING + 2 * HOUR).pk != first.pk


DAYS = [
    ({"sampled_on": dt.date(2020, 11, 16)}, "home_watch.sampled_ahead"),
    ({"sampled_on": dt.date(2020, 11, 6)}, "home_watch.sampled_before"),
    ({"sampled_on": dt.date(2020, 11, 13)}, "home_watch.not_sampled"),
    ({"received_at": MORNING + HOUR}, "home_watch.received_ahead"),
    ({"received_at": clock(23, day=13)}, "home_watch.received_before"),
    ({"laboratory": "  "}, "home_watch.laboratory_missing"),
]


@pytest.mark.parametrize(("changes", "code"), DAYS)
def test_days_that_cannot_be_are_refused(watching, sampled, changes, code):
    assert refused(watching, sampled, **changes) == code


def test_after_the_end_a_result_of_before_still_comes_in(watching, sampled):
    late = LAST_MOMENT + 9 * HOUR

    assert (
        refused(watching, sampled, sampled_on=dt.date(2020, 11, 22), at=late)
        == "home_watch.sampled_after"
    )
    assert take(watching, sampled, at=late).sample.on == THE_14TH


def test_a_house_that_took_the_sample_says_so(watching, watch):
    result = take(watching, watch, who="cdc", taken_here=True)

    assert (result.sample.on, result.sample.observation_id) == (THE_14TH, result.pk)
    seen = Observation.objects.get()
    assert (seen.form, seen.answers) == (Form.SAMPLING, SAMPLED)
    assert (seen.by, seen.at) == (watching.world.actor("cdc").person, MORNING)


def duty_of(watch, day):
    return Task.objects.get(
        subject=f"restriction:{watch.pk}", form=Form.SAMPLING, due_at=clock(18, day=day)
    )


@pytest.mark.parametrize("who", ["hospital", "cdc"])
def test_a_sample_that_a_house_took_is_what_the_grid_worker_was_to_do(
    watching, watch, who
):
    watching.plan(14)

    result = take(watching, watch, who=who, taken_here=True, at=clock(15, day=14))

    duty = duty_of(watch, 14)
    assert (duty.state, duty.observation) == (State.COMPLETED, result.pk)
    assert duty.ended_by == watching.world.actor(who).person


def test_it_is_not_what_was_to_be_done_on_another_day(watching, watch):
    watching.plan(14)
    watching.plan(21)
    at = clock(15, day=21)

    take(watching, watch, who="hospital", taken_here=True, at=at)  # taken on the 14th
    watching.write(watch, SAMPLED, act=actions.record_sampling, at=at)

    assert duty_of(watch, 21).state == State.ISSUED


def test_a_sample_taken_in_time_and_told_of_after_midnight_is_no_miss(watching, watch):
    watching.plan(14)
    lapse_due(at=clock(0, day=15))
    missed = duty_of(watch, 14)

    result = take(watching, watch, who="cdc", taken_here=True)

    duty = duty_of(watch, 14)
    assert (duty.state, duty.observation) == (State.COMPLETED, result.pk)
    told = Entry.objects.filter(subject=f"task:{duty.pk}").order_by("pk")
    assert [one.event for one in told][-2:] == ["task.lapsed", "task.settled"]
    missed_at = dt.datetime.fromisoformat(told.last().payload["missed_at"])
    assert missed_at == missed.ended_at
    counted = board(watching.world.actor("dana").scope, THE_14TH)
    again = recount(from_=THE_14TH, until=dt.date(2020, 11, 15))
    for measure in ("lapsed", "completed"):
        said = [one.n for one in again if one.measure == f"task.{measure}"]
        assert getattr(counted, measure) == sum(said) > 0


def test_what_was_missed_on_another_day_stays_missed(watching, watch):
    watching.plan(14)
    watching.plan(21)
    lapse_due(at=clock(0, day=22))

    at = clock(9, day=22)
    take(watching, watch, who="cdc", taken_here=True, at=at)  # taken on the 14th

    assert duty_of(watch, 14).state == State.COMPLETED
    assert duty_of(watch, 21).state == State.LAPSED


def test_a_hospital_may_say_so_of_whom_a_sample_is_due(watching, watch):
    at = clock(15, day=14)
    said = {"taken_here": True, "at": at}
    with pytest.raises(Refusal) as caught:
        take(watching, watch, **said)
    assert caught.value.kind.hidden

    watching.plan(14)

    assert take(watching, watch, **said).sample.on == THE_14TH


WRONG = ["grid", "community", "alice", "district", "supervision", "police", "auditor"]


@pytest.mark.parametrize("who", WRONG)
def test_only_hospital_and_cdc_state_results(watching, sampled, who):
    assert refused(watching, sampled, who=who) == "home_watch.not_yours_to_take"


def test_the_hospital_of_the_next_district_sees_nobody(watching, sampled):
    result = take(watching, sampled)
    by = watching.world.actor("hospital")
    elsewhere = replace(
        by, scope=replace(by.scope, roots=frozenset({watching.world["next_district"]}))
    )

    assert not queries.awaited(elsewhere.scope)
    assert not queries.results(elsewhere.scope)
    with pytest.raises(Refusal) as caught:
        queries.get_result(result.pk, elsewhere.scope)
    assert caught.value.kind.hidden
    with pytest.raises(Refusal) as caught:
        actions.take_result(
            sampled.pk,
            id=UUID(int=9),
            outcome=Outcome.NEGATIVE,
            sampled_on=THE_14TH,
            laboratory=LABORATORY,
            received_at=MORNING,
            by=elsewhere,
            at=MORNING,
        )
    assert caught.value.kind.hidden


class TestWhatFollows:
    def test_a_negative_one_owes_nothing(self, watching, sampled):
        before = owed(sampled)

        take(watching, sampled)

        assert owed(sampled) == before
        assert not Finding.objects.exists()

    def test_a_positive_one_restricts_nobody_and_calls_a_doctor(
        self, watching, sampled
    ):
        decisions = Decision.objects.count()
        follow_up(MORNING)
        assert not waiting(watching.world.actor("cdc").scope)
        take(watching, sampled, Outcome.POSITIVE)

        [duty] = Task.objects.filter(form=Form.ANSWER)
        assert duty.post_id == watching.world.posts["cdc"]
        assert duty.due_at == MORNING + 2 * HOUR
        assert Decision.objects.count() == decisions
        follow_up(MORNING)
        assert Decision.objects.count() == decisions
        [cohort] = waiting(watching.world.actor("cdc").scope)
        assert cohort.rule == "positive_test"
        assert [one.subject for one in cohort.proposals.all()] == [sampled.person]

    def test_the_doctor_answers_even_after_the_end(self, watching, sampled):
        late = LAST_MOMENT + 9 * HOUR
        take(watching, sampled, Outcome.POSITIVE, at=late)
        actions.close_watch(sampled.pk, by=SYSTEM, at=late)

        actions.record_visit(
            sampled.pk,
            Form.ANSWER,
            id=watching.new_id(),
            answers={"told": True, "next_step": "hospital"},
            seen_at=late + HOUR,
            by=watching.world.actor("cdc"),
            at=late + HOUR,
        )

        assert Task.objects.get(form=Form.ANSWER).state == State.COMPLETED

    def test_one_that_says_nothing_has_another_sample_taken(self, watching, sampled):
        take(watching, sampled, Outcome.INCONCLUSIVE)

        [again] = Task.objects.filter(form=Form.AGAIN)
        assert again.post_id == watching.world.posts["grid"]
        assert again.due_at == MORNING + 24 * HOUR
        follow_up(MORNING)
        assert not Cohort.objects.filter(rule="positive_test").exists()
        at = clock(15, day=15)
        answers = {"sampled": True, "sampled_on": "2020-11-15"}
        watching.write(
            sampled,
            answers,
            at=at,
            act=lambda pk, **said: actions.record_visit(pk, Form.AGAIN, **said),
        )
        again.refresh_from_db()
        assert again.state == State.COMPLETED
        assert [
            one.on for one in queries.awaited(watching.world.actor("cdc").scope)
        ] == [dt.date(2020, 11, 15)]

    def test_such_a_one_spoils_no_figure(self, watching, sampled):
        take(watching, sampled, Outcome.INCONCLUSIVE)
        assert queries.tested_negative([sampled.person], MORNING) == 0

        take(
            watching,
            sampled,
            sampled_on=dt.date(2020, 11, 15),
            taken_here=True,
            at=MORNING + 12 * HOUR,
        )
        assert queries.tested_negative([sampled.person], MORNING + 12 * HOUR) == 1


@pytest.mark.usefixtures("sampled")
def test_what_waits_is_asked_for_in_one_query(watching, django_assert_num_queries):
    scope = watching.world.actor("hospital").scope
    with django_assert_num_queries(2):
        [(one.watch.decision, one.on) for one in queries.awaited(scope)]
        list(queries.sampled_today(scope, clock(10, day=14)))
