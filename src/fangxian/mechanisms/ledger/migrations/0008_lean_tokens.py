"""Keep tokens once on SQLite: the index that is searched is then the table itself."""

from django.db import migrations

AS_BEFORE = """
CREATE TABLE "{name}" (
    "token" bigint NOT NULL,
    "person_id" char(32) NOT NULL REFERENCES "ledger_person" ("id")
        DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY ("token", "person_id")
)
"""
LEAN = AS_BEFORE + " WITHOUT ROWID"
COPY = """
INSERT INTO "{name}" ("token", "person_id")
SELECT "token", "person_id" FROM "ledger_token" ORDER BY "token", "person_id"
"""


def _make_again(schema_editor, table):
    if schema_editor.connection.vendor != "sqlite":
        return  # there the primary key stands beside the rows, whatever is said
    schema_editor.execute(table.format(name="new__ledger_token"))
    schema_editor.execute(COPY.format(name="new__ledger_token"))
    schema_editor.execute('DROP TABLE "ledger_token"')
    schema_editor.execute('ALTER TABLE "new__ledger_token" RENAME TO "ledger_token"')


def make_lean(apps, schema_editor):
    _make_again(schema_editor, LEAN)


def make_as_before(apps, schema_editor):
    _make_again(schema_editor, AS_BEFORE)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0007_exports_end")]
    operations = [migrations.RunPython(make_lean, make_as_before)]
