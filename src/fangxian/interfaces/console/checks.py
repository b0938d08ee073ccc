"""System checks: wrong settings are refused at start, with an id and a remedy."""

import os
import sqlite3
import stat
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.checks import CheckMessage, Error, register

from fangxian.interfaces.intake.shedding import read_bounds
from fangxian.kernel.situation import FILE, find_situation


OLDEST_SQLITE = (3, 35, 0)
WORDS = Path(__file__).with_name("locale") / "zh_Hans" / "LC_MESSAGES" / "django.mo"
ASSETS = ("tabler.css", "look.css", "console.js", "icons.svg")


@register()
def check_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Run every check of the installation's settings."""
    del app_configs, kwargs
    found = (
        _data_folder(),
        _owner_only("FANGXIAN_KEYRING", "fangxian.E002", settings.FANGXIAN_KEYRING),
        _owner_only(
            "secret-key", "fangxian.E003", settings.FANGXIAN_DATA / "secret-key"
        ),
        _owner_only(
            "FANGXIAN_SIGNING_KEY", "fangxian.E010", settings.FANGXIAN_SIGNING_KEY
        ),
        _database(),
        _hosts(),
        _bounds(),
        _secure(),
        _assets(),
        _situation(),
        _sqlite(),
        _words(),
    )
    return [message for message in found if message is not None]


def _data_folder() -> Error | None:
    folder = settings.FANGXIAN_DATA
    if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK):
        return None
    return Error(
        f"The data folder {folder} does not exist or cannot be written.",
        hint="Make it and give it to this user, or name another in FANGXIAN_DATA.",
        id="fangxian.E001",
    )


def _owner_only(what: str, check_id: str, path: Any) -> Error | None:
    if not path.exists() or not stat.S_IMODE(path.stat().st_mode) & 0o077:
        return None
    return Error(
        f"{what}: {path} can be read by others.",
        hint=f"Run: chmod 600 {path}",
        id=check_id,
    )


def _database() -> Error | None:
    spelled = settings.FANGXIAN_DATABASE
    url = urlparse(spelled)
    if not spelled or (
        url.scheme in {"postgresql", "postgres"} and url.path.strip("/")
    ):
        return None
    return Error(
        "FANGXIAN_DATABASE is not a PostgreSQL address.",
        hint="Write postgresql://user:password@host:port/name, or leave it empty for SQLite.",
        id="fangxian.E004",
    )


def _hosts() -> Error | None:
    if settings.ALLOWED_HOSTS and "*" not in settings.ALLOWED_HOSTS:
        return None
    return Error(
        "FANGXIAN_HOSTS lets any host name in, or none.",
        hint="Name the hosts the console answers to, with commas between them.",
        id="fangxian.E005",
    )


def _secure() -> Error | None:
    beyond = set(settings.ALLOWED_HOSTS) - {"localhost", "127.0.0.1", "[::1]"}
    if not beyond or settings.SESSION_COOKIE_SECURE:
        return None
    return Error(
        f"The console answers to {', '.join(sorted(beyond))} without HTTPS.",
        hint="Put it behind HTTPS and set FANGXIAN_SECURE=1, or keep to localhost.",
        id="fangxian.E006",
    )


def _bounds() -> Error | None:
    try:
        read_bounds(settings.FANGXIAN_BOUNDS)
    except ValueError as problem:
        return Error(
            f"FANGXIAN_BOUNDS cannot be read: {problem}.",
            hint="Write name=number, with commas between them, or leave it empty.",
            id="fangxian.E011",
        )
    return None


def _assets() -> Error | None:
    missing = [name for name in ASSETS if finders.find(f"console/built/{name}") is None]
    if not missing:
        return None
    return Error(
        f"The console's assets are not built: {', '.join(missing)}.",
        hint="Run: make setup",
        id="fangxian.E007",
    )


def _situation() -> Error | None:
    try:
        find_situation(settings.FANGXIAN_DATA)
    except (ValueError, KeyError, TypeError):
        return Error(
            f"{settings.FANGXIAN_DATA / FILE} cannot be read.",
            hint="Take the file away for real time, or replay the scenario again.",
            id="fangxian.E008",
        )
    return None


def _sqlite() -> Error | None:
    embedded = not settings.FANGXIAN_DATABASE
    if not embedded or sqlite3.sqlite_version_info >= OLDEST_SQLITE:
        return None
    return Error(
        f"SQLite {sqlite3.sqlite_version} is too old.",
        hint="Use Python with SQLite 3.35 or newer, or PostgreSQL.",
        id="fangxian.E009",
    )


def _words() -> Error | None:
    if WORDS.exists():
        return None
    return Error(
        "The console's Chinese is not compiled.",
        hint="Run: make setup",
        id="fangxian.E010",
    )
