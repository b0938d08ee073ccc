"""Fixtures for console pages: the world at noon, and browsers of its people."""

from collections.abc import Callable, Iterator

import pytest
from django.db import transaction
from django.test import Client, override_settings

from fangxian.interfaces.console.models import Account
from fangxian.kernel.situation import start_situation
from tests.examples import Made, make_all
from tests.people import PEOPLE
from tests.unit.interfaces.console.inspected import adopt_rules
from tests.worlds import NOON, World, make_world


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

    del world
    return _browser_of


@pytest.fixture
def inspected(browse: Browse, world: World) -> Browse:
    """The world under rules, ready to be inspected; gives the browsers."""
    adopt_rules(world)
    return browse


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Made]:
    """What every page's example needs, made once for a module's tests."""
    del django_db_setup
    folder = tmp_path_factory.mktemp("installation")
    start_situation(folder, scenario="tests", at=NOON)
    with (
        django_db_blocker.unblock(),
        override_settings(FANGXIAN_DATA=folder),
        transaction.atomic(),
    ):
        yield make_all(make_world())
        transaction.set_rollback(True)


@pytest.fixture
def visit(made: Made, db) -> Browse:
    """``browse`` among the examples."""
    del made, db
    return _browser_of


def _browser_of(who: str, language: str = "en") -> Client:
    account, _ = Account.objects.get_or_create(
        person=PEOPLE[who], defaults={"username": who, "language": language}
    )
    if account.language != language:
        account.language = language
        account.save(update_fields=["language"])
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client
