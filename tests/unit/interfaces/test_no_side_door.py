"""Nobody is restricted by what devices send, what lists say, or what commands do.

``test_attacks.py`` tries the actions and the tables, and the console's own test of this
name every page.
"""

import ast
import json
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner

from fangxian.interfaces import commands
from fangxian.interfaces.commands.main import fangxian
from fangxian.interfaces.intake.envelope import open_request
from fangxian.interfaces.intake.inbox import Device, open_file
from fangxian.interfaces.intake.kinds import KINDS
from fangxian.interfaces.intake.processing import process
from fangxian.kernel.situation import start_situation
from fangxian.mechanisms.ledger.models import Person
from fangxian.mechanisms.protocol.vocabulary import Grade
from fangxian.mechanisms.restriction import queries
from fangxian.mechanisms.restriction.models import Evidence
from tests.people import PEOPLE
from tests.unit.mechanisms.ledger.people.folk import number
from tests.unit.mechanisms.restriction.restricting import (
    DAY,
    PENNY,
    Restricting,
    written,
)
from tests.worlds import NOON


SOURCE = Path(commands.__file__).parent.parent.parent
SLICE = "mechanisms/restriction/actions/"
WHERE_A_DOCTOR_SIGNS = (
    "interfaces/console/pages/",
    "interfaces/commands/replay/",  # in a rehearsal, as its doctor
)
INSIDERS = ("cdc", "hospital", "district", "administrator", "community", "grid")


def restricted(subject):
    return any(
        queries.restrictions_of([subject], at).exists()
        for at in (NOON, NOON + DAY, NOON + 10 * DAY)
    )


# ------------------------------------------------------------- the lane of devices
BODIES = (
    {"person": str(PENNY), "measure": "home_monitoring", "until": "2030-01-01"},
    {"subject": f"person:{PENNY}", "form": "notice_visit", "answers": {}},
    {"subject": f"restriction:{PENNY}", "form": "health_record", "answers": {}},
    {"cohort": 1},
)
MADE_UP = ("restriction", "decision", "sign", "propose", "evidence", "status", "code")


@pytest.mark.parametrize("body", BODIES, ids=str)
def test_no_act_of_a_device_restricts_anybody(world, tmp_path, body):
    restricting = Restricting(world)
    restricting.stated(grade=Grade.C)
    before = written()
    inbox = open_file(tmp_path / "inbox.sqlite3")
    for who in INSIDERS:
        device = Device(f"phone of {who}", PEOPLE[who], world.posts[who])
        inbox.register(uuid4().bytes, device)
        acts = [
            {
                "id": str(uuid4()),
                "kind": kind,
                "seen_at": NOON.isoformat(),
                "body": body,
            }
            for kind in (*KINDS, *MADE_UP)
        ]
        sent = open_request(json.dumps(acts).encode(), device=device.name)
        inbox.keep([(device.name, sent)], at=NOON)

    done = process(inbox, at=NOON)

    assert done.done + done.quarantined == len(INSIDERS) * len((*KINDS, *MADE_UP))
    assert written() == before
    assert not restricted(PENNY)
    inbox.close()


# ------------------------------------------------------------------- lists, commands
LIST = f"""姓名,身份证号,联系电话,社区,风险等级,管控措施,管控截止,健康码,核酸结果
赵一,{number(401)},10000000001,福华社区,高,居家隔离,2030-01-01,红码,阳性
钱二,{number(402)},10000000002,福华社区,储户,集中隔离,2030-01-01,红码,阳性
"""


def test_a_list_with_a_column_that_says_so_restricts_nobody(world, settings, tmp_path):
    settings.FANGXIAN_DATA = tmp_path
    start_situation(tmp_path, scenario="test", at=NOON)
    restricting = Restricting(world)
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="utf-8")

    said = ["import", "people", str(path), "--as", str(world.posts["community"])]
    done = CliRunner().invoke(fangxian, said, catch_exceptions=False)

    assert "2 added" in done.output
    people = Person.objects.values_list("pk", flat=True)
    assert len(people) == 2
    assert Evidence.objects.count() == 0
    assert restricting.imposed() == []
    assert not any(map(restricted, people))


def test_no_command_is_named_after_it():
    """Commands take lists in and look after the installation; none is a doctor's."""
    names = set(fangxian.list_commands(None))
    assert {"serve", "verify", "import"} <= names
    assert not {
        name
        for name in names
        if any(word in name for word in ("restrict", "sign", "propose", "evidence"))
    }


def calls_of(path):
    """Name the acts of the slice that a module takes from it."""
    tree = ast.parse(path.read_text("utf-8"))
    aliases = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and node.module == "fangxian.mechanisms.restriction"
        for alias in node.names
        if alias.name == "actions"
    }
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("fangxian.mechanisms.restriction.actions")
        for alias in node.names
    }
    return imported | {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in aliases
    }


def test_only_a_page_and_the_rehearsal_sign():
    """Neither jobs nor lists nor devices can: a doctor does, at a page, by name."""
    signing = {
        str(path.relative_to(SOURCE))
        for path in sorted(SOURCE.rglob("*.py"))
        if "sign" in calls_of(path)
    }

    elsewhere = {
        name for name in signing if not name.startswith((*WHERE_A_DOCTOR_SIGNS, SLICE))
    }
    assert elsewhere == set()


def test_the_search_for_signers_finds_one(tmp_path):
    one, other = tmp_path / "one.py", tmp_path / "other.py"
    one.write_text(
        "from fangxian.mechanisms.restriction import actions as do\ndo.sign(1)\n"
    )
    other.write_text("from fangxian.mechanisms.restriction.actions import sign\n")

    assert calls_of(one) == calls_of(other) == {"sign"}
