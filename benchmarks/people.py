"""People: search and list through the token index, and lists taken in with look-alikes.

``FANGXIAN_BENCH_ROWS`` sets how many people are loaded; the names are drawn as unevenly
as they are in life. Beside the index stands what it replaces: a scan that opens the
sealed names of everybody in scope.
"""

import os
import random
import secrets
import string
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from operator import attrgetter
from pathlib import Path
from statistics import median
from uuid import UUID

from django.conf import settings

from benchmarks.findings import load_areas, milliseconds, p95, scope_of
from benchmarks.loading import AT_ONCE, in_order, indexed_after, load
from benchmarks.rows import FULL, Row, seconds
from fangxian.interfaces.imports.people import open_list, take_people
from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.identifiers import citizen_check
from fangxian.kernel.ids import new_id
from fangxian.kernel.papers import Paper
from fangxian.kernel.scopes import Scope
from fangxian.kernel.situation import start_situation
from fangxian.mechanisms.ledger.models import Person, Token
from fangxian.mechanisms.ledger.people.details import Details
from fangxian.mechanisms.ledger.people.index import keyed_areas, tokens_of
from fangxian.mechanisms.ledger.people.queries import find_people, visible
from fangxian.mechanisms.ledger.people.spelling import new_person
from tests.unit.interfaces.imports.returnees import as_csv, faulty_list
from tests.worlds import NOON, make_world


ROWS = int(os.environ.get("FANGXIAN_BENCH_ROWS") or (1_000_000 if FULL else 20_000))
LIST = 10_000
SEED = 3
ROUNDS = 20
FAMILY = "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧"
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰飞鹏辉红梅建国文斌"
    "波宇浩凯健俊帆雪荣翠淑珍海燕玲志鑫欣怡梓涵子轩雨晨思琪佳宁博晓小东林春"
)
SEARCHED = (
    "小明",
    "王伟",
    "wangwei",
    "zw",
    "xm",
    "1234",
    "李 0007",
    "慕容",
    "lixiaoming",
    "王",
    "wang",
)
SCANNED = 2_000
MERGED_EACH = 200


def rows() -> list[Row]:
    """Take a list in, load the people, then list and search them in three scopes."""
    start_situation(Path(settings.FANGXIAN_DATA), scenario="benchmark", at=NOON)
    imported = import_rows()
    city, districts, streets, communities = load_areas()
    load_people(communities)
    scopes = {"city": city, "district": districts[0], "street": streets[0]}
    return [
        *imported,
        *(list_row(name, scope_of(area)) for name, area in scopes.items()),
        *(search_row(name, scope_of(area)) for name, area in scopes.items()),
        exact_row(scope_of(city)),
        scan_row(),
    ]


# -------------------------------------------------------------------- what there is
def people(chance: random.Random, areas: list[int]) -> Iterator[tuple[UUID, Details]]:
    """Make up people: a few family names are a third of them."""
    weights = [1 / (rank + 1) for rank in range(len(FAMILY))]
    for serial in range(ROWS):
        family = chance.choices(FAMILY, weights)[0]
        given = "".join(chance.choices(GIVEN, k=chance.choice((1, 2, 2))))
        year = chance.randrange(1930, 2020)
        body = f"99{serial // 1000 % 10_000:04}{year}0613{serial % 1000:03}"
        details = Details(
            name=family + given,
            area=chance.choice(areas),
            paper=Paper.CITIZEN,
            number=body + citizen_check(body),
            telephone="100" + "".join(chance.choices(string.digits, k=8)),
            birth_year=year,
        )
        yield new_id(NOON, secrets.token_bytes(10)), details


def load_people(areas: list[int]) -> None:
    """Write people and their index in bulk, as only benchmarks may."""
    keyed = keyed_areas(areas)
    names = [field.attname for field in Person._meta.concrete_fields]  # noqa: SLF001 -- Django's own word for it
    made = people(random.Random(SEED), areas)
    with indexed_after(Person), in_order(Token, "token", "person_id"):
        while batch := list(islice(made, AT_ONCE)):
            written = [
                new_person(id_, d, keyed=keyed[d.area], source="benchmark", at=NOON)
                for id_, d in batch
            ]
            for one, other in zip(
                *(written[n::MERGED_EACH] for n in (0, 1)), strict=True
            ):
                one.merged_into_id = other.pk
            load(Person, names, map(attrgetter(*names), written))
            load(Token, ("token", "person_id"), tokens(written, batch), heaped=True)


def tokens(
    written: list[Person], batch: list[tuple[UUID, Details]]
) -> Iterator[tuple[int, UUID]]:
    """Make the index of people."""
    for person, (_, said) in zip(written, batch, strict=True):
        keyed = person.indexed_in
        for token in tokens_of(said, key=person.indexed_with, keyed=keyed):
            yield token, person.pk


# -------------------------------------------------------------------- what is measured
def list_row(name: str, scope: Scope) -> Row:
    """The first page of the list, masked."""
    took = p95(lambda _n: find_people(scope))
    return _goal(milliseconds(f"people listed, {name}, of {ROWS:,}", took))


def search_row(name: str, scope: Scope) -> Row:
    """Parts of names, sounds, initials and telephones: common, rare and absent.

    Beside the figure stands how long the processor worked, which tells the same on a
    machine that others use too, and the question that it worked for longest.
    """
    find_people(scope, text="lixiaoming")
    taken = [_asked(scope, text) for _ in range(ROUNDS) for text in SEARCHED]
    wall, worked = (sorted(times) for times in zip(*taken, strict=True))
    worst = max(SEARCHED, key=lambda text: _median(taken, text)[1])
    waited, busy = _median(taken, worst)
    told = (
        f"processor {1000 * worked[_at95(worked)]:.0f} ms p95; longest {worst}:"
        f" {1000 * busy:.0f} of {1000 * waited:.0f} ms"
    )
    row = _goal(milliseconds(f"people search, {name}, of {ROWS:,}", wall[_at95(wall)]))
    return replace(row, ratio=told)


def _asked(scope: Scope, text: str) -> tuple[float, float]:
    """Ask once: how long it took, and how long the processor worked."""
    began, worked = time.perf_counter(), time.process_time()
    find_people(scope, text=text)
    return time.perf_counter() - began, time.process_time() - worked


def _median(taken: Sequence[tuple[float, float]], text: str) -> tuple[float, float]:
    """Give how long a question took, and how long the processor worked for it."""
    of_it = taken[SEARCHED.index(text) :: len(SEARCHED)]
    return median(took for took, _ in of_it), median(worked for _, worked in of_it)


def _at95(times: Sequence[float]) -> int:
    return int(0.95 * len(times)) - 1


def exact_row(scope: Scope) -> Row:
    """Whole numbers of papers, known and unknown."""
    known = Person.objects.order_by("id").values_list("number", flat=True)[:20]
    asked = [*known, *("99" + "0" * 16 for _ in range(20))]
    took = p95(lambda n: find_people(scope, text=str(asked[n % len(asked)])))
    return _goal(milliseconds(f"people by whole number, city, of {ROWS:,}", took))


def scan_row() -> Row:
    """What the index replaces: opening sealed names one by one, for two thousand."""

    def scan() -> list[str]:
        names = visible(SYSTEM.scope).values_list("name", flat=True)
        return [name for name in names[:SCANNED] if "小明" in name]

    took = seconds(scan) * ROWS / SCANNED
    return Row(f"people searched by opening all {ROWS:,} names", 1000 * took, "ms")


def _goal(row: Row) -> Row:
    goal = "≤ 120 ms of a million"
    return Row(row.name, row.figure, row.unit, row.ratio, goal)


def import_rows() -> list[Row]:
    """Take a list of ten thousand in, and the same list again."""
    world = make_world()
    content = as_csv(faulty_list(LIST, seed=SEED, each=100).table())

    def take() -> None:
        take_people(
            open_list(content),
            content=content,
            file_name="list.csv",
            area=world["street"],
            by=SYSTEM,
            at=NOON,
        )

    first, again = seconds(take), seconds(take)
    what = f"list of {LIST:,} people with look-alikes"
    return [
        Row(what, first, "s", goal="≤ 20 s"),
        Row(f"{what}, the same again", again, "s", goal="≤ 20 s"),
    ]
