"""What somebody changes past every trigger is found, because the journal heard otherwise."""

import pytest
from django.db import connection

from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.restriction import actions, facts
from fangxian.mechanisms.restriction.models import (
    Appeal,
    Decision,
    Ended,
    Evidence,
    Ruling,
    Withdrawal,
)
from fangxian.mechanisms.restriction.states import Channel
from fangxian.mechanisms.restriction.verification import TOLD, Fault, What, verify
from tests.unit.mechanisms.restriction.restricting import (
    DAY,
    HOUR,
    PENNY,
    QUENTIN,
    ROSA,
    TABLES,
)
from tests.unit.mechanisms.restriction.test_attacks import copy
from tests.unit.mechanisms.restriction.test_evidence import withdraw
from tests.worlds import NOON


pytestmark = pytest.mark.usefixtures("unguarded")


@pytest.fixture
def unguarded(restricting):
    """Three restrictions: one stands, one was freed by another doctor, one fell."""
    restricting.stated(PENNY)
    restricting.tested(QUENTIN)
    fallen = restricting.stated(ROSA)
    restricting.imposed()
    withdraw(restricting, fallen)
    [freed] = Decision.objects.filter(subject=QUENTIN)
    grid, doctor = (restricting.world.actor(who) for who in ("grid", "hospital"))
    appeal = actions.file_appeal(
        freed.pk, said="x", channel=Channel.PAPER, by=grid, at=NOON
    )
    actions.decide_appeal(appeal.pk, upheld=True, reason="x", by=doctor, at=NOON)
    restricting.tested(PENNY, result="negative")
    take_the_guards_away()
    return restricting


def take_the_guards_away():
    """Drop every trigger of the tables and of the journal, as who has all rights may."""
    tables = [table._meta.db_table for table in (*TABLES, Entry)]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            return
        marks = ", ".join(["%s"] * len(tables))
        cursor.execute(
            "SELECT name FROM sqlite_master"  # noqa: S608 -- marks only
            f" WHERE type = 'trigger' AND tbl_name IN ({marks})",
            tables,
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")


def of(subject):
    return Decision.objects.get(subject=subject)


def faults():
    return [(one.table, one.what) for one in verify().faults]


def test_what_was_done_by_the_actions_fits():
    verdict = verify()

    assert verdict.faults == ()
    assert verdict.rows == sum(
        table.objects.count()
        for table in (Evidence, Withdrawal, Decision, Ended, Appeal, Ruling)
    )
    assert verdict.rows > 10


def test_a_fault_names_its_row():
    decision = of(PENNY)
    Decision.objects.filter(pk=decision.pk).update(measure="hospital_isolation")

    assert verify().faults == (Fault("decision", str(decision.pk), What.UNSEALED),)


@pytest.mark.parametrize(
    "changes",
    [
        {"until": NOON + 30 * DAY},
        {"since": NOON - HOUR},
        {"subject": ROSA},
        {"rule": "at_venue"},
        {"why": ["see the superior's instruction"]},
        {"signed_by": ROSA},
    ],
    ids=str,
)
@pytest.mark.parametrize("is_sealed_again", [False, True])
def test_a_changed_restriction_is_found(changes, is_sealed_again):
    """Also where whoever changed it made its digest anew."""
    rows = Decision.objects.filter(subject=PENNY)
    pk = rows.get().pk
    if "since" in changes:
        changes = {**changes, "signed_at": NOON - HOUR}
    rows.update(**changes)
    changed = Decision.objects.get(pk=pk)
    if is_sealed_again:
        seal = facts.digest_of_decision(changed)
        Decision.objects.filter(pk=pk).update(digest=seal)

    what = What.CHANGED if is_sealed_again else What.UNSEALED
    assert faults() == [("decision", what)]


@pytest.mark.parametrize("is_sealed_again", [False, True])
def test_a_swapped_result_is_found(is_sealed_again):
    rows = Evidence.objects.filter(subject=PENNY, kind="lab")
    result = {"lab.result": "positive", "lab.sampled_on": "2020-11-08"}
    rows.update(facts=facts.spell(result))
    if is_sealed_again:
        rows.update(digest=facts.digest_of(rows.get()))

    what = What.CHANGED if is_sealed_again else What.UNSEALED
    assert faults() == [("evidence", what)]


def test_evidence_that_nobody_can_open_any_more_is_found():
    rows = Evidence.objects.filter(subject=PENNY, kind="lab")
    digest = rows.get().digest
    with connection.cursor() as cursor:
        where = "WHERE digest = %s"
        cursor.execute(f"SELECT facts FROM restriction_evidence {where}", [digest])  # noqa: S608 -- a digest only
        sealed = bytes(cursor.fetchone()[0])
        cursor.execute(
            f"UPDATE restriction_evidence SET facts = %s {where}",  # noqa: S608 -- a digest only
            [sealed[:-1] + bytes([sealed[-1] ^ 1]), digest],
        )

    assert faults() == [("evidence", What.UNSEALED)]


def test_a_restriction_that_was_taken_out_is_found():
    Ended.objects.all().delete()
    Decision.objects.filter(subject=ROSA).delete()

    assert faults() == [
        ("decision", What.GONE),
        ("ended", What.GONE),
        ("ended", What.GONE),
    ]


def test_a_restriction_that_was_put_in_is_found():
    decision = of(PENNY)
    grounds = decision.proposal
    forged = copy(
        grounds, subject=ROSA, key="by hand", cohort_id=of(QUENTIN).proposal.cohort_id
    )
    forged.save(force_insert=True)
    put_in = copy(decision, proposal_id=forged.pk, subject=ROSA)
    put_in.save(force_insert=True)

    assert faults() == [("decision", What.UNHEARD)]


@pytest.mark.parametrize(
    ("table", "changes", "name"),
    [
        (Ended, {"at": NOON + 30 * DAY}, "ended"),
        (Appeal, {"due_at": NOON + 30 * DAY}, "appeal"),
        (Ruling, {"upheld": False}, "ruling"),
    ],
)
def test_what_freed_somebody_is_not_changed_unseen(table, changes, name):
    table.objects.all().update(**changes)

    assert set(faults()) == {(name, What.CHANGED)}


@pytest.mark.parametrize(
    ("table", "name"),
    [(Ended, "ended"), (Ruling, "ruling"), (Withdrawal, "withdrawal")],
)
def test_what_freed_somebody_is_not_taken_out_unseen(table, name):
    table.objects.all().delete()

    assert set(faults()) == {(name, What.GONE)}


WORDS = {
    "evidence": ("person", "kind", "grade", "observation", "digest"),
    "decision": (
        *("person", "edition", "rule", "measure", "evidence"),
        *("since", "until", "digest"),
    ),
    "ended": ("reason", "ended_at"),
    "appeal": ("decision", "channel", "due_at"),
    "ruling": ("upheld",),
}


@pytest.mark.parametrize(
    ("table", "word"),
    [(table, word) for table, words in WORDS.items() for word in words],
)
def test_every_word_of_the_journal_is_compared(table, word):
    """So that nobody writes one thing into a row and another into the journal."""
    told = TOLD[table]
    entry = Entry.objects.filter(event=told.event).order_by("pk").first()
    said = {**entry.payload, word: "otherwise"}
    Entry.objects.filter(pk=entry.pk).update(payload=said)

    key = str(entry.payload[told.key])
    assert verify().faults == (Fault(table, key, What.CHANGED),)
