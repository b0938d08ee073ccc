import dataclasses
import datetime as dt

import pytest
from django.db import DatabaseError, transaction

from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.canonical import canonical
from fangxian.kernel.moments import day_of
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.journal.models import Entry, Tally
from fangxian.mechanisms.jurisdiction.rules import OUT_OF_REACH
from fangxian.mechanisms.observation import actions, evidence, rules
from fangxian.mechanisms.observation.evidence import EvidenceFacts, keep
from fangxian.mechanisms.observation.models import Evidence, Observation
from fangxian.mechanisms.protocol.rules import WRONG_ANSWERS
from fangxian.mechanisms.task.models import Task
from fangxian.mechanisms.task.rules import NOT_YOUR_DUTY, WINDOW_CLOSED
from fangxian.mechanisms.task.states import State
from tests.unit.mechanisms.observation.visits import (
    ANSWERS,
    adopted,
    id_number,
    visited,
)
from tests.unit.mechanisms.task.duties import CLOSES, issued
from tests.worlds import NOON


PHOTO = b"\xff\xd8\xff\xe0 a photo of the room"
SEEN_AT = NOON - dt.timedelta(minutes=10)


@pytest.fixture
def edition(world):
    return adopted(world)


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.FANGXIAN_DATA = tmp_path


def everything():
    return (
        Observation.objects.count(),
        Evidence.objects.count(),
        Entry.objects.count(),
        list(Tally.objects.order_by("pk").values()),
        list(Task.objects.order_by("pk").values()),
    )


@pytest.fixture
def unchanged():
    """Check that a refusal leaves records, tasks, journal and counters alone."""
    before = []
    yield lambda: before.append(everything())
    assert [everything()] == before


def refused(act):
    with pytest.raises(Refusal) as refusal:
        act()
    return refusal.value.kind


# ----------------------------------------------------------------------- observe
def test_observe_writes_the_record_one_entry_and_one_count(world, edition):
    grid = world.actor("grid")

    seen = visited(world, edition)

    now = Observation.objects.get()
    assert (now.pk, now.answers, now.at, now.received_at) == (
        seen.pk,
        ANSWERS,
        SEEN_AT,
        NOON,
    )
    assert (now.by, now.post, now.device) == (grid.person, grid.post, "console")
    [entry] = Entry.objects.filter(event="observation.observed")
    assert (entry.subject, entry.area, entry.payload["digest"]) == (
        f"observation:{seen.pk}",
        world["grid"],
        now.digest,
    )
    [tally] = Tally.objects.filter(measure="observation.visit")
    assert (tally.area, tally.day, tally.kind, tally.n) == (
        world["grid"],
        day_of(SEEN_AT),
        "hotel",
        1,
    )


def test_the_same_record_sent_again_is_the_known_one(world, edition, unchanged):
    first = visited(world, edition)
    unchanged()

    again = visited(world, edition, at=NOON + dt.timedelta(hours=9), seen_at=first.at)

    assert again == first


def test_whoever_reads_the_journal_cannot_guess_the_answers_back(world, edition):
    seen = visited(world, edition)

    guessed = Observation.objects.get()
    again = [replace_salt(guessed, salt).digest for salt in ("", seen.salt)]

    [entry] = Entry.objects.filter(event="observation.observed")
    assert [one == entry.payload["digest"] for one in again] == [False, True]
    assert seen.salt not in canonical(entry.payload).decode()


def replace_salt(record, salt):
    """Sign a record again, as somebody would who tries answers with a salt."""
    record.salt = salt
    said = {"person": record.by, "post": record.post, "device": record.device}
    by = dataclasses.replace(SYSTEM, **said)
    actions._sign(record, (), by=by, at=NOON)
    return record


@pytest.mark.parametrize(
    "change",
    [
        {"answers": {**ANSWERS, "readers": 13}},
        {"seen_at": SEEN_AT - dt.timedelta(seconds=1)},
        {"subject": "place:13"},
        {"kind": "care_home"},
        {"form": "other"},
        {"who": "alice"},
    ],
)
def test_another_body_under_a_known_id_is_refused(world, edition, unchanged, change):
    visited(world, edition)
    unchanged()

    assert refused(lambda: visited(world, edition, **change)) is rules.OTHER_BODY


def test_the_digest_does_not_depend_on_the_order_of_answers(world, edition):
    first = visited(world, edition)

    turned = dict(reversed(ANSWERS.items()))

    assert canonical(turned) == canonical(ANSWERS)
    assert visited(world, edition, answers=turned) == first


@pytest.mark.parametrize(
    "answers",
    [
        {"quiet": True},
        {"quiet": "yes", "readers": 12},
        {"quiet": True, "readers": 12.5},
        {**ANSWERS, "loud": True},
    ],
)
def test_wrong_answers_are_refused(world, edition, unchanged, answers):
    unchanged()

    assert refused(lambda: visited(world, edition, answers=answers)) is WRONG_ANSWERS


def test_what_has_not_come_yet_was_not_seen(world, edition, unchanged):
    unchanged()
    later = NOON + dt.timedelta(minutes=6)

    kind = refused(lambda: visited(world, edition, seen_at=later))

    assert kind is rules.SEEN_IN_FUTURE


def test_a_clock_may_run_a_little_ahead(world, edition):
    ahead = NOON + dt.timedelta(minutes=5)

    assert visited(world, edition, seen_at=ahead).at == ahead


@pytest.mark.parametrize("who", ["charlie", "civil_affairs"])
def test_out_of_reach_nothing_is_written(world, edition, unchanged, who):
    unchanged()

    assert refused(lambda: visited(world, edition, who=who)) is OUT_OF_REACH


def test_a_department_writes_about_its_own_kinds(world, edition):
    seen = visited(world, edition, who="civil_affairs", kind="care_home")

    assert seen.kind == "care_home"


# ------------------------------------------------------------------ and its task
def test_a_record_completes_the_task_that_asked_for_it(world, edition):
    task = issued(world, form="visit")

    seen = visited(world, edition, task=task.pk)

    now = Task.objects.get()
    assert (now.state, now.observation) == (State.COMPLETED, seen.pk)
    assert [entry.event for entry in Entry.objects.order_by("pk")][-2:] == [
        "observation.observed",
        "task.completed",
    ]


def test_sent_again_it_completes_nothing_twice(world, edition, unchanged):
    task = issued(world, form="visit")
    visited(world, edition, task=task.pk)
    unchanged()

    visited(world, edition, task=task.pk)


@pytest.mark.parametrize(
    ("duty", "kind"),
    [
        ({"form": "other"}, rules.OTHER_TASK),
        ({"form": "visit", "subject": "place:13"}, rules.OTHER_TASK),
        ({"form": "visit", "post": "alice"}, NOT_YOUR_DUTY),
        ({"form": "visit", "area": "next_grid"}, OUT_OF_REACH),
    ],
)
def test_a_record_does_not_end_another_duty(world, edition, unchanged, duty, kind):
    placed = {
        key: {"post": world.posts, "area": world.areas}.get(key, {}).get(value, value)
        for key, value in duty.items()
    }
    task = issued(world, **placed)
    unchanged()

    assert refused(lambda: visited(world, edition, task=task.pk)) is kind


def test_after_the_window_the_record_does_not_count_for_the_task(
    world, edition, unchanged
):
    task = issued(world, form="visit")
    unchanged()

    kind = refused(lambda: visited(world, edition, at=CLOSES, task=task.pk))

    assert kind is WINDOW_CLOSED


# ---------------------------------------------------------------------- evidence
def test_evidence_is_named_by_digest_and_seals_the_record(world, edition):
    photo = keep(PHOTO, taken_at=SEEN_AT)
    answers = {**ANSWERS, "photos": [photo.digest]}

    seen = visited(world, edition, answers=answers, evidence=[photo])

    [file] = Evidence.objects.all()
    assert (file.observation, file.digest, file.media_type, file.size) == (
        seen,
        photo.digest,
        "image/jpeg",
        len(PHOTO),
    )
    with_less = refused(lambda: visited(world, edition, answers=ANSWERS))
    assert with_less is rules.OTHER_BODY


def test_a_photo_that_was_not_sent_is_refused(world, edition, unchanged):
    unchanged()
    claimed = EvidenceFacts("0" * 64, "image/jpeg", 10)

    kind = refused(lambda: visited(world, edition, evidence=[claimed]))

    assert kind is evidence.NOT_KEPT


def test_an_answer_names_only_photos_of_its_own_record(world, edition, unchanged):
    photo = keep(PHOTO)
    unchanged()
    answers = {**ANSWERS, "photos": [photo.digest]}

    kind = refused(lambda: visited(world, edition, answers=answers))

    assert kind is rules.PHOTO_NOT_SENT


# ------------------------------------------------------------------- corrections
def corrected(world, wrong, number=2, *, who="grid", **changes):
    right = {
        "corrected": id_number(number),
        "answers": {**ANSWERS, "readers": 21},
        "reason": "digits swapped",
    }
    return actions.correct(
        wrong.pk, **{**right, **changes}, by=world.actor(who), at=NOON
    )


def test_a_correction_stands_beside_what_it_corrects(world, edition):
    wrong = visited(world, edition)

    right = corrected(world, wrong)

    wrong.refresh_from_db()
    assert wrong.answers == ANSWERS
    assert (right.corrects_id, right.answers["readers"]) == (wrong.pk, 21)
    assert (right.at, right.subject, right.area_id) == (
        wrong.at,
        wrong.subject,
        wrong.area_id,
    )
    [entry] = Entry.objects.filter(event="observation.corrected")
    assert (entry.subject, entry.payload["reason"]) == (
        f"observation:{wrong.pk}",
        "digits swapped",
    )
    assert Tally.objects.get(measure="observation.visit").n == 1


def test_a_correction_sent_again_is_the_known_one(world, edition, unchanged):
    wrong = visited(world, edition)
    right = corrected(world, wrong)
    unchanged()

    assert corrected(world, wrong) == right
    other = refused(lambda: corrected(world, wrong, reason="another"))
    assert other is rules.OTHER_BODY


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"reason": " "}, rules.REASON_NEEDED),
        ({"answers": ANSWERS}, rules.NOTHING_CHANGES),
        ({"who": "venue_manager"}, rules.NOT_YOURS),
        ({"who": "charlie"}, OUT_OF_REACH),
    ],
)
def test_what_may_not_be_corrected_so(world, edition, unchanged, change, kind):
    wrong = visited(world, edition)
    unchanged()

    assert refused(lambda: corrected(world, wrong, **change)) is kind


def test_wrong_answers_are_refused_in_a_correction_too(world, edition, unchanged):
    wrong = visited(world, edition)
    unchanged()

    kind = refused(lambda: corrected(world, wrong, answers={"quiet": 1}))

    assert kind is WRONG_ANSWERS


def test_a_record_is_corrected_once_and_then_its_correction(world, edition):
    wrong = visited(world, edition)
    right = corrected(world, wrong)

    twice = refused(lambda: corrected(world, wrong, number=3))
    righter = corrected(world, right, number=3, answers={**ANSWERS, "readers": 22})

    assert twice is rules.ALREADY_CORRECTED
    assert righter.corrects_id == right.pk


def test_the_unit_above_may_correct(world, edition):
    wrong = visited(world, edition)

    assert rules.can_correct(wrong, by=world.actor("community"))
    assert not rules.can_correct(wrong, by=world.actor("venue_manager"))
    assert (
        corrected(world, wrong, who="community").by == world.actor("community").person
    )


def test_an_unknown_record_looks_like_one_out_of_reach(world, edition):
    unsaved = Observation(pk=id_number(99), edition_id=edition)

    kind = refused(lambda: corrected(world, unsaved))

    assert (kind, kind.hidden) == (rules.UNKNOWN, True)


# -------------------------------------------------------------------- immutable
@pytest.mark.parametrize("model", [Observation, Evidence])
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_database_refuses_to_change_or_remove_a_record(world, edition, model, verb):
    visited(world, edition, evidence=[keep(PHOTO)])
    rows = model.objects.all()
    same = {"id": rows.get().pk}

    with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic():
        rows._raw_delete("default") if verb == "delete" else rows.update(**same)

    assert model.objects.count() == 1


# --------------------------------------------------------------------- hot path
def test_a_record_with_its_task_takes_few_statements(
    world, edition, django_assert_max_num_queries
):
    first, second = (issued(world, key=key, form="visit") for key in ("a", "b"))
    visited(world, edition, task=first.pk)

    with django_assert_max_num_queries(15):  # one of them finds the actor
        visited(world, edition, number=2, task=second.pk)
