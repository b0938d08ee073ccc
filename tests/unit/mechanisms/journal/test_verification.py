import datetime as dt
import os
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.journal import actions, queries
from fangxian.mechanisms.journal.models import Cursor, Entry, Leaf, Tally
from fangxian.mechanisms.journal.verification import (
    Fault,
    FaultyCounter,
    What,
    verify,
)
from fangxian.privacy.keys import KEYS_EXPOSED
from fangxian.privacy.signing import signing_key_at
from tests.unit.mechanisms.journal.acts import (
    DAY,
    DEHUAJIE,
    FUHUAJIE,
    NOON,
    fill,
    lend,
    lent,
)


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


def told(verdict):
    """What is wrong, in the order of the numbers; entries by their own number."""
    return [(fault.number, fault.what, fault.detail) for fault in verdict.faults]


def entry_of(number):
    return Leaf.objects.get(number=number).entry_id


def settle():
    """Let every id up to now be settled, as the next numbering would find it."""
    Cursor.objects.filter(reader=queries.SETTLED).update(number=entry_of(30))


def write(cursor, table, **changes):
    """``write(cursor, "leaf", number=7, chain=b"…")`` changes the row of a number."""
    number = changes.pop("number")
    for column, value in changes.items():
        cursor.execute(
            f"UPDATE journal_{table} SET {column} = %s WHERE number = %s",  # noqa: S608 -- our names
            [value, number],
        )


# ------------------------------------------------------------- one row is one fault
def test_one_changed_entry_is_one_fault(unguarded):
    unguarded.execute(
        "UPDATE journal_entry SET subject = 'book:9' WHERE subject = 'book:4'"
    )

    assert verify().faults == (Fault(4, entry_of(4), What.ENTRY_CHANGED),)


def test_one_changed_digest_is_one_fault(unguarded):
    write(unguarded, "leaf", number=7, digest=bytes(32))

    assert verify().faults == (Fault(7, entry_of(7), What.LEAF_CHANGED),)


def test_one_changed_link_is_one_fault(unguarded):
    write(unguarded, "leaf", number=7, chain=bytes(32))

    assert verify().faults == (Fault(7, entry_of(7), What.CHAIN_BROKEN),)


def test_an_entry_changed_together_with_its_link_is_one_fault(unguarded):
    unguarded.execute(
        "UPDATE journal_entry SET subject = 'book:9' WHERE subject = 'book:4'"
    )
    write(unguarded, "leaf", number=4, chain=bytes(32))

    assert verify().faults == (Fault(4, entry_of(4), What.ENTRY_CHANGED),)


def test_an_entry_changed_together_with_its_digest_is_one_fault(unguarded):
    unguarded.execute(
        "UPDATE journal_entry SET subject = 'book:9' WHERE subject = 'book:4'"
    )
    write(unguarded, "leaf", number=4, digest=bytes(32))

    assert told(verify()) == [
        (4, What.ENTRY_CHANGED, ""),
        (10, What.CHECKPOINT_DIFFERS, ""),
    ]


@pytest.fixture
def undone():
    """Take back what no foreign key would let anyone commit."""
    mark = transaction.savepoint()
    yield
    transaction.savepoint_rollback(mark)


@pytest.mark.usefixtures("undone")
@pytest.mark.parametrize("link", [None, bytes(32)], ids=["kept", "changed"])
def test_an_entry_that_is_gone_is_named_with_its_counter(unguarded, link):
    gone = entry_of(4)
    if link:
        write(unguarded, "leaf", number=4, chain=link)
    unguarded.execute("DELETE FROM journal_entry WHERE id = %s", [gone])

    counter = f"library.lent {DAY} {FUHUAJIE} : 15 is stored, the entries make 14"
    assert verify().faults == (
        Fault(4, gone, What.ENTRY_GONE),
        Fault(None, None, What.COUNTER_DIFFERS, counter),
    )


@pytest.mark.parametrize("tally", ["3", "[3]", "[[]]", "{}"])
def test_counts_that_cannot_be_read_are_their_entrys_fault(unguarded, tally):
    unguarded.execute(
        "UPDATE journal_entry SET tally = %s WHERE subject = 'book:4'", [tally]
    )

    counter = f"library.lent {DAY} {FUHUAJIE} : 15 is stored, the entries make 14"
    assert verify().faults == (
        Fault(4, entry_of(4), What.ENTRY_CHANGED),
        Fault(None, None, What.COUNTER_DIFFERS, counter),
    )


@pytest.mark.parametrize(
    ("lost", "detail"), [((7,), "7-7"), ((7, 8), "7-8"), ((1, 2, 3), "1-3")]
)
def test_numbers_taken_out_of_the_middle_are_named(unguarded, lost, detail):
    settle()
    entries = [entry_of(number) for number in lost]
    for number in lost:
        unguarded.execute("DELETE FROM journal_leaf WHERE number = %s", [number])

    assert verify().faults == (
        Fault(lost[0], None, What.MISSING, detail),
        Fault(10, None, What.CHECKPOINT_DIFFERS),
        *(Fault(None, entry, What.NUMBER_LOST) for entry in entries),
    )


def test_the_last_number_taken_away_is_named(unguarded):
    settle()
    entry = entry_of(30)
    unguarded.execute("DELETE FROM journal_leaf WHERE number = 30")

    assert verify().faults == (
        Fault(None, entry, What.NUMBER_LOST),
        Fault(30, None, What.MISSING, "30-30"),
        Fault(30, None, What.LOG_CUT, "3"),
    )


@pytest.mark.parametrize("number", [0, -7])
def test_a_number_before_the_first_is_named_and_the_rest_still_read(unguarded, number):
    entry = entry_of(1)
    unguarded.execute("UPDATE journal_leaf SET number = %s WHERE number = 1", [number])

    counter = f"library.lent {DAY} {DEHUAJIE} : 15 is stored, the entries make 14"
    assert verify().faults == (
        Fault(number, entry, What.OUT_OF_ORDER),
        Fault(1, None, What.MISSING, "1-1"),
        Fault(10, None, What.CHECKPOINT_DIFFERS),
        Fault(None, None, What.COUNTER_DIFFERS, counter),
    )


# --------------------------------------------------------------------- checkpoints
@pytest.mark.parametrize(
    ("lost", "fault"),
    [
        ((1,), Fault(20, None, What.CHECKPOINT_MISSING, "1-1")),
        ((1, 2), Fault(30, None, What.CHECKPOINT_MISSING, "1-2")),
        ((3,), Fault(30, None, What.CHECKPOINT_MISSING, "3-3")),
        ((2, 3), Fault(30, None, What.CHECKPOINT_MISSING, "2-3")),
    ],
)
def test_a_checkpoint_that_is_missing_is_named(unguarded, lost, fault):
    for number in lost:
        unguarded.execute("DELETE FROM journal_checkpoint WHERE number = %s", [number])

    assert verify().faults == (fault,)


@pytest.mark.parametrize("column", ["root", "chain", "peaks", "signature"])
def test_a_changed_checkpoint_is_one_fault(unguarded, column):
    write(unguarded, "checkpoint", number=2, **{column: bytes(64)})

    assert verify().faults == (Fault(20, None, What.CHECKPOINT_CHANGED, "2"),)


@pytest.mark.parametrize("field", ["root", "chain", "peaks"])
def test_a_checkpoint_signed_for_other_entries_is_named(unguarded, field):
    """Root, chain and peaks are each compared: whoever signed it had the key."""
    held = hold().signed  # of 30 entries: two or more peaks
    other = replace(held, **{field: "00" * (len(getattr(held, field)) // 2)})
    key = signing_key_at(settings.FANGXIAN_SIGNING_KEY)
    write(
        unguarded,
        "checkpoint",
        number=3,
        signature=key.sign(other.message),
        **{field: bytes.fromhex(getattr(other, field))},
    )

    assert verify().faults == (Fault(30, None, What.CHECKPOINT_DIFFERS),)


@pytest.mark.parametrize("field", ["root", "chain", "peaks"])
def test_a_checkpoint_held_elsewhere_is_compared_whole(field):
    fill(30)
    held = hold()
    other = {field: "00" * (len(getattr(held.signed, field)) // 2)}

    found = verify(checkpoint=replace(held, signed=replace(held.signed, **other)))

    assert found.faults == (Fault(30, None, What.HELD_DIFFERS),)


def test_an_act_put_in_by_hand_is_named_before_it_has_a_number(unguarded):
    columns = "event, subject, area, payload, tally, person, post, device, happened_at"
    unguarded.execute(
        f"INSERT INTO journal_entry ({columns}, seal) SELECT {columns}, %s"  # noqa: S608 -- our names
        " FROM journal_entry WHERE subject = 'book:4'",
        [os.urandom(24)],
    )

    by_hand = Entry.objects.latest("id").pk
    assert Fault(None, by_hand, What.SEAL_BROKEN) in verify().faults


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


@pytest.mark.parametrize(
    ("stored", "plain"), [(3, 3), (None, None), ("3", "3"), (b"3", "b'3'")]
)
def test_a_counter_is_noted_as_plain_as_an_entry_takes_it(stored, plain):
    found = FaultyCounter("library.lent", DAY, FUHUAJIE, "", stored, made=2)

    assert found.to_plain() == ("library.lent", str(DAY), FUHUAJIE, "", plain, 2)


def test_counts_that_cancel_out_are_no_fault():
    lend(1, tally=[lent(FUHUAJIE)])
    lend(2, tally=[lent(FUHUAJIE, n=-1)])
    lend(3, tally=[lent(1), lent(1, n=-1)])

    assert verify().faults == ()


def test_a_counter_without_entries_and_entries_without_a_counter_say_so():
    fill(4)
    Tally.objects.filter(area=FUHUAJIE).delete()
    Tally.objects.create(measure="x", day=DAY, area=1, n=0)

    assert [fault.detail for fault in verify().faults] == [
        f"x {DAY} 1 : 0 is stored, the entries make 0",
        f"library.lent {DAY} {FUHUAJIE} : nothing is stored, the entries make 2",
    ]


@pytest.mark.parametrize(
    ("reader", "fault"),
    [
        (queries.SEQUENCER, Fault(11, None, What.MISSING, "11-99")),
        (queries.CHECKPOINTS, Fault(10, None, What.CHECKPOINT_MISSING, "2-99")),
        ("outbox", Fault(99, None, What.MARK_MOVED, "outbox")),
    ],
)
def test_a_mark_moved_ahead_is_a_fault(reader, fault):
    fill(10)
    Cursor.objects.update_or_create(reader=reader, defaults={"number": 99})

    assert verify().faults == (fault,)


def test_the_numberers_mark_moved_back_is_a_fault():
    fill(10)
    Cursor.objects.filter(reader=queries.SEQUENCER).update(number=9)

    assert verify().faults == (Fault(10, None, What.MARK_MOVED, queries.SEQUENCER),)


@pytest.mark.parametrize("number", [0, 9, 10])
def test_a_reader_may_stand_anywhere_in_the_log(number):
    fill(10)
    Cursor.objects.create(reader="outbox", number=number)

    assert verify().faults == ()


def test_an_entry_that_was_passed_over_has_lost_its_number():
    fill(10)
    lend(11)
    passed_over = Entry.objects.latest("id").pk
    Cursor.objects.filter(reader=queries.SETTLED).update(number=passed_over)

    assert verify().faults == (Fault(None, passed_over, What.NUMBER_LOST),)


def test_entries_wait_where_nothing_was_ever_numbered():
    lend(1)
    lend(2)

    verdict = verify()
    assert (verdict.entries, verdict.waiting, verdict.faults) == (0, 2, ())


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
