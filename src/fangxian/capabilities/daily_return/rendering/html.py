"""A document as HTML: a sheet to stand in a page, or a page of its own to print."""

from pathlib import Path

from django.template.loader import render_to_string

from fangxian.capabilities.daily_return.rendering.document import (
    Document,
    Heading,
    Paragraph,
    Table,
)


STYLE = Path(__file__).parents[1] / "static" / "daily_return" / "bulletin.css"
NAMES = {Heading: "heading", Paragraph: "paragraph", Table: "table"}


def sheet(document: Document) -> str:
    """Render the sheet; the page around it brings ``daily_return/bulletin.css``."""
    blocks = [{"is": NAMES[type(block)], "block": block} for block in document.blocks]
    context = {"document": document, "blocks": blocks}
    return render_to_string("daily_return/sheet.html", context)


def page(document: Document) -> str:
    """Render a page that stands alone, its style inside, ready to print."""
    context = {
        "document": document,
        "sheet": sheet(document),
        "style": STYLE.read_text(encoding="utf-8"),
    }
    return render_to_string("daily_return/page.html", context)
