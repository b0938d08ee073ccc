import datetime as dt
from types import SimpleNamespace
from uuid import uuid4

import pytest

from fangxian.kernel.actors import Actor, Role
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.protocol import rules
from fangxian.mechanisms.protocol.rules import (
    check_answers,
    failed_items,
    wrong_answers,
)
from tests.packs import pack_of


SHELF = pack_of("lending-library").forms["shelf_reading"]
REMINDER = pack_of("lending-library").forms["reminder"]
PHOTO, OTHER_PHOTO, THIRD_PHOTO = "a" * 64, "b" * 64, "c" * 64
SOUND = {"in_order": True, "books": 40, "torn": 0}
TORN = {**SOUND, "torn": 2, "how_torn": ["page"]}
REACHED = {"reached": True, "at": "17:00"}


def problems(form, answers):
    return [(one.question, one.problem) for one in wrong_answers(form, answers)]


# ----------------------------------------------------------------- what is taken
@pytest.mark.parametrize(
    "answers",
    [
        SOUND,
        TORN,
        {**SOUND, "books": 1},
        {**SOUND, "books": 400},
        {**TORN, "torn": 40},  # as many as there are
        {**TORN, "how_torn": ["page", "spine"]},
        {**SOUND, "read_on": "2020-11-05"},
        {**SOUND, "read_on": None},  # as good as not answered
        {**SOUND, "photos": [PHOTO, OTHER_PHOTO]},
        {**SOUND, "photos": []},
    ],
)
def test_sound_answers_are_taken(answers):
    assert wrong_answers(SHELF, answers) == ()
    check_answers(SHELF, answers)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"in_order": None}, ("in_order", "missing")),
        ({"in_order": 1}, ("in_order", "type")),
        ({"in_order": "true"}, ("in_order", "type")),
        ({"books": "40"}, ("books", "type")),
        ({"books": True}, ("books", "type")),
        ({"books": 40.0}, ("books", "type")),
        ({"books": 0}, ("books", "too_small")),
        ({"books": 401}, ("books", "too_large")),
        ({"torn": -1}, ("torn", "too_small")),
        ({"read_on": "5 November"}, ("read_on", "type")),
        ({"read_on": "2020-02-30"}, ("read_on", "type")),
        ({"photos": [PHOTO, OTHER_PHOTO, THIRD_PHOTO]}, ("photos", "too_large")),
        ({"photos": [PHOTO, PHOTO]}, ("photos", "choice")),
        ({"photos": ["me.jpg"]}, ("photos", "choice")),
        ({"photos": [PHOTO + "a"]}, ("photos", "choice")),
        ({"photos": PHOTO}, ("photos", "type")),
        ({"colour": "red"}, ("colour", "unknown")),
        ({"how_torn": ["page"]}, ("how_torn", "not_asked")),  # nothing is torn
    ],
)
def test_one_wrong_answer_is_named_with_its_problem(change, problem):
    assert problems(SHELF, {**SOUND, **change}) == [problem]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"torn": 41}, ("torn", "constraint")),
        ({"how_torn": None}, ("how_torn", "missing")),
        ({"how_torn": []}, ("how_torn", "too_small")),
        ({"how_torn": ["page", "spine", "cover"]}, ("how_torn", "too_large")),
        ({"how_torn": ["page", "page"]}, ("how_torn", "choice")),
        ({"how_torn": ["burnt"]}, ("how_torn", "choice")),
        ({"how_torn": "page"}, ("how_torn", "type")),
        ({"how_torn": [1]}, ("how_torn", "type")),
    ],
)
def test_an_answer_that_follows_from_another_is_judged_too(change, problem):
    assert problems(SHELF, {**TORN, **change}) == [problem]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, []),
        ({"at": "24:00"}, []),
        ({"at": "25:00"}, [("at", "type")]),
        ({"at": None}, [("at", "missing")]),
        ({"said": "tomorrow"}, []),
        ({"said": "x" * 20}, []),
        ({"said": "x" * 21}, [("said", "too_large")]),
        ({"said": ""}, []),
        ({"why": "away"}, [("why", "not_asked")]),
        ({"reached": False, "why": "away"}, []),
        ({"reached": False, "why": "asleep"}, [("why", "choice")]),
        ({"reached": False}, [("why", "missing")]),
        ({"reached": None}, [("reached", "missing")]),
        ({"reached": 0, "why": "away"}, [("reached", "type"), ("why", "not_asked")]),
    ],
)
def test_choices_texts_and_times(change, found):
    assert problems(REMINDER, {**REACHED, **change}) == found


def test_a_question_that_hangs_on_an_unanswered_one_is_not_asked():
    assert problems(SHELF, {"in_order": True, "books": 3}) == [("torn", "missing")]


def test_a_constraint_that_cannot_be_answered_is_not_held_against_the_answer():
    """Torn compares with books, which are missing: that is the one problem."""
    found = problems(SHELF, {"in_order": True, "torn": 0})

    assert found == [("books", "missing")]


def test_a_wrong_number_can_still_be_read_by_later_questions():
    assert problems(SHELF, {**TORN, "torn": 41}) == [("torn", "constraint")]


def test_a_required_text_must_say_something():
    form = pack_of("routine").forms["look_back"]
    found = problems(form, {"put_right": False, "what_remains": "   "})

    assert found == [("what_remains", "too_small")]


def test_every_wrong_answer_is_listed_in_the_order_of_the_form():
    with pytest.raises(Refusal) as refusal:
        check_answers(SHELF, {"colour": "red", "torn": "x", "books": 0})

    assert refusal.value.kind is rules.WRONG_ANSWERS
    assert refusal.value.sentence == (
        "The form shelf_reading cannot be taken as it is answered: in_order (missing),"
        " books (too_small), torn (type), colour (unknown)."
    )
    assert [one.question for one in refusal.value.facts["wrong"]] == [
        "in_order",
        "books",
        "torn",
        "colour",
    ]


def test_a_broken_constraint_speaks_in_the_words_of_the_form():
    [wrong] = wrong_answers(SHELF, {**TORN, "torn": 41})
    [missing] = wrong_answers(SHELF, {**SOUND, "in_order": None})

    assert wrong.words.en == "No more can be torn than there are"
    assert missing.words is None


# ------------------------------------------------------------- what is a problem
def test_sound_answers_without_problems_raise_nothing():
    assert failed_items(SHELF, SOUND) == ()


def test_each_problem_is_named_with_its_item_severity_and_words():
    answers = {**TORN, "in_order": False, "torn": 3}
    order, torn = failed_items(SHELF, answers)

    assert (order.item, order.severity) == ("shelf_reading/in_order", "minor")
    assert (order.text, order.words.en) == ("书架错乱", "The shelf is out of order")
    assert (torn.item, torn.severity) == ("shelf_reading/torn", "major")


@pytest.mark.parametrize(("torn", "problems"), [(2, 0), (3, 1)])
def test_the_limit_of_a_problem_is_exact(torn, problems):
    assert len(failed_items(SHELF, {**TORN, "torn": torn})) == problems


def test_a_question_that_was_not_answered_is_no_problem():
    form = pack_of("routine").forms["patrol"]

    assert failed_items(form, {"is_open": False}) == ()


# ------------------------------------------------------------------ who may sign
DRAFTER = uuid4()


def actor(role, person=None):
    return Actor(person=person or uuid4(), post=1, role=role, scope=EVERYWHERE)


def edition():
    return SimpleNamespace(pack="routine", version="2020.11", drafted_by=DRAFTER)


KEEPERS = {Role.DISTRICT, Role.CDC, Role.ADMINISTRATOR}


@pytest.mark.parametrize("role", list(Role))
def test_only_keepers_draft_and_review(role):
    assert rules.can_keep(by=actor(role)) is (role in KEEPERS)
    assert rules.can_review(edition(), by=actor(role)) is (role in KEEPERS)


@pytest.mark.parametrize("role", list(Role))
def test_only_headquarters_and_administrators_adopt(role):
    adopters = {Role.DISTRICT, Role.ADMINISTRATOR}

    assert rules.can_adopt(by=actor(role)) is (role in adopters)


def test_nobody_reviews_their_own_draft_in_whatever_post():
    for role in KEEPERS:
        with pytest.raises(Refusal) as refusal:
            rules.check_can_review(edition(), by=actor(role, DRAFTER))
        assert refusal.value.kind is rules.REVIEWER_DRAFTED


def test_a_refusal_names_the_role():
    with pytest.raises(Refusal) as refusal:
        rules.check_is_keeper(by=actor(Role.GRID_WORKER))

    assert refusal.value.kind is rules.NOT_A_KEEPER
    assert "grid_worker" in refusal.value.sentence


def test_the_role_that_may_not_adopt_is_named():
    with pytest.raises(Refusal) as refusal:
        rules.check_can_adopt(by=actor(Role.CDC))

    assert refusal.value.kind is rules.NOT_AN_ADOPTER
    assert "cdc" in refusal.value.sentence


NOON = dt.datetime(2020, 11, 9, 4, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


def test_a_period_runs_forward():
    rules.check_period(NOON, None)
    rules.check_period(NOON, NOON + SECOND)
    for until in (NOON, NOON - SECOND):
        with pytest.raises(Refusal) as refusal:
            rules.check_period(NOON, until)
        assert refusal.value.kind is rules.PERIOD_BACKWARDS


def test_a_new_adoption_begins_after_the_one_it_ends():
    held = SimpleNamespace(
        since=NOON, edition=SimpleNamespace(pack="routine", version="1")
    )
    rules.check_follows(held, NOON + SECOND)
    for from_ in (NOON, NOON - SECOND):
        with pytest.raises(Refusal) as refusal:
            rules.check_follows(held, from_)
        assert refusal.value.kind is rules.ADOPTED_BACKWARDS


@pytest.mark.parametrize("reason", ["", "  ", "\n"])
def test_a_blank_reason_is_none(reason):
    with pytest.raises(Refusal) as refusal:
        rules.check_reason(reason)

    assert refusal.value.kind is rules.NO_REASON


def test_a_reason_is_enough():
    rules.check_reason("the cut-off is wrong")
