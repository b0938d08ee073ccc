"""One person's time at home as the page shows it: a strip of days, and lines."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, pgettext

from fangxian.capabilities.home_watch import queries
from fangxian.capabilities.home_watch.queries import Day, Line, Slot
from fangxian.capabilities.home_watch.states import Form, Outcome, What
from fangxian.interfaces.console.questions import told, word
from fangxian.interfaces.console.restrictions import ENDINGS, VALUES
from fangxian.interfaces.console.results import OUTCOMES
from fangxian.interfaces.console.watching import (
    SHORT,
    ends_at,
    half_of_day,
    measure_name,
)
from fangxian.kernel.moments import SHANGHAI
from fangxian.mechanisms.jurisdiction import queries as jurisdiction
from fangxian.mechanisms.protocol.packs import Pack
from fangxian.mechanisms.task.states import State


HEALTH_LINES = frozenset({What.RECORDED, What.MISSED, What.RESULT, What.FOUND})
FEVER = 373  # tenths of a degree; the form of the pack raises the finding


@dataclass(frozen=True, slots=True)
class Cell:
    """What a day of the strip says of one duty."""

    look: str
    icon: str
    label: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A day of the strip: its temperatures, and what else was owed."""

    day: Day
    look: str
    temperatures: tuple[Cell, ...]
    others: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the timeline in words."""

    at: dt.datetime
    look: str
    icon: str
    title: str
    detail: str = ""
    who: str = ""
    href: str = ""


# ------------------------------------------------------------------------ the strip
def strip(
    days: Sequence[Day], pack: Pack, at: dt.datetime, *, is_told: bool
) -> list[Box]:
    """Show every day: what was measured, what was late or missed, what comes.

    Without ``is_told`` it says that something was measured, and not what.
    """
    return [_box(day, pack, at, is_told=is_told) for day in days]


def _box(day: Day, pack: Pack, at: dt.datetime, *, is_told: bool) -> Box:
    look = "now" if day.is_today else "past" if day.is_past else ""
    health = [slot for slot in day.slots if slot.form == Form.HEALTH]
    others = [slot for slot in day.slots if slot.form != Form.HEALTH]
    planned = sorted(day.planned - {Form.HEALTH.value})
    return Box(
        day=day,
        look=look,
        temperatures=tuple(_temperature(slot, at, is_told=is_told) for slot in health),
        others=(
            *(_duty(slot, pack, at) for slot in others),
            *(Cell("plan", "calendar", _short(pack, form)) for form in planned),
        ),
    )


def _temperature(slot: Slot, at: dt.datetime, *, is_told: bool) -> Cell:
    label = half_of_day(slot.due_at)
    if slot.state == State.COMPLETED and not is_told:
        look, icon = ("due", "clock") if slot.was_late else ("done", "check")
        return Cell(look, icon, label, pgettext("duty", "done"))
    if slot.state == State.COMPLETED:
        degrees = slot.answers.get("temperature")
        value = gettext("not reached") if degrees is None else degrees_of(degrees)
        is_bad = degrees is None or degrees >= FEVER
        look = "late" if is_bad else "due" if slot.was_late else "done"
        return Cell(look, "clock" if slot.was_late else "", label, value)
    if slot.state == State.LAPSED:
        return Cell("late", "alert-triangle", label, pgettext("duty", "missed"))
    due = slot.due_at.astimezone(SHANGHAI).strftime("%H:%M")
    late = slot.due_at <= at
    said = gettext("overdue") if late else gettext("by {time}").format(time=due)
    return Cell("late" if late else "doing", "", label, said)


def degrees_of(tenths: int) -> str:
    """Write tenths of a degree as degrees."""
    return f"{tenths // 10}.{tenths % 10}"


def _duty(slot: Slot, pack: Pack, at: dt.datetime) -> Cell:
    title = _short(pack, slot.form)
    if slot.state == State.COMPLETED:
        return Cell("done", "check", title)
    if slot.state == State.LAPSED:
        return Cell("late", "alert-triangle", title, pgettext("duty", "missed"))
    return Cell("late" if slot.due_at <= at else "due", "clock", title)


def _short(pack: Pack, form: str) -> str:
    return str(SHORT[form]) if form in SHORT else _title(pack, form)


def _title(pack: Pack, form: str) -> str:
    found = pack.form(form)
    return form if found is None else word(found.title)


# ------------------------------------------------------------------------ the lines
def lines(
    watch: Any, told_: Sequence[Line], at: dt.datetime, *, is_told: bool
) -> list[Told]:
    """Put the lines of a timeline into words, in as many queries for one as for many.

    Without ``is_told`` they say what was done, and nothing of anybody's health.
    """
    pack = queries.edition_for(watch, at).pack
    persons = {line.by for line in told_ if line.by is not None and line.by.int}
    names = jurisdiction.masked_names(persons)
    return [
        _told(
            line if is_told else _untold(line),
            *(watch, pack, "" if line.by is None else names.get(line.by, "")),
        )
        for line in told_
    ]


def _untold(line: Line) -> Line:
    """Leave out of a line what was answered and what was found."""
    if line.what is What.FOUND:
        return replace(line, text=gettext("not told here"))
    return replace(line, answers={}, observation=None)


def _told(line: Line, watch: Any, pack: Pack, who: str) -> Told:
    if line.what is What.RECORDED:
        return _recorded(line, pack, who)
    if line.what is What.MISSED:
        missed = gettext("{duty}: missed").format(duty=_title(pack, line.form))
        href = reverse("task", args=[line.number])
        return Told(line.at, "late", "alert-triangle", missed, href=href)
    look, icon = LOOKS[line.what]
    if line.what is What.RESULT and line.text in OUTCOMES:
        look = OUTCOMES[Outcome(line.text)][0]
    title = _TITLES[line.what](line, watch)
    href = _href(line, watch)
    return Told(line.at, look, icon, title, _sampled(line), who, href)


def _sampled(line: Line) -> str:
    """Say of a result which sample it is of, and who found it."""
    if line.day is None:
        return ""
    sampled = gettext("sampled on {day}").format(day=line.day.strftime("%m-%d"))
    return " · ".join(part for part in (sampled, line.note) if part)


def _recorded(line: Line, pack: Pack, who: str) -> Told:
    form = pack.form(line.form)
    said = [] if form is None else told(form, line.answers)
    detail = _health(line.answers, dict(said), form) if line.form == Form.HEALTH else ""
    if not detail:
        detail = " · ".join(f"{label}: {answer}" for label, answer in said)
    title = _title(pack, line.form)
    if line.is_corrected:
        title = gettext("{title} (corrected later)").format(title=title)
    icon = "users" if line.form == Form.TEAM else "check"
    href = reverse("visit", args=[line.observation]) if line.observation else ""
    return Told(line.at, "done", icon, title, detail, who, href)


def _health(answers: Mapping[str, Any], said: Mapping[str, str], form: Any) -> str:
    """Say a health record in a line: the degrees, the symptoms, what is needed."""
    if "temperature" not in answers:
        return ""
    symptoms = said.get(word(form.question("symptoms").label), "")
    parts = [
        f"{degrees_of(answers['temperature'])} ℃",
        symptoms or gettext("no symptoms"),
    ]
    if answers.get("left_home"):
        parts.append(word(form.question("left_home").label))
    if answers.get("needs"):
        parts.append(str(answers["needs"]))
    return " · ".join(parts)


# --------------------------------------------------------------------- the measure
LOOKS = {
    What.SIGNED: ("right", "scale"),
    What.OPENED: ("done", "door"),
    What.FOUND: ("due", "flag"),
    What.RESULT: ("done", "test-pipe"),
    What.APPEALED: ("right", "gavel"),
    What.RULED: ("right", "gavel"),
    What.ENDED: ("done", "lock-open"),
}
PAGES = {What.FOUND: "finding", What.APPEALED: "appeal", What.RULED: "appeal"}


def _href(line: Line, watch: Any) -> str:
    if line.what is What.SIGNED:
        return reverse("decision", args=[watch.pk])
    page = PAGES.get(line.what)
    return reverse(page, args=[line.number]) if page else ""


def _signed(line: Line, watch: Any) -> str:
    del line  # the decision tells it all
    decision = watch.decision
    return gettext("{measure} signed, until {until}").format(
        measure=measure_name(decision), until=ends_at(decision.until)
    )


def _opened(line: Line, watch: Any) -> str:
    del line, watch  # it is said in the same words of everybody
    return gettext("Looked after at home from here on")


def _found(line: Line, watch: Any) -> str:
    del watch  # the line tells it all
    return gettext("Problem: {text}").format(text=line.text)


def _result(line: Line, watch: Any) -> str:
    del watch  # the line tells it all
    said = VALUES.get(line.text, line.text)
    return gettext("Laboratory result: {result}").format(result=said)


def _filed(line: Line, watch: Any) -> str:
    del line, watch  # what was said is for those who decide
    return gettext("Objection filed")


def _ruled(line: Line, watch: Any) -> str:
    del watch  # the line tells it all
    if line.text == "upheld":
        return pgettext("objection", "Objection upheld")
    return pgettext("objection", "Objection rejected")


def _ended(line: Line, watch: Any) -> str:
    del watch  # the line tells it all
    return gettext("The measure is over: {reason}").format(reason=ENDINGS[line.text])


_TITLES: Mapping[What, Callable[[Line, Any], str]] = {
    What.SIGNED: _signed,
    What.OPENED: _opened,
    What.FOUND: _found,
    What.RESULT: _result,
    What.APPEALED: _filed,
    What.RULED: _ruled,
    What.ENDED: _ended,
}
