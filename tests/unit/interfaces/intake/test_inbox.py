"""The inbox of this installation: a SQLite file, or tables on the server."""

from uuid import uuid4

import pytest

from fangxian.interfaces.intake.at_rest import UNREADABLE
from fangxian.interfaces.intake.envelope import ENVELOPES, Received
from fangxian.interfaces.intake.inbox import OTHER_BODY, Device, open_inbox
from fangxian.interfaces.intake.processing import perform
from fangxian.interfaces.intake.reasons import UNOPENED
from fangxian.kernel.refusals import Refusal
from fangxian.privacy.keys import keyring_at, replace_keyring
from tests.inboxes import empty_inbox
from tests.people import ALICE
from tests.unit.interfaces.intake.lanes import act, spelled
from tests.worlds import NOON


pytestmark = pytest.mark.django_db
PHONE = "phone-of-the-inbox-test"


@pytest.fixture
def inbox(settings, tmp_path):
    settings.FANGXIAN_DATA = tmp_path
    settings.FANGXIAN_KEYRING = tmp_path / "keys.json"
    with empty_inbox() as opened:
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


def rows(*columns):
    """What is stored, in bytes, by whatever database."""
    with open_inbox() as other:
        found = other.run(f"SELECT {', '.join(columns)} FROM inbox_act")  # noqa: S608 -- names of columns
        return [tuple(map(bytes, row)) for row in found.fetchall()]


def test_what_a_device_sent_rests_sealed_and_its_digest_tells_nothing(inbox):
    sent = received(uuid4(), digest=uuid4().bytes)

    inbox.keep([(PHONE, [sent])], at=NOON)

    stored = rows("raw", "digest")
    assert len(stored) > 0
    assert not any(b"seen_at" in raw for raw, _ in stored)
    assert sent.digest not in {digest for _, digest in stored}
    assert inbox.waiting(10)[-1].raw == sent.raw


def test_under_a_newer_key_an_act_is_known_and_older_ones_open(inbox, settings):
    first, second = received(uuid4(), uuid4().bytes), received(uuid4(), uuid4().bytes)
    inbox.keep([(PHONE, [first])], at=NOON)
    ring = keyring_at(settings.FANGXIAN_KEYRING)
    replace_keyring(settings.FANGXIAN_KEYRING, ring.with_new_key())

    states = inbox.keep([(PHONE, [first, second])], at=NOON)

    assert states == [["received", "received"]]
    assert [one.raw for one in inbox.waiting(10)] == [first.raw, second.raw]


def test_what_does_not_open_holds_nobody_up(inbox, settings, tmp_path):
    """The keys were lost; with the right ones it can be tried again."""
    sent = received(uuid4(), uuid4().bytes)
    inbox.keep([(PHONE, [sent])], at=NOON)
    right = settings.FANGXIAN_KEYRING

    settings.FANGXIAN_KEYRING = tmp_path / "other-keys.json"

    [kept] = inbox.waiting(10)
    act_ = ENVELOPES.decode(kept.raw)
    assert (act_.id, act_.kind) == (sent.id, UNREADABLE)
    with pytest.raises(Refusal) as refusal:
        perform(act_, Device(PHONE, ALICE, None), at=NOON)
    assert refusal.value.kind is UNOPENED
    settings.FANGXIAN_KEYRING = right
    assert inbox.waiting(10)[0].raw == sent.raw


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
