"""Tables and constraints; no behaviour."""

from typing import ClassVar

from django.db import models

from fangxian.mechanisms.journal.events import CanonicalEncoder
from fangxian.privacy.classes import Privacy
from fangxian.privacy.typed import PartlySealedJSONField


class Entry(models.Model):
    """One act. Rows are inserted; triggers abort every update and delete.

    ``id`` is the order of insertion and may have gaps; the number that readers
    use is ``Leaf.number``. ``subject`` reads ``finding:12``; ``area`` is the id
    of the area the act concerns, for the scope of readers. ``seal`` is a keyed
    digest made when the act was recorded: a row put in by hand has none that opens.
    """

    privacy: ClassVar = {
        **dict.fromkeys(
            ("id", "event", "subject", "area", "tally", "device", "seal"),
            Privacy.STRUCTURE,
        ),
        **dict.fromkeys(("person", "post", "happened_at"), Privacy.WORK),
        "payload": Privacy.TYPED,
    }

    id = models.BigAutoField(primary_key=True)
    event = models.TextField()
    subject = models.TextField()
    area = models.BigIntegerField(null=True)
    payload = PartlySealedJSONField(encoder=CanonicalEncoder)
    tally = models.JSONField(encoder=CanonicalEncoder)
    person = models.UUIDField()
    post = models.BigIntegerField(null=True)
    device = models.TextField()
    happened_at = models.DateTimeField()
    seal = models.BinaryField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject", "id"], name="journal_entry_subject"),
            models.Index(fields=["area", "id"], name="journal_entry_area"),
        ]

    def __str__(self) -> str:
        return f"{self.event} #{self.pk}"


class Leaf(models.Model):
    """The number that the sequencer gave an entry, and its place in chain and tree.

    ``digest`` is the RFC 6962 leaf hash of the entry's canonical spelling;
    ``chain`` is SHA-256(previous chain ‖ digest). Insert-only, gap-free from 1.
    """

    privacy: ClassVar = dict.fromkeys(
        ("number", "entry", "numbered_at", "digest", "chain"), Privacy.STRUCTURE
    )

    number = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="leaf")
    numbered_at = models.DateTimeField()
    digest = models.BinaryField()
    chain = models.BinaryField()

    def __str__(self) -> str:
        return f"leaf {self.number}"


class Checkpoint(models.Model):
    """The tree's root at a size, signed; a copy held elsewhere finds a cut tail.

    Numbered without gaps from 1. ``peaks`` are the roots of the perfect subtrees,
    largest first, from which the next checkpoint goes on.
    """

    privacy: ClassVar = dict.fromkeys(
        ("number", "size", "root", "chain", "peaks", "signature", "made_at"),
        Privacy.STRUCTURE,
    )

    number = models.BigIntegerField(primary_key=True)
    size = models.BigIntegerField(unique=True)
    root = models.BinaryField()
    chain = models.BinaryField()
    peaks = models.BinaryField()
    signature = models.BinaryField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"checkpoint of {self.size}"


class Cursor(models.Model):
    """How far a reader of the outbox has come; moved in the effect's transaction.

    The sequencer and the checkpoints have one too: a last row that was taken away
    is missed by it.
    """

    privacy: ClassVar = dict.fromkeys(("reader", "number"), Privacy.STRUCTURE)

    reader = models.TextField(primary_key=True)
    number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.reader} at {self.number}"


class Tally(models.Model):
    """How often something was done in one area on one Shanghai day.

    Kept in the act's own transaction from ``Entry.tally``; boards read it instead
    of counting rows. ``kind`` is the kind of place, or empty. It can always be
    rebuilt from the entries: ``verification`` compares the two.
    """

    privacy: ClassVar = {
        **dict.fromkeys(("measure", "kind"), Privacy.STRUCTURE),
        **dict.fromkeys(("day", "area", "n"), Privacy.WORK),
    }

    pk = models.CompositePrimaryKey("measure", "day", "area", "kind")
    measure = models.TextField()
    day = models.DateField()
    area = models.BigIntegerField()
    kind = models.TextField(default="")
    n = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.measure} {self.day} in {self.area}: {self.n}"
