"""Files of any layout, honest and hostile."""

import datetime as dt
import io
import os
import resource
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import xlsxwriter

from fangxian.interfaces.imports import reader, rules, tables
from fangxian.interfaces.imports.tables import read_table
from fangxian.kernel.refusals import Refusal
from tests.unit.interfaces.imports import workbooks


TEXT = "名称,地址\n福华宾馆,福华街1号\n"
TABLE = [("名称", "地址"), ("福华宾馆", "福华街1号")]
ROOT = Path(__file__).parents[4]


# -------------------------------------------------------------------------- text
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_is_read_in_any_of_its_encodings(encoding):
    assert read_table(TEXT.encode(encoding)) == TABLE


@pytest.mark.parametrize("sign", ["\t", ";", "|", "，"])
def test_a_text_is_read_with_any_separator(sign):
    assert read_table(TEXT.replace(",", sign).encode()) == TABLE


def test_rare_characters_of_gb18030_are_read():
    content = "名称,地址\n\U00020bb7野家,㐂街\n".encode("gb18030")

    assert read_table(content)[1] == ("\U00020bb7野家", "㐂街")


def test_cells_lose_margins_gaps_and_the_quote_that_keeps_them_text():
    content = "名称,地址\n\u3000福华  宾馆\u200b,'=1号\n".encode()

    assert read_table(content)[1] == ("福华 宾馆", "=1号")


def test_a_quoted_cell_may_hold_separators_and_line_breaks():
    assert read_table('名称,地址\n福华宾馆,"一,\n二"\n'.encode())[1][1] == "一, 二"


def test_short_rows_are_filled_and_empty_columns_dropped():
    assert read_table("名称,地址,,\n福华宾馆\n".encode()) == [
        ("名称", "地址"),
        ("福华宾馆", ""),
    ]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", rules.FILE_EMPTY),
        (b" \n ", rules.FILE_EMPTY),
        (b",,\n,,\n", rules.FILE_EMPTY),
        (b"\x89PNG\r\n\x1a\n\0\0\0\xff", rules.FILE_UNREADABLE),
        (b"a,b\0\n" * 3, rules.FILE_UNREADABLE),
        (b"PK\x03\x04 and nothing more", rules.FILE_UNREADABLE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, rules.FILE_UNREADABLE),
        (b'"' + b"x" * 200_000, rules.FILE_UNREADABLE),
        (b"x" * (tables.FILE_BYTES_MAX + 1), rules.FILE_TOO_LARGE),
        (b"x,y\n" * (tables.ROWS_MAX + 1), rules.MANY_ROWS),
        (b"," * tables.COLUMNS_MAX + b"x", rules.MANY_ROWS),
    ],
)
def test_what_is_no_list_is_refused_with_a_remedy(content, kind):
    with pytest.raises(Refusal) as refusal:
        read_table(content)

    assert refusal.value.kind is kind
    assert refusal.value.remedy


# --------------------------------------------------------------------- workbooks
def test_a_sheet_is_read_as_the_text_a_person_would_type():
    day = dt.datetime(2020, 11, 9)  # noqa: DTZ001 -- sheets know no zones
    content = workbooks.honest(
        [["名称", "电话", "日期", "数"], ["福华宾馆", 13812345678, day, 1.5]],
        dates={(1, 2)},
    )

    assert read_table(content)[1] == ("福华宾馆", "13812345678", "2020-11-09", "1.5")


def test_a_number_that_the_sheet_has_cut_does_not_look_whole():
    content = workbooks.honest([["代码"], [914101030000000012]])

    assert read_table(content)[1] == ("9.14101E+17",)


def test_merged_cells_are_filled_down_and_right():
    content = workbooks.honest(
        [["台账", "", ""], ["社区", "名称", "电话"], ["", "甲", ""], ["", "乙", ""]],
        merged=[(0, 0, 0, 2, "台账"), (2, 0, 3, 0, "福华社区"), (2, 2, 3, 2, "66")],
    )

    assert read_table(content) == [
        ("台账", "台账", "台账"),
        ("社区", "名称", "电话"),
        ("福华社区", "甲", "66"),
        ("福华社区", "乙", "66"),
    ]


def test_a_merge_beyond_the_rows_is_no_accident():
    rows = [["甲", "乙"]]

    reader.fill_merged(rows, [((0, 5), (9, 9)), ((7, 0), (9, 1)), ((0, 1), (5, 9))])

    assert rows == [["甲", "乙"]]


def test_the_first_visible_sheet_with_rows_is_read():
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        workbook.add_worksheet("empty")
        hidden = workbook.add_worksheet("hidden")
        hidden.write_string(0, 0, "secret")
        hidden.hide()
        workbook.add_worksheet("shown").write_string(0, 0, "名称")
        workbook.worksheets()[0].activate()

    assert read_table(content.getvalue()) == [("名称",)]


def test_an_old_workbook_is_read():
    content = Path(__file__).with_name("places.xls").read_bytes()

    assert read_table(content) == [
        ("福华街街道场所台账", "福华街街道场所台账", "福华街街道场所台账"),
        ("社区", "单位名称", "开业日期"),
        ("福华社区", "福华宾馆", "2020-11-09"),
        ("福华社区", "建中诊所", "2019-01-02"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        "\ufeff<html><table><tr><td>名称</td></tr></table></html>".encode(),
        '<!-- x -->\n<?xml version="1.0"?>\n<HTML lang="zh">'.encode("gb18030"),
        b'<?xml version="1.0"?>\n<!DOCTYPE html><title>x</title>',
        "<!doctype html><title>登录</title>".encode("gb18030"),
        b" <table border=1><tr><td>1</td></tr></table>",
    ],
)
def test_a_page_that_calls_itself_a_sheet_is_named(content):
    with pytest.raises(Refusal) as refusal:
        read_table(content)

    assert refusal.value.kind is rules.FILE_IS_PAGE


# ------------------------------------------------------------------------- bombs
SHARED = "<sst>" + "<si><t>x</t></si>" * 1_000_000 + "</sst>"
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)
BOMBS = {
    "a sheet of 1 GB": (workbooks.gigabyte_sheet, rules.FILE_EXHAUSTING),
    "a sheet of 1 GB that says it is small": (
        lambda: workbooks.lying_about_size(workbooks.gigabyte_sheet()),
        rules.FILE_UNREADABLE,
    ),
    "half a million rows that pack like real ones": (
        workbooks.plausible_rows,
        rules.MANY_ROWS,
    ),
    "a cell in the far corner": (workbooks.far_cell, rules.FILE_EXHAUSTING),
    "many entries": (
        lambda: workbooks.by_hand([b"<row/>"], entries=20_000),
        rules.FILE_EXHAUSTING,
    ),
    "a million shared strings": (
        lambda: workbooks.by_hand(
            [workbooks.ROW.encode()], extra=[("xl/sharedStrings.xml", SHARED)]
        ),
        rules.FILE_EXHAUSTING,
    ),
    "a billion laughs": (
        lambda: workbooks.by_hand(
            [b'<row><c t="inlineStr"><is><t>&j;</t></is></c></row>'], head=LAUGHS
        ),
        rules.FILE_UNREADABLE,
    ),
    "rows without end": (
        lambda: workbooks.honest([["甲"]] * (tables.ROWS_MAX + 1)),
        rules.MANY_ROWS,
    ),
    "columns without end": (
        lambda: workbooks.honest([["甲"] * 16_384]),
        rules.MANY_ROWS,
    ),
    "cells full of text": (
        lambda: workbooks.honest(
            [[f"{row}-{n}-{'甲' * 2000}" for n in range(50)] for row in range(60)]
        ),
        rules.FILE_EXHAUSTING,
    ),
}


@pytest.fixture(scope="module", params=BOMBS)
def bomb(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("bombs") / "bomb.xlsx"
    build, kind = BOMBS[request.param]
    path.write_bytes(build())
    return path, kind


MEASURED = textwrap.dedent(
    """
    import resource, sys, time
    from pathlib import Path
    from fangxian.interfaces.imports.tables import read_table
    from fangxian.kernel.refusals import Refusal
    content = Path(sys.argv[1]).read_bytes()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.monotonic()
    try:
        read_table(content)
    except Refusal as refusal:
        code, remedy = refusal.kind.code, refusal.remedy
    seconds = time.monotonic() - started
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(code, grown // 1024, seconds, bool(remedy))
    """
)


@pytest.mark.slow
def test_a_bomb_is_refused_soon_and_costs_the_parent_little(bomb):
    """The measure is taken in a process of its own, whose peak nothing else moved."""
    path, kind = bomb
    said = subprocess.run(
        [sys.executable, "-c", MEASURED, path],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()

    code, grown_mib, seconds, has_remedy = said
    assert code == kind.code
    assert int(grown_mib) < 64
    assert float(seconds) < 5
    assert has_remedy == "True"


LIMITS = textwrap.dedent(
    """
    import resource, runpy, sys
    runpy.run_path(sys.argv[1])["limit_itself"]()
    for what in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE):
        print(resource.getrlimit(what)[1])
    """
)


def test_the_reader_limits_itself_before_it_looks():
    limits = subprocess.run(
        [sys.executable, "-c", LIMITS, tables.READER],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()

    assert [int(limit) for limit in limits] == [
        reader.MEMORY_BYTES_MAX,
        reader.CPU_SECONDS_MAX,
        0,
    ]
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] != 0  # ours is untouched


def test_both_processes_agree_on_the_size_of_a_list():
    assert (reader.ROWS_MAX, reader.COLUMNS_MAX) == (
        tables.ROWS_MAX,
        tables.COLUMNS_MAX,
    )
