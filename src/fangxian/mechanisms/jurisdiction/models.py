"""Tables and constraints; no behaviour."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from fangxian.kernel.actors import Role
from fangxian.privacy.classes import Privacy
from fangxian.privacy.fields import SealedTextField


class Level(models.TextChoices):
    """How deep an area stands; values sort from the top."""

    CITY = "1-city", "city"
    DISTRICT = "2-district", "district"
    STREET = "3-street", "street"
    COMMUNITY = "4-community", "community"
    GRID = "5-grid", "grid"
    COURTYARD = "6-courtyard", "courtyard"
    BUILDING = "7-building", "building"


class Area(models.Model):
    """A part of the city with dates; records keep its id, never its code.

    ``code`` is the statistical code, or null for a management area and for what
    lies below a community. ``valid_until`` is null while the area stands.
    """

    privacy: ClassVar = dict.fromkeys(
        (
            "id",
            "code",
            "name",
            "level",
            "parent",
            "valid_from",
            "valid_until",
            "source",
        ),
        Privacy.PUBLIC,
    )

    id = models.BigAutoField(primary_key=True)
    code = models.TextField(null=True)  # noqa: DJ001 -- null says that it has none
    name = models.TextField()
    level = models.TextField(choices=Level.choices)
    parent = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="children"
    )
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    source = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="area_period_is_forward",
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["code"], name="area_code"),
            models.Index(fields=["parent", "name"], name="area_parent_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.level})"


class Succession(models.Model):
    """From one day, ``area`` is continued by ``successor``: renamed, split, merged."""

    privacy: ClassVar = dict.fromkeys(
        ("id", "area", "successor", "on", "source"), Privacy.PUBLIC
    )

    id = models.BigAutoField(primary_key=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="successions")
    successor = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="origins"
    )
    on = models.DateField()
    source = models.TextField()

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
    succeeded. Rebuilt by actions; read by every scope.
    """

    privacy: ClassVar = dict.fromkeys(
        ("id", "ancestor", "descendant"), Privacy.STRUCTURE
    )

    id = models.BigAutoField(primary_key=True)
    ancestor = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="reaches")
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
    means all. ``title`` is in the words of the unit (网格员, 社区书记 …).
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
        ("id", "post", "staff", "from_", "until"), Privacy.STAFF
    )

    id = models.BigAutoField(primary_key=True)
    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, related_name="appointments"
    )
    staff = models.ForeignKey(
        Staff, on_delete=models.PROTECT, related_name="appointments"
    )
    from_ = models.DateTimeField(db_column="from_at")
    until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["post"], condition=Q(until=None), name="post_has_one_holder"
            ),
            models.CheckConstraint(
                name="appointment_period_is_forward",
                condition=Q(until=None) | Q(until__gt=F("from_")),
            ),
        ]

    def __str__(self) -> str:
        return f"appointment {self.pk} to {self.post_id}"


class Answerer(models.Model):
    """The one post that answers for an area (包片, 包楼院), from when until when."""

    privacy: ClassVar = dict.fromkeys(
        ("id", "area", "post", "from_", "until"), Privacy.WORK
    )

    id = models.BigAutoField(primary_key=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="answerers")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="answers_for")
    from_ = models.DateTimeField(db_column="from_at")
    until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["area"], condition=Q(until=None), name="area_has_one_answerer"
            )
        ]

    def __str__(self) -> str:
        return f"{self.post_id} answers for {self.area_id}"
