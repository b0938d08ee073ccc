"""Decision 4, rule by rule, on lists small enough to read."""

import datetime as dt

from fangxian.interfaces.imports.vintages import Correction, compare


NORTH, SOUTH = "410103001", "410103002"
STREETS = {NORTH: "北街道", SOUTH: "南街道"}
DAY = dt.date(2020, 6, 30)


def village(street, number):
    return f"{street}{number:03d}"


A1, A2, A3 = (village(NORTH, number) for number in (1, 2, 3))
B1, B2 = (village(SOUTH, number) for number in (1, 2))


def became(before, after, *corrections):
    """Compare lists of communities below the two streets; corrections are pairs."""
    rows = [Correction(old, new, DAY, "a decree") for old, new in corrections]
    return compare(STREETS | before, STREETS | after, rows)


def test_the_same_name_under_the_same_parent_is_the_same_area():
    found = became({A1: "东社区"}, {A2: "东社区"})

    assert found.same[A1] == A2
    assert (found.unresolved, found.begun) == ([], [])


def test_the_same_code_with_another_name_is_a_rename():
    found = became({A1: "东社区"}, {A1: "西社区"})

    assert found.same[A1] == A1


def test_it_is_no_rename_when_a_sibling_took_the_name():
    found = became({A1: "东社区", A2: "西社区"}, {A1: "西社区", A3: "新社区"})

    assert found.same[A2] == A1
    assert A1 not in found.same
    assert (found.unresolved, found.begun) == ([A1], [A3])


def test_it_is_no_rename_when_the_name_went_to_another_street():
    found = became({A1: "东社区"}, {A1: "西社区", B1: "东社区"})

    assert (found.unresolved, found.begun) == ([A1], [A1, B1])


def test_it_is_no_rename_when_the_name_came_from_another_street():
    found = became({A1: "东社区", B1: "西社区"}, {A1: "西社区"})

    assert (found.unresolved, found.begun) == ([A1, B1], [A1])


def test_the_same_name_under_another_parent_is_not_guessed():
    found = became({A1: "东社区"}, {B1: "东社区"})

    assert (found.unresolved, found.begun) == ([A1], [B1])


def test_a_reviewed_row_moves_it():
    found = became({A1: "东社区"}, {B1: "东社区"}, (A1, B1))

    assert found.moved == {A1: B1}
    assert (found.unresolved, found.begun) == ([], [])


def test_a_reviewed_row_goes_before_the_code():
    found = became({A1: "东社区"}, {A1: "他社区", A2: "东苑社区"}, (A1, A2))

    assert found.same[A1] == A2
    assert found.begun == [A1]


def test_two_rows_to_one_area_are_a_merge():
    found = became({A1: "东社区", A2: "西社区"}, {A3: "大社区"}, (A1, A3), (A2, A3))

    assert found.ended == {A1: (A3,), A2: (A3,)}
    assert found.begun == [A3]


def test_a_row_to_an_area_that_stands_is_a_merge_into_it():
    found = became({A1: "东社区", A2: "西社区"}, {A2: "西社区"}, (A1, A2))

    assert found.ended == {A1: (A2,)}
    assert found.same[A2] == A2


def test_two_rows_from_one_area_are_a_split():
    found = became({A1: "东社区"}, {A2: "东一社区", A3: "东二社区"}, (A1, A2), (A1, A3))

    assert found.ended == {A1: (A2, A3)}
    assert found.begun == [A2, A3]


def test_a_row_without_a_successor_says_that_it_ended():
    found = became({A1: "东社区"}, {}, (A1, ""))

    assert found.ended == {A1: ()}
    assert found.unresolved == []


def test_rows_about_other_lists_are_left_out():
    found = became({A1: "东社区"}, {A1: "东社区"}, (B1, B2), (B1, ""), ("", B2))

    assert found.same[A1] == A1
    assert found.ended == {}


def test_communities_follow_their_street_to_its_new_code():
    before = {NORTH: "北街道", A1: "东社区"}
    after = {SOUTH: "北街道", B1: "东社区", NORTH: "他街道", A1: "他社区"}

    found = compare(before, after, [])

    assert found.same == {NORTH: SOUTH, A1: B1}
    assert found.begun == [NORTH, A1]


def test_two_streets_may_change_codes():
    before = {NORTH: "北街道", A1: "东社区", SOUTH: "南街道", B1: "西社区"}
    after = {SOUTH: "北街道", B1: "东社区", NORTH: "南街道", A1: "西社区"}

    assert compare(before, after, []).same == {
        NORTH: SOUTH,
        SOUTH: NORTH,
        A1: B1,
        B1: A1,
    }
