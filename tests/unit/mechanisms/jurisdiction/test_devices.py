"""A phone speaks for a person in a post: by a code once, until it is revoked."""

import datetime as dt
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.jurisdiction import actions as posts
from fangxian.mechanisms.jurisdiction.devices import actions, codes, queries, rules
from fangxian.mechanisms.jurisdiction.models import Device, DeviceCode, WrongCodes
from fangxian.mechanisms.jurisdiction.rules import NO_POST, OUT_OF_REACH, POST_VACANT
from fangxian.privacy.sealing import spelled
from tests.people import PEOPLE
from tests.unit.mechanisms.jurisdiction.phones import enrol, public_of
from tests.worlds import NOON


pytestmark = pytest.mark.django_db
ID = UUID(int=1)
OFFICE, STRANGER = "192.0.2.1", "198.51.100.7"


@pytest.fixture
def code(world):
    return actions.issue_code(world.posts["grid"], by=world.actor("community"), at=NOON)


def try_code(
    code, *, number=1, at=NOON, name="网格员的手机", key=None, asked_from=OFFICE
):
    return actions.enrol_device(
        code,
        device=UUID(int=number),
        name=name,
        public_key=public_of(number) if key is None else key,
        asked_from=asked_from,
        at=at,
    )


def kind_of(act, *args, **kwargs):
    with pytest.raises(Refusal) as refused:
        act(*args, **kwargs)
    return refused.value.kind


def other_than(code, *, from_place):
    """A code that differs in all places from this one on."""
    wrong = "".join("7" if one != "7" else "8" for one in code[from_place:])
    return code[:from_place] + wrong


def events():
    named = Entry.objects.filter(event__startswith="device.").order_by("pk")
    return [(one.event, one.payload) for one in named]


def test_a_phone_is_enrolled_with_a_code(code, world):
    assert try_code(code) == ID

    found = queries.find_speaking(ID)
    assert (found.person, found.post, found.area, found.name) == (
        PEOPLE["grid"],
        world.posts["grid"],
        world["grid"],
        "网格员的手机",
    )
    assert found.public_key == public_of(1)
    assert [name for name, _ in events()] == ["device.code_issued", "device.enrolled"]
    assert code not in str(events())


@pytest.mark.parametrize(
    "spell",
    [str.lower, codes.as_shown, lambda code: f" {code} "],
    ids=["small letters", "in two groups", "with spaces"],
)
def test_a_code_is_read_as_people_type_it(code, spell):
    assert try_code(spell(code)) == ID


def test_letters_that_are_mistaken_for_figures_are_read_as_them():
    assert codes.as_typed("oil-OIL") == "011011"


def test_a_code_enrols_one_phone(code):
    try_code(code)

    assert kind_of(try_code, code, number=2) is rules.CODE_WRONG


def test_a_phone_that_had_no_answer_asks_again_and_is_the_same(code):
    try_code(code)

    assert actions.enrol_device(
        code,
        device=UUID(int=9),
        name="网格员的手机",
        public_key=public_of(1),
        asked_from=OFFICE,
        at=NOON,
    ) == (ID)
    assert Device.objects.count() == 1


def test_a_key_is_enrolled_once(code, world):
    try_code(code)
    another = actions.issue_code(
        world.posts["grid"], by=world.actor("community"), at=NOON
    )

    assert kind_of(try_code, another) is rules.KEY_TAKEN


def test_a_code_holds_for_a_quarter_of_an_hour(code):
    late = NOON + rules.CODE_VALID

    assert kind_of(try_code, code, at=late) is rules.CODE_WRONG
    assert try_code(code, at=late - dt.timedelta(seconds=1)) == ID


def test_five_wrong_tries_end_a_code(code):
    wrong = other_than(code, from_place=codes.CALLED_BY)

    for number in range(rules.TRIES_MAX):
        assert kind_of(try_code, wrong, number=number + 10) is rules.CODE_WRONG
    assert kind_of(try_code, code) is rules.CODE_WRONG
    assert DeviceCode.objects.get().tries == rules.TRIES_MAX


def test_four_wrong_tries_do_not(code):
    for number in range(rules.TRIES_MAX - 1):
        kind_of(try_code, other_than(code, from_place=5), number=number + 10)

    assert try_code(code) == ID


def test_what_calls_up_no_code_counts_against_none(code):
    kind_of(try_code, other_than(code, from_place=0))

    assert DeviceCode.objects.get().tries == 0


# ------------------------------------------------------------------- guessing
def guess(code, *, asked_from=STRANGER, at=NOON, times=rules.WRONG_FROM_A_NETWORK_MAX):
    """Send codes that call none up, as who guesses does."""
    wrong = other_than(code, from_place=0)
    return [
        kind_of(try_code, wrong, number=serial + 10, asked_from=asked_from, at=at)
        for serial in range(times)
    ]


def test_who_guesses_is_looked_at_no_more_for_a_while(code):
    assert set(guess(code)) == {rules.CODE_WRONG}

    assert kind_of(try_code, code, asked_from=STRANGER) is rules.TOO_MANY_WRONG
    assert not Device.objects.exists()
    assert try_code(code) == ID  # who sits elsewhere does not wait for a stranger


def test_who_guessed_may_try_again_when_a_code_is_over(code, world):
    guess(code)
    later = NOON + rules.CODE_VALID
    fresh = actions.issue_code(
        world.posts["grid"], by=world.actor("community"), at=later
    )

    assert try_code(fresh, asked_from=STRANGER, at=later) == ID


def test_one_wrong_code_less_than_too_many_is_no_guessing(code):
    guess(code, times=rules.WRONG_FROM_A_NETWORK_MAX - 1)

    assert try_code(code, asked_from=STRANGER) == ID


def test_a_stranger_who_guesses_on_ends_nobodys_code(code):
    guess(code)
    wrong = other_than(code, from_place=codes.CALLED_BY)

    for serial in range(rules.TRIES_MAX):
        kind = kind_of(try_code, wrong, number=serial + 90, asked_from=STRANGER)
        assert kind is rules.TOO_MANY_WRONG
    assert try_code(code) == ID


def test_no_address_is_kept(code):
    guess(code, times=1)

    kept = WrongCodes.objects.get()
    assert kept.tries == 1
    assert STRANGER.encode() not in bytes(kept.source)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("", "unix:", False),
    ],
)
def test_what_one_asker_may_change_of_an_address_counts_as_one(one, other, same):
    assert (codes.network_of(one) == codes.network_of(other)) is same


def test_another_code_for_the_post_ends_the_one_before(code, world):
    later = actions.issue_code(world.posts["grid"], by=world.actor("street"), at=NOON)

    assert kind_of(try_code, code) is rules.CODE_WRONG
    assert try_code(later) == ID


def test_who_was_relieved_in_between_gets_no_phone(code, world):
    posts.relieve(
        world.posts["grid"],
        by=world.actor("district"),
        at=NOON + dt.timedelta(minutes=1),
    )

    later = NOON + dt.timedelta(minutes=2)
    assert kind_of(try_code, code, at=later) is NO_POST


@pytest.mark.parametrize("name", ["", " ", "长" * 61], ids=["empty", "blank", "long"])
def test_a_name_is_short_and_not_empty(code, name):
    assert kind_of(try_code, code, name=name) is rules.NAME_WRONG


def test_only_a_phones_key_is_enrolled(code):
    other_curve = spelled(ec.generate_private_key(ec.SECP384R1()).public_key())

    for key in b"", b"key", other_curve:
        assert kind_of(try_code, code, key=key) is rules.NO_KEY


@pytest.mark.parametrize("who", ["community", "street", "district"])
def test_offices_above_the_post_issue_codes(world, who):
    assert len(
        actions.issue_code(world.posts["grid"], by=world.actor(who), at=NOON)
    ) == (codes.CHARACTERS)


@pytest.mark.parametrize("post", ["grid", "community", "street", "cdc", "hospital"])
def test_who_runs_the_system_gets_no_phone_that_reads_about_people(world, post):
    by = world.actor("administrator")

    assert kind_of(actions.issue_code, world.posts[post], by=by, at=NOON) is (
        rules.READS_PEOPLE
    )
    assert actions.issue_code(world.posts["supervision"], by=by, at=NOON)


@pytest.mark.parametrize("who", ["grid", "checkpoint", "supervision", "police"])
def test_nobody_else_does(world, who):
    kind = kind_of(
        actions.issue_code,
        world.posts["grid"] if who != "checkpoint" else world.posts["checkpoint"],
        by=world.actor(who),
        at=NOON,
    )
    assert kind is rules.NOT_YOURS


@pytest.mark.parametrize("who", ["community_next_door", "charlie"])
def test_an_office_elsewhere_finds_no_such_post(world, who):
    kind = kind_of(
        actions.issue_code, world.posts["grid"], by=world.actor(who), at=NOON
    )
    assert kind is OUT_OF_REACH


def test_no_phone_speaks_for_an_administrator(world):
    kind = kind_of(
        actions.issue_code,
        world.posts["auditor"],
        by=world.actor("administrator"),
        at=NOON,
    )
    assert kind is rules.POST_RESERVED


def test_a_vacant_post_gets_no_code(world):
    later = NOON + dt.timedelta(minutes=1)
    posts.relieve(world.posts["grid"], by=world.actor("district"), at=NOON)

    kind = kind_of(
        actions.issue_code, world.posts["grid"], by=world.actor("street"), at=later
    )
    assert kind is POST_VACANT


def test_a_revoked_phone_speaks_no_more(world):
    device = enrol(world, 1)

    actions.revoke_device(device, reason=" 丢了 ", by=world.actor("street"), at=NOON)

    assert queries.find_speaking(device) is None
    found = queries.get_device(device, world.actor("street").scope)
    assert (found.ended_at, found.ended_by, found.ended_why) == (
        NOON,
        PEOPLE["street"],
        "丢了",
    )
    assert events()[-1][0] == "device.revoked"


def test_a_phone_is_revoked_once_and_for_a_reason(world):
    device, by = enrol(world, 1), world.actor("street")
    revoke = actions.revoke_device

    assert kind_of(revoke, device, reason=" ", by=by, at=NOON) is rules.REASON_MISSING
    revoke(device, reason="丢了", by=by, at=NOON)
    assert kind_of(revoke, device, reason="丢了", by=by, at=NOON) is rules.REVOKED


def test_only_offices_above_revoke(world):
    device = enrol(world, 1)
    revoke = actions.revoke_device

    said = {"reason": "丢了", "at": NOON}
    assert kind_of(revoke, device, by=world.actor("grid"), **said) is rules.NOT_YOURS
    for who in "charlie", "community_next_door":
        assert kind_of(revoke, device, by=world.actor(who), **said).hidden
    assert kind_of(revoke, UUID(int=7), by=world.actor("grid"), **said).hidden


def test_phones_are_listed_within_the_scope(world):
    mine = enrol(world, 1)
    ended = enrol(world, 2)
    theirs = enrol(world, 3, who="community_next_door", by="district_next_door")
    actions.revoke_device(ended, reason="坏了", by=world.actor("community"), at=NOON)

    scope = world.actor("community").scope
    assert [one.pk for one in queries.devices(scope)] == [mine]
    assert [one.pk for one in queries.devices(scope, ended=True)] == [ended]
    assert not queries.devices(scope, post=world.posts["community"])
    assert kind_of(queries.get_device, theirs, scope) is rules.NO_DEVICE
    assert set(queries.device_names([mine, UUID(int=7)])) == {mine}
