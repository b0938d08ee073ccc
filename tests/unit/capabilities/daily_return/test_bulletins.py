"""A bulletin names unit, place, problem and deadline, and who did not return."""

import pytest

from fangxian.capabilities.daily_return import actions, rules
from fangxian.capabilities.daily_return.queries import get_paper
from fangxian.capabilities.daily_return.rendering.document import document_of
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.finding import actions as finding
from fangxian.mechanisms.report.models import Bulletin
from tests.unit.capabilities.daily_return.days import (
    EVENING,
    MIDNIGHT,
    MORNING,
    NEXT_MORNING,
    find,
    open_hotel,
    sign,
)
from tests.worlds import NOON, TODAY


def compose(city, who="district", *, at=NEXT_MORNING):
    by = city.actor(who)
    return actions.compose_bulletin(area=by.unit, day=TODAY, by=by, at=at)


def test_a_finding_is_named_by_unit_place_problem_and_deadline(city):
    found = find(city, open_hotel(city))

    [listed] = compose(city).content["findings"]

    assert listed == {
        "finding": found.pk,
        "unit": ["福华街街道", "福华社区", "第一网格"],
        "place": "永安宾馆",
        "problem": "消杀记录断档 2 天",
        "severity": listed["severity"],
        "raised": "2020-11-09T04:00:00+00:00",
        "deadline": "2020-11-09T10:00:00+00:00",
        "state": "overdue",
        "again": False,
    }
    assert set(listed["severity"]) == {"zh", "en"}


def test_what_was_found_of_somebody_at_home_is_not_told(city):
    """A bulletin is read and handed on by those who look after nobody."""
    finding.raise_finding(
        subject="restriction:1",
        kind="",
        area=city["grid"],
        item="health_record/temperature",
        text="体温达到发热标准",
        severity="grave",
        deadline_at=EVENING,
        by=city.actor("grid"),
        at=NOON,
    )

    bulletin = compose(city)

    [listed] = bulletin.content["findings"]
    assert (listed["place"], listed["problem"]) == ("", "")
    assert "体温" not in str(bulletin.content)
    for language, said in (("zh", "居家人员的问题"), ("en", "A problem of somebody")):
        shown = str(document_of(get_paper(bulletin.pk, EVERYWHERE), language))
        assert said in shown
        assert "体温" not in shown


def test_the_street_next_door_is_in_no_bulletin_of_this_one(city):
    find(city, open_hotel(city, "next_grid", "邻居宾馆"), who="charlie")

    content = compose(city).content

    assert content["findings"] == []
    assert content["figures"]["finding_raised"] == 0
    assert "管城" not in str(content)


def test_units_that_did_not_return_are_printed_by_name(city):
    sign(city)
    sign(city, "alice", at=EVENING)

    returns = compose(city).content["returns"]

    assert (returns["due"], returns["received"], returns["zero"]) == (6, 2, 2)
    assert returns["late"] == [["福华街街道"]]
    assert returns["missing"] == [
        ["福华街街道", "建中社区"],
        ["解放路街道"],
        ["解放路街道", "民主路社区"],
        ["解放路街道", "西陈庄社区"],
    ]


def test_figures_are_those_of_the_records(city):
    actions.issue_duties(day=TODAY, at=MORNING)
    sign(city)
    first = find(city, open_hotel(city))
    finding.withdraw(
        first.pk, reason="Wrong hotel", by=city.actor("district"), at=EVENING
    )

    figures = compose(city).content["figures"]

    assert figures["task_due"] == 7
    assert (figures["task_completed"], figures["task_open"]) == (1, 6)
    assert (figures["finding_raised"], figures["finding_withdrawn"]) == (1, 1)
    assert (figures["standing"], figures["overdue"]) == (0, 0)


def test_days_are_compared(city):
    find(city, open_hotel(city))

    days = compose(city).content["days"]

    assert [one["found"] for one in days] == [0, 0, 0, 0, 0, 0, 1]
    assert days[-1]["day"] == TODAY.isoformat()


def test_units_stand_beside_each_other(city):
    find(city, open_hotel(city))

    units = {one["unit"][0]: one for one in compose(city).content["units"]}

    assert {name: one["found"] for name, one in units.items()} == {
        "福华街街道": 1,
        "解放路街道": 0,
    }


def test_a_correction_is_another_bulletin_that_says_what_changed(city):
    first = compose(city, at=MIDNIGHT)
    find(city, open_hotel(city), at=EVENING)

    by = city.actor("district")
    correction = actions.correct_bulletin(first.pk, by=by, at=NEXT_MORNING)

    assert correction.number == 2
    assert correction.content["corrects"]["number"] == 1
    assert correction.content["corrects"]["changes"] == [
        "figures",
        "findings",
        "units",
        "days",
    ]
    assert Bulletin.objects.get(pk=first.pk).content == first.content


def test_a_correction_sent_twice_is_issued_once(city):
    first = compose(city, at=MIDNIGHT)
    find(city, open_hotel(city), at=EVENING)
    by = city.actor("district")
    actions.correct_bulletin(first.pk, by=by, at=NEXT_MORNING)

    with pytest.raises(Refusal) as refusal:
        actions.correct_bulletin(first.pk, by=by, at=NEXT_MORNING)

    assert refusal.value.kind is rules.NOTHING_TO_CORRECT
    assert refusal.value.facts == {"number": 2}
    assert Bulletin.objects.count() == 2


def test_a_second_correction_says_what_the_first_did_not(city):
    hotel = open_hotel(city)
    first = compose(city, at=MIDNIGHT)
    find(city, hotel, at=EVENING)
    by = city.actor("district")
    second = actions.correct_bulletin(first.pk, by=by, at=NEXT_MORNING)
    find(city, open_hotel(city, "grid", "京广宾馆"), at=EVENING)

    third = actions.correct_bulletin(first.pk, by=by, at=NEXT_MORNING)

    assert (third.number, third.corrects_id) == (3, first.pk)
    assert third.content["corrects"] == {
        "number": 2,
        "digest": second.digest,
        "changes": ["figures", "findings", "units", "days"],
    }


def test_a_correction_that_changes_nothing_is_refused(city):
    first = compose(city)
    by = city.actor("district")

    with pytest.raises(Refusal) as refusal:
        actions.correct_bulletin(first.pk, by=by, at=NEXT_MORNING)

    assert refusal.value.kind is rules.NOTHING_TO_CORRECT
    assert Bulletin.objects.count() == 1


def test_the_next_district_cannot_correct_it(city):
    first = compose(city)

    with pytest.raises(Refusal) as refusal:
        actions.correct_bulletin(
            first.pk, by=city.actor("district_next_door"), at=NEXT_MORNING
        )

    assert refusal.value.kind.hidden
