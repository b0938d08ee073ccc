"""Whoever verifies may have every photo opened, and is told which is not as kept."""

import json

import pytest
from click.testing import CliRunner

from fangxian.interfaces.commands import verify
from fangxian.mechanisms.observation.evidence import keep, path_of
from tests.unit.mechanisms.observation.visits import adopted, visited


pytestmark = pytest.mark.django_db


def run(*arguments):
    return CliRunner().invoke(verify.command, arguments)


def photo(number):
    return b"\xff\xd8\xff photo %d" % number


def test_every_photo_is_opened_when_asked_for(world, settings, tmp_path):
    settings.FANGXIAN_DATA = tmp_path
    kept = [keep(photo(number)) for number in range(3)]
    visited(world, adopted(world), evidence=kept)
    honest = run("--files")
    path_of(kept[0].digest).write_bytes(photo(0))
    path_of(kept[1].digest).unlink()

    done = run("--files")

    assert (honest.exit_code, done.exit_code) == (0, 1)
    assert honest.output.endswith("3 photos and documents: clean\n")
    faults = sorted(
        [
            f"file {kept[0].digest} · observation.evidence_not_sealed",
            f"file {kept[1].digest} · observation.evidence_not_kept",
        ]
    )
    told = "3 photos and documents: 2 faults"
    assert done.output.splitlines()[-3:] == [*faults, told]
    said = json.loads(run("--files", "--json").output)["files"]
    assert (said["files"], len(said["faults"])) == (3, 2)
    assert run().exit_code == 0
