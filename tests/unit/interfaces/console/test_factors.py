"""The second factor: asked for after the password, and not to be walked round."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from fangxian.interfaces.console.models import Account
from tests.people import ALICE, BOB
from tests.unit.interfaces.console.conftest import PASSWORD


@pytest.fixture(autouse=True)
def no_tries_before():
    """Counts of wrong codes outlive a test, whose accounts have the same numbers."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def alice(world, noon) -> Account:
    """Alice's account, with a password and without a second factor."""
    del world, noon
    account = Account(username="alice", person=ALICE, language="en")
    account.set_password(PASSWORD)
    account.save()
    return account


def _log_in(client: Client):
    sent = {"login": "alice", "password": PASSWORD}
    return client.post(reverse("login"), sent)


def _confirm(client: Client) -> None:
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def _code(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def _set_up(client: Client) -> str:
    """Set up the authenticator app and give its secret."""
    _log_in(client)
    _confirm(client)
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": _code(secret)})
    return secret


def test_a_change_of_the_log_in_asks_for_the_password_once_more(client, alice):
    del alice
    _log_in(client)
    answer = client.get(reverse("mfa_activate_totp"))
    assert answer["Location"].startswith(reverse("account_reauthenticate"))


def test_a_wrong_code_sets_up_nothing(client, alice):
    _log_in(client)
    _confirm(client)
    client.get(reverse("mfa_activate_totp"))
    answer = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert 'class="field bad"' in answer.content.decode()
    assert not Authenticator.objects.filter(user=alice).exists()


def test_after_the_password_the_code_is_asked_for(client, alice):
    secret = _set_up(client)
    assert Authenticator.objects.filter(user=alice, type="totp").exists()
    phone = Client()
    assert _log_in(phone)["Location"] == reverse("mfa_authenticate")
    assert phone.get(reverse("profile")).status_code == 302  # not in yet
    wrong = phone.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert wrong.status_code == 200
    assert phone.get(reverse("profile")).status_code == 302
    right = phone.post(reverse("mfa_authenticate"), {"code": _code(secret)})
    assert right["Location"] == reverse("home")
    assert phone.get(reverse("profile")).status_code == 200


@pytest.mark.usefixtures("alice")
def test_codes_of_the_second_factor_are_not_to_be_guessed(client):
    """Six figures are soon tried out by who has the password, or a link for it."""
    secret = _set_up(client)
    thief = Client()
    _log_in(thief)

    for _ in range(5):
        thief.post(reverse("mfa_authenticate"), {"code": "000000"})
    late = thief.post(reverse("mfa_authenticate"), {"code": _code(secret)})

    assert late.status_code == 200
    assert thief.get(reverse("profile")).status_code == 302
    [said] = late.context["form"].errors["code"]
    assert "稍后" in said
    assert said in late.content.decode()
    assert client.get(reverse("profile")).status_code == 200  # who is in stays in


@pytest.mark.usefixtures("alice")
def test_five_wrong_codes_keep_nobody_else_out(client):
    _set_up(client)
    thief = Client()
    _log_in(thief)
    for _ in range(6):
        thief.post(reverse("mfa_authenticate"), {"code": "000000"})

    bob = Account(username="bob", person=BOB)
    bob.set_password(PASSWORD)
    bob.save()
    sent = {"login": "bob", "password": PASSWORD}
    assert Client().post(reverse("login"), sent)["Location"] == reverse("home")


def test_a_recovery_code_opens_once(client, alice):
    _set_up(client)
    client.post(reverse("mfa_generate_recovery_codes"))
    codes = Authenticator.objects.get(user=alice, type="recovery_codes").wrap()
    code = codes.get_unused_codes()[0]
    for expected in (302, 200):
        phone = Client()
        _log_in(phone)
        answer = phone.post(reverse("mfa_authenticate"), {"code": code})
        assert answer.status_code == expected


def test_nobody_signs_up_by_themselves(client, db):
    del db
    for address in ("/account/signup/", "/accounts/signup/", "/signup/"):
        assert client.get(address).status_code in {404, 302}
    assert not Account.objects.exists()
