"""The database itself refuses to change or to remove a record or its evidence."""

import django.db.models.deletion
import fangxian.privacy.fields
import fangxian.privacy.typed
from django.db import migrations, models


TABLES = ("observation_observation", "observation_evidence")
VERBS = ("update", "delete")

SQLITE_TRIGGER = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN
    SELECT RAISE(ABORT, '{table} is insert-only');
END
"""
POSTGRESQL_FUNCTION = """
CREATE FUNCTION observation_is_insert_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is insert-only', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$
"""
POSTGRESQL_TRIGGER = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
FOR EACH ROW EXECUTE FUNCTION observation_is_insert_only()
"""


def close(apps, schema_editor):
    """Put the triggers on, in the words of the database in use."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL_FUNCTION, params=None)
        trigger = POSTGRESQL_TRIGGER
    else:
        trigger = SQLITE_TRIGGER
    for table in TABLES:
        for verb in VERBS:
            schema_editor.execute(trigger.format(table=table, verb=verb))


def open_(apps, schema_editor):
    """Take the triggers off again."""
    on_table = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        for verb in VERBS:
            where = f" ON {table}" if on_table else ""
            schema_editor.execute(f"DROP TRIGGER {table}_no_{verb}{where}")
    if on_table:
        schema_editor.execute("DROP FUNCTION observation_is_insert_only()")


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("jurisdiction", "0001_initial"),
        ("protocol", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Observation",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("form", models.TextField()),
                ("subject", models.TextField()),
                ("kind", models.TextField(default="")),
                ("at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("by", models.UUIDField()),
                ("post", models.BigIntegerField(null=True)),
                ("device", models.TextField()),
                ("answers", fangxian.privacy.fields.SealedJSONField()),
                ("salt", fangxian.privacy.fields.SealedTextField()),
                ("reason", fangxian.privacy.typed.TypedTextField(default=str)),
                ("digest", models.TextField()),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="observations",
                        to="jurisdiction.area",
                    ),
                ),
                (
                    "corrects",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="observation.observation",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="protocol.edition",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject", "at"], name="observation_subject"),
                    models.Index(
                        fields=["area", "form", "at"], name="observation_area_form"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("corrects", None),
                            models.Q(("corrects", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="correction_of_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("corrects", None),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="correction_needs_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("digest", models.TextField(db_index=True)),
                ("media_type", models.TextField()),
                ("size", models.IntegerField()),
                ("taken_at", models.DateTimeField(null=True)),
                ("on_site", models.BooleanField(default=True)),
                (
                    "observation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="observation.observation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("observation", "digest"), name="evidence_once"
                    )
                ],
            },
        ),
        migrations.RunPython(close, open_),
    ]
