"""A list that says otherwise than the ledger: asked once, accepted or kept by a person."""

import pytest
from django.db import connection
from django.urls import reverse

from fangxian.interfaces.imports.places import open_list, take_places
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.ledger.models import Difference, Place
from tests.unit.mechanisms.ledger.ledgers import KINDS, declare
from tests.worlds import NOON


HEAD = "单位名称,场所类别,所属社区,地址,联系人,电话\n"
FIRST = f"{HEAD}福华宾馆,宾馆酒店,福华社区,福华街 1 号,王小明,13812345678\n"
MOVED = f"{HEAD}福华宾馆,宾馆酒店,福华社区,福华街 8 号,,13912340000\n"


@pytest.fixture
def take(world):
    """``take(MOVED)`` has Alice take a list in for her street."""
    for code in KINDS:
        declare(code)

    def of(text, who="alice"):
        content = text.encode("gb18030")
        return take_places(
            open_list(content),
            content=content,
            file_name="台账.csv",
            area=world["street"],
            by=world.actor(who),
            at=NOON,
        )

    return of


def text(answer):
    return answer.content.decode()


def page_of(taken):
    return reverse("import_one", args=[taken.batch])


def settle(browser, taken, what):
    [difference] = Difference.objects.all()
    address = reverse("import_difference", args=[taken.batch, difference.pk])
    return browser.post(address, {"what": what})


def place():
    [one] = Place.objects.all()
    return one.address, one.responsible, one.telephone


AS_IT_WAS = ("福华街 1 号", "王小明", "13812345678")


def test_what_differs_is_kept_for_a_person_to_decide(browse, take):
    take(FIRST)
    again = take(MOVED)

    assert again.known[0].differs == ("address", "telephone")
    assert place() == AS_IT_WAS
    shown = text(browse("alice").get(page_of(again)))
    assert "福华街 1 号 → <b>福华街 8 号</b>" in shown
    assert "139****0000" in shown
    assert "13912340000" not in shown


def test_accepted_the_ledger_says_what_the_list_says(browse, world, take):
    take(FIRST)
    again = take(MOVED)

    assert settle(browse("alice"), again, "accept").url == page_of(again)

    assert place() == ("福华街 8 号", "王小明", "13912340000")
    [entry] = Entry.objects.filter(event="ledger.difference_settled")
    assert entry.person == world.actor("alice").person
    assert entry.payload["fields"] == ["address", "telephone"]
    assert Entry.objects.filter(event="place.amended").count() == 1
    assert take(MOVED).known[0].differs == ()
    assert "accepted" in text(browse("alice").get(page_of(again)))


def test_kept_the_same_list_asks_no_more(browse, take):
    take(FIRST)
    again = take(MOVED)

    settle(browse("alice"), again, "keep")

    assert place() == AS_IT_WAS
    assert not Entry.objects.filter(event="place.amended").exists()
    third = take(MOVED)
    assert Difference.objects.count() == 1
    assert "Says otherwise" not in text(browse("alice").get(page_of(third)))


def test_the_same_list_again_neither_loses_nor_doubles_what_is_open(browse, take):
    take(FIRST)
    take(MOVED)
    third = take(MOVED)

    assert Difference.objects.count() == 1
    assert "福华街 8 号" in text(browse("alice").get(page_of(third)))
    settle(browse("alice"), third, "accept")
    assert place()[0] == "福华街 8 号"


def test_a_settled_difference_is_settled_once(browse, take):
    take(FIRST)
    again = take(MOVED)
    settle(browse("alice"), again, "keep")

    refused = settle(browse("bob"), again, "accept")

    assert refused.status_code == 409
    assert "Somebody has settled this difference already." in text(refused)
    assert place() == AS_IT_WAS


@pytest.mark.parametrize("who", ["charlie", "district_next_door"])
def test_another_street_s_difference_is_not_there(browse, take, who):
    take(FIRST)
    again = take(MOVED)

    assert settle(browse(who), again, "accept").status_code == 404

    assert place() == AS_IT_WAS
    assert Difference.objects.get().state == "open"


def test_a_sector_cannot_settle_by_a_file_of_its_own(browse, take):
    """The file's page is its bringer's; the place is reached by its kind."""
    take(FIRST)
    again = take(MOVED)

    assert settle(browse("civil_affairs"), again, "accept").status_code == 404
    assert place() == AS_IT_WAS


def test_a_telephone_is_not_stored_in_the_clear(take):
    take(FIRST)
    take(MOVED)

    with connection.cursor() as cursor:
        cursor.execute("SELECT telephone FROM ledger_difference")
        [(stored,)] = cursor.fetchall()
    assert b"13912340000" not in bytes(
        stored if isinstance(stored, (bytes, memoryview)) else str(stored).encode()
    )
