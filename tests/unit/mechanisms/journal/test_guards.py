"""Triggers that keep rows as they are: one that is gone or changed is named and put back."""

import pytest
from django.db import DatabaseError, connection, transaction

from fangxian.kernel.actors import SYSTEM
from fangxian.mechanisms.journal import guards, queries
from fangxian.mechanisms.journal.actions import put_guards_back, verify_and_note
from fangxian.mechanisms.journal.guards import Fault, What
from fangxian.mechanisms.journal.models import Entry
from tests.unit.mechanisms.journal.acts import NOON, fill


pytestmark = pytest.mark.django_db
ON_SQLITE = connection.vendor == "sqlite"
TABLE = "journal_entry"
UPDATES = "journal_entry_no_update" if ON_SQLITE else "journal_entry_insert_only"


def run(*statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def drop(name=UPDATES, table=TABLE):
    run(f"DROP TRIGGER {name}" + ("" if ON_SQLITE else f" ON {table}"))


def toothless():
    """Put a trigger of the same name in its place, which lets everything pass."""
    drop()
    if ON_SQLITE:
        run(f"CREATE TRIGGER {UPDATES} BEFORE UPDATE ON {TABLE} BEGIN SELECT 1; END")
    else:
        run(
            f"CREATE TRIGGER {UPDATES} BEFORE UPDATE OR DELETE ON {TABLE}"
            " FOR EACH STATEMENT WHEN (false) EXECUTE FUNCTION journal_insert_only()"
        )


def other_function():
    run(
        "CREATE OR REPLACE FUNCTION journal_insert_only() RETURNS trigger"
        " LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$"
    )


def disable():
    run(f"ALTER TABLE {TABLE} DISABLE TRIGGER {UPDATES}")


def test_every_trigger_of_a_fresh_store_is_as_it_was_made():
    assert guards.faults() == ()
    tables = {one.table for one in guards.made_guards().values()}
    assert {TABLE, "journal_leaf", "journal_checkpoint"} < tables
    assert {"restriction_decision", "observation_observation", "report_return"} < tables


def test_one_that_is_gone_is_named():
    drop()

    assert guards.faults() == (Fault(UPDATES, TABLE, What.GUARD_GONE),)


def test_one_in_the_same_name_that_lets_everything_pass_is_named():
    toothless()

    assert guards.faults() == (Fault(UPDATES, TABLE, What.GUARD_CHANGED),)


@pytest.mark.skipif(ON_SQLITE, reason="SQLite disables no trigger and has no functions")
@pytest.mark.parametrize("change", [disable, other_function])
def test_one_that_does_nothing_any_more_is_named(change):
    change()

    assert Fault(UPDATES, TABLE, What.GUARD_CHANGED) in guards.faults()


CONDITIONED = "report_return_sealed"


@pytest.mark.skipif(ON_SQLITE, reason="SQLite keeps the statement as it was made")
@pytest.mark.parametrize(
    ("sought", "put"),
    [
        ("'computed'", "'attested'"),  # guards other rows
        (" OR ", " AND "),  # guards only what changes in every way at once
        ("<>", "="),
    ],
)
def test_one_that_holds_on_another_condition_is_named(sought, put):
    [made] = [
        one
        for one in guards.made_statements()
        if one.startswith(f"CREATE TRIGGER {CONDITIONED} ")
    ]
    drop(CONDITIONED, "report_return")
    run(made.replace(sought, put))

    assert guards.faults() == (Fault(CONDITIONED, "report_return", What.GUARD_CHANGED),)


def test_conditions_are_compared_by_their_parts():
    """PostgreSQL's spelling, with its brackets and casts, means what the house wrote."""
    made = "WHEN (OLD.state <> 'computed' AND (OLD.a IS DISTINCT FROM NEW.a OR NEW.b = 'x')) "
    held = (
        "WHEN ((((old.state)::text <> 'computed'::text) AND"
        " ((old.a IS DISTINCT FROM new.a) OR (new.b = 'x'::text)))) "
    )
    other = "WHEN (OLD.state <> 'computed' AND OLD.a IS DISTINCT FROM NEW.a OR NEW.b = 'x') "

    assert guards._parts(made) == guards._parts(held)
    assert guards._parts(made) != guards._parts(other)
    assert guards._parts(made) != guards._parts(made.replace("'x'", "'X'"))


def test_one_that_nobody_here_made_is_named():
    if ON_SQLITE:
        run(f"CREATE TRIGGER quiet BEFORE INSERT ON {TABLE} BEGIN SELECT 1; END")
    else:
        run(
            f"CREATE TRIGGER quiet BEFORE INSERT ON {TABLE}"
            " FOR EACH STATEMENT EXECUTE FUNCTION journal_insert_only()"
        )

    assert guards.faults() == (Fault("quiet", TABLE, What.GUARD_FOREIGN),)


def test_a_verification_tells_of_it_before_all_else():
    fill(3)
    drop()

    verify_and_note(by=SYSTEM, at=NOON)

    noted = queries.last_verification()
    assert (noted.found, noted.faults[0][2:4]) == (1, ("GUARD_GONE", UPDATES))


@pytest.mark.parametrize("take", [drop, toothless])
def test_what_is_put_back_keeps_rows_as_they_are_and_the_journal_is_told(take):
    fill(3)
    take()
    run("UPDATE journal_entry SET device = device")  # nobody minds

    assert put_guards_back(by=SYSTEM, at=NOON) == (UPDATES,)

    assert guards.faults() == ()
    told = Entry.objects.get(event="journal.guards_put_back")
    assert told.payload == {"guards": [UPDATES]}
    with pytest.raises(DatabaseError), transaction.atomic():
        run("UPDATE journal_entry SET device = device")


def test_where_nothing_is_wrong_nothing_is_put_back():
    assert put_guards_back(by=SYSTEM, at=NOON) == ()
    assert not Entry.objects.exists()
