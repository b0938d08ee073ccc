"""Tables and constraints; no behaviour."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from fangxian.capabilities.home_watch.states import Part
from fangxian.privacy.classes import Privacy
from fangxian.privacy.fields import SealedTextField


class Watch(models.Model):
    """A restriction that is lived at home, and the area that looks after it.

    There is one for each decision of such a measure. How it stands, from when and
    until when, is the decision's to say. ``door`` is where the person lived then.
    """

    privacy: ClassVar = dict.fromkeys(
        ("decision", "person", "area", "door", "measure", "opened_at"),
        Privacy.STRUCTURE,
    )

    decision = models.OneToOneField(
        "restriction.Decision",
        primary_key=True,
        on_delete=models.PROTECT,
        related_name="watch",
    )
    person = models.UUIDField()
    area = models.ForeignKey(
        "jurisdiction.Area", on_delete=models.PROTECT, related_name="watches"
    )
    door = models.ForeignKey(
        "ledger.Door", null=True, on_delete=models.PROTECT, related_name="watches"
    )
    measure = models.TextField()
    opened_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["area", "decision"], name="watch_area"),
            models.Index(fields=["person"], name="watch_person"),
        ]

    def __str__(self) -> str:
        return f"watch over restriction {self.decision_id}"


class Member(models.Model):
    """Somebody of the five, half-open in time: one of staff, or a name.

    A part has one member at a time; nobody has two parts (the rules see to it).
    """

    privacy: ClassVar = {
        "part": Privacy.STRUCTURE,
        **dict.fromkeys(
            ("id", "watch", "person", "since", "until", "named_by"), Privacy.WORK
        ),
        **dict.fromkeys(("name", "telephone"), Privacy.STAFF),
    }

    id = models.BigAutoField(primary_key=True)
    watch = models.ForeignKey(Watch, on_delete=models.PROTECT, related_name="members")
    part = models.TextField(choices=[(p.value, p.value) for p in Part])
    person = models.UUIDField(null=True)
    name = SealedTextField(null=True)
    telephone = SealedTextField(null=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    named_by = models.UUIDField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["watch", "part"],
                condition=Q(until=None),
                name="member_one_a_part",
            ),
            models.CheckConstraint(
                name="member_is_somebody",
                condition=Q(person__isnull=False, name=None)
                | Q(person=None, name__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} of watch {self.watch_id}"


class Sample(models.Model):
    """A sample of somebody at home that was taken on a day, and waits for its result.

    ``observation`` is the record that it was taken: of the visit, or of the house that
    took it itself (None in older rows). One a day: what a second swab of the day says
    is said of the same.
    """

    privacy: ClassVar = {
        **dict.fromkeys(
            ("id", "watch", "on", "observation", "written_at"), Privacy.STRUCTURE
        ),
        "by": Privacy.WORK,
    }

    id = models.BigAutoField(primary_key=True)
    watch = models.ForeignKey(Watch, on_delete=models.PROTECT, related_name="samples")
    on = models.DateField()
    observation = models.ForeignKey(
        "observation.Observation",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    by = models.UUIDField()
    written_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["watch", "on"], name="sample_once_a_day")
        ]
        indexes: ClassVar = [models.Index(fields=["on"], name="sample_on")]

    def __str__(self) -> str:
        return f"sample of watch {self.watch_id} on {self.on}"


class Result(models.Model):
    """Which sample a laboratory's word is about. What it says is sealed in the evidence.

    ``batch`` and ``row`` tell the list it came with. Only a result whose evidence was
    withdrawn makes room for another of the same sample.
    """

    privacy: ClassVar = {
        **dict.fromkeys(("evidence", "sample"), Privacy.STRUCTURE),
        "laboratory": Privacy.NAME,
        **dict.fromkeys(("post", "batch", "row"), Privacy.WORK),
    }

    evidence = models.OneToOneField(
        "restriction.Evidence",
        primary_key=True,
        on_delete=models.PROTECT,
        related_name="result",
    )
    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="results")
    laboratory = models.TextField()
    post = models.BigIntegerField(null=True)
    batch = models.ForeignKey(
        "ledger.Import", null=True, on_delete=models.PROTECT, related_name="+"
    )
    row = models.IntegerField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["post"], name="result_post")]

    def __str__(self) -> str:
        return f"result {self.evidence_id} of sample {self.sample_id}"
