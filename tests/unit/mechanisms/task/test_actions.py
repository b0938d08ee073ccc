import datetime as dt
from functools import partial
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.moments import day_of
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.transitions import NOT_A_STEP
from fangxian.mechanisms.journal.models import Entry, Tally
from fangxian.mechanisms.jurisdiction.rules import OUT_OF_REACH
from fangxian.mechanisms.task import actions, rules
from fangxian.mechanisms.task.models import Task
from fangxian.mechanisms.task.states import OPEN, State
from tests.unit.mechanisms.task.duties import (
    CLOSES,
    DUE,
    LADDER,
    OPENS,
    issued,
    request,
)
from tests.worlds import NOON


SEEN = UUID("01a5b4c0-0000-7000-8000-000000000001")
MINUTE = dt.timedelta(minutes=1)


def entries(task):
    """The events of a task after it was issued, with who did them."""
    found = Entry.objects.filter(subject=f"task:{task.pk}").order_by("pk")
    return [(entry.event, entry.person) for entry in found[1:]]


def tallies():
    return {
        (row.measure, row.kind): row.n
        for row in Tally.objects.filter(measure__startswith="task.")
    }


def stored(task):
    return Task.objects.filter(pk=task.pk).values().get()


@pytest.fixture
def unchanged():
    """Check that a refusal leaves the row, the journal and the counters alone."""

    def everything():
        return (
            list(Task.objects.order_by("pk").values()),
            Entry.objects.count(),
            list(Tally.objects.order_by("pk").values()),
        )

    before = []
    yield lambda: before.append(everything())
    assert before == [everything()]


def refused(act):
    with pytest.raises(Refusal) as refusal:
        act()
    return refusal.value.kind


# ------------------------------------------------------------------------- issue
def test_issue_writes_the_duty_one_entry_and_one_count(world):
    task = issued(world)

    assert (task.state, task.level, task.next_escalation_at) == (
        State.ISSUED,
        0,
        DUE + 30 * MINUTE,
    )
    [entry] = Entry.objects.filter(event="task.issued")
    assert (entry.subject, entry.area, entry.person) == (
        f"task:{task.pk}",
        world["grid"],
        SYSTEM.person,
    )
    assert entry.payload["decision"]["clause"] == "patrol"
    [tally] = Tally.objects.filter(measure="task.issued")
    assert (tally.area, tally.day, tally.kind, tally.n) == (
        world["grid"],
        day_of(DUE),
        "hotel",
        1,
    )


def test_the_same_key_is_issued_once(world):
    issued(world)
    again = actions.issue(request(world, duty="other"), by=SYSTEM, at=NOON)

    assert again is None
    assert [task.duty for task in Task.objects.all()] == ["patrol"]
    assert Entry.objects.filter(event="task.issued").count() == 1


def test_issue_all_says_how_many_were_new(world):
    issued(world, key="a")
    requests = [request(world, key=key) for key in ("a", "b", "c", "b")]

    assert actions.issue_all(requests, by=SYSTEM, at=NOON) == 2
    assert sorted(Task.objects.values_list("key", flat=True)) == ["a", "b", "c"]
    assert Entry.objects.filter(event="task.issued").count() == 3
    assert tallies() == {("task.issued", "hotel"): 3}


def test_issue_all_takes_as_many_statements_for_many_as_for_few(
    world, django_assert_num_queries
):
    def batch(letter, size):
        return [request(world, key=f"{letter}{number}") for number in range(size)]

    for letter, size in (("few", 2), ("many", 40)):
        with django_assert_num_queries(6):
            actions.issue_all(batch(letter, size), by=SYSTEM, at=NOON)


def test_nothing_is_issued_for_nothing(world):
    del world

    assert actions.issue_all([], by=SYSTEM, at=NOON) == 0


@pytest.mark.parametrize("area", ["next_grid", "grid"])
def test_a_street_issues_duties_in_its_own_area_only(world, area):
    alice = world.actor("alice")

    if area == "grid":
        assert actions.issue(request(world), by=alice, at=NOON)
        return
    asked = request(world, area=world[area], key="leak")
    assert refused(lambda: actions.issue(asked, by=alice, at=NOON)) is OUT_OF_REACH
    assert not Task.objects.exists()


def test_one_duty_out_of_reach_stops_the_whole_batch(world):
    alice = world.actor("alice")
    asked = [
        request(world, key="mine"),
        request(world, key="theirs", area=world["next_grid"]),
    ]

    assert refused(lambda: actions.issue_all(asked, by=alice, at=NOON)) is OUT_OF_REACH
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    "window",
    [{"due_at": OPENS - MINUTE, "closes_at": None}, {"closes_at": DUE - MINUTE}],
)
def test_the_database_refuses_a_window_that_runs_backwards(world, window):
    with pytest.raises(IntegrityError), transaction.atomic():
        issued(world, **window)


# --------------------------------------------------------------- claim, hand back
def test_claim_names_who_took_it(world):
    task = issued(world)
    grid = world.actor("grid")

    actions.claim(task.pk, by=grid, at=NOON)

    now = Task.objects.get()
    assert (now.state, now.claimed_by, now.claimed_at) == (
        State.CLAIMED,
        grid.person,
        NOON,
    )
    assert entries(task) == [("task.claimed", grid.person)]


def test_claim_refuses_a_second_claim_and_writes_nothing(world, unchanged):
    task = issued(world)
    actions.claim(task.pk, by=world.actor("grid"), at=NOON)
    unchanged()

    again = refused(lambda: actions.claim(task.pk, by=world.actor("alice"), at=NOON))

    assert again is NOT_A_STEP


def test_claim_refuses_another_post_and_writes_nothing(world, unchanged):
    task = issued(world)
    unchanged()
    manager = world.actor("venue_manager")

    kind = refused(lambda: actions.claim(task.pk, by=manager, at=NOON))

    assert kind is rules.NOT_YOUR_DUTY


def test_hand_back_frees_the_duty_and_keeps_the_reason_in_the_journal(world):
    task = issued(world)
    grid = world.actor("grid")
    actions.claim(task.pk, by=grid, at=NOON)

    actions.hand_back(task.pk, reason="called away", by=grid, at=NOON)

    now = Task.objects.get()
    assert (now.state, now.claimed_by, now.claimed_at) == (State.ISSUED, None, None)
    assert entries(task)[-1] == ("task.handed_back", grid.person)
    assert Entry.objects.latest("pk").payload["reason"] == "called away"


# ---------------------------------------------------------------------- complete
def test_complete_ends_the_duty_on_the_proof_of_an_observation(world):
    task = issued(world)
    grid = world.actor("grid")

    actions.complete(task.pk, observation=SEEN, by=grid, at=NOON)

    now = Task.objects.get()
    assert (now.state, now.observation, now.ended_by, now.ended_at) == (
        State.COMPLETED,
        SEEN,
        grid.person,
        NOON,
    )
    assert now.next_escalation_at is None
    assert entries(task) == [("task.completed", grid.person)]
    assert Entry.objects.latest("pk").payload["late"] is False
    assert tallies() == {("task.issued", "hotel"): 1, ("task.completed", "hotel"): 1}


def test_complete_after_the_due_time_is_late_and_counts_on_the_day_it_was_due(world):
    task = issued(world, closes_at=None)
    tomorrow = DUE + dt.timedelta(days=1)

    actions.complete(task.pk, observation=SEEN, by=world.actor("grid"), at=tomorrow)

    assert Entry.objects.latest("pk").payload["late"] is True
    assert Tally.objects.get(measure="task.completed").day == day_of(DUE)


def test_complete_after_the_window_is_refused_and_writes_nothing(world, unchanged):
    task = issued(world)
    unchanged()
    grid = world.actor("grid")

    kind = refused(
        lambda: actions.complete(task.pk, observation=SEEN, by=grid, at=CLOSES)
    )

    assert kind is rules.WINDOW_CLOSED


def test_what_somebody_else_did_fulfils_a_duty_in_its_window_and_scope(world):
    task, doctor = issued(world), world.actor("cdc")
    assert not rules.can_do(task, by=doctor, at=NOON)
    fulfil = partial(actions.fulfil, task.pk, observation=SEEN)

    assert refused(lambda: fulfil(by=doctor, at=CLOSES)) is rules.WINDOW_CLOSED
    charlie = world.actor("charlie")
    assert refused(lambda: fulfil(by=charlie, at=NOON)) is OUT_OF_REACH
    fulfil(by=doctor, at=NOON)

    now = Task.objects.get()
    assert (now.state, now.observation) == (State.COMPLETED, SEEN)
    assert entries(task) == [("task.completed", doctor.person)]


def test_the_database_refuses_completion_without_an_observation(world):
    task = issued(world)

    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=task.pk).update(state=State.COMPLETED)


# ------------------------------------------------------------------------- waive
def test_waive_keeps_who_and_why(world):
    task = issued(world)
    alice = world.actor("alice")

    actions.waive(task.pk, reason="closed for repairs", by=alice, at=NOON)

    now = Task.objects.get()
    assert (now.state, now.reason, now.ended_by) == (
        State.WAIVED,
        "closed for repairs",
        alice.person,
    )
    assert entries(task) == [("task.waived", alice.person)]
    assert tallies()["task.waived", "hotel"] == 1


def test_the_post_that_owes_it_may_not_waive_and_writes_nothing(world, unchanged):
    task = issued(world)
    unchanged()
    grid = world.actor("grid")

    kind = refused(lambda: actions.waive(task.pk, reason="no time", by=grid, at=NOON))

    assert kind is rules.MAY_NOT_WAIVE


def test_the_database_refuses_a_waiver_without_a_reason(world):
    task = issued(world)

    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=task.pk).update(state=State.WAIVED)


def test_many_are_waived_at_once_as_one_would_be(world):
    one, other, done = (issued(world, key=key) for key in ("one", "other", "done"))
    alice = world.actor("alice")
    actions.waive(done.pk, reason="before", by=alice, at=NOON)

    several = [one.pk, other.pk, done.pk]
    assert actions.waive_all(several, reason="called off", by=alice, at=NOON) == 2
    assert actions.waive_all(several, reason="called off", by=alice, at=NOON) == 0

    now = Task.objects.order_by("pk").values_list("state", "reason", "ended_by")
    assert list(now) == [
        (State.WAIVED, "called off", alice.person),
        (State.WAIVED, "called off", alice.person),
        (State.WAIVED, "before", alice.person),
    ]
    assert entries(one) == entries(other) == [("task.waived", alice.person)]
    assert tallies()["task.waived", "hotel"] == 3


@pytest.mark.parametrize(
    ("who", "kind"),
    [("grid", rules.MAY_NOT_WAIVE), ("charlie", OUT_OF_REACH)],
)
def test_who_may_not_waive_one_waives_none_of_many(world, unchanged, who, kind):
    several = [issued(world, key=key).pk for key in ("one", "other")]
    unchanged()
    by = world.actor(who)

    assert kind is refused(
        lambda: actions.waive_all(several, reason="no time", by=by, at=NOON)
    )


# ------------------------------------------------------------------------- remind
def test_remind_writes_only_to_the_journal(world):
    task = issued(world)
    before = stored(task)
    alice = world.actor("alice")

    actions.remind(task.pk, by=alice, at=NOON)

    assert stored(task) == before
    assert entries(task) == [("task.reminded", alice.person)]
    assert Entry.objects.latest("pk").payload["post"] == world.posts["grid"]


# ------------------------------------------------------------------ lapse, escalate
def test_what_nobody_did_lapses_when_its_window_closes_and_not_before(world):
    task = issued(world)
    owed_for_ever = issued(world, key="stays", closes_at=None)

    assert actions.lapse_due(at=CLOSES - MINUTE) == 0
    assert actions.lapse_due(at=CLOSES) == 1
    assert actions.lapse_due(at=CLOSES + MINUTE) == 0

    now = Task.objects.get(pk=task.pk)
    assert (now.state, now.ended_by, now.ended_at) == (
        State.LAPSED,
        SYSTEM.person,
        CLOSES,
    )
    assert Task.objects.get(pk=owed_for_ever.pk).state == State.ISSUED
    assert entries(task) == [("task.lapsed", SYSTEM.person)]
    assert tallies()["task.lapsed", "hotel"] == 1


def test_a_claimed_duty_lapses_too(world):
    task = issued(world)
    actions.claim(task.pk, by=world.actor("grid"), at=NOON)

    assert actions.lapse_due(at=CLOSES) == 1


@pytest.mark.parametrize("state", sorted(set(State) - OPEN))
def test_what_has_ended_is_never_changed_again(world, unchanged, state):
    task = issued(world)
    grid, alice = world.actor("grid"), world.actor("alice")
    end = {
        State.COMPLETED: lambda: actions.complete(
            task.pk, observation=SEEN, by=grid, at=NOON
        ),
        State.WAIVED: lambda: actions.waive(task.pk, reason="shut", by=alice, at=NOON),
        State.LAPSED: lambda: actions.lapse_due(at=CLOSES),
    }
    end[state]()
    unchanged()

    later = [
        lambda: actions.claim(task.pk, by=grid, at=NOON),
        lambda: actions.hand_back(task.pk, reason="x", by=grid, at=NOON),
        lambda: actions.complete(task.pk, observation=SEEN, by=grid, at=NOON),
        lambda: actions.waive(task.pk, reason="x", by=alice, at=NOON),
    ]
    assert [refused(act) for act in later] == [NOT_A_STEP] * len(later)
    assert actions.lapse_due(at=CLOSES) == actions.escalate_due(at=CLOSES) == 0


def test_escalation_climbs_rung_by_rung(world):
    issued(world)

    climbed = [
        actions.escalate_due(at=DUE + minutes * MINUTE) for minutes in (29, 30, 31, 120)
    ]

    assert climbed == [0, 1, 0, 1]
    now = Task.objects.get()
    assert (now.level, now.next_escalation_at) == (2, None)
    told = Entry.objects.filter(event="task.escalated").order_by("pk")
    assert [(entry.payload["level"], entry.payload["role"]) for entry in told] == [
        (1, "community"),
        (2, "street"),
    ]


def test_escalation_catches_up_after_a_silence(world):
    issued(world)

    assert actions.escalate_due(at=CLOSES) == len(LADDER)


def test_a_duty_that_was_done_is_not_escalated(world):
    task = issued(world)
    actions.complete(task.pk, observation=SEEN, by=world.actor("grid"), at=NOON)

    assert actions.escalate_due(at=CLOSES) == 0


# -------------------------------------------------------------------- who reaches
ACTS = {
    "claim": lambda task, by: actions.claim(task, by=by, at=NOON),
    "hand_back": lambda task, by: actions.hand_back(task, reason="x", by=by, at=NOON),
    "complete": lambda task, by: actions.complete(
        task, observation=SEEN, by=by, at=NOON
    ),
    "waive": lambda task, by: actions.waive(task, reason="x", by=by, at=NOON),
    "remind": lambda task, by: actions.remind(task, by=by, at=NOON),
}


@pytest.mark.parametrize("act", ACTS)
def test_the_next_district_does_not_learn_that_the_task_exists(world, unchanged, act):
    task = issued(world)
    unchanged()
    charlie = world.actor("charlie")

    kind = refused(lambda: ACTS[act](task.pk, charlie))

    assert kind is OUT_OF_REACH
    assert kind.hidden


@pytest.mark.parametrize("act", ACTS)
def test_a_task_that_does_not_exist_looks_the_same(world, act):
    kind = refused(lambda: ACTS[act](4711, world.actor("alice")))

    assert kind is rules.UNKNOWN
    assert kind.hidden


def test_a_department_urges_about_its_own_kinds_of_place_only(world):
    hotel = issued(world)
    home = issued(world, key="home", kind="care_home")
    civil_affairs = world.actor("civil_affairs")

    actions.remind(home.pk, by=civil_affairs, at=NOON)
    kind = refused(lambda: actions.remind(hotel.pk, by=civil_affairs, at=NOON))

    assert kind is OUT_OF_REACH
    assert entries(hotel) == []
