"""The whole month of Erqi prints every figure of its source."""

import datetime as dt

import pytest

from fangxian.capabilities.daily_return.rules import BULLETIN
from fangxian.capabilities.home_watch.queries import watches
from fangxian.interfaces.commands.replay import figures
from fangxian.interfaces.commands.replay.script import read_script
from fangxian.kernel.moments import at_time
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.journal.verification import verify
from fangxian.mechanisms.jurisdiction.queries import descendants
from fangxian.mechanisms.ledger.people.queries import count_people, doors
from fangxian.mechanisms.ledger.queries import places
from fangxian.mechanisms.report.queries import bulletins, returns
from fangxian.mechanisms.restriction.queries import waiting
from tests.integration.playing import MONTH, played


DAYS, UNITS = 30, 193
LAST_DAY = dt.date(2020, 11, 30)


@pytest.mark.slow
@pytest.mark.django_db
def test_the_month_prints_every_figure_of_its_source():
    stage = played(MONTH).stage

    lines = figures.compute(read_script(MONTH))

    assert [line.figure.wording for line in lines if not line.holds] == []
    assert len(lines) == 13
    silent = 13  # listed in events/10-returns.yaml
    assert returns(EVERYWHERE, layout="daily").count() == DAYS * UNITS - silent
    assert bulletins(EVERYWHERE, layout=BULLETIN).count() == DAYS
    assert places(EVERYWHERE).count() == 420
    assert 15_900 < count_people(stage.area("二七区")) < 16_200
    assert 5_900 < doors(EVERYWHERE).count() < 6_150
    assert places(EVERYWHERE).values("kind").distinct().order_by().count() == 20
    still = watches(EVERYWHERE, at_time(LAST_DAY, dt.time(18, 5)))
    assert still.exists()
    assert not still.filter(area__in=descendants(stage.area("福华街街道"))).exists()
    assert waiting(EVERYWHERE).exists()
    assert verify().clean
