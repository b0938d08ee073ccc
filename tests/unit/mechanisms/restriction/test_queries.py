import pytest

from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.protocol.vocabulary import Grade
from fangxian.mechanisms.restriction import actions, queries, rules
from fangxian.mechanisms.restriction.notices import notice, release_notice
from tests.packs import pack_of
from tests.unit.mechanisms.restriction.restricting import (
    DAY,
    HOUR,
    PENNY,
    QUENTIN,
    ROSA,
    put_in_force,
)
from tests.worlds import NOON


@pytest.fixture
def two(restricting):
    """Penny and Quentin are restricted; Quentin's ends first."""
    restricting.stated(PENNY)
    restricting.stated(
        QUENTIN, states={"stay.area": "120116.hangu", "stay.left_on": "2020-11-01"}
    )
    return restricting.imposed()


def scope(restricting, who):
    return restricting.world.actor(who).scope


IN_REACH = ["grid", "community", "alice", "district", "cdc", "dana"]


@pytest.mark.parametrize("who", IN_REACH)
def test_what_holds_is_read_in_scope(restricting, two, who):
    penny, quentin = two

    assert list(queries.in_force(scope(restricting, who), NOON)) == [quentin, penny]
    assert queries.get_decision(penny.pk, scope(restricting, who)) == penny


@pytest.mark.parametrize("who", ["charlie", "district_next_door", "civil_affairs"])
def test_elsewhere_and_in_sector_departments_nobody_is_restricted(
    restricting, two, who
):
    penny, _quentin = two
    seen = scope(restricting, who)

    assert list(queries.in_force(seen, NOON)) == []
    assert list(queries.history_of([PENNY], seen)) == []
    assert list(queries.evidence_of([PENNY], seen)) == []
    assert list(queries.answers(seen)) == []
    with pytest.raises(Refusal) as refusal:
        queries.get_decision(penny.pk, seen)
    assert refusal.value.kind is rules.UNKNOWN_DECISION
    assert rules.UNKNOWN_DECISION.hidden


def test_a_verdict_says_neither_why_nor_which_measure(two):
    penny, _quentin = two

    found = queries.verdict([PENNY], NOON)

    assert (found.is_restricted, found.decision) == (True, penny.pk)
    assert set(found.__slots__) == {"is_restricted", "decision"}
    assert queries.verdict([ROSA], NOON) == queries.Verdict(is_restricted=False)


def test_one_person_under_several_ids_is_asked_for_at_once(two):
    penny, quentin = two

    assert list(queries.restrictions_of([PENNY, QUENTIN], NOON)) == [penny, quentin]


def test_a_decision_opens_what_it_rests_on(restricting, two):
    penny, _quentin = two

    assert list(queries.grounds_of(penny)) == list(
        queries.evidence_of([PENNY], scope(restricting, "cdc"))
    )


def test_what_waits_for_a_doctor_is_listed_until_it_is_answered(restricting):
    restricting.stated(PENNY)
    restricting.stated(QUENTIN)
    [cohort] = restricting.proposed()
    here = scope(restricting, "cdc")

    [waiting] = queries.waiting(here)
    assert (waiting.pk, waiting.persons) == (cohort.pk, 2)
    assert [one.subject for one in queries.proposals_of(cohort)] == [PENNY, QUENTIN]
    assert list(queries.waiting(scope(restricting, "charlie"))) == []

    actions.refuse(
        queries.get_cohort(cohort.pk, here).pk,
        reason="名单有误",
        by=restricting.world.actor("cdc"),
        at=NOON,
    )

    assert list(queries.waiting(here)) == []
    assert [one.reason for one in queries.answers(here)] == ["名单有误"]
    with pytest.raises(Refusal, match="unknown_cohort"):
        queries.get_cohort(cohort.pk, scope(restricting, "charlie"))


def test_hearsay_waits_until_somebody_has_looked(restricting):
    heard = restricting.stated(PENNY, who="community", grade=Grade.C)
    here = scope(restricting, "community")

    assert list(queries.hearsay(here)) == [heard]

    restricting.stated(PENNY, at=NOON + HOUR)

    assert list(queries.hearsay(here)) == []


def test_who_may_read_rows_and_who_may_read_why(restricting):
    actor = restricting.world.actor
    readers = {"grid", "community", "alice", "cdc", "hospital", "auditor"}
    doctors = {"cdc", "hospital"}

    for who in (
        "grid",
        "community",
        "alice",
        "cdc",
        "hospital",
        "auditor",
        "district",
        "dana",
        "supervision",
        "police",
        "administrator",
        "checkpoint",
        "venue_manager",
        "civil_affairs",
    ):
        for allowed, check in (
            (readers, rules.check_can_read),
            (doctors, rules.check_can_read_evidence),
        ):
            if who in allowed:
                check(by=actor(who))
            else:
                with pytest.raises(Refusal, match="not_a_reader"):
                    check(by=actor(who))


# ------------------------------------------------------------------------ notices
@pytest.fixture
def under_the_real_pack(restricting):
    put_in_force(
        pack_of("covid19-cn"), restricting.world["city"], from_=NOON - 2 * HOUR
    )
    restricting.stated()
    [decision] = restricting.imposed()
    return decision


def test_a_notice_tells_rule_evidence_end_and_appeal(under_the_real_pack):
    told = notice(under_the_real_pack, "zh-hans")

    assert told.title == "管控告知书"
    for part in (
        "居家健康监测",
        "中风险地区返回人员",
        "旅居史核查记录（2020-11-09核实，B级）",
        "2020-11-09 12:00",
        "2020-11-21 24:00",
        "24小时内",
        "由采用单位审定",
    ):
        assert part in told.body
    assert "{" not in told.body


def test_a_notice_is_told_in_english_too(under_the_real_pack):
    told = notice(under_the_real_pack, "en")

    assert told.title == "Notice of a restriction"
    assert "a verified record of where you stayed (2020-11-09, grade B)" in told.body
    assert "until 2020-11-21 24:00" in told.body


def test_a_release_tells_since_when_and_why(restricting, under_the_real_pack):
    expired = release_notice(under_the_real_pack, "zh-hans")
    assert "已于2020-11-21 24:00解除。原因：期满。" in expired.body

    actions.release(
        under_the_real_pack.pk,
        note="误判",
        by=restricting.world.actor("cdc"),
        at=NOON + DAY,
    )

    early = release_notice(under_the_real_pack, "en")
    assert "ended at 2020-11-10 12:00: a doctor ended it early." in early.body
