"""A paper as .docx: A4, Song and Fangsong, the mark at the foot of every page."""

from io import BytesIO

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from fangxian.interfaces.console.papers.content import Paper, Table


PAGE = (Mm(210), Mm(297))
MARGIN = Mm(25)
TITLE, BODY, CELL, FOOT = Pt(22), Pt(14), Pt(10.5), Pt(9)
TITLE_FONT, BODY_FONT = "SimSun", "FangSong"
INDENT = 2 * BODY


def write(paper: Paper) -> bytes:
    """Set a paper as .docx."""
    word = docx.Document()
    _set_page(word, paper)
    title = word.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _say(title, paper.title, TITLE, TITLE_FONT).bold = True
    number = word.add_paragraph()
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _say(number, f"{paper.unit}  {paper.number}", CELL)
    _pairs(word, paper)
    for text in paper.paragraphs:
        line = word.add_paragraph()
        line.paragraph_format.first_line_indent = INDENT
        _say(line, text, BODY)
    for table in paper.tables:
        _table(word, table)
    for sign in paper.to_sign:
        _say(word.add_paragraph(), f"{sign}: ____________________", BODY)
    made = word.add_paragraph()
    made.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _say(made, paper.made_on, CELL)
    kept = BytesIO()
    word.save(kept)
    return kept.getvalue()


def _set_page(word: Document, paper: Paper) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = PAGE
    section.left_margin = section.right_margin = MARGIN
    section.top_margin = section.bottom_margin = MARGIN
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _say(foot, paper.mark, FOOT)
    word.core_properties.title = paper.title
    word.core_properties.comments = paper.mark
    word.core_properties.author = ""


def _pairs(word: Document, paper: Paper) -> None:
    table = word.add_table(rows=0, cols=2)
    table.style = "Table Grid"
    for name, value in paper.about:
        left, right = table.add_row().cells
        _say(left.paragraphs[0], name, CELL)
        _say(right.paragraphs[0], value, CELL)
    word.add_paragraph()


def _table(word: Document, table: Table) -> None:
    heading = word.add_paragraph()
    heading.paragraph_format.keep_with_next = True
    _say(heading, table.title, BODY, TITLE_FONT).bold = True
    grid = word.add_table(rows=0, cols=len(table.heads))
    grid.style = "Table Grid"
    heads = (table.heads,) if any(table.heads) else ()
    for row in (*heads, *table.rows):
        for cell, text in zip(grid.add_row().cells, row, strict=True):
            _say(cell.paragraphs[0], text, CELL)
    word.add_paragraph()


def _say(line: Paragraph, text: str, size: Pt, font: str = BODY_FONT) -> Run:
    """Write text in a font that Chinese signs take too."""
    run = line.add_run(text)
    run.font.size, run.font.name = size, font
    run._element.get_or_add_rPr().get_or_add_rFonts().set(  # noqa: SLF001 -- python-docx sets no font of Chinese signs
        qn("w:eastAsia"), font
    )
    return run
