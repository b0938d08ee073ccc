"""Tables of places: kinds, entries, and pairs that were told apart."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from fangxian.mechanisms.ledger.states import Standing, VenueCode
from fangxian.privacy.classes import Privacy
from fangxian.privacy.fields import SealedTextField
from fangxian.privacy.typed import TypedTextField


class Kind(models.Model):
    """A kind of place (hotel, clinic …): data that comes with a protocol pack.

    ``group`` joins kinds that are counted together. ``code`` is ASCII.
    """

    privacy: ClassVar = dict.fromkeys(
        ("code", "name", "name_en", "group", "key"), Privacy.PUBLIC
    )

    code = models.TextField(primary_key=True)
    name = models.TextField()
    name_en = models.TextField()
    group = models.TextField(default="")
    key = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"kind {self.code}"


class Place(models.Model):
    """A place on the ledger. A duplicate points at the place that it was merged into.

    ``uscc`` is the 18-character unified social credit code (GB 32100-2015).
    ``responsible`` and ``telephone`` name the person in charge on site, and
    ``responsible_staff`` says who that is among those who hold posts, if they do;
    ``opened_on`` is the day its licence or the list gives, if any.
    """

    privacy: ClassVar = {
        **dict.fromkeys(("standing", "venue_code", "source"), Privacy.STRUCTURE),
        **dict.fromkeys(("name", "name_key", "address", "uscc"), Privacy.NAME),
        **dict.fromkeys(
            (
                *("id", "kind", "area", "responsible_staff", "opened_on"),
                *("merged_into", "registered_at"),
            ),
            Privacy.WORK,
        ),
        **dict.fromkeys(("responsible", "telephone"), Privacy.STAFF),
    }

    id = models.BigAutoField(primary_key=True)
    kind = models.ForeignKey(Kind, on_delete=models.PROTECT, related_name="places")
    name = models.TextField()
    name_key = models.TextField()
    address = models.TextField(default="")
    area = models.ForeignKey(
        "jurisdiction.Area", on_delete=models.PROTECT, related_name="places"
    )
    uscc = models.TextField(default="")
    responsible = SealedTextField(null=True)
    responsible_staff = models.ForeignKey(
        "jurisdiction.Staff",
        null=True,
        on_delete=models.PROTECT,
        related_name="places_in_charge",
    )
    telephone = SealedTextField(null=True)
    standing = models.TextField(
        choices=[(s.value, s.value) for s in Standing], default=Standing.OPEN
    )
    venue_code = models.TextField(
        choices=[(c.value, c.value) for c in VenueCode], default=VenueCode.NONE
    )
    opened_on = models.DateField(null=True)
    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="duplicates"
    )
    registered_at = models.DateTimeField()
    source = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["uscc", "area", "name_key"],
                condition=~Q(uscc="") & Q(merged_into=None),
                name="place_once_by_code",
            ),
            models.UniqueConstraint(
                fields=["area", "kind", "name_key"],
                condition=Q(merged_into=None),
                name="place_once_by_name",
            ),
            models.CheckConstraint(
                name="place_not_into_itself",
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["area", "kind"], name="place_area_kind"),
            models.Index(fields=["uscc"], name="place_uscc", condition=~Q(uscc="")),
            models.Index(fields=["name_key"], name="place_name_key"),
        ]

    def __str__(self) -> str:
        return f"place {self.pk}"


class Apart(models.Model):
    """Two places that look like one, and somebody has seen that they are two.

    ``one`` has the smaller id. Such a pair is no longer shown as a duplicate.
    """

    privacy: ClassVar = {
        **dict.fromkeys(("id", "one", "other", "by", "at"), Privacy.WORK),
        "reason": Privacy.TYPED,
    }

    id = models.BigAutoField(primary_key=True)
    one = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="apart_after")
    other = models.ForeignKey(
        Place, on_delete=models.PROTECT, related_name="apart_before"
    )
    reason = TypedTextField()
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["one", "other"], name="apart_once"),
            models.CheckConstraint(
                name="apart_in_order", condition=Q(one__lt=F("other"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} is not {self.other_id}"
