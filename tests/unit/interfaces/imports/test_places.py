"""A list with every fault at once: what goes in, what is refused, and why."""

import csv
import io
import json

import pytest

from fangxian.interfaces.imports import places, refused, rules
from fangxian.interfaces.imports.mapping import FIELDS
from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.jurisdiction.rules import OUT_OF_REACH
from fangxian.mechanisms.ledger import queries
from fangxian.mechanisms.ledger.models import Import, Layout, Place, RefusedRow
from fangxian.mechanisms.ledger.states import ImportState
from tests.unit.interfaces.imports import workbooks
from tests.unit.interfaces.imports.lists import (
    ADDED,
    EACH,
    HEADINGS,
    KNOWN,
    TITLE,
    faulty_list,
)
from tests.unit.mechanisms.ledger.ledgers import KINDS, declare, legal_code, register
from tests.worlds import NOON


SEED = 20201109
FIRST = 4  # two rows of titles, one of headings


@pytest.fixture
def street(world):
    for code in KINDS:
        declare(code)
    return world


def take(content, area, *, by=SYSTEM, name="list.csv", kind=None):
    return places.take_places(
        places.open_list(content),
        content=content,
        file_name=name,
        area=area,
        kind=kind,
        by=by,
        at=NOON,
    )


def as_csv(rows, encoding="gb18030", headings=HEADINGS):
    text = io.StringIO(newline="")
    csv.writer(text).writerows([[TITLE], ["填表单位", "", "日期"], headings, *rows])
    return text.getvalue().encode(encoding)


def as_merged_xlsx(rows):
    """The list with each run of equal communities as one merged cell."""
    cells = [[TITLE], ["填表单位"], list(HEADINGS), *map(list, rows)]
    merged = [(0, 0, 0, len(HEADINGS) - 1, TITLE)]
    start = 3
    for row in range(4, len(cells) + 1):
        ends = row == len(cells) or cells[row][1] != cells[start][1]
        if ends and row - start > 1 and cells[start][1]:
            merged.append((start, 1, row - 1, 1, cells[start][1]))
        if ends:
            start = row
    for top, left, bottom, _, _ in merged[1:]:
        for row in range(top + 1, bottom + 1):
            cells[row][left] = ""
    return workbooks.honest(cells, merged=merged)


def told(taken):
    """The codes each row was refused for, by its number."""
    codes = {}
    for bad in taken.refused:
        codes.setdefault(bad.number, set()).add(bad.code)
    return codes


def put_known_on_the_ledger(world, listed):
    for row in listed.meant[:EACH]:
        code = next(c for c, words in KINDS.items() if row["场所类别"] in words)
        area = {"福华社区": "community", "建中社区": "second_community"}
        register(world, area[row["所属社区"]], code, row["单位名称"])


# ---------------------------------------------------------------- the great list
@pytest.mark.slow
@pytest.mark.parametrize("seed", [SEED], ids=lambda seed: f"seed {seed}")
@pytest.mark.parametrize("spell", [as_csv, as_merged_xlsx])
def test_good_rows_go_in_and_every_bad_row_is_told_why(street, spell, seed):
    listed = faulty_list(seed=seed)
    put_known_on_the_ledger(street, listed)

    taken = take(spell(listed.table()), street["street"])

    good = listed.numbers(ADDED, first=FIRST)
    assert sorted(taken.added) == good
    assert [known.row for known in taken.known] == listed.numbers(KNOWN, first=FIRST)
    assert told(taken) == {
        number: set(outcome)
        for number, outcome in enumerate(listed.outcomes, start=FIRST)
        if not outcome & {ADDED, KNOWN}
    }
    assert Place.objects.count() == EACH + len(good)
    batch = Import.objects.get()
    assert (batch.rows, batch.added, batch.known, batch.refused) == (
        5000,
        len(good),
        EACH,
        5000 - len(good) - EACH,
    )
    entries = Entry.objects.filter(event="place.registered", subject__gt="place:")
    assert entries.count() == Place.objects.count()


@pytest.mark.slow
def test_the_same_file_again_adds_nothing_and_the_corrected_one_adds_the_rest(street):
    listed = faulty_list(seed=SEED, rows=700)
    content = as_csv(listed.table())
    take(content, street["street"])
    first = Place.objects.count()

    again = take(content, street["street"])
    assert (len(again.added), Place.objects.count()) == (0, first)
    assert Import.objects.latest("id").state == ImportState.REPEATED

    meant = as_csv([[row[h] for h in HEADINGS] for row in listed.meant])
    corrected = take(meant, street["street"])

    twins = listed.counts()["ledger.same_as_row"]
    assert corrected.refused == ()
    assert len(corrected.known) == first
    assert Place.objects.count() == 700
    assert len(corrected.added) == 700 - first
    assert twins == EACH


def test_the_file_of_refused_rows_is_corrected_and_sent_again(street):
    headings = ("单位名称", "类别", "社区", "统一社会信用代码")
    rows = [
        ("甲宾馆", "宾馆酒店", "福华社区", legal_code(1)),
        ("=乙宾馆", "宾馆酒店", "福花社区", ""),
    ]
    take(as_csv(rows, headings=headings), street["street"])
    batch = Import.objects.get()
    listed = refused.explain(queries.refused_rows(batch.pk, SYSTEM.scope))
    lines = list(refused.to_correct(batch.layout.headings, listed))

    assert lines[0] == [*headings, "row", "reason", "remedy"]
    assert lines[1][0] == "'=乙宾馆"
    for write in (refused.as_csv, refused.as_xlsx):
        lines[1][2] = "福华社区"
        corrected = take(write(lines), street["street"])
        assert corrected.refused == ()

    assert sorted(Place.objects.values_list("name", flat=True)) == ["=乙宾馆", "甲宾馆"]


# ----------------------------------------------------------------- one row alone
ROW = {
    "单位名称": "福华宾馆",
    "类别": "宾馆酒店",
    "社区": "福华社区",
    "统一社会信用代码": legal_code(1),
    "联系人": "王小明",
    "电话": "13812345678",
}


def take_row(world, area="street", **said):
    row = {**ROW, **said}
    table = [list(row), list(row.values())]
    text = io.StringIO(newline="")
    csv.writer(text).writerows(table)
    return take(text.getvalue().encode(), world[area])


def refusals(taken):
    catalogue = refused.CATALOGUE
    return [catalogue[bad.code].sentence.format(**bad.facts) for bad in taken.refused]


def test_a_good_row_is_a_place_with_all_it_says(street):
    taken = take_row(street, 开业日期="2019年3月14日", 地址="福华街1号")

    place = Place.objects.get(pk=taken.added[2])
    assert (place.name, place.kind_id, place.area_id) == (
        "福华宾馆",
        "hotel",
        street["community"],
    )
    assert (place.uscc, place.address) == (legal_code(1), "福华街1号")
    assert (place.responsible, place.telephone) == ("王小明", "13812345678")
    assert place.opened_on.isoformat() == "2019-03-14"
    assert place.source == f"import:{taken.batch}"


@pytest.mark.parametrize(
    "community", ["福华", "福华社区居委会", "福 华 社 区", "410103009001"]
)
def test_an_area_is_found_by_the_names_that_lists_use(street, community):
    taken = take_row(street, 社区=community)

    assert Place.objects.get(pk=taken.added[2]).area_id == street["community"]


def test_a_grid_is_found_below_its_community(street):
    taken = take_row(street, "district", 街道="福华街办事处", 网格="第二网格")

    assert Place.objects.get(pk=taken.added[2]).area_id == street["second_grid"]


def test_a_grid_without_its_community_may_be_several(street):
    taken = take_row(street, 社区="", 网格="第一网格")

    assert refusals(taken) == ["福华街街道 has several parts called 第一网格."]


def test_a_list_of_one_community_need_not_name_it(street):
    taken = take_row(street, "community", 社区="")

    assert Place.objects.get(pk=taken.added[2]).area_id == street["community"]


def test_a_community_of_another_street_is_elsewhere(street):
    assert refusals(take_row(street, "community", 社区="建中社区")) == [
        "The place does not lie in the area this list is about."
    ]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (
            {"单位名称": legal_code(1), "统一社会信用代码": "福华宾馆"},
            "The cells 单位名称 and 统一社会信用代码 seem to be swapped.",
        ),
        (
            {"联系人": "13812345678", "电话": "王小明"},
            "The cells 联系人 and 电话 seem to be swapped.",
        ),
        (
            {"类别": "福华社区", "社区": "宾馆酒店"},
            "The cells 类别 and 社区 seem to be swapped.",
        ),
        (
            {"统一社会信用代码": "13812345678", "电话": legal_code(1)},
            "The cells 统一社会信用代码 and 电话 seem to be swapped.",
        ),
    ],
)
def test_swapped_cells_are_named_and_nothing_else_is_held_against_the_row(
    street, said, sentence
):
    assert refusals(take_row(street, **said)) == [sentence]
    assert Place.objects.count() == 0


def test_a_wrong_cell_beside_right_ones_is_not_a_swap(street):
    assert refusals(take_row(street, 电话="王小明")) == [
        "The telephone number cannot be dialled."
    ]


def test_all_faults_of_a_row_are_told_at_once(street):
    taken = take_row(street, 电话="1", 类别="宾馆酒家", 社区="福花社区")

    assert refusals(taken) == [
        "There is no kind of place called 宾馆酒家; the nearest is 宾馆酒店.",
        "福华街街道 has no part called 福花社区; the nearest is 福华社区.",
        "The telephone number cannot be dialled.",
    ]
    assert Import.objects.get().refused == 1


def test_what_is_refused_names_no_person_in_clear(street):
    take_row(street, 联系人="13812345678", 电话="王小明")

    [row] = RefusedRow.objects.values("facts", "code")
    assert "王小明" not in str(row)
    assert "13812345678" not in str(row)
    assert "王小明" not in str(list(Entry.objects.values_list("payload", flat=True)))
    assert json.loads(RefusedRow.objects.get().cells)[-1] == "王小明"


def test_one_kind_may_stand_for_all_rows(street):
    content = "单位名称,社区\n福华宾馆,福华社区\n".encode()

    taken = take(content, street["street"], kind="hotel")

    assert Place.objects.get(pk=taken.added[2]).kind_id == "hotel"


def test_a_list_without_kinds_is_refused_whole(street):
    with pytest.raises(Refusal) as refusal:
        take("单位名称,社区\n福华宾馆,福华社区\n".encode(), street["street"])

    assert refusal.value.kind is rules.COLUMN_MISSING
    assert (Place.objects.count(), Import.objects.count()) == (0, 0)


# ----------------------------------------------------------------- who may take it
def test_nobody_takes_in_a_list_of_the_next_district(street):
    content = as_csv([("甲", "宾馆酒店")], headings=("单位名称", "类别"))

    with pytest.raises(Refusal) as refusal:
        take(content, street["street"], by=street.actor("charlie"))

    assert refusal.value.kind is OUT_OF_REACH
    assert (Import.objects.count(), Layout.objects.count()) == (0, 0)


def test_a_department_takes_in_its_own_kinds(street):
    rows = [("甲", "养老院", "福华社区"), ("乙", "宾馆酒店", "福华社区")]
    content = as_csv(rows, headings=("单位名称", "类别", "社区"))

    taken = take(content, street["street"], by=street.actor("civil_affairs"))

    assert [place.name for place in Place.objects.all()] == ["甲"]
    assert told(taken) == {5: {"ledger.not_your_kind"}}


# ------------------------------------------------------------- remembered layouts
def test_a_layout_is_remembered_as_it_was_confirmed(street):
    content = "场所名称,甲方,类别,社区\nX,福华宾馆,宾馆酒店,福华社区\n".encode()
    sheet = places.open_list(content)
    confirmed = sheet.with_columns({"name": 1, "kind": 2, "community": 3})
    said = {"content": content, "file_name": "x", "by": SYSTEM, "at": NOON}

    places.take_places(confirmed, area=street["street"], **said)

    known = places.open_list(content)
    assert known.remembered
    assert known.columns == {"name": 1, "kind": 2, "community": 3}
    assert Place.objects.get().name == "福华宾馆"


def test_fields_that_may_be_mapped_are_fields_of_a_row():
    assert {"name", "kind", "uscc", "opened_on"} <= set(FIELDS)
