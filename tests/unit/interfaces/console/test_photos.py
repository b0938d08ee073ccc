"""A photo is shown as it was kept, stored by no browser; one in clear is not shown."""

from django.urls import reverse

from fangxian.mechanisms.observation.evidence import keep, path_of
from tests.unit.mechanisms.observation.visits import adopted, visited


PHOTO = b"\xff\xd8\xff\xe0 a photo of a door"


def test_a_photo_that_lies_there_unsealed_is_refused_in_words(
    browse, world, settings, tmp_path
):
    settings.FANGXIAN_DATA = tmp_path
    kept = keep(PHOTO)
    seen = visited(world, adopted(world), evidence=[kept])
    address = reverse("visit_photo", args=[seen.pk, kept.digest])

    shown = browse("alice").get(address)
    path_of(kept.digest).write_bytes(PHOTO)
    refused = browse("alice").get(address)

    assert (shown.status_code, shown.content) == (200, PHOTO)
    assert "no-store" in shown["Cache-Control"]
    assert refused.status_code == 409
    assert b"unsealed" in refused.content
    assert PHOTO not in refused.content
