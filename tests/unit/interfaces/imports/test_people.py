"""A list of returnees with every fault at once: who goes in, what is refused, and why."""

import datetime as dt
import json
import random

import pytest
from django.db import connection

from fangxian.interfaces.imports import people, refused, rules
from fangxian.interfaces.imports.mapping import propose
from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.identifiers import citizen_check
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.situation import start_situation
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.jurisdiction.rules import OUT_OF_REACH
from fangxian.mechanisms.ledger import queries as ledger
from fangxian.mechanisms.ledger.models import (
    Door,
    Import,
    Layout,
    Person,
    Proxy,
    RefusedRow,
    Residence,
)
from fangxian.mechanisms.ledger.people import queries
from fangxian.mechanisms.ledger.people.rules import (
    IMPORTERS,
    NOT_YOURS_TO_REGISTER,
)
from fangxian.mechanisms.ledger.states import ImportState
from tests.unit.interfaces.imports import workbooks
from tests.unit.interfaces.imports.returnees import (
    ADDED,
    EACH,
    FIRST,
    HEADINGS,
    as_csv,
    faulty_list,
    good_row,
    id_number,
)
from tests.unit.mechanisms.ledger.people.folk import NAME, NUMBER, TELEPHONE, found
from tests.worlds import NOON


SEED = 20201109
SIZE = 600


@pytest.fixture(autouse=True)
def rehearsal(settings, tmp_path):
    """An installation where invented people may be registered."""
    settings.FANGXIAN_DATA = tmp_path
    return start_situation(tmp_path, scenario="test", at=NOON)


def take(content, area, *, by=SYSTEM, name="返郑人员.csv", at=NOON):
    return people.take_people(
        people.open_list(content), content=content, file_name=name, area=area, by=by, at=at
    )  # fmt: skip


def listed(*rows, headings=("姓名", "身份证号", "联系电话", "社区")):
    return as_csv([list(row) for row in rows], headings=headings)


def told(taken):
    """The codes each row was refused for, by its number."""
    codes = {}
    for bad in taken.refused:
        codes.setdefault(bad.number, set()).add(bad.code)
    return codes


# --------------------------------------------------------------------- the whole list
def test_every_good_row_goes_in_and_every_other_is_told(world):
    returnees = faulty_list(SIZE, seed=SEED)

    taken = take(as_csv(returnees.table()), world["street"])

    expected = {
        FIRST + n: set(outcome)
        for n, outcome in enumerate(returnees.outcomes)
        if outcome != {ADDED}
    }
    assert told(taken) == expected
    assert sorted(taken.added) == returnees.numbers(ADDED)
    assert Person.objects.count() == len(taken.added)
    batch = Import.objects.get()
    assert (batch.rows, batch.added, batch.known, batch.refused) == (
        SIZE,
        len(taken.added),
        0,
        len(expected),
    )
    assert all(returnees.counts()[code] >= EACH for code in returnees.counts())


def test_the_same_list_again_adds_nobody(world):
    content = as_csv(faulty_list(SIZE, seed=SEED).table())
    first = take(content, world["street"])
    before = Person.objects.count(), Residence.objects.count(), Door.objects.count()

    again = take(content, world["street"])

    assert again.added == {}
    assert [known.person for known in again.known] == list(first.added.values())
    assert [known.differs for known in again.known] == [()] * len(first.added)
    assert told(again) == told(first)
    assert before == (
        Person.objects.count(),
        Residence.objects.count(),
        Door.objects.count(),
    )
    assert Import.objects.latest("id").state == ImportState.REPEATED


def test_a_corrected_list_adds_only_what_was_refused(world):
    returnees = faulty_list(SIZE, seed=SEED)
    first = take(as_csv(returnees.table()), world["street"])
    rows = [[row[heading] for heading in HEADINGS] for row in returnees.meant]

    corrected = take(as_csv(rows), world["street"])

    assert told(corrected) == {}
    assert len(first.added) + len(corrected.added) == SIZE == Person.objects.count()


@pytest.mark.slow
def test_five_thousand_returnees(world):
    returnees = faulty_list(5_000, seed=SEED, each=100)

    taken = take(as_csv(returnees.table()), world["street"])

    assert sorted(taken.added) == returnees.numbers(ADDED)
    assert len(told(taken)) == 5_000 - len(taken.added)


def test_a_workbook_with_merged_cells_and_an_odd_order_is_read(world):
    rows = [good_row(random.Random(1), n) for n in (1, 2, 3)]
    for row in rows:
        row["所属社区"] = "福华社区"
    order = sorted(HEADINGS)
    cells = [list(order), *([row[heading] for heading in order] for row in rows)]
    column = order.index("所属社区")
    cells[2][column] = cells[3][column] = ""
    content = workbooks.honest(cells, merged=[(1, column, 3, column, "福华社区")])

    taken = take(content, world["street"])

    assert sorted(taken.added) == [2, 3, 4]
    assert set(Person.objects.values_list("area", flat=True)) == {world["community"]}


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_any_encoding_of_china_is_read(world, encoding):
    content = as_csv([[NAME, "男", TELEPHONE]], encoding=encoding,
                     headings=["姓名", "性别", "电话"])  # fmt: skip

    take(content, world["street"])

    assert Person.objects.get().name == NAME


# ------------------------------------------------------------------------- what is read
def test_what_a_row_says_is_kept(world):
    random_ = random.Random(2)
    small, grown = good_row(random_, 84), good_row(random_, 1)

    take(
        as_csv([[row[h] for h in HEADINGS] for row in (small, grown)]), world["street"]
    )

    child = Person.objects.get(birth_year__isnull=False, telephone_mark=None)
    assert (child.name, child.birth_year) == (small["姓名"], "2014")
    assert child.source == f"import:{Import.objects.get().pk}"
    said = Proxy.objects.get()
    assert (said.person_id, said.name, said.relation) == (child.pk, "张桂香", "parent")
    adult = Person.objects.exclude(pk=child.pk).get()
    assert (adult.sex, adult.address) == ("male", grown["现住址"])
    living = Residence.objects.get(person=adult)
    assert (living.since, living.door.building, living.door.room) == (
        dt.date(2020, 11, 2),
        grown["楼栋"],
        grown["房号"],
    )


@pytest.mark.parametrize(
    ("paper", "number", "kept"),
    [
        ("护照", "e12345678", ("passport", "E12345678")),
        ("", "E1234567A", ("passport", "E1234567A")),
        ("港澳居民来往内地通行证", "H12345678", ("hong_kong_macao", "H12345678")),
        ("台胞证", "12345678", ("taiwan", "12345678")),
        ("外国人永久居留身份证", "USA410080010199", ("permanent", "USA410080010199")),
        ("", NUMBER.lower(), ("citizen", NUMBER)),
        ("", "无", ("none", None)),
        ("不详", "", ("unknown", None)),
    ],
)
def test_papers_of_every_kind(world, paper, number, kept):
    why = "证件遗失"
    content = as_csv([[NAME, paper, number, why, "福华社区"]],
                     headings=["姓名", "证件类型", "证件号码", "无证件原因", "社区"])  # fmt: skip

    take(content, world["street"])

    person = Person.objects.get()
    assert (person.paper, person.number) == kept
    assert person.no_paper_why == (None if kept[1] else why)


def test_a_list_without_numbers_goes_in_with_the_reason(world):
    content = as_csv([[NAME, TELEPHONE, "福华社区"]], headings=["姓名", "电话", "社区"])

    first = take(content, world["street"])
    again = take(content, world["street"])

    assert (len(first.added), len(again.added), len(again.known)) == (1, 0, 1)
    assert Person.objects.get().no_paper_why


def test_an_empty_number_needs_its_reason(world):
    taken = take(listed((NAME, "", TELEPHONE, "福华社区")), world["street"])

    assert told(taken) == {FIRST: {"ledger.no_paper_why_missing"}}


def test_two_faults_of_one_row_are_both_told(world):
    row = (NAME, NUMBER[:-1] + "0", "12345", "福花社区")

    taken = take(listed(row), world["street"])

    assert told(taken) == {
        FIRST: {
            "ledger.number_check",
            "ledger.telephone_undiallable",
            "imports.area_misspelt",
        }
    }


def test_a_telephone_is_no_number_of_a_paper(world):
    taken = take(listed((NAME, TELEPHONE, "", "福华社区")), world["street"])

    assert told(taken) == {FIRST: {"imports.paper_unclear"}}
    assert Person.objects.count() == 0


def test_a_number_that_ends_in_zeros_is_believed_where_none_was_cut(world):
    bodies = (f"99010319{year}0613100" for year in range(10, 99))
    zeros = next(body + "0" for body in bodies if citizen_check(body) == "0")
    rows = [(NAME, zeros, TELEPHONE, "福华社区")]
    cut = ("李小红", NUMBER[:15] + "000", TELEPHONE, "福华社区")

    alone = take(listed(*rows), world["street"])
    beside = take(listed(*rows, cut), world["community"])

    assert told(alone) == {}
    assert set(told(beside)) == {FIRST, FIRST + 1}
    assert set.union(*told(beside).values()) == {"imports.number_shortened"}


def test_the_number_of_another_name_is_refused(world):
    take(listed((NAME, NUMBER, TELEPHONE, "福华社区")), world["street"])

    taken = take(listed(("李小红", NUMBER, TELEPHONE, "福华社区")), world["street"])

    assert told(taken) == {FIRST: {"ledger.other_name"}}


def test_what_differs_from_the_ledger_is_named_and_changes_nothing(world):
    take(listed((NAME, NUMBER, TELEPHONE, "福华社区")), world["street"])

    row = (NAME, NUMBER, "10000000000", "建中社区")
    taken = take(listed(row), world["street"])

    [known] = taken.known
    assert known.differs == ("telephone", "area")
    assert Person.objects.get().telephone == TELEPHONE


def test_lookalikes_of_the_ledger_and_of_the_list_are_kept_and_keep_nobody_out(world):
    take(listed((NAME, NUMBER, TELEPHONE, "福华社区")), world["street"])

    headings = ("姓名", "联系电话", "社区", "出生日期")
    rows = [("王晓明", TELEPHONE, "建中社区", "1979"), ("李红", "", "福华社区", "1980"),
            ("李宏", "", "福华社区", "1980-05")]  # fmt: skip
    taken = take(as_csv(rows, headings=headings), world["street"])

    assert sorted(taken.added) == [FIRST, FIRST + 1, FIRST + 2]
    assert [(like.score, like.person) for like in taken.alike] == [
        (95, taken.added[FIRST]),
        (60, taken.added[FIRST + 2]),
    ]
    assert len(queries.alike(world.actor("alice").scope)) == 2


def test_who_is_known_elsewhere_goes_in_and_nothing_is_betrayed(world):
    row = (NAME, NUMBER, TELEPHONE)
    take(listed((*row, "南关社区")), world["next_street"])

    taken = take(listed((*row, "福华社区")), world["street"], by=world.actor("alice"))

    assert sorted(taken.added) == [FIRST]
    assert queries.alike(world.actor("alice").scope) == []
    [pair] = queries.alike(world.actor("dana").scope)
    assert pair.score == 100


def test_people_of_a_list_are_found(world):
    take(listed((NAME, NUMBER, TELEPHONE, "福华社区")), world["street"])
    scope = world.actor("community").scope

    assert [len(found(scope, text)) for text in ("小明", "wxm", "5678", NUMBER)] == [
        1
    ] * 4


# ------------------------------------------------------------------------------- files
def test_a_confirmed_layout_is_remembered_for_people_only(world):
    content = listed(
        (NAME, NUMBER, TELEPHONE, "福华社区"), headings=("甲", "乙", "丙", "丁")
    )
    with pytest.raises(Refusal) as refusal:
        people.open_list(content)
    assert refusal.value.kind is rules.NO_PEOPLE_HEADINGS

    headings = ("姓名", "乙", "联系电话", "丁")
    content = listed((NAME, NUMBER, TELEPHONE, "福华社区"), headings=headings)
    sheet = people.open_list(content)
    columns = {"name": 0, "number": 1, "telephone": 2, "community": 3}
    said = {"content": content, "file_name": "x", "area": world["street"], "at": NOON}
    people.take_people(sheet.with_columns(columns), **said, by=SYSTEM)

    again = people.open_list(content)
    assert (again.remembered, again.columns) == (True, columns)
    assert ledger.find_layout(sheet.layout) == Layout.objects.get()


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("返郑人员姓名", "name"),
        ("身份证号码", "number"),
        ("证件类型", "paper"),
        ("手机号", "telephone"),
        ("现居住地", "address"),
        ("监护人联系方式", "proxy_telephone"),
        ("联系人", "proxy_name"),
        ("到郑日期", "arrived_on"),
    ],
)
def test_headings_of_people(heading, name):
    assert propose([heading], vocabulary=people.PEOPLE) == {name: 0}


def test_refused_rows_are_for_who_sent_them_and_can_be_corrected(world):
    by = world.actor("alice")
    taken = take(listed((NAME, NUMBER[:-1] + "0", TELEPHONE, "福华社区")),
                 world["street"], by=by)  # fmt: skip

    rows = queries.refused_rows(taken.batch, by.scope, by=by.person)
    [explained] = refused.explain(rows)
    assert explained.cells[0] == NAME
    assert explained.reasons == (
        "The last sign of the number does not fit the others: one is wrong.",
    )
    bob = world.actor("bob")
    assert list(queries.refused_rows(taken.batch, bob.scope, by=bob.person)) == []
    assert list(ledger.imports(by.scope)) == []
    assert [one.pk for one in queries.lists(by.scope)] == [taken.batch]


def test_no_fact_of_a_refusal_stands_in_clear(world):
    """A reason may repeat a cell: a name in the wrong column, for one."""
    row = (NAME, NUMBER, TELEPHONE, "福花社区")
    take(listed(row), world["street"])

    [row] = RefusedRow.objects.all()
    assert row.facts["area"] == "福花社区"
    [(facts, cells)] = _raw("SELECT facts, cells FROM ledger_refusedrow")
    for sealed in (bytes(facts), bytes(cells)):
        assert "福花社区".encode() not in sealed
        assert json.dumps("福花社区").encode() not in sealed


def _raw(sql):
    from django.db import connection  # noqa: PLC0415 -- only here

    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_the_journal_holds_ids_and_counts_only(world):
    returnees = faulty_list(SIZE, seed=SEED)
    content = as_csv(returnees.table())

    take(content, world["street"], name=f"{NAME}等返郑人员.csv")

    spelled = json.dumps(
        list(Entry.objects.values_list("payload", "subject")),
        ensure_ascii=False,
        default=str,
    )
    private = {
        row[h] for row in returnees.meant for h in ("姓名", "身份证号", "联系电话")
    }
    assert [text for text in (*private, NAME) if text and text in spelled] == []
    assert Entry.objects.filter(event="ledger.people_taken").count() == 1
    assert Entry.objects.filter(event="person.registered").count() == len(
        returnees.numbers(ADDED)
    )


# ------------------------------------------------------------------------------- who
@pytest.mark.parametrize(
    "who", ["grid", "hospital", "police", "civil_affairs", "auditor"]
)
def test_who_brings_no_lists_is_refused(world, who):
    by = world.actor(who)
    assert by.role not in IMPORTERS
    area = by.unit

    with pytest.raises(Refusal) as refusal:
        take(listed((NAME, NUMBER, TELEPHONE, "")), area, by=by)

    assert refusal.value.kind in {NOT_YOURS_TO_REGISTER, OUT_OF_REACH}
    assert Person.objects.count() == 0
    assert Layout.objects.count() == 0


def test_a_list_of_the_next_district_is_refused(world):
    with pytest.raises(Refusal) as refusal:
        take(
            listed((NAME, NUMBER, TELEPHONE, "")),
            world["street"],
            by=world.actor("charlie"),
        )

    assert refusal.value.kind is OUT_OF_REACH
    assert Import.objects.count() == 0


def test_a_row_of_another_area_is_refused(world):
    taken = take(listed((NAME, NUMBER, TELEPHONE, "南关社区")), world["street"])

    assert set(*told(taken).values()) <= {
        "imports.home_unknown",
        "imports.area_misspelt",
    }


@pytest.mark.parametrize(
    ("community", "sentence", "remedy"),
    [
        (
            "月球",
            "福华街街道 has no part called 月球, so nobody would answer for this person.",
            "Ask where the person lives, and write its name as in the list of areas.",
        ),
        (
            "建中社",
            "福华街街道 has no part called 建中社; the nearest is 建中社区.",
            "Write 建中社区, or another name from the list of areas.",
        ),
    ],
)
def test_an_unknown_community_is_refused_in_words_of_a_person(
    world, community, sentence, remedy
):
    by = world.actor("alice")
    taken = take(listed((NAME, NUMBER, TELEPHONE, community)), world["street"], by=by)

    rows = queries.refused_rows(taken.batch, by.scope, by=by.person)
    [bad] = refused.explain(rows)
    assert (bad.reasons, bad.remedies) == ((sentence,), (remedy,))


def test_a_street_that_is_not_the_lists_is_no_home_of_a_place(world):
    headings = ("姓名", "身份证号", "联系电话", "街道", "社区")
    row = (NAME, NUMBER, TELEPHONE, "解放路街道", "福华社区")

    taken = take(listed(row, headings=headings), world["street"])

    assert told(taken) == {FIRST: {"ledger.people_elsewhere"}}


def test_the_list_of_real_people_takes_no_invented_ones(world, settings, tmp_path):
    settings.FANGXIAN_DATA = tmp_path / "in earnest"

    taken = take(listed((NAME, id_number(1, born="19790613"), TELEPHONE, "福华社区")),
                 world["street"])  # fmt: skip

    assert told(taken) == {FIRST: {"ledger.number_of_drill"}}


@pytest.mark.usefixtures("world")
def test_a_list_without_headings_is_refused_and_leaves_nobody_behind():
    rows = [(NAME, NUMBER, TELEPHONE, "福华社区"), ("李小红", "", "", "福华社区")]
    cells = (NAME, NUMBER, "返郑人员", "福华街道")
    for first, kind in (
        (rows[0], rules.NO_PEOPLE_HEADINGS),
        (cells, rules.HEADINGS_ARE_DATA),
    ):
        with pytest.raises(Refusal) as refusal:
            people.open_list(listed(*rows, headings=first))
        assert refusal.value.kind is kind
    assert not Layout.objects.exists()


def test_what_was_taken_for_headings_stands_nowhere_in_clear(world):
    """Nothing tells a lone name from a heading; so layouts are kept sealed."""
    headings = ("姓名", "联系电话", NAME)
    content = listed(("李小红", TELEPHONE, "福华社区"), headings=headings)
    sheet = people.open_list(content).with_columns(
        {"name": 0, "telephone": 1, "community": 2}
    )
    people.take_people(
        sheet,
        content=content,
        file_name="x",
        area=world["street"],
        by=SYSTEM,
        at=NOON,
    )

    kept = Layout.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT fingerprint, headings FROM ledger_layout")
        [(fingerprint, sealed)] = cursor.fetchall()
    assert kept.headings == list(headings)
    assert NAME.encode() not in bytes(sealed)
    assert json.dumps(NAME)[1:-1].encode() not in bytes(sealed)
    assert fingerprint == sheet.layout
