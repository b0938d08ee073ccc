"""Pages wait under load, with words; whoever runs the machine sees what did."""

import threading

import pytest
from django.urls import reverse

from fangxian.interfaces.intake.inbox import open_inbox, open_own
from fangxian.interfaces.intake.loads import (
    Herald,
    exchange,
    gate_of_pages,
    loads,
)
from fangxian.interfaces.intake.shedding import Gate
from fangxian.kernel.moments import SystemClock
from tests.inboxes import empty_inbox


FILE = "/bulletins/7/docx/"


@pytest.fixture
def gate(monkeypatch):
    """The gate of the pages, under a load that the test sets as ``others``."""
    gate = gate_of_pages()
    monkeypatch.setattr(gate, "others", 0.0)
    monkeypatch.setattr(gate, "chance", lambda: 0.0)
    return gate


def test_under_load_files_wait_first_then_pages(browse, gate):
    browser = browse("district")
    gate.others = 0.55
    assert browser.get(FILE).status_code == 503
    assert browser.get("/").status_code == 302

    gate.others = 0.65
    turned_away = browser.get("/")

    assert turned_away.status_code == 503
    assert turned_away.headers["Retry-After"] == "5"
    assert "请等 5 秒再试" in turned_away.content.decode()
    assert 'href="/"' in turned_away.content.decode()


def test_a_page_that_waits_speaks_the_readers_language(browse, gate):
    browser = browse("district")
    browser.cookies["language"] = "en"
    gate.others = 1.0

    assert "Wait 5 seconds" in browser.get("/nowhere/").content.decode()


def test_what_was_turned_away_is_shown_to_the_administrator_even_then(browse, gate):
    gate.others = 1.0
    browser = browse("administrator")
    browser.get("/")
    gate.others = 0.0
    with empty_inbox() as inbox:
        exchange(inbox, gate, at=SystemClock().now())
        busy = Gate("intake", most=1, queued=lambda: 1.2)
        exchange(inbox, busy, at=SystemClock().now())
    gate.others = 1.0

    shown = browser.get(reverse("load")).content.decode()

    assert "120%" in shown
    assert "Pages" in shown


def test_a_herald_tells_the_load_of_its_process(db, monkeypatch, tmp_path, settings):
    del db
    settings.FANGXIAN_DATA = tmp_path
    monkeypatch.setattr("fangxian.interfaces.intake.loads.TURN_SECONDS", 0.01)
    told = threading.Event()

    def load():
        told.set()
        return 0.9

    gate = Gate("intake", most=1, queued=load)
    herald = Herald(gate, open_own)
    assert told.wait(60)
    herald.close()

    with open_inbox() as inbox:
        [one] = [one for one in loads(inbox, at=SystemClock().now()) if one.load == 0.9]
        inbox.run("DELETE FROM inbox_load")
    assert one.name.startswith("intake@")
