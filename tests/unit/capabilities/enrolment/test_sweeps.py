"""Sweeps: every door of an area once, again until somebody is seen, then the end."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fangxian.capabilities.enrolment.models import Sweep, Target
from fangxian.capabilities.enrolment.states import About, Met, Sweeping
from fangxian.capabilities.enrolment.sweeps import actions, queries, rules
from fangxian.interfaces.jobs.due import JOBS, next_moment, run_due
from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.finding.models import Finding
from fangxian.mechanisms.journal.actions import sequence
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.jurisdiction.states import Level
from fangxian.mechanisms.ledger.actions import register_place
from fangxian.mechanisms.ledger.models import Door
from fangxian.mechanisms.ledger.people import actions as people
from fangxian.mechanisms.ledger.people import queries as ledger
from fangxian.mechanisms.observation.models import Observation
from fangxian.mechanisms.task.models import Task
from fangxian.mechanisms.task.states import State
from tests.packs import adopted
from tests.unit.capabilities.enrolment.conftest import id_number
from tests.worlds import NOON


HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
UNTIL = NOON + 2 * DAY
WHY = "风险地区扩大，逐户摸排"
SEEN = {
    "outcome": "seen",
    "people": 3,
    "unlisted": 0,
    "came": 1,
    "unwell": False,
    "told_the_rules": True,
}
AWAY = {"outcome": "nobody_home"}
REFUSED = {"outcome": "refused"}
VACANT = {"outcome": "vacant"}
TABLES = (Sweep, Target, Task, Observation, Finding, Entry)


def written():
    return {table.__name__: table.objects.count() for table in TABLES}


def put(world, area, room, *, building="1号楼", at=NOON - DAY):
    return people.register_door(
        area=world[area], building=building, unit="1单元", room=room, by=SYSTEM, at=at
    )


@pytest.fixture
def doors(world, plan):
    """Three doors in the first grid, one in the second, one in the next community."""
    del plan
    return [
        *(put(world, "grid", room) for room in ("101", "102", "201")),
        put(world, "second_grid", "301", building="2号楼"),
        put(world, "grid_of_second_community", "401", building="3号楼"),
    ]


@pytest.fixture
def order(world, doors):
    """Let the community order a sweep; every part can be changed."""
    del doors

    def give(number=1, *, who="community", area="community", at=NOON, **said):
        facts = {
            "clause": "door_sweep",
            "opens_at": at,
            "until": UNTIL,
            "why": WHY,
            **said,
        }
        by = world.actor(who)
        return actions.order_sweep(
            id=id_number(number), area=world[area], by=by, at=at, **facts
        )

    return give


@pytest.fixture
def go(world):
    """Let somebody go to a door of a sweep."""

    def visit(sweep, door, answers=SEEN, *, number=101, who="grid", at=NOON, **said):
        task = sweep.targets.get(number=door).task_id
        facts = {"id": id_number(number), "seen_at": at, **said}
        by = world.actor(who)
        return actions.record_visit(
            sweep.pk, task=task, answers=answers, by=by, at=at, **facts
        )

    return visit


def tally(sweep, world, who="alice"):
    scope = world.actor(who).scope
    return queries.tallies([sweep.pk], scope)[sweep.pk]


def counts(sweep, world, who="alice"):
    counted = tally(sweep, world, who)
    return (
        counted.should,
        counted.seen,
        counted.empty,
        counted.open,
        counted.missed,
    )


def refused(act, *args, **said):
    before = written()
    with pytest.raises(Refusal) as refusal:
        act(*args, **said)
    assert written() == before
    return refusal.value.kind


# ---------------------------------------------------------------------------- order
def test_every_door_of_the_area_becomes_a_duty_of_its_grid(world, order):
    sweep = order()

    owed = Task.objects.order_by("pk")
    assert sweep.about == About.DOOR
    assert [one.subject for one in owed] == [
        f"door:{one.pk}" for one in Door.objects.order_by("pk")[:4]
    ]
    assert [one.post_id for one in owed] == [
        *[world.posts["grid"]] * 3,
        world.posts["community"],  # nobody holds the second grid
    ]
    assert {one.closes_at for one in owed} == {UNTIL}
    assert {one.decision["clause"] for one in owed} == {"door_sweep"}
    assert counts(sweep, world) == (4, 0, 0, 4, 0)


def test_the_order_stands_in_the_journal_and_its_duties_name_it(order):
    sweep = order()

    entry = Entry.objects.get(event="sweep.ordered")
    assert entry.subject == f"sweep:{sweep.pk}"
    assert entry.payload["targets"] == 4
    assert entry.payload["why"] == WHY
    assert f"/sweep:{sweep.pk}/" in Task.objects.first().key


def test_the_same_order_twice_is_one_sweep(order):
    first = order()
    before = written()

    assert order() == first
    assert written() == before
    assert refused(order, why="别的事由") is rules.OTHER_BODY


def test_a_second_sweep_of_the_same_area_waits_for_the_first(order):
    order()

    assert refused(order, 2) is rules.RUNNING_ALREADY
    assert order(3, who="alice", area="street").targets.count() == 5


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"until": NOON}, rules.OVER_BEFORE_BEGUN),
        ({"opens_at": NOON - DAY, "until": NOON - HOUR}, rules.OVER_BEFORE_BEGUN),
        ({"until": NOON + 8 * DAY}, rules.TOO_LONG),
        ({"clause": "arrival_visit"}, rules.NO_CLAUSE),
        ({"why": "  "}, rules.WHY_MISSING),
        ({"clause": "place_sweep", "kinds": ["hotel"]}, rules.NOBODY_THERE),
    ],
)
def test_what_cannot_be_ordered(order, said, kind):
    assert refused(order, **said) is kind


@pytest.mark.parametrize("who", ["grid", "supervision", "cdc", "auditor"])
def test_who_orders_no_sweep(order, who):
    assert refused(order, who=who) is rules.NOT_YOURS_TO_ORDER


def test_nobody_orders_a_sweep_next_door(order):
    assert refused(order, area="next_community").hidden


def test_a_sweep_is_not_bigger_than_a_unit_can_answer_for(order, monkeypatch):
    monkeypatch.setattr(rules, "TARGETS_MOST", 3)

    assert refused(order) is rules.TOO_MANY


def test_places_of_the_kinds_named_are_swept_too(world, order, go):
    adopted("routine", world["city"])
    hotels = [
        register_place(
            kind=kind, name=name, area=world["grid"], source="test", by=SYSTEM, at=NOON
        )
        for kind, name in (("hotel", "甲宾馆"), ("hotel", "乙宾馆"), ("bank", "丙银行"))
    ]
    sweep = order(clause="place_sweep", kinds=["hotel"])

    assert [one.number for one in sweep.targets.order_by("pk")] == [
        hotels[0].pk,
        hotels[1].pk,
    ]
    go(
        sweep,
        hotels[0].pk,
        {"outcome": "seen", "people": 8, "came": 0, "entrance_kept": False},
    )
    assert Finding.objects.get().kind == "hotel"
    assert counts(sweep, world) == (2, 1, 0, 1, 0)


# --------------------------------------------------------------------------- visits
def test_a_door_where_somebody_was_seen_is_done(world, doors, order, go):
    sweep = order()
    seen = go(sweep, doors[0])

    target = sweep.targets.get(number=doors[0])
    assert target.task.state == State.COMPLETED
    assert target.task.observation == seen.pk
    assert (target.outcome, target.times, target.people, target.came) == (
        "seen",
        1,
        3,
        1,
    )
    assert counts(sweep, world) == (4, 1, 0, 3, 0)
    assert tally(sweep, world).came == 1


def test_a_door_where_nobody_was_stays_owed_until_somebody_is_seen(
    world, doors, order, go
):
    sweep = order()
    go(sweep, doors[0], AWAY)
    target = sweep.targets.get(number=doors[0])
    assert (target.task.state, target.outcome) == (State.ISSUED, "nobody_home")
    assert tally(sweep, world).reasons == {"nobody_home": 1, "": 3}

    go(sweep, doors[0], number=102, at=NOON + HOUR)
    target.refresh_from_db()
    assert (target.outcome, target.times) == ("seen", 2)
    assert Task.objects.get(pk=target.task_id).state == State.COMPLETED
    assert tally(sweep, world).reasons == {"": 3}


def test_an_empty_door_is_settled_but_nobody_was_seen_there(world, doors, order, go):
    sweep = order()
    go(sweep, doors[0], VACANT)

    assert counts(sweep, world) == (4, 0, 1, 3, 0)
    assert tally(sweep, world).done == 1


def test_the_same_visit_sent_again_is_one(doors, order, go):
    sweep = order()
    first = go(sweep, doors[0], AWAY)
    before = written()

    assert go(sweep, doors[0], AWAY) == first
    assert written() == before
    assert sweep.targets.get(number=doors[0]).times == 1


def test_an_earlier_visit_that_comes_later_changes_nothing_settled(
    world, doors, order, go
):
    sweep = order()
    go(sweep, doors[0], at=NOON + 2 * HOUR)
    go(sweep, doors[0], AWAY, number=102, seen_at=NOON + HOUR, at=NOON + 3 * HOUR)

    target = sweep.targets.get(number=doors[0])
    assert (target.outcome, target.times) == ("seen", 2)
    assert counts(sweep, world) == (4, 1, 0, 3, 0)


def test_one_visit_stands_for_every_sweep_of_the_door(world, doors, order, go):
    own, above = order(), order(2, who="alice", area="street")
    go(own, doors[0])

    assert counts(own, world) == (4, 1, 0, 3, 0)
    assert counts(above, world) == (5, 1, 0, 4, 0)
    assert Observation.objects.count() == 1


def test_a_fever_at_a_door_is_a_grave_finding(doors, order, go):
    go(order(), doors[0], {**SEEN, "unwell": True})

    found = Finding.objects.get()
    assert (found.subject, found.severity) == (f"door:{doors[0]}", "grave")


def test_who_goes_to_a_door(doors, order, go):
    sweep = order()

    assert refused(go, sweep, doors[3], who="grid").hidden  # the second grid
    assert refused(go, sweep, doors[0], who="district") is rules.NOT_YOURS_TO_VISIT
    assert refused(go, sweep, doors[0], who="charlie").hidden
    go(sweep, doors[0], who="community")
    go(sweep, doors[1], who="alice", number=102)


def test_no_visit_before_it_begins_or_after_its_end(doors, order, go):
    sweep = order(opens_at=NOON + HOUR)

    assert refused(go, sweep, doors[0]) is rules.NOT_WITHIN
    late = {"at": UNTIL + HOUR, "seen_at": UNTIL}
    assert refused(go, sweep, doors[0], **late) is rules.NOT_WITHIN


def test_what_was_seen_in_time_counts_though_it_comes_late(world, doors, order, go):
    sweep = order()
    run_due(UNTIL)
    assert counts(sweep, world) == (4, 0, 0, 0, 4)

    go(sweep, doors[0], seen_at=UNTIL - HOUR, at=UNTIL + HOUR)
    target = sweep.targets.get(number=doors[0])
    assert target.task.state == State.LAPSED  # a miss is kept for ever
    assert counts(sweep, world) == (4, 1, 0, 0, 3)


# ------------------------------------------------------------------------- meanwhile
def test_a_door_written_down_meanwhile_is_taken_in(world, order):
    sweep = order()
    put(world, "grid", "999", at=NOON + HOUR)
    put(world, "grid_of_second_community", "998", at=NOON + HOUR)

    assert actions.take_in_new(at=NOON + HOUR) == 1
    assert actions.take_in_new(at=NOON + 2 * HOUR) == 0
    assert counts(sweep, world) == (5, 0, 0, 5, 0)
    assert Entry.objects.get(event="sweep.grown").payload["targets"] == 1


def test_the_ledger_is_asked_once_where_nothing_is_new(order):
    order()
    with CaptureQueriesContext(connection) as asked:
        actions.take_in_new(at=NOON + HOUR)

    assert len(asked) == 3  # whether any runs; which; what of the first is new


@pytest.mark.django_db
def test_where_no_sweep_runs_a_turn_of_the_worker_asks_little():
    with CaptureQueriesContext(connection) as asked:
        actions.take_in_new(at=NOON)
        actions.end_due(at=NOON)
        assert queries.next_end(NOON) is None

    assert len(asked) == 3


# ------------------------------------------------------------------------------ end
def test_a_sweep_ends_by_itself_and_says_why_doors_were_missed(world, doors, order, go):
    sweep = order()
    go(sweep, doors[0])
    go(sweep, doors[1], AWAY, number=102)
    go(sweep, doors[2], REFUSED, number=103)
    go(sweep, doors[3], VACANT, number=104, who="community")
    assert next_moment(NOON) <= UNTIL
    run_due(UNTIL)

    sweep.refresh_from_db()
    assert (sweep.state, sweep.ended_at) == (Sweeping.ENDED, UNTIL)
    entry = Entry.objects.get(event="sweep.ended")
    assert entry.payload == {
        "sweep": str(sweep.pk),
        "should": 4,
        "seen": 1,
        "empty": 1,
        "missed": 2,
        "reasons": {"nobody_home": 1, "refused": 1},
    }
    scope = world.actor("alice").scope
    missed = queries.targets(sweep.pk, scope, met=Met.MISSED)
    assert [(one.number, one.outcome) for one in missed] == [
        (doors[1], "nobody_home"),
        (doors[2], "refused"),
    ]
    run_due(UNTIL + HOUR)
    assert Entry.objects.filter(event="sweep.ended").count() == 1


def test_the_end_is_a_moment_that_is_waited_for(doors, order, go):
    sweep = order(until=NOON + 3 * HOUR)
    for number, door in enumerate(doors[:4]):
        go(sweep, door, number=101 + number, who="community")

    assert next_moment(NOON) == NOON + 3 * HOUR
    assert list(JOBS).index("lapse duties") < list(JOBS).index("end sweeps")


def test_a_sweep_that_is_called_off_waives_what_is_owed(world, doors, order, go):
    sweep = order()
    go(sweep, doors[0])
    actions.call_off(
        sweep.pk, reason="风险解除", by=world.actor("community"), at=NOON + HOUR
    )

    assert counts(sweep, world) == (1, 1, 0, 0, 0)
    assert Entry.objects.get(event="sweep.called_off").payload["waived"] == 3
    assert set(Task.objects.values_list("state", "reason")) == {
        (State.COMPLETED, ""),
        (State.WAIVED, "风险解除"),
    }
    again = {"reason": "再停", "by": world.actor("community"), "at": NOON + HOUR}
    assert refused(actions.call_off, sweep.pk, **again).code == "kernel.not_a_step"
    assert (
        refused(go, sweep, doors[1], number=105, at=NOON + 2 * HOUR) is rules.NOT_WITHIN
    )


def test_who_calls_a_sweep_off(world, order):
    sweep = order(who="alice", area="street")
    below = {"reason": "停", "by": world.actor("community"), "at": NOON}
    outside = {"reason": "停", "by": world.actor("charlie"), "at": NOON}

    assert refused(actions.call_off, sweep.pk, **below).hidden
    assert refused(actions.call_off, sweep.pk, **outside).hidden
    no_reason = {"reason": " ", "by": world.actor("alice"), "at": NOON}
    assert refused(actions.call_off, sweep.pk, **no_reason) is rules.WHY_MISSING


# ---------------------------------------------------------------------------- boards
def test_a_board_sets_buildings_and_units_below_each_other(world, doors, order, go):
    sweep = order(who="alice", area="street")
    go(sweep, doors[0])
    parts = queries.parts(queries.targets(sweep.pk, world.actor("alice").scope))

    assert [
        (one.building, one.tally.should, one.tally.seen)
        for one in queries.by_building(parts)
    ] == [("1号楼", 3, 1), ("2号楼", 1, 0), ("3号楼", 1, 0)]
    by_community = queries.by_unit(parts, Level.COMMUNITY)
    assert [(one.area, one.tally.should) for one in by_community] == [
        (world["community"], 4),
        (world["second_community"], 1),
    ]
    [street] = queries.by_unit(parts, Level.STREET)
    assert (street.area, street.tally.open) == (world["street"], 4)


def test_a_unit_below_sees_its_share_and_a_stranger_nothing(world, order):
    sweep = order(who="alice", area="street")

    assert counts(sweep, world, "grid") == (3, 0, 0, 3, 0)
    assert counts(sweep, world, "community") == (4, 0, 0, 4, 0)
    for who in ("charlie", "community_next_door", "civil_affairs"):
        scope = world.actor(who).scope
        assert list(queries.sweeps(scope)) == []
        with pytest.raises(Refusal) as refusal:
            queries.get_sweep(sweep.pk, scope)
        assert refusal.value.kind is rules.UNKNOWN


def test_every_door_stands_under_one_word(world, doors, order, go):
    sweep = order()
    go(sweep, doors[0])
    go(sweep, doors[1], VACANT, number=102)
    go(sweep, doors[2], REFUSED, number=103)
    scope = world.actor("alice").scope
    listed = {met: queries.targets(sweep.pk, scope, met=met).count() for met in Met}

    assert listed == {
        Met.SEEN: 1,
        Met.EMPTY: 1,
        Met.OPEN: 2,
        Met.MISSED: 0,
        Met.EXCUSED: 0,
    }
    assert {
        one.number: rules.met(one.task.state, one.outcome)
        for one in queries.targets(sweep.pk, scope)
    } == {
        doors[0]: Met.SEEN,
        doors[1]: Met.EMPTY,
        doors[2]: Met.OPEN,
        doors[3]: Met.OPEN,
    }


def test_rooms_are_told_to_who_goes_there(world, doors):
    assert ledger.rooms_of(doors, by=world.actor("grid")) == dict(
        zip(doors[:3], ("101", "102", "201"), strict=True)
    )
    masked = ledger.rooms_of(doors, by=world.actor("alice"))
    assert [masked[door] for door in doors] == ["1**", "1**", "2**", "3**", "4**"]
    assert ledger.rooms_of(doors, by=world.actor("district")) == {}


def test_the_board_is_told_again_by_the_journal(world, doors, order, go):
    sweep = order(who="alice", area="street")
    go(sweep, doors[0], AWAY)
    go(sweep, doors[0], number=102, at=NOON + HOUR)
    put(world, "grid", "999", at=NOON + HOUR)
    actions.take_in_new(at=NOON + HOUR)
    go(sweep, doors[4], VACANT, number=103, who="alice", at=NOON + HOUR)
    run_due(UNTIL)
    gone = order(5, at=UNTIL + HOUR, until=UNTIL + DAY)
    actions.call_off(
        gone.pk, reason="停", by=world.actor("community"), at=UNTIL + 2 * HOUR
    )
    sequence(at=UNTIL + 2 * HOUR)
    told = [list(Sweep.objects.order_by("pk").values()), _rows()]

    assert actions.rebuild() > 0
    assert [list(Sweep.objects.order_by("pk").values()), _rows()] == told


def _rows():
    columns = [one.name for one in Target._meta.fields if one.name != "id"]
    return list(Target.objects.order_by("task").values(*columns))


def test_a_corrected_visit_counts_on_the_board_but_settles_nothing_else(
    world, doors, order, go
):
    sweep = order()
    wrong = go(sweep, doors[0], {**SEEN, "unwell": True})
    grid = world.actor("grid")

    def put_right(number, answers):
        return actions.correct_visit(
            wrong.pk,
            corrected=id_number(number),
            answers=answers,
            reason="数错了",
            by=grid,
            at=NOON + HOUR,
        )

    with pytest.raises(Refusal) as refused:
        put_right(301, AWAY)
    followed = put_right(302, {**SEEN, "people": 5})
    again = put_right(302, {**SEEN, "people": 5})

    assert refused.value.kind.code == "observation.decided"
    assert len(followed.withdrawn) == 1
    assert again.withdrawn == ()
    target = Target.objects.get(sweep=sweep, number=doors[0])
    assert (target.people, target.observation) == (5, id_number(302))
    assert tally(sweep, world).seen == 1
    sequence(at=NOON + HOUR)
    told = _rows()
    actions.rebuild()
    assert _rows() == told


# ----------------------------------------------------------------------------- sizes
@pytest.mark.parametrize("count", [40, 400])
def test_asks_as_often_for_many_doors_as_for_few(world, plan, count):
    del plan
    _many(world, count)
    by = world.actor("alice")
    order = {
        "id": id_number(1),
        "clause": "door_sweep",
        "area": world["street"],
        "opens_at": NOON,
        "until": UNTIL,
        "why": WHY,
    }
    with CaptureQueriesContext(connection) as ordering:
        sweep = actions.order_sweep(**order, by=by, at=NOON)
    with CaptureQueriesContext(connection) as reading:
        parts = queries.parts(queries.targets(sweep.pk, by.scope))
        queries.by_unit(parts, Level.GRID)
        queries.by_building(parts)

    assert sweep.targets.count() == count
    assert len(reading) <= 3
    assert len(ordering) <= 60 + count // 10  # rows go in by the hundred


def _many(world, count):
    """Bulk rows stand in for a list taken in: only how often is asked is counted."""
    model = people.register_door(
        area=world["grid"], building="1号楼", unit="1单元", room="1", by=SYSTEM, at=NOON
    )
    first = Door.objects.get(pk=model)
    areas = [world["grid"], world["second_grid"], world["grid_of_second_community"]]
    Door.objects.bulk_create(
        Door(
            area_id=areas[number % 3],
            building=f"{number % 20 + 1}号楼",
            unit="1单元",
            room=str(number),
            mark=number.to_bytes(16),
            indexed_with=first.indexed_with,
            registered_at=NOON - DAY,
        )
        for number in range(1, count)
    )
