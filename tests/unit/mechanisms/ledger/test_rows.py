"""What becomes of the rows of a file."""

import dataclasses

import pytest

from fangxian.kernel.scopes import EVERYWHERE, Scope
from fangxian.mechanisms.ledger import rows, rules
from fangxian.mechanisms.ledger.duplicates import Ground, Spot
from fangxian.mechanisms.ledger.rows import KnownPlace, Row, Terms, sort_rows
from fangxian.mechanisms.ledger.rules import Details
from tests.unit.mechanisms.ledger.ledgers import legal_code


HERE, ELSEWHERE = 1, 2
TERMS = Terms(
    areas=frozenset({HERE}), kinds=frozenset({"hotel", "clinic"}), scope=EVERYWHERE
)
KNOWN = KnownPlace(
    Spot(70, HERE, "hotel", "福华宾馆", legal_code(1)), "福华宾馆", "福华街1号", 70
)


def row(number, name, **said):
    details = {"kind": "hotel", "area": HERE, **said}
    return Row(number, (name,), Details(name=name, **details))


def sort(*listed, known=(), terms=TERMS):
    return sort_rows(listed, known=known, terms=terms)


def codes(sorting):
    return [(bad.number, bad.code) for bad in sorting.refused]


def test_good_rows_go_in_with_their_details_tidied():
    sorting = sort(row(2, " 福华 宾馆", telephone="138 1234 5678"))

    [new] = sorting.new
    assert new.details.name == "福华 宾馆"
    assert new.details.telephone == "13812345678"
    assert (sorting.known, sorting.refused, sorting.alike) == ([], [], [])


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"kind": "castle"}, rules.KIND_UNKNOWN),
        ({"area": ELSEWHERE}, rules.AREA_ELSEWHERE),
        ({"uscc": "1"}, rules.CODE_LENGTH),
        ({"telephone": "1"}, rules.TELEPHONE_WRONG),
    ],
)
def test_a_bad_row_is_listed_and_its_neighbours_go_in(said, kind):
    sorting = sort(row(2, "甲宾馆"), row(3, "乙宾馆", **said), row(4, "丙宾馆"))

    assert [new.number for new in sorting.new] == [2, 4]
    assert codes(sorting) == [(3, kind.code)]
    assert sorting.refused[0].cells == ("乙宾馆",)


def test_a_department_takes_in_its_own_kinds_only():
    department = dataclasses.replace(
        TERMS, scope=Scope(roots=frozenset({HERE}), kinds=frozenset({"clinic"}))
    )

    sorting = sort(row(2, "甲"), row(3, "乙", kind="clinic"), terms=department)

    assert [new.number for new in sorting.new] == [3]
    assert codes(sorting) == [(2, "ledger.not_your_kind")]


def test_the_second_of_two_equal_rows_is_refused_and_names_the_first():
    sorting = sort(row(2, "福华宾馆"), row(3, "福华宾馆有限公司"))

    assert [new.number for new in sorting.new] == [2]
    assert codes(sorting) == [(3, "ledger.same_as_row")]
    assert sorting.refused[0].facts == {"row": 2}


def test_a_bad_row_does_not_stand_in_the_way_of_its_corrected_twin():
    sorting = sort(row(2, "福华宾馆", uscc="1"), row(3, "福华宾馆"))

    assert [new.number for new in sorting.new] == [3]


def test_a_known_place_is_not_added_and_what_differs_is_named():
    sorting = sort(row(2, "福华宾馆", address="福华街2号"), known=[KNOWN])

    assert sorting.new == []
    assert sorting.known == [rows.KnownRow(2, 70, ("address",))]


def test_a_known_place_is_found_by_its_code_though_its_kind_is_said_otherwise():
    sorting = sort(row(2, "福华宾馆", kind="clinic", uscc=legal_code(1)), known=[KNOWN])

    assert sorting.known == [rows.KnownRow(2, 70, ("kind",))]


def test_a_row_about_a_merged_duplicate_is_about_its_survivor():
    merged = dataclasses.replace(
        KNOWN, spot=dataclasses.replace(KNOWN.spot, id=71), survivor=70
    )

    assert sort(row(2, "福华宾馆"), known=[merged]).known[0].place == 70


def test_a_known_place_under_another_code_is_a_question_for_a_person():
    sorting = sort(row(2, "福华宾馆", uscc=legal_code(2)), known=[KNOWN])

    assert codes(sorting) == [(2, "ledger.other_code")]
    assert sorting.refused[0].facts == {
        "name": "福华宾馆",
        "place": 70,
        "known": legal_code(1),
        "code": legal_code(2),
    }


def test_what_looks_like_a_known_place_goes_in_and_is_named():
    sorting = sort(row(2, "福华街宾馆"), known=[KNOWN])

    assert [new.number for new in sorting.new] == [2]
    [alike] = sorting.alike
    assert (alike.row, alike.candidate.earlier) == (2, 70)
    assert alike.candidate.ground is Ground.NEAR_NAME


def test_what_looks_like_an_earlier_row_is_named_by_that_row():
    sorting = sort(row(2, "福华宾馆"), row(3, "福华街宾馆"))

    assert sorting.alike[0].candidate.earlier == -2
