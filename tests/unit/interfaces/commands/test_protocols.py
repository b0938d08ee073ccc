import json
import re
import shutil

import pytest
from click.testing import CliRunner

from fangxian.interfaces.commands.protocols import command
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.situation import start_situation
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.protocol import queries
from fangxian.mechanisms.protocol.models import Adoption, Edition
from fangxian.mechanisms.protocol.reading import PACK_WRONG
from fangxian.mechanisms.protocol.rules import REVIEWER_DRAFTED
from tests.packs import PROTOCOLS, adopted
from tests.people import PEOPLE
from tests.worlds import NOON


LIBRARY = PROTOCOLS / "lending-library"
ROUTINE = PROTOCOLS / "routine"
EDITION_7 = PROTOCOLS / "covid19-cn"


@pytest.fixture
def city(world, settings, tmp_path):
    """The world, at noon of its day by the installation's clock."""
    settings.FANGXIAN_DATA = tmp_path
    start_situation(tmp_path, scenario="tests", at=NOON)
    return world


@pytest.fixture
def folder(tmp_path):
    """A copy of the made-up library that a test may change."""
    return shutil.copytree(LIBRARY, tmp_path / "library")


def edit(folder, file, old, new):
    path = folder / file
    path.write_text(path.read_text().replace(old, new, 1))


def run(*arguments):
    said = [str(argument) for argument in arguments]
    return CliRunner().invoke(command, said, catch_exceptions=True)


# ------------------------------------------------------------------------- check
def test_the_shipped_packs_are_sound():
    done = run("check", ROUTINE, LIBRARY, EDITION_7)

    assert done.exit_code == 0
    assert "27 of 27 cases hold" in done.output
    assert "8 of 8 cases hold" in done.output
    assert re.search(r"6 restrictions; (\d+) of \1 cases hold", done.output)


def test_a_rule_that_could_be_unfair_is_told_with_its_file_and_line(tmp_path):
    folder = shutil.copytree(EDITION_7, tmp_path / "edition")
    edit(
        folder,
        "restrictions/edition-7.yaml",
        "lab.result}, positive]",
        "lab.result}, negative]",
    )

    done = run("check", folder)

    assert done.exception.kind is PACK_WRONG
    assert "restrictions/edition-7.yaml:5 (restrictions[0].when)" in str(done.exception)
    assert "lab.result negative restricts where inconclusive does not" in str(
        done.exception
    )


def test_a_case_that_does_not_hold_ends_with_1_and_is_told(folder):
    edit(folder, "clauses/all.yaml", 'due: "17:00"', 'due: "16:00"')

    done = run("check", folder)

    assert done.exit_code == 1
    assert "does not hold: 第一天理架 (The shelves are read on the first day)" in (
        done.output
    )
    assert "expected, but did not follow: read_shelves" in done.output
    assert "7 of 8 cases hold" in done.output


def test_a_pack_that_cannot_be_read_is_refused_with_its_line(folder):
    edit(folder, "clauses/all.yaml", "grid_worker", "librarian")
    done = run("check", folder)

    assert isinstance(done.exception, Refusal)
    assert done.exception.kind is PACK_WRONG
    assert done.exception.sentence.startswith("clauses/all.yaml:8 ")


# -------------------------------------------------------------------------- diff
def test_two_folders_are_compared_in_words(folder):
    edit(folder, "clauses/all.yaml", 'due: "17:00"', 'due: "16:00"')

    done = run("diff", LIBRARY, folder)

    assert done.exit_code == 0
    assert done.output.splitlines() == [
        "clauses/read_shelves/windows/0/due: 17:00 → 16:00",
        "1 differences",
    ]


def test_a_kept_edition_is_compared_by_its_name(city):
    adopted("lending-library", city["city"])
    done = run("diff", "lending-library@1", LIBRARY)

    assert done.output == "0 differences\n"


@pytest.mark.usefixtures("city")
def test_an_edition_that_is_not_kept_is_told():
    done = run("diff", "lending-library@9", LIBRARY)

    assert done.exit_code == 2
    assert "no such edition is kept" in done.output


# ----------------------------------------------------------------------- preview
def test_a_preview_says_what_would_change_and_writes_nothing(city, folder):
    adopted("lending-library", city["city"])
    entries = Entry.objects.count()
    edit(folder, "clauses/all.yaml", '"08:00", due: "17:00"', '"08:00", due: "16:00"')

    done = run("preview", folder, "--area", "410103009", "--days", "2")

    assert done.exit_code == 0
    told = done.output.splitlines()
    assert told[0] == (
        f"area:{city['street']}: branch_report changed:"
        " due 2020-11-09 17:00 → 2020-11-09 16:00"
    )
    assert told[-1] == (
        "compared with version 1, 3 subjects, 2 days:"
        " 0 open tasks, 0 open findings and 3 duties would change"
    )
    assert Entry.objects.count() == entries


@pytest.mark.usefixtures("city")
def test_a_preview_is_printed_for_programs_too():
    done = run("preview", LIBRARY, "--area", "410103009", "--json")
    told = json.loads(done.output)

    assert told["held"] is None
    assert {one["clause"] for one in told["duties"]} == {"branch_report"}


@pytest.mark.usefixtures("city")
def test_an_area_that_does_not_stand_is_told():
    done = run("preview", LIBRARY, "--area", "999999")

    assert done.exit_code == 2
    assert "no area has the code 999999" in done.output


# ----------------------------------------------------------------- draft and adopt
def names(drafted, reviewed, signed):
    return (
        *("--drafted-by", PEOPLE[drafted]),
        *("--reviewed-by", PEOPLE[reviewed]),
        *("--signed-by", PEOPLE[signed]),
    )


@pytest.mark.usefixtures("city")
def test_a_draft_waits_for_a_second_reader():
    done = run("draft", LIBRARY, "--by", PEOPLE["administrator"])

    assert done.exit_code == 0
    assert "waits for a second reader" in done.output
    assert Edition.objects.get().state == "draft"


def test_a_pack_is_adopted_in_the_names_of_three(city):
    people = names("administrator", "cdc", "district")
    done = run("adopt", LIBRARY, "--area", "410103", *people, "--from", "2020-11-09")

    assert done.exit_code == 0
    held = queries.in_force("lending-library", city["grid"], NOON)
    assert held.pack.version == "1"
    assert Adoption.objects.get().since.isoformat() == "2020-11-08T16:00:00+00:00"


@pytest.mark.usefixtures("city")
def test_one_person_cannot_adopt_alone():
    people = names("administrator", "administrator", "district")
    done = run("adopt", LIBRARY, "--area", "410103", *people)

    assert done.exception.kind is REVIEWER_DRAFTED
    assert Adoption.objects.count() == 0


@pytest.mark.parametrize("act", ["draft", "adopt"])
@pytest.mark.usefixtures("city")
def test_a_pack_whose_cases_do_not_hold_is_not_kept(folder, act):
    edit(folder, "clauses/all.yaml", 'due: "17:00"', 'due: "16:00"')
    people = names("administrator", "cdc", "district")
    said = {
        "draft": ("--by", PEOPLE["administrator"]),
        "adopt": ("--area", "410103", *people),
    }
    done = run(act, folder, *said[act])

    assert done.exit_code == 1
    assert Edition.objects.count() == 0
