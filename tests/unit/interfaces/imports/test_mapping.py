"""Which column means what."""

import pytest

from fangxian.interfaces.imports import rules
from fangxian.interfaces.imports.mapping import check_columns, find_sheet, propose
from fangxian.interfaces.imports.people import PEOPLE
from fangxian.kernel.refusals import Refusal


@pytest.mark.parametrize(
    ("headings", "columns"),
    [
        (("单位名称", "地址"), {"name": 0, "address": 1}),
        (("序号", "名称"), {"name": 1}),
        (("社区名称", "场所名称"), {"community": 0, "name": 1}),
        (("联系人", "联系人电话"), {"responsible": 0, "telephone": 1}),
        (("负责人及电话", "店名"), {"telephone": 0, "name": 1}),
        (("网格员", "网格员电话", "名称"), {"name": 2}),
        (("单 位 名 称", "统一社会信用代码（18位）"), {"name": 0, "uscc": 1}),
        (("名称", "名称"), {"name": 0}),
        (("Name", "Phone", "Category"), {"name": 0, "telephone": 1, "kind": 2}),
        (("温度", "湿度"), {}),
    ],
)
def test_columns_are_proposed_from_their_headings(headings, columns):
    assert propose(headings) == columns


def test_titles_above_the_headings_are_skipped():
    table = [
        ("福华街街道场所名称电话地址台账",) * 3,
        ("", "", ""),
        ("名称", "电话", "地址"),
        ("福华宾馆", "", ""),
    ]

    sheet = find_sheet(table)

    assert sheet.headings == ("名称", "电话", "地址")
    assert list(sheet.numbered()) == [(4, ("福华宾馆", "", ""))]


def test_empty_rows_and_repeated_headings_are_no_rows():
    headings = ("名称", "电话")
    table = [headings, ("甲", ""), ("", ""), headings, ("乙", "")]

    assert [number for number, _ in find_sheet(table).numbered()] == [2, 5]


def test_a_table_without_names_of_places_is_no_list():
    with pytest.raises(Refusal) as refusal:
        find_sheet([("温度", "电话"), ("1", "2")])

    assert refusal.value.kind is rules.NO_HEADINGS


@pytest.mark.parametrize(
    "first",
    [
        ("返郑人员", "13812345678", "福华街道"),
        ("返郑人员", "138 1234 5678", "福华街道"),
        ("返郑人员", "１３８１２３４５６７８", "福华街道"),
        ("返郑人员", "护照号E12345678", "福华街道"),
        ("姓名：王小明", "性别：男", "福华街道"),
        ("人员王小明", "", "福华街道"),
    ],
)
def test_a_list_whose_first_row_is_somebody_already_is_refused_in_words(first):
    table = [first, *[(f"人员{n}", "", "福华街道") for n in "甲乙丙"]]

    with pytest.raises(Refusal) as refusal:
        find_sheet(table, vocabulary=PEOPLE)

    assert refusal.value.kind is rules.HEADINGS_ARE_DATA
    assert refusal.value.facts == {"row": 1}


@pytest.mark.parametrize(
    "headings",
    [
        ("姓名", "20201109核酸结果", "所属街道"),
        ("姓名（必填）", "2020-11-09体温", "居住街道(镇)"),
        ("姓名:", "联系电话（11位）", "街道"),
        ("姓名/Name", "电话", "街道办事处（2020年）"),
    ],
)
def test_days_and_remarks_in_headings_make_them_no_data(headings):
    below = [("王小明", "", "福华街道"), ("李小红", "", "福华街道")]
    merged = ("王", headings[1], headings[2])  # a heading in two rows

    sheet = find_sheet([headings, merged, *below], vocabulary=PEOPLE)

    assert sheet.headings == headings


def test_headings_with_nothing_below_are_no_list():
    for below in ([], [("", "")], [("名称", "电话")]):
        with pytest.raises(Refusal) as refusal:
            find_sheet([("名称", "电话"), *below])

        assert refusal.value.kind is rules.NO_ROWS


def test_a_remembered_layout_wins_over_what_the_headings_seem_to_say():
    table = [("名称", "电话"), ("1", "2")]
    layout = find_sheet(table).layout
    remembered = {layout: {"telephone": 0, "name": 1}}

    sheet = find_sheet(table, remembered=remembered.get)

    assert (sheet.columns, sheet.remembered) == ({"telephone": 0, "name": 1}, True)


def test_a_mapping_needs_names_and_kinds():
    check_columns({"name": 0, "kind": 1}, kind=None)
    check_columns({"name": 0}, kind="hotel")
    for columns, kind in (({"kind": 0}, None), ({"name": 0}, None)):
        with pytest.raises(Refusal) as refusal:
            check_columns(columns, kind=kind)
        assert refusal.value.kind is rules.COLUMN_MISSING
