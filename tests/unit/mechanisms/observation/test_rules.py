"""What a record may say, and who may put it right."""

import datetime as dt
from uuid import UUID

import pytest

from fangxian.kernel.actors import Role
from fangxian.mechanisms.observation import rules
from fangxian.mechanisms.observation.models import Observation
from fangxian.mechanisms.protocol.forms import Form, Question, QuestionType
from fangxian.mechanisms.protocol.words import Citation, Words
from fangxian.mechanisms.task.models import Task
from tests.roles import LEADING, refusal_of, roles_passing, roles_that, somebody


WRITER = UUID(int=1)
SEEN = {"masks": True}
NOON = dt.datetime(2020, 11, 9, 4, tzinfo=dt.UTC)
INSTANT = dt.timedelta(microseconds=1)

pytestmark = pytest.mark.django_db  # a record asks whether another took its place


def record(*, corrected=False):
    written = Observation(pk=UUID(int=9), by=WRITER, answers=SEEN)
    if corrected:
        written.corrected_by = Observation(pk=UUID(int=10))
    return written


def kind_of(check):
    refusal = refusal_of(check)
    return refusal and refusal.kind


def test_the_units_above_put_right_what_another_wrote():
    def check(by):
        rules.check_can_correct(record(), answers={"masks": False}, by=by)

    assert roles_passing(check) == LEADING
    assert roles_that(lambda by: rules.can_correct(record(), by=by)) == LEADING


@pytest.mark.parametrize(
    ("answers", "corrected", "kind"),
    [
        ({"masks": False}, False, None),
        ({"masks": False}, True, rules.ALREADY_CORRECTED),
        (SEEN, False, rules.NOTHING_CHANGES),
    ],
)
def test_its_writer_puts_it_right_once_and_otherwise(answers, corrected, kind):
    by = somebody(Role.GRID_WORKER, person=WRITER)
    written = record(corrected=corrected)

    found = kind_of(lambda: rules.check_can_correct(written, answers=answers, by=by))
    assert found is kind
    assert rules.can_correct(written, by=by) is (not corrected)


@pytest.mark.parametrize(
    ("ahead", "kind"),
    [
        (dt.timedelta(minutes=5), None),
        (dt.timedelta(minutes=5) + INSTANT, rules.SEEN_IN_FUTURE),
    ],
)
def test_a_telephones_clock_may_run_a_little_ahead(ahead, kind):
    check = rules.check_has_been_seen

    assert kind_of(lambda: check(seen_at=NOON + ahead, at=NOON)) is kind


@pytest.mark.parametrize(
    ("form", "subject", "kind"),
    [
        ("six_haves", "place:1", None),
        ("six_haves", "place:2", rules.OTHER_TASK),
        ("five_haves", "place:1", rules.OTHER_TASK),
    ],
)
def test_a_record_ends_the_duty_it_is_about(form, subject, kind):
    task = Task(pk=1, form="six_haves", subject="place:1")
    any_form = Task(pk=1, form="", subject="place:1")

    def check(one):
        rules.check_answers_task(one, form=form, subject=subject)

    assert kind_of(lambda: check(task)) is kind
    assert kind_of(lambda: check(any_form)) is (
        None if subject == "place:1" else rules.OTHER_TASK
    )


@pytest.mark.parametrize(("reason", "said"), [("", 0), (" \n", 0), ("misread", 1)])
def test_a_correction_says_why(reason, said):
    assert kind_of(lambda: rules.check_reason(UUID(int=9), reason)) is (
        None if said else rules.REASON_NEEDED
    )


def test_a_second_body_under_one_id_is_refused():
    def check(sent):
        rules.check_same_body(UUID(int=9), known="aa", sent=sent)

    assert kind_of(lambda: check("aa")) is None
    assert kind_of(lambda: check("bb")) is rules.OTHER_BODY


WORDS = Words(zh="照片", en="photos")
FORM = Form(
    code="six_haves",
    title=WORDS,
    subject="place",
    source=Citation(title="Made up", gist=WORDS),
    questions=(
        Question(name="remark", type=QuestionType.TEXT, label=WORDS),
        Question(name="photos", type=QuestionType.PHOTO, label=WORDS),
        Question(name="more", type=QuestionType.PHOTO, label=WORDS),
    ),
)


@pytest.mark.parametrize(
    ("answers", "missing"),
    [
        ({}, None),
        ({"photos": []}, None),
        ({"photos": None}, None),
        ({"photos": ["aa"]}, None),
        ({"photos": ["aa", "bb"]}, None),
        ({"photos": ["cc"]}, "photos"),
        ({"photos": ["aa", "cc"]}, "photos"),
        ({"photos": ["aa"], "more": ["cc"]}, "more"),
        ({"remark": ["cc"]}, None),  # no photo: the form itself refuses it
    ],
)
def test_a_photo_that_an_answer_names_was_sent_with_it(answers, missing):
    refusal = refusal_of(rules.check_photos, FORM, answers, ["aa", "bb"])

    assert (refusal and refusal.kind) is (rules.PHOTO_NOT_SENT if missing else None)
    assert refusal is None or refusal.facts == {"question": missing}
