"""Three days, played once by acts alone: what was printed follows from what was done."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.db import transaction

from fangxian.capabilities.enrolment.queries import arrivals
from fangxian.capabilities.enrolment.states import Closing
from fangxian.capabilities.enrolment.states import Standing as Arrived
from fangxian.capabilities.enrolment.sweeps.queries import sweeps, targets
from fangxian.capabilities.home_watch.queries import missed as home_missed
from fangxian.capabilities.home_watch.queries import team_of, watches
from fangxian.capabilities.home_watch.states import Part
from fangxian.interfaces.commands.replay.stage import Stage
from fangxian.kernel.moments import at_time
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.finding.queries import findings
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.journal.queries import tallied
from fangxian.mechanisms.journal.verification import verify
from fangxian.mechanisms.jurisdiction.queries import holdings
from fangxian.mechanisms.ledger.models import Import, Person, RefusedRow
from fangxian.mechanisms.ledger.people.queries import cards_of, households
from fangxian.mechanisms.ledger.queries import places
from fangxian.mechanisms.observation import queries as observation
from fangxian.mechanisms.report.queries import find_return, missing, returns
from fangxian.mechanisms.restriction.queries import waiting
from fangxian.mechanisms.restriction.states import Standing
from fangxian.mechanisms.task import queries as task
from fangxian.mechanisms.task.states import State
from tests.integration.playing import computed, copied, inspected_on, played


FOOT_SPA_DAY = dt.date(2020, 11, 25)
LAST_DAY = dt.date(2020, 11, 26)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return copied(tmp_path_factory.mktemp("scenario"))


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker, folder) -> Iterator[Stage]:
    """The three days, played once for all tests of this module."""
    del django_db_setup
    with django_db_blocker.unblock(), transaction.atomic():
        yield played(folder).stage
        transaction.set_rollback(True)


pytestmark = [pytest.mark.usefixtures("stage"), pytest.mark.django_db]


def test_the_figures_of_the_source_are_met(folder):
    assert computed(folder) == {
        "酒店6家": (6, True),
        "医疗机构4至6家": (5, True),
        "足浴1家": (1, True),
        "两个老年公寓": (2, True),
        "境内6人": (6, True),
        "境外3人": (3, True),
        "均为阴性": (9, True),
        "均已解除": (9, True),
        "两部门": (2, True),
    }


def test_the_bulletin_names_what_was_inspected():
    inspected = inspected_on(FOOT_SPA_DAY)

    assert inspected["patrol", "hotel"] == 6
    assert inspected["patrol", "foot_spa"] == 1


def test_who_was_listed_as_late_or_silent_is_late_or_silent(stage):
    signed = {
        (one.area_id, one.day): one.late for one in returns(EVERYWHERE, layout="daily")
    }

    late = [key for key, is_late in signed.items() if is_late]
    assert late == [(stage.area("冯春社区"), FOOT_SPA_DAY)]
    assert len(signed) == 3 * 5 - 1
    evening = at_time(LAST_DAY, dt.time(18))
    silent = missing(stage.area("二七区"), "daily", LAST_DAY, at=evening)
    assert silent == [stage.area("红云路社区")]


def test_a_late_return_is_carried_up_to_the_district(stage):
    district = find_return(stage.area("二七区"), "daily", FOOT_SPA_DAY)

    assert district is not None
    assert district.restatements.count() >= 1


def test_every_act_stands_in_a_clean_journal():
    verdict = verify()

    assert (verdict.clean, verdict.waiting) == (True, 0)
    assert verdict.entries == Entry.objects.count()


def test_tallies_equal_a_recount_of_the_rows():
    period = {"from_": dt.date(2020, 11, 1), "until": dt.date(2020, 12, 31)}
    kept = tallied(**period)

    for count in [*task.recount(**period), *observation.recount(**period)]:
        key = (count.measure, count.area, count.day, count.kind)
        assert kept.pop(key) == count.n

    assert [key for key in kept if key[0].startswith(("task.", "observation."))] == []


def test_problems_are_put_right_and_looked_back_on_by_others():
    found = list(findings(EVERYWHERE))
    confirmed = [one for one in found if one.state == "confirmed"]

    assert confirmed
    assert any(one.reopened for one in found)
    for one in confirmed:
        assert one.confirmed_by not in (one.rectified_by, one.responsible)


def test_what_was_left_undone_lapsed_and_what_was_owed_was_done():
    boards = [task.board(EVERYWHERE, LAST_DAY - dt.timedelta(days=n)) for n in (1, 2)]

    assert sum(board.completed for board in boards) > 10
    assert sum(board.lapsed for board in boards) > 0
    late = Entry.objects.filter(event="task.completed", payload__late=True)
    assert late.exists()


def test_a_round_of_disinfection_is_done_in_each_of_its_windows():
    rounds = observation.observations(EVERYWHERE, form="disinfection")

    assert {one.answers["round"] for one in rounds} == {"morning", "noon", "evening"}


def test_places_that_were_told_to_check_themselves_did():
    ordered = task.tasks(EVERYWHERE, duty="self_check", kind="hotel")
    by_order = [one for one in ordered if one.said]

    assert len(by_order) == 6
    assert {one.state for one in by_order} == {State.COMPLETED}


def test_codes_that_were_asked_for_were_issued(stage):
    clinics = places(EVERYWHERE, kind="clinic", area=stage.area("洁云路社区"))

    assert [place.venue_code for place in clinics] == ["issued"] * 5


def test_a_post_that_changes_hands_is_never_vacant(stage):
    new, old = holdings(stage.post("冯春社区/社区书记"))

    assert new.since == old.until == at_time(FOOT_SPA_DAY, dt.time(9))
    assert new.staff != old.staff


# ------------------------------------------------------------------- those who come back
def test_what_was_wrong_in_a_list_was_refused_and_came_again(stage):
    street = stage.area("京广路街道")
    refused = RefusedRow.objects.filter(batch__area=street)

    assert {row.code for row in refused} == {
        "imports.cells_swapped",
        "imports.date_unclear",
        "ledger.number_check",
        "ledger.same_person_as_row",
    }
    lists = Import.objects.filter(area=street).order_by("at")
    assert [one.refused for one in lists] == [2, 1, 0, 0, 1, 0]


def test_several_sources_tell_of_one_arrival(stage):
    came = arrivals(EVERYWHERE, area=stage.area("京广路街道"))

    assert came.count() == 6 + 3 + 1
    told = [one.statements.values("source").distinct().count() for one in came]
    assert set(told) == {1, 2}


def test_everybody_at_home_is_looked_after_by_five_until_the_end():
    evening = at_time(LAST_DAY, dt.time(18))
    over = watches(EVERYWHERE, evening, standing=Standing.OVER)

    assert over.count() == 9
    assert [team_of(one.pk).keys() for one in over] == [set(Part)] * 9
    assert not watches(EVERYWHERE, evening).exists()
    closed = arrivals(EVERYWHERE, standing=[Arrived.CLOSED])
    assert [one.closed_why for one in closed] == [Closing.RELEASED] * 9


def test_one_daily_record_is_missed_and_some_are_late():
    missed = home_missed(
        EVERYWHERE, from_=FOOT_SPA_DAY, until=FOOT_SPA_DAY + dt.timedelta(days=1)
    )

    records = task.tasks(EVERYWHERE, form="health_record")
    lapsed = [one for one in records if one.state == State.LAPSED]
    assert [one.due_at for one in lapsed] == [at_time(FOOT_SPA_DAY, dt.time(10))]
    assert len(missed) == 1
    done = [f"task:{one.pk}" for one in records]
    completed = Entry.objects.filter(event="task.completed", subject__in=done)
    assert completed.filter(payload__late=True).exists()


def test_who_came_last_waits_for_the_doctor(stage):
    [cohort] = waiting(EVERYWHERE)

    assert cohort.persons == 1
    [doctor] = [stage.actor("二七区/区疾控中心", at_time(LAST_DAY, dt.time(18)))]
    assert [one.pk for one in waiting(doctor.scope)] == [cohort.pk]


# ----------------------------------------------------------------------------- a sweep
def test_a_sweep_goes_to_every_door_and_again_where_nobody_was_met():
    [sweep] = sweeps(EVERYWHERE)
    doors = list(targets(sweep.pk, EVERYWHERE))

    assert sweep.state == "ended"
    assert len(doors) >= 6
    unvisited = [one.number for one in doors if not one.times]
    assert len(unvisited) <= 1  # its door was written down on the last day
    assert {"seen", "vacant"} <= {one.outcome for one in doors}
    assert max(one.times for one in doors) > 1
    seen = {one.number for one in doors if one.outcome == "seen"}
    assert seen <= households(seen).keys()


def test_somebody_whom_a_sweep_finds_is_put_on_the_ledger(stage):
    [sweep] = sweeps(EVERYWHERE)
    found = Person.objects.filter(source="door_survey")

    [person] = found.values_list("pk", flat=True)
    [met] = [
        one for one in targets(sweep.pk, EVERYWHERE) if one.number == _door(person)
    ]
    assert met.outcome == "seen"
    assert stage.area("洁云路社区") in stage.line(met.area_id)


def _door(person: UUID) -> int:
    card = cards_of([person])[person]
    assert card.door is not None
    return card.door.id


def test_nobody_of_the_script_could_be_somebody():
    for person in Person.objects.all():
        assert person.is_drill
        assert (person.telephone or "100").startswith("100")
