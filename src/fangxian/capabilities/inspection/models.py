"""Tables and constraints; no behaviour. All of it can be rebuilt from the journal."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from fangxian.capabilities.inspection.states import SectionState, VisitState
from fangxian.privacy.classes import Privacy
from fangxian.privacy.typed import TypedTextField


class JointVisit(models.Model):
    """Several departments at one place at one time: one record, a section each.

    ``id`` is made where the visit is opened. ``lead`` names the department that
    leads; ``awaited`` counts the sections still to be written.
    """

    privacy: ClassVar = {
        **dict.fromkeys(("kind", "lead", "state"), Privacy.STRUCTURE),
        **dict.fromkeys(
            (
                *("id", "place", "area", "awaited", "opened_by", "opened_at"),
                *("closed_by", "closed_at"),
            ),
            Privacy.WORK,
        ),
    }

    id = models.UUIDField(primary_key=True)
    place = models.ForeignKey(
        "ledger.Place", on_delete=models.PROTECT, related_name="joint_visits"
    )
    area = models.ForeignKey(
        "jurisdiction.Area", on_delete=models.PROTECT, related_name="joint_visits"
    )
    kind = models.TextField()
    lead = models.TextField()
    state = models.TextField(choices=[(s.value, s.value) for s in VisitState])
    awaited = models.IntegerField()
    opened_by = models.UUIDField()
    opened_at = models.DateTimeField()
    closed_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="joint_visit_closed_when_nobody_is_awaited",
                condition=Q(
                    state=VisitState.CLOSED,
                    awaited=0,
                    closed_by__isnull=False,
                    closed_at__isnull=False,
                )
                | Q(
                    state=VisitState.OPEN,
                    awaited__gte=0,
                    closed_by=None,
                    closed_at=None,
                ),
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["area", "opened_at"], name="joint_visit_area")
        ]

    def __str__(self) -> str:
        return f"joint visit {self.pk} ({self.state})"


class Section(models.Model):
    """One department's part of a joint visit, written by its own post."""

    privacy: ClassVar = {
        **dict.fromkeys(("department", "state"), Privacy.STRUCTURE),
        **dict.fromkeys(
            ("id", "visit", "post", "observation", "by", "at"), Privacy.WORK
        ),
        "reason": Privacy.TYPED,
    }

    id = models.BigAutoField(primary_key=True)
    visit = models.ForeignKey(
        JointVisit, on_delete=models.CASCADE, related_name="sections"
    )
    department = models.TextField()
    post = models.ForeignKey("jurisdiction.Post", on_delete=models.PROTECT)
    state = models.TextField(choices=[(s.value, s.value) for s in SectionState])
    observation = models.UUIDField(null=True, unique=True)
    reason = TypedTextField()
    by = models.UUIDField(null=True)
    at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["visit", "department"], name="section_once"
            ),
            models.CheckConstraint(
                name="section_says_who_and_what",
                condition=Q(
                    state=SectionState.AWAITED, observation=None, by=None, at=None
                )
                | Q(
                    state=SectionState.RECORDED,
                    observation__isnull=False,
                    by__isnull=False,
                    at__isnull=False,
                )
                | (
                    Q(
                        state=SectionState.EXCUSED,
                        observation=None,
                        by__isnull=False,
                        at__isnull=False,
                    )
                    & ~Q(reason="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department} of {self.visit_id} ({self.state})"


class Link(models.Model):
    """A rectification link: one finding, one named person, no log-in.

    Only the digest of the token is kept. A finding has one link at a time.
    """

    privacy: ClassVar = {
        **dict.fromkeys(
            ("id", "finding", "person", "issued_at", "expires_at", "ended_at"),
            Privacy.WORK,
        ),
        "digest": Privacy.SECRET,
    }

    id = models.UUIDField(primary_key=True)
    finding = models.ForeignKey(
        "finding.Finding", on_delete=models.PROTECT, related_name="links"
    )
    person = models.UUIDField()
    digest = models.TextField(unique=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["finding"], condition=Q(ended_at=None), name="link_stands_once"
            ),
            models.CheckConstraint(
                name="link_period_is_forward",
                condition=Q(expires_at__gt=models.F("issued_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"link to finding {self.finding_id}"
