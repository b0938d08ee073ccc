"""Tables and constraints; no behaviour."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from fangxian.mechanisms.protocol.states import State
from fangxian.privacy.classes import Privacy


class Edition(models.Model):
    """One version of a pack, word for word as it was loaded.

    ``content`` is the whole pack as canonical data, ``digest`` its SHA-256.
    """

    privacy: ClassVar = dict.fromkeys(
        (
            "id",
            "pack",
            "version",
            "digest",
            "content",
            "state",
            "drafted_by",
            "drafted_at",
            "reviewed_by",
            "reviewed_at",
        ),
        Privacy.PUBLIC,
    )

    id = models.BigAutoField(primary_key=True)
    pack = models.TextField()
    version = models.TextField()
    digest = models.TextField()
    content = models.JSONField()
    state = models.TextField(choices=[(s.value, s.value) for s in State])
    drafted_by = models.UUIDField()
    drafted_at = models.DateTimeField()
    reviewed_by = models.UUIDField(null=True)
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pack", "version"], name="edition_once"),
            models.CheckConstraint(
                name="edition_reviewer_is_another",
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("drafted_by")),
            ),
            models.CheckConstraint(
                name="edition_reviewed_by_and_at_together",
                condition=Q(reviewed_by=None, reviewed_at=None)
                | Q(reviewed_by__isnull=False, reviewed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pack} {self.version} ({self.state})"


class Adoption(models.Model):
    """An edition in force for an area (and all below it) over a half-open period."""

    privacy: ClassVar = dict.fromkeys(
        ("id", "edition", "area", "since", "until", "signed_by", "signed_at"),
        Privacy.PUBLIC,
    )

    id = models.BigAutoField(primary_key=True)
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="adoptions"
    )
    area = models.ForeignKey("jurisdiction.Area", on_delete=models.PROTECT)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    signed_by = models.UUIDField()
    signed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="adoption_period_is_forward",
                condition=Q(until=None) | Q(until__gt=F("since")),
            )
        ]

    def __str__(self) -> str:
        return f"adoption {self.pk}"
