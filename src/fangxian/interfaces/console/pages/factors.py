"""The second factor: authenticator codes, passkeys, recovery codes (django-allauth)."""

from collections.abc import Callable

from allauth.account import views as account
from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkey
from django.http import HttpResponse
from django.urls import URLPattern, path

from fangxian.interfaces.console.page import page
from fangxian.interfaces.console.pages.login import log_out, login


def _page(
    address: str, view: Callable[..., HttpResponse], name: str, row: str = ""
) -> URLPattern:
    """One of allauth's views under our matrix; ``name`` is what allauth looks up."""
    return path(f"account/{address}", page(row or name)(view), name=name)


urlpatterns: list[URLPattern] = [
    # allauth's own names for what is ours
    path("account/login/", login, name="account_login"),
    path("account/logout/", log_out, name="account_logout"),
    _page("again/", account.reauthenticate, "account_reauthenticate"),
    _page("factors/", base.index, "mfa_index"),
    _page("factors/ask/", base.authenticate, "mfa_authenticate"),
    _page("factors/again/", base.reauthenticate, "mfa_reauthenticate"),
    _page("factors/code/", totp.activate_totp, "mfa_activate_totp"),
    _page("factors/code/end/", totp.deactivate_totp, "mfa_deactivate_totp"),
    _page(
        "factors/recovery/",
        recovery.view_recovery_codes,
        "mfa_view_recovery_codes",
    ),
    _page(
        "factors/recovery/new/",
        recovery.generate_recovery_codes,
        "mfa_generate_recovery_codes",
    ),
    _page(
        "factors/recovery/file/",
        recovery.download_recovery_codes,
        "mfa_download_recovery_codes",
    ),
    _page("factors/passkeys/", passkey.list_webauthn, "mfa_list_webauthn"),
    _page("factors/passkeys/add/", passkey.add_webauthn, "mfa_add_webauthn"),
    _page("factors/passkeys/login/", passkey.login_webauthn, "mfa_login_webauthn"),
    _page(
        "factors/passkeys/again/",
        passkey.reauthenticate_webauthn,
        "mfa_reauthenticate_webauthn",
    ),
    _page(
        "factors/passkeys/<int:pk>/remove/",
        passkey.remove_webauthn,
        "mfa_remove_webauthn",
    ),
    _page(
        "factors/passkeys/<int:pk>/name/", passkey.edit_webauthn, "mfa_edit_webauthn"
    ),
]
