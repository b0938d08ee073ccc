import pytest

from fangxian.mechanisms.protocol.rehearsal import rehearse
from tests.packs import PROTOCOLS, pack_of
from tests.unit.mechanisms.protocol.libraries import library


SHIPPED = sorted(folder.name for folder in PROTOCOLS.iterdir() if folder.is_dir())


def cases():
    return [
        pytest.param(rehearsed, id=f"{name}: {rehearsed.case.title.en}")
        for name in SHIPPED
        for rehearsed in rehearse(pack_of(name))
    ]


@pytest.mark.parametrize("rehearsed", cases())
def test_every_case_of_every_pack_holds(rehearsed):
    assert rehearsed.differences == ()
    assert rehearsed.holds


def test_every_clause_of_routine_is_in_a_case_or_spread_over_days():
    named = {
        expected.clause
        for case in pack_of("routine").cases
        for expected in getattr(case, "expected", ())
    }
    spread = {
        clause.code for clause in pack_of("routine").clauses if clause.cadence.spread
    }

    assert {one.code for one in pack_of("routine").clauses} == named | spread


def failing(path, value):
    [failed] = [one for one in rehearse(library(path, value)) if not one.holds]
    return failed.differences


def test_a_duty_at_another_time_is_both_missing_and_surplus():
    assert failing(("clauses", 0, "windows", 0, "due"), "16:00") == (
        (
            "expected, but did not follow:"
            " read_shelves due 2020-11-01 09:00 UTC by grid_worker"
        ),
        (
            "followed, but was not expected:"
            " read_shelves due 2020-11-01 08:00 UTC by grid_worker"
        ),
    )


def test_a_duty_of_another_post_is_a_difference():
    told = failing(("clauses", 0, "roles"), ["community"])

    assert told[1].endswith("by community")


def test_a_finding_of_another_severity_is_a_difference():
    path = ("forms", 0, "questions", 2, "finding", "severity")

    assert failing(path, "minor") == (
        "expected, but did not follow: torn is major",
        "followed, but was not expected: torn is minor",
    )


def test_answers_that_are_taken_where_they_should_be_refused():
    path = ("cases", 7, "answers", "torn")

    assert failing(path, 2) == ("expected, but did not follow: torn refused",)


def test_answers_that_are_refused_where_they_should_be_taken():
    path = ("cases", 6, "answers", "torn")

    assert failing(path, 41) == ("followed, but was not expected: torn refused",)
