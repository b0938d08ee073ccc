import dataclasses
from uuid import UUID

import pytest

from fangxian.kernel.refusals import Refusal
from fangxian.kernel.transitions import NOT_A_STEP
from fangxian.mechanisms.finding import actions, queries, rules
from fangxian.mechanisms.finding.models import Attempt, Finding
from fangxian.mechanisms.finding.states import LIFECYCLE, State
from fangxian.mechanisms.journal.models import Entry, Tally
from fangxian.mechanisms.jurisdiction.rules import OUT_OF_REACH
from tests.unit.mechanisms.finding.conftest import HOUR, NOON, TOMORROW


LATER = NOON + 2 * HOUR


def events():
    return [entry.event for entry in Entry.objects.order_by("id")]


def refused(kind):
    """Expect this refusal, and that it leaves every table as it was."""
    return _Refused(kind)


class _Refused:
    def __init__(self, kind):
        self.kind = kind

    def __enter__(self):
        self.before = _everything()

    def __exit__(self, _type, error, _trace):
        assert isinstance(error, Refusal), error
        assert error.kind is self.kind
        assert _everything() == self.before
        return True


def _everything():
    return [
        list(model.objects.order_by("pk").values())
        for model in (Finding, Attempt, Entry, Tally)
    ]


# ------------------------------------------------------------------ raising


def test_raising_tells_what_is_wrong_and_until_when(world, raised):
    finding = raised()

    assert (finding.state, finding.raised_by, finding.deadline_at) == (
        State.OPEN,
        world.bob.person,
        TOMORROW,
    )
    [entry] = Entry.objects.all()
    assert (entry.event, entry.subject, entry.area, entry.person) == (
        "finding.raised",
        f"finding:{finding.pk}",
        world.community.pk,
        world.bob.person,
    )


def test_every_act_is_counted_once_on_its_day(world, rectified):
    finding = rectified()
    actions.confirm(finding.pk, by=world.bob, at=LATER)

    counted = {(tally.measure, tally.kind): tally.n for tally in Tally.objects.all()}

    assert counted == {
        ("finding.raised", "hotel"): 1,
        ("finding.rectified", "hotel"): 1,
        ("finding.confirmed", "hotel"): 1,
    }


def test_the_same_item_lives_once_and_is_seen_again(raised):
    first = raised()

    again = raised(at=LATER, observation=UUID(int=77))

    assert (again.pk, again.seen_again) == (first.pk, 1)
    assert again.deadline_at == first.deadline_at
    assert events() == ["finding.raised", "finding.seen_again"]


def test_the_same_observation_never_raises_an_item_twice(world, raised):
    seen = UUID(int=77)
    first = raised(observation=seen)
    actions.rectify(first.pk, how="Signed daily", by=world.alice, at=LATER)
    actions.confirm(first.pk, by=world.bob, at=LATER)

    again = raised(observation=seen)

    assert (again.pk, again.seen_again) == (first.pk, 0)
    assert events().count("finding.raised") == 1


def test_an_item_that_had_ended_recurs(world, raised, rectified):
    first = rectified()
    actions.confirm(first.pk, by=world.bob, at=LATER)

    second = raised(at=LATER)

    assert second.pk != first.pk
    assert second.recurrence_of == first
    assert list(queries.recurrences(world.dana.scope)) == [second]


def test_a_withdrawn_finding_is_no_precedent(world, raised):
    first = raised()
    actions.withdraw(first.pk, reason="Wrong shop", by=world.bob, at=LATER)

    assert raised(at=LATER).recurrence_of is None


def test_findings_in_free_words_stand_side_by_side(raised):
    one, two = raised(item="", text="Rats"), raised(item="", text="Smoke")

    assert one.pk != two.pk
    assert two.recurrence_of is None


def test_raising_outside_the_scope_is_refused(world, raised):
    with refused(OUT_OF_REACH):
        raised(by=world.charlie)


def test_a_department_raises_nothing_about_kinds_that_are_not_its_own(world, raised):
    with refused(OUT_OF_REACH):
        raised(by=world.health)

    assert raised(by=world.health, kind="clinic").kind == "clinic"


def test_an_auditor_raises_nothing(world, raised):
    with refused(rules.NOT_YOUR_PART):
        raised(by=world.auditor)


def test_a_deadline_must_lie_ahead(raised):
    with refused(rules.DEADLINE_NOT_AHEAD):
        raised(deadline_at=NOON)


def test_a_finding_needs_words(raised):
    with refused(rules.NOTHING_SAID):
        raised(text="  ")


# -------------------------------------------------------------- putting right


def test_rectifying_names_who_did_it_and_who_says_so(world, raised):
    finding = actions.rectify(
        raised().pk,
        how="Filled in and signed",
        on_behalf_of=world.manager.person,
        by=world.alice,
        at=LATER,
    )

    assert (finding.state, finding.rectified_by, finding.reported_by) == (
        State.RECTIFIED,
        world.manager.person,
        world.alice.person,
    )
    [attempt] = queries.attempts(finding.pk)
    assert (attempt.how, attempt.sent_back_at) == ("Filled in and signed", None)


def test_a_venue_manager_may_put_it_right(world, raised):
    finding = actions.rectify(raised().pk, how="Done", by=world.manager, at=LATER)

    assert finding.rectified_by == world.manager.person


def test_rectifying_needs_words(world, raised):
    finding = raised()

    with refused(rules.NOTHING_SAID):
        actions.rectify(finding.pk, how=" ", by=world.alice, at=LATER)


def test_an_auditor_puts_nothing_right(world, raised):
    finding = raised()

    with refused(rules.NOT_YOUR_PART):
        actions.rectify(finding.pk, how="Done", by=world.auditor, at=LATER)


# --------------------------------------------------------------- looking back


def test_the_finder_may_look_back_and_close(world, rectified):
    finding = actions.confirm(rectified().pk, by=world.bob, at=LATER, note="Seen")

    assert (finding.state, finding.confirmed_by, finding.confirmed_at) == (
        State.CONFIRMED,
        world.bob.person,
        LATER,
    )
    assert events()[-1] == "finding.confirmed"


def test_the_rectifier_may_not_look_back(world, rectified):
    finding = rectified(by=world.alice)

    with refused(rules.LOOK_BACK_NOT_INDEPENDENT):
        actions.confirm(finding.pk, by=world.alice, at=LATER)
    with refused(rules.LOOK_BACK_NOT_INDEPENDENT):
        actions.reopen(
            finding.pk, reason="No", deadline_at=TOMORROW, by=world.alice, at=LATER
        )


def test_another_post_does_not_make_the_same_person_independent(world, rectified):
    finding = rectified(by=world.alice)
    alice_of_the_city = dataclasses.replace(world.dana, person=world.alice.person)

    with refused(rules.LOOK_BACK_NOT_INDEPENDENT):
        actions.confirm(finding.pk, by=alice_of_the_city, at=LATER)


def test_who_reports_for_another_may_not_look_back_either(world, raised):
    finding = actions.rectify(
        raised().pk,
        how="They say it is done",
        on_behalf_of=world.manager.person,
        by=world.bob,
        at=LATER,
    )

    with refused(rules.LOOK_BACK_NOT_INDEPENDENT):
        actions.confirm(finding.pk, by=world.bob, at=LATER)


def test_the_person_responsible_may_not_look_back_whatever_post_they_hold(
    world, rectified
):
    finding = rectified(responsible=world.dana.person)

    with refused(rules.LOOK_BACK_BY_RESPONSIBLE):
        actions.confirm(finding.pk, by=world.dana, at=LATER)


def test_a_venue_manager_never_looks_back(world, rectified):
    finding = rectified(responsible=None)

    with refused(rules.NOT_YOUR_PART):
        actions.confirm(finding.pk, by=world.manager, at=LATER)


def test_whoever_put_it_right_once_never_looks_back_on_a_later_attempt(
    world, rectified
):
    finding = rectified(by=world.alice)
    actions.reopen(
        finding.pk, reason="Same photo", deadline_at=TOMORROW, by=world.bob, at=LATER
    )
    actions.rectify(finding.pk, how="Now true", by=world.manager, at=LATER)

    with refused(rules.LOOK_BACK_NOT_INDEPENDENT):
        actions.confirm(finding.pk, by=world.alice, at=LATER)

    assert actions.confirm(finding.pk, by=world.bob, at=LATER).state == "confirmed"


def test_the_level_above_may_look_back(world, rectified):
    assert actions.confirm(rectified().pk, by=world.dana, at=LATER).confirmed_by == (
        world.dana.person
    )


def test_the_next_district_sees_no_finding_to_look_back_on(world, rectified):
    finding = rectified()

    with refused(OUT_OF_REACH):
        actions.confirm(finding.pk, by=world.charlie, at=LATER)


def test_sending_back_keeps_the_attempt_and_sets_a_new_deadline(world, rectified):
    finding = actions.reopen(
        rectified().pk,
        reason="Same photo as last time",
        deadline_at=TOMORROW + HOUR,
        by=world.bob,
        at=LATER,
    )

    assert (finding.state, finding.reopened, finding.deadline_at) == (
        State.OPEN,
        1,
        TOMORROW + HOUR,
    )
    assert (finding.rectified_by, finding.rectified_at) == (None, None)
    [attempt] = queries.attempts(finding.pk)
    assert (attempt.rectified_by, attempt.sent_back_by, attempt.sent_back_reason) == (
        world.alice.person,
        world.bob.person,
        "Same photo as last time",
    )


def test_sending_back_needs_a_reason_and_a_deadline_ahead(world, rectified):
    finding = rectified()

    with refused(rules.NOTHING_SAID):
        actions.reopen(
            finding.pk, reason="", deadline_at=TOMORROW, by=world.bob, at=LATER
        )
    with refused(rules.DEADLINE_NOT_AHEAD):
        actions.reopen(
            finding.pk, reason="No", deadline_at=LATER, by=world.bob, at=LATER
        )


# ---------------------------------------------------------------- withdrawing


def test_the_finder_may_withdraw_with_a_reason(world, raised):
    finding = actions.withdraw(raised().pk, reason="Wrong shop", by=world.bob, at=LATER)

    assert (finding.state, finding.reason) == (State.WITHDRAWN, "Wrong shop")


def test_withdrawing_needs_a_reason(world, raised):
    finding = raised()

    with refused(rules.NOTHING_SAID):
        actions.withdraw(finding.pk, reason=" ", by=world.bob, at=LATER)


def test_whoever_owes_it_may_not_make_it_go_away(world, raised):
    finding = raised(responsible=world.alice.person)

    with refused(rules.WITHDRAWN_BY_INTERESTED):
        actions.withdraw(finding.pk, reason="Nothing", by=world.alice, at=LATER)


def test_whoever_put_it_right_may_not_withdraw_it_after_it_came_back(world, rectified):
    finding = rectified(by=world.alice)
    actions.reopen(
        finding.pk, reason="No", deadline_at=TOMORROW, by=world.bob, at=LATER
    )

    with refused(rules.WITHDRAWN_BY_INTERESTED):
        actions.withdraw(finding.pk, reason="Nothing", by=world.alice, at=LATER)


def test_a_colleague_below_the_street_may_not_withdraw_it(world, raised):
    finding = raised(by=world.alice)

    with refused(rules.WITHDRAWN_BY_STRANGER):
        actions.withdraw(finding.pk, reason="Nothing", by=world.bob, at=LATER)


# ------------------------------------------------------------------ lifecycle


ACTS = {
    State.RECTIFIED: lambda pk, w: actions.rectify(pk, how="x", by=w.dana, at=LATER),
    State.CONFIRMED: lambda pk, w: actions.confirm(pk, by=w.dana, at=LATER),
    State.OPEN: lambda pk, w: actions.reopen(
        pk, reason="x", deadline_at=TOMORROW, by=w.dana, at=LATER
    ),
    State.WITHDRAWN: lambda pk, w: actions.withdraw(
        pk, reason="x", by=w.dana, at=LATER
    ),
}


def brought_to(state, world, raised):
    finding = raised()
    if state in {State.RECTIFIED, State.CONFIRMED}:
        actions.rectify(finding.pk, how="x", by=world.alice, at=NOON)
    if state is State.CONFIRMED:
        actions.confirm(finding.pk, by=world.bob, at=NOON)
    if state is State.WITHDRAWN:
        actions.withdraw(finding.pk, reason="x", by=world.bob, at=NOON)
    return finding


@pytest.mark.parametrize("current", State)
@pytest.mark.parametrize("target", State)
def test_each_act_follows_the_table_and_nothing_else(current, target, world, raised):
    finding = brought_to(current, world, raised)

    if target in LIFECYCLE.steps[current]:
        assert ACTS[target](finding.pk, world).state == target
    else:
        with refused(NOT_A_STEP):
            ACTS[target](finding.pk, world)


@pytest.mark.parametrize("target", State)
def test_a_finding_that_is_not_there_is_refused(target, world):
    with refused(rules.NO_SUCH):
        ACTS[target](404, world)


# -------------------------------------------------------- the one who must do it


def test_a_named_person_becomes_responsible_and_can_never_look_back(world, rectified):
    finding = rectified(responsible=None)

    actions.name_responsible(
        finding.pk, person=world.dana.person, by=world.bob, at=LATER
    )

    assert events()[-1] == "finding.responsible_named"
    with refused(rules.LOOK_BACK_BY_RESPONSIBLE):
        actions.confirm(finding.pk, by=world.dana, at=LATER)


def test_naming_the_same_person_again_says_nothing_new(world, raised):
    finding = raised()

    actions.name_responsible(
        finding.pk, person=world.manager.person, by=world.bob, at=LATER
    )

    assert events() == ["finding.raised"]


def test_nobody_is_named_on_a_finding_that_has_ended(world, rectified):
    finding = rectified()
    actions.confirm(finding.pk, by=world.bob, at=LATER)

    with refused(rules.ENDED):
        actions.name_responsible(
            finding.pk, person=world.bob.person, by=world.alice, at=LATER
        )


def test_the_next_district_names_nobody_here(world, raised):
    finding = raised()

    with refused(OUT_OF_REACH):
        actions.name_responsible(
            finding.pk, person=UUID(int=8), by=world.charlie, at=LATER
        )


def test_the_lifecycle_draws_itself():
    assert "rectified --> confirmed" in LIFECYCLE.mermaid()
