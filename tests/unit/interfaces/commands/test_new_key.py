"""A new key, from the command line."""

import pytest
from click.testing import CliRunner

from fangxian.interfaces.commands import new_key
from fangxian.kernel.situation import start_situation
from fangxian.mechanisms.ledger.models import Person
from fangxian.privacy.ciphers import Sealing
from fangxian.privacy.keys import keyring_at
from tests.unit.mechanisms.ledger.people.folk import found, register
from tests.worlds import NOON


@pytest.fixture(autouse=True)
def keys(settings, tmp_path):
    """A rehearsal with a keyring of its own."""
    settings.FANGXIAN_DATA = tmp_path
    settings.FANGXIAN_KEYRING = tmp_path / "keys.json"
    start_situation(tmp_path, scenario="test", at=NOON)
    return settings.FANGXIAN_KEYRING


def run(*arguments):
    return CliRunner().invoke(new_key.command, arguments, catch_exceptions=False)


def test_people_are_sealed_with_the_new_key_and_still_found(world, keys):
    person = register(world).person

    done = run("--cipher", "sm4-gcm")

    assert done.output == (
        "k2 seals now, with sm4-gcm\n1 people and doors were sealed and indexed again\n"
    )
    ring = keyring_at(keys)
    assert (ring.current, ring.sealing_of("k2")) == ("k2", Sealing.SM4)
    assert Person.objects.get().indexed_with == "k2"
    assert found(world.actor("alice").scope, "小明") == [person]


def test_an_interrupted_run_is_gone_on_with(world, keys):
    register(world)
    before = keyring_at(keys)

    done = run("--only-index")

    assert done.output == "0 people and doors were sealed and indexed again\n"
    assert keyring_at(keys) == before
