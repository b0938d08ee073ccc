"""``fangxian import places``: what it prints and how it ends."""

import json

import pytest
from click.testing import CliRunner

from fangxian.interfaces.commands.main import fangxian
from fangxian.interfaces.imports.tables import read_table
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.ledger.models import Place
from tests.unit.mechanisms.ledger.ledgers import KINDS, declare


LIST = """单位名称,类别,社区
福华宾馆,宾馆酒店,福华社区
建中宾馆,宾馆酒家,建中社区
"""
STREET = "410103009"


@pytest.fixture
def file(world, tmp_path):  # noqa: ARG001 -- the areas must be there
    for code in KINDS:
        declare(code)
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="gb18030")
    return path


def run(*arguments):
    said = ["import", "places", *map(str, arguments)]
    return CliRunner().invoke(fangxian, said, catch_exceptions=True)


def test_it_prints_counts_and_each_bad_row_and_ends_with_one(file):
    done = run(file, "--area", STREET)

    assert done.exit_code == 1
    assert done.output.splitlines()[0].endswith(
        "1 added, 0 known, 1 refused, 0 look like another place"
    )
    assert "row 3: There is no kind of place called 宾馆酒家" in done.output
    assert Place.objects.get().name == "福华宾馆"


def test_a_list_without_faults_ends_with_zero(file):
    file.write_text(LIST.replace("酒家", "酒店"), encoding="utf-8")

    assert run(file, "--area", STREET).exit_code == 0
    again = run(file, "--area", STREET)
    assert again.exit_code == 0
    assert "0 added, 2 known, 0 refused" in again.output


@pytest.mark.parametrize("name", ["refused.csv", "refused.xlsx"])
def test_the_refused_rows_are_written_to_be_corrected(file, tmp_path, name):
    run(file, "--area", STREET, "--refused", tmp_path / name)

    headings, row = read_table((tmp_path / name).read_bytes())
    assert headings == ("单位名称", "类别", "社区", "row", "reason", "remedy")
    assert row[:4] == ("建中宾馆", "宾馆酒家", "建中社区", "3")


def test_it_prints_one_json_object(file):
    done = run(file, "--area", STREET, "--json")

    told = json.loads(done.output)
    assert (len(told["added"]), told["known"]) == (1, [])
    assert [row["row"] for row in told["refused"]] == [3]


def test_an_unknown_area_is_a_refusal(file):
    done = run(file, "--area", "999999")

    assert isinstance(done.exception, Refusal)
    assert done.exception.kind.code == "imports.no_such_area"
    assert Place.objects.count() == 0
