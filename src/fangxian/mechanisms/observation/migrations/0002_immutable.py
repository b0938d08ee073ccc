"""The database itself refuses to change or to remove a record or its evidence."""

from django.db import migrations


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
    dependencies = [("observation", "0001_initial")]
    operations = [migrations.RunPython(close, open_)]
