"""Names so common that they are sought among the latest entries first."""

import datetime as dt

import pytest

from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.ledger.people import actions, queries, search
from fangxian.mechanisms.ledger.people.queries import entries
from tests.unit.mechanisms.ledger.people.folk import found, without_paper
from tests.worlds import NOON


QUESTIONS = ("王", "王小", "小明", "wang", "wangxiaoming", "xm", "王 5678", "5678")


@pytest.fixture
def _everything_is_common(monkeypatch):
    monkeypatch.setattr(search, "COMMON", 1)
    monkeypatch.setattr(search, "MERGED_FIRST", 1)
    monkeypatch.setattr(entries, "LATEST", (1, 3))


@pytest.fixture
def people(world):
    """Twelve people of three streets, every third with another name."""
    homes = ("community", "next_community", "other_community", "grid")
    return [
        without_paper(
            world,
            homes[n % len(homes)],
            name="李小明" if n % 3 == 0 else "王小明",
            telephone=f"1001234567{8 if n % 2 else 9}",
            at=NOON + dt.timedelta(minutes=n),
        ).person
        for n in range(12)
    ]


def pages(scope, text, **said):
    """Everybody whom a question finds, two by two."""
    given, after = [], None
    while True:
        page = queries.find_people(scope, text=text, after=after, most=2, **said)
        given += [card.id for card in page.cards]
        if (after := page.after) is None:
            return given


def answers(world):
    """What every question gives everybody: all at once, narrowed, and page by page."""
    scopes = [world.actor(who).scope for who in ("alice", "community", "dana")]
    return [
        (found(scope, text), pages(scope, text), pages(scope, text, area=area))
        for scope in (*scopes, EVERYWHERE)
        for text in QUESTIONS
        for area in (world["community"], world["next_community"])
    ]


@pytest.mark.usefixtures("people")
def test_a_common_name_finds_whom_a_rare_one_finds(world, monkeypatch):
    rare = answers(world)
    monkeypatch.setattr(search, "COMMON", 1)
    monkeypatch.setattr(entries, "LATEST", (1, 3))

    assert answers(world) == rare
    assert all(at_once == paged for at_once, paged, _ in rare)
    assert any(rare_one[0] for rare_one in rare)


@pytest.mark.usefixtures("_everything_is_common")
def test_the_latest_come_first_however_far_back_they_stand(people):
    lis = [one for n, one in enumerate(people) if n % 3 == 0]

    assert found(EVERYWHERE, "李") == pages(EVERYWHERE, "li") == lis[::-1]


@pytest.mark.usefixtures("_everything_is_common")
def test_a_merged_entry_finds_who_stands_for_it(world, people):
    li, wang = people[0], people[8]
    by = {"by": SYSTEM, "at": NOON + dt.timedelta(hours=1)}
    actions.merge_people(li, into=wang, evidence="户口簿", **by)

    named = found(EVERYWHERE, "李小明")
    assert wang in named
    assert li not in named
    assert pages(EVERYWHERE, "lixiaoming") == named
    assert wang in found(world.actor("alice").scope, "李")
    assert found(EVERYWHERE, "李", area=world["community"])[0] == wang


def test_merged_entries_are_found_whichever_way_they_are_sought(
    world, people, monkeypatch
):
    by = {"by": SYSTEM, "at": NOON + dt.timedelta(hours=1)}
    for li, wang in ((0, 8), (3, 7), (6, 5)):
        actions.merge_people(people[li], into=people[wang], evidence="户口簿", **by)

    def all_found():
        scopes = (world.actor("alice").scope, EVERYWHERE)
        return [found(one, text) for one in scopes for text in ("李", "lixiaoming")]

    rare = all_found()
    assert len(rare[-1]) == 4

    for common, first in ((1, 1), (1, 2), (1, 400), (2000, 1)):
        monkeypatch.setattr(search, "COMMON", common)
        monkeypatch.setattr(search, "MERGED_FIRST", first)
        assert all_found() == rare


@pytest.mark.usefixtures("_everything_is_common")
def test_nobody_is_found_by_a_part_that_nobody_has(people):
    assert found(EVERYWHERE, "王 0000") == found(EVERYWHERE, "慕容") == []
    assert found(EVERYWHERE, "") == people[::-1]


def test_two_parts_must_be_one_persons(world):
    """One has the name, another the telephone, a third both, in another street."""
    without_paper(world, name="王小明", telephone="10000000001")
    without_paper(world, name="李小红", telephone="10000005678")
    both = without_paper(
        world, "next_community", name="王小明", telephone="10000015678"
    ).person

    assert found(EVERYWHERE, "王小明 5678") == [both]
