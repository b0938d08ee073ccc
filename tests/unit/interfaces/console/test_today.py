"""Today: what is late and whose; a neighbour's day and another's kinds stay unseen."""

import datetime as dt

import pytest
from django.urls import reverse

from fangxian.capabilities.daily_return import actions
from fangxian.mechanisms.journal.actions import sequence
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.ledger import actions as ledger
from fangxian.mechanisms.protocol.models import Adoption
from fangxian.mechanisms.protocol.queries import packs_in_force
from fangxian.mechanisms.task.escalation import Rung
from fangxian.mechanisms.task.states import State
from tests.unit.capabilities.daily_return.days import adopt, find, open_hotel
from tests.unit.interfaces.console.test_returns import cost_of, sign, text_of
from tests.unit.mechanisms.task.duties import issued
from tests.worlds import FOUNDED, NOON, TODAY


MORNING = NOON - dt.timedelta(hours=3)


@pytest.fixture
def city(world):
    adopt(world)
    return world


def overdue(city, place, *, n=1, who="grid", kind="hotel"):
    """A patrol that fell due an hour ago."""
    return issued(
        city,
        key=f"test/patrol/{place.pk}/{n}",
        subject=f"place:{place.pk}",
        kind=kind,
        area=place.area_id,
        post=city.posts[who],
        opens_at=MORNING,
        due_at=NOON - dt.timedelta(hours=1),
        ladder=(Rung(after_minutes=0, role="community"),),
    )


def test_what_is_overdue_says_whose_it_is_and_where(browse, city):
    overdue(city, open_hotel(city))

    page = text_of(browse("alice").get(reverse("today")))

    assert "永安宾馆" in page
    assert "网格员" in page
    assert "耿*网" in page
    assert "耿小网" not in page
    assert f"{reverse('tasks')}?which=overdue" in page


def test_a_neighbours_day_stays_unseen(browse, city):
    overdue(city, open_hotel(city))
    find(city, open_hotel(city, "grid", "另一宾馆"), at=MORNING)
    sign(city, zero=False)
    sequence(at=NOON)

    page = text_of(browse("charlie").get(reverse("today")))

    assert "Nothing is overdue today" in page
    for name in ("永安", "另一", "福华", "建中", "二七"):
        assert name not in page


def test_a_department_sees_only_its_kinds(browse, city):
    shop = ledger.register_place(
        kind="supermarket",
        name="满福超市",
        address="京广路2号",
        area=city["grid"],
        source="walked",
        by=city.actor("dana"),
        at=FOUNDED,
    )
    overdue(city, open_hotel(city))
    overdue(city, shop, n=2, kind="supermarket")

    page = text_of(browse("market_supervision").get(reverse("today")))

    assert "满福超市" in page
    assert "永安宾馆" not in page
    assert "Returns of today" not in page


def test_the_units_are_shaded_by_what_is_overdue(browse, city):
    overdue(city, open_hotel(city))

    page = text_of(browse("alice").get(reverse("today")))

    area = city["community"]
    assert f'which=overdue&amp;area={area}"><span>福华社区</span><b>1</b>' in page


def test_duties_of_an_area_out_of_reach_do_not_exist(browse, city):
    """Not even the area's name is told to who asks for its duties by number."""
    asked = {"area": city["street"]}

    assert browse("alice").get(reverse("tasks"), asked).status_code == 200
    assert browse("charlie").get(reverse("tasks"), asked).status_code == 404


@pytest.mark.parametrize(
    ("who", "waiting"),
    [("grid", 1), ("alice", 1), ("district", 1), ("auditor", 0), ("administrator", 0)],
)
def test_who_neither_owes_nor_urges_has_no_red_count(browse, city, who, waiting):
    overdue(city, open_hotel(city))

    page = browse(who).get(reverse("today"))

    [today] = [
        entry
        for group in page.context["frame"].sections
        for entry in group
        if entry.section.url == "today"
    ]
    assert today.waiting == waiting


@pytest.mark.usefixtures("city")
def test_a_unit_to_which_nobody_returns_sees_no_tile_nor_chart_of_it(browse):
    grid = text_of(browse("grid").get(reverse("today")))
    street = text_of(browse("alice").get(reverse("today")))

    assert "Returns signed today" in street
    assert "Returns signed today" not in grid
    assert "Two weeks" not in grid


def test_two_weeks_are_charted_once_something_was_found(browse, city):
    find(city, open_hotel(city, "grid"), at=MORNING)

    assert "Two weeks" in text_of(browse("grid").get(reverse("today")))


def test_a_day_of_the_two_weeks_opens_the_problems_found_on_it(browse, city):
    find(city, open_hotel(city, "grid"), at=MORNING)
    browser, address = browse("grid"), f"{reverse('findings')}?raised={TODAY}"

    assert address in text_of(browser.get(reverse("today")))
    assert browser.get(address).context["page"].paginator.count == 1
    before = f"{reverse('findings')}?raised={TODAY - dt.timedelta(days=1)}"
    assert browser.get(before).context["page"].paginator.count == 0
    confirmed = f"{reverse('findings')}?confirmed={TODAY}"
    assert browser.get(confirmed).context["page"].paginator.count == 0


def test_recent_changes_name_the_act_the_place_and_the_masked_person(browse, city):
    sign(city)
    sequence(at=NOON)

    page = text_of(browse("alice").get(reverse("today")))

    assert "Return signed" in page
    assert "佘*记" in page


def test_today_costs_the_same_for_one_and_for_three(browse, city):
    client, url = browse("alice"), reverse("today")
    hotel = open_hotel(city)
    find(city, hotel, at=MORNING)
    overdue(city, hotel)
    sequence(at=NOON)
    one = cost_of(client, url)
    for n in (2, 3):
        more = open_hotel(city, "second_grid", f"第{n}宾馆")
        find(city, more, at=MORNING)
        overdue(city, more, n=n)
    sequence(at=NOON)

    assert cost_of(client, url) == one <= 57


# --------------------------------------------------------------------- duties
def test_the_duties_of_the_day_are_listed_and_each_opens(browse, city):
    task = overdue(city, open_hotel(city))
    actions.issue_duties(day=TODAY, at=MORNING)
    alice = browse("alice")

    page = text_of(alice.get(reverse("tasks")))

    assert "永安宾馆" in page
    assert "Daily or zero report" in page
    assert "永安宾馆" in text_of(alice.get(reverse("task", args=[task.pk])))


@pytest.mark.parametrize("which", ["day", "overdue", "soon", "missed"])
def test_the_list_shows_nothing_of_the_next_district(browse, city, which):
    overdue(city, open_hotel(city))

    page = text_of(browse("charlie").get(reverse("tasks"), {"which": which}))

    assert "永安宾馆" not in page
    assert "福华" not in page


def test_a_duty_names_the_clause_that_asks_for_it_with_its_page(browse, city):
    edition = packs_in_force(city["street"], NOON)[0]
    clause = edition.pack.clauses[0]
    decided = {"pack": edition.pack.id, "version": edition.pack.version}
    task = issued(
        city,
        key="test/rule",
        area=city["grid"],
        duty=clause.code,
        decision={**decided, "clause": clause.code, "source": "Its paper"},
    )

    page = text_of(browse("alice").get(reverse("task", args=[task.pk])))

    address = f"{reverse('protocol', args=[edition.id])}#{clause.code}"
    assert f'<a href="{address}">{clause.title.en}</a>' in page
    assert f"{edition.pack.title.en} {edition.pack.version}" in page
    assert "Its paper" in page


def test_a_duty_of_no_kept_rule_tells_its_source_only(browse, city):
    task = issued(city, key="test/no", area=city["grid"], decision={}, said="A call")

    page = text_of(browse("alice").get(reverse("task", args=[task.pk])))

    assert "A call" in page
    assert "/protocols/" not in page.partition("By which rule")[2]


def test_a_reader_above_the_units_of_a_pack_reads_its_titles_too(browse, city):
    edition = packs_in_force(city["street"], NOON)[0]
    [clause, *_] = edition.pack.clauses
    issued(city, key="test/title", area=city["grid"], duty=clause.code)
    Adoption.objects.all().delete()

    page = text_of(browse("auditor").get(reverse("tasks")))

    assert clause.title.en in page


@pytest.mark.parametrize("url", ["task", "task_waive"])
def test_a_duty_of_the_next_district_does_not_exist(browse, city, url):
    task = overdue(city, open_hotel(city))

    found = browse("charlie").get(reverse(url, args=[task.pk]))

    assert found.status_code == 404


def test_urging_writes_the_journal_and_returns(browse, city):
    task = overdue(city, open_hotel(city))
    url = reverse("task_remind", args=[task.pk])

    response = browse("alice").post(url, {"next": reverse("today")})

    assert response.url == reverse("today")
    assert Entry.objects.filter(event="task.reminded").count() == 1


def test_charlie_urges_nobody_next_door(browse, city):
    task = overdue(city, open_hotel(city))

    response = browse("charlie").post(reverse("task_remind", args=[task.pk]))

    assert response.status_code == 404
    assert Entry.objects.filter(event="task.reminded").count() == 0


def test_a_duty_is_waived_with_a_reason(browse, city):
    task = overdue(city, open_hotel(city))
    client, url = browse("alice"), reverse("task_waive", args=[task.pk])

    assert client.post(url, {"reason": " "}).status_code == 422
    client.post(url, {"reason": "The hotel has closed"})

    task.refresh_from_db()
    assert (task.state, task.reason) == (State.WAIVED, "The hotel has closed")


def test_the_list_of_duties_costs_the_same_for_one_and_for_three(browse, city):
    client, url = browse("alice"), reverse("tasks")
    overdue(city, open_hotel(city))
    one = cost_of(client, url)
    for n in (2, 3):
        overdue(city, open_hotel(city, "second_grid", f"第{n}宾馆"), n=n)

    assert cost_of(client, url) == one <= 25
