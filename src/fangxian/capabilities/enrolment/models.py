"""Tables and constraints; no behaviour.

Where somebody came from, when and how is sealed; in clear stand only how far the
arrival has come and what the rules make of it. The evidence that can restrict somebody
stands in ``restriction``, the records of visits in ``observation``.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from fangxian.capabilities.enrolment.states import (
    About,
    Closing,
    Risk,
    Source,
    Standing,
    Sweeping,
)
from fangxian.privacy.classes import Privacy
from fangxian.privacy.fields import SealedJSONField
from fangxian.privacy.typed import TypedTextField


class Arrival(models.Model):
    """One person's one journey, whoever told of it.

    ``journey`` is what is believed of it now. ``since`` is the moment from which a
    visit is owed, ``watch_until`` the day after which nothing can follow any more.
    """

    privacy: ClassVar = {
        **dict.fromkeys(
            (
                *("id", "person", "area", "standing", "is_abroad", "risk", "grade"),
                *("edition", "evidence", "registered_at", "since", "verified_at"),
                *("classified_at", "watch_until", "closed_at", "closed_why", "into"),
            ),
            Privacy.STRUCTURE,
        ),
        "journey": Privacy.HEALTH,
    }

    id = models.UUIDField(primary_key=True)
    person = models.UUIDField()
    area = models.ForeignKey(
        "jurisdiction.Area", on_delete=models.PROTECT, related_name="arrivals"
    )
    journey = SealedJSONField()
    is_abroad = models.BooleanField()
    risk = models.TextField(choices=[(r.value, r.value) for r in Risk], default="")
    grade = models.TextField()
    standing = models.TextField(choices=[(s.value, s.value) for s in Standing])
    edition = models.ForeignKey(
        "protocol.Edition", null=True, on_delete=models.PROTECT, related_name="+"
    )
    evidence = models.UUIDField(null=True)
    registered_at = models.DateTimeField()
    since = models.DateTimeField()
    verified_at = models.DateTimeField(null=True)
    classified_at = models.DateTimeField(null=True)
    watch_until = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_why = models.TextField(
        choices=[(c.value, c.value) for c in Closing], default=""
    )
    into = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="joined"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="arrival_stands_somewhere",
                condition=Q(standing__in=[one.value for one in Standing]),
            ),
            models.CheckConstraint(
                name="arrival_closed_says_when_and_why",
                condition=(
                    Q(standing=Standing.CLOSED, closed_at__isnull=False)
                    & ~Q(closed_why="")
                )
                | (
                    ~Q(standing=Standing.CLOSED)
                    & Q(closed_at__isnull=True, closed_why="")
                ),
            ),
            models.CheckConstraint(
                name="arrival_verified_on_evidence",
                condition=~Q(standing__in=[Standing.VERIFIED, Standing.CLASSIFIED])
                | Q(evidence__isnull=False, verified_at__isnull=False),
            ),
            models.CheckConstraint(
                name="arrival_joined_into_another",
                condition=Q(into=None) | (Q(closed_why="joined") & ~Q(into=F("id"))),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person"], name="arrival_person"),
            models.Index(fields=["area", "registered_at"], name="arrival_area"),
            models.Index(fields=["standing", "watch_until"], name="arrival_standing"),
        ]

    def __str__(self) -> str:
        return f"arrival {self.pk} ({self.standing})"


class Statement(models.Model):
    """What one source told of an arrival, as it was told; it is never changed.

    ``id`` was made where it was told. ``batch`` and ``row`` name the list it came
    from; ``person`` is the entry it was told of, before any merge.
    """

    privacy: ClassVar = {
        **dict.fromkeys(
            (
                *("id", "arrival", "person", "source", "grade", "batch", "row"),
                *("role", "at"),
            ),
            Privacy.STRUCTURE,
        ),
        **dict.fromkeys(("by", "post"), Privacy.WORK),
        "journey": Privacy.HEALTH,
    }

    id = models.UUIDField(primary_key=True)
    arrival = models.ForeignKey(
        Arrival, on_delete=models.PROTECT, related_name="statements"
    )
    person = models.UUIDField()
    source = models.TextField(choices=[(s.value, s.value) for s in Source])
    grade = models.TextField()
    journey = SealedJSONField()
    batch = models.ForeignKey(
        "ledger.Import", null=True, on_delete=models.PROTECT, related_name="+"
    )
    row = models.IntegerField(null=True)
    by = models.UUIDField()
    post = models.BigIntegerField(null=True)
    role = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="statement_of_a_list_names_its_row",
                condition=Q(batch=None, row=None)
                | Q(batch__isnull=False, row__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["arrival", "at"], name="statement_arrival")
        ]

    def __str__(self) -> str:
        return f"statement {self.pk} ({self.source})"


class Sweep(models.Model):
    """A round from door to door, or from place to place, in one area and one window.

    ``kinds`` narrows to kinds of place; empty is all of them. ``why`` is what whoever
    ordered it wrote. All of it can be rebuilt from the journal.
    """

    privacy: ClassVar = {
        **dict.fromkeys(
            ("about", "kinds", "clause", "form", "state"), Privacy.STRUCTURE
        ),
        **dict.fromkeys(
            (
                *("id", "area", "edition", "opens_at", "until", "ordered_by"),
                *("ordered_post", "ordered_at", "ended_at", "ended_by"),
            ),
            Privacy.WORK,
        ),
        **dict.fromkeys(("why", "reason"), Privacy.TYPED),
    }

    id = models.UUIDField(primary_key=True)
    about = models.TextField(choices=[(a.value, a.value) for a in About])
    area = models.ForeignKey(
        "jurisdiction.Area", on_delete=models.PROTECT, related_name="sweeps"
    )
    kinds = models.JSONField(default=list)
    clause = models.TextField()
    form = models.TextField()
    edition = models.ForeignKey(
        "protocol.Edition", on_delete=models.PROTECT, related_name="+"
    )
    why = TypedTextField()
    opens_at = models.DateTimeField()
    until = models.DateTimeField()
    state = models.TextField(choices=[(s.value, s.value) for s in Sweeping])
    ordered_by = models.UUIDField()
    ordered_post = models.BigIntegerField(null=True)
    ordered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    reason = TypedTextField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="sweep_window_is_forward", condition=Q(until__gt=F("opens_at"))
            ),
            models.CheckConstraint(
                name="sweep_ended_by_and_at_together",
                condition=Q(state=Sweeping.RUNNING, ended_at=None, ended_by=None)
                | (
                    ~Q(state=Sweeping.RUNNING)
                    & Q(ended_at__isnull=False, ended_by__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="sweep_called_off_says_why",
                condition=~Q(state=Sweeping.CALLED_OFF) | ~Q(reason=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "until"], name="sweep_state"),
            models.Index(fields=["area", "ordered_at"], name="sweep_area"),
        ]

    def __str__(self) -> str:
        return f"sweep {self.pk} ({self.state})"


class Target(models.Model):
    """One door or place of a sweep, with what the latest visit there found.

    ``number`` is the door's or the place's, ``task`` the duty to go there; how that
    stands is asked of the duty. ``outcome`` is the answer of the form, empty before the
    first visit; ``people`` and ``came`` are how many live or work there, and how many
    of them came from elsewhere, as that visit was told.
    """

    privacy: ClassVar = {
        "outcome": Privacy.STRUCTURE,
        "building": Privacy.NAME,
        **dict.fromkeys(
            (
                *("id", "sweep", "number", "task", "area", "times", "people", "came"),
                *("seen_at", "observation"),
            ),
            Privacy.WORK,
        ),
    }

    id = models.BigAutoField(primary_key=True)
    sweep = models.ForeignKey(Sweep, on_delete=models.CASCADE, related_name="targets")
    number = models.BigIntegerField()
    task = models.OneToOneField("task.Task", on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(
        "jurisdiction.Area", on_delete=models.PROTECT, related_name="+"
    )
    building = models.TextField(default="")
    outcome = models.TextField(default="")
    times = models.IntegerField(default=0)
    people = models.IntegerField(null=True)
    came = models.IntegerField(null=True)
    seen_at = models.DateTimeField(null=True)
    observation = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sweep", "number"], name="target_once"),
            models.CheckConstraint(
                name="target_visited_says_when_and_what",
                condition=Q(times=0, outcome="", seen_at=None, observation=None)
                | (
                    Q(times__gt=0, seen_at__isnull=False, observation__isnull=False)
                    & ~Q(outcome="")
                ),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["sweep", "area", "building"], name="target_building")
        ]

    def __str__(self) -> str:
        return f"target {self.number} of {self.sweep_id} ({self.outcome})"
