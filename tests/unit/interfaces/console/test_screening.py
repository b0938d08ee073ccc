"""The pages of screening: who sees whom, what is typed, what it becomes."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fangxian.capabilities.enrolment import actions
from fangxian.capabilities.enrolment.models import Arrival, Statement
from fangxian.capabilities.enrolment.states import Source, Standing
from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.situation import start_situation
from fangxian.mechanisms.ledger.models import Person
from fangxian.mechanisms.protocol.vocabulary import Grade, Kind
from fangxian.mechanisms.restriction import actions as restriction
from fangxian.mechanisms.restriction.models import Evidence
from fangxian.mechanisms.task.models import Task
from tests.packs import adopted
from tests.unit.capabilities.enrolment.conftest import id_number
from tests.unit.mechanisms.ledger.people.folk import NAME, TELEPHONE, number, register
from tests.worlds import NOON


HANGU = "天津市滨海新区汉沽街道河西里"
MASKED = "王*明"


@pytest.fixture(autouse=True)
def plan(world, settings, tmp_path):
    settings.FANGXIAN_DATA = tmp_path
    start_situation(tmp_path, scenario="test", at=NOON)
    return adopted("covid19-cn", world["city"])


def come(world, serial=1, *, name=NAME, area="grid", **said):
    person = register(
        world, area, name=name, number=number(400 + serial), telephone=None
    ).person
    facts = {
        "source": Source.CHECKPOINT,
        "origin": HANGU,
        "is_abroad": False,
        "left_on": dt.date(2020, 11, 7),
        "arrived_on": dt.date(2020, 11, 8),
    }
    return actions.enrol(
        person,
        id=id_number(serial),
        area=world[area],
        by=SYSTEM,
        at=NOON,
        **{**facts, **said},
    )


@pytest.fixture
def wang(world):
    return come(world)


def read(client, url, *args):
    return client.get(reverse(url, args=args)).content.decode()


# -------------------------------------------------------------------------- reading
def test_the_list_shows_who_came_masked(browse, wang):
    text = read(browse("alice"), "screening")

    assert MASKED in text
    assert HANGU in text
    assert NAME not in text
    assert str(wang.pk) in text


@pytest.mark.parametrize("who", ["charlie", "community_next_door"])
def test_out_of_scope_nobody_came(browse, wang, who):
    assert MASKED not in read(browse(who), "screening")
    answer = browse(who).get(reverse("screening_one", args=[wang.pk]))
    assert answer.status_code == 404


@pytest.mark.parametrize("who", ["district", "supervision", "dana"])
def test_above_the_street_only_counts_are_shown(browse, wang, who):
    assert wang.pk
    text = read(browse(who), "screening")

    assert MASKED not in text
    assert HANGU not in text
    assert "counts" in text


def test_who_reads_counts_only_cannot_tell_few_people_apart(browse, world):
    for serial in range(1, 8):
        come(world, serial, area="grid" if serial < 7 else "other_grid")
    text = read(browse("district"), "screening")

    assert "<b>7</b>" in text or ">7<" in text
    assert "0 / 6" not in text  # else the lone one of the other street would follow
    assert "0 / 1" not in text
    assert text.count("few") == 2
    assert "0 / 6" in read(browse("alice"), "screening")


def cost(client, url):
    """How many queries a page takes, once what is remembered is."""
    client.get(reverse(url))
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse(url))
    return len(asked)


@pytest.mark.parametrize("url", ["screening", "screening_visits"])
def test_three_rows_cost_what_one_does(browse, world, url):
    client = browse("alice")
    come(world, 1)
    one = cost(client, url)

    come(world, 2)
    come(world, 3)

    assert cost(client, url) == one


def test_the_list_is_narrowed_and_searched(browse, world, wang):
    come(world, 2, name="张三丰", origin="河南省洛阳市", left_on=None)
    client = browse("alice")

    def listed(query):
        text = client.get(reverse("screening"), query).content.decode()
        return MASKED in text, "张*丰" in text

    assert listed({}) == (True, True)
    assert listed({"risk": "listed"}) == (True, False)
    assert listed({"risk": "low"}) == (False, True)
    assert listed({"standing": "closed"}) == (False, False)
    assert listed({"source": "big_data"}) == (False, False)
    assert listed({"where": "abroad"}) == (False, False)
    assert listed({"standing": "waiting"}) == (True, True)
    found = client.post(reverse("screening_search"), {"q": "张三丰"}).content.decode()
    assert ("张*丰" in found, MASKED in found) == (True, False)
    assert client.get(reverse("screening_search")).status_code == 302
    assert wang.pk


def test_who_was_never_away_is_in_no_figure_but_is_found(browse, world, wang):
    actions.verify(
        wang.pk,
        id=id_number(60),
        answers={
            "reached": True,
            "travelled": "never_away",
            "seen_document": "nothing",
            "stays_here": True,
            "told_the_rules": True,
        },
        seen_at=NOON,
        by=world.actor("grid"),
        at=NOON,
    )
    client = browse("alice")

    assert MASKED not in read(client, "screening")
    found = client.post(reverse("screening_search"), {"q": NAME}).content.decode()
    assert MASKED in found


def test_one_arrival_shows_each_source_and_what_is_owed(browse, world, wang):
    actions.enrol(
        wang.person,
        id=id_number(9),
        source=Source.BIG_DATA,
        origin="天津",
        is_abroad=False,
        area=world["grid"],
        by=world.actor("community"),
        at=NOON,
    )

    text = read(browse("alice"), "screening_one", wang.pk)

    assert "checkpoint" in text
    assert "big-data list" in text
    assert "Verify an arrival at the door" in text
    assert "medium risk" in text


# -------------------------------------------------------------------------- writing
def person_said(**said):
    return {
        "name": NAME,
        "paper": "citizen",
        "number": number(417),
        "telephone": TELEPHONE,
        "id": str(id_number(30)),
        "report": str(id_number(31)),
        "source": "door_survey",
        "origin": HANGU,
        "left_on": "2020-11-07",
        "arrived_on": "2020-11-08",
        **said,
    }


def test_somebody_at_the_door_is_registered_once(browse, world):
    client = browse("community")
    said = person_said(area=str(world["grid"]))

    answer = client.post(reverse("screening_new"), said)

    [arrival] = Arrival.objects.all()
    assert answer.url == reverse("screening_one", args=[arrival.pk])
    assert Task.objects.filter(form="arrival_visit").count() == 1
    client.post(reverse("screening_new"), said)
    assert Arrival.objects.count() == Person.objects.count() == 1


def test_who_is_on_the_ledger_is_found_by_the_number(browse, world):
    known = register(world, "grid", number=number(417)).person

    browse("community").post(
        reverse("screening_new"), person_said(area=str(world["grid"]))
    )

    assert Arrival.objects.get().person == known
    assert Person.objects.count() == 1


def test_somebody_known_needs_no_particulars(browse, world):
    known = register(world, "grid").person
    url = reverse("screening_new") + f"?person={known}"
    client = browse("grid")
    assert MASKED in client.get(url).content.decode()

    client.post(url, person_said())

    assert Arrival.objects.get().person == known


def test_a_refused_report_keeps_what_was_typed(browse, world):
    said = person_said(area=str(world["grid"]), left_on="2020-11-08", arrived_on="2020-11-05")  # fmt: skip

    answer = browse("community").post(reverse("screening_new"), said)

    assert answer.status_code == 409
    assert "arrived before leaving" in answer.content.decode()
    assert HANGU in answer.content.decode()
    assert Arrival.objects.count() == Person.objects.count() == 0


def visit_said(**said):
    return {
        "id": str(id_number(50)),
        "seen_at": "2020-11-09T11:50",
        "q_reached": "yes",
        "q_travelled": "as_told",
        "q_seen_document": "ticket",
        "q_stays_here": "yes",
        "q_told_the_rules": "yes",
        "origin": HANGU,
        "listing": "120116.hangu",
        "left_on": "2020-11-07",
        "arrived_on": "2020-11-08",
        **said,
    }


def test_the_grid_worker_writes_the_visit_down(browse, wang):
    client = browse("grid")
    assert HANGU in read(client, "screening_visit", wang.pk)

    answer = client.post(reverse("screening_visit", args=[wang.pk]), visit_said())

    assert answer.status_code == 302
    assert Arrival.objects.get().standing == Standing.CLASSIFIED
    assert Evidence.objects.get().grade == "B"


def test_who_was_not_met_stays_on_the_list(browse, wang):
    said = visit_said(q_reached="no", q_not_reached="nobody_home")

    browse("grid").post(reverse("screening_visit", args=[wang.pk]), said)

    assert Arrival.objects.get().standing == Standing.REGISTERED
    assert Evidence.objects.count() == 0
    assert MASKED in read(browse("grid"), "screening_visits")


def test_a_street_reads_but_does_not_verify(browse, wang):
    answer = browse("alice").post(
        reverse("screening_visit", args=[wang.pk]), visit_said()
    )

    assert answer.status_code == 403
    assert Evidence.objects.count() == 0


def test_the_visits_owed_lead_to_their_forms(browse, wang):
    text = read(browse("grid"), "screening_visits")

    assert MASKED in text
    assert reverse("screening_visit", args=[wang.pk]) in text
    assert MASKED not in read(browse("charlie"), "screening_visits")


def test_a_duty_about_an_arrival_leads_to_its_own_form(browse, wang):
    owed = Task.objects.get(form="arrival_visit")
    form = reverse("screening_visit", args=[wang.pk])

    assert form in read(browse("grid"), "task", owed.pk)
    assert form not in read(browse("alice"), "task", owed.pk)  # who may only read

    browse("grid").post(form, visit_said())

    owed.refresh_from_db()
    assert owed.state == "completed"
    assert form not in read(browse("grid"), "task", owed.pk)


def test_a_duty_to_call_leads_to_its_own_form(browse, world):
    person = register(world, "grid", number=number(450)).person
    said = restriction.record_evidence(
        id=id_number(50),
        subject=person,
        kind=Kind.VISIT,
        grade=Grade.C,
        states={
            "visit.on": "2020-11-08",
            "visit.minutes": 5,
            "visit.presence": "remote",
        },
        seen_at=NOON,
        area=world["grid"],
        by=world.actor("community"),
        at=NOON,
    )
    actions.follow_hearsay(said.pk, at=NOON)
    owed = Task.objects.get(form="hearsay_call")

    text = read(browse("grid"), "task", owed.pk)

    assert reverse("screening_call", args=[owed.pk]) in text
    assert "Write the call down" in text


# ---------------------------------------------------------------------------- lists
LIST = f"""姓名,身份证号,联系电话,社区,来源地,离开日期,返郑日期
赵一,{number(401)},10000000001,福华社区,{HANGU},2020-11-07,2020-11-08
钱二,{number(402)},10000000002,福华社区,,2020-11-07,2020-11-08
"""


def send(client, world):
    file = SimpleUploadedFile("返郑.csv", LIST.encode("gb18030"))
    said = {"file": file, "area": str(world["street"]), "source": "checkpoint"}
    return client.post(reverse("screening_import_new"), said)


def test_a_list_is_sent_looked_at_and_taken_in(browse, world):
    client = browse("alice")
    sent = send(client, world)
    assert "来源地" in client.get(sent.url).content.decode()
    columns = {"name": 0, "number": 1, "telephone": 2, "community": 3, "origin": 4}
    columns |= {"left_on": 5, "arrived_on": 6}

    taken = client.post(sent.url, {f"column_{n}": c for n, c in columns.items()})

    assert Statement.objects.get().source == Source.CHECKPOINT
    result = client.get(taken.url).content.decode()
    assert "1 arrivals registered" in result
    assert "The cell 来源地 is empty." in result
    assert f'href="{reverse("screening_import_new")}"' in result  # once corrected


def test_a_sent_list_opens_to_nobody_else(browse, world):
    sent = send(browse("alice"), world)

    assert browse("bob").get(sent.url).status_code == 404


def test_a_list_sent_elsewhere_is_none_of_these(browse, world):
    client = browse("alice")
    file = SimpleUploadedFile("人员.csv", LIST.encode("gb18030"))
    sent = client.post(
        reverse("people_import_new"), {"file": file, "area": str(world["street"])}
    )
    token = sent.url.rstrip("/").rsplit("/", 1)[-1]

    answer = client.get(reverse("screening_import_columns", args=[token]))

    assert answer.status_code == 404


@pytest.mark.parametrize("who", ["grid", "supervision", "police"])
def test_who_brings_no_lists_sends_none(browse, who):
    assert browse(who).get(reverse("screening_import_new")).status_code == 403
