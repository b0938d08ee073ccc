"""Which address below ``/field/`` is answered by what."""

from django.urls import URLPattern

from fangxian.interfaces.field import enrolling, shell


urlpatterns: list[URLPattern] = [*enrolling.urlpatterns, *shell.urlpatterns]
