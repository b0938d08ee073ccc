"""How phones are answered: JSON, in the language that they ask for."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, JsonResponse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from fangxian.interfaces.field.asking import NO_PHONE, NO_POST, WRONG_CLOCK
from fangxian.interfaces.intake.loads import gate_of_pages
from fangxian.interfaces.intake.shedding import BUSY, Class
from fangxian.kernel.refusals import Refusal, RefusalKind


NO_SHAPE = RefusalKind(
    code="field.no_shape",
    sentence="The server does not understand what the app asks.",
    remedy="Update the app; what the phone holds is not lost.",
)
CONFLICT, WRONG, ABSENT, STRANGE, LATER = 409, 400, 404, 401, 503

View = Callable[[HttpRequest], JsonResponse]


def answers_phones(view: View) -> View:
    """Answer a refusal in words; no cookie counts here, so none is asked for.

    Under load a pull waits, after pages and pictures and before acts.
    """

    @csrf_exempt
    @never_cache
    @wraps(view)
    def answered(request: HttpRequest) -> JsonResponse:
        with translation.override(_language(request)):
            try:
                with gate_of_pages().let_in(Class.PULLS):
                    return view(request)
            except Refusal as refusal:
                return _refused(refusal)

    return answered


def _refused(refusal: Refusal) -> JsonResponse:
    kind, facts = refusal.kind, refusal.facts
    told = {
        "code": kind.code,
        "sentence": gettext(kind.sentence).format(**facts),
        "remedy": gettext(kind.remedy).format(**facts),
    }
    answer = JsonResponse(told, status=_status(kind))
    if kind is BUSY:
        answer.headers["Retry-After"] = str(facts["seconds"])
    return answer


def _status(kind: RefusalKind) -> int:
    if kind is BUSY:
        return LATER
    if kind in (NO_PHONE, NO_POST, WRONG_CLOCK):
        return STRANGE
    return WRONG if kind is NO_SHAPE else ABSENT if kind.hidden else CONFLICT


def _language(request: HttpRequest) -> str:
    asked = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    english = bool(asked) and asked[0][0].startswith("en")
    return "en" if english else "zh-hans"
