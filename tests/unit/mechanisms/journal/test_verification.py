import datetime as dt
import os
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.journal import actions, queries
from fangxian.mechanisms.journal.models import Cursor, Tally
from fangxian.mechanisms.journal.verification import Fault, What, verify
from fangxian.privacy.keys import KEYS_EXPOSED
from fangxian.privacy.signing import signing_key_at
from tests.unit.mechanisms.journal.acts import DAY, FUHUAJIE, NOON, fill, lend, lent


pytestmark = pytest.mark.django_db


@pytest.fixture
def unguarded():
    """A cursor on a journal whose triggers somebody has dropped."""
    fill(30)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        else:
            cursor.execute("DROP FUNCTION journal_insert_only CASCADE")
        yield cursor


def hold():
    return queries.hold(public=signing_key_at(settings.FANGXIAN_SIGNING_KEY).public)


def cut(cursor, *, after):
    """Cut the tail as one would who knows every table, marks and counters too."""
    cursor.execute("DELETE FROM journal_checkpoint WHERE size > %s", [after])
    cursor.execute("DELETE FROM journal_leaf WHERE number > %s", [after])
    cursor.execute(
        "DELETE FROM journal_entry WHERE id NOT IN (SELECT entry_id FROM journal_leaf)"
    )
    Cursor.objects.filter(reader=queries.SEQUENCER).update(number=after)
    Cursor.objects.filter(reader=queries.CHECKPOINTS).update(number=after // 10)
    for area in (FUHUAJIE, FUHUAJIE + 1):
        Tally.objects.filter(area=area).update(n=after // 2)


def test_an_empty_journal_is_clean():
    verdict = verify()

    assert (verdict.entries, verdict.faults) == (0, ())


def test_an_untouched_journal_is_clean_and_waiting_entries_are_no_fault():
    fill(25)
    lend(26)

    verdict = verify(checkpoint=hold())

    assert verdict.faults == ()
    assert (verdict.entries, verdict.waiting, verdict.checkpoints) == (25, 1, 2)


def test_one_changed_entry_is_one_fault(unguarded):
    unguarded.execute(
        "UPDATE journal_entry SET subject = 'book:9' WHERE subject = 'book:4'"
    )

    [fault] = verify().faults
    assert (fault.number, fault.what) == (4, What.ENTRY_CHANGED)


def test_one_changed_link_is_one_fault(unguarded):
    unguarded.execute(
        "UPDATE journal_leaf SET chain = (SELECT chain FROM journal_leaf WHERE number = 2)"
        " WHERE number = 7"
    )

    [fault] = verify().faults
    assert (fault.number, fault.what) == (7, What.CHAIN_BROKEN)


def test_an_act_put_in_by_hand_is_named_before_it_has_a_number(unguarded):
    columns = "event, subject, area, payload, tally, person, post, device, happened_at"
    unguarded.execute(
        f"INSERT INTO journal_entry ({columns}, seal) SELECT {columns}, %s"  # noqa: S608 -- our names
        " FROM journal_entry WHERE subject = 'book:4'",
        [os.urandom(24)],
    )

    faults = verify().faults
    assert What.SEAL_BROKEN in {fault.what for fault in faults}


def test_an_act_put_in_by_hand_is_still_named_after_it_got_a_number(unguarded):
    columns = "event, area, payload, person, post, device, happened_at, seal"
    unguarded.execute(
        f"INSERT INTO journal_entry (subject, tally, {columns}) SELECT 'book:99', '[]', {columns}"  # noqa: S608 -- our names
        " FROM journal_entry WHERE subject = 'book:4'"
    )
    actions.sequence(at=NOON)

    assert {(fault.number, fault.what) for fault in verify().faults} >= {
        (31, What.SEAL_BROKEN)
    }


def test_a_tail_cut_with_everything_that_leads_to_it_is_found_by_a_held_checkpoint(
    unguarded,
):
    held = hold()
    cut(unguarded, after=20)
    assert verify().faults == ()  # inside the database nothing is left to tell

    assert verify(checkpoint=held).faults == (Fault(30, None, What.LOG_CUT),)


def test_a_history_rewritten_with_the_key_is_found_by_a_held_checkpoint(unguarded):
    held = hold()
    cut(unguarded, after=20)
    for book in range(21, 31):
        lend(book + 500)
    actions.sequence(at=NOON)
    actions.checkpoint(at=NOON)

    assert What.HELD_DIFFERS in {f.what for f in verify(checkpoint=held).faults}


def test_a_tail_cut_without_care_is_found_from_inside(unguarded):
    unguarded.execute("DELETE FROM journal_leaf WHERE number > 27")

    assert Fault(28, None, What.MISSING, "28-30") in verify().faults


def test_a_counter_that_differs_from_its_entries_is_named():
    fill(4)
    Tally.objects.filter(area=FUHUAJIE).update(n=3)

    [fault] = verify().faults
    assert fault.what is What.COUNTER_DIFFERS
    assert fault.detail == (
        f"library.lent {DAY} {FUHUAJIE} : 3 is stored, the entries make 2"
    )


def test_a_counter_taken_away_and_one_added_are_named():
    fill(4)
    Tally.objects.filter(area=FUHUAJIE).delete()
    Tally.objects.create(measure="x", day=DAY, area=1, n=0)

    assert len([f for f in verify().faults if f.what is What.COUNTER_DIFFERS]) == 2


def test_counts_that_cancel_out_are_no_fault():
    lend(1, tally=[lent(FUHUAJIE)])
    lend(2, tally=[lent(FUHUAJIE, n=-1)])
    lend(3, tally=[lent(1), lent(1, n=-1)])

    assert verify().faults == ()


@pytest.mark.parametrize("reader", [queries.SEQUENCER, queries.CHECKPOINTS, "outbox"])
def test_a_mark_moved_ahead_is_a_fault(reader):
    fill(10)
    Cursor.objects.update_or_create(reader=reader, defaults={"number": 99})

    assert not verify().clean


def test_an_entry_that_was_passed_over_has_lost_its_number():
    fill(10)
    lend(11)
    Cursor.objects.filter(reader=queries.SETTLED).update(number=10**9)

    assert What.NUMBER_LOST in {fault.what for fault in verify().faults}


def test_another_key_opens_nothing(tmp_path, settings):
    fill(10)
    settings.FANGXIAN_SIGNING_KEY = tmp_path / "another"

    assert {fault.what for fault in verify().faults} == {
        What.SEAL_BROKEN,
        What.CHECKPOINT_CHANGED,
    }


@pytest.mark.django_db(transaction=True)
def test_verifying_sees_one_moment_and_leaves_no_transaction_open():
    fill(10)

    assert verify().clean
    assert not connection.in_atomic_block
    lend(11, at=NOON + dt.timedelta(days=2))
    assert verify().waiting == 1


def test_the_key_is_made_once_for_its_owner_alone(tmp_path):
    path = tmp_path / "fresh" / "signing-key"

    assert signing_key_at(path) is signing_key_at(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["signing-key"]


def test_a_key_that_others_can_read_is_refused(tmp_path):
    path = Path(tmp_path / "signing-key")
    path.write_text("00" * 32)
    path.chmod(0o644)

    with pytest.raises(Refusal) as refusal:
        signing_key_at(path)

    assert refusal.value.kind is KEYS_EXPOSED
