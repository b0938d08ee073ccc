"""The database itself keeps what was signed, and lets in only what was signed so.

Every table is insert-only. A piece of evidence grounds nothing that is hearsay, is
about somebody else or was taken back. A restriction goes in only as a signed cohort
proposed it, and on evidence that stands.
"""

import django.db.models.deletion
import fangxian.mechanisms.protocol.vocabulary
import fangxian.privacy.fields
from django.db import migrations, models


TABLES = (
    "restriction_evidence",
    "restriction_withdrawal",
    "restriction_cohort",
    "restriction_proposal",
    "restriction_ground",
    "restriction_answer",
    "restriction_decision",
    "restriction_ended",
    "restriction_appeal",
    "restriction_ruling",
)
VERBS = ("update", "delete")

# What must not be: the name of the guard, its table, the condition, the words.
GUARDS = (
    (
        "grounded",
        "restriction_ground",
        """NOT EXISTS (
            SELECT 1 FROM restriction_evidence e, restriction_proposal p
            WHERE e.id = NEW.evidence_id AND p.id = NEW.proposal_id
            AND e.grade IN ('A', 'B')
            AND (e.subject = p.subject OR e.subject IS NULL)
        ) OR EXISTS (
            SELECT 1 FROM restriction_withdrawal w
            WHERE w.evidence_id = NEW.evidence_id
        )""",
        "only standing evidence about the person grounds a restriction",
    ),
    (
        "signed",
        "restriction_decision",
        """NOT EXISTS (
            SELECT 1 FROM restriction_proposal p
            JOIN restriction_cohort c ON c.id = p.cohort_id
            JOIN restriction_answer a ON a.cohort_id = c.id
            WHERE p.id = NEW.proposal_id AND a.accepted
            AND a."by" = NEW.signed_by AND a."at" = NEW.signed_at
            AND p.subject = NEW.subject AND p.area_id = NEW.area_id
            AND p.measure = NEW.measure AND p."until" = NEW."until"
            AND p.since <= NEW.since
            AND c.rule = NEW.rule AND c.edition_id = NEW.edition_id
        )""",
        "a restriction is what a signed cohort proposed",
    ),
    (
        "standing",
        "restriction_decision",
        """NOT EXISTS (
            SELECT 1 FROM restriction_ground g
            WHERE g.proposal_id = NEW.proposal_id
        ) OR EXISTS (
            SELECT 1 FROM restriction_ground g
            JOIN restriction_withdrawal w ON w.evidence_id = g.evidence_id
            WHERE g.proposal_id = NEW.proposal_id
        )""",
        "a restriction rests on evidence that stands",
    ),
    (
        "another",
        "restriction_ruling",
        """NOT EXISTS (
            SELECT 1 FROM restriction_appeal a
            JOIN restriction_decision d ON d.id = a.decision_id
            WHERE a.id = NEW.appeal_id AND d.signed_by = NEW.signer
        )""",
        "a ruling names who signed the restriction",
    ),
)

SQLITE_INSERT_ONLY = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is insert-only'); END
"""
SQLITE_GUARD = """
CREATE TRIGGER {table}_{name} BEFORE INSERT ON {table} WHEN {condition}
BEGIN SELECT RAISE(ABORT, '{words}'); END
"""
POSTGRESQL_INSERT_ONLY_FUNCTION = """
CREATE FUNCTION restriction_is_insert_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is insert-only', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$
"""
POSTGRESQL_INSERT_ONLY = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
FOR EACH ROW EXECUTE FUNCTION restriction_is_insert_only()
"""
POSTGRESQL_GUARD_FUNCTION = """
CREATE FUNCTION {table}_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {condition} THEN
        RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$
"""
POSTGRESQL_GUARD = """
CREATE TRIGGER {table}_{name} BEFORE INSERT ON {table}
FOR EACH ROW EXECUTE FUNCTION {table}_{name}()
"""


def _guards(*templates):
    for name, table, condition, words in GUARDS:
        for template in templates:
            yield template.format(
                name=name, table=table, condition=condition, words=words
            )


def _insert_only(template):
    for table in TABLES:
        for verb in VERBS:
            yield template.format(table=table, verb=verb)


def protect(apps, schema_editor):
    """Put the triggers on, in the words of the database in use."""
    if schema_editor.connection.vendor == "postgresql":
        statements = [
            POSTGRESQL_INSERT_ONLY_FUNCTION,
            *_insert_only(POSTGRESQL_INSERT_ONLY),
            *_guards(POSTGRESQL_GUARD_FUNCTION, POSTGRESQL_GUARD),
        ]
    else:
        statements = [*_insert_only(SQLITE_INSERT_ONLY), *_guards(SQLITE_GUARD)]
    for statement in statements:
        schema_editor.execute(statement, params=None)


def release(apps, schema_editor):
    """Take the triggers off again."""
    if schema_editor.connection.vendor == "postgresql":
        statements = ["DROP FUNCTION restriction_is_insert_only() CASCADE"]
        statements += _guards("DROP FUNCTION {table}_{name}() CASCADE")
    else:
        statements = [
            *_insert_only("DROP TRIGGER {table}_no_{verb}"),
            *_guards("DROP TRIGGER {table}_{name}"),
        ]
    for statement in statements:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("jurisdiction", "0001_initial"),
        ("observation", "0001_initial"),
        ("protocol", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Cohort",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("rule", models.TextField()),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                ("post", models.BigIntegerField(null=True)),
                ("digest", models.TextField()),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
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
                "indexes": [models.Index(fields=["area", "at"], name="cohort_area")],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("subject", models.UUIDField(null=True)),
                ("venue", models.TextField(default="")),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("lab", "lab"),
                            ("visit", "visit"),
                            ("exposure", "exposure"),
                            ("contact", "contact"),
                            ("stay", "stay"),
                        ]
                    ),
                ),
                (
                    "grade",
                    models.TextField(choices=[("A", "A"), ("B", "B"), ("C", "C")]),
                ),
                ("facts", fangxian.privacy.fields.SealedTextField()),
                ("seen_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("by", models.UUIDField()),
                ("post", models.BigIntegerField(null=True)),
                ("role", models.TextField()),
                ("device", models.TextField()),
                ("digest", models.TextField()),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="jurisdiction.area",
                    ),
                ),
                (
                    "observation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="observation.observation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["subject", "seen_at"], name="evidence_subject"
                    ),
                    models.Index(fields=["area", "seen_at"], name="evidence_area"),
                    models.Index(fields=["venue", "seen_at"], name="evidence_venue"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                ["lab", "visit", "exposure", "contact", "stay"],
                            )
                        ),
                        name="evidence_has_a_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("grade__in", ["A", "B", "C"])),
                        name="evidence_has_a_grade",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("subject__isnull", False),
                            models.Q(
                                (
                                    "kind",
                                    fangxian.mechanisms.protocol.vocabulary.Kind[
                                        "EXPOSURE"
                                    ],
                                ),
                                models.Q(("venue", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="evidence_is_about_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Withdrawal",
            fields=[
                (
                    "evidence",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="withdrawal",
                        serialize=False,
                        to="restriction.evidence",
                    ),
                ),
                ("reason", fangxian.privacy.fields.SealedTextField()),
                ("by", models.UUIDField()),
                ("post", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("subject", models.UUIDField()),
                ("measure", models.TextField()),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("why", models.JSONField()),
                ("key", models.TextField(unique=True)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="jurisdiction.area",
                    ),
                ),
                (
                    "cohort",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="restriction.cohort",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["subject"], name="proposal_subject")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("cohort", "subject"), name="proposal_once_a_person"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__gt", models.F("since"))),
                        name="proposal_ends",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("subject", models.UUIDField()),
                ("rule", models.TextField()),
                ("measure", models.TextField()),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("why", models.JSONField()),
                ("signed_by", models.UUIDField()),
                ("signed_by_post", models.BigIntegerField(null=True)),
                ("signed_at", models.DateTimeField()),
                ("digest", models.TextField()),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="restrictions",
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
                (
                    "proposal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decision",
                        to="restriction.proposal",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject", "until"], name="decision_subject"),
                    models.Index(fields=["area", "until"], name="decision_area"),
                    models.Index(fields=["until"], name="decision_until"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__gt", models.F("since"))),
                        name="decision_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("since__gte", models.F("signed_at"))),
                        name="decision_is_not_backdated",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Appeal",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "channel",
                    models.TextField(
                        choices=[
                            ("online", "online"),
                            ("telephone", "telephone"),
                            ("paper", "paper"),
                            ("worker", "worker"),
                        ]
                    ),
                ),
                ("said", fangxian.privacy.fields.SealedTextField()),
                ("filed_by", models.UUIDField()),
                ("filed_by_post", models.BigIntegerField(null=True)),
                ("filed_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appeals",
                        to="restriction.decision",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["due_at"], name="appeal_due")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("due_at__gt", models.F("filed_at"))),
                        name="appeal_is_due",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Ruling",
            fields=[
                (
                    "appeal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="ruling",
                        serialize=False,
                        to="restriction.appeal",
                    ),
                ),
                ("upheld", models.BooleanField()),
                ("reason", fangxian.privacy.fields.SealedTextField()),
                ("signer", models.UUIDField()),
                ("by", models.UUIDField()),
                ("post", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("by", models.F("signer")), _negated=True),
                        name="ruling_is_another_persons",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Ended",
            fields=[
                (
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="ended",
                        serialize=False,
                        to="restriction.decision",
                    ),
                ),
                (
                    "reason",
                    models.TextField(
                        choices=[
                            ("expired", "expired"),
                            ("released", "released"),
                            ("appeal_upheld", "appeal_upheld"),
                            ("appeal_lapsed", "appeal_lapsed"),
                            ("evidence_withdrawn", "evidence_withdrawn"),
                            ("rule_repealed", "rule_repealed"),
                            ("duplicate", "duplicate"),
                        ]
                    ),
                ),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("note", fangxian.privacy.fields.SealedTextField(null=True)),
                ("by", models.UUIDField()),
                ("post", models.BigIntegerField(null=True)),
                (
                    "instead",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="restriction.decision",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "reason__in",
                                [
                                    "expired",
                                    "released",
                                    "appeal_upheld",
                                    "appeal_lapsed",
                                    "evidence_withdrawn",
                                    "rule_repealed",
                                    "duplicate",
                                ],
                            )
                        ),
                        name="ended_has_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "reason",
                                    fangxian.mechanisms.protocol.vocabulary.Ending[
                                        "RELEASED"
                                    ],
                                ),
                                _negated=True,
                            ),
                            ("note__isnull", False),
                            _connector="OR",
                        ),
                        name="ended_early_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("instead__isnull", False),
                                (
                                    "reason",
                                    fangxian.mechanisms.protocol.vocabulary.Ending[
                                        "DUPLICATE"
                                    ],
                                ),
                            ),
                            models.Q(
                                models.Q(
                                    (
                                        "reason",
                                        fangxian.mechanisms.protocol.vocabulary.Ending[
                                            "DUPLICATE"
                                        ],
                                    ),
                                    _negated=True,
                                ),
                                ("instead", None),
                            ),
                            _connector="OR",
                        ),
                        name="ended_duplicate_names_the_other",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Ground",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "evidence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grounds",
                        to="restriction.evidence",
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grounds",
                        to="restriction.proposal",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("proposal", "evidence"), name="ground_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "cohort",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="answer",
                        serialize=False,
                        to="restriction.cohort",
                    ),
                ),
                ("accepted", models.BooleanField()),
                ("reason", fangxian.privacy.fields.SealedTextField(null=True)),
                ("by", models.UUIDField()),
                ("post", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accepted", True),
                            ("reason__isnull", False),
                            _connector="OR",
                        ),
                        name="answer_refusal_says_why",
                    )
                ],
            },
        ),
        migrations.RunPython(protect, release),
    ]
