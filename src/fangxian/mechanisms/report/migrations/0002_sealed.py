"""Abort changes of what was signed: a return, a restatement, a bulletin."""

from django.db import migrations

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
    dependencies = [("report", "0001_initial")]
    operations = [migrations.RunPython(protect, release)]
