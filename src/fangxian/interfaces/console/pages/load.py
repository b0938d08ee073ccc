"""How full the installation is, and what had to wait: for whoever runs the machine."""

import datetime as dt

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fangxian.interfaces.console.page import page
from fangxian.interfaces.console.requests import PageRequest
from fangxian.interfaces.intake.inbox import open_inbox
from fangxian.interfaces.intake.loads import Load, Shed, loads, shed_since
from fangxian.interfaces.intake.shedding import Class
from fangxian.kernel.moments import SystemClock, day_of


DAYS_TOLD = 7
FULL = 100
CLASSES = {
    Class.ACTS: _("Acts from phones"),
    Class.PULLS: _("What phones ask"),
    Class.PHOTOS: _("Pictures from phones"),
    Class.PAGES: pgettext_lazy("load", "Pages"),
    Class.EXPORTS: _("Files to download"),
}
PROCESSES = {
    "intake": pgettext_lazy("process", "intake"),
    "pages": pgettext_lazy("process", "pages"),
    "worker": pgettext_lazy("process", "worker"),
}


@page("load")
def load(request: PageRequest) -> HttpResponse:
    """Show how full each process is now, and what was turned away in a week.

    The machine's own time: a rehearsal's says nothing of its load.
    """
    at = SystemClock().now()
    with open_inbox() as inbox:
        now = loads(inbox, at=at)
        shed = shed_since(inbox, day_of(at) - dt.timedelta(days=DAYS_TOLD - 1))
    context = {
        "loads": [_shown(one) for one in now],
        "shed": [_counted(one) for one in sorted(shed, key=_latest_and_first)],
        "days": DAYS_TOLD,
    }
    return render(request, "console/accounts/load.html", context)


def _latest_and_first(one: Shed) -> tuple[int, int, str]:
    return -one.day.toordinal(), list(Class).index(one.what), one.process


def _shown(one: Load) -> dict[str, object]:
    kind, _at, machine = one.name.partition("@")
    percent = round(one.load * FULL)
    return {
        "process": PROCESSES.get(kind, kind),
        "machine": machine,
        "percent": percent,
        "full": percent >= FULL,
        "behind": one.behind,
    }


def _counted(one: Shed) -> dict[str, object]:
    process = PROCESSES.get(one.process, one.process)
    return {"what": CLASSES[one.what], "process": process, "row": one}


urlpatterns: list[URLPattern] = [path("accounts/load/", load, name="load")]
