"""Fixtures for console pages: the world at noon, and browsers of its people."""

from collections.abc import Callable

import pytest
from django.test import Client

from fangxian.interfaces.console.models import Account
from fangxian.kernel.situation import start_situation
from tests.people import PEOPLE
from tests.worlds import NOON, World


PASSWORD = "a bridge over the river"  # noqa: S105 -- of made-up people

Browse = Callable[[str], Client]


@pytest.fixture
def noon(settings, tmp_path) -> None:
    """Let the console's clock stand at noon of the world's day."""
    settings.FANGXIAN_DATA = tmp_path
    start_situation(tmp_path, scenario="tests", at=NOON)


@pytest.fixture
def browse(world: World, noon) -> Browse:
    """``browse("alice")`` is Alice's browser, logged in, in English."""
    del noon

    def of(who: str, language: str = "en") -> Client:
        account, _ = Account.objects.get_or_create(
            username=who, defaults={"person": PEOPLE[who], "language": language}
        )
        client = Client()
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        return client

    del world
    return of
