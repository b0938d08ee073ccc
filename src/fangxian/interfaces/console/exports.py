"""What the pages show of exports, and the sheet that hands people over.

The sheet is made when it is opened, sent, and forgotten: no file, no cache holds it.
Every row, every printed page and the file's properties name who received it.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import xlsxwriter  # type: ignore[import-untyped]  # it ships no types
from django.utils.translation import gettext, pgettext_lazy

from fangxian.interfaces.console.people import PURPOSES, Words, clear
from fangxian.interfaces.imports.refused import neutral
from fangxian.kernel.actors import Actor
from fangxian.kernel.moments import SHANGHAI
from fangxian.mechanisms.jurisdiction.queries import masked_names, path_names
from fangxian.mechanisms.ledger.exports import queries, rules
from fangxian.mechanisms.ledger.exports.queries import ExportFacts
from fangxian.mechanisms.ledger.people.actions import Identity
from fangxian.mechanisms.ledger.states import ExportForm, ExportState


FORMS: Words = {
    ExportForm.ROWS: pgettext_lazy("export", "sheet of rows"),
    ExportForm.DOCUMENTS: pgettext_lazy("export", "papers, one a person"),
    ExportForm.SCREEN: pgettext_lazy("export", "one person, on the screen"),
}
LOOKS: dict[str, tuple[str, str, Any]] = {
    "requested": ("due", "clock", pgettext_lazy("export", "waits for a second person")),
    "open": ("done", "lock-open", pgettext_lazy("export", "approved, opens now")),
    "over": ("none", "lock", pgettext_lazy("export", "approved, over")),
    "refused": ("late", "ban", pgettext_lazy("export", "refused")),
    "withdrawn": ("none", "arrow-back-up", pgettext_lazy("export", "withdrawn")),
    "lapsed": ("none", "clock", pgettext_lazy("export", "lapsed, nobody decided")),
}
NUMBER_SHOWN = 8
FULL_WIDTH_AND = "\uff06"  # a plain one is a command in a header
HEADER_MAX = 240  # a spreadsheet cuts a header at 255 characters
WIDTHS = (5, 10, 12, 22, 15, 8, 6, 40, 36, 46)


@dataclass(frozen=True, slots=True)
class ExportRow:
    """An export as lists show it."""

    facts: ExportFacts
    number: str
    form: str
    purpose: str
    who: str
    unit: str
    second: str
    look: tuple[str, str, str]


def rows(exports: Iterable[Any], at: datetime) -> list[ExportRow]:
    """Make rows of exports, in as many queries for one as for fifty."""
    return shown([queries.facts_of(export) for export in exports], at)


def shown(listed: Sequence[ExportFacts], at: datetime) -> list[ExportRow]:
    """Put exports into words."""
    deciders = {one.decided_by for one in listed if one.decided_by}
    names = masked_names({one.by for one in listed} | deciders)
    paths = path_names({one.area for one in listed})
    return [
        ExportRow(
            facts=one,
            number=number_of(one.id),
            form=str(FORMS[one.form]),
            purpose=str(PURPOSES[one.purpose]),
            who=names.get(one.by, ""),
            unit=paths.get(one.area, ""),
            second=names.get(one.decided_by, "") if one.decided_by else "",
            look=_look(one, at),
        )
        for one in listed
    ]


def number_of(export_id: UUID) -> str:
    """Give a number short enough to be read out: the end of the id."""
    return export_id.hex[-NUMBER_SHOWN:]


def is_open(facts: ExportFacts, at: datetime) -> bool:
    """Whether an approved export still opens."""
    return facts.opens_until is not None and at < facts.opens_until


def is_waiting(facts: ExportFacts, at: datetime) -> bool:
    """Whether somebody can still decide on a request, or who asked withdraw it."""
    return facts.waits_until is not None and at < facts.waits_until


def _look(facts: ExportFacts, at: datetime) -> tuple[str, str, str]:
    name = facts.state.value
    if facts.state is ExportState.APPROVED:
        name = "open" if is_open(facts, at) else "over"
    elif facts.waits_until is not None and not is_waiting(facts, at):
        name = ExportState.LAPSED.value
    look, icon, word = LOOKS[name]
    return look, icon, str(word)


def forms_of(actor: Actor) -> list[ExportForm]:
    """The forms that an actor may ask for."""
    return [form for form in ExportForm if rules.can_request(form, by=actor)]


def may_decide(facts: ExportFacts, actor: Actor, at: datetime) -> bool:
    """Whether the buttons that approve and refuse are worth showing."""
    return is_waiting(facts, at) and rules.can_decide(
        form=facts.form, requester=facts.by, role=facts.role, by=actor
    )


# ---------------------------------------------------------------------- the mark
def mark_of(facts: ExportFacts, *, at: datetime) -> str:
    """Say in one line who received this, from whom, when, and under which number."""
    names = masked_names([one for one in (facts.by, facts.decided_by) if one])
    said = gettext(
        "For {recipient} only · handed over by {who}, approved by {second} · {when} · no. {number}"
    )
    return said.format(
        recipient=facts.recipient,
        who=names.get(facts.by, ""),
        second=names.get(facts.decided_by, "") if facts.decided_by else "",
        when=at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
        number=number_of(facts.id),
    )


# --------------------------------------------------------------------- the sheet
def as_xlsx(people: Sequence[Identity], *, mark: str) -> bytes:
    """Write one row a person; every cell is text, every row and page bears the mark."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        workbook.set_properties(
            {"title": gettext("People handed over"), "comments": mark, "subject": mark}
        )
        sheet = workbook.add_worksheet()
        _lay_out(sheet, mark)
        looks = {"num_format": "@", "border": 1, "valign": "vcenter"}
        text = workbook.add_format({**looks, "text_wrap": True})
        bold = workbook.add_format({**looks, "bold": True})
        sheet.write_string(0, 0, neutral(mark), workbook.add_format({"bold": True}))
        for column, heading in enumerate(_headings()):
            sheet.write_string(1, column, heading, bold)
        for number, identity in enumerate(people, start=1):
            cells = (str(number), *_cells(identity), mark)
            for column, cell in enumerate(cells):
                sheet.write_string(number + 1, column, neutral(cell), text)
    return content.getvalue()


def _lay_out(sheet: Any, mark: str) -> None:
    """Set the page: the mark above and below, the headings repeated."""
    printed = mark.replace("&", FULL_WIDTH_AND)[:HEADER_MAX]
    sheet.set_header(f"&L{printed}")
    sheet.set_footer(f"&L{printed}&R&P/&N")
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, 1)
    sheet.freeze_panes(2, 2)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)


def _headings() -> tuple[str, ...]:
    return (
        gettext("No."),
        gettext("Name of the person"),
        gettext("Kind of paper"),
        gettext("Number of the paper"),
        gettext("Telephone"),
        gettext("Year of birth"),
        gettext("Sex"),
        gettext("Address"),
        gettext("Door"),
        gettext("Mark"),
    )


def _cells(identity: Identity) -> tuple[str, ...]:
    said = clear(identity)
    return (
        identity.name,
        said.paper,
        identity.number or identity.no_paper_why or "",
        identity.telephone or "",
        str(identity.birth_year or ""),
        said.sex,
        identity.address or "",
        said.door,
    )
