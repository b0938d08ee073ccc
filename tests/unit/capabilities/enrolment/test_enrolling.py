"""What sources tell: joined into one arrival, each source kept, a visit owed."""

import datetime as dt
from itertools import permutations

import pytest
from django.db import connection

from fangxian.capabilities.enrolment import queries
from fangxian.capabilities.enrolment.models import Arrival
from fangxian.capabilities.enrolment.states import Risk, Source, Standing
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.mechanisms.journal.models import Entry, Tally
from fangxian.mechanisms.protocol.models import Adoption
from fangxian.mechanisms.restriction.models import Evidence
from fangxian.mechanisms.task.models import Task
from tests.unit.capabilities.enrolment.conftest import HANGU, id_number, written
from tests.unit.mechanisms.ledger.people.folk import number, register
from tests.worlds import NOON


DAY = dt.timedelta(days=1)


def events():
    return list(Entry.objects.order_by("pk").values_list("event", flat=True))


def test_somebody_is_registered_and_a_visit_is_owed(told, world, wang):
    arrival = told()

    assert arrival.standing == Standing.REGISTERED
    assert arrival.person == wang
    assert arrival.risk == Risk.MEDIUM
    [task] = Task.objects.all()
    assert (task.form, task.subject) == ("arrival_visit", f"person:{wang}")
    assert task.post_id == world.posts["grid"]
    assert task.due_at == NOON + DAY
    assert events()[-2:] == ["enrolment.registered", "task.issued"]


def test_it_is_counted_where_and_when_it_was_registered(told, world):
    told()

    [tally] = Tally.objects.filter(measure="enrolment.registered")
    assert (tally.area, tally.kind, tally.n) == (world["grid"], "domestic", 1)


def test_the_same_report_again_changes_nothing(told):
    arrival = told()
    before = written()

    assert told() == arrival
    assert written() == before


def test_another_report_under_the_same_number_is_refused(told):
    told()
    before = written()

    with pytest.raises(Refusal) as refusal:
        told(source=Source.BIG_DATA)

    assert refusal.value.kind.code == "enrolment.other_body"
    assert written() == before


def test_three_sources_about_one_journey_are_one_arrival(told):
    first = told(source=Source.CHECKPOINT)
    second = told(
        number=2,
        source=Source.BIG_DATA,
        origin="",
        listing="120116.hangu",
        left_on=None,
        arrived_on=dt.date(2020, 11, 9),
    )
    third = told(number=3, source=Source.SELF_REPORT, origin="天津", left_on=None)

    assert first == second == third
    sources = [one.source for one in queries.sources_of(first)]
    assert sources == [Source.CHECKPOINT, Source.BIG_DATA, Source.SELF_REPORT]
    assert Task.objects.count() == 1
    assert events().count("enrolment.joined") == 2


SOURCES = {
    "checkpoint": {"source": Source.CHECKPOINT},
    "big data": {"source": Source.BIG_DATA, "origin": "天津", "left_on": None},
    "document": {
        "source": Source.EXIT_ENTRY,
        "who": "cdc",
        "origin": "迪拜",
        "left_on": None,
        "entered_on": dt.date(2020, 11, 7),
        "arrived_on": dt.date(2020, 11, 9),
    },
}


@pytest.mark.parametrize("order", list(permutations(SOURCES)), ids=" then ".join)
def test_in_whatever_order_sources_tell_the_same_comes_of_it(told, order):
    for serial, name in enumerate(order):
        said = SOURCES[name]
        told(number=serial, at=NOON + serial * dt.timedelta(minutes=1), **said)

    [arrival] = Arrival.objects.all()
    assert arrival.is_abroad
    assert (arrival.grade, arrival.risk) == ("B", Risk.MEDIUM)
    assert arrival.standing == Standing.REGISTERED
    assert Task.objects.filter(state="issued").exists()
    assert [one.grade for one in Evidence.objects.all()] == ["B"]


def test_what_was_told_first_stands_and_gaps_are_filled(told):
    told(origin="天津", left_on=None, transport="")
    arrival = told(number=2, source=Source.BIG_DATA, transport="G2001")

    journey = queries.journey_of(arrival)
    assert journey.origin == "天津"
    assert journey.left_on == dt.date(2020, 11, 7)
    assert journey.transport == "G2001"


def test_another_journey_is_another_arrival(told):
    first = told(left_on=dt.date(2020, 10, 20), arrived_on=dt.date(2020, 10, 21))
    second = told(number=2)

    assert first != second
    assert queries.counts(first.area_id).domestic == 2


def test_the_exit_entry_list_of_the_cdc_is_evidence_by_itself(told):
    arrival = told(
        source=Source.EXIT_ENTRY,
        origin="迪拜",
        who="cdc",
        left_on=None,
        entered_on=dt.date(2020, 11, 8),
        arrived_on=None,
    )

    assert arrival.standing == Standing.CLASSIFIED
    assert arrival.is_abroad
    [evidence] = Evidence.objects.all()
    assert (evidence.kind, evidence.grade) == ("stay", "B")
    assert Task.objects.count() == 0


def test_of_whom_a_day_is_missing_is_verified_but_visited(told):
    arrival = told(
        source=Source.EXIT_ENTRY,
        who="cdc",
        left_on=None,
        arrived_on=None,
    )

    assert arrival.standing == Standing.VERIFIED
    assert Task.objects.count() == 1


def test_the_same_list_from_the_community_is_hearsay(told):
    arrival = told(source=Source.EXIT_ENTRY, entered_on=dt.date(2020, 11, 8))

    assert arrival.standing == Standing.REGISTERED
    assert Evidence.objects.count() == 0


def test_a_self_report_is_evidence_of_grade_c_and_owes_a_visit(told):
    arrival = told(source=Source.SELF_REPORT)

    [evidence] = Evidence.objects.all()
    assert (evidence.grade, evidence.pk) == ("C", id_number(1))
    assert arrival.standing == Standing.REGISTERED
    assert Task.objects.count() == 1


def test_what_a_document_adds_verifies_the_arrival_that_was_known(told):
    told()
    arrival = told(
        number=2,
        source=Source.EXIT_ENTRY,
        who="cdc",
        entered_on=dt.date(2020, 11, 8),
        left_on=None,
    )

    assert arrival.standing == Standing.CLASSIFIED
    assert arrival.is_abroad
    assert queries.counts(arrival.area_id).abroad == 1


def test_a_family_tells_beforehand_and_the_visit_is_owed_from_that_day(told):
    arrival = told(
        source=Source.OVERSEAS_FAMILIES,
        origin="新加坡",
        left_on=None,
        arrived_on=dt.date(2020, 11, 12),
    )

    assert arrival.is_abroad
    assert Task.objects.count() == 0


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"origin": "  "}, "enrolment.origin_missing"),
        ({"arrived_on": dt.date(2020, 11, 12)}, "enrolment.day_ahead"),
        ({"left_on": dt.date(2020, 11, 9)}, "enrolment.days_out_of_order"),
        ({"listing": "110101.nowhere"}, "enrolment.listing_unknown"),
        ({"who": "civil_affairs"}, "enrolment.not_yours_to_enrol"),
        ({"who": "supervision"}, "enrolment.not_yours_to_enrol"),
        ({"who": "community_next_door"}, "jurisdiction.out_of_reach"),
        ({"area": "next_grid"}, "jurisdiction.out_of_reach"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(told, said, code):
    before = written()

    with pytest.raises(Refusal) as refusal:
        told(**said)

    assert refusal.value.kind.code == code
    assert written() == before


def test_without_rules_nobody_is_registered(told):
    Adoption.objects.all().delete()

    with pytest.raises(Refusal) as refusal:
        told()

    assert refusal.value.kind.code == "enrolment.no_pack"


def test_nothing_in_clear_says_where_somebody_came_from(told):
    told(transport="G2001次05车厢")

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM enrolment_arrival")
        stored = repr(cursor.fetchall())
        cursor.execute("SELECT * FROM enrolment_statement")
        stored += repr(cursor.fetchall())
        cursor.execute("SELECT payload FROM journal_entry")
        stored += repr(cursor.fetchall())
    assert "120116" not in stored
    assert "汉沽" not in stored
    assert "G2001" not in stored


def test_out_of_scope_there_is_no_arrival(told, world):
    arrival = told()

    assert list(queries.arrivals(world.actor("alice").scope)) == [arrival]
    for stranger in ("charlie", "civil_affairs"):
        scope = world.actor(stranger).scope
        assert list(queries.arrivals(scope)) == []
        with pytest.raises(Refusal) as refusal:
            queries.get_arrival(arrival.pk, scope)
        assert refusal.value.kind.hidden


def test_the_list_is_filtered(told, world):
    wang = told()
    zhang = register(world, "grid", name="张三丰", number=number(418)).person
    other = told(
        zhang, number=2, source=Source.BIG_DATA, origin="河南省洛阳市", left_on=None
    )

    def ids(**asked):
        return {one.pk for one in queries.arrivals(EVERYWHERE, **asked)}

    assert ids(source=Source.BIG_DATA) == {other.pk}
    assert ids(risk=[Risk.MEDIUM]) == {wang.pk}
    assert ids(text="张三丰") == {other.pk}
    assert ids(abroad=True) == set()
    assert ids(area=world["next_district"]) == set()
    assert ids(standing=[Standing.REGISTERED]) == {wang.pk, other.pk}
    assert HANGU in queries.journey_of(wang).origin
