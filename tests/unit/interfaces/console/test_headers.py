"""What every answer says to the browser: nothing inline, nothing framed, nothing kept."""

import re

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from fangxian.interfaces.console.models import Account
from fangxian.interfaces.console.page import page
from tests.examples import all_examples
from tests.unit.interfaces.console.conftest import PASSWORD


PAGES = {url: one for url, one in all_examples().items() if not one.post_only}
EXPECTED = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
INLINE = re.compile(
    r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)(?![^>]*application/json)"
    r"|javascript:",
    re.IGNORECASE,
)


@pytest.mark.parametrize("url", sorted(PAGES))
def test_no_page_carries_inline_script_or_style(visit, client, made, url):
    """The policy would block it, and the page would look broken."""
    example = PAGES[url]
    browser = client if example.who == "anyone" else visit(example.who)
    answer = browser.get(reverse(url, args=example.args(made)), follow=True)
    assert answer.status_code == 200
    assert INLINE.findall(answer.content.decode()) == []


def test_the_policy_lets_in_only_what_is_ours(client, db):
    del db
    policy = client.get(reverse("login"))["Content-Security-Policy"]
    directives = dict(one.split(" ", 1) for one in policy.split("; "))
    assert directives == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }


@pytest.mark.parametrize("address", ["/account/login/", "/nowhere/"])
def test_every_answer_carries_the_headers(client, db, address):
    del db
    answer = client.get(address)
    assert {name: answer[name] for name in EXPECTED} == EXPECTED


def test_pages_are_not_kept_by_caches(visit):
    answer = visit("alice").get(reverse("profile"))
    assert "no-store" in answer["Cache-Control"]


def test_the_session_cookie_cannot_be_read_by_scripts_or_sent_from_elsewhere(
    client, made, db
):
    del made, db
    account = Account.objects.get(username="alice")
    account.set_password(PASSWORD)
    account.save()
    sent = {"login": "alice", "password": PASSWORD}
    cookie = client.post(reverse("login"), sent).cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_a_form_without_its_token_changes_nothing(visit):
    client = Client(enforce_csrf_checks=True)
    client.cookies = visit("alice").cookies
    answer = client.post(reverse("profile"), {"theme": "dark"})
    assert answer.status_code == 403
    assert "E-403-" in answer.content.decode()


def test_a_page_is_told_apart_by_its_row():
    @page("somewhere")
    def view(_request):
        return HttpResponse()

    assert vars(view)["permission_row"] == "somewhere"
