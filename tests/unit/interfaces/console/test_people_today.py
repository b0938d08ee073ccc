"""People on Today: what waits, for whom; no neighbour's, and counts where no list is."""

import datetime as dt
import re
from uuid import UUID

import pytest
from django.urls import reverse
from django.utils import translation

from fangxian.capabilities.enrolment import actions as enrolment
from fangxian.capabilities.enrolment.states import Source
from fangxian.capabilities.home_watch.states import Form
from fangxian.interfaces.console.people_today import people_of_today
from fangxian.interfaces.console.since_yesterday import since_yesterday
from fangxian.interfaces.console.subjects import things_of
from fangxian.mechanisms.journal.actions import sequence
from fangxian.mechanisms.ledger.exports.actions import request_export
from fangxian.mechanisms.ledger.states import ExportForm
from fangxian.mechanisms.restriction import queries as restriction
from fangxian.mechanisms.restriction.actions import file_appeal
from fangxian.mechanisms.restriction.states import Channel
from fangxian.mechanisms.task.models import Task
from fangxian.mechanisms.task.states import State
from tests.unit.capabilities.enrolment.conftest import id_number
from tests.unit.capabilities.home_watch.watching import FIVE, Watching, clock
from tests.unit.interfaces.console.test_returns import cost_of, text_of
from tests.unit.mechanisms.ledger.people.folk import number, register
from tests.worlds import NOON


pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
ROLES = ("grid", "community", "alice", "district", "cdc", "auditor")


@pytest.fixture
def watching(world, noon):
    del noon
    with translation.override("en"):
        yield Watching(world)


def come(world, serial=1, *, area="grid"):
    """Somebody said at a checkpoint where they came from; nobody was at their door."""
    person = register(
        world, area, name="许文博", number=number(700 + serial), telephone=None
    ).person
    return enrolment.enrol(
        person,
        id=id_number(serial),
        source=Source.CHECKPOINT,
        origin="天津市滨海新区汉沽街道河西里",
        is_abroad=False,
        left_on=dt.date(2020, 11, 7),
        arrived_on=dt.date(2020, 11, 8),
        area=world[area],
        by=world.actor("community", at=NOON),
        at=NOON,
    )


def miss(watching, watch, *, day=8):
    """Leave one health record of a day unwritten, after its window is closed."""
    watching.plan(day)
    owed = Task.objects.filter(
        subject=f"restriction:{watch.pk}", form=Form.HEALTH, state=State.ISSUED
    )
    first = owed.order_by("due_at").first()
    Task.objects.filter(pk=first.pk).update(
        state=State.LAPSED,
        opens_at=clock(7, day=day),
        due_at=clock(9, day=day),
        closes_at=clock(11, day=day),
    )


def leave_open(watch, *, day=6):
    """Owe a health record since days ago."""
    owed = Task.objects.filter(
        subject=f"restriction:{watch.pk}", form=Form.HEALTH, state=State.ISSUED
    )
    assert owed.filter(pk=owed.order_by("due_at").first().pk).update(
        opens_at=clock(7, day=day), due_at=clock(9, day=day), closes_at=None
    )


def line_of(people, label):
    [line] = [one for one in people.lines if str(one.label) == label]
    return line


# ---------------------------------------------------------------------- who sees what
@pytest.mark.parametrize("who", ROLES)
def test_an_arrival_waits_on_todays_page_of_everybody_above_it(browse, watching, who):
    come(watching.world)

    people = browse(who).get(reverse("today")).context["people"]

    line = line_of(people, "Arrivals to be verified")
    assert line.figure == ("<5" if who in {"district", "auditor"} else 1)
    assert line.due_at is not None
    reads = who in {"grid", "community", "alice", "cdc"}
    assert bool(line.href) is reads


@pytest.mark.parametrize("who", ["grid", "alice", "cdc"])
def test_each_figure_opens_as_many_rows(browse, watching, who):
    client = browse(who)
    watch = watching.at_home()
    come(watching.world)
    miss(watching, watch)
    watching.plan(10)
    leave_open(watch)
    people = client.get(reverse("today")).context["people"]

    followed = 0
    for line in people.lines:
        if line.href and "/tasks/" in line.href:
            answer = client.get(line.href)
            assert answer.context["page"].paginator.count == line.figure, line.label
            followed += 1
    arrivals = line_of(people, "Arrivals to be verified")
    opened = client.get(arrivals.href).context["page"].paginator.count

    assert followed >= 2
    assert line_of(people, "Health records late now").figure >= 1
    assert opened == arrivals.figure == 1


def test_the_next_district_sees_nobody_of_this_one(browse, watching):
    watch = watching.at_home()
    come(watching.world)
    miss(watching, watch)

    answer = browse("charlie").get(reverse("today"))

    people = answer.context["people"]
    assert not people.waits
    assert people.at_home.now == 0
    assert people.units == ()
    assert "Nobody waits" in text_of(answer)
    for name in ("福华", "王*明", "许*博"):
        assert name not in text_of(answer)


def test_bob_of_the_same_street_sees_as_much_as_alice(browse, watching):
    watching.at_home()

    counted = [
        browse(who).get(reverse("today")).context["people"].at_home.now
        for who in ("alice", "bob")
    ]

    assert counted == [1, 1]


@pytest.mark.parametrize("who", ["market_supervision", "administrator", "police"])
def test_who_has_no_row_for_people_sees_no_count_of_them(browse, watching, who):
    watching.at_home()
    come(watching.world)

    answer = browse(who).get(reverse("today"))

    assert answer.context["people"].lines == ()
    assert answer.context["people"].at_home is None
    assert "Arrivals to be verified" not in text_of(answer)


def test_the_district_reads_counts_by_street_and_opens_no_list(browse, watching):
    watch = watching.at_home()
    come(watching.world)
    miss(watching, watch)

    answer = browse("district").get(reverse("today"))

    people = answer.context["people"]
    [street] = people.units
    assert (street.arrivals.figure, street.at_home.figure) == ("few", "few")
    assert (people.at_home.now, people.at_home.begun) == ("<5", "<5")
    waiting = {str(line.label): line.figure for line in people.lines}
    assert waiting["Arrivals to be verified"] == "<5"
    assert "<5" in {one.figure for one in answer.context["since"].moved}
    assert street.missed_before.figure == 1
    assert {street.arrivals.href, street.at_home.href, street.missed_before.href} == {
        ""
    }
    assert not any(line.href for line in people.lines)
    assert "form=health_record" not in answer.content.decode()


def test_a_street_opens_who_is_at_home_in_a_community(browse, watching):
    watching.at_home()
    alice = browse("alice")

    [unit] = alice.get(reverse("today")).context["people"].units

    assert unit.at_home.href == f"/home/?area={watching.world['community']}"
    assert "王*明" in alice.get(unit.at_home.href).content.decode()


def test_a_street_opens_what_was_missed_by_its_communities(browse, watching):
    watch = watching.at_home()
    miss(watching, watch)
    client = browse("alice")

    [unit] = client.get(reverse("today")).context["people"].units

    assert unit.missed_before.figure == 1
    assert re.search(r"which=missed.*form=health_record", unit.missed_before.href)
    rows = client.get(unit.missed_before.href).context["page"].paginator.count
    assert rows == 1


# ------------------------------------------------------------------------ what waits
def test_who_has_fewer_than_five_is_counted_until_the_fifth(watching):
    watch = watching.at_home()
    alice = watching.world.actor("alice")
    label = "At home with fewer than five to answer for them"
    before = line_of(people_of_today(alice, NOON), label)

    watching.name(watch, FIVE)

    after = line_of(people_of_today(alice, NOON), label)
    assert (before.figure, after.figure) == (1, 0)
    assert "short=1" in before.href
    assert after.href == ""


def test_the_proposal_waits_for_the_doctor_only(watching):
    watching.back()
    watching.proposed()
    label = "Measures to be signed by a doctor"

    doctor = line_of(people_of_today(watching.world.actor("cdc"), NOON), label)

    assert doctor.figure == 1
    assert doctor.note == "1 people"
    street = people_of_today(watching.world.actor("alice"), NOON)
    assert label not in {str(line.label) for line in street.lines}


def test_an_objection_runs_against_its_24_hours(watching):
    watch = watching.at_home()
    file_appeal(
        watch.pk,
        said="从未到过汉沽",
        channel=Channel.WORKER,
        by=watching.world.actor("grid"),
        at=NOON,
    )

    line = line_of(
        people_of_today(watching.world.actor("alice"), NOON),
        "Objections without an answer",
    )

    assert line.figure == 1
    assert line.due_at == NOON + 24 * HOUR


def test_an_export_waits_for_a_second_person_and_not_for_who_asked(watching):
    world = watching.world
    person = watching.back()
    request_export(
        id=UUID(int=7),
        people=[person],
        form=ExportForm.ROWS,
        recipient="转运专班",
        why="转运名单",
        by=world.actor("alice"),
        at=NOON,
    )
    label = "Exports that wait for your word"

    assert line_of(people_of_today(world.actor("bob"), NOON), label).figure == 1
    assert line_of(people_of_today(world.actor("alice"), NOON), label).figure == 0


# ----------------------------------------------------------------- since yesterday
def test_the_listed_areas_of_a_pack_just_adopted_are_news_for_two_days(watching):
    alice = watching.world.actor("alice")
    adopted_long_ago = since_yesterday(alice, clock(12, day=9))
    listed = since_yesterday(alice, clock(12, day=21))

    assert adopted_long_ago.adopted == ()
    assert "Kanhaixuan estate, Dongjiang, Tianjin" in {
        one.name for one in listed.listed
    }


def test_who_went_home_since_yesterday_is_counted(watching):
    watching.at_home()

    since = since_yesterday(watching.world.actor("alice"), NOON)

    moved = {str(one.label): one.figure for one in since.moved}
    assert moved["Put under a measure"] == 1
    assert moved["Released"] == 0
    elsewhere = since_yesterday(watching.world.actor("charlie"), NOON)
    assert [one.figure for one in elsewhere.moved] == [0, 0, 0]


def test_a_signature_stands_among_the_latest_changes_without_a_name(browse, watching):
    watching.at_home()
    sequence(at=NOON)

    page = text_of(browse("district").get(reverse("today")))

    assert "Measures signed" in page
    assert "王" not in page


# ------------------------------------------------------------------------ gaps, costs
@pytest.mark.usefixtures("watching")
def test_a_gap_in_cover_is_counted_and_opens(browse):
    cover = browse("alice").get(reverse("today")).context["cover"]
    posts = browse("alice").get(reverse("posts"), {"vacant": "on"})
    uncovered = browse("alice").get(reverse("areas_uncovered"))

    assert cover.vacant == posts.context["page"].paginator.count
    assert cover.uncovered == uncovered.context["page"].paginator.count


def test_people_cost_the_same_for_one_and_for_three(browse, watching):
    client, url = browse("alice"), reverse("today")
    first = watching.at_home()
    come(watching.world)
    miss(watching, first)
    sequence(at=NOON)
    one = cost_of(client, url)
    for serial in (2, 3):
        watch = watching.at_home(f"王小{serial}", serial=800 + serial)
        come(watching.world, serial, area="second_grid")
        miss(watching, watch)
    sequence(at=NOON)

    assert cost_of(client, url) == one <= 75


# ------------------------------------------------------------------- in the journal
def test_the_journal_names_arrivals_watches_and_evidence_to_who_reads_them(watching):
    world = watching.world
    watch, arrival = watching.at_home(), come(watching.world)
    evidence = restriction.grounds_of(watch.decision).first()
    subjects = [f"arrival:{arrival.pk}", f"watch:{watch.pk}", f"evidence:{evidence.pk}"]

    doctor = things_of(subjects, world.actor("cdc"))
    street = things_of(subjects, world.actor("alice"))
    elsewhere = things_of(subjects, world.actor("charlie"))
    district = things_of(subjects, world.actor("district"))

    assert [doctor[one].name for one in subjects] == ["许*博", "王*明", "王*明"]
    assert [street[one].name for one in subjects] == ["许*博", "王*明", ""]
    for strangers in (elsewhere, district):
        assert not any(one.name or one.href for one in strangers.values())


def test_the_journal_tells_exports_by_number_to_who_may_know_of_them(watching):
    world = watching.world
    export = UUID(int=0xFA)
    request_export(
        id=export,
        people=[watching.back()],
        form=ExportForm.ROWS,
        recipient="转运专班",
        why="转运名单",
        by=world.actor("alice"),
        at=NOON,
    )
    subject = f"export:{export}"

    assert things_of([subject], world.actor("alice"))[subject].name == "000000fa"
    assert things_of([subject], world.actor("alice"))[subject].href
    assert things_of([subject], world.actor("charlie"))[subject].name == ""
