"""Changes of areas: what is asked, and what would follow, before it is done."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fangxian.interfaces.console.days import DayField
from fangxian.kernel.canonical import digest
from fangxian.kernel.scopes import Scope
from fangxian.mechanisms.jurisdiction import queries
from fangxian.mechanisms.jurisdiction.changes import Part
from fangxian.mechanisms.jurisdiction.queries import AreaFacts
from fangxian.mechanisms.jurisdiction.rehearsal import Outcome, rehearse
from fangxian.mechanisms.jurisdiction.states import Level
from fangxian.mechanisms.ledger import queries as ledger
from fangxian.mechanisms.ledger.states import Standing
from fangxian.mechanisms.task import queries as tasks
from fangxian.mechanisms.task.states import OPEN


PARTS_MAX = 4
EVERYWHERE = Scope(everywhere=True)


# ------------------------------------------------------------------ what is asked
class ReformForm(forms.Form):
    """Since when a change holds, and by which document. ``seen`` is what was shown."""

    on = DayField(
        label=_("From which day"),
    )
    source = forms.CharField(
        label=_("By which document"),
        max_length=200,
        help_text=_("Title and number, so that others can look it up."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, area: AreaFacts, scope: Scope, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.arrange(area, scope)
        self.order_fields([name for name in self.fields if name not in TERMS])

    def arrange(self, area: AreaFacts, scope: Scope) -> None:
        """Offer what this area, seen from this scope, leaves to choose."""

    @property
    def said(self) -> dict[str, Any]:
        """What was asked for, without what the form itself carries."""
        return {
            name: given for name, given in self.cleaned_data.items() if name != "seen"
        }


TERMS = ("on", "source", "seen")


class RenameForm(ReformForm):
    """Another name."""

    name = forms.CharField(label=_("New name"), max_length=40)


class RecodeForm(ReformForm):
    """Another statistical code, or none."""

    code = forms.CharField(
        label=_("New statistical code"),
        required=False,
        max_length=15,
        help_text=_("Management areas and what lies below a community have none."),
    )

    def clean_code(self) -> str | None:
        """Take an empty field for no code."""
        return str(self.cleaned_data["code"]).strip() or None


class MoveForm(ReformForm):
    """Another area above, and the name and code it has there."""

    to = forms.TypedChoiceField(label=_("It will lie in"), coerce=int)
    name = forms.CharField(
        label=_("Name there"),
        required=False,
        max_length=40,
        help_text=_("Left empty, it keeps its own."),
    )
    code = forms.CharField(
        label=_("Statistical code there"),
        required=False,
        max_length=15,
        help_text=_("Left empty, it keeps its own."),
    )

    def arrange(self, area: AreaFacts, scope: Scope) -> None:
        """Offer the areas of the district that lie as high as its own parent."""
        offer(self, "to", _parents(area, scope))


class MergeForm(ReformForm):
    """Which areas beside it are continued by this one."""

    areas = forms.TypedMultipleChoiceField(
        label=_("These end and are continued by it"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )

    def arrange(self, area: AreaFacts, scope: Scope) -> None:
        """Offer the areas beside it."""
        offer(self, "areas", beside(area, scope))


class AbolishForm(ReformForm):
    """Which areas beside it read what was written in it."""

    successors = forms.TypedMultipleChoiceField(
        label=_("Continued by"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without any, the area above reads what was written here."),
    )

    def arrange(self, area: AreaFacts, scope: Scope) -> None:
        """Offer the areas beside it."""
        offer(self, "successors", beside(area, scope))


class SplitForm(ReformForm):
    """The areas that continue it, and which of them takes each area below it."""

    def arrange(self, area: AreaFacts, scope: Scope) -> None:
        """Ask for up to four parts, and for each area below where it goes."""
        del scope
        self.below = _children(area)
        for number in range(1, PARTS_MAX + 1):
            asked = number <= 2  # noqa: PLR2004 -- fewer than two parts are no split
            self.fields[f"name_{number}"] = forms.CharField(
                label=_numbered(_("Part {number}: name"), number),
                required=asked,
                max_length=40,
            )
            self.fields[f"code_{number}"] = forms.CharField(
                label=_numbered(_("Part {number}: statistical code"), number),
                required=False,
                max_length=15,
            )
        for child in self.below:
            self.fields[f"goes_{child.id}"] = forms.TypedChoiceField(
                label=child.name,
                coerce=int,
                choices=[
                    (number, _numbered(_("to part {number}"), number))
                    for number in range(1, PARTS_MAX + 1)
                ],
            )

    def clean(self) -> dict[str, Any]:
        """Refuse an area below that would go to a part without a name."""
        cleaned = super().clean() or self.cleaned_data
        for child in self.below:
            taker = cleaned.get(f"goes_{child.id}")
            if taker and not cleaned.get(f"name_{taker}"):
                self.add_error(f"goes_{child.id}", _("This part has no name."))
        return cleaned

    @property
    def parts(self) -> list[Part]:
        """The named parts, each with the areas below that go to it."""
        given = self.cleaned_data
        return [
            Part(
                name=given[f"name_{number}"].strip(),
                code=given[f"code_{number}"].strip() or None,
                takes=frozenset(
                    child.id
                    for child in self.below
                    if given[f"goes_{child.id}"] == number
                ),
            )
            for number in range(1, PARTS_MAX + 1)
            if given[f"name_{number}"]
        ]


def _numbered(words: Any, number: int) -> str:
    return str(words).format(number=number)


def offer(form: forms.Form, name: str, areas: Iterable[AreaFacts]) -> None:
    """Let a field choose among areas, each told by its path."""
    listed = list(areas)
    paths = queries.path_names(area.id for area in listed)
    choices = [(area.id, paths[area.id]) for area in listed]
    form.fields[name].choices = choices  # type: ignore[attr-defined]  # a ChoiceField


def _children(area: AreaFacts) -> list[AreaFacts]:
    return [one for one in queries.areas_below(area.id) if one.parent == area.id]


def beside(area: AreaFacts, scope: Scope) -> list[AreaFacts]:
    """The standing areas in scope that lie in the same one as this."""
    if area.parent is None:
        return []
    rows = queries.areas_within(scope, level=area.level, area=area.parent)
    return [
        facts
        for facts in map(queries.facts_of, rows)
        if facts.parent == area.parent and facts.id != area.id
    ]


def _parents(area: AreaFacts, scope: Scope) -> list[AreaFacts]:
    """The areas in scope that it could lie in instead: of its district, or its city."""
    above = queries.ancestors(area.id)
    if not above:
        return []
    district = [one for one in above[:-1] if one.level <= Level.DISTRICT]
    top = district[-1] if district else above[0]
    level = above[-1].level
    rows = queries.areas_within(scope, level=level, area=top.id)
    return [queries.facts_of(one) for one in rows if one.pk != area.parent]


# ---------------------------------------------------------------- what would follow
@dataclass(frozen=True, slots=True)
class Reading:
    """A unit that reads more or less than before, counted."""

    path: str
    more: bool
    places: int
    duties: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do, in numbers; ``seen`` names exactly this."""

    outcome: Outcome
    places: int
    duties: int
    readings: tuple[Reading, ...]
    seen: str


def preview(
    change: Callable[[], object], areas: Iterable[int], said: dict[str, Any]
) -> Preview:
    """Rehearse a change and count what hangs on the areas it is about."""
    outcome = rehearse(change, areas=list(areas))
    places, duties = _places_in(outcome.held), _duties_in(outcome.held)
    readings = tuple(
        Reading(
            path=reader.path,
            more=more,
            places=sum(places[area] for area in concerned),
            duties=sum(duties[area] for area in concerned),
        )
        for reader in outcome.readers
        for more, concerned in ((True, reader.gains), (False, reader.leaves))
        if concerned
    )
    shown = (
        outcome.ends,
        outcome.begins,
        outcome.posts_moved,
        outcome.posts_closed,
        [(one.path, one.more, one.places, one.duties) for one in readings],
    )
    return Preview(
        outcome=outcome,
        places=places.total(),
        duties=duties.total(),
        readings=readings,
        seen=digest([said, shown]),
    )


def _places_in(areas: Iterable[int]) -> Counter[int]:
    counted: Counter[int] = Counter()
    for total in ledger.totals(list(areas)):
        if total.standing != Standing.CLOSED:
            counted[total.area] += total.n
    return counted


def _duties_in(areas: Iterable[int]) -> Counter[int]:
    rows = tasks.tasks(EVERYWHERE, states=OPEN).filter(area__in=list(areas))
    return Counter(rows.order_by().values_list("area", flat=True))
