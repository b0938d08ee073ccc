"""Every field of every table of ours says how private it is."""

import pytest
from django.apps import apps

from fangxian.privacy.classes import Privacy
from fangxian.privacy.fields import SealedTextField


OURS = [m for m in apps.get_models() if m.__module__.startswith("fangxian.")]
SEALED = {Privacy.STAFF, Privacy.IDENTITY, Privacy.HEALTH}


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_field_declares_its_privacy(model):
    fields = {field.name for field in model._meta.concrete_fields}

    assert set(model.privacy) == fields


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_free_text_about_people_is_sealed(model):
    private = {
        field.name
        for field in model._meta.concrete_fields
        if model.privacy[field.name] in SEALED
        and field.get_internal_type() in {"TextField", "CharField", "JSONField"}
    }

    assert private == set()


def test_sealed_fields_are_found_by_the_check():
    sealed = [
        f"{model._meta.label}.{field.name}"
        for model in OURS
        for field in model._meta.concrete_fields
        if isinstance(field, SealedTextField)
    ]

    assert "jurisdiction.Staff.name" in sealed
