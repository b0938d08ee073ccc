"""Findings and tasks by the million: the board's first page, search, and counters.

``FANGXIAN_BENCH_ROWS`` sets how many findings, and as many tasks, are loaded.
"""

import datetime as dt
import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from uuid import UUID

from django.db import connection
from django.db.models import Count, Model, Q

from benchmarks.rows import FULL, Row, seconds, times
from fangxian.kernel.moments import day_of
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.finding import queries
from fangxian.mechanisms.finding.models import Finding, Wording
from fangxian.mechanisms.finding.states import Column, State
from fangxian.mechanisms.journal.models import Tally
from fangxian.mechanisms.journal.queries import counts_by_measure
from fangxian.mechanisms.jurisdiction.models import Area, Reach
from fangxian.mechanisms.jurisdiction.queries import areas_of, within
from fangxian.mechanisms.task import queries as tasks
from fangxian.mechanisms.task.models import Task


ROWS = int(os.environ.get("FANGXIAN_BENCH_ROWS") or (1_000_000 if FULL else 20_000))
DISTRICTS, STREETS, COMMUNITIES = 12, 15, 12
DAYS = 400
AT_ONCE = 10_000
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


def rows() -> list[Row]:
    """Load, then measure: the board, the search, tasks, counters."""
    chance = random.Random(2)
    city, districts, streets, communities = load_areas()
    load(Finding, findings(chance, communities))
    load(Task, duties(chance, communities))
    load_tallies()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
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


def findings(chance: random.Random, areas: list[int]) -> Iterator[Finding]:
    """Make up findings of 400 days: most are closed, the latest are live."""
    said = load_wordings()
    for number in range(ROWS):
        raised = NOW - dt.timedelta(days=DAYS) * (1 - number / ROWS)
        state = _state(chance, NOW - raised)
        finding = Finding(
            subject=f"place:{number}",
            kind=chance.choice(KINDS),
            area_id=chance.choice(areas),
            item="six_haves/masks",
            text=said[number % len(said)],
            wording_id=number % len(said) + 1,
            severity="minor",
            state=state,
            raised_by=FINDER,
            raised_at=raised,
            deadline_at=raised + dt.timedelta(hours=chance.randrange(4, 96)),
        )
        yield _lived(finding, raised + dt.timedelta(hours=chance.randrange(1, 48)))


def load_wordings() -> list[str]:
    """Keep some twelve thousand different sentences, numbered from 1."""
    said = [f"{word}, {detail}" for detail in range(997) for word in WORDS]
    Wording.objects.bulk_create(
        Wording(pk=number, text=text) for number, text in enumerate(said, start=1)
    )
    return said


def _state(chance: random.Random, age: dt.timedelta) -> State:
    live = age < dt.timedelta(days=7) or chance.random() < 0.01
    if live:
        return chance.choice((State.OPEN, State.OPEN, State.RECTIFIED))
    return State.CONFIRMED


def _lived(finding: Finding, rectified_at: dt.datetime) -> Finding:
    if finding.state != State.OPEN:
        finding.rectified_by = finding.reported_by = RECTIFIER
        finding.rectified_at = rectified_at
    if finding.state == State.CONFIRMED:
        finding.confirmed_by = CONFIRMER
        finding.confirmed_at = rectified_at + dt.timedelta(hours=6)
    return finding


def duties(chance: random.Random, areas: list[int]) -> Iterator[Task]:
    """Make up duties of 400 days: those of the last day are open."""
    for number in range(ROWS):
        due = NOW - dt.timedelta(days=DAYS) * (1 - number / ROWS)
        open_ = NOW - due < dt.timedelta(hours=12)
        yield Task(
            key=f"benchmark/{number}",
            duty="patrol",
            form="patrol",
            subject=f"place:{number % 10_000}",
            kind=chance.choice(KINDS),
            area_id=chance.choice(areas),
            opens_at=due - dt.timedelta(hours=10),
            due_at=due,
            closes_at=due + dt.timedelta(hours=6),
            state="issued" if open_ else "lapsed",
            ended_by=None if open_ else FINDER,
            ended_at=None if open_ else due + dt.timedelta(hours=6),
            decision={},
            issued_at=due - dt.timedelta(hours=10),
        )


def load(model: type[Model], made: Iterator[Model]) -> None:
    """Write rows in bulk, as only benchmarks may."""
    batch = []
    for row in made:
        batch.append(row)
        if len(batch) == AT_ONCE:
            model._default_manager.bulk_create(batch)  # noqa: SLF001 -- Django's own word for it
            batch = []
    model._default_manager.bulk_create(batch)  # noqa: SLF001 -- Django's own word for it


def load_tallies() -> None:
    """Count every act into the tallies, as the acts themselves would have."""
    counted: Counter[tuple[str, dt.date, int, str]] = Counter()
    acts = zip(MEASURES, ("raised_at", "rectified_at", "confirmed_at"), strict=True)
    for measure, moment in acts:
        listed = Finding.objects.exclude(**{moment: None})
        for when, area, kind in listed.values_list(moment, "area", "kind").iterator():
            counted[measure, day_of(when), area, kind] += 1
    load(
        Tally,
        (
            Tally(measure=measure, day=day, area=area, kind=kind, n=n)
            for (measure, day, area, kind), n in counted.items()
        ),
    )


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
