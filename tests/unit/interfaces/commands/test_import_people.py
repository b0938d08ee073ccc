"""``fangxian import people``: what it prints, how it ends, who answers for it."""

import json

import pytest
from click.testing import CliRunner

from fangxian.capabilities.enrolment.models import Arrival
from fangxian.interfaces.commands.main import fangxian
from fangxian.interfaces.imports.tables import read_table
from fangxian.kernel.actors import Role
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.situation import start_situation
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.ledger.models import Person
from tests.packs import adopted
from tests.people import PEOPLE
from tests.unit.mechanisms.ledger.people.folk import number
from tests.worlds import NOON, fill_post


LIST = f"""姓名,身份证号,联系电话,社区,来源地,离开日期,返郑日期
赵一,{number(401)},10000000001,福华社区,天津市滨海新区汉沽街,2020-11-07,2020-11-08
钱二,{number(402)},10000000002,福华社区,,2020-11-07,2020-11-08
"""


@pytest.fixture
def file(world, settings, tmp_path):
    settings.FANGXIAN_DATA = tmp_path
    start_situation(tmp_path, scenario="test", at=NOON)
    adopted("covid19-cn", world["city"])
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="gb18030")
    return path


def run(*arguments):
    said = ["import", "people", *map(str, arguments)]
    return CliRunner().invoke(fangxian, said, catch_exceptions=True)


def test_people_are_taken_in_and_the_holder_answers_for_the_list(file, world):
    done = run(file, "--as", world.posts["community"])

    assert done.exit_code == 0
    assert "2 added, 0 known, 0 refused" in done.output
    entry = Entry.objects.get(event="ledger.people_taken")
    assert entry.person == PEOPLE["community"]
    assert entry.device == "command"
    assert Arrival.objects.count() == 0


def test_with_a_source_journeys_are_registered_and_bad_rows_told(file, world):
    post = world.posts["community"]

    done = run(file, "--as", post, "--source", "checkpoint")

    assert done.exit_code == 1
    assert "journeys: 1 registered, 0 joined, 0 repeated" in done.output
    assert "row 3: The cell 来源地 is empty." in done.output
    assert Arrival.objects.count() == 1
    again = run(file, "--as", post, "--source", "checkpoint")
    assert "journeys: 0 registered, 0 joined, 1 repeated" in again.output


def test_json_tells_the_same(file, world):
    told = run(
        file, "--as", world.posts["community"], "--source", "checkpoint", "--json"
    )

    said = json.loads(told.output)
    assert (said["added"], said["journeys"]["registered"]) == (1, 1)
    assert [row["row"] for row in said["refused"]] == [3]


def test_the_refused_rows_are_written_to_be_corrected(file, world, tmp_path):
    out = tmp_path / "refused.xlsx"
    post = world.posts["community"]

    run(file, "--as", post, "--source", "checkpoint", "--refused", out)

    assert out.stat().st_mode & 0o077 == 0
    _headings, row = read_table(out.read_bytes())
    assert row[0] == "钱二"


def test_an_area_may_be_named(file, world):
    done = run(file, "--as", world.posts["street"], "--area", "410103009001")

    assert done.exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--as", "grid"), "ledger.not_yours_to_register"),
        (("--as", "community", "--area", "999999"), "imports.no_such_area"),
        (("--as", "community", "--area", "410104"), "jurisdiction.out_of_reach"),
    ],
)
def test_a_refused_list_takes_nobody_in(file, world, arguments, code):
    said = [world.posts.get(one, one) for one in arguments]

    done = run(file, *said)

    assert isinstance(done.exception, Refusal)
    assert done.exception.kind.code == code
    assert Person.objects.count() == 0


def test_a_vacant_post_brings_nothing(file, world):
    vacant = fill_post(world["community"], Role.COMMUNITY, "社区主任")

    done = run(file, "--as", vacant)

    assert done.exception.kind.code == "imports.post_vacant"
