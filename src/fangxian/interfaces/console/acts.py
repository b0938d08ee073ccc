"""The forms of the acts upon a finding: put right, looked back on, given a reason."""

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from fangxian.interfaces.console.findings import checklist_of
from fangxian.interfaces.console.photos import WithPhotos


NOTE_MOST = 500


class Act(forms.Form):
    """Any act on a finding. ``opened`` is when the form was opened."""

    opened = forms.DateTimeField(
        required=False,
        widget=forms.HiddenInput,
        input_formats=["%Y-%m-%dT%H:%M:%S.%f%z"],
    )

    def __init__(self, *said: Any, found: Any, **more: Any) -> None:
        super().__init__(*said, **more)
        self.found = found


class Recorded(Act, WithPhotos):
    """An act that leaves a record; ``id`` was made when the form was opened."""

    id = forms.UUIDField(widget=forms.HiddenInput)


class RectifyForm(Recorded):
    """What was done, and by whom."""

    how = forms.CharField(
        label=_("What was done"), max_length=500, widget=forms.Textarea({"rows": 3})
    )
    by_person_in_charge = forms.BooleanField(
        label=_("The person in charge of the place did it, not I"), required=False
    )
    field_order = ("how", "by_person_in_charge", "photos")


class LookBackForm(Recorded):
    """Whether it has been put right, and what remains."""

    passed = forms.TypedChoiceField(
        label=_("What you saw"),
        coerce=lambda given: given == "yes",
        choices=[("yes", _("It has been put right")), ("no", _("Something remains"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("What remains, or a remark"),
        max_length=NOTE_MOST,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    in_order = forms.MultipleChoiceField(
        label=_("Item by item: tick what is in order now"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("in_order", "passed", "note", "photos")

    def __init__(self, *said: Any, **more: Any) -> None:
        super().__init__(*said, **more)
        self.items = dict(checklist_of(self.found))
        if self.items:
            self.fields["in_order"].choices = self.items.items()  # type: ignore[attr-defined]  # declared above
        else:
            del self.fields["in_order"]

    def clean(self) -> dict[str, Any]:
        """Ask for what remains where something does."""
        cleaned = super().clean()
        if cleaned.get("passed") is False and not cleaned.get("note", "").strip():
            self.add_error("note", _("Say what remains."))
        if ticked := cleaned.get("in_order"):
            cleaned["note"] = self._with_items(cleaned.get("note", ""), ticked)
        return cleaned

    def _with_items(self, note: str, ticked: list[str]) -> str:
        """Add to a remark what was looked at and in order, as far as there is room."""
        items = pgettext("list", ", ").join(self.items[name] for name in ticked)
        said = gettext("In order: {items}.").format(items=items)
        whole = f"{note.strip()} {said}".strip()
        return whole if len(whole) <= NOTE_MOST else note


class ReasonForm(Act):
    """Why."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea({"rows": 3})
    )
