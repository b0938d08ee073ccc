"""``fangxian administrator``: how an installation gets its first account."""

import re

import pytest
from click.testing import CliRunner
from django.test import Client

from fangxian.interfaces.commands.import_places import NO_SUCH_AREA
from fangxian.interfaces.commands.main import fangxian
from fangxian.interfaces.console.accounts import NAME_TAKEN
from fangxian.interfaces.console.models import Account
from fangxian.kernel.actors import Role
from fangxian.kernel.refusals import Refusal
from fangxian.mechanisms.journal.models import Entry
from fangxian.mechanisms.jurisdiction.models import Post


pytestmark = pytest.mark.usefixtures("world")

PASSWORD = "a bridge over the river"  # noqa: S105 -- of a made-up person


def run(code="4101", account="erin"):
    words = ["--title", "Administrator", "--name", "王建国", "--account", account]
    return CliRunner().invoke(fangxian, ["administrator", code, *words])


def test_the_first_administrator_sets_a_password_and_opens_the_accounts():
    done = run()

    link = re.search(r"link +(\S+)", done.output)[1]
    browser = Client()
    form = browser.get(link, follow=True)
    browser.post(
        form.redirect_chain[-1][0],
        {"new_password1": PASSWORD, "new_password2": PASSWORD},
    )
    browser.post("/account/login/", {"login": "erin", "password": PASSWORD})
    assert done.exit_code == 0
    assert browser.get("/accounts/").status_code == 200


def test_the_id_that_is_printed_is_the_persons():
    printed = re.search(r"person +(\S+)", run().output)[1]

    assert printed == str(Account.objects.get(username="erin").person)


def test_each_step_is_in_the_journal():
    last = Entry.objects.order_by("pk").last().pk
    run()

    assert list(
        Entry.objects.filter(pk__gt=last).order_by("pk").values_list("event", flat=True)
    ) == [
        "post.created",
        "staff.registered",
        "post.appointed",
        "account.opened",
        "account.linked",
    ]


@pytest.mark.parametrize(
    ("code", "account", "kind"),
    [("9999", "erin", NO_SUCH_AREA), ("4101", "frank", NAME_TAKEN)],
)
def test_a_refusal_leaves_no_post_behind(code, account, kind):
    run(account="frank")
    posts = Post.objects.filter(role=Role.ADMINISTRATOR).count()

    done = run(code, account)

    assert isinstance(done.exception, Refusal)
    assert done.exception.kind is kind
    assert Post.objects.filter(role=Role.ADMINISTRATOR).count() == posts
