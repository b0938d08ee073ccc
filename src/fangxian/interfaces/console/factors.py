"""What allauth asks of the house: how accounts behave."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    """Nobody signs up by themselves, and no e-mail is sent."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are opened by the administrator."""
        del request
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count no password: axes does, by name and network, so no stranger locks out."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Go home after a log-in that came from nowhere."""
        del request
        return reverse("home")

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: the pages say it in our words."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Send nothing: there is no address."""
