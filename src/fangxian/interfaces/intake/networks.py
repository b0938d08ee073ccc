"""Where a request comes from, so that tries are counted against who makes them."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def asked_from(request: HttpRequest) -> str:
    """Give the address that asks; behind HTTPS, what the web server before us says.

    Else everybody would have one address there, and a stranger's wrong passwords and
    codes would keep all others out.
    """
    told = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
    last = told.rpartition(",")[2].strip()  # those before it may be the asker's own
    if settings.SESSION_COOKIE_SECURE and _is_address(last):
        return last
    return str(request.META.get("REMOTE_ADDR", ""))


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
