"""Tables and constraints; no behaviour."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from fangxian.mechanisms.finding.states import LIVE, Severity, State
from fangxian.privacy.classes import Privacy
from fangxian.privacy.typed import TypedTextField


class Wording(models.Model):
    """The words of findings, each kept once: a million findings say few things.

    The search opens these and looks through them, and finds the findings by an index.
    ``mark`` is the keyed digest by which the same words are known again.
    """

    privacy: ClassVar = {
        **dict.fromkeys(("id", "mark"), Privacy.STRUCTURE),
        "text": Privacy.TYPED,
    }

    id = models.BigAutoField(primary_key=True)
    mark = models.BinaryField(unique=True)
    text = TypedTextField()

    def __str__(self) -> str:
        return f"wording {self.pk}"


class Finding(models.Model):
    """Something wrong, until someone independent confirms it is right.

    ``subject`` reads ``place:12`` or ``area:7``; ``item`` names the failed question
    (form/question) or is empty, ``observation`` where it was seen. ``seen_again``
    counts later sightings while it was live; ``recurrence_of`` is the earlier
    finding about the same item, ended before this one was raised. ``reopened``
    counts how often a look-back sent it back. ``rectified_by`` put it right,
    ``reported_by`` wrote that down (often the same person).
    """

    privacy: ClassVar = {
        **dict.fromkeys(
            ("subject", "kind", "item", "severity", "state"), Privacy.STRUCTURE
        ),
        **dict.fromkeys(
            (
                *("id", "area", "wording", "observation", "edition", "raised_by"),
                *("raised_by_post", "raised_at", "deadline_at", "responsible"),
                *("seen_again", "rectified_by", "reported_by", "rectified_at"),
                *("rectified_observation", "confirmed_by", "confirmed_at"),
                *("confirmed_observation", "withdrawn_by", "withdrawn_at"),
                *("reopened", "recurrence_of"),
            ),
            Privacy.WORK,
        ),
        **dict.fromkeys(("text", "rectification", "reason"), Privacy.TYPED),
    }

    id = models.BigAutoField(primary_key=True)
    subject = models.TextField()
    kind = models.TextField(default="")
    area = models.ForeignKey(
        "jurisdiction.Area", on_delete=models.PROTECT, related_name="findings"
    )
    item = models.TextField()
    text = TypedTextField()
    wording = models.ForeignKey(Wording, on_delete=models.PROTECT)
    severity = models.TextField(choices=[(s.value, s.value) for s in Severity])
    state = models.TextField(choices=[(s.value, s.value) for s in State])
    observation = models.UUIDField(null=True)
    edition = models.ForeignKey("protocol.Edition", null=True, on_delete=models.PROTECT)
    raised_by = models.UUIDField()
    raised_by_post = models.BigIntegerField(null=True)
    raised_at = models.DateTimeField()
    deadline_at = models.DateTimeField()
    responsible = models.UUIDField(null=True)
    seen_again = models.IntegerField(default=0)
    rectified_by = models.UUIDField(null=True)
    reported_by = models.UUIDField(null=True)
    rectified_at = models.DateTimeField(null=True)
    rectification = TypedTextField()
    rectified_observation = models.UUIDField(null=True)
    confirmed_by = models.UUIDField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_observation = models.UUIDField(null=True)
    withdrawn_by = models.UUIDField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    reason = TypedTextField()
    reopened = models.IntegerField(default=0)
    recurrence_of = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="recurrences"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject", "item"],
                condition=Q(state__in=LIVE) & ~Q(item=""),
                name="finding_lives_once",
            ),
            models.CheckConstraint(
                name="finding_says_what_and_until_when",
                condition=~Q(text="") & Q(deadline_at__gt=F("raised_at")),
            ),
            models.CheckConstraint(
                name="finding_rectified_names_who_and_when",
                condition=Q(
                    state__in=[State.RECTIFIED, State.CONFIRMED],
                    rectified_by__isnull=False,
                    reported_by__isnull=False,
                    rectified_at__isnull=False,
                )
                | Q(
                    state__in=[State.OPEN, State.WITHDRAWN],
                    rectified_by=None,
                    reported_by=None,
                    rectified_at=None,
                ),
            ),
            models.CheckConstraint(
                name="finding_confirmed_names_who_and_when",
                condition=Q(
                    state=State.CONFIRMED,
                    confirmed_by__isnull=False,
                    confirmed_at__isnull=False,
                )
                | (~Q(state=State.CONFIRMED) & Q(confirmed_by=None, confirmed_at=None)),
            ),
            models.CheckConstraint(
                name="finding_confirmer_is_independent",
                condition=Q(confirmed_by=None)
                | (
                    ~Q(confirmed_by=F("rectified_by"))
                    & ~Q(confirmed_by=F("reported_by"))
                    & (Q(responsible=None) | ~Q(confirmed_by=F("responsible")))
                ),
            ),
            models.CheckConstraint(
                name="finding_withdrawn_names_who_when_and_why",
                condition=(
                    Q(
                        state=State.WITHDRAWN,
                        withdrawn_by__isnull=False,
                        withdrawn_at__isnull=False,
                    )
                    & ~Q(reason="")
                )
                | (~Q(state=State.WITHDRAWN) & Q(withdrawn_by=None, withdrawn_at=None)),
            ),
            models.CheckConstraint(
                name="finding_not_withdrawn_by_responsible",
                condition=Q(withdrawn_by=None)
                | Q(responsible=None)
                | ~Q(withdrawn_by=F("responsible")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["area", "state", "reopened", "deadline_at"],
                name="finding_board",
            ),
            models.Index(fields=["state", "deadline_at"], name="finding_state_due"),
            models.Index(fields=["subject", "item"], name="finding_subject_item"),
            models.Index(fields=["raised_at"], name="finding_raised_at"),
        ]

    def __str__(self) -> str:
        return f"finding {self.pk} ({self.state})"


class Attempt(models.Model):
    """One time that a finding was said to be put right, and whether it was sent back.

    Kept when a finding is reopened, so that nobody who ever put it right looks back.
    """

    privacy: ClassVar = {
        **dict.fromkeys(
            (
                *("id", "finding", "rectified_by", "reported_by", "rectified_at"),
                *("observation", "sent_back_by", "sent_back_at"),
                *("sent_back_observation",),
            ),
            Privacy.WORK,
        ),
        **dict.fromkeys(("how", "sent_back_reason"), Privacy.TYPED),
    }

    id = models.BigAutoField(primary_key=True)
    finding = models.ForeignKey(
        Finding, on_delete=models.PROTECT, related_name="attempts"
    )
    rectified_by = models.UUIDField()
    reported_by = models.UUIDField()
    rectified_at = models.DateTimeField()
    how = TypedTextField()
    observation = models.UUIDField(null=True)
    sent_back_by = models.UUIDField(null=True)
    sent_back_at = models.DateTimeField(null=True)
    sent_back_reason = TypedTextField()
    sent_back_observation = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["finding"],
                condition=Q(sent_back_at=None),
                name="attempt_stands_once",
            ),
            models.CheckConstraint(
                name="attempt_sent_back_says_who_when_why",
                condition=Q(sent_back_by=None, sent_back_at=None, sent_back_reason="")
                | (
                    Q(sent_back_by__isnull=False, sent_back_at__isnull=False)
                    & ~Q(sent_back_reason="")
                ),
            ),
            models.CheckConstraint(
                name="attempt_sent_back_by_another",
                condition=Q(sent_back_by=None)
                | (
                    ~Q(sent_back_by=F("rectified_by"))
                    & ~Q(sent_back_by=F("reported_by"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.pk} at finding {self.finding_id}"
