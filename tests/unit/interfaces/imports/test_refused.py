"""The file of refused rows: complete, and harmless in a spreadsheet."""

import csv
import io
from types import SimpleNamespace

import pytest

from fangxian.interfaces.imports import refused
from fangxian.interfaces.imports.tables import read_table
from fangxian.kernel.identifiers import tidy
from fangxian.mechanisms.ledger.rules import PLACE_UNKNOWN


FORMULAS = [
    f"{sign}{rest}"
    for sign in "=+-@\t\r＝＋－＠"
    for rest in ("cmd|' /C calc'!A0", "1+1", "", "SUM(A1)")
]
FORMULAS += [" =1+1", "\u3000＝1+1", "\n=1"]


@pytest.mark.parametrize("cell", FORMULAS)
def test_every_cell_that_would_calculate_is_neutral(cell):
    assert refused.neutral(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "福华宾馆", "138-1234", "a=b", "1-2", "'x"])
def test_every_other_cell_is_left_alone(cell):
    assert refused.neutral(cell) == cell


@pytest.mark.parametrize("write", [refused.as_csv, refused.as_xlsx])
def test_no_cell_of_an_export_calculates_and_reading_it_gives_the_cell_again(write):
    cells = [cell for cell in FORMULAS if tidy(cell)]
    lines = list(
        refused.to_correct(cells, [refused.Explained(1, tuple(cells), ("=x",), ())])
    )

    content = write(lines)

    assert all(cell.startswith("'") for cell in lines[0][: len(cells)])
    [headings, row] = read_table(content)
    assert headings[: len(cells)] == tuple(" ".join(cell.split()) for cell in cells)
    assert row == (*headings[: len(cells)], "1", "=x", "")


def test_a_csv_begins_with_a_mark_so_that_spreadsheets_show_chinese():
    content = refused.as_csv([["福华"]])

    assert content.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(content.decode("utf-8-sig")))) == [["福华"]]


def test_a_row_with_two_faults_is_told_both_in_the_readers_language():
    faults = [
        SimpleNamespace(number=7, code="ledger.name_missing", facts={}, cells='["a"]'),
        SimpleNamespace(
            number=7, code="ledger.kind_unknown", facts={"kind": "x"}, cells='["a"]'
        ),
    ]
    chinese = {"There is no kind of place called {kind}.": "没有“{kind}”这类场所。"}

    [row] = refused.explain(faults, translate=lambda text: chinese.get(text, text))

    assert (row.number, row.cells) == (7, ("a",))
    assert row.reasons == ("A place needs a name.", "没有“x”这类场所。")


def test_every_refusal_of_a_row_is_in_the_catalogue():
    assert refused.CATALOGUE[PLACE_UNKNOWN.code] is PLACE_UNKNOWN
    assert {code.partition(".")[0] for code in refused.CATALOGUE} == {
        "enrolment",
        "home_watch",
        "imports",
        "ledger",
        "restriction",
    }
