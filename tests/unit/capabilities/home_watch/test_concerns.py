"""Whom hospital and CDC read: those whom their work is about, and nobody else."""

import datetime as dt
from dataclasses import replace

import pytest

from fangxian.capabilities.home_watch import actions, queries
from fangxian.capabilities.home_watch.states import Outcome
from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.papers import Paper
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.ledger.people import queries as people
from fangxian.mechanisms.ledger.people.actions import (
    merge_people,
    open_identity,
    register_person,
)
from fangxian.mechanisms.ledger.states import Purpose
from fangxian.mechanisms.restriction.actions import end_due, file_appeal
from fangxian.mechanisms.restriction.states import Channel, Standing
from fangxian.mechanisms.task.actions import lapse_due
from tests.unit.capabilities.home_watch.watching import (
    LAST_MOMENT,
    SAMPLED,
    clock,
)
from tests.unit.mechanisms.ledger.people.folk import number, register
from tests.worlds import NOON


pytestmark = pytest.mark.django_db

THE_14TH = dt.date(2020, 11, 14)
MORNING = clock(9, day=15)


@pytest.fixture
def neighbour(watching):
    """Somebody of the same grid who came from nowhere and was never sampled."""
    return register(watching.world, "grid", name="李四", number=number(901)).person


@pytest.fixture
def sampled(watching, watch):
    watching.write(watch, SAMPLED, act=actions.record_sampling, at=clock(10, day=14))
    return watch


def read(watching, who):
    """Whom somebody finds in the ledger."""
    found = people.find_people(watching.world.actor(who).scope)
    return {card.id for card in found.cards}


def take(watching, watch, *, who="hospital", at=MORNING):
    return actions.take_result(
        watch.pk,
        id=watching.new_id(),
        outcome=Outcome.NEGATIVE,
        sampled_on=THE_14TH,
        laboratory="检验科",
        received_at=at,
        by=watching.world.actor(who),
        at=at,
    )


def test_neither_reads_those_whom_nothing_is_known_of(watching, neighbour):
    assert neighbour in read(watching, "community") & read(watching, "alice")
    assert read(watching, "cdc") == read(watching, "hospital") == set()
    for who in ("cdc", "hospital"):
        actor = watching.world.actor(who)
        assert not people.find_people(actor.scope, text=number(901)).cards
        assert not people.find_people(actor.scope, text="李四").cards
        with pytest.raises(Refusal) as caught:
            people.get_person(neighbour, actor.scope)
        assert caught.value.kind.hidden
        with pytest.raises(Refusal) as caught:
            open_identity(
                neighbour,
                purpose=Purpose.MEDICAL,
                why="看看",
                task=1,
                by=actor,
                at=NOON,
            )
        assert caught.value.kind.hidden


def test_the_doctor_reads_everybody_of_whom_evidence_speaks(watching, neighbour):
    person = watching.back()

    assert read(watching, "cdc") == {person}
    assert read(watching, "hospital") == set()
    assert neighbour not in read(watching, "cdc")


def test_the_doctor_reads_whom_she_put_on_the_ledger(watching):
    by = watching.world.actor("cdc")
    person = register_person(
        name="赵大",
        area=watching.world["grid"],
        source=f"post:{by.post}",
        number=number(902),
        paper=Paper.CITIZEN,
        by=by,
        at=NOON,
    ).person

    assert read(watching, "cdc") == {person}
    assert read(watching, "hospital") == set()


def test_the_hospital_reads_from_the_sample_to_the_end_of_the_measure(
    watching, sampled
):
    watching_, scope = watching, watching.world.actor("hospital").scope
    assert read(watching_, "hospital") == {sampled.person}

    take(watching, sampled)
    assert read(watching_, "hospital") == {sampled.person}
    assert queries.get_watch(sampled.pk, scope) == sampled

    end_due(at=LAST_MOMENT)
    assert read(watching_, "hospital") == set()
    assert read(watching_, "cdc") == {sampled.person}
    with pytest.raises(Refusal) as caught:
        queries.get_watch(sampled.pk, scope)
    assert caught.value.kind.hidden
    [own] = queries.results(scope)
    assert own.sample.watch == sampled


def test_somebody_under_a_measure_without_a_sample_is_none_of_theirs(watching, watch):
    scope = watching.world.actor("hospital").scope

    assert read(watching, "hospital") == set()
    assert not queries.watches(scope, NOON)
    assert queries.board(scope, NOON).in_force == 0
    assert queries.watches(watching.world.actor("cdc").scope, NOON).get() == watch


def test_on_the_day_of_the_sample_they_are_until_it_is_missed(watching, watch):
    watching.plan(14)
    assert read(watching, "hospital") == {watch.person}

    lapse_due(at=clock(0, day=15))
    assert read(watching, "hospital") == set()


def test_what_another_house_has_answered_is_not_theirs_any_more(watching, sampled):
    take(watching, sampled, who="cdc")

    assert read(watching, "hospital") == set()
    assert not queries.results(watching.world.actor("hospital").scope)
    assert queries.results(watching.world.actor("cdc").scope).count() == 1


def test_who_objects_is_read_by_those_who_may_have_to_answer(watching, watch):
    file_appeal(
        watch.pk,
        said="没有去过",
        channel=Channel.WORKER,
        by=watching.world.actor("alice"),
        at=NOON,
    )

    assert read(watching, "hospital") == {watch.person}


def test_who_was_merged_is_read_under_the_entry_that_stands(watching, sampled):
    other = register(watching.world, "grid", name="王小明", number=number(777)).person
    merge_people(
        sampled.person,
        into=other,
        evidence="同一本人",
        by=watching.world.actor("community"),
        at=NOON,
    )

    assert read(watching, "hospital") == {other}
    assert read(watching, "cdc") == {other}


@pytest.mark.parametrize("who", ["hospital", "cdc"])
def test_the_next_district_sees_nothing(watching, sampled, who):
    actor = watching.world.actor(who)
    roots = frozenset({watching.world["next_district"]})
    elsewhere = replace(actor.scope, roots=roots)

    assert sampled.person in read(watching, who)
    assert not people.find_people(elsewhere).cards
    assert not queries.watches(elsewhere, MORNING, standing=None)
    assert not queries.awaited(elsewhere)


def test_others_read_as_before(watching, sampled, neighbour):
    assert read(watching, "community") == {sampled.person, neighbour}
    scope = watching.world.actor("community").scope
    assert scope.bound is None
    assert scope.unbound is scope
    assert queries.watches(scope, MORNING, standing=Standing.IN_FORCE).count() == 1


def test_a_number_that_is_known_is_not_registered_twice_by_who_may_not_read_it(
    watching, neighbour
):
    assert neighbour
    with pytest.raises(Refusal) as caught:
        register_person(
            name="李四",
            area=watching.world["grid"],
            source="test",
            number=number(901),
            paper=Paper.CITIZEN,
            by=watching.world.actor("cdc"),
            at=NOON,
        )
    assert caught.value.kind.code == "ledger.person_known"
    assert SYSTEM.scope.bound is None
