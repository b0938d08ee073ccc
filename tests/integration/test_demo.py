"""What the demo prints and opens, on three days instead of a month."""

from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.test import RequestFactory
from docx import Document as WordDocument

from fangxian.interfaces.commands.demo import open_accounts, write_bulletins
from tests.integration.playing import copied, played


@pytest.mark.slow
@pytest.mark.django_db
def test_every_bulletin_is_written_and_every_account_opens(tmp_path):
    three_days = played(copied(tmp_path))

    last = write_bulletins(tmp_path / "bulletins")
    accounts = open_accounts(three_days)

    assert names_in(tmp_path / "bulletins") == [
        f"2020-11-{day}.{ending}" for day in (24, 25, 26) for ending in ("docx", "html")
    ]
    assert "二七区" in str(last)
    page = (tmp_path / "bulletins" / "2020-11-25.html").read_text("utf-8")
    assert page.startswith("<!doctype html>")
    word = WordDocument(str(tmp_path / "bulletins" / "2020-11-25.docx"))
    assert any("二七区" in paragraph.text for paragraph in word.paragraphs)
    [community] = accounts
    assert community.post == "洁云路社区/社区书记"
    request = RequestFactory().post("/login")
    assert authenticate(
        request, username=community.username, password=community.password
    )
    guess = {"username": community.username, "password": "a guess"}
    assert not authenticate(request, **guess)


def names_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())
