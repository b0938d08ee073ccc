from uuid import uuid4

import pytest
from click.testing import CliRunner
from django.conf import settings as installed

from fangxian.interfaces.commands import device, work
from fangxian.interfaces.intake.envelope import Received
from fangxian.interfaces.intake.inbox import OTHER_BODY, open_inbox
from fangxian.interfaces.intake.tokens import tag_of
from fangxian.kernel.refusals import Refusal
from fangxian.privacy.signing import signing_key_at
from tests.inboxes import empty_inbox
from tests.people import ALICE, JOINER
from tests.unit.interfaces.intake.lanes import act, spelled
from tests.worlds import NOON


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.FANGXIAN_DATA = tmp_path
    with empty_inbox():
        pass


def run(*arguments):
    return CliRunner().invoke(device.command, [str(argument) for argument in arguments])


def found(token):
    key = signing_key_at(installed.FANGXIAN_SIGNING_KEY)
    with open_inbox() as inbox:
        return inbox.find_device(tag_of(token, key))


def test_a_device_speaks_for_a_person_until_it_is_ended():
    token = run("register", "phone-1", "--person", ALICE).output.strip()
    assert found(token).person == ALICE

    run("end", "phone-1")

    assert found(token) is None


def test_a_device_registered_again_gets_another_token_and_loses_the_first():
    first = run("register", "phone-1", "--person", ALICE).output.strip()
    second = run("register", "phone-1", "--person", ALICE).output.strip()

    assert first != second
    assert (found(first), found(second).name) == (None, "phone-1")


def test_who_holds_no_post_gets_no_device():
    refused = run("register", "phone-1", "--person", JOINER)

    assert isinstance(refused.exception, Refusal)
    with open_inbox() as inbox:
        assert inbox.count("waiting") == 0


def test_the_quarantine_is_listed_with_its_reasons():
    id_ = uuid4()
    raw = spelled({**act(0), "id": str(id_)})
    with open_inbox() as inbox:
        for digest in (id_.bytes, id_.bytes * 2):
            inbox.keep([("phone-1", [Received(id_, digest, raw)])], at=NOON)
        inbox.finish(inbox.waiting(1000)[-1].number, state="done")

    last = run("quarantine").output.splitlines()[-1]
    assert last == f"{id_}  phone-1  {OTHER_BODY}"


def test_a_turn_of_work_goes_on_after_a_job_that_fails(monkeypatch, caplog):
    done: list[object] = []

    def fall(_):
        raise ZeroDivisionError

    monkeypatch.setattr(work, "JOBS", {"fall": fall, "stand": done.append})
    with open_inbox() as inbox:
        work.take_turn(inbox)

    assert len(done) == 1
    assert "could not fall" in caplog.text
