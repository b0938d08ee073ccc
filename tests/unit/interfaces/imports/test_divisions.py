"""National lists: good rows in, bad rows told with number, sentence and remedy."""

from typing import Any

import pytest

from fangxian.interfaces.imports import divisions
from fangxian.interfaces.imports.divisions import import_divisions
from fangxian.interfaces.imports.offices import plain_name
from fangxian.kernel.actors import SYSTEM
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.jurisdiction import queries, rules
from fangxian.mechanisms.jurisdiction.models import Area, Reach
from fangxian.mechanisms.jurisdiction.states import Level
from tests.divisions import FILES, write_country
from tests.worlds import NOON, SINCE


pytestmark = pytest.mark.django_db

VILLAGES = "code,name,streetCode,provinceCode,cityCode,areaCode"
ENTERED: dict[str, Any] = {"on": SINCE, "source": "a made-up list", "at": NOON}


def take(path, *, by=SYSTEM):
    """Import a file; give its totals and the faults it told."""
    faults: list[divisions.Fault] = []
    totals = import_divisions(path, by=by, tell=faults.append, **ENTERED)
    return (totals.rows, totals.added, totals.known, totals.refused), faults


def villages(path, *lines, encoding="utf-8"):
    path.write_bytes("\n".join([VILLAGES, *lines, ""]).encode(encoding))
    return path


@pytest.fixture
def street(tmp_path):
    """A street that villages may lie in."""
    for name, columns, row in (
        ("cities", "code,name,provinceCode", '4101,"郑州市",41'),
        ("areas", "code,name,cityCode,provinceCode", '410103,"二七区",4101,41'),
        (
            "streets",
            "code,name,areaCode,provinceCode,cityCode",
            '410103009,"福华街街道办事处",410103,41,4101',
        ),
    ):
        path = tmp_path / f"{name}.csv"
        path.write_text(f"{columns}\n{row}\n", encoding="utf-8")
        assert take(path) == ((1, 1, 0, 0), [])
    return queries.ids_by_code(["410103009"])["410103009"]


def test_a_country_goes_in_complete_and_once(tmp_path):
    sizes = write_country(tmp_path, cities=2, areas=2, streets=3, villages=1_200)

    for name in FILES:
        totals, faults = take(tmp_path / name)
        assert (totals, faults) == ((sizes[name], sizes[name], 0, 0), [])

    assert Area.objects.count() == sum(sizes.values())
    assert Area.objects.filter(level=Level.COMMUNITY).count() == sizes["villages.csv"]
    # city 1 + district 2 + street 3 + community 4 steps, each with itself
    assert Reach.objects.count() == sum(
        depth * sizes[name] for depth, name in enumerate(FILES, start=1)
    )
    entries = Entry.objects.count()
    for name in FILES:
        assert take(tmp_path / name) == ((sizes[name], 0, sizes[name], 0), [])
    assert Area.objects.count() == sum(sizes.values())
    assert Entry.objects.count() == entries


def test_a_row_of_each_kind_of_fault_is_told_and_the_rest_goes_in(street, tmp_path):
    path = villages(
        tmp_path / "villages.csv",
        '410103009001,"福华社区居委会",410103009,41,4101,410103',
        "410103009002,建中社区居委会,410103009,41,4101",
        '41010300900X,"错社区",410103009,41,4101,410103',
        '410104009001,"远社区",410103009,41,4101,410103',
        '410103099001,"无街社区",410103099,41,4101,410103',
        '410103009003,"",410103009,41,4101,410103',
        '410103009001,"又一社区",410103009,41,4101,410103',
        '410103009004,"未闭合,410103009,41,4101,410103',
        "",
        '410103009005,"末社区",410103009,41,4101,410103',
    )

    totals, faults = take(path)

    assert totals == (9, 2, 0, 7)
    assert [(fault.row, fault.refusal.kind) for fault in faults] == [
        (3, divisions.ROW_INCOMPLETE),
        (4, divisions.CODE_MALFORMED),
        (5, divisions.CODE_ELSEWHERE),
        (6, rules.PARENT_UNKNOWN),
        (7, rules.NAME_MISSING),
        (8, rules.CODE_TWICE),
        (9, divisions.ROW_INCOMPLETE),
    ]
    assert all(fault.refusal.sentence and fault.refusal.remedy for fault in faults)
    assert [area.name for area in queries.areas_below(street)] == ["福华社区", "末社区"]


def test_the_corrected_file_adds_what_was_missing(street, tmp_path):
    good = '410103009001,"福华社区",410103009,41,4101,410103'
    path = tmp_path / "villages.csv"
    take(villages(path, good, '4101030090,"建中社区",410103009,41,4101,410103'))

    totals, faults = take(
        villages(path, good, '410103009002,"建中社区",410103009,41,4101,410103')
    )

    assert (totals, faults) == ((2, 1, 1, 0), [])
    assert len(queries.areas_below(street)) == 2


def test_a_code_that_means_another_area_is_told_and_changes_nothing(street, tmp_path):
    path = tmp_path / "villages.csv"
    take(villages(path, '410103009001,"福华社区",410103009,41,4101,410103'))

    totals, [fault] = take(
        villages(path, '410103009001,"他社区",410103009,41,4101,410103')
    )

    assert totals == (1, 0, 0, 1)
    assert fault.refusal.kind is rules.CODE_MEANS_ANOTHER
    assert [area.name for area in queries.areas_below(street)] == ["福华社区"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_each_encoding_gives_the_same_names(street, tmp_path, encoding):
    path = villages(
        tmp_path / "villages.csv",
        '410103009001,"福华社区居委会",410103009,41,4101,410103',
        encoding=encoding,
    )

    assert take(path) == ((1, 1, 0, 0), [])
    assert [area.name for area in queries.areas_below(street)] == ["福华社区"]


def test_one_broken_row_does_not_turn_the_file_into_other_words(street, tmp_path):
    path = villages(
        tmp_path / "villages.csv",
        '410103009001,"福华社区",410103009,41,4101,410103',
        '410103009002,"建中社区",410103009,41,4101,410103',
        '410103009003,"苗圃社区",410103009,41,4101,410103',
    )
    path.write_bytes(path.read_bytes().replace("建".encode(), b"\xbd\xa8"))

    totals, [fault] = take(path)

    assert totals == (3, 2, 0, 1)
    assert (fault.row, fault.refusal.kind) == (3, divisions.UNREADABLE)
    assert [area.name for area in queries.areas_below(street)] == [
        "福华社区",
        "苗圃社区",
    ]


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "code,name\n1,2\n"])
def test_another_file_is_refused_whole(tmp_path, text):
    path = tmp_path / "other.csv"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(Refusal) as refusal:
        take(path)

    assert refusal.value.kind is divisions.NOT_A_LIST
    assert not Area.objects.exists()


def test_a_district_imports_no_lists(world, tmp_path):
    path = villages(
        tmp_path / "villages.csv", '410103009009,"新社区",410103009,41,4101,410103'
    )

    with pytest.raises(Refusal) as refusal:
        take(path, by=world.actor("district"))

    assert refusal.value.kind is rules.ABOVE_YOU
    assert queries.find_area_by_code("410103009009", SINCE) is None


@pytest.mark.parametrize(
    ("listed", "plain"),
    [
        ("林山寨街道办事处", "林山寨街道"),
        ("碧沙岗社区居委会", "碧沙岗社区"),
        ("鑫源国际花园社区居民管理委员会", "鑫源国际花园社区"),
        ("席村村委会", "席村"),
        ("冯湾村委会", "冯湾村"),
        ("林山寨村民委员会", "林山寨村"),
        ("峡窝镇", "峡窝镇"),
    ],
)
def test_a_division_is_named_without_its_office(listed, plain):
    assert plain_name(listed) == plain
