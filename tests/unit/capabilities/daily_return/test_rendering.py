"""One document, three writers: what is on the paper is what the bulletin holds."""

import datetime as dt
from io import BytesIO

import docx
import pytest
from docx.oxml.ns import qn

from fangxian.capabilities.daily_return.rendering import html, plain, word
from fangxian.capabilities.daily_return.rendering.document import (
    Heading,
    Paper,
    Table,
    document_of,
)


FIGURES = {
    "task_due": 64,
    "task_completed": 61,
    "task_lapsed": 3,
    "task_open": 0,
    "task_waived": 2,
    "finding_raised": 19,
    "finding_rectified": 13,
    "finding_confirmed": 98,
    "finding_reopened": 3,
    "looked_back": 101,
    "standing": 21,
    "overdue": 1,
}
FINDING = {
    "finding": 1,
    "unit": ["京广路街道", "洁云路社区"],
    "place": "满福<超市>",
    "problem": "消杀记录断档 2 天",
    "severity": {"zh": "一般", "en": "minor"},
    "raised": "2020-11-09T04:00:00+00:00",
    "deadline": "2020-11-09T10:00:00+00:00",
    "state": "overdue",
    "again": False,
}
CONTENT = {
    "area": {"id": 2, "name": "二七区", "level": "2-district"},
    "day": "2020-11-09",
    "at": "2020-11-10T00:05:00+00:00",
    "figures": FIGURES,
    "inspected": [
        {
            "form": "patrol",
            "form_title": {"zh": "场所巡查", "en": "Patrol"},
            "kind": "hotel",
            "kind_name": {"zh": "宾馆酒店", "en": "Hotel"},
            "group_name": {"zh": "住宿", "en": "Lodging"},
            "records": 7,
            "places": 6,
            "places_month": 40,
        }
    ],
    "returns": {
        "due": 6,
        "received": 4,
        "zero": 3,
        "late": [["福华街街道"]],
        "missing": [["解放路街道"], ["福华街街道", "建中社区"]],
    },
    "findings": [FINDING],
    "units": [],
    "days": [
        {"day": "2020-11-09", "done": 61, "missed": 3, "found": 19, "confirmed": 98}
    ],
}


def paper(**changes):
    return Paper(
        number=17,
        content={**CONTENT, **changes},
        digest="7b40" + "0" * 56 + "d2f8",
        issued_at=dt.datetime(2020, 11, 10, 0, 5, tzinfo=dt.UTC),
    )


@pytest.fixture
def document():
    return document_of(paper(), "zh-hans")


def said(document):
    return [block.text for block in document.blocks if not isinstance(block, Table)]


def test_the_head_names_series_number_issuer_and_day(document):
    assert (
        document.masthead,
        document.number,
        document.issuer,
        document.issued_on,
        document.title,
    ) == (
        "疫情防控督查通报",
        "第 17 期",
        "二七区疫情防控指挥部办公室",
        "2020年11月10日",
        "关于11月9日疫情防控督查情况的通报",
    )


def test_missing_units_are_printed_by_name_and_not_as_zero(document):
    assert "未报单位：解放路街道、福华街街道建中社区。" in said(document)
    assert "迟报单位：福华街街道。" in said(document)


def test_zero_reports_are_counted_apart_from_what_is_missing(document):
    [sentence] = [text for text in said(document) if text.startswith("日报告应报")]

    assert (
        "已报 4 个，其中零报告 3 个，迟报 1 个；未报 2 个。未报不计为零。" in sentence
    )


def test_headings_are_numbered_without_gaps(document):
    headings = [one.text for one in document.blocks if isinstance(one, Heading)]

    assert headings == [
        "一、总体情况",
        "二、检查的场所",
        "三、限期整改的问题",
        "四、报送情况",
        "五、逐日对照",
        "六、有关要求",
    ]


def test_a_finding_is_one_row(document):
    [findings] = [
        one
        for one in document.blocks
        if isinstance(one, Table) and len(one.rows[0]) == 6 and one.rows[0][0] == "1"
    ]

    assert findings.rows == (
        (
            "1",
            "京广路街道洁云路社区",
            "满福<超市>",
            "消杀记录断档 2 天",
            "11-09 18:00",
            "逾期",
        ),
    )


def not_today(**kind):
    return {**CONTENT["inspected"][0], "records": 0, "places": 0, **kind}


@pytest.mark.parametrize(
    ("language", "said_of_them"),
    [
        (
            "zh-hans",
            "其余当日未检查，本月累计：场所巡查 2 类场所 45 家、自查 1 类场所 3 家。",
        ),
        (
            "en",
            (
                "Not inspected that day, but this month: Patrol (places: 45, kinds: 2);"
                " Self-check (places: 3, kinds: 1)."
            ),
        ),
    ],
)
def test_what_was_not_inspected_that_day_is_one_line(language, said_of_them):
    own = {"form": "own", "form_title": {"zh": "自查", "en": "Self-check"}}
    resting = [
        not_today(kind="inn"),
        not_today(kind="bath", places_month=5),
        not_today(**own, places_month=3),
    ]
    document = document_of(paper(inspected=[*CONTENT["inspected"], *resting]), language)
    [inspected] = [
        one
        for one in document.blocks
        if isinstance(one, Table) and len(one.columns) == 6 and one.rows[0][3] == "6"
    ]

    assert len(inspected.rows) == 1
    assert said_of_them in said(document)


def test_a_day_without_inspections_has_the_line_and_no_empty_table():
    document = document_of(paper(inspected=[not_today()]), "zh-hans")

    assert all(block.rows for block in document.blocks if isinstance(block, Table))
    assert "其余当日未检查，本月累计：场所巡查 1 类场所 40 家。" in said(document)


def test_a_day_on_which_all_was_inspected_has_no_such_line(document):
    assert not [text for text in said(document) if text.startswith("其余")]


def test_a_quiet_day_says_so():
    quiet = document_of(paper(findings=[]), "zh-hans")

    assert "当日未发现问题，亦无逾期问题。" in said(quiet)


def test_a_correction_says_what_it_corrects_and_what_changed():
    changed = {"number": 16, "digest": "a" * 64, "changes": ["figures", "findings"]}
    corrected = document_of(paper(corrects=changed), "zh-hans")

    assert said(corrected)[0] == (
        "本件更正第 16 期（校验码 aaaa…aaaa），有变动的部分：总体数字、问题清单。"
    )


def test_the_last_line_says_as_of_when_and_that_it_never_changes(document):
    assert document.footnote == (
        "数字取自 2020-11-10 08:05 的记录，校验码 7b40…d2f8。更正另行通报，不改本件。"
    )


def test_it_reads_in_english_too():
    english = document_of(paper(), "en")

    assert english.title == "On the supervision of 9 November"
    assert "Late report from: 福华街街道." in said(english)


def test_html_escapes_what_people_wrote(document):
    page = html.page(document)

    assert "满福&lt;超市&gt;" in page
    assert "满福<超市>" not in page
    assert "@page" in page


def test_the_sheet_has_no_inline_style_so_that_the_console_may_show_it(document):
    assert "style" not in html.sheet(document)


def test_plain_text_aligns_wide_characters(document):
    lines = plain.text(document).splitlines()
    [head] = [line for line in lines if line.startswith("序号")]
    [row] = [line for line in lines if line.startswith("1   ")]

    before = head.index("单位"), row.index("京广路")
    assert plain.width_of(head[: before[0]]) == plain.width_of(row[: before[1]])


def test_docx_follows_the_standard(document):
    written = docx.Document(BytesIO(word.write(document)))
    section = written.sections[0]
    body = next(one for one in written.paragraphs if one.text.startswith("当日应完成"))

    assert [
        round(length.mm)
        for length in (
            section.page_width,
            section.page_height,
            section.top_margin,
            section.left_margin,
        )
    ] == [210, 297, 37, 28]
    fonts = body.runs[0]._r.rPr.rFonts
    assert fonts.get(qn("w:eastAsia")) == "仿宋_GB2312"
    assert body.runs[0].font.size.pt == 16
    assert section.footer.paragraphs[0].text.replace("PAGE", "") == "—  —"
    assert "PAGE" in section.footer.paragraphs[0]._p.xml


def test_docx_holds_every_word_of_the_document(document):
    written = docx.Document(BytesIO(word.write(document)))
    cells = [cell.text for table in written.tables for cell in table._cells]
    lines = [one.text for one in written.paragraphs]

    assert any(isinstance(block, Table) for block in document.blocks)
    for block in document.blocks:
        if isinstance(block, Table):
            assert block.rows
            assert all(text in cells for row in block.rows for text in row)
        else:
            assert block.text in lines
