"""The guides' pictures: each is there and can be taken anew; chapters' by the tests."""

import pathlib
import re

import pytest

from tools.pictures import FROM_TESTS, IMAGES, PICTURES


ROOT = pathlib.Path(__file__).parents[2]
GUIDES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
WALKED = "\n".join(
    path.read_text("utf-8") for path in (ROOT / "tests" / "browser").glob("test_*.py")
)
IMAGE = re.compile(r"!\[[^]]*\]\([^)]*?([\w-]+)\.png\)")
PEOPLE = "## 人员 · People"
CHAPTERS = ("cdc", "community", "field-phone", "grid-worker", "hospital", "street")
BYTES_MAX = 150_000
OF_A_PALETTE = 3  # in the 26th byte of a PNG


def chapter(name):
    """The chapter about people of a tutorial; doctors' and the phone's are whole."""
    text = (ROOT / "docs" / "tutorial" / f"{name}.md").read_text("utf-8")
    return text.partition(PEOPLE)[2] or text


def named(texts):
    return [name for text in texts for name in IMAGE.findall(text)]


def test_every_picture_is_named_and_can_be_taken_anew():
    shown = named(path.read_text("utf-8") for path in GUIDES)
    there = {path.stem for path in IMAGES.iterdir()}

    assert set(shown) == there == {*PICTURES, *FROM_TESTS}


def test_the_chapters_about_people_show_what_the_tests_have_seen():
    assert sorted(named(map(chapter, CHAPTERS))) == sorted(FROM_TESTS)


@pytest.mark.parametrize("name", FROM_TESTS)
def test_a_picture_of_a_chapter_is_taken_by_a_test_and_small(name):
    picture = (IMAGES / f"{name}.png").read_bytes()

    assert f'"{name}"' in WALKED
    assert len(picture) < BYTES_MAX
    assert picture[25] == OF_A_PALETTE
