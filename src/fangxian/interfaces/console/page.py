"""The two ways of the console's pages: ``page`` makes one, ``take_form`` takes a form."""

from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Concatenate, cast
from urllib.parse import urlencode, urlparse

from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from fangxian.interfaces.console.errors import forms_only
from fangxian.interfaces.console.matrix import Right, right_of
from fangxian.interfaces.console.requests import PageRequest
from fangxian.interfaces.console.typed import (
    keep_typed,
    remember_account,
    restore_typed,
)
from fangxian.interfaces.console.words import say
from fangxian.kernel.actors import Actor
from fangxian.kernel.refusals import Refusal, RefusalKind
from fangxian.mechanisms.jurisdiction import queries as jurisdiction


if TYPE_CHECKING:
    from fangxian.interfaces.console.models import Account

POST_IN_SESSION = "post"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

NOT_OPEN = RefusalKind(
    code="console.not_open",
    sentence="Your post does not open this page.",
    remedy="Go back to your own pages, or act in another of your posts.",
)
READ_ONLY = RefusalKind(
    code="console.read_only",
    sentence="Your post reads this page, but changes nothing here.",
    remedy="Ask the unit that answers for it.",
)
NO_POST = RefusalKind(
    code="console.no_post",
    sentence="Your account holds no post at this time.",
    remedy="Ask who appoints in your unit; your account itself is in order.",
)

View = Callable[Concatenate[PageRequest, ...], HttpResponse]
Context = Mapping[str, Any] | Callable[[Refusal | None], Mapping[str, Any]]


def page(url: str) -> Callable[[View], Callable[..., HttpResponse]]:
    """Make a view a page: log-in, permission row ``url``, actor, refusals.

    The view gets ``request.actor``, ``request.at`` and ``request.account``. A
    ``Refusal`` it lets through becomes a page that says why and what would help;
    a hidden one looks like absence.
    """

    def decorate(view: View) -> Callable[..., HttpResponse]:
        @wraps(view)
        @never_cache
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            opening = cast("PageRequest", request)
            opening.url_name = url
            try:
                _check_may_open(opening, url)
                answer = view(opening, *args, **kwargs)
            except _UnknownVisitor:
                return to_login(request)
            except Refusal as refusal:
                return refuse(opening, refusal)
            if hasattr(opening, "account"):
                remember_account(opening, answer)
            no_page = answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED
            return forms_only(request) if no_page else answer

        vars(opened)["permission_row"] = url  # the matrix test reads it
        return opened

    return decorate


class _UnknownVisitor(Exception):  # noqa: N818 -- not an error: somebody who must log in first
    pass


def _check_may_open(request: PageRequest, url: str) -> None:
    """Refuse unless the matrix lets this visitor do this here."""
    known = request.user.is_authenticated
    if known:
        request.account = cast("Account", request.user)
        restore_typed(request)
        actor = find_actor(request)
        if actor is not None:
            request.actor = actor
    role = request.actor.role if hasattr(request, "actor") else None
    right = right_of(url, role, known=known)
    if right is Right.NOTHING and not known:
        raise _UnknownVisitor
    if right is Right.NOTHING:
        raise NO_POST() if role is None else NOT_OPEN()
    if right is Right.READ and request.method not in SAFE:
        raise READ_ONLY()


def find_actor(request: PageRequest) -> Actor | None:
    """Who acts: the person in the post they chose, else in their latest one."""
    if request.account.person is None:
        return None
    for post in (request.session.get(POST_IN_SESSION), None):
        try:
            return jurisdiction.actor_for(
                request.account.person, at=request.at, post=post
            )
        except Refusal:
            continue
    return None


def refuse(request: HttpRequest, refusal: Refusal, status: int = 0) -> HttpResponse:
    """Answer a refusal: hidden ones as absence, the rest as a page that explains."""
    if refusal.kind.hidden:
        raise Http404
    forbidden = refusal.kind in {NOT_OPEN, READ_ONLY, NO_POST}
    template = "console/refused.html"
    if request.headers.get("HX-Request"):
        template = "console/parts/refusal.html"
    context = {"said": say(refusal), "back": _came_from(request)}
    return render(
        request, template, context, status=status or (403 if forbidden else 409)
    )


def take_form(
    request: PageRequest,
    template: str,
    context: Context,
    *forms: BaseForm,
    do: Callable[[], HttpResponse],
) -> HttpResponse:
    """Show ``forms``; once they are sent and sound, ``do`` what they ask and go there.

    What was not understood (422) and what is refused (409) show the page again with all
    that was typed; a hidden refusal goes on to ``page``. A ``context`` that costs much,
    or that rests on the refusal, is given as a function of it.
    """
    refusal = None
    if request.method == "POST" and all(form.is_valid() for form in forms):
        try:
            return do()
        except Refusal as declined:
            if declined.kind.hidden:
                raise
            refusal = declined
    status = 409 if refusal else 422 if any(form.errors for form in forms) else 200
    shown = context(refusal) if callable(context) else context
    return render(request, template, {**shown, "refusal": refusal}, status=status)


def to_login(request: HttpRequest) -> HttpResponse:
    """Send to the log-in, and from there back; what was typed is kept."""
    back = request.get_full_path()
    if request.method not in SAFE:
        back = _came_from(request)
        keep_typed(request)
    target = f"{reverse('login')}?{urlencode({'next': back})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


def _came_from(request: HttpRequest) -> str:
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}):
        return reverse("home")
    parts = urlparse(referer)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
