import dataclasses
from uuid import UUID

import pytest

from fangxian.kernel.refusals import Refusal
from fangxian.kernel.scopes import NOWHERE
from fangxian.mechanisms.finding import actions, queries, rules
from fangxian.mechanisms.finding.models import Finding
from fangxian.mechanisms.finding.states import Column
from fangxian.mechanisms.journal.models import Tally
from fangxian.mechanisms.jurisdiction.models import Appointment, Post, Staff
from tests.unit.mechanisms.finding.conftest import HOUR, NOON, TOMORROW


@pytest.fixture
def everywhere(world, raised):
    """A hotel and a clinic here, a hotel next door: one finding each."""
    return {
        "hotel": raised(),
        "clinic": raised(subject="place:2", kind="clinic", by=world.alice),
        "next": raised(subject="place:3", area=world.next_street.pk, by=world.charlie),
    }


# --------------------------------------------------------------------- scopes


def test_a_street_sees_its_own_findings_and_none_of_the_next_district(
    world, everywhere
):
    seen = queries.findings(world.alice.scope)

    assert list(seen) == [everywhere["clinic"], everywhere["hotel"]]
    assert list(queries.findings(world.charlie.scope)) == [everywhere["next"]]


def test_a_department_sees_its_kinds_wherever_they_are(world, everywhere):
    assert list(queries.findings(world.health.scope)) == [everywhere["clinic"]]


@pytest.mark.usefixtures("everywhere")
def test_an_empty_scope_sees_nothing():
    assert list(queries.findings(NOWHERE)) == []
    assert [column.count for column in queries.board(NOWHERE, NOON)] == [0, 0, 0, 0]


def test_a_finding_out_of_scope_looks_like_none(world, everywhere):
    with pytest.raises(Refusal) as refusal:
        queries.get_finding(everywhere["next"].pk, world.alice.scope)

    assert refusal.value.kind is rules.NO_SUCH
    assert refusal.value.kind.hidden


def test_the_city_can_look_into_one_street(world, everywhere):
    here = queries.findings(world.dana.scope, area=world.next_street.pk)

    assert list(here) == [everywhere["next"]]


# ---------------------------------------------------------------------- board


def sent_back(world, finding, at=NOON):
    actions.rectify(finding.pk, how="x", by=world.alice, at=at)
    return actions.reopen(
        finding.pk, reason="x", deadline_at=TOMORROW, by=world.bob, at=at
    )


def test_every_live_finding_stands_in_exactly_one_column(world, raised, rectified):
    ahead = raised(subject="place:1")
    late = raised(subject="place:2", deadline_at=NOON + HOUR)
    done = rectified(subject="place:3")
    back = sent_back(world, raised(subject="place:4"))
    closed = rectified(subject="place:5")
    actions.confirm(closed.pk, by=world.bob, at=NOON + 2 * HOUR)

    board = queries.board(world.alice.scope, NOON + 2 * HOUR)

    assert {c.column: (c.count, list(c.findings)) for c in board} == {
        Column.TO_RECTIFY: (1, [ahead]),
        Column.OVERDUE: (1, [late]),
        Column.TO_LOOK_BACK: (1, [done]),
        Column.SENT_BACK: (1, [back]),
    }


def test_the_deadline_itself_is_late(world, raised):
    finding = raised()

    assert list(queries.overdue(world.alice.scope, TOMORROW - HOUR)) == []
    assert list(queries.overdue(world.alice.scope, TOMORROW)) == [finding]


def test_a_column_shows_the_most_urgent_first_and_counts_all(world, raised):
    made = [
        raised(subject=f"place:{n}", deadline_at=TOMORROW - n * HOUR) for n in range(6)
    ]

    first = queries.board(world.alice.scope, NOON, most=2)[0]

    assert first.count == 6
    assert list(first.findings) == [made[5], made[4]]


def test_pages_by_cursor_give_every_finding_once_also_at_equal_deadlines(world, raised):
    made = [raised(subject=f"place:{n}") for n in range(5)]
    pages, cursor = [], None
    while True:
        rows = queries.column(world.alice.scope, Column.TO_RECTIFY, NOON, after=cursor)
        page = list(rows[:2])
        if not page:
            break
        pages += page
        cursor = queries.Cursor(page[-1].deadline_at, page[-1].pk)

    assert pages == made


@pytest.mark.parametrize("size", [1, 3])
def test_the_board_costs_the_same_however_full(
    world, raised, size, django_assert_num_queries
):
    for number in range(size):
        raised(subject=f"place:{number}")

    with django_assert_num_queries(5):
        queries.board(world.alice.scope, NOON)


# --------------------------------------------------------------------- search


def test_search_finds_words_and_numbers_in_scope_only(world, everywhere):
    number = str(everywhere["hotel"].pk)

    assert len(queries.findings(world.dana.scope, text="disinfection")) == 3
    assert list(queries.findings(world.alice.scope, text=number)) == [
        everywhere["hotel"]
    ]
    assert list(queries.findings(world.charlie.scope, text=number)) == []


# --------------------------------------------------------- who may look back


def test_the_refusal_shown_is_the_refusal_given(world, rectified):
    finding = rectified()

    assert queries.look_back_refusal(finding, by=world.bob) is None
    refusal = queries.look_back_refusal(finding, by=world.alice)
    assert refusal is not None
    assert refusal.kind is rules.LOOK_BACK_NOT_INDEPENDENT


def hold(area, role, person, kinds=None):
    staff, _ = Staff.objects.get_or_create(id=person, defaults={"name": "Somebody"})
    post = Post.objects.create(
        area=area, role=role, title=role, kinds=kinds, valid_from="2020-01-01"
    )
    Appointment.objects.create(post=post, staff=staff, since=NOON - HOUR)
    return post.pk


def nearest(finding):
    post = queries.independent_post(finding, NOON)
    return post and post.id


def test_the_unit_itself_looks_back_if_somebody_there_is_independent(world, rectified):
    finding = rectified(by=world.alice)
    hold(world.district, "district", world.dana.person)
    hold(world.community, "grid_worker", world.alice.person)
    other = hold(world.community, "community", world.bob.person)

    assert nearest(finding) == other


def test_the_level_above_looks_back_if_nobody_in_the_unit_is_independent(
    world, rectified
):
    finding = rectified(by=world.alice, responsible=world.bob.person)
    hold(world.community, "grid_worker", world.alice.person)
    hold(world.community, "community", world.bob.person)
    hold(world.community, "auditor", world.auditor.person)
    hold(world.community, "sector_department", UUID(int=8), kinds=["clinic"])
    hold(world.street, "street", world.alice.person)
    above = hold(world.district, "supervision", world.dana.person)

    assert nearest(finding) == above


def test_nobody_looks_back_where_every_independent_post_is_vacant(world, rectified):
    finding = rectified(by=world.alice)
    Post.objects.create(
        area=world.district, role="district", title="d", valid_from="2020-01-01"
    )

    assert nearest(finding) is None


def test_a_look_back_is_known_by_its_observation(world, rectified):
    finding = rectified()
    first, second = UUID(int=71), UUID(int=72)
    actions.reopen(
        finding.pk,
        reason="x",
        deadline_at=TOMORROW,
        observation=first,
        by=world.bob,
        at=NOON + HOUR,
    )
    actions.rectify(finding.pk, how="x", by=world.alice, at=NOON + HOUR)
    closed = actions.confirm(
        finding.pk, observation=second, by=world.bob, at=NOON + HOUR
    )

    assert queries.was_looked_back(closed, first)
    assert queries.was_looked_back(closed, second)
    assert not queries.was_looked_back(closed, UUID(int=73))


def test_the_withdraw_button_and_the_verb_agree(world, raised):
    finding = raised(by=world.alice)

    assert queries.may_withdraw(finding, by=world.alice)
    assert not queries.may_withdraw(finding, by=world.bob)


# -------------------------------------------------------------------- recount


def test_the_tallies_equal_a_recount_after_any_course(world, raised, rectified):
    sent_back(world, raised(subject="place:1"))
    closed = rectified(subject="place:2")
    actions.confirm(closed.pk, by=world.bob, at=TOMORROW)
    gone = raised(subject="place:3", kind="clinic")
    actions.withdraw(gone.pk, reason="x", by=world.bob, at=NOON)
    raised(subject="place:4", at=NOON + 12 * HOUR)  # 00:00 of the next Shanghai day

    recounted = queries.recount(from_=NOON.date(), until=(TOMORROW + 48 * HOUR).date())

    assert as_rows(recounted) == as_rows(Tally.objects.all())


def as_rows(counts):
    return sorted((c.measure, c.area, c.day, c.kind, c.n) for c in counts)


def test_the_recount_notices_a_count_that_was_changed(raised):
    raised()
    Tally.objects.update(n=2)

    [counted] = queries.recount(from_=NOON.date(), until=TOMORROW.date())

    assert counted.n == 1


def test_findings_of_an_observation(world, raised):
    seen = UUID(int=5)
    finding = raised(observation=seen)
    raised(subject="place:2", observation=UUID(int=6))

    assert list(queries.of_observations([seen], world.alice.scope)) == [finding]
    assert list(queries.of_observations([seen], world.charlie.scope)) == []


def test_rectifiers_are_all_who_ever_took_part(world, rectified):
    finding = rectified(by=world.alice)
    actions.reopen(
        finding.pk, reason="x", deadline_at=TOMORROW, by=world.bob, at=NOON + HOUR
    )
    helper = dataclasses.replace(world.alice, person=UUID(int=55))
    actions.rectify(
        finding.pk,
        how="x",
        by=helper,
        at=NOON + 2 * HOUR,
        on_behalf_of=world.manager.person,
    )

    assert queries.rectifiers(finding.pk) == {
        world.alice.person,
        helper.person,
        world.manager.person,
    }
    assert Finding.objects.get().reopened == 1
