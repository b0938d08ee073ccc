"""Restrictions: a pack's rules asked of a million people, in memory and from the tables.

``FANGXIAN_BENCH_PEOPLE`` sets how many people there are.
"""

import datetime as dt
import os
import random
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from benchmarks.findings import load_areas
from benchmarks.loading import indexed_after, load
from benchmarks.rows import FULL, Row, seconds
from fangxian.kernel.conditions import Value
from fangxian.kernel.moments import day_of
from fangxian.mechanisms.protocol.evidence import Stated
from fangxian.mechanisms.protocol.grounds import ground
from fangxian.mechanisms.protocol.loading import load_pack
from fangxian.mechanisms.protocol.packs import Pack
from fangxian.mechanisms.protocol.vocabulary import Kind
from fangxian.mechanisms.restriction import facts
from fangxian.mechanisms.restriction.evaluation import evaluate
from fangxian.mechanisms.restriction.models import Evidence


PEOPLE = int(os.environ.get("FANGXIAN_BENCH_PEOPLE") or (1_000_000 if FULL else 50_000))
DAYS = 20
NOW = dt.datetime(2020, 11, 20, 4, tzinfo=dt.UTC)
PACK = Path(__file__).resolve().parents[1] / "protocols" / "covid19-cn"
AREAS = ("120116.hangu", "341226.shencheng.zhangyang", "310115", "410105", "150781")
COLUMNS = ("id", "kind", "grade", "facts", "seen_at", "subject", "area_id")
ALL_EVIDENCE = {
    "venue": "",
    "recorded_at": NOW,
    "by": UUID(int=1),
    "role": "police",
    "device": "benchmark",
    "digest": "",
}


def rows() -> list[Row]:
    """Load a city's evidence, then ask the pack about everybody at once."""
    chance = random.Random(7)
    pack = load_pack(PACK)
    city, _districts, _streets, communities = load_areas()
    seen = list(stated(chance, PEOPLE))
    load_evidence(chance, seen, communities)
    return [in_memory(pack, seen), from_tables(pack, city)]


def stated(chance: random.Random, people: int) -> Iterator[list[Stated]]:
    """Make up one or two pieces of evidence about each person."""
    for number in range(people):
        yield [
            Stated(
                id=str(UUID(int=number << 4 | piece)),
                kind=kind,
                grade="B",
                facts=values,
                seen_at=NOW - dt.timedelta(hours=chance.randrange(24)),
            )
            for piece, (kind, values) in enumerate(said(chance))
        ]


def said(chance: random.Random) -> Iterator[tuple[Kind, dict[str, Value]]]:
    """Say where somebody was; of one in ten also a result or a contact."""
    day = day_of(NOW - dt.timedelta(days=1 + chance.randrange(DAYS))).isoformat()
    if chance.random() < 0.2:
        yield Kind.STAY, {"stay.abroad": True, "stay.entered_on": day}
    else:
        area = chance.choice(AREAS)
        yield Kind.STAY, {"stay.area": area, "stay.left_on": day}
    if chance.random() < 0.1:
        yield Kind.LAB, {"lab.result": "negative", "lab.sampled_on": day}


def load_evidence(
    chance: random.Random, seen: list[list[Stated]], communities: list[int]
) -> None:
    """Write the evidence down, sealed, as the actions would."""
    written = (
        (*spelled(one), UUID(int=number + 1), area)
        for number, evidence in enumerate(seen)
        for area in (chance.choice(communities),)
        for one in evidence
    )
    with indexed_after(Evidence):
        load(Evidence, COLUMNS, written, always=ALL_EVIDENCE)


def spelled(one: Stated) -> tuple[object, ...]:
    """Give evidence as it stands in the table, but for whom and where."""
    return (UUID(one.id), one.kind, one.grade, facts.spell(one.facts), one.seen_at)


def in_memory(pack: Pack, seen: list[list[Stated]]) -> Row:
    """Ask the rules, with the evidence at hand."""
    found = 0

    def work() -> None:
        nonlocal found
        found = sum(len(ground(pack, evidence, NOW)) for evidence in seen)

    took = seconds(work)
    return Row(
        f"rules of {pack.id} asked of {PEOPLE:,} people, evidence in memory",
        took,
        "s",
        f"{PEOPLE / took:,.0f} people a second, {found:,} proposals",
    )


def from_tables(pack: Pack, city: int) -> Row:
    """Ask the rules, reading and opening the sealed evidence of the whole city."""
    found = 0

    def work() -> None:
        nonlocal found
        found = sum(1 for _one in evaluate(pack, city, NOW))

    took = seconds(work)
    return Row(
        f"evaluation of {pack.id} over {PEOPLE:,} people, from sealed evidence",
        took,
        "s",
        f"{PEOPLE / took:,.0f} people a second, {found:,} proposals",
    )
