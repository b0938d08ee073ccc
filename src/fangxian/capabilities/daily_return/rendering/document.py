"""A bulletin as a document: title, paragraphs and tables, before any typesetting."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from fangxian.capabilities.daily_return.rendering.layout import Layout, layout_in
from fangxian.kernel.moments import SHANGHAI


DIGITS_SHOWN = 4

Facts: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Heading:
    """A numbered heading."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, indented by two characters."""

    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its label, its width in mm, how it is aligned.

    ``kept`` cells are short and never broken over lines.
    """

    label: str
    width: int
    align: str
    kept: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A table; every cell is text."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def cells(self) -> Iterator[list[tuple[Column, str]]]:
        """Give each row's cells beside their columns."""
        for row in self.rows:
            yield list(zip(self.columns, row, strict=True))


Block: TypeAlias = Heading | Paragraph | Table


@dataclass(frozen=True, slots=True)
class Document:
    """All that stands on the paper."""

    language: str
    masthead: str
    number: str
    issuer: str
    issued_on: str
    title: str
    salutation: str
    blocks: tuple[Block, ...]
    footnote: str
    fonts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Paper:
    """An issued bulletin: what a document is made from."""

    number: int
    content: Facts
    digest: str
    issued_at: dt.datetime


def document_of(paper: Paper, language: str) -> Document:
    """Set out an issued bulletin in a language."""
    layout = layout_in(language)
    facts = _facts(paper, layout)
    issued_on = _day(layout, "day", paper.issued_at.astimezone(SHANGHAI).date())
    return Document(
        language="zh-CN" if layout.language == "zh" else "en",
        masthead=layout.word("masthead"),
        number=layout.word("number").format_map(facts),
        issuer=layout.word("issuer").format_map(facts),
        issued_on=issued_on,
        title=layout.word("title").format_map(facts),
        salutation=layout.word("salutation"),
        blocks=tuple(_blocks(layout, facts, {**paper.content, **_of_the_day(paper)})),
        footnote=layout.word("footnote").format_map(facts),
        fonts=layout.raw["fonts"],
    )


# ----------------------------------------------------------------------- facts
def _facts(paper: Paper, layout: Layout) -> Facts:
    """Name what the sentences are filled with, every list already spelled out."""
    content = paper.content
    corrects = content.get("corrects")
    parts = corrects["changes"] if corrects else []
    joiner = layout.word("joiner")
    return {
        "number": paper.number,
        "area": content["area"]["name"],
        "short_day": _day(layout, "short_day", dt.date.fromisoformat(content["day"])),
        "at": _moment(layout, "moment", content["at"]),
        "digest": _short(paper.digest),
        "f": content["figures"],
        "returns": _returns(layout, content["returns"]),
        "findings": content["findings"],
        "inspected": content["inspected"],
        **_of_the_day(paper),
        "resting": joiner.join(_resting(layout, content["inspected"])),
        "units": content["units"],
        "corrects": corrects and {**corrects, "digest": _short(corrects["digest"])},
        "changes": joiner.join(layout.named("parts", part) for part in parts),
    }


def _of_the_day(paper: Paper) -> Facts:
    """Give what was inspected on the day itself; the rest of the month is one line."""
    inspected = paper.content["inspected"]
    return {"inspected_today": [one for one in inspected if one["records"]]}


def _resting(layout: Layout, inspected: Sequence[Facts]) -> Iterator[str]:
    """Tell by form what was inspected this month but not on the day; kinds are apart."""
    forms: dict[str, list[Facts]] = {}
    for one in inspected:
        if not one["records"]:
            forms.setdefault(one["form"], []).append(one)
    for rows in forms.values():
        yield layout.word("resting").format(
            form=layout.pick(rows[0]["form_title"]),
            kinds=len(rows),
            places=sum(one["places_month"] for one in rows),
        )


def _returns(layout: Layout, returns: Facts) -> Facts:
    named = {name: _names(layout, returns[name]) for name in ("late", "missing")}
    counts = {f"{name}_count": len(returns[name]) for name in ("late", "missing")}
    return {**returns, **named, **counts}


def _names(layout: Layout, names: Sequence[Sequence[str]]) -> str:
    step = layout.word("step")
    return layout.word("joiner").join(step.join(name) for name in names)


def _short(digest: str) -> str:
    return f"{digest[:DIGITS_SHOWN]}…{digest[-DIGITS_SHOWN:]}"


def _day(layout: Layout, name: str, day: dt.date) -> str:
    return layout.word(name).format(day)


def _moment(layout: Layout, name: str, text: str) -> str:
    moment = dt.datetime.fromisoformat(text).astimezone(SHANGHAI)
    return layout.word(name).format(moment)


# ---------------------------------------------------------------------- blocks
def _blocks(layout: Layout, facts: Facts, content: Facts) -> Iterator[Block]:
    numerals = iter(layout.pick(layout.raw["numerals"]))
    for block in layout.raw["blocks"]:
        if not _stands(block, facts):
            continue
        if "table" in block:
            yield _table(layout, block["columns"], content[block["table"]])
        elif "heading" in block:
            text = layout.pick(block["heading"])
            numbered = layout.word("heading").format(numeral=next(numerals), text=text)
            yield Heading(numbered)
        else:
            yield Paragraph(layout.pick(block["paragraph"]).format_map(facts))


def _stands(block: Mapping[str, Any], facts: Facts) -> bool:
    if "if" in block:
        return bool(_fact(facts, block["if"]))
    return not ("unless" in block and _fact(facts, block["unless"]))


def _fact(facts: Facts, path: str) -> object:
    found: Any = facts
    for name in path.split("."):
        found = found and found[name]
    return found


def _table(
    layout: Layout, columns: Sequence[Mapping[str, Any]], rows: Sequence[Facts]
) -> Table:
    return Table(
        columns=tuple(_column(layout, one) for one in columns),
        rows=tuple(
            tuple(_cell(layout, one, row, number) for one in columns)
            for number, row in enumerate(rows, start=1)
        ),
    )


def _column(layout: Layout, column: Mapping[str, Any]) -> Column:
    return Column(
        label=layout.pick(column["label"]),
        width=column["width"],
        align=column.get("align", "left"),
        kept="as" in column or "align" in column,
    )


def _cell(layout: Layout, column: Mapping[str, Any], row: Facts, number: int) -> str:
    if column["field"] == "#":
        return str(number)
    said = row[column["field"]]
    value = layout.pick(column.get("otherwise", "") if said == "" else said)
    kind = column.get("as")
    if kind == "moment":
        return _moment(layout, "moment_in_table", value)
    if kind == "day":
        return _day(layout, "day_in_table", dt.date.fromisoformat(value))
    if kind == "state":
        return layout.named("states", value)
    return layout.word("step").join(value) if isinstance(value, list) else str(value)
