"""Which address below ``/field/`` is answered by what."""

from django.urls import URLPattern

from fangxian.interfaces.field import bundles, enrolling, shell


urlpatterns: list[URLPattern] = [
    *enrolling.urlpatterns,
    *bundles.urlpatterns,
    *shell.urlpatterns,
]
