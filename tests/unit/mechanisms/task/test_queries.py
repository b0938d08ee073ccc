import datetime as dt
from uuid import UUID

import pytest

from fangxian.kernel.moments import day_of
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.scopes import EVERYWHERE, NOWHERE
from fangxian.mechanisms.journal.models import Tally
from fangxian.mechanisms.task import actions, queries, rules
from fangxian.mechanisms.task.states import State
from tests.unit.mechanisms.task.duties import CLOSES, DUE, OPENS, issued
from tests.worlds import NOON, TODAY


SEEN = UUID("01a5b4c0-0000-7000-8000-000000000001")
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def keys(rows):
    return [task.key for task in rows]


@pytest.fixture
def three(world):
    """One duty here, one in the other street, one in the next district."""
    return {
        area: issued(world, key=area, area=world[area], post=None)
        for area in ("grid", "other_grid", "next_grid")
    }


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("grid", ["grid"]),
        ("alice", ["grid"]),
        ("district", ["grid", "other_grid"]),
        ("charlie", ["next_grid"]),
        ("dana", ["grid", "other_grid", "next_grid"]),
        ("civil_affairs", []),
    ],
)
def test_everybody_lists_their_own_area_only(world, three, who, seen):
    del three

    assert keys(queries.tasks(world.actor(who).scope)) == seen


def test_nothing_is_in_no_scope_and_everything_in_the_systems(three):
    assert keys(queries.tasks(NOWHERE)) == []
    assert keys(queries.tasks(EVERYWHERE)) == list(three)


def test_a_department_lists_its_kinds_in_every_area(world, three):
    del three
    issued(world, key="home", kind="care_home")
    issued(world, key="shelter", kind="shelter", area=world["next_grid"])

    listed = queries.tasks(world.actor("civil_affairs").scope)

    assert keys(listed) == ["home", "shelter"]


def test_get_task_gives_one_in_scope_and_hides_the_others(world, three):
    alice = world.actor("alice")

    assert queries.get_task(three["grid"].pk, alice.scope) == three["grid"]
    for hidden in (three["next_grid"].pk, 4711):
        with pytest.raises(Refusal) as refusal:
            queries.get_task(hidden, alice.scope)
        assert refusal.value.kind is rules.UNKNOWN


def test_lists_narrow_by_what_is_asked(world, three):
    del three
    issued(world, key="visit", form="care_home", duty="visit", subject="place:13")
    dana = world.actor("dana").scope

    assert keys(queries.tasks(dana, form="care_home")) == ["visit"]
    assert keys(queries.tasks(dana, duty="visit", kind="hotel")) == ["visit"]
    assert keys(queries.tasks(dana, subject="place:13")) == ["visit"]
    assert keys(queries.tasks(dana, post=world.posts["grid"])) == ["visit"]
    assert keys(queries.tasks(dana, area=world["next_street"])) == ["next_grid"]
    assert keys(queries.tasks(dana, until=DUE)) == []
    assert keys(queries.tasks(dana, states=[State.LAPSED])) == []


def test_what_is_still_owed_about_a_subject(world):
    issued(world, key="patrol")
    issued(world, key="code", form="venue_code")
    done = issued(world, key="done")
    actions.complete(done.pk, observation=SEEN, by=world.actor("grid"), at=NOON)

    assert keys(queries.open_for_subject("place:12")) == ["patrol", "code"]
    assert keys(queries.open_for_subject("place:12", form="venue_code")) == ["code"]


def test_overdue_begins_after_the_due_time(three):
    del three

    assert keys(queries.overdue(EVERYWHERE, DUE)) == []
    assert len(queries.overdue(EVERYWHERE, DUE + HOUR)) == 3


def test_due_soon_looks_a_while_ahead(three):
    del three

    assert len(queries.due_soon(EVERYWHERE, DUE - HOUR, 2 * HOUR)) == 3
    assert keys(queries.due_soon(EVERYWHERE, DUE - 2 * HOUR, HOUR)) == []
    assert keys(queries.due_soon(EVERYWHERE, DUE + HOUR, HOUR)) == []


def test_the_board_counts_the_duties_of_a_day(world):
    grid, alice = world.actor("grid"), world.actor("alice")
    for key in ("done", "waived", "missed", "owed"):
        issued(world, key=key, closes_at=CLOSES if key == "missed" else None)
    issued(world, key="next district", area=world["next_grid"], post=None)
    issued(world, key="tomorrow", due_at=DUE + DAY, closes_at=None)
    by_key = {task.key: task.pk for task in queries.tasks(EVERYWHERE)}
    actions.complete(by_key["done"], observation=SEEN, by=grid, at=NOON)
    actions.waive(by_key["waived"], reason="shut", by=alice, at=NOON)
    actions.lapse_due(at=CLOSES)

    board = queries.board(alice.scope, TODAY)

    assert (board.issued, board.completed, board.waived, board.lapsed) == (4, 1, 1, 1)
    assert board.open == 1


def test_the_next_moment_is_the_first_rung_or_the_end_of_a_window(world):
    issued(world, key="a")

    moments = [NOON]
    while following := queries.next_moment(moments[-1]):
        moments.append(following)
        actions.escalate_due(at=following)
        actions.lapse_due(at=following)

    assert moments[1:] == [DUE + HOUR / 2, DUE + 2 * HOUR, CLOSES]


def test_nothing_is_awaited_when_nothing_is_owed(world):
    done = issued(world)
    actions.complete(done.pk, observation=SEEN, by=world.actor("grid"), at=NOON)

    assert queries.next_moment(OPENS) is None


def test_tallies_equal_a_recount_of_the_rows(world):
    grid, alice = world.actor("grid"), world.actor("alice")
    just_before_midnight = DUE.replace(hour=15, minute=59)
    done = issued(world, key="done")
    waived = issued(world, key="waived", kind="")
    issued(world, key="missed", due_at=just_before_midnight)
    issued(world, key="tomorrow", due_at=CLOSES + HOUR, closes_at=None)
    actions.complete(done.pk, observation=SEEN, by=grid, at=NOON)
    actions.waive(waived.pk, reason="shut", by=alice, at=NOON)
    actions.lapse_due(at=CLOSES)

    recounted = queries.recount(from_=TODAY, until=TODAY + 2 * DAY)

    tallied = Tally.objects.filter(measure__startswith="task.")
    assert {(c.area, c.day, c.measure, c.kind, c.n) for c in recounted} == set(
        tallied.values_list("area", "day", "measure", "kind", "n")
    )
    assert len(recounted) == tallied.count() == 6
    assert day_of(CLOSES + HOUR) == TODAY + DAY


def test_a_recount_keeps_to_its_period(world):
    issued(world)

    assert queries.recount(from_=TODAY + DAY, until=TODAY + 2 * DAY) == []


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_takes_one_query_however_long(world, django_assert_num_queries, rows):
    for number in range(rows):
        issued(world, key=str(number))
    scope = world.actor("alice").scope

    with django_assert_num_queries(1):
        assert len(queries.tasks(scope)) == rows
