import datetime as dt

import pytest
from django.conf import settings

from fangxian.kernel.merkle import is_included, root_of
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.journal import actions, queries
from fangxian.mechanisms.journal.checkpoints import HeldCheckpoint
from fangxian.mechanisms.journal.models import Checkpoint, Entry, Leaf
from fangxian.privacy.signing import is_signed, signing_key_at
from tests.unit.mechanisms.journal.acts import (
    ALICE,
    CHARLIE,
    DEHUAJIE,
    FUHUAJIE,
    NOON,
    fill,
    give_back,
    lend,
)


pytestmark = pytest.mark.django_db


def public():
    return signing_key_at(settings.FANGXIAN_SIGNING_KEY).public


def numbers():
    return list(Leaf.objects.order_by("number").values_list("number", "entry_id"))


def test_entries_are_numbered_in_order_without_gaps():
    lend(1)
    lend(2)
    assert actions.sequence(at=NOON) == 2
    lend(3)
    assert actions.sequence(at=NOON) == 1
    assert actions.sequence(at=NOON) == 0

    entries = Entry.objects.order_by("id").values_list("id", flat=True)
    assert numbers() == list(enumerate(entries, start=1))


def test_no_more_are_numbered_at_once_than_asked_for():
    for book in range(5):
        lend(book)

    assert [actions.sequence(at=NOON, most=2) for _ in range(4)] == [2, 2, 1, 0]


def test_a_checkpoint_signs_the_root_of_all_leaves():
    fill(25, checkpoint_every=7)

    made = actions.checkpoint(at=NOON)
    assert made is not None

    leaves = Leaf.objects.order_by("number").values_list("digest", flat=True)
    assert made.size == 25
    assert made.root == root_of([bytes(leaf) for leaf in leaves])
    held = queries.hold(public=public())
    assert is_signed(
        held.signed.message, bytes.fromhex(held.signature), public=public()
    )


def test_a_journal_that_has_not_grown_gets_no_second_checkpoint():
    assert actions.checkpoint(at=NOON) is None
    fill(10)

    assert actions.checkpoint(at=NOON) is None
    assert Checkpoint.objects.count() == 1


def test_a_checkpoint_reads_only_what_is_new(django_assert_max_num_queries):
    fill(30)
    lend(31)
    actions.sequence(at=NOON)

    with django_assert_max_num_queries(8):
        made = actions.checkpoint(at=NOON)

    assert made is not None
    assert made.size == 31


@pytest.mark.parametrize("number", [1, 10, 11, 20, 27])
def test_every_entry_is_proved_in_the_checkpoint_that_covers_it(number):
    fill(27)
    actions.checkpoint(at=NOON)

    found = queries.prove(number)

    assert found.root in {bytes(made.root) for made in Checkpoint.objects.all()}
    assert is_included(found.leaf, number - 1, found.size, found.proof, found.root)


def test_no_proof_is_given_before_a_checkpoint_covers_the_entry():
    fill(12)

    with pytest.raises(Refusal) as refusal:
        queries.prove(11)

    assert refusal.value.kind is queries.NO_CHECKPOINT


def test_a_checkpoint_that_is_held_elsewhere_comes_back_the_same():
    fill(10)
    held = queries.hold(public=public())

    assert HeldCheckpoint.from_text(held.to_text()) == held


@pytest.mark.parametrize(
    "harm",
    [
        lambda text: text.replace('"size": 10', '"size": 11'),
        lambda text: text[:-20],
        lambda _: "[]",
        lambda _: "{}",
        lambda text: text.replace('"signature": "', '"signature": "zz'),
    ],
    ids=["edited", "cut", "a list", "empty", "no hex"],
)
def test_a_harmed_held_checkpoint_is_refused(harm):
    fill(10)
    text = queries.hold(public=public()).to_text()

    with pytest.raises(Refusal) as refusal:
        HeldCheckpoint.from_text(harm(text))

    assert refusal.value.kind.code == "journal.not_a_checkpoint"


def test_nothing_can_be_held_before_the_first_checkpoint():
    with pytest.raises(Refusal) as refusal:
        queries.hold(public=public())

    assert refusal.value.kind is queries.NO_CHECKPOINT


def test_readers_see_the_entries_of_their_areas_only():
    fill(6)
    fuhuajie = queries.entries([FUHUAJIE])
    dehuajie = queries.entries([DEHUAJIE])

    assert [entry.number for entry in fuhuajie] == [2, 4, 6]
    assert [entry.number for entry in dehuajie] == [1, 3, 5]
    assert {entry.person for entry in fuhuajie} == {ALICE.person}
    assert [entry.number for entry in queries.entries_after(4, 10)] == [5, 6]


def test_an_entry_of_another_area_is_as_if_it_were_not_there():
    fill(2)

    assert queries.get_entry(1, [DEHUAJIE]).person == CHARLIE.person
    with pytest.raises(Refusal) as refusal:
        queries.get_entry(1, [FUHUAJIE])

    assert refusal.value.kind is queries.NO_ENTRY
    assert refusal.value.kind.hidden


def test_entries_are_chosen_by_event_family_and_moment():
    lend(1)
    give_back(1, at=NOON + dt.timedelta(hours=1))
    actions.sequence(at=NOON)
    hour = NOON + dt.timedelta(hours=1)

    def chosen(**choice):
        return [entry.event for entry in queries.entries(None, **choice)]

    assert chosen(event="library.") == ["library.lent", "library.returned"]
    assert chosen(event="library.returned") == ["library.returned"]
    assert chosen(from_=hour) == ["library.returned"]
    assert chosen(until=hour) == ["library.lent"]
    assert queries.events_of(None) == ["library.lent", "library.returned"]
    assert [e.event for e in queries.entries_of("book:1")] == [
        "library.lent",
        "library.returned",
    ]
