"""The request's moment and language, before any page looks at it."""

from collections.abc import Callable

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from fangxian.interfaces.console.errors import service_unavailable
from fangxian.kernel.situation import clock_of, find_situation


Handler = Callable[[HttpRequest], HttpResponse]
KNOWN_LANGUAGES = frozenset(code for code, _ in settings.LANGUAGES)


def moment(get_response: Handler) -> Handler:
    """Give every request ``at``: the installation's time, read once."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.situation = find_situation(settings.FANGXIAN_DATA)  # type: ignore[attr-defined]  # PageRequest declares it
        request.at = clock_of(settings.FANGXIAN_DATA).now()  # type: ignore[attr-defined]  # PageRequest declares it
        return get_response(request)

    return middleware


def language(get_response: Handler) -> Handler:
    """Speak the account's language, else the cookie's, else Chinese.

    What the browser says of itself is not asked: a borrowed machine must not turn
    the console into another language.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = getattr(request.user, "language", None)
        chosen = chosen or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        code = chosen if chosen in KNOWN_LANGUAGES else settings.LANGUAGE_CODE
        with translation.override(code):
            response = get_response(request)
        response.headers["Content-Language"] = code
        return response

    return middleware


def unavailable(get_response: Handler) -> Handler:
    """Say what is safe when the database does not answer, instead of breaking."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(
        request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        if isinstance(exception, OperationalError):
            return service_unavailable(request, exception)
        return None

    middleware.process_exception = process_exception  # type: ignore[attr-defined]  # how Django finds it
    return middleware
