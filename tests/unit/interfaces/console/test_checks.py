"""Wrong settings are refused at start, each with an id and a remedy."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from fangxian.interfaces.console.checks import check_settings
from fangxian.kernel.situation import FILE


REPOSITORY = Path(__file__).resolve().parents[4]


@pytest.fixture
def installation(settings, tmp_path) -> Path:
    """A data folder as ``make setup`` leaves it."""
    settings.FANGXIAN_DATA = tmp_path
    settings.FANGXIAN_KEYRING = tmp_path / "keys.json"
    settings.ALLOWED_HOSTS = ["localhost"]  # the test client adds one of its own
    (tmp_path / "secret-key").touch(mode=0o600)
    settings.FANGXIAN_KEYRING.touch(mode=0o600)
    return tmp_path


def _ids() -> list[str | None]:
    found = check_settings(None)
    assert all(message.hint for message in found), "every fault has a remedy"
    return [message.id for message in found]


def test_an_installation_as_set_up_is_in_order(installation):
    del installation
    assert _ids() == []


def test_e001_no_data_folder(settings, installation):
    settings.FANGXIAN_DATA = installation / "nowhere"
    assert _ids() == ["fangxian.E001"]


def test_e002_keys_that_others_can_read(settings, installation):
    del installation
    settings.FANGXIAN_KEYRING.chmod(0o644)
    assert _ids() == ["fangxian.E002"]


def test_e003_a_secret_that_others_can_read(installation):
    (installation / "secret-key").chmod(0o640)
    assert _ids() == ["fangxian.E003"]


@pytest.mark.parametrize(
    "address", ["mysql://a@b/c", "postgresql://user@host:5432", "fangxian.sqlite3"]
)
def test_e004_a_database_that_is_no_postgresql(settings, installation, address):
    del installation
    settings.FANGXIAN_DATABASE = address
    assert _ids() == ["fangxian.E004"]


@pytest.mark.parametrize("hosts", [[], ["*"]])
def test_e005_any_host_or_none(settings, installation, hosts):
    del installation
    settings.ALLOWED_HOSTS = hosts
    assert "fangxian.E005" in _ids()


def test_e006_the_street_without_https(settings, installation):
    del installation
    settings.ALLOWED_HOSTS = ["localhost", "line.example"]
    assert _ids() == ["fangxian.E006"]
    settings.SESSION_COOKIE_SECURE = True
    assert _ids() == []


def test_e007_assets_that_are_not_built(settings, installation, monkeypatch):
    del settings, installation
    monkeypatch.setattr(
        "fangxian.interfaces.console.checks.ASSETS", ("nothing.css", "console.js")
    )
    assert _ids() == ["fangxian.E007"]


@pytest.mark.parametrize("text", ["", "{}", '{"scenario": "x", "offset": "late"}'])
def test_e008_a_situation_that_cannot_be_read(installation, text):
    (installation / FILE).write_text(text)
    assert _ids() == ["fangxian.E008"]


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL does not ask for SQLite's version"
)
def test_e009_an_old_sqlite(installation, monkeypatch):
    del installation
    monkeypatch.setattr("sqlite3.sqlite_version_info", (3, 31, 1))
    assert _ids() == ["fangxian.E009"]


@pytest.mark.parametrize("bounds", ["cups=3", "pages=0"])
def test_e011_bounds_that_are_none(settings, installation, bounds):
    del installation
    settings.FANGXIAN_BOUNDS = bounds
    assert _ids() == ["fangxian.E011"]


def test_e010_words_that_are_not_compiled(installation, monkeypatch, tmp_path):
    del installation
    monkeypatch.setattr("fangxian.interfaces.console.checks.WORDS", tmp_path / "no.mo")
    assert _ids() == ["fangxian.E010"]


def test_the_server_does_not_start_with_a_wrong_setting(tmp_path):
    """The check runs in a process of its own, with the environment an operator sets."""
    environment = {
        "FANGXIAN_DATA": str(tmp_path),
        "FANGXIAN_HOSTS": "line.example",
        "DJANGO_SETTINGS_MODULE": "fangxian.settings",
        "PYTHONPATH": str(REPOSITORY / "src"),
        "PATH": "/usr/bin:/bin",
    }
    started = subprocess.run(
        [sys.executable, "-m", "django", "check"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode == 1
    assert "fangxian.E006" in started.stderr
    assert "set FANGXIAN_SECURE=1" in started.stderr


def test_a_situation_that_can_be_read_is_in_order(installation):
    spelled = {"scenario": "erqi-2020-11", "offset": -12.5}
    (installation / FILE).write_text(json.dumps(spelled))
    assert _ids() == []
