"""The whole month of Erqi prints every figure of its source."""

import pytest

from fangxian.capabilities.daily_return.rules import BULLETIN
from fangxian.interfaces.commands.replay import figures
from fangxian.interfaces.commands.replay.script import read_script
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.journal.verification import verify
from fangxian.mechanisms.ledger.queries import places
from fangxian.mechanisms.report.queries import bulletins, returns
from tests.integration.playing import MONTH, played


DAYS, UNITS = 30, 193


@pytest.mark.slow
@pytest.mark.django_db
def test_the_month_prints_every_figure_of_its_source():
    played(MONTH)

    lines = figures.compute(read_script(MONTH))

    assert [line.figure.wording for line in lines if not line.holds] == []
    assert len(lines) == 9
    silent = 13  # listed in events/10-returns.yaml
    assert returns(EVERYWHERE, layout="daily").count() == DAYS * UNITS - silent
    assert bulletins(EVERYWHERE, layout=BULLETIN).count() == DAYS
    assert places(EVERYWHERE).count() == 420
    assert places(EVERYWHERE).values("kind").distinct().order_by().count() == 20
    assert verify().clean
