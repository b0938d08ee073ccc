"""The administrator opens, unlocks and closes accounts; each act is in the journal."""

from uuid import UUID

import pytest
from axes.models import AccessAttempt
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fangxian.interfaces.console import accounts
from fangxian.interfaces.console.models import Account
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.journal import queries as journal
from fangxian.mechanisms.journal.actions import sequence
from tests.people import ALICE, BOB, CHARLIE, PEOPLE
from tests.worlds import NOON


NEW = "ten characters at least"


@pytest.fixture
def administrator(browse) -> Client:
    return browse("administrator")


@pytest.fixture
def alice(world) -> Account:
    return accounts.open_account(
        "alice", person=ALICE, by=world.actor("administrator"), at=NOON
    )


def _events(account: Account) -> list[str]:
    sequence(at=NOON)
    return [entry.event for entry in journal.entries_of(f"account:{account.pk}")]


def test_an_account_is_opened_for_who_holds_a_post(administrator, world):
    del world
    address = reverse("accounts_new", args=[BOB])
    answer = administrator.post(address, {"username": "bob"})
    bob = Account.objects.get(username="bob")
    assert answer["Location"] == reverse("accounts_one", args=[bob.pk])
    assert (bob.person, bob.has_usable_password()) == (BOB, False)
    assert _events(bob) == ["account.opened"]


def test_a_name_is_given_once(administrator, alice):
    address = reverse("accounts_new", args=[BOB])
    answer = administrator.post(address, {"username": alice.username})
    assert answer.status_code == 409
    assert "console.account_name_taken" in answer.content.decode()
    assert 'value="alice"' in answer.content.decode()
    assert not Account.objects.filter(person=BOB).exists()


def test_a_person_has_one_account(administrator, alice):
    address = reverse("accounts_new", args=[alice.person])
    answer = administrator.post(address, {"username": "alice2"})
    assert answer.status_code == 409
    assert "console.person_has_account" in answer.content.decode()
    assert not Account.objects.filter(username="alice2").exists()


@pytest.mark.parametrize("username", ["", "Alice", "a b", "<b>", "艾"])
def test_a_name_that_cannot_be_typed_is_refused_beside_its_field(
    administrator, world, username
):
    del world
    address = reverse("accounts_new", args=[BOB])
    answer = administrator.post(address, {"username": username})
    assert answer.status_code == 422
    assert 'id="id_username-error"' in answer.content.decode()
    assert not Account.objects.filter(person=BOB).exists()


def test_nobody_without_a_post_gets_an_account(administrator, world):
    del world
    for person in (PEOPLE["joiner"], UUID(int=7)):
        address = reverse("accounts_new", args=[person])
        assert administrator.get(address).status_code == 404


def test_the_link_sets_the_password_once(administrator, alice, client):
    shown = administrator.post(reverse("accounts_link", args=[alice.pk]))
    link = shown.context["link"]
    assert "data:image/svg+xml" in shown.content.decode()
    form = client.get(link, follow=True)
    where = form.redirect_chain[-1][0]
    assert "set-password" in where  # the token is not in the address any more
    sent = {"new_password1": NEW, "new_password2": NEW}
    assert client.post(where, sent)["Location"] == reverse("login")
    alice.refresh_from_db()
    assert alice.check_password(NEW)
    again = Client().get(link, follow=True)
    assert "console.link_over" in again.content.decode()
    assert _events(alice) == [
        *("account.opened", "account.linked", "account.password_set"),
    ]


@pytest.mark.parametrize("weak", ["short", "password123", "1234567890123"])
def test_a_weak_password_is_refused_beside_its_field(
    administrator, alice, client, weak
):
    link = administrator.post(reverse("accounts_link", args=[alice.pk])).context["link"]
    where = client.get(link, follow=True).redirect_chain[-1][0]
    answer = client.post(where, {"new_password1": weak, "new_password2": weak})
    assert 'id="id_new_password2-error"' in answer.content.decode()
    alice.refresh_from_db()
    assert not alice.has_usable_password()


def test_unlocking_forgets_the_wrong_passwords(administrator, alice, client):
    sent = {"login": "alice", "password": "wrong"}
    for _ in range(5):
        client.post(reverse("login"), sent)
    page = administrator.get(reverse("accounts_one", args=[alice.pk]))
    assert "resting" in page.content.decode()
    administrator.post(reverse("accounts_unlock", args=[alice.pk]))
    assert not AccessAttempt.objects.filter(username="alice").exists()
    assert _events(alice) == ["account.opened", "account.unlocked"]


def test_closing_and_opening_again(administrator, alice):
    address = reverse("accounts_standing", args=[alice.pk])
    administrator.post(address, {"open": "0"})
    assert not Account.objects.get(pk=alice.pk).is_active
    administrator.post(address, {"open": "0"})  # a double click is one act
    administrator.post(address, {"open": "1"})
    assert Account.objects.get(pk=alice.pk).is_active
    assert _events(alice) == [
        "account.opened",
        "account.closed",
        "account.reopened",
    ]


def test_nobody_closes_their_own_account(administrator):
    own = Account.objects.get(username="administrator")
    address = reverse("accounts_standing", args=[own.pk])
    answer = administrator.post(address, {"open": "0"})
    assert answer.status_code == 409
    assert "console.own_account" in answer.content.decode()
    assert Account.objects.get(pk=own.pk).is_active
    assert _events(own) == []


def test_an_account_out_of_reach_looks_absent(world, alice):
    """The district next door reaches neither Alice's account nor its list entry."""
    by = world.actor("district_next_door")
    with pytest.raises(Refusal) as refused:
        accounts.get_account(alice.pk, by=by, at=NOON)
    assert refused.value.kind.hidden
    charlie = Account.objects.create(username="charlie", person=CHARLIE)
    assert list(accounts.accounts_within(by, NOON)) == [charlie]


def test_the_list_costs_the_same_whatever_its_length(administrator):
    def queries_with(*people: str) -> int:
        for who in people:
            accounts_of = {"person": PEOPLE[who]}
            Account.objects.get_or_create(username=who, defaults=accounts_of)
        with CaptureQueriesContext(connection) as seen:
            page = administrator.get(reverse("accounts"))
        assert len(page.context["rows"]) == len(people) + 1
        return len(seen)

    queries_with("alice")  # what is looked up once a process
    assert queries_with("alice") == queries_with("alice", "bob", "charlie")
