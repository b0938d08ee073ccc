"""What follows from evidence: for whom it is makes no difference, and time adds nothing."""

import datetime as dt
import random
from itertools import pairwise
from uuid import UUID

import hypothesis.strategies as st
from hypothesis import given

from fangxian.kernel.canonical import canonical
from fangxian.kernel.moments import at_time, day_of, end_of_day_number
from fangxian.mechanisms.protocol.evidence import Stated
from fangxian.mechanisms.protocol.grounds import ground
from fangxian.mechanisms.protocol.vocabulary import STATED, Grade, Kind, kind_of
from fangxian.mechanisms.restriction import facts
from fangxian.mechanisms.restriction.models import Evidence
from tests.packs import pack_of
from tests.unit.mechanisms.restriction.restricting import (
    AT_VENUE,
    POSITIVE,
    STAYED,
    pack_with,
)


PACKS = (pack_of("covid19-cn"), pack_with(STAYED, AT_VENUE, POSITIVE))
NOON = at_time(dt.date(2020, 11, 20), dt.time(12))
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
AREAS = ("120116.hangu", "120116.dongjiang.kanhaixuan", "310115", "410103.fuhuajie")
PAIRS = 10_000


def stated_at(kind, values, *, hours, grade=Grade.B, number=0, venue=""):
    seen_at = NOON - hours * HOUR
    return Stated(str(number), kind, grade, values, seen_at, venue)


@st.composite
def evidence(draw):
    """One piece of evidence of any kind; its days lie before it was seen."""
    kind = draw(st.sampled_from(Kind))
    hours = draw(st.integers(0, 24 * 20))
    seen_on = day_of(NOON - hours * HOUR)
    values = {}
    for name, word in STATED.items():
        if kind_of(name) is not kind or not draw(st.booleans()):
            continue
        if word.values:
            values[name] = draw(st.sampled_from(word.values))
        elif name == "visit.minutes":
            values[name] = draw(st.sampled_from((0, 9, 10, 11)))
        else:
            values[name] = (seen_on - draw(st.integers(0, 16)) * DAY).isoformat()
    if kind is Kind.STAY and draw(st.booleans()):
        values["stay.area"] = draw(st.sampled_from(AREAS))
    return stated_at(
        kind,
        values,
        hours=hours,
        grade=draw(st.sampled_from(Grade)),
        number=draw(st.integers(0, 9)),
        venue=draw(st.sampled_from(("", "place:1", "place:2"))),
    )


many = st.lists(evidence(), max_size=5)
packs = st.sampled_from(PACKS)
moments = st.integers(0, 24 * 30).map(lambda hours: NOON + hours * HOUR)


def told(pack, evidence, at):
    return [
        (one.rule.code, one.begins, one.until, one.why)
        for one in ground(pack, evidence, at)
    ]


@given(packs, many, moments)
def test_every_end_is_the_rules_function_of_the_evidence(pack, evidence, at):
    for one in ground(pack, evidence, at):
        kind = one.rule.anchor.partition(".")[0]
        ends = set()
        for piece in evidence:
            if piece.kind != kind:
                continue
            if one.rule.anchor.endswith(".seen_at"):
                ends.add(piece.seen_at + one.rule.lasts.hours * HOUR)
            elif one.rule.anchor in piece.facts:
                day_0 = dt.date.fromisoformat(piece.facts[one.rule.anchor])
                last = one.rule.lasts.after + one.rule.lasts.days
                ends.add(end_of_day_number(day_0, last))
        assert one.until in ends
        assert one.until > at


@given(packs, many, moments)
def test_nothing_follows_without_evidence_and_nothing_from_hearsay(pack, evidence, at):
    hearsay = [one for one in evidence if one.grade == Grade.C]

    assert ground(pack, [], at) == ()
    assert ground(pack, hearsay, at) == ()


@given(packs, many, moments)
def test_hearsay_adds_nothing(pack, evidence, at):
    solid = [one for one in evidence if one.grade != Grade.C]

    assert told(pack, evidence, at) == told(pack, solid, at)


@given(packs, many, moments, st.randoms())
def test_the_order_in_which_it_came_makes_no_difference(pack, evidence, at, chance):
    shuffled = chance.sample(evidence, len(evidence))

    assert told(pack, evidence, at) == told(pack, shuffled, at)


@given(packs, many, st.integers(0, 24 * 30))
def test_time_never_makes_an_end_later(pack, evidence, hours):
    early, late = (
        {one[0]: one[2] for one in told(pack, evidence, NOON + n * HOUR)}
        for n in (hours, hours + 7)
    )
    begun = {
        code
        for code in late
        if code not in early and not pack.restrictions[code].lasts.after
    }

    assert begun == set()
    assert all(late[code] <= early[code] for code in late if code in early)


@given(packs, many)
def test_a_clock_stepped_through_all_hours_finds_one_stretch(pack, evidence):
    hours = [NOON + n * HOUR for n in range(0, 24 * 40, 5)]
    following = [{one[0] for one in told(pack, evidence, at)} for at in hours]

    for code in pack.restrictions:
        turns = sum(
            (code in before) != (code in after) for before, after in pairwise(following)
        )
        assert turns <= (2 if pack.restrictions[code].lasts.after else 1)
        assert code not in following[-1]


@given(packs, many, evidence(), moments)
def test_more_evidence_never_frees(pack, evidence, another, at):
    """Of an honest source; else to be asked more would be to one's advantage."""
    before = {one[0]: one[2] for one in told(pack, evidence, at)}
    after = {one[0]: one[2] for one in told(pack, [*evidence, another], at)}

    assert all(after[code] >= until for code, until in before.items())


# ------------------------------------------------------- who it is makes no difference
def recorded(one, chance, names):
    """A row of evidence about somebody, stated by somebody, somewhere."""
    anybody = UUID(int=chance.getrandbits(128))
    return Evidence(
        id=anybody,
        subject=UUID(int=chance.getrandbits(128)),
        venue=names.get(one.venue, ""),
        area_id=chance.randrange(10**9),
        kind=one.kind,
        grade=one.grade,
        facts=facts.spell(one.facts),
        seen_at=one.seen_at,
        recorded_at=one.seen_at + chance.randrange(1000) * HOUR,
        by=UUID(int=chance.getrandbits(128)),
        post=chance.randrange(10**9),
        role=chance.choice(("police", "cdc", "hospital")),
        device=f"device-{chance.random()}",
    )


def decided(pack, evidence, at, chance, is_seen=lambda _row: True):
    """Decide about somebody with these records, as canonical bytes without ids."""
    venues = [f"place:{number}" for number in chance.sample(range(10**9), 2)]
    names = dict(zip(("place:1", "place:2"), venues, strict=True))
    rows = [recorded(one, chance, names) for one in evidence]
    found = ground(pack, [facts.stated(row) for row in rows if is_seen(row)], at)
    return canonical(
        [
            {
                "rule": one.rule.code,
                "measure": one.rule.measure,
                "evidence": len(one.evidence),
                "from": one.begins,
                "until": one.until,
                "why": one.why,
            }
            for one in found
        ]
    )


def likely(chance):
    """Evidence about one person, such as often restricts."""
    day = (NOON - chance.randrange(8) * DAY).date().isoformat()
    said = (
        (Kind.STAY, {"stay.area": chance.choice(AREAS), "stay.left_on": day}),
        (Kind.STAY, {"stay.abroad": True, "stay.entered_on": day}),
        (Kind.CONTACT, {"contact.type": "close", "contact.last_on": day}),
        (Kind.LAB, {"lab.result": "positive", "lab.sampled_on": day}),
        (
            Kind.VISIT,
            {"visit.on": day, "visit.minutes": 30, "visit.presence": "verified"},
        ),
        (
            Kind.EXPOSURE,
            {
                "exposure.confirmed": True,
                "exposure.from_on": day,
                "exposure.to_on": NOON.date().isoformat(),
            },
        ),
    )
    return [
        stated_at(
            kind,
            values,
            hours=chance.randrange(12),
            grade=chance.choice(tuple(Grade)),
            venue=chance.choice(("place:1", "place:2")),
        )
        for kind, values in chance.choices(said, k=chance.randrange(1, 5))
    ]


def pairs(**how):
    """Decide about ten thousand pairs who differ in all that tells people apart."""
    chance = random.Random(2020)
    for number in range(PAIRS):
        pack, evidence = PACKS[number % len(PACKS)], likely(chance)
        at = NOON + chance.randrange(24 * 16) * HOUR
        yield tuple(decided(pack, evidence, at, chance, **how) for _ in range(2))


def test_ten_thousand_pairs_of_people_are_decided_alike():
    decisions = list(pairs())

    assert all(one == other for one, other in decisions)
    assert sum(one != b"[]" for one, _ in decisions) > PAIRS // 5


def test_an_evaluation_that_looks_at_who_it_is_would_be_found():
    """The control of the test above: half of all people are let off."""
    decisions = pairs(is_seen=lambda row: row.subject.int % 2)

    assert any(one != other for one, other in decisions)
