"""The app's shell below ``/field/``: files as they were built, under a strict policy.

The page and its service worker are asked for again each time; what has a digest in its
name is kept for ever.
"""

import mimetypes
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe


BUILT = Path(__file__).parent / "static" / "field"
PAGE = "index.html"
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
TYPES = {".webmanifest": "application/manifest+json", ".js": "text/javascript"}
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self';"
    " img-src 'self' blob: data:; font-src 'self'; connect-src 'self'{intake}; worker-src 'self';"
    " manifest-src 'self'; media-src 'self' blob:; form-action 'none';"
    " base-uri 'none'; frame-ancestors 'none'"
)


def intake_origin(request: HttpRequest) -> str:
    """Where phones send acts: the pages' own origin, another port of it, or elsewhere."""
    said: str = settings.FANGXIAN_INTAKE
    if not said.startswith(":"):
        return said.rstrip("/")
    host = request.get_host()
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    return f"{request.scheme}://{name}{said}"


@require_safe
def shell(request: HttpRequest, name: str = PAGE) -> HttpResponse:
    """Give a file of the app."""
    found = (BUILT / name).resolve()
    if not found.is_relative_to(BUILT.resolve()) or not found.is_file():
        raise Http404
    kind = TYPES.get(found.suffix) or mimetypes.guess_type(found.name)[0]
    answer = HttpResponse(found.read_bytes(), content_type=kind)
    kept = found.parent.name == "assets"
    answer.headers["Cache-Control"] = FOR_EVER if kept else ASK_AGAIN
    intake = intake_origin(request)
    answer.headers["Content-Security-Policy"] = POLICY.format(
        intake=f" {intake}" if intake else ""
    )
    return answer


urlpatterns: list[URLPattern] = [
    path("", shell, name="field"),
    path("<path:name>", shell, name="field_file"),
]
