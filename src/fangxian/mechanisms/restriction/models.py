"""Tables and constraints; no behaviour. Every one of them is insert-only.

What is said of a person hangs on ``subject``, a pseudonym; what evidence states, and
every free sentence, is sealed. Codes of rules and measures are those of public packs.
There is no column that says how a person stands now: that is computed.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from fangxian.mechanisms.protocol.vocabulary import Ending, Grade, Kind
from fangxian.mechanisms.restriction.states import Channel
from fangxian.privacy.classes import Privacy
from fangxian.privacy.fields import SealedTextField


class Evidence(models.Model):
    """What a source states about a person, or about everybody at a venue.

    ``facts`` is canonical JSON of the facts and a random salt; ``digest`` seals it
    and what else the record says. ``role`` is the source's. ``observation`` is the
    record of the visit that showed it.
    """

    privacy: ClassVar = {
        **dict.fromkeys(
            (
                *("id", "kind", "grade", "area", "seen_at", "recorded_at", "role"),
                *("device", "observation", "digest", "venue", "subject"),
            ),
            Privacy.STRUCTURE,
        ),
        **dict.fromkeys(("by", "post"), Privacy.WORK),
        "facts": Privacy.HEALTH,
    }

    id = models.UUIDField(primary_key=True)
    subject = models.UUIDField(null=True)
    venue = models.TextField(default="")
    area = models.ForeignKey(
        "jurisdiction.Area", on_delete=models.PROTECT, related_name="+"
    )
    kind = models.TextField(choices=[(k.value, k.value) for k in Kind])
    grade = models.TextField(choices=[(g.value, g.value) for g in Grade])
    facts = SealedTextField()
    seen_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.UUIDField()
    post = models.BigIntegerField(null=True)
    role = models.TextField()
    device = models.TextField()
    observation = models.ForeignKey(
        "observation.Observation",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    digest = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="evidence_has_a_kind",
                condition=Q(kind__in=[one.value for one in Kind]),
            ),
            models.CheckConstraint(
                name="evidence_has_a_grade",
                condition=Q(grade__in=[one.value for one in Grade]),
            ),
            models.CheckConstraint(
                name="evidence_is_about_somebody",
                condition=Q(subject__isnull=False)
                | (Q(kind=Kind.EXPOSURE) & ~Q(venue="")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject", "seen_at"], name="evidence_subject"),
            models.Index(fields=["area", "seen_at"], name="evidence_area"),
            models.Index(fields=["venue", "seen_at"], name="evidence_venue"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} evidence {self.pk} ({self.grade})"


class Withdrawal(models.Model):
    """Evidence taken back; what rested on it has ended."""

    privacy: ClassVar = {
        **dict.fromkeys(("evidence", "by", "post", "at"), Privacy.WORK),
        "reason": Privacy.HEALTH,
    }

    evidence = models.OneToOneField(
        Evidence, primary_key=True, on_delete=models.PROTECT, related_name="withdrawal"
    )
    reason = SealedTextField()
    by = models.UUIDField()
    post = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"withdrawal of {self.evidence_id}"


class Cohort(models.Model):
    """Everybody of an area for whom one rule followed at one moment."""

    privacy: ClassVar = {
        **dict.fromkeys(("rule", "digest"), Privacy.STRUCTURE),
        **dict.fromkeys(("id", "edition", "area", "at", "by", "post"), Privacy.WORK),
    }

    id = models.BigAutoField(primary_key=True)
    edition = models.ForeignKey("protocol.Edition", on_delete=models.PROTECT)
    rule = models.TextField()
    area = models.ForeignKey(
        "jurisdiction.Area", on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    by = models.UUIDField()
    post = models.BigIntegerField(null=True)
    digest = models.TextField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["area", "at"], name="cohort_area")]

    def __str__(self) -> str:
        return f"cohort {self.pk} by {self.rule}"


class Proposal(models.Model):
    """What would follow for one person of a cohort; it restricts nobody.

    ``key`` names rule, person and evidence: the same is put to a doctor once.
    """

    privacy: ClassVar = {
        **dict.fromkeys(
            ("id", "cohort", "area", "measure", "since", "until", "why", "key"),
            Privacy.STRUCTURE,
        ),
        "subject": Privacy.STRUCTURE,
    }

    id = models.BigAutoField(primary_key=True)
    cohort = models.ForeignKey(
        Cohort, on_delete=models.PROTECT, related_name="proposals"
    )
    subject = models.UUIDField()
    area = models.ForeignKey(
        "jurisdiction.Area", on_delete=models.PROTECT, related_name="+"
    )
    measure = models.TextField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    why = models.JSONField()
    key = models.TextField(unique=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cohort", "subject"], name="proposal_once_a_person"
            ),
            models.CheckConstraint(
                name="proposal_ends", condition=Q(until__gt=F("since"))
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["subject"], name="proposal_subject")]

    def __str__(self) -> str:
        return f"proposal {self.pk} of cohort {self.cohort_id}"


class Ground(models.Model):
    """One piece of evidence that a proposal rests on."""

    privacy: ClassVar = dict.fromkeys(("id", "proposal", "evidence"), Privacy.STRUCTURE)

    id = models.BigAutoField(primary_key=True)
    proposal = models.ForeignKey(
        Proposal, on_delete=models.PROTECT, related_name="grounds"
    )
    evidence = models.ForeignKey(
        Evidence, on_delete=models.PROTECT, related_name="grounds"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "evidence"], name="ground_once")
        ]

    def __str__(self) -> str:
        return f"ground {self.evidence_id} of proposal {self.proposal_id}"


class Answer(models.Model):
    """A doctor's word on a whole cohort: accepted, or refused with a reason."""

    privacy: ClassVar = {
        **dict.fromkeys(("cohort", "accepted", "by", "post", "at"), Privacy.WORK),
        "reason": Privacy.HEALTH,
    }

    cohort = models.OneToOneField(
        Cohort, primary_key=True, on_delete=models.PROTECT, related_name="answer"
    )
    accepted = models.BooleanField()
    reason = SealedTextField(null=True)
    by = models.UUIDField()
    post = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="answer_refusal_says_why",
                condition=Q(accepted=True) | Q(reason__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"answer to cohort {self.cohort_id}"


class Decision(models.Model):
    """A restriction: whose, by which rule, on what, from when until when, by whom.

    ``until`` follows from the evidence alone. Triggers let in only what a signed
    cohort proposed, on evidence that is no hearsay and stands.
    """

    privacy: ClassVar = {
        **dict.fromkeys(
            (
                *("id", "proposal", "area", "edition", "rule", "measure"),
                *("since", "until", "why", "signed_at", "digest"),
            ),
            Privacy.STRUCTURE,
        ),
        **dict.fromkeys(("signed_by", "signed_by_post"), Privacy.WORK),
        "subject": Privacy.STRUCTURE,
    }

    id = models.BigAutoField(primary_key=True)
    proposal = models.OneToOneField(
        Proposal, on_delete=models.PROTECT, related_name="decision"
    )
    subject = models.UUIDField()
    area = models.ForeignKey(
        "jurisdiction.Area", on_delete=models.PROTECT, related_name="restrictions"
    )
    edition = models.ForeignKey("protocol.Edition", on_delete=models.PROTECT)
    rule = models.TextField()
    measure = models.TextField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    why = models.JSONField()
    signed_by = models.UUIDField()
    signed_by_post = models.BigIntegerField(null=True)
    signed_at = models.DateTimeField()
    digest = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="decision_ends", condition=Q(until__gt=F("since"))
            ),
            models.CheckConstraint(
                name="decision_is_not_backdated", condition=Q(since__gte=F("signed_at"))
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject", "until"], name="decision_subject"),
            models.Index(fields=["area", "until"], name="decision_area"),
            models.Index(fields=["until"], name="decision_until"),
        ]

    def __str__(self) -> str:
        return f"restriction {self.pk} by {self.rule} until {self.until}"


class Ended(models.Model):
    """That a restriction is over, since when and why; for the record.

    Its own end needs no row: one that expired was over before this was written.
    """

    privacy: ClassVar = {
        **dict.fromkeys(
            ("decision", "reason", "at", "recorded_at", "instead"), Privacy.STRUCTURE
        ),
        **dict.fromkeys(("by", "post"), Privacy.WORK),
        "note": Privacy.HEALTH,
    }

    decision = models.OneToOneField(
        Decision, primary_key=True, on_delete=models.PROTECT, related_name="ended"
    )
    reason = models.TextField(choices=[(e.value, e.value) for e in Ending])
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    instead = models.ForeignKey(
        Decision, null=True, on_delete=models.PROTECT, related_name="+"
    )
    note = SealedTextField(null=True)
    by = models.UUIDField()
    post = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="ended_has_a_reason",
                condition=Q(reason__in=[one.value for one in Ending]),
            ),
            models.CheckConstraint(
                name="ended_early_says_why",
                condition=~Q(reason=Ending.RELEASED) | Q(note__isnull=False),
            ),
            models.CheckConstraint(
                name="ended_duplicate_names_the_other",
                condition=Q(reason=Ending.DUPLICATE, instead__isnull=False)
                | (~Q(reason=Ending.DUPLICATE) & Q(instead=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"end of restriction {self.decision_id} ({self.reason})"


class Appeal(models.Model):
    """Somebody does not agree; ``due_at`` is when the restriction lapses unanswered."""

    privacy: ClassVar = {
        **dict.fromkeys(
            ("id", "decision", "channel", "filed_at", "due_at"), Privacy.STRUCTURE
        ),
        **dict.fromkeys(("filed_by", "filed_by_post"), Privacy.WORK),
        "said": Privacy.HEALTH,
    }

    id = models.BigAutoField(primary_key=True)
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, related_name="appeals"
    )
    channel = models.TextField(choices=[(c.value, c.value) for c in Channel])
    said = SealedTextField()
    filed_by = models.UUIDField()
    filed_by_post = models.BigIntegerField(null=True)
    filed_at = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="appeal_is_due", condition=Q(due_at__gt=F("filed_at"))
            )
        ]
        indexes: ClassVar = [models.Index(fields=["due_at"], name="appeal_due")]

    def __str__(self) -> str:
        return f"appeal {self.pk} against restriction {self.decision_id}"


class Ruling(models.Model):
    """What another doctor decided on an appeal. ``signer`` signed the restriction."""

    privacy: ClassVar = {
        **dict.fromkeys(
            ("appeal", "upheld", "signer", "by", "post", "at"), Privacy.WORK
        ),
        "reason": Privacy.HEALTH,
    }

    appeal = models.OneToOneField(
        Appeal, primary_key=True, on_delete=models.PROTECT, related_name="ruling"
    )
    upheld = models.BooleanField()
    reason = SealedTextField()
    signer = models.UUIDField()
    by = models.UUIDField()
    post = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="ruling_is_another_persons", condition=~Q(by=F("signer"))
            )
        ]

    def __str__(self) -> str:
        return f"ruling on appeal {self.appeal_id}"
