"""Abort changes of what was signed: a return, a restatement, a bulletin."""

import django.db.models.deletion
import fangxian.mechanisms.report.states
import fangxian.privacy.typed
import fangxian.privacy.fields
from django.db import migrations, models


INSERT_ONLY = ("report_restatement", "report_bulletin")
SEALED = (
    "area_id",
    "layout",
    "edition_id",
    "day",
    "figures",
    "sources",
    "zero",
    "late",
    "attested_by",
    "attested_by_post",
    "attested_at",
    "digest",
)

SQLITE_INSERT_ONLY = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is insert-only'); END
"""
SQLITE_SEALED = """
CREATE TRIGGER report_return_sealed BEFORE UPDATE ON report_return
WHEN OLD.state <> 'computed' AND ({changed} OR NEW.state = 'computed')
BEGIN SELECT RAISE(ABORT, 'a signed return is never changed'); END
"""
SQLITE_KEPT = """
CREATE TRIGGER report_return_kept BEFORE DELETE ON report_return
WHEN OLD.state <> 'computed'
BEGIN SELECT RAISE(ABORT, 'a signed return is never deleted'); END
"""
POSTGRESQL_FUNCTION = """
CREATE FUNCTION report_sealed() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'what was signed in % is never changed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
POSTGRESQL_INSERT_ONLY = """
CREATE TRIGGER {table}_insert_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION report_sealed()
"""
POSTGRESQL_SEALED = """
CREATE TRIGGER report_return_sealed BEFORE UPDATE ON report_return
FOR EACH ROW WHEN (OLD.state <> 'computed' AND ({changed} OR NEW.state = 'computed'))
EXECUTE FUNCTION report_sealed()
"""
POSTGRESQL_KEPT = """
CREATE TRIGGER report_return_kept BEFORE DELETE ON report_return
FOR EACH ROW WHEN (OLD.state <> 'computed')
EXECUTE FUNCTION report_sealed()
"""


def _changed(template):
    return " OR ".join(template.format(column=column) for column in SEALED)


def protect(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        changed = _changed("OLD.{column} IS NOT NEW.{column}")
        statements = [SQLITE_SEALED.format(changed=changed), SQLITE_KEPT] + [
            SQLITE_INSERT_ONLY.format(table=table, verb=verb)
            for table in INSERT_ONLY
            for verb in ("update", "delete")
        ]
    else:
        changed = _changed("OLD.{column} IS DISTINCT FROM NEW.{column}")
        statements = [
            POSTGRESQL_FUNCTION,
            POSTGRESQL_SEALED.format(changed=changed),
            POSTGRESQL_KEPT,
        ] + [POSTGRESQL_INSERT_ONLY.format(table=table) for table in INSERT_ONLY]
    for statement in statements:
        schema_editor.execute(statement, params=None)


def release(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        names = ["report_return_sealed", "report_return_kept"]
        names += [
            f"{table}_no_{verb}"
            for table in INSERT_ONLY
            for verb in ("update", "delete")
        ]
        statements = [f"DROP TRIGGER {name}" for name in names]
    else:
        statements = ["DROP FUNCTION report_sealed() CASCADE"]
    for statement in statements:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("jurisdiction", "0001_initial"),
        ("protocol", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Return",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("layout", models.TextField()),
                ("day", models.DateField()),
                ("figures", models.JSONField()),
                ("sources", models.JSONField(default=dict)),
                ("zero", models.BooleanField(default=False)),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("computed", "computed"),
                            ("attested", "attested"),
                            ("frozen", "frozen"),
                        ]
                    ),
                ),
                ("late", models.BooleanField(default=False)),
                ("computed_at", models.DateTimeField()),
                ("attested_by", models.UUIDField(null=True)),
                ("attested_by_post", models.BigIntegerField(null=True)),
                ("attested_at", models.DateTimeField(null=True)),
                ("frozen_at", models.DateTimeField(null=True)),
                ("digest", models.TextField()),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns",
                        to="jurisdiction.area",
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
                    models.Index(fields=["state", "day"], name="return_state_day")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "layout", "area"), name="return_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state",
                                fangxian.mechanisms.report.states.State["COMPUTED"],
                            ),
                            models.Q(
                                ("attested_at__isnull", False),
                                ("attested_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="return_attested_names_who",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Restatement",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.IntegerField()),
                ("figures", models.JSONField()),
                ("sources", models.JSONField(default=dict)),
                ("reason", fangxian.privacy.typed.TypedTextField(default=str)),
                ("by_hand", models.BooleanField()),
                ("cause", models.TextField(default="")),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("digest", models.TextField()),
                (
                    "of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="restatements",
                        to="report.return",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("of", "number"), name="restatement_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Bulletin",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("layout", models.TextField()),
                ("day", models.DateField()),
                ("number", models.IntegerField()),
                ("content", fangxian.privacy.fields.SealedJSONField()),
                ("digest", models.TextField()),
                ("issued_by", models.UUIDField()),
                ("issued_at", models.DateTimeField()),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="jurisdiction.area",
                    ),
                ),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="report.bulletin",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("area", "layout", "number"), name="bulletin_number_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("corrects", None)),
                        fields=("area", "layout", "day"),
                        name="bulletin_day_once",
                    ),
                ],
            },
        ),
        migrations.RunPython(protect, release),
    ]
