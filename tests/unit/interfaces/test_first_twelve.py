"""The first twelve attacks by commands, lists and devices; the console tries every page.

All twelve situations stand in one world (``twelve.py``). Whatever is sent, the worker
then does all that it would do of itself, today and later: nobody is restricted who was
not, nobody for longer, and no other rules hold.
"""

import csv
import io
import json
import shutil
from uuid import uuid4

import pytest
from click.testing import CliRunner

from fangxian.capabilities.enrolment.states import Source
from fangxian.interfaces.commands.main import fangxian
from fangxian.interfaces.intake.envelope import open_request
from fangxian.interfaces.intake.inbox import Device, open_file
from fangxian.interfaces.intake.kinds import KINDS
from fangxian.interfaces.intake.processing import process
from fangxian.interfaces.jobs.due import JOBS
from fangxian.kernel.situation import start_situation
from fangxian.mechanisms.ledger.models import Import, Person
from fangxian.mechanisms.ledger.people.spelling import details_of
from fangxian.mechanisms.restriction.models import Cohort, Evidence
from tests.packs import PROTOCOLS
from tests.people import PEOPLE
from tests.unit.mechanisms.restriction.restricting import HOUR
from tests.unit.mechanisms.restriction.twelve import Twelve
from tests.worlds import NOON


pytestmark = pytest.mark.slow
SENDERS = ("cdc", "street", "community", "district", "administrator", "police")


@pytest.fixture
def twelve(world, settings, tmp_path):
    """The twelve situations, in an installation of which the clock stands at noon."""
    settings.FANGXIAN_DATA = tmp_path
    start_situation(tmp_path, scenario="test", at=NOON)
    return Twelve(world)


def found_wrong(twelve):
    """What an attack achieved, once everything has followed that follows of itself."""
    for at in (NOON, NOON + HOUR):
        for job in JOBS.values():
            job(at)
    return twelve.found_wrong()


def run(*words):
    return CliRunner().invoke(fangxian, [str(word) for word in words])


def test_what_a_signature_on_evidence_does_would_be_found(twelve):
    """The control: were any of them restricted, it would be seen."""
    assert found_wrong(twelve) == []

    twelve.restricting.tested(twelve.nobody_knows, at=NOON + HOUR)
    twelve.restricting.imposed(at=NOON + HOUR)

    assert found_wrong(twelve) != []


# ---------------------------------------------------------------------------- lists
def as_list(people):
    """A list that says of everybody whatever could restrict somebody."""
    text = io.StringIO(newline="")
    rows = csv.DictWriter(text, [*_row(people[0])])
    rows.writeheader()
    rows.writerows(_row(one) for one in people)
    return text.getvalue().encode()


def _row(person):
    said = details_of(Person.objects.get(pk=person))
    return {
        "姓名": said.name,
        "身份证号": said.number,
        "联系电话": said.telephone,
        "所属社区": "福华社区",
        "来源地": "天津市滨海新区汉沽街道",
        "离开日期": "2020-11-07",
        "返郑日期": "2020-11-08",
        "风险等级": "高",
        "名单": "储户",
        "健康码": "红码",
        "核酸结果": "阳性",
        "管控措施": "居家隔离",
        "管控截止": "2030-01-01",
    }


@pytest.mark.parametrize("source", [None, *Source])
def test_no_list_restricts_anybody(twelve, tmp_path, source):
    """Not even one that is evidence: the doctor has it before them, and signs or not."""
    path = tmp_path / "list.csv"
    path.write_bytes(as_list(twelve.free))
    for who in SENDERS:
        words = ["import", "people", path, "--as", twelve.world.posts[who]]
        run(*words, *(["--source", source] if source else []))

    assert Import.objects.filter(about="people").exists()
    twelve.restricting.proposed(at=NOON + HOUR)
    is_evidence = source is Source.EXIT_ENTRY
    assert Cohort.objects.filter(answer=None).exists() is is_evidence
    assert found_wrong(twelve) == []


def test_no_list_of_places_restricts_anybody(twelve, tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(as_list(twelve.free))

    run("import", "places", path, "--area", "410103009", "--kind", "hotel")

    assert found_wrong(twelve) == []


# ------------------------------------------------------------------------- commands
@pytest.fixture
def folder(tmp_path):
    """A copy of the seventh edition that an attacker may change."""
    return shutil.copytree(PROTOCOLS / "covid19-cn", tmp_path / "covid19-cn")


def edit(folder, before, after):
    path = folder / "restrictions" / "edition-7.yaml"
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), "utf-8")


POSITIVE = 'when: {"==": [{fact: lab.result}, positive]}'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (POSITIVE, 'when: {"in": [{fact: person.list}, [depositors]]}'),
        (POSITIVE, 'when: {"==": [{fact: lab.result}, negative]}'),
        ("needs: [lab]", "needs: []"),
        ("lasts: {days: 14}", "lasts: {days: 300}"),
    ],
)
def test_no_command_takes_rules_that_could_hit_anybody(twelve, folder, before, after):
    """The seventh: a rule that reads a bank's list."""
    edit(folder, before, after)

    for verb in ("check", "draft", "adopt"):
        assert _protocols(verb, folder).exit_code != 0
    assert found_wrong(twelve) == []


def _protocols(verb, folder, *, reviewer="cdc", more=()):
    names = {
        "check": (),
        "draft": ("--by", PEOPLE["administrator"]),
        "adopt": (
            *("--area", "4101", "--drafted-by", PEOPLE["administrator"]),
            *("--reviewed-by", PEOPLE[reviewer], "--signed-by", PEOPLE["district"]),
        ),
    }
    return run("protocols", verb, folder, *names[verb], *more)


def test_no_command_puts_rules_in_force_by_one_hand(twelve, folder):
    """The eighth. By three, of whom one is a doctor, they would be."""
    assert _protocols("adopt", folder, reviewer="administrator").exit_code != 0

    assert found_wrong(twelve) == []


def test_no_command_restricts_by_rules_of_the_past(twelve, folder):
    """The ninth: whenever rules began, nobody has been restricted by them."""
    _protocols("adopt", folder, more=("--from", "2020-01-02"))

    wrong = found_wrong(twelve)
    assert [one for one in wrong if not one.startswith("7, 8, 9")] == []


def test_no_other_command_restricts_anybody(twelve, tmp_path):
    """Whoever makes an administrator, or has a copy put over this installation."""
    said = ("--title", "管理员", "--name", "王建国", "--account", "erin")
    assert run("administrator", "4101", *said).exit_code == 0
    assert run("restore", tmp_path).exit_code != 0
    assert run("verify").exit_code == 0
    for words in (["work", "--once"], ["checkpoint"], ["report", "福华街街道"]):
        run(*words)

    assert found_wrong(twelve) == []


# -------------------------------------------------------------------------- devices
MET = {
    "reached": True,
    "travelled": "as_told",
    "seen_document": "ticket",
    "stays_here": True,
    "told_the_rules": True,
}


def bodies(twelve):
    """What a device could say of each of them, some of it as it should be said."""
    seen = {"edition": twelve.restricting.edition, "area": twelve.world["grid"]}
    for person in (*twelve.free, twelve.held):
        about = {**seen, "subject": f"person:{person}"}
        yield {**about, "form": "arrival_visit", "answers": MET}
        yield {**about, "form": "hearsay_call", "answers": {"reached": True}}
        yield {"person": str(person), "measure": "home_monitoring"}
    held = {**seen, "subject": f"restriction:{twelve.decision.pk}"}
    longer = {"handed_over": True, "appeal_explained": True, "until": "2030-01-01"}
    yield {**held, "form": "notice_visit", "answers": longer}
    yield {"decision": twelve.decision.pk, "until": "2030-01-01T00:00:00Z"}
    yield {"cohort": twelve.decision.proposal.cohort_id, "accepted": True}


@pytest.mark.parametrize("who", ["cdc", "hospital", "grid", "community", "checkpoint"])
def test_no_act_of_a_device_restricts_anybody(twelve, tmp_path, who):
    evidence = Evidence.objects.count()
    inbox = open_file(tmp_path / "inbox.sqlite3")
    device = Device("phone", PEOPLE[who], twelve.world.posts[who])
    inbox.register(uuid4().bytes, device)
    acts = [
        {"id": str(uuid4()), "kind": kind, "seen_at": NOON.isoformat(), "body": body}
        for kind in (*KINDS, "restriction", "evidence", "sign")
        for body in bodies(twelve)
    ]
    for start in range(0, len(acts), 50):
        content = json.dumps(acts[start : start + 50]).encode()
        inbox.keep([(device.name, open_request(content, device=device.name))], at=NOON)

    done = process(inbox, at=NOON, most=len(acts))

    assert done.done + done.quarantined == len(acts)
    assert done.done > 0  # visits are records; they are no evidence
    assert Evidence.objects.count() == evidence
    assert found_wrong(twelve) == []
    inbox.close()
