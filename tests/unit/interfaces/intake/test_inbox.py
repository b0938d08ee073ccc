"""The inbox of this installation: a SQLite file, or tables on the server."""

from uuid import uuid4

import pytest

from fangxian.interfaces.intake.envelope import Received
from fangxian.interfaces.intake.inbox import OTHER_BODY, Device, open_inbox
from tests.people import ALICE
from tests.unit.interfaces.intake.lanes import act, spelled
from tests.worlds import NOON


pytestmark = pytest.mark.django_db
PHONE = "phone-of-the-inbox-test"


@pytest.fixture
def inbox(settings, tmp_path):
    settings.FANGXIAN_DATA = tmp_path
    with open_inbox() as opened:
        for kept in opened.waiting(1000):  # a server's tables outlive a test
            opened.finish(kept.number, state="done")
        yield opened


def received(id_, digest=b"1"):
    raw = spelled({**act(0), "id": str(id_)})
    return Received(id=id_, digest=digest, raw=raw)


def test_acts_are_kept_once_in_order_until_they_are_finished(inbox):
    first, second = received(uuid4()), received(uuid4())

    inbox.keep([(PHONE, [first]), (PHONE, [second, first])], at=NOON)

    kept = inbox.waiting(10)
    assert [(one.id, one.raw, one.device) for one in kept] == [
        (first.id, first.raw, PHONE),
        (second.id, second.raw, PHONE),
    ]
    inbox.finish(kept[0].number, state="done")
    assert [one.id for one in inbox.waiting(10)] == [second.id]


def test_another_body_is_kept_beside_the_first_and_only_once(inbox):
    id_ = uuid4()
    first, other = received(id_), received(id_, digest=b"2%" + id_.bytes)

    states = [inbox.keep([(PHONE, [one])], at=NOON) for one in (first, other, other)]

    assert states == [[["received"]], [["quarantined"]], [["quarantined"]]]
    assert inbox.quarantined()[-1] == (id_, PHONE, OTHER_BODY)
    assert [one.id for one in inbox.waiting(10)] == [id_]


def test_a_device_is_known_by_its_tag_until_it_is_ended(inbox):
    device = Device(PHONE, ALICE, 7)
    inbox.register(b"tag", device)
    assert inbox.find_device(b"tag") == device

    inbox.end(PHONE)

    assert inbox.find_device(b"tag") is None
    assert inbox.get_device(PHONE) == device


def test_an_inbox_knows_itself_again(inbox):
    with open_inbox() as again:
        assert again.id == inbox.id
