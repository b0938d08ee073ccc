"""What somebody typed into a form whose session had ended.

It waits sealed in the browser's next session, and comes back once: to the account that
worked here before. Whoever else logs in at the same machine never sees it. A signed
cookie remembers which account that was; without it nothing is kept.
"""

import base64
import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from fangxian.interfaces.console.requests import PageRequest
from fangxian.privacy.fields import seal, unseal
from fangxian.privacy.keys import Keyring, keyring_at


IN_SESSION = "typed_before"
LAST_ACCOUNT = "last_account"
CHARACTERS_MAX = 65_536


def remember_account(request: PageRequest, answer: HttpResponse) -> None:
    """Let the browser know whose page this is, beyond the session's end."""
    account = str(request.account.pk)
    if _last_account(request) != account:
        answer.set_signed_cookie(
            LAST_ACCOUNT,
            account,
            max_age=2 * settings.SESSION_COOKIE_AGE,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def keep_typed(request: HttpRequest) -> None:
    """Keep what was sent without a session, for the account that was here last."""
    fields = {
        name: request.POST.getlist(name)
        for name in request.POST
        if name != "csrfmiddlewaretoken"
    }
    account = _last_account(request)
    size = sum(len(value) for values in fields.values() for value in values)
    if fields and account and size <= CHARACTERS_MAX:
        typed = {"action": request.path, "fields": fields}
        request.session[IN_SESSION] = _sealed(json.dumps([account, typed]))


def restore_typed(request: PageRequest) -> None:
    """Give back what was kept, once, and to nobody but who had typed it."""
    if request.method != "GET" or IN_SESSION not in request.session:
        return
    kept = base64.b64decode(request.session.pop(IN_SESSION))
    opened = unseal(kept, keyring=_keyring(), bound_to=IN_SESSION)
    account, typed = json.loads(opened)
    if account == str(request.account.pk):
        request.typed_before = typed


def _last_account(request: HttpRequest) -> str | None:
    return request.get_signed_cookie(LAST_ACCOUNT, default=None)


def _sealed(typed: str) -> str:
    """Seal what somebody typed: it may be a name, and sessions lie in the database."""
    sealed = seal(typed, keyring=_keyring(), bound_to=IN_SESSION)
    return base64.b64encode(sealed).decode("ascii")


def _keyring() -> Keyring:
    return keyring_at(settings.FANGXIAN_KEYRING)
