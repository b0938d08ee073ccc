"""Papers about one person at home: masked by itself, in clear through the gate only."""

import io
import re
from dataclasses import replace

import docx
import pytest
from django.urls import reverse

from fangxian.interfaces.console.papers import pdf, word
from fangxian.interfaces.console.papers.content import Kind, Paper, Table
from fangxian.kernel.ids import new_id
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.ledger.exports import actions as exports
from fangxian.mechanisms.ledger.models import Opening
from fangxian.mechanisms.ledger.states import ExportForm, Purpose
from fangxian.mechanisms.restriction.actions import release
from tests.unit.capabilities.home_watch.watching import FIVE, WELL, Watching
from tests.worlds import NOON


pytestmark = pytest.mark.django_db
NAME, MASKED = "王小明", "王*明"


@pytest.fixture
def watching(world, noon):
    del noon
    return Watching(world)


@pytest.fixture
def watch(watching):
    watch = watching.at_home(NAME)
    watching.name(watch, FIVE)
    watching.write(watch, WELL)
    return watch


def address(watch, kind="notice", form="docx"):
    return reverse("home_watch_paper", args=[watch.pk, kind, form])


def words_of(answer):
    """Everything that a .docx says, its foot and its properties too."""
    document = docx.Document(io.BytesIO(answer.content))
    cells = [
        cell.text
        for table in document.tables
        for row in table.rows
        for cell in row.cells
    ]
    lines = [line.text for line in document.paragraphs]
    foot = [line.text for line in document.sections[0].footer.paragraphs]
    return "\n".join([*lines, *cells, *foot, document.core_properties.comments])


def approved(watching, watch):
    """An export of the community that the street agreed to."""
    asked = new_id(NOON, b"0123456789")
    exports.request_export(
        id=asked,
        people=[watch.person],
        form=ExportForm.DOCUMENTS,
        purpose=Purpose.NOTICE,
        recipient="本人",
        why="送达告知书",
        by=watching.world.actor("community"),
        at=NOON,
    )
    exports.approve_export(asked, by=watching.world.actor("alice"), at=NOON)


@pytest.mark.parametrize("kind", ["notice", "file"])
def test_a_paper_is_masked_and_says_so(browse, watch, kind):
    answer = browse("community", "zh-hans").get(address(watch, kind))

    said = words_of(answer)
    assert MASKED in said
    assert NAME not in said
    assert "隐去姓名" in said
    assert Opening.objects.count() == 0


def test_the_notice_tells_rule_evidence_end_and_how_to_object(browse, watch):
    said = words_of(browse("grid", "zh-hans").get(address(watch)))

    for word_ in ("居家健康监测", "2020-11-21 24:00", "旅居史核查记录", "申诉"):
        assert word_ in said


def test_the_file_holds_the_five_the_records_and_what_happened(browse, watch):
    said = words_of(browse("community", "zh-hans").get(address(watch, "file")))

    for word_ in ("社区医务", "何*生", "36.5", "签字决定"):
        assert word_ in said


def test_a_file_tells_an_auditor_that_records_were_made_and_not_which(browse, watch):
    said = words_of(browse("auditor", "zh-hans").get(address(watch, "file")))

    assert "36.5" not in said
    assert "每日健康监测记录" in said


def test_a_release_is_a_paper_once_it_is_over(browse, watching, watch):
    before = browse("community").get(address(watch, "release"))
    release(watch.pk, note="两次阴性", by=watching.world.actor("cdc"), at=NOON)

    assert before.status_code == 404
    said = words_of(browse("community", "zh-hans").get(address(watch, "release")))
    assert "医生决定提前解除" in said


def test_without_an_approved_export_nobody_stands_on_it_in_clear(browse, watch):
    before = Entry.objects.count()

    answer = browse("community").post(address(watch))

    assert answer.status_code == 404
    assert Opening.objects.count() == 0
    assert Entry.objects.count() == before


def test_through_the_gate_the_name_stands_and_the_reading_is_written_down(
    browse, watching, watch
):
    approved(watching, watch)

    said = words_of(browse("community", "zh-hans").post(address(watch)))

    assert NAME in said
    assert "本人" in said  # the mark of the recipient
    [opening] = Opening.objects.all()
    assert (opening.person_id, opening.purpose) == (watch.person, Purpose.NOTICE)


def test_an_export_of_another_is_no_export_of_mine(browse, watching, watch):
    approved(watching, watch)

    assert browse("alice").post(address(watch)).status_code == 404
    assert Opening.objects.count() == 0


@pytest.mark.parametrize("who", ["charlie", "community_next_door"])
def test_next_door_there_is_no_such_paper(browse, watch, who):
    assert browse(who).get(address(watch)).status_code == 404


@pytest.mark.parametrize(("kind", "form"), [("notice", "odt"), ("diary", "docx")])
def test_there_are_no_other_papers(browse, watch, kind, form):
    assert browse("community").get(address(watch, kind, form)).status_code == 404


def test_a_pdf_has_its_pages_and_its_fonts_in_it(browse, watch):
    answer = browse("community", "zh-hans").get(address(watch, "file", "pdf"))

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert b"/FontFile" in answer.content or b"/ObjStm" in answer.content


PAPER = Paper(
    title="告知书",
    number="№ 7",
    about=(("姓名", "<b>王</b>"),),
    paragraphs=("一", ""),
    tables=(Table("表", ("甲", "乙"), (("1", "2"),)),),
    to_sign=("签收人",),
    unit="第一网格",
    made_on="2020-11-09 12:00",
    mark="仅供本人",
    language="zh-hans",
)


def test_what_a_paper_says_is_escaped_and_fetches_nothing():
    hostile = replace(PAPER, unit='<img src="file:///etc/passwd">')

    assert pdf.write(hostile).startswith(b"%PDF-")
    with pytest.raises(ValueError, match="fetches nothing"):
        pdf._fetch_nothing("file:///etc/passwd")


def test_a_table_without_heads_has_none():
    bare = Table("规则", ("", ""), (("甲", "乙"),))
    paper = replace(PAPER, tables=(bare,))

    document = docx.Document(io.BytesIO(word.write(paper)))

    assert [len(table.rows) for table in document.tables] == [1, 1]


def test_the_kinds_of_papers_have_addresses():
    for kind in Kind:
        assert re.search(
            rf"/{kind}\.pdf$", reverse("home_watch_paper", args=[1, kind, "pdf"])
        )
