"""Photos in forms: kept at once under their digest, so that a refused form loses none."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fangxian.interfaces.console.words import say
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.observation import evidence
from fangxian.mechanisms.observation.evidence import EvidenceFacts


if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.core.files.uploadedfile import UploadedFile

PHOTOS_MAX = 9
SEPARATOR = ","


class Chooser(forms.FileInput):
    """A file field that asks in the page's language; the browser's asks in its own."""

    template_name = "console/parts/file.html"


class PhotosInput(Chooser):
    """A file field that takes several files."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several photos; cleaned to what is kept of each."""

    def __init__(self, **options: Any) -> None:
        widget = PhotosInput(attrs={"accept": "image/jpeg,image/png,image/webp"})
        super().__init__(**{"required": False, "widget": widget, **options})

    def clean(
        self, data: "Iterable[UploadedFile[Any]] | None", initial: object = None
    ) -> list[EvidenceFacts]:
        """Keep every file, or say what is wrong with one."""
        del initial
        return [self._kept(file) for file in data or [] if file]

    def _kept(self, file: "UploadedFile[Any]") -> EvidenceFacts:
        try:
            return evidence.keep(file.read(), on_site=False)
        except Refusal as refusal:
            said = say(refusal)
            raise forms.ValidationError(f"{said.sentence} {said.remedy}") from None


class WithPhotos(forms.Form):
    """A form with photos. ``kept`` carries the digests of those sent before."""

    photos = PhotosField(label=_("Photos"), help_text=_("Photos only; nine at most."))
    kept = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Join the photos of this time with those that an earlier try brought."""
        cleaned = super().clean() or self.cleaned_data
        known = [one for one in cleaned.get("kept", "").split(SEPARATOR) if one]
        files = {file.digest: file for file in map(self._again, known) if file}
        files |= {file.digest: file for file in cleaned.get("photos", [])}
        if len(files) > PHOTOS_MAX:
            self.add_error("photos", _("Nine photos at most."))
        cleaned["evidence"] = list(files.values())
        self._carry(SEPARATOR.join(files))
        return cleaned

    def _carry(self, digests: str) -> None:
        """Let the form, shown again, bring the digests of what is kept."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]  # dict or QueryDict
        data[self.add_prefix("kept")] = digests
        self.data = data

    @staticmethod
    def _again(digest: str) -> EvidenceFacts | None:
        try:
            return evidence.kept(digest, on_site=False)
        except Refusal:
            return None

    @property
    def kept_count(self) -> int:
        """How many photos came with an earlier try."""
        return len([one for one in self.data.get("kept", "").split(SEPARATOR) if one])
