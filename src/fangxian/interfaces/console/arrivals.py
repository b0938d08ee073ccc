"""What the pages show of those who came from elsewhere: rows, words, one arrival."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fangxian.capabilities.enrolment.states import Closing, Risk, Source, Standing


STANDINGS = {
    Standing.REGISTERED: ("due", "clock", pgettext_lazy("arrival", "to be verified")),
    Standing.VERIFIED: ("doing", "eye", pgettext_lazy("arrival", "a day is missing")),
    Standing.CLASSIFIED: ("right", "scale", pgettext_lazy("arrival", "classified")),
    Standing.CLOSED: ("done", "check", pgettext_lazy("arrival", "closed")),
}
SOURCES = {
    Source.SELF_REPORT: _("own report"),
    Source.CHECKPOINT: _("checkpoint"),
    Source.EXIT_ENTRY: _("exit-entry list"),
    Source.BIG_DATA: _("big-data list"),
    Source.OVERSEAS_FAMILIES: _("family told beforehand"),
    Source.DOOR_SURVEY: _("door survey"),
}
RISKS = {
    Risk.HIGH: ("late", "alert-triangle", pgettext_lazy("risk", "high risk")),
    Risk.MEDIUM: ("due", "alert-triangle", pgettext_lazy("risk", "medium risk")),
    Risk.LOW: ("none", "check", pgettext_lazy("risk", "not listed")),
    Risk.UNKNOWN: ("doing", "clock", pgettext_lazy("risk", "day unknown")),
}
CLOSINGS = {
    Closing.NO_MEASURE: _("nothing was asked, and the days are over"),
    Closing.RELEASED: _("released"),
    Closing.MISTAKEN: _("never away"),
    Closing.MOVED_ON: _("moved on"),
    Closing.JOINED: _("joined to another entry"),
}
