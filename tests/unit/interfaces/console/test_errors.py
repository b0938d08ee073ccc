"""What goes wrong says what is safe, what to do, and a number, in both languages."""

import errno
import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from fangxian.interfaces.console import errors
from fangxian.interfaces.console.middleware import unavailable
from fangxian.interfaces.console.page import page, refuse
from fangxian.kernel.refusals import RefusalKind


LOCKED = RefusalKind(
    code="tests.locked",
    sentence="Your post does not open this page.",
    remedy="Ask the unit that answers for it.",
)


@pytest.mark.parametrize(
    ("language", "title"),
    [("en", "There is nothing here"), ("zh-hans", "这里没有内容")],
)
def test_absence_is_said_in_the_readers_language(client, db, language, title):
    del db
    client.cookies["language"] = language
    answer = client.get("/nowhere/")
    content = answer.content.decode()
    assert answer.status_code == 404
    assert title in content
    assert re.search(r"E-404-[0-9a-f]{8}", content)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    ("view", "status"),
    [
        (errors.broken, 500),
        (lambda request: errors.service_unavailable(request, OSError()), 503),
        (lambda request: errors.forbidden(request, PermissionError()), 403),
        (errors.stale_form, 403),
    ],
)
def test_each_fault_names_its_number_and_needs_no_database(view, status, language):
    """No database is allowed in this test: the page must stand without one."""
    with translation.override(language):
        answer = view(RequestFactory().get("/places/"))
    assert answer.status_code == status
    assert re.search(rf"E-{status}-[0-9a-f]{{8}}", answer.content.decode())


def test_trying_again_is_offered_only_where_it_may_help():
    get, post = RequestFactory().get("/places/"), RequestFactory().post("/places/")
    again = 'href="/places/"'
    assert again in errors.broken(get).content.decode()
    assert again not in errors.broken(post).content.decode()
    assert again not in errors.not_found(get, KeyError()).content.decode()


def test_a_database_that_does_not_answer_is_503(rf):
    answer_to = vars(unavailable(errors.broken))["process_exception"]
    assert answer_to(rf.get("/"), OperationalError("locked")).status_code == 503
    assert answer_to(rf.get("/"), ValueError()) is None


@pytest.mark.parametrize(
    ("number", "said"), [(errno.ENOSPC, True), (errno.EIO, True), (errno.ENOENT, False)]
)
def test_a_disk_that_keeps_nothing_is_503_and_a_missing_file_a_fault_of_ours(
    rf, number, said
):
    answer_to = vars(unavailable(errors.broken))["process_exception"]
    answer = answer_to(rf.get("/"), OSError(number, "x"))
    assert (answer is not None and answer.status_code == 503) is said


def test_a_refusal_is_a_page_with_reason_remedy_and_code(browse):
    content = _refused(browse("alice", "en"))
    assert "Your post does not open this page." in content
    assert "You can: Go back to your own pages" in content
    assert "console.not_open" in content


def test_a_refusal_speaks_chinese(browse):
    assert "您的岗位不能打开这一页。" in _refused(browse("alice", "zh-hans"))


def _refused(client: Client) -> str:
    answer = client.get(reverse("accounts"))
    assert answer.status_code == 403
    return answer.content.decode()


def test_a_refusal_of_an_act_is_409_and_a_part_for_htmx(rf):
    request = rf.get("/", headers={"HX-Request": "true"})
    answer = refuse(request, LOCKED())
    assert answer.status_code == 409
    assert answer.content.decode().startswith('<div class="refuse"')


def test_an_ended_session_tells_htmx_to_go_to_the_log_in(client, db):
    del db
    answer = client.get(reverse("profile"), headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == f"{reverse('login')}?next=%2Faccount%2F"


def test_a_fault_in_a_page_is_not_taken_for_a_refusal(rf):
    @page("login")
    def view(request):
        raise ZeroDivisionError(request.path)

    request = rf.get("/")
    request.user = AnonymousUser()
    with pytest.raises(ZeroDivisionError):
        view(request)
