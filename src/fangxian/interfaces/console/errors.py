"""Pages for what goes wrong: what failed, what is safe, what to do, a number."""

import logging
import secrets

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext

from fangxian.kernel.refusals import Refusal


log = logging.getLogger("fangxian.console")

REFERENCE_BYTES = 4
FAULT_OF_OURS = 500


def _may_help(request: HttpRequest, status: int) -> bool:
    """Whether trying the same again may help."""
    return request.method == "GET" and status >= FAULT_OF_OURS


def _answer(
    request: HttpRequest, status: int, *, title: str, safe: str, remedy: str
) -> HttpResponse:
    """Render an error page. It asks nothing of the database."""
    reference = f"E-{status}-{secrets.token_hex(REFERENCE_BYTES)}"
    log.warning("%s %s %s", reference, request.method, request.path)
    context = {
        "title": title,
        "safe": safe,
        "remedy": remedy,
        "reference": reference,
        "retry": request.get_full_path() if _may_help(request, status) else "",
    }
    content = render_to_string("console/error.html", context)
    return HttpResponse(content, status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404: absent, or none of the reader's business."""
    del exception
    return _answer(
        request,
        404,
        title=gettext("There is nothing here"),
        safe=gettext("The address is wrong, or what it names is not yours to see."),
        remedy=gettext("Go back, or look for it in the search box."),
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403 where no refusal explains itself better."""
    del exception
    return _answer(
        request,
        403,
        title=gettext("This is not open to you"),
        safe=gettext("Nothing has been changed."),
        remedy=gettext("Log in with the account of your post, or ask your unit."),
    )


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is missing or old (CSRF_FAILURE_VIEW)."""
    del reason
    return _answer(
        request,
        403,
        title=gettext("This form is too old"),
        safe=gettext("Nothing has been saved. What you typed is still in the form."),
        remedy=gettext("Go back, load the page again and send it once more."),
    )


def forms_only(request: HttpRequest) -> HttpResponse:
    """Answer 405: an address that takes a form and shows no page."""
    return _answer(
        request,
        405,
        title=gettext("There is no page at this address"),
        safe=gettext("It only takes a form that another page sends."),
        remedy=gettext("Go back to the page with the form."),
    )


def broken(request: HttpRequest) -> HttpResponse:
    """Answer 500: a fault of ours."""
    return _answer(
        request,
        500,
        title=gettext("Something failed on our side"),
        safe=gettext("What was saved before is safe; this step was not carried out."),
        remedy=gettext("Try again. If it fails again, report the number below."),
    )


def busy(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Answer 503: more is asked than can be answered; acts of phones go first."""
    answer = _answer(
        request,
        503,
        title=gettext(refusal.kind.sentence),
        safe=gettext("Nothing has been lost, and this step was not carried out."),
        remedy=gettext(refusal.kind.remedy).format(**refusal.facts),
    )
    answer.headers["Retry-After"] = str(refusal.facts["seconds"])
    return answer


def service_unavailable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 503: the database does not answer, or its disk is full."""
    log.error("the database does not answer", exc_info=exception)
    return _answer(
        request,
        503,
        title=gettext("The records cannot be reached just now"),
        safe=gettext("Nothing has been lost, and this step was not carried out."),
        remedy=gettext("Try again in a minute. If it lasts, report the number below."),
    )
