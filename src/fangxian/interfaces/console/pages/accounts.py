"""Accounts: who has one, unlocking, and the link by which a password is set."""

from typing import Any, cast
from uuid import UUID

import segno
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import PasswordResetConfirmView
from django.core.paginator import Paginator
from django.core.validators import RegexValidator
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from fangxian.interfaces.console import accounts as acts
from fangxian.interfaces.console import links
from fangxian.interfaces.console.models import Account, PasswordLink
from fangxian.interfaces.console.page import page, take_form
from fangxian.interfaces.console.requests import PageRequest
from fangxian.mechanisms.jurisdiction import queries as jurisdiction


ROWS_A_PAGE = 50


class OpenForm(forms.Form):
    """The name of a new account."""

    username = forms.CharField(
        label=_("Account name"),
        max_length=40,
        help_text=_("Small letters, digits, dots and hyphens."),
        validators=[
            RegexValidator(
                r"^[a-z0-9][a-z0-9._-]*$",
                _("Only small letters, digits, dots and hyphens."),
            )
        ],
    )


@page("accounts")
def accounts(request: PageRequest) -> HttpResponse:
    """List the accounts of those who hold a post in scope."""
    text = request.GET.get("q", "").strip()
    found = _with_states(acts.accounts_within(request.actor, request.at))
    rows = found.filter(username__icontains=text).order_by("username")
    shown = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": shown, "rows": described(list(shown), request), "text": text}
    return render(request, "console/accounts/list.html", context)


def _with_states(accounts: "QuerySet[Account]") -> "QuerySet[Account]":
    """Mark which accounts rest after wrong passwords, which have a second factor."""
    wrong = AccessAttempt.objects.filter(
        username=OuterRef("username"),
        failures_since_start__gte=settings.AXES_FAILURE_LIMIT,
    )
    factors = Authenticator.objects.filter(user=OuterRef("pk"))
    return accounts.annotate(rests=Exists(wrong), has_factor=Exists(factors))


def described(shown: list[Account], request: PageRequest) -> list[dict[str, Any]]:
    """Add to each account who it belongs to and their posts, in a few queries."""
    persons = [account.person for account in shown if account.person]
    names = jurisdiction.masked_names(persons)
    posts = jurisdiction.posts_held_by(persons, at=request.at)
    areas = {post.area for held in posts.values() for post in held}
    units = jurisdiction.path_names(areas)
    described = []
    for account in shown:
        held = posts[account.person] if account.person else []
        described.append(
            {
                "account": account,
                "name": names.get(account.person, "") if account.person else "",
                "posts": [(post, units.get(post.area, "")) for post in held],
            }
        )
    return described


@page("accounts_without")
def without(request: PageRequest) -> HttpResponse:
    """List those who hold a post in scope and have no account yet."""
    known = Account.objects.exclude(person=None).values("person")
    held = jurisdiction.persons_within(request.actor.scope, request.at)
    rows = held.exclude(staff_id__in=known).order_by("staff_id")
    shown = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    people = [Account(person=person) for person in shown]
    context = {"page": shown, "rows": described(people, request)}
    return render(request, "console/accounts/without.html", context)


@page("accounts_new")
def open_account(request: PageRequest, person: UUID) -> HttpResponse:
    """Open an account for a person who holds a post in scope."""
    reached = jurisdiction.persons_within(request.actor.scope, request.at)
    if not reached.filter(staff_id=person).exists():
        raise acts.UNKNOWN()
    form = OpenForm(request.POST or None)

    def open_it() -> HttpResponse:
        username = form.cleaned_data["username"]
        account = acts.open_account(
            username, person=person, by=request.actor, at=request.at
        )
        messages.success(request, gettext("The account is open. Give its link."))
        return redirect("accounts_one", account.pk)

    (about,) = described([Account(person=person)], request)
    context = {"form": form, **about}
    return take_form(request, "console/accounts/new.html", context, form, do=open_it)


@page("accounts_one")
def account(request: PageRequest, account_id: int) -> HttpResponse:
    """Show one account and what may be done to it."""
    return _show(request, account_id)


def _show(request: PageRequest, account_id: int, link: str = "") -> HttpResponse:
    acts.get_account(account_id, by=request.actor, at=request.at)
    one = _with_states(Account.objects.filter(pk=account_id)).get()
    (about,) = described([one], request)
    last = PasswordLink.objects.filter(account=account_id).first()
    context = {**about, "link": link, "code": _code_of(link), "last": last}
    context["waits"] = links.waiting(request.at).filter(account=account_id).exists()
    if last is not None:
        context["names"] = jurisdiction.masked_names(
            one for one in (last.asked_by, last.agreed_by) if one is not None
        )
    return render(request, "console/accounts/one.html", context)


def _code_of(link: str) -> str:
    """The link as a picture, to be scanned from the screen."""
    return segno.make(link, error="m").svg_data_uri(border=2) if link else ""


@page("accounts_link")
@require_POST
def give_link(request: PageRequest, account_id: int) -> HttpResponse:
    """Show a link that sets a password once; it is not shown again."""
    made = links.give_link(account_id, by=request.actor, at=request.at)
    return _show(request, account_id, link=request.build_absolute_uri(made))


@page("accounts_unlock")
@require_POST
def unlock(request: PageRequest, account_id: int) -> HttpResponse:
    """Let an account try passwords again."""
    acts.unlock_account(account_id, by=request.actor, at=request.at)
    messages.success(request, gettext("The account may log in again."))
    return redirect("accounts_one", account_id)


@page("accounts_standing")
@require_POST
def set_standing(request: PageRequest, account_id: int) -> HttpResponse:
    """Close an account, or open it again."""
    open_ = request.POST.get("open") == "1"
    acts.set_standing(account_id, open_=open_, by=request.actor, at=request.at)
    said = (
        gettext("The account is open.") if open_ else gettext("The account is closed.")
    )
    messages.success(request, said)
    return redirect("accounts_one", account_id)


class _Welcome(PasswordResetConfirmView):
    """Sets a password from a link that an administrator gave out."""

    template_name = "console/accounts/welcome.html"
    success_url = reverse_lazy("login")

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask for the password, unless the link waits for somebody to agree to it."""
        self._check_works()
        return super().get(*args, **kwargs)

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take the password, on the same condition."""
        self._check_works()
        return super().post(*args, **kwargs)

    def _check_works(self) -> None:
        request = cast("PageRequest", self.request)
        links.check_works(cast("Account", self.user), at=request.at)

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        """Save, keep that it happened, and say what comes next."""
        request = cast("PageRequest", self.request)
        links.note_password_set(cast("Account", self.user), at=request.at)
        said = gettext("The password is set. Log in with it.")
        messages.success(self.request, said)
        return super().form_valid(form)


@page("welcome")
def welcome(request: PageRequest, uidb64: str, token: str) -> HttpResponse:
    """Set a password by a link; the address of the second step hides its token."""
    view = _Welcome.as_view()
    return cast("HttpResponse", view(request, uidb64=uidb64, token=token))


urlpatterns: list[URLPattern] = [
    path("accounts/", accounts, name="accounts"),
    path("accounts/without/", without, name="accounts_without"),
    path("accounts/new/<uuid:person>/", open_account, name="accounts_new"),
    path("accounts/<int:account_id>/", account, name="accounts_one"),
    path("accounts/<int:account_id>/link/", give_link, name="accounts_link"),
    path("accounts/<int:account_id>/unlock/", unlock, name="accounts_unlock"),
    path("accounts/<int:account_id>/standing/", set_standing, name="accounts_standing"),
    path("account/welcome/<uidb64>/<token>/", welcome, name="welcome"),
]
