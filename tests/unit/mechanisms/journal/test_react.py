import pytest

from fangxian.kernel.refusals import RefusalKind
from fangxian.mechanisms.journal import actions, queries
from fangxian.mechanisms.journal.models import Cursor, Entry
from tests.unit.mechanisms.journal.acts import (
    FUHUAJIE,
    NOON,
    Returned,
    fill,
    give_back,
    lend,
)


pytestmark = pytest.mark.django_db
LENT = ("library.lent",)
SHELF_FULL = RefusalKind("library.shelf_full", "The shelf is full.", "Make room.")


def react(handle, *, most=100):
    return actions.react("shelf", handle, events=LENT, most=most)


def test_each_entry_is_handled_once_in_order():
    fill(5)
    seen = []

    assert react(lambda entry: seen.append(entry.number)) == 5
    assert react(lambda entry: seen.append(entry.number)) == 0
    assert seen == [1, 2, 3, 4, 5]


def test_a_reader_goes_on_where_it_stopped():
    fill(5)
    seen = []

    assert react(lambda entry: seen.append(entry.number), most=2) == 2
    assert react(lambda entry: seen.append(entry.number)) == 3
    assert seen == [1, 2, 3, 4, 5]


def test_other_events_are_passed_over():
    give_back(1)
    lend(2)
    give_back(2)
    actions.sequence(at=NOON)
    seen = []

    react(lambda entry: seen.append(entry.event))

    assert seen == ["library.lent"]
    assert Cursor.objects.get(reader="shelf").number == queries.last_number() == 3


def test_an_effect_that_fails_leaves_nothing_and_is_tried_again():
    fill(1)

    def put_on_shelf_and_fall(entry):
        give_back(entry.payload["book"])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        react(put_on_shelf_and_fall)

    assert not Entry.objects.filter(event=Returned.name).exists()
    assert react(lambda entry: give_back(entry.payload["book"])) == 1
    assert Entry.objects.filter(event=Returned.name).count() == 1


def test_an_effect_that_is_refused_is_undone_noted_and_passed():
    fill(2)
    seen = []

    def refuse_the_first(entry):
        give_back(entry.payload["book"])
        if entry.number == 1:
            raise SHELF_FULL()
        seen.append(entry.number)

    assert react(refuse_the_first) == 2
    assert seen == [2]
    refused = Entry.objects.get(event="journal.reaction_refused")
    assert refused.payload == {
        "reader": "shelf",
        "number": 1,
        "code": "library.shelf_full",
    }
    assert refused.subject == "book:1"
    assert Entry.objects.filter(event=Returned.name, area=FUHUAJIE).count() == 1


def test_what_is_owed_once_a_day_is_done_once_a_day():
    done = []

    def do(number):
        return actions.once("tea", number, lambda: done.append(number))

    assert [do(1), do(1), do(3), do(2)] == [True, False, True, False]
    assert done == [1, 3]
    assert queries.done_once("tea") == 3
    assert queries.done_once("coffee") == 0


def test_what_failed_is_still_owed():
    with pytest.raises(ZeroDivisionError):
        actions.once("tea", 1, lambda: 1 // 0)

    assert queries.done_once("tea") == 0
