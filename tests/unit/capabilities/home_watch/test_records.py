"""Visits to the door: what they fulfil, and what they show."""

import datetime as dt

import pytest

from fangxian.capabilities.home_watch import actions, queries
from fangxian.capabilities.home_watch.models import Sample
from fangxian.capabilities.home_watch.states import Outcome
from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.finding.models import Finding
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.observation.models import Observation
from fangxian.mechanisms.restriction.actions import release
from fangxian.mechanisms.task.models import Task
from tests.unit.capabilities.home_watch.watching import (
    FEVERISH,
    HANDED_OVER,
    LAST_MOMENT,
    SAMPLED,
    WELL,
    clock,
    written,
)
from tests.worlds import NOON


pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)
EVENING = clock(18)


def done(form):
    rows = Task.objects.filter(form=form).order_by("due_at")
    return [(task.due_at, task.state) for task in rows]


def test_an_evening_record_ends_the_evenings_duty(watching, watch):
    observation = watching.write(watch, WELL, at=EVENING)

    assert done("health_record") == [(clock(19), "completed")]
    assert observation.subject == f"restriction:{watch.pk}"
    assert observation.edition_id == watching.edition
    assert Finding.objects.count() == 0


def test_a_morning_record_leaves_the_evening_owed(watching, watch):
    watching.plan(10)

    watching.write(watch, WELL, at=clock(8, day=10))

    assert done("health_record")[1:] == [
        (clock(10, day=10), "completed"),
        (clock(19, day=10), "issued"),
    ]


def test_a_fever_is_a_grave_finding_at_once(watching, watch):
    watching.write(watch, FEVERISH, at=EVENING)

    [finding] = Finding.objects.all()
    assert (finding.item, finding.severity, finding.subject) == (
        *("health_record/temperature", "grave"),
        f"restriction:{watch.pk}",
    )
    assert finding.deadline_at == EVENING + dt.timedelta(hours=4)


def test_sent_again_it_is_the_known_record(watching, watch):
    sent = watching.new_id()
    watching.write(watch, FEVERISH, at=EVENING, id=sent)
    before = written()

    again = watching.write(
        watch, FEVERISH, at=EVENING + MINUTE, id=sent, seen_at=EVENING
    )

    assert again.pk == sent
    assert written() == before


def test_the_journal_says_what_followed(watching, watch):
    observation = watching.write(watch, FEVERISH, at=EVENING)

    entry = Entry.objects.get(event="home_watch.recorded")
    task = Task.objects.get(form="health_record")
    finding = Finding.objects.get()
    assert entry.payload["tasks"] == [task.pk]
    assert entry.payload["findings"] == [finding.pk]
    assert entry.payload["observation"] == str(observation.pk)
    assert entry.subject == f"restriction:{watch.pk}"


@pytest.mark.parametrize(
    ("act", "answers", "day"),
    [
        (actions.hand_over_notice, HANDED_OVER, 9),
        (actions.record_sampling, SAMPLED, 14),
        (actions.check_release, {"well": True, "last_result": "negative"}, 21),
    ],
)
def test_each_visit_has_its_form_and_its_duty(watching, watch, act, answers, day):
    watching.plan(day)

    seen = watching.write(watch, answers, act=act, at=clock(17, day=day))

    assert [state for _, state in done(seen.form)] == ["completed"]


def test_a_notice_that_was_not_handed_over_is_a_finding(watching, watch):
    answers = {"handed_over": False, "appeal_explained": True}

    watching.write(watch, answers, act=actions.hand_over_notice)

    assert [one.item for one in Finding.objects.all()] == ["notice_visit/handed_over"]


def test_the_check_at_the_end_ends_nothing_itself(watching, watch):
    watching.plan(21)
    positive = {"well": False, "last_result": "positive"}

    watching.write(watch, positive, act=actions.check_release, at=clock(17, day=21))

    watch.decision.refresh_from_db()
    assert watch.decision.until == LAST_MOMENT
    assert not hasattr(watch.decision, "ended")
    assert Finding.objects.count() == 2


def test_after_an_early_release_nothing_is_recorded(watching, watch):
    release(watch.pk, note="两次阴性", by=watching.world.actor("cdc"), at=NOON + MINUTE)
    actions.close_watch(watch.pk, by=SYSTEM, at=NOON + MINUTE)
    before = written()

    with pytest.raises(Refusal) as refused:
        watching.write(watch, WELL, at=EVENING)

    assert refused.value.kind.code == "home_watch.over"
    assert written() == before


def test_what_was_seen_before_the_end_may_still_come_in(watching, watch):
    seen_at = LAST_MOMENT - dt.timedelta(hours=5)

    watching.write(watch, WELL, at=LAST_MOMENT + MINUTE, seen_at=seen_at)

    assert Entry.objects.filter(event="home_watch.recorded").count() == 1


@pytest.mark.parametrize(
    "who", ["supervision", "police", "hospital", "district", "checkpoint"]
)
def test_others_do_not_record(watching, watch, who):
    before = written()

    with pytest.raises(Refusal) as refused:
        watching.write(watch, WELL, who=who, at=EVENING)

    assert refused.value.kind.code == "home_watch.not_yours_to_watch"
    assert written() == before


@pytest.mark.parametrize("who", ["charlie", "community_next_door"])
def test_next_door_it_looks_like_nobody(watching, watch, who):
    before = written()

    with pytest.raises(Refusal) as refused:
        watching.write(watch, WELL, who=who, at=EVENING)

    assert refused.value.kind.hidden
    assert written() == before


# --------------------------------------------------------------------- corrections
def put_right(watching, record, answers, *, who="grid", at=EVENING):
    return actions.correct_record(
        record.pk,
        corrected=watching.new_id(),
        answers=answers,
        reason="记错了",
        by=watching.world.actor(who),
        at=at,
    )


def test_a_corrected_fever_is_withdrawn_and_the_strip_tells_what_counts(
    watching, watch
):
    wrong = watching.write(watch, FEVERISH, at=EVENING)

    followed = put_right(watching, wrong, WELL)

    [finding] = Finding.objects.all()
    assert followed.withdrawn == (finding.pk,)
    assert finding.state == "withdrawn"
    [slot] = [
        one
        for day in queries.days_of(watch, EVENING)
        for one in day.slots
        if one.form == "health_record"
    ]
    assert (slot.state, slot.answers) == ("completed", WELL)


def test_a_sample_goes_where_the_corrected_record_says(watching, watch):
    at = clock(15, day=14)
    sampled = watching.write(watch, SAMPLED, act=actions.record_sampling, at=at)
    on = {**SAMPLED, "sampled_on": "2020-11-13"}

    first = put_right(watching, sampled, on, at=at)
    right = Observation.objects.get(corrects=sampled.pk)
    days = list(Sample.objects.values_list("on", "observation"))
    put_right(watching, right, {"sampled": False}, at=at)

    assert first.raised == ()
    assert days == [(dt.date(2020, 11, 13), right.pk)]
    assert not Sample.objects.exists()


def test_which_sample_it_was_stays_once_a_laboratory_has_spoken(watching, watch):
    at = clock(15, day=14)
    sampled = watching.write(watch, SAMPLED, act=actions.record_sampling, at=at)
    actions.take_result(
        watch.pk,
        id=watching.new_id(),
        outcome=Outcome.NEGATIVE,
        sampled_on=dt.date(2020, 11, 14),
        laboratory="区疾控",
        received_at=at,
        by=watching.world.actor("cdc"),
        at=at,
    )
    before = written()

    with pytest.raises(Refusal) as refused:
        put_right(watching, sampled, {**SAMPLED, "sampled_on": "2020-11-13"}, at=at)

    assert refused.value.kind.code == "home_watch.sample_has_result"
    assert written() == before


def test_only_who_wrote_it_or_leads_there_puts_it_right(watching, watch):
    wrong = watching.write(watch, FEVERISH, at=EVENING)
    before = written()

    for who, code in (("cdc", "observation.not_yours"), ("charlie", "unknown")):
        with pytest.raises(Refusal) as refused:
            put_right(watching, wrong, WELL, who=who)
        assert refused.value.kind.code.endswith(code)

    assert written() == before
    put_right(watching, wrong, WELL, who="community")
    assert Finding.objects.get().state == "open"  # the finder's, or the street's
