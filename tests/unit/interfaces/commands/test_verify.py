import json

import pytest
from click.testing import CliRunner
from django.db import connection

from fangxian.interfaces.commands import checkpoint, verify
from fangxian.interfaces.commands.guards import command as guards_command
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.journal import guards
from fangxian.mechanisms.journal.models import Cursor, Leaf
from fangxian.mechanisms.restriction.models import Decision
from tests.unit.mechanisms.journal.acts import NOON, fill, lend
from tests.unit.mechanisms.restriction.restricting import DAY, Restricting
from tests.unit.mechanisms.restriction.test_verification import take_the_guards_away


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.FANGXIAN_DATA = (
        tmp_path  # it has no situation, so the clock is the real one
    )


def run(command, *arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def change_entry_seven():
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER journal_entry_no_update")
        else:
            cursor.execute("DROP FUNCTION journal_insert_only CASCADE")
        cursor.execute(
            "UPDATE journal_entry SET subject = 'book:8' WHERE subject = 'book:7'"
        )


def test_a_clean_journal_ends_with_0():
    fill(10)

    done = run(verify.command)

    assert done.exit_code == 0
    assert done.output == "10 entries, 0 waiting for a number, 1 checkpoints: clean\n"


def test_a_changed_entry_ends_with_1_and_is_named():
    fill(10)
    change_entry_seven()

    done = run(verify.command)

    assert done.exit_code == 1
    assert done.output.startswith("number 7 · entry ")
    assert done.output.splitlines()[0].endswith("The entry was changed.")


def test_a_trigger_that_is_gone_is_named_with_what_would_help():
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER journal_entry_no_update")
            name = "journal_entry_no_update"
        else:
            name = "journal_entry_insert_only"
            cursor.execute(f"DROP TRIGGER {name} ON journal_entry")

    done, listed = run(verify.command), run(guards_command)

    assert (done.exit_code, listed.exit_code) == (1, 1)
    assert listed.output.splitlines() == [
        f"journal_entry · {name} · A trigger that keeps rows as they are is gone.",
        guards.REMEDY,
        "1 triggers are not as they were made",
    ]
    assert done.output.endswith(listed.output)
    mended = run(guards_command, "--put-back")
    assert mended.exit_code == 0
    assert mended.output.startswith(f"{name} · put back\n")
    assert run(verify.command).exit_code == 0


def test_the_verdict_can_be_read_by_programs():
    fill(10)
    change_entry_seven()

    verdict = json.loads(run(verify.command, "--json").output)

    assert (verdict["clean"], verdict["entries"]) == (False, 10)
    [fault] = verdict["faults"]
    assert (fault["number"], fault["what"]) == (7, "ENTRY_CHANGED")


def test_a_restriction_that_was_changed_past_the_guards_is_named(world):
    restricting = Restricting(world)
    restricting.stated()
    [decision] = restricting.imposed()
    honest = run(verify.command)
    take_the_guards_away()
    Decision.objects.filter(pk=decision.pk).update(until=decision.until + DAY)

    done = run(verify.command)

    assert (honest.exit_code, done.exit_code) == (0, 1)
    assert honest.output.endswith("2 rows about restrictions: clean\n")
    lines = done.output.splitlines()
    named = lines.index(
        f"decision {decision.pk} · The row does not fit its own digest."
    )
    assert lines[named + 1] == "2 rows about restrictions: 1 faults"
    assert lines[-2] == guards.REMEDY
    told = json.loads(run(verify.command, "--json").output)
    assert told["clean"]  # the journal itself
    assert told["restrictions"] == {
        "rows": 2,
        "clean": False,
        "faults": [{"table": "decision", "key": str(decision.pk), "what": "UNSEALED"}],
    }


def test_many_faults_are_counted_and_not_all_printed():
    fill(70)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER journal_entry_no_update")
        else:
            cursor.execute("DROP FUNCTION journal_insert_only CASCADE")
        cursor.execute("UPDATE journal_entry SET device = 'x'")

    lines = run(verify.command).output.splitlines()

    assert lines[50:52] == [
        "… and 20 more",
        "70 entries, 0 waiting for a number, 7 checkpoints: 70 faults",
    ]


def test_a_checkpoint_is_given_signed_now_and_compared_later(tmp_path):
    lend(1, at=NOON)
    held = tmp_path / "held.json"

    given = run(checkpoint.command, "--out", held)

    assert given.exit_code == 0
    assert Leaf.objects.count() == 1
    assert run(verify.command, "--checkpoint", held).exit_code == 0
    assert run(checkpoint.command, "--number", 1).output == held.read_text()


def test_a_journal_cut_behind_the_held_checkpoint_ends_with_1(tmp_path):
    fill(10)
    held = tmp_path / "held.json"
    run(checkpoint.command, "--out", held)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER journal_leaf_no_delete")
            cursor.execute("DROP TRIGGER journal_checkpoint_no_delete")
        else:
            cursor.execute("DROP FUNCTION journal_insert_only CASCADE")
        cursor.execute("DELETE FROM journal_checkpoint")
        cursor.execute("DELETE FROM journal_leaf")
    Cursor.objects.all().delete()
    told = json.loads(run(verify.command, "--json").output)
    assert (told["clean"], told["guards"]["clean"]) == (True, False)

    done = run(verify.command, "--checkpoint", held)

    assert done.exit_code == 1
    assert "The journal ends before this checkpoint." in done.output


def test_a_file_that_is_no_checkpoint_is_refused(tmp_path):
    wrong = tmp_path / "held.json"
    wrong.write_text("{}")

    refused = run(verify.command, "--checkpoint", wrong)

    assert isinstance(refused.exception, Refusal)
    assert refused.exception.kind.code == "journal.not_a_checkpoint"


def test_a_checkpoint_that_was_never_made_is_refused():
    assert isinstance(run(checkpoint.command, "--number", 3).exception, Refusal)
