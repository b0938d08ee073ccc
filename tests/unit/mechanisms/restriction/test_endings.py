import datetime as dt

import pytest

from fangxian.kernel.moments import start_of
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.journal.queries import tallied
from fangxian.mechanisms.jurisdiction.rules import OUT_OF_REACH
from fangxian.mechanisms.protocol.vocabulary import Ending
from fangxian.mechanisms.restriction import actions, queries, rules
from fangxian.mechanisms.restriction.models import Ended
from fangxian.mechanisms.restriction.queries import End, end_of, standing_of, verdict
from fangxian.mechanisms.restriction.states import Channel, Standing
from tests.unit.mechanisms.restriction.restricting import (
    AT_VENUE,
    DAY,
    HOUR,
    PENNY,
    POSITIVE,
    QUENTIN,
    STAYED,
    pack_with,
    put_in_force,
)
from tests.unit.mechanisms.restriction.test_evidence import refused, withdraw
from tests.worlds import NOON


MIDNIGHT = start_of(dt.date(2020, 11, 22))  # 24:00 of day 14
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def imposed(restricting):
    """Penny is monitored until 24:00 of 21 November."""
    restricting.stated()
    [decision] = restricting.imposed()
    return decision


# ----------------------------------------------------------------- by themselves
def test_it_is_over_at_its_end_though_nothing_runs(imposed):
    assert verdict([PENNY], MIDNIGHT - SECOND).is_restricted
    assert not verdict([PENNY], MIDNIGHT).is_restricted
    assert standing_of(imposed, MIDNIGHT) is Standing.OVER
    assert Ended.objects.count() == 0


@pytest.mark.usefixtures("imposed")
def test_a_clock_stepped_through_every_hour_finds_one_end():
    hours = [NOON + n * HOUR for n in range(-2, 24 * 20)]
    restricted = [verdict([PENNY], moment).is_restricted for moment in hours]

    assert restricted == [NOON <= moment < MIDNIGHT for moment in hours]


def test_the_end_is_written_down_once_with_its_own_moment(restricting, imposed):
    assert actions.end_due(at=MIDNIGHT - SECOND) == 0
    assert actions.end_due(at=MIDNIGHT + 5 * HOUR) == 1
    assert actions.end_due(at=MIDNIGHT + 6 * HOUR) == 0

    ended = Ended.objects.get()
    assert (ended.reason, ended.at) == (Ending.EXPIRED, MIDNIGHT)
    assert ended.recorded_at == MIDNIGHT + 5 * HOUR
    [entry] = Entry.objects.filter(event="restriction.ended")
    assert entry.payload == {
        "decision": imposed.pk,
        "person": str(PENNY),
        "reason": "expired",
        "ended_at": "2020-11-21T16:00:00.000000+00:00",
    }
    assert entry.tally == [
        ["restriction.ended", "2020-11-22", restricting.world["grid"], "expired", 1]
    ]


@pytest.mark.usefixtures("imposed")
def test_the_past_is_read_as_it_was():
    actions.end_due(at=MIDNIGHT)

    assert verdict([PENNY], MIDNIGHT - SECOND).is_restricted


def test_the_next_moment_is_the_next_end(restricting, imposed):
    assert queries.next_moment(NOON) == MIDNIGHT
    assert queries.next_moment(MIDNIGHT) is None

    grid = restricting.world.actor("grid")
    appeal = actions.file_appeal(
        imposed.pk, said="不是我", channel=Channel.WORKER, by=grid, at=NOON
    )
    assert queries.next_moment(NOON) == appeal.due_at


# ------------------------------------------------------------------------- early
def release(
    restricting, decision, *, who="cdc", note="误判", at=NOON + HOUR, **changes
):
    by = restricting.world.actor(who)
    actions.release(decision.pk, note=note, by=by, at=at, **changes)


def test_one_signature_ends_it_early_with_a_reason(restricting, imposed):
    release(restricting, imposed)

    assert end_of(imposed) == End(NOON + HOUR, Ending.RELEASED)
    assert not verdict([PENNY], NOON + HOUR).is_restricted
    assert Ended.objects.get().note == "误判"
    refused(rules.OVER, lambda: release(restricting, imposed))


def test_nobody_else_ends_it(restricting, imposed):
    for who in ("district", "hospital", "community", "grid", "police"):
        refused(
            rules.NOT_A_SIGNER, lambda who=who: release(restricting, imposed, who=who)
        )
    for who in ("charlie", "district_next_door"):
        refused(OUT_OF_REACH, lambda who=who: release(restricting, imposed, who=who))
    refused(rules.REASON_NEEDED, lambda: release(restricting, imposed, note=""))
    assert verdict([PENNY], NOON + HOUR).is_restricted


def test_what_has_expired_is_not_ended_again(restricting, imposed):
    refused(rules.OVER, lambda: release(restricting, imposed, at=MIDNIGHT))


def test_a_duplicate_names_what_stands_in_for_it(restricting, imposed):
    restricting.stated(
        PENNY, states={"stay.area": "120116.hangu", "stay.left_on": "2020-11-08"}
    )
    restricting.tested(QUENTIN)
    [longer] = [one for one in restricting.imposed() if one.rule == "stayed"]
    other = queries.restrictions_of([QUENTIN], NOON).get()

    for wrong in (imposed.pk, other.pk, 987_654):
        refused(
            rules.NOT_THE_SAME,
            lambda wrong=wrong: release(restricting, imposed, instead=wrong),
        )
    refused(
        rules.NOT_THE_SAME, lambda: release(restricting, longer, instead=imposed.pk)
    )

    release(restricting, imposed, instead=longer.pk)

    assert Ended.objects.get().reason == Ending.DUPLICATE
    assert verdict([PENNY], NOON + HOUR).decision == longer.pk


def test_of_one_person_under_two_entries_one_measure_stands_in(restricting, imposed):
    """The ledger knows by which entries; nothing here asks it who somebody is."""
    restricting.stated(QUENTIN)
    [other] = restricting.imposed()
    scope = restricting.world.actor("cdc").scope
    at = NOON + HOUR
    assert not queries.standing_in_for(imposed, [], scope, at).exists()
    assert queries.standing_in_for(imposed, [PENNY, QUENTIN], scope, at).get() == other

    refused(
        rules.NOT_THE_SAME,
        lambda: release(restricting, imposed, instead=other.pk, entries=[PENNY]),
    )
    release(restricting, imposed, instead=other.pk, entries=[PENNY, QUENTIN])

    assert Ended.objects.get().instead_id == other.pk
    assert verdict([PENNY, QUENTIN], at).decision == other.pk


def test_nobody_is_released_for_what_restricts_somebody_else(restricting, imposed):
    restricting.stated(QUENTIN)
    [others] = restricting.imposed()
    assert (others.rule, others.until) == (imposed.rule, imposed.until)

    refused(
        rules.NOT_THE_SAME, lambda: release(restricting, imposed, instead=others.pk)
    )

    assert not Ended.objects.exists()


# ----------------------------------------------------------------------- withdrawn
def test_withdrawn_evidence_ends_what_rests_on_it_and_nothing_else(restricting):
    wrong, right = restricting.stated(PENNY), restricting.stated(QUENTIN)
    first, second = restricting.imposed()

    assert withdraw(restricting, wrong) == (first.pk,)

    assert end_of(first) == End(NOON + HOUR, Ending.EVIDENCE_WITHDRAWN)
    assert end_of(second) == End(MIDNIGHT, Ending.EXPIRED)
    assert not verdict([PENNY], NOON + HOUR).is_restricted
    assert verdict([QUENTIN], NOON + HOUR).is_restricted
    [entry] = Entry.objects.filter(event="restriction.evidence_withdrawn")
    assert entry.payload["ended"] == [first.pk]
    assert right.pk != wrong.pk


def test_a_withdrawn_exposure_frees_everybody_who_was_there(restricting):
    exposure = restricting.exposed()
    for subject in (PENNY, QUENTIN):
        restricting.visited(subject)
    imposed = restricting.imposed()

    ended = withdraw(restricting, exposure, who="cdc")

    assert ended == tuple(one.pk for one in imposed)
    assert restricting.proposed(at=NOON + 2 * HOUR) == ()


def test_withdrawn_evidence_grounds_nothing_again(restricting):
    stated = restricting.stated()
    withdraw(restricting, stated)

    assert restricting.proposed(at=NOON + 2 * HOUR) == ()


# ------------------------------------------------------------------------ repealed
def test_a_rule_that_is_repealed_ends_what_rests_on_it(restricting, imposed):
    restricting.tested(QUENTIN)
    [kept] = restricting.imposed()
    put_in_force(
        pack_with(POSITIVE, AT_VENUE, version="next"),
        restricting.world["city"],
        from_=NOON + HOUR,
    )

    assert actions.end_repealed(at=NOON) == 0
    assert actions.end_repealed(at=NOON + HOUR) == 1
    assert actions.end_repealed(at=NOON + HOUR) == 0

    assert end_of(imposed) == End(NOON + HOUR, Ending.RULE_REPEALED)
    assert end_of(kept).reason is Ending.EXPIRED


def test_a_new_edition_with_the_rule_ends_nothing(restricting, imposed):
    longer = {**STAYED, "lasts": {"days": 7}}
    put_in_force(
        pack_with(longer, version="next"), restricting.world["city"], from_=NOON + HOUR
    )

    assert actions.end_repealed(at=NOON + DAY) == 0
    assert end_of(imposed) == End(MIDNIGHT, Ending.EXPIRED)


def test_the_last_day_of_a_rule_ends_it(restricting):
    ending = {**STAYED, "valid_until": "2020-11-12"}
    put_in_force(
        pack_with(ending, version="short"), restricting.world["city"], from_=NOON
    )
    restricting.stated()
    [decision] = restricting.imposed()
    last = start_of(dt.date(2020, 11, 12))

    assert actions.end_repealed(at=last - SECOND) == 0
    assert actions.end_repealed(at=last) == 1
    assert end_of(decision) == End(last, Ending.RULE_REPEALED)


# ------------------------------------------------------------------------- counters
def test_counters_equal_a_recount(restricting):
    for subject in (PENNY, QUENTIN):
        restricting.stated(subject)
    first, second = restricting.imposed()
    grid = restricting.world.actor("grid")
    actions.file_appeal(first.pk, said="x", channel=Channel.PAPER, by=grid, at=NOON)
    release(restricting, second)
    actions.end_due(at=NOON + DAY)

    days = {"from_": dt.date(2020, 11, 1), "until": dt.date(2020, 12, 1)}
    counted = {
        (one.measure, one.area, one.day, one.kind): one.n
        for one in queries.recount(**days)
    }
    ours = {k: n for k, n in tallied(**days).items() if k[0].startswith("restriction.")}
    assert counted == ours
    assert {measure for measure, *_rest in ours} == {
        "restriction.evidence",
        "restriction.imposed",
        "restriction.ended",
        "restriction.appealed",
    }
