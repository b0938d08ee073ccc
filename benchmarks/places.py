"""Lists of places: rows a second, beside a plain ORM insert of the same places.

The import reads the file, judges every cell, compares with the ledger and within the
file, seals names and telephones, writes one journal entry a place, and counts. The
yardstick is ``bulk_create`` of finished places, sealed too, with nothing around it.
"""

import csv
import io
from functools import partial

from django.db import transaction

from benchmarks.rows import Row, seconds, times
from fangxian.interfaces.imports.places import open_list, take_places
from fangxian.kernel.actors import SYSTEM
from fangxian.mechanisms.ledger import actions
from fangxian.mechanisms.ledger.models import Place
from tests.unit.mechanisms.ledger.ledgers import KINDS
from tests.worlds import FOUNDED, NOON, World, make_world


SIZES = (5_000, 10_000)
HEADINGS = ("单位名称", "类别", "社区", "详细地址", "联系人", "电话")
PLAIN_AREA = "next_community"


def rows() -> list[Row]:
    """Import a list twice, and insert as many places plainly."""
    world = make_world()
    _declare_kinds()
    return [row for size in SIZES for row in _rows_of(world, size)]


def _declare_kinds() -> None:
    for code, (name, name_en, group) in KINDS.items():
        actions.declare_kind(
            code=code,
            name=name,
            name_en=name_en,
            group=group,
            key=True,
            by=SYSTEM,
            at=FOUNDED,
        )


def _rows_of(world: World, size: int) -> list[Row]:
    content = _list_of(size)
    bare = size / seconds(lambda: _insert(world, size))
    first = size / seconds(lambda: _take(world, content))
    again = size / seconds(lambda: _take(world, content))
    assert Place.objects.filter(name__startswith=f"{size}-").count() == 2 * size
    what = f"list of {size:,} places"
    against = partial(times, other=bare, name="bare bulk_create")
    return [
        Row(f"{what}: bare bulk_create", bare, "rows/s"),
        Row(f"{what}: import with checks and journal", first, "rows/s", against(first)),
        Row(f"{what}: the same file again", again, "rows/s", against(again)),
    ]


def _list_of(size: int) -> bytes:
    text = io.StringIO(newline="")
    lines = csv.writer(text)
    lines.writerow(HEADINGS)
    for number in range(size):
        lines.writerow(
            (
                f"{size}-{number}号宾馆",
                "宾馆酒店",
                "福华社区",
                f"福华街{number}号",
                "王小明",
                f"100{number:08}",
            )
        )
    return text.getvalue().encode("gb18030")


def _take(world: World, content: bytes) -> None:
    take_places(
        open_list(content),
        content=content,
        file_name="list.csv",
        area=world["street"],
        by=SYSTEM,
        at=NOON,
    )


def _insert(world: World, size: int) -> None:
    places = (
        Place(
            kind_id="hotel",
            name=f"{size}-{number}号宾馆",
            name_key=f"{size}{number}号宾馆",
            area_id=world[PLAIN_AREA],
            address=f"福华街{number}号",
            responsible="王小明",
            telephone=f"100{number:08}",
            registered_at=NOON,
            source="bare",
        )
        for number in range(size)
    )
    with transaction.atomic():
        Place.objects.bulk_create(places, 500)
