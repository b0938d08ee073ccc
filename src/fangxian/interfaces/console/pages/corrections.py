"""Putting the record of a visit right: the same form again, filled in, and why."""

import datetime as dt
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from fangxian.capabilities.enrolment.actions import correct_visit as correct_arrival
from fangxian.capabilities.enrolment.sweeps.actions import correct_visit as correct_door
from fangxian.capabilities.enrolment.sweeps.queries import SUBJECT as SWEEP
from fangxian.capabilities.home_watch.actions import correct_record
from fangxian.capabilities.home_watch.states import Form as AtHome
from fangxian.capabilities.inspection.actions import correct_visit
from fangxian.capabilities.inspection.queries import SPECIAL
from fangxian.interfaces.console import findings as shown
from fangxian.interfaces.console.about_people import check_may_read_health, names_of
from fangxian.interfaces.console.page import page, take_form
from fangxian.interfaces.console.pages.findings import fresh_id
from fangxian.interfaces.console.photos import PHOTOS_MAX
from fangxian.interfaces.console.questions import NO, PREFIX, YES, AnswersForm, word
from fangxian.interfaces.console.requests import PageRequest
from fangxian.kernel.actors import Actor
from fangxian.kernel.refusals import RefusalKind
from fangxian.mechanisms.finding.actions import Followed
from fangxian.mechanisms.jurisdiction import queries as jurisdiction
from fangxian.mechanisms.observation.evidence import EvidenceFacts
from fangxian.mechanisms.observation.queries import get_observation
from fangxian.mechanisms.observation.rules import can_correct, check_can_correct
from fangxian.mechanisms.protocol.forms import Form
from fangxian.mechanisms.protocol.queries import loaded


REASON_MOST = 300

NOT_CORRECTED = RefusalKind(
    code="console.record_not_corrected",
    sentence="A record of this kind is not corrected by itself.",
    remedy="Name the team again, report or look back on the problem again, or restate the return.",
)

Correct = Callable[..., Followed]
BY_SUBJECT: Mapping[str, Correct] = MappingProxyType(
    {
        "place": correct_visit,
        "restriction": correct_record,
        "person": correct_arrival,
        "door": correct_door,
    }
)
APART = SPECIAL | {AtHome.TEAM.value}
"""Forms by which something else was done at once: a verdict, a team."""


def way_to_correct(record: Any, asked: Form | None) -> Correct | None:
    """Give the act by which such a record is put right, if it is by itself."""
    if asked is None or record.form in APART:
        return None
    if asked.subject == SWEEP:
        return correct_door
    return BY_SUBJECT.get(record.subject.partition(":")[0])


def may_correct(record: Any, asked: Form | None, *, by: Actor) -> bool:
    """Whether the button is worth showing."""
    return way_to_correct(record, asked) is not None and can_correct(record, by=by)


class CorrectForm(AnswersForm):
    """The questions of the record's own form, as they were answered, and why."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    drop_photos = forms.BooleanField(
        label=_("Leave the photos of the first record out"), required=False
    )
    reason = forms.CharField(
        label=_("What was wrong"),
        max_length=REASON_MOST,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("It stands beside both records for good."),
    )

    def __init__(self, asked: Form, record: Any, *said: Any, at: dt.datetime) -> None:
        self.known = {one.digest: _as_kept(one) for one in record.evidence.all()}
        super().__init__(asked, *said, initial=_filled(record, at))
        if not self.known:
            del self.fields["drop_photos"]
        asked_first = [name for name in self.fields if name != "reason"]
        self.order_fields([*asked_first, "reason"])

    def _asked_only(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """Keep the photos of the first record, unless they are what was wrong."""
        files = {file.digest: file for file in cleaned.get("evidence", ())}
        if not cleaned.get("drop_photos"):
            files |= self.known
        if len(files) > PHOTOS_MAX:
            self.add_error("photos", _("Nine photos at most."))
        self.cleaned_data["evidence"] = list(files.values())
        return super()._asked_only(self.cleaned_data)


def _as_kept(file: Any) -> EvidenceFacts:
    return EvidenceFacts(
        digest=file.digest,
        media_type=file.media_type,
        size=file.size,
        taken_at=file.taken_at,
        on_site=file.on_site,
    )


def _filled(record: Any, at: dt.datetime) -> dict[str, Any]:
    """Fill the form in as the record was."""
    said = {True: YES, False: NO}
    answers = {
        PREFIX + name: said[given] if isinstance(given, bool) else given
        for name, given in record.answers.items()
    }
    return {"id": fresh_id(at), **answers}


@page("visit_correct")
def correct(request: PageRequest, visit_id: UUID) -> HttpResponse:
    """Write another record in the place of a wrong one, which stays to be read."""
    actor = request.actor
    wrong = get_observation(visit_id, actor.scope)
    check_may_read_health(wrong.subject, by=actor)
    asked = loaded(wrong.edition_id).form(wrong.form)
    act = way_to_correct(wrong, asked)
    if act is None or asked is None:
        raise NOT_CORRECTED()
    if request.method != "POST":  # sent twice, it is known, and no refusal
        check_can_correct(wrong, answers={"": "asked"}, by=actor)
    form = CorrectForm(
        asked, wrong, request.POST or None, request.FILES or None, at=request.at
    )

    def save() -> HttpResponse:
        followed = act(
            wrong.pk,
            corrected=form.cleaned_data["id"],
            answers=form.answers,
            reason=form.cleaned_data["reason"],
            evidence=form.cleaned_data["evidence"],
            by=actor,
            at=request.at,
        )
        _say_what_followed(request, followed)
        return redirect("visit", form.cleaned_data["id"])

    names = {
        **shown.place_names([wrong], actor.scope),
        **names_of([wrong.subject], actor),
    }
    context = {
        "wrong": wrong,
        "asked": asked,
        "title": word(asked.title),
        "form": form,
        "place": names.get(wrong.subject, ""),
        "path": jurisdiction.path_name(wrong.area_id),
        "who": jurisdiction.masked_name(wrong.by),
    }
    return take_form(request, "console/visits/correct.html", context, form, do=save)


def _say_what_followed(request: PageRequest, followed: Followed) -> None:
    """Say what became of the problems of the wrong record."""
    messages.success(request, gettext("Corrected. The first record stays to be read."))
    raised, withdrawn = len(followed.raised), len(followed.withdrawn)
    if raised:
        said = ngettext(
            "It shows {count} more problem.", "It shows {count} more problems.", raised
        )
        messages.warning(request, said.format(count=raised))
    if withdrawn:
        said = ngettext(
            "{count} problem is withdrawn with it.",
            "{count} problems are withdrawn with it.",
            withdrawn,
        )
        messages.success(request, said.format(count=withdrawn))
    if followed.standing:
        listed = " · ".join(f"№ {number}" for number in followed.standing)
        said = gettext(
            "{listed} stands: it was put right already, or is for the finder, the sub-district or the supervision group to withdraw."
        )
        messages.warning(request, said.format(listed=listed))


urlpatterns: list[URLPattern] = [
    path("visits/<uuid:visit_id>/correct/", correct, name="visit_correct"),
]
