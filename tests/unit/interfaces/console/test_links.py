"""Links for passwords: whoever makes one could use it, so a second person agrees."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from fangxian.interfaces.console import accounts, links
from fangxian.interfaces.console.models import Account, PasswordLink
from fangxian.kernel.actors import SYSTEM, Role
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.journal import queries as journal
from fangxian.mechanisms.journal.actions import sequence
from tests.people import JOINER, PEOPLE
from tests.worlds import NOON, fill_post


NEW = "ten characters at least"
HOUR = dt.timedelta(hours=1)
pytestmark = pytest.mark.usefixtures("settled")


@pytest.fixture
def settled(browse):
    """A district that has its own password, and so can agree; gives the browsers."""
    for who in ("district", "dana"):
        accounts.open_account(
            who, person=PEOPLE[who], by=SYSTEM, at=NOON, password=NEW * 2
        )
    return browse


def account_of(who):
    return Account.objects.get_or_create(person=PEOPLE[who], username=who)[0]


def made_for(world, who, *, by="administrator", at=NOON):
    account = account_of(who)
    return account, links.give_link(account.pk, by=world.actor(by), at=at)


def opened(link):
    return Client().get(link, follow=True, headers={"Accept-Language": "en"})


def set_by(link):
    """Set the password by a link; the client follows it to the form."""
    client = Client(headers={"Accept-Language": "en"})
    form = client.get(link, follow=True).request["PATH_INFO"]
    return client.post(form, {"new_password1": NEW, "new_password2": NEW})


def events_of(account):
    sequence(at=NOON)
    return [entry.event for entry in journal.entries_of(f"account:{account.pk}")]


@pytest.mark.parametrize("who", ["grid", "community", "street", "cdc", "hospital"])
def test_who_reads_about_people_gets_no_password_by_one_person(world, who):
    account, link = made_for(world, who)

    assert "console.link_waits" in opened(link).content.decode()
    assert set_by(link).status_code == 409

    account.refresh_from_db()
    assert not account.password
    assert events_of(account) == ["account.linked"]


def test_after_another_agreed_it_works_once_and_its_holder_is_told(settled, world):
    account, link = made_for(world, "cdc")
    district = settled("district")
    waiting = district.get(reverse("accounts_links")).content.decode()
    assert "cdc" in waiting

    agreed = district.post(
        reverse("accounts_link_agree", args=[account.pk]), follow=True
    )

    assert "The link works now" in agreed.content.decode()
    assert set_by(link).status_code == 302
    account.refresh_from_db()
    assert account.check_password(NEW)
    assert events_of(account) == [
        *("account.linked", "account.link_agreed", "account.password_set"),
    ]
    told = settled("cdc").get(reverse("today")).content.decode()
    assert "Your password was set anew" in told
    assert "关*员" in told
    assert "瞿*挥" in told


def test_another_password_needs_another_agreement(world):
    account, link = made_for(world, "cdc")
    links.agree(account.pk, by=world.actor("district"), at=NOON)
    set_by(link)

    _account, again = made_for(world, "cdc", at=NOON + HOUR)

    assert "console.link_waits" in opened(again).content.decode()


def test_what_was_not_agreed_to_never_works(settled, world):
    account, link = made_for(world, "cdc")
    settled("district").post(reverse("accounts_link_refuse", args=[account.pk]))

    assert "console.link_waits" in opened(link).content.decode()
    assert events_of(account)[-1] == "account.link_refused"


@pytest.mark.parametrize(
    ("who", "account", "code"),
    [
        ("administrator", "cdc", "console.not_yours_to_agree"),  # who made it
        ("street", "cdc", "console.account_unknown"),
        ("supervision", "cdc", "console.not_yours_to_agree"),
        ("district_next_door", "cdc", "console.account_unknown"),
        ("district", "district", "console.not_yours_to_agree"),  # for themselves
    ],
)
def test_nobody_else_agrees(world, who, account, code):
    one, link = made_for(world, account)

    with pytest.raises(Refusal) as refused:
        links.agree(one.pk, by=world.actor(who), at=NOON)

    assert refused.value.kind.code == code
    assert PasswordLink.objects.get().agreed_by is None
    assert opened(link).status_code == 409


def test_after_a_day_nobody_agrees_any_more(world):
    account, _link = made_for(world, "cdc")

    with pytest.raises(Refusal) as refused:
        links.agree(account.pk, by=world.actor("district"), at=NOON + 25 * HOUR)

    assert refused.value.kind is links.NO_LINK


def test_who_agrees_cannot_be_taken_over_alone_either(world):
    account, link = made_for(world, "district")
    assert opened(link).status_code == 409

    links.agree(account.pk, by=world.actor("dana"), at=NOON)

    assert opened(link).status_code == 200


def test_who_reads_of_nobody_needs_no_second_person(world):
    for who in ("market_supervision", "auditor"):
        _account, link = made_for(world, who)
        assert opened(link).status_code == 200
        assert set_by(link).status_code == 302


def test_a_link_from_before_the_post_waits_with_the_post(world):
    account = Account.objects.create(username="joiner", person=JOINER)
    link = links.give_link(account.pk, by=world.actor("administrator"), at=NOON)
    fill_post(world["community"], Role.COMMUNITY, "副书记", holder=JOINER)

    assert "console.link_waits" in opened(link).content.decode()


def test_in_a_new_house_the_first_links_work(world):
    """Where nobody can agree yet, as before headquarters has an account."""
    Account.objects.all().delete()
    _account, link = made_for(world, "district")

    assert opened(link).status_code == 200


def test_the_list_shows_strangers_nothing(settled, world):
    made_for(world, "grid")

    for who in ("district_next_door", "supervision"):
        page = settled(who).get(reverse("accounts_links")).content.decode()
        assert "No link waits" in page
    assert (
        "耿*网" in settled("district").get(reverse("accounts_links")).content.decode()
    )
