"""Tables of files taken in: layouts, what became of each file, refused rows."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from fangxian.mechanisms.ledger.states import About, DifferenceState, ImportState
from fangxian.privacy.classes import Privacy
from fangxian.privacy.fields import SealedJSONField, SealedTextField


# What a list is compared with the ledger by, once the place is known.
COMPARED = ("kind", "address", "uscc", "responsible", "telephone")


class Layout(models.Model):
    """A remembered mapping from a file's headings to the ledger's fields.

    ``fingerprint`` is a keyed digest of the headings, so the same layout is known
    again. They are sealed: a row that was taken for headings may name somebody.
    """

    privacy: ClassVar = {
        **dict.fromkeys(("fingerprint", "mapping"), Privacy.STRUCTURE),
        "remembered_at": Privacy.WORK,
        "headings": Privacy.IDENTITY,
    }

    fingerprint = models.TextField(primary_key=True)
    headings = SealedJSONField()
    mapping = models.JSONField()
    remembered_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"layout {self.fingerprint[:8]}"


class Import(models.Model):
    """One file taken in: what it was, who brought it, what became of its rows.

    The name of the file is sealed: a list of people is often named after one.
    """

    privacy: ClassVar = {
        **dict.fromkeys(("about", "file_digest", "state"), Privacy.STRUCTURE),
        **dict.fromkeys(
            ("id", "layout", "area", "rows", "added", "known", "refused", "by", "at"),
            Privacy.WORK,
        ),
        "file_name": Privacy.TYPED,
    }

    id = models.BigAutoField(primary_key=True)
    about = models.TextField(
        choices=[(a.value, a.value) for a in About], default=About.PLACES
    )
    file_name = SealedTextField()
    file_digest = models.TextField()
    layout = models.ForeignKey(Layout, null=True, on_delete=models.PROTECT)
    area = models.ForeignKey("jurisdiction.Area", on_delete=models.PROTECT)
    state = models.TextField(choices=[(s.value, s.value) for s in ImportState])
    rows = models.IntegerField(default=0)
    added = models.IntegerField(default=0)
    known = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    by = models.UUIDField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"import {self.pk}"


class Difference(models.Model):
    """What a row of a list says of a known place otherwise than the ledger did.

    Only what differs is filled in. It is asked about until a person accepts it or
    keeps the ledger; the same list again asks nothing twice.
    """

    privacy: ClassVar = {
        **dict.fromkeys(("kind", "state"), Privacy.STRUCTURE),
        **dict.fromkeys(("address", "uscc"), Privacy.NAME),
        **dict.fromkeys(("id", "batch", "number", "place", "by", "at"), Privacy.WORK),
        **dict.fromkeys(("responsible", "telephone"), Privacy.STAFF),
    }

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(
        Import, on_delete=models.PROTECT, related_name="differences"
    )
    number = models.IntegerField()
    place = models.ForeignKey(
        "ledger.Place", on_delete=models.PROTECT, related_name="differences"
    )
    kind = models.TextField(default="")
    address = models.TextField(default="")
    uscc = models.TextField(default="")
    responsible = SealedTextField(null=True)
    telephone = SealedTextField(null=True)
    state = models.TextField(
        choices=[(s.value, s.value) for s in DifferenceState],
        default=DifferenceState.OPEN,
    )
    by = models.UUIDField(null=True)
    at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["batch", "number"], name="difference_once_a_row"
            ),
            models.CheckConstraint(
                name="difference_settled_by_somebody",
                condition=Q(state=DifferenceState.OPEN, by=None, at=None)
                | (
                    ~Q(state=DifferenceState.OPEN)
                    & Q(by__isnull=False, at__isnull=False)
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"difference {self.pk} ({self.state})"

    @property
    def said(self) -> dict[str, str]:
        """The fields that differ, with what the list says."""
        given = {name: getattr(self, name) for name in COMPARED}
        return {name: value for name, value in given.items() if value}


class RefusedRow(models.Model):
    """A row that was not taken in: its number, its text, why, and what would help.

    ``cells`` and ``facts`` are sealed: a faulty row may hold anything, and a reason
    may repeat a word of it.
    """

    privacy: ClassVar = {
        "code": Privacy.STRUCTURE,
        **dict.fromkeys(("id", "batch", "number"), Privacy.WORK),
        **dict.fromkeys(("facts", "cells"), Privacy.IDENTITY),
    }

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="bad_rows")
    number = models.IntegerField()
    code = models.TextField()
    facts = SealedJSONField()
    cells = SealedTextField()

    def __str__(self) -> str:
        return f"row {self.number} of import {self.batch_id}"
