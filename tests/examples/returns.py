"""Returns and bulletins: signed, restated, missing; the district's bulletin."""

import datetime as dt

from fangxian.capabilities.daily_return import actions
from fangxian.mechanisms.finding.actions import raise_finding
from fangxian.mechanisms.report import actions as report
from tests.examples import Example, Made
from tests.worlds import NOON, TODAY, World


HOUR = dt.timedelta(hours=1)
YESTERDAY = TODAY - dt.timedelta(days=1)
PROBLEM = "三消杀记录缺两日"


def _return(made: Made) -> list[int]:
    return [made["return"]]


def _unit(made: Made) -> list[str]:
    del made
    return ["福华社区"]


def _street(made: Made) -> list[str]:
    del made
    return ["福华街街道"]


def _bulletin(made: Made) -> list[int]:
    return [made["bulletin"]]


def _problem(made: Made) -> list[str]:
    del made
    return [PROBLEM]


DISTRICTS = ("charlie", "district_next_door")

EXAMPLES = {
    "returns": Example(canaries=_unit),
    "returns_timeliness": Example(canaries=_unit),
    "return": Example(args=_return, canaries=_unit),
    "return_figure": Example(
        args=lambda made: [made["return"], "findings_raised"], canaries=_problem
    ),
    "return_sign": Example(who="alice", query=f"day={TODAY}", canaries=_street),
    "return_restate": Example(who="community", args=_return, canaries=_unit),
    "bulletins": Example(
        who="district",
        canaries=lambda made: [made["bulletin_digest"]],
        strangers=DISTRICTS,
    ),
    "bulletin": Example(
        who="district", args=_bulletin, canaries=_problem, strangers=DISTRICTS
    ),
    "bulletin_docx": Example(
        who="district",
        args=_bulletin,
        post_only=True,
        same_for_all="a file, and its scope is tested with the pages of bulletins",
    ),
    "bulletin_new": Example(who="district", post_only=True, canaries=_problem),
    "bulletin_correct": Example(
        who="district", args=_bulletin, post_only=True, canaries=_problem
    ),
}


def make(world: World, made: Made) -> None:
    """Sign yesterday and today, restate one, and issue the district's bulletin."""
    for who in ("community", "alice", "district"):
        _sign(world, who, YESTERDAY, NOON - 20 * HOUR)
    report.freeze_due(at=NOON - 12 * HOUR)
    returned = _sign(world, "community", TODAY, NOON - 3 * HOUR)
    raise_finding(
        subject=f"place:{made['place']}",
        kind="hotel",
        area=world["grid"],
        item="patrol/disinfected",
        text=PROBLEM,
        severity="major",
        deadline_at=NOON + 6 * HOUR,
        by=world.actor("bob"),
        at=NOON - 2 * HOUR,
    )
    report.restate(
        returned,
        reason="签报后督查又发现一件",
        by=world.actor("community"),
        at=NOON - HOUR,
    )
    by = world.actor("district")
    bulletin = actions.compose_bulletin(area=by.unit, day=TODAY, by=by, at=NOON)  # type: ignore[arg-type] -- the district's post has a unit
    made["return"] = returned
    made["bulletin"] = bulletin.pk
    made["bulletin_digest"] = bulletin.digest[:12]


def _sign(world: World, who: str, day: dt.date, at: dt.datetime) -> int:
    by = world.actor(who)
    assert by.unit is not None
    said = "已督促整改"
    signed = actions.attest_daily(
        area=by.unit, day=day, zero=False, happened=said, by=by, at=at
    )
    return signed.pk
