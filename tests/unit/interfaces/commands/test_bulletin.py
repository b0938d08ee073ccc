"""The commands print what was issued and what was signed, by names people type."""

from io import BytesIO

import docx
import pytest
from click.testing import CliRunner

from fangxian.capabilities.daily_return import actions
from fangxian.interfaces.commands import bulletin, report
from fangxian.mechanisms.journal.models import Tally
from tests.unit.capabilities.daily_return.days import NEXT_MORNING, adopt, sign
from tests.worlds import TODAY


@pytest.fixture
def issued(world):
    """The district's bulletin of today, with one return made."""
    adopt(world)
    sign(world)
    by = world.actor("district")
    return actions.compose_bulletin(area=by.unit, day=TODAY, by=by, at=NEXT_MORNING)


def run(command, *arguments):
    return CliRunner().invoke(command.command, [str(one) for one in arguments])


@pytest.mark.usefixtures("issued")
def test_a_bulletin_is_printed_as_text():
    result = run(bulletin, "二七区", TODAY)

    assert result.exit_code == 0
    assert "疫情防控督查通报\n第 1 期\n" in result.output
    assert "\n未报单位：福华街街道、" in result.output


@pytest.mark.usefixtures("issued")
def test_a_bulletin_is_written_as_docx(tmp_path):
    file = tmp_path / "bulletin.docx"

    run(bulletin, "二七区", TODAY, "--as", "docx", "--out", file)

    written = docx.Document(BytesIO(file.read_bytes()))
    assert written.paragraphs[0].text == "疫情防控督查通报"


@pytest.mark.usefixtures("issued")
def test_a_bulletin_is_written_as_html_in_english():
    result = run(bulletin, "二七区", TODAY, "--as", "html", "--language", "en")

    assert "Epidemic Control Supervision Bulletin" in result.output


def test_without_an_area_the_issued_ones_are_listed(issued):
    result = run(bulletin)

    assert result.output == f"{TODAY}  二七区  1  {issued.digest[:12]}\n"


@pytest.mark.usefixtures("issued")
@pytest.mark.parametrize("area", ["管城回族区", "二七区/没有的街道"])
def test_what_was_not_issued_is_said(area):
    result = run(bulletin, area, TODAY)

    assert result.exit_code == 1
    assert result.output.startswith("Error: ")


@pytest.mark.usefixtures("issued")
def test_a_return_is_printed_with_the_units_that_made_none():
    result = run(report, "二七区/福华街街道/福华社区", TODAY)

    assert result.exit_code == 0
    assert "场所总数" in result.output
    street = run(report, "二七区/福华街街道", TODAY).output
    assert "no return for 2020-11-09" in street
    assert "missing  二七区 › 福华街街道 › 建中社区" in street
    assert "福华社区" not in street


@pytest.mark.usefixtures("issued")
def test_a_recount_fails_where_a_counter_was_changed():
    assert run(report, "二七区", TODAY, "--recount").exit_code == 0
    Tally.objects.filter(measure="report.attested").update(n=5)

    result = run(report, "二七区", TODAY, "--recount")

    assert result.exit_code == 1
    assert "report.attested daily" in result.output
