"""Tables and constraints; no behaviour."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from fangxian.kernel.actors import Role
from fangxian.mechanisms.jurisdiction.states import Level
from fangxian.privacy.classes import Privacy
from fangxian.privacy.fields import SealedTextField
from fangxian.privacy.typed import TypedTextField


class AreaManager(models.Manager["Area"]):
    """Areas without their sources, which are opened where somebody reads them."""

    def get_queryset(self) -> models.QuerySet["Area"]:
        """Give every area, the sealed words left where they are."""
        return super().get_queryset().defer("source")


class Area(models.Model):
    """A part of the city with dates; records keep its id, never its code.

    ``code`` is today's statistical code, or null for a management area and for
    what lies below a community; ``name`` is today's name. What they were before
    is kept as ``FormerDesignation``. ``parent`` never changes: an area that goes
    to another parent is succeeded there. ``valid_until`` is null while it stands.
    """

    privacy: ClassVar = {
        **dict.fromkeys(
            ("id", "code", "name", "level", "parent", "valid_from", "valid_until"),
            Privacy.PUBLIC,
        ),
        "source": Privacy.TYPED,
    }

    id = models.BigAutoField(primary_key=True)
    code = models.TextField(null=True)  # noqa: DJ001 -- null says that it has none
    name = models.TextField()
    level = models.TextField(choices=[(level.value, level.value) for level in Level])
    parent = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="children"
    )
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    source = TypedTextField()

    objects = AreaManager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="area_period_is_forward",
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(valid_until=None, code__isnull=False),
                name="area_code_once_at_a_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["code"], name="area_code"),
            models.Index(fields=["parent", "name"], name="area_parent_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.level})"


class FormerDesignation(models.Model):
    """The name and code that an area bore until a day; codes are used again."""

    privacy: ClassVar = {
        **dict.fromkeys(
            ("id", "area", "code", "name", "since", "until"), Privacy.PUBLIC
        ),
        "source": Privacy.TYPED,
    }

    id = models.BigAutoField(primary_key=True)
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="former_designations"
    )
    code = models.TextField(null=True)  # noqa: DJ001 -- null says that it had none
    name = models.TextField()
    since = models.DateField()
    until = models.DateField()
    source = TypedTextField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="former_designation_period_is_forward",
                condition=Q(until__gt=F("since")),
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["code"], name="former_designation_code")
        ]

    def __str__(self) -> str:
        return f"{self.area_id} was {self.name} until {self.until}"


class Succession(models.Model):
    """From one day, ``area`` is continued by ``successor``: moved, split, merged."""

    privacy: ClassVar = {
        **dict.fromkeys(("id", "area", "successor", "on"), Privacy.PUBLIC),
        "source": Privacy.TYPED,
    }

    id = models.BigAutoField(primary_key=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="successions")
    successor = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="origins"
    )
    on = models.DateField()
    source = TypedTextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["area", "successor"], name="succession_once"
            ),
            models.CheckConstraint(
                name="succession_to_another", condition=~Q(area=F("successor"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} → {self.successor_id} on {self.on}"


class Reach(models.Model):
    """Who reads whom today.

    Every area reaches itself, what lies below it, and what its subtree has
    succeeded. What has successors is read by them and no longer by its former
    parent. Kept by actions; read by every scope.
    """

    privacy: ClassVar = dict.fromkeys(
        ("id", "ancestor", "descendant"), Privacy.STRUCTURE
    )

    id = models.BigAutoField(primary_key=True)
    ancestor = models.ForeignKey(
        Area,
        on_delete=models.CASCADE,
        related_name="reaches",
        db_index=False,  # the unique constraint's index begins with it
    )
    descendant = models.ForeignKey(
        Area, on_delete=models.CASCADE, related_name="reached_by"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ancestor", "descendant"], name="reach_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.ancestor_id} reaches {self.descendant_id}"


class Staff(models.Model):
    """Somebody who works for the line. The name and telephone are sealed."""

    privacy: ClassVar = {
        "id": Privacy.STRUCTURE,
        "name": Privacy.STAFF,
        "telephone": Privacy.STAFF,
    }

    id = models.UUIDField(primary_key=True)
    name = SealedTextField()
    telephone = SealedTextField(null=True)

    def __str__(self) -> str:
        return f"staff {self.pk}"


class Post(models.Model):
    """A place in the organisation that carries duties, whoever holds it.

    ``kinds`` lists the kinds of place a sector department answers for; null
    means all. ``title`` is in the words of the unit.
    """

    privacy: ClassVar = dict.fromkeys(
        ("id", "area", "role", "title", "kinds", "valid_from", "valid_until"),
        Privacy.PUBLIC,
    )

    id = models.BigAutoField(primary_key=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="posts")
    role = models.TextField(choices=[(role.value, role.value) for role in Role])
    title = models.TextField()
    kinds = models.JSONField(null=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["area", "role"], name="post_area_role")
        ]

    def __str__(self) -> str:
        return f"{self.title} of {self.area_id}"


class Appointment(models.Model):
    """Who holds a post, from when until when. History is kept."""

    privacy: ClassVar = dict.fromkeys(
        ("id", "post", "staff", "since", "until"), Privacy.STAFF
    )

    id = models.BigAutoField(primary_key=True)
    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, related_name="appointments"
    )
    staff = models.ForeignKey(
        Staff, on_delete=models.PROTECT, related_name="appointments"
    )
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["post"], condition=Q(until=None), name="post_has_one_holder"
            ),
            models.CheckConstraint(
                name="appointment_period_is_forward",
                condition=Q(until=None) | Q(until__gt=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"appointment {self.pk} to {self.post_id}"


class Nomination(models.Model):
    """Whom one person named for a post to which two persons appoint; the last counts."""

    privacy: ClassVar = dict.fromkeys(("post", "staff", "by", "at"), Privacy.STAFF)

    post = models.OneToOneField(
        Post, primary_key=True, on_delete=models.PROTECT, related_name="nomination"
    )
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    by = models.UUIDField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"nomination for {self.post_id}"


class Answerer(models.Model):
    """The one post that answers for an area, from when until when."""

    privacy: ClassVar = dict.fromkeys(
        ("id", "area", "post", "since", "until"), Privacy.WORK
    )

    id = models.BigAutoField(primary_key=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="answerers")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="answers_for")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["area"], condition=Q(until=None), name="area_has_one_answerer"
            ),
            models.CheckConstraint(
                name="answerer_period_is_forward",
                condition=Q(until=None) | Q(until__gt=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} answers for {self.area_id}"


class Device(models.Model):
    """A phone that speaks for somebody in a post, by a key that was made on it.

    ``name`` may say whose it is, and is sealed. One phone may hold several of these.
    """

    privacy: ClassVar = {
        **dict.fromkeys(
            ("id", "public_key", "enrolled_at", "ended_at"), Privacy.STRUCTURE
        ),
        "ended_why": Privacy.TYPED,
        **dict.fromkeys(
            ("name", "staff", "post", "enrolled_by", "ended_by"), Privacy.STAFF
        ),
    }

    id = models.UUIDField(primary_key=True)
    name = SealedTextField()
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="devices")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="devices")
    public_key = models.BinaryField(unique=True)
    enrolled_by = models.UUIDField()
    enrolled_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    ended_why = TypedTextField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="device_ends_by_somebody_for_a_reason",
                condition=Q(ended_at=None, ended_by=None, ended_why="")
                | (
                    Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_why="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"device {self.pk}"


class DeviceCode(models.Model):
    """A code by which one phone may be enrolled, once and soon.

    Only keyed digests are kept: of the first characters, by which wrong tries are
    counted, and of the whole.
    """

    privacy: ClassVar = {
        **dict.fromkeys(("call", "tag"), Privacy.SECRET),
        **dict.fromkeys(
            ("id", "issued_at", "until", "tries", "ended_at", "device"),
            Privacy.STRUCTURE,
        ),
        **dict.fromkeys(("staff", "post", "issued_by"), Privacy.STAFF),
    }

    id = models.BigAutoField(primary_key=True)
    call = models.BinaryField()
    tag = models.BinaryField()
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    issued_by = models.UUIDField()
    issued_at = models.DateTimeField()
    until = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    device = models.OneToOneField(
        Device, null=True, on_delete=models.PROTECT, related_name="code"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["call"],
                condition=Q(ended_at=None),
                name="device_code_call_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"code {self.pk} for {self.post_id}"


class WrongCodes(models.Model):
    """How many wrong codes came from one network lately; its address is not kept."""

    privacy: ClassVar = {
        "source": Privacy.SECRET,
        **dict.fromkeys(("id", "since", "tries"), Privacy.STRUCTURE),
    }

    id = models.BigAutoField(primary_key=True)
    source = models.BinaryField(unique=True)
    since = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.tries} wrong codes since {self.since}"
