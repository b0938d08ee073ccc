"""Tables of files that hand people over: who asked, who agreed, about whom.

The file itself is never stored: it is made when it is opened, and forgotten.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from fangxian.kernel.actors import Role
from fangxian.mechanisms.ledger.states import ExportForm, ExportState, Purpose
from fangxian.privacy.classes import Privacy
from fangxian.privacy.fields import SealedTextField


class Export(models.Model):
    """A request to hand people over in a file, and what a second person said to it.

    ``role`` is what the requester was then, ``area`` their unit; ``recipient`` is who
    gets the file, and stands on every row and page of it. ``decided_at`` is also when
    it was withdrawn or lapsed, which nobody decides.
    """

    privacy: ClassVar = {
        **dict.fromkeys(("form", "purpose", "state", "role"), Privacy.STRUCTURE),
        **dict.fromkeys(
            ("id", "area", "by", "post", "requested_at", "decided_by", "decided_at"),
            Privacy.WORK,
        ),
        **dict.fromkeys(("recipient", "why", "refused_why"), Privacy.IDENTITY),
    }

    id = models.UUIDField(primary_key=True)
    form = models.TextField(choices=[(f.value, f.value) for f in ExportForm])
    purpose = models.TextField(choices=[(p.value, p.value) for p in Purpose])
    recipient = SealedTextField()
    why = SealedTextField()
    area = models.ForeignKey(
        "jurisdiction.Area", on_delete=models.PROTECT, related_name="exports"
    )
    state = models.TextField(choices=[(s.value, s.value) for s in ExportState])
    by = models.UUIDField()
    post = models.BigIntegerField(null=True)
    role = models.TextField(choices=[(r.value, r.value) for r in Role])
    requested_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    refused_why = SealedTextField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="export_decided_whole",
                condition=Q(
                    state=ExportState.REQUESTED, decided_by=None, decided_at=None
                )
                | Q(
                    state__in=(ExportState.APPROVED, ExportState.REFUSED),
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                )
                | Q(
                    state__in=(ExportState.WITHDRAWN, ExportState.LAPSED),
                    decided_by=None,
                    decided_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="export_decided_by_another",
                condition=Q(decided_by=None) | ~Q(decided_by=F("by")),
            ),
            models.CheckConstraint(
                name="export_refused_with_reason",
                condition=Q(state=ExportState.REFUSED, refused_why__isnull=False)
                | ~Q(state=ExportState.REFUSED) & Q(refused_why=None),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["by", "-requested_at"], name="export_by_requested"),
            models.Index(fields=["state", "-requested_at"], name="export_by_state"),
        ]

    def __str__(self) -> str:
        return f"export {self.pk}"


class Exported(models.Model):
    """One person of an export; ``position`` is their row, counted from 1."""

    privacy: ClassVar = dict.fromkeys(
        ("id", "export", "person", "position"), Privacy.WORK
    )

    id = models.BigAutoField(primary_key=True)
    export = models.ForeignKey(Export, on_delete=models.PROTECT, related_name="people")
    person = models.ForeignKey(
        "ledger.Person", on_delete=models.PROTECT, related_name="exports"
    )
    position = models.IntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["export", "person"], name="exported_once"),
            models.UniqueConstraint(
                fields=["export", "position"], name="exported_one_a_row"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in export {self.export_id}"
