"""Tables and constraints; no behaviour."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from fangxian.privacy.classes import Privacy
from fangxian.privacy.fields import SealedJSONField, SealedTextField
from fangxian.privacy.typed import TypedTextField


class Observation(models.Model):
    """What was seen or done, once and for ever; its id is made where it was seen.

    ``answers`` maps a question's name to a value of its type; they are sealed, for
    some tell of somebody's health. ``digest`` is the SHA-256 of the canonical
    spelling of everything but when it was received, and stands in the journal;
    ``salt``, sealed like the answers, keeps these from being guessed back from it.
    Triggers abort every update and delete. A correction is another observation whose
    ``corrects`` names this one.
    """

    privacy: ClassVar = {
        **dict.fromkeys(
            ("form", "subject", "kind", "device", "digest"), Privacy.STRUCTURE
        ),
        **dict.fromkeys(
            ("id", "edition", "area", "at", "received_at", "by", "post", "corrects"),
            Privacy.WORK,
        ),
        "reason": Privacy.TYPED,
        **dict.fromkeys(("answers", "salt"), Privacy.HEALTH),
    }

    id = models.UUIDField(primary_key=True)
    form = models.TextField()
    edition = models.ForeignKey("protocol.Edition", on_delete=models.PROTECT)
    subject = models.TextField()
    kind = models.TextField(default="")
    area = models.ForeignKey(
        "jurisdiction.Area", on_delete=models.PROTECT, related_name="observations"
    )
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    by = models.UUIDField()
    post = models.BigIntegerField(null=True)
    device = models.TextField()
    answers = SealedJSONField()
    salt = SealedTextField()
    corrects = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    reason = TypedTextField()
    digest = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="correction_of_another",
                condition=Q(corrects=None) | ~Q(corrects=F("id")),
            ),
            models.CheckConstraint(
                name="correction_needs_reason",
                condition=Q(corrects=None) | ~Q(reason=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject", "at"], name="observation_subject"),
            models.Index(fields=["area", "form", "at"], name="observation_area_form"),
        ]

    def __str__(self) -> str:
        return f"observation {self.pk} ({self.form})"

    @property
    def is_corrected(self) -> bool:
        """Whether another record has taken this one's place."""
        return hasattr(self, "corrected_by")


class Evidence(models.Model):
    """A photo or document by its digest; the bytes lie in the evidence folder."""

    privacy: ClassVar = {
        **dict.fromkeys(("digest", "media_type"), Privacy.STRUCTURE),
        **dict.fromkeys(
            ("id", "observation", "size", "taken_at", "on_site"), Privacy.WORK
        ),
    }

    id = models.BigAutoField(primary_key=True)
    observation = models.ForeignKey(
        Observation, on_delete=models.PROTECT, related_name="evidence"
    )
    digest = models.TextField(db_index=True)
    media_type = models.TextField()
    size = models.IntegerField()
    taken_at = models.DateTimeField(null=True)
    on_site = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["observation", "digest"], name="evidence_once"
            )
        ]

    def __str__(self) -> str:
        return f"evidence {self.digest[:8]}"
