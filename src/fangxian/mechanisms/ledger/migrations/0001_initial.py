"""The tables of the ledger; SQLite keeps tokens once, sorted as they are searched."""

import django.db.models.deletion
import fangxian.mechanisms.ledger.states
import fangxian.privacy.fields
import fangxian.privacy.typed
from django.db import migrations, models


# The index that is searched is then the table itself. On PostgreSQL the primary key
# stands beside the rows, whatever is said.
LEAN = """
CREATE TABLE "ledger_token" (
    "token" bigint NOT NULL,
    "person_id" char(32) NOT NULL REFERENCES "ledger_person" ("id")
        DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY ("token", "person_id")
) WITHOUT ROWID
"""


def make_lean(apps, schema_editor):
    """Make the table of tokens again, as long as nobody is in it."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute('DROP TABLE "ledger_token"')
        schema_editor.execute(LEAN)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("jurisdiction", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Kind",
            fields=[
                ("code", models.TextField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("name_en", models.TextField()),
                ("group", models.TextField(default="")),
                ("key", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Layout",
            fields=[
                ("fingerprint", models.TextField(primary_key=True, serialize=False)),
                ("headings", fangxian.privacy.fields.SealedJSONField()),
                ("mapping", models.JSONField()),
                ("remembered_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Import",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("file_digest", models.TextField()),
                (
                    "state",
                    models.TextField(
                        choices=[("taken", "taken"), ("repeated", "repeated")]
                    ),
                ),
                ("rows", models.IntegerField(default=0)),
                ("added", models.IntegerField(default=0)),
                ("known", models.IntegerField(default=0)),
                ("refused", models.IntegerField(default=0)),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="jurisdiction.area",
                    ),
                ),
                (
                    "layout",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="ledger.layout",
                    ),
                ),
                (
                    "about",
                    models.TextField(
                        choices=[
                            ("places", "places"),
                            ("people", "people"),
                            ("results", "results"),
                        ],
                        default=fangxian.mechanisms.ledger.states.About["PLACES"],
                    ),
                ),
                ("file_name", fangxian.privacy.fields.SealedTextField()),
            ],
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("name_key", models.TextField()),
                ("address", models.TextField(default="")),
                ("uscc", models.TextField(default="")),
                ("responsible", fangxian.privacy.fields.SealedTextField(null=True)),
                ("telephone", fangxian.privacy.fields.SealedTextField(null=True)),
                (
                    "standing",
                    models.TextField(
                        choices=[
                            ("open", "open"),
                            ("suspended", "suspended"),
                            ("closed", "closed"),
                        ],
                        default=fangxian.mechanisms.ledger.states.Standing["OPEN"],
                    ),
                ),
                (
                    "venue_code",
                    models.TextField(
                        choices=[
                            ("none", "none"),
                            ("applied", "applied"),
                            ("issued", "issued"),
                            ("in_use", "in_use"),
                        ],
                        default=fangxian.mechanisms.ledger.states.VenueCode["NONE"],
                    ),
                ),
                ("opened_on", models.DateField(null=True)),
                ("registered_at", models.DateTimeField()),
                ("source", models.TextField()),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="places",
                        to="jurisdiction.area",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="places",
                        to="ledger.kind",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duplicates",
                        to="ledger.place",
                    ),
                ),
                (
                    "responsible_staff",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="places_in_charge",
                        to="jurisdiction.staff",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["area", "kind"], name="place_area_kind"),
                    models.Index(
                        condition=models.Q(("uscc", ""), _negated=True),
                        fields=["uscc"],
                        name="place_uscc",
                    ),
                    models.Index(fields=["name_key"], name="place_name_key"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            models.Q(("uscc", ""), _negated=True), ("merged_into", None)
                        ),
                        fields=("uscc", "area", "name_key"),
                        name="place_once_by_code",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("merged_into", None)),
                        fields=("area", "kind", "name_key"),
                        name="place_once_by_name",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("merged_into", None),
                            models.Q(("merged_into", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="place_not_into_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Apart",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("reason", fangxian.privacy.typed.TypedTextField(default=str)),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                (
                    "one",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="apart_after",
                        to="ledger.place",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="apart_before",
                        to="ledger.place",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("one", "other"), name="apart_once"),
                    models.CheckConstraint(
                        condition=models.Q(("one__lt", models.F("other"))),
                        name="apart_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RefusedRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.IntegerField()),
                ("code", models.TextField()),
                ("cells", fangxian.privacy.fields.SealedTextField()),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bad_rows",
                        to="ledger.import",
                    ),
                ),
                ("facts", fangxian.privacy.fields.SealedJSONField()),
            ],
        ),
        migrations.CreateModel(
            name="Door",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("building", models.TextField(default="")),
                ("unit", models.TextField(default="")),
                ("room", fangxian.privacy.fields.SealedTextField()),
                ("mark", models.BinaryField()),
                ("indexed_with", models.TextField()),
                ("registered_at", models.DateTimeField()),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="doors",
                        to="jurisdiction.area",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["indexed_with"], name="door_indexed_with")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("area", "mark"), name="door_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("name", fangxian.privacy.fields.SealedTextField()),
                (
                    "paper",
                    models.TextField(
                        choices=[
                            ("citizen", "citizen"),
                            ("passport", "passport"),
                            ("hong_kong_macao", "hong_kong_macao"),
                            ("taiwan", "taiwan"),
                            ("residence", "residence"),
                            ("permanent", "permanent"),
                            ("none", "none"),
                            ("unknown", "unknown"),
                        ]
                    ),
                ),
                ("number", fangxian.privacy.fields.SealedTextField(null=True)),
                ("no_paper_why", fangxian.privacy.fields.SealedTextField(null=True)),
                ("telephone", fangxian.privacy.fields.SealedTextField(null=True)),
                ("birth_year", fangxian.privacy.fields.SealedTextField(null=True)),
                ("sex", fangxian.privacy.fields.SealedTextField(null=True)),
                ("address", fangxian.privacy.fields.SealedTextField(null=True)),
                ("number_mark", models.BinaryField(null=True)),
                ("telephone_mark", models.BinaryField(null=True)),
                ("likeness_mark", models.BinaryField(null=True)),
                ("indexed_with", models.TextField()),
                ("indexed_in", models.BigIntegerField()),
                ("is_drill", models.BooleanField(default=False)),
                ("registered_at", models.DateTimeField()),
                ("source", models.TextField()),
                (
                    "area",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="people",
                        to="jurisdiction.area",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duplicates",
                        to="ledger.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["area", "id"], name="person_area"),
                    models.Index(fields=["number_mark"], name="person_number_mark"),
                    models.Index(
                        fields=["telephone_mark"], name="person_telephone_mark"
                    ),
                    models.Index(fields=["likeness_mark"], name="person_likeness_mark"),
                    models.Index(fields=["indexed_with"], name="person_indexed_with"),
                    models.Index(
                        condition=models.Q(("merged_into__isnull", False)),
                        fields=["merged_into"],
                        name="person_merged_into",
                    ),
                    models.Index(
                        condition=models.Q(("merged_into__isnull", False)),
                        fields=["indexed_in", "merged_into", "id"],
                        name="person_merged_in",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("no_paper_why__isnull", False),
                                ("number", None),
                                ("paper__in", ["none", "unknown"]),
                            ),
                            models.Q(
                                models.Q(
                                    ("paper__in", ["none", "unknown"]), _negated=True
                                ),
                                ("number__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="person_number_or_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("number", None), ("number_mark", None)),
                            models.Q(
                                ("number__isnull", False),
                                ("number_mark__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="person_number_is_marked",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("merged_into", None),
                            models.Q(("merged_into", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="person_not_into_themselves",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("evidence", fangxian.privacy.fields.SealedTextField()),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("undone_by", models.UUIDField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_why", fangxian.privacy.fields.SealedTextField(null=True)),
                (
                    "into",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merges_into",
                        to="ledger.person",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merges",
                        to="ledger.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at", None)),
                        fields=("person",),
                        name="merge_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("undone_at", None),
                                ("undone_by", None),
                                ("undone_why", None),
                            ),
                            models.Q(
                                ("undone_at__isnull", False),
                                ("undone_by__isnull", False),
                                ("undone_why__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="merge_undone_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Alike",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("score", models.IntegerField()),
                ("grounds", models.JSONField()),
                ("found_at", models.DateTimeField()),
                (
                    "one",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alike_after",
                        to="ledger.person",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alike_before",
                        to="ledger.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("one", "other"), name="alike_once"),
                    models.CheckConstraint(
                        condition=models.Q(("one__lt", models.F("other"))),
                        name="alike_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("score__range", (0, 100))),
                        name="alike_score_is_percent",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PersonApart",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("reason", fangxian.privacy.fields.SealedTextField()),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                (
                    "one",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="apart_after",
                        to="ledger.person",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="apart_before",
                        to="ledger.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("one", "other"), name="person_apart_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("one__lt", models.F("other"))),
                        name="person_apart_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Proxy",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", fangxian.privacy.fields.SealedTextField(null=True)),
                ("telephone", fangxian.privacy.fields.SealedTextField(null=True)),
                (
                    "relation",
                    models.TextField(
                        choices=[
                            ("parent", "parent"),
                            ("child", "child"),
                            ("spouse", "spouse"),
                            ("guardian", "guardian"),
                            ("relative", "relative"),
                            ("neighbour", "neighbour"),
                            ("carer", "carer"),
                        ]
                    ),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proxies",
                        to="ledger.person",
                    ),
                ),
                (
                    "proxy",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="speaks_for",
                        to="ledger.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)),
                        fields=("person",),
                        name="proxy_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", None), ("proxy__isnull", False)),
                            models.Q(
                                ("name__isnull", False),
                                ("proxy", None),
                                ("telephone__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="proxy_is_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("proxy", None),
                            models.Q(("proxy", models.F("person")), _negated=True),
                            _connector="OR",
                        ),
                        name="proxy_is_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Residence",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                (
                    "door",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="residences",
                        to="ledger.door",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="residences",
                        to="ledger.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)),
                        fields=("person",),
                        name="residence_one_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until", None),
                            ("until__gt", models.F("since")),
                            _connector="OR",
                        ),
                        name="residence_period_is_forward",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Token",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "token",
                        "person",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("token", models.BigIntegerField()),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tokens",
                        to="ledger.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Difference",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.IntegerField()),
                ("kind", models.TextField(default="")),
                ("address", models.TextField(default="")),
                ("uscc", models.TextField(default="")),
                ("responsible", fangxian.privacy.fields.SealedTextField(null=True)),
                ("telephone", fangxian.privacy.fields.SealedTextField(null=True)),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("open", "open"),
                            ("accepted", "accepted"),
                            ("kept", "kept"),
                        ],
                        default=fangxian.mechanisms.ledger.states.DifferenceState[
                            "OPEN"
                        ],
                    ),
                ),
                ("by", models.UUIDField(null=True)),
                ("at", models.DateTimeField(null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="differences",
                        to="ledger.import",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="differences",
                        to="ledger.place",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("batch", "number"), name="difference_once_a_row"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("at", None),
                                ("by", None),
                                (
                                    "state",
                                    fangxian.mechanisms.ledger.states.DifferenceState[
                                        "OPEN"
                                    ],
                                ),
                            ),
                            models.Q(
                                models.Q(
                                    (
                                        "state",
                                        fangxian.mechanisms.ledger.states.DifferenceState[
                                            "OPEN"
                                        ],
                                    ),
                                    _negated=True,
                                ),
                                ("at__isnull", False),
                                ("by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="difference_settled_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Export",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "form",
                    models.TextField(
                        choices=[
                            ("rows", "rows"),
                            ("documents", "documents"),
                            ("screen", "screen"),
                        ]
                    ),
                ),
                (
                    "purpose",
                    models.TextField(
                        choices=[
                            ("contact", "contact"),
                            ("notice", "notice"),
                            ("sampling", "sampling"),
                            ("medical", "medical"),
                            ("correction", "correction"),
                            ("review", "review"),
                            ("export", "export"),
                        ]
                    ),
                ),
                ("recipient", fangxian.privacy.fields.SealedTextField()),
                ("why", fangxian.privacy.fields.SealedTextField()),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("requested", "requested"),
                            ("approved", "approved"),
                            ("refused", "refused"),
                            ("withdrawn", "withdrawn"),
                            ("lapsed", "lapsed"),
                        ]
                    ),
                ),
                ("by", models.UUIDField()),
                ("post", models.BigIntegerField(null=True)),
                (
                    "role",
                    models.TextField(
                        choices=[
                            ("resident", "resident"),
                            ("venue_manager", "venue_manager"),
                            ("grid_worker", "grid_worker"),
                            ("checkpoint_staff", "checkpoint_staff"),
                            ("community", "community"),
                            ("street", "street"),
                            ("district", "district"),
                            ("supervision", "supervision"),
                            ("hospital", "hospital"),
                            ("cdc", "cdc"),
                            ("police", "police"),
                            ("auditor", "auditor"),
                            ("administrator", "administrator"),
                            ("sector_department", "sector_department"),
                            ("system", "system"),
                        ]
                    ),
                ),
                ("requested_at", models.DateTimeField()),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("refused_why", fangxian.privacy.fields.SealedTextField(null=True)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exports",
                        to="jurisdiction.area",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["by", "-requested_at"], name="export_by_requested"
                    ),
                    models.Index(
                        fields=["state", "-requested_at"], name="export_by_state"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(("decided_by", models.F("by")), _negated=True),
                            _connector="OR",
                        ),
                        name="export_decided_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("refused_why__isnull", False),
                                (
                                    "state",
                                    fangxian.mechanisms.ledger.states.ExportState[
                                        "REFUSED"
                                    ],
                                ),
                            ),
                            models.Q(
                                models.Q(
                                    (
                                        "state",
                                        fangxian.mechanisms.ledger.states.ExportState[
                                            "REFUSED"
                                        ],
                                    ),
                                    _negated=True,
                                ),
                                ("refused_why", None),
                            ),
                            _connector="OR",
                        ),
                        name="export_refused_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at", None),
                                ("decided_by", None),
                                (
                                    "state",
                                    fangxian.mechanisms.ledger.states.ExportState[
                                        "REQUESTED"
                                    ],
                                ),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                (
                                    "state__in",
                                    (
                                        fangxian.mechanisms.ledger.states.ExportState[
                                            "APPROVED"
                                        ],
                                        fangxian.mechanisms.ledger.states.ExportState[
                                            "REFUSED"
                                        ],
                                    ),
                                ),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by", None),
                                (
                                    "state__in",
                                    (
                                        fangxian.mechanisms.ledger.states.ExportState[
                                            "WITHDRAWN"
                                        ],
                                        fangxian.mechanisms.ledger.states.ExportState[
                                            "LAPSED"
                                        ],
                                    ),
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="export_decided_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("by", models.UUIDField()),
                ("post", models.BigIntegerField(null=True)),
                (
                    "purpose",
                    models.TextField(
                        choices=[
                            ("contact", "contact"),
                            ("notice", "notice"),
                            ("sampling", "sampling"),
                            ("medical", "medical"),
                            ("correction", "correction"),
                            ("review", "review"),
                            ("export", "export"),
                        ]
                    ),
                ),
                ("why", fangxian.privacy.fields.SealedTextField()),
                ("task", models.BigIntegerField(null=True)),
                ("second", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="openings",
                        to="ledger.person",
                    ),
                ),
                (
                    "export",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="openings",
                        to="ledger.export",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["by", "at"], name="opening_by_at")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("second", None),
                            models.Q(("second", models.F("by")), _negated=True),
                            _connector="OR",
                        ),
                        name="opening_second_is_another",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Exported",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("position", models.IntegerField()),
                (
                    "export",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="people",
                        to="ledger.export",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exports",
                        to="ledger.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("export", "person"), name="exported_once"
                    ),
                    models.UniqueConstraint(
                        fields=("export", "position"), name="exported_one_a_row"
                    ),
                ],
            },
        ),
        migrations.RunPython(make_lean, migrations.RunPython.noop),
    ]
