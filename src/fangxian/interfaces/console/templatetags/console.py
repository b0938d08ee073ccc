"""Tags and filters for the templates: icons, chips, clocks, bars, fields, pagers."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput
from django.forms.utils import flatatt
from django.template import Context
from django.templatetags.static import static
from django.utils import dateformat
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, pgettext

from fangxian.interfaces.console.matrix import can_open, can_write
from fangxian.interfaces.console.words import ROLE_NAMES, Said, say
from fangxian.kernel.actors import Role
from fangxian.kernel.moments import SHANGHAI, day_of
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.jurisdiction import queries as jurisdiction


register = template.Library()

CHIP_ICONS = {
    "late": "clock",
    "due": "clock",
    "doing": "refresh",
    "done": "check",
    "none": "question-mark",
    "right": "rotate",
}
MINUTES_AN_HOUR = 60
HOURS_A_DAY = 24


# ------------------------------------------------------------------------- icons
@register.simple_tag
def icon(name: str, large: str = "") -> SafeString:
    """Draw an icon of the sprite; it says nothing to a screen reader."""
    return format_html(
        '<svg class="i{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        " l" if large else "",
        static("console/built/icons.svg"),
        name,
    )


# ------------------------------------------------------------------------- times
@register.filter
def shanghai(moment: dt.datetime | None, form: str = "%m-%d %H:%M") -> str:
    """Write a moment in Shanghai time; 11-02 09:12 unless told otherwise."""
    return moment.astimezone(SHANGHAI).strftime(form) if moment else ""


@register.simple_tag(takes_context=True)
def when(context: Context, moment: dt.datetime | None) -> str:
    """Write a moment as near as needed: 09:12 today, 11-02 09:12 on other days."""
    if moment is None:
        return ""
    today = day_of(moment) == day_of(context["at"])
    return shanghai(moment, "%H:%M" if today else "%m-%d %H:%M")


@register.filter
def day_name(day: dt.date | None) -> str:
    """Write a day in a sentence: month, day and weekday in the reader's language."""
    return dateformat.format(day, pgettext("date format", "M j, l")) if day else ""


@register.filter
def day_plain(day: dt.date | None) -> str:
    """Write a day without its weekday, in the reader's language."""
    return dateformat.format(day, pgettext("date format", "M j")) if day else ""


def span(length: dt.timedelta) -> str:
    """Say a length of time in the two units that matter: 3 d 4 h, 11 h 42 min, 7 min."""
    minutes = max(int(length.total_seconds()) // 60, 0)
    hours, rest = divmod(minutes, MINUTES_AN_HOUR)
    days, hours_left = divmod(hours, HOURS_A_DAY)
    if days:
        return gettext("{days} d {hours} h").format(days=days, hours=hours_left)
    if hours:
        return gettext("{hours} h {minutes} min").format(hours=hours, minutes=rest)
    return gettext("{minutes} min").format(minutes=minutes)


@register.filter(name="span")
def span_filter(length: dt.timedelta) -> str:
    """Say a length of time (see ``span``)."""
    return span(length)


@dataclass(frozen=True, slots=True)
class Running:
    """A deadline against the clock: how it looks and what it says."""

    look: str
    text: str


SOON = dt.timedelta(hours=2)


def running(due: dt.datetime, at: dt.datetime, *, bare: bool) -> Running:
    """Compare a deadline with the clock: late, due soon, or still far."""
    if due <= at:
        late = span(at - due)
        text = late if bare else gettext("overdue {span}").format(span=late)
        return Running("late", text)
    left = gettext("{span} left").format(span=span(due - at))
    return Running("due" if due - at <= SOON else "", left)


@register.inclusion_tag("console/parts/clock.html", takes_context=True)
def clock(context: Context, due: dt.datetime, *, bare: bool = False) -> dict[str, Any]:
    """Show how late a duty is or how long is left; ``bare`` leaves out "overdue"."""
    return {"running": running(due, context["at"], bare=bare), "due": due}


# ------------------------------------------------------------------------- parts
@register.inclusion_tag("console/parts/chip.html")
def chip(look: str, word: str, name: str = "") -> dict[str, str]:
    """Show a state: one of late, due, doing, done, none, right, and its word."""
    return {"look": look, "word": word, "icon_name": name or CHIP_ICONS[look]}


@register.inclusion_tag("console/parts/tile.html")
def tile(
    label: str,
    figure: Any,
    href: str = "",
    *,
    icon_name: str = "list",
    of: str = "",
    note: str = "",
    look: str = "",
) -> dict[str, Any]:
    """Show a figure with its denominator (``of``) and a line of comparison."""
    return {
        "label": label,
        "figure": figure,
        "href": href,
        "icon_name": icon_name,
        "of": of,
        "note": note,
        "look": look,
    }


@register.inclusion_tag("console/parts/ladder.html")
def ladder(climbed: int, words: list[str] | tuple[str, ...]) -> dict[str, Any]:
    """Show how far a duty has climbed: 0 is nobody yet; ``words`` name the steps."""
    steps = [
        {"number": number, "reached": number <= climbed, "first": number == 1}
        for number in range(1, len(words) + 1)
    ]
    word = words[climbed - 1] if climbed else gettext("not escalated")
    return {"steps": steps, "word": word}


PERCENT_SEEN = 2.0


@register.inclusion_tag("console/parts/coverage.html")
def coverage(
    should: int, did: int, missed: int = 0, unknown: int = 0
) -> dict[str, Any]:
    """Show a bar: the track is what should be, solid what was, hatched what was not."""
    bands = []
    start = 0.0
    for look, n in (("a", did), ("u", unknown), ("m", missed)):
        if not n or not should:
            continue
        width = max(100 * n / should, PERCENT_SEEN)
        left = min(start, 100 - width)
        bands.append({"look": look, "x": f"{left:.2f}%", "width": f"{width:.2f}%"})
        start = left + width
    label = gettext("{did} of {should}").format(did=did, should=should)
    return {"bands": bands, "label": label}


@register.inclusion_tag("console/parts/refusal.html")
def refusal(what: Refusal | Said | None) -> dict[str, Any]:
    """Show why not, what would help, and the code; nothing for None."""
    return {"said": say(what) if isinstance(what, Refusal) else what}


@register.inclusion_tag("console/parts/empty.html")
def empty(title: str, text: str = "", look: str = "done") -> dict[str, str]:
    """Say that there is nothing: ``done`` (good), ``waiting`` (not yet), ``trouble``."""
    icons = {"done": "circle-check", "waiting": "clock", "trouble": "alert-triangle"}
    return {"title": title, "text": text, "look": look, "icon_name": icons[look]}


@register.inclusion_tag("console/parts/crumbs.html")
def crumbs(*pairs: str) -> dict[str, Any]:
    """Show where we are: href, word, href, word …; an empty href is not a link."""
    return {"crumbs": list(zip(pairs[::2], pairs[1::2], strict=True))}


@register.inclusion_tag("console/parts/field.html")
def field(bound: BoundField, help_text: str = "") -> dict[str, Any]:
    """Show a form field: label, input, help, and its errors beside it.

    What the form says in ``around`` about a field stands on the element around it.
    """
    described = []
    if help_text or bound.help_text:
        described.append(f"{bound.id_for_label}-help")
    if bound.errors:
        described.append(f"{bound.id_for_label}-error")
    attributes: dict[str, str | bool] = (
        {"aria-describedby": " ".join(described)} if described else {}
    )
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return {
        "field": bound,
        "widget": bound.as_widget(attrs=attributes),
        "help_text": help_text or bound.help_text,
        "tick": isinstance(bound.field.widget, CheckboxInput),
        "many": bound.use_fieldset,
        "around": flatatt(getattr(bound.form, "around", {}).get(bound.name, {})),
    }


@register.inclusion_tag("console/parts/wrong.html")
def wrong(form: BaseForm) -> dict[str, Any]:
    """Say what in a filter was not understood, and is therefore not asked for."""
    return {"fields": [one for one in form if one.errors]}


@register.inclusion_tag("console/parts/fold.html", takes_context=True)
def fold(context: Context) -> dict[str, Any]:
    """Fold the form of filters behind it on a small screen; needs no script.

    Says how many filters are set, because those that are folded cannot be seen.
    """
    asked = context["request"].GET.items()
    return {"chosen": sum(1 for name, said in asked if said and name != "page")}


@register.inclusion_tag("console/parts/pager.html", takes_context=True)
def pager(context: Context, page: Any) -> dict[str, Any]:
    """Show which rows of how many, and the way to the pages before and after."""
    query = context["request"].GET.copy()
    links = {}
    for name, there, number in (
        ("before", page.has_previous, "previous_page_number"),
        ("after", page.has_next, "next_page_number"),
    ):
        if there():
            query["page"] = str(getattr(page, number)())
            links[name] = f"?{query.urlencode()}"
    count = page.paginator.count
    total = ngettext("{count} row", "{count} rows", count).format(count=f"{count:,}")
    return {"page": page, "total": total, "links": links}


# ------------------------------------------------------------------------ rights
@register.simple_tag(takes_context=True)
def opens(context: Context, url: str) -> bool:
    """Whether the reader may open this URL name; use it before showing a link."""
    actor = context["frame"].actor
    return can_open(url, actor.role if actor else None)


@register.simple_tag(takes_context=True)
def writes(context: Context, url: str) -> bool:
    """Whether the reader may post to this URL name; use it before showing a form."""
    actor = context["frame"].actor
    return can_write(url, actor.role if actor else None)


# ------------------------------------------------------------------------- words
@register.filter
def at_key(mapping: dict[Any, Any], key: Any) -> Any:
    """Look up a key that is itself a variable."""
    return mapping.get(key, "")


@register.filter
def role_name(role: str) -> str:
    """Name a role in the reader's language."""
    return str(ROLE_NAMES[Role(role)])


@register.filter
def masked(person: Any) -> str:
    """Name a member of the staff with the middle hidden. One query: not in lists."""
    return jurisdiction.masked_name(person)
