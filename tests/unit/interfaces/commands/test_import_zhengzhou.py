import pytest
from click.testing import CliRunner

from fangxian.interfaces.commands.main import fangxian
from fangxian.mechanisms.jurisdiction.models import Area


pytestmark = pytest.mark.django_db


def test_the_divisions_that_ship_go_in_and_the_unresolved_are_printed():
    done = CliRunner().invoke(fangxian, ["import", "zhengzhou", "--district", "410103"])

    assert done.exit_code == 0, done.output
    assert "not known what continues: 410103006008 二环道东社区" in done.output
    assert Area.objects.filter(valid_until=None, level="3-street").count() == 16


def test_later_vintages_may_be_left_out():
    CliRunner().invoke(
        fangxian,
        ["import", "zhengzhou", "--district", "410103", "--until", "2020-12-31"],
    )

    assert Area.objects.get(code="410103002").valid_until is None
