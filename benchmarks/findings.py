"""Findings and tasks by the million: the board's first page, search, and counters.

``FANGXIAN_BENCH_ROWS`` sets how many findings, and as many tasks, are loaded.
"""

import datetime as dt
import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from uuid import UUID

from django.db.models import Count, Q

from benchmarks.loading import AT_ONCE, indexed_after, load
from benchmarks.rows import FULL, Row, seconds, times
from fangxian.kernel.moments import day_of
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.finding import queries
from fangxian.mechanisms.finding.models import Finding, Wording
from fangxian.mechanisms.finding.states import Column, State
from fangxian.mechanisms.finding.wordings import mark_of
from fangxian.mechanisms.journal.models import Tally
from fangxian.mechanisms.journal.queries import counts_by_measure
from fangxian.mechanisms.jurisdiction.models import Area, Reach
from fangxian.mechanisms.jurisdiction.queries import areas_of, within
from fangxian.mechanisms.task import queries as tasks
from fangxian.mechanisms.task.models import Task


ROWS = int(os.environ.get("FANGXIAN_BENCH_ROWS") or (1_000_000 if FULL else 20_000))
DISTRICTS, STREETS, COMMUNITIES = 12, 15, 12
DAYS = 400
TIMES = 40
PAGE = 50
NOW = dt.datetime(2020, 11, 30, 4, tzinfo=dt.UTC)
FINDER, RECTIFIER, CONFIRMER = (UUID(int=n) for n in (1, 2, 3))
KINDS = tuple(f"kind_{n}" for n in range(20))
WORDS = (
    *("没有消杀记录", "没有健康扫码", "没有体温测量", "物资储备不足七天"),
    *("疏散通道堵塞", "消防设施损坏", "缺检验检疫证明", "未专区存放"),
    *("场所码未在入口张贴", "无人引导扫码", "从业人员登记不完整", "存在用电隐患"),
)
SEARCHED = (*(word[:4] for word in WORDS), "没有这回事", "后门", "987", "12345")
MEASURES = ("finding.raised", "finding.rectified", "finding.confirmed")
FINDING_COLUMNS = (
    *("subject", "kind", "area_id", "text", "wording_id", "state", "raised_at"),
    *("deadline_at", "rectified_by", "reported_by", "rectified_at"),
    *("confirmed_by", "confirmed_at"),
)
ALL_FINDINGS = {
    "item": "six_haves/masks",
    "severity": "minor",
    "raised_by": FINDER,
    "seen_again": 0,
    "rectification": "",
    "reason": "",
    "reopened": 0,
}
TASK_COLUMNS = (
    *("key", "subject", "kind", "area_id", "opens_at", "due_at", "closes_at"),
    *("issued_at", "state", "ended_by", "ended_at"),
)
ALL_TASKS = {
    "duty": "patrol",
    "form": "patrol",
    "level": 0,
    "ladder": [],
    "decision": {},
    "said": "",
    "reason": "",
}

Counted = tuple[str, dt.date, int, str]


def rows() -> list[Row]:
    """Load, then measure: the board, the search, tasks, counters."""
    chance = random.Random(2)
    city, districts, streets, communities = load_areas()
    load_acts(chance, communities)
    scopes = {"city": city, "district": districts[0], "street": streets[0]}
    return [
        *(board_row(name, scope_of(area)) for name, area in scopes.items()),
        *(page_row(name, scope_of(area)) for name, area in scopes.items()),
        *(search_row(name, scope_of(area)) for name, area in scopes.items()),
        *(tasks_row(name, scope_of(area)) for name, area in scopes.items()),
        *(counter_row(name, scope_of(area)) for name, area in scopes.items()),
    ]


# -------------------------------------------------------------------- what there is
def load_areas() -> tuple[int, list[int], list[int], list[int]]:
    """Make a city of twelve districts with 2,160 communities; give the ids by level."""
    line: dict[int, tuple[int, ...]] = {}
    city = _below([()], "1-city", 1, line)
    districts = _below([line[a] for a in city], "2-district", DISTRICTS, line)
    streets = _below([line[a] for a in districts], "3-street", STREETS, line)
    communities = _below([line[a] for a in streets], "4-community", COMMUNITIES, line)
    Reach.objects.bulk_create(
        (
            Reach(ancestor_id=above, descendant_id=area)
            for area, path in line.items()
            for above in path
        ),
        batch_size=AT_ONCE,
    )
    return city[0], districts, streets, communities


def _below(
    parents: list[tuple[int, ...]],
    level: str,
    each: int,
    line: dict[int, tuple[int, ...]],
) -> list[int]:
    made = Area.objects.bulk_create(
        Area(
            name=f"{level} {number}",
            level=level,
            parent_id=path[-1] if path else None,
            valid_from=dt.date(2020, 1, 1),
            source="benchmark",
        )
        for path in parents
        for number in range(each)
    )
    paths = [path for path in parents for _number in range(each)]
    line |= {area.pk: (*path, area.pk) for area, path in zip(made, paths, strict=True)}
    return [area.pk for area in made]


def findings(
    chance: random.Random, areas: list[int], counted: Counter[Counted]
) -> Iterator[tuple[object, ...]]:
    """Make up findings of 400 days: most are closed, the latest are live.

    Every act is counted, as the acts themselves would have.
    """
    said = load_wordings()
    for number in range(ROWS):
        raised = NOW - dt.timedelta(days=DAYS) * (1 - number / ROWS)
        deadline = raised + dt.timedelta(hours=chance.randrange(4, 96))
        kind, area = chance.choice(KINDS), chance.choice(areas)
        state = _state(chance, NOW - raised)
        lived = _lived(state, raised + dt.timedelta(hours=chance.randrange(1, 48)))
        for measure, moment in zip(MEASURES, (raised, lived[2], lived[4]), strict=True):
            if moment is not None:
                counted[measure, day_of(moment), area, kind] += 1
        words = number % len(said)
        told = (f"place:{number}", kind, area, said[words], words + 1)
        yield (*told, state.value, raised, deadline, *lived)


def load_wordings() -> list[str]:
    """Keep some twelve thousand different sentences, numbered from 1."""
    said = [f"{word}, {detail}" for detail in range(997) for word in WORDS]
    Wording.objects.bulk_create(
        Wording(pk=number, mark=mark_of(text), text=text)
        for number, text in enumerate(said, start=1)
    )
    return said


def _state(chance: random.Random, age: dt.timedelta) -> State:
    live = age < dt.timedelta(days=7) or chance.random() < 0.01
    if live:
        return chance.choice((State.OPEN, State.OPEN, State.RECTIFIED))
    return State.CONFIRMED


def _lived(
    state: State, rectified_at: dt.datetime
) -> tuple[
    UUID | None, UUID | None, dt.datetime | None, UUID | None, dt.datetime | None
]:
    """Say who put it right, who reported that, when, who confirmed, and when."""
    if state == State.OPEN:
        return (None, None, None, None, None)
    rectified = (RECTIFIER, RECTIFIER, rectified_at)
    if state == State.RECTIFIED:
        return (*rectified, None, None)
    return (*rectified, CONFIRMER, rectified_at + dt.timedelta(hours=6))


def duties(chance: random.Random, areas: list[int]) -> Iterator[tuple[object, ...]]:
    """Make up duties of 400 days: those of the last day are open."""
    for number in range(ROWS):
        due = NOW - dt.timedelta(days=DAYS) * (1 - number / ROWS)
        opened, closed = due - dt.timedelta(hours=10), due + dt.timedelta(hours=6)
        told = (f"benchmark/{number}", f"place:{number % 10_000}")
        where = (chance.choice(KINDS), chance.choice(areas))
        ended = (
            ("issued", None, None)
            if NOW - due < dt.timedelta(hours=12)
            else ("lapsed", FINDER, closed)
        )
        yield (*told, *where, opened, due, closed, opened, *ended)


def load_acts(chance: random.Random, communities: list[int]) -> None:
    """Write findings, tasks, and the tallies of the findings' acts."""
    counted: Counter[Counted] = Counter()
    with indexed_after(Finding, Task):
        load(
            Finding,
            FINDING_COLUMNS,
            findings(chance, communities, counted),
            always=ALL_FINDINGS,
        )
        load(Task, TASK_COLUMNS, duties(chance, communities), always=ALL_TASKS)
        tallies = ((*key, n) for key, n in counted.items())
        load(Tally, ("measure", "day", "area", "kind", "n"), tallies)


def scope_of(area: int) -> Scope:
    """What a post of this area reads."""
    return Scope(roots=frozenset({area}))


# -------------------------------------------------------------------- what is measured
def board_row(name: str, scope: Scope) -> Row:
    """The board: four counts and the four most urgent of each column."""
    took = p95(lambda _n: queries.board(scope, NOW))
    return milliseconds(f"findings board, {name}, of {ROWS:,}", took)


def page_row(name: str, scope: Scope) -> Row:
    """The fortieth page of the overdue, by its cursor."""
    cursor = None
    for _page in range(TIMES):
        page = list(queries.column(scope, Column.OVERDUE, NOW, after=cursor)[:PAGE])
        if len(page) < PAGE:
            break
        cursor = queries.Cursor(page[-1].deadline_at, page[-1].pk)
    column = queries.column(scope, Column.OVERDUE, NOW, after=cursor)[:PAGE]
    took = p95(lambda _n: list(column.all()))
    return milliseconds(f"findings, a late page of a column, {name}", took)


def search_row(name: str, scope: Scope) -> Row:
    """Words and numbers, common, rare and absent."""

    def search(number: int) -> object:
        text = SEARCHED[number % len(SEARCHED)]
        return list(queries.findings(scope, text=text)[:PAGE])

    return milliseconds(f"findings search p95, {name}", p95(search))


def tasks_row(name: str, scope: Scope) -> Row:
    """The overdue duties, the first page."""
    took = p95(lambda _n: list(tasks.overdue(scope, NOW)[:PAGE]))
    return milliseconds(f"tasks overdue, first page, {name}, of {ROWS:,}", took)


def counter_row(name: str, scope: Scope) -> Row:
    """The day's figures from the counters, against counting the rows."""
    day = day_of(NOW) - dt.timedelta(days=1)
    after = day + dt.timedelta(days=1)

    def counters() -> dict[str, int]:
        return counts_by_measure(
            MEASURES, areas=areas_of(scope), from_=day, until=after
        )

    def aggregate() -> dict[str, int]:
        return Finding.objects.filter(within(scope)).aggregate(
            **{
                measure.replace(".", "_"): Count(
                    "pk", filter=Q(**{f"{measure.partition('.')[2]}_at__date": day})
                )
                for measure in MEASURES
            }
        )

    assert list(counters().values()) == list(aggregate().values())
    quick, slow = p95(lambda _n: counters()), seconds(aggregate)
    ratio = times(slow, quick, "faster than the ORM aggregate")
    goal = "≥ 100 × of a million" if name == "city" else ""
    return Row(f"day's figures, {name}", 1000 * quick, "ms p95", ratio, goal)


def p95(work: Callable[[int], object]) -> float:
    """The time that nineteen in twenty runs stay within, in seconds."""
    work(0)
    taken = sorted(seconds(lambda n=n: work(n)) for n in range(TIMES))
    return taken[int(0.95 * TIMES) - 1]


def milliseconds(name: str, took: float) -> Row:
    """Say a time."""
    return Row(name, 1000 * took, "ms p95")
