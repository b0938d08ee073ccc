import datetime as dt
from typing import Any, cast

import pytest
from django.db import DatabaseError, connection, transaction

from fangxian.kernel.actors import SYSTEM
from fangxian.mechanisms.journal import actions, queries
from fangxian.mechanisms.journal.events import Act
from fangxian.mechanisms.journal.models import Checkpoint, Entry, Leaf, Tally
from fangxian.mechanisms.journal.verification import verify
from tests.unit.mechanisms.journal.acts import (
    ALICE,
    DAY,
    DEHUAJIE,
    FUHUAJIE,
    NOON,
    Lent,
    fill,
    lend,
    lent,
)


pytestmark = pytest.mark.django_db
TOMORROW = DAY + dt.timedelta(days=1)

HALF_A_BOOK = Lent(book=cast("Any", 0.5), title="x")


def counted(**choice):
    return queries.count("library.lent", **{"areas": None, **choice})


def test_record_writes_who_what_where_and_when():
    lend(7)

    [entry] = Entry.objects.all()
    assert (entry.event, entry.subject, entry.area) == (
        "library.lent",
        "book:7",
        FUHUAJIE,
    )
    assert (entry.payload, entry.happened_at) == ({"book": 7, "title": "书 7"}, NOON)
    assert (entry.person, entry.post, entry.device) == (ALICE.person, 1, "console")


@pytest.mark.django_db(transaction=True)
def test_record_outside_of_a_transaction_is_a_programmers_error():
    with pytest.raises(AssertionError, match="succeed or fail together"):
        actions.record(
            Lent(book=1, title="x"), by=SYSTEM, at=NOON, subject="book:1", area=None
        )

    assert not Entry.objects.exists()


def test_a_float_has_no_spelling_and_leaves_no_entry():
    with pytest.raises(TypeError, match="float"), transaction.atomic():
        actions.record(HALF_A_BOOK, by=SYSTEM, at=NOON, subject="book:1", area=None)

    assert not Entry.objects.exists()


def test_counts_of_one_act_are_added_up_by_area_day_and_kind():
    lend(1, tally=[lent(FUHUAJIE), lent(FUHUAJIE, n=2), lent(FUHUAJIE, kind="hotel")])
    lend(2, tally=[lent(FUHUAJIE, n=-1), lent(DEHUAJIE, day=TOMORROW)])

    held = {(t.area, t.day, t.kind): t.n for t in Tally.objects.all()}
    assert held == {
        (FUHUAJIE, DAY, ""): 2,
        (FUHUAJIE, DAY, "hotel"): 1,
        (DEHUAJIE, TOMORROW, ""): 1,
    }


def test_an_act_that_fails_counts_nothing():
    act = Act(Lent(book=1, title="x"), "book:1", FUHUAJIE, (lent(FUHUAJIE),))
    wrong = Act(HALF_A_BOOK, "book:2", FUHUAJIE)

    with pytest.raises(TypeError), transaction.atomic():
        actions.record_all([act, wrong], by=ALICE, at=NOON)

    assert (Entry.objects.count(), Tally.objects.count()) == (0, 0)


def test_many_acts_take_no_more_statements_than_one(django_assert_num_queries):
    acts = [
        Act(Lent(book=n, title="x"), f"book:{n}", FUHUAJIE, (lent(FUHUAJIE),))
        for n in range(40)
    ]

    with django_assert_num_queries(2):
        actions.record_all(acts[:1], by=ALICE, at=NOON)
    with django_assert_num_queries(2):
        actions.record_all(acts[1:], by=ALICE, at=NOON)

    assert counted(from_=DAY, until=TOMORROW) == 40


def test_many_acts_keep_their_order_and_open_their_seals():
    n = 181
    acts = [Act(Lent(book=k, title="x"), f"book:{k}", FUHUAJIE) for k in range(n)]

    actions.record_all(acts, by=ALICE, at=NOON)
    actions.sequence(at=NOON)

    listed = [entry.payload["book"] for entry in queries.entries(None, most=n)]
    assert listed == list(range(n))
    assert verify().clean


def test_counts_are_read_by_areas_days_and_kinds():
    lend(1, tally=[lent(FUHUAJIE, n=3), lent(DEHUAJIE, n=5, kind="hotel")])
    lend(2, tally=[lent(FUHUAJIE, day=TOMORROW, n=7)])
    week: Any = {"from_": DAY, "until": DAY + dt.timedelta(days=7)}

    assert counted(**week) == 15
    assert counted(from_=DAY, until=TOMORROW) == 8
    assert counted(**week, kinds=["hotel"]) == 5
    assert counted(**week, areas=[FUHUAJIE]) == 10
    assert queries.counts_by_area("library.lent", areas=None, **week) == {
        FUHUAJIE: 10,
        DEHUAJIE: 5,
    }
    assert queries.counts_by_day("library.lent", areas=None, **week) == {
        DAY: 8,
        TOMORROW: 7,
    }
    assert queries.counts_by_measure(
        ["library.lent", "library.lost"], areas=None, **week
    ) == {"library.lent": 15, "library.lost": 0}


def test_what_was_never_counted_is_zero():
    assert counted(from_=DAY, until=TOMORROW) == 0


@pytest.mark.parametrize("model", [Entry, Leaf, Checkpoint])
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_database_itself_refuses_to_rewrite_the_journal(model, verb):
    fill(10)
    before = list(model.objects.order_by("pk").values())
    table, key = model._meta.db_table, model._meta.pk.column
    sql = {
        "update": f"UPDATE {table} SET {key} = {key}",  # noqa: S608 -- our names
        "delete": f"DELETE FROM {table}",  # noqa: S608 -- our names
    }

    with (
        pytest.raises(DatabaseError, match="insert-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql[verb])

    assert list(model.objects.order_by("pk").values()) == before
