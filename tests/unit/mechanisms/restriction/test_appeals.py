import datetime as dt
from dataclasses import replace

import pytest

from fangxian.kernel.actors import Role
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.jurisdiction.rules import OUT_OF_REACH
from fangxian.mechanisms.protocol.vocabulary import Ending
from fangxian.mechanisms.restriction import actions, rules
from fangxian.mechanisms.restriction.models import Ended
from fangxian.mechanisms.restriction.queries import End, appeals, end_of, verdict
from fangxian.mechanisms.restriction.states import Channel
from tests.unit.mechanisms.restriction.restricting import (
    DAY,
    HOUR,
    PENNY,
    second_doctor,
)
from tests.unit.mechanisms.restriction.test_evidence import refused
from tests.worlds import NOON


SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def imposed(restricting):
    restricting.stated()
    [decision] = restricting.imposed()
    return decision


@pytest.fixture
def other_doctor(restricting):
    return second_doctor(restricting.world)


def file_(restricting, decision, *, who="grid", at=NOON + HOUR, said="我没有去过"):
    by = restricting.world.actor(who)
    return actions.file_appeal(
        decision.pk, said=said, channel=Channel.WORKER, by=by, at=at
    )


def decide(appeal, by, *, upheld, at=NOON + 2 * HOUR, reason="已核实"):
    return actions.decide_appeal(appeal.pk, upheld=upheld, reason=reason, by=by, at=at)


def test_an_appeal_is_taken_and_the_clock_runs(restricting, imposed):
    appeal = file_(restricting, imposed)

    assert appeal.due_at == NOON + 25 * HOUR
    assert appeal.said == "我没有去过"
    [entry] = Entry.objects.filter(event="restriction.appeal_filed")
    assert entry.subject == f"restriction:{imposed.pk}"
    assert "我没有去过" not in str(entry.payload)
    assert verdict([PENNY], NOON + 2 * HOUR).is_restricted


def test_upheld_it_ends_at_once(restricting, imposed, other_doctor):
    appeal = file_(restricting, imposed)

    ruling = decide(appeal, other_doctor, upheld=True)

    assert ruling.reason == "已核实"
    assert end_of(imposed) == End(NOON + 2 * HOUR, Ending.APPEAL_UPHELD)
    assert not verdict([PENNY], NOON + 2 * HOUR).is_restricted
    [entry] = Entry.objects.filter(event="restriction.appeal_decided")
    assert entry.payload == {
        "appeal": appeal.pk,
        "decision": imposed.pk,
        "upheld": True,
    }


def test_what_was_upheld_is_not_imposed_again_on_the_same_evidence(
    restricting, imposed, other_doctor
):
    decide(file_(restricting, imposed), other_doctor, upheld=True)

    assert restricting.proposed(at=NOON + 3 * HOUR) == ()


def test_dismissed_it_goes_on_and_new_facts_make_a_new_appeal(
    restricting, imposed, other_doctor
):
    decide(file_(restricting, imposed), other_doctor, upheld=False)

    assert end_of(imposed).reason is Ending.EXPIRED
    assert verdict([PENNY], NOON + 3 * DAY).is_restricted
    file_(restricting, imposed, at=NOON + 3 * HOUR)


def test_unanswered_it_lapses_by_itself(restricting, imposed):
    appeal = file_(restricting, imposed)

    assert verdict([PENNY], appeal.due_at - SECOND).is_restricted
    assert not verdict([PENNY], appeal.due_at).is_restricted
    assert end_of(imposed) == End(appeal.due_at, Ending.APPEAL_LAPSED)
    assert Ended.objects.count() == 0


def test_the_lapse_is_written_down_once(restricting, imposed):
    appeal = file_(restricting, imposed)

    assert actions.end_due(at=appeal.due_at - SECOND) == 0
    assert actions.end_due(at=appeal.due_at + HOUR) == 1
    assert actions.end_due(at=appeal.due_at + 2 * HOUR) == 0

    ended = Ended.objects.get()
    assert (ended.reason, ended.at) == (Ending.APPEAL_LAPSED, appeal.due_at)


def test_too_late_is_no_answer(restricting, imposed, other_doctor):
    appeal = file_(restricting, imposed)

    refused(
        rules.OVER,
        lambda: decide(appeal, other_doctor, upheld=False, at=appeal.due_at),
    )
    refused(rules.OVER, lambda: file_(restricting, imposed, at=appeal.due_at))


def test_whoever_signed_never_decides(restricting, imposed):
    appeal = file_(restricting, imposed)
    signer = restricting.world.actor("cdc")

    for by in (signer, replace(signer, role=Role.HOSPITAL, post=None)):
        for upheld in (True, False):
            refused(
                rules.OWN_SIGNATURE,
                lambda by=by, upheld=upheld: decide(appeal, by, upheld=upheld),
            )


def test_whoever_filed_never_decides(imposed, other_doctor):
    appeal = actions.file_appeal(
        imposed.pk, said="x", channel=Channel.TELEPHONE, by=other_doctor, at=NOON
    )

    refused(rules.OWN_APPEAL, lambda: decide(appeal, other_doctor, upheld=True))


@pytest.mark.parametrize("who", ["district", "police", "community", "supervision"])
def test_only_doctors_decide(restricting, imposed, who):
    appeal = file_(restricting, imposed)
    by = restricting.world.actor(who)

    refused(rules.NOT_A_JUDGE, lambda: decide(appeal, by, upheld=True))


def test_a_doctor_of_the_hospital_may_decide(restricting, imposed):
    appeal = file_(restricting, imposed)

    decide(appeal, restricting.world.actor("hospital"), upheld=True)

    assert end_of(imposed).reason is Ending.APPEAL_UPHELD


def test_an_appeal_is_decided_once_and_waits_alone(restricting, imposed, other_doctor):
    appeal = file_(restricting, imposed)
    refused(rules.APPEAL_WAITS, lambda: file_(restricting, imposed))
    decide(appeal, other_doctor, upheld=False)

    refused(rules.ALREADY_DECIDED, lambda: decide(appeal, other_doctor, upheld=True))


def test_an_appeal_and_its_answer_are_said_in_words(restricting, imposed, other_doctor):
    refused(rules.REASON_NEEDED, lambda: file_(restricting, imposed, said="  "))
    appeal = file_(restricting, imposed)
    refused(
        rules.REASON_NEEDED,
        lambda: decide(appeal, other_doctor, upheld=True, reason=""),
    )


def test_what_is_elsewhere_is_not_there(restricting, imposed, other_doctor):
    refused(OUT_OF_REACH, lambda: file_(restricting, imposed, who="charlie"))
    refused(OUT_OF_REACH, lambda: file_(restricting, imposed, who="civil_affairs"))
    appeal = file_(restricting, imposed)
    refused(
        rules.UNKNOWN_APPEAL,
        lambda: actions.decide_appeal(
            987_654, upheld=True, reason="x", by=other_doctor, at=NOON
        ),
    )

    here, there = (restricting.world.actor(who).scope for who in ("alice", "charlie"))
    assert list(appeals(here, open_only=True)) == [appeal]
    assert list(appeals(there)) == []
