"""Abort every UPDATE and DELETE of entries, leaves and checkpoints."""

import django.db.models.deletion
import fangxian.mechanisms.journal.events
import fangxian.privacy.typed
from django.db import migrations, models


TABLES = ("journal_entry", "journal_leaf", "journal_checkpoint")
SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is insert-only'); END
"""
POSTGRESQL_FUNCTION = """
CREATE FUNCTION journal_insert_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is insert-only', TG_TABLE_NAME; END $$
"""
POSTGRESQL = """
CREATE TRIGGER {table}_insert_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION journal_insert_only()
"""


def protect(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for table in TABLES:
            for verb in ("update", "delete"):
                schema_editor.execute(SQLITE.format(table=table, verb=verb))
        return
    schema_editor.execute(POSTGRESQL_FUNCTION, params=None)
    for table in TABLES:
        schema_editor.execute(POSTGRESQL.format(table=table))


def release(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for table in TABLES:
            for verb in ("update", "delete"):
                schema_editor.execute(f"DROP TRIGGER {table}_no_{verb}")
        return
    for table in TABLES:
        schema_editor.execute(f"DROP TRIGGER {table}_insert_only ON {table}")
    schema_editor.execute("DROP FUNCTION journal_insert_only()")


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("size", models.BigIntegerField(unique=True)),
                ("root", models.BinaryField()),
                ("chain", models.BinaryField()),
                ("peaks", models.BinaryField()),
                ("signature", models.BinaryField()),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Cursor",
            fields=[
                ("reader", models.TextField(primary_key=True, serialize=False)),
                ("number", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "measure",
                        "day",
                        "area",
                        "kind",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("measure", models.TextField()),
                ("day", models.DateField()),
                ("area", models.BigIntegerField()),
                ("kind", models.TextField(default="")),
                ("n", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("event", models.TextField()),
                ("subject", models.TextField()),
                ("area", models.BigIntegerField(null=True)),
                (
                    "payload",
                    fangxian.privacy.typed.PartlySealedJSONField(
                        encoder=fangxian.mechanisms.journal.events.CanonicalEncoder
                    ),
                ),
                (
                    "tally",
                    models.JSONField(
                        encoder=fangxian.mechanisms.journal.events.CanonicalEncoder
                    ),
                ),
                ("person", models.UUIDField()),
                ("post", models.BigIntegerField(null=True)),
                ("device", models.TextField()),
                ("happened_at", models.DateTimeField()),
                ("seal", models.BinaryField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["subject", "id"], name="journal_entry_subject"
                    ),
                    models.Index(fields=["area", "id"], name="journal_entry_area"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Leaf",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("numbered_at", models.DateTimeField()),
                ("digest", models.BinaryField()),
                ("chain", models.BinaryField()),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leaf",
                        to="journal.entry",
                    ),
                ),
            ],
        ),
        migrations.RunPython(protect, release),
    ]
