"""Every field of every table of ours says how private it is, and so do those of events."""

import dataclasses
import importlib
import pkgutil
from typing import get_type_hints

import pytest
from django.apps import apps

import fangxian
from fangxian.privacy.classes import Privacy, Typed
from fangxian.privacy.fields import SealedJSONField, SealedTextField
from fangxian.privacy.typed import PartlySealedJSONField, TypedTextField


OURS = [m for m in apps.get_models() if m.__module__.startswith("fangxian.")]
SEALED = {Privacy.TYPED, Privacy.STAFF, Privacy.IDENTITY, Privacy.HEALTH}
IN_CLEAR = {Privacy.STRUCTURE, Privacy.SECRET, Privacy.PUBLIC, Privacy.NAME}
TEXTS = {"TextField", "CharField", "JSONField"}

# What the texts of events are that nobody wrote in free words: codes, names, digests.
CODES = {
    *("about", "cause", "channel", "clause", "code", "department", "device", "digest"),
    *("duty", "file_digest", "form", "form_", "from_", "grade", "item", "key", "kind"),
    *("layout", "lead", "level", "measure", "outcome", "pack", "paper", "purpose"),
    *("reader", "relation", "role", "rule", "severity", "subject", "to", "version"),
}
CALLED = {"called", "code_was", "group", "title", "uscc", "was"}
REASONS_IN_CODES = {
    *("enrolment.closed", "home_watch.closed", "intake.quarantined"),
    *("intake.tried_again", "restriction.ended"),
}
SOURCES_IN_CODES = {
    *("enrolment.joined", "enrolment.list_taken", "enrolment.registered"),
    *("person.registered", "place.registered"),
}


def events():
    """Every event of the house, by its name."""
    found = {}
    for one in pkgutil.walk_packages(fangxian.__path__, "fangxian."):
        if ".migrations" in one.name or one.name.endswith(("asgi", "wsgi")):
            continue
        for value in vars(importlib.import_module(one.name)).values():
            name = getattr(value, "name", None)
            if dataclasses.is_dataclass(value) and isinstance(name, str):
                found[name] = value
    return found


def texts_of(event):
    types = get_type_hints(event, include_extras=True)
    names = {field.name for field in dataclasses.fields(event)}
    return {name for name in names if types[name] in (str, str | None)}


def known_codes(name):
    return (
        CODES
        | CALLED
        | ({"reason", "why"} if name in REASONS_IN_CODES else set())
        | ({"source"} if name in SOURCES_IN_CODES else set())
    )


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_field_declares_its_privacy(model):
    fields = {field.name for field in model._meta.concrete_fields}

    assert set(model.privacy) == fields


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_a_text_in_clear_is_the_houses_own_or_what_something_is_called(model):
    """Whoever adds a text that people write says ``typed``, and seals it."""
    private = {
        field.name
        for field in model._meta.concrete_fields
        if field.get_internal_type() in TEXTS
        and not isinstance(field, PartlySealedJSONField)
        and model.privacy[field.name] not in IN_CLEAR
    }

    assert private == set()


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_what_people_type_is_sealed(model):
    sealing = (SealedTextField, SealedJSONField, PartlySealedJSONField)
    in_clear = {
        field.name
        for field in model._meta.concrete_fields
        if model.privacy[field.name] == Privacy.TYPED and not isinstance(field, sealing)
    }

    assert in_clear == set()


def test_a_typed_column_says_so():
    untold = {
        f"{model._meta.label}.{field.name}"
        for model in OURS
        for field in model._meta.concrete_fields
        if isinstance(field, TypedTextField) and model.privacy[field.name] not in SEALED
    }

    assert untold == set()


def test_no_event_tells_in_clear_what_somebody_typed():
    """A text of an event is ``Typed``, or known here as no free words."""
    told = {
        f"{name}.{field}"
        for name, event in events().items()
        for field in texts_of(event) - known_codes(name)
    }

    assert told == set()


def test_the_check_of_events_finds_one():
    @dataclasses.dataclass(frozen=True, slots=True)
    class Told:
        reason: str
        note: Typed
        code: str

    assert texts_of(Told) - known_codes("test.told") == {"reason"}
    assert len(events()) > 90


def test_sealed_fields_are_found_by_the_check():
    sealed = [
        f"{model._meta.label}.{field.name}"
        for model in OURS
        for field in model._meta.concrete_fields
        if isinstance(field, SealedTextField)
    ]

    assert "jurisdiction.Staff.name" in sealed
    assert "task.Task.reason" in sealed
