"""The request's moment and language, before any page looks at it."""

import errno
from collections.abc import Callable

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils import translation

from fangxian.interfaces.console.errors import busy, service_unavailable
from fangxian.interfaces.intake.loads import gate_of_pages
from fangxian.interfaces.intake.shedding import Class
from fangxian.kernel.refusals import Refusal
from fangxian.kernel.situation import clock_of, find_situation


Handler = Callable[[HttpRequest], HttpResponse]
KNOWN_LANGUAGES = frozenset(code for code, _ in settings.LANGUAGES)
ALWAYS_OPEN = frozenset({"load"})
EXPORTS = frozenset(
    {
        "bulletin_docx",
        "home_watch_paper",
        "import_refused",
        "people_export_open",
        "people_import_refused",
        "results_import_refused",
    }
)
"""Pages that make a file: they cost most, and can best be asked for later."""
OF_PHONES = "/field/"


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


def shedding(get_response: Handler) -> Handler:
    """Let a page wait while more is asked than can be answered, files first.

    What phones ask is let in by the field interface, in an order of its own.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        what = _class_of(request.path_info)
        if what is None:
            return get_response(request)
        try:
            with gate_of_pages().let_in(what):
                return get_response(request)
        except Refusal as refusal:
            with translation.override(_spoken(request)):
                return busy(request, refusal)

    return middleware


def _class_of(path: str) -> Class | None:
    if path.startswith(OF_PHONES):
        return None
    try:
        name = resolve(path).url_name
    except Resolver404:
        return Class.PAGES
    if name in ALWAYS_OPEN:
        return None
    return Class.EXPORTS if name in EXPORTS else Class.PAGES


def _spoken(request: HttpRequest) -> str:
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    return chosen if chosen in KNOWN_LANGUAGES else settings.LANGUAGE_CODE


# The disk is full, its quota is, it is read-only, or it does not take what is written.
DISK_FAILS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})


def _is_of_the_store(exception: Exception) -> bool:
    """Whether the database or the disk below it keeps nothing just now."""
    if isinstance(exception, OSError):
        return exception.errno in DISK_FAILS
    return isinstance(exception, OperationalError)


def unavailable(get_response: Handler) -> Handler:
    """Say what is safe when database or disk do not answer, instead of breaking."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(
        request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        if _is_of_the_store(exception):
            return service_unavailable(request, exception)
        return None

    middleware.process_exception = process_exception  # type: ignore[attr-defined]  # how Django finds it
    return middleware
