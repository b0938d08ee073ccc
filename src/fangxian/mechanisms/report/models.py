"""Tables and constraints; no behaviour."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from fangxian.mechanisms.report.states import State
from fangxian.privacy.classes import Privacy
from fangxian.privacy.fields import SealedJSONField
from fangxian.privacy.typed import TypedTextField


class Return(models.Model):
    """A day's return of one area in one layout, as it was first attested.

    ``figures`` maps an indicator's name to its integer. ``sources`` maps a direct
    lower area's id to the digest of the return that was summed, or null where it
    was missing. ``late`` says it was attested after the cut-off. ``zero`` says the
    unit attested that nothing happened. ``digest`` seals figures and sources.
    """

    privacy: ClassVar = {
        **dict.fromkeys(
            ("layout", "figures", "sources", "state", "digest"), Privacy.STRUCTURE
        ),
        **dict.fromkeys(
            (
                *("id", "area", "edition", "day", "zero", "late", "computed_at"),
                *("attested_by", "attested_by_post", "attested_at", "frozen_at"),
            ),
            Privacy.WORK,
        ),
    }

    id = models.BigAutoField(primary_key=True)
    area = models.ForeignKey(
        "jurisdiction.Area", on_delete=models.PROTECT, related_name="returns"
    )
    layout = models.TextField()
    edition = models.ForeignKey("protocol.Edition", on_delete=models.PROTECT)
    day = models.DateField()
    figures = models.JSONField()
    sources = models.JSONField(default=dict)
    zero = models.BooleanField(default=False)
    state = models.TextField(choices=[(s.value, s.value) for s in State])
    late = models.BooleanField(default=False)
    computed_at = models.DateTimeField()
    attested_by = models.UUIDField(null=True)
    attested_by_post = models.BigIntegerField(null=True)
    attested_at = models.DateTimeField(null=True)
    frozen_at = models.DateTimeField(null=True)
    digest = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["day", "layout", "area"], name="return_once"
            ),
            models.CheckConstraint(
                name="return_attested_names_who",
                condition=Q(state=State.COMPUTED)
                | Q(attested_by__isnull=False, attested_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "day"], name="return_state_day"),
        ]

    def __str__(self) -> str:
        return f"return of {self.area_id} for {self.day} ({self.state})"


class Restatement(models.Model):
    """A later change of an attested return: the old figures stay where they were.

    ``by_hand`` says that a person restated it, in words of their own.
    """

    privacy: ClassVar = {
        **dict.fromkeys(
            ("figures", "sources", "cause", "digest", "by_hand"), Privacy.STRUCTURE
        ),
        **dict.fromkeys(("id", "of", "number", "by", "at"), Privacy.WORK),
        "reason": Privacy.TYPED,
    }

    id = models.BigAutoField(primary_key=True)
    of = models.ForeignKey(
        Return, on_delete=models.PROTECT, related_name="restatements"
    )
    number = models.IntegerField()
    figures = models.JSONField()
    sources = models.JSONField(default=dict)
    reason = TypedTextField()
    by_hand = models.BooleanField()
    cause = models.TextField(default="")  # subject of what brought it about
    by = models.UUIDField()
    at = models.DateTimeField()
    digest = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["of", "number"], name="restatement_once")
        ]

    def __str__(self) -> str:
        return f"restatement {self.number} of return {self.of_id}"


class Bulletin(models.Model):
    """A published paper: its data as of one moment, never changed afterwards.

    ``corrects`` is the bulletin of the same day that this one corrects, or null.
    """

    privacy: ClassVar = {
        **dict.fromkeys(("layout", "digest"), Privacy.STRUCTURE),
        **dict.fromkeys(
            ("id", "area", "day", "number", "corrects", "issued_by", "issued_at"),
            Privacy.WORK,
        ),
        "content": Privacy.TYPED,
    }

    id = models.BigAutoField(primary_key=True)
    area = models.ForeignKey("jurisdiction.Area", on_delete=models.PROTECT)
    layout = models.TextField()
    day = models.DateField()
    number = models.IntegerField()
    corrects = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="corrections"
    )
    content = SealedJSONField()
    digest = models.TextField()
    issued_by = models.UUIDField()
    issued_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["area", "layout", "number"], name="bulletin_number_once"
            ),
            models.UniqueConstraint(
                fields=["area", "layout", "day"],
                condition=Q(corrects=None),
                name="bulletin_day_once",
            ),
        ]

    def __str__(self) -> str:
        return f"bulletin {self.number} of {self.area_id}"
