"""Files between being sent and being taken in."""

import datetime as dt

import pytest

from fangxian.interfaces.imports import rules, uploads
from fangxian.interfaces.imports.uploads import Upload
from fangxian.kernel.actors import Actor, Role
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.scopes import NOWHERE
from tests.people import ALICE, BOB
from tests.worlds import NOON


LIST = Upload("list.csv", "福华宾馆,王小明\0".encode(), area=7, kind="hotel")


def actor(person):
    return Actor(person=person, post=1, role=Role.STREET, scope=NOWHERE)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.FANGXIAN_DATA = tmp_path
    return tmp_path / "uploads"


def test_a_file_is_found_again_by_who_sent_it():
    token = uploads.keep(LIST, by=actor(ALICE), at=NOON)

    assert uploads.get(token, by=actor(ALICE), at=NOON) == LIST


def test_nobody_else_finds_it():
    token = uploads.keep(LIST, by=actor(ALICE), at=NOON)

    with pytest.raises(Refusal) as refusal:
        uploads.get(token, by=actor(BOB), at=NOON)

    assert refusal.value.kind is rules.UPLOAD_GONE
    assert refusal.value.kind.hidden


def test_nothing_of_it_lies_on_disk_in_clear(folder):
    uploads.keep(LIST, by=actor(ALICE), at=NOON)

    [kept] = folder.iterdir()
    content = kept.read_bytes()
    assert LIST.content not in content
    assert b"list.csv" not in content


def test_after_a_day_it_is_gone_and_the_next_sending_sweeps_it_away(folder):
    token = uploads.keep(LIST, by=actor(ALICE), at=NOON)
    tomorrow = NOON + dt.timedelta(days=1, minutes=1)

    with pytest.raises(Refusal):
        uploads.get(token, by=actor(ALICE), at=tomorrow)
    uploads.keep(LIST, by=actor(BOB), at=tomorrow)

    assert len(list(folder.iterdir())) == 1


def test_a_dropped_file_is_gone(folder):
    token = uploads.keep(LIST, by=actor(ALICE), at=NOON)

    uploads.drop(token)
    uploads.drop("../../etc/passwd")

    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("token", ["", "x", "../keys.json", f"{10**11}-" + "a" * 24])
def test_a_token_that_was_never_given_finds_nothing(token):
    with pytest.raises(Refusal):
        uploads.get(token, by=actor(ALICE), at=NOON)
