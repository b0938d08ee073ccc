"""Tables and constraints; no behaviour."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from fangxian.mechanisms.finding.states import Severity, State
from fangxian.privacy.classes import Privacy


class Finding(models.Model):
    """Something wrong, until someone independent confirms it is right.

    ``subject`` reads ``place:12`` or ``area:7``; ``item`` names the failed question
    (form/question), ``observation`` where it was seen. ``recurrence_of`` is the
    earlier finding about the same item of the same subject. ``reopened`` counts
    how often a look-back sent it back.
    """

    privacy: ClassVar = dict.fromkeys(
        (
            "id",
            "subject",
            "kind",
            "area",
            "item",
            "text",
            "severity",
            "state",
            "observation",
            "edition",
            "raised_by",
            "raised_by_post",
            "raised_at",
            "deadline_at",
            "responsible",
            "rectified_by",
            "rectified_at",
            "rectification",
            "rectified_observation",
            "confirmed_by",
            "confirmed_at",
            "confirmed_observation",
            "withdrawn_by",
            "withdrawn_at",
            "reason",
            "reopened",
            "recurrence_of",
        ),
        Privacy.WORK,
    )

    id = models.BigAutoField(primary_key=True)
    subject = models.TextField()
    kind = models.TextField(default="")
    area = models.ForeignKey(
        "jurisdiction.Area", on_delete=models.PROTECT, related_name="findings"
    )
    item = models.TextField()
    text = models.TextField()
    severity = models.TextField(choices=[(s.value, s.value) for s in Severity])
    state = models.TextField(choices=[(s.value, s.value) for s in State])
    observation = models.UUIDField(null=True)
    edition = models.ForeignKey("protocol.Edition", null=True, on_delete=models.PROTECT)
    raised_by = models.UUIDField()
    raised_by_post = models.BigIntegerField(null=True)
    raised_at = models.DateTimeField()
    deadline_at = models.DateTimeField()
    responsible = models.UUIDField(null=True)
    rectified_by = models.UUIDField(null=True)
    rectified_at = models.DateTimeField(null=True)
    rectification = models.TextField(default="")
    rectified_observation = models.UUIDField(null=True)
    confirmed_by = models.UUIDField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_observation = models.UUIDField(null=True)
    withdrawn_by = models.UUIDField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    reason = models.TextField(default="")
    reopened = models.IntegerField(default=0)
    recurrence_of = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="recurrences"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="finding_rectified_by_and_at_together",
                condition=Q(rectified_by=None, rectified_at=None)
                | Q(rectified_by__isnull=False, rectified_at__isnull=False),
            ),
            models.CheckConstraint(
                name="finding_rectified_names_who",
                condition=~Q(state__in=[State.RECTIFIED, State.CONFIRMED])
                | Q(rectified_by__isnull=False),
            ),
            models.CheckConstraint(
                name="finding_confirmed_by_and_at_together",
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="finding_confirmed_names_who",
                condition=~Q(state=State.CONFIRMED) | Q(confirmed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="finding_confirmer_is_independent",
                condition=Q(confirmed_by=None)
                | (
                    ~Q(confirmed_by=F("rectified_by"))
                    & (Q(responsible=None) | ~Q(confirmed_by=F("responsible")))
                ),
            ),
            models.CheckConstraint(
                name="finding_withdrawn_says_why",
                condition=~Q(state=State.WITHDRAWN)
                | (Q(withdrawn_by__isnull=False) & ~Q(reason="")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["area", "state", "deadline_at"], name="finding_board"),
            models.Index(fields=["state", "deadline_at"], name="finding_state_due"),
            models.Index(fields=["subject", "item"], name="finding_subject_item"),
            models.Index(fields=["raised_at"], name="finding_raised_at"),
        ]

    def __str__(self) -> str:
        return f"finding {self.pk} ({self.state})"
