"""What the database itself refuses, whoever writes to it and however."""

from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from fangxian.mechanisms.finding.models import Attempt, Finding
from tests.unit.mechanisms.finding.conftest import NOON, TOMORROW


SOMEBODY = UUID(int=99)


def force(finding, **columns):
    """Write columns past every rule, as someone with the database's password would."""
    names = ", ".join(f"{name} = %s" for name in columns)
    values = [connection.ops.adapt_unknown_value(v) for v in columns.values()]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE finding_finding SET {names} WHERE id = %s",  # noqa: S608 -- names are written here
            [*map(_spelled, values), finding.pk],
        )


def _spelled(value):
    if isinstance(value, UUID) and connection.vendor == "sqlite":
        return value.hex
    return b"" if value == "" else value  # no words are no bytes


def stays(finding, constraint, **columns):
    with pytest.raises(IntegrityError, match=constraint):
        force(finding, **columns)
    before = Finding.objects.values().get(pk=finding.pk)
    finding.refresh_from_db()
    assert before == {key: getattr(finding, key) for key in before}


CLOSED = {"state": "confirmed", "confirmed_at": NOON}


def test_an_honest_closing_passes(rectified):
    force(rectified(), **CLOSED, confirmed_by=SOMEBODY)


def test_the_rectifier_cannot_be_written_as_confirmer(rectified):
    finding = rectified()
    stays(
        finding,
        "finding_confirmer_is_independent",
        **CLOSED,
        confirmed_by=finding.rectified_by,
    )


def test_who_reported_it_done_cannot_be_written_as_confirmer(rectified):
    finding = rectified()
    force(finding, reported_by=SOMEBODY)
    stays(finding, "finding_confirmer_is_independent", **CLOSED, confirmed_by=SOMEBODY)


def test_the_person_responsible_cannot_be_written_as_confirmer(rectified):
    finding = rectified()
    stays(
        finding,
        "finding_confirmer_is_independent",
        **CLOSED,
        confirmed_by=finding.responsible,
    )


@pytest.mark.parametrize(
    "missing", [{"confirmed_by": SOMEBODY, "state": "confirmed"}, CLOSED]
)
def test_a_closing_names_who_and_when(rectified, missing):
    stays(rectified(), "finding_confirmed_names_who_and_when", **missing)


def test_an_open_finding_has_no_confirmer(rectified):
    stays(
        rectified(),
        "finding_confirmed_names_who_and_when",
        confirmed_by=SOMEBODY,
        confirmed_at=NOON,
    )


def test_rectified_names_by_whom(raised):
    stays(raised(), "finding_rectified_names_who_and_when", state="rectified")


@pytest.mark.parametrize("column", ["rectified_by", "reported_by", "rectified_at"])
def test_nobody_can_be_cut_out_of_a_rectification(rectified, column):
    stays(rectified(), "finding_rectified_names_who_and_when", **{column: None})


def test_no_finding_is_closed_without_being_put_right(raised):
    stays(
        raised(),
        "finding_rectified_names_who_and_when",
        **CLOSED,
        confirmed_by=SOMEBODY,
    )


def test_a_withdrawal_says_who_when_and_why(raised):
    finding = raised()
    gone = {"state": "withdrawn", "withdrawn_by": SOMEBODY, "withdrawn_at": NOON}

    stays(finding, "finding_withdrawn_names_who_when_and_why", **gone, reason="")
    stays(finding, "finding_withdrawn_names_who_when_and_why", state="withdrawn")
    force(finding, **gone, reason="Wrong shop")


def test_the_person_responsible_cannot_be_written_as_withdrawing(raised):
    finding = raised()
    stays(
        finding,
        "finding_not_withdrawn_by_responsible",
        state="withdrawn",
        withdrawn_by=finding.responsible,
        withdrawn_at=NOON,
        reason="Nothing",
    )


def test_a_finding_says_what_and_until_when(raised):
    finding = raised()
    stays(finding, "finding_says_what_and_until_when", text="")
    stays(finding, "finding_says_what_and_until_when", deadline_at=NOON)


def test_an_item_of_a_subject_lives_once(raised):
    raised()
    other = raised(item="six_haves/supplies")

    with pytest.raises(IntegrityError):
        force(other, item="six_haves/disinfection")


def test_an_attempt_is_sent_back_by_another_who_says_why(rectified):
    [attempt] = Attempt.objects.filter(finding=rectified())

    for wrong in (
        {"sent_back_by": attempt.rectified_by, "sent_back_reason": "x"},
        {"sent_back_by": attempt.reported_by, "sent_back_reason": "x"},
        {"sent_back_by": SOMEBODY, "sent_back_reason": ""},
        {"sent_back_by": None, "sent_back_reason": "x"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Attempt.objects.filter(pk=attempt.pk).update(sent_back_at=TOMORROW, **wrong)


def test_only_one_attempt_stands_at_a_time(rectified):
    [attempt] = Attempt.objects.filter(finding=rectified())
    attempt.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        attempt.save()
