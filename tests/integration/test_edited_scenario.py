"""Whoever edits a scenario sees what follows, or reads where the mistake is."""

import datetime as dt
from pathlib import Path
from uuid import UUID

import pytest
from django.db import transaction

from fangxian.interfaces.commands.replay import figures
from fangxian.interfaces.commands.replay.folders import (
    EMBEDDED_ONLY,
    NOT_A_REPLAYS,
    find_scenario,
    prepare_database,
)
from fangxian.interfaces.commands.replay.reading import FILE_WRONG, NO_FILE
from fangxian.interfaces.commands.replay.script import read_script
from fangxian.interfaces.commands.replay.stage import NAME_UNKNOWN
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.journal.models import Entry
from tests.integration.playing import MONTH, computed, copied, inspected_on, played


FIRST_DAY = dt.date(2020, 11, 24)
FOOT_SPA_DAY = dt.date(2020, 11, 25)


@pytest.fixture
def folder(tmp_path) -> Path:
    """A copy of the three days that a test may edit."""
    return copied(tmp_path)


def edit(folder: Path, file: str, before: str, after: str) -> None:
    text = (folder / file).read_text("utf-8")
    assert text.count(before) == 1
    (folder / file).write_text(text.replace(before, after), "utf-8")


def refused(act) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        act()
    return refusal.value


@pytest.mark.slow
@pytest.mark.django_db
def test_one_foot_spa_fewer_and_figure_and_bulletin_follow(folder):
    edit(folder, "places.yaml", "kind: foot_spa, count: 1", "kind: foot_spa, count: 0")

    played(folder, last=FOOT_SPA_DAY)

    assert computed(folder)["足浴1家"] == (0, False)
    assert computed(folder)["酒店6家"] == (6, True)
    inspected = inspected_on(FOOT_SPA_DAY)
    assert inspected["patrol", "hotel"] == 6
    assert ("patrol", "foot_spa") not in inspected
    reached = figures.compute(read_script(folder), last=FOOT_SPA_DAY)
    assert [line.figure.count for line in reached].count("people_returned") == 2
    assert len(reached) == 7
    assert figures.compute(read_script(folder), last=FIRST_DAY) == []


@pytest.mark.slow
@pytest.mark.django_db
def test_one_returnee_more_and_the_figures_of_people_follow(folder):
    edit(folder, "people.yaml", "count: 6", "count: 7")

    played(folder)

    assert computed(folder)["境内6人"] == (7, False)
    assert computed(folder)["境外3人"] == (3, True)
    assert computed(folder)["均为阴性"] == (10, True)
    assert computed(folder)["均已解除"] == (10, True)


@pytest.mark.slow
@pytest.mark.django_db
def test_a_result_that_is_not_negative_shows(folder):
    edit(folder, "events/all.yaml", "result: negative", "result: positive")

    played(folder)

    assert computed(folder)["均为阴性"] == (0, False)
    assert computed(folder)["均已解除"] != (9, True)


@pytest.mark.slow
@pytest.mark.django_db
def test_the_same_script_is_played_the_same_way_and_another_seed_another(folder):
    # within one cohort the order is that of ids, which are drawn anew each time
    def journal() -> list[tuple[dt.datetime, str, UUID]]:
        with transaction.atomic():
            played(folder, last=FIRST_DAY)
            acts = Entry.objects.order_by("pk")
            listed = sorted(acts.values_list("happened_at", "event", "person"))
            transaction.set_rollback(True)
        return listed

    first = journal()
    assert journal() == first
    edit(folder, "world.yaml", "seed: 3", "seed: 4")
    assert journal() != first


@pytest.mark.parametrize(
    ("file", "edited", "said"),
    [
        ("places.yaml", ("hotel, count: 6", "hotel, count: six"), "Expected `int`"),
        ("places.yaml", ("hotel, count", "hotel, cuont"), "unknown field `cuont`"),
        ("people.yaml", ("count: 6", "count: many"), "Expected `int`"),
        ("people.yaml", ("{others: [[22, 60]]}", "{weight: 2}"), "couples or others"),
        ("events/all.yaml", ("twice: 1", "thrice: 1"), "'thrice'"),
        ("world.yaml", ("begins: 2020-11-24", "begins: 24th"), "Invalid"),
        ("events/all.yaml", ("do: bulletin", "do: sing"), "Invalid value 'sing'"),
        ("events/all.yaml", ("late: 100", "late: ["), "while parsing"),
        ("figures.yaml", ("count: departments_joined", "count: guess"), "'guess'"),
    ],
)
def test_a_mistake_in_a_file_is_refused_by_the_files_name(folder, file, edited, said):
    edit(folder, file, *edited)

    refusal = refused(lambda: read_script(folder))

    assert refusal.kind is FILE_WRONG
    assert file in refusal.sentence
    assert said in refusal.sentence


def test_a_missing_file_is_refused(folder):
    (folder / "areas.yaml").unlink()

    assert refused(lambda: read_script(folder)).kind is NO_FILE


@pytest.mark.django_db
@pytest.mark.parametrize(
    "edited",
    [
        ("post: 冯春社区/社区书记", "post: 冯春社区/社区主任"),
        ("红云路社区: [", "紅云路社区: ["),
        ("fire: 二七区/区消防救援大队", "fire: 二七区/消防队"),
        ("results, who: 二七区/发热门诊", "results, who: 二七区/化验室"),
        ("missed_in: 京广路街道", "missed_in: 福华街街道"),
    ],
)
def test_a_name_that_the_world_does_not_have_is_refused_at_once(folder, edited):
    edit(folder, "events/all.yaml", *edited)

    refusal = refused(lambda: played(folder))

    assert refusal.kind is NAME_UNKNOWN
    assert not Entry.objects.filter(event="task.issued").exists()


@pytest.mark.django_db
def test_a_script_must_say_how_problems_end(folder):
    edit(folder, "events/all.yaml", "- {do: look_back,", "- {do: rectify,")

    assert refused(lambda: played(folder)).kind is FILE_WRONG


def test_a_scenario_is_found_by_its_name_or_its_folder(folder):
    assert find_scenario("erqi-2020-11") == MONTH
    assert find_scenario(str(folder)) == folder.resolve()
    assert "erqi-2020-11" in refused(lambda: find_scenario("nowhere")).remedy


def test_a_replay_empties_no_data_but_a_replays(tmp_path):
    database = tmp_path / "fangxian.sqlite3"
    database.write_bytes(b"a real installation")

    kind = refused(lambda: prepare_database(tmp_path)).kind

    assert kind in (NOT_A_REPLAYS, EMBEDDED_ONLY)  # the second on a server's database
    assert database.read_bytes() == b"a real installation"


def test_events_carry_no_expected_counts():
    for file in MONTH.glob("events/*.yaml"):
        text = file.read_text("utf-8")
        assert "least" not in text
        assert "most" not in text
