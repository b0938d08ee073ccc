"""A document as .docx by GB/T 9704-2012: A4, text block, fonts, page number."""

from copy import deepcopy
from io import BytesIO

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import (
    WD_ALIGN_PARAGRAPH,
    WD_LINE_SPACING,
    WD_TAB_ALIGNMENT,
)
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.table import CT_Row
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section, _Footer
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table as WordTable
from docx.table import _Cell
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run

from fangxian.capabilities.daily_return.rendering.document import (
    Block,
    Document,
    Heading,
    Paragraph,
    Table,
)


PAGE = (Mm(210), Mm(297))
MARGINS = {
    "top_margin": Mm(37),
    "bottom_margin": Mm(35),
    "left_margin": Mm(28),
    "right_margin": Mm(26),
}
FOOTER_UP = Mm(25)  # so that the number stands 7 mm below the text block
LINE = Pt(28.6)  # 22 lines on a text block of 225 mm
RED = RGBColor(0xC8, 0x16, 0x1D)
BODY = Pt(16)
TABLE = Pt(12)
INDENT = 2 * BODY
ALIGNED = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}


def write(document: Document) -> bytes:
    """Write a document as .docx; equal documents give equal text and layout."""
    return _Writer(document).written()


class _Writer:
    """Writes one document from the top of the paper to its foot."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.word = docx.Document()

    def written(self) -> bytes:
        """Write all of it."""
        self._set_page(self.word.sections[0])
        self._set_body()
        self._write_head()
        for block in self.document.blocks:
            self._write_block(block)
        self._write_end()
        kept = BytesIO()
        self.word.save(kept)
        return kept.getvalue()

    # ------------------------------------------------------------------ paper
    def _set_page(self, section: Section) -> None:
        section.page_width, section.page_height = PAGE
        for name, margin in MARGINS.items():
            setattr(section, name, margin)
        section.footer_distance = FOOTER_UP
        self.word.settings.odd_and_even_pages_header_footer = True
        self._number_pages(section.footer, WD_ALIGN_PARAGRAPH.RIGHT)
        self._number_pages(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)

    def _number_pages(self, footer: _Footer, side: WD_ALIGN_PARAGRAPH) -> None:
        """Number pages as "— 1 —", odd ones at the right, even ones at the left."""
        line = footer.paragraphs[0]
        line.alignment = side
        line.paragraph_format.left_indent = Pt(14)
        line.paragraph_format.right_indent = Pt(14)
        self._say(line, "— ", "page", Pt(14))
        number = self._say(line, "", "page", Pt(14))
        for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
            number._r.append(_field(kind, text))  # noqa: SLF001 -- python-docx has no call for fields
        self._say(line, " —", "page", Pt(14))

    def _set_body(self) -> None:
        style = self.word.styles["Normal"]
        style.font.size = BODY
        style.paragraph_format.space_after = Pt(0)
        style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        style.paragraph_format.line_spacing = LINE

    # ------------------------------------------------------------------- head
    def _write_head(self) -> None:
        masthead = self._line(WD_ALIGN_PARAGRAPH.CENTER)
        masthead.paragraph_format.line_spacing = Pt(50)
        self._say(
            masthead, self.document.masthead, "title", Pt(36)
        ).font.color.rgb = RED
        number = self._line(WD_ALIGN_PARAGRAPH.CENTER)
        self._say(number, self.document.number, "body", BODY)
        issued = self._line(WD_ALIGN_PARAGRAPH.LEFT)
        issued.paragraph_format.tab_stops.add_tab_stop(Mm(156), WD_TAB_ALIGNMENT.RIGHT)
        said = f"{self.document.issuer}\t{self.document.issued_on}"
        self._say(issued, said, "body", Pt(15))
        _rule(issued)
        title = self._line(WD_ALIGN_PARAGRAPH.CENTER)
        title.paragraph_format.space_before = Pt(22)
        title.paragraph_format.space_after = Pt(14)
        self._say(title, self.document.title, "title", Pt(22))
        self._say(self._line(), self.document.salutation, "body", BODY)

    # ------------------------------------------------------------------- body
    def _write_block(self, block: Block) -> None:
        if isinstance(block, Table):
            self._write_table(block)
        elif isinstance(block, Heading):
            line = self._line(indented=True)
            line.paragraph_format.keep_with_next = True
            self._say(line, block.text, "heading", BODY)
        else:
            self._write_paragraph(block)

    def _write_paragraph(self, block: Paragraph) -> None:
        line = self._line(WD_ALIGN_PARAGRAPH.JUSTIFY, indented=True)
        self._say(line, block.text, "body", BODY)

    def _write_table(self, block: Table) -> None:
        table = self.word.add_table(rows=1, cols=len(block.columns), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        for cell, column in zip(table.rows[0].cells, block.columns, strict=True):
            self._fill(cell, column.label, "heading", column.width, "center")
        _repeat(table.rows[0]._tr)  # noqa: SLF001 -- python-docx has no call for it
        self._write_rows(table, block)

    def _write_rows(self, table: WordTable, block: Table) -> None:
        """Set one row out and copy it for each; setting every cell takes far longer."""
        model = table.add_row()  # type: ignore[no-untyped-call]  # python-docx leaves it untyped
        for cell, column in zip(model.cells, block.columns, strict=True):
            self._fill(cell, "", "body", column.width, column.align)
        for texts in block.rows:
            row = deepcopy(model._tr)  # noqa: SLF001 -- python-docx has no call for it
            for run, text in zip(row.iter(qn("w:r")), texts, strict=True):
                run.text = text
            model._tr.addprevious(row)  # noqa: SLF001 -- python-docx has no call for it
        table._tbl.remove(model._tr)  # noqa: SLF001 -- python-docx has no call for it

    def _fill(self, cell: _Cell, text: str, font: str, width: int, align: str) -> None:
        cell.width = Mm(width)
        line = cell.paragraphs[0]
        line.alignment = ALIGNED[align]
        line.paragraph_format.line_spacing = Pt(17)
        self._say(line, text, font, TABLE)

    # -------------------------------------------------------------------- end
    def _write_end(self) -> None:
        for number, text in enumerate((self.document.issuer, self.document.issued_on)):
            line = self._line(WD_ALIGN_PARAGRAPH.RIGHT)
            line.paragraph_format.right_indent = INDENT
            line.paragraph_format.space_before = Pt(0) if number else LINE
            line.paragraph_format.keep_with_next = True
            self._say(line, text, "body", BODY)
        note = self._line()
        note.paragraph_format.space_before = Pt(20)
        note.paragraph_format.line_spacing = Pt(15)
        self._say(note, self.document.footnote, "body", Pt(10.5))

    def _line(
        self,
        align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT,
        *,
        indented: bool = False,
    ) -> WordParagraph:
        line = self.word.add_paragraph()
        line.alignment = align
        if indented:
            line.paragraph_format.first_line_indent = INDENT
        return line

    def _say(self, line: WordParagraph, text: str, font: str, size: Pt) -> Run:
        """Add a run in a font that is named for East Asian text as well."""
        run = line.add_run(text)
        name = self.document.fonts[font]
        run.font.name, run.font.size = name, size
        fonts = run._r.get_or_add_rPr().get_or_add_rFonts()  # noqa: SLF001 -- python-docx names only the Latin font
        fonts.set(qn("w:eastAsia"), name)
        return run


def _field(kind: str | None, text: str | None) -> BaseOxmlElement:
    if kind is None:
        element = OxmlElement("w:instrText")
        element.text = text
        return element
    element = OxmlElement("w:fldChar")
    element.set(qn("w:fldCharType"), kind)
    return element


def _rule(line: WordParagraph) -> None:
    """Draw the red rule below a paragraph."""
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "18"), ("space", "4")):
        bottom.set(qn(f"w:{name}"), value)
    bottom.set(qn("w:color"), str(RED))
    borders.append(bottom)
    line._p.get_or_add_pPr().append(borders)  # noqa: SLF001 -- python-docx has no call for borders


def _repeat(row: CT_Row) -> None:
    """Repeat a table's first row on every page."""
    header = OxmlElement("w:tblHeader")
    header.set(qn("w:val"), "true")
    row.get_or_add_trPr().append(header)
