"""Tables of files taken in: layouts, what became of each file, refused rows."""

from typing import ClassVar

from django.db import models

from fangxian.mechanisms.ledger.states import About, ImportState
from fangxian.privacy.classes import Privacy
from fangxian.privacy.fields import SealedJSONField, SealedTextField


class Layout(models.Model):
    """A remembered mapping from a file's headings to the ledger's fields.

    ``fingerprint`` is the digest of the headings, so the same layout is known again.
    """

    privacy: ClassVar = dict.fromkeys(
        ("fingerprint", "headings", "mapping", "remembered_at"), Privacy.WORK
    )

    fingerprint = models.TextField(primary_key=True)
    headings = models.JSONField()
    mapping = models.JSONField()
    remembered_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"layout {self.fingerprint[:8]}"


class Import(models.Model):
    """One file taken in: what it was, who brought it, what became of its rows.

    The name of the file is sealed: a list of people is often named after one.
    """

    privacy: ClassVar = dict.fromkeys(
        (
            "id",
            "about",
            "file_name",
            "file_digest",
            "layout",
            "area",
            "state",
            "rows",
            "added",
            "known",
            "refused",
            "by",
            "at",
        ),
        Privacy.WORK,
    )

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


class RefusedRow(models.Model):
    """A row that was not taken in: its number, its text, why, and what would help.

    ``cells`` and ``facts`` are sealed: a faulty row may hold anything, and a reason
    may repeat a word of it.
    """

    privacy: ClassVar = {
        **dict.fromkeys(("id", "batch", "number", "code"), Privacy.WORK),
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
