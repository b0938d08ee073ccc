"""Entries that may be one person: noticed, explained, merged, taken apart again."""

import datetime as dt

import pytest

from fangxian.kernel.actors import SYSTEM
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.ledger.models import Alike, Merge, Person, PersonApart
from fangxian.mechanisms.ledger.people import actions, queries, rules
from fangxian.mechanisms.ledger.people.matching import (
    DISTINCTIVE_MAX,
    POINTS,
    Ground,
    Resemblance,
    Traits,
    compare,
)
from tests.unit.mechanisms.ledger.people.folk import (
    NAME,
    NUMBER,
    TELEPHONE,
    found,
    latest_entry,
    refused,
    register,
    without_paper,
    written,
)
from tests.worlds import NOON


LATER = NOON + dt.timedelta(hours=1)
PRIVATE = (NAME, "王晓明", NUMBER, TELEPHONE, "本人承认", "户口簿", "不是同一人")


@pytest.fixture
def twin(world, person):
    """A second entry of the same person, mistyped, without the paper."""
    del person
    return without_paper(world, "second_community", name="王晓明").person


# ------------------------------------------------------------------------- likeness
@pytest.mark.parametrize(
    ("said", "score", "grounds"),
    [
        ({"name": "王小明", "telephone": TELEPHONE}, 80, "same_name same_telephone"),
        ({"name": "王晓明", "telephone": TELEPHONE}, 70, "same_sound same_telephone"),
        ({"name": "王晓明", "birth_year": 1979}, 60, "same_sound same_birth_year"),
        ({"name": "王小明", "birth_year": 1979}, 70, "same_name same_birth_year"),
        ({"name": "王小明"}, 45, "same_name"),
        ({"name": "王晓明"}, 35, "same_sound"),
        ({"name": "李小红", "telephone": TELEPHONE}, 35, "same_telephone"),
        ({"name": "王小明", "number": NUMBER}, 100, "same_number same_name"),
        ({"name": "李小红", "number": NUMBER}, 100, "same_number"),
        ({"name": "王小明", "telephone": TELEPHONE, "number": "other"}, 20,
         "other_number same_name same_telephone"),
    ],
)  # fmt: skip
def test_the_score_is_the_sum_of_its_grounds(said, score, grounds):
    known = Traits(
        1, NAME, paper="citizen", number=NUMBER, telephone=TELEPHONE, birth_year=1979
    )
    asked = Traits(2, said.pop("name"), paper="citizen", **said)

    assert compare(asked, known) == (score, tuple(map(Ground, grounds.split())))
    assert score == max(0, min(100, sum(POINTS[Ground(g)] for g in grounds.split())))


def test_what_everybody_shares_says_nothing():
    resemblance = Resemblance()
    for serial in range(DISTINCTIVE_MAX + 1):
        resemblance.remember(Traits(serial, NAME, telephone="10000000000"))

    assert resemblance.find(Traits(-1, NAME, telephone="10000000000")) == []


def test_a_likely_duplicate_is_told_and_registered_all_the_same(world, person):
    made = without_paper(world, "second_community", name="王晓明")

    [like] = made.alike
    assert (like.person, like.earlier, like.score) == (made.person, person, 70)
    assert like.grounds == (Ground.SAME_SOUND, Ground.SAME_TELEPHONE)
    assert Person.objects.count() == 2


def test_who_may_see_both_sees_the_pair_with_its_grounds(twin, person, world):
    [pair] = queries.alike(world.actor("alice").scope)

    assert {pair.one.id, pair.other.id} == {twin, person}
    assert (pair.score, pair.one.name, pair.other.name) == (70, "王*明", "王*明")
    assert queries.alike_to(person, world.actor("alice").scope) == [pair]
    assert queries.alike(world.actor("alice").scope, area=world["community"]) == []
    assert queries.alike(world.actor("community").scope) == []


def test_a_pair_is_looked_at_again_when_something_else_is_said(twin):
    actions.amend_person(twin, name="李小红", by=SYSTEM, at=NOON)
    assert Alike.objects.count() == 0

    actions.amend_person(twin, name=NAME, by=SYSTEM, at=NOON)
    assert Alike.objects.get().score == 80


# ---------------------------------------------------------------------------- merge
def test_a_merge_is_undone_entirely(twin, person, world):
    before = Person.objects.filter(pk=twin).values().get()
    alice, scope = world.actor("alice"), world.actor("alice").scope

    actions.merge_people(twin, into=person, evidence="本人承认", by=alice, at=NOON)

    assert found(scope) == [person]
    assert found(scope, "王晓") == [person]  # what the duplicate said finds the other
    assert queries.survivor(twin) == person
    assert queries.get_person(twin, scope).merged_into == person
    assert queries.alike(scope) == []
    assert latest_entry().payload == {"person": str(twin), "into": str(person)}

    actions.unmerge_person(twin, reason="不是同一人", by=alice, at=LATER)

    assert Person.objects.filter(pk=twin).values().get() == before
    assert set(found(scope)) == {twin, person}
    merge = Merge.objects.get()
    assert (merge.evidence, merge.by, merge.at) == ("本人承认", alice.person, NOON)
    assert (merge.undone_why, merge.undone_at) == ("不是同一人", LATER)
    assert len(queries.alike(scope)) == 1


def test_a_person_merged_again_keeps_both_merges(twin, person):
    for _ in range(2):
        actions.merge_people(twin, into=person, evidence="户口簿", by=SYSTEM, at=NOON)
        actions.unmerge_person(twin, reason="不是同一人", by=SYSTEM, at=LATER)

    assert Merge.objects.count() == 2


def test_no_reason_stands_in_the_journal_in_clear(twin, person):
    actions.merge_people(twin, into=person, evidence="本人承认", by=SYSTEM, at=NOON)
    actions.unmerge_person(twin, reason="不是同一人", by=SYSTEM, at=NOON)
    actions.keep_people_apart(twin, other=person, reason="户口簿", by=SYSTEM, at=NOON)

    payloads = str(list(Entry.objects.values_list("payload", flat=True)))
    assert [text for text in PRIVATE if text in payloads] == []


@pytest.mark.parametrize(
    ("act", "said", "kind"),
    [
        (actions.merge_people, {"evidence": " "}, rules.WHY_MISSING),
        (actions.keep_people_apart, {"reason": ""}, rules.WHY_MISSING),
    ],
)
def test_settling_needs_a_reason(twin, person, act, said, kind):
    other = {"into": person} if "evidence" in said else {"other": person}

    assert refused(act, twin, **other, **said, by=SYSTEM, at=NOON) is kind


def test_nobody_is_merged_into_themselves(person):
    act = {"into": person, "evidence": "x", "by": SYSTEM, "at": NOON}

    assert refused(actions.merge_people, person, **act) is rules.SAME_PERSON


def test_nothing_is_done_with_an_entry_that_was_merged_away(twin, person):
    act = {"by": SYSTEM, "at": NOON}
    actions.merge_people(twin, into=person, evidence="户口簿", **act)

    kinds = {
        refused(actions.merge_people, twin, into=person, evidence="x", **act),
        refused(actions.merge_people, person, into=twin, evidence="x", **act),
        refused(actions.amend_person, twin, name="李小红", **act),
    }

    assert kinds == {rules.PERSON_MERGED_AWAY}


def test_only_a_merged_entry_is_unmerged(person):
    act = {"reason": "x", "by": SYSTEM, "at": NOON}

    assert refused(actions.unmerge_person, person, **act) is rules.PERSON_NOT_MERGED


def test_a_grid_worker_merges_nobody(world):
    one = register(world, "grid").person
    other = without_paper(world, "grid").person

    act = {"into": one, "evidence": "x", "by": world.actor("grid"), "at": NOON}
    assert refused(actions.merge_people, other, **act) is rules.NOT_YOURS_TO_MERGE


def test_entries_of_the_next_district_are_not_merged(twin, person, world):
    act = {"into": person, "evidence": "x", "at": NOON}

    for who in ("charlie", "community"):  # who sees neither, and who sees one
        kind = refused(actions.merge_people, twin, **act, by=world.actor(who))
        assert kind is rules.PERSON_UNKNOWN


# ---------------------------------------------------------------------------- apart
def test_two_who_were_told_apart_are_no_pair_any_more(twin, person, world):
    alice = world.actor("alice")

    for _ in range(2):
        actions.keep_people_apart(
            twin, other=person, reason="不是同一人", by=alice, at=NOON
        )

    assert queries.alike(alice.scope) == []
    assert PersonApart.objects.get().reason == "不是同一人"
    assert Entry.objects.filter(event="person.kept_apart").count() == 1


def test_saying_the_same_again_writes_nothing(twin, person):
    act = {"other": person, "reason": "不是同一人", "by": SYSTEM, "at": NOON}
    actions.keep_people_apart(twin, **act)
    before = written()

    actions.keep_people_apart(twin, **act)

    assert written() == before
