"""The people of a scenario: nobody who could be somebody, and lists that err as told."""

import dataclasses
from collections import defaultdict

import msgspec
import pytest

from fangxian.interfaces.commands.replay.casting import homes, residents, returnees
from fangxian.interfaces.commands.replay.script import read_script
from fangxian.interfaces.commands.replay.sheets import FAULTS, file_of, returning
from fangxian.interfaces.commands.replay.stage import Stage
from fangxian.kernel.identifiers import is_citizen_number
from fangxian.kernel.papers import Sex, birthday, is_drill_number, sex_of
from tests.integration.playing import MONTH


@pytest.fixture(scope="module")
def stage():
    """The month's stage with its street of two communities, nothing played."""
    stage = Stage(read_script(MONTH))
    for number, (name, level, parent) in enumerate(AREAS, start=1):
        stage.areas[name] = number
        stage.names[number] = name
        stage.parents[number] = parent
        stage.levels[level].append(number)
    return with_groups(stage, "福华街境内", "福华街境外")


AREAS = (
    ("二七区", "district", None),
    ("福华街街道", "street", 1),
    ("福华北街社区", "community", 2),
    ("福华南街社区", "community", 2),
    ("福华北街社区第一网格", "grid", 3),
    ("福华南街社区第一网格", "grid", 4),
    ("京广路街道", "street", 1),
    ("人和路街道", "street", 1),
    ("解放路街道", "street", 1),
)


def with_groups(stage, *names, more=0):
    """The same stage with only these groups, the first with so many people more."""
    people = stage.script.people
    kept = [one for one in people.returnees if one.group in names]
    kept[0] = msgspec.structs.replace(kept[0], count=kept[0].count + more)
    changed = msgspec.structs.replace(people, returnees=tuple(kept))
    script = msgspec.structs.replace(stage.script, people=changed)
    return dataclasses.replace(stage, script=script)


def test_everybody_is_invented_and_is_what_the_number_says(stage):
    everybody = returnees(stage)

    numbers = [one.who.number for one in everybody]
    assert len(set(numbers)) == len(everybody) == 65
    assert all(is_citizen_number(one) and is_drill_number(one) for one in numbers)
    for one in everybody:
        assert birthday(one.who.number) == one.who.born
        assert sex_of(one.who.number) is one.who.sex
        assert (one.who.telephone or one.who.proxy_telephone).startswith("100")
        assert stage.names[one.home.area].endswith("第一网格")
    assert {one.who.sex for one in everybody} == set(Sex)


def test_who_is_there_already_stays_the_same_when_somebody_more_comes(stage):
    before = {one.key: one for one in returnees(stage)}
    after = returnees(with_groups(stage, "福华街境内", "福华街境外", more=1))

    assert len(after) == len(before) + 1
    for one in after:
        known = before.get(one.key)
        assert known is None or dataclasses.replace(one, group=known.group) == known


def test_the_children_and_the_old_have_somebody_who_speaks_for_them(stage):
    for one in returnees(stage):
        assert bool(one.who.telephone) != bool(one.who.proxy)
        assert bool(one.who.proxy) == bool(one.who.relation)


def test_everybody_is_known_to_a_source_and_comes_home_in_time(stage):
    for one in returnees(stage):
        group = one.group
        assert group.from_ <= one.begun < group.until
        least, most = group.home_after
        assert least <= (one.at_home - one.begun).days <= most
        assert one.known_to


def test_a_list_is_a_file_as_spreadsheets_write_it(stage):
    someone = returnees(stage)[0]
    columns = {"序号": "row", "姓名": "name", "网格": "grid", "来源地": "origin"}

    content = file_of(
        columns, [returning(stage, someone)], title="名单", encoding="gb18030"
    )

    title, headings, row = content.decode("gb18030").splitlines()
    assert title == "名单"
    assert headings == "序号,姓名,网格,来源地"
    assert row == f"1,{someone.who.name},第一网格,{someone.origin.said}"


def test_each_fault_changes_what_it_says_and_nothing_else(stage):
    cells = dict(returning(stage, returnees(stage)[0]))

    def changed(fault):
        [row] = FAULTS[fault](cells)
        return {field for field in cells if row[field] != cells[field]}

    assert changed("") == set()
    assert changed("wrong_check_digit") == {"number"}
    assert changed("swapped_columns") == {"name", "number"}
    assert changed("no_such_day") == {"at_home", "left_on", "entered_on"}
    assert FAULTS["twice"](cells) == [cells, cells]


def living_there(stage):
    """Who lives in a grid of 福华街街道, by their homes."""
    row = stage.script.people.households.rows[0]
    area = stage.area("福华北街社区第一网格")
    living = defaultdict(list)
    for home, who in residents(stage, row, area):
        living[home].append(who)
    return row, area, living


def test_people_live_together_behind_most_doors_of_a_grid(stage):
    row, area, living = living_there(stage)
    everybody = [who for members in living.values() for who in members]

    assert len(everybody) == row.people
    assert len({who.number for who in everybody}) == row.people
    assert all(is_citizen_number(who.number) for who in everybody)
    assert set(living) <= set(homes(area, row.doors))
    assert row.doors * 9 // 10 < len(living) <= row.doors
    assert {len(members) for members in living.values()} >= {1, 2, 3, 4}
    for who in everybody:
        assert birthday(who.number) == who.born
        assert sex_of(who.number) is who.sex
        assert who.born <= stage.script.world.prepared


def test_a_grid_has_children_and_old_people_as_a_town_has(stage):
    row, _, living = living_there(stage)
    year = stage.script.world.prepared.year
    ages = [year - who.born.year for members in living.values() for who in members]

    assert row.people * 0.12 < sum(age < 15 for age in ages) < row.people * 0.3
    assert row.people * 0.1 < sum(age > 60 for age in ages) < row.people * 0.25
    assert max(ages) < 90


def test_a_parent_at_home_speaks_for_a_child(stage):
    _, _, living = living_there(stage)
    spoken = [
        (who, [one for one in members if one.name == who.proxy])
        for members in living.values()
        for who in members
        if who.born.year >= 2008
    ]

    assert spoken
    for child, speakers in spoken:
        [parent] = speakers
        assert child.proxy_telephone == parent.telephone
        assert child.born.year - parent.born.year >= 16
        assert not child.telephone
