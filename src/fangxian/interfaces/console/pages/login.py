"""Getting in and out: log-in with lock-out, log-out, which post one acts in."""

from typing import Any, cast

from allauth.account.views import LoginView
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from fangxian.interfaces.console.frame import Frame
from fangxian.interfaces.console.models import Language
from fangxian.interfaces.console.page import POST_IN_SESSION, page
from fangxian.interfaces.console.requests import PageRequest


YEAR_SECONDS = 365 * 24 * 60 * 60


class Login(LoginView):  # type: ignore[misc]  # allauth carries no types
    """The form of name and password; a second factor follows where one is set."""

    template_name = "console/login.html"

    def form_invalid(self, form: Any) -> HttpResponse:
        """Answer a wrong name or password with 422, the name kept."""
        context = self.get_context_data(form=form)
        return cast("HttpResponse", self.render_to_response(context, status=422))


def locked_out(
    request: HttpRequest, credentials: dict[str, Any] | None = None, **_: Any
) -> HttpResponse:
    """Answer too many wrong passwords (AXES_LOCKOUT_CALLABLE)."""
    del credentials
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds()) // 60
    return render(request, "console/locked.html", {"minutes": minutes}, status=429)


login = page("login")(Login.as_view())


@page("logout")
@require_POST
def log_out(request: PageRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("login")


@page("home")
def home(request: PageRequest) -> HttpResponse:
    """Go to the first section that this post opens."""
    for group in Frame(request).sections:
        return HttpResponseRedirect(group[0].href)
    return redirect("profile")


@page("act_as")
@require_POST
def act_as(request: PageRequest) -> HttpResponse:
    """Act in another post of one's own; a post that is not held changes nothing."""
    held = {str(post.id): post.id for post in Frame(request).posts}
    chosen = held.get(request.POST.get("post", ""))
    if chosen is not None:
        request.session[POST_IN_SESSION] = chosen
    return redirect("home")


@page("language")
@require_POST
def choose_language(request: PageRequest) -> HttpResponse:
    """Speak another language from here on: in this browser and for this account."""
    code = request.POST.get("language", "")
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        back = reverse("home")
    response = HttpResponseRedirect(back)
    if code in Language.values:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=YEAR_SECONDS,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
        )
        if request.user.is_authenticated:
            request.account.language = code
            request.account.save(update_fields=["language"])
    return response


urlpatterns: list[URLPattern] = [
    path("", home, name="home"),
    path("account/login/", login, name="login"),
    path("account/logout/", log_out, name="logout"),
    path("account/post/", act_as, name="act_as"),
    path("account/language/", choose_language, name="language"),
]
