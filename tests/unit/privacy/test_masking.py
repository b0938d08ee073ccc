"""What is shown of a name, a number and a telephone."""

import pytest

from fangxian.privacy.masking import (
    masked_name,
    masked_number,
    masked_room,
    masked_telephone,
)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王明", "王*"),
        ("王小明", "王*明"),
        ("欧阳小明", "欧**明"),
        ("阿卜杜拉·艾山", "阿*****山"),
        ("John Smith", "J*** S****"),
        ("", ""),
    ],
)
def test_names(name, masked):
    assert masked_name(name) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("410103197906131234", "4101****1234"),
        ("USA410080010199", "USA4****0199"),
        ("E12345678", "E1****78"),
        ("12345678", "12****78"),
        ("E1234", "E****4"),
        ("E12", "****"),
        ("", ""),
    ],
)
def test_numbers(number, masked):
    assert masked_number(number) == masked


@pytest.mark.parametrize(
    ("telephone", "masked"),
    [
        ("10012345678", "100****5678"),
        ("0371-66660000", "037****0000"),
        ("66660000", "666****0000"),
        ("", ""),
    ],
)
def test_telephones(telephone, masked):
    assert masked_telephone(telephone) == masked


@pytest.mark.parametrize(
    ("room", "masked"), [("502", "5**"), ("1203", "1***"), ("8", "8"), ("", "")]
)
def test_a_room_shows_where_its_number_begins(room, masked):
    assert masked_room(room) == masked
