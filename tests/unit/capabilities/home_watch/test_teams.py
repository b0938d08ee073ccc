"""The five who answer for one person."""

import datetime as dt

import pytest

from fangxian.capabilities.home_watch import actions, queries
from fangxian.capabilities.home_watch.models import Member
from fangxian.capabilities.home_watch.rules import Named
from fangxian.capabilities.home_watch.states import Part
from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.finding.models import Finding
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.task.models import Task
from tests.people import PEOPLE
from tests.unit.capabilities.home_watch.watching import FIVE, FOUR, WELL, clock, written
from tests.worlds import NOON


pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def team_duty():
    return Task.objects.get(form="team")


def findings():
    return [(one.item, one.state) for one in Finding.objects.all()]


def test_five_end_the_duty_without_a_finding(watching, watch):
    assert watching.name(watch) == 5

    assert team_duty().state == "completed"
    assert findings() == []
    assert queries.members_named([watch.pk]) == {watch.pk: 5}
    assert [*queries.short_of_five(watching.world.actor("alice").scope, NOON)] == []


def test_four_are_a_finding(watching, watch):
    assert watching.name(watch, FOUR) == 4

    assert findings() == [("team/named", "open")]
    assert [*queries.short_of_five(watching.world.actor("alice").scope, NOON)] == [
        watch
    ]


def test_the_fifth_puts_it_right(watching, watch):
    watching.name(watch, FOUR)
    watching.name(watch, at=NOON + HOUR)

    assert findings() == [("team/named", "rectified")]


@pytest.mark.usefixtures("watching", "watch")
def test_a_duty_left_undone_becomes_a_finding():
    found = actions.note_gaps(team_duty().pk, by=SYSTEM, at=clock(1, day=10))

    [finding] = Finding.objects.all()
    assert found == (finding.pk,)
    assert (finding.item, finding.raised_by) == ("team/named", SYSTEM.person)


@pytest.mark.usefixtures("watching", "watch")
def test_a_late_record_of_health_says_nothing_of_the_team():
    record = Task.objects.get(form="health_record")

    assert actions.note_gaps(record.pk, by=SYSTEM, at=clock(20)) == ()
    assert findings() == []


def test_who_stays_keeps_the_day_they_came(watching, watch):
    watching.name(watch, FOUR)
    medic = Named(name="何医生", telephone="10055550001")
    officer = Named(person=PEOPLE["bob"])
    later = {**FOUR, Part.MEDIC: medic, Part.POLICE: officer}
    watching.name(watch, later, at=NOON + HOUR)

    team = queries.team_of(watch.pk)
    assert {part: one.since for part, one in team.items()} == {
        Part.CADRE: NOON,
        Part.GRID_WORKER: NOON,
        Part.VOLUNTEER: NOON,
        Part.MEDIC: NOON + HOUR,
        Part.POLICE: NOON + HOUR,
    }
    [left] = Member.objects.exclude(until=None)
    assert (left.part, left.until) == (Part.POLICE, NOON + HOUR)


def test_who_left_may_leave_a_gap(watching, watch):
    watching.name(watch)
    watching.name(watch, FOUR, at=NOON + HOUR)

    assert set(queries.team_of(watch.pk)) == set(FOUR)
    assert findings() == [("team/named", "open")]


def test_sent_again_it_acts_once(watching, watch):
    sent = watching.new_id()
    watching.name(watch, FOUR, id=sent)
    before = written()

    assert watching.name(watch, FOUR, id=sent) == 4
    assert written() == before


def test_the_journal_knows_staff_by_their_ids_and_nobody_by_name(watching, watch):
    watching.name(watch)

    payload = Entry.objects.get(event="home_watch.team_named").payload
    assert payload["members"] == {
        "cadre": str(PEOPLE["community"]),
        "grid_worker": str(PEOPLE["grid"]),
        "medic": None,
        "police": str(PEOPLE["police"]),
        "volunteer": None,
    }


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({Part.POLICE: Named(person=PEOPLE["grid"])}, "home_watch.two_parts"),
        (
            {Part.MEDIC: FIVE[Part.VOLUNTEER]},
            "home_watch.two_parts",
        ),
        (
            {Part.POLICE: Named(person=PEOPLE["grid"].__class__(int=1))},
            "home_watch.not_staff",
        ),
        ({Part.MEDIC: Named(name="何医生")}, "home_watch.unreachable"),
        ({Part.MEDIC: Named(telephone="10055550001")}, "home_watch.unreachable"),
    ],
)
def test_five_are_five_different_people_who_can_be_called(
    watching, watch, changed, code
):
    before = written()

    with pytest.raises(Refusal) as refused:
        watching.name(watch, {**FIVE, **changed})

    assert refused.value.kind.code == code
    assert written() == before


@pytest.mark.parametrize("who", ["grid", "cdc", "district", "supervision"])
def test_others_do_not_name_the_five(watching, watch, who):
    before = written()

    with pytest.raises(Refusal) as refused:
        watching.name(watch, who=who)

    assert refused.value.kind.code == "home_watch.not_yours_to_name"
    assert written() == before


def test_next_door_it_looks_like_nobody(watching, watch):
    before = written()

    with pytest.raises(Refusal) as refused:
        watching.name(watch, who="charlie")

    assert refused.value.kind.hidden
    assert written() == before


def test_a_team_says_nothing_of_health(watching, watch):
    watching.name(watch)

    assert Task.objects.get(form="health_record").state == "issued"
    watching.write(watch, WELL, at=clock(18))
    assert Task.objects.get(form="health_record").state == "completed"
