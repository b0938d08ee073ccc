"""My account: language, theme, password, second factor."""

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fangxian.interfaces.console.models import Theme
from fangxian.interfaces.console.page import page, take_form
from fangxian.interfaces.console.requests import PageRequest


THEMES = (
    (Theme.SYSTEM.value, _("As the machine")),
    (Theme.LIGHT.value, _("Light")),
    (Theme.DARK.value, _("Dark")),
)


class LookForm(forms.Form):
    """How the console looks for me."""

    theme = forms.ChoiceField(label=_("Theme"), choices=THEMES)


@page("profile")
def profile(request: PageRequest) -> HttpResponse:
    """Show my account; a POST changes the theme."""
    form = LookForm(request.POST or None, initial={"theme": request.account.theme})

    def wear() -> HttpResponse:
        request.account.theme = form.cleaned_data["theme"]
        request.account.save(update_fields=["theme"])
        messages.success(request, gettext("Saved."))
        return redirect("profile")

    factors = Authenticator.objects.filter(user=request.account).order_by("pk")
    context = {"form": form, "factors": factors}
    return take_form(request, "console/profile/profile.html", context, form, do=wear)


@page("profile_password")
def change_password(request: PageRequest) -> HttpResponse:
    """Change my password; the session goes on."""
    form = PasswordChangeForm(request.account, request.POST or None)

    def change() -> HttpResponse:
        form.save()
        update_session_auth_hash(request, request.account)
        messages.success(request, gettext("The new password is in force."))
        return redirect("profile")

    context = {"form": form}
    return take_form(request, "console/profile/password.html", context, form, do=change)


urlpatterns: list[URLPattern] = [
    path("account/", profile, name="profile"),
    path("account/password/", change_password, name="profile_password"),
]
