"""The database itself keeps what was signed, and lets in only what was signed so.

Every table is insert-only. A piece of evidence grounds nothing that is hearsay, is
about somebody else or was taken back. A restriction goes in only as a signed cohort
proposed it, and on evidence that stands.
"""

from django.db import migrations


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
    dependencies = [("restriction", "0001_initial")]
    operations = [migrations.RunPython(protect, release)]
