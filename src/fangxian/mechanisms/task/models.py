"""Tables and constraints; no behaviour."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from fangxian.mechanisms.task.states import State
from fangxian.privacy.classes import Privacy
from fangxian.privacy.typed import TypedTextField


class Task(models.Model):
    """A duty that one post owes, within a window, and the decision that issued it.

    ``key`` makes issuing idempotent (pack/clause/subject/period). ``subject``
    reads ``place:12``; ``kind`` is the kind of place, or empty. ``level`` counts
    the rungs of the escalation ladder reached (0 = none). ``decision`` is the
    protocol's trace: pack, version, clause, facts; ``said`` is what a person wrote who
    ordered the duty beside the rules.
    """

    privacy: ClassVar = {
        **dict.fromkeys(
            ("key", "duty", "form", "subject", "kind", "state", "ladder", "decision"),
            Privacy.STRUCTURE,
        ),
        **dict.fromkeys(
            (
                *("id", "area", "post", "opens_at", "due_at", "closes_at", "level"),
                *("next_escalation_at", "claimed_by", "claimed_at", "ended_by"),
                *("ended_at", "observation", "issued_at"),
            ),
            Privacy.WORK,
        ),
        **dict.fromkeys(("reason", "said"), Privacy.TYPED),
    }

    id = models.BigAutoField(primary_key=True)
    key = models.TextField(unique=True)
    duty = models.TextField()
    form = models.TextField(default="")
    subject = models.TextField()
    kind = models.TextField(default="")
    area = models.ForeignKey(
        "jurisdiction.Area", on_delete=models.PROTECT, related_name="tasks"
    )
    post = models.ForeignKey(
        "jurisdiction.Post", null=True, on_delete=models.PROTECT, related_name="tasks"
    )
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closes_at = models.DateTimeField(null=True)
    state = models.TextField(choices=[(s.value, s.value) for s in State])
    level = models.IntegerField(default=0)
    next_escalation_at = models.DateTimeField(null=True)
    ladder = models.JSONField(default=list)
    decision = models.JSONField()
    claimed_by = models.UUIDField(null=True)
    claimed_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    observation = models.UUIDField(null=True)
    said = TypedTextField()
    reason = TypedTextField()
    issued_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="task_window_is_forward", condition=Q(due_at__gte=F("opens_at"))
            ),
            models.CheckConstraint(
                name="task_closes_when_due_or_later",
                condition=Q(closes_at=None) | Q(closes_at__gte=F("due_at")),
            ),
            models.CheckConstraint(
                name="task_ended_by_and_at_together",
                condition=Q(ended_by=None, ended_at=None)
                | Q(ended_by__isnull=False, ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="task_completed_needs_observation",
                condition=~Q(state=State.COMPLETED) | Q(observation__isnull=False),
            ),
            models.CheckConstraint(
                name="task_waived_needs_reason",
                condition=~Q(state=State.WAIVED) | ~Q(reason=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["area", "state", "due_at"], name="task_area_state"),
            models.Index(fields=["state", "due_at"], name="task_state_due"),
            models.Index(fields=["state", "next_escalation_at"], name="task_ladder"),
            models.Index(fields=["state", "closes_at"], name="task_window"),
            models.Index(fields=["subject"], name="task_subject"),
            models.Index(fields=["post", "state"], name="task_post_state"),
        ]

    def __str__(self) -> str:
        return f"task {self.pk}: {self.duty} ({self.state})"
