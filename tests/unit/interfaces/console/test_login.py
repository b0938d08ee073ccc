"""Getting in: lock-out, closed accounts, ended sessions, several posts."""

import datetime as dt
import re

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from fangxian.interfaces.console.models import Account
from fangxian.kernel.actors import SYSTEM, Role
from fangxian.mechanisms.jurisdiction import actions, queries
from tests.people import ALICE, JOINER, PEOPLE
from tests.unit.interfaces.console.conftest import PASSWORD
from tests.worlds import FOUNDED, NOON, fill_post


WRONG_TRIES = 5


@pytest.fixture
def alice(world, noon) -> Account:
    """Alice's account, with a password."""
    del world, noon
    return _account("alice")


@pytest.fixture
def charlie(world, noon) -> Account:
    """Charlie's account, with the same password."""
    del world, noon
    return _account("charlie")


def _account(name: str) -> Account:
    account = Account(username=name, person=PEOPLE[name], language="en")
    account.set_password(PASSWORD)
    account.save()
    return account


def _try(client: Client, password: str, name: str = "alice", **query: str):
    address = reverse("login", query=query or None)
    return client.post(address, {"login": name, "password": password})


def test_the_right_password_leads_home(client, alice):
    del alice
    answer = _try(client, PASSWORD)
    assert (answer.status_code, answer["Location"]) == (302, reverse("home"))


def test_passwords_are_kept_by_argon2(alice):
    assert alice.password.startswith("argon2$argon2id$")


def test_a_wrong_password_keeps_the_name_and_says_what_helps(client, alice):
    del alice
    answer = _try(client, "wrong")
    content = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="alice"' in content
    assert "check both and try again" in content or "可以：核对后再试" in content
    assert not Session.objects.exists()


def test_an_unknown_name_is_answered_like_a_wrong_password(client, alice):
    """Nobody learns from the answer which accounts exist."""
    del alice
    known, unknown = _try(client, "wrong"), _try(client, "wrong", name="nobody")
    assert unknown.status_code == known.status_code
    assert _without_name(unknown) == _without_name(known)


def _without_name(answer) -> str:
    content = re.sub(r'value="(alice|nobody)"', "", answer.content.decode())
    return re.sub(r'name="csrf[^>]+>', "", content)


def test_five_wrong_passwords_lock_the_account_even_for_the_right_one(client, alice):
    del alice
    answers = [_try(client, "wrong") for _ in range(WRONG_TRIES)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 429]
    assert "console.locked" in answers[-1].content.decode()
    assert _try(client, PASSWORD).status_code == 429
    assert not Session.objects.exists()


def test_a_lock_is_of_one_account_not_of_the_office(client, alice, world):
    """Others at the same address still get in."""
    del alice, world
    bob = Account(username="bob", person=PEOPLE["bob"])
    bob.set_password(PASSWORD)
    bob.save()
    for _ in range(WRONG_TRIES):
        _try(client, "wrong")
    assert _try(client, PASSWORD, name="bob").status_code == 302


@pytest.mark.usefixtures("alice")
def test_behind_a_web_server_too_a_stranger_locks_nobody_out(settings):
    """There every request comes from one address; who asks stands in its header."""
    settings.SESSION_COOKIE_SECURE = True
    sent = {"login": "alice", "password": "wrong"}
    stranger, hers = ({"X-Forwarded-For": f"192.0.2.{end}"} for end in (1, 2))
    for _ in range(WRONG_TRIES):
        answer = Client().post(reverse("login"), sent, secure=True, headers=stranger)
    assert answer.status_code == 429

    sent["password"] = PASSWORD
    answer = Client().post(reverse("login"), sent, secure=True, headers=hers)

    assert answer.status_code == 302


def test_the_right_password_forgets_the_wrong_ones(client, alice):
    del alice
    for _ in range(WRONG_TRIES - 1):
        _try(client, "wrong")
    _try(client, PASSWORD)
    assert AccessAttempt.objects.count() == 0


def test_a_closed_account_stays_outside(client, alice):
    alice.is_active = False
    alice.save()
    assert _try(client, PASSWORD).status_code == 422


def test_closing_an_account_ends_its_session(browse, alice):
    client = browse("alice")
    assert client.get(reverse("profile")).status_code == 200
    Account.objects.filter(pk=alice.pk).update(is_active=False)
    assert client.get(reverse("profile")).status_code == 302


def test_the_log_in_returns_to_the_page_that_was_wanted(client, alice):
    del alice
    wanted = reverse("profile")
    sent = client.get(wanted)
    assert sent["Location"] == f"{reverse('login')}?next=%2Faccount%2F"
    page = client.get(sent["Location"]).content.decode()
    assert f'name="next" value="{wanted}"' in page
    answer = client.post(
        reverse("login"), {"login": "alice", "password": PASSWORD, "next": wanted}
    )
    assert answer["Location"] == wanted


def test_the_log_in_leads_nowhere_else(client, alice):
    del alice
    answer = client.post(
        reverse("login"),
        {"login": "alice", "password": PASSWORD, "next": "https://elsewhere.example/"},
    )
    assert answer["Location"] == reverse("home")


def _ended(client):
    """Give a browser whose session ended since its last page."""
    client.get(reverse("profile"))
    del client.cookies["sessionid"]
    return client


def _back(client, login):
    """Log in again, and open the form that had been sent."""
    client.post(reverse("login"), {"login": login, "password": PASSWORD})
    return client.get(reverse("profile_password")).content.decode()


def test_what_was_typed_when_the_session_ended_comes_back(browse, alice):
    """The form is sent without a session; after the log-in it is filled again."""
    del alice
    client = _ended(browse("alice"))
    form = reverse("profile_password")
    referer = {"Referer": f"http://testserver{form}"}
    sent = client.post(form, {"old_password": "typed in"}, headers=referer)
    assert sent["Location"] == f"{reverse('login')}?next=%2Faccount%2Fpassword%2F"
    page = _back(client, "alice")
    assert '"action": "/account/password/"' in page
    assert '"old_password": ["typed in"]' in page
    again = client.get(form).content.decode()
    assert "typed in" not in again  # it is shown once


def test_what_was_typed_never_comes_back_to_somebody_else(browse, alice, charlie):
    del alice, charlie
    client = _ended(browse("alice"))
    client.post(reverse("profile_password"), {"old_password": "typed in"})
    assert "typed in" not in _back(client, "charlie")
    assert "typed_before" not in client.session  # nor to anybody after


def test_nothing_is_kept_of_whoever_never_logged_in_here(client, alice):
    del alice
    client.post(reverse("profile_password"), {"old_password": "typed in"})
    assert "typed_before" not in client.session


def test_a_form_of_nobodys_size_is_not_kept(browse, alice):
    del alice
    client = _ended(browse("alice"))
    client.post(reverse("profile_password"), {"old_password": "x" * 100_000})
    assert "typed_before" not in client.session


def test_logging_out_ends_the_session(browse, alice):
    del alice
    client = browse("alice")
    client.post(reverse("logout"))
    assert client.get(reverse("profile")).status_code == 302


def test_a_person_with_two_posts_acts_in_the_one_they_choose(browse, world):
    second = fill_post(world["next_street"], Role.STREET, "second", holder=ALICE)
    client = browse("alice")
    assert _post_of(client) == second  # the latest appointment, until they choose
    client.post(reverse("act_as"), {"post": world.posts["alice"]})
    assert _post_of(client) == world.posts["alice"]


def test_a_post_of_somebody_else_cannot_be_chosen(browse, world):
    client = browse("alice")
    client.post(reverse("act_as"), {"post": world.posts["charlie"]})
    assert _post_of(client) == world.posts["alice"]


def test_a_relieved_person_loses_the_post_with_the_next_request(browse, world):
    client = browse("alice")
    assert client.get(reverse("search")).status_code == 200
    actions.relieve(world.posts["alice"], by=SYSTEM, at=NOON)
    answer = client.get(reverse("search"))
    assert answer.status_code == 403
    assert "console.no_post" in answer.content.decode()


def test_who_holds_no_post_opens_their_own_account_only(browse, world):
    del world
    assert queries.posts_held(JOINER, at=FOUNDED) == []
    client = browse("joiner")
    assert client.get(reverse("profile")).status_code == 200
    assert client.get(reverse("search")).status_code == 403


def _post_of(client: Client) -> int:
    return client.get(reverse("profile")).context["frame"].post.id


def test_the_last_log_in_is_told_by_the_clock_of_the_installation(browse):
    browse("alice")

    last = Account.objects.get(username="alice").last_login
    assert dt.timedelta() <= last - NOON < dt.timedelta(minutes=5)
