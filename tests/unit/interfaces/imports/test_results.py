"""Lists of laboratory results: good rows in, every other with its reason, none twice."""

import csv
import datetime as dt
import io

import pytest

from fangxian.capabilities.home_watch import actions as watching_actions
from fangxian.capabilities.home_watch import queries
from fangxian.capabilities.home_watch.models import Result
from fangxian.capabilities.home_watch.states import Outcome
from fangxian.interfaces.imports import results, rules
from fangxian.interfaces.imports.mapping import propose
from fangxian.interfaces.imports.refused import explain
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.situation import start_situation
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.ledger.models import Import, RefusedRow
from fangxian.mechanisms.ledger.people import queries as people
from fangxian.mechanisms.ledger.people.actions import merge_people
from fangxian.mechanisms.ledger.states import About
from fangxian.mechanisms.restriction.actions import withdraw_evidence
from fangxian.mechanisms.restriction.models import Decision, Evidence
from tests.unit.capabilities.home_watch.watching import SAMPLED, Watching, clock
from tests.unit.mechanisms.ledger.people.folk import number, register
from tests.worlds import NOON


pytestmark = pytest.mark.django_db

HEADINGS = ("序号", "姓名", "证件号码", "联系电话", "采样日期", "检测结果", "报告时间")
LABORATORY = "区医院检验科"
MORNING = clock(9, day=15)
NAMES = {417: "王小明", 418: "赵大", 419: "钱二"}


@pytest.fixture(autouse=True)
def rehearsal(settings, tmp_path):
    settings.FANGXIAN_DATA = tmp_path
    return start_situation(tmp_path, scenario="test", at=NOON)


@pytest.fixture
def watching(world):
    return Watching(world)


@pytest.fixture
def watches(watching):
    """Three people at home, of whom a sample was taken on the 14th."""
    people_ = {
        serial: watching.back(name, serial=serial) for serial, name in NAMES.items()
    }
    decisions = {one.subject: one.pk for one in watching.imposed()}
    found = {}
    for serial, person in people_.items():
        by = watching.world.actor("cdc")
        watch = watching_actions.open_watch(decisions[person], by=by, at=NOON)
        watching.write(
            watch,
            SAMPLED,
            act=watching_actions.record_sampling,
            at=clock(10, day=14),
        )
        found[serial] = watch
    return found


def row(serial, **said):
    return {
        "序号": str(serial),
        "姓名": NAMES.get(serial, "孙三"),
        "证件号码": number(serial),
        "联系电话": f"100{serial:08}",
        "采样日期": "2020-11-14",
        "检测结果": "阴性",
        "报告时间": "2020-11-15 08:30",
        **said,
    }


def as_list(*rows, headings=HEADINGS):
    text = io.StringIO(newline="")
    lines = [["核酸检测结果表"], headings, *([r[h] for h in headings] for r in rows)]
    csv.writer(text).writerows(lines)
    return text.getvalue().encode("gb18030")


def take(world, content, *, who="hospital", laboratory=LABORATORY, at=MORNING):
    return results.take_results(
        results.open_list(content),
        content=content,
        file_name="结果.csv",
        laboratory=laboratory,
        area=world["district"],
        by=world.actor(who),
        at=at,
    )


def reasons(listed):
    return {bad.number: bad.code for bad in listed.refused}


def test_good_rows_go_in_as_the_hospital_states_them(world, watches):
    listed = take(world, as_list(row(417), row(418), row(419, 检测结果="无法判定")))

    assert sorted(listed.added) == [3, 4, 5]
    assert not listed.refused
    taken = {
        one.sample.watch_id: one for one in Result.objects.select_related("sample")
    }
    assert {queries.outcome_of(taken[watches[s].pk]) for s in (417, 418)} == {
        Outcome.NEGATIVE
    }
    assert queries.outcome_of(taken[watches[419].pk]) is Outcome.INCONCLUSIVE
    first = taken[watches[417].pk]
    assert (first.batch_id, first.row, first.laboratory) == (
        listed.batch,
        3,
        LABORATORY,
    )
    evidence = Evidence.objects.get(pk=first.evidence_id)
    assert (evidence.seen_at, evidence.role) == (clock(8, 30, day=15), "hospital")
    assert not queries.awaited(world.actor("hospital").scope)
    batch = Import.objects.get(pk=listed.batch)
    assert (batch.about, batch.rows, batch.added) == (About.RESULTS, 3, 3)
    assert Entry.objects.filter(event="home_watch.results_listed").count() == 1


BAD = [
    (row(417, 证件号码=number(999)), "home_watch.person_not_found"),
    (row(417, 证件号码="", 联系电话=""), "imports.cell_missing"),
    (row(417, 姓名="王大明"), "home_watch.named_otherwise"),
    (row(417, 证件号码=number(417)[:-1] + "0"), "ledger.number_check"),
    (row(417, 证件号码="4.10103E+17"), "imports.number_shortened"),
    (row(417, 采样日期="2020-11-16"), "home_watch.sampled_ahead"),
    (row(417, 采样日期="2020-10-30"), "home_watch.sampled_before"),
    (row(417, 采样日期="2020-11-12"), "home_watch.not_sampled"),
    (row(417, 采样日期="昨天"), "imports.date_unclear"),
    (row(417, 采样日期=""), "imports.cell_missing"),
    (row(417, 报告时间="2020-11-13"), "home_watch.received_before"),
    (row(417, 报告时间="2020-11-16"), "home_watch.received_ahead"),
    (row(417, 检测结果="不知道"), "imports.result_unclear"),
    (row(417, 检测结果=""), "imports.cell_missing"),
    (row(417, 检测结果="2020-11-14", 采样日期="阴性"), "imports.cells_swapped"),
]


@pytest.mark.parametrize(("bad", "code"), BAD)
@pytest.mark.usefixtures("watches")
def test_a_bad_row_is_named_with_its_reason_and_the_good_ones_go_in(world, bad, code):
    listed = take(world, as_list(bad, row(418)))

    assert reasons(listed) == {3: code}
    assert list(listed.added) == [4]
    [told] = explain(RefusedRow.objects.filter(batch=listed.batch))
    assert told.number == 3
    assert told.reasons[0]
    assert told.remedies[0]
    assert "{" not in told.reasons[0] + told.remedies[0]


def test_who_is_not_watched_is_refused(world, watches):
    register(world, "grid", name="孙三", number=number(500), telephone="10000000500")

    listed = take(world, as_list(row(500), row(417)), who="cdc")

    assert reasons(listed)[3] in {
        "home_watch.not_watched",
        "home_watch.person_not_found",
    }
    assert watches[417].pk in set(
        Result.objects.values_list("sample__watch", flat=True)
    )


@pytest.mark.usefixtures("watches")
def test_the_same_list_again_and_the_corrected_one_double_nothing(world):
    wrong = as_list(row(417), row(418, 证件号码=number(418)[:-1] + "0"))
    first = take(world, wrong)
    again = take(world, wrong)
    corrected = take(world, as_list(row(418)))

    assert [len(one.added) for one in (first, again, corrected)] == [1, 0, 1]
    assert list(again.known) == [3]
    assert Result.objects.count() == Evidence.objects.filter(kind="lab").count() == 2


@pytest.mark.usefixtures("watches")
@pytest.mark.parametrize("turn", [1, -1])
def test_rows_that_contradict_each_other_are_both_refused(world, turn):
    rows = [row(417), row(417, 检测结果="阳性")][::turn]

    listed = take(world, as_list(*rows, row(418)))

    assert reasons(listed) == dict.fromkeys((3, 4), "home_watch.conflicting_rows")
    assert list(listed.added) == [5]


@pytest.mark.usefixtures("watches")
def test_a_row_that_stands_twice_is_taken_once(world):
    listed = take(world, as_list(row(417), row(417)))

    assert reasons(listed) == {4: "home_watch.same_sample_as_row"}
    assert list(listed.added) == [3]


@pytest.mark.usefixtures("watches")
def test_another_result_of_a_known_sample_overwrites_nothing(world):
    first = take(world, as_list(row(417)))

    second = take(world, as_list(row(417, 检测结果="阳性")))

    assert reasons(second) == {3: "home_watch.conflicting"}
    assert queries.outcome_of(Result.objects.get()) is Outcome.NEGATIVE
    [evidence] = first.added.values()
    withdraw_evidence(evidence, reason="报错", by=world.actor("hospital"), at=MORNING)
    third = take(world, as_list(row(417, 检测结果="阳性")))
    assert list(third.added) == [3]


@pytest.mark.usefixtures("watches")
def test_name_and_the_end_of_the_telephone_will_do(world):
    end = f"100{417:08}"[-4:]
    headings = [one for one in HEADINGS if one != "证件号码"]

    listed = take(
        world,
        as_list(row(417, 联系电话=end), row(418), headings=headings),
    )

    assert sorted(listed.added) == [3, 4]


@pytest.mark.usefixtures("watches")
def test_several_people_alike_are_not_guessed(world, watching):
    other = register(
        world, "grid", name="王小明", number=number(888), telephone="10010000417"
    ).person
    watching.stated(other)
    headings = [one for one in HEADINGS if one != "证件号码"]

    listed = take(
        world, as_list(row(417, 联系电话="0417"), headings=headings), who="cdc"
    )

    assert reasons(listed) == {3: "home_watch.people_alike"}


def test_who_was_merged_is_found_under_either_number(world, watches):
    other = register(
        world, "grid", name="王小明", number=number(777), telephone="10000000417"
    ).person
    merge_people(
        watches[417].person,
        into=other,
        evidence="同一本人",
        by=world.actor("community"),
        at=NOON,
    )
    assert people.survivor(watches[417].person) == other

    listed = take(world, as_list(row(417)))

    assert list(listed.added) == [3]
    assert Result.objects.get().sample.watch == watches[417]


@pytest.mark.usefixtures("watches")
def test_a_row_may_name_its_own_laboratory_and_some_must(world):
    headings = (*HEADINGS, "检测机构")
    content = as_list(
        row(417, 检测机构="市疾控中心"), row(418, 检测机构=""), headings=headings
    )

    listed = take(world, content, laboratory="")

    assert reasons(listed) == {4: "home_watch.laboratory_missing"}
    assert Result.objects.get().laboratory == "市疾控中心"


@pytest.mark.usefixtures("watches")
@pytest.mark.parametrize("missing", ["姓名", "采样日期", "检测结果"])
def test_a_list_without_a_needed_column_is_refused_whole(world, missing):
    headings = [one for one in HEADINGS if one != missing]
    with pytest.raises(Refusal) as caught:
        take(world, as_list(row(417), headings=headings))

    assert caught.value.kind in {
        rules.RESULTS_COLUMN_MISSING,
        rules.NO_PEOPLE_HEADINGS,
    }
    assert not Import.objects.filter(about=About.RESULTS).exists()


@pytest.mark.usefixtures("watches")
@pytest.mark.parametrize("who", ["grid", "community", "alice", "district", "police"])
def test_only_hospital_and_cdc_bring_results(world, who):
    with pytest.raises(Refusal) as caught:
        take(world, as_list(row(417)), who=who)

    assert caught.value.kind.code == "home_watch.not_yours_to_take"


def test_a_positive_row_restricts_nobody(world, watches):
    before = Decision.objects.count()

    take(world, as_list(row(417, 检测结果="阳性")))

    assert Decision.objects.count() == before == len(watches)


def test_headings_of_laboratories_are_understood():
    headings = (
        "姓名",
        "身份证号",
        "标本采集时间",
        "核酸检测结果",
        "检测单位",
        "出结果时间",
    )

    assert propose(headings, vocabulary=results.RESULTS) == {
        "name": 0,
        "number": 1,
        "sampled_on": 2,
        "result": 3,
        "laboratory": 4,
        "received_at": 5,
    }
    assert dt.time(23, 59) == results.LAST_MINUTE
