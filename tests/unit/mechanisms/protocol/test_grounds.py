"""What follows from evidence, at its boundaries."""

import datetime as dt

import pytest

from fangxian.kernel.moments import at_time, start_of
from fangxian.mechanisms.protocol.evidence import Stated
from fangxian.mechanisms.protocol.grounds import facts_from, ground
from fangxian.mechanisms.protocol.vocabulary import Grade, Kind
from tests.packs import pack_of
from tests.unit.mechanisms.restriction.restricting import (
    AT_VENUE,
    POSITIVE,
    STAYED,
    pack_with,
)


HOUR = dt.timedelta(hours=1)
SECOND = dt.timedelta(seconds=1)
SEEN = at_time(dt.date(2020, 11, 9), dt.time(11))
NOON = SEEN + HOUR
PACK = pack_with(STAYED, AT_VENUE, POSITIVE)
EDITION_7 = pack_of("covid19-cn")


def stay(left_on="2020-11-07", *, id_="1", grade=Grade.B, seen_at=SEEN, **more):
    facts = {"stay.area": "120116.hangu", "stay.left_on": left_on, **more}
    return Stated(id_, Kind.STAY, grade, facts, seen_at)


def visit(on="2020-11-08", *, minutes=30, presence="verified", venue="place:1"):
    facts = {"visit.on": on, "visit.minutes": minutes, "visit.presence": presence}
    return Stated("v", Kind.VISIT, Grade.B, facts, SEEN, venue)


def exposure(from_="2020-11-07", to="2020-11-08", *, venue="place:1", id_="x"):
    facts = {
        "exposure.confirmed": True,
        "exposure.from_on": from_,
        "exposure.to_on": to,
    }
    return Stated(id_, Kind.EXPOSURE, Grade.A, facts, SEEN, venue)


def positive(*, seen_at=SEEN):
    facts = {"lab.result": "positive", "lab.sampled_on": "2020-11-08"}
    return Stated("l", Kind.LAB, Grade.A, facts, seen_at)


def rules(evidence, at=NOON, pack=PACK):
    return [one.rule.code for one in ground(pack, evidence, at)]


def test_all_parts_of_what_follows():
    [one] = ground(PACK, [exposure(), visit()], NOON)

    assert one.rule.code == "at_venue"
    assert one.evidence == ("v", "x")
    assert one.begins == start_of(dt.date(2020, 11, 8))
    assert one.until == start_of(dt.date(2020, 11, 12))
    assert one.why == (
        "exposure.confirmed",
        "visit.on >= exposure.from_on",
        "visit.on <= exposure.to_on",
        "visit.presence == verified",
        "visit.minutes >= 10",
    )


@pytest.mark.parametrize(
    ("evidence", "follows"),
    [
        ([visit()], False),
        ([exposure()], False),
        ([visit(), exposure()], True),
        ([visit(minutes=10), exposure()], True),
        ([visit(minutes=9), exposure()], False),
        ([visit(presence="remote"), exposure()], False),
        ([visit("2020-11-07"), exposure()], True),
        ([visit("2020-11-06"), exposure()], False),
        ([visit("2020-11-09"), exposure()], False),
        ([visit(), exposure(venue="place:2")], False),
        ([visit(), exposure(venue="")], True),  # about the person, not a venue
        ([visit(venue=""), exposure()], False),
        ([visit(), exposure(venue="place:2"), exposure()], True),
    ],
)
def test_a_visit_and_an_exposure_meet_at_one_venue(evidence, follows):
    assert rules(evidence) == (["at_venue"] if follows else [])


@pytest.mark.parametrize(
    ("at", "follows"),
    [
        (SEEN - SECOND, False),
        (SEEN, True),
        (start_of(dt.date(2020, 11, 22)) - SECOND, True),
        (start_of(dt.date(2020, 11, 22)), False),
    ],
)
def test_it_follows_from_when_it_was_seen_until_its_end(at, follows):
    assert rules([stay()], at) == (["stayed"] if follows else [])


def test_evidence_of_a_day_that_had_not_come_is_no_ground():
    assert rules([stay("2020-11-09")]) == ["stayed"]
    assert rules([stay("2020-11-10")]) == []


@pytest.mark.parametrize(
    ("grade", "follows"), [(Grade.A, True), (Grade.B, True), (Grade.C, False)]
)
def test_hearsay_is_no_ground(grade, follows):
    assert rules([stay(grade=grade)]) == (["stayed"] if follows else [])


def test_the_latest_end_counts_and_then_the_last_id():
    several = [
        stay("2020-11-05", id_="a"),
        stay("2020-11-07", id_="b"),
        stay("2020-11-07", id_="c"),
        stay("2020-11-06", id_="d"),
    ]

    [one] = ground(PACK, several, NOON)

    assert one.evidence == ("c",)


def test_an_hourly_rule_counts_from_the_moment():
    [one] = ground(PACK, [positive()], NOON)

    assert (one.begins, one.until) == (SEEN, SEEN + 168 * HOUR)


@pytest.mark.parametrize(
    ("late", "follows"),
    [(48 * HOUR, True), (49 * HOUR - SECOND, True), (49 * HOUR, False)],
)
def test_age_is_told_in_whole_hours_of_the_youngest(late, follows):
    assert rules([positive()], SEEN + late) == (["positive"] if follows else [])

    young, old = stay(seen_at=SEEN), positive(seen_at=SEEN - 9 * HOUR)
    assert facts_from(PACK, [old, young], NOON)["age"] == 1


def test_facts_are_told_with_grade_and_risk_but_never_the_area():
    assert facts_from(PACK, [stay()], NOON) == {
        "stay.left_on": "2020-11-07",
        "stay.risk": "medium",
        "stay.grade": "B",
        "age": 1,
    }


def test_without_the_area_or_the_day_the_risk_is_unknown():
    day = Stated("1", Kind.STAY, Grade.B, {"stay.left_on": "2020-11-07"}, SEEN)
    area = Stated("1", Kind.STAY, Grade.B, {"stay.area": "120116.hangu"}, SEEN)

    for one in (day, area):
        assert "stay.risk" not in facts_from(PACK, [one], NOON)
        assert rules([one]) == []


def test_a_later_stretch_can_be_signed_a_day_ahead():
    abroad = Stated(
        "1",
        Kind.STAY,
        Grade.B,
        {"stay.abroad": True, "stay.entered_on": "2020-11-01"},
        SEEN,
    )
    ends = start_of(dt.date(2020, 11, 16))

    for at, follows in (
        (ends - 24 * HOUR - SECOND, ["entered_from_abroad"]),
        (ends - 24 * HOUR, ["entered_from_abroad", "after_central_observation"]),
        (ends, ["after_central_observation"]),
        (ends + 7 * 24 * HOUR, []),
    ):
        assert rules([abroad], at, EDITION_7) == follows


@pytest.mark.parametrize(
    ("day", "follows"),
    [
        ("2020-11-08", False),
        ("2020-11-09", True),
        ("2020-11-10", True),
        ("2020-11-11", False),
    ],
)
def test_a_rule_holds_on_its_days_only(day, follows):
    dated = {**STAYED, "valid_from": "2020-11-09", "valid_until": "2020-11-11"}
    at = at_time(dt.date.fromisoformat(day), dt.time(12))
    seen = stay(seen_at=at_time(dt.date(2020, 11, 7), dt.time(12)))

    found = ground(pack_with(dated), [seen], at)

    assert bool(found) is follows
