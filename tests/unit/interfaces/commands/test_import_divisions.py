import csv

import pytest
from click.testing import CliRunner

from fangxian.interfaces.commands.main import fangxian
from fangxian.mechanisms.jurisdiction.models import Area
from tests.divisions import FILES, write_country


pytestmark = pytest.mark.django_db


def run(*arguments):
    return CliRunner().invoke(fangxian, ["import", "divisions", *map(str, arguments)])


def test_import_lists_divisions_among_the_kinds_of_list():
    listed = CliRunner().invoke(fangxian, ["import", "--help"])

    assert "divisions" in listed.output
    assert "import-divisions" not in CliRunner().invoke(fangxian, ["--help"]).output


def test_the_four_files_of_a_country_go_in_with_one_command(tmp_path):
    sizes = write_country(tmp_path, cities=1, areas=2, streets=2, villages=8)

    done = run(
        *(tmp_path / name for name in FILES),
        "--on",
        "2020-06-30",
        "--source",
        "made up",
    )

    assert done.exit_code == 0, done.output
    assert "villages.csv: 8 added, 0 known, 0 refused" in done.output
    assert Area.objects.count() == sum(sizes.values())


def test_refused_rows_are_told_and_end_the_command_with_one(tmp_path):
    write_country(tmp_path, cities=1, areas=1, streets=1, villages=3)

    done = run(
        tmp_path / "cities.csv", tmp_path / "villages.csv", "--source", "made up"
    )

    assert done.exit_code == 1
    assert "villages.csv · 2 · The area 110101001" in done.output
    assert Area.objects.count() == 1


def test_refused_rows_may_be_written_to_a_file(tmp_path):
    write_country(tmp_path, cities=1, areas=1, streets=1, villages=3)

    done = run(
        tmp_path / "villages.csv",
        "--source",
        "made up",
        "--faults",
        tmp_path / "faults.csv",
    )

    assert done.exit_code == 1
    with (tmp_path / "faults.csv").open(encoding="utf-8", newline="") as file:
        told = list(csv.reader(file))
    assert [row[:2] for row in told] == [
        ["villages.csv", "2"],
        ["villages.csv", "3"],
        ["villages.csv", "4"],
    ]
    assert all(sentence and remedy for _, _, sentence, remedy in told)
