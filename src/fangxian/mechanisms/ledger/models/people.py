"""Tables of people: who, behind which door since when, who opened whose identity.

Names, numbers and telephones are sealed. What they are found by are marks and tokens
(``fangxian.privacy.index``), which say nothing without the keyring.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from fangxian.kernel.papers import WITHOUT_NUMBER, Paper
from fangxian.mechanisms.ledger.states import Purpose, Relation
from fangxian.privacy.classes import Privacy
from fangxian.privacy.fields import SealedTextField


class Person(models.Model):
    """A person on the ledger. A duplicate points at the one that it was merged into.

    ``area`` answers for the person today. ``no_paper_why`` says why there is no
    number. ``indexed_with`` and ``indexed_in`` name the key and the area that the
    marks and tokens were made with. ``is_drill`` marks invented people.
    """

    privacy: ClassVar = {
        **dict.fromkeys(("id", "paper", "source"), Privacy.STRUCTURE),
        **dict.fromkeys(("indexed_with", "indexed_in"), Privacy.STRUCTURE),
        **dict.fromkeys(("area", "merged_into"), Privacy.WORK),
        **dict.fromkeys(("is_drill", "registered_at"), Privacy.WORK),
        **dict.fromkeys(
            (
                *("name", "number", "no_paper_why", "telephone", "birth_year", "sex"),
                *("address", "number_mark", "telephone_mark", "likeness_mark"),
            ),
            Privacy.IDENTITY,
        ),
    }

    id = models.UUIDField(primary_key=True)
    name = SealedTextField()
    paper = models.TextField(choices=[(p.value, p.value) for p in Paper])
    number = SealedTextField(null=True)
    no_paper_why = SealedTextField(null=True)
    telephone = SealedTextField(null=True)
    birth_year = SealedTextField(null=True)
    sex = SealedTextField(null=True)
    address = SealedTextField(null=True)
    area = models.ForeignKey(
        "jurisdiction.Area",
        on_delete=models.PROTECT,
        related_name="people",
        db_index=False,  # the index on area and id begins with it
    )
    number_mark = models.BinaryField(null=True)
    telephone_mark = models.BinaryField(null=True)
    likeness_mark = models.BinaryField(null=True)
    indexed_with = models.TextField()
    indexed_in = models.BigIntegerField()
    is_drill = models.BooleanField(default=False)
    merged_into = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="duplicates",
        db_index=False,  # one of the merged alone keeps it from being read for all others
    )
    registered_at = models.DateTimeField()
    source = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="person_number_or_reason",
                condition=Q(
                    paper__in=sorted(p.value for p in WITHOUT_NUMBER),
                    number=None,
                    no_paper_why__isnull=False,
                )
                | ~Q(paper__in=sorted(p.value for p in WITHOUT_NUMBER))
                & Q(number__isnull=False),
            ),
            models.CheckConstraint(
                name="person_number_is_marked",
                condition=Q(number=None, number_mark=None)
                | Q(number__isnull=False, number_mark__isnull=False),
            ),
            models.CheckConstraint(
                name="person_not_into_themselves",
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["area", "id"], name="person_area"),
            models.Index(
                fields=["merged_into"],
                condition=Q(merged_into__isnull=False),
                name="person_merged_into",
            ),
            models.Index(
                fields=["indexed_in", "merged_into", "id"],
                condition=Q(merged_into__isnull=False),
                name="person_merged_in",
            ),
            models.Index(fields=["number_mark"], name="person_number_mark"),
            models.Index(fields=["telephone_mark"], name="person_telephone_mark"),
            models.Index(fields=["likeness_mark"], name="person_likeness_mark"),
            models.Index(fields=["indexed_with"], name="person_indexed_with"),
        ]

    def __str__(self) -> str:
        return f"person {self.pk}"


class Token(models.Model):
    """One part of a name or telephone, keyed: what people are searched by.

    The primary key is the index that every search reads; rows of one person are
    found by making their tokens again, so there is no second index.
    """

    privacy: ClassVar = dict.fromkeys(("token", "person"), Privacy.IDENTITY)

    pk = models.CompositePrimaryKey("token", "person")
    token = models.BigIntegerField()
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="tokens", db_index=False
    )

    def __str__(self) -> str:
        return f"token of {self.person_id}"


class Door(models.Model):
    """A door behind which people live; the household is who lives there today.

    ``area`` is the lowest area that is known. ``mark`` makes a door one door: it is
    keyed over building, unit and room.
    """

    privacy: ClassVar = {
        **dict.fromkeys(("id", "indexed_with"), Privacy.STRUCTURE),
        **dict.fromkeys(("building", "unit"), Privacy.NAME),
        **dict.fromkeys(("area", "registered_at"), Privacy.WORK),
        **dict.fromkeys(("room", "mark"), Privacy.IDENTITY),
    }

    id = models.BigAutoField(primary_key=True)
    area = models.ForeignKey(
        "jurisdiction.Area", on_delete=models.PROTECT, related_name="doors"
    )
    building = models.TextField(default="")
    unit = models.TextField(default="")
    room = SealedTextField()
    mark = models.BinaryField()
    indexed_with = models.TextField()
    registered_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["area", "mark"], name="door_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["indexed_with"], name="door_indexed_with")
        ]

    def __str__(self) -> str:
        return f"door {self.pk}"


class Residence(models.Model):
    """That a person lives behind a door: from ``since``, up to but without ``until``."""

    privacy: ClassVar = dict.fromkeys(
        ("id", "person", "door", "since", "until", "by", "at"), Privacy.WORK
    )

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="residences"
    )
    door = models.ForeignKey(Door, on_delete=models.PROTECT, related_name="residences")
    since = models.DateField()
    until = models.DateField(null=True)
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(until=None),
                name="residence_one_at_a_time",
            ),
            models.CheckConstraint(
                name="residence_period_is_forward",
                condition=Q(until=None) | Q(until__gt=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} behind door {self.door_id}"


class Proxy(models.Model):
    """Who speaks for a person that cannot be called: a child, or somebody very old.

    Either ``proxy`` is on the ledger, or name and telephone are written here.
    """

    privacy: ClassVar = {
        "relation": Privacy.STRUCTURE,
        **dict.fromkeys(("id", "person", "proxy", "since", "until"), Privacy.WORK),
        **dict.fromkeys(("name", "telephone"), Privacy.IDENTITY),
    }

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="proxies")
    proxy = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="speaks_for"
    )
    name = SealedTextField(null=True)
    telephone = SealedTextField(null=True)
    relation = models.TextField(choices=[(r.value, r.value) for r in Relation])
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(until=None), name="proxy_one_at_a_time"
            ),
            models.CheckConstraint(
                name="proxy_is_somebody",
                condition=Q(proxy__isnull=False, name=None)
                | Q(proxy=None, name__isnull=False, telephone__isnull=False),
            ),
            models.CheckConstraint(
                name="proxy_is_another",
                condition=Q(proxy=None) | ~Q(proxy=F("person")),
            ),
        ]

    def __str__(self) -> str:
        return f"proxy of {self.person_id}"


class Merge(models.Model):
    """That two entries were found to be one person, on what evidence, and if undone."""

    privacy: ClassVar = {
        **dict.fromkeys(
            ("id", "person", "into", "by", "at", "undone_by", "undone_at"),
            Privacy.WORK,
        ),
        **dict.fromkeys(("evidence", "undone_why"), Privacy.IDENTITY),
    }

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merges")
    into = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="merges_into"
    )
    evidence = SealedTextField()
    by = models.UUIDField()
    at = models.DateTimeField()
    undone_by = models.UUIDField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_why = SealedTextField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(undone_at=None),
                name="merge_one_at_a_time",
            ),
            models.CheckConstraint(
                name="merge_undone_whole",
                condition=Q(undone_by=None, undone_at=None, undone_why=None)
                | Q(
                    undone_by__isnull=False,
                    undone_at__isnull=False,
                    undone_why__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} into {self.into_id}"


class Alike(models.Model):
    """Two entries that may be one person: how likely, and on which grounds."""

    privacy: ClassVar = {
        "grounds": Privacy.STRUCTURE,
        **dict.fromkeys(("id", "one", "other", "score", "found_at"), Privacy.WORK),
    }

    id = models.BigAutoField(primary_key=True)
    one = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="alike_after"
    )
    other = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="alike_before"
    )
    score = models.IntegerField()
    grounds = models.JSONField()
    found_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["one", "other"], name="alike_once"),
            models.CheckConstraint(
                name="alike_in_order", condition=Q(one__lt=F("other"))
            ),
            models.CheckConstraint(
                name="alike_score_is_percent", condition=Q(score__range=(0, 100))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} may be {self.other_id}"


class PersonApart(models.Model):
    """Two entries that look like one person, and somebody has seen that they are two."""

    privacy: ClassVar = {
        **dict.fromkeys(("id", "one", "other", "by", "at"), Privacy.WORK),
        "reason": Privacy.IDENTITY,
    }

    id = models.BigAutoField(primary_key=True)
    one = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="apart_after"
    )
    other = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="apart_before"
    )
    reason = SealedTextField()
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["one", "other"], name="person_apart_once"),
            models.CheckConstraint(
                name="person_apart_in_order", condition=Q(one__lt=F("other"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} is not {self.other_id}"


class Opening(models.Model):
    """That somebody read a person's identity in clear: who, when, what for, on whose word.

    ``second`` is who else agreed, where one person alone may not; ``export`` is the
    file in which the identity was handed over.
    """

    privacy: ClassVar = {
        "purpose": Privacy.STRUCTURE,
        **dict.fromkeys(
            ("id", "person", "by", "post", "task", "second", "export", "at"),
            Privacy.WORK,
        ),
        "why": Privacy.IDENTITY,
    }

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="openings"
    )
    by = models.UUIDField()
    post = models.BigIntegerField(null=True)
    purpose = models.TextField(choices=[(p.value, p.value) for p in Purpose])
    why = SealedTextField()
    task = models.BigIntegerField(null=True)
    second = models.UUIDField(null=True)
    export = models.ForeignKey(
        "ledger.Export", null=True, on_delete=models.PROTECT, related_name="openings"
    )
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="opening_second_is_another",
                condition=Q(second=None) | ~Q(second=F("by")),
            )
        ]
        indexes: ClassVar = [models.Index(fields=["by", "at"], name="opening_by_at")]

    def __str__(self) -> str:
        return f"opening {self.pk} of {self.person_id}"
