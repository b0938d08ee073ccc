"""Three overlapping, faulty lists of returnees: one arrival a journey, no row lost."""

import csv
import datetime as dt
import io

import pytest

from fangxian.capabilities.enrolment import queries
from fangxian.capabilities.enrolment.actions import join_arrivals
from fangxian.capabilities.enrolment.models import Arrival, Statement
from fangxian.capabilities.enrolment.states import Risk, Source, Standing
from fangxian.interfaces.imports import arrivals, rules
from fangxian.interfaces.imports.mapping import propose
from fangxian.interfaces.imports.refused import explain
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.scopes import EVERYWHERE
from fangxian.kernel.situation import start_situation
from fangxian.mechanisms.ledger.models import Layout, Person
from fangxian.mechanisms.ledger.people import queries as people
from fangxian.mechanisms.ledger.people.actions import merge_people
from fangxian.mechanisms.task.models import Task
from tests.packs import adopted
from tests.unit.mechanisms.ledger.people.folk import number
from tests.worlds import NOON


HEADINGS = (
    *("序号", "姓名", "身份证号", "联系电话", "所属社区"),
    *("来源地", "车次/航班", "离开日期", "返郑日期", "信息来源"),
)
HANGU = "天津市滨海新区汉沽街道"


@pytest.fixture(autouse=True)
def rehearsal(settings, tmp_path):
    settings.FANGXIAN_DATA = tmp_path
    return start_situation(tmp_path, scenario="test", at=NOON)


@pytest.fixture(autouse=True)
def plan(world):
    return adopted("covid19-cn", world["city"])


def row(serial, name, **said):
    """A row about somebody; without a number where ``number`` is empty."""
    return {
        "序号": str(serial),
        "姓名": name,
        "身份证号": number(400 + serial),
        "联系电话": f"100{serial:08}",
        "所属社区": "福华社区",
        "来源地": HANGU,
        "车次/航班": "G2001",
        "离开日期": "2020-11-07",
        "返郑日期": "2020年11月8日",
        "信息来源": "",
        **said,
    }


def as_list(*rows, headings=HEADINGS):
    text = io.StringIO(newline="")
    lines = [["返郑人员排查表"], headings, *([r[h] for h in headings] for r in rows)]
    csv.writer(text).writerows(lines)
    return text.getvalue().encode("gb18030")


def take(world, content, *, source=Source.CHECKPOINT, who="community", at=NOON):
    return arrivals.take_arrivals(
        arrivals.open_list(content),
        content=content,
        file_name="返郑人员.csv",
        source=source,
        area=world["district" if who == "cdc" else "community"],
        by=world.actor(who),
        at=at,
    )


def reasons(world, listed, who="community"):
    by = world.actor(who)
    rows = people.refused_rows(listed.taken.batch, by.scope, by=by.person)
    return {one.number: one.reasons for one in explain(rows)}


def test_the_headings_are_understood():
    columns = propose(HEADINGS, vocabulary=arrivals.ARRIVALS)

    assert columns == {
        "name": 1,
        "number": 2,
        "telephone": 3,
        "community": 4,
        "origin": 5,
        "transport": 6,
        "left_on": 7,
        "arrived_on": 8,
        "source": 9,
    }


def test_people_and_journeys_come_from_the_same_rows(world):
    listed = take(world, as_list(row(1, "赵一"), row(2, "钱二", 信息来源="大数据")))

    assert (listed.registered, listed.joined, listed.repeated) == (2, 0, 0)
    one, two = (Arrival.objects.get(pk=listed.arrivals[n]) for n in (3, 4))
    assert one.risk == two.risk == Risk.MEDIUM
    journey = queries.journey_of(one)
    assert journey.origin == HANGU
    assert journey.transport == "G2001"
    assert journey.left_on == dt.date(2020, 11, 7)
    assert journey.arrived_on == dt.date(2020, 11, 8)
    assert [s.source for s in queries.sources_of(two)] == [Source.BIG_DATA]
    assert Task.objects.filter(form="arrival_visit").count() == 2


def test_the_same_list_again_registers_nobody_twice(world):
    content = as_list(row(1, "赵一"), row(2, "钱二"))
    take(world, content)

    listed = take(world, content)

    assert (listed.registered, listed.joined, listed.repeated) == (0, 0, 2)
    assert Arrival.objects.count() == Statement.objects.count() == 2


def test_every_bad_row_is_told_and_a_corrected_list_adds_it(world):
    good, late = row(1, "赵一"), row(2, "钱二")
    faulty = as_list(
        good,
        {**late, "离开日期": "9/11/2020", "返郑日期": "2020-11-09"},
        row(3, "孙三", 来源地=""),
        row(4, "李四", 离开日期="2020-11-08", 返郑日期="2020-11-06"),
        row(5, "周五", 信息来源="听说"),
        row(6, "吴六", 返郑日期="2020-12-08"),
        row(7, "郑七", 身份证号="990103197906134011"),
    )

    listed = take(world, faulty)

    assert listed.registered == 1
    told = reasons(world, listed)
    assert sorted(told) == [4, 5, 6, 7, 8, 9]
    assert told[4] == ("The date in 离开日期 is no day, or may be two.",)
    assert told[5] == ("The cell 来源地 is empty.",)
    assert told[6] == ("The person would have arrived before leaving.",)
    assert told[7] == ("The word in 信息来源 is not understood.",)
    assert told[8] == ("The day in 返郑日期 lies ahead.",)
    assert told[9][0].startswith("The last sign of the number does not fit")
    assert Person.objects.count() == 1

    assert take(world, as_list(good, late)).registered == 1


def test_three_overlapping_lists_are_one_arrival_for_each_journey(world):
    """The checkpoint has telephones, the big-data list other dates, the CDC documents."""
    landed = row(1, "赵一", 来源地="广州市白云区")
    checkpoint = take(world, as_list(landed, row(2, "钱二")))
    big_data = take(
        world,
        as_list(
            row(2, "钱二", 来源地="天津", 返郑日期="2020-11-09", 离开日期=""),
            row(3, "孙三"),
        ),
        source=Source.BIG_DATA,
    )
    documents = take(
        world,
        as_list(
            {**row(1, "赵一", 来源地="阿联酋"), "入境日期": "2020-11-07"},
            {**row(4, "李四", 来源地="阿联酋"), "入境日期": "2020-11-07"},
            headings=(*HEADINGS, "入境日期"),
        ),
        source=Source.EXIT_ENTRY,
        who="cdc",
    )

    assert (checkpoint.registered, checkpoint.joined) == (2, 0)
    assert (big_data.registered, big_data.joined) == (1, 1)
    assert (documents.registered, documents.joined) == (1, 1)
    counted = queries.counts(world["district"])
    assert (counted.domestic, counted.abroad) == (2, 2)
    first = Arrival.objects.get(pk=checkpoint.arrivals[3])
    assert first.is_abroad
    assert first.standing == Standing.CLASSIFIED


def test_doubles_without_a_number_are_joined_when_somebody_merges_them(world):
    take(world, as_list(row(1, "赵一")))
    columns = tuple(h for h in HEADINGS if h != "身份证号")
    again = take(
        world, as_list(row(1, "赵一"), headings=columns), source=Source.BIG_DATA
    )
    assert queries.counts(world["district"]).all == 2
    [pair] = people.alike(EVERYWHERE)

    merge_people(
        pair.other.id,
        into=pair.one.id,
        evidence="同名同电话",
        by=world.actor("community"),
        at=NOON,
    )
    join_arrivals(pair.other.id, at=NOON)

    assert queries.counts(world["district"]).all == 1
    assert again.registered == 1


def test_a_list_of_those_from_abroad_needs_no_origin(world):
    headings = ("姓名", "身份证号", "所属社区", "入境日期")
    said = {**row(1, "赵一"), "入境日期": "2020-11-03"}

    listed = take(
        world, as_list(said, headings=headings), source=Source.EXIT_ENTRY, who="cdc"
    )

    [arrival] = Arrival.objects.all()
    assert listed.registered == 1
    assert arrival.is_abroad
    assert arrival.standing == Standing.CLASSIFIED


def test_families_tell_of_arrivals_that_lie_ahead(world):
    said = row(1, "赵一", 返郑日期="2020-11-20", 离开日期="", 来源地="新加坡")

    take(world, as_list(said), source=Source.OVERSEAS_FAMILIES)

    [arrival] = Arrival.objects.all()
    assert queries.journey_of(arrival).arrived_on == dt.date(2020, 11, 20)
    assert Task.objects.count() == 0


def test_a_list_without_a_column_of_origins_is_told_row_by_row(world):
    headings = ("姓名", "身份证号", "所属社区", "返郑日期")

    listed = take(world, as_list(row(1, "赵一"), headings=headings))

    assert listed.registered == 0
    assert reasons(world, listed) == {3: ("No column says the origin of the people.",)}


@pytest.mark.parametrize(
    "who", ["grid", "hospital", "police", "auditor", "civil_affairs"]
)
def test_who_brings_no_lists_is_refused(world, who):
    content = as_list(row(1, "赵一"))

    with pytest.raises(Refusal):
        arrivals.take_arrivals(
            arrivals.open_list(content),
            content=content,
            file_name="x.csv",
            source=Source.CHECKPOINT,
            area=world.actor(who).unit,
            by=world.actor(who),
            at=NOON,
        )

    assert Arrival.objects.count() == Person.objects.count() == 0
    assert Layout.objects.count() == 0


def test_what_is_no_list_is_refused():
    with pytest.raises(Refusal) as refusal:
        arrivals.open_list("你好\n".encode())

    assert refusal.value.kind is rules.NO_PEOPLE_HEADINGS
