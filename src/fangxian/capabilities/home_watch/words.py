"""What the five parts of a team are called, for every interface."""

from types import MappingProxyType

from django.utils.translation import pgettext_lazy

from fangxian.capabilities.home_watch.states import Part


PARTS = MappingProxyType(
    {
        Part.CADRE: pgettext_lazy("part", "Community cadre"),
        Part.GRID_WORKER: pgettext_lazy("part", "Grid worker"),
        Part.MEDIC: pgettext_lazy("part", "Community medic"),
        Part.POLICE: pgettext_lazy("part", "Police officer"),
        Part.VOLUNTEER: pgettext_lazy("part", "Volunteer"),
    }
)
