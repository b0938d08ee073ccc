"""Which address is answered by which interface."""

from django.urls import URLPattern, URLResolver, include, path


urlpatterns: list[URLPattern | URLResolver] = [
    path("field/", include("fangxian.interfaces.field.urls")),
    path("", include("fangxian.interfaces.console.pages.urls")),
]

handler403 = "fangxian.interfaces.console.errors.forbidden"
handler404 = "fangxian.interfaces.console.errors.not_found"
handler500 = "fangxian.interfaces.console.errors.broken"
