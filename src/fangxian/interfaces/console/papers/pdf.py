"""A paper as PDF: a template of ours set by WeasyPrint, which fetches nothing."""

from pathlib import Path
from typing import Any, NoReturn

from django.template.loader import render_to_string

from fangxian.interfaces.console.papers.content import Paper


STYLE = Path(__file__).parent / "paper.css"


def write(paper: Paper) -> bytes:
    """Set a paper as PDF, with its fonts in it."""
    from weasyprint import CSS, HTML  # type: ignore[import-untyped]  # noqa: PLC0415 -- it ships no types; it loads Pango, which only papers need

    page = render_to_string("console/papers/paper.html", {"paper": paper})
    style = CSS(string=STYLE.read_text("utf-8"), url_fetcher=_fetch_nothing)
    written = HTML(string=page, url_fetcher=_fetch_nothing).write_pdf(
        stylesheets=[style]
    )
    assert written is not None  # noqa: S101 -- without a target it gives the bytes
    return bytes(written)


def _fetch_nothing(url: str, *args: Any, **kwargs: Any) -> NoReturn:
    """Refuse every address: a paper holds all that it needs."""
    del args, kwargs  # whatever it asks for
    raise ValueError(f"a paper fetches nothing, and not {url[:40]}")
