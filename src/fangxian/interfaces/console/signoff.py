"""How a return came about: computed, signed, restated, closed; old beside new."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from fangxian.interfaces.console.questions import word
from fangxian.kernel.actors import SYSTEM
from fangxian.mechanisms.jurisdiction import queries as jurisdiction
from fangxian.mechanisms.protocol.layouts import Layout
from fangxian.mechanisms.report import queries
from fangxian.mechanisms.report.states import Because


REASONS = {
    Because.LATE_BELOW: gettext_lazy("A lower unit signed after this was summed"),
    Because.RESTATED_BELOW: gettext_lazy("A lower unit's figures changed"),
    Because.CLOSING: gettext_lazy("What the rest of the day added, at the close"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the sign-off."""

    look: str
    icon: str
    label: str
    moment: dt.datetime | None
    who: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """One figure that a restatement changed."""

    label: str
    old: int
    new: int

    @property
    def by(self) -> str:
        """The difference with its sign."""
        return f"{self.new - self.old:+d}"


@dataclass(frozen=True, slots=True)
class Amendment:
    """A restatement as it is shown: the old figures beside the new ones."""

    number: int
    at: dt.datetime
    who: str
    reason: str
    by_hand: bool
    cause: int | None
    figures: tuple[Changed, ...]


def steps_of(returned: Any, amendments: Sequence[Amendment]) -> list[Step]:
    """Tell how a return came about: computed, signed, restated, frozen."""
    names = jurisdiction.masked_names({returned.attested_by} - {None})
    steps = [
        Step("ok", "check", gettext("Computed"), returned.computed_at),
        Step(
            "ok" if returned.attested_at else "to",
            "signature",
            gettext("Signed"),
            returned.attested_at,
            names.get(returned.attested_by, ""),
        ),
    ]
    steps += [
        Step("rv", "rotate", _amended(one), one.at, one.who) for one in amendments
    ]
    closed = Step(
        "ok" if returned.frozen_at else "to",
        "lock",
        gettext("Day closed"),
        returned.frozen_at,
    )
    return sorted([*steps, closed], key=_order)


def _amended(one: Amendment) -> str:
    return gettext("Restatement {number}").format(number=one.number)


def _order(step: Step) -> tuple[bool, dt.datetime]:
    """Sort what has happened by its moment, and what has not yet to the end."""
    far = dt.datetime.max.replace(tzinfo=dt.UTC)
    return step.moment is None, step.moment or far


def amendments_of(returned: Any) -> list[Amendment]:
    """List the restatements of a return with who, why, and old beside new."""
    layout = queries.layout_for(returned)
    changes = queries.changes(returned)
    persons = {one.restatement.by for one in changes} - {SYSTEM.person}
    names = jurisdiction.masked_names(persons)
    return [
        Amendment(
            number=one.restatement.number,
            at=one.restatement.at,
            who=names.get(one.restatement.by, ""),
            reason=reason_of(one.restatement.reason),
            by_hand=one.restatement.reason not in set(Because),
            cause=_return_of(one.restatement.cause),
            figures=tuple(
                Changed(
                    label=_label(layout, name),
                    old=one.old.get(name, 0),
                    new=one.restatement.figures[name],
                )
                for name in one.changed
            ),
        )
        for one in changes
    ]


def reason_of(reason: str) -> str:
    """Say why figures changed: the system's reasons in words, a person's as given."""
    return str(REASONS[Because(reason)]) if reason in set(Because) else reason


def _return_of(cause: str) -> int | None:
    what, _, number = cause.partition(":")
    return int(number) if what == "return" else None


def _label(layout: Layout, name: str) -> str:
    indicator = layout.indicator(name)
    return word(indicator.label) if indicator else name
