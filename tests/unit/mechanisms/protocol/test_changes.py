import pytest

from fangxian.mechanisms.protocol.changes import What, changes
from tests.unit.mechanisms.protocol.libraries import GONE, library


def between(path, value):
    return [str(one) for one in changes(library(), library(path, value))]


def test_equal_packs_do_not_differ():
    assert changes(library(), library()) == ()


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("pack", "version"), "2", ["pack/version: 1 → 2"]),
        (
            ("clauses", 0, "windows", 0, "due"),
            "16:00",
            ["clauses/read_shelves/windows/0/due: 17:00 → 16:00"],
        ),
        (
            ("parameters", 0, "values", 1, "value"),
            12,
            ["parameters/mend.hours/values/2020-11-15/value: 24 → 12"],
        ),
        (
            ("forms", 0, "questions", 1, "most"),
            300,
            ["forms/shelf_reading/questions/books/most: 400 → 300"],
        ),
        (
            ("kinds", "kinds", 1, "key"),
            True,
            ["kinds/kinds/reading_desk/key: added True"],
        ),
        (
            ("forms", 1, "questions", 3, "required"),
            False,
            ["forms/reminder/questions/at/required: added False"],
        ),
        (
            ("clauses", 4),
            GONE,
            ["clauses/branch_report: removed 分馆日报 (Daily report of a branch)"],
        ),
        (("texts",), GONE, ["texts: removed 催还通知 (Overdue notice)"]),
        (
            ("clauses", 0, "roles"),
            ["community"],
            [
                "clauses/read_shelves/roles/0: grid_worker → community",
                "clauses/read_shelves/roles/1: removed community",
            ],
        ),
        (
            ("clauses", 0, "windows", 0, "closes"),
            "18:00",
            [
                "clauses/read_shelves/windows/0/closes: parameter desk.closes → 18:00",
            ],
        ),
    ],
)
def test_a_change_is_told_by_the_codes_of_its_pieces(path, value, told):
    assert between(path, value) == told


def test_cases_are_no_rules():
    assert between(("cases",), GONE) == []


def test_the_order_of_pieces_is_no_change():
    old = library()
    turned = list(reversed(old.content["clauses"]))

    assert changes(old, library(("clauses",), turned)) == ()


def test_turned_round_what_was_removed_is_added():
    [removed] = changes(library(), library(("clauses", 4), GONE))
    [added] = changes(library(("clauses", 4), GONE), library())

    assert (removed.what, removed.new) == (What.REMOVED, "")
    assert (added.what, added.old) == (What.ADDED, "")
    assert removed.old == added.new
