"""Django settings: the embedded profile by default, PostgreSQL by one variable."""

import secrets
from typing import Any
from urllib.parse import unquote, urlparse

from fangxian.env import ENVIRONMENT


SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
    "PRAGMA mmap_size=268435456;"
)
BUSY_SECONDS = 20


def _database() -> dict[str, Any]:
    if not ENVIRONMENT.database:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": ENVIRONMENT.data / "fangxian.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": BUSY_SECONDS,
                "init_command": SQLITE_PRAGMAS,
            },
        }
    url = urlparse(ENVIRONMENT.database)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path.lstrip("/"),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname or "",
        "PORT": str(url.port or ""),
    }


def _secret_key() -> str:
    path = ENVIRONMENT.data / "secret-key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50), encoding="ascii")
    return path.read_text(encoding="ascii")


SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = list(ENVIRONMENT.hosts)
DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "fangxian.mechanisms.journal",
    "fangxian.mechanisms.jurisdiction",
    "fangxian.mechanisms.ledger",
    "fangxian.mechanisms.protocol",
    "fangxian.mechanisms.task",
    "fangxian.mechanisms.observation",
    "fangxian.mechanisms.finding",
    "fangxian.mechanisms.report",
    "fangxian.capabilities.inspection",
    "fangxian.capabilities.daily_return",
]
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

FANGXIAN_DATA = ENVIRONMENT.data
FANGXIAN_KEYRING = ENVIRONMENT.data / "keys.json"
FANGXIAN_SIGNING_KEY = ENVIRONMENT.data / "signing-key"
